/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows put, removed and read one by one.
 */
#include "base/err.h"
#include "base/ints.h"
#include "catalog/inside.h"

static struct query *statement(struct catalog *c, enum catalog_statement which)
{
	static const char *const sql[CATALOG_STATEMENTS] = {
	    [PUT_ARTIFACT] = "INSERT OR REPLACE INTO artifact (" ARTIFACT_COLUMNS
			     ", model) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	    [PUT_COMPONENT] = "INSERT INTO component (artifact, path, role, blob, size, licence) "
			      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	    [PUT_NOTE] = "INSERT OR REPLACE INTO note (record, kind, artifact, time) VALUES (?1, "
			 "?2, ?3, ?4)",
	    [DROP_ARTIFACT] = "DELETE FROM artifact WHERE id = ?1",
	    [DROP_COMPONENTS] = "DELETE FROM component WHERE artifact = ?1",
	    [DROP_NOTE] = "DELETE FROM note WHERE record = ?1",
	    [DROP_NOTES] = "DELETE FROM note WHERE artifact = ?1",
	    [BLOB_USED] = "SELECT count(*) FROM component WHERE blob = ?1",
	    [GET] = ARTIFACT_SELECT " FROM artifact WHERE id = ?1",
	    [FIND_ID] = ARTIFACT_SELECT " FROM artifact WHERE id BETWEEN ?1 AND ?2 "
					"ORDER BY name, version, id LIMIT ?3",
	    [CALLED] = ARTIFACT_SELECT " FROM artifact WHERE name = ?1 COLLATE NOCASE "
				       "OR model = ?1 COLLATE NOCASE ORDER BY name, version, id",
	    [NOTES_ABOUT] = "SELECT record, kind, artifact, time FROM note WHERE artifact = ?1 "
			    "ORDER BY time, record",
	};
	struct query *q = &c->statements[which];

	if (q->stmt != NULL && q->rc == 0)
		return q;
	query_done(q);
	query_prepare(q, &c->db, sql[which]);
	return q;
}

struct query statement_take(struct catalog *c, enum catalog_statement which)
{
	struct query q = *statement(c, which);

	c->statements[which] = (struct query){0};
	return q;
}

void statement_give(struct catalog *c, enum catalog_statement which, struct query *q)
{
	query_done(&c->statements[which]);
	c->statements[which] = *q;
	*q = (struct query){0};
}

/* Changes stand or fall together, so there is no changing outside a transaction. */
static int may_change(const struct catalog *c, struct ow_error *err)
{
	return db_in_transaction(&c->db)
		   ? 0
		   : err_set(err, OW_E_INTERNAL, "catalog: no transaction is open");
}

/* Run a statement whose one parameter is a digest. Returns how many rows it changed. */
static int64_t drop(struct catalog *c, enum catalog_statement which, const struct ow_id *id,
		    struct ow_error *err)
{
	struct query *q = statement(c, which);

	query_bind_id(q, 1, id);
	return query_run(q, err) < 0 ? err->code : (int64_t)db_changes(&c->db);
}

/* ---- artifacts ------------------------------------------------------------------------------- */

static int put_components(struct catalog *c, const struct ow_id *id,
			  const struct catalog_component *components, size_t n,
			  struct ow_error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct query *q = statement(c, PUT_COMPONENT);

		query_bind_id(q, 1, id);
		query_bind_text(q, 2, components[i].path);
		query_bind_text(q, 3, components[i].role);
		query_bind_id(q, 4, &components[i].blob);
		query_bind_u64(q, 5, components[i].size);
		query_bind_text(q, 6, components[i].licence);
		if (query_run(q, err) < 0)
			return err_ctx(err, "component %s", components[i].path);
	}
	return 0;
}

int catalog_put_artifact(struct catalog *c, const struct catalog_artifact *a,
			 const struct catalog_component *components, size_t n, struct ow_error *err)
{
	struct query *q;
	uint64_t size = 0;

	if (may_change(c, err) < 0)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		if (!add_ok(size, components[i].size, &size))
			return err_set(err, OW_E_FORMAT, "%s: sizes above 2^64", a->name);
	}
	if (drop(c, DROP_COMPONENTS, &a->id, err) < 0)
		return err->code;
	q = statement(c, PUT_ARTIFACT);
	query_bind_id(q, 1, &a->id);
	query_bind_text(q, 2, a->name);
	query_bind_text(q, 3, a->version);
	query_bind_text(q, 4, a->licence);
	query_bind_text(q, 5, a->upstream);
	query_bind_u64(q, 6, a->added);
	query_bind_u64(q, 7, size);
	query_bind_u64(q, 8, n);
	query_bind_text(q, 9, a->model);
	if (query_run(q, err) < 0 || put_components(c, &a->id, components, n, err) < 0)
		return err_ctx(err, "%s@%s", a->name, a->version);
	return 0;
}

int catalog_remove_artifact(struct catalog *c, const struct ow_id *id, struct ow_error *err)
{
	int64_t n;

	if (may_change(c, err) < 0 || drop(c, DROP_NOTES, id, err) < 0 ||
	    drop(c, DROP_COMPONENTS, id, err) < 0)
		return err->code;
	n = drop(c, DROP_ARTIFACT, id, err);
	return n < 0 ? err->code : n > 0;
}

int64_t rows_artifacts(struct query *q, catalog_visit visit, void *ctx, struct ow_error *err)
{
	int64_t n = 0;
	int r;

	while ((r = query_step(q, err)) > 0) {
		struct catalog_artifact a = {
		    .id = query_id(q, 0),
		    .name = query_text(q, 1),
		    .version = query_text(q, 2),
		    .licence = query_text(q, 3),
		    .upstream = query_text(q, 4),
		    .added = query_u64(q, 5),
		    .size = query_u64(q, 6),
		    .n_components = query_u64(q, 7),
		    .n_goldens = query_u64(q, 8),
		};

		if (query_sound(q, err) < 0 || visit(ctx, &a, err) < 0)
			return err->code;
		n++;
	}
	return r < 0 ? err->code : n;
}

int catalog_get(struct catalog *c, const struct ow_id *id, catalog_visit visit, void *ctx,
		struct ow_error *err)
{
	OW_AUTO(query_done) struct query q = statement_take(c, GET);
	int64_t n;

	query_bind_id(&q, 1, id);
	n = rows_artifacts(&q, visit, ctx, err);
	if (n < 0)
		return err->code;
	statement_give(c, GET, &q);
	return n > 0;
}

int catalog_called(struct catalog *c, const char *model, catalog_visit visit, void *ctx,
		   struct ow_error *err)
{
	OW_AUTO(query_done) struct query q = {0};

	if (model[0] == '\0') /* which many have upstream */
		return 0;
	q = statement_take(c, CALLED);
	query_bind_text(&q, 1, model);
	if (rows_artifacts(&q, visit, ctx, err) < 0)
		return err->code;
	statement_give(c, CALLED, &q);
	return 0;
}

int catalog_components(struct catalog *c, const struct ow_id *artifact,
		       catalog_component_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(query_done) struct query q = {0};
	int r;

	query_prepare(&q, &c->db,
		      "SELECT path, role, blob, size, licence FROM component WHERE artifact = ?1 "
		      "ORDER BY path");
	query_bind_id(&q, 1, artifact);
	while ((r = query_step(&q, err)) > 0) {
		struct catalog_component part = {
		    .path = query_text(&q, 0),
		    .role = query_text(&q, 1),
		    .blob = query_id(&q, 2),
		    .size = query_u64(&q, 3),
		    .licence = query_text(&q, 4),
		};

		if (query_sound(&q, err) < 0 || visit(ctx, &part, err) < 0)
			return err->code;
	}
	return r < 0 ? err->code : 0;
}

int catalog_blob_used(struct catalog *c, const struct ow_id *blob, uint64_t *n,
		      struct ow_error *err)
{
	struct query *q = statement(c, BLOB_USED);
	int r;

	query_bind_id(q, 1, blob);
	if (query_step(q, err) < 0)
		return err->code;
	*n = query_u64(q, 0);
	r = query_step(q, err); /* to its end, ready for the next */
	return r < 0 ? err->code : query_sound(q, err);
}

/* ---- notes ----------------------------------------------------------------------------------- */

int catalog_put_note(struct catalog *c, const struct catalog_note *n, struct ow_error *err)
{
	struct query *q;

	if (may_change(c, err) < 0)
		return err->code;
	q = statement(c, PUT_NOTE);
	query_bind_id(q, 1, &n->record);
	query_bind_text(q, 2, n->kind);
	query_bind_id(q, 3, &n->artifact);
	query_bind_u64(q, 4, n->time);
	return query_run(q, err);
}

int catalog_remove_note(struct catalog *c, const struct ow_id *record, struct ow_error *err)
{
	int64_t n;

	if (may_change(c, err) < 0)
		return err->code;
	n = drop(c, DROP_NOTE, record, err);
	return n < 0 ? err->code : n > 0;
}

static int visit_notes(struct query *q, catalog_note_visit visit, void *ctx, struct ow_error *err)
{
	int r;

	while ((r = query_step(q, err)) > 0) {
		struct catalog_note note = {
		    .record = query_id(q, 0),
		    .kind = query_text(q, 1),
		    .artifact = query_id(q, 2),
		    .time = query_u64(q, 3),
		};

		if (query_sound(q, err) < 0 || visit(ctx, &note, err) < 0)
			return err->code;
	}
	return r < 0 ? err->code : 0;
}

int catalog_notes(struct catalog *c, const struct ow_id *artifact, catalog_note_visit visit,
		  void *ctx, struct ow_error *err)
{
	OW_AUTO(query_done) struct query q = {0};

	if (artifact == NULL) {
		query_prepare(
		    &q, &c->db,
		    "SELECT record, kind, artifact, time FROM note ORDER BY time, record");
		return visit_notes(&q, visit, ctx, err);
	}
	q = statement_take(c, NOTES_ABOUT);
	query_bind_id(&q, 1, artifact);
	if (visit_notes(&q, visit, ctx, err) < 0)
		return err->code;
	statement_give(c, NOTES_ABOUT, &q);
	return 0;
}

int catalog_clear(struct catalog *c, struct ow_error *err)
{
	if (may_change(c, err) < 0)
		return err->code;
	return db_exec(&c->db, "DELETE FROM artifact; DELETE FROM component; DELETE FROM note",
		       err);
}
