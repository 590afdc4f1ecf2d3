/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "store/chunklist.h"
#include "unit/store/kit.h"

/* The list of a blob of n chunks of one MiB. */
static struct chunks list(uint8_t first, size_t n)
{
	struct chunks c = {.blob = {{first}}, .size = n * MIB, .n = n, .cap = n};

	c.at = mem_array(n, sizeof *c.at, &err);
	ck_assert_ptr_nonnull(c.at);
	for (size_t i = 0; i < n; i++)
		c.at[i] = (struct chunk){
		    .off = i * MIB, .len = (uint32_t)MIB, .id = {{first, (uint8_t)i}}};
	return c;
}

static const char *list_path(const struct ow_id *id)
{
	static char at[160];
	char hex[OW_ID_HEX];

	(void)ow_id_hex(id, hex);
	(void)snprintf(at, sizeof at, "s/zones/customer/chunks/%.2s/%s", hex, hex);
	return at;
}

START_TEST(put_then_get)
{
	OW_AUTO(chunks_done) struct chunks c = list(7, 6);
	OW_AUTO(chunks_done) struct chunks got = {0};
	struct stat st;

	kit_begin(OW_CLASS_CUSTOMER);
	ck_assert_int_eq(zone_chunks_get(zone, &c.blob, &got, &err), 0);
	ck_assert_int_eq(zone_chunks_put(zone, &c, &err), 1);
	ck_assert_int_eq(zone_chunks_put(zone, &c, &err), 0);
	ck_ok(zone_sync(zone, &err));
	ck_assert_int_eq(fstatat(root, list_path(&c.blob), &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0444);
	ck_assert_int_eq(zone_chunks_get(zone, &c.blob, &got, &err), 1);
	ck_assert_uint_eq(got.n, 6);
	ck_assert_uint_eq(got.size, 6 * MIB);
	ck_assert(ow_id_equal(&got.at[5].id, &c.at[5].id));
	ck_assert_int_eq(zone_chunks_remove(zone, &c.blob, &err), 1);
	ck_assert_int_eq(zone_chunks_remove(zone, &c.blob, &err), 0);
	kit_end();
}
END_TEST

START_TEST(attack_H22_damaged_or_swapped_list_is_refused_and_replaced)
{
	OW_AUTO(chunks_done) struct chunks a = list(7, 6);
	OW_AUTO(chunks_done) struct chunks b = list(9, 8);
	OW_AUTO(chunks_done) struct chunks got = {0};
	char to[160];

	kit_begin(OW_CLASS_CUSTOMER);
	ck_ok(zone_chunks_put(zone, &a, &err));
	ck_ok(zone_chunks_put(zone, &b, &err));
	(void)snprintf(to, sizeof to, "%s", list_path(&b.blob));
	ck_assert_int_eq(renameat(root, list_path(&a.blob), root, to), 0);
	ck_fails(zone_chunks_get(zone, &b.blob, &got, &err), OW_E_INTEGRITY);
	err = (struct ow_error){0};
	ck_assert_int_eq(zone_chunks_put(zone, &b, &err), 1);
	ck_assert_int_eq(zone_chunks_get(zone, &b.blob, &got, &err), 1);
	chunks_done(&got);
	got = (struct chunks){0};
	ck_assert_int_eq(fchmodat(root, to, 0644, 0), 0);
	put_file(root, to, "rubbish", 7);
	ck_fails(zone_chunks_get(zone, &b.blob, &got, &err), OW_E_FORMAT);
	err = (struct ow_error){0};
	ck_assert_int_eq(zone_chunks_put(zone, &b, &err), 1);
	kit_end();
}
END_TEST

static int see(void *ctx, const struct ow_id *id, struct ow_error *e)
{
	(void)e;
	*(unsigned *)ctx = *(unsigned *)ctx * 100 + id->b[0];
	return 0;
}

START_TEST(walk_in_order)
{
	OW_AUTO(chunks_done) struct chunks a = list(7, 6);
	OW_AUTO(chunks_done) struct chunks b = list(9, 8);
	unsigned seen = 0;

	kit_begin(OW_CLASS_CUSTOMER);
	ck_ok(zone_chunks_put(zone, &b, &err));
	ck_ok(zone_chunks_put(zone, &a, &err));
	put_file(root, "s/zones/customer/chunks/notes", "x", 1);
	ck_ok(zone_chunks_walk(zone, see, NULL, &seen, &err));
	ck_assert_uint_eq(seen, 709);
	kit_end();
}
END_TEST

SUITE_MAIN("store/chunklist", put_then_get,
	   attack_H22_damaged_or_swapped_list_is_refused_and_replaced, walk_in_order)
