/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A verb is one constant in one file, src/cli/cmd_<verb>.c, and one line in cmds.c. Its help,
 * completion, manual page and the check of its arguments all come from that constant. A whole verb:
 *
 *	struct size_opts {
 *		bool total;
 *	};
 *
 *	static const struct opt options[] = {
 *	    {.name = "total", .letter = 't', OPT_INTO(FLAG, struct size_opts, total), .help = "…"},
 *	    {0},
 *	};
 *
 *	static int run(struct ctx *c, const void *options_given, struct ow_error *err)
 *	{
 *		const struct size_opts *o = options_given;
 *		struct json list = json_put_list(c->out.result, "files");
 *		OW_AUTO(table_free) struct table *t = table_new("NAME", ">SIZE", NULL);
 *		uint64_t sum = 0;
 *
 *		for (size_t i = 0; i < c->n_args; i++) {
 *			struct json item = json_put_object(list, NULL);
 *			uint64_t size;
 *
 *			if (ow_thing_size(c->store, c->args[i], &size, &c->events, err) < 0)
 *				return err->code;
 *			sum += size;
 *			json_put_text(item, "name", c->args[i]);
 *			json_put_u64(item, "size", size);
 *			table_cell(t, "%s", c->args[i]);
 *			table_cell(t, "%llu", (unsigned long long)size);
 *		}
 *		if (!o->total)
 *			out_table(&c->out, t);
 *		out_line(&c->out, "%llu bytes", (unsigned long long)sum);
 *		return 0;
 *	}
 *
 *	const struct cmd cmd_size = {
 *	    .name = "size",
 *	    .section = SECTION_LOOK,
 *	    .summary = "tell how large artifacts are",
 *	    .synopsis = "REF...",
 *	    .min_args = 1,
 *	    .max_args = ARGS_ANY,
 *	    .about = "Prints one line an artifact.\n\nA second paragraph.",
 *	    .options = options,
 *	    .options_size = sizeof(struct size_opts),
 *	    .needs = NEEDS_STORE_READ,
 *	    .examples = {{"owstore size a@1", "one artifact"},
 *			 {"owstore size --json a@1", "the same for programs"}},
 *	    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_OK},
 *	    .also = (const char *const[]){"ls", NULL},
 *	    .run = run,
 *	};
 *
 * There are no ifs about the form of output: JSON calls keep nothing without --json, text calls
 * print nothing with it. What is printed is scrubbed by out_line and the table.
 *
 * run gives 0, or < 0 with err filled; the frame prints the error, as text and as JSON, and turns
 * it into the exit status. A verb whose refusal comes with a report (verify) sets
 * c->out.keep_result, and the error becomes a member of its JSON object. Nothing in a verb prints,
 * exits or reads the environment by itself.
 */
#ifndef OW_CLI_CMD_H
#define OW_CLI_CMD_H

#include <owstore/error.h>
#include <owstore/event.h>
#include <owstore/store.h>

#include "cli/config.h"
#include "cli/opt.h"
#include "cli/out.h"
#include "cli/progress.h"
#include "cli/table.h"

/* What a verb works with. The dispatcher opens the store; the common options that go with each need
 * come with it, and nothing else brings them.
 */
enum needs {
	NEEDS_NOTHING = 0,
	NEEDS_STORE_DIR = 1,   /* --store, not opened */
	NEEDS_STORE_READ = 2,  /* --store, opened for reading as ctx.store */
	NEEDS_STORE_WRITE = 4, /* --store, opened for writing as ctx.store */
	NEEDS_TRUST = 8,       /* --trust */
	NEEDS_KEYS = 16,       /* --keys */
	NEEDS_PASSPHRASE = 32, /* --passphrase-fd */
	NEEDS_STORE = NEEDS_STORE_DIR | NEEDS_STORE_READ | NEEDS_STORE_WRITE
};

/* Where the verb stands in the overview. */
enum section {
	SECTION_STORE,
	SECTION_LOOK,
	SECTION_KEYS,
	SECTION_POLICY,
	SECTION_MODEL,
	SECTION_CROSS,
	SECTION_CARE,
	SECTION_TOOL
};

enum {
	ARGS_ANY = 1 << 20
};

struct example {
	const char *line; /* "owstore verify /media/stick" */
	const char *what; /* lower case, no final stop */
};

/* The values of the options that every verb has, or that come with what it needs. */
struct common {
	bool help;
	unsigned json; /* OPT_MODE: 1 one object, 2 lines */
	bool quiet, verbose, no_progress;
	unsigned color; /* OPT_CHOICE: auto, always, never */
	const char *store, *trust, *keys;
	uint64_t passphrase_fd; /* UINT64_MAX: not given */
};

struct ctx {
	const struct cmd *cmd;
	struct common common;
	struct config config; /* flags, environment and files in one */
	const char **args;    /* what is no option */
	size_t n_args;
	struct ow_store *store;  /* open where the verb needs it, else NULL; not to be closed */
	struct ow_events events; /* for the library */
	struct progress progress;
	struct out out;
};

struct cmd {
	const char *name; /* "verify", "key new" */
	enum section section;
	bool hidden;          /* not in help, completion or manual */
	bool bare;            /* reads no settings, so that a bad file of them cannot stop it */
	const char *summary;  /* lower case, no final stop: "check a bundle before anything else" */
	const char *synopsis; /* what follows the options: "REF --to DIR", or "" */
	size_t min_args, max_args;
	const char *about;          /* paragraphs with "\n\n" between them, filled at will; ASCII */
	const struct opt *options;  /* or NULL */
	size_t options_size;        /* of the struct that they fill */
	const void *defaults;       /* such a struct, or NULL for zeros */
	unsigned needs;             /* NEEDS_* together */
	struct example examples[6]; /* two at least, the last one empty */
	const enum ow_code *exits;  /* beside 0, 2, 9 and 70; OW_OK ends; or NULL */
	const char *const *also;    /* names of related verbs, NULL ends; or NULL */
	int (*run)(struct ctx *c, const void *options, struct ow_error *err);
};

/* All verbs in the order of the overview; NULL ends. */
extern const struct cmd *const cmds[];

/* The verb that argv[0..argc) begins with, or NULL, and how many words its name has. */
const struct cmd *cmd_find(int argc, char *const *argv, int *n_words);

/* Is it the first word of verbs of two ("key")? */
bool cmd_is_group(const char *word);

/* The verb or group nearest to what was typed, or NULL when nothing is near. */
const char *cmd_nearest(const char *typed);

/* The options of `cmd`, its own first, with the structs they fill (either may be NULL when only the
 * tables matter). Returns how many sets there are, at most OPT_SETS_MAX.
 */
size_t cmd_opt_sets(const struct cmd *cmd, void *own, struct common *common,
		    struct opt_set sets[OPT_SETS_MAX]);

/* How to call it: "owstore verify [options] PATH...". */
void cmd_usage(const struct cmd *cmd, struct buf *out);

/* Run the program: everything but exit. Returns the exit status. */
int cli_run(int argc, char *const *argv);

#endif
