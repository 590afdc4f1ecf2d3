/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The inside of the public licences, for the verbs that decide with them.
 */
#ifndef OW_GOVERN_LICENSES_H
#define OW_GOVERN_LICENSES_H

#include <owstore/policy.h>

#include "policy/license.h"
#include "trust/role.h"
#include "trust/state.h"

struct ow_licenses {
	struct license_set *set;
	bool loose; /* from folders that somebody named: to look, not to let anything happen */
	char origin[ID_TEXT]; /* whose approvers signed the site's own files; "": there are none */
};

/* With the site's own files: *.yaml in /etc/owstore/licenses.d, each with the signature of an approver
 * (licence_sign.h), all of one origin. A folder that is not there adds nothing. (Test builds: $OWSTORE_SITE is /etc.)
 */
OW_MUST_USE int licenses_site(const struct trust_state *trust, struct ow_licenses **out,
			      struct ow_error *err);

/* May something happen by these profiles in a store that an origin governs? OW_E_USAGE where they are of a folder that
 * somebody named, OW_E_TRUST where another origin signed them.
 */
OW_MUST_USE int licenses_count_for(const struct ow_licenses *known, const char *governor,
				   struct ow_error *err);

/* By id, else by a tag that stands for one alone; NULL with OW_E_USAGE that says what is near. */
const struct license *licenses_find(const struct ow_licenses *known, const char *name,
				    struct ow_error *err);

#endif
