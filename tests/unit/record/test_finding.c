/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/mem.h"
#include "codec/cbor_wr.h"
#include "record/doc.h"
#include "record/finding.h"
#include "support/support.h"

static struct ow_error err;

static int fill(struct finding *f, struct ow_error *e)
{
	const char *ids[] = {"MIT", "Apache-2.0", "MIT"};

	*f = (struct finding){.artifact = {.b = {7}},
			      .time = 1795219200,
			      .prints = {.b = {9}},
			      .detector = 3,
			      .gated = true,
			      .modality = "multimodal"};
	if (finding_add_file(f,
			     &(struct finding_file){.path = "README.md",
						    .as = "card",
						    .state = "none",
						    .words = {.b = {3}},
						    .excerpt = ""},
			     e) < 0 ||
	    finding_add_file(f,
			     &(struct finding_file){.path = "LICENSE",
						    .as = "text",
						    .state = "modified",
						    .ids = ids,
						    .n_ids = 3,
						    .words = {.b = {4}},
						    .excerpt = "and nothing else"},
			     e) < 0)
		return e->code;
	for (int twice = 0; twice < 2; twice++) {
		if (finding_add_claim(
			f, &(struct finding_claim){"README.md", "license", "mit", "MIT"}, e) < 0 ||
		    finding_add_claim(
			f, &(struct finding_claim){"README.md", "base_model", "org/base", ""}, e) <
			0)
			return e->code;
	}
	return finding_add_claim(f, &(struct finding_claim){"README.md", "license", "", ""}, e);
}

static void sample(struct buf *out)
{
	OW_AUTO(finding_done) struct finding f = {0};

	ck_ok(fill(&f, &err));
	finding_encode(&f, out);
}

static int rewrite(const uint8_t *p, size_t n, struct buf *out, struct ow_error *e)
{
	OW_AUTO(finding_done) struct finding f = {0};

	if (finding_decode(p, n, &f, e) < 0)
		return e->code;
	finding_encode(&f, out);
	return 0;
}

START_TEST(a_finding_round_trips_and_every_damage_shows)
{
	OW_AUTO(buf_done) struct buf b = {0};

	sample(&b);
	sweep_document(b.p, b.n, rewrite);
}
END_TEST

START_TEST(it_is_sorted_and_holds_nothing_twice)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(finding_done) struct finding f = {0};
	const struct finding_file *file;

	sample(&b);
	ck_ok(finding_decode(b.p, b.n, &f, &err));
	ck_assert_uint_eq(f.n_files, 2);
	ck_assert_str_eq(f.files[0].path, "LICENSE");
	ck_assert_uint_eq(f.files[0].n_ids, 2);
	ck_assert_str_eq(f.files[0].ids[0], "Apache-2.0");
	ck_assert_uint_eq(f.n_claims, 2);
	ck_assert_str_eq(f.claims[0].key, "base_model");
	ck_assert_uint_eq(f.detector, 3);
	ck_assert(f.gated);
	ck_assert_str_eq(f.modality, "multimodal");
	file = finding_file(&f, "README.md");
	ck_assert_ptr_nonnull(file);
	ck_assert_str_eq(file->state, "none");
	ck_assert_ptr_null(finding_file(&f, "readme.md"));
}
END_TEST

START_TEST(long_texts_are_cut_at_a_character)
{
	OW_AUTO(finding_done) struct finding f = {0};
	char value[2001];

	for (size_t i = 0; i + 1 < sizeof value; i += 2)
		memcpy(value + i, "\xc3\xa4", 2);
	value[sizeof value - 1] = '\0';
	ck_ok(finding_add_claim(&f, &(struct finding_claim){"x", "license", value, ""}, &err));
	ck_assert_uint_eq(strlen(f.claims[0].value), 1024);
}
END_TEST

START_TEST(attack_C21_a_finding_past_the_year_9999)
{
	OW_AUTO(finding_done) struct finding f = {.time = 253402300800}, out = {0};
	OW_AUTO(buf_done) struct buf b = {0};

	finding_encode(&f, &b);
	ck_fails(finding_decode(b.p, b.n, &out, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(attack_B24_a_finding_with_new_keys)
{
	for (int negative = 0; negative < 2; negative++) {
		OW_AUTO(buf_done) struct buf b = {0};
		OW_AUTO(finding_done) struct finding f = {0};

		sample(&b);
		b.p[0]++;
		cbor_wr_key(&b, negative ? -5 : 1000);
		cbor_wr_text(&b, "later");
		if (negative)
			ck_fails(finding_decode(b.p, b.n, &f, &err), OW_E_FORMAT);
		else
			ck_ok(finding_decode(b.p, b.n, &f, &err));
	}
}
END_TEST

START_TEST(without_memory_nothing_is_half_done)
{
	OW_AUTO(buf_done) struct buf b = {0};
	bool failed = true;

	sample(&b);
	for (unsigned long nth = 1; failed; nth++) {
		OW_AUTO(finding_done) struct finding f = {0}, back = {0};
		struct ow_error e = {0};

		(void)mem_fail_at(nth);
		failed = fill(&f, &e) < 0 || finding_decode(b.p, b.n, &back, &e) < 0;
		(void)mem_fail_at(0);
		ck_assert(!failed || e.code == OW_E_IO);
		ck_assert(!failed || back.n_files == 0);
	}
}
END_TEST

SUITE_MAIN("record/finding", a_finding_round_trips_and_every_damage_shows,
	   it_is_sorted_and_holds_nothing_twice, long_texts_are_cut_at_a_character,
	   attack_C21_a_finding_past_the_year_9999, attack_B24_a_finding_with_new_keys,
	   without_memory_nothing_is_half_done)
