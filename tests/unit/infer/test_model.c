/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whole models against logits computed elsewhere.
 */
#include "base/mem.h"
#include "codec/digest.h"
#include "infer/score.h"
#include "infer/session.h"
#include "infer/tiny.h"
#include "unit/infer/packs.h"

enum {
	PROMPT = 32,
	STEPS = 8,
	ROWS = PROMPT + STEPS,
	VOCAB = 128,
};

static void reference_prompt(uint32_t ids[PROMPT])
{
	uint32_t s = 42;

	for (int i = 0; i < PROMPT; i++) {
		s = s * 1664525 + 1013904223;
		ids[i] = 3 + (s >> 8) % 118;
	}
}

struct setting {
	const char *kern;
	unsigned threads, batch;
	uint64_t memory;
};

/* Prompt and greedy steps; rows (ROWS, VOCAB), generated ids. */
static void run(const struct buf *file, const struct setting *how, float *rows, uint32_t *generated)
{
	struct ow_error err = {0};
	struct ow_view view = {.p = file->p, .n = file->n};
	struct inspect_src src = inspect_memory(&view);
	struct model_opts mo = {.threads = how->threads, .memory = how->memory};
	struct session_opts so = {.kern = kern_named(how->kern),
				  .threads = how->threads,
				  .batch = how->batch,
				  .context = ROWS};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	uint32_t ids[PROMPT];

	reference_prompt(ids);
	ck_ok(model_load(&src, 1, &mo, &m, &err));
	ck_assert_uint_eq(m->p.vocab, VOCAB);
	ck_assert_int_eq(m->streamed, how->memory != 0);
	ck_ok(session_new(m, &so, &s, &err));
	ck_ok(session_feed(s, ids, PROMPT, rows, NULL, &err));
	for (int i = 0; i < STEPS; i++) {
		generated[i] = logits_best(rows + (PROMPT - 1 + i) * VOCAB, VOCAB);
		ck_ok(session_feed(s, &generated[i], 1, NULL, rows + (PROMPT + i) * VOCAB, &err));
	}
}

static const struct setting plain = {"scalar", 1, 64, 0};

/* Check one line of an index: name, where its files are, ids expected. */
static void check_float_model(const char *folder, const char *name, const char *base,
			      const char *ids)
{
	OW_AUTO(buf_done) struct buf file = {0}, want = {0};
	static float rows[ROWS * VOCAB];
	uint32_t got[STEPS];
	char path[1024];
	double distance;

	packs_model(folder, name, base, &file);
	snprintf(path, sizeof path, "%s/%s.exact.logits.f32", folder, name);
	if (!packs_try(path, &want)) {
		snprintf(path, sizeof path, "%s/%s.logits.f32", folder, name);
		packs_read(path, &want);
	}
	ck_assert_uint_eq(want.n, sizeof rows);
	run(&file, &plain, rows, got);
	distance = rel_rms(rows, (const float *)(const void *)want.p, ROWS * VOCAB);
	if (getenv("VERBOSE") != NULL)
		fprintf(stderr, "%s %.3e\n", name, distance);
	ck_assert_msg(distance <= 1e-5, "%s: distance %g", name, distance);
	for (int i = 0; i < STEPS; i++) {
		ck_assert_msg(strtoul(ids, (char **)(uintptr_t)&ids, 10) == got[i],
			      "%s: step %d is %u", name, i, got[i]);
	}
}

static void check_index(const char *folder, int base_column, int ids_column)
{
	OW_AUTO(buf_done) struct buf index = {0};
	char path[64], name[256], base[256], ids[256], *save = NULL;

	snprintf(path, sizeof path, "%s/index.csv", folder);
	packs_read(path, &index);
	strtok_r((char *)(uintptr_t)buf_str(&index), "\n", &save);
	for (char *line; (line = strtok_r(NULL, "\n", &save)) != NULL;)
		check_float_model(folder, csv_field(line, 0, name),
				  csv_field(line, base_column, base),
				  csv_field(line, ids_column, ids));
}

START_TEST(float_models_match_the_reference)
{
	check_index("arch", 0, 5);
}
END_TEST

START_TEST(float_variants_match_the_reference)
{
	check_index("arch-variants", 1, 10);
}
END_TEST

START_TEST(quantized_models_are_as_near_as_the_reference_engine)
{
	OW_AUTO(buf_done) struct buf index = {0};
	char name[256], ids[256], text[1024], *save = NULL;

	packs_read("quant-models/index.csv", &index);
	strtok_r((char *)(uintptr_t)buf_str(&index), "\n", &save);
	for (char *line; (line = strtok_r(NULL, "\n", &save)) != NULL;) {
		OW_AUTO(buf_done) struct buf file = {0}, exact = {0};
		static float rows[ROWS * VOCAB];
		uint32_t got[STEPS];
		double distance, theirs = atof(csv_field(line, 10, text));
		const float *want;
		const char *id = ids;

		csv_field(line, 0, name);
		csv_field(line, 5, ids);
		packs_model("quant-models", name, NULL, &file);
		snprintf(text, sizeof text, "quant-models/%s.dequant.logits.f32", name);
		packs_read(text, &exact);
		want = (const float *)(const void *)exact.p;
		run(&file, &plain, rows, got);
		/* generated rows follow our own ids; the prompt's are comparable always */
		distance = rel_rms(rows, want, PROMPT * VOCAB);
		if (getenv("VERBOSE") != NULL)
			fprintf(stderr, "%s %.3e, theirs %.3e\n", name, distance, theirs);
		ck_assert_msg(distance <= 1.5 * theirs, "%s: distance %g, theirs %g", name,
			      distance, theirs);
		for (int i = 0; i < STEPS; i++) {
			const float *row = want + (PROMPT - 1 + i) * VOCAB;
			unsigned long id_want = strtoul(id, (char **)(uintptr_t)&id, 10);
			double square = 0, second = -1e30;

			for (int v = 0; v < VOCAB; v++) {
				square += (double)row[v] * (double)row[v];
				if ((unsigned)v != id_want && (double)row[v] > second)
					second = (double)row[v];
			}
			if (((double)row[id_want] - second) / sqrt(square / VOCAB) <= 0.1)
				break;
			ck_assert_msg(got[i] == id_want, "%s: step %d is %u, not %lu", name, i,
				      got[i], id_want);
		}
	}
}
END_TEST

START_TEST(every_way_of_running_gives_the_same_bits)
{
	static const char *const names[][3] = {
	    {"arch-variants", "llama-dense-gain", "llama-dense"},
	    {"arch-variants", "qwen3-dense-gain", "qwen3-dense"},
	    {"arch-variants", "gemma2-dense-gain", "gemma2-dense"},
	    {"arch-variants", "gpt-oss-moe-gain", "gpt-oss-moe"},
	    {"quant-models", "llama-dense-gain-Q4_0", ""},
	    {"quant-models", "llama-dense-gain-Q4_K_M", ""},
	    {"quant-models", "llama-dense-gain-Q5_K_M", ""},
	    {"quant-models", "llama-dense-gain-Q6_K", ""},
	    {"quant-models", "llama-dense-gain-Q8_0", ""}};
	static const unsigned batches[] = {1, 7, 64};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		OW_AUTO(buf_done) struct buf file = {0};
		static float want[ROWS * VOCAB], got[ROWS * VOCAB];
		uint32_t ids[STEPS];

		packs_model(names[i][0], names[i][1], names[i][2], &file);
		run(&file, &plain, want, ids);
		for (size_t k = 0; kern_at(k) != NULL; k++)
			for (unsigned threads = 1; threads <= 3 && kern_at(k)->usable(); threads++)
				for (size_t b = 0; b < 3; b++) {
					/* all combinations for the best set, one of each for the others */
					if (kern_at(k) != kern_best() && b != threads - 1)
						continue;
					struct setting how = {kern_at(k)->name, threads, batches[b],
							      threads == 2 && b == 1 ? 1 : 0};

					run(&file, &how, got, ids);
					ck_assert_msg(memcmp(got, want, sizeof got) == 0,
						      "%s: %s, %u threads, batch %u", names[i][1],
						      how.kern, threads, how.batch);
				}
	}
}
END_TEST

/* The SHA-256 of all logits of a prompt and of greedy steps of the built-in model. */
static struct ow_id tiny_hash(const struct setting *how)
{
	struct ow_error err = {0};
	struct ow_view view = tiny_model();
	struct inspect_src src = inspect_memory(&view);
	struct model_opts mo = {.threads = how->threads, .memory = how->memory};
	struct session_opts so = {.kern = kern_named(how->kern),
				  .threads = how->threads,
				  .batch = how->batch,
				  .context = ROWS};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	OW_AUTO(mem_free) float *rows = NULL;
	uint32_t ids[PROMPT];
	struct ow_id id;
	size_t vocab;

	reference_prompt(ids);
	ck_ok(model_load(&src, 1, &mo, &m, &err));
	vocab = m->p.vocab;
	rows = mem_array(ROWS * vocab, sizeof *rows, &err);
	ck_assert_ptr_nonnull(rows);
	ck_ok(session_new(m, &so, &s, &err));
	ck_ok(session_feed(s, ids, PROMPT, rows, NULL, &err));
	for (size_t i = PROMPT; i < ROWS; i++) {
		uint32_t best = logits_best(rows + (i - 1) * vocab, vocab);

		ck_ok(session_feed(s, &best, 1, NULL, rows + i * vocab, &err));
	}
	ck_ok(digest_bytes(rows, ROWS * vocab * sizeof *rows, &id, &err));
	return id;
}

START_TEST(every_way_of_running_the_built_in_model_gives_one_hash)
{
	static const unsigned batches[] = {1, 7, 64};
	struct ow_id want = tiny_hash(&plain);
	unsigned ways = 0;

	for (size_t k = 0; kern_at(k) != NULL; k++) {
		for (unsigned i = 0; i < 9 && kern_at(k)->usable(); i++, ways++) {
			struct setting how = {kern_at(k)->name, 1 + i % 3, batches[i / 3],
					      i == 4 ? 1 : 0};
			struct ow_id got = tiny_hash(&how);

			ck_assert_msg(ow_id_equal(&got, &want), "%s, %u threads, batch %u",
				      how.kern, how.threads, how.batch);
		}
	}
	printf("# one hash of %u ways\n", ways);
}
END_TEST

/* A model that is read again for every token must be the one whose digest was told. */
START_TEST(a_file_that_changes_while_it_is_streamed_is_noticed)
{
	OW_AUTO(buf_done) struct buf file = {0};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	OW_AUTO(mem_free) float *row = NULL;
	struct session_opts so = {.threads = 2, .batch = 1, .context = 8};
	struct model_opts mo = {.threads = 2, .memory = 1};
	struct ow_view view = tiny_model();
	struct ow_error err = {0};
	struct inspect_src src;
	uint32_t id = 1;
	uint8_t *weight;

	buf_add(&file, view.p, view.n);
	ck_ok(buf_finish(&file, &err));
	view.p = file.p;
	src = inspect_memory(&view);
	ck_ok(model_load(&src, 1, &mo, &m, &err));
	ck_assert(m->streamed);
	ck_ok(session_new(m, &so, &s, &err));
	row = mem_array(m->p.vocab, sizeof *row, &err);
	ck_assert_ptr_nonnull(row);
	ck_ok(session_feed(s, &id, 1, NULL, row, &err));
	weight = &file.p[m->layers[m->p.layers - 1].lin[LIN_DOWN].off];
	*weight ^= 1;
	ck_assert_int_eq(session_feed(s, &id, 1, NULL, row, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(strstr(err.text, "the file was changed"));
	*weight ^= 1;
	err = (struct ow_error){0};
	ck_ok(session_feed(s, &id, 1, NULL, row, &err));
}
END_TEST

PACKS_SUITE("infer/model",
	    NEEDING(float_models_match_the_reference, float_variants_match_the_reference,
		    quantized_models_are_as_near_as_the_reference_engine,
		    every_way_of_running_gives_the_same_bits),
	    every_way_of_running_the_built_in_model_gives_one_hash,
	    a_file_that_changes_while_it_is_streamed_is_noticed)
