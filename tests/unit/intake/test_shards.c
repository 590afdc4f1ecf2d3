/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inspect/gguf.h"
#include "intake/shards.h"
#include "support/gguf_maker.h"
#include "support/support.h"

START_TEST(names_of_sets_are_told)
{
	static const char *const none[] = {"m.gguf",
					   "m-00001-of-00002.bin",
					   "m-0001-of-0002.gguf",
					   "m-00003-of-00002.gguf",
					   "m-00000-of-00002.gguf",
					   "-00001-of-00002.gguf",
					   "m-00001-of-0000x.gguf"};
	char other[SHARD_PATH];
	struct shard sh;

	ck_assert(shard_of("q4/m-00002-of-00005.gguf", &sh));
	ck_assert_uint_eq(sh.no, 2);
	ck_assert_uint_eq(sh.of, 5);
	ck_assert_str_eq(shard_path("q4/m-00002-of-00005.gguf", &sh, 5, other),
			 "q4/m-00005-of-00005.gguf");
	ck_assert(shard_of("model-00001-of-00001.safetensors", &sh));
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		ck_assert_msg(!shard_of(none[i], &sh), "%s", none[i]);
}
END_TEST

/* A file of a split set that says it is number no (from 0) of `of`. */
static void part(struct buf *b, unsigned no, unsigned of)
{
	gg_head(b, 3, 0, no == 0 ? 3 : 2);
	if (no == 0)
		gg_key_text(b, "general.architecture", "llama");
	gg_key(b, "split.no", GGUF_U16);
	buf_add(b, (uint8_t[]){(uint8_t)no, 0}, 2);
	gg_key(b, "split.count", GGUF_U16);
	buf_add(b, (uint8_t[]){(uint8_t)of, 0}, 2);
}

static int agrees(const char *path, unsigned no, unsigned of, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(inspect_done) struct inspect in = {0};
	struct ow_view v;
	struct inspect_src src;

	if (of == 0)
		gg_sample(&b, "llama");
	else
		part(&b, no, of);
	v = (struct ow_view){b.p, b.n};
	src = inspect_memory(&v);
	ck_assert_int_eq(inspect_look(&src, path, &in, err), 0);
	ck_assert_uint_eq(in.n_findings, 0);
	return shard_agrees(path, &in, err);
}

START_TEST(attack_F19_a_shard_must_be_the_one_its_name_says)
{
	struct ow_error err;

	ck_ok(agrees("m-00001-of-00003.gguf", 0, 3, &err));
	ck_ok(agrees("m-00003-of-00003.gguf", 2, 3, &err));
	ck_ok(agrees("m.gguf", 0, 0, &err));
	ck_ok(agrees("m.gguf", 0, 1, &err));
	ck_fails(agrees("m-00002-of-00003.gguf", 0, 3, &err), OW_E_FORMAT); /* one shard twice */
	ck_fails(agrees("m-00002-of-00003.gguf", 1, 4, &err), OW_E_FORMAT); /* count mismatch */
	ck_fails(agrees("m.gguf", 1, 4, &err), OW_E_FORMAT);
	ck_fails(agrees("m-00002-of-00003.gguf", 0, 0, &err), OW_E_FORMAT); /* another model */
}
END_TEST

SUITE_MAIN("intake/shards", names_of_sets_are_told,
	   attack_F19_a_shard_must_be_the_one_its_name_says)
