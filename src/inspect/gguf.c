/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How long the header is stands nowhere, so a beginning of the file is parsed, and where the header
 * turns out to be longer, twice as much. Steps answer 0, MORE or < 0.
 */
#include "inspect/gguf.h"

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
	struct ow_error *err;
};

static unsigned long long llu(uint64_t v)
{
	return v;
}

/* Are n bytes at hand? */
static int room(struct scan *s, uint64_t n, const char *what)
{
	if (n > s->file - s->r.pos)
		return err_set(s->err, OW_E_FORMAT,
			       "GGUF: %s at byte %zu needs %llu bytes, the file has %llu left",
			       what, s->r.pos, llu(n), llu(s->file - s->r.pos));
	return n > s->r.size - s->r.pos ? MORE : 0;
}

static int take_u32(struct scan *s, uint32_t *out, const char *what)
{
	int r = room(s, 4, what);

	if (r == 0)
		*out = rd_u32le(&s->r);
	return r;
}

static int take_u64(struct scan *s, uint64_t *out, const char *what)
{
	int r = room(s, 8, what);

	if (r == 0)
		*out = rd_u64le(&s->r);
	return r;
}

static int take_view(struct scan *s, uint64_t n, struct ow_view *out, const char *what)
{
	int r = room(s, n, what);

	if (r != 0)
		return r;
	out->n = (size_t)n;
	(void)rd_take(&s->r, &out->p, out->n);
	return 0;
}

static int take_string(struct scan *s, struct ow_view *out, const char *what)
{
	uint64_t n = 0;
	int r = take_u64(s, &n, what);

	return r != 0 ? r : take_view(s, n, out, what);
}

/* A count of things that take at least `least` bytes each. */
static int take_count(struct scan *s, uint64_t max, size_t least, uint64_t *out, const char *what)
{
	int r = take_u64(s, out, what);

	if (r != 0)
		return r;
	if (*out > max)
		return err_set(s->err, OW_E_FORMAT, "GGUF: %llu %s, at most %llu", llu(*out), what,
			       llu(max));
	if (*out > (s->file - s->r.pos) / least)
		return err_set(s->err, OW_E_FORMAT,
			       "GGUF: %llu %s do not fit into the %llu bytes left", llu(*out), what,
			       llu(s->file - s->r.pos));
	return 0;
}

/* ---- keys ---- */

static int take_type(struct scan *s, bool array_too, enum gguf_type *out)
{
	uint32_t t = 0;
	int r = take_u32(s, &t, "a value type");

	if (r != 0)
		return r;
	if (t > GGUF_F64 || (t == GGUF_ARRAY && !array_too))
		return err_set(s->err, OW_E_FORMAT, "GGUF: %s %u at byte %zu",
			       t == GGUF_ARRAY ? "array of arrays, type" : "unknown value type", t,
			       s->r.pos - 4);
	*out = (enum gguf_type)t;
	return 0;
}

static int check_bools(const struct scan *s, const struct gguf_key *k)
{
	for (size_t i = 0; i < k->values.n; i++) {
		if (k->values.p[i] > 1)
			return err_set(s->err, OW_E_FORMAT, "GGUF: key %.*s: %u is not a boolean",
				       (int)k->name.n, (const char *)k->name.p, k->values.p[i]);
	}
	return 0;
}

static int take_values(struct scan *s, struct gguf_key *k)
{
	size_t begin = s->r.pos, each = gguf_width(k->item);
	struct ow_view text;
	int r = 0;

	/* gated by the bytes left, so the product fits */
	if (k->n > (s->file - begin) / (each == 0 ? 8 : each))
		return err_set(s->err, OW_E_FORMAT,
			       "GGUF: key %.*s: %llu values do not fit into the %llu bytes left",
			       (int)k->name.n, (const char *)k->name.p, llu(k->n),
			       llu(s->file - begin));
	if (each != 0) {
		r = take_view(s, k->n * each, &k->values, "a value");
		return r == 0 && k->item == GGUF_BOOL ? check_bools(s, k) : r;
	}
	for (uint64_t i = 0; i < k->n && r == 0; i++)
		r = take_string(s, &text, "a string");
	k->values = (struct ow_view){.p = s->r.base + begin, .n = s->r.pos - begin};
	return r;
}

static int check_key_name(const struct scan *s, struct ow_view name)
{
	if (name.n == 0 || name.n > GGUF_NAME_MAX)
		return err_set(s->err, OW_E_FORMAT, "GGUF: a key of %zu bytes before byte %zu",
			       name.n, s->r.pos);
	for (size_t i = 0; i < name.n; i++) {
		uint8_t c = name.p[i];

		if (c <= ' ' || c > '~' || (c >= 'A' && c <= 'Z'))
			return err_set(s->err, OW_E_FORMAT,
				       "GGUF: key \"%.*s\" has the byte 0x%02x",
				       (int)size_min(name.n, 100), (const char *)name.p, c);
	}
	return 0;
}

static int take_key(struct scan *s, struct gguf_key *k)
{
	int r = take_string(s, &k->name, "a key");

	if (r == 0)
		r = check_key_name(s, k->name);
	if (r == 0)
		r = take_type(s, true, &k->type);
	if (r != 0)
		return r;
	k->item = k->type;
	k->n = 1;
	if (k->type == GGUF_ARRAY) {
		r = take_type(s, false, &k->item);
		if (r == 0)
			r = take_u64(s, &k->n, "an array length");
	}
	return r == 0 ? take_values(s, k) : r;
}

/* ---- tensors ---- */

static int check_tensor_name(const struct scan *s, struct ow_view name)
{
	if (name.n == 0 || name.n > GGUF_TENSOR_NAME_MAX || memchr(name.p, 0, name.n) != NULL)
		return err_set(
		    s->err, OW_E_FORMAT,
		    "GGUF: tensor name of %zu bytes before byte %zu: must be 1 to %d without NUL",
		    name.n, s->r.pos, GGUF_TENSOR_NAME_MAX);
	return 0;
}

static int take_dims(struct scan *s, struct gguf_tensor *t)
{
	int r = take_u32(s, &t->n_dims, "a dimension count");

	if (r != 0)
		return r;
	if (t->n_dims < 1 || t->n_dims > 4)
		return err_set(s->err, OW_E_FORMAT,
			       "GGUF: tensor %.*s has %u dimensions, must be 1 to 4",
			       (int)t->name.n, (const char *)t->name.p, t->n_dims);
	t->count = 1;
	for (uint32_t i = 0; i < 4; i++) {
		t->dim[i] = 1;
		r = i < t->n_dims ? take_u64(s, &t->dim[i], "a dimension") : 0;
		if (r != 0)
			return r;
		if (t->dim[i] == 0 || !mul_ok(t->count, t->dim[i], &t->count) ||
		    t->count > INT64_MAX)
			return err_set(s->err, OW_E_FORMAT,
				       "GGUF: tensor %.*s: dimension %u is %llu", (int)t->name.n,
				       (const char *)t->name.p, i, llu(t->dim[i]));
	}
	return 0;
}

static int check_size(const struct scan *s, struct gguf_tensor *t)
{
	const struct tensor_type *type = tensor_type(t->type);

	if (type == NULL)
		return err_set(s->err, OW_E_FORMAT, "GGUF: tensor %.*s: type %u is unknown",
			       (int)t->name.n, (const char *)t->name.p, t->type);
	if (t->dim[0] % type->block != 0)
		return err_set(s->err, OW_E_FORMAT,
			       "GGUF: tensor %.*s: rows of %llu, not a multiple of %u (%s)",
			       (int)t->name.n, (const char *)t->name.p, llu(t->dim[0]), type->block,
			       type->name);
	if (!mul_ok(t->count / type->block, type->block_bytes, &t->size))
		return err_set(s->err, OW_E_FORMAT,
			       "GGUF: tensor %.*s: its size does not fit 64 bits", (int)t->name.n,
			       (const char *)t->name.p);
	return 0;
}

static int take_tensor(struct scan *s, struct gguf_tensor *t)
{
	int r = take_string(s, &t->name, "a tensor name");

	if (r == 0)
		r = check_tensor_name(s, t->name);
	if (r == 0)
		r = take_dims(s, t);
	if (r == 0)
		r = take_u32(s, &t->type, "a tensor type");
	if (r == 0)
		r = take_u64(s, &t->off, "a tensor offset");
	return r == 0 ? check_size(s, t) : r;
}

/* ---- the whole ---- */

static int order_by_name(const void *a, const void *b, void *names)
{
	const struct ow_view *const *at = names;
	const struct ow_view *x = at[*(const size_t *)a], *y = at[*(const size_t *)b];
	int c = memcmp(x->p, y->p, size_min(x->n, y->n));

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

/* Indices in the order of the names, which must all differ. */
static int sort_names(const struct ow_view **names, size_t n, size_t **out, const char *what,
		      struct ow_error *err)
{
	OW_AUTO(mem_free) size_t *order = mem_array(n, sizeof *order, err);

	if (order == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof *order, order_by_name, (void *)names);
	for (size_t i = 1; i < n; i++) {
		if (order_by_name(&order[i - 1], &order[i], (void *)names) == 0)
			return err_set(err, OW_E_FORMAT, "GGUF: %s %.*s stands there twice", what,
				       (int)size_min(names[order[i]]->n, 100),
				       (const char *)names[order[i]]->p);
	}
	*out = STEAL(order);
	return 0;
}

static int index_names(struct gguf *g, struct ow_error *err)
{
	size_t n = g->n_keys > g->n_tensors ? g->n_keys : g->n_tensors;
	OW_AUTO(mem_free) const struct ow_view **names = mem_array(n, sizeof(void *), err);

	if (names == NULL)
		return err->code;
	for (size_t i = 0; i < g->n_keys; i++)
		names[i] = &g->keys[i].name;
	if (sort_names(names, g->n_keys, &g->key_order, "key", err) < 0)
		return err->code;
	for (size_t i = 0; i < g->n_tensors; i++)
		names[i] = &g->tensors[i].name;
	return sort_names(names, g->n_tensors, &g->tensor_order, "tensor", err);
}

/* What every GGUF file must say of itself. */
static int check_general(struct gguf *g, struct ow_error *err)
{
	const struct gguf_key *k = gguf_find(g, "general.alignment");
	struct ow_view arch;
	uint64_t shard;

	g->alignment = ALIGNMENT_DEFAULT;
	if (k != NULL && (k->type != GGUF_U32 || !gguf_u64(k, &g->alignment)))
		return err_set(err, OW_E_FORMAT,
			       "GGUF: general.alignment has value type %d, must be u32",
			       (int)k->type);
	if (g->alignment < 8 || g->alignment > GGUF_ALIGNMENT_MAX ||
	    (g->alignment & (g->alignment - 1)) != 0)
		return err_set(err, OW_E_FORMAT,
			       "GGUF: alignment %llu is not a power of two from 8 to %llu",
			       llu(g->alignment), GGUF_ALIGNMENT_MAX);
	if (gguf_u64(gguf_find(g, "split.no"), &shard) && shard > 0)
		return 0; /* the first file of a split set speaks for all */
	if (!gguf_text(gguf_find(g, "general.architecture"), &arch) || arch.n == 0)
		return err_set(err, OW_E_FORMAT,
			       "GGUF: general.architecture is missing or not a text");
	return 0;
}

/* Tensors stand one after the other, each on its alignment, from the data section to inside the
 * file. */
static int place_tensors(struct gguf *g, uint64_t file, struct ow_error *err)
{
	uint64_t next = 0, end = g->head_size;

	if (!align_up_ok(g->head_size, g->alignment, &g->data))
		return err_set(err, OW_E_FORMAT, "GGUF: header of %zu bytes", g->head_size);
	for (size_t i = 0; i < g->n_tensors; i++) {
		struct gguf_tensor *t = &g->tensors[i];

		if (t->off != next)
			return err_set(err, OW_E_FORMAT,
				       "GGUF: tensor %.*s is at offset %llu, must be at %llu",
				       (int)t->name.n, (const char *)t->name.p, llu(t->off),
				       llu(next));
		if (!add_ok(t->off, g->data, &t->off) || !add_ok(t->off, t->size, &end) ||
		    end > file)
			return err_set(err, OW_E_FORMAT,
				       "GGUF: tensor %.*s: %llu bytes at byte %llu, the file ends "
				       "at byte %llu",
				       (int)t->name.n, (const char *)t->name.p, llu(t->size),
				       llu(t->off), llu(file));
		if (!align_up_ok(end - g->data, g->alignment, &next))
			return err_set(err, OW_E_FORMAT, "GGUF: tensor %.*s ends beyond 64 bits",
				       (int)t->name.n, (const char *)t->name.p);
	}
	end = g->n_tensors > 0 ? g->data + next : g->data; /* next is below end + alignment: fits */
	g->trailing = file > end ? file - end : 0;
	return 0;
}

static int take_head(struct scan *s, struct gguf *g, uint64_t *n_tensors, uint64_t *n_keys)
{
	static const uint8_t magic[4] = {'G', 'G', 'U', 'F'};
	struct ow_view m = {.p = magic};
	int r = take_view(s, sizeof magic, &m, "the magic");

	if (r != 0)
		return r;
	if (memcmp(m.p, magic, sizeof magic) != 0)
		return err_set(s->err, OW_E_FORMAT, "GGUF: begins with %02x %02x %02x %02x", m.p[0],
			       m.p[1], m.p[2], m.p[3]);
	r = take_u32(s, &g->version, "the version");
	if (r != 0)
		return r;
	if (g->version != 2 && g->version != 3)
		return err_set(s->err, OW_E_FORMAT,
			       "GGUF: version %u%s, versions 2 and 3 are known", g->version,
			       (g->version & 0xffff) == 0 ? " (big-endian?)" : "");
	r = take_count(s, TENSORS_MAX, TENSOR_LEAST, n_tensors, "tensors");
	return r != 0 ? r : take_count(s, GGUF_KEYS_MAX, KEY_LEAST, n_keys, "keys");
}

static int parse(struct scan *s, struct gguf *g)
{
	uint64_t n_tensors = 0, n_keys = 0;
	size_t cap_keys = 0, cap_tensors = 0;
	int r = take_head(s, g, &n_tensors, &n_keys);

	for (; r == 0 && g->n_keys < n_keys; g->n_keys += r == 0) {
		if (mem_grow(&g->keys, g->n_keys, &cap_keys, sizeof *g->keys, s->err) < 0)
			return s->err->code;
		r = take_key(s, &g->keys[g->n_keys]);
	}
	for (; r == 0 && g->n_tensors < n_tensors; g->n_tensors += r == 0) {
		if (mem_grow(&g->tensors, g->n_tensors, &cap_tensors, sizeof *g->tensors, s->err) <
		    0)
			return s->err->code;
		r = take_tensor(s, &g->tensors[g->n_tensors]);
	}
	if (r != 0)
		return r;
	g->head_size = s->r.pos;
	if (index_names(g, s->err) < 0 || check_general(g, s->err) < 0)
		return s->err->code;
	return place_tensors(g, s->file, s->err);
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
		if (n >= GGUF_HEADER_MAX)
			return err_set(err, OW_E_FORMAT, "GGUF: a header of more than %llu bytes",
				       GGUF_HEADER_MAX);
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
