/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/item_claim.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/text.h"
#include "govern/find_licences.h"
#include "govern/voice.h"
#include "govern/word.h"
#include "os/path.h"
#include "policy/expr.h"

struct claiming {
	const struct subject *s;
	const struct component *c;
	unsigned role;
	const struct items_rules *rules;
	const struct voice *voices; /* of each file of the finding */
	struct arena *a;
	struct claim *out;
	size_t closest; /* of the texts that speak for it; 0: there are none */
	bool own_text;  /* it is code or data, and its text or tag is for that alone */
	const char
	    *tag;     /* what the file says of itself (REUSE), as one expression; NULL: nothing */
	bool chooses; /* LICENSES/ has every text that the tag names */
	const char **ids; /* licences of these texts */
	size_t n_ids, cap_ids;
	bool person;    /* a person concluded one of them */
	unsigned worst; /* state of the others */
};

/* Is the claim made in the file, or in the side file that stands for it? */
static bool is_of(const struct finding_claim *c, const char *path)
{
	size_t n = strlen(path);

	return strncmp(c->path, path, n) == 0 &&
	       (c->path[n] == '\0' || strcmp(c->path + n, ".license") == 0);
}

/* In code the words may stand in a string, with whatever comes behind it; in a file beside it they are meant. */
static bool is_meant(const struct claiming *k, const struct finding_claim *c)
{
	struct ow_error ignored = {0};
	struct expr e;

	return strcmp(c->path, k->c->path) != 0 || expr_parse(c->value, &e, &ignored) == 0;
}

/* Does it tell of tags that the finding lacks? One of this file may be among them, whichever others there are. */
static bool tells_of_more(const struct finding_claim *c)
{
	return strcmp(c->key, FIND_TAGS_CUT) == 0;
}

static const char *own_tag(const struct claiming *k)
{
	const struct finding *f = &k->s->finding;
	const char *all = NULL;

	for (size_t i = 0; i < f->n_claims; i++) {
		const struct finding_claim *c = &f->claims[i];
		const char *tag = tells_of_more(c) ? "NOASSERTION" : c->value;

		if (tells_of_more(c) || (voice_is_tag(c) && is_of(c, k->c->path) && is_meant(k, c)))
			all = all == NULL ? tag : arena_printf(k->a, "(%s) AND (%s)", all, tag);
	}
	return all;
}

/* Does a text of LICENSES/ that this names speak for the file? */
static bool has_text_of(const struct claiming *k, const char *id)
{
	for (size_t i = 0; i < k->s->finding.n_files; i++) {
		const struct finding_file *f = &k->s->finding.files[i];
		const struct voice *v = &k->voices[i];

		if (v->pool && voice_tag_names(id, f) &&
		    voice_closeness(v, f->path, k->c->path, k->role) > 0)
			return true;
	}
	return false;
}

/* A tag chooses among texts; where one that it names is missing it is a claim like others, and outweighs none. */
static bool tag_chooses(const struct claiming *k)
{
	struct ow_error ignored = {0};
	struct expr e;

	if (k->tag == NULL || expr_parse(k->tag, &e, &ignored) < 0)
		return false;
	for (size_t i = 0; i < e.n_leaves; i++) {
		if (!has_text_of(k, e.leaves[i].id))
			return false;
	}
	return true;
}

/* Is a text of LICENSES/ another file's, by its tag? One that no tag names is for all. */
static bool is_anothers(const struct claiming *k, size_t file)
{
	return k->chooses && k->voices[file].tagged &&
	       !voice_tag_names(k->tag, &k->s->finding.files[file]);
}

static size_t near(const struct claiming *k, size_t file)
{
	const char *text = k->s->finding.files[file].path;

	return is_anothers(k, file) ? 0
				    : voice_closeness(&k->voices[file], text, k->c->path, k->role);
}

static bool counts(const struct claiming *k, size_t file)
{
	return k->closest > 0 && near(k, file) == k->closest;
}

/* ---- what is declared -------------------------------------------------------------------------------------- */

enum {
	DECLARED_MAX = 64
};

static void declare(struct claiming *k, const char *text)
{
	struct texts *d = &k->out->declared;
	const struct license *l = license_find(k->rules->set, text);

	if (l != NULL)
		text = l->id;
	for (size_t i = 0; i < d->n; i++) {
		if (strcasecmp(d->at[i], text) == 0)
			return;
	}
	if (d->n < DECLARED_MAX)
		d->at[d->n++] = text;
}

/* Does another claim of the same file already say which licence it is? */
static bool said_otherwise(const struct finding *f, const struct finding_claim *c)
{
	for (size_t i = 0; i < f->n_claims; i++) {
		const struct finding_claim *o = &f->claims[i];

		if (o != c && strcmp(o->path, c->path) == 0 && text_ends(o->key, "license") &&
		    strcasecmp(o->value, "other") != 0)
			return true;
	}
	return false;
}

/* A tag that means one licence is told by its id: "apache-2.0" and "Apache-2.0" say the same. */
static void declare_claim(struct claiming *k, const struct finding_claim *c)
{
	bool tag = text_ends(c->key, "license");

	if (!tag && !text_ends(c->key, "license_name") && !text_ends(c->key, "license.name"))
		return;
	if (c->id[0] != '\0')
		declare(k, c->id);
	else if (tag)
		declare(k, c->value);
	else if (!said_otherwise(&k->s->finding, c))
		declare(k, arena_printf(k->a, "other/license_name=%s", c->value));
}

/* Bytes of the folder of the closest card above a file that claims a licence, plus one; 0: there is none. */
static size_t closest_card(const struct claiming *k)
{
	const struct finding *f = &k->s->finding;
	size_t best = 0;

	for (size_t i = 0; i < f->n_claims; i++) {
		const struct finding_claim *c = &f->claims[i];
		const struct finding_file *file = finding_file(f, c->path);

		if (file != NULL && strcmp(file->as, "card") == 0 &&
		    strncmp(c->path, k->c->path, voice_folder(c->path)) == 0 &&
		    strncmp(c->key, "license", 7) == 0)
			best = voice_folder(c->path) + 1 > best ? voice_folder(c->path) + 1 : best;
	}
	return best;
}

/* What the file says of itself, what the card says, and what was said when it was brought. Where code or data has a text
 * of its own, that is not what a card speaks of.
 */
static int take_declared(struct claiming *k, struct ow_error *err)
{
	const struct finding *f = &k->s->finding;
	size_t card = closest_card(k);

	k->out->declared.at = arena_array(k->a, DECLARED_MAX, sizeof(char *), err);
	if (k->out->declared.at == NULL)
		return err->code;
	for (size_t i = 0; i < f->n_claims; i++) {
		const struct finding_claim *c = &f->claims[i];
		const struct finding_file *file = finding_file(f, c->path);
		bool of_card = file != NULL && strcmp(file->as, "card") == 0 &&
			       voice_folder(c->path) + 1 == card &&
			       strncmp(c->path, k->c->path, voice_folder(c->path)) == 0;

		if (!voice_is_tag(c) &&
		    (strcmp(c->path, k->c->path) == 0 || (of_card && !k->own_text)))
			declare_claim(k, c);
	}
	if (k->tag != NULL)
		declare(k, k->tag);
	for (size_t i = 0; i < k->s->n_declared && !k->own_text; i++)
		declare(k, k->s->declared[i]);
	return 0;
}

/* ---- what was found ---------------------------------------------------------------------------------------- */

/* Bytes of the id without "-only" or "-or-later". */
static size_t stem(const char *id)
{
	static const char *const ends[] = {"-only", "-or-later"};
	size_t n = strlen(id);

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		size_t end = strlen(ends[i]);

		if (n > end && strcasecmp(id + n - end, ends[i]) == 0)
			return n - end;
	}
	return n;
}

bool item_one_text(const char *a, const char *b)
{
	return stem(a) == stem(b) && strncasecmp(a, b, stem(a)) == 0;
}

static bool is_declared(const struct claiming *k, const char *id)
{
	const struct license *l = license_find(k->rules->set, id);

	for (size_t i = 0; i < k->out->declared.n; i++) {
		const char *d = k->out->declared.at[i];

		if (strcasecmp(d, id) == 0 ||
		    (l != NULL && (license_find(k->rules->set, d) == l || license_has_tag(l, d))))
			return true;
	}
	return false;
}

static bool is_found(const struct claiming *k, const char *id)
{
	for (size_t i = 0; i < k->n_ids; i++) {
		if (strcasecmp(k->ids[i], id) == 0)
			return true;
	}
	return false;
}

static int add_id(struct claiming *k, const char *id, struct ow_error *err)
{
	if (is_found(k, id))
		return 0;
	if (mem_grow(&k->ids, k->n_ids, &k->cap_ids, sizeof *k->ids, err) < 0)
		return err->code;
	k->ids[k->n_ids++] = id;
	return 0;
}

/* The licences of a text. Of those that have one and the same text it is the declared one, else the one without later
 * versions, which is first in the order of ids.
 */
static int add_ids(struct claiming *k, const struct finding_file *f, struct ow_error *err)
{
	for (size_t i = 0; i < f->n_ids;) {
		const char *id = f->ids[i];
		bool declared = is_declared(k, id);

		for (i++; i < f->n_ids && item_one_text(id, f->ids[i]); i++) {
			if (!declared && is_declared(k, f->ids[i])) {
				id = f->ids[i];
				declared = true;
			}
		}
		if (add_id(k, id, err) < 0)
			return err->code;
	}
	return 0;
}

/* From the harmless to the grave. */
static unsigned state_of(const struct finding_file *f)
{
	if (finding_confirmed(f))
		return TEXT_COMPARE;
	return strcmp(f->state, "unknown-text") == 0 || strcmp(f->state, "family-clue") == 0
		   ? TEXT_UNKNOWN
		   : TEXT_MODIFIED;
}

static void worsen(struct claiming *k, unsigned state)
{
	if (state == TEXT_UNKNOWN || (state == TEXT_MODIFIED && k->worst != TEXT_UNKNOWN))
		k->worst = state;
}

static const char *recorded(const struct subject *s, const struct items_rules *rules,
			    const char *component, const struct finding_file *text)
{
	return rules->concluded == NULL ? NULL
					: rules->concluded(rules->ctx, &s->found.id, component,
							   text == NULL ? NULL : &text->words);
}

/* What is on record of a text or (NULL) of a component without one, else the word. */
static const char *conclusion(const struct claiming *k, const char *component,
			      const struct finding_file *text)
{
	const char *said = recorded(k->s, k->rules, component, text), *word = k->rules->word;

	if (word == NULL || !ow_id_equal(k->rules->unit, &k->s->found.id))
		return said;
	if (said != NULL)
		return word_elects(word, said) ? word : said;
	return text != NULL && !word_holds(word, text) ? NULL : word;
}

static int take_texts(struct claiming *k, struct ow_error *err)
{
	const struct finding *f = &k->s->finding;
	const char *in = NULL;

	for (size_t i = 0; i < f->n_files; i++) {
		const struct finding_file *t = &f->files[i];
		const char *person;

		if (!counts(k, i))
			continue;
		in = in == NULL ? t->path : arena_printf(k->a, "%s, %s", in, t->path);
		person = conclusion(k, t->path, t);
		k->person = k->person || person != NULL;
		if (person == NULL)
			worsen(k, state_of(t));
		if ((person != NULL ? add_id(k, person, err) : add_ids(k, t, err)) < 0)
			return err->code;
	}
	k->out->found_in = in;
	return 0;
}

/* Is it an expression of just these licences, each of which it leaves to be met? Then whoever wrote it said how they
 * stand together. An exception and later versions stand in no text that is here, and would loosen it.
 */
static bool says_how(const struct claiming *k, const char *declared)
{
	struct ow_error ignored = {0};
	uint32_t met = 0;
	struct expr e;

	if (k->n_ids < 2 || expr_parse(declared, &e, &ignored) < 0 || e.n_leaves != k->n_ids)
		return false;
	for (size_t i = 0; i < e.n_ways; i++)
		met |= e.ways[i];
	for (size_t i = 0; i < e.n_leaves; i++) {
		const struct expr_leaf *leaf = &e.leaves[i];

		if (leaf->with[0] != '\0' || leaf->or_later || (met >> i & 1) == 0 ||
		    !is_found(k, leaf->id))
			return false;
	}
	return true; /* plain licences differ: as many as were found are all of them */
}

/* All of them together, unless a declared expression says otherwise. */
static const char *expression(const struct claiming *k)
{
	const char *all = NULL;

	for (size_t i = 0; i < k->out->declared.n; i++) {
		if (says_how(k, k->out->declared.at[i]))
			return k->out->declared.at[i];
	}
	for (size_t i = 0; i < k->n_ids && i < EXPR_LEAVES_MAX; i++)
		all = all == NULL
			  ? k->ids[i]
			  : arena_printf(
				k->a, strchr(k->ids[i], ' ') != NULL ? "%s AND (%s)" : "%s AND %s",
				all, k->ids[i]);
	return all;
}

/* What a person says of a file without a text: by its path, else by its role, else of all. */
static const char *conclusion_of_file(const struct claiming *k)
{
	const char *of_all = conclusion(k, "", NULL), *own = conclusion(k, k->c->path, NULL);

	return own != of_all ? own : conclusion(k, k->c->role, NULL);
}

static void conclude(struct claiming *k)
{
	const char *person;

	if (k->closest == 0) { /* no text: what a person says of the file itself */
		person = conclusion_of_file(k);
		k->out->concluded = person;
		k->out->state = TEXT_COMPARE;
		return;
	}
	k->out->found = expression(k);
	k->out->state =
	    k->n_ids > EXPR_LEAVES_MAX || k->out->found == NULL ? TEXT_UNKNOWN : k->worst;
	if (k->person && k->out->state == TEXT_COMPARE)
		k->out->concluded = k->out->found;
}

int item_claim(const struct subject *s, const struct component *c, unsigned role,
	       const struct voice *voices, const struct items_rules *rules, struct arena *a,
	       struct claim *out, struct ow_error *err)
{
	struct claiming k = {.s = s,
			     .c = c,
			     .role = role,
			     .rules = rules,
			     .voices = voices,
			     .a = a,
			     .out = out,
			     .worst = TEXT_COMPARE};
	const struct finding *f = &s->finding;
	int r;

	*out = (struct claim){.state = TEXT_COMPARE};
	k.tag = own_tag(&k);
	k.chooses = tag_chooses(&k);
	for (size_t i = 0; i < f->n_files; i++) {
		size_t how = near(&k, i);

		if (how > k.closest) {
			k.closest = how;
			k.own_text = (how - 1) / 2 % 2 == 1;
		}
	}
	k.own_text = !voice_of_model(role) && (k.own_text || k.tag != NULL);
	r = take_declared(&k, err);
	if (r >= 0)
		r = take_texts(&k, err);
	if (r >= 0)
		conclude(&k);
	mem_free(k.ids);
	return r < 0 ? r : arena_finish(a, err);
}

/* ---- what a text is -------------------------------------------------------------------------------------- */

/* What people say that a text is, which what was found in it does not outweigh; NULL: nothing. */
static const char *said_of(const struct subject *s, const struct finding_file *f,
			   const struct items_rules *rules)
{
	const char *said = recorded(s, rules, f->path, f);

	if (said != NULL || rules->word == NULL || finding_confirmed(f) ||
	    strcmp(f->as, "text") != 0 || !ow_id_equal(rules->unit, &s->found.id))
		return said;
	return rules->word;
}

int items_text_of(const struct subject *s, const struct finding_file *f,
		  const struct items_rules *rules, struct arena *a, struct texts *out,
		  struct ow_error *err)
{
	const char *said = voice_is_text(f) ? said_of(s, f, rules) : NULL;
	struct expr e;

	*out = (struct texts){0};
	if (said != NULL && expr_parse(said, &e, err) < 0)
		return err_ctx(err, "what %s was concluded to be", f->path);
	if (said == NULL && (!voice_is_text(f) || state_of(f) != TEXT_COMPARE))
		return 0;
	out->n = said != NULL ? e.n_leaves : f->n_ids;
	out->at = arena_array(a, out->n, sizeof *out->at, err);
	if (out->at == NULL)
		return err->code;
	for (size_t i = 0; i < out->n; i++)
		out->at[i] = said != NULL ? expr_leaf_text(&e.leaves[i], a)
					  : arena_text(a, f->ids[i], strlen(f->ids[i]));
	return arena_finish(a, err);
}

/* Take it where it refers to a policy; false where another one does already. */
static bool take_owner(const struct license *l, const char **owner)
{
	if (l == NULL || l->duties[DUTY_AUP] == NULL)
		return true;
	if (*owner != NULL && strcmp(*owner, l->id) != 0)
		return false;
	*owner = l->id;
	return true;
}

/* The same of each licence that a text is said to be, or that was found in it, however much of it. */
static bool take_owners(const struct subject *s, const struct finding_file *f,
			const struct items_rules *rules, const char **owner)
{
	const char *said = said_of(s, f, rules);
	struct ow_error ignored = {0};
	bool alone = true;
	struct expr e;

	if (said != NULL && expr_parse(said, &e, &ignored) < 0)
		return false;
	for (size_t i = 0; said != NULL && i < e.n_leaves; i++)
		alone = alone && take_owner(license_of(rules->set, &e.leaves[i]), owner);
	for (size_t i = 0; said == NULL && i < f->n_ids; i++)
		alone = alone && take_owner(license_find(rules->set, f->ids[i]), owner);
	return alone;
}

const char *items_policy_owner(const struct subject *s, const struct items_rules *rules)
{
	const struct finding *f = &s->finding;
	const char *owner = NULL;
	bool policy = false, alone = true;

	for (size_t i = 0; i < f->n_files; i++) {
		policy = policy || strcmp(f->files[i].as, "policy") == 0;
		if (voice_is_text(&f->files[i]))
			alone = alone && take_owners(s, &f->files[i], rules, &owner);
	}
	return policy && alone ? owner : NULL;
}
