/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Artifacts and what was found in their files, written as lines, and what items come of them. For suites of room govern.
 */
#ifndef OW_TEST_GIVEN_H
#define OW_TEST_GIVEN_H

#include "govern/items.h"
#include "support/support.h"

/* Files as "path role", texts as "path as state id[,id]", claims as "path key value". NULL ends each. */
struct given {
	const char *files[8], *texts[8], *claims[6];
	const char *declared;
};

#define SET(...)                                                                                   \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

/* The built-in profiles, for as long as the process of the test lives. */
const struct license_set *given_known(void);

int given_fill(const struct given *g, struct subject *s, struct ow_error *e);

/* "id: declared|found|found_in|state; …" */
int given_tell(const struct given *g, const struct items_rules *rules, char *out, size_t cap,
	       struct ow_error *e);

/* The same by the built-in profiles and no person's word is `want`. */
void ck_told(const struct given *g, const char *want);

#endif
