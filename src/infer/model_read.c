/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the file to tiles in one pass: while one slab of the file is hashed and repacked, the next is read.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "infer/model.h"
#include "os/big.h"

enum {
	PIECES = 512, /* of one slab */
	COMMON = 4,   /* matrices that are not of one block, at most */
};

/* Slabs are a small part of the file, so that reading adds little to the memory that weights take. */
#define SLAB_MIN   (512 * KIB)
#define SLAB_MAX   (8 * MIB)
#define SLAB_PART  128
#define PIECE_SIZE (32 * KIB)

/* Some tiles of one matrix. */
struct piece {
	const struct linear *lin;
	uint32_t expert;
	size_t tile, rows;
	uint64_t off;
};

/* One matrix as it stands in a file, where two tensors of experts may take turns in one. */
struct part {
	const struct linear *lin;
	uint32_t expert;
	uint64_t off;
};

/* A stretch of a file and what is made of it. */
struct slab {
	uint64_t from, to;
	struct piece piece[PIECES];
	size_t n;
};

struct reading {
	struct model *m;
	struct part *parts; /* in the order of the files */
	size_t n_parts;
	uint32_t file;
	bool hash;               /* read all bytes, not only those of matrices */
	size_t part, row;        /* next rows to read */
	uint64_t pos, slab_size; /* what a slab should have, more only for a row of tiles */
	struct slab slab[2];
	unsigned now; /* slab at work; the other one is being read */
	struct digest digest;
	struct ow_error read_err;
};

static uint64_t slab_size(const struct model *m)
{
	uint64_t part = m->file_bytes / SLAB_PART;

	return part < SLAB_MIN ? SLAB_MIN : part > SLAB_MAX ? SLAB_MAX : part;
}

static int by_place(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->lin->file != y->lin->file)
		return x->lin->file < y->lin->file ? -1 : 1;
	return x->off < y->off ? -1 : x->off > y->off;
}

/* The next piece; false when this file has none left. */
static bool next_piece(struct reading *r, struct piece *p)
{
	while (r->part < r->n_parts && r->parts[r->part].lin->file == r->file) {
		const struct part *from = &r->parts[r->part];
		const struct mat *m = &from->lin->m;
		size_t row_size = mat_row_size(m), rows;

		if (r->row == m->rows) {
			r->part++;
			r->row = 0;
			continue;
		}
		rows = PIECE_SIZE / row_size / LANES * LANES;
		rows = size_min(rows < LANES ? LANES : rows, m->rows - r->row);
		*p = (struct piece){.lin = from->lin,
				    .expert = from->expert,
				    .tile = r->row / LANES,
				    .rows = rows,
				    .off = from->off + r->row * row_size};
		return true;
	}
	return false;
}

/* Lay out the slab that begins at r->pos; empty at the end of the file. */
static void plan_slab(struct reading *r, struct slab *s)
{
	uint64_t end = r->m->files[r->file].src.size, full;
	struct piece p;

	s->n = 0;
	if (!r->hash)
		r->pos = next_piece(r, &p) ? p.off : end;
	s->from = r->pos;
	full = end - s->from < r->slab_size ? end : s->from + r->slab_size;
	s->to = r->hash ? full : s->from;
	while (s->n < PIECES && next_piece(r, &p)) {
		uint64_t past = p.off + p.rows * mat_row_size(&p.lin->m);

		if (past > full && s->n > 0) {
			s->to = r->hash ? u64_min(full, p.off) : s->to;
			break;
		}
		if (past > full && r->hash && p.off > s->from) {
			s->to = u64_min(full, p.off);
			break;
		}
		s->piece[s->n++] = p;
		r->row += p.rows;
		if (!r->hash || past > s->to || s->n == PIECES)
			s->to = past;
	}
	r->pos = s->to;
}

static void read_slab(struct reading *r, unsigned which)
{
	const struct slab *s = &r->slab[which];

	/* what went wrong is found in read_err before the slab is used */
	if (s->to > s->from && inspect_read(&r->m->files[r->file].src, r->m->slab[which],
					    (size_t)(s->to - s->from), s->from, &r->read_err) < 0)
		return;
}

static void pack_piece(const struct reading *r, const struct piece *p)
{
	const uint8_t *raw = r->m->slab[r->now] + (p->off - r->slab[r->now].from);
	struct mat m = p->lin->m;

	m.data += p->expert * mat_bytes(&m);
	for (size_t done = 0; done < p->rows; done += LANES)
		mat_pack(&m, p->tile + done / LANES, raw + done * mat_row_size(&m),
			 size_min(LANES, p->rows - done));
}

/* Item 0 hashes, 1 reads ahead, the others repack. */
static void work(void *ctx, unsigned member, size_t from, size_t to)
{
	struct reading *r = ctx;
	const struct slab *s = &r->slab[r->now];

	(void)member;
	for (size_t i = from; i < to; i++) {
		if (i == 0 && r->hash)
			digest_update(&r->digest, r->m->slab[r->now], (size_t)(s->to - s->from));
		else if (i == 1)
			read_slab(r, r->now ^ 1);
		else if (i > 1)
			pack_piece(r, &s->piece[i - 2]);
	}
}

static int read_file(struct reading *r, struct team *team, struct ow_error *err)
{
	r->pos = 0;
	r->row = 0;
	plan_slab(r, &r->slab[r->now]);
	read_slab(r, r->now);
	while (r->slab[r->now].to > r->slab[r->now].from) {
		if (r->read_err.code != OW_OK) {
			*err = r->read_err;
			return err->code;
		}
		plan_slab(r, &r->slab[r->now ^ 1]);
		team_do(team, r->slab[r->now].n + 2, 1, work, r);
		r->now ^= 1;
	}
	return 0;
}

/* Every expert's part of the matrices, in the order in which they are read. */
static int list_parts(struct reading *r, struct linear *const *lins, size_t n, struct ow_error *err)
{
	size_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += lins[i]->count;
	r->parts = mem_array(all, sizeof *r->parts, err);
	if (r->parts == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++)
		for (uint32_t e = 0; e < lins[i]->count; e++)
			r->parts[r->n_parts++] = (struct part){
			    .lin = lins[i], .expert = e, .off = lins[i]->off + e * lins[i]->stride};
	qsort(r->parts, r->n_parts, sizeof *r->parts, by_place);
	return 0;
}

/* Read the matrices of `lins` from all files, in one pass. */
static int read_all(struct model *m, struct linear *const *lins, size_t n, bool hash,
		    struct team *team, struct ow_error *err)
{
	struct reading *r = MEM_NEW(struct reading, err);
	int result;

	if (r == NULL)
		return err->code;
	result = list_parts(r, lins, n, err);
	r->m = m;
	r->hash = hash;
	r->slab_size = slab_size(m);
	for (r->file = 0; r->file < m->n_files && result == 0; r->file++) {
		if (hash)
			digest_init(&r->digest);
		result = read_file(r, team, err);
		if (!hash)
			continue;
		if (result == 0)
			result = digest_final(&r->digest, &m->files[r->file].digest, err);
		else
			digest_drop(&r->digest);
	}
	mem_free(r->parts);
	mem_free(r);
	return result;
}

/* Give matrices their memory, one after the other from p; returns the bytes used. */
static size_t give_memory(struct linear *l, uint8_t *p)
{
	if (l->count == 0)
		return 0;
	l->m.data = p;
	return mat_bytes(&l->m) * l->count;
}

static size_t give_layer(struct layer *l, uint8_t *p)
{
	size_t used = 0;

	for (enum lin i = 0; i < LIN_COUNT; i++)
		used += give_memory(&l->lin[i], p == NULL ? NULL : p + used);
	return used;
}

/* The matrices that are not of one block. */
static size_t list_common(struct model *m, struct linear *out[COMMON])
{
	struct linear *all[COMMON] = {&m->embed, &m->output, &m->own, &m->own_proj};
	size_t n = 0;

	for (size_t i = 0; i < COMMON; i++)
		if (all[i]->count > 0)
			out[n++] = all[i];
	return n;
}

static size_t give_common(struct model *m, uint8_t *p)
{
	struct linear *lins[COMMON];
	size_t used = 0, n = list_common(m, lins);

	for (size_t i = 0; i < n; i++)
		used += give_memory(lins[i], p == NULL ? NULL : p + used);
	return used;
}

/* Bytes that slabs must hold: at least one tile of each matrix. */
static void grow_slab(struct model *m, const struct linear *l)
{
	if (l->count > 0 && mat_row_size(&l->m) * LANES > m->slab_size)
		m->slab_size = mat_row_size(&l->m) * LANES;
}

static void free_slabs(struct model *m)
{
	for (int i = 0; i < 2; i++) {
		big_free(m->slab[i], m->slab_size);
		m->slab[i] = NULL;
	}
}

static int get_memory(struct model *m, uint64_t limit, struct ow_error *err)
{
	struct linear *common[COMMON];
	size_t all = 0, largest = 0;

	m->slab_size = slab_size(m);
	for (uint32_t i = 0; i < m->p.layers; i++) {
		size_t n = give_layer(&m->layers[i], NULL);

		all += n;
		largest = n > largest ? n : largest;
		for (enum lin l = 0; l < LIN_COUNT; l++)
			grow_slab(m, &m->layers[i].lin[l]);
	}
	m->common_size = give_common(m, NULL);
	m->streamed = limit != 0 && all + m->common_size > limit;
	m->weights_size = m->streamed ? largest : all;
	m->weights = big_alloc(m->weights_size, "weights", err);
	m->common = m->weights == NULL ? NULL : big_alloc(m->common_size, "embeddings", err);
	for (size_t i = list_common(m, common); i > 0; i--)
		grow_slab(m, common[i - 1]);
	for (int i = 0; i < 2 && m->common != NULL; i++)
		m->slab[i] = big_alloc(m->slab_size, "reading", err);
	if (m->common == NULL || m->slab[0] == NULL || m->slab[1] == NULL)
		return err->code;
	all = 0;
	for (uint32_t i = 0; i < m->p.layers; i++)
		all += give_layer(&m->layers[i], m->weights + (m->streamed ? 0 : all));
	give_common(m, m->common);
	return 0;
}

/* Collect a layer's matrices. */
static size_t list_layer(struct layer *l, struct linear **out)
{
	size_t n = 0;

	for (enum lin i = 0; i < LIN_COUNT; i++)
		if (l->lin[i].count > 0)
			out[n++] = &l->lin[i];
	return n;
}

int model_read(struct model *m, const struct model_opts *opts, struct ow_error *err)
{
	OW_AUTO(mem_free) struct linear **lins = NULL;
	OW_AUTO(team_free) struct team *team = NULL;
	size_t n = 0;

	if (get_memory(m, opts->memory, err) < 0 || team_new(opts->threads, &team, err) < 0)
		return err->code;
	lins = mem_array((size_t)m->p.layers * LIN_COUNT + COMMON, sizeof(struct linear *), err);
	if (lins == NULL)
		return err->code;
	n = list_common(m, lins);
	for (uint32_t i = 0; i < m->p.layers && !m->streamed; i++)
		n += list_layer(&m->layers[i], lins + n);
	if (read_all(m, lins, n, true, team, err) < 0)
		return err->code;
	m->at_hand = -1;
	if (!m->streamed)
		free_slabs(m);
	return 0;
}

int model_layer(struct model *m, uint32_t layer, struct team *team, struct ow_error *err)
{
	struct linear *lins[LIN_COUNT];
	size_t n;

	if (!m->streamed || m->at_hand == (int64_t)layer)
		return 0;
	n = list_layer(&m->layers[layer], lins);
	m->at_hand = -1;
	if (read_all(m, lins, n, false, team, err) < 0)
		return err_ctx(err, "block %u", layer);
	m->at_hand = (int64_t)layer;
	return 0;
}
