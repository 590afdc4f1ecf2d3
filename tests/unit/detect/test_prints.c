/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "makers.h"

static bool has(const struct prints *p, const char *id)
{
	for (size_t i = 0; i < p->n; i++) {
		for (size_t k = 0; k < p->at[i].n_ids; k++) {
			const struct ow_view *v = &p->at[i].ids[k];

			if (v->n == strlen(id) && memcmp(v->p, id, v->n) == 0)
				return true;
		}
	}
	return false;
}

START_TEST(the_embedded_ones_are_sound)
{
	struct prints p = {0};
	struct ow_error err = {0};

	ck_ok(prints_read(fingerprints, fingerprints_size, &p, &err));
	ck_assert_uint_gt(p.n, 90);
	ck_assert(has(&p, "Apache-2.0") && has(&p, "MIT") && has(&p, "GPL-2.0-only"));
	ck_assert(has(&p, "GPL-2.0-or-later") && has(&p, "LicenseRef-llama-3.1") &&
		  !has(&p, "GPL-1.0-only"));
	for (size_t i = 0; i < p.n; i++) {
		ck_assert_uint_ge(p.at[i].n, 40);
		ck_assert_uint_gt(p.at[i].n_required, 0);
		ck_assert_uint_le(p.at[i].n_required, p.at[i].n);
		for (size_t k = 0; k < p.at[i].n_ids; k++)
			ck_assert_uint_lt(p.at[i].ids[k].n, DETECT_ID_MAX);
	}
	prints_done(&p);
}
END_TEST

static void make_file(struct buf *b)
{
	struct buf text = {0};

	buf_text(&text, "You may go as far as you want.");
	begin_prints(b, 2);
	add_print(b, "LicenseRef-a", NULL, PRINT_MODEL, &text);
	add_print(b, "LicenseRef-b", "LicenseRef-c", PRINT_GENERAL, &text);
	buf_done(&text);
}

/* Refused, or read without a byte too far. */
static bool sound(void *ctx, const uint8_t *p, size_t n)
{
	struct prints list = {0};
	struct ow_error err = {0};
	const bool *may_pass = ctx;
	int r = prints_read(p, n, &list, &err);

	for (size_t i = 0; r == 0 && i < list.n; i++) {
		for (size_t k = 0; k < list.at[i].n; k++)
			ck_assert_uint_lt(print_flags(&list.at[i], k), 16);
	}
	prints_done(&list);
	return r == 0 ? *may_pass : err.code == OW_E_INTERNAL;
}

START_TEST(every_truncation_is_refused_and_no_flip_reads_too_far)
{
	struct buf b = {0};
	bool may_pass = false;
	struct prints list = {0};
	struct ow_error err = {0};

	make_file(&b);
	ck_ok(prints_read(b.p, b.n, &list, &err));
	ck_assert_uint_eq(list.n, 2);
	ck_assert_uint_eq(list.at[1].n_ids, 2);
	prints_done(&list);
	sweep_truncations(b.p, b.n, sound, &may_pass);
	may_pass = true;
	sweep_flips(b.p, b.n, sound, &may_pass);
	buf_done(&b);
}
END_TEST

SUITE_MAIN("detect/prints", the_embedded_ones_are_sound,
	   every_truncation_is_refused_and_no_flip_reads_too_far)
