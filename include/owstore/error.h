/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Errors: one fixed-size value, owned by the caller, never allocated and never freed.
 *
 *	struct ow_error err = {0};
 *
 *	if (ow_store_open(path, OW_STORE_READ, &store, &err) < 0) {
 *		fprintf(stderr, "%s: %s\n", ow_code_name(err.code), err.text);
 *		return ow_code_exit(err.code);
 *	}
 *
 * A function that returns int gives < 0 with `err` filled, or >= 0 with `err` untouched.
 */
#ifndef OW_ERROR_H
#define OW_ERROR_H

#include <stdbool.h>

#include <owstore/api.h>

/* One code per exit status. The value is the negated status, so text, JSON and status cannot
 * disagree. */
enum ow_code {
	OW_OK = 0,
	OW_E_USAGE = -2,       /* the request makes no sense as it stands */
	OW_E_INTEGRITY = -3,   /* bytes differ from what was promised */
	OW_E_TRUST = -4,       /* signature, key, role, threshold, passphrase */
	OW_E_STALE = -5,       /* rollback, replay, expired, equivocation */
	OW_E_POLICY = -6,      /* class, licence, approval forbids it */
	OW_E_FORMAT = -7,      /* not a well-formed document or file of its kind */
	OW_E_UNSAFE = -8,      /* well-formed, but does or reaches what it must not */
	OW_E_IO = -9,          /* medium gone, no space, no memory, a system call failed */
	OW_E_BUSY = -10,       /* somebody else holds the store */
	OW_E_SMOKE = -11,      /* the model answered differently */
	OW_E_INCOMPLETE = -12, /* parts are missing, nothing is wrong with the rest */
	OW_E_UNCHECKED = -13,  /* could not be checked here */
	OW_E_INTERNAL = -70    /* a defect of owstore itself */
};

struct ow_error {
	enum ow_code code; /* OW_OK until something failed */
	int sys;           /* errno of the failing call, or 0 */
	char text[1000];   /* outermost context first, cause last; printable */
	char kept[160];    /* what the failed operation left behind, or "" */
	char hint[300];    /* what to do next, or "" */
	char path[400];    /* the file or folder that it is about, printable, or "" */
	bool placed;       /* it is about a place in that file: */
	uint64_t off;      /* the byte, counted from 0 */
};

/* Stable name such as "OWS-E-INTEGRITY"; never changes between releases.  Since 0.1 */
OW_API const char *ow_code_name(enum ow_code code);

/* Exit status 0..70 of a code.  Since 0.1 */
OW_API int ow_code_exit(enum ow_code code);

/* The code to report when both happened: the graver in the documented order
 * 70 4 5 3 7 8 6 11 13 9 12, then 2 and 10.  Since 0.1
 */
OW_API enum ow_code ow_code_graver(enum ow_code a, enum ow_code b);

#endif
