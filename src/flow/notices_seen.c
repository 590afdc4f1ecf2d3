/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a bundle that arrived brings along about licences, by the names in its signed manifest alone: nothing of these
 * files is parsed, and nothing in them is believed.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/receive.h"
#include "notice/build.h"

enum {
	SEEN_TEXT = sizeof((struct ow_bundle_report *)NULL)->notices
};

/* Is there a text of this licence, by its id as it stands there or as the profiles write it? Those are read only where
 * they are needed: verify is to cost no more than reading. `path` is the name that was looked for last.
 */
static int text_there(const struct manifest *m, struct license_set **set, const char *id,
		      char path[NAMES_PATH], struct ow_error *err)
{
	const struct license *l;

	if (names_licence(id, path, err) < 0)
		return err->code;
	if (manifest_find_file(m, path) != NULL)
		return 1;
	if (*set == NULL && license_set_new(set, err) < 0)
		return err->code;
	l = license_find(*set, id);
	if (l != NULL && names_licence(l->id, path, err) < 0)
		return err->code;
	return manifest_find_file(m, path) != NULL;
}

/* The first file of a licence expression that is not listed, into path; "" if all are. */
static int missing_text(const struct manifest *m, struct license_set **set, const char *text,
			char path[NAMES_PATH], struct ow_error *err)
{
	OW_AUTO(mem_free) struct expr *e = MEM_NEW(struct expr, err);
	struct ow_error unread = {0};
	int there = 1;

	path[0] = '\0';
	if (e == NULL)
		return err->code;
	if (expr_parse(text, e, &unread) < 0) {
		e->n_leaves = 1;
		text_copy(e->leaves[0].id, sizeof e->leaves[0].id, text);
	}
	for (size_t i = 0; i < e->n_leaves && there > 0; i++)
		there = text_there(m, set, e->leaves[i].id, path, err);
	if (there > 0)
		path[0] = '\0';
	return there < 0 ? there : 0;
}

/* The first of the files that every bundle brings. */
static const char *missing_file(const struct manifest *m)
{
	static const char *const always[] = {NOTICE_TXT,      NOTICE_INDEX, NOTICE_CHANGES,
					     NOTICE_DECISION, NOTICE_SPDX,  NOTICE_CDX};

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
		if (manifest_find_file(m, always[i]) == NULL)
			return always[i];
	}
	return NULL;
}

static void tell(struct ow_bundle_report *b, const char *path)
{
	(void)snprintf(b->notices, SEEN_TEXT, "incomplete: %s is not there", path);
}

int receive_notices(const struct manifest *m, struct ow_bundle_report *b, struct ow_error *err)
{
	OW_AUTO(license_set_free) struct license_set *set = NULL;
	const char *file = missing_file(m);

	if (manifest_find_file(m, NOTICE_INDEX) == NULL) {
		text_copy(b->notices, SEEN_TEXT, "none");
		return 0;
	}
	if (file != NULL) {
		tell(b, file);
		return 0;
	}
	for (size_t i = 0; i < b->n_artifacts; i++) {
		char path[NAMES_PATH];

		if (missing_text(m, &set, b->artifacts[i].claimed_licence, path, err) < 0)
			return err->code;
		if (path[0] != '\0') {
			tell(b, path);
			return 0;
		}
	}
	text_copy(b->notices, SEEN_TEXT, "complete");
	return 0;
}
