/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Who runs this process.
 */
#ifndef OW_OS_USER_H
#define OW_OS_USER_H

enum {
	USER_TEXT = 96
};

/* Write "name (uid n)" of the effective user, or "uid n" where it has no name; returns out. */
const char *user_text(char out[USER_TEXT]);

#endif
