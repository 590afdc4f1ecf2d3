/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "codec/cbor_wr.h"
#include "record/doc.h"
#include "record/note.h"
#include "support/support.h"

static struct ow_error err;

static void sample_intake(struct buf *out)
{
	OW_AUTO(intake_done)
	struct intake in = {
	    .artifact = {.b = {7}}, .time = 1795219200, .source = "dir", .declared = "Apache-2.0"};

	ck_ok(intake_add_fact(&in, "model.gguf", "format", "gguf", &err));
	ck_ok(intake_add_fact(&in, "model.gguf", "architecture", "llama", &err));
	ck_ok(intake_add_fact(&in, "model.gguf", "nothing", "", &err));
	intake_encode(&in, out);
}

static void sample_arrival(struct buf *out)
{
	struct arrival a = {.artifact = {.b = {7}},
			    .origin = "lab",
			    .stream = "main",
			    .seq = 3,
			    .time = 9,
			    .claimed_class = 3,
			    .claimed_licence = "MIT"};

	arrival_encode(&a, out);
}

static void sample_promotion(struct buf *out)
{
	struct promotion p = {.from = 0,
			      .to = 3,
			      .licence = "MIT",
			      .reason = "read and agreed",
			      .basis = "operator",
			      .time = 1,
			      .origin = "lab"};

	promotion_encode(&p, out);
}

static void sample_decided(struct buf *out)
{
	struct promotion p = {.to = 4,
			      .licence = "MIT",
			      .reason = "allow",
			      .basis = "decision",
			      .origin = "lab",
			      .has_decision = true,
			      .decision = {.b = {9}}};

	promotion_encode(&p, out);
}

/* Decode as whatever it says it is and encode again. */
static int rewrite(const uint8_t *p, size_t n, struct buf *out, struct ow_error *e)
{
	char type[DOC_TYPE_CAP] = "";
	struct arrival a;
	struct promotion v;

	if (doc_type(p, n, type) && strcmp(type, "intake") == 0) {
		OW_AUTO(intake_done) struct intake in = {0};

		if (intake_decode(p, n, &in, e) < 0)
			return e->code;
		intake_encode(&in, out);
		return 0;
	}
	if (strcmp(type, "arrival") == 0) {
		if (arrival_decode(p, n, &a, e) < 0)
			return e->code;
		arrival_encode(&a, out);
		return 0;
	}
	if (promotion_decode(p, n, &v, e) < 0)
		return e->code;
	promotion_encode(&v, out);
	return 0;
}

START_TEST(every_note_round_trips_and_every_damage_shows)
{
	void (*const samples[])(struct buf *) = {sample_intake, sample_arrival, sample_promotion,
						 sample_decided};

	for (size_t i = 0; i < 4; i++) {
		OW_AUTO(buf_done) struct buf b = {0};

		samples[i](&b);
		sweep_document(b.p, b.n, rewrite);
	}
}
END_TEST

START_TEST(facts_are_sorted_and_empty_ones_dropped)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(intake_done) struct intake in = {0};

	sample_intake(&b);
	ck_ok(intake_decode(b.p, b.n, &in, &err));
	ck_assert_uint_eq(in.n_facts, 2);
	ck_assert_str_eq(in.facts[0].key, "architecture");
}
END_TEST

START_TEST(attack_C21_times_past_the_year_9999)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct intake in = {.time = 253402300800, .source = "x"}, out = {0};

	intake_encode(&in, &b);
	ck_fails(intake_decode(b.p, b.n, &out, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(attack_B24_new_keys_may_be_ignored_but_not_negative_ones)
{
	for (int negative = 0; negative < 2; negative++) {
		OW_AUTO(buf_done) struct buf b = {0};
		struct arrival a;

		sample_arrival(&b);
		b.p[0]++;
		cbor_wr_key(&b, negative ? -5 : 1000);
		cbor_wr_text(&b, "later");
		if (negative)
			ck_fails(arrival_decode(b.p, b.n, &a, &err), OW_E_FORMAT);
		else
			ck_ok(arrival_decode(b.p, b.n, &a, &err));
	}
}
END_TEST

SUITE_MAIN("record/note", every_note_round_trips_and_every_damage_shows,
	   facts_are_sorted_and_empty_ones_dropped, attack_C21_times_past_the_year_9999,
	   attack_B24_new_keys_may_be_ignored_but_not_negative_ones)
