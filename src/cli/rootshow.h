/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A root, printed: what the verbs of roots and of trust have in common.
 */
#ifndef OW_CLI_ROOTSHOW_H
#define OW_CLI_ROOTSHOW_H

#include <owstore/trust.h>

#include "cli/cmd.h"

/* Everything about a root: head, roles with their keys, destinations, signatures. */
void rootshow(struct ctx *c, const struct ow_root *r);

/* The fingerprint in groups for reading aloud and in one piece for copying, under a heading. */
void rootshow_fingerprint(struct ctx *c, const char *heading, const struct ow_id *id);

#endif
