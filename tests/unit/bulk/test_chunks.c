/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "bulk/chunks.h"
#include "codec/cbor_wr.h"
#include "support/support.h"

/* The ends that cuts give, joined as text in units of KiB. */
static const char *ends(const struct cuts *cuts, uint64_t size, char *out, size_t cap)
{
	size_t next = 0, n = 0;

	out[0] = '\0';
	for (uint64_t off = 0; off < size;) {
		off = chunk_end(cuts, &next, off, size);
		n += (size_t)snprintf(out + n, cap - n, "%s%llu", n == 0 ? "" : " ",
				      (unsigned long long)(off / KIB));
	}
	return out;
}

START_TEST(cuts_follow_the_rules)
{
	static const uint64_t early[] = {1000 * KIB, 1500 * KIB, 3000 * KIB},
			      exact[] = {2048 * KIB, 6144 * KIB},
			      backwards[] = {5000 * KIB, 100, 6000 * KIB};
	static const struct {
		struct cuts cuts;
		uint64_t size_kib;
		const char *ends;
	} rows[] = {
	    {{0}, 0, ""},
	    {{0}, 4096, "4096"},
	    {{0}, 4097, "4096 4097"},
	    {{0}, 10000, "4096 8192 10000"},
	    /* a blob of at most CHUNK_SIZE has one chunk whatever is in it */
	    {{.data = 100 * KIB, .at = early, .n = 3}, 4096, "4096"},
	    /* the data section always cuts, and 4 MiB are counted from there */
	    {{.data = 5 * KIB}, 5000, "5 4101 5000"},
	    {{.data = 4096 * KIB}, 5000, "4096 5000"},
	    {{.data = 9999 * KIB}, 5000, "4096 5000"},
	    /* a tensor start cuts only once the chunk holds 1 MiB */
	    {{.at = early, .n = 3}, 8000, "1500 3000 7096 8000"},
	    {{.data = 476 * KIB, .at = early, .n = 3}, 8000, "476 1500 3000 7096 8000"},
	    {{.data = 477 * KIB, .at = early, .n = 3}, 8000, "477 3000 7096 8000"},
	    {{.at = exact, .n = 2}, 8000, "2048 6144 8000"},
	    /* nonsense shapes the list and nothing else */
	    {{.at = backwards, .n = 3}, 8000, "4096 6000 8000"},
	};
	char text[200];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ck_assert_str_eq(ends(&rows[i].cuts, rows[i].size_kib * KIB, text, sizeof text),
				 rows[i].ends);
}
END_TEST

START_TEST(chunks_of_random_cuts_are_1_to_4_mib_and_tile_the_blob)
{
	uint64_t seed = 5;

	for (int round = 0; round < 300; round++) {
		uint64_t at[40], size = rnd(&seed) % (64 * MIB), end;
		struct cuts cuts = {.data = rnd(&seed) % (8 * MIB), .at = at, .n = rnd(&seed) % 40};
		size_t next = 0;

		for (size_t i = 0; i < 40; i++)
			at[i] = rnd(&seed) % (70 * MIB);
		for (uint64_t off = 0; off < size; off = end) {
			end = chunk_end(&cuts, &next, off, size);
			ck_assert(end > off && end - off <= CHUNK_SIZE && end <= size);
			/* shorter than 1 MiB: only before the data section and at the end */
			ck_assert(end - off >= CHUNK_MIN_CUT || end == cuts.data || end == size);
		}
	}
}
END_TEST

/* A list made by feeding p in pieces of at most `piece` bytes. */
static void make(const uint8_t *p, size_t n, size_t piece, const struct cuts *cuts,
		 struct chunks *out)
{
	struct chunker c;
	struct ow_error err;

	chunker_begin(&c, n, cuts, out);
	for (size_t at = 0; at < n; at += piece)
		chunker_update(&c, p + at, piece < n - at ? piece : n - at);
	ck_ok(chunker_finish(&c, &err));
}

static uint8_t *bytes(uint64_t seed, size_t n)
{
	uint8_t *p = malloc(n + 1);

	ck_assert_ptr_nonnull(p);
	rnd_fill(&seed, p, n);
	return p;
}

enum {
	SAMPLE = 9 * 1024 * 1024 + 77
};
static const uint64_t sample_at[] = {1100000, 2500032, 7000000};
static const struct cuts sample_cuts = {.data = 12320, .at = sample_at, .n = 3};

START_TEST(list_holds_the_digests_of_its_pieces)
{
	static const size_t pieces[] = {SAMPLE, 4 << 20, 65536, 12345};
	uint8_t *p = bytes(6, SAMPLE);
	struct ow_error err;

	for (size_t i = 0; i < 4; i++) {
		OW_AUTO(chunks_done) struct chunks list = {0};
		struct ow_id id;
		uint64_t off = 0;

		make(p, SAMPLE, pieces[i], &sample_cuts, &list);
		ck_ok(digest_bytes(p, SAMPLE, &id, &err));
		ck_assert(ow_id_equal(&id, &list.blob));
		ck_assert_uint_eq(list.size, SAMPLE);
		ck_assert_uint_eq(list.at[0].len, 12320);
		ck_assert_uint_eq(list.at[1].len, 1100000 - 12320);
		for (size_t k = 0; k < list.n; k++) {
			ck_assert_uint_eq(list.at[k].off, off);
			ck_ok(digest_bytes(p + off, list.at[k].len, &id, &err));
			ck_assert(ow_id_equal(&id, &list.at[k].id));
			off += list.at[k].len;
		}
		ck_assert_uint_eq(off, SAMPLE);
	}
	free(p);
}
END_TEST

START_TEST(small_blobs_are_one_chunk_or_none)
{
	static const size_t sizes[] = {0, 1, 63, 64, 4 << 20};
	const struct cuts none = {0};

	for (size_t i = 0; i < 5; i++) {
		OW_AUTO(chunks_done) struct chunks list = {0};
		uint8_t *p = bytes(7, sizes[i]);

		make(p, sizes[i], 100000, &none, &list);
		ck_assert_uint_eq(list.n, sizes[i] != 0);
		ck_assert(list.n == 0 || ow_id_equal(&list.at[0].id, &list.blob));
		free(p);
	}
}
END_TEST

START_TEST(expectation_holds_for_the_same_bytes)
{
	OW_AUTO(chunks_done) struct chunks list = {0};
	uint8_t *p = bytes(8, SAMPLE);
	struct chunker c;
	struct ow_error err;

	make(p, SAMPLE, 100000, &sample_cuts, &list);
	chunker_begin_expect(&c, &list);
	chunker_update(&c, p, SAMPLE);
	ck_ok(chunker_finish(&c, &err));
	free(p);
}
END_TEST

START_TEST(a_flipped_bit_names_its_chunk_and_both_digests)
{
	OW_AUTO(chunks_done) struct chunks list = {0};
	uint8_t *p = bytes(9, SAMPLE);
	char want[OW_ID_HEX], got[OW_ID_HEX];
	struct chunker c;
	struct ow_error err;
	struct ow_id id;

	make(p, SAMPLE, 100000, &sample_cuts, &list);
	p[list.at[2].off + 5] ^= 1;
	ck_ok(digest_bytes(p + list.at[2].off, list.at[2].len, &id, &err));
	chunker_begin_expect(&c, &list);
	chunker_update(&c, p, SAMPLE);
	ck_assert(!chunker_sound(&c));
	ck_assert_uint_eq(c.n_bad, 1);
	ck_fails(chunker_finish(&c, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(strstr(err.text, "chunk 3 of 5 (bytes 1100000 to 2500031)"));
	ck_assert_ptr_nonnull(strstr(err.text, ow_id_hex(&list.at[2].id, want)));
	ck_assert_ptr_nonnull(strstr(err.text, ow_id_hex(&id, got)));

	/* the rest is still compared */
	p[0] ^= 1;
	chunker_begin_expect(&c, &list);
	chunker_update(&c, p, SAMPLE);
	ck_fails(chunker_finish(&c, &err), OW_E_INTEGRITY);
	ck_assert_uint_eq(c.n_bad, 2);
	ck_assert_ptr_nonnull(strstr(
	    err.text, "2 of 5 chunks are wrong, the first: chunk 1 of 5 (bytes 0 to 12319)"));
	free(p);
}
END_TEST

START_TEST(right_chunks_of_another_blob_are_refused)
{
	OW_AUTO(chunks_done) struct chunks list = {0};
	uint8_t *p = bytes(10, SAMPLE);
	struct chunker c;
	struct ow_error err;

	make(p, SAMPLE, 100000, &sample_cuts, &list);
	list.blob.b[31] ^= 1;
	chunker_begin_expect(&c, &list);
	chunker_update(&c, p, SAMPLE);
	ck_fails(chunker_finish(&c, &err), OW_E_INTEGRITY);
	ck_assert_int_eq(strncmp(err.text, "digest differs", 14), 0);
	free(p);
}
END_TEST

START_TEST(too_few_and_too_many_bytes_are_refused)
{
	const struct cuts none = {0};
	uint8_t m[100] = {0};
	struct chunks list = {0};
	struct chunker c;
	struct ow_error err;

	chunker_begin(&c, 100, &none, &list);
	chunker_update(&c, m, 99);
	ck_fails(chunker_finish(&c, &err), OW_E_INTEGRITY);
	ck_assert_str_eq(err.text, "ends at byte 99, expected 100");
	ck_assert_ptr_null(list.at);

	chunker_begin(&c, 99, &none, &list);
	chunker_update(&c, m, 100);
	ck_fails(chunker_finish(&c, &err), OW_E_INTEGRITY);
	ck_assert_str_eq(err.text, "goes on after byte 99");

	chunker_begin(&c, 0, &none, &list);
	chunker_update(&c, m, 1);
	ck_fails(chunker_finish(&c, &err), OW_E_INTEGRITY);
}
END_TEST

START_TEST(skipped_bytes_spoil_their_chunks_only)
{
	OW_AUTO(chunks_done) struct chunks list = {0};
	const struct ow_error gone = {.code = OW_E_IO, .sys = 5, .text = "read failed"};
	uint8_t *p = bytes(11, SAMPLE);
	struct chunker c;
	struct ow_error err;

	make(p, SAMPLE, 100000, &sample_cuts, &list);
	chunker_begin_expect(&c, &list);
	chunker_update(&c, p, 1000000);
	chunker_skip(&c, 1000000, &gone); /* from chunk 2 into chunk 3 */
	chunker_update(&c, p + 2000000, SAMPLE - 2000000);
	ck_fails(chunker_finish(&c, &err), OW_E_IO);
	ck_assert_uint_eq(c.n_bad, 2);
	ck_assert_str_eq(err.text, "2 of 5 chunks are wrong, the first: read failed");
	free(p);
}
END_TEST

START_TEST(no_memory_is_told_at_the_end)
{
	const struct cuts none = {0};
	struct chunks list = {0};
	struct chunker c;
	struct ow_error err;

	(void)mem_fail_at(1);
	chunker_begin(&c, 100, &none, &list);
	chunker_update(&c, "abc", 3);
	ck_fails(chunker_finish(&c, &err), OW_E_IO);
	(void)mem_fail_at(0);
}
END_TEST

/* ---- documents
 * -------------------------------------------------------------------------------------- */

/* A list of n chunks without bytes behind it. */
static struct chunks invent(size_t n)
{
	struct chunks c = {.at = calloc(n + 1, sizeof *c.at), .n = n, .cap = n};
	uint64_t seed = 12;

	rnd_fill(&seed, c.blob.b, 32);
	for (size_t i = 0; i < n; i++) {
		c.at[i].off = c.size;
		c.at[i].len = (uint32_t)CHUNK_SIZE - (uint32_t)i;
		rnd_fill(&seed, c.at[i].id.b, 32);
		c.size += c.at[i].len;
	}
	if (n == 1)
		c.at[0].id = c.blob;
	return c;
}

static void ck_same(const struct chunks *a, const struct chunks *b)
{
	ck_assert(ow_id_equal(&a->blob, &b->blob));
	ck_assert_uint_eq(a->size, b->size);
	ck_assert_uint_eq(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		ck_assert_uint_eq(a->at[i].off, b->at[i].off);
		ck_assert_uint_eq(a->at[i].len, b->at[i].len);
		ck_assert(ow_id_equal(&a->at[i].id, &b->at[i].id));
	}
}

START_TEST(documents_round_trip)
{
	static const size_t counts[] = {0, 1, 2, 7, 300};

	for (size_t i = 0; i < 5; i++) {
		OW_AUTO(chunks_done) struct chunks a = invent(counts[i]), b = {0};
		OW_AUTO(buf_done) struct buf doc = {0};
		struct ow_error err;

		chunks_encode(&a, &doc);
		ck_ok(buf_finish(&doc, &err));
		ck_ok(chunks_decode(doc.p, doc.n, &b, &err));
		ck_same(&a, &b);
		/* 36 bytes a chunk and a small head */
		ck_assert_uint_le(doc.n, 36 * a.n + 72);
	}
}
END_TEST

/* Refused, or the same value as its only encoding. */
static bool refused_or_canonical(void *ctx, const uint8_t *p, size_t n)
{
	OW_AUTO(chunks_done) struct chunks got = {0};
	OW_AUTO(buf_done) struct buf again = {0};
	struct ow_error err = {0};
	unsigned *n_accepted = ctx;

	if (chunks_decode(p, n, &got, &err) < 0)
		return err.code == OW_E_FORMAT && got.at == NULL;
	chunks_encode(&got, &again);
	(*n_accepted)++;
	return again.n == n && memcmp(again.p, p, n) == 0;
}

START_TEST(every_truncation_is_refused_and_every_flip_is_refused_or_canonical)
{
	static const size_t counts[] = {0, 1, 5};

	for (size_t i = 0; i < 3; i++) {
		OW_AUTO(chunks_done) struct chunks list = invent(counts[i]);
		OW_AUTO(buf_done) struct buf doc = {0};
		unsigned n_accepted = 0;

		chunks_encode(&list, &doc);
		sweep_truncations(doc.p, doc.n, refused_or_canonical, &n_accepted);
		ck_assert_uint_eq(n_accepted, 0);
		sweep_flips(doc.p, doc.n, refused_or_canonical, &n_accepted);
		/* only digests may change: those of the chunks, and the blob's where no lone chunk
		 * says otherwise */
		ck_assert_uint_eq(n_accepted, counts[i] == 1 ? 0 : 256 + 256 * counts[i]);
	}
}
END_TEST

static struct ow_error decode_body(const struct buf *lengths, const struct buf *digests,
				   uint64_t size)
{
	OW_AUTO(chunks_done) struct chunks out = {.size = size};
	struct ow_error err = {0};

	(void)!chunks_decode_body((struct ow_view){lengths->p, lengths->n},
				  (struct ow_view){digests->p, digests->n}, &out, &err);
	return err;
}

START_TEST(bodies_that_lie_are_refused)
{
	static const struct {
		uint64_t size;
		uint32_t lengths[3];
		size_t n, n_length_bytes, n_digest_bytes;
		enum ow_code code;
	} rows[] = {
	    {0, {0}, 0, 0, 0, OW_OK},
	    {1, {1}, 1, 4, 32, OW_OK},
	    {CHUNK_SIZE, {CHUNK_SIZE}, 1, 4, 32, OW_OK},
	    {CHUNK_SIZE + 1, {CHUNK_SIZE, 1}, 2, 8, 64, OW_OK},
	    {1, {0}, 0, 0, 0, OW_E_FORMAT},                               /* nothing for one byte */
	    {0, {1}, 1, 4, 32, OW_E_FORMAT},                              /* more than the blob */
	    {CHUNK_SIZE + 1, {CHUNK_SIZE + 1}, 1, 4, 32, OW_E_FORMAT},    /* one past the limit */
	    {CHUNK_SIZE + 1, {CHUNK_SIZE + 1, 0}, 2, 8, 64, OW_E_FORMAT}, /* an empty chunk */
	    {CHUNK_SIZE, {CHUNK_SIZE - 1, 1}, 2, 8, 64, OW_E_FORMAT},     /* two where one is due */
	    {CHUNK_SIZE + 1, {CHUNK_SIZE, 2}, 2, 8, 64, OW_E_FORMAT},     /* sum too large */
	    {CHUNK_SIZE + 3, {CHUNK_SIZE, 2}, 2, 8, 64, OW_E_FORMAT},     /* sum too small */
	    {CHUNK_SIZE + 1, {CHUNK_SIZE, 1}, 2, 7, 64, OW_E_FORMAT},     /* a length cut short */
	    {CHUNK_SIZE + 1, {CHUNK_SIZE, 1}, 2, 8, 63, OW_E_FORMAT},     /* a digest cut short */
	    {CHUNK_SIZE + 1, {CHUNK_SIZE, 1}, 2, 8, 32, OW_E_FORMAT},     /* a digest missing */
	    {CHUNK_SIZE + 1, {CHUNK_SIZE, 1}, 2, 8, 96, OW_E_FORMAT},     /* a digest too many */
	    {4294967296, {0x80000000, 0x80000000}, 2, 8, 64, OW_E_FORMAT}, /* 32 bits wrap to 0 */
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		OW_AUTO(buf_done) struct buf lengths = {0}, digests = {0};
		uint8_t *room;

		for (size_t k = 0; k < rows[i].n; k++) {
			for (int shift = 24; shift >= 0; shift -= 8)
				buf_add(&lengths,
					&(uint8_t){(uint8_t)(rows[i].lengths[k] >> shift)}, 1);
		}
		lengths.n = rows[i].n_length_bytes;
		room = buf_room(&digests, rows[i].n_digest_bytes);
		if (room != NULL && rows[i].n_digest_bytes > 0)
			memset(room, 0x5a, rows[i].n_digest_bytes);
		ck_assert_int_eq(decode_body(&lengths, &digests, rows[i].size).code, rows[i].code);
	}
}
END_TEST

START_TEST(attack_B20_B21_lengths_beyond_the_document)
{
	static const uint8_t beyond[][12] = {
	    {0xa7, 0x00, 0x66, 'c', 'h', 'u', 'n', 'k', 's', 0x05, 0x5a,
	     0xff}, /* needs 4 bytes of length */
	    {0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00},
	    {0xa7, 0x05, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00},
	};

	for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
		struct chunks out = {0};
		struct ow_error err;

		ck_fails(chunks_decode(beyond[i], sizeof beyond[i], &out, &err), OW_E_FORMAT);
	}
}
END_TEST

START_TEST(decoding_survives_each_failed_allocation)
{
	OW_AUTO(chunks_done) struct chunks list = invent(5), out = {0};
	OW_AUTO(buf_done) struct buf doc = {0};
	struct ow_error err;

	chunks_encode(&list, &doc);
	(void)mem_fail_at(1);
	ck_fails(chunks_decode(doc.p, doc.n, &out, &err), OW_E_IO);
	(void)mem_fail_at(0);
	ck_assert_ptr_null(out.at);
}
END_TEST

SUITE_MAIN("bulk/chunks", cuts_follow_the_rules,
	   chunks_of_random_cuts_are_1_to_4_mib_and_tile_the_blob,
	   list_holds_the_digests_of_its_pieces, small_blobs_are_one_chunk_or_none,
	   expectation_holds_for_the_same_bytes, a_flipped_bit_names_its_chunk_and_both_digests,
	   right_chunks_of_another_blob_are_refused, too_few_and_too_many_bytes_are_refused,
	   skipped_bytes_spoil_their_chunks_only, no_memory_is_told_at_the_end,
	   documents_round_trip, every_truncation_is_refused_and_every_flip_is_refused_or_canonical,
	   bodies_that_lie_are_refused, attack_B20_B21_lengths_beyond_the_document,
	   decoding_survives_each_failed_allocation)
