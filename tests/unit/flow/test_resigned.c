/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Manifests that a release key has properly signed, and that are refused all the same for what they say.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "bundle/manifest.h"
#include "handle/signer.h"
#include "os/clock.h"
#include "os/file.h"
#include "support/site.h"
#include "trust/key.h"
#include "trust/signed.h"

static const size_t sizes[] = {70000, 3};

/* What is changed in the manifest, and what the signature says about it. */
typedef void (*change_fn)(struct manifest *m, struct comment *what);

/* Write the medium's manifest anew with a change, signed by the release key. */
static void resign(const struct site *s, change_fn change)
{
	OW_AUTO(signed_done) struct signed_doc doc = {0};
	OW_AUTO(manifest_done) struct manifest m = {0};
	OW_AUTO(buf_done) struct buf bytes = {0}, sig = {0};
	struct comment what = {.type = "manifest"};
	struct ow_error err = {0};
	int dir = open(s->bundle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_ge(dir, 0);
	ck_ok(signed_read(dir, "MANIFEST", MANIFEST_MAX, &doc, &err));
	ck_ok(manifest_decode(doc.doc.p, doc.doc.n, &m, &err));
	text_copy(what.origin, sizeof what.origin, m.origin);
	text_copy(what.stream, sizeof what.stream, m.stream);
	what.seq = m.seq;
	change(&m, &what);
	ck_ok(manifest_encode(&m, &bytes, &err));
	ck_ok(sign_document(signer_key(s->release), &what, bytes.p, bytes.n, &sig, &err));
	ck_ok(file_publish(dir, "MANIFEST.CBR", bytes.p, bytes.n, 0644, FILE_REPLACE, &err));
	ck_ok(file_publish(dir, "MANIFEST.S01", sig.p, sig.n, 0644, FILE_REPLACE, &err));
	(void)close(dir);
}

/* Verify and import both say `want`, and nothing came in. */
static void said(change_fn change, int want)
{
	struct ow_verify_report report = {0};
	struct ow_import_result r = {0};
	struct site s;
	char high[128];

	site_ready(&s, sizes, 2, 7);
	resign(&s, change);
	ck_assert_int_eq(site_verify(&s, &report), want);
	ow_verify_report_done(&report);
	(void)snprintf(high, sizeof high, "%s/high", s.dir);
	ck_assert_int_eq(site_import(&s, high, &r), want);
	ck_assert_uint_eq(r.new_artifacts, want == OW_OK ? 1 : 0);
	ow_import_result_done(&r);
	site_done(&s);
}

static void nothing(struct manifest *m, struct comment *what)
{
	(void)m;
	(void)what;
}

START_TEST(what_is_signed_anew_and_unchanged_passes)
{
	said(nothing, OW_OK);
}
END_TEST

static void later_epoch(struct manifest *m, struct comment *what)
{
	(void)what;
	m->epoch++;
}

START_TEST(attack_C07_an_epoch_that_the_root_has_not_begun)
{
	said(later_epoch, OW_E_TRUST);
}
END_TEST

static void past(struct manifest *m, struct comment *what)
{
	(void)what;
	m->issued = clock_now() - 1000;
	m->not_after = clock_now() - 10;
}

START_TEST(attack_C12_a_bundle_past_its_day)
{
	said(past, OW_E_STALE);
}
END_TEST

static void year_2099(struct manifest *m, struct comment *what)
{
	(void)what;
	m->issued = 4070908800;
}

START_TEST(attack_C14_a_bundle_from_the_year_2099)
{
	said(year_2099, OW_OK);
}
END_TEST

static void elsewhere(struct manifest *m, struct comment *what)
{
	(void)what;
	text_copy(m->destination, sizeof m->destination, "site-x");
}

START_TEST(attack_G09_a_destination_that_the_root_does_not_know)
{
	said(elsewhere, OW_E_POLICY);
}
END_TEST

static void other_number(struct manifest *m, struct comment *what)
{
	(void)m;
	what->seq++;
}

static void other_stream(struct manifest *m, struct comment *what)
{
	(void)m;
	text_copy(what->stream, sizeof what->stream, "other");
}

START_TEST(attack_B04_the_signature_names_another_number_or_stream_than_the_document)
{
	said(other_number, OW_E_TRUST);
	said(other_stream, OW_E_TRUST);
}
END_TEST

SUITE_MAIN("flow/resigned", what_is_signed_anew_and_unchanged_passes,
	   attack_C07_an_epoch_that_the_root_has_not_begun, attack_C12_a_bundle_past_its_day,
	   attack_C14_a_bundle_from_the_year_2099,
	   attack_G09_a_destination_that_the_root_does_not_know,
	   attack_B04_the_signature_names_another_number_or_stream_than_the_document)
