/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "media/reader.h"
#include "os/fd.h"
#include "unit/media/kit.h"

enum {
	LARGE = 10 * 1024 * 1024 + 5, /* three chunks in two parts */
	FIRST_PART = 8 * 1024 * 1024,
	LONG = 5 * 1024 * 1024
};

/* What was told last, and how often. */
struct told {
	unsigned n;
	struct reader_fault last;
	struct ow_id got;
	char why[1000];
};

static void tell(void *ctx, const struct reader_fault *f)
{
	struct told *t = ctx;

	t->n++;
	t->last = *f;
	if (f->got != NULL)
		t->got = *f->got;
	(void)snprintf(t->why, sizeof t->why, "%s", f->why == NULL ? "" : f->why->text);
}

/* A folder with a blob in two parts, a short file, an empty one and a long one. */
struct sample {
	int dir;
	struct chunk chunks[3];
	struct media_item items[5];
};

static void make(struct sample *s)
{
	uint8_t *p = malloc(LARGE);
	uint64_t seed = 5;

	ck_assert_ptr_nonnull(p);
	rnd_fill(&seed, p, LARGE);
	(void)scratch(&s->dir);
	ck_assert_int_eq(mkdirat(s->dir, "DATA", 0755), 0);
	for (size_t i = 0; i < 3; i++) {
		uint64_t off = i * CHUNK_SIZE, len = i < 2 ? CHUNK_SIZE : LARGE - off;

		s->chunks[i] =
		    (struct chunk){.off = off, .len = (uint32_t)len, .id = sum(p + off, len)};
	}
	s->items[0] = (struct media_item){.path = "DATA/A.P001",
					  .size = FIRST_PART,
					  .chunks = s->chunks,
					  .n_chunks = 2,
					  .whole = LARGE};
	s->items[1] = (struct media_item){.path = "DATA/A.P002",
					  .size = LARGE - FIRST_PART,
					  .chunks = s->chunks + 2,
					  .n_chunks = 1,
					  .first = 2,
					  .off = FIRST_PART,
					  .whole = LARGE};
	s->items[2] = (struct media_item){.path = "README.TXT", .size = 7, .id = sum("read me", 7)};
	s->items[3] = (struct media_item){.path = "EMPTY.TXT", .size = 0, .id = sum("", 0)};
	s->items[4] = (struct media_item){.path = "LONG.TXT", .size = LONG, .id = sum(p, LONG)};
	put_file(s->dir, "DATA/A.P001", p, FIRST_PART);
	put_file(s->dir, "DATA/A.P002", p + FIRST_PART, LARGE - FIRST_PART);
	put_file(s->dir, "README.TXT", "read me", 7);
	put_file(s->dir, "EMPTY.TXT", "", 0);
	put_file(s->dir, "LONG.TXT", p, LONG);
	free(p);
}

static int64_t check(const struct sample *s, enum check_how how, struct told *t)
{
	int64_t n;

	*t = (struct told){0};
	err = (struct ow_error){0};
	n = reader_check(s->dir, s->items, 5, 2, how, "verifying", NULL, tell, t, &err);
	if (n < 0)
		ck_abort_msg("%s", err.text);
	ck_assert_int_eq(n, t->n);
	return n;
}

static void flip(int dir, const char *path, off_t off)
{
	int fd = openat(dir, path, O_RDWR | O_CLOEXEC);
	uint8_t b;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, &b, 1, off), 1);
	b ^= 1;
	ck_assert_int_eq(pwrite(fd, &b, 1, off), 1);
	(void)close(fd);
}

START_TEST(sound_files_give_no_fault)
{
	struct sample s;
	struct told t;

	make(&s);
	ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 0);
	ck_assert_int_eq(check(&s, CHECK_MEDIUM, &t), 0);
}
END_TEST

START_TEST(attack_D06_a_flip_is_located_in_file_and_chunk)
{
	struct sample s;
	struct told t;

	make(&s);
	flip(s.dir, "DATA/A.P001", CHUNK_SIZE + 9);
	ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 1);
	ck_assert_int_eq(t.last.kind, READER_DIGEST);
	ck_assert_uint_eq(t.last.item, 0);
	ck_assert_uint_eq(t.last.off, CHUNK_SIZE);
	ck_assert_uint_eq(t.last.len, CHUNK_SIZE);
	ck_assert_uint_eq(t.last.chunk, 1);
	ck_assert(!ow_id_equal(&t.got, &s.chunks[1].id));
	flip(s.dir, "DATA/A.P001", CHUNK_SIZE + 9);
	flip(s.dir, "DATA/A.P002", 0);
	ck_assert_int_eq(check(&s, CHECK_MEDIUM, &t), 1);
	ck_assert_uint_eq(t.last.item, 1);
	ck_assert_uint_eq(t.last.chunk, 2);
	ck_assert_uint_eq(t.last.off, 0);
	flip(s.dir, "README.TXT", 6);
	flip(s.dir, "LONG.TXT", LONG - 1);
	ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 3);
}
END_TEST

START_TEST(attack_D04_D05_other_sizes_are_refused_unread)
{
	static const off_t sizes[] = {0, 1, FIRST_PART - 1, FIRST_PART + 1};
	struct sample s;
	struct told t;

	make(&s);
	for (size_t i = 0; i < 4; i++) {
		int fd = openat(s.dir, "DATA/A.P001", O_RDWR | O_CLOEXEC);

		ck_assert_int_eq(ftruncate(fd, sizes[i]), 0);
		(void)close(fd);
		ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 1);
		ck_assert_int_eq(t.last.kind, READER_SIZE);
		ck_assert_uint_eq(t.last.size, (uint64_t)sizes[i]);
		ck_assert_uint_eq(t.last.len, FIRST_PART);
	}
}
END_TEST

START_TEST(attack_D11_a_huge_sparse_file_costs_nothing)
{
	struct sample s;
	struct told t;
	int fd;

	make(&s);
	fd = openat(s.dir, "README.TXT", O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(ftruncate(fd, 1ll << 40), 0);
	(void)close(fd);
	ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 1);
	ck_assert_int_eq(t.last.kind, READER_SIZE);
}
END_TEST

START_TEST(missing_files_are_told_and_the_rest_is_checked)
{
	struct sample s;
	struct told t;

	make(&s);
	ck_assert_int_eq(unlinkat(s.dir, "DATA/A.P002", 0), 0);
	ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 1);
	ck_assert_int_eq(t.last.kind, READER_MISSING);
	ck_assert_uint_eq(t.last.item, 1);
	flip(s.dir, "LONG.TXT", 0);
	ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 2);
}
END_TEST

static void make_link(int dir, const char *name)
{
	ck_assert_int_eq(symlinkat("DATA/A.P001", dir, name), 0);
}

static void make_fifo(int dir, const char *name)
{
	ck_assert_int_eq(mkfifoat(dir, name, 0644), 0);
}

static void make_folder(int dir, const char *name)
{
	ck_assert_int_eq(mkdirat(dir, name, 0755), 0);
}

static void make_second_name(int dir, const char *name)
{
	put_file(dir, "OTHER.TXT", "read me", 7);
	ck_assert_int_eq(linkat(dir, "OTHER.TXT", dir, name, 0), 0);
}

static void make_socket(int dir, const char *name)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/%s", dir, name);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
	(void)close(fd);
}

START_TEST(attack_D10_only_a_plain_file_with_one_name_is_read)
{
	void (*const makers[])(int, const char *) = {make_link, make_fifo, make_folder,
						     make_second_name, make_socket};

	struct sample s;
	struct told t;

	make(&s);
	for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
		(void)unlinkat(s.dir, "README.TXT", 0);
		(void)unlinkat(s.dir, "README.TXT", AT_REMOVEDIR);
		makers[i](s.dir, "README.TXT");
		ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 1);
		ck_assert_msg(t.last.kind == READER_KIND, "%zu: kind %d %s", i, t.last.kind, t.why);
		ck_assert_str_ne(t.why, "");
	}
}
END_TEST

START_TEST(attack_D10_a_linked_folder_is_not_followed)
{
	struct sample s;
	struct told t;

	make(&s);
	ck_assert_int_eq(renameat(s.dir, "DATA", s.dir, "ELSEWHERE"), 0);
	ck_assert_int_eq(symlinkat("ELSEWHERE", s.dir, "DATA"), 0);
	ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 2);
	ck_assert_int_eq(t.last.kind, READER_KIND);
}
END_TEST

/* Appends to a file of the sample whenever the work asks whether to go on. */
struct grower {
	int dir;
	const char *path;
};

static bool grow(void *ctx)
{
	const struct grower *g = ctx;
	int fd = openat(g->dir, g->path, O_WRONLY | O_APPEND | O_CLOEXEC);

	ck_assert_int_eq(write(fd, "more", 4), 4);
	(void)close(fd);
	return false;
}

START_TEST(attack_D09_a_file_that_grows_is_read_to_its_size_and_refused)
{
	static const char *const paths[] = {"DATA/A.P001", "README.TXT", "LONG.TXT", "EMPTY.TXT"};
	struct sample s;

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		struct grower g = {.path = paths[i]};
		struct ow_events events = {.ctx = &g, .should_stop = grow};
		struct told t = {0};

		make(&s);
		g.dir = s.dir;
		ck_assert_int_eq(reader_check(s.dir, s.items, 5, 2, CHECK_CACHED, "verifying",
					      &events, tell, &t, &err),
				 1);
		ck_assert_int_eq(t.last.kind, READER_SIZE);
		ck_assert_str_eq(s.items[t.last.item].path, paths[i]);
		ck_assert_uint_gt(t.last.size, s.items[t.last.item].size);
		(void)close(s.dir);
	}
}
END_TEST

START_TEST(names_in_lower_case_are_found)
{
	struct sample s;
	struct told t;

	make(&s);
	ck_assert_int_eq(renameat(s.dir, "DATA/A.P001", s.dir, "DATA/a.p001"), 0);
	ck_assert_int_eq(renameat(s.dir, "DATA/A.P002", s.dir, "DATA/a.p002"), 0);
	ck_assert_int_eq(renameat(s.dir, "DATA", s.dir, "data"), 0);
	ck_assert_int_eq(renameat(s.dir, "README.TXT", s.dir, "readme.txt"), 0);
	ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 0);
}
END_TEST

START_TEST(many_files_take_few_descriptors)
{
	const struct rlimit few = {.rlim_cur = 40, .rlim_max = 40};
	static struct media_item items[300];
	static char paths[300][16];
	struct told t = {0};
	int dir;

	(void)scratch(&dir);
	for (size_t i = 0; i < 300; i++) {
		(void)snprintf(paths[i], sizeof paths[i], "F%03zu.TXT", i);
		put_file(dir, paths[i], paths[i], 4);
		items[i] = (struct media_item){.path = paths[i], .size = 4, .id = sum(paths[i], 4)};
	}
	put_file(dir, "F123.TXT", "else", 4);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_assert_int_eq(
	    reader_check(dir, items, 300, 2, CHECK_CACHED, "verifying", NULL, tell, &t, &err), 1);
	ck_assert_uint_eq(t.last.item, 123);
}
END_TEST

struct watch {
	uint64_t last, total;
	unsigned calls;
	bool stop;
};

static void watch_progress(void *ctx, const struct ow_progress *p)
{
	struct watch *w = ctx;

	ck_assert_uint_ge(p->done, w->last);
	ck_assert_uint_le(p->done, p->total);
	ck_assert_uint_eq(p->total, w->total);
	w->last = p->done;
	w->calls++;
}

static bool watch_stop(void *ctx)
{
	return ((const struct watch *)ctx)->stop;
}

START_TEST(progress_counts_all_files_and_work_can_be_stopped)
{
	struct sample s;
	struct told t = {0};
	struct watch w = {.total = LARGE + 7 + LONG};
	const struct ow_events events = {
	    .ctx = &w, .progress = watch_progress, .should_stop = watch_stop};

	make(&s);
	ck_ok(
	    reader_check(s.dir, s.items, 5, 2, CHECK_CACHED, "verifying", &events, tell, &t, &err));
	ck_assert_uint_gt(w.calls, 0);
	w.stop = true;
	w.last = 0;
	ck_fails(
	    reader_check(s.dir, s.items, 5, 2, CHECK_CACHED, "verifying", &events, tell, &t, &err),
	    OW_E_IO);
}
END_TEST

START_TEST(attack_H10_unreadable_bytes_are_told_and_the_rest_is_checked)
{
	struct sample s;
	struct told t;

	/* the table of calls reads this once a process, and every test is one */
	ck_assert_int_eq(setenv("OWSTORE_FAULT", "read:9:eio", 1), 0);
	make(&s);
	ck_assert_int_eq(check(&s, CHECK_CACHED, &t), 1);
	ck_assert_int_eq(t.last.kind, READER_UNREADABLE);
	ck_assert_str_ne(t.why, "");
}
END_TEST

START_TEST(sources_are_opened_for_a_copy)
{
	OW_AUTO(reader_set_done) struct reader_set set = {0};
	struct copy_source from[2];
	struct sample s;
	uint8_t b;

	make(&s);
	ck_ok(reader_source(&set, s.dir, &s.items[0], &from[0], &err));
	ck_ok(reader_source(&set, s.dir, &s.items[1], &from[1], &err));
	ck_assert_uint_eq(from[1].len, LARGE - FIRST_PART);
	ck_assert_uint_eq(from[1].off, 0);
	ck_assert_str_eq(from[1].name, "DATA/A.P002");
	ck_assert_int_eq(pread(from[0].fd, &b, 1, 0), 1);
	ck_assert_int_eq(unlinkat(s.dir, "README.TXT", 0), 0);
	ck_fails(reader_source(&set, s.dir, &s.items[2], &from[0], &err), OW_E_INCOMPLETE);
	put_file(s.dir, "README.TXT", "longer than that", 16);
	ck_fails(reader_source(&set, s.dir, &s.items[2], &from[0], &err), OW_E_INTEGRITY);
	ck_assert_int_eq(unlinkat(s.dir, "README.TXT", 0), 0);
	make_fifo(s.dir, "README.TXT");
	ck_fails(reader_source(&set, s.dir, &s.items[2], &from[0], &err), OW_E_FORMAT);
	ck_assert_uint_eq(set.n, 2);
}
END_TEST

START_TEST(allocation_failures_leave_nothing_open)
{
	struct sample s;
	struct told t = {0};
	int before, after;

	make(&s);
	before = dup(0);
	(void)close(before);
	for (unsigned long nth = 1;; nth++) {
		int64_t r;

		err = (struct ow_error){0};
		(void)mem_fail_at(nth);
		r = reader_check(s.dir, s.items, 4, 1, CHECK_CACHED, "verifying", NULL, tell, &t,
				 &err);
		(void)mem_fail_at(0);
		if (r >= 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
	after = dup(0);
	ck_assert_int_eq(before, after);
	(void)close(after);
}
END_TEST

SUITE_MAIN(
    "media/reader", sound_files_give_no_fault, attack_D06_a_flip_is_located_in_file_and_chunk,
    attack_D04_D05_other_sizes_are_refused_unread, attack_D11_a_huge_sparse_file_costs_nothing,
    missing_files_are_told_and_the_rest_is_checked,
    attack_D10_only_a_plain_file_with_one_name_is_read, attack_D10_a_linked_folder_is_not_followed,
    attack_D09_a_file_that_grows_is_read_to_its_size_and_refused, names_in_lower_case_are_found,
    many_files_take_few_descriptors, progress_counts_all_files_and_work_can_be_stopped,
    attack_H10_unreadable_bytes_are_told_and_the_rest_is_checked, sources_are_opened_for_a_copy,
    allocation_failures_leave_nothing_open)
