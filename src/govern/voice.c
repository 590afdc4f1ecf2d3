/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/voice.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "govern/item_claim.h"
#include "os/path.h"
#include "policy/expr.h"

size_t voice_folder(const char *path)
{
	return (size_t)(path_base(path) - path);
}

static bool is_pool(const char *path)
{
	size_t n = voice_folder(path);

	return n >= 9 && strncmp(path + n - 9, "LICENSES/", 9) == 0 &&
	       (n == 9 || path[n - 10] == '/');
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Does one of the words stand in the name, without a letter or digit beside it? */
static bool has_word(const char *name, const char *const *words)
{
	for (const char *s = name; *s != '\0';) {
		size_t n = 0;

		while (is_alnum(s[n]))
			n++;
		for (size_t i = 0; words[i] != NULL; i++) {
			if (strlen(words[i]) == n && strncasecmp(s, words[i], n) == 0)
				return true;
		}
		s += n == 0 ? 1 : n;
	}
	return false;
}

/* "CodeLlama-LICENSE" and "LICENSE-encoder.txt" are for all: only a whole word says what a text is for. */
static enum speaks_for speaks_for(const char *path)
{
	static const char *const code[] = {"code", NULL},
				 *const model[] = {"model", "models", "weight", "weights", NULL},
				 *const data[] = {"data", "dataset", "datasets", NULL};
	const char *name = path_base(path);

	if (has_word(name, code))
		return FOR_CODE;
	if (has_word(name, model))
		return FOR_MODEL;
	return has_word(name, data) ? FOR_DATA : FOR_ANY;
}

static enum speaks_for wanted_by(unsigned role)
{
	if (role_is_code(role))
		return FOR_CODE;
	return role == ROLE_DATASET || role == ROLE_EVAL_DATA ? FOR_DATA : FOR_MODEL;
}

bool voice_is_text(const struct finding_file *f)
{
	return strcmp(f->as, "text") == 0 ||
	       (strcmp(f->as, "card") == 0 && strcmp(f->state, "none") != 0);
}

/* ---- which texts ------------------------------------------------------------------------------------------ */

static struct voice voice_of(const struct finding_file *f)
{
	struct voice v = {.speaks = voice_is_text(f), .pool = is_pool(f->path)};

	v.reach = voice_folder(f->path) - (v.pool ? 9 : 0);
	v.named = strcmp(f->as, "card") == 0 ? FOR_ANY : speaks_for(f->path);
	return v;
}

/* Is the text meant for a file, by its name and its folder? */
static bool is_for(const struct voice *v, const char *text, const char *path, unsigned role)
{
	return v->speaks && (v->named == FOR_ANY || v->named == wanted_by(role)) &&
	       strncmp(text, path, v->reach) == 0;
}

/* ---- REUSE: a file tells by a tag which of the texts in LICENSES/ are its own --------------------------------- */

bool voice_is_tag(const struct finding_claim *c)
{
	return strcmp(c->key, "SPDX-License-Identifier") == 0;
}

bool voice_tag_names(const char *tag, const struct finding_file *text)
{
	const char *name = path_base(text->path);
	struct ow_error ignored = {0};
	struct expr e;

	if (expr_parse(tag, &e, &ignored) < 0)
		return false;
	for (size_t i = 0; i < e.n_leaves; i++) {
		size_t n = strlen(e.leaves[i].id);

		if (strncasecmp(name, e.leaves[i].id, n) == 0 && strcmp(name + n, ".txt") == 0)
			return true;
		for (size_t k = 0; k < text->n_ids; k++) {
			if (item_one_text(text->ids[k], e.leaves[i].id))
				return true;
		}
	}
	return false;
}

/* Does the tag of any file name it? */
static bool is_tagged(const struct finding *f, const struct finding_file *text)
{
	for (size_t i = 0; i < f->n_claims; i++) {
		if (voice_is_tag(&f->claims[i]) && voice_tag_names(f->claims[i].value, text))
			return true;
	}
	return false;
}

bool voice_of_model(unsigned role)
{
	return wanted_by(role) == FOR_MODEL;
}

int voices_of(const struct subject *s, const unsigned *roles, struct arena *a,
	      const struct voice **out, struct ow_error *err)
{
	const struct artifact *artifact = &s->found.artifact;
	const struct finding *f = &s->finding;
	struct voice *voices = arena_array(a, f->n_files, sizeof *voices, err);

	if (voices == NULL)
		return err->code;
	for (size_t i = 0; i < f->n_files; i++) {
		struct voice *v = &voices[i];

		*v = voice_of(&f->files[i]);
		v->astray = v->speaks;
		for (size_t k = 0; v->astray && k < artifact->n_components; k++)
			v->astray =
			    roles[k] == ROLE_NONE ||
			    !is_for(v, f->files[i].path, artifact->components[k].path, roles[k]);
		v->tagged = v->pool && is_tagged(f, &f->files[i]);
	}
	*out = voices;
	return 0;
}

size_t voice_closeness(const struct voice *v, const char *text, const char *path, unsigned role)
{
	size_t own = v->pool ? 0 : 1;

	if (v->astray)
		return 1 + own;
	if (!is_for(v, text, path, role))
		return 0;
	return 1 + 4 * v->reach + (v->named != FOR_ANY ? 2u : 0u) + own;
}
