/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Small things that several verbs need.
 */
#ifndef OW_CLI_VERB_H
#define OW_CLI_VERB_H

#include <owstore/signer.h>

#include "cli/cmd.h"

/* The trust folder that was asked for, or NULL for the usual ones. */
const char *verb_trust(const struct ctx *c);

/* Open secret keys by name, asking for each passphrase in turn. For a dry run they are only looked at, which takes no
 * passphrase.
 */
struct signers {
	struct ow_signer **at;
	size_t n;
};
OW_MUST_USE int verb_take_signers(struct ctx *c, const char *const *names, size_t n, bool dry_run,
				  struct signers *out, struct ow_error *err);
void signers_done(struct signers *s);
OW_DEFINE_AUTO_DONE(struct signers, signers_done)

/* The option -n of a struct of options that has the member `dry_run`. */
#define OPT_DRY_RUN(T)                                                                             \
	{                                                                                          \
		.name = "dry-run", .letter = 'n', OPT_INTO(FLAG, T, dry_run),                      \
		.help = "check and say, change nothing"                                            \
	}

/* The last line of a dry run: nothing was written. (That it was one, the frame tells in the object.) */
void verb_dry_run(struct ctx *c, bool dry_run);

/* "98.4 MB in 0.31 s (317 MB/s)" */
enum {
	RATE_TEXT = 64
};
const char *verb_rate(uint64_t bytes, double seconds, char out[RATE_TEXT]);

/* "3 files" */
#define PLURAL(n) ((n) == 1 ? "" : "s")

#endif
