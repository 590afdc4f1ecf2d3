/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The files that go along with what a bundle carries (docs/format/notices.md): a pure function of the facts, byte by
 * byte the same for the same facts whatever their order.
 *
 *	OW_AUTO(notice_set_done) struct notice_set set = {0};
 *
 *	if (notice_build(&facts, &set, err) < 0)
 *		return err->code;
 *	for (size_t i = 0; i < set.n; i++)
 *		write(set.at[i].path, set.at[i].bytes);
 */
#ifndef OW_NOTICE_BUILD_H
#define OW_NOTICE_BUILD_H

#include "base/buf.h"
#include "bundle/names.h"
#include "notice/facts.h"

/* Names of files that are looked for. Licence texts are LICENSES/<ID>.TXT. */
#define NOTICE_TXT      "NOTICE.TXT"
#define NOTICE_INDEX    "NOTICES.TXT"
#define NOTICE_RESTRICT "RESTRICT.TXT"
#define NOTICE_DISPLAY  "DISPLAY.TXT"
#define NOTICE_CHANGES  "CHANGES.JSON"
#define NOTICE_DECISION "DECISION.JSON"
#define NOTICE_SPDX     "SBOM/SPDX.JSON"
#define NOTICE_CDX      "SBOM/CDX.JSON"

struct notice_output {
	char path[NAMES_PATH];
	struct ow_view bytes; /* of `own`, or those of a licence text in the facts */
	struct buf own;
};

struct notice_set {
	struct notice_output *at; /* by the bytes of the path */
	size_t n, cap;
};

void notice_set_done(struct notice_set *set);
OW_DEFINE_AUTO_DONE(struct notice_set, notice_set_done)

/* NULL: it is not there. */
const struct notice_output *notice_set_find(const struct notice_set *set, const char *path);

/* Build all of them. The facts must outlive the set. RESTRICT.TXT and DISPLAY.TXT are there where an obligation asks for
 * them; a text that is not in hand is said to be missing, which notice_check does not let pass.
 * Errors   OW_E_USAGE (two components with one name), OW_E_INTERNAL, OW_E_IO (no memory).
 */
OW_MUST_USE int notice_build(const struct notice_facts *facts, struct notice_set *set,
			     struct ow_error *err);

#endif
