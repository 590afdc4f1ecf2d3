/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/parentage.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "policy/case.h"

enum {
	NAME_MAX_CLAIMED = 600 /* longer than any name that a store has */
};

static const char gguf_base[] = "general.base_model.", gguf_data[] = "general.dataset.";

void parent_name(const char *claimed, char *out, size_t cap)
{
	static const char data[] = "/datasets/";
	const char *scheme = strstr(claimed, "://");
	const char *path = scheme == NULL ? NULL : strchr(scheme + 3, '/');
	const char *model;
	size_t n;

	if (path != NULL && strncmp(path, data, sizeof data - 1) == 0)
		path += sizeof data - 2;
	model = path == NULL ? NULL : strchr(path + 1, '/');
	if (model == NULL || model == path + 1 || model[1] == '\0' || model[1] == '/') {
		text_copy(out, cap, claimed);
		return;
	}
	n = (size_t)(model - path) + strcspn(model + 1, "/?#");
	(void)snprintf(out, cap, "%.*s", (int)n, path + 1);
}

bool parentage_hidden(const struct finding *f)
{
	for (size_t i = 0; i < f->n_claims; i++) {
		if (strcmp(f->claims[i].key, "front matter") == 0 ||
		    strcmp(f->claims[i].key, "header") == 0)
			return true;
	}
	return false;
}

/* ---- what the artifact is ----------------------------------------------------------------------------- */

static bool has_adapter(const struct artifact *a)
{
	for (size_t i = 0; i < a->n_components; i++) {
		if (strcmp(a->components[i].role, "adapter") == 0)
			return true;
	}
	return false;
}

static const char *claim_of(const struct finding *f, const char *path, const char *key)
{
	for (size_t i = 0; i < f->n_claims; i++) {
		if (strcmp(f->claims[i].path, path) == 0 && strcmp(f->claims[i].key, key) == 0)
			return f->claims[i].value;
	}
	return NULL;
}

/* Is there a GGUF file whose tensors are mostly of a type that loses something? */
static bool is_quantized(const struct finding *f)
{
	static const char *const whole[] = {"F64", "F32", "F16", "BF16"};

	for (size_t i = 0; i < f->n_claims; i++) {
		bool loses = strcmp(f->claims[i].key, "quantization") == 0;

		for (size_t k = 0; k < sizeof whole / sizeof whole[0]; k++)
			loses = loses && strcmp(f->claims[i].value, whole[k]) != 0;
		if (loses)
			return true;
	}
	return false;
}

bool parentage_derived(const struct finding *f)
{
	bool tuned = false;

	for (size_t i = 0; i < f->n_claims; i++)
		tuned = tuned || strcmp(f->claims[i].key, "general.finetune") == 0;
	return tuned || is_quantized(f);
}

static const char *usual_kind(const struct artifact *a, const struct finding *f)
{
	return has_adapter(a) ? "adapter-of" : is_quantized(f) ? "quantized" : NULL;
}

/* ---- parents ------------------------------------------------------------------------------------------- */

static bool is_derivation(const char *kind)
{
	unsigned word = EDGE_FINETUNE; /* a kind that is not known changes the model */

	(void)word_find(edge_words, kind, &word);
	return word <= EDGE_MERGE_OF;
}

/* A base that the record calls data is a base all the same. */
static int add(struct artifact *a, const char *kind, const char *claimed, struct ow_error *err)
{
	char name[NAME_MAX_CLAIMED], known[NAME_MAX_CLAIMED];

	parent_name(claimed, name, sizeof name);
	for (size_t i = 0; i < a->n_parents; i++) {
		parent_name(a->parents[i].name, known, sizeof known);
		if (strcasecmp(known, name) == 0 &&
		    (is_derivation(a->parents[i].kind) || !is_derivation(kind)))
			return 0;
	}
	return name[0] == '\0' ? 0 : artifact_add_parent(a, kind, name, err);
}

/* How what this card describes was made from the bases that it names; a word that is not known changes the model all the
 * same.
 */
static const char *kind_of_card(const struct finding *f, const char *path, const char *usual)
{
	static const struct {
		const char *word, *kind;
	} words[] = {{"adapter", "adapter-of"}, {"merge", "merge-of"}, {"quantized", "quantized"}};
	const char *relation = claim_of(f, path, "base_model_relation");
	size_t bases = 0;

	for (size_t k = 0; relation != NULL && k < sizeof words / sizeof words[0]; k++) {
		if (strcasecmp(relation, words[k].word) == 0)
			return words[k].kind;
	}
	if (relation != NULL || usual != NULL)
		return relation != NULL ? "finetune" : usual;
	for (size_t i = 0; i < f->n_claims; i++)
		bases += strcmp(f->claims[i].key, "base_model") == 0 &&
			 strcmp(f->claims[i].path, path) == 0;
	return bases > 1 ? "merge-of" : "finetune";
}

static int add_from_cards(struct artifact *a, const struct finding *f, const char *usual,
			  struct ow_error *err)
{
	const char *card = NULL, *kind = NULL;

	for (size_t i = 0; i < f->n_claims; i++) {
		const struct finding_claim *c = &f->claims[i];

		if (strcmp(c->key, "base_model") != 0)
			continue;
		/* the claims of a card stand together */
		if (card == NULL || strcmp(card, c->path) != 0) {
			card = c->path;
			kind = kind_of_card(f, card, usual);
		}
		if (add(a, kind, c->value, err) < 0)
			return err->code;
	}
	return 0;
}

/* "general.base_model.0.organization" and ".name" make a name where no address is given. Names there are written with
 * blanks.
 */
static int add_by_organization(struct artifact *a, const struct finding *f,
			       const struct finding_claim *name, const char *kind,
			       struct ow_error *err)
{
	const int stem = (int)(strlen(name->key) - strlen("name"));
	char key[128], both[NAME_MAX_CLAIMED];
	const char *organization;

	(void)snprintf(key, sizeof key, "%.*srepo_url", stem, name->key);
	if (claim_of(f, name->path, key) != NULL)
		return 0;
	(void)snprintf(key, sizeof key, "%.*sorganization", stem, name->key);
	organization = claim_of(f, name->path, key);
	(void)snprintf(both, sizeof both, "%s%s%s", organization == NULL ? "" : organization,
		       organization == NULL ? "" : "/", name->value);
	for (char *s = both; *s != '\0'; s++)
		*s = *s == ' ' ? '-' : *s;
	return add(a, kind, both, err);
}

/* What the keys of a GGUF list ("general.base_model.") name. */
static int add_from_list(struct artifact *a, const struct finding *f, const char *list,
			 const char *kind, struct ow_error *err)
{
	for (size_t i = 0; i < f->n_claims; i++) {
		const struct finding_claim *c = &f->claims[i];
		int r = 0;

		if (strncmp(c->key, list, strlen(list)) != 0)
			continue;
		if (text_ends(c->key, ".repo_url"))
			r = add(a, kind, c->value, err);
		else if (text_ends(c->key, ".name"))
			r = add_by_organization(a, f, c, kind, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_claimed(struct artifact *a, const struct finding *f, const char *key,
		       const char *kind, struct ow_error *err)
{
	for (size_t i = 0; i < f->n_claims; i++) {
		if (strcmp(f->claims[i].key, key) == 0 && add(a, kind, f->claims[i].value, err) < 0)
			return err->code;
	}
	return 0;
}

int parentage(struct artifact *a, const struct finding *f, struct ow_error *err)
{
	static const char data[] = "trained-on";
	const char *usual = usual_kind(a, f);
	struct ow_error full = {0};

	if (add_from_cards(a, f, usual, err) < 0 ||
	    add_from_list(a, f, gguf_base, usual == NULL ? "finetune" : usual, err) < 0 ||
	    add_claimed(a, f, "base_model_name_or_path", "adapter-of", err) < 0)
		return err->code;
	if ((add_claimed(a, f, "datasets", data, &full) < 0 ||
	     add_from_list(a, f, gguf_data, data, &full) < 0) &&
	    full.code != OW_E_FORMAT) {
		*err = full;
		return err->code;
	}
	return 0;
}
