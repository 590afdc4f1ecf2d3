/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From an artifact of the store, as it was judged, to the facts that its notices are made from.
 */
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "flow/notices.h"
#include "govern/find_licences.h"
#include "os/fd.h"

struct facts {
	struct ow_store *s;
	const struct notices_of *of;
	struct arena *a;
	struct notice_artifact *out;
	struct notice_component *components;
	struct notice_text *texts;
	struct notices_withheld *withheld;
	bool *taken; /* of each component of the record: it is in one of ours */
};

/* The artifact as it was judged: the files of items are its components. */
static const struct artifact *record_of(const struct facts *x)
{
	return &x->of->ruling->judged.ancestry.at[0]->found.artifact;
}

/* ---- components ------------------------------------------------------------------------------------------ */

static const char *effective_of(const struct facts *x, const char *id)
{
	const struct ow_decision *d = &x->of->ruling->decision;

	for (size_t i = 0; i < d->n_effective; i++) {
		if (strcmp(d->effective[i].component, id) == 0)
			return d->effective[i].expression;
	}
	return NULL;
}

/* What the declarations say, "a; b" where there are several that differ. */
static const char *declared_of(struct facts *x, const struct texts *declared)
{
	const char *all = declared->n == 0 ? NULL : declared->at[0];

	for (size_t i = 1; i < declared->n; i++)
		all = arena_printf(x->a, "%s; %s", all, declared->at[i]);
	return all;
}

static int add_item(struct facts *x, const struct item *item, const struct item_files *of,
		    struct ow_error *err)
{
	const struct component *first = record_of(x)->components;
	const struct claim *claim = &item->claim;
	const char *concluded = claim->concluded != NULL ? claim->concluded : claim->found;
	const char *word = x->of->ruling->judged.rules.word;
	struct notice_file *files = arena_array(x->a, of->n, sizeof *files, err);
	struct notice_component *c = &x->components[x->out->n_components++];

	if (files == NULL)
		return err->code;
	for (size_t i = 0; i < of->n; i++) {
		files[i] = (struct notice_file){of->at[i]->path, of->at[i]->blob, of->at[i]->size};
		x->taken[of->at[i] - first] = true;
	}
	*c = (struct notice_component){.id = item->id,
				       .role = role_words[item->role],
				       .files = files,
				       .n_files = of->n,
				       .declared = declared_of(x, &claim->declared),
				       .concluded = concluded,
				       .effective = effective_of(x, item->id),
				       .modified = item->modified,
				       .modality = modality_words_of_items[item->modality],
				       .gated = item->gated,
				       .upstream_notice = item->upstream_notice,
				       .unnamed_base = item->unnamed_base};
	if (claim->concluded != NULL)
		c->concluded_by = word != NULL && strcmp(concluded, word) == 0
				      ? "an operator's word"
				      : "a person, on record";
	else if (claim->found != NULL && claim->found_in != NULL)
		c->concluded_by = arena_printf(x->a, "the text in %s", claim->found_in);
	return 0;
}

/* Files that only speak for others; one component a role. */
static int add_rest(struct facts *x, struct ow_error *err)
{
	const struct artifact *r = record_of(x);

	for (size_t i = 0; i < r->n_components; i++) {
		struct notice_file *files;
		size_t n = 0;

		if (x->taken[i])
			continue;
		files = arena_array(x->a, r->n_components - i, sizeof *files, err);
		if (files == NULL)
			return err->code;
		for (size_t k = i; k < r->n_components; k++) {
			const struct component *c = &r->components[k];

			if (x->taken[k] || strcmp(c->role, r->components[i].role) != 0)
				continue;
			files[n++] = (struct notice_file){c->path, c->blob, c->size};
			x->taken[k] = true;
		}
		x->components[x->out->n_components++] = (struct notice_component){
		    .id = arena_printf(x->a, "all of role %s", r->components[i].role),
		    .role = role_words[ROLE_DOCUMENT],
		    .files = files,
		    .n_files = n};
	}
	return 0;
}

static int add_components(struct facts *x, struct ow_error *err)
{
	const struct judged *j = &x->of->ruling->judged;

	x->components =
	    arena_array(x->a, 2 * record_of(x)->n_components, sizeof *x->components, err);
	x->taken = x->components == NULL
		       ? NULL
		       : arena_array(x->a, record_of(x)->n_components, sizeof *x->taken, err);
	if (x->taken == NULL)
		return err->code;
	x->out->components = x->components;
	for (size_t i = 0; i < j->c.n_items; i++) {
		const struct item *item = &j->c.items[i];

		for (size_t k = 0; item->shipped && k < j->items.n; k++) {
			const struct item_files *of = &j->items.of[k];

			if (of->subject == j->ancestry.at[0] && strcmp(of->id, item->id) == 0 &&
			    add_item(x, item, of, err) < 0)
				return err->code;
		}
	}
	return add_rest(x, err);
}

/* ---- texts ------------------------------------------------------------------------------------------------ */

/* The bytes of a component, in the arena. */
static int read_text(struct facts *x, const struct found *f, const struct component *c,
		     struct ow_view *out, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = find_in_zone(x->s->zones[f->class], c, err);
	uint8_t *p;
	int64_t got;

	if (fd < 0)
		return fd;
	p = arena_array(x->a, (size_t)c->size, 1, err);
	if (p == NULL)
		return err->code;
	got = fd_pread(fd, p, (size_t)c->size, 0, c->path, err);
	if (got < 0)
		return err->code;
	if ((uint64_t)got != c->size)
		return err_set(err, OW_E_INTEGRITY, "%s of %s@%s: %lld bytes of %llu", c->path,
			       f->artifact.name, f->artifact.version, (long long)got,
			       (unsigned long long)c->size);
	*out = (struct ow_view){p, (size_t)c->size};
	return 0;
}

static int add_text(struct facts *x, enum notice_text_kind kind, const char *license,
		    const struct found *f, const struct component *c, struct ow_view bytes,
		    struct ow_error *err)
{
	size_t n = x->out->n_texts;
	struct notice_text *more = arena_more(x->a, x->texts, n, sizeof *more, err);

	if (more == NULL)
		return err->code;
	x->texts = more;
	x->out->texts = more;
	more[n] = (struct notice_text){
	    .kind = kind,
	    .license = license == NULL ? NULL : arena_text(x->a, license, strlen(license)),
	    .from = ow_id_equal(&f->id, &x->of->found->id)
			? c->path
			: arena_printf(x->a, "%s@%s: %s", f->artifact.name, f->artifact.version,
				       c->path),
	    .bytes = bytes};
	x->out->n_texts++;
	return 0;
}

static bool may_go(const struct facts *x, const struct found *f)
{
	return f->class >= x->of->lowest;
}

/* Do the same bytes go along, as a file of the same kind of something that may? */
static bool goes_anyway(const struct facts *x, const struct component *c)
{
	const struct ancestry *all = &x->of->ruling->judged.ancestry;

	for (size_t i = 0; i < all->n; i++) {
		const struct artifact *r = &all->at[i]->found.artifact;

		for (size_t k = 0; may_go(x, &all->at[i]->found) && k < r->n_components; k++) {
			if (ow_id_equal(&r->components[k].blob, &c->blob) &&
			    strcmp(r->components[k].role, c->role) == 0)
				return true;
		}
	}
	return false;
}

static int withhold(struct facts *x, const struct found *f, const struct component *c,
		    struct ow_error *err)
{
	struct notices_withheld *w = x->withheld;
	struct notices_withheld_text *more;

	if (goes_anyway(x, c))
		return 0;
	more = arena_more(x->a, w->at, w->n, sizeof *more, err);
	if (more == NULL)
		return err->code;
	w->at = more;
	more[w->n++] = (struct notices_withheld_text){f, c->path};
	return 0;
}

static int add_file(struct facts *x, const struct subject *s, const struct finding_file *f,
		    const struct component *c, struct ow_error *err)
{
	const struct items_rules *rules = &x->of->ruling->judged.rules;
	const char *owner = strcmp(f->as, "policy") == 0 ? items_policy_owner(s, rules) : NULL;
	struct ow_view bytes;
	struct texts of;

	if (c->size > LICENSE_FILE_MAX)
		return 0;
	if (items_text_of(s, f, rules, x->a, &of, err) < 0)
		return err->code;
	if (owner == NULL && of.n == 0)
		return 0;
	if (!may_go(x, &s->found))
		return withhold(x, &s->found, c, err);
	if (read_text(x, &s->found, c, &bytes, err) < 0)
		return err->code;
	if (owner != NULL)
		return add_text(x, NOTICE_POLICY, owner, &s->found, c, bytes, err);
	for (size_t i = 0; i < of.n; i++) {
		if (add_text(x, NOTICE_LICENCE, of.at[i], &s->found, c, bytes, err) < 0)
			return err->code;
	}
	return 0;
}

static int add_notice(struct facts *x, const struct found *f, const struct component *c,
		      struct ow_error *err)
{
	struct ow_view bytes;

	if (strcmp(c->role, "notice") != 0 || c->size > LICENSE_FILE_MAX)
		return 0;
	if (!may_go(x, f))
		return withhold(x, f, c, err);
	if (read_text(x, f, c, &bytes, err) < 0)
		return err->code;
	return add_text(x, NOTICE_UPSTREAM, NULL, f, c, bytes, err);
}

/* The texts of the artifact and of what it was made from: a licence goes along with what is derived. */
static int add_texts(struct facts *x, struct ow_error *err)
{
	const struct judged *j = &x->of->ruling->judged;

	for (size_t i = 0; i < j->ancestry.n; i++) {
		const struct subject *s = j->ancestry.at[i];
		const struct artifact *r = &s->found.artifact;

		for (size_t k = 0; k < r->n_components; k++) {
			const struct component *c = &r->components[k];
			const struct finding_file *f = finding_file(&s->finding, c->path);

			if (add_notice(x, &s->found, c, err) < 0 ||
			    (f != NULL && add_file(x, s, f, c, err) < 0))
				return err->code;
		}
	}
	return 0;
}

/* ---- lineage ---------------------------------------------------------------------------------------------- */

static bool is_told(const struct notice_artifact *a, const struct notice_parent *p)
{
	for (size_t i = 0; i < a->n_parents; i++) {
		const struct notice_parent *q = &a->parents[i];

		if (q->id == p->id && strcmp(q->kind, p->kind) == 0 &&
		    strcmp(q->name, p->name) == 0)
			return true;
	}
	return false;
}

/* Each edge of the artifact: to the one that was found, if that may be named, else as it was claimed. */
static int add_parents(struct facts *x, struct ow_error *err)
{
	const struct ancestry *all = &x->of->ruling->judged.ancestry;
	struct notice_parent *parents = arena_array(x->a, all->n_edges, sizeof *parents, err);

	if (parents == NULL)
		return err->code;
	x->out->parents = parents;
	for (size_t i = 0; i < all->n_edges; i++) {
		const struct descent *d = &all->edges[i];
		const struct found *f = d->parent == NOT_HERE ? NULL : &all->at[d->parent]->found;
		struct notice_parent *p = &parents[x->out->n_parents];

		if (d->child != 0)
			continue;
		*p = (struct notice_parent){d->kind, d->name, NULL};
		if (f != NULL && may_go(x, f)) {
			p->id = &f->id;
			p->name =
			    arena_printf(x->a, "%s@%s", f->artifact.name, f->artifact.version);
		}
		x->out->n_parents += !is_told(x->out, p);
	}
	return 0;
}

static int add_upstream(struct facts *x, struct ow_error *err)
{
	const struct artifact *r = record_of(x);
	const char **upstream = arena_array(x->a, r->n_upstream, sizeof *upstream, err);

	if (upstream == NULL)
		return err->code;
	for (size_t i = 0; i < r->n_upstream; i++)
		upstream[i] = r->upstream[i];
	x->out->upstream = upstream;
	x->out->n_upstream = r->n_upstream;
	return 0;
}

int notices_artifact(struct ow_store *s, const struct notices_of *of, struct arena *a,
		     struct notice_artifact *out, struct notices_withheld *withheld,
		     struct ow_error *err)
{
	const struct found *f = of->found;
	struct facts x = {.s = s, .of = of, .a = a, .out = out, .withheld = withheld};

	*withheld = (struct notices_withheld){0};
	*out = (struct notice_artifact){.name = f->artifact.name,
					.version = f->artifact.version,
					.id = f->id,
					.class = f->class,
					.basis = of->ruling->judged.rules.word != NULL ? "operator"
										       : "decision",
					.licence = of->ruling->promotion.licence,
					.decision = &of->ruling->decision};
	if (add_components(&x, err) < 0 || add_texts(&x, err) < 0 || add_parents(&x, err) < 0 ||
	    add_upstream(&x, err) < 0)
		return err->code;
	return arena_finish(a, err);
}
