/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bulk/chunks.h"

#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"

enum {
	LENGTH_SIZE = 4, /* of an encoded length */
	DIGEST_SIZE = 32
};

/* ---- cuts
 * ------------------------------------------------------------------------------------------- */

uint64_t chunk_end(const struct cuts *cuts, size_t *next, uint64_t off, uint64_t size)
{
	uint64_t end = off + u64_min(CHUNK_SIZE, size - off);

	if (size <= CHUNK_SIZE)
		return size;
	if (cuts->data > off && cuts->data < end)
		end = cuts->data;
	/* a start that comes too early for this chunk is too early for all that follow */
	while (*next < cuts->n && cuts->at[*next] < off + CHUNK_MIN_CUT)
		(*next)++;
	return *next < cuts->n ? u64_min(end, cuts->at[*next]) : end;
}

/* ---- digests as the bytes pass by
 * ------------------------------------------------------------------- */

/* The first failure stands. */
static bool is_first(const struct chunker *c)
{
	return c->err.code == OW_OK;
}

static struct chunk chunk_wanted(const struct chunker *c)
{
	if (c->expect != NULL)
		return c->expect->at[c->n];
	return (struct chunk){.off = c->out->at[c->n].off, .len = c->out->at[c->n].len};
}

/* Begin the next chunk, if there is one. */
static void chunk_begin(struct chunker *c)
{
	size_t n_all = c->expect != NULL ? c->expect->n : c->out->n;

	if (c->n == n_all)
		return;
	c->end = c->off + chunk_wanted(c).len;
	c->skipping = false;
	if (!c->alone)
		digest_init(&c->part);
}

/* Lay out the chunks of the new list: all offsets and lengths are known before the first byte. */
static int lay_out(uint64_t size, const struct cuts *cuts, struct chunks *out, struct ow_error *err)
{
	size_t next = 0, n = 0;

	for (uint64_t off = 0; off < size; n++)
		off = chunk_end(cuts, &next, off, size);
	out->at = mem_array(n, sizeof *out->at, err);
	if (out->at == NULL)
		return err->code;
	out->n = out->cap = n;
	next = 0;
	for (uint64_t off = 0, i = 0; off < size; i++) {
		uint64_t end = chunk_end(cuts, &next, off, size);

		out->at[i].off = off;
		out->at[i].len = (uint32_t)(end - off); /* at most CHUNK_SIZE */
		off = end;
	}
	return 0;
}

void chunker_begin(struct chunker *c, uint64_t size, const struct cuts *cuts, struct chunks *out)
{
	*c = (struct chunker){.size = size, .out = out, .alone = size <= CHUNK_SIZE};
	digest_init(&c->whole);
	if (lay_out(size, cuts, out, &c->err) == 0)
		chunk_begin(c);
}

void chunker_begin_expect(struct chunker *c, const struct chunks *expect)
{
	*c = (struct chunker){.expect = expect, .size = expect->size, .alone = expect->n <= 1};
	digest_init(&c->whole);
	chunk_begin(c);
}

static void chunk_count_bad(struct chunker *c)
{
	if (c->n_bad++ == 0)
		c->bad_at = c->n;
}

static void chunk_differs(struct chunker *c, const struct ow_id *got)
{
	struct chunk want = chunk_wanted(c);
	char want_hex[OW_ID_HEX], got_hex[OW_ID_HEX];

	chunk_count_bad(c);
	if (!is_first(c))
		return;
	(void)err_set(&c->err, OW_E_INTEGRITY,
		      "chunk %zu of %zu (bytes %llu to %llu): digest differs (expected %s, got %s)",
		      c->n + 1, c->expect->n, (unsigned long long)want.off,
		      (unsigned long long)(want.off + want.len - 1), ow_id_hex(&want.id, want_hex),
		      ow_id_hex(got, got_hex));
	(void)err_byte(&c->err, want.off);
}

/* The digest of the chunk that ended: into the list, or compared with it. */
static void chunk_take(struct chunker *c, const struct ow_id *got)
{
	if (c->expect == NULL)
		c->out->at[c->n].id = *got;
	else if (!ow_id_equal(got, &c->expect->at[c->n].id))
		chunk_differs(c, got);
}

/* All bytes of the running chunk have come. That of a chunk that stands alone is told by the end.
 */
static void chunk_finish(struct chunker *c)
{
	struct ow_error err = {0};
	struct ow_id id;

	if (c->skipping) {
		chunk_count_bad(c);
		digest_drop(&c->part);
	} else if (!c->alone && digest_final(&c->part, &id, &err) < 0) {
		if (is_first(c))
			c->err = err;
	} else if (!c->alone) {
		chunk_take(c, &id);
	}
	c->n++;
	chunk_begin(c);
}

static void hash(struct chunker *c, const uint8_t *p, size_t n)
{
	if (c->alone)
		digest_update(&c->whole, p, n);
	else if (chunker_sound(c) && !c->skipping)
		digest_update_both(&c->whole, &c->part, p, n);
	else if (!c->skipping)
		digest_update(&c->part, p, n); /* the whole cannot be right any more */
}

/* n bytes further: hashed, or skipped where p is NULL. */
static void advance(struct chunker *c, const uint8_t *p, uint64_t n)
{
	while (n > 0 && c->off < c->end) {
		uint64_t take = u64_min(n, c->end - c->off);

		if (p == NULL) {
			c->skipping = true;
		} else {
			hash(c, p, (size_t)take);
			p += take;
		}
		n -= take;
		c->off += take;
		if (c->off == c->end)
			chunk_finish(c);
	}
	if (n > 0 && is_first(c))
		(void)err_set(&c->err, OW_E_INTEGRITY, "goes on after byte %llu",
			      (unsigned long long)c->size);
}

void chunker_update(struct chunker *c, const void *p, size_t n)
{
	if (n > 0)
		advance(c, p, n);
}

void chunker_skip(struct chunker *c, uint64_t n, const struct ow_error *why)
{
	if (is_first(c))
		c->err = *why;
	advance(c, NULL, n);
}

bool chunker_sound(const struct chunker *c)
{
	return c->err.code == OW_OK;
}

/* The whole digest, which is that of a lone chunk too. */
static int finish_whole(struct chunker *c)
{
	char want_hex[OW_ID_HEX], got_hex[OW_ID_HEX];
	struct ow_id id;

	if (digest_final(&c->whole, &id, &c->err) < 0)
		return c->err.code;
	if (c->expect == NULL) {
		c->out->blob = id;
		c->out->size = c->size;
		if (c->alone && c->out->n == 1)
			c->out->at[0].id = id;
		return 0;
	}
	if (ow_id_equal(&id, &c->expect->blob))
		return 0;
	c->n_bad += c->alone;
	return err_set(&c->err, OW_E_INTEGRITY, "digest differs (expected %s, got %s)",
		       ow_id_hex(&c->expect->blob, want_hex), ow_id_hex(&id, got_hex));
}

int chunker_finish(struct chunker *c, struct ow_error *err)
{
	if (chunker_sound(c) && c->off != c->size)
		(void)err_set(&c->err, OW_E_INTEGRITY, "ends at byte %llu, expected %llu",
			      (unsigned long long)c->off, (unsigned long long)c->size);
	if (chunker_sound(c) && finish_whole(c) == 0)
		return 0;
	digest_drop(&c->whole);
	digest_drop(&c->part);
	if (c->out != NULL)
		chunks_done(c->out);
	if (c->expect != NULL && c->n_bad > 1)
		(void)err_ctx(&c->err, "%zu of %zu chunks are wrong, the first", c->n_bad,
			      c->expect->n);
	*err = c->err;
	return err->code;
}

/* ---- as bytes
 * --------------------------------------------------------------------------------------- */

void chunks_encode_body(const struct chunks *c, struct buf *out, int64_t key_lengths,
			int64_t key_digests)
{
	OW_AUTO(buf_done) struct buf lengths = {0}, digests = {0};

	for (size_t i = 0; i < c->n; i++) {
		uint32_t len = c->at[i].len;
		const uint8_t be[LENGTH_SIZE] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16),
						 (uint8_t)(len >> 8), (uint8_t)len};

		buf_add(&lengths, be, sizeof be);
		buf_add(&digests, c->at[i].id.b, DIGEST_SIZE);
	}
	out->failed = out->failed || lengths.failed || digests.failed;
	cbor_wr_key(out, key_lengths);
	cbor_wr_bytes(out, lengths.p, lengths.n);
	cbor_wr_key(out, key_digests);
	cbor_wr_bytes(out, digests.p, digests.n);
}

static uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* n lengths and digests into at[]; the lengths must be in range and sum up to `size`. */
static int decode_items(const uint8_t *lengths, const uint8_t *digests, size_t n, uint64_t size,
			struct chunk *at, struct ow_error *err)
{
	uint64_t off = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t len = load_be32(lengths + i * LENGTH_SIZE);

		if (len < 1 || len > CHUNK_SIZE)
			return err_set(err, OW_E_FORMAT,
				       "chunk %zu has %u bytes, allowed are 1 to %llu", i + 1, len,
				       CHUNK_SIZE);
		at[i].off = off;
		at[i].len = len;
		memcpy(at[i].id.b, digests + i * DIGEST_SIZE, DIGEST_SIZE);
		off += len;
	}
	if (off != size)
		return err_set(err, OW_E_FORMAT, "chunks of %llu bytes together, the blob has %llu",
			       (unsigned long long)off, (unsigned long long)size);
	return 0;
}

int chunks_decode_body(struct ow_view lengths, struct ow_view digests, struct chunks *out,
		       struct ow_error *err)
{
	OW_AUTO(mem_free) struct chunk *at = NULL;
	size_t n = lengths.n / LENGTH_SIZE;

	out->at = NULL;
	out->n = out->cap = 0;
	if (lengths.n % LENGTH_SIZE != 0 || digests.n % DIGEST_SIZE != 0 ||
	    digests.n / DIGEST_SIZE != n)
		return err_set(err, OW_E_FORMAT,
			       "chunk list of %zu bytes of lengths and %zu bytes of digests",
			       lengths.n, digests.n);
	if (n > 1 && out->size <= CHUNK_SIZE)
		return err_set(err, OW_E_FORMAT, "%zu chunks of a blob of %llu bytes, expected one",
			       n, (unsigned long long)out->size);
	at = mem_array(n, sizeof *at, err);
	if (at == NULL || decode_items(lengths.p, digests.p, n, out->size, at, err) < 0)
		return err->code;
	out->at = STEAL(at);
	out->n = out->cap = n;
	return 0;
}

enum key {
	KEY_TYPE,
	KEY_VERSION,
	KEY_ALGORITHM,
	KEY_BLOB,
	KEY_SIZE,
	KEY_LENGTHS,
	KEY_DIGESTS,
	N_KEYS
};

static const char type_name[] = "chunks";

void chunks_encode(const struct chunks *c, struct buf *out)
{
	cbor_wr_map(out, N_KEYS);
	cbor_wr_key(out, KEY_TYPE);
	cbor_wr_text(out, type_name);
	cbor_wr_key(out, KEY_VERSION);
	cbor_wr_uint(out, 1);
	cbor_wr_key(out, KEY_ALGORITHM);
	cbor_wr_uint(out, CHUNKS_ALGORITHM);
	cbor_wr_key(out, KEY_BLOB);
	cbor_wr_id(out, &c->blob);
	cbor_wr_key(out, KEY_SIZE);
	cbor_wr_uint(out, c->size);
	chunks_encode_body(c, out, KEY_LENGTHS, KEY_DIGESTS);
}

struct document {
	struct chunks head; /* blob and size */
	struct ow_view lengths, digests;
};

static void decode_value(struct cbor_rd *r, int64_t key, struct document *d)
{
	struct ow_view type;

	switch (key) {
	case KEY_TYPE:
		type = cbor_rd_text(r);
		if (type.n != strlen(type_name) || memcmp(type.p, type_name, type.n) != 0)
			cbor_rd_fail(r, "not a chunk list");
		break;
	case KEY_VERSION:
		if (cbor_rd_uint(r) != 1)
			cbor_rd_fail(r, "version is not 1");
		break;
	case KEY_ALGORITHM:
		if (cbor_rd_uint(r) != CHUNKS_ALGORITHM)
			cbor_rd_fail(r, "unknown way of cutting");
		break;
	case KEY_BLOB:
		d->head.blob = cbor_rd_id(r);
		break;
	case KEY_SIZE:
		d->head.size = cbor_rd_uint(r);
		break;
	case KEY_LENGTHS:
		d->lengths = cbor_rd_bytes(r);
		break;
	case KEY_DIGESTS:
		d->digests = cbor_rd_bytes(r);
		break;
	default:
		cbor_rd_fail(r, "unknown key");
		break;
	}
}

int chunks_decode(const uint8_t *p, size_t n, struct chunks *out, struct ow_error *err)
{
	struct document d = {0};
	struct cbor_rd r;
	unsigned seen = 0;
	int64_t key;

	cbor_rd_init(&r, p, n);
	for (cbor_rd_map(&r); cbor_rd_key(&r, &key);) {
		decode_value(&r, key, &d);
		seen++;
	}
	/* keys are unique and known, so their number tells whether all are there */
	if (seen != N_KEYS)
		cbor_rd_fail(&r, "a key is missing");
	if (cbor_rd_finish(&r, "chunk list", err) < 0)
		return err->code;
	if (chunks_decode_body(d.lengths, d.digests, &d.head, err) < 0)
		return err_ctx(err, "chunk list");
	if (d.head.n == 1 && !ow_id_equal(&d.head.at[0].id, &d.head.blob)) {
		chunks_done(&d.head);
		return err_set(err, OW_E_FORMAT, "chunk list: a lone chunk must be the blob");
	}
	*out = d.head;
	return 0;
}

void chunks_done(struct chunks *c)
{
	free(c->at);
	*c = (struct chunks){0};
}
