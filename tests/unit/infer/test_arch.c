/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every row of the table of architectures against what another engine computes of the same weights: tests/support/arch.py
 * makes the models and says how.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "infer/score.h"
#include "infer/session.h"
#include "unit/infer/packs.h"

enum {
	VOCAB = 96,
	PROMPT = 24,
	MODELS = 31
};

static struct ow_error err;

static void read_whole(const char *folder, const char *name, const char *ext, struct buf *out)
{
	char path[1024], piece[65536];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof path, "%s/%s%s", folder, name, ext);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_msg(fd >= 0, "%s", path);
	while ((n = read(fd, piece, sizeof piece)) > 0)
		buf_add(out, piece, (size_t)n);
	(void)close(fd);
}

static void run(const struct buf *file, const struct kern *kern, unsigned threads, unsigned batch,
		float *rows)
{
	struct ow_view view = {file->p, file->n};
	struct inspect_src src = inspect_memory(&view);
	struct model_opts mo = {.threads = threads, .memory = batch == 7 ? 1 : 0}; /* streamed */
	struct session_opts so = {
	    .kern = kern, .threads = threads, .batch = batch, .context = PROMPT};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	float again[VOCAB];
	uint32_t ids[PROMPT], seed = 42;

	for (int i = 0; i < PROMPT; i++) {
		seed = seed * 1664525 + 1013904223;
		ids[i] = 3 + (seed >> 8) % (VOCAB - 10);
	}
	ck_ok(model_load(&src, 1, &mo, &m, &err));
	ck_assert_uint_eq(m->p.vocab, VOCAB);
	ck_ok(session_new(m, &so, &s, &err));
	/* what a session read before leaves nothing behind */
	ck_ok(session_feed(s, ids + 5, 9, NULL, again, &err));
	session_reset(s);
	ck_ok(session_feed(s, ids, PROMPT, rows, NULL, &err));
}

static void check(const char *models, const char *references, const char *name)
{
	static float plain[PROMPT * VOCAB], other[PROMPT * VOCAB];
	static const unsigned batches[] = {1, 7, 64};
	OW_AUTO(buf_done) struct buf file = {0}, want = {0};
	const float *rows;
	double distance;

	read_whole(models, name, ".gguf", &file);
	read_whole(references, name, ".f32", &want);
	ck_assert_uint_eq(want.n, sizeof plain);
	run(&file, kern_named("scalar"), 1, 64, plain);
	rows = (const float *)(const void *)want.p;
	distance = rel_rms(plain, rows, PROMPT * VOCAB);
	printf("# %-15s %.2e\n", name, distance);
	ck_assert_msg(distance <= 1e-5, "%s: distance %g", name, distance);
	for (int i = 0; i < PROMPT; i++)
		ck_assert_msg(logits_best(plain + i * VOCAB, VOCAB) ==
				  logits_best(rows + i * VOCAB, VOCAB),
			      "%s: another token after %d", name, i);
	for (unsigned k = 0; kern_at(k) != NULL; k++)
		for (unsigned i = 0; i < 3 && kern_at(k)->usable(); i++) {
			unsigned threads = 1 + (i + k) % 3;

			/* all batches with the best set, one with each of the others */
			if (kern_at(k) != kern_best() && i != k % 3)
				continue;
			run(&file, kern_at(k), threads, batches[i], other);
			ck_assert_msg(memcmp(plain, other, sizeof plain) == 0,
				      "%s: other bits with %s, %u threads, batch %u", name,
				      kern_at(k)->name, threads, batches[i]);
		}
}

START_TEST(architectures_compute_what_another_engine_computes)
{
	const char *models = getenv("OWSTORE_ARCH"), *references = getenv("OWSTORE_ARCH_REFERENCE");
	struct dirent *e;
	int n = 0;
	DIR *d;

	ck_assert(models != NULL && references != NULL);
	d = opendir(references);
	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d)) != NULL) {
		char name[64];
		size_t len = strlen(e->d_name);

		if (len < 5 || len >= sizeof name || strcmp(e->d_name + len - 4, ".f32") != 0)
			continue;
		(void)snprintf(name, sizeof name, "%.*s", (int)len - 4, e->d_name);
		check(models, references, name);
		n++;
	}
	(void)closedir(d);
	ck_assert_int_eq(n, MODELS);
}
END_TEST

START_TEST(experts_in_one_tensor_are_those_in_two)
{
	static float one[PROMPT * VOCAB], two[PROMPT * VOCAB];
	OW_AUTO(buf_done) struct buf file = {0}, other = {0};
	const char *models = getenv("OWSTORE_ARCH");
	static const unsigned batches[] = {64, 7}; /* kept and streamed */

	read_whole(models, "gemma4-wide", ".gguf", &file);
	read_whole(models, "gemma4-apart", ".gguf", &other);
	for (size_t i = 0; i < 2; i++) {
		run(&file, kern_best(), 2, batches[i], one);
		run(&other, kern_best(), 2, batches[i], two);
		ck_assert_msg(memcmp(one, two, sizeof one) == 0, "batch %u", batches[i]);
	}
}
END_TEST

static const struct {
	const char *name;
	enum ow_code code;
	const char *text;
} refused[] = {
    {"gemma4-valueless", OW_E_FORMAT, "blk.1.attn_v.weight is missing"},
    {"gemma3-two-turns", OW_E_UNCHECKED, "rope factors are for 2 dimensions"},
};

START_TEST(tensors_that_do_not_fit_each_other_are_refused)
{
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		OW_AUTO(buf_done) struct buf file = {0};
		OW_AUTO(model_free) struct model *m = NULL;
		struct model_opts mo = {.threads = 1};
		struct ow_error why = {0};

		read_whole(getenv("OWSTORE_ARCH"), refused[i].name, ".gguf", &file);

		struct ow_view view = {file.p, file.n};
		struct inspect_src src = inspect_memory(&view);

		ck_assert_msg(model_load(&src, 1, &mo, &m, &why) < 0, "%s", refused[i].name);
		ck_assert_msg(why.code == refused[i].code &&
				  strstr(why.text, refused[i].text) != NULL,
			      "%s: %s", refused[i].name, why.text);
	}
}
END_TEST

SUITE_MAIN("infer/arch", architectures_compute_what_another_engine_computes,
	   experts_in_one_tensor_are_those_in_two, tensors_that_do_not_fit_each_other_are_refused)
