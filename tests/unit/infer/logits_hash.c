/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Prints a hash of the logits of a prompt and of greedy steps, one line for each model of the command line, kernel set
 * of this CPU, and number of threads with a size of batches. Needs nothing but the engine, so that tools/check_kernels
 * can build it with other compilers and for other CPUs: no libcrypto either, which only names the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "codec/digest.h"
#include "infer/score.h"
#include "infer/session.h"

enum {
	PROMPT = 32,
	STEPS = 8
};

static uint64_t hash(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001b3;
	return h;
}

void digest_init(struct digest *d)
{
	*d = (struct digest){.size = 0xcbf29ce484222325};
}

void digest_update(struct digest *d, const void *p, size_t n)
{
	d->size = hash(d->size, p, n);
}

int digest_final(struct digest *d, struct ow_id *out, struct ow_error *err)
{
	(void)err;
	*out = (struct ow_id){0};
	memcpy(out->b, &d->size, sizeof d->size);
	return 0;
}

void digest_drop(struct digest *d)
{
	(void)d;
}

/* Batches of 7 come from a streamed model. */
static int run(struct ow_view file, const struct kern *k, unsigned threads, unsigned batch,
	       uint64_t *out, struct ow_error *err)
{
	struct inspect_src src = inspect_memory(&file);
	struct model_opts mo = {.threads = threads, .memory = batch == 7 ? 1 : 0};
	struct session_opts so = {
	    .kern = k, .threads = threads, .batch = batch, .context = PROMPT + STEPS};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	OW_AUTO(mem_free) float *rows = NULL;
	uint32_t ids[PROMPT], seed = 42;

	if (model_load(&src, 1, &mo, &m, err) < 0 || session_new(m, &so, &s, err) < 0)
		return err->code;
	rows = mem_array((size_t)PROMPT * m->p.vocab, sizeof *rows, err);
	if (rows == NULL)
		return err->code;
	for (int i = 0; i < PROMPT; i++) {
		seed = seed * 1664525 + 1013904223;
		ids[i] = 3 + (seed >> 8) % 61;
	}
	if (session_feed(s, ids, PROMPT, rows, NULL, err) < 0)
		return err->code;
	*out = hash(0xcbf29ce484222325, rows, (size_t)PROMPT * m->p.vocab * sizeof *rows);
	memmove(rows, rows + (size_t)(PROMPT - 1) * m->p.vocab, m->p.vocab * sizeof *rows);
	for (int i = 0; i < STEPS; i++) {
		uint32_t id = logits_best(rows, m->p.vocab);

		if (session_feed(s, &id, 1, NULL, rows, err) < 0)
			return err->code;
		*out = hash(*out, rows, m->p.vocab * sizeof *rows);
	}
	return 0;
}

static int run_all(const char *name, struct ow_view file, struct ow_error *err)
{
	static const unsigned batches[] = {64, 7, 1};

	for (size_t k = 0; kern_at(k) != NULL; k++)
		for (unsigned i = 0; i < 9 && kern_at(k)->usable(); i++) {
			unsigned threads = 1 + i % 3, batch = batches[i / 3];
			uint64_t h;

			/* all ways with the best set; each number of threads and each batch with the others */
			if (kern_at(k) != kern_best() && i % 3 != i / 3)
				continue;
			if (run(file, kern_at(k), threads, batch, &h, err) < 0)
				return err->code;
			printf("%016llx %s %s, %u threads, batches of %u\n", (unsigned long long)h,
			       name, kern_at(k)->name, threads, batch);
		}
	return 0;
}

int main(int argc, char **argv)
{
	static uint8_t bytes[16 << 20];

	for (int i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');
		struct ow_error err = {0};
		FILE *f = fopen(argv[i], "rb");
		size_t n = f == NULL ? 0 : fread(bytes, 1, sizeof bytes, f);

		if (f != NULL)
			(void)fclose(f);
		if (run_all(slash == NULL ? argv[i] : slash + 1,
			    (struct ow_view){.p = bytes, .n = n}, &err) < 0) {
			fprintf(stderr, "%s: %s\n", argv[i], err.text);
			return 1;
		}
	}
	return 0;
}
