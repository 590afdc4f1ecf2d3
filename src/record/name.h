/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Names and versions of artifacts, and the three ways to refer to one (D31).
 */
#ifndef OW_RECORD_NAME_H
#define OW_RECORD_NAME_H

#include <stdbool.h>

#include <owstore/error.h>

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

/* [a-z][a-z-]{0,31} */
bool role_ok(const char *s);

enum ref_kind {
	REF_EXACT,  /* name@version */
	REF_DIGEST, /* sha256: and 8 to 64 hex digits */
	REF_NAME,   /* a bare name, good where it is unique */
};

struct ref {
	enum ref_kind kind;
	char name[NAME_CAP];
	char version[VERSION_CAP];
	char digits[65]; /* of REF_DIGEST */
};

/* Read what a person typed; OW_E_USAGE says what a reference looks like. */
OW_MUST_USE int ref_parse(const char *text, struct ref *out, struct ow_error *err);

#endif
