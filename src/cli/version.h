/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which build this is. The text comes from the repository when there is one, else from the release.
 */
#ifndef OW_CLI_VERSION_H
#define OW_CLI_VERSION_H

extern const char version_release[]; /* "0.1.0" */
extern const char version_build[];   /* "v0.1.0-12-g5b35c6b", or the release itself */
extern const char version_date[];    /* "November 21, 2026": of the release, for the manual */

#endif
