/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "codec/cbor_wr.h"
#include "record/golden.h"
#include "support/support.h"

static struct ow_error err;

static void make_prompt(struct golden_prompt *p, size_t n_ids, size_t n_steps)
{
	buf_text(&p->said, "there was");
	p->ids = mem_array(n_ids, sizeof *p->ids, &err);
	p->steps = mem_array(n_steps, sizeof *p->steps, &err);
	p->n_ids = n_ids;
	p->n_steps = n_steps;
	for (size_t i = 0; i < n_ids; i++)
		p->ids[i] = (uint32_t)(i * 300);
	for (size_t i = 0; i < n_steps; i++)
		p->steps[i] = (struct golden_step){
		    .logits = {.b = {(uint8_t)(i + 1)}},
		    .n_top = 2,
		    .top = {{UINT32_MAX, -0x1.8p-3F}, {(uint32_t)i, FLT_TRUE_MIN}},
		};
}

/* Everything that a golden may hold, unless it is bare. */
static void make(struct golden *g, bool bare)
{
	*g = (struct golden){.signed_for = !bare,
			     .artifact = {.b = {9}},
			     .origin = "lab",
			     .time = 1795219200,
			     .n_models = 2,
			     .arithmetic = 1,
			     .vocab = 448,
			     .architecture = "llama",
			     .half_cache = bare,
			     .n_prompts = 2,
			     .machine = {.cpu = "CPU", .isa = "scalar", .threads = 2, .steps = 7}};
	g->models = mem_array(2, sizeof *g->models, &err);
	g->models[1].b[0] = 3;
	g->prompts = mem_array(2, sizeof *g->prompts, &err);
	make_prompt(&g->prompts[0], 3, 4);
	make_prompt(&g->prompts[1], 1, 1);
	if (bare)
		return;
	buf_text(&g->prompts[0].text, "Once \xff");
	g->text.ids = mem_array(2, sizeof *g->text.ids, &err);
	g->text.n_ids = 2;
	g->text.nll = 3689123;
}

static int rewrite(const uint8_t *p, size_t n, struct buf *out, struct ow_error *e)
{
	OW_AUTO(golden_done) struct golden g = {0};

	return golden_decode(p, n, &g, e) < 0 ? e->code : golden_encode(&g, out, e);
}

START_TEST(goldens_round_trip_and_every_damage_shows)
{
	for (int bare = 0; bare < 2; bare++) {
		OW_AUTO(golden_done) struct golden g = {0};
		OW_AUTO(buf_done) struct buf b = {0};

		make(&g, bare != 0);
		ck_ok(golden_encode(&g, &b, &err));
		sweep_document(b.p, b.n, rewrite);
	}
}
END_TEST

START_TEST(running_out_of_memory_is_told_at_every_place)
{
	OW_AUTO(golden_done) struct golden g = {0};
	OW_AUTO(buf_done) struct buf b = {0};
	unsigned long n = 0;

	make(&g, false);
	ck_ok(golden_encode(&g, &b, &err));
	for (bool failed = true; failed;) {
		OW_AUTO(golden_done) struct golden out = {0};
		struct ow_error e = {0};

		(void)mem_fail_at(++n);
		failed = golden_decode(b.p, b.n, &out, &e) < 0;
		ck_assert(!failed || e.code == OW_E_IO);
		(void)mem_fail_at(0);
	}
	ck_assert_uint_gt(n, 8);
}
END_TEST

START_TEST(numbers_have_one_spelling)
{
	static const char *const wrong[] = {
	    "",        "1.5",     "0x1.80p+0",      "0X1.8p+0", "inf",
	    "nan",     " 0x1p+0", "0x1p+0 ",        "0x1p+200", "0x2p+0",
	    "+0x1p+0", "0x1p0",   "0x1.00000001p+0"};
	const float right[] = {0, -0.0F, 1, -1.5F, FLT_MAX, FLT_MIN, FLT_TRUE_MIN, -FLT_MAX};
	char text[GOLDEN_NUMBER_TEXT];
	float v;

	for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
		ck_assert(golden_parse_number(golden_number(right[i], text), &v));
		ck_assert(memcmp(&v, &right[i], sizeof v) == 0);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		ck_assert_msg(!golden_parse_number(wrong[i], &v), "%s", wrong[i]);
}
END_TEST

START_TEST(a_golden_is_signed_for_an_artifact_and_an_origin_or_for_neither)
{
	OW_AUTO(golden_done) struct golden g = {0}, out = {0};
	OW_AUTO(buf_done) struct buf b = {0};

	make(&g, true);
	ck_ok(golden_encode(&g, &b, &err));
	/* an artifact without an origin: one key more, put where it belongs (behind 1: 1) */
	ck_assert(b.p[0] < 0xb7 && memcmp(b.p + 1, "\x00\x66golden\x01\x01\x03", 11) == 0);
	b.p[0]++;
	ck_assert_ptr_nonnull(buf_room(&b, 35));
	memmove(b.p + 11 + 35, b.p + 11, b.n - 11);
	b.n += 35;
	memcpy(b.p + 11, "\x02\x58\x20", 3);
	memset(b.p + 14, 7, 32);
	ck_fails(golden_decode(b.p, b.n, &out, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(too_large_goldens_are_neither_written_nor_read)
{
	OW_AUTO(golden_done) struct golden g = {0}, out = {0};
	OW_AUTO(buf_done) struct buf b = {0};
	static uint8_t much[GOLDEN_MAX + 1];

	make(&g, true);
	mem_free(g.prompts[1].ids);
	mem_free(g.prompts[1].steps);
	buf_done(&g.prompts[1].said);
	make_prompt(&g.prompts[1], 1, 70000); /* each takes some 66 bytes */
	ck_fails(golden_encode(&g, &b, &err), OW_E_USAGE);
	ck_fails(golden_decode(much, sizeof much, &out, &err), OW_E_FORMAT);
	g.prompts[1].n_steps = GOLDEN_STEPS_MAX + 1;
	buf_clear(&b);
	ck_ok(golden_encode(&g, &b, &err));
	ck_fails(golden_decode(b.p, b.n, &out, &err), OW_E_FORMAT);
	g.prompts[1].n_steps = GOLDEN_STEPS_MAX;
	buf_clear(&b);
	ck_ok(golden_encode(&g, &b, &err));
	ck_ok(golden_decode(b.p, b.n, &out, &err));
}
END_TEST

START_TEST(the_first_difference_is_named)
{
	OW_AUTO(golden_done) struct golden g = {0}, h = {0};
	struct golden_difference d;

	make(&g, false);
	make(&h, false);
	ck_assert(golden_same(&g, &h, &d));
	ck_assert_uint_eq(d.compared, 6); /* 4 and 1 steps, and the text */
	h.text.nll++;
	ck_assert(!golden_same(&g, &h, &d));
	h.text.nll--;
	h.text.logits.b[0] = 1;
	ck_assert(!golden_same(&g, &h, &d));
	ck_assert(d.in_text && d.differing == 1);
	h.prompts[1].steps[0].top[1].value = 0; /* against its own digest */
	ck_assert(!golden_same(&g, &h, &d));
	ck_assert(!d.in_text && d.differing == 2);
	ck_assert_uint_eq(d.prompt, 1);
	h.prompts[1].steps[0].top[1].value = g.prompts[1].steps[0].top[1].value;
	h.prompts[0].steps[2].logits.b[0] ^= 1;
	ck_assert(!golden_same(&g, &h, &d));
	ck_assert(!d.in_text && d.differing == 2);
	ck_assert_uint_eq(d.prompt, 0);
	ck_assert_uint_eq(d.step, 2);
	ck_assert_uint_eq(d.position, 5);
	ck_assert_ptr_eq(d.want, &g.prompts[0].steps[2]);
	ck_assert_ptr_eq(d.got, &h.prompts[0].steps[2]);
}
END_TEST

START_TEST(a_recital_that_ended_early_differs)
{
	OW_AUTO(golden_done) struct golden g = {0}, h = {0};
	struct golden_difference d;

	make(&g, false);
	make(&h, false);
	h.prompts[0].n_steps = 3;
	ck_assert(!golden_same(&g, &h, &d));
	ck_assert_uint_eq(d.step, 3);
	ck_assert_ptr_null(d.got);
	ck_assert_ptr_nonnull(d.want);
	/* and one that never came to its second prompt */
	golden_done(&h);
	make(&h, true);
	ck_assert(!golden_same(&g, &h, &d));
	ck_assert(d.in_text);
}
END_TEST

SUITE_MAIN("record/golden", goldens_round_trip_and_every_damage_shows,
	   running_out_of_memory_is_told_at_every_place, numbers_have_one_spelling,
	   a_golden_is_signed_for_an_artifact_and_an_origin_or_for_neither,
	   too_large_goldens_are_neither_written_nor_read, the_first_difference_is_named,
	   a_recital_that_ended_early_differs)
