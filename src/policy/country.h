/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Countries as licences and facts name them. A code that does not exist ("UK") must not pass for one that no licence
 * excludes.
 */
#ifndef OW_POLICY_COUNTRY_H
#define OW_POLICY_COUNTRY_H

#include <stdbool.h>

/* Is it a code of ISO 3166-1 alpha-2? */
bool country_is(const char *code);

/* Is the country in the territory, a code or "EU"? */
bool country_in(const char *code, const char *territory);

#endif
