/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the file to tiles in one pass: while one slab of the file is hashed and repacked, the next is read. The
 * blocks of a streamed model are only hashed then; when one is read later, it must be what it was.
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
	PIECES = 512 /* of one slab */
};

/* Slabs are a small part of the file, so that reading adds little to the memory that weights take. */
#define SLAB_MIN   (512 * KIB)
#define SLAB_MAX   (8 * MIB)
#define SLAB_PART  128
#define PIECE_SIZE (32 * KIB)

/* One matrix as it stands in a file, where two tensors of experts may take turns in one. */
struct part {
	struct mat m;
	uint32_t file, block; /* block: of model_lins */
	uint64_t off;
};

/* Some tiles of it. */
struct piece {
	const struct part *of;
	size_t tile, rows;
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
	bool first;              /* read and hash all bytes, not only those of matrices */
	size_t part, row;        /* next rows to read */
	uint64_t pos, slab_size; /* what a slab should have, more only for a row of tiles */
	struct slab slab[2];
	unsigned now;                 /* slab at work; the other one is being read */
	struct digest digest, *block; /* of the file, and streamed: of each block's matrices */
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

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return x->off < y->off ? -1 : x->off > y->off;
}

/* The next piece; false when this file has none left. */
static bool next_piece(struct reading *r, struct piece *p)
{
	while (r->part < r->n_parts && r->parts[r->part].file == r->file) {
		const struct part *from = &r->parts[r->part];
		const struct mat *m = &from->m;
		size_t row_size = mat_row_size(m), rows;

		if (r->row == m->rows) {
			r->part++;
			r->row = 0;
			continue;
		}
		rows = PIECE_SIZE / row_size / LANES * LANES;
		rows = size_min(rows < LANES ? LANES : rows, m->rows - r->row);
		*p = (struct piece){.of = from,
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
	if (!r->first)
		r->pos = next_piece(r, &p) ? p.off : end;
	s->from = r->pos;
	full = end - s->from < r->slab_size ? end : s->from + r->slab_size;
	s->to = r->first ? full : s->from;
	while (s->n < PIECES && next_piece(r, &p)) {
		uint64_t past = p.off + p.rows * mat_row_size(&p.of->m);

		if (past > full && s->n > 0) {
			s->to = r->first ? u64_min(full, p.off) : s->to;
			break;
		}
		if (past > full && r->first && p.off > s->from) {
			s->to = u64_min(full, p.off);
			break;
		}
		s->piece[s->n++] = p;
		r->row += p.rows;
		if (!r->first || past > s->to || s->n == PIECES)
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

static const uint8_t *raw_of(const struct reading *r, const struct piece *p)
{
	return r->m->slab[r->now] + (p->off - r->slab[r->now].from);
}

static void hash_slab(struct reading *r)
{
	const struct slab *s = &r->slab[r->now];

	if (r->first)
		digest_update(&r->digest, r->m->slab[r->now], (size_t)(s->to - s->from));
	for (size_t i = 0; i < s->n && r->m->streamed; i++) {
		const struct piece *p = &s->piece[i];

		digest_update(&r->block[p->of->block], raw_of(r, p),
			      p->rows * mat_row_size(&p->of->m));
	}
}

static void pack_piece(const struct reading *r, const struct piece *p)
{
	struct mat m = p->of->m;

	if (r->first && r->m->streamed && p->of->block < r->m->p.layers)
		return; /* has no memory yet */
	for (size_t done = 0; done < p->rows; done += LANES)
		mat_pack(&m, p->tile + done / LANES, raw_of(r, p) + done * mat_row_size(&m),
			 size_min(LANES, p->rows - done));
}

/* Item 0 hashes, 1 reads ahead, the others repack. */
static void work(void *ctx, struct share of)
{
	struct reading *r = ctx;

	for (size_t i = of.from; i < of.to; i++) {
		if (i == 0)
			hash_slab(r);
		else if (i == 1)
			read_slab(r, r->now ^ 1);
		else
			pack_piece(r, &r->slab[r->now].piece[i - 2]);
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

/* The matrices of a block, or with number p.layers those that are of none. */
static size_t list_lins(struct model *m, uint32_t block, struct linear *out[LIN_COUNT])
{
	struct linear *common[] = {&m->embed, &m->output, &m->own, &m->own_proj};
	bool own = block < m->p.layers;
	size_t n = 0, all = own ? (size_t)LIN_COUNT : sizeof common / sizeof common[0];

	for (size_t i = 0; i < all; i++) {
		struct linear *l = own ? &m->layers[block].lin[i] : common[i];

		if (l->count > 0)
			out[n++] = l;
	}
	return n;
}

/* Every expert's part of the matrices of blocks from..to-1, in the order in which they are read. */
static int list_parts(struct reading *r, uint32_t from, uint32_t to, struct ow_error *err)
{
	struct linear *lins[LIN_COUNT];
	size_t cap = 0;

	for (uint32_t block = from; block < to; block++) {
		size_t n = list_lins(r->m, block, lins);

		for (size_t i = 0; i < n; i++) {
			struct part p = {.m = lins[i]->m,
					 .file = lins[i]->file,
					 .block = block,
					 .off = lins[i]->off};

			for (uint32_t e = 0; e < lins[i]->count; e++) {
				if (mem_grow(&r->parts, r->n_parts, &cap, sizeof p, err) < 0)
					return err->code;
				r->parts[r->n_parts++] = p;
				p.off += lins[i]->stride;
				p.m.data += mat_bytes(&p.m);
			}
		}
	}
	if (r->n_parts > 1)
		qsort(r->parts, r->n_parts, sizeof *r->parts, by_place);
	return 0;
}

static int read_files(struct reading *r, struct team *team, struct ow_error *err)
{
	for (r->file = 0; r->file < r->m->n_files; r->file++) {
		digest_init(&r->digest);
		if (read_file(r, team, err) < 0) {
			digest_drop(&r->digest);
			return err->code;
		}
		if (!r->first)
			digest_drop(&r->digest);
		else if (digest_final(&r->digest, &r->m->files[r->file].digest, err) < 0)
			return err->code;
	}
	return 0;
}

/* A block's matrices have been read: note what they are, or compare. */
static int settle_block(struct reading *r, uint32_t block, struct ow_error *err)
{
	struct ow_id *known = &r->m->layers[block].digest, now;
	char before[OW_ID_HEX], after[OW_ID_HEX];

	if (digest_final(&r->block[block], &now, err) < 0)
		return err->code;
	if (!r->first && !ow_id_equal(known, &now))
		return err_set(err, OW_E_INTEGRITY,
			       "the file was changed: weights had SHA-256 %s at first, now %s",
			       ow_id_hex(known, before), ow_id_hex(&now, after));
	*known = now;
	return 0;
}

/* Read the matrices of blocks from..to-1 from all files, in one pass. */
static int read_blocks(struct model *m, uint32_t from, uint32_t to, struct team *team,
		       struct ow_error *err)
{
	OW_AUTO(mem_free) struct digest *block = mem_array(to, sizeof *block, err);
	struct reading *r = block == NULL ? NULL : MEM_NEW(struct reading, err);
	int result;

	if (r == NULL)
		return err->code;
	*r = (struct reading){.m = m, .block = block, .slab_size = slab_size(m)};
	r->first = to > m->p.layers;
	for (uint32_t i = from; i < to; i++)
		digest_init(&block[i]);
	result = list_parts(r, from, to, err);
	if (result == 0)
		result = read_files(r, team, err);
	for (uint32_t i = from; i < to && i < m->p.layers && result == 0; i++)
		if (settle_block(r, i, err) < 0)
			result = err_ctx(err, "block %u", i);
	for (uint32_t i = from; i < to; i++)
		digest_drop(&block[i]);
	mem_free(r->parts);
	mem_free(r);
	return result;
}

/* Give matrices their memory, one after the other from p, which may be NULL; returns the bytes used. Slabs must hold
 * at least a tile of each.
 */
static size_t give_memory(struct model *m, uint32_t block, uint8_t *p)
{
	struct linear *lins[LIN_COUNT];
	size_t used = 0, n = list_lins(m, block, lins);

	for (size_t i = 0; i < n; i++) {
		lins[i]->m.data = p == NULL ? NULL : p + used;
		used += mat_bytes(&lins[i]->m) * lins[i]->count;
		m->slab_size = size_max(m->slab_size, mat_row_size(&lins[i]->m) * LANES);
	}
	return used;
}

static int get_memory(struct model *m, uint64_t limit, struct ow_error *err)
{
	size_t all = 0, largest = 0;

	m->slab_size = slab_size(m);
	for (uint32_t i = 0; i < m->p.layers; i++) {
		size_t n = give_memory(m, i, NULL);

		all += n;
		largest = size_max(largest, n);
	}
	m->common_size = give_memory(m, m->p.layers, NULL);
	m->streamed = limit != 0 && all + m->common_size > limit;
	m->weights_size = m->streamed ? largest : all;
	m->weights = big_alloc(m->weights_size, "weights", err);
	m->common = m->weights == NULL ? NULL : big_alloc(m->common_size, "embeddings", err);
	for (int i = 0; i < 2 && m->common != NULL; i++)
		m->slab[i] = big_alloc(m->slab_size, "reading", err);
	if (m->common == NULL || m->slab[0] == NULL || m->slab[1] == NULL)
		return err->code;
	all = 0;
	for (uint32_t i = 0; i < m->p.layers; i++)
		all += give_memory(m, i, m->weights + (m->streamed ? 0 : all));
	give_memory(m, m->p.layers, m->common);
	return 0;
}

int model_read(struct model *m, const struct model_opts *opts, struct ow_error *err)
{
	OW_AUTO(team_free) struct team *team = NULL;

	if (get_memory(m, opts->memory, err) < 0 || team_new(opts->threads, &team, err) < 0 ||
	    read_blocks(m, 0, m->p.layers + 1, team, err) < 0)
		return err->code;
	m->at_hand = -1;
	for (int i = 0; i < 2 && !m->streamed; i++) {
		big_free(m->slab[i], m->slab_size);
		m->slab[i] = NULL;
	}
	return 0;
}

int model_layer(struct model *m, uint32_t layer, struct team *team, struct ow_error *err)
{
	if (!m->streamed || m->at_hand == (int64_t)layer)
		return 0;
	m->at_hand = -1;
	if (read_blocks(m, layer, layer + 1, team, err) < 0)
		return err->code;
	m->at_hand = (int64_t)layer;
	return 0;
}
