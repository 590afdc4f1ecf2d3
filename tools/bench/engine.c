/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One measurement of the inference engine, as one JSON object; tools/bench/infer calls it again and again.
 *
 *	bench_engine THREADS SET MEMORY GENERATE PROMPT MODEL   SET: a kernel set or "best"; MEMORY: bytes of
 *	                                                        weights that need not be streamed, 0: all
 *	bench_engine THREADS                                    bytes that so many threads read in a second
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "infer/score.h"
#include "infer/session.h"
#include "os/big.h"
#include "os/clock.h"
#include "os/fd.h"

enum {
	READ_ROUNDS = 5,
	READ_STREAMS =
	    8, /* places of a piece that are read in turn; one alone does not fill the bus */
	READ_AHEAD = 1024
};

#define READ_SIZE ((size_t)1 << 30) /* far beyond any cache */

static int fail(const struct ow_error *err)
{
	(void)fprintf(stderr, "bench_engine: %s\n", err->text);
	return 1;
}

static int read_at(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	int64_t got = fd_pread(*(const int *)ctx, p, n, off, "model", err);

	if (got < 0)
		return err->code;
	return (size_t)got == n ? 0 : err_set(err, OW_E_INTEGRITY, "the model became shorter");
}

/* Read a piece of memory as fast as it comes; the sum keeps the reading from being left out. */
struct reading {
	const uint8_t *p;
	uint64_t sum[TEAM_MAX];
};

typedef uint64_t line __attribute__((vector_size(64), aligned(64)));

#if defined(__x86_64__)
__attribute__((target_clones("avx2", "default")))
#endif
static uint64_t
read_bytes(const uint8_t *p, size_t n)
{
	line a = {0};
	uint64_t sum = 0;

	for (size_t at = 0; at < n / READ_STREAMS; at += sizeof a)
		for (size_t k = 0; k < READ_STREAMS; k++) {
			const uint8_t *from = p + k * (n / READ_STREAMS) + at;

			__builtin_prefetch(from + READ_AHEAD);
			a ^= *(const line *)(const void *)from;
		}
	for (int i = 0; i < 8; i++)
		sum ^= a[i];
	return sum;
}

static void read_items(void *ctx, struct share of)
{
	struct reading *r = ctx;

	for (size_t i = of.from; i < of.to; i++)
		r->sum[of.member] ^= read_bytes(r->p + (i << 20), 1 << 20);
}

static int bandwidth(unsigned threads, struct ow_error *err)
{
	OW_AUTO(team_free) struct team *team = NULL;
	struct reading r = {0};
	size_t size = READ_SIZE * threads;
	uint8_t *p = big_alloc(size, "reading", err);
	double best = 0;

	if (p == NULL || team_new(threads, &team, err) < 0) {
		big_free(p, size);
		return fail(err);
	}
	memset(p, 1, size);
	r.p = p;
	for (int i = 0; i < READ_ROUNDS; i++) {
		uint64_t begin = clock_ticks();

		team_do(team, size >> 20, 1, read_items, &r);
		double rate = (double)size * 1e9 / (double)(clock_ticks() - begin);

		best = rate > best ? rate : best;
	}
	big_free(p, size);
	printf("{\"bytes_a_second\": %.0f, \"sum\": %llu}\n", best,
	       (unsigned long long)(r.sum[0] & 1));
	return 0;
}

/* Feed the prompt, then greedy steps; the times in nanoseconds. The second of two times counts: memory that is touched
 * for the first time, and threads that sleep, are no part of either engine's figures.
 */
static int run(struct session *s, size_t vocab, size_t prompt, size_t generate, uint64_t ns[2],
	       struct ow_error *err)
{
	OW_AUTO(mem_free) uint32_t *ids = mem_array(prompt, sizeof *ids, err);
	OW_AUTO(mem_free)
	float *logits = ids == NULL ? NULL : mem_array(vocab, sizeof *logits, err);
	uint64_t begin;

	if (logits == NULL)
		return err->code;
	for (size_t i = 0; i < prompt; i++)
		ids[i] = (uint32_t)(7919 * i % vocab);
	if (session_feed(s, ids, prompt, NULL, logits, err) < 0)
		return err->code;
	session_reset(s);
	begin = clock_ticks();
	if (session_feed(s, ids, prompt, NULL, logits, err) < 0)
		return err->code;
	ns[0] = clock_ticks() - begin;
	begin = clock_ticks();
	for (size_t i = 0; i < generate; i++) {
		uint32_t id = logits_best(logits, vocab);

		if (session_feed(s, &id, 1, NULL, logits, err) < 0)
			return err->code;
	}
	ns[1] = clock_ticks() - begin;
	return 0;
}

int main(int argc, char **argv)
{
	struct ow_error err = {0};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(session_free) struct session *s = NULL;
	unsigned threads = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
	struct model_opts mo = {.threads = threads};
	struct session_opts so = {.threads = threads};
	struct inspect_src src = {.read_at = read_at};
	size_t prompt, generate;
	uint64_t begin = clock_ticks(), ns[2] = {0};
	struct stat st;
	int fd;

	if (argc == 2)
		return bandwidth(threads, &err);
	if (argc != 7)
		return 2;
	so.kern = strcmp(argv[2], "best") == 0 ? kern_best() : kern_named(argv[2]);
	mo.memory = strtoull(argv[3], NULL, 10);
	generate = strtoull(argv[4], NULL, 10);
	prompt = strtoull(argv[5], NULL, 10);
	so.context = prompt + generate;
	fd = open(argv[6], O_RDONLY | O_CLOEXEC);
	if (so.kern == NULL || fd < 0 || fstat(fd, &st) < 0)
		return 2;
	src.ctx = &fd;
	src.size = (uint64_t)st.st_size;
	big_thrift();
	if (model_load(&src, 1, &mo, &m, &err) < 0)
		return fail(&err);
	begin = clock_ticks() - begin;
	if (session_new(m, &so, &s, &err) < 0 || run(s, m->p.vocab, prompt, generate, ns, &err) < 0)
		return fail(&err);
	printf("{\"set\": \"%s\", \"load_ns\": %llu, \"prompt_ns\": %llu, \"generate_ns\": %llu, "
	       "\"peak\": %llu, \"cache\": %zu, \"weights\": %zu, \"streamed\": %s}\n",
	       so.kern->name, (unsigned long long)begin, (unsigned long long)ns[0],
	       (unsigned long long)ns[1], (unsigned long long)big_peak(), session_cache_size(s),
	       m->weights_size + m->common_size, m->streamed ? "true" : "false");
	return 0;
}
