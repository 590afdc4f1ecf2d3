/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/items.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "govern/item_claim.h"
#include "govern/parentage.h"

void items_done(struct items *l)
{
	mem_free(l->at);
	mem_free(l->of);
	*l = (struct items){0};
}

/* ---- which files are what ------------------------------------------------------------------------------- */

/* The role for the engine; ROLE_NONE: no item. */
static unsigned role_of(const struct component *c)
{
	static const struct {
		const char *word;
		unsigned role;
	} roles[] = {
	    {"weights", ROLE_WEIGHTS},
	    {"adapter", ROLE_ADAPTER},
	    {"tokenizer", ROLE_TOKENIZER},
	    {"config", ROLE_CONFIG},
	    {"chat-template", ROLE_CHAT_TEMPLATE},
	    {"runtime", ROLE_RUNTIME_BINARY},
	    {"code", ROLE_CODE},
	    {"dataset", ROLE_DATASET},
	    {"other", ROLE_DOCUMENT},
	};

	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		if (strcmp(roles[i].word, c->role) == 0)
			return roles[i].role;
	}
	return ROLE_NONE;
}

/* What has neither a model nor anything else that counts is made of its documents; one that is nothing but licences, of
 * these.
 */
static unsigned fallback(const struct artifact *a)
{
	unsigned documents = 0;

	for (size_t i = 0; i < a->n_components; i++) {
		if (role_of(&a->components[i]) != ROLE_NONE)
			return 0;
		documents += strcmp(a->components[i].role, "document") == 0;
	}
	return documents > 0 ? 1 : 2;
}

static bool has_notice(const struct artifact *a)
{
	for (size_t i = 0; i < a->n_components; i++) {
		if (strcmp(a->components[i].role, "notice") == 0)
			return true;
	}
	return false;
}

static unsigned modality_of(const struct finding *f)
{
	unsigned word = MODALITY_TEXT;

	if (f->modality != NULL)
		(void)word_find(modality_words_of_items, f->modality, &word);
	return word;
}

static bool is_model(unsigned role)
{
	return role == ROLE_WEIGHTS || role == ROLE_ADAPTER;
}

static bool has_model(const struct artifact *a)
{
	for (size_t i = 0; i < a->n_components; i++) {
		if (is_model(role_of(&a->components[i])))
			return true;
	}
	return false;
}

/* ---- items ------------------------------------------------------------------------------------------------ */

/* One artifact on its way to items. */
struct making {
	struct items *l;
	const struct subject *s;
	const struct items_rules *rules;
	struct arena *a;
	bool shipped, notice;
	const unsigned *roles;      /* of each component; ROLE_NONE: no item */
	const struct voice *voices; /* of each file of the finding */
	size_t first;               /* its first item in l */
};

static bool same_claim(const struct claim *a, const struct claim *b)
{
	if (a->declared.n != b->declared.n || a->state != b->state ||
	    !text_same(a->found, b->found) || !text_same(a->found_in, b->found_in) ||
	    !text_same(a->concluded, b->concluded))
		return false;
	for (size_t i = 0; i < a->declared.n; i++) {
		if (strcmp(a->declared.at[i], b->declared.at[i]) != 0)
			return false;
	}
	return true;
}

/* Room for one more item; all of it zero. */
static int grow(struct items *l, struct ow_error *err)
{
	if (mem_grow(&l->at, l->n, &l->cap, sizeof *l->at, err) < 0 ||
	    mem_grow(&l->of, l->n, &l->cap_of, sizeof *l->of, err) < 0)
		return err->code;
	l->at[l->n] = (struct item){0};
	l->of[l->n] = (struct item_files){0};
	return 0;
}

static int new_item(struct making *m, const struct component *c, unsigned role,
		    const struct claim *claim, struct ow_error *err)
{
	struct items *l = m->l;

	if (grow(l, err) < 0)
		return err->code;
	l->at[l->n] =
	    (struct item){.role = role,
			  .modality = modality_of(&m->s->finding),
			  .shipped = m->shipped,
			  .in_store = true,
			  .claim = *claim,
			  .published = true,
			  .upstream_notice = m->notice,
			  .gated = m->s->finding.gated,
			  .unnamed_base = is_model(role) && parentage_derived(&m->s->finding),
			  .source_available = true};
	l->of[l->n++] = (struct item_files){.subject = m->s, .role = c->role};
	return 0;
}

static int add_file(struct making *m, struct item_files *of, const struct component *c,
		    struct ow_error *err)
{
	const struct component **at = arena_more(m->a, of->at, of->n, sizeof(void *), err);

	if (at == NULL)
		return err->code;
	of->at = at;
	at[of->n++] = c;
	return 0;
}

/* Into the item of this role that stands alike, or a new one. */
static int place(struct making *m, const struct component *c, unsigned role, struct ow_error *err)
{
	struct items *l = m->l;
	struct claim claim;

	if (item_claim(m->s, c, role, m->voices, m->rules, m->a, &claim, err) < 0)
		return err->code;
	for (size_t i = m->first; i < l->n; i++) {
		if (l->at[i].role == role && strcmp(l->of[i].role, c->role) == 0 &&
		    same_claim(&l->at[i].claim, &claim))
			return add_file(m, &l->of[i], c, err);
	}
	return new_item(m, c, role, &claim, err) < 0 ? err->code
						     : add_file(m, &l->of[l->n - 1], c, err);
}

/* ---- names ------------------------------------------------------------------------------------------------- */

/* The content of an item: of one file its digest, of several that of their digests in the order of paths. */
static int digest_item(const struct item_files *of, struct item *item, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf all = {0};

	item->has_digest = true;
	item->digest = of->at[0]->blob;
	for (size_t i = 0; i < of->n; i++)
		buf_add(&all, of->at[i]->blob.b, sizeof of->at[i]->blob.b);
	if (buf_finish(&all, err) < 0)
		return err->code;
	return of->n == 1 ? 0 : digest_bytes(all.p, all.n, &item->digest, err);
}

/* How many items of the artifact have this one's role? */
static size_t siblings(const struct making *m, size_t at)
{
	size_t n = 0;

	for (size_t i = m->first; i < m->l->n; i++)
		n += strcmp(m->l->of[i].role, m->l->of[at].role) == 0;
	return n;
}

/* What several files are called, which no file of the artifact is. */
static const char *name_group(const struct making *m, const struct item_files *of, bool only)
{
	const char *name =
	    only ? arena_printf(m->a, "%s (%zu files)", of->role, of->n)
		 : arena_printf(m->a, "%s (%zu files: %s, …)", of->role, of->n, of->at[0]->path);

	while (artifact_find_component(&m->s->found.artifact, name) != NULL)
		name = arena_printf(m->a, "%s (group)", name);
	return name;
}

/* A file is called by its path, several by their role and number; where two items of a role are alike in that, by the
 * path of their first file too. An ancestor is called by its name and version.
 */
static const char *name_item(const struct making *m, size_t at)
{
	const struct artifact *a = &m->s->found.artifact;
	const struct item_files *of = &m->l->of[at];
	const char *own = of->n == 1 ? of->at[0]->path : name_group(m, of, siblings(m, at) == 1);

	if (m->shipped)
		return own;
	return m->l->n - m->first == 1 ? arena_printf(m->a, "%s@%s", a->name, a->version)
				       : arena_printf(m->a, "%s@%s: %s", a->name, a->version, own);
}

static int finish_items(struct making *m, struct ow_error *err)
{
	for (size_t i = m->first; i < m->l->n; i++) {
		struct item *item = &m->l->at[i];
		struct item_files *of = &m->l->of[i];

		item->id = of->id = name_item(m, i);
		if (!m->shipped)
			item->name = item->id;
		if (digest_item(of, item, err) < 0)
			return err->code;
	}
	return arena_finish(m->a, err);
}

/* What each component is for the engine. */
static int take_roles(struct making *m, struct ow_error *err)
{
	const struct artifact *a = &m->s->found.artifact;
	unsigned *roles = arena_array(m->a, a->n_components, sizeof *roles, err);
	unsigned all = fallback(a);

	if (roles == NULL)
		return err->code;
	for (size_t i = 0; i < a->n_components; i++) {
		const struct component *c = &a->components[i];

		roles[i] = role_of(c);
		if (all == 2 || (all == 1 && strcmp(c->role, "document") == 0))
			roles[i] = ROLE_DOCUMENT;
	}
	m->roles = roles;
	return voices_of(m->s, roles, m->a, &m->voices, err);
}

int items_add(struct items *l, const struct subject *s, bool shipped,
	      const struct items_rules *rules, struct arena *a, struct ow_error *err)
{
	const struct artifact *artifact = &s->found.artifact;
	bool model_alone = !shipped && has_model(artifact);
	struct making m = {.l = l,
			   .s = s,
			   .rules = rules,
			   .a = a,
			   .shipped = shipped,
			   .notice = has_notice(artifact),
			   .first = l->n};

	if (take_roles(&m, err) < 0)
		return err->code;
	for (size_t i = 0; i < artifact->n_components; i++) {
		unsigned role = m.roles == NULL ? ROLE_NONE : m.roles[i];

		if (role == ROLE_NONE || (model_alone && !is_model(role)))
			continue;
		if (place(&m, &artifact->components[i], role, err) < 0)
			return err->code;
	}
	return finish_items(&m, err);
}

int items_add_outside(struct items *l, const char *id, const char *name, struct ow_error *err)
{
	if (grow(l, err) < 0)
		return err->code;
	l->of[l->n].id = id;
	l->at[l->n++] = (struct item){.id = id,
				      .name = name,
				      .role = ROLE_NONE,
				      .claim.state = TEXT_COMPARE,
				      .published = true,
				      .source_available = true};
	return 0;
}

bool items_holds(const struct items *l, const struct item *item, const struct ow_id *artifact,
		 const char *component)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct item_files *of = &l->of[i];

		if (strcmp(of->id, item->id) != 0)
			continue;
		if (of->subject == NULL || !ow_id_equal(&of->subject->found.id, artifact))
			return false;
		if (component == NULL || strcmp(component, of->role) == 0 ||
		    strcmp(component, role_words[item->role]) == 0 ||
		    strcmp(component, of->id) == 0)
			return true;
		for (size_t k = 0; k < of->n; k++) {
			if (strcmp(of->at[k]->path, component) == 0)
				return true;
		}
	}
	return false;
}
