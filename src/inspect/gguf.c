/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How long the header is stands nowhere, so a beginning of the file is parsed, and where the header
 * turns out to be longer, twice as much. The scan remembers what first went wrong: from then on all
 * that is taken is 0 or empty, and whoever loops asks.
 */
#include "inspect/gguf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/rd.h"

enum {
	MORE = 1, /* the header goes on beyond the bytes in memory */
	FIRST_READ = 1 << 20,
	ALIGNMENT_DEFAULT = 32,
	KEY_LEAST = 8 + 1 + 4 + 1,           /* name of one byte, u8 value */
	TENSOR_LEAST = 8 + 1 + 4 + 8 + 4 + 8 /* name of one byte, one dimension */
};

struct scan {
	struct rd r;   /* over the beginning of the file */
	uint64_t file; /* size of the file */
	size_t at;     /* where what is looked at begins */
	int state;     /* 0, MORE or < 0 */
	struct ow_error *err;
};

static unsigned long long llu(uint64_t v)
{
	return v;
}

/* The scan ends here, unless it already has; `name` is what it is about, after `kind`, or empty. */
static void OW_PRINTF(4, 5)
    bad(struct scan *s, const char *kind, struct ow_view name, const char *fmt, ...)
{
	char why[200];
	va_list args;

	if (s->state != 0)
		return;
	va_start(args, fmt);
	(void)vsnprintf(why, sizeof why, fmt, args);
	va_end(args);
	(void)err_set(s->err, OW_E_FORMAT, "GGUF, byte %zu: %s%.*s%s", s->at, kind,
		      (int)size_min(name.n, 100), (const char *)name.p, why);
	s->state = err_byte(s->err, s->at);
}

static const struct ow_view nothing = {.p = (const uint8_t *)""};

/* Are n bytes at hand? */
static bool room(struct scan *s, uint64_t n, const char *what)
{
	uint64_t left = s->file - s->r.pos;

	s->at = s->r.pos;
	if (n > left)
		bad(s, what, nothing, " needs %llu bytes, the file has %llu left", llu(n),
		    llu(left));
	else if (n > GGUF_HEADER_MAX - s->r.pos)
		bad(s, what, nothing, " needs %llu bytes, a header ends at byte %llu at most",
		    llu(n), GGUF_HEADER_MAX);
	else if (n > s->r.size - s->r.pos && s->state == 0)
		s->state = MORE;
	return s->state == 0;
}

static uint32_t take_u32(struct scan *s, const char *what)
{
	return room(s, 4, what) ? rd_u32le(&s->r) : 0;
}

static uint64_t take_u64(struct scan *s, const char *what)
{
	return room(s, 8, what) ? rd_u64le(&s->r) : 0;
}

static struct ow_view take_view(struct scan *s, uint64_t n, const char *what)
{
	struct ow_view out = nothing;

	if (room(s, n, what) && rd_take(&s->r, &out.p, (size_t)n))
		out.n = (size_t)n;
	return out;
}

static struct ow_view take_string(struct scan *s, const char *what)
{
	return take_view(s, take_u64(s, what), what);
}

/* A count of things that take at least `least` bytes each. */
static uint64_t take_count(struct scan *s, uint64_t max, size_t least, const char *what)
{
	uint64_t n = take_u64(s, what), left = s->file - s->r.pos;

	if (n > max)
		bad(s, "", nothing, "%llu %s, at most %llu", llu(n), what, llu(max));
	else if (n > left / least)
		bad(s, "", nothing, "%llu %s do not fit into the %llu bytes left", llu(n), what,
		    llu(left));
	return n;
}

/* ---- keys ---- */

static enum gguf_type take_type(struct scan *s, bool array_too)
{
	uint32_t t = take_u32(s, "a value type");

	if (t > GGUF_F64 || (t == GGUF_ARRAY && !array_too)) {
		bad(s, t == GGUF_ARRAY ? "array of arrays, type" : "unknown value type", nothing,
		    " %u", t);
		return GGUF_U8;
	}
	return (enum gguf_type)t;
}

static void take_values(struct scan *s, struct gguf_key *k)
{
	size_t begin = s->r.pos, each = gguf_width(k->item);
	uint64_t left = s->file - begin;

	/* gated by the bytes left, so the product fits */
	if (k->n > left / (each == 0 ? 8 : each)) {
		bad(s, "key ", k->name, ": %llu values do not fit into the %llu bytes left",
		    llu(k->n), llu(left));
		return;
	}
	if (each != 0)
		k->values = take_view(s, k->n * each, "a value");
	for (uint64_t i = 0; each == 0 && i < k->n && s->state == 0; i++)
		(void)take_string(s, "a string");
	if (each == 0)
		k->values = (struct ow_view){.p = s->r.base + begin, .n = s->r.pos - begin};
	for (size_t i = 0; k->item == GGUF_BOOL && i < k->values.n; i++)
		if (k->values.p[i] > 1)
			bad(s, "key ", k->name, ": %u is not a boolean", k->values.p[i]);
}

static void check_key_name(struct scan *s, struct ow_view name)
{
	if (name.n == 0 || name.n > GGUF_NAME_MAX)
		bad(s, "", nothing, "a key of %zu bytes", name.n);
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];

		if (c <= ' ' || c > '~' || (c >= 'A' && c <= 'Z'))
			bad(s, "key \"", name, "\" has the byte 0x%02x", c);
	}
}

static void take_key(struct scan *s, struct gguf_key *k)
{
	k->name = take_string(s, "a key");
	check_key_name(s, k->name);
	k->item = k->type = take_type(s, true);
	k->n = 1;
	if (k->type == GGUF_ARRAY) {
		k->item = take_type(s, false);
		k->n = take_u64(s, "an array length");
	}
	if (s->state == 0)
		take_values(s, k);
}

/* ---- tensors ---- */

static void take_dims(struct scan *s, struct gguf_tensor *t)
{
	t->n_dims = take_u32(s, "a dimension count");
	if (t->n_dims < 1 || t->n_dims > 4)
		bad(s, "tensor ", t->name, " has %u dimensions, must be 1 to 4", t->n_dims);
	t->count = 1;
	for (uint32_t i = 0; i < 4 && s->state == 0; i++) {
		t->dim[i] = i < t->n_dims ? take_u64(s, "a dimension") : 1;
		if (t->dim[i] == 0 || !mul_ok(t->count, t->dim[i], &t->count) ||
		    t->count > INT64_MAX)
			bad(s, "tensor ", t->name, ": dimension %u is %llu", i, llu(t->dim[i]));
	}
}

static void take_tensor(struct scan *s, struct gguf_tensor *t)
{
	const struct tensor_type *type;

	t->name = take_string(s, "a tensor name");
	if (t->name.n == 0 || t->name.n > GGUF_TENSOR_NAME_MAX ||
	    memchr(t->name.p, 0, t->name.n) != NULL)
		bad(s, "", nothing, "tensor name of %zu bytes, must be 1 to %d without NUL",
		    t->name.n, GGUF_TENSOR_NAME_MAX);
	take_dims(s, t);
	t->type = take_u32(s, "a tensor type");
	type = tensor_type(t->type);
	if (type == NULL)
		bad(s, "tensor ", t->name, ": type %u is unknown", t->type);
	else if (t->dim[0] % type->block != 0)
		bad(s, "tensor ", t->name, ": rows of %llu, not a multiple of %u (%s)",
		    llu(t->dim[0]), type->block, type->name);
	else if (!mul_ok(t->count / type->block, type->block_bytes, &t->size))
		bad(s, "tensor ", t->name, ": its size does not fit 64 bits");
	t->off = take_u64(s, "a tensor offset");
}

/* ---- the whole ---- */

/* Items that begin with their names. */
struct named {
	const void *at;
	size_t each;
	const uint8_t *head; /* what the names point into */
};

static struct ow_view name_of(const struct named *l, size_t i)
{
	return *(const struct ow_view *)(const void *)((const uint8_t *)l->at + i * l->each);
}

static int order_by_name(const void *a, const void *b, void *items)
{
	struct ow_view x = name_of(items, *(const size_t *)a),
		       y = name_of(items, *(const size_t *)b);
	int c = memcmp(x.p, y.p, size_min(x.n, y.n));

	return c != 0 ? c : (x.n > y.n) - (x.n < y.n);
}

/* Indices of n items in the order of their names, which must all differ. */
static int sort_names(struct named items, size_t n, size_t **out, const char *what,
		      struct ow_error *err)
{
	OW_AUTO(mem_free) size_t *order = mem_array(n, sizeof *order, err);

	if (order == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof *order, order_by_name, &items);
	for (size_t i = 1; i < n; i++) {
		struct ow_view name = name_of(&items, order[i]);

		if (order_by_name(&order[i - 1], &order[i], &items) != 0)
			continue;
		(void)err_set(err, OW_E_FORMAT, "GGUF, byte %td: %s %.*s stands there twice",
			      name.p - items.head, what, (int)size_min(name.n, 100),
			      (const char *)name.p);
		return err_byte(err, (uint64_t)(name.p - items.head));
	}
	*out = STEAL(order);
	return 0;
}

/* What every GGUF file must say of itself. */
static void check_general(struct scan *s, struct gguf *g)
{
	const struct gguf_key *k = gguf_find(g, "general.alignment");
	const struct gguf_key *arch = gguf_find(g, "general.architecture");
	struct ow_view name = nothing;
	uint64_t shard;

	g->alignment = ALIGNMENT_DEFAULT;
	s->at = k == NULL ? 0 : (size_t)(k->values.p - g->head);
	if (k != NULL && k->type != GGUF_U32)
		bad(s, "", nothing, "general.alignment is of type %d, must be %d (u32)",
		    (int)k->type, (int)GGUF_U32);
	(void)gguf_u64(k, &g->alignment);
	if (g->alignment < 8 || g->alignment > GGUF_ALIGNMENT_MAX ||
	    (g->alignment & (g->alignment - 1)) != 0)
		bad(s, "", nothing, "general.alignment %llu, must be a power of two from 8 to %llu",
		    llu(g->alignment), GGUF_ALIGNMENT_MAX);
	if (gguf_u64(gguf_find(g, "split.no"), &shard) && shard > 0)
		return; /* the first file of a split set speaks for all */
	s->at = arch == NULL ? s->r.pos : (size_t)(arch->values.p - g->head);
	if (!gguf_text(arch, &name) || name.n == 0)
		bad(s, "", nothing, "general.architecture is missing or not a text");
}

/* Tensors stand one after the other, each on its alignment, from the data section to inside the
 * file. */
static void place_tensors(struct scan *s, struct gguf *g)
{
	uint64_t next = 0, end = g->head_size;

	if (!align_up_ok(g->head_size, g->alignment, &g->data))
		bad(s, "", nothing, "header of %zu bytes", g->head_size);
	for (size_t i = 0; i < g->n_tensors && s->state == 0; i++) {
		struct gguf_tensor *t = &g->tensors[i];

		s->at = (size_t)(t->name.p - g->head);
		if (t->off != next)
			bad(s, "tensor ", t->name, " is at offset %llu, must be at %llu",
			    llu(t->off), llu(next));
		else if (!add_ok(t->off, g->data, &t->off) || !add_ok(t->off, t->size, &end) ||
			 end > s->file)
			bad(s, "tensor ", t->name,
			    ": %llu bytes at byte %llu, the file ends at byte %llu", llu(t->size),
			    llu(t->off), llu(s->file));
		else if (!align_up_ok(end - g->data, g->alignment, &next))
			bad(s, "tensor ", t->name, " ends beyond 64 bits");
	}
	end = g->n_tensors > 0 ? g->data + next : g->data; /* next is below end + alignment: fits */
	g->trailing = s->file > end ? s->file - end : 0;
}

static void take_head(struct scan *s, struct gguf *g)
{
	static const uint8_t magic[4] = {'G', 'G', 'U', 'F'};
	struct ow_view m = take_view(s, sizeof magic, "the magic");

	if (m.n == sizeof magic && memcmp(m.p, magic, sizeof magic) != 0)
		bad(s, "", nothing, "begins with %02x %02x %02x %02x", m.p[0], m.p[1], m.p[2],
		    m.p[3]);
	g->version = take_u32(s, "the version");
	if (g->version != 2 && g->version != 3)
		bad(s, "", nothing, "version %u%s, versions 2 and 3 are known", g->version,
		    (g->version & 0xffff) == 0 ? " (big-endian?)" : "");
}

static int parse(struct scan *s, struct gguf *g)
{
	uint64_t n_tensors, n_keys;
	size_t cap_keys = 0, cap_tensors = 0;

	take_head(s, g);
	n_tensors = take_count(s, TENSORS_MAX, TENSOR_LEAST, "tensors");
	n_keys = take_count(s, GGUF_KEYS_MAX, KEY_LEAST, "keys");
	for (; s->state == 0 && g->n_keys < n_keys; g->n_keys += s->state == 0) {
		if (mem_grow(&g->keys, g->n_keys, &cap_keys, sizeof *g->keys, s->err) < 0)
			return s->err->code;
		take_key(s, &g->keys[g->n_keys]);
	}
	for (; s->state == 0 && g->n_tensors < n_tensors; g->n_tensors += s->state == 0) {
		if (mem_grow(&g->tensors, g->n_tensors, &cap_tensors, sizeof *g->tensors, s->err) <
		    0)
			return s->err->code;
		take_tensor(s, &g->tensors[g->n_tensors]);
	}
	if (s->state != 0)
		return s->state;
	g->head_size = s->r.pos;
	if (sort_names((struct named){g->keys, sizeof *g->keys, g->head}, g->n_keys, &g->key_order,
		       "key", s->err) < 0 ||
	    sort_names((struct named){g->tensors, sizeof *g->tensors, g->head}, g->n_tensors,
		       &g->tensor_order, "tensor", s->err) < 0)
		return s->err->code;
	check_general(s, g);
	if (s->state == 0)
		place_tensors(s, g);
	return s->state;
}

int gguf_read(const struct inspect_src *src, struct gguf *out, struct ow_error *err)
{
	for (size_t n = (size_t)u64_min(src->size, FIRST_READ);;
	     n = (size_t)u64_min(src->size, 2 * n)) {
		OW_AUTO(gguf_done) struct gguf g = {0};
		struct scan s = {.file = src->size, .err = err};
		int r;

		g.head = mem_array(n, 1, err);
		if (g.head == NULL || inspect_read(src, g.head, n, 0, err) < 0)
			return err->code;
		s.r = (struct rd){.base = g.head, .size = n};
		r = parse(&s, &g);
		if (r < 0)
			return r;
		if (r == 0) {
			*out = MOVE(g);
			return 0;
		}
	}
}

void gguf_done(struct gguf *g)
{
	free(g->head);
	free(g->keys);
	free(g->tensors);
	free(g->key_order);
	free(g->tensor_order);
	*g = (struct gguf){0};
}
