/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Options as a table: parsed into a struct, and printed as help, completion and manual from the
 * same lines.
 *
 *	struct export_opts {
 *		const char *to;
 *		bool dry_run;
 *	};
 *	static const struct opt options[] = {
 *	    {.name = "to", OPT_INTO(TEXT, struct export_opts, to), .arg = "DIR", .help = "…"},
 *	    {.name = "dry-run", OPT_INTO(FLAG, struct export_opts, dry_run), .help = "…"},
 *	    {0},
 *	};
 */
#ifndef OW_CLI_OPT_H
#define OW_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>

/* The texts of an option that may be repeated, in the order given; they belong to argv. */
struct opt_list {
	const char **at;
	size_t n;
};

enum opt_type {
	OPT_FLAG,   /* takes no value */
	OPT_TEXT,   /* any text but the empty one */
	OPT_U64,    /* a decimal number */
	OPT_SIZE,   /* 700MB, 2GiB: text_parse_size */
	OPT_LIST,   /* as OPT_TEXT, may be repeated */
	OPT_CHOICE, /* one of the words in `arg`; 1 for the first, 0 where not given */
	OPT_MODE,   /* no value is 1, "=word" with a word of `arg` is 2 and up, 0 where not given */
};

#define OPT_FLAG_TYPE   bool
#define OPT_TEXT_TYPE   const char *
#define OPT_U64_TYPE    uint64_t
#define OPT_SIZE_TYPE   uint64_t
#define OPT_LIST_TYPE   struct opt_list
#define OPT_CHOICE_TYPE unsigned
#define OPT_MODE_TYPE   unsigned

/* Type and target of an option in one; does not compile unless the member has the type's C type. */
#define OPT_INTO(kind, T, member)                                                                  \
	.type = OPT_##kind, .at = offsetof(T, member) + 0 * sizeof(char[OPT_FITS(kind, T, member)])
#define OPT_FITS(kind, T, member)                                                                  \
	(__builtin_types_compatible_p(__typeof__(((T *)NULL)->member), OPT_##kind##_TYPE) ? 1 : -1)

struct opt {
	const char *name; /* "dry-run"; NULL ends the table */
	char letter;      /* 'n', or 0 for none */
	bool prose;       /* the value may be long, with newlines and tabs */
	enum opt_type type;
	const char *arg;  /* what help calls the value: "DIR"; OPT_CHOICE and OPT_MODE:
			     "auto|always|never" */
	size_t at;        /* where the value goes in the options struct */
	const char *help; /* lower case, no final stop, ASCII */
};

/* A table and the struct that it fills. */
struct opt_set {
	const struct opt *table;
	void *into;
};

enum {
	OPT_SETS_MAX = 8,
	OPT_TABLE_MAX = 64, /* options of one table */
};

/* Parse argv[0..argc). Options and other arguments may mix; "--" ends the options, "-" is an
 * argument. Values are "--name=value", "--name value", "-nvalue" or "-n value"; flags of one letter
 * may be joined. Names are never completed or guessed. The structs hold their defaults beforehand.
 *
 * args     room for argc texts; what is no option goes there, as it stands in argv
 * Errors   OW_E_USAGE: unknown or repeated option, value missing, unwanted or not of its type, an
 * argument longer than ARGUMENT_MAX (PROSE_MAX) or with a control character. Lists are to be freed in any case.
 */
OW_MUST_USE int opt_parse(const struct opt_set *sets, size_t n_sets, int argc, char *const *argv,
			  const char **args, size_t *n_args, struct ow_error *err);

/* Free the lists that opt_parse allocated. */
void opt_done(const struct opt_set *sets, size_t n_sets);

/* Is `word` one of "a|b|c"? Its number from 1, or 0. */
unsigned opt_word(const char *words, const char *word);

#endif
