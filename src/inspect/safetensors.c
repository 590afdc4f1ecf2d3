/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inspect/safetensors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/rd.h"
#include "codec/json.h"

enum {
	LENGTH = 8,
	DEPTH_MAX = 4, /* header, tensor, shape */
	DIMS_MAX = 16
};
#define METADATA "__metadata__"

/* Bits of a value. */
static const struct {
	const char *name;
	unsigned bits;
} dtypes[] = {
    {"BOOL", 8},    {"U8", 8},          {"I8", 8},          {"F8_E5M2", 8}, {"F8_E4M3", 8},
    {"F8_E8M0", 8}, {"F8_E5M2FNUZ", 8}, {"F8_E4M3FNUZ", 8}, {"I16", 16},    {"U16", 16},
    {"F16", 16},    {"BF16", 16},       {"I32", 32},        {"U32", 32},    {"F32", 32},
    {"I64", 64},    {"U64", 64},        {"F64", 64},        {"C64", 64},    {"F4", 4},
    {"F6_E2M3", 6}, {"F6_E3M2", 6},
};

struct scan {
	struct safetensors *st;
	size_t cap;
	uint64_t size; /* of the data */
};

static unsigned long long llu(uint64_t v)
{
	return v;
}

static int parse_dtype(const struct json_t *v, struct safetensor *t, unsigned *bits,
		       struct ow_error *err)
{
	const char *text = json_text(v);

	for (size_t i = 0; text != NULL && i < sizeof dtypes / sizeof dtypes[0]; i++) {
		if (strcmp(text, dtypes[i].name) == 0) {
			t->dtype = dtypes[i].name;
			*bits = dtypes[i].bits;
			return 0;
		}
	}
	return err_set(err, OW_E_FORMAT, "dtype \"%.40s\" is unknown", text == NULL ? "" : text);
}

static int parse_shape(const struct json_t *v, struct safetensor *t, struct ow_error *err)
{
	bool empty = false;

	if (!json_is_list(v) || json_count(v) > DIMS_MAX)
		return err_set(err, OW_E_FORMAT, "shape is not a list of at most %d numbers",
			       DIMS_MAX);
	t->count = 1;
	for (size_t i = 0; i < json_count(v); i++) {
		uint64_t dim;

		if (!json_u64(json_item(v, i), &dim))
			return err_set(err, OW_E_FORMAT, "dimension %zu is not a whole number", i);
		if (dim == 0) /* the others must make sense all the same */
			empty = true;
		else if (!mul_ok(t->count, dim, &t->count))
			return err_set(err, OW_E_FORMAT,
				       "the shape's product does not fit 64 bits");
	}
	if (empty)
		t->count = 0;
	return 0;
}

static int parse_place(const struct scan *s, const struct json_t *v, unsigned bits,
		       struct safetensor *t, struct ow_error *err)
{
	uint64_t begin, end, need;

	if (!json_is_list(v) || json_count(v) != 2 || !json_u64(json_item(v, 0), &begin) ||
	    !json_u64(json_item(v, 1), &end))
		return err_set(err, OW_E_FORMAT, "data_offsets is not a list of two whole numbers");
	if (begin > end || end > s->size)
		return err_set(err, OW_E_FORMAT, "data_offsets [%llu, %llu] of %llu bytes",
			       llu(begin), llu(end), llu(s->size));
	if (!mul_ok(t->count, bits, &need) || need % 8 != 0)
		return err_set(err, OW_E_FORMAT, "%llu values of %u bits are no whole bytes",
			       llu(t->count), bits);
	if (need / 8 != end - begin)
		return err_set(err, OW_E_FORMAT,
			       "shape and dtype need %llu bytes, data_offsets span %llu",
			       llu(need / 8), llu(end - begin));
	t->off = begin;
	t->size = end - begin;
	return 0;
}

static int parse_tensor(struct scan *s, const char *name, const struct json_t *v,
			struct ow_error *err)
{
	struct safetensors *st = s->st;
	struct safetensor t = {.name = name};
	unsigned bits = 0;

	if (!json_is_map(v) || json_count(v) != 3)
		return err_set(err, OW_E_FORMAT, "must be dtype, shape and data_offsets");
	if (parse_dtype(json_get(v, "dtype"), &t, &bits, err) < 0 ||
	    parse_shape(json_get(v, "shape"), &t, err) < 0 ||
	    parse_place(s, json_get(v, "data_offsets"), bits, &t, err) < 0)
		return err->code;
	if (st->n_tensors == TENSORS_MAX)
		return err_set(err, OW_E_FORMAT, "more than %d tensors", TENSORS_MAX);
	if (mem_grow(&st->tensors, st->n_tensors, &s->cap, sizeof t, err) < 0)
		return err->code;
	st->tensors[st->n_tensors++] = t;
	st->n_empty += t.size == 0;
	return 0;
}

static int check_text(void *ctx, const char *key, const struct json_t *v, struct ow_error *err)
{
	(void)ctx;
	if (json_text(v) == NULL)
		return err_set(err, OW_E_FORMAT, "%.100s is not a text", key);
	return 0;
}

static int parse_member(void *ctx, const char *name, const struct json_t *v, struct ow_error *err)
{
	struct scan *s = ctx;
	int r;

	if (strcmp(name, METADATA) != 0)
		r = parse_tensor(s, name, v, err);
	else if (json_is_map(v))
		r = json_each(v, check_text, NULL, err);
	else
		r = err_set(err, OW_E_FORMAT, "not an object");
	return r < 0 ? err_ctx(err, "%.100s", name) : 0;
}

static int by_place(const void *a, const void *b)
{
	const struct safetensor *x = a, *y = b;

	if (x->off != y->off)
		return x->off < y->off ? -1 : 1;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* In order of their places the tensors must follow each other and end where the file ends. */
static int check_tiling(const struct scan *s, struct ow_error *err)
{
	struct safetensors *st = s->st;
	uint64_t next = 0;

	if (st->n_tensors > 1)
		qsort(st->tensors, st->n_tensors, sizeof *st->tensors, by_place);
	for (size_t i = 0; i < st->n_tensors; i++) {
		struct safetensor *t = &st->tensors[i];

		if (t->off != next)
			return err_set(err, OW_E_FORMAT,
				       "%.100s begins at %llu, the tensor before it ends at %llu",
				       t->name, llu(t->off), llu(next));
		next += t->size; /* within s->size */
		t->off += st->data;
	}
	if (next != s->size)
		return err_set(err, OW_E_FORMAT, "tensors end at %llu, the data at %llu", llu(next),
			       llu(s->size));
	return 0;
}

/* The JSON itself: from "{" to "}", and spaces behind. */
static int parse_header(const uint8_t *p, size_t n, struct scan *s, struct ow_error *err)
{
	while (n > 0 && p[n - 1] == ' ')
		n--;
	if (n < 2 || p[0] != '{' || p[n - 1] != '}')
		return err_set(err, OW_E_FORMAT,
			       "the header is not a JSON object padded with spaces");
	if (json_parse(p, n, DEPTH_MAX, &s->st->root, err) < 0)
		return err->code;
	if (json_each(s->st->root, parse_member, s, err) < 0)
		return err->code;
	return check_tiling(s, err);
}

static int read_header(const struct inspect_src *src, struct safetensors *st, struct ow_error *err)
{
	struct scan s = {.st = st};
	OW_AUTO(mem_free) uint8_t *head = NULL;
	uint8_t length[LENGTH];
	struct rd r = {.base = length, .size = sizeof length};
	uint64_t n;

	if (inspect_read(src, length, sizeof length, 0, err) < 0)
		return err->code;
	n = rd_u64le(&r);
	if (n > SAFETENSORS_HEADER_MAX || n > src->size - LENGTH)
		return err_set(err, OW_E_FORMAT,
			       "a header of %llu bytes; at most %llu, and the file has %llu",
			       llu(n), SAFETENSORS_HEADER_MAX, llu(src->size));
	head = mem_array((size_t)n, 1, err);
	if (head == NULL || inspect_read(src, head, (size_t)n, LENGTH, err) < 0)
		return err->code;
	st->data = LENGTH + n;
	s.size = src->size - st->data;
	return parse_header(head, (size_t)n, &s, err);
}

int safetensors_read(const struct inspect_src *src, struct safetensors *out, struct ow_error *err)
{
	OW_AUTO(safetensors_done) struct safetensors st = {0};

	if (read_header(src, &st, err) < 0)
		return err_ctx(err, "safetensors");
	*out = MOVE(st);
	return 0;
}

void safetensors_done(struct safetensors *s)
{
	json_done(s->root);
	free(s->tensors);
	*s = (struct safetensors){0};
}

struct visitor {
	safetensors_visit visit;
	void *ctx;
};

static int visit_text(void *ctx, const char *key, const struct json_t *v, struct ow_error *err)
{
	const struct visitor *to = ctx;

	return to->visit(to->ctx, key, json_text(v), err);
}

int safetensors_metadata(const struct safetensors *s, safetensors_visit visit, void *ctx,
			 struct ow_error *err)
{
	struct visitor v = {.visit = visit, .ctx = ctx};
	const struct json_t *map = json_get(s->root, METADATA);

	return map == NULL ? 0 : json_each(map, visit_text, &v, err);
}
