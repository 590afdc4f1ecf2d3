/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sys/stat.h>
#include <unistd.h>

#include "unit/catalog/rows.h"

static struct ow_error err;

static struct catalog *memory(uint64_t n)
{
	struct catalog *c = NULL;

	ck_ok(catalog_open(NULL, CATALOG_MEMORY, &c, &err));
	ck_ok(rows_put(c, 0, n, &err));
	return c;
}

static uint64_t count(struct catalog *c)
{
	const struct catalog_filter all = {0};
	uint64_t n;

	ck_ok(catalog_count(c, &all, &n, NULL, &err));
	return n;
}

START_TEST(rebuild_then_read)
{
	OW_AUTO(catalog_close) struct catalog *c = NULL;
	OW_AUTO(buf_done) struct buf text = {0};
	int fd;
	const char *dir = scratch(&fd);
	struct stat st;

	ck_fails(catalog_open(dir, CATALOG_READ, &c, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(strstr(err.text, "missing"));
	ck_fails(catalog_open(dir, CATALOG_WRITE, &c, &err), OW_E_INTEGRITY);
	(void)umask(0077);
	ck_ok(rows_rebuild(dir, 3, &err));
	ck_assert_int_eq(fstatat(fd, "catalog.db", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0644);
	ck_assert_int_ne(faccessat(fd, "catalog.new", F_OK, 0), 0);
	ck_ok(catalog_open(dir, CATALOG_READ, &c, &err));
	ck_ok(rows_text(c, &text, &err));
	ck_assert_str_eq(
	    buf_str(&text),
	    "org0/Model-0@1 afcd1d7b Apache-2.0 hf:org/name@0123abcd 1700000000 1000 1\n"
	    "org1/Model-0@2 3f6524e3 MIT hf:org/name@0123abcd 1700000001 3000 2\n"
	    "org2/Model-1@1 6644026f Apache-2.0 hf:org/name@0123abcd 1700000002 6000 3\n");
	ck_ok(catalog_check(c, &err));
}
END_TEST

START_TEST(rebuild_that_is_not_published_vanishes)
{
	struct catalog *c = NULL;
	OW_AUTO(catalog_close) struct catalog *old = NULL;
	int fd;
	const char *dir = scratch(&fd);

	ck_ok(rows_rebuild(dir, 3, &err));
	put_file(fd, "catalog.new", "left by a killed one", 20);
	ck_ok(catalog_open(dir, CATALOG_REBUILD, &c, &err));
	ck_ok(rows_put(c, 0, 9, &err));
	catalog_close(c);
	ck_assert_int_ne(faccessat(fd, "catalog.new", F_OK, 0), 0);
	ck_ok(catalog_open(dir, CATALOG_READ, &old, &err));
	ck_assert_uint_eq(count(old), 3);
}
END_TEST

START_TEST(attack_H19_rebuilt_catalog_lists_the_same)
{
	OW_AUTO(buf_done) struct buf a = {0};
	OW_AUTO(buf_done) struct buf b = {0};
	struct catalog *c = NULL;
	int fd;
	const char *dir = scratch(&fd);

	ck_ok(rows_rebuild(dir, 0, &err));
	ck_ok(catalog_open(dir, CATALOG_WRITE, &c, &err));
	for (uint64_t i = 40; i-- > 0;)
		ck_ok(rows_put(c, i, i + 1, &err));
	ck_ok(rows_text(c, &a, &err));
	catalog_close(c);
	ck_assert_int_eq(unlinkat(fd, "catalog.db", 0), 0);
	ck_ok(rows_rebuild(dir, 40, &err));
	ck_ok(catalog_open(dir, CATALOG_READ, &c, &err));
	ck_ok(rows_text(c, &b, &err));
	ck_assert_str_eq(buf_str(&a), buf_str(&b));
	catalog_close(c);
}
END_TEST

START_TEST(changes_need_a_transaction_and_can_be_undone)
{
	OW_AUTO(catalog_close) struct catalog *c = memory(3);
	struct catalog *guard = NULL;
	const struct ow_id id = row_id(0, 0);

	ck_fails(row_put(c, 7, &err), OW_E_INTERNAL);
	ck_fails(catalog_remove_artifact(c, &id, &err), OW_E_INTERNAL);
	ck_fails(catalog_clear(c, &err), OW_E_INTERNAL);
	err = (struct ow_error){0};
	ck_ok(catalog_begin(c, &guard, &err));
	ck_ok(row_put(c, 7, &err));
	ck_assert_uint_eq(count(c), 4);
	catalog_rollback(guard);
	ck_assert_uint_eq(count(c), 3);
	ck_ok(catalog_begin(c, &guard, &err));
	ck_assert_int_eq(catalog_remove_artifact(c, &id, &err), 1);
	ck_assert_int_eq(catalog_remove_artifact(c, &id, &err), 0);
	ck_ok(catalog_commit(&guard, &err));
	ck_assert_ptr_null(guard);
	ck_assert_uint_eq(count(c), 2);
	ck_ok(catalog_check(c, &err));
}
END_TEST

START_TEST(a_reader_cannot_change)
{
	OW_AUTO(catalog_close) struct catalog *c = NULL;
	struct catalog *guard = NULL;
	const char *dir = scratch(NULL);

	ck_ok(rows_rebuild(dir, 3, &err));
	ck_ok(catalog_open(dir, CATALOG_READ, &c, &err));
	ck_assert_int_lt(catalog_begin(c, &guard, &err), 0);
	ck_assert_ptr_null(guard);
}
END_TEST

static int print_component(void *ctx, const struct catalog_component *p, struct ow_error *e)
{
	(void)e;
	buf_printf(ctx, "%s %s %llu %s\n", p->path, p->role, (unsigned long long)p->size,
		   p->licence);
	return 0;
}

START_TEST(components_by_path)
{
	OW_AUTO(catalog_close) struct catalog *c = memory(6);
	OW_AUTO(buf_done) struct buf text = {0};
	struct ow_id id = row_id(5, 0), shared = row_id(0, 99), own = row_id(5, 1);
	struct catalog *guard = NULL;
	uint64_t n;

	ck_ok(catalog_components(c, &id, print_component, &text, &err));
	ck_assert_str_eq(buf_str(&text), "LICENSE document 2000 MIT\n"
					 "model.gguf weights 1000 MIT\n"
					 "tokenizer.json document 3000 MIT\n");
	ck_ok(catalog_blob_used(c, &shared, &n, &err));
	ck_assert_uint_eq(n, 4); /* 1, 2, 4 and 5 */
	ck_ok(catalog_blob_used(c, &own, &n, &err));
	ck_assert_uint_eq(n, 1);
	ck_ok(catalog_begin(c, &guard, &err));
	ck_ok(catalog_remove_artifact(c, &id, &err));
	ck_ok(catalog_commit(&guard, &err));
	ck_ok(catalog_blob_used(c, &own, &n, &err));
	ck_assert_uint_eq(n, 0);
	ck_ok(catalog_blob_used(c, &shared, &n, &err));
	ck_assert_uint_eq(n, 3);
}
END_TEST

START_TEST(putting_again_replaces)
{
	OW_AUTO(catalog_close) struct catalog *c = memory(3);
	OW_AUTO(buf_done) struct buf text = {0};
	const struct catalog_component part = {
	    .path = "other", .role = "code", .blob = row_id(8, 8), .size = 5, .licence = ""};
	struct catalog_artifact a = {.id = row_id(2, 0),
				     .name = "n",
				     .version = "v",
				     .licence = "",
				     .upstream = "",
				     .model = ""};
	struct catalog *guard = NULL;

	ck_ok(catalog_begin(c, &guard, &err));
	ck_ok(catalog_put_artifact(c, &a, &part, 1, &err));
	ck_ok(catalog_commit(&guard, &err));
	ck_assert_uint_eq(count(c), 3);
	ck_ok(catalog_components(c, &a.id, print_component, &text, &err));
	ck_assert_str_eq(buf_str(&text), "other code 5 \n");
	buf_clear(&text);
	ck_assert_int_eq(catalog_get(c, &a.id, row_print, &text, &err), 1);
	ck_assert_ptr_nonnull(strstr(buf_str(&text), "n@v "));
	ck_assert_ptr_nonnull(strstr(buf_str(&text), " 0 5 1\n"));
	a.id = row_id(77, 0);
	ck_assert_int_eq(catalog_get(c, &a.id, row_print, &text, &err), 0);
	ck_ok(catalog_check(c, &err));
}
END_TEST

START_TEST(sizes_that_do_not_fit_are_refused)
{
	OW_AUTO(catalog_close) struct catalog *c = memory(1);
	struct catalog_component parts[2] = {
	    {.path = "a", .role = "code", .size = UINT64_MAX, .licence = ""},
	    {.path = "b", .role = "code", .size = 1, .licence = ""},
	};
	struct catalog_artifact a = {.id = row_id(2, 0),
				     .name = "n",
				     .version = "v",
				     .licence = "",
				     .upstream = "",
				     .model = ""};
	struct catalog *guard = NULL;

	ck_ok(catalog_begin(c, &guard, &err));
	ck_fails(catalog_put_artifact(c, &a, parts, 2, &err), OW_E_FORMAT);
	parts[0].size = INT64_MAX;
	ck_fails(catalog_put_artifact(c, &a, parts, 2, &err), OW_E_FORMAT);
	ck_ok(catalog_put_artifact(c, &a, parts, 1, &err));
	/* the same path twice */
	parts[1].path = "a";
	parts[0].size = 1;
	ck_fails(catalog_put_artifact(c, &a, parts, 2, &err), OW_E_INTEGRITY);
	catalog_rollback(guard);
	ck_assert_uint_eq(count(c), 1);
}
END_TEST

static int print_note(void *ctx, const struct catalog_note *n, struct ow_error *e)
{
	char hex[OW_ID_HEX];

	(void)e;
	buf_printf(ctx, "%s %.2s %llu\n", n->kind, ow_id_hex(&n->record, hex),
		   (unsigned long long)n->time);
	return 0;
}

START_TEST(notes_by_time)
{
	OW_AUTO(catalog_close) struct catalog *c = memory(0);
	OW_AUTO(buf_done) struct buf text = {0};
	const struct ow_id about = row_id(1, 0);
	struct catalog_note n = {
	    .record = {{3}}, .kind = "promotion", .artifact = about, .time = 9};
	struct catalog *guard = NULL;

	ck_ok(catalog_begin(c, &guard, &err));
	ck_ok(catalog_put_note(c, &n, &err));
	n = (struct catalog_note){
	    .record = {{2}}, .kind = "approval", .artifact = about, .time = 9};
	ck_ok(catalog_put_note(c, &n, &err));
	n = (struct catalog_note){
	    .record = {{1}}, .kind = "golden", .artifact = row_id(2, 0), .time = 4};
	ck_ok(catalog_put_note(c, &n, &err));
	ck_ok(catalog_put_note(c, &n, &err));
	ck_ok(catalog_commit(&guard, &err));
	ck_ok(catalog_notes(c, &about, print_note, &text, &err));
	ck_assert_str_eq(buf_str(&text), "approval 02 9\npromotion 03 9\n");
	buf_clear(&text);
	ck_ok(catalog_notes(c, NULL, print_note, &text, &err));
	ck_assert_str_eq(buf_str(&text), "golden 01 4\napproval 02 9\npromotion 03 9\n");
	ck_ok(catalog_begin(c, &guard, &err));
	ck_assert_int_eq(catalog_remove_note(c, &n.record, &err), 1);
	ck_assert_int_eq(catalog_remove_note(c, &n.record, &err), 0);
	ck_ok(catalog_clear(c, &err));
	ck_ok(catalog_commit(&guard, &err));
}
END_TEST

SUITE_MAIN("catalog/catalog", rebuild_then_read, rebuild_that_is_not_published_vanishes,
	   attack_H19_rebuilt_catalog_lists_the_same, changes_need_a_transaction_and_can_be_undone,
	   a_reader_cannot_change, components_by_path, putting_again_replaces,
	   sizes_that_do_not_fit_are_refused, notes_by_time)
