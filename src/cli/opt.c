/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/opt.h"

#include <assert.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

struct parse {
	const struct opt_set *sets;
	size_t n_sets;
	int argc, i; /* argv[i] is at hand */
	char *const *argv;
	uint64_t seen[OPT_SETS_MAX]; /* one bit an option */
};

/* An option of the tables, where it was found. */
struct found {
	const struct opt *opt;
	size_t set, line;
};

static bool find_long(const struct parse *p, const char *name, size_t n, struct found *out)
{
	for (size_t s = 0; s < p->n_sets; s++) {
		for (size_t k = 0; p->sets[s].table != NULL && p->sets[s].table[k].name != NULL;
		     k++) {
			const struct opt *o = &p->sets[s].table[k];

			if (strlen(o->name) == n && memcmp(o->name, name, n) == 0) {
				*out = (struct found){.opt = o, .set = s, .line = k};
				return true;
			}
		}
	}
	return false;
}

static bool find_letter(const struct parse *p, char letter, struct found *out)
{
	for (size_t s = 0; s < p->n_sets; s++) {
		for (size_t k = 0; p->sets[s].table != NULL && p->sets[s].table[k].name != NULL;
		     k++) {
			const struct opt *o = &p->sets[s].table[k];

			if (o->letter == letter) {
				*out = (struct found){.opt = o, .set = s, .line = k};
				return true;
			}
		}
	}
	return false;
}

/* The long option that is at most two edits away from what was typed. */
static const char *nearest(const struct parse *p, const char *name)
{
	const char *best = NULL;
	unsigned least = 3;

	for (size_t s = 0; s < p->n_sets; s++) {
		for (const struct opt *o = p->sets[s].table; o != NULL && o->name != NULL; o++) {
			unsigned d = text_distance(name, o->name, 2);

			if (d < least && d < strlen(o->name)) {
				least = d;
				best = o->name;
			}
		}
	}
	return best;
}

static int unknown_long(const struct parse *p, const char *name, size_t n, struct ow_error *err)
{
	char typed[64] = "";
	const char *meant;

	memcpy(typed, name, n < sizeof typed ? n : sizeof typed - 1);
	meant = nearest(p, typed);
	(void)err_set(err, OW_E_USAGE, "unknown option '--%.*s'", n < 200 ? (int)n : 200, name);
	return meant == NULL ? err->code : err_hint(err, "did you mean '--%s'?", meant);
}

unsigned opt_word(const char *words, const char *word)
{
	size_t n = strlen(word);
	unsigned i = 1;

	for (const char *w = words; n > 0; i++) {
		size_t len = strcspn(w, "|");

		if (len == n && memcmp(w, word, n) == 0)
			return i;
		if (w[len] == '\0')
			break;
		w += len + 1;
	}
	return 0;
}

/* Nothing that a person types is longer than a path or holds a control character, but for prose. */
static int check_argument(const struct parse *p, const char *s, bool prose, struct ow_error *err)
{
	size_t n = strlen(s), max = prose ? PROSE_MAX : ARGUMENT_MAX;

	if (n > max)
		return err_set(err, OW_E_USAGE, "argument %d: %zu bytes, at most %zu", p->i + 1, n,
			       max);
	for (const char *c = s; *c != '\0'; c++) {
		bool control = (unsigned char)*c < 0x20 || *c == 0x7f;

		if (control && !(prose && (*c == '\n' || *c == '\t')))
			return err_set(err, OW_E_USAGE, "argument %d: control character in '%s'",
				       p->i + 1, s);
	}
	return 0;
}

static int list_add(const struct parse *p, struct opt_list *list, const char *value,
		    struct ow_error *err)
{
	if (list->at == NULL) {
		list->at = mem_array((size_t)p->argc, sizeof *list->at, err);
		if (list->at == NULL)
			return err->code;
	}
	list->at[list->n++] = value;
	return 0;
}

static int store_word(const struct opt *o, unsigned *target, const char *value,
		      struct ow_error *err)
{
	unsigned word = opt_word(o->arg, value);

	if (word == 0)
		return err_set(err, OW_E_USAGE, "option '--%s': '%s' is none of %s", o->name, value,
			       o->arg);
	*target = word + (o->type == OPT_MODE);
	return 0;
}

/* Put the value (NULL for none) where the option wants it. */
static int store(const struct parse *p, const struct found *f, const char *value,
		 struct ow_error *err)
{
	const struct opt *o = f->opt;
	void *target = (char *)p->sets[f->set].into + o->at;

	switch (o->type) {
	case OPT_FLAG:
		*(bool *)target = true;
		return 0;
	case OPT_TEXT:
		*(const char **)target = value;
		return 0;
	case OPT_LIST:
		return list_add(p, target, value, err);
	case OPT_U64:
		if (!text_parse_u64(value, target))
			return err_set(err, OW_E_USAGE, "option '--%s': '%s' is not a number",
				       o->name, value);
		return 0;
	case OPT_SIZE:
		if (!text_parse_size(value, target))
			return err_set(err, OW_E_USAGE,
				       "option '--%s': '%s' is not a size such as 700MB or 2GiB",
				       o->name, value);
		return 0;
	case OPT_CHOICE:
		return store_word(o, target, value, err);
	case OPT_MODE:
		if (value != NULL)
			return store_word(o, target, value, err);
		*(unsigned *)target = 1;
		return 0;
	}
	return err_set(err, OW_E_INTERNAL, "option '--%s' has no type", o->name);
}

/* Take the option f with its value: `joined` to it, or the argument that follows. */
static int take(struct parse *p, const struct found *f, const char *joined, struct ow_error *err)
{
	const struct opt *o = f->opt;
	uint64_t bit = (uint64_t)1 << f->line;
	const char *value = joined;

	assert(f->line < OPT_TABLE_MAX);
	if ((p->seen[f->set] & bit) != 0 && o->type != OPT_LIST)
		return err_set(err, OW_E_USAGE, "option '--%s' is given twice", o->name);
	p->seen[f->set] |= bit;
	if (o->type == OPT_FLAG && joined != NULL)
		return err_set(err, OW_E_USAGE, "option '--%s' takes no value", o->name);
	if (o->type == OPT_FLAG || o->type == OPT_MODE)
		return store(p, f, value, err);
	if (joined == NULL && p->i + 1 < p->argc)
		value = p->argv[++p->i];
	if (value == NULL || value[0] == '\0')
		return err_set(err, OW_E_USAGE, "option '--%s' needs a value %s", o->name, o->arg);
	if (check_argument(p, value, o->prose, err) < 0)
		return err->code;
	if (joined == NULL && value[0] == '-' && value[1] != '\0') {
		(void)err_set(err, OW_E_USAGE, "option '--%s' needs a value %s, not '%s'", o->name,
			      o->arg, value);
		return err_hint(err, "if that is the value, write --%s=%s", o->name, value);
	}
	return store(p, f, value, err);
}

static int take_long(struct parse *p, const char *name, struct ow_error *err)
{
	size_t n = strcspn(name, "=");
	struct found f;

	if (!find_long(p, name, n, &f))
		return unknown_long(p, name, n, err);
	return take(p, &f, name[n] == '=' ? name + n + 1 : NULL, err);
}

/* "-abc": flags up to the first letter that takes a value, which is the rest or the next argument.
 */
static int take_letters(struct parse *p, const char *letters, struct ow_error *err)
{
	for (const char *c = letters; *c != '\0'; c++) {
		struct found f;
		bool flag;

		if (!find_letter(p, *c, &f))
			return err_set(err, OW_E_USAGE, "unknown option '-%c'", *c);
		flag = f.opt->type == OPT_FLAG || f.opt->type == OPT_MODE;
		if (take(p, &f, flag || c[1] == '\0' ? NULL : c + 1, err) < 0)
			return err->code;
		if (!flag)
			break;
	}
	return 0;
}

int opt_parse(const struct opt_set *sets, size_t n_sets, int argc, char *const *argv,
	      const char **args, size_t *n_args, struct ow_error *err)
{
	struct parse p = {.sets = sets, .n_sets = n_sets, .argc = argc, .argv = argv};
	bool ended = false;

	assert(n_sets <= OPT_SETS_MAX);
	*n_args = 0;
	for (; p.i < argc; p.i++) {
		const char *a = argv[p.i];
		int r = 0;

		if (ended || a[0] != '-' || a[1] == '\0')
			r = check_argument(&p, args[(*n_args)++] = a, false, err);
		else if (strcmp(a, "--") == 0)
			ended = true;
		else
			r = a[1] == '-' ? take_long(&p, a + 2, err) : take_letters(&p, a + 1, err);
		if (r < 0)
			return r;
	}
	return 0;
}

void opt_done(const struct opt_set *sets, size_t n_sets)
{
	for (size_t s = 0; s < n_sets; s++) {
		for (const struct opt *o = sets[s].table; o != NULL && o->name != NULL; o++) {
			struct opt_list *list =
			    (struct opt_list *)(void *)((char *)sets[s].into + o->at);

			if (o->type == OPT_LIST) {
				free(list->at);
				*list = (struct opt_list){0};
			}
		}
	}
}
