/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys, roots and first trust: who may sign what, and how a host comes to believe it.
 */
#ifndef OW_TRUST_H
#define OW_TRUST_H

#include <stdbool.h>

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/id.h>

/* What a key may sign. A key has one role for life. The values stand in files. */
enum ow_role {
	OW_ROLE_ROOT = 0,     /* roots: who may sign what */
	OW_ROLE_RELEASE = 1,  /* manifests of bundles */
	OW_ROLE_APPROVER = 2, /* approvals, facts, elections, waivers */
	OW_ROLE_SITE = 3,     /* receipts, checkpoints of the ledger, smoke results */
	OW_ROLE_REVOKE = 4,   /* revocation lists, and nothing else */
};
enum {
	OW_ROLES = 5
};

#endif
