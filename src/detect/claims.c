/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/claims.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/yaml.h"
#include "detect/tags.h"

void claims_done(struct claims *c)
{
	mem_free(c->at);
}

void card_prompt_done(struct card_prompt *p)
{
	mem_free(p->text);
}

/* Places that are kept for saying that there are more: in a front matter or header, and of tags. */
enum {
	CLAIMS_TOLD = 2
};

static int put(struct claims *c, const struct claim *claim, struct ow_error *err)
{
	if (mem_grow(&c->at, c->n, &c->cap, sizeof *c->at, err) < 0)
		return err->code;
	c->at[c->n++] = *claim;
	return 0;
}

/* Is such a claim there, with this value or (NULL) with any? */
static bool has(const struct claims *c, enum claim_kind kind, const char *key, const char *value)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct claim *at = &c->at[i];

		if (at->kind == kind && strcmp(at->key, key) == 0 &&
		    (value == NULL || strcmp(at->value, value) == 0))
			return true;
	}
	return false;
}

/* The value becomes UTF-8 without control characters, cut at a whole character. */
static struct claim claim_of(enum claim_kind kind, const char *key, const char *value, size_t n)
{
	struct claim claim = {.kind = kind};

	text_copy(claim.key, sizeof claim.key, key);
	(void)text_escape(value, n, claim.value, sizeof claim.value);
	return claim;
}

int claims_unread(struct claims *c, const char *what, const char *why, struct ow_error *err)
{
	const struct claim claim = claim_of(CLAIM_UNREAD, what, why, strlen(why));

	return c->n == CLAIMS_MAX || has(c, CLAIM_UNREAD, what, NULL) ? 0 : put(c, &claim, err);
}

/* Each once. Of tags that are left out it says that nobody knows what the file says of itself. */
static int add(struct claims *c, enum claim_kind kind, const char *key, const char *value, size_t n,
	       struct ow_error *err)
{
	struct claim claim = claim_of(kind, key, value, n);

	if (n == 0 || has(c, kind, claim.key, claim.value))
		return 0;
	if (c->n < CLAIMS_MAX - CLAIMS_TOLD)
		return put(c, &claim, err);
	if (kind != CLAIM_FILE)
		return claims_unread(c, "front matter", "too many claims", err);
	claim = claim_of(kind, key, "NOASSERTION", strlen("NOASSERTION"));
	return c->n == CLAIMS_MAX || has(c, kind, key, claim.value) ? 0 : put(c, &claim, err);
}

/* ---- cards --------------------------------------------------------------------------------------- */

static bool is_rule(const char *p, size_t n)
{
	return n >= 4 && memcmp(p, "---", 3) == 0 &&
	       (p[3] == '\n' || (p[3] == '\r' && n >= 5 && p[4] == '\n'));
}

bool card_front_matter(const void *p, size_t n, size_t *from, size_t *to)
{
	const char *s = p, *line;
	size_t at = n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	if (!is_rule(s + at, n - at))
		return false;
	line = (const char *)memchr(s + at, '\n', n - at) + 1;
	*from = (size_t)(line - s);
	while (line < s + n) {
		size_t left = n - (size_t)(line - s);
		const char *end = memchr(line, '\n', left);

		if (is_rule(line, left) || (left == 3 && memcmp(line, "---", 3) == 0)) {
			*to = (size_t)(line - s);
			return true;
		}
		if (end == NULL)
			break;
		line = end + 1;
	}
	return false;
}

/* Is there a front matter for a reader that is less strict: "---" and a blank, or after empty lines, or with no end? */
static bool begins_as_card(const char *p, size_t n)
{
	size_t at = n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (at < n && strchr(" \t\r\n", p[at]) != NULL && p[at] != '\0')
		at++;
	return n - at >= 3 && memcmp(p + at, "---", 3) == 0 &&
	       (n - at == 3 || (p[at + 3] != '\0' && strchr(" \t\r\n", p[at + 3]) != NULL));
}

/* The byte at which a line begins, from 1; the end for one beyond it. */
static size_t line_start(const char *p, size_t n, unsigned line)
{
	size_t at = 0;

	for (unsigned i = 1; i < line && at < n; i++) {
		const char *end = memchr(p + at, '\n', n - at);

		at = end == NULL ? n : (size_t)(end - p) + 1;
	}
	return at;
}

static int take_list(const struct yaml_node *v, enum claim_kind kind, const char *key,
		     struct claims *out, struct ow_error *err)
{
	const struct yaml_node *item = v->kind == YAML_LIST ? v->first : v;

	for (; item != NULL; item = v->kind == YAML_LIST ? item->next : NULL) {
		if (item->kind == YAML_TEXT &&
		    add(out, kind, key, item->text, strlen(item->text), err) < 0)
			return err->code;
	}
	return 0;
}

/* A base that is no text is one all the same: nobody knows which. */
static int take_bases(const struct yaml_node *card, struct claims *out, struct ow_error *err)
{
	const struct yaml_node *v = yaml_get(card, "base_model");
	bool odd = v != NULL && v->kind == YAML_MAP;

	for (const struct yaml_node *i = v != NULL && v->kind == YAML_LIST ? v->first : NULL;
	     i != NULL; i = i->next)
		odd = odd || i->kind == YAML_LIST || i->kind == YAML_MAP;
	if (odd && claims_unread(out, "front matter", "base_model is no name", err) < 0)
		return err->code;
	return v == NULL ? 0 : take_list(v, CLAIM_BASE, "base_model", out, err);
}

/* What it was trained on. Such lists may be long, and hold nothing that one must know in full. */
static int take_datasets(const struct yaml_node *card, struct claims *out, struct ow_error *err)
{
	static const char key[] = "datasets", more[] = CLAIM_MORE_DATASETS;
	const struct yaml_node *v = yaml_get(card, key), *item;
	size_t n = 0;

	if (v == NULL || v->kind != YAML_LIST)
		return v == NULL ? 0 : take_list(v, CLAIM_BASE, key, out, err);
	for (item = v->first; item != NULL && n < CLAIM_DATASETS_MAX; item = item->next, n++) {
		if (take_list(item, CLAIM_BASE, key, out, err) < 0)
			return err->code;
	}
	return item == NULL ? 0 : add(out, CLAIM_BASE, key, more, strlen(more), err);
}

/* What the card says of the model beside its licence. */
static int take_model(const struct yaml_node *card, struct claims *out, struct ow_error *err)
{
	static const struct {
		const char *key;
		enum claim_kind kind;
	} keys[] = {
	    {"base_model_relation", CLAIM_RELATION},
	    {"pipeline_tag", CLAIM_TASK},
	};
	static const char *const gates[] = {"extra_gated_prompt", "extra_gated_fields",
					    "extra_gated_heading", "extra_gated_description",
					    "extra_gated_button_content"};

	if (take_bases(card, out, err) < 0 || take_datasets(card, out, err) < 0)
		return err->code;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const struct yaml_node *v = yaml_get(card, keys[i].key);

		if (v != NULL && take_list(v, keys[i].kind, keys[i].key, out, err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < sizeof gates / sizeof gates[0]; i++) {
		if (yaml_get(card, gates[i]) != NULL &&
		    add(out, CLAIM_GATE, gates[i], "given", 5, err) < 0)
			return err->code;
	}
	return 0;
}

static int take_prompt(const void *p, size_t n, const struct yaml_node *v,
		       struct card_prompt *prompt, struct ow_error *err)
{
	prompt->text = mem_text(v->text, strlen(v->text), err);
	if (prompt->text == NULL)
		return err->code;
	prompt->from = line_start(p, n, v->key_line);
	prompt->to = v->next == NULL ? n : line_start(p, n, v->next->key_line);
	return 0;
}

/* "license: other" says nothing where a name follows. */
static bool is_placeholder(const struct yaml_node *card, const struct yaml_node *license)
{
	const struct yaml_node *name = yaml_get(card, "license_name");

	return license->kind == YAML_TEXT && strcmp(license->text, "other") == 0 && name != NULL &&
	       name->kind == YAML_TEXT;
}

int claims_of_card(const void *p, size_t n, struct claims *out, struct card_prompt *prompt,
		   struct ow_error *err)
{
	OW_AUTO(yaml_doc_free) struct yaml *y = NULL;
	const struct yaml_node *card, *v;

	if (yaml_parse(p, n, "front matter", &y, err) < 0)
		return err->code;
	card = yaml_root(y);
	v = yaml_get(card, "license");
	if (v != NULL && !is_placeholder(card, v) &&
	    take_list(v, CLAIM_LICENSE, "license", out, err) < 0)
		return err->code;
	v = yaml_get(card, "license_name");
	if (v != NULL && take_list(v, CLAIM_LICENSE, "license_name", out, err) < 0)
		return err->code;
	v = yaml_get(card, "license_link");
	if (v != NULL && v->kind == YAML_TEXT &&
	    add(out, CLAIM_LINK, "license_link", v->text, strlen(v->text), err) < 0)
		return err->code;
	if (take_model(card, out, err) < 0)
		return err->code;
	v = yaml_get(card, "extra_gated_prompt");
	return v == NULL || v->kind != YAML_TEXT ? 0 : take_prompt(p, n, v, prompt, err);
}

/* ---- SPDX tags ----------------------------------------------------------------------------------- */

static const char spdx_tag[] = "SPDX-License-Identifier:";

static bool ends_comment(const char *p, const char *end)
{
	size_t n = (size_t)(end - p);

	return (n >= 2 && memcmp(p, "*/", 2) == 0) || (n >= 3 && memcmp(p, "-->", 3) == 0);
}

int claims_of_text(const void *p, size_t n, struct claims *out, struct ow_error *err)
{
	const char *s = p, *end = n == 0 ? s : s + n;
	size_t len = strlen(spdx_tag);

	while (s < end) {
		const char *tag = memmem(s, (size_t)(end - s), spdx_tag, len), *to;

		if (tag == NULL)
			return 0;
		s = tag + len;
		while (s < end && (*s == ' ' || *s == '\t'))
			s++;
		to = s;
		while (to < end && (unsigned char)*to >= ' ' && !ends_comment(to, end))
			to++;
		while (to > s && to[-1] == ' ')
			to--;
		if (add(out, CLAIM_FILE, "SPDX-License-Identifier", s, (size_t)(to - s), err) < 0)
			return err->code;
		s = to;
	}
	return 0;
}

/* ---- metadata of model files --------------------------------------------------------------------- */

/* Keys about a base or about data, of which GGUF files number several. */
static bool names_a_source(const char *key)
{
	static const char *const lists[] = {"general.base_model.", "general.dataset."};
	static const char *const parts[] = {".repo_url", ".name", ".organization"};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
			if (strncmp(key, lists[i], strlen(lists[i])) == 0 &&
			    text_ends(key, parts[k]))
				return true;
		}
	}
	return false;
}

int claims_of_fact(const char *key, const char *value, struct claims *out, struct ow_error *err)
{
	static const struct {
		const char *key;
		enum claim_kind kind;
	} keys[] = {
	    {"general.license", CLAIM_LICENSE},
	    {"general.license.name", CLAIM_LICENSE},
	    {"general.license.link", CLAIM_LINK},
	    {"metadata.license", CLAIM_LICENSE},
	    {"metadata.modelspec.license", CLAIM_LICENSE},
	    {"metadata.license_link", CLAIM_LINK},
	    {"base_model_name_or_path", CLAIM_BASE},
	    {"general.finetune", CLAIM_RELATION},
	    {"quantization", CLAIM_RELATION},
	};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (strcmp(key, keys[i].key) == 0)
			return add(out, keys[i].kind, key, value, strlen(value), err);
	}
	if (!names_a_source(key))
		return 0;
	return strlen(key) < CLAIM_KEY_MAX
		   ? add(out, CLAIM_BASE, key, value, strlen(value), err)
		   : claims_unread(out, "header", "the key of a base is too long", err);
}

/* ---- a whole file -------------------------------------------------------------------------------- */

static void resolve(struct claims *c, const struct prints *known)
{
	for (size_t i = 0; i < c->n; i++) {
		struct claim *at = &c->at[i];
		struct ow_view id = {0};

		if (at->kind < CLAIM_LINK)
			id = tag_id((struct ow_view){(const uint8_t *)at->value, strlen(at->value)},
				    known);
		(void)snprintf(at->id, sizeof at->id, "%.*s", (int)id.n,
			       id.n == 0 ? "" : (const char *)id.p);
	}
}

int claims_resolve(struct claims *c, struct ow_error *err)
{
	OW_AUTO(prints_done) struct prints known = {0};

	if (prints_read(fingerprints, fingerprints_size, &known, err) < 0)
		return err->code;
	resolve(c, &known);
	return 0;
}

/* A whole agreement may stand in the prompt of a card; then it is what the card is judged by. */
static int judge_prompt(const struct prints *known, const struct card_prompt *prompt, size_t shift,
			struct detect *out, struct ow_error *err)
{
	size_t n = strlen(prompt->text);

	if (n > LICENSE_FILE_MAX || detect_with(known, prompt->text, n, out, err) < 0)
		return err->code;
	for (size_t i = 0; i < out->n_matches; i++) {
		out->matches[i].from = shift + prompt->from;
		out->matches[i].to = shift + prompt->to;
	}
	return 0;
}

/* The claims of a front matter, or that it cannot be read. */
static int take_card(const char *p, size_t n, struct claims *claims, struct card_prompt *prompt,
		     struct ow_error *err)
{
	struct ow_error not_yaml = {0};

	if (claims_of_card(p, n, claims, prompt, &not_yaml) == 0)
		return 0;
	if (not_yaml.code != OW_E_FORMAT) {
		*err = not_yaml;
		return err->code;
	}
	return claims_unread(claims, "front matter", not_yaml.text, err);
}

int claims_and_text(const void *p, size_t n, struct claims *claims, struct detect *out,
		    struct ow_error *err)
{
	OW_AUTO(prints_done) struct prints known = {0};
	OW_AUTO(card_prompt_done) struct card_prompt prompt = {0};
	OW_AUTO(detect_done) struct detect d = {0};
	size_t from, to;
	bool told = false;

	if (prints_read(fingerprints, fingerprints_size, &known, err) < 0)
		return err->code;
	if (n > 0 && card_front_matter(p, n, &from, &to)) {
		if (take_card((const char *)p + from, to - from, claims, &prompt, err) < 0)
			return err->code;
		if (prompt.text != NULL) {
			if (judge_prompt(&known, &prompt, from, &d, err) < 0)
				return err->code;
			told = d.state != DETECT_UNKNOWN;
		}
	} else if (n > 0 && begins_as_card(p, n) &&
		   claims_unread(claims, "front matter", "it does not stand between two lines ---",
				 err) < 0) {
		return err->code;
	}
	if (!told) {
		detect_done(&d);
		d = (struct detect){0};
		if (detect_with(&known, p, n, &d, err) < 0)
			return err->code;
	}
	if (claims_of_text(p, n, claims, err) < 0)
		return err->code;
	resolve(claims, &known);
	*out = d;
	d = (struct detect){0};
	return 0;
}

/* ---- claims against texts ------------------------------------------------------------------------ */

const char *claim_verdict_name(enum claim_verdict v)
{
	static const char *const names[] = {"absent",   "tag-only", "text-only", "unknown-text",
					    "modified", "mismatch", "confirmed"};

	return names[v];
}

static bool text_serves(const struct detect *d, const char *id)
{
	for (size_t i = 0; i < d->n_matches; i++) {
		if (strcmp(d->matches[i].id, id) == 0)
			return true;
	}
	return strcmp(d->id, id) == 0;
}

static bool is_license(const struct claim *c)
{
	return c->kind == CLAIM_LICENSE;
}

/* Has the text an id that is claimed? */
static bool is_claimed(const struct claims *claims, const struct detect *text)
{
	for (size_t i = 0; i < claims->n; i++) {
		const struct claim *c = &claims->at[i];

		if (is_license(c) && c->id[0] != '\0' && text_serves(text, c->id))
			return true;
	}
	return false;
}

static bool has_text(const struct claim *c, const struct detect *texts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text_serves(&texts[i], c->id))
			return true;
	}
	return false;
}

/* What the claims alone say, and whether one of them has no text. */
struct said {
	size_t claims; /* of a licence */
	size_t meant;  /* those of them that mean one */
	bool unmet;
};

static struct said what_is_said(const struct claims *claims, const struct detect *texts, size_t n)
{
	struct said s = {0};

	for (size_t i = 0; i < claims->n; i++) {
		const struct claim *c = &claims->at[i];

		if (!is_license(c))
			continue;
		s.claims++;
		if (c->id[0] == '\0')
			continue;
		s.meant++;
		s.unmet = s.unmet || !has_text(c, texts, n);
	}
	return s;
}

enum claim_verdict claims_judge(const struct claims *claims, const struct detect *texts,
				size_t n_texts)
{
	struct said said = what_is_said(claims, texts, n_texts);
	bool stray = false, unknown = false, changed = false;

	if (n_texts == 0)
		return said.claims == 0 ? CLAIM_ABSENT : CLAIM_TAG_ONLY;
	for (size_t i = 0; i < n_texts; i++) {
		enum detect_state state = texts[i].state;

		if (state == DETECT_UNKNOWN) {
			unknown = true;
			continue;
		}
		changed = changed || state < DETECT_CONFIRMED;
		stray = stray || !is_claimed(claims, &texts[i]);
	}
	if (said.meant > 0 && (stray || (said.unmet && !unknown)))
		return CLAIM_MISMATCH;
	if (unknown)
		return CLAIM_UNKNOWN;
	if (changed)
		return CLAIM_MODIFIED;
	return said.meant == 0 || said.meant < said.claims ? CLAIM_TEXT_ONLY : CLAIM_CONFIRMED;
}
