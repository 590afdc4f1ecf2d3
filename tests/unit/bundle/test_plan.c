/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "bundle/plan.h"
#include "support/support.h"

static struct ow_error err;

/* Give blob b chunks of the size it has: every 4 MiB, but some cut short as tensors do. */
static void fill(struct manifest_blob *b, uint64_t *seed)
{
	struct chunks *c = &b->chunks;

	for (uint64_t off = 0; off < c->size;) {
		uint64_t len = rnd(seed) % 4 == 0 ? rnd(seed) % CHUNK_SIZE + 1 : CHUNK_SIZE;

		len = len > c->size - off ? c->size - off : len;
		ck_ok(mem_grow(&c->at, c->n, &c->cap, sizeof *c->at, &err));
		c->at[c->n++] = (struct chunk){.off = off, .len = (uint32_t)len};
		off += len;
	}
}

/* Parts tile the blob in order, end where chunks end, none is above the limit or could have held
 * one more chunk.
 */
static void check_parts(const struct manifest_blob *b, uint64_t limit)
{
	const struct chunks *c = &b->chunks;
	uint64_t off = 0;
	size_t k = 0;

	for (size_t i = 0; i < b->n_parts; i++) {
		ck_assert_uint_le(b->parts[i].size, limit);
		ck_assert_uint_gt(b->parts[i].size, 0);
		off += b->parts[i].size;
		while (k < c->n && c->at[k].off + c->at[k].len <= off)
			k++;
		if (k == c->n)
			ck_assert_uint_eq(i, b->n_parts - 1);
		else
			ck_assert_uint_eq(c->at[k].off, off);
		if (k < c->n)
			ck_assert_uint_gt(b->parts[i].size + c->at[k].len, limit);
		ck_assert(names_path_ok(b->parts[i].path));
	}
	ck_assert_uint_eq(off, c->size);
}

START_TEST(parts_tile_the_blob_and_never_exceed_the_limit)
{
	uint64_t seed = 7;

	for (int round = 0; round < 400; round++) {
		OW_AUTO(manifest_done) struct manifest m = {0};
		uint64_t size = rnd(&seed) % (2 * GIB) + 1;
		uint64_t limit = PART_MIN + rnd(&seed) % (256 * MIB);

		ck_ok(plan_want(&m, &(struct ow_id){.b = {1}}, size, "a.gguf", &err));
		ck_ok(plan_settle(&m, &err));
		fill(&m.blobs[0], &seed);
		ck_ok(plan_cut(&m, limit, &err));
		check_parts(&m.blobs[0], limit);
		ck_assert_int_eq(m.blobs[0].n_parts == 1, size <= limit);
	}
}
END_TEST

START_TEST(a_blob_at_the_limit_stays_whole_and_one_above_is_cut)
{
	for (unsigned more = 0; more < 2; more++) {
		OW_AUTO(manifest_done) struct manifest m = {0};
		uint64_t seed = 1;

		ck_ok(plan_want(&m, &(struct ow_id){.b = {1}}, PART_MIN + more, "a.gguf", &err));
		ck_ok(plan_settle(&m, &err));
		fill(&m.blobs[0], &seed);
		ck_ok(plan_cut(&m, PART_MIN, &err));
		ck_assert_uint_eq(m.blobs[0].n_parts, 1 + more);
		ck_assert_str_eq(m.blobs[0].parts[0].path, more ? "DATA/0100000000000000.P001"
								: "DATA/0100000000000000.GGUF");
	}
}
END_TEST

START_TEST(a_blob_wanted_often_is_carried_once_under_its_best_name)
{
	OW_AUTO(manifest_done) struct manifest m = {0};
	static const char *const wanted[] = {"LICENSE", "b.txt", "a.md", "z.bin"};

	for (int i = 0; i < 4; i++)
		ck_ok(plan_want(&m, &(struct ow_id){.b = {9}}, 5, wanted[i], &err));
	ck_ok(plan_want(&m, &(struct ow_id){.b = {1}}, 0, "empty", &err));
	ck_ok(plan_settle(&m, &err));
	ck_assert_uint_eq(m.n_blobs, 2);
	ck_assert_str_eq(m.blobs[0].parts[0].path, "DATA/0100000000000000.BIN");
	ck_assert_str_eq(m.blobs[1].parts[0].path, "DATA/0900000000000000.MD");
	ck_assert_uint_eq(m.blobs[1].chunks.size, 5);
}
END_TEST

START_TEST(what_cannot_stand_on_one_medium_is_refused)
{
	OW_AUTO(manifest_done) struct manifest m = {0}, other = {0};

	ck_ok(plan_want(&m, &(struct ow_id){.b = {9}}, 5, "a", &err));
	ck_ok(plan_want(&m, &(struct ow_id){.b = {9, [8] = 1}}, 5, "b", &err));
	ck_fails(plan_settle(&m, &err), OW_E_USAGE);
	ck_ok(plan_want(&other, &(struct ow_id){.b = {9}}, 5, "a", &err));
	ck_ok(plan_want(&other, &(struct ow_id){.b = {9}}, 6, "b", &err));
	ck_fails(plan_settle(&other, &err), OW_E_INTERNAL);
}
END_TEST

START_TEST(limits_that_are_too_small_are_refused_with_numbers)
{
	OW_AUTO(manifest_done) struct manifest m = {0};
	uint64_t seed = 3, enough = 0;
	const char *hint;

	ck_fails(plan_cut(&m, PART_MIN - 1, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "16777215"));
	ck_ok(plan_want(&m, &(struct ow_id){.b = {9}}, 20 * GIB, "a.gguf", &err));
	ck_ok(plan_settle(&m, &err));
	fill(&m.blobs[0], &seed);
	ck_fails(plan_cut(&m, PART_MIN, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "at most 999"));
	hint = strpbrk(err.hint, "0123456789");
	ck_assert_ptr_nonnull(hint);
	enough = strtoull(hint, NULL, 10) * MIB;
	ck_ok(plan_cut(&m, enough, &err));
	check_parts(&m.blobs[0], enough);
	ck_assert_uint_le(m.blobs[0].n_parts, PARTS_MAX);
}
END_TEST

START_TEST(allocation_failures_leave_nothing_behind)
{
	for (unsigned long nth = 1;; nth++) {
		OW_AUTO(manifest_done) struct manifest m = {0};
		int r;

		err = (struct ow_error){0};
		(void)mem_fail_at(nth);
		r = plan_want(&m, &(struct ow_id){.b = {9}}, 5, "a", &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_uint_eq(m.n_blobs, 0);
	}
}
END_TEST

SUITE_MAIN("bundle/plan", parts_tile_the_blob_and_never_exceed_the_limit,
	   a_blob_at_the_limit_stays_whole_and_one_above_is_cut,
	   a_blob_wanted_often_is_carried_once_under_its_best_name,
	   what_cannot_stand_on_one_medium_is_refused,
	   limits_that_are_too_small_are_refused_with_numbers,
	   allocation_failures_leave_nothing_behind)
