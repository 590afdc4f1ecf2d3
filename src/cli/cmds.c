/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The verbs, and the options that come with what a verb needs.
 */
#include "cli/cmds.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cmd.h"

/* one line a verb, so that a new one is a new line */
/* clang-format off */
const struct cmd *const cmds[] = {
    &cmd_init,
    &cmd_add,
    &cmd_checkout,
    &cmd_ls,
    &cmd_show,
    &cmd_log,
    &cmd_lineage,
    &cmd_key_new,
    &cmd_key_ls,
    &cmd_key_show,
    &cmd_root_new,
    &cmd_root_propose,
    &cmd_root_sign,
    &cmd_root_seal,
    &cmd_root_show,
    &cmd_trust_init,
    &cmd_trust_ls,
    &cmd_license_ls,
    &cmd_license_show,
    &cmd_license_diff,
    &cmd_license_identify,
    &cmd_license_sign,
    &cmd_decide,
    &cmd_report_licences,
    &cmd_impact,
    &cmd_fact,
    &cmd_approve,
    &cmd_elect,
    &cmd_interpret,
    &cmd_waive,
    &cmd_accept,
    &cmd_review,
    &cmd_promote,
    &cmd_export,
    &cmd_verify,
    &cmd_import,
    &cmd_golden,
    &cmd_smoke,
    &cmd_run,
    &cmd_logits,
    &cmd_tokenize,
    &cmd_selftest,
    &cmd_fsck,
    &cmd_gc,
    &cmd_audit_verify,
    &cmd_config_show,
    &cmd_help,
    &cmd_completion,
    &cmd_man_page,
    &cmd_version,
    NULL,
};
/* clang-format on */

static const struct opt every_verb[] = {
    {.name = "help", .letter = 'h', OPT_INTO(FLAG, struct common, help), .help = "print this help"},
    {.name = "json",
     OPT_INTO(MODE, struct common, json),
     .arg = "lines",
     .help = "print the result as one JSON object; =lines: also progress and warnings, one a line"},
    {.name = "quiet",
     .letter = 'q',
     OPT_INTO(FLAG, struct common, quiet),
     .help = "no progress and no warnings"},
    {.name = "verbose",
     .letter = 'v',
     OPT_INTO(FLAG, struct common, verbose),
     .help = "say more: details of a report, the stable name of an error"},
    {.name = "no-progress", OPT_INTO(FLAG, struct common, no_progress), .help = "no progress line"},
    {.name = "color",
     OPT_INTO(CHOICE, struct common, color),
     .arg = "auto|always|never",
     .help = "colours on a terminal; NO_COLOR turns them off"},
    {0},
};

static const struct opt with_store[] = {
    {.name = "store",
     OPT_INTO(TEXT, struct common, store),
     .arg = "DIR",
     .help = "the store (OWSTORE_STORE)"},
    {0},
};

static const struct opt with_trust[] = {
    {.name = "trust",
     OPT_INTO(TEXT, struct common, trust),
     .arg = "DIR",
     .help = "where the trusted roots are kept (OWSTORE_TRUST)"},
    {0},
};

static const struct opt with_keys[] = {
    {.name = "keys",
     OPT_INTO(TEXT, struct common, keys),
     .arg = "DIR",
     .help = "where secret keys are (OWSTORE_KEYS)"},
    {0},
};

static const struct opt with_passphrase[] = {
    {.name = "passphrase-fd",
     OPT_INTO(U64, struct common, passphrase_fd),
     .arg = "N",
     .help = "read the passphrase from this descriptor, one line, instead of the terminal"},
    {0},
};

size_t cmd_opt_sets(const struct cmd *cmd, void *own, struct common *common,
		    struct opt_set sets[OPT_SETS_MAX])
{
	const struct {
		unsigned needs;
		const struct opt *table;
	} with[] = {
	    {NEEDS_STORE, with_store},
	    {NEEDS_TRUST, with_trust},
	    {NEEDS_KEYS, with_keys},
	    {NEEDS_PASSPHRASE, with_passphrase},
	};
	size_t n = 0;

	sets[n++] = (struct opt_set){.table = cmd->options, .into = own};
	for (size_t i = 0; i < sizeof with / sizeof with[0]; i++) {
		if ((cmd->needs & with[i].needs) != 0)
			sets[n++] = (struct opt_set){.table = with[i].table, .into = common};
	}
	sets[n++] = (struct opt_set){.table = every_verb, .into = common};
	return n;
}

/* How many words of `name` argv begins with, all of them or 0. */
static int words_match(const char *name, int argc, char *const *argv)
{
	int n = 0;

	for (const char *w = name;; n++) {
		size_t len = strcspn(w, " ");

		if (n == argc || strlen(argv[n]) != len || memcmp(argv[n], w, len) != 0)
			return 0;
		if (w[len] == '\0')
			return n + 1;
		w += len + 1;
	}
}

const struct cmd *cmd_find(int argc, char *const *argv, int *n_words)
{
	for (size_t i = 0; cmds[i] != NULL; i++) {
		*n_words = words_match(cmds[i]->name, argc, argv);
		if (*n_words > 0)
			return cmds[i];
	}
	return NULL;
}

bool cmd_is_group(const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; cmds[i] != NULL; i++) {
		if (strncmp(cmds[i]->name, word, n) == 0 && cmds[i]->name[n] == ' ')
			return true;
	}
	return false;
}

const char *cmd_nearest(const char *typed)
{
	const char *best = NULL;
	unsigned least = 3;

	for (size_t i = 0; cmds[i] != NULL; i++) {
		unsigned d = text_distance(typed, cmds[i]->name, 2);

		if (!cmds[i]->hidden && d < least && d < strlen(typed)) {
			least = d;
			best = cmds[i]->name;
		}
	}
	return best;
}

void cmd_usage(const struct cmd *cmd, struct buf *out)
{
	buf_printf(out, "owstore %s [options]%s%s", cmd->name, cmd->synopsis[0] == '\0' ? "" : " ",
		   cmd->synopsis);
}
