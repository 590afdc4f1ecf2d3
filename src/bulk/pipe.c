/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bulk/pipe.h"

#include <pthread.h>

#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "os/pool.h"

enum {
	/* one each being read, looked at and written, and two that level out an uneven disk */
	PIPE_BLOCKS = 5
};

/* Blocks are counted through a run; block i lies at ring[i % PIPE_BLOCKS].
 * n_written <= n_passed <= n_read <= n_written + PIPE_BLOCKS.
 */
struct pipe {
	struct pipe_block ring[PIPE_BLOCKS];
	uint8_t *memory;
	const struct pipe_run *run;
	uint64_t n_blocks; /* of the run; 0 between runs */
	uint64_t n_read, n_passed, n_written;
	struct ow_error err; /* of writing; blocks behind it are not written */
	bool lone;           /* one block at most: nothing to overlap, the caller does it all */
	bool reading, closing;
	bool has_reader, has_writer;
	pthread_t reader, writer;
	pthread_mutex_t lock;
	pthread_cond_t moved; /* one of the numbers above */
};

static bool can_read(const struct pipe *p)
{
	return p->n_read < p->n_blocks && p->n_read - p->n_written < PIPE_BLOCKS;
}

/* Read the next block. The lock is held, but not while reading. */
static void read_one(struct pipe *p)
{
	struct pipe_block *b = &p->ring[p->n_read % PIPE_BLOCKS];
	const struct pipe_run *run = p->run;

	b->off = p->n_read * IO_BLOCK;
	b->n = (size_t)u64_min(IO_BLOCK, run->size - b->off);
	b->err = (struct ow_error){0};
	p->reading = true;
	(void)pthread_mutex_unlock(&p->lock);
	(void)!run->read(run->ctx, b->p, b->n, b->off, &b->err);
	(void)pthread_mutex_lock(&p->lock);
	p->reading = false;
	p->n_read++;
	(void)pthread_cond_broadcast(&p->moved);
}

/* Write the oldest block that was passed. The lock is held, but not while writing. */
static void write_one(struct pipe *p)
{
	const struct pipe_block *b = &p->ring[p->n_written % PIPE_BLOCKS];
	const struct pipe_run *run = p->run;
	struct ow_error err = {0};

	if (b->write && p->err.code == OW_OK) {
		(void)pthread_mutex_unlock(&p->lock);
		(void)!direct_write(run->to, b->p, b->n, run->to_off + b->off, &err);
		(void)pthread_mutex_lock(&p->lock);
		p->err = err;
	}
	p->n_written++;
	(void)pthread_cond_broadcast(&p->moved);
}

static void *read_all(void *arg)
{
	struct pipe *p = arg;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->closing) {
		if (!p->lone && can_read(p))
			read_one(p);
		else
			(void)pthread_cond_wait(&p->moved, &p->lock);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

static void *write_all(void *arg)
{
	struct pipe *p = arg;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->closing) {
		if (!p->lone && p->n_written < p->n_passed)
			write_one(p);
		else
			(void)pthread_cond_wait(&p->moved, &p->lock);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

int pipe_open(struct pipe **out, struct ow_error *err)
{
	OW_AUTO(mem_free) struct pipe *p = MEM_NEW(struct pipe, err);

	if (p == NULL)
		return err->code;
	p->memory = mem_array(PIPE_BLOCKS * IO_BLOCK + DIRECT_ALIGN, 1, err);
	if (p->memory == NULL)
		return err->code;
	for (size_t i = 0; i < PIPE_BLOCKS; i++)
		p->ring[i].p = direct_align(p->memory) + i * IO_BLOCK;
	/* neither can fail with default attributes on Linux */
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->moved, NULL);
	p->has_reader = pool_thread(&p->reader, read_all, p) == 0;
	p->has_writer = pool_thread(&p->writer, write_all, p) == 0;
	*out = STEAL(p);
	return 0;
}

void pipe_begin(struct pipe *p, const struct pipe_run *run)
{
	(void)pthread_mutex_lock(&p->lock);
	p->run = run;
	p->n_read = p->n_passed = p->n_written = 0;
	p->n_blocks = (run->size + IO_BLOCK - 1) / IO_BLOCK;
	p->lone = p->n_blocks <= 1;
	p->err = (struct ow_error){0};
	(void)pthread_cond_broadcast(&p->moved);
	(void)pthread_mutex_unlock(&p->lock);
}

struct pipe_block *pipe_next(struct pipe *p)
{
	struct pipe_block *b = NULL;

	(void)pthread_mutex_lock(&p->lock);
	while (p->n_passed == p->n_read && p->n_passed < p->n_blocks && p->err.code == OW_OK) {
		if (p->has_reader && !p->lone)
			(void)pthread_cond_wait(&p->moved, &p->lock);
		else
			read_one(p);
	}
	if (p->n_passed < p->n_read && p->err.code == OW_OK)
		b = &p->ring[p->n_passed % PIPE_BLOCKS];
	(void)pthread_mutex_unlock(&p->lock);
	return b;
}

void pipe_pass(struct pipe *p, bool write)
{
	(void)pthread_mutex_lock(&p->lock);
	p->ring[p->n_passed % PIPE_BLOCKS].write = write;
	p->n_passed++;
	if (p->has_writer && !p->lone)
		(void)pthread_cond_broadcast(&p->moved);
	else
		write_one(p);
	(void)pthread_mutex_unlock(&p->lock);
}

int pipe_end(struct pipe *p, struct ow_error *err)
{
	(void)pthread_mutex_lock(&p->lock);
	p->n_blocks = 0; /* begins to read no other */
	while (p->reading || p->n_written < p->n_passed)
		(void)pthread_cond_wait(&p->moved, &p->lock);
	(void)pthread_mutex_unlock(&p->lock);
	if (p->err.code != OW_OK)
		*err = p->err;
	return p->err.code;
}

uint8_t *pipe_room(struct pipe *p)
{
	return p->ring[0].p;
}

void pipe_close(struct pipe *p)
{
	if (p == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->closing = true;
	(void)pthread_cond_broadcast(&p->moved);
	(void)pthread_mutex_unlock(&p->lock);
	if (p->has_reader)
		(void)pthread_join(p->reader, NULL);
	if (p->has_writer)
		(void)pthread_join(p->writer, NULL);
	(void)pthread_cond_destroy(&p->moved);
	(void)pthread_mutex_destroy(&p->lock);
	free(p->memory);
	free(p);
}
