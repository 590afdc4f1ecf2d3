/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Evidence that an earlier version took and this one refuses: for what a bundle carries.
 */
#include <string.h>

#include <owstore/govern.h>

#include "base/text.h"
#include "handle/handle.h"
#include "handle/signer.h"
#include "os/clock.h"
#include "record/statement.h"
#include "support/site.h"

static struct ow_error err;

/* Put on record beside org/model@1, signed by the site's approver, until tomorrow. */
static void put_evidence(const struct site *site, struct ow_store *s, const char *duty)
{
	OW_AUTO(found_done) struct found f = {0};
	OW_AUTO(buf_done) struct buf bytes = {0}, sig = {0};
	OW_AUTO(catalog_rollback) struct catalog *guard = NULL;
	struct statement st = {.kind = STATEMENT_EVIDENCE,
			       .has_artifact = true,
			       .time = clock_now(),
			       .valid_until = clock_now() + 86400};
	struct comment what = {.type = "evidence", .origin = "lab", .stream = "-"};
	struct catalog_note note = {.kind = "evidence", .time = st.time};
	struct catalog *catalog;
	struct ow_view view;

	ck_ok(handle_find(s, "org/model@1", &f, &err));
	note.artifact = st.artifact = f.id;
	text_copy(st.origin, sizeof st.origin, "lab");
	text_copy(st.key, sizeof st.key, duty);
	text_copy(st.value, sizeof st.value, "it is in the box");
	ck_ok(statement_encode(&st, &bytes, &err));
	ck_ok(sign_document(signer_key(site->approver), &what, bytes.p, bytes.n, &sig, &err));
	view = (struct ow_view){sig.p, sig.n};
	ck_ok(docs_put(zone_records(s->zones[f.class]), (struct ow_view){bytes.p, bytes.n}, &view,
		       1, &note.record, &err));
	ck_assert_int_gt(handle_catalog(s, f.class, &catalog, &err), 0);
	ck_ok(catalog_begin(catalog, &guard, &err));
	ck_ok(catalog_put_note(catalog, &note, &err));
	ck_ok(catalog_commit(&guard, &err));
}

static int take_due(void *ctx, const struct ow_due_row *row, struct ow_error *e)
{
	const char **next = ctx;

	(void)e;
	ck_assert(next[0] == NULL);
	next[0] = strstr(row->next, "O-DISPLAY");
	ck_assert_ptr_nonnull(next[0]);
	return 0;
}

static void take_warning(void *ctx, const char *text)
{
	*(unsigned *)ctx += strstr(text, "evidence on record for O-COPY counts no more") != NULL;
}

START_TEST(evidence_for_what_a_bundle_carries_is_told_and_not_asked_for_again)
{
	static const size_t sizes[] = {100};
	struct ow_licenses *licenses = NULL;
	struct ow_decide_opts opts = {.to = OW_CLASS_CUSTOMER, .recipient = "site-b"};
	unsigned warned = 0;
	const struct ow_events events = {.ctx = &warned, .warn = take_warning};
	struct ow_decision *d = NULL;
	struct ow_store *s = NULL;
	const char *next = NULL;
	struct site site;

	site_make(&site);
	site_source(&site, sizes, 1, 7);
	site_add(&site, "org/model", "1");
	ck_ok(ow_licenses_open(NULL, 0, &licenses, &err));
	ck_ok(ow_store_open(site.store, OW_STORE_WRITE, "test", NULL, &s, &err));
	put_evidence(&site, s, "O-COPY");
	put_evidence(&site, s, "O-DISPLAY");
	ck_ok(ow_review_list(s, 30, site.trust, NULL, NULL, take_due, &next, &err));
	ck_assert_ptr_nonnull(next);
	opts.licenses = licenses;
	opts.trust = site.trust;
	ck_ok(ow_decide(s, "org/model@1", &opts, &events, &d, &err));
	ck_assert_uint_eq(warned, 1);
	ow_decision_free(d);
	ow_licenses_close(licenses);
	ow_store_close(s);
	site_done(&site);
}
END_TEST

SUITE_MAIN("flow/past", evidence_for_what_a_bundle_carries_is_told_and_not_asked_for_again)
