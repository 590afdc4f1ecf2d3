/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/plain.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

/* Windows-1252 differs from ISO 8859-1 in 0x80..0x9F (WHATWG Encoding, index-windows-1252). */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

/* The text in the making, whose every byte has a place. */
struct making {
	struct plain *t;
	size_t cap;
};

static int put_byte(struct making *m, uint32_t byte, size_t place, struct ow_error *err)
{
	uint8_t b = (uint8_t)byte;

	if (mem_grow(&m->t->place, m->t->text.n, &m->cap, sizeof *m->t->place, err) < 0)
		return err->code;
	m->t->place[m->t->text.n] = (uint32_t)place;
	buf_add(&m->t->text, &b, 1);
	return buf_finish(&m->t->text, err);
}

static int put(struct making *m, uint32_t c, size_t place, struct ow_error *err)
{
	static const uint8_t lead[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
	unsigned n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (unsigned i = 0; i < n; i++) {
		uint32_t bits = c >> (6 * (n - 1 - i));

		if (put_byte(m, i == 0 ? lead[n] | bits : 0x80 | (bits & 0x3F), place, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- UTF-16 (RFC 2781) --------------------------------------------------------------------------- */

static uint32_t unit(const uint8_t *p, bool big)
{
	return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static int read_utf16(const uint8_t *p, size_t n, size_t from, bool big, struct plain *t,
		      struct ow_error *err)
{
	struct making m = {.t = t};

	for (size_t at = from; at + 2 <= n; at += 2) {
		uint32_t c = unit(p + at, big);
		size_t place = at;

		if (c >= 0xD800 && c < 0xDC00 && at + 4 <= n) {
			uint32_t low = unit(p + at + 2, big);

			if (low >= 0xDC00 && low < 0xE000) {
				c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
				at += 2;
			}
		}
		if (c >= 0xD800 && c < 0xE000)
			c = 0xFFFD;
		if (put(&m, c, place, err) < 0)
			return err->code;
	}
	return 0;
}

/* Where the text of UTF-16 begins, or 0; without a mark, Latin letters betray it by their zero bytes. */
static bool is_utf16(const uint8_t *p, size_t n, size_t *from, bool *big)
{
	*from = 0;
	if (n < 4 || n % 2 != 0)
		return false;
	*big = p[0] == 0xFE || p[0] == 0;
	if ((p[0] == 0xFE && p[1] == 0xFF) || (p[0] == 0xFF && p[1] == 0xFE)) {
		*from = 2;
		return true;
	}
	return *big ? p[2] == 0 && p[1] != 0 && p[3] != 0 : p[1] == 0 && p[3] == 0 && p[2] != 0;
}

/* ---- anything ------------------------------------------------------------------------------------ */

static int read_bytes(const uint8_t *p, size_t n, struct plain *t, struct ow_error *err)
{
	struct making m = {.t = t};

	for (size_t i = 0; i < n; i++) {
		uint32_t c = p[i] >= 0x80 && p[i] < 0xA0 ? windows_1252[p[i] - 0x80] : p[i];

		if (put(&m, c, i, err) < 0)
			return err->code;
	}
	return 0;
}

int plain_read(const void *p, size_t n, struct plain *out, struct ow_error *err)
{
	OW_AUTO(plain_done) struct plain t = {.size = n};
	const uint8_t *bytes = p;
	size_t from;
	bool big;
	int result = 0;

	if (is_utf16(bytes, n, &from, &big)) {
		result = read_utf16(bytes, n, from, big, &t, err);
	} else if (utf8_ok(bytes, n)) {
		t.skip = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
		buf_add(&t.text, bytes + t.skip, n - t.skip);
		result = buf_finish(&t.text, err);
	} else {
		result = read_bytes(bytes, n, &t, err);
	}
	if (result < 0)
		return result;
	*out = t;
	t = (struct plain){0};
	return 0;
}

size_t plain_place(const struct plain *t, size_t at)
{
	if (t->place == NULL)
		return at + t->skip;
	return at < t->text.n ? t->place[at] : t->size;
}

void plain_done(struct plain *t)
{
	buf_done(&t->text);
	mem_free(t->place);
}
