/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A site's own licence profiles change what is allowed, so they count only with the signature of an approver. It lies
 * beside FILE.yaml as FILE.yaml.minisig, a minisign signature of type "licences" (docs/format/signatures.md), which
 * "minisign -Vm FILE.yaml" finds by itself.
 */
#ifndef OW_GOVERN_LICENCE_SIGN_H
#define OW_GOVERN_LICENCE_SIGN_H

#include "base/buf.h"
#include "trust/state.h"

/* Has an approver of a trusted root signed the file `name` of the folder? `origin` is that root's, "" at first; another
 * one than of the files before is refused. OW_E_TRUST with the command that signs.
 */
OW_MUST_USE int licence_vouched(int dir, const char *name, const char *path,
				const struct buf *bytes, const struct trust_state *trust,
				char origin[ID_TEXT], struct ow_error *err);

#endif
