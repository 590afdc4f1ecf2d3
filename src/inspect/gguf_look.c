/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Looking into a GGUF header that was read.
 */
#include <string.h>

#include "base/ints.h"
#include "base/rd.h"
#include "inspect/gguf.h"

size_t gguf_width(enum gguf_type t)
{
	static const uint8_t widths[] = {
	    [GGUF_U8] = 1,  [GGUF_I8] = 1,  [GGUF_U16] = 2, [GGUF_I16] = 2,
	    [GGUF_U32] = 4, [GGUF_I32] = 4, [GGUF_F32] = 4, [GGUF_BOOL] = 1,
	    [GGUF_U64] = 8, [GGUF_I64] = 8, [GGUF_F64] = 8,
	};

	return widths[t];
}

static int compare(struct ow_view a, const char *name)
{
	size_t n = strlen(name);
	int c = a.p == NULL ? 0 : memcmp(a.p, name, size_min(a.n, n));

	return c != 0 ? c : (a.n > n) - (a.n < n);
}

/* The item called `name` of n items of this size, each of which begins with its name; NULL: none. */
static const void *find(const void *items, size_t each, const size_t *order, size_t n,
			const char *name)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const uint8_t *item = (const uint8_t *)items + order[mid] * each;
		int c = compare(*(const struct ow_view *)(const void *)item, name);

		if (c == 0)
			return item;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct gguf_key *gguf_find(const struct gguf *g, const char *name)
{
	return find(g->keys, sizeof *g->keys, g->key_order, g->n_keys, name);
}

const struct gguf_tensor *gguf_tensor(const struct gguf *g, const char *name)
{
	return find(g->tensors, sizeof *g->tensors, g->tensor_order, g->n_tensors, name);
}

bool gguf_next_text(const struct gguf_key *k, size_t *at, struct ow_view *out)
{
	struct rd r;

	if (k == NULL || k->item != GGUF_STRING || *at >= k->values.n)
		return false;
	r = (struct rd){.base = k->values.p, .size = k->values.n, .pos = *at};
	out->n = (size_t)rd_u64le(&r); /* was checked when the header was read */
	(void)rd_take(&r, &out->p, out->n);
	*at = r.pos;
	return true;
}

bool gguf_text(const struct gguf_key *k, struct ow_view *out)
{
	size_t at = 0;

	return k != NULL && k->type == GGUF_STRING && gguf_next_text(k, &at, out);
}

bool gguf_says(const struct gguf_key *k, const char *text)
{
	struct ow_view v = {0};

	return gguf_text(k, &v) && compare(v, text) == 0;
}

/* Numbers stand in the file as in memory: every machine this runs on is little-endian. */
bool gguf_item_u64(const struct gguf_key *k, uint64_t i, uint64_t *out)
{
	bool is_signed;
	size_t each;

	if (k == NULL || i >= k->n || k->item == GGUF_STRING || k->item == GGUF_F32 ||
	    k->item == GGUF_F64 || (k->item == GGUF_BOOL && k->type != GGUF_ARRAY))
		return false;
	each = gguf_width(k->item);
	*out = 0;
	memcpy(out, k->values.p + i * each, each);
	is_signed =
	    k->item == GGUF_I8 || k->item == GGUF_I16 || k->item == GGUF_I32 || k->item == GGUF_I64;
	return !is_signed || (*out >> (8 * each - 1) & 1) == 0;
}

bool gguf_u64(const struct gguf_key *k, uint64_t *out)
{
	return k != NULL && k->type != GGUF_ARRAY && gguf_item_u64(k, 0, out);
}

bool gguf_real(const struct gguf_key *k, double *out)
{
	float f;

	if (k == NULL || (k->type != GGUF_F32 && k->type != GGUF_F64))
		return false;
	memcpy(&f, k->values.p, sizeof f);
	*out = (double)f;
	if (k->type == GGUF_F64)
		memcpy(out, k->values.p, sizeof *out);
	return true;
}

bool gguf_bool(const struct gguf_key *k, bool *out)
{
	if (k == NULL || k->type != GGUF_BOOL)
		return false;
	*out = k->values.p[0] != 0;
	return true;
}
