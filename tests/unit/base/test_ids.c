/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/ids.h"
#include "base/mem.h"
#include "support/support.h"

static struct ow_id numbered(size_t n)
{
	struct ow_id id = {0};

	id.b[0] = (unsigned char)n;
	id.b[31] = (unsigned char)(n >> 8);
	return id;
}

START_TEST(a_list_has_what_was_added_in_order)
{
	OW_AUTO(ids_done) struct ids l = {0};
	struct ow_error err = {0};
	struct ow_id id = numbered(0);

	ck_assert(!ids_have(&l, &id));
	for (size_t i = 0; i < 1000; i++) {
		id = numbered(i);
		ck_assert(!ids_have(&l, &id));
		ck_assert_int_eq(ids_add(&l, &id, &err), 0);
		ck_assert(ids_have(&l, &id));
	}
	ck_assert_uint_eq(l.n, 1000);
	for (size_t i = 0; i < l.n; i++) {
		id = numbered(i);
		ck_assert(ow_id_equal(&l.at[i], &id));
	}
}
END_TEST

START_TEST(without_memory_a_list_stays_as_it_was)
{
	OW_AUTO(ids_done) struct ids l = {0};
	struct ow_error err = {0};
	const struct ow_id id = numbered(7);

	(void)mem_fail_at(1);
	ck_assert_int_eq(ids_add(&l, &id, &err), OW_E_IO);
	(void)mem_fail_at(0);
	ck_assert_uint_eq(l.n, 0);
	ck_assert_int_eq(ids_add(&l, &id, &err), 0);
	ck_assert_uint_eq(l.n, 1);
}
END_TEST

SUITE_MAIN("base/ids", a_list_has_what_was_added_in_order, without_memory_a_list_stays_as_it_was)
