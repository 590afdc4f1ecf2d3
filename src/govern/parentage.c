/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/parentage.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "os/path.h"

enum {
	NAME_MAX_CLAIMED = 600 /* longer than any name that a store has */
};

static const char gguf_base[] = "general.base_model.";

void parent_name(const char *claimed, char *out, size_t cap)
{
	const char *scheme = strstr(claimed, "://");
	const char *path = scheme == NULL ? NULL : strchr(scheme + 3, '/');
	const char *model = path == NULL ? NULL : strchr(path + 1, '/');
	size_t n;

	if (model == NULL || model == path + 1 || model[1] == '\0' || model[1] == '/') {
		text_copy(out, cap, claimed);
		return;
	}
	n = (size_t)(model - path) + strcspn(model + 1, "/?#");
	(void)snprintf(out, cap, "%.*s", (int)n, path + 1);
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

static const char *fact_of(const struct intake *in, const char *path, const char *key)
{
	for (size_t i = 0; i < in->n_facts; i++) {
		if (strcmp(in->facts[i].path, path) == 0 && strcmp(in->facts[i].key, key) == 0)
			return in->facts[i].value;
	}
	return NULL;
}

/* Is there a GGUF file whose tensors are mostly of a type that loses something? */
static bool is_quantized(const struct intake *in)
{
	static const char *const whole[] = {"F64", "F32", "F16", "BF16"};

	for (size_t i = 0; i < in->n_facts; i++) {
		const struct fact *f = &in->facts[i];
		const char *type;
		bool loses = true;

		if (f->key == NULL || f->value == NULL || strcmp(f->key, "format") != 0 ||
		    strcmp(f->value, "gguf") != 0)
			continue;
		type = fact_of(in, f->path, "quantization");
		for (size_t k = 0; k < sizeof whole / sizeof whole[0] && type != NULL; k++)
			loses = loses && strcmp(type, whole[k]) != 0;
		if (type != NULL && loses)
			return true;
	}
	return false;
}

static const char *usual_kind(const struct artifact *a, const struct intake *in)
{
	return has_adapter(a) ? "adapter-of" : is_quantized(in) ? "quantized" : NULL;
}

/* ---- parents ------------------------------------------------------------------------------------------- */

static int add(struct artifact *a, const char *kind, const char *claimed, struct ow_error *err)
{
	char name[NAME_MAX_CLAIMED];

	parent_name(claimed, name, sizeof name);
	for (size_t i = 0; i < a->n_parents; i++) {
		if (strcasecmp(a->parents[i].name, name) == 0)
			return 0;
	}
	return name[0] == '\0' ? 0 : artifact_add_parent(a, kind, name, err);
}

/* The kind in the record for a word of cards; a word that is not known changes the model all the same. */
static const char *card_kind(const struct finding *f, const char *path)
{
	static const struct {
		const char *word, *kind;
	} words[] = {{"adapter", "adapter-of"}, {"merge", "merge-of"}, {"quantized", "quantized"}};

	for (size_t i = 0; i < f->n_claims; i++) {
		const struct finding_claim *c = &f->claims[i];

		if (strcmp(c->key, "base_model_relation") != 0 || strcmp(c->path, path) != 0)
			continue;
		for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
			if (strcasecmp(c->value, words[k].word) == 0)
				return words[k].kind;
		}
		return "finetune";
	}
	return NULL;
}

/* How many different bases the card of this path names. */
static size_t count_bases(const struct finding *f, const char *path)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_claims; i++)
		n += strcmp(f->claims[i].key, "base_model") == 0 &&
		     strcmp(f->claims[i].path, path) == 0;
	return n;
}

static int add_from_cards(struct artifact *a, const struct finding *f, const char *usual,
			  struct ow_error *err)
{
	for (size_t i = 0; i < f->n_claims; i++) {
		const struct finding_claim *c = &f->claims[i];
		const char *kind = card_kind(f, c->path);

		if (strcmp(c->key, "base_model") != 0)
			continue;
		if (kind == NULL)
			kind = usual;
		if (kind == NULL)
			kind = count_bases(f, c->path) > 1 ? "merge-of" : "finetune";
		if (add(a, kind, c->value, err) < 0)
			return err->code;
	}
	return 0;
}

/* "general.base_model.0.organization" and ".name" make a name where no address is given. Names there are written with
 * blanks.
 */
static int add_by_organization(struct artifact *a, const struct intake *in, const struct fact *name,
			       const char *kind, struct ow_error *err)
{
	const size_t stem = strlen(name->key) - strlen("name");
	char key[128], both[NAME_MAX_CLAIMED];
	const char *organization;

	(void)snprintf(key, sizeof key, "%.*srepo_url", (int)stem, name->key);
	if (fact_of(in, name->path, key) != NULL)
		return 0;
	(void)snprintf(key, sizeof key, "%.*sorganization", (int)stem, name->key);
	organization = fact_of(in, name->path, key);
	(void)snprintf(both, sizeof both, "%s%s%s", organization == NULL ? "" : organization,
		       organization == NULL ? "" : "/", name->value);
	for (char *s = both; *s != '\0'; s++)
		*s = *s == ' ' ? '-' : *s;
	return add(a, kind, both, err);
}

static bool ends(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcmp(s + n - k, end) == 0;
}

static int add_from_facts(struct artifact *a, const struct intake *in, const char *usual,
			  struct ow_error *err)
{
	const char *kind = usual == NULL ? "finetune" : usual;

	for (size_t i = 0; i < in->n_facts; i++) {
		const struct fact *f = &in->facts[i];
		bool base = strncmp(f->key, gguf_base, strlen(gguf_base)) == 0;
		int r = 0;

		if (base && ends(f->key, ".repo_url"))
			r = add(a, kind, f->value, err);
		else if (base && ends(f->key, ".name"))
			r = add_by_organization(a, in, f, kind, err);
		else if (strcmp(f->key, "base_model_name_or_path") == 0 &&
			 strcmp(path_base(f->path), "adapter_config.json") == 0)
			r = add(a, "adapter-of", f->value, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int parentage(struct artifact *a, const struct finding *f, const struct intake *in,
	      struct ow_error *err)
{
	const char *usual = usual_kind(a, in);

	if (add_from_cards(a, f, usual, err) < 0)
		return err->code;
	return add_from_facts(a, in, usual, err);
}
