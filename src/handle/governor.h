/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whose words count in a store. Several roots may be trusted on a host, most of them only so that their bundles can be
 * received; the approvers of one origin alone say what may leave a store. That origin stands in the store (ORIGIN). Where
 * it does not yet and a single origin is trusted here, it is that one.
 */
#ifndef OW_HANDLE_GOVERNOR_H
#define OW_HANDLE_GOVERNOR_H

#include "handle/handle.h"
#include "handle/signer.h"

/* The origin that governs the store. 1 with out, 0 with "" where no origin is trusted here and none is named. OW_E_TRUST
 * where several are trusted and none is named: tells them, and how to name one.
 */
OW_MUST_USE int governor_of(struct ow_store *s, const struct trust_state *trust, char out[ID_TEXT],
			    struct ow_error *err);

/* The same for a key that is to sign: OW_E_TRUST unless the newest root of that origin gives it the role, and OW_E_STALE
 * once that root has expired.
 */
OW_MUST_USE int governor_signer(struct ow_store *s, const struct ow_signer *signer,
				enum ow_role role, const struct trust_state *trust,
				char out[ID_TEXT], struct ow_error *err);

/* Is it this origin that governs the store? OW_E_TRUST with both where it is another one. */
OW_MUST_USE int governor_is(struct ow_store *s, const struct trust_state *trust, const char *origin,
			    struct ow_error *err);

/* Before something is put on record in its name (writers): name it in the store that names none yet. */
OW_MUST_USE int governor_settle(struct ow_store *s, const char *origin, struct ow_error *err);

#endif
