/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Is everything there that must go along? Asked of the bytes of a built bundle, as they were read back.
 */
#ifndef OW_NOTICE_CHECK_H
#define OW_NOTICE_CHECK_H

#include "notice/build.h"

/* Something that an obligation or a licence asks for and that is not there. */
struct notice_gap {
	const struct notice_artifact *artifact;
	const char *component, *license;
	const char *duty;   /* "O-COPY", or "" where a licence itself is not known */
	const char *what;   /* "the text of MIT is not in hand" */
	const char *supply; /* what would close it: a file, or a record */
};

/* A gap; < 0 with the error set ends the check. */
typedef int (*notice_gap_fn)(void *ctx, const struct notice_gap *gap, struct ow_error *err);

/* Hold `built`, files sorted by path, to the facts: every component once in NOTICES.TXT and in both SBOMs; a file for
 * every licence of an effective expression; a word for every file of LICENSES; every obligation with its line; required
 * lines, copyrights and NOTICE files whole in NOTICE.TXT; every change in CHANGES.JSON, every artifact in DECISION.JSON;
 * both SBOMs by their required fields and references, and the same graph in both as in the facts.
 *
 * What somebody must supply is told to `gap`, in the order of NOTICES.TXT. What we ourselves have got wrong, or what
 * changed on the medium, is OW_E_INTEGRITY with the file and what is wrong in it. OW_E_IO: no memory.
 */
OW_MUST_USE int notice_check(const struct notice_facts *facts, const struct notice_set *built,
			     notice_gap_fn gap, void *ctx, struct ow_error *err);

#endif
