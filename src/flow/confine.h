/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Jails for what flow does on hostile input.
 */
#ifndef OW_FLOW_CONFINE_H
#define OW_FLOW_CONFINE_H

#include "handle/handle.h"
#include "trust/state.h"

/* From now on this process reads only what lies below the paths and the trust folders, writes nothing but open
 * descriptors, and a socket kills it. For good. OW_E_UNCHECKED where a required layer is missing.
 */
OW_MUST_USE int confine_reader(const char *const *paths, size_t n, const struct trust_state *trust,
			       struct ow_error *err);

/* From now on this process reads of the store only the trees of class `lowest` and wider, writes only what its classes
 * share (ledger, manifests, sequences, staging) and below `medium`, and a socket kills it: the kernel sees to it. For
 * good; the handle knows the other classes no more. OW_E_UNCHECKED where a required layer is missing.
 */
OW_MUST_USE int confine_exporter(struct ow_store *s, enum ow_class lowest, const char *medium,
				 struct ow_error *err);

#endif
