/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A key that signs in a flow, and what the trusted roots say of it.
 */
#ifndef OW_HANDLE_SIGNER_H
#define OW_HANDLE_SIGNER_H

#include <owstore/signer.h>

#include "trust/key.h"
#include "trust/state.h"

/* The open secret key, NULL of a signer that was only looked at: sign_document then refuses. And what its file says. */
const struct secret_key *signer_key(const struct ow_signer *s);
const struct key_info *signer_info(const struct ow_signer *s);

/* The origin whose newest trusted root gives this key the role; OW_E_TRUST if there is none. */
OW_MUST_USE int signer_origin(const struct ow_signer *s, enum ow_role role,
			      const struct trust_state *trust, char origin[ID_TEXT],
			      struct ow_error *err);

/* Does the root give this key the role? */
bool signer_in(const struct ow_signer *s, enum ow_role role, const struct root *root);

/* Do these meet the root's threshold of releases? Asked before anything is done that they shall sign. OW_E_TRUST where not;
 * OW_E_USAGE: one is named twice.
 */
OW_MUST_USE int signers_meet(const struct ow_signer *const *signers, size_t n,
			     const struct root *root, struct ow_error *err);

#endif
