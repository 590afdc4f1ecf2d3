/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Names that both SBOMs give.
 */
#ifndef OW_NOTICE_SERIAL_H
#define OW_NOTICE_SERIAL_H

#include "notice/plan.h"

enum {
	SERIAL_TEXT = 46 /* "urn:uuid:" and 36 characters */
};

/* A UUID (RFC 9562, version 8) from what tells bundles apart, their artifacts among it, and the name of the document. */
OW_MUST_USE int serial_uuid(const struct plan *p, const char *document, char out[SERIAL_TEXT],
			    struct ow_error *err);

/* "hf:org/name@commit" as a package URL, in the arena; NULL for an upstream that has none. */
const char *serial_purl(struct arena *a, const char *upstream);

/* "owstore 0.1.0" as "owstore-0.1.0" */
const char *serial_tool(struct arena *a, const char *producer);

#endif
