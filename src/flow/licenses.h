/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The inside of the public licences, for the verbs that decide with them.
 */
#ifndef OW_FLOW_LICENSES_H
#define OW_FLOW_LICENSES_H

#include <owstore/policy.h>

#include "policy/license.h"

struct ow_licenses {
	struct license_set *set;
};

#endif
