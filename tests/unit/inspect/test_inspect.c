/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "inspect/inspect.h"
#include "support/gguf_maker.h"
#include "support/support.h"

static int look(const void *p, size_t n, const char *path, struct inspect *in, struct ow_error *err)
{
	struct ow_view v = {.p = p, .n = n};
	struct inspect_src src = inspect_memory(&v);

	return inspect_look(&src, path, in, err);
}

START_TEST(gguf_gives_facts_and_cuts)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(inspect_done) struct inspect in = {0};
	struct ow_error err;

	gg_sample(&b, "llama");
	ck_ok(look(b.p, b.n, "m.gguf", &in, &err));
	ck_assert_str_eq(inspect_fact(&in, "format"), "gguf");
	ck_assert_str_eq(inspect_fact(&in, "architecture"), "llama");
	ck_assert_str_eq(inspect_fact(&in, "general.license"), "apache-2.0");
	ck_assert_str_eq(inspect_fact(&in, "tensors"), "3");
	ck_assert_str_eq(inspect_fact(&in, "parameters"), "46");
	ck_assert_str_eq(inspect_fact(&in, "quantization"), "F32");
	ck_assert_str_eq(inspect_fact(&in, "tensor-types"), "F32 1, F16 1, Q4_0 1");
	ck_assert_ptr_null(inspect_fact(&in, "general.name"));
	ck_assert_uint_eq(in.n_cuts, 3);
	ck_assert_uint_eq(in.data, in.cuts[0]);
	ck_assert_uint_eq(in.cuts[2], in.data + 64);
	ck_assert_uint_eq(in.n_findings, 0);
	ck_assert_str_eq(in.role, "weights");
}
END_TEST

START_TEST(lists_of_texts_are_joined)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(inspect_done) struct inspect in = {0};
	struct ow_error err;

	gg_head(&b, 3, 0, 3);
	gg_key_text(&b, "general.architecture", "llama");
	gg_array(&b, "general.tags", 8, 2);
	gg_text(&b, "chat");
	gg_text(&b, "text");
	gg_key_u32(&b, "general.base_model.count", 1);
	ck_ok(look(b.p, b.n, "m.gguf", &in, &err));
	ck_assert_str_eq(inspect_fact(&in, "general.tags"), "chat, text");
	ck_assert_str_eq(inspect_fact(&in, "general.base_model.count"), "1");
}
END_TEST

START_TEST(a_base_behind_too_many_facts_is_told_of)
{
	for (int more = 0; more < 2; more++) {
		OW_AUTO(buf_done) struct buf b = {0};
		OW_AUTO(inspect_done) struct inspect in = {0};
		struct ow_error err;

		gg_head(&b, 3, 0, 202 + (unsigned)more);
		gg_key_text(&b, "general.architecture", "llama");
		gg_key_u32(&b, "general.base_model.count", 1);
		for (int i = 0; i < 200; i++) {
			char key[40];

			(void)snprintf(key, sizeof key, "general.junk%03d", i);
			gg_key_u32(&b, key, 1);
		}
		if (more)
			gg_key_text(&b, "general.base_model.0.name", "Base");
		ck_ok(look(b.p, b.n, "m.gguf", &in, &err));
		ck_assert_uint_eq(in.n_findings, 0);
		ck_assert_int_eq(in.cut, more);
		ck_assert_uint_eq(in.n_facts, INSPECT_FACTS_MAX);
	}
}
END_TEST

/* What a key tells of a base is not passed over in silence because of its length or its type. */
START_TEST(a_base_that_cannot_be_told_is_told_of)
{
	static const char *const keys[] = {"general.base_model.", "general.other."};

	for (size_t i = 0; i < 2; i++) {
		OW_AUTO(buf_done) struct buf b = {0}, c = {0};
		OW_AUTO(inspect_done) struct inspect in = {0};
		struct ow_error err;
		char key[130];

		(void)snprintf(key, sizeof key, "%s%0100d.name", keys[i], 0);
		gg_head(&b, 3, 0, 2);
		gg_key_text(&b, "general.architecture", "llama");
		gg_key_text(&b, key, "Base");
		ck_ok(look(b.p, b.n, "m.gguf", &in, &err));
		ck_assert_uint_eq(in.n_findings, 0);
		ck_assert_int_eq(in.cut, i == 0);
		inspect_done(&in);
		(void)snprintf(key, sizeof key, "%s0.name", keys[i]);
		gg_head(&c, 3, 0, 2);
		gg_key_text(&c, "general.architecture", "llama");
		gg_array(&c, key, 8, 0);
		ck_ok(look(c.p, c.n, "m.gguf", &in, &err));
		ck_assert_int_eq(in.cut, i == 0);
	}
}
END_TEST

START_TEST(broken_files_are_findings_not_failures)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(inspect_done) struct inspect in = {0};
	struct ow_error err;

	gg_sample(&b, "llama");
	ck_ok(look(b.p, b.n - 1, "m.gguf", &in, &err));
	ck_assert_int_eq(in.kind, INSPECT_GGUF);
	ck_assert_uint_eq(in.n_cuts, 0);
	ck_assert_uint_eq(in.n_findings, 1);
	ck_assert_int_eq(in.findings[0].level, INSPECT_BROKEN);
	ck_assert_ptr_nonnull(strstr(in.findings[0].text, "c.weight"));
	ck_assert_uint_eq(in.n_facts, 1);
	inspect_done(&in);
	ck_ok(look("\4\0\0\0\0\0\0\0{\"a}", 12, "m.safetensors", &in, &err));
	ck_assert_int_eq(in.findings[0].level, INSPECT_BROKEN);
	inspect_done(&in);
	ck_ok(look("a\0b", 3, "x.dat", &in, &err));
	ck_assert_int_eq(in.findings[0].level, INSPECT_NOTICE);
}
END_TEST

START_TEST(attack_F21_hostile_names_are_bounded)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(inspect_done) struct inspect in = {0};
	struct ow_error err;
	const char *value;
	uint8_t *big;

	gg_head(&b, 3, 0, 3);
	gg_key_text(&b, "general.architecture", "llama");
	gg_key(&b, "general.name", 8);
	gg_bytes(&b, "x\033]52;c;\a\xff\0y", 12);
	gg_key(&b, "general.description", 8);
	gg_u64(&b, 10 << 20);
	big = buf_room(&b, 10 << 20);
	ck_assert_ptr_nonnull(big);
	for (size_t i = 0; i < 10 << 20; i += 2)
		memcpy(big + i, "\xc3\xbc", 2);
	ck_ok(look(b.p, b.n, "m.gguf", &in, &err));
	ck_assert_ptr_nonnull(strstr(inspect_fact(&in, "general.name"), "\\u{1b}"));
	value = inspect_fact(&in, "general.description");
	ck_assert_uint_le(strlen(value), INSPECT_TEXT_MAX);
	ck_assert(utf8_ok((const uint8_t *)value, strlen(value)));
}
END_TEST

START_TEST(attack_F22_bytes_behind_the_end_are_unsafe)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(inspect_done) struct inspect in = {0};
	struct ow_error err;

	gg_sample(&b, "llama");
	gg_pad(&b, 32);
	buf_text(&b, "PK\003\004");
	ck_ok(look(b.p, b.n, "m.gguf", &in, &err));
	ck_assert_uint_eq(in.n_findings, 1);
	ck_assert_int_eq(in.findings[0].level, INSPECT_UNSAFE);
	ck_assert_uint_eq(in.n_cuts, 3);
}
END_TEST

START_TEST(attack_F37_auto_map_is_unsafe)
{
	static const char text[] = "{\"model_type\":\"x\",\"architectures\":[\"XForCausalLM\"],"
				   "\"auto_map\":{\"AutoModel\":\"modeling.X\"}}";
	OW_AUTO(inspect_done) struct inspect in = {0};
	struct ow_error err;

	ck_ok(look(text, sizeof text - 1, "config.json", &in, &err));
	ck_assert_str_eq(inspect_fact(&in, "model_type"), "x");
	ck_assert_str_eq(inspect_fact(&in, "architecture"), "XForCausalLM");
	ck_assert_int_eq(in.findings[0].level, INSPECT_UNSAFE);
}
END_TEST

START_TEST(safetensors_gives_facts_and_cuts)
{
	static const char head[] =
	    "{\"__metadata__\":{\"format\":\"pt\"},"
	    "\"b\":{\"dtype\":\"BF16\",\"shape\":[2,3],\"data_offsets\":[4,16]},"
	    "\"e\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]},"
	    "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(inspect_done) struct inspect in = {0};
	struct ow_error err;

	gg_u64(&b, sizeof head - 1);
	buf_text(&b, head);
	gg_fill(&b, 16);
	ck_ok(look(b.p, b.n, "m.safetensors", &in, &err));
	ck_assert_str_eq(inspect_fact(&in, "metadata.format"), "pt");
	ck_assert_str_eq(inspect_fact(&in, "quantization"), "BF16");
	ck_assert_str_eq(inspect_fact(&in, "parameters"), "7");
	ck_assert_str_eq(inspect_fact(&in, "empty-tensors"), "1");
	ck_assert_uint_eq(in.n_cuts, 2);
	ck_assert_uint_eq(in.cuts[1], in.data + 4);
}
END_TEST

static int broken_read(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	(void)ctx;
	(void)p;
	(void)n;
	return err_sys(err, 5, "medium at byte %llu", (unsigned long long)off);
}

START_TEST(unreadable_sources_fail)
{
	struct inspect_src src = {.size = 100, .read_at = broken_read};
	struct inspect in = {0};
	struct ow_error err;

	ck_fails(inspect_look(&src, "x", &in, &err), OW_E_IO);
}
END_TEST

START_TEST(every_failed_allocation_is_an_error)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct ow_error err = {0};
	struct inspect in = {0};

	gg_sample(&b, "llama");
	for (unsigned long n = 1;; n++) {
		int r;

		err = (struct ow_error){0};
		(void)mem_fail_at(n);
		r = look(b.p, b.n, "m.gguf", &in, &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
	inspect_done(&in);
}
END_TEST

SUITE_MAIN("inspect/inspect", a_base_that_cannot_be_told_is_told_of, gguf_gives_facts_and_cuts,
	   lists_of_texts_are_joined, a_base_behind_too_many_facts_is_told_of,
	   broken_files_are_findings_not_failures, attack_F21_hostile_names_are_bounded,
	   attack_F22_bytes_behind_the_end_are_unsafe, attack_F37_auto_map_is_unsafe,
	   safetensors_gives_facts_and_cuts, unreadable_sources_fail,
	   every_failed_allocation_is_an_error)
