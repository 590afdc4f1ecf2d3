/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What only a person can say: passphrases and consent. Nothing is asked without a terminal.
 */
#ifndef OW_CLI_ASK_H
#define OW_CLI_ASK_H

#include "cli/cmd.h"

enum {
	PASSPHRASE_MAX = 1024 /* bytes, with the terminator */
};

/* The passphrase for `what` ("key rel"): one line of --passphrase-fd where that was given, else typed unseen on the
 * terminal, twice where `twice` (a new one). In memory for secrets, for the caller to secret_free; NULL on failure.
 * Errors   OW_E_USAGE: no terminal and no descriptor, empty, too long, or the two differ. OW_E_IO.
 */
OW_MUST_USE char *ask_passphrase(struct ctx *c, const char *what, bool twice, struct ow_error *err);

/* Is it all right to do `what` ("remove 12 blobs, 3.2 GB")? `yes` is the option --yes of the verb. Refusal is
 * OW_E_USAGE, and so is the lack of a terminal.
 */
OW_MUST_USE int ask_consent(struct ctx *c, const char *what, bool yes, struct ow_error *err);

#endif
