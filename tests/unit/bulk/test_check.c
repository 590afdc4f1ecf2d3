/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "bulk/check.h"
#include "support/support.h"

enum {
	N_FILES = 3,
	ITEMS_MAX = 64
};

/* Files of random bytes and the items that cover them. */
struct sample {
	int dir, fd[N_FILES];
	uint8_t *p[N_FILES];
	struct check_item items[ITEMS_MAX];
	size_t n;
};

static const size_t sizes[N_FILES] = {9 * 1024 * 1024 + 77, 1, 3 * 1024 * 1024 + 4096};

static void sample_make(struct sample *s)
{
	static const size_t lens[] = {12320, 1 << 20, 4 << 20, 100, 333333};
	uint64_t seed = 21;

	(void)scratch(&s->dir);
	s->n = 0;
	for (uint32_t f = 0; f < N_FILES; f++) {
		char name[8];

		(void)snprintf(name, sizeof name, "f%u", f);
		s->p[f] = malloc(sizes[f]);
		ck_assert_ptr_nonnull(s->p[f]);
		rnd_fill(&seed, s->p[f], sizes[f]);
		put_file(s->dir, name, s->p[f], sizes[f]);
		s->fd[f] = openat(s->dir, name, O_RDWR | O_CLOEXEC);
		ck_assert_int_ge(s->fd[f], 0);
		ck_assert_int_eq(fsync(s->fd[f]), 0);
		for (uint64_t off = 0; off < sizes[f];) {
			struct check_item *i = &s->items[s->n];
			struct ow_error err;

			i->fd = s->fd[f];
			i->off = off;
			i->len = (uint32_t)(lens[s->n % 5] < sizes[f] - off ? lens[s->n % 5]
									    : sizes[f] - off);
			i->file = f;
			ck_ok(digest_bytes(s->p[f] + off, i->len, &i->want, &err));
			off += i->len;
			ck_assert_uint_lt(++s->n, ITEMS_MAX);
		}
	}
}

static void sample_drop(struct sample *s)
{
	for (int f = 0; f < N_FILES; f++) {
		free(s->p[f]);
		(void)close(s->fd[f]);
	}
}

/* What was said to be wrong. */
struct seen {
	const struct check_item *items;
	unsigned bad[ITEMS_MAX], n;
	enum ow_code why;
	char text[200];
};

static void see(void *ctx, const struct check_item *item, const struct ow_id *got,
		const struct ow_error *why)
{
	struct seen *s = ctx;

	ck_assert((got == NULL) == (why != NULL));
	s->bad[item - s->items]++;
	s->n++;
	if (why != NULL) {
		s->why = why->code;
		(void)snprintf(s->text, sizeof s->text, "%.199s", why->text);
	}
}

static const enum check_how hows[] = {CHECK_CACHED, CHECK_MEDIUM};

START_TEST(right_files_have_nothing_wrong)
{
	struct sample s;
	struct ow_error err;

	sample_make(&s);
	for (int how = 0; how < 2; how++) {
		for (unsigned threads = 0; threads <= 5; threads++) {
			struct seen seen = {.items = s.items};
			int64_t r;

			ck_ok(r = check_run(s.items, s.n, threads, hows[how], "check", NULL, see,
					    &seen, &err));
			ck_assert_int_eq(r, 0);
			ck_assert_uint_eq(seen.n, 0);
		}
	}
	sample_drop(&s);
}
END_TEST

START_TEST(nothing_to_check_is_fine)
{
	struct seen seen = {0};
	struct ow_error err;

	for (int how = 0; how < 2; how++)
		ck_ok(check_run(NULL, 0, 2, hows[how], "check", NULL, see, &seen, &err));
}
END_TEST

START_TEST(each_damaged_chunk_is_told_once)
{
	struct sample s;
	struct ow_error err;

	sample_make(&s);
	for (size_t i = 0; i < s.n; i++) {
		const struct check_item *item = &s.items[i];
		uint8_t *at = &s.p[item->file][item->off + item->len - 1];
		uint8_t flipped = *at ^ 0x10;
		struct seen seen = {.items = s.items};
		int64_t r;

		ck_assert_int_eq(pwrite(item->fd, &flipped, 1, (off_t)(item->off + item->len - 1)),
				 1);
		ck_ok(r = check_run(s.items, s.n, 2, hows[i % 2], "check", NULL, see, &seen, &err));
		ck_assert_int_eq(r, 1);
		ck_assert_uint_eq(seen.bad[i], 1);
		ck_assert_int_eq(seen.why, OW_OK);
		ck_assert_int_eq(pwrite(item->fd, at, 1, (off_t)(item->off + item->len - 1)), 1);
	}
	sample_drop(&s);
}
END_TEST

START_TEST(attack_D04_a_short_file_is_told_and_the_rest_goes_on)
{
	static const off_t cuts[] = {0, 1, 4096, 12320, 5000001, 9 * 1024 * 1024 + 76};
	struct sample s;
	struct ow_error err;

	sample_make(&s);
	for (size_t c = 0; c < 12; c++) {
		off_t size = cuts[c / 2];
		struct seen seen = {.items = s.items};
		int64_t r;

		ck_assert_int_eq(ftruncate(s.fd[0], size), 0);
		ck_ok(r = check_run(s.items, s.n, 2, hows[c % 2], "check", NULL, see, &seen, &err));
		for (size_t i = 0; i < s.n; i++) {
			bool cut = s.items[i].file == 0 &&
				   s.items[i].off + s.items[i].len > (uint64_t)size;

			ck_assert_uint_eq(seen.bad[i], cut);
			r -= cut;
		}
		ck_assert_int_eq(r, 0);
		ck_assert_int_eq(seen.why, OW_E_INTEGRITY);
		ck_assert_ptr_nonnull(strstr(seen.text, "ends at byte "));
		ck_assert_int_eq(pwrite(s.fd[0], s.p[0], sizes[0], 0), (ssize_t)sizes[0]);
		ck_assert_int_eq(fsync(s.fd[0]), 0);
	}
	sample_drop(&s);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_told_and_the_rest_goes_on)
{
	struct sample s;
	struct ow_error err;

	sample_make(&s);
	for (int how = 0; how < 2; how++) {
		struct seen seen = {.items = s.items};
		int64_t r;

		for (size_t i = 0; i < s.n; i++) {
			if (s.items[i].file == 1)
				s.items[i].fd = -1;
		}
		ck_ok(r = check_run(s.items, s.n, 2, hows[how], "check", NULL, see, &seen, &err));
		ck_assert_int_eq(r, 1);
		ck_assert_int_eq(seen.why, OW_E_IO);
	}
	sample_drop(&s);
}
END_TEST

/* One fault at the second read of this process; the plan is read once. */
static void with_fault(const char *fault, enum check_how how, int64_t n_bad)
{
#ifdef OW_FAULTS
	struct sample s;
	struct ow_error err = {0};
	struct seen seen = {.items = s.items};

	ck_assert_int_eq(setenv("OWSTORE_FAULT", fault, 1), 0);
	sample_make(&s);
	ck_assert_int_eq(check_run(s.items, s.n, 2, how, "check", NULL, see, &seen, &err), n_bad);
	ck_assert_int_eq(seen.why, n_bad == 0 ? OW_OK : OW_E_IO);
	sample_drop(&s);
#else
	(void)fault, (void)how, (void)n_bad;
#endif
}

START_TEST(attack_H10_a_failing_read_costs_its_chunk_alone)
{
	with_fault("read:2:eio", CHECK_CACHED, 1);
}
END_TEST

START_TEST(attack_H10_a_failing_read_of_the_medium_costs_its_chunk_alone)
{
	with_fault("read:2:eio", CHECK_MEDIUM, 1);
}
END_TEST

START_TEST(attack_H06_short_read)
{
	with_fault("read:2:short", CHECK_CACHED, 0);
}
END_TEST

START_TEST(attack_H06_short_read_of_the_medium)
{
	with_fault("read:2:short", CHECK_MEDIUM, 0);
}
END_TEST

START_TEST(attack_H06_interrupted_read)
{
	with_fault("read:2:eintr", CHECK_MEDIUM, 0);
}
END_TEST

/* ---- events
 * ----------------------------------------------------------------------------------------- */

struct watched {
	uint64_t last;
	unsigned calls, stop_after;
	bool inside;
};

static void watch(void *ctx, const struct ow_progress *p)
{
	struct watched *w = ctx;

	ck_assert(!w->inside);
	w->inside = true;
	ck_assert_uint_ge(p->done, w->last);
	ck_assert_str_eq(p->phase, "reading back");
	w->last = p->done;
	w->calls++;
	w->inside = false;
}

static bool stop(void *ctx)
{
	struct watched *w = ctx;

	return w->stop_after != 0 && --w->stop_after == 0;
}

START_TEST(progress_counts_to_the_total)
{
	struct watched w = {0};
	const struct ow_events events = {.ctx = &w, .progress = watch, .should_stop = stop};
	struct sample s;
	struct ow_error err;
	struct seen seen = {.items = s.items};

	sample_make(&s);
	ck_ok(check_run(s.items, s.n, 2, CHECK_CACHED, "reading back", &events, see, &seen, &err));
	ck_assert_uint_eq(w.last, sizes[0] + sizes[1] + sizes[2]);
	ck_assert_uint_ge(w.calls, 2);
	sample_drop(&s);
}
END_TEST

START_TEST(stopping_ends_the_check_as_failed)
{
	struct watched w = {.stop_after = 3};
	const struct ow_events events = {.ctx = &w, .progress = watch, .should_stop = stop};
	struct sample s;
	struct ow_error err;
	struct seen seen = {.items = s.items};

	sample_make(&s);
	ck_fails(
	    check_run(s.items, s.n, 2, CHECK_MEDIUM, "reading back", &events, see, &seen, &err),
	    OW_E_IO);
	ck_assert_int_eq(err.sys, ECANCELED);
	ck_assert_uint_eq(seen.n, 0);
	sample_drop(&s);
}
END_TEST

START_TEST(descriptors_are_left_as_they_were)
{
	struct sample s;
	struct ow_error err;
	struct seen seen = {.items = s.items};

	sample_make(&s);
	ck_ok(check_run(s.items, s.n, 2, CHECK_MEDIUM, "check", NULL, see, &seen, &err));
	for (int f = 0; f < N_FILES; f++)
		ck_assert_int_eq(fcntl(s.fd[f], F_GETFL) & O_DIRECT, 0);
	sample_drop(&s);
}
END_TEST

START_TEST(each_failed_allocation_is_an_error)
{
	struct sample s;
	struct ow_error err;
	struct seen seen = {.items = s.items};
	unsigned long nth;

	sample_make(&s);
	for (nth = 1;; nth++) {
		int64_t r;

		err = (struct ow_error){0};
		(void)mem_fail_at(nth);
		r = check_run(s.items, s.n, 2, CHECK_MEDIUM, "check", NULL, see, &seen, &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
	ck_assert_uint_gt(nth, 2);
	sample_drop(&s);
}
END_TEST

SUITE_MAIN("bulk/check", right_files_have_nothing_wrong, nothing_to_check_is_fine,
	   each_damaged_chunk_is_told_once, attack_D04_a_short_file_is_told_and_the_rest_goes_on,
	   a_file_that_cannot_be_read_is_told_and_the_rest_goes_on,
	   attack_H10_a_failing_read_costs_its_chunk_alone,
	   attack_H10_a_failing_read_of_the_medium_costs_its_chunk_alone, attack_H06_short_read,
	   attack_H06_short_read_of_the_medium, attack_H06_interrupted_read,
	   progress_counts_to_the_total, stopping_ends_the_check_as_failed,
	   descriptors_are_left_as_they_were, each_failed_allocation_is_an_error)
