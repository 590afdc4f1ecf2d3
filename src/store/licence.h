/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Names of licence folders (D29): the id where the licence is one id, a digest where it is an
 * expression.
 *
 *	char folder[LICENCE_FOLDER];
 *
 *	if (licence_folder("MIT OR Apache-2.0", folder, err) < 0)
 *		return err->code;
 */
#ifndef OW_STORE_LICENCE_H
#define OW_STORE_LICENCE_H

#include <stdbool.h>

#include <owstore/error.h>

enum {
	LICENCE_FOLDER = 65 /* 64 characters and the terminator */
};

/* Where everything in quarantine lies, and what has no concluded licence. */
#define LICENCE_UNSORTED "unsorted"

/* Is it a folder name: [A-Za-z0-9.+-]{1,64}, beginning with a letter or digit? */
bool licence_folder_ok(const char *folder);

/* The folder of a concluded licence: an id stays itself (unless it already looks like the other
 * kind), any other non-empty text (an expression, a longer id) becomes "expr-" and the first 12 hex
 * digits of the SHA-256 of its bytes. The text is taken as it is; the caller has normalised it.
 * Errors   OW_E_USAGE (empty), OW_E_IO (digest).
 */
OW_MUST_USE int licence_folder(const char *expression, char out[LICENCE_FOLDER],
			       struct ow_error *err);

#endif
