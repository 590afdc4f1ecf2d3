/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Malformed models are refused by name of what is wrong; unusual ones are taken.
 */
#include "base/mem.h"
#include "infer/session.h"
#include "infer/tiny.h"
#include "infer/tok.h"
#include "unit/infer/packs.h"

/* As far as the file goes: container, tokenizer if it has one, model, one token. */
static int use(const uint8_t *p, size_t n, const char *level, struct ow_error *err)
{
	struct ow_view view = {.p = p, .n = n};
	struct inspect_src src = inspect_memory(&view);
	struct model_opts mo = {.threads = 1};
	struct session_opts so = {.threads = 1, .batch = 1, .context = 2};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(tok_free) struct tok *t = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	OW_AUTO(mem_free) float *row = NULL;
	uint32_t id = 0;

	if (model_open(&src, 1, &m, err) < 0)
		return err->code;
	if (strcmp(level, "container") == 0)
		return 0;
	if (strcmp(level, "model") != 0)
		return tok_new(&m->files[0].head, &t, err) < 0 ? err->code : 0;
	if (model_fill(m, &mo, err) < 0 || session_new(m, &so, &s, err) < 0)
		return err->code;
	row = mem_array(m->p.vocab, sizeof *row, err);
	return row == NULL ? err->code : session_feed(s, &id, 1, NULL, row, err);
}

START_TEST(attack_F01_to_F18_files_of_the_reference_set)
{
	OW_AUTO(buf_done) struct buf index = {0};
	char name[256], path[512], *save = NULL;
	int refused = 0, taken = 0;

	packs_read("gguf-cases/index.csv", &index);
	strtok_r((char *)(uintptr_t)buf_str(&index), "\n", &save);
	for (char *line; (line = strtok_r(NULL, "\n", &save)) != NULL;) {
		OW_AUTO(buf_done) struct buf file = {0};
		struct ow_error err = {0};
		bool accept = strstr(line, ",accept,") != NULL;
		const char *level = strstr(line, ",container,") != NULL ? "container"
				    : strstr(line, ",model,") != NULL   ? "model"
									: "vocab";

		csv_field(line, 0, name);
		snprintf(path, sizeof path, "gguf-cases/%s.gguf", name);
		packs_read(path, &file);
		use(file.p, file.n, level, &err);
		if (accept)
			ck_assert_msg(err.code == OW_OK, "%s: %s", name, err.text);
		else
			ck_assert_msg(err.code == OW_E_FORMAT, "%s: code %d %s", name, err.code,
				      err.text);
		*(accept ? &taken : &refused) += 1;
	}
	ck_assert_int_eq(refused, 120);
	ck_assert_int_eq(taken, 10);
}
END_TEST

/* Flipped bytes in the header of the tiny model: refused, or a model that runs without harm. */
START_TEST(flipped_headers_are_refused_or_harmless)
{
	struct ow_view v = tiny_model();
	uint8_t *copy = malloc(v.n);
	uint64_t seed = 3;

	for (int i = 0; i < 60; i++) {
		struct ow_error err = {0};

		memcpy(copy, v.p, v.n);
		copy[rnd(&seed) % 900] ^= (uint8_t)(1U << rnd(&seed) % 8);
		use(copy, v.n, "model", &err);
		ck_assert(err.code == OW_OK || err.code == OW_E_FORMAT ||
			  err.code == OW_E_UNCHECKED || err.code == OW_E_IO);
	}
	free(copy);
}
END_TEST

START_TEST(cut_files_are_refused)
{
	struct ow_view v = tiny_model();

	for (size_t n = 0; n < v.n; n += v.n / 50) {
		struct ow_error err = {0};

		ck_fails(use(v.p, n, "model", &err), OW_E_FORMAT);
	}
}
END_TEST

START_TEST(every_allocation_may_fail)
{
	struct ow_view v = tiny_model();

	for (unsigned long n = 1;; n++) {
		struct ow_error err = {0};
		int result;

		mem_fail_at(n);
		result = use(v.p, v.n, "model", &err);
		mem_fail_at(0);
		if (result == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
}
END_TEST

START_TEST(tiny_model_gives_the_recorded_bits_with_every_kernel_set)
{
	for (size_t i = 0; kern_at(i) != NULL; i++) {
		struct tiny_run run = {0};
		struct ow_error err = {0};
		char hex[OW_ID_HEX];

		if (!kern_at(i)->usable())
			continue;
		ck_ok(tiny_run(kern_at(i), &run, &err));
		ck_assert_str_eq(ow_id_hex(&run.logits, hex), TINY_EXPECTED);
		buf_done(&run.text);
	}
}
END_TEST

PACKS_SUITE("infer/hostile", NEEDING(attack_F01_to_F18_files_of_the_reference_set),
	    flipped_headers_are_refused_or_harmless, cut_files_are_refused,
	    every_allocation_may_fail, tiny_model_gives_the_recorded_bits_with_every_kernel_set)
