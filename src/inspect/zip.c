/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inspect/zip.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/rd.h"

/* Sections of the APPNOTE: 4.3.7 local header, 4.3.9 data descriptor, 4.3.12 directory, 4.3.14 to 4.3.16 its end. */
enum {
	LOCAL = 30,
	CENTRAL = 46,
	END = 22,
	END64 = 56,
	LOCATOR64 = 20,
	COMMENT_MAX = 65535,
	NAMES_MAX = 64 << 20, /* bytes of the directory */
	FLAG_ENCRYPTED = 0x0001,
	FLAG_DESCRIPTOR = 0x0008,
	FLAG_PATCH = 0x0020,
	FLAG_STRONG = 0x0040,
	FLAG_MASKED = 0x2000,
	FLAGS_REFUSED = FLAG_ENCRYPTED | FLAG_PATCH | FLAG_STRONG | FLAG_MASKED,
	STORED = 0,
	DEFLATED = 8,
	EXTRA_64 = 1
};
#define SIG_LOCAL      0x04034b50u
#define SIG_CENTRAL    0x02014b50u
#define SIG_END        0x06054b50u
#define SIG_END64      0x06064b50u
#define SIG_LOCATOR64  0x07064b50u
#define SIG_DESCRIPTOR 0x08074b50u

struct member {
	struct ow_view name;
	uint16_t flags, method;
	uint32_t crc;
	uint64_t packed, size;
	uint64_t off; /* of its local header */
};

struct zip {
	const struct inspect_src *src;
	uint64_t dir, dir_size, n; /* the directory: where, bytes, members */
	uint8_t *head;             /* its bytes */
	struct member *members;
	size_t n_members;
};

static void zip_done(struct zip *z)
{
	free(z->head);
	free(z->members);
}
OW_DEFINE_AUTO_DONE(struct zip, zip_done)

static unsigned long long llu(uint64_t v)
{
	return v;
}

static uint16_t u16(struct rd *r)
{
	uint16_t low = rd_u8(r);

	return (uint16_t)(low | rd_u8(r) << 8);
}

static void skip(struct rd *r, size_t n)
{
	const uint8_t *p;

	(void)rd_take(r, &p, n);
}

/* ---- the end of the directory ---- */

/* Is v what the narrow field says, or did it not fit there? */
static bool widens(uint64_t v, uint64_t narrow, uint64_t all_ones)
{
	return narrow == all_ones || narrow == v;
}

/* The 64-bit end, which some writers add without need: it must agree with the other. */
static int read_end64(struct zip *z, uint64_t end, uint64_t *dir_end, struct ow_error *err)
{
	uint8_t p[END64];
	struct rd r = {.base = p, .size = END64};
	uint64_t n, size, off;

	if (inspect_read(z->src, p, END64, end - LOCATOR64 - END64, err) < 0)
		return err->code;
	if (rd_u32le(&r) != SIG_END64 || rd_u64le(&r) != END64 - 12)
		return err_set(err, OW_E_UNSAFE,
			       "zip: the 64-bit end of the directory is not where it must be");
	skip(&r, 2 + 2 + 4 + 4 + 8);
	n = rd_u64le(&r);
	size = rd_u64le(&r);
	off = rd_u64le(&r);
	if (!widens(n, z->n, UINT16_MAX) || !widens(size, z->dir_size, UINT32_MAX) ||
	    !widens(off, z->dir, UINT32_MAX))
		return err_set(err, OW_E_UNSAFE, "zip: the two ends of the directory differ");
	z->n = n;
	z->dir_size = size;
	z->dir = off;
	*dir_end = end - LOCATOR64 - END64;
	return 0;
}

/* Does a locator stand before the end, and point right before itself? */
static int has_end64(const struct zip *z, uint64_t end, bool *out, struct ow_error *err)
{
	uint8_t p[LOCATOR64];
	struct rd r = {.base = p, .size = LOCATOR64};

	*out = false;
	if (end < LOCATOR64 + END64)
		return 0;
	if (inspect_read(z->src, p, LOCATOR64, end - LOCATOR64, err) < 0)
		return err->code;
	if (rd_u32le(&r) != SIG_LOCATOR64)
		return 0;
	skip(&r, 4);
	if (rd_u64le(&r) != end - LOCATOR64 - END64)
		return err_set(err, OW_E_UNSAFE, "zip: bytes between the ends of the directory");
	*out = true;
	return 0;
}

static int check_dir(const struct zip *z, uint64_t dir_end, struct ow_error *err)
{
	if (z->n > COMPONENTS_MAX)
		return err_set(err, OW_E_FORMAT, "zip: %llu members, at most %d", llu(z->n),
			       COMPONENTS_MAX);
	if (z->dir > dir_end || z->dir_size != dir_end - z->dir)
		return err_set(
		    err, OW_E_UNSAFE,
		    "zip: the directory of %llu bytes at byte %llu does not reach its end at %llu",
		    llu(z->dir_size), llu(z->dir), llu(dir_end));
	if (z->dir_size > NAMES_MAX)
		return err_set(err, OW_E_FORMAT, "zip: a directory of %llu bytes",
			       llu(z->dir_size));
	return 0;
}

/* The end stands where its comment reaches exactly to the last byte. */
static int find_end(const struct zip *z, uint64_t *end, struct ow_error *err)
{
	size_t n = (size_t)u64_min(z->src->size, END + COMMENT_MAX);
	OW_AUTO(mem_free) uint8_t *tail = mem_array(n, 1, err);

	if (tail == NULL || inspect_read(z->src, tail, n, z->src->size - n, err) < 0)
		return err->code;
	for (size_t i = n < END ? 0 : n - END + 1; i-- > 0;) {
		struct rd r = {.base = tail + i, .size = END};

		if (rd_u32le(&r) != SIG_END)
			continue;
		skip(&r, 16);
		if (u16(&r) != n - i - END)
			continue;
		*end = z->src->size - n + i;
		return 0;
	}
	return err_set(err, OW_E_FORMAT, "zip: no end of the directory");
}

static int read_end(struct zip *z, struct ow_error *err)
{
	uint8_t p[END];
	struct rd r = {.base = p, .size = END};
	uint64_t end = 0, dir_end;
	uint16_t disk, dir_disk, here;
	bool wide;

	if (find_end(z, &end, err) < 0 || inspect_read(z->src, p, END, end, err) < 0)
		return err->code;
	skip(&r, 4);
	disk = u16(&r);
	dir_disk = u16(&r);
	here = u16(&r);
	z->n = u16(&r);
	z->dir_size = rd_u32le(&r);
	z->dir = rd_u32le(&r);
	if (disk != 0 || dir_disk != 0 || here != z->n)
		return err_set(err, OW_E_FORMAT, "zip: one of several volumes");
	dir_end = end;
	if (has_end64(z, end, &wide, err) < 0 || (wide && read_end64(z, end, &dir_end, err) < 0))
		return err->code;
	return check_dir(z, dir_end, err);
}

/* ---- the directory ---- */

/* Sizes that did not fit stand in the 64-bit extra field, each only if its place holds all ones (4.5.3). */
static bool read_extra64(struct ow_view extra, struct member *m, bool local)
{
	struct rd r = {.base = extra.p, .size = extra.n};
	bool size = m->size == UINT32_MAX, packed = m->packed == UINT32_MAX,
	     off = !local && m->off == UINT32_MAX;

	if (!size && !packed && !off)
		return true;
	while (r.want == 0 && r.pos + 4 <= r.size) {
		uint16_t id = u16(&r), n = u16(&r);
		size_t begin = r.pos;

		if (id != EXTRA_64) {
			skip(&r, n);
			continue;
		}
		if (size)
			m->size = rd_u64le(&r);
		if (packed)
			m->packed = rd_u64le(&r);
		if (off)
			m->off = rd_u64le(&r);
		return r.want == 0 && r.pos - begin <= n;
	}
	return false;
}

static int read_member(struct rd *r, struct member *m, struct ow_error *err)
{
	struct ow_view extra = {0};
	uint16_t n_extra, n_comment, disk;

	if (rd_u32le(r) != SIG_CENTRAL)
		return err_set(err, OW_E_FORMAT, "zip: no member at byte %zu of the directory",
			       r->pos);
	skip(r, 4);
	m->flags = u16(r);
	m->method = u16(r);
	skip(r, 4);
	m->crc = rd_u32le(r);
	m->packed = rd_u32le(r);
	m->size = rd_u32le(r);
	m->name.n = u16(r);
	n_extra = u16(r);
	n_comment = u16(r);
	disk = u16(r);
	skip(r, 6);
	m->off = rd_u32le(r);
	extra.n = n_extra;
	if (!rd_take(r, &m->name.p, m->name.n) || !rd_take(r, &extra.p, n_extra))
		return err_set(err, OW_E_FORMAT, "zip: the directory ends inside a member");
	skip(r, n_comment);
	if (!read_extra64(extra, m, false) || disk != 0)
		return err_set(err, OW_E_FORMAT, "zip: member %.*s: its sizes are not told",
			       (int)m->name.n, (const char *)m->name.p);
	return 0;
}

static int check_member(const struct member *m, struct ow_error *err)
{
	const char *name = (const char *)m->name.p;

	if ((m->flags & FLAGS_REFUSED) != 0)
		return err_set(err, OW_E_UNSAFE,
			       "zip: member %.*s is encrypted or patched (flags %04x)",
			       (int)m->name.n, name, m->flags);
	if (m->method != STORED && m->method != DEFLATED)
		return err_set(err, OW_E_FORMAT, "zip: member %.*s: method %u is not taken",
			       (int)m->name.n, name, m->method);
	if (m->method == STORED && m->packed != m->size)
		return err_set(err, OW_E_UNSAFE,
			       "zip: member %.*s: stored, but %llu bytes are %llu", (int)m->name.n,
			       name, llu(m->packed), llu(m->size));
	return 0;
}

static int read_dir(struct zip *z, struct ow_error *err)
{
	struct rd r;

	z->head = mem_array((size_t)z->dir_size, 1, err);
	z->members = z->head == NULL ? NULL : mem_array((size_t)z->n, sizeof *z->members, err);
	if (z->members == NULL ||
	    inspect_read(z->src, z->head, (size_t)z->dir_size, z->dir, err) < 0)
		return err->code;
	r = (struct rd){.base = z->head, .size = (size_t)z->dir_size};
	for (; z->n_members < z->n; z->n_members++) {
		struct member *m = &z->members[z->n_members];

		if (read_member(&r, m, err) < 0 || check_member(m, err) < 0)
			return err->code;
	}
	return rd_finish(&r, err, "zip directory");
}

/* ---- the members ---- */

static int by_place(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return (x->off > y->off) - (x->off < y->off);
}

static int differs(const struct member *m, const char *what, struct ow_error *err)
{
	return err_set(err, OW_E_UNSAFE,
		       "zip: member %.*s: %s differs between the directory and the member",
		       (int)m->name.n, (const char *)m->name.p, what);
}

/* The local header against the directory; where its data begins goes to *data. */
static int check_local(const struct zip *z, const struct member *m, uint64_t *data,
		       struct ow_error *err)
{
	OW_AUTO(mem_free) uint8_t *names = NULL;
	uint8_t p[LOCAL];
	struct rd r = {.base = p, .size = LOCAL};
	struct member l = {.off = 0};
	struct ow_view extra;
	uint16_t n_extra;

	if (inspect_read(z->src, p, LOCAL, m->off, err) < 0)
		return err->code;
	if (rd_u32le(&r) != SIG_LOCAL)
		return differs(m, "the place", err);
	skip(&r, 2);
	l.flags = u16(&r);
	l.method = u16(&r);
	skip(&r, 4);
	l.crc = rd_u32le(&r);
	l.packed = rd_u32le(&r);
	l.size = rd_u32le(&r);
	l.name.n = u16(&r);
	n_extra = u16(&r);
	names = mem_array(l.name.n + (size_t)n_extra, 1, err);
	if (names == NULL ||
	    inspect_read(z->src, names, l.name.n + (size_t)n_extra, m->off + LOCAL, err) < 0)
		return err->code;
	extra = (struct ow_view){.p = names + l.name.n, .n = n_extra};
	if (l.name.n != m->name.n || memcmp(names, m->name.p, l.name.n) != 0)
		return differs(m, "the name", err);
	if (l.flags != m->flags || l.method != m->method)
		return differs(m, "the method", err);
	*data = m->off + LOCAL + l.name.n + n_extra;
	if ((l.flags & FLAG_DESCRIPTOR) != 0)
		return 0; /* sizes follow the data */
	if (!read_extra64(extra, &l, true) || l.packed != m->packed || l.size != m->size ||
	    l.crc != m->crc)
		return differs(m, "the size or checksum", err);
	return 0;
}

/* Behind the data: crc and sizes, of 32 or 64 bits, with or without a signature. */
static int check_descriptor(const struct zip *z, const struct member *m, uint64_t at, uint64_t n,
			    struct ow_error *err)
{
	uint8_t p[24];
	struct rd r = {.base = p, .size = (size_t)n};
	uint64_t packed, size;
	uint32_t crc;

	if (n != 12 && n != 16 && n != 20 && n != 24)
		return err_set(err, OW_E_UNSAFE,
			       "zip: %llu bytes that belong to nothing behind member %.*s", llu(n),
			       (int)m->name.n, (const char *)m->name.p);
	if (inspect_read(z->src, p, (size_t)n, at, err) < 0)
		return err->code;
	if ((n == 16 || n == 24) && rd_u32le(&r) != SIG_DESCRIPTOR)
		return differs(m, "the descriptor", err);
	crc = rd_u32le(&r);
	packed = n >= 20 ? rd_u64le(&r) : rd_u32le(&r);
	size = n >= 20 ? rd_u64le(&r) : rd_u32le(&r);
	if (crc != m->crc || packed != m->packed || size != m->size)
		return differs(m, "the descriptor", err);
	return 0;
}

int zip_check(const struct inspect_src *src, struct ow_error *err)
{
	OW_AUTO(zip_done) struct zip z = {.src = src};
	uint64_t next = 0;

	if (read_end(&z, err) < 0 || read_dir(&z, err) < 0)
		return err->code;
	if (z.n_members > 1)
		qsort(z.members, z.n_members, sizeof *z.members, by_place);
	for (size_t i = 0; i < z.n_members; i++) {
		const struct member *m = &z.members[i];
		uint64_t limit = i + 1 < z.n_members ? z.members[i + 1].off : z.dir, data = 0, end;

		if (m->off != next)
			return err_set(
			    err, OW_E_UNSAFE, "zip: member %.*s begins at byte %llu, must at %llu",
			    (int)m->name.n, (const char *)m->name.p, llu(m->off), llu(next));
		if (check_local(&z, m, &data, err) < 0)
			return err->code;
		if (!add_ok(data, m->packed, &end) || end > limit)
			return err_set(err, OW_E_UNSAFE, "zip: member %.*s reaches over the next",
				       (int)m->name.n, (const char *)m->name.p);
		next = (m->flags & FLAG_DESCRIPTOR) != 0 ? limit : end;
		if (next != end && check_descriptor(&z, m, end, limit - end, err) < 0)
			return err->code;
	}
	if (next != z.dir)
		return err_set(err, OW_E_UNSAFE, "zip: %llu bytes that belong to no member",
			       llu(z.dir - next));
	return 0;
}
