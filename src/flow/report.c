/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What was found out about bundles, as a value.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "flow/receive.h"

enum {
	FINDINGS_MAX = 10000 /* a medium with more wrong is wrong enough; keeps memory bounded */
};

int report_add(struct ow_bundle_report *r, const struct ow_finding *f, struct ow_error *err)
{
	r->code = r->code == OW_OK ? f->code : ow_code_graver(r->code, f->code);
	if (r->n_findings == FINDINGS_MAX)
		return 0;
	if (mem_grow(&r->findings, r->n_findings, &r->cap_findings, sizeof *f, err) < 0)
		return err->code;
	r->findings[r->n_findings++] = *f;
	return 0;
}

int report_error(struct ow_bundle_report *r, const char *kind, const char *path,
		 const struct ow_error *why, struct ow_error *err)
{
	struct ow_finding f = {.code = why->code, .chunk = UINT64_MAX, .off = why->off};
	const char *text = why->text;
	size_t n;

	text_copy(f.kind, sizeof f.kind, kind);
	text_copy(f.path, sizeof f.path, path == NULL ? "" : path);
	n = strlen(f.path);
	if (n > 0 && strncmp(text, f.path, n) == 0 && strncmp(text + n, ": ", 2) == 0)
		text += n + 2; /* it stands beside */
	text_copy(f.text, sizeof f.text, text);
	if (r->hint[0] == '\0')
		text_copy(r->hint, sizeof r->hint, why->hint);
	return report_add(r, &f, err);
}

static void bundle_done(struct ow_bundle_report *b)
{
	free(b->signers);
	free(b->artifacts);
	free(b->findings);
}

void ow_verify_report_done(struct ow_verify_report *r)
{
	for (size_t i = 0; i < r->n; i++)
		bundle_done(&r->bundles[i]);
	free(r->bundles);
	*r = (struct ow_verify_report){0};
}
