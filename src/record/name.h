/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The grammar of names, versions and roles.
 */
#ifndef OW_RECORD_NAME_H
#define OW_RECORD_NAME_H

#include <stdbool.h>

enum {
	NAME_CAP = 200,   /* bytes of a name with its terminator */
	VERSION_CAP = 65, /* bytes of a version with its terminator */
	ROLE_CAP = 33,
	LICENCE_CAP = 512, /* of a licence expression */
};

/* One to four parts joined by "/", each [A-Za-z0-9][A-Za-z0-9._-]{0,95} and not ending in "." */
bool name_ok(const char *s);

/* [A-Za-z0-9][A-Za-z0-9._+-]{0,63} */
bool version_ok(const char *s);

/* What "hf:org/model@commit" calls it: "org/model". False: it has no other name, and *out is "". */
bool name_of_upstream(const char *upstream, char out[NAME_CAP]);

/* [a-z][a-z-]{0,31} */
bool role_ok(const char *s);

#endif
