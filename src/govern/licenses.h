/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The inside of the public licences, for the verbs that decide with them.
 */
#ifndef OW_GOVERN_LICENSES_H
#define OW_GOVERN_LICENSES_H

#include <owstore/policy.h>

#include "policy/license.h"

struct ow_licenses {
	struct license_set *set;
};

/* By id, else by a tag that stands for one alone; NULL with OW_E_USAGE that says what is near. */
const struct license *licenses_find(const struct ow_licenses *known, const char *name,
				    struct ow_error *err);

#endif
