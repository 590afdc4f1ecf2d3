/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What must hold for every case to the byte, over 10,000 that are made up (policy_P3, policy_P4, policy_P6).
 */
#include <stdio.h>
#include <string.h>

#include "support/policy.h"
#include "support/support.h"

enum {
	N = 10000,
	FIRST = 4242
};

/* ---- 3 and 6 ------------------------------------------------------------------------------------------ */

static void check_same(const struct trial *a, const struct trial *b)
{
	OW_AUTO(buf_done) struct buf x = {0};
	OW_AUTO(buf_done) struct buf y = {0};

	trial_dump(a, &x);
	trial_dump(b, &y);
	ck_assert_str_eq(buf_str(&x), buf_str(&y));
}

START_TEST(policy_P3_the_same_case_gives_the_same_bytes)
{
	for (uint64_t i = 0; i < N; i++) {
		OW_AUTO(trial_done) struct trial a = {0};
		OW_AUTO(trial_done) struct trial b = {0};

		trial_made(&a, FIRST + i);
		trial_made(&b, FIRST + i);
		check_same(&a, &b);
	}
}
END_TEST

START_TEST(policy_P6_order_changes_nothing)
{
	for (uint64_t i = 0; i < N; i++) {
		OW_AUTO(trial_done) struct trial a = {0};
		OW_AUTO(trial_done) struct trial b = {0};
		uint64_t seed = i;

		trial_made(&a, FIRST + i);
		trial_make(&b, FIRST + i);
		for (size_t k = 0; k < b.c.n_items; k++)
			shuffle(b.c.items[k].edges, b.c.items[k].n_edges, sizeof(struct edge),
				&seed);
		shuffle(b.c.items, b.c.n_items, sizeof(struct item), &seed);
		shuffle(b.c.relations, b.c.n_relations, sizeof(struct relation), &seed);
		shuffle(b.c.unmet_marks, b.c.n_unmet_marks, sizeof(struct duty_mark), &seed);
		trial_decide(&b);
		check_same(&a, &b);
	}
}
END_TEST

/* ---- 4 ------------------------------------------------------------------------------------------------ */

START_TEST(policy_P4_one_other_digit_is_not_approved)
{
	size_t n = 0;

	for (uint64_t i = 0; i < N; i++) {
		OW_AUTO(trial_done) struct trial t = {0};
		struct approval a = {.id = "A1",
				     .klass = OW_CLASSES,
				     .form = FORM_HOSTED + 1,
				     .valid_until = UINT64_MAX};
		char text[OW_ID_TEXT];
		size_t at = 7 + i % 64;

		trial_make(&t, FIRST + i);
		if (!t.c.items[0].has_digest)
			continue;
		(void)ow_id_text(&t.c.items[0].digest, text);
		a.covers = (struct texts){t.c.n_items, trial_room(&t, t.c.n_items, sizeof(char *))};
		for (size_t k = 0; k < t.c.n_items; k++)
			a.covers.at[k] = k == 0 ? text : t.c.items[k].id;
		t.c.approvals = &a;
		t.c.n_approvals = 1;
		t.c.approvals_scope = SCOPE_LIST;
		trial_decide(&t);
		ck_assert(!trial_has_rule(&t, "X-APPROVAL"));
		text[at] = text[at] == '0' ? '1' : '0';
		trial_decide(&t);
		ck_assert(trial_has_rule(&t, "X-APPROVAL"));
		ck_assert_int_eq(t.d.verdict, OW_BLOCK);
		n++;
	}
	ck_assert_uint_gt(n, N / 2);
}
END_TEST

SUITE_MAIN("policy/bytes", policy_P3_the_same_case_gives_the_same_bytes,
	   policy_P4_one_other_digit_is_not_approved, policy_P6_order_changes_nothing)
