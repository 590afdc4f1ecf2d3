/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/mem.h"
#include "codec/cbor_wr.h"
#include "record/artifact.h"
#include "record/doc.h"
#include "support/support.h"

static struct ow_error err;

static void sample(struct artifact *a)
{
	struct ow_id id = {.b = {1, 2, 3}};

	memcpy(a->name, "org/model", 10);
	memcpy(a->version, "1", 2);
	ck_ok(artifact_add_component(a, "tokenizer.json", "tokenizer", &id, 5, &err));
	id.b[0] = 9;
	ck_ok(artifact_add_component(a, "model.gguf", "weights", &id, 1ULL << 40, &err));
	ck_ok(artifact_add_upstream(a, "hf:org/model@0123", &err));
	ck_ok(artifact_add_parent(a, "quantized", "org/base", &err));
	ck_ok(artifact_sort(a, &err));
}

START_TEST(round_trip_sorts_components)
{
	OW_AUTO(artifact_done) struct artifact a = {0}, b = {0};
	OW_AUTO(buf_done) struct buf first = {0}, second = {0};

	sample(&a);
	artifact_encode(&a, &first);
	ck_ok(artifact_decode(first.p, first.n, &b, &err));
	ck_assert_str_eq(b.components[0].path, "model.gguf");
	ck_assert_str_eq(b.parents[0].name, "org/base");
	ck_assert_uint_eq(artifact_size(&b), (1ULL << 40) + 5);
	artifact_encode(&b, &second);
	ck_assert_uint_eq(first.n, second.n);
	ck_assert_mem_eq(first.p, second.p, first.n);
}
END_TEST

/* Refused, or the very same value: then its encoding is the input. */
static int rewrite(const uint8_t *p, size_t n, struct buf *out, struct ow_error *e)
{
	OW_AUTO(artifact_done) struct artifact a = {0};

	if (artifact_decode(p, n, &a, e) < 0)
		return e->code;
	artifact_encode(&a, out);
	return 0;
}

START_TEST(every_truncation_is_refused_and_every_flip_is_refused_or_means_itself)
{
	OW_AUTO(artifact_done) struct artifact a = {0};
	OW_AUTO(buf_done) struct buf b = {0};

	sample(&a);
	artifact_encode(&a, &b);
	sweep_document(b.p, b.n, rewrite);
}
END_TEST

START_TEST(attack_E01_paths_that_lead_out)
{
	static const char *const paths[] = {"../evil", "a/../../evil", "/abs", "//abs",
					    "C:\\x",   "a\\..\\b",     "",     ".",
					    "./",      "a//b",         "a/"};
	OW_AUTO(artifact_done) struct artifact a = {0};
	struct ow_id id = {0};

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		ck_fails(artifact_add_component(&a, paths[i], "weights", &id, 1, &err),
			 OW_E_UNSAFE);
	ck_fails(artifact_add_component(&a, "a\nb", "weights", &id, 1, &err), OW_E_FORMAT);
	ck_fails(artifact_add_component(&a, "a\xff", "weights", &id, 1, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(two_components_of_one_path_are_refused)
{
	OW_AUTO(artifact_done) struct artifact a = {0};
	struct ow_id id = {0};

	ck_ok(artifact_add_component(&a, "x", "code", &id, 1, &err));
	ck_ok(artifact_add_component(&a, "x", "code", &id, 1, &err));
	ck_fails(artifact_sort(&a, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(attack_B24_unknown_keys_in_an_identity_are_refused)
{
	OW_AUTO(artifact_done) struct artifact a = {0}, b = {0};
	OW_AUTO(buf_done) struct buf out = {0};

	sample(&a);
	artifact_encode(&a, &out);
	out.p[0]++; /* one more pair in the outer map */
	cbor_wr_key(&out, 1000);
	cbor_wr_null(&out);
	ck_fails(artifact_decode(out.p, out.n, &b, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(allocation_failures_leave_nothing)
{
	OW_AUTO(artifact_done) struct artifact a = {0};
	OW_AUTO(buf_done) struct buf out = {0};
	bool done = false;

	sample(&a);
	artifact_encode(&a, &out);
	for (unsigned long n = 1; !done && n < 100; n++) {
		OW_AUTO(artifact_done) struct artifact b = {0};
		struct ow_error e = {0};

		(void)mem_fail_at(n);
		done = artifact_decode(out.p, out.n, &b, &e) == 0;
		(void)mem_fail_at(0);
		ck_assert(done || e.code == OW_E_IO);
	}
	ck_assert(done);
}
END_TEST

SUITE_MAIN("record/artifact", round_trip_sorts_components,
	   every_truncation_is_refused_and_every_flip_is_refused_or_means_itself,
	   attack_E01_paths_that_lead_out, two_components_of_one_path_are_refused,
	   attack_B24_unknown_keys_in_an_identity_are_refused, allocation_failures_leave_nothing)
