/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "inspect/gguf.h"
#include "support/gguf_maker.h"
#include "support/support.h"

static int parse(const void *p, size_t n, struct gguf *g, struct ow_error *err)
{
	struct ow_view v = {.p = p, .n = n};
	struct inspect_src src = inspect_memory(&v);

	return gguf_read(&src, g, err);
}

/* The file must be refused as malformed; b is emptied for the next. */
static void refused(struct buf *b, const char *what)
{
	struct ow_error err = {0};
	struct gguf g = {0};

	ck_assert_int_eq(buf_finish(b, &err), 0);
	if (parse(b->p, b->n, &g, &err) >= 0)
		ck_abort_msg("%s: accepted", what);
	ck_assert_msg(err.code == OW_E_FORMAT, "%s: %s", what, err.text);
	ck_assert_msg(err.placed && strstr(err.text, "byte ") != NULL, "%s: %s", what, err.text);
	ck_assert_ptr_null(g.head);
	buf_clear(b);
}

static void begin(struct buf *b, uint64_t n_tensors, uint64_t n_more_keys)
{
	buf_clear(b);
	gg_head(b, 3, n_tensors, 1 + n_more_keys);
	gg_key_text(b, "general.architecture", "llama");
}

START_TEST(good_file_is_read)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(gguf_done) struct gguf g = {0};
	struct ow_error err;
	struct ow_view v;
	const struct gguf_tensor *t;

	gg_sample(&b, "llama");
	ck_ok(parse(b.p, b.n, &g, &err));
	ck_assert_uint_eq(g.version, 3);
	ck_assert_uint_eq(g.n_keys, 2);
	ck_assert_uint_eq(g.n_tensors, 3);
	ck_assert_uint_eq(g.trailing, 0);
	ck_assert(gguf_text(gguf_find(&g, "general.license"), &v));
	ck_assert_uint_eq(v.n, 10);
	ck_assert_mem_eq(v.p, "apache-2.0", 10);
	ck_assert_ptr_null(gguf_find(&g, "general.licens"));
	ck_assert_ptr_null(gguf_find(&g, "general.license.name"));
	t = gguf_tensor(&g, "b.weight");
	ck_assert_ptr_nonnull(t);
	ck_assert_uint_eq(t->off, g.data + 32);
	ck_assert_uint_eq(t->size, 12);
	ck_assert_uint_eq(t->count, 6);
	ck_assert_uint_eq(t->dim[2], 1);
	ck_assert_ptr_null(gguf_tensor(&g, "b"));
}
END_TEST

START_TEST(values_of_every_type_are_read)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(gguf_done) struct gguf g = {0};
	struct ow_error err;
	struct ow_view v;
	uint64_t n;
	double real;
	bool yes;
	size_t at = 0;

	begin(&b, 0, 8);
	gg_key(&b, "x.i8", GGUF_I8);
	buf_add(&b, "\xff", 1);
	gg_key(&b, "x.u16", GGUF_U16);
	buf_add(&b, "\x34\x12", 2);
	gg_key(&b, "x.f32", GGUF_F32);
	gg_u32(&b, 0x3fc00000);
	gg_key(&b, "x.f64", GGUF_F64);
	gg_u64(&b, 0xbff8000000000000);
	gg_key(&b, "x.bool", GGUF_BOOL);
	buf_add(&b, "\1", 1);
	gg_key(&b, "x.i64", GGUF_I64);
	gg_u64(&b, 1ULL << 40);
	gg_array(&b, "x.texts", GGUF_STRING, 2);
	gg_text(&b, "one");
	gg_text(&b, "");
	gg_array(&b, "x.numbers", GGUF_I32, 2);
	gg_u32(&b, 7);
	gg_u32(&b, 0xffffffff);
	ck_ok(parse(b.p, b.n, &g, &err));
	ck_assert(!gguf_u64(gguf_find(&g, "x.i8"), &n));
	ck_assert(gguf_u64(gguf_find(&g, "x.u16"), &n) && n == 0x1234);
	ck_assert(gguf_real(gguf_find(&g, "x.f32"), &real));
	ck_assert_double_eq_tol(real, 1.5, 1e-9);
	ck_assert(gguf_real(gguf_find(&g, "x.f64"), &real));
	ck_assert_double_eq_tol(real, -1.5, 1e-9);
	ck_assert(gguf_bool(gguf_find(&g, "x.bool"), &yes) && yes);
	ck_assert(!gguf_u64(gguf_find(&g, "x.bool"), &n));
	ck_assert(gguf_u64(gguf_find(&g, "x.i64"), &n) && n == 1ULL << 40);
	ck_assert(gguf_next_text(gguf_find(&g, "x.texts"), &at, &v) && v.n == 3);
	ck_assert(gguf_next_text(gguf_find(&g, "x.texts"), &at, &v) && v.n == 0);
	ck_assert(!gguf_next_text(gguf_find(&g, "x.texts"), &at, &v));
	ck_assert(gguf_item_u64(gguf_find(&g, "x.numbers"), 0, &n) && n == 7);
	ck_assert(!gguf_item_u64(gguf_find(&g, "x.numbers"), 1, &n));
	ck_assert(!gguf_item_u64(gguf_find(&g, "x.numbers"), 2, &n));
	ck_assert(!gguf_u64(NULL, &n) && !gguf_text(NULL, &v) && !gguf_real(NULL, &real));
}
END_TEST

START_TEST(long_headers_are_read_in_steps)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(gguf_done) struct gguf g = {0};
	struct ow_error err;

	begin(&b, 1, 1);
	gg_array(&b, "tokenizer.ggml.tokens", GGUF_STRING, 300000);
	for (int i = 0; i < 300000; i++)
		gg_text(&b, "token");
	gg_tensor(&b, "w", 1, (const uint64_t[]){8}, 0, 0);
	gg_pad(&b, 32);
	gg_fill(&b, 32);
	ck_assert_uint_gt(b.n, 3 << 20);
	ck_ok(parse(b.p, b.n, &g, &err));
	ck_assert_uint_eq(gguf_find(&g, "tokenizer.ggml.tokens")->n, 300000);
}
END_TEST

/* The file of a buffer, zeros behind it. */
static int read_padded(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct buf *b = ctx;
	size_t have = off < b->n ? size_min(n, b->n - (size_t)off) : 0;

	(void)err;
	memset(p, 0, n);
	if (have > 0)
		memcpy(p, b->p + off, have);
	return 0;
}

START_TEST(attack_F02_headers_longer_than_any)
{
	static const enum gguf_type items[] = {GGUF_U8, GGUF_STRING};

	for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
		OW_AUTO(buf_done) struct buf b = {0};
		struct inspect_src src = {
		    .size = 9 * GGUF_HEADER_MAX, .read_at = read_padded, .ctx = &b};
		struct ow_error err = {0};
		struct gguf g = {0};

		begin(&b, 0, 1);
		gg_array(&b, "long", items[i], GGUF_HEADER_MAX);
		ck_ok(buf_finish(&b, &err));
		ck_fails(gguf_read(&src, &g, &err), OW_E_FORMAT);
		ck_assert_msg(strncmp(err.text, "GGUF, byte ", 11) == 0 &&
				  strstr(err.text, "a header ends at byte 67108864 at most") !=
				      NULL,
			      "%s", err.text);
		ck_assert(err.placed);
		if (items[i] == GGUF_U8) /* at once; else string by string */
			ck_assert_uint_eq(err.off, b.n);
		else
			ck_assert_uint_eq((GGUF_HEADER_MAX - err.off) / 8, 0);
	}
}
END_TEST

START_TEST(attack_F01_magic_and_versions)
{
	static const uint32_t versions[] = {0, 1, 4, 0x03000000, UINT32_MAX};
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
		gg_sample(&b, "llama");
		memcpy(b.p + 4, &versions[i], 4);
		refused(&b, "version");
	}
	gg_sample(&b, "llama");
	b.p[0] = 'g';
	refused(&b, "magic");
}
END_TEST

START_TEST(attack_F02_counts_that_lie)
{
	static const uint64_t counts[] = {1ULL << 63, UINT64_MAX, 65537, 1ULL << 31, 4};
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		gg_sample(&b, "llama");
		memcpy(b.p + 8, &counts[i], 8);
		refused(&b, "tensors");
		gg_sample(&b, "llama");
		memcpy(b.p + 16, &counts[i], 8);
		refused(&b, "keys");
	}
}
END_TEST

/* n distinct keys and nothing else. */
static void many_keys(struct buf *b, unsigned n)
{
	begin(b, 0, n - 1);
	for (unsigned i = 1; i < n; i++) {
		char name[24];

		(void)snprintf(name, sizeof name, "k.%u", i * 2654435761u);
		gg_key_u32(b, name, i);
	}
}

START_TEST(attack_F03_many_keys_cost_no_quadratic_time)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(gguf_done) struct gguf g = {0};
	struct ow_error err;
	clock_t start;

	many_keys(&b, 100000);
	refused(&b, "100000 keys");
	many_keys(&b, GGUF_KEYS_MAX);
	start = clock();
	ck_ok(parse(b.p, b.n, &g, &err));
	ck_assert_double_lt((double)(clock() - start) / CLOCKS_PER_SEC,
			    2.0); /* sanitizers included */
	ck_assert_uint_eq(g.n_keys, GGUF_KEYS_MAX);
}
END_TEST

START_TEST(attack_F04_string_lengths_that_lie)
{
	OW_AUTO(buf_done) struct buf b = {0};

	for (int i = 0; i < 3; i++) {
		begin(&b, 0, 1);
		gg_key(&b, "x.y", GGUF_STRING);
		gg_u64(&b, i == 0 ? UINT64_MAX : i == 1 ? 1ULL << 30 : 5);
		buf_add(&b, "abcd", 4);
		refused(&b, "string length");
	}
}
END_TEST

START_TEST(attack_F05_arrays)
{
	OW_AUTO(buf_done) struct buf b = {0};

	begin(&b, 0, 1);
	gg_array(&b, "x.y", GGUF_ARRAY, 1);
	gg_fill(&b, 64);
	refused(&b, "array of arrays");
	begin(&b, 0, 1);
	gg_array(&b, "x.y", 13, 1);
	gg_fill(&b, 64);
	refused(&b, "array type 13");
	begin(&b, 0, 1);
	gg_array(&b, "x.y", GGUF_U64, 1ULL << 61);
	gg_fill(&b, 64);
	refused(&b, "2^61 u64");
	begin(&b, 0, 1);
	gg_array(&b, "x.y", GGUF_STRING, 1ULL << 61);
	gg_fill(&b, 64);
	refused(&b, "2^61 strings");
	begin(&b, 0, 1);
	gg_key(&b, "x.y", 13);
	gg_fill(&b, 64);
	refused(&b, "value type 13");
}
END_TEST

START_TEST(attack_F06_keys)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(mem_free) char *big = NULL;
	struct ow_error err = {0};

	begin(&b, 0, 2);
	gg_key_u32(&b, "x.y", 1);
	gg_key_u32(&b, "x.y", 2);
	refused(&b, "duplicate key");
	for (int i = 0; i < 4; i++) {
		static const struct {
			const char *p;
			size_t n;
		} names[] = {{"", 0}, {"a\0b", 3}, {"Upper", 5}, {"a\033b", 3}};

		begin(&b, 0, 1);
		gg_bytes(&b, names[i].p, names[i].n);
		gg_u32(&b, GGUF_U32);
		gg_u32(&b, 1);
		refused(&b, "key");
	}
	big = mem_array(65536, 1, &err);
	memset(big, 'k', 65536);
	begin(&b, 0, 1);
	gg_bytes(&b, big, 65536);
	gg_u32(&b, GGUF_U32);
	gg_u32(&b, 1);
	refused(&b, "key of 65,536 bytes");
}
END_TEST

START_TEST(attack_F07_alignment)
{
	static const uint32_t bad[] = {0, 3, 1u << 31, 1, 33};
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(gguf_done) struct gguf g = {0};
	struct ow_error err;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		begin(&b, 0, 1);
		gg_key_u32(&b, "general.alignment", bad[i]);
		refused(&b, "alignment");
	}
	begin(&b, 0, 1);
	gg_key(&b, "general.alignment", GGUF_U64);
	gg_u64(&b, 32);
	ck_ok(buf_finish(&b, &err));
	ck_fails(parse(b.p, b.n, &g, &err), OW_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(err.text, "general.alignment is of type 10, must be 4 (u32)"));
	begin(&b, 0, 2);
	gg_key_u32(&b, "general.alignment", 32);
	gg_key_u32(&b, "general.alignment", 64);
	refused(&b, "alignment twice");
	begin(&b, 1, 1);
	gg_key_u32(&b, "general.alignment", 64);
	gg_tensor(&b, "w", 1, (const uint64_t[]){8}, 0, 0);
	gg_pad(&b, 64);
	gg_fill(&b, 32);
	ck_ok(parse(b.p, b.n, &g, &err));
	ck_assert_uint_eq(g.data % 64, 0);
}
END_TEST

static void one_tensor(struct buf *b, uint32_t n_dims, const uint64_t *dims, uint32_t type,
		       uint64_t off)
{
	begin(b, 1, 0);
	gg_tensor(b, "w", n_dims, dims, type, off);
	gg_pad(b, 32);
	gg_fill(b, 4096);
}

START_TEST(attack_F08_F09_F10_shapes)
{
	static const struct {
		const char *what;
		uint32_t n;
		uint64_t dims[5];
	} bad[] = {
	    {"no dimensions", 0, {0}},
	    {"5 dimensions", 5, {1, 1, 1, 1, 1}},
	    {"dimension 0", 2, {4, 0}},
	    {"negative", 1, {(uint64_t)-16}},
	    {"product wraps to 0", 2, {1ULL << 32, 1ULL << 32}},
	    {"product wraps to 0 in three", 3, {1ULL << 31, 1ULL << 31, 4}},
	    {"stride wrap", 2, {8, (1ULL << 61) + 1}},
	    {"padding wrap", 1, {SIZE_MAX / 4}},
	    {"2^63", 2, {1ULL << 62, 2}},
	    {"bytes wrap", 1, {1ULL << 62}},
	    {"2^42 + 1 rows", 2, {4, (1ULL << 42) + 1}},
	};
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		one_tensor(&b, bad[i].n, bad[i].dims, 0, 0);
		refused(&b, bad[i].what);
	}
}
END_TEST

START_TEST(attack_F11_types)
{
	static const uint32_t bad[] = {4, 5, 9, 15, 31, 32, 33, 36, 37, 38, 41, 99, 1u << 31};
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		one_tensor(&b, 1, (const uint64_t[]){256}, bad[i], 0);
		refused(&b, "type");
	}
	one_tensor(&b, 1, (const uint64_t[]){33}, 2, 0);
	refused(&b, "Q4_0 row of 33");
	one_tensor(&b, 1, (const uint64_t[]){128}, 12, 0);
	refused(&b, "Q4_K row of 128");
}
END_TEST

/* Two F32 tensors of 8 values at these offsets, with `data` bytes of data. */
static void two_tensors(struct buf *b, uint64_t first, uint64_t second, size_t data)
{
	begin(b, 2, 0);
	gg_tensor(b, "v", 1, (const uint64_t[]){8}, 0, first);
	gg_tensor(b, "w", 1, (const uint64_t[]){8}, 0, second);
	gg_pad(b, 32);
	gg_fill(b, data);
}

START_TEST(attack_F12_offsets)
{
	static const struct {
		const char *what;
		uint64_t first, second;
		size_t data;
	} bad[] = {
	    {"same place", 0, 0, 64},       {"overlap", 0, 16, 64},
	    {"hole", 0, 96, 128},           {"not aligned", 0, 40, 128},
	    {"wrap", 0, (uint64_t)-32, 64}, {"reversed", 32, 0, 64},
	    {"past the end", 0, 32, 63},    {"no data", 0, 32, 0},
	    {"first not at 0", 32, 64, 96},
	};
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		two_tensors(&b, bad[i].first, bad[i].second, bad[i].data);
		refused(&b, bad[i].what);
	}
	begin(&b, 2, 0);
	gg_tensor(&b, "w", 1, (const uint64_t[]){8}, 0, 0);
	gg_tensor(&b, "w", 1, (const uint64_t[]){8}, 0, 32);
	gg_pad(&b, 32);
	gg_fill(&b, 64);
	refused(&b, "one name twice");
}
END_TEST

static bool cut_is_refused(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct gguf g = {0};
	int r = parse(p, n, &g, &err);

	(void)ctx;
	gguf_done(&g);
	return r == OW_E_FORMAT;
}

static bool flip_is_survived(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct gguf g = {0};
	bool ok = true;

	(void)ctx;
	if (parse(p, n, &g, &err) < 0)
		return err.code == OW_E_FORMAT;
	for (size_t i = 0; i < g.n_tensors; i++) /* what is accepted keeps its promise */
		ok = ok && g.tensors[i].off >= g.data && g.tensors[i].off + g.tensors[i].size <= n;
	gguf_done(&g);
	return ok;
}

START_TEST(attack_F13_every_truncation_is_refused)
{
	OW_AUTO(buf_done) struct buf b = {0};

	gg_sample(&b, "llama");
	sweep_truncations(b.p, b.n, cut_is_refused, NULL);
}
END_TEST

START_TEST(every_flip_is_refused_or_sound)
{
	OW_AUTO(buf_done) struct buf b = {0};

	gg_sample(&b, "llama");
	sweep_flips(b.p, b.n, flip_is_survived, NULL);
}
END_TEST

START_TEST(attack_F14_booleans)
{
	OW_AUTO(buf_done) struct buf b = {0};

	begin(&b, 0, 1);
	gg_key(&b, "x.y", GGUF_BOOL);
	buf_add(&b, "\2", 1);
	refused(&b, "bool 2");
	begin(&b, 0, 1);
	gg_array(&b, "x.y", GGUF_BOOL, 3);
	buf_add(&b, "\1\0\3", 3);
	refused(&b, "bool 3 in an array");
}
END_TEST

START_TEST(attack_F22_trailing_bytes_are_counted)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(gguf_done) struct gguf g = {0};
	struct ow_error err;

	gg_sample(&b, "llama");
	gg_pad(&b, 32);
	ck_ok(parse(b.p, b.n, &g, &err));
	ck_assert_uint_eq(g.trailing, 0);
	gguf_done(&g);
	gg_fill(&b, 1 << 20);
	ck_ok(parse(b.p, b.n, &g, &err));
	ck_assert_uint_eq(g.trailing, 1 << 20);
}
END_TEST

START_TEST(names_and_architecture_are_demanded)
{
	OW_AUTO(buf_done) struct buf b = {0};
	char name[65] = "";

	gg_head(&b, 3, 0, 0);
	refused(&b, "no architecture");
	gg_head(&b, 3, 0, 1);
	gg_key_text(&b, "general.architecture", "");
	refused(&b, "empty architecture");
	gg_head(&b, 3, 0, 1);
	gg_key_u32(&b, "general.architecture", 1);
	refused(&b, "architecture is a number");
	for (size_t n = 0; n <= 64; n += 64) {
		memset(name, 'n', n);
		begin(&b, 1, 0);
		gg_tensor(&b, name, 1, (const uint64_t[]){8}, 0, 0);
		gg_pad(&b, 32);
		gg_fill(&b, 32);
		refused(&b, "tensor name");
	}
}
END_TEST

START_TEST(every_failed_allocation_is_an_error)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct ow_error err = {0};
	struct gguf g = {0};

	gg_sample(&b, "llama");
	for (unsigned long n = 1;; n++) {
		int r;

		err = (struct ow_error){0};
		(void)mem_fail_at(n);
		r = parse(b.p, b.n, &g, &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
	gguf_done(&g);
}
END_TEST

SUITE_MAIN("inspect/gguf", good_file_is_read, values_of_every_type_are_read,
	   long_headers_are_read_in_steps, attack_F02_headers_longer_than_any,
	   attack_F01_magic_and_versions, attack_F02_counts_that_lie,
	   attack_F03_many_keys_cost_no_quadratic_time, attack_F04_string_lengths_that_lie,
	   attack_F05_arrays, attack_F06_keys, attack_F07_alignment, attack_F08_F09_F10_shapes,
	   attack_F11_types, attack_F12_offsets, attack_F13_every_truncation_is_refused,
	   every_flip_is_refused_or_sound, attack_F14_booleans,
	   attack_F22_trailing_bytes_are_counted, names_and_architecture_are_demanded,
	   every_failed_allocation_is_an_error)
