/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Listings: the index artifact_order holds everything a filter asks about, so that only the rows of
 * the page itself are looked up.
 */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/ints.h"
#include "catalog/inside.h"

enum {
	MATCH = 1, /* parameters of the statements below */
	LICENCE,
	AFTER_NAME,
	AFTER_VERSION,
	AFTER_ID,
	LIMIT,
	OFFSET
};

static bool is_glob(const char *s)
{
	return strpbrk(s, "*?[") != NULL;
}

/* "%part%" with what LIKE takes for itself escaped. */
static void like_pattern(const char *part, struct buf *out)
{
	buf_text(out, "%");
	for (const char *p = part; *p != '\0'; p++) {
		if (strchr("%_\\", *p) != NULL)
			buf_text(out, "\\");
		buf_add(out, p, 1);
	}
	buf_text(out, "%");
}

/* The WHERE clause; `paged` adds where the page begins. */
static void where(const struct catalog_filter *f, bool paged, struct buf *sql)
{
	buf_text(sql, " FROM artifact INDEXED BY artifact_order WHERE name >= ''");
	if (f->match != NULL)
		buf_text(sql,
			 is_glob(f->match) ? " AND name GLOB ?1" : " AND name LIKE ?1 ESCAPE '\\'");
	if (f->licence != NULL)
		buf_text(sql, " AND licence = ?2 COLLATE NOCASE");
	if (paged && f->after != NULL)
		buf_text(sql, " AND (name, version, id) > (?3, ?4, ?5)");
}

static int bind_filter(struct query *q, const struct catalog_filter *f, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf pattern = {0};

	if (f->match != NULL && is_glob(f->match))
		query_bind_text(q, MATCH, f->match);
	else if (f->match != NULL) {
		like_pattern(f->match, &pattern);
		if (buf_finish(&pattern, err) < 0)
			return err->code;
		query_bind_text(q, MATCH, buf_str(&pattern));
	}
	if (f->licence != NULL)
		query_bind_text(q, LICENCE, f->licence);
	return 0;
}

int catalog_list(struct catalog *c, const struct catalog_filter *filter, catalog_visit visit,
		 void *ctx, struct ow_error *err)
{
	OW_AUTO(query_done) struct query q = {0};
	OW_AUTO(buf_done) struct buf sql = {0};

	buf_text(&sql, ARTIFACT_SELECT);
	where(filter, true, &sql);
	buf_text(&sql, " ORDER BY name, version, id LIMIT ?6 OFFSET ?7");
	if (buf_finish(&sql, err) < 0)
		return err->code;
	query_prepare(&q, &c->db, buf_str(&sql));
	if (bind_filter(&q, filter, err) < 0)
		return err->code;
	if (filter->after != NULL) {
		query_bind_text(&q, AFTER_NAME, filter->after->name);
		query_bind_text(&q, AFTER_VERSION, filter->after->version);
		query_bind_id(&q, AFTER_ID, &filter->after->id);
	}
	query_bind_u64(&q, LIMIT,
		       filter->limit == 0 ? INT64_MAX : u64_min(filter->limit, INT64_MAX));
	query_bind_u64(&q, OFFSET, u64_min(filter->offset, INT64_MAX));
	return rows_artifacts(&q, visit, ctx, err) < 0 ? err->code : 0;
}

int catalog_count(struct catalog *c, const struct catalog_filter *filter, uint64_t *n,
		  uint64_t *size, struct ow_error *err)
{
	OW_AUTO(query_done) struct query q = {0};
	OW_AUTO(buf_done) struct buf sql = {0};
	uint64_t count = 0, sum = 0;
	int r;

	buf_text(&sql, "SELECT size");
	where(filter, false, &sql);
	if (buf_finish(&sql, err) < 0)
		return err->code;
	query_prepare(&q, &c->db, buf_str(&sql));
	if (bind_filter(&q, filter, err) < 0)
		return err->code;
	while ((r = query_step(&q, err)) > 0) {
		count++;
		if (!add_ok(sum, query_u64(&q, 0), &sum)) /* SQLite's own sum would fail */
			sum = UINT64_MAX;
	}
	if (r < 0 || query_sound(&q, err) < 0)
		return err->code;
	*n = count;
	if (size != NULL)
		*size = sum;
	return 0;
}

int64_t catalog_find(struct catalog *c, const struct catalog_ref *ref, uint64_t limit,
		     catalog_visit visit, void *ctx, struct ow_error *err)
{
	static const char *const sql[] = {
	    [REF_VERSION] = ARTIFACT_SELECT " FROM artifact WHERE name = ?1 AND version = ?2 "
					    "ORDER BY name, version, id LIMIT ?3",
	    [REF_NAME] = ARTIFACT_SELECT " FROM artifact WHERE name = ?1 "
					 "ORDER BY name, version, id LIMIT ?3",
	};
	OW_AUTO(query_done) struct query q = {0};
	int64_t n;

	if (ref->kind == REF_ID) {
		q = statement_take(c, FIND_ID);
		query_bind_id(&q, 1, &ref->low);
		query_bind_id(&q, 2, &ref->high);
	} else {
		query_prepare(&q, &c->db, sql[ref->kind]);
		query_bind_text(&q, 1, ref->name);
	}
	if (ref->kind == REF_VERSION)
		query_bind_text(&q, 2, ref->version);
	query_bind_u64(&q, 3, u64_min(limit, INT64_MAX));
	n = rows_artifacts(&q, visit, ctx, err);
	if (n >= 0 && ref->kind == REF_ID)
		statement_give(c, FIND_ID, &q);
	return n;
}
