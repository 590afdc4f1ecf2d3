/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/docs.h"
#include "unit/store/kit.h"

static struct ow_view view(const char *s)
{
	return (struct ow_view){.p = (const uint8_t *)s, .n = strlen(s)};
}

static const char *doc_path(const struct ow_id *id, const char *suffix)
{
	static char at[200];
	char hex[OW_ID_HEX];

	(void)ow_id_hex(id, hex);
	(void)snprintf(at, sizeof at, "s/zones/research/records/%.2s/%s%s", hex, hex, suffix);
	return at;
}

START_TEST(put_then_read)
{
	const struct ow_view sigs[] = {view("first"), view("second")};
	OW_AUTO(docs_sigs_done) struct docs_sigs got = {0};
	OW_AUTO(buf_done) struct buf b = {0};
	struct docs *d;
	struct stat st;
	struct ow_id id;

	kit_begin(OW_CLASS_RESEARCH);
	d = zone_records(zone);
	ck_assert_int_eq(docs_put(d, view("record"), sigs, 2, &id, &err), 1);
	ck_ok(zone_sync(zone, &err));
	ck_assert_int_eq(docs_has(d, &id, &err), 1);
	ck_assert_int_eq(docs_read(d, &id, &b, &err), 1);
	ck_assert_str_eq(buf_str(&b), "record");
	ck_ok(docs_sigs(d, &id, &got, &err));
	ck_assert_uint_eq(got.n, 2);
	ck_assert_str_eq(buf_str(&got.at[1]), "second");
	ck_assert_int_eq(fstatat(root, doc_path(&id, ".cbr"), &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0444);
	id.b[5] ^= 1;
	ck_assert_int_eq(docs_read(d, &id, &b, &err), 0);
	ck_assert_int_eq(docs_has(d, &id, &err), 0);
	kit_end();
}
END_TEST

START_TEST(putting_again_adds_only_what_is_missing)
{
	const struct ow_view sigs[] = {view("first"), view("second"), view("third")};
	struct docs_sigs got = {0};
	struct docs *d;
	struct ow_id id;

	kit_begin(OW_CLASS_RESEARCH);
	d = zone_records(zone);
	ck_assert_int_eq(docs_put(d, view("record"), sigs, 1, &id, &err), 1);
	ck_assert_int_eq(docs_put(d, view("record"), sigs, 1, &id, &err), 0);
	ck_assert_int_eq(docs_put(d, view("record"), NULL, 0, &id, &err), 0);
	ck_assert_int_eq(docs_put(d, view("record"), sigs + 1, 2, &id, &err), 1);
	ck_assert_int_eq(docs_put(d, view("record"), sigs, 3, &id, &err), 0);
	ck_ok(docs_sigs(d, &id, &got, &err));
	ck_assert_uint_eq(got.n, 3);
	ck_assert_str_eq(buf_str(&got.at[0]), "first");
	docs_sigs_done(&got);
	kit_end();
}
END_TEST

START_TEST(limits_hold)
{
	static uint8_t big[DOCUMENT_MAX];
	struct ow_view sigs[SIGNATURES_MAX + 1], huge = {.p = big, .n = SIGNATURE_FILE_MAX + 1};
	char text[SIGNATURES_MAX + 1][8];
	struct docs *d;
	struct ow_id id;

	kit_begin(OW_CLASS_RESEARCH);
	d = zone_records(zone);
	for (size_t i = 0; i <= SIGNATURES_MAX; i++) {
		(void)snprintf(text[i], sizeof text[i], "s%zu", i);
		sigs[i] = view(text[i]);
	}
	ck_fails(docs_put(d, view("r"), sigs, SIGNATURES_MAX + 1, &id, &err), OW_E_FORMAT);
	ck_assert_int_eq(docs_put(d, view("r"), sigs, SIGNATURES_MAX, &id, &err), 1);
	ck_fails(docs_put(d, view("r"), sigs + SIGNATURES_MAX, 1, &id, &err), OW_E_FORMAT);
	ck_fails(docs_put(d, view("r"), &huge, 1, &id, &err), OW_E_FORMAT);
	huge.n = SIGNATURE_FILE_MAX;
	ck_assert_int_eq(docs_put(d, view("other"), &huge, 1, &id, &err), 1);
	ck_fails(docs_put(d, (struct ow_view){.p = big}, NULL, 0, &id, &err), OW_E_FORMAT);
	kit_end();
}
END_TEST

START_TEST(attack_H22_damaged_record_is_never_read_and_is_healed)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct docs *d;
	struct ow_id id;

	kit_begin(OW_CLASS_RESEARCH);
	d = zone_records(zone);
	ck_ok(docs_put(d, view("record"), NULL, 0, &id, &err));
	ck_assert_int_eq(fchmodat(root, doc_path(&id, ".cbr"), 0644, 0), 0);
	put_file(root, doc_path(&id, ".cbr"), "recore", 6);
	ck_fails(docs_read(d, &id, &b, &err), OW_E_INTEGRITY);
	put_file(root, doc_path(&id, ".cbr"), "", 0);
	ck_fails(docs_read(d, &id, &b, &err), OW_E_INTEGRITY);
	ck_assert_int_eq(docs_put(d, view("record"), NULL, 0, &id, &err), 1);
	ck_assert_int_eq(docs_read(d, &id, &b, &err), 1);
	ck_assert_str_eq(buf_str(&b), "record");
	kit_end();
}
END_TEST

START_TEST(removed_with_its_signatures)
{
	const struct ow_view sigs[] = {view("first"), view("second")};
	struct docs_sigs got = {0};
	struct docs *d;
	struct ow_id id;

	kit_begin(OW_CLASS_RESEARCH);
	d = zone_records(zone);
	ck_ok(docs_put(d, view("record"), sigs, 2, &id, &err));
	ck_assert_int_eq(docs_remove(d, &id, &err), 1);
	ck_assert_int_eq(docs_remove(d, &id, &err), 0);
	ck_ok(docs_sigs(d, &id, &got, &err));
	ck_assert_uint_eq(got.n, 0);
	ck_ok(zone_sync(zone, &err));
	kit_end();
}
END_TEST

START_TEST(manifests_lie_flat_at_the_root)
{
	const struct ow_view sig = view("signature");
	OW_AUTO(buf_done) struct buf b = {0};
	struct docs *d;
	struct ow_id id;
	char at[120], hex[OW_ID_HEX];

	kit_begin(OW_CLASS_RESEARCH);
	d = store_manifests(store);
	ck_assert_int_eq(docs_put(d, view("manifest"), &sig, 1, &id, &err), 1);
	ck_ok(docs_sync(d, &err));
	(void)snprintf(at, sizeof at, "s/manifests/%s.S01", ow_id_hex(&id, hex));
	ck_assert_int_eq(faccessat(root, at, F_OK, 0), 0);
	ck_assert_int_eq(docs_read(d, &id, &b, &err), 1);
	kit_end();
}
END_TEST

static int no_document(void *ctx, const struct ow_id *id, struct ow_error *e)
{
	(void)ctx;
	(void)id;
	return err_set(e, OW_E_INTERNAL, "a document");
}

START_TEST(governance_lies_flat_at_the_root_and_is_made_where_it_is_missing)
{
	OW_AUTO(store_close) struct store *reader = NULL;
	OW_AUTO(buf_done) struct buf b = {0};
	struct docs *d;
	struct ow_id id;
	char at[120], hex[OW_ID_HEX], path[100];

	kit_begin(OW_CLASS_RESEARCH);
	(void)snprintf(path, sizeof path, "%s", store_path(store));
	zone_close(STEAL(zone));
	store_close(STEAL(store));
	ck_assert_int_eq(unlinkat(root, "s/governance", AT_REMOVEDIR), 0);
	ck_ok(store_open(path, STORE_READ, "ls", &reader, &err));
	ck_ok(docs_walk(store_governance(reader), no_document, NULL, NULL, &err));
	ck_ok(store_open(path, STORE_WRITE, "fact", &store, &err));
	d = store_governance(store);
	ck_assert_int_eq(docs_put(d, view("statement"), NULL, 0, &id, &err), 1);
	ck_ok(docs_sync(d, &err));
	(void)snprintf(at, sizeof at, "s/governance/%s.cbr", ow_id_hex(&id, hex));
	ck_assert_int_eq(faccessat(root, at, F_OK, 0), 0);
	ck_assert_int_eq(docs_read(d, &id, &b, &err), 1);
	kit_end();
}
END_TEST

struct seen {
	struct ow_id last;
	unsigned n, n_strays;
	char stray[400];
	bool remove;
};

static int see(void *ctx, const struct ow_id *id, struct ow_error *e)
{
	struct seen *s = ctx;

	ck_assert(s->n == 0 || ow_id_order(&s->last, id) < 0);
	s->last = *id;
	s->n++;
	return s->remove ? docs_remove(zone_records(zone), id, e) : 0;
}

static int stray(void *ctx, const char *path, const char *why, struct ow_error *e)
{
	struct seen *s = ctx;
	size_t n = strlen(s->stray);

	(void)e;
	(void)snprintf(s->stray + n, sizeof s->stray - n, "%.14s…%s: %s\n", path,
		       path + strlen(path) - 4, why);
	s->n_strays++;
	return 0;
}

START_TEST(walk_in_order_and_name_strays)
{
	const struct ow_view sig = view("signature");
	struct seen seen = {0};
	struct docs *d;
	struct ow_id id;
	char text[8];

	kit_begin(OW_CLASS_RESEARCH);
	d = zone_records(zone);
	for (int i = 0; i < 300; i++) {
		(void)snprintf(text, sizeof text, "r%d", i);
		ck_ok(docs_put(d, view(text), &sig, (size_t)i % 2, &id, &err));
	}
	ck_ok(docs_walk(d, see, stray, &seen, &err));
	ck_assert_uint_eq(seen.n, 300);
	ck_assert_uint_eq(seen.n_strays, 0);

	/* a signature whose document is gone, and a name that is neither */
	ck_ok(docs_put(d, view("record"), &sig, 1, &id, &err)); /* 4acec6d6… */
	ck_assert_int_eq(unlinkat(root, doc_path(&id, ".cbr"), 0), 0);
	put_file(root, doc_path(&id, ".S17"), "x", 1);
	seen = (struct seen){.remove = true};
	ck_ok(docs_walk(d, see, stray, &seen, &err));
	ck_assert_uint_eq(seen.n, 300);
	ck_assert_uint_eq(seen.n_strays, 2);
	ck_assert_ptr_nonnull(strstr(seen.stray, ".S01: signature of no document\n"));
	ck_assert_ptr_nonnull(strstr(seen.stray, ".S17: neither document nor signature\n"));
	seen = (struct seen){0};
	ck_ok(docs_walk(d, see, NULL, &seen, &err));
	ck_assert_uint_eq(seen.n, 0);
	kit_end();
}
END_TEST

START_TEST(tidying_removes_signatures_of_no_document_and_nothing_else)
{
	const struct ow_view sig = view("signature");
	struct seen seen = {0};
	struct docs *d;
	struct ow_id id;

	kit_begin(OW_CLASS_RESEARCH);
	d = zone_records(zone);
	ck_ok(docs_put(d, view("whole"), &sig, 1, &id, &err));
	ck_ok(docs_put(d, view("unsigned"), NULL, 0, &id, &err));
	ck_ok(docs_put(d, view("record"), &sig, 1, &id, &err));
	ck_assert_int_eq(unlinkat(root, doc_path(&id, ".cbr"), 0), 0);
	ck_ok(docs_tidy(d, &err));
	ck_ok(docs_walk(d, see, stray, &seen, &err));
	ck_assert_uint_eq(seen.n, 2);
	ck_assert_uint_eq(seen.n_strays, 0);
	ck_assert_int_eq(faccessat(root, doc_path(&id, ".S01"), F_OK, 0), -1);
	ck_ok(docs_tidy(d, &err));
	kit_end();
}
END_TEST

SUITE_MAIN("store/docs", put_then_read, putting_again_adds_only_what_is_missing, limits_hold,
	   attack_H22_damaged_record_is_never_read_and_is_healed, removed_with_its_signatures,
	   manifests_lie_flat_at_the_root,
	   governance_lies_flat_at_the_root_and_is_made_where_it_is_missing,
	   walk_in_order_and_name_strays,
	   tidying_removes_signatures_of_no_document_and_nothing_else)
