/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every open array or map is a level with the items it still owes. Reading an item takes one from
 * the innermost level; a level is left when the caller asks it for more and hears no.
 */
#include "codec/cbor_rd.h"

#include <string.h>

#include "base/err.h"
#include "base/text.h"

enum major {
	MAJOR_UINT,
	MAJOR_NEGATIVE,
	MAJOR_BYTES,
	MAJOR_TEXT,
	MAJOR_ARRAY,
	MAJOR_MAP,
	MAJOR_TAG,
	MAJOR_SIMPLE
};

enum {
	SIMPLE_FALSE = 20,
	SIMPLE_TRUE = 21,
	SIMPLE_NULL = 22
};

struct head {
	enum major major;
	uint64_t value;
};

void cbor_rd_init(struct cbor_rd *r, const uint8_t *p, size_t n)
{
	*r = (struct cbor_rd){.p = p, .n = n};
}

void cbor_rd_fail(struct cbor_rd *r, const char *why)
{
	if (r->why != NULL)
		return;
	r->why = why;
	r->why_at = r->at;
}

/* The argument bytes behind an initial byte: 0, 1, 2, 4 or 8; more than 8 for the reserved ones. */
static size_t argument_size(uint8_t info)
{
	return info < 24 ? 0 : info < 28 ? (size_t)1 << (info - 24) : 9;
}

/* Read a head without taking an item from a level. False and failed if it is not a shortest one. */
static bool head(struct cbor_rd *r, struct head *out)
{
	static const uint64_t least[] = {0, 24, 256, 0, 65536, 0, 0, 0, 4294967296};
	uint8_t info;
	size_t size;
	uint64_t v;

	if (r->why != NULL)
		return false;
	if (r->at == r->n) {
		cbor_rd_fail(r, "ends too early");
		return false;
	}
	info = r->p[r->at] & 31;
	size = argument_size(info);
	if (size > 8) {
		cbor_rd_fail(r, "indefinite length or reserved head");
		return false;
	}
	if (size > r->n - r->at - 1) {
		cbor_rd_fail(r, "ends too early");
		return false;
	}
	v = size == 0 ? info : 0;
	for (size_t i = 0; i < size; i++)
		v = v << 8 | r->p[r->at + 1 + i];
	if (v < least[size]) {
		cbor_rd_fail(r, "longer head than needed");
		return false;
	}
	out->major = (enum major)(r->p[r->at] >> 5);
	out->value = v;
	if (out->major == MAJOR_TAG ||
	    (out->major == MAJOR_SIMPLE && (size != 0 || v < SIMPLE_FALSE || v > SIMPLE_NULL))) {
		cbor_rd_fail(r, "tag, float or unknown simple value");
		return false;
	}
	r->at += 1 + size;
	return true;
}

/* An item is about to be read: take it from the level it belongs to. */
static void owe(struct cbor_rd *r)
{
	if (r->depth == 0 && r->at > 0)
		cbor_rd_fail(r, "more than one item");
	else if (r->depth > 0 && r->level[r->depth - 1].left == 0)
		cbor_rd_fail(r, "fewer items than expected");
	else if (r->depth > 0)
		r->level[r->depth - 1].left--;
}

static bool take(struct cbor_rd *r, enum major major, const char *expected, uint64_t *value)
{
	struct head h;
	size_t at = r->at;

	owe(r);
	if (!head(r, &h))
		return false;
	if (h.major != major) {
		r->at = at;
		cbor_rd_fail(r, expected);
		return false;
	}
	*value = h.value;
	return true;
}

uint64_t cbor_rd_uint(struct cbor_rd *r)
{
	uint64_t v;

	return take(r, MAJOR_UINT, "not an unsigned integer", &v) ? v : 0;
}

/* The integer a head stands for, if it fits. */
static int64_t signed_value(struct cbor_rd *r, const struct head *h)
{
	if (h->major != MAJOR_UINT && h->major != MAJOR_NEGATIVE) {
		cbor_rd_fail(r, "not an integer");
		return 0;
	}
	if (h->value > INT64_MAX) {
		cbor_rd_fail(r, "integer out of range");
		return 0;
	}
	return h->major == MAJOR_UINT ? (int64_t)h->value : -1 - (int64_t)h->value;
}

int64_t cbor_rd_int(struct cbor_rd *r)
{
	struct head h;

	owe(r);
	return head(r, &h) ? signed_value(r, &h) : 0;
}

/* Is the simple value v next? Takes it if so. */
static bool simple(struct cbor_rd *r, uint8_t v)
{
	if (r->why != NULL || r->at == r->n || r->p[r->at] != (MAJOR_SIMPLE << 5 | v))
		return false;
	owe(r);
	r->at++;
	return true;
}

bool cbor_rd_null(struct cbor_rd *r)
{
	return simple(r, SIMPLE_NULL);
}

bool cbor_rd_bool(struct cbor_rd *r)
{
	if (simple(r, SIMPLE_TRUE))
		return true;
	if (!simple(r, SIMPLE_FALSE))
		cbor_rd_fail(r, "not true or false");
	return false;
}

/* The n bytes of a string whose head was just read. */
static struct ow_view content(struct cbor_rd *r, uint64_t n, bool text)
{
	struct ow_view v = {0};

	if (n > r->n - r->at) {
		cbor_rd_fail(r, "string longer than the input");
		return v;
	}
	if (text && !utf8_ok(r->p + r->at, (size_t)n)) {
		cbor_rd_fail(r, "text is not UTF-8");
		return v;
	}
	v = (struct ow_view){.p = r->p + r->at, .n = (size_t)n};
	r->at += (size_t)n;
	return v;
}

struct ow_view cbor_rd_bytes(struct cbor_rd *r)
{
	uint64_t n;

	if (!take(r, MAJOR_BYTES, "not a byte string", &n))
		return (struct ow_view){0};
	return content(r, n, false);
}

struct ow_view cbor_rd_text(struct cbor_rd *r)
{
	uint64_t n;

	if (!take(r, MAJOR_TEXT, "not a text", &n))
		return (struct ow_view){0};
	return content(r, n, true);
}

/* A byte string of exactly n bytes, copied; `why` else. */
static void fixed(struct cbor_rd *r, void *out, size_t n, const char *why)
{
	struct ow_view v = cbor_rd_bytes(r);

	if (v.p == NULL)
		return;
	if (v.n != n)
		cbor_rd_fail(r, why);
	else
		memcpy(out, v.p, n);
}

struct ow_id cbor_rd_id(struct cbor_rd *r)
{
	struct ow_id id = {0};

	fixed(r, id.b, sizeof id.b, "not a digest of 32 bytes");
	return id;
}

void cbor_rd_fixed(struct cbor_rd *r, void *out, size_t n)
{
	fixed(r, out, n, "byte string of another length than expected");
}

void cbor_rd_string(struct cbor_rd *r, char *out, size_t cap)
{
	struct ow_view v = cbor_rd_text(r);

	out[0] = '\0';
	if (r->why != NULL)
		return;
	if (v.n == 0 || v.n >= cap || memchr(v.p, 0, v.n) != NULL) {
		cbor_rd_fail(r, "text is empty, too long or has a NUL");
		return;
	}
	memcpy(out, v.p, v.n);
	out[v.n] = '\0';
}

static uint64_t enter(struct cbor_rd *r, enum major major, uint64_t count)
{
	uint64_t items = major == MAJOR_MAP ? 2 : 1;

	if (count > (r->n - r->at) / items) {
		cbor_rd_fail(r, "count exceeds the input");
		return 0;
	}
	if (r->depth == CBOR_DEPTH_MAX) {
		cbor_rd_fail(r, "nested too deep");
		return 0;
	}
	r->level[r->depth++] =
	    (struct cbor_level){.left = count * items, .map = major == MAJOR_MAP};
	return count;
}

uint64_t cbor_rd_array(struct cbor_rd *r)
{
	uint64_t n;

	return take(r, MAJOR_ARRAY, "not an array", &n) ? enter(r, MAJOR_ARRAY, n) : 0;
}

uint64_t cbor_rd_map(struct cbor_rd *r)
{
	uint64_t n;

	return take(r, MAJOR_MAP, "not a map", &n) ? enter(r, MAJOR_MAP, n) : 0;
}

bool cbor_rd_more(struct cbor_rd *r)
{
	if (r->why != NULL || r->depth == 0)
		return false;
	if (r->level[r->depth - 1].left > 0)
		return true;
	r->depth--;
	return false;
}

/* A key was read from `from` on: it must come after the one before it, bytewise. True while the reader is sound. */
static bool key_order(struct cbor_rd *r, size_t from)
{
	struct cbor_level *l = &r->level[r->depth - 1];
	struct ow_view now = {.p = r->p + from, .n = r->at - from};
	size_t n = l->last.n < now.n ? l->last.n : now.n;
	int order;

	if (r->why != NULL)
		return false;
	order = l->last.p == NULL ? -1 : memcmp(l->last.p, now.p, n);
	if (order > 0 || (order == 0 && l->last.n >= now.n))
		cbor_rd_fail(r, "map keys not sorted or not unique");
	l->last = now;
	return r->why == NULL;
}

bool cbor_rd_key(struct cbor_rd *r, int64_t *key)
{
	size_t from = r->at;

	if (!cbor_rd_more(r))
		return false;
	*key = cbor_rd_int(r);
	return key_order(r, from);
}

bool cbor_rd_text_key(struct cbor_rd *r, struct ow_view *key)
{
	size_t from = r->at;

	if (!cbor_rd_more(r))
		return false;
	*key = cbor_rd_text(r);
	return key_order(r, from);
}

void cbor_rd_unknown(struct cbor_rd *r, int64_t key)
{
	if (key < 1000)
		cbor_rd_fail(r, key < 0 ? "unknown key that must be understood" : "unknown key");
	cbor_rd_skip(r);
}

/* Take one head with the content of a string; an array or map is entered. */
static void skip_one(struct cbor_rd *r, bool is_key)
{
	size_t from = r->at;
	struct head h;

	if (!head(r, &h))
		return;
	if (h.major == MAJOR_BYTES || h.major == MAJOR_TEXT)
		(void)content(r, h.value, h.major == MAJOR_TEXT);
	if (is_key && h.major >= MAJOR_ARRAY)
		cbor_rd_fail(r, "map key is not an integer or string");
	if (is_key)
		(void)key_order(r, from);
	if (h.major == MAJOR_ARRAY || h.major == MAJOR_MAP)
		(void)enter(r, h.major, h.value);
}

void cbor_rd_skip(struct cbor_rd *r)
{
	unsigned floor;

	owe(r);
	floor = r->depth;
	skip_one(r, false);
	while (r->why == NULL && r->depth > floor) {
		struct cbor_level *l = &r->level[r->depth - 1];

		if (l->left == 0) {
			r->depth--;
			continue;
		}
		l->left--;
		skip_one(r, l->map && l->left % 2 != 0);
	}
}

struct ow_view cbor_rd_raw(struct cbor_rd *r)
{
	size_t from = r->at;

	cbor_rd_skip(r);
	if (r->why != NULL)
		return (struct ow_view){0};
	return (struct ow_view){.p = r->p + from, .n = r->at - from};
}

int cbor_rd_finish(struct cbor_rd *r, const char *what, struct ow_error *err)
{
	while (r->why == NULL && r->depth > 0) {
		if (r->level[r->depth - 1].left > 0)
			cbor_rd_fail(r, "more items than expected");
		else
			r->depth--;
	}
	if (r->why == NULL && r->at == 0)
		cbor_rd_fail(r, "ends too early");
	if (r->why == NULL && r->at != r->n)
		cbor_rd_fail(r, "bytes after the end");
	if (r->why == NULL)
		return 0;
	(void)err_set(err, OW_E_FORMAT, "%s: %s, at byte %zu of %zu", what, r->why, r->why_at,
		      r->n);
	return err_byte(err, r->why_at);
}

int cbor_check(const uint8_t *p, size_t n, const char *what, struct ow_error *err)
{
	struct cbor_rd r;

	cbor_rd_init(&r, p, n);
	cbor_rd_skip(&r);
	return cbor_rd_finish(&r, what, err);
}
