/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "codec/digest.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/file.h"
#include "store/ledger.h"
#include "store/segment.h"
#include "support/support.h"

static int root; /* stands for the store's folder */
static struct ow_error err;

static void begin(void)
{
	(void)scratch(&root);
	ck_assert_int_eq(mkdirat(root, "ledger", 0750), 0);
}

static struct ledger *must_open(enum ledger_mode mode)
{
	struct ledger *l = NULL;

	ck_ok(ledger_open(root, mode, &l, &err));
	return l;
}

/* Append n entries, one write each. */
static void append(struct ledger *l, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		const struct ow_id ids[2] = {{{(uint8_t)i}}, {{1, 2, 3}}};
		struct ledger_note note = {
		    .actor = "tester",
		    .command = "add",
		    .outcome = "done",
		    .digests = ids,
		    .n_digests = i % 3,
		    .text = "some words",
		};

		ck_ok(ledger_append(l, &note, 1, &err));
	}
}

/* A ledger of n entries, closed. */
static void fill(unsigned n)
{
	struct ledger *l;

	begin();
	l = must_open(LEDGER_WRITE);
	append(l, n);
	ledger_close(l);
}

static struct ledger_state verified(void)
{
	struct ledger *l = must_open(LEDGER_READ);
	struct ledger_state st = {0};

	ck_ok(ledger_verify(l, &st, &err));
	ledger_close(l);
	return st;
}

/* The ledger must be found bad, naming this entry. */
static void bad(const char *entry)
{
	struct ledger *l = must_open(LEDGER_READ);
	struct ledger_state st;

	ck_fails(ledger_verify(l, &st, &err), OW_E_INTEGRITY);
	ck_assert_msg(strstr(err.text, entry) != NULL, "%s", err.text);
	err = (struct ow_error){0};
	ledger_close(l);
}

static struct buf segment(const char *name)
{
	struct buf b = {0};

	ck_ok(file_read(root, name, 1 * GIB, &b, &err));
	return b;
}

/* Where entry n (from 1) of a segment begins, or its end behind the last one. */
static size_t offset_of(const struct buf *b, unsigned n)
{
	OW_AUTO(segment_done) struct segment s = {0};
	struct frame f;
	int fd = openat(root, "ledger/000001.LOG", O_RDONLY | O_CLOEXEC);

	ck_ok(segment_begin(&s, fd, "s", b->n, &err));
	for (unsigned i = 1; i < n; i++)
		ck_assert_int_eq(segment_next(&s, &f, &err), FRAME_OK);
	(void)close(fd);
	return (size_t)s.off;
}

static int see(void *ctx, const struct ledger_entry *e, struct ow_error *e_)
{
	uint64_t *n = ctx;

	(void)e_;
	ck_assert_uint_eq(e->n, ++*n);
	ck_assert_uint_eq(e->actor.n, 6);
	ck_assert_int_eq(memcmp(e->command.p, "add", 3), 0);
	ck_assert_uint_eq(ledger_n_digests(e), (e->n - 1) % 3);
	if (ledger_n_digests(e) == 2)
		ck_assert_uint_eq(ledger_digest(e, 1).b[1], 2);
	ck_assert_uint_gt(e->clock, 1700000000);
	return 0;
}

START_TEST(append_then_walk)
{
	struct ledger_head head;
	struct ledger_state st;
	struct ledger *l;
	struct stat info;
	uint64_t n = 0;

	fill(10);
	l = must_open(LEDGER_WRITE);
	ck_assert_ptr_null(ledger_set_aside(l));
	append(l, 0);
	ledger_close(l);
	l = must_open(LEDGER_READ);
	ck_ok(ledger_walk(l, see, &n, &st, &err));
	ck_assert_uint_eq(n, 10);
	ck_assert_uint_eq(st.head.n, 10);
	ck_assert_uint_eq(st.torn, 0);
	ck_assert_uint_eq(st.n_segments, 1);
	ck_ok(ledger_head(l, &head, &err));
	ck_assert_uint_eq(head.n, 10);
	ck_assert(ow_id_equal(&head.id, &st.head.id));
	ledger_close(l);
	ck_assert_int_eq(fstatat(root, "ledger/000001.LOG", &info, 0), 0);
	ck_assert_uint_eq(info.st_mode & 0777, 0640);
}
END_TEST

START_TEST(empty_ledger_is_sound)
{
	struct ledger_head head;
	struct ledger *l;

	begin();
	ck_assert_uint_eq(verified().head.n, 0);
	l = must_open(LEDGER_READ);
	ck_ok(ledger_head(l, &head, &err));
	ck_assert_uint_eq(head.n, 0);
	ledger_close(l);
}
END_TEST

START_TEST(batch_is_one_write)
{
	struct ledger_note notes[5];
	struct ledger *l;

	begin();
	for (size_t i = 0; i < 5; i++)
		notes[i] = (struct ledger_note){.command = "import", .outcome = "done"};
	l = must_open(LEDGER_WRITE);
	ck_ok(ledger_append(l, notes, 5, &err));
	ck_ok(ledger_append(l, notes, 5, &err));
	ledger_close(l);
	ck_assert_uint_eq(verified().head.n, 10);
}
END_TEST

START_TEST(any_text_can_be_read_back)
{
	static char longest[LEDGER_TEXT_MAX + 100];
	struct ledger_note note = {
	    .actor = "\xff\xfe", .command = "a\nb", .outcome = "", .text = longest};
	struct ledger *l;

	begin();
	memset(longest, 0xc3, sizeof longest - 1);
	l = must_open(LEDGER_WRITE);
	ck_ok(ledger_append(l, &note, 1, &err));
	memset(longest, 'x', sizeof longest - 1);
	ck_ok(ledger_append(l, &note, 1, &err));
	ledger_close(l);
	ck_assert_uint_eq(verified().head.n, 2);
}
END_TEST

START_TEST(digests_up_to_the_limit)
{
	static struct ow_id ids[LEDGER_DIGESTS_MAX + 1];
	struct ledger_note note = {.command = "gc", .outcome = "done", .digests = ids};
	struct ledger *l;

	begin();
	l = must_open(LEDGER_WRITE);
	note.n_digests = LEDGER_DIGESTS_MAX;
	ck_ok(ledger_append(l, &note, 1, &err));
	note.n_digests++;
	ck_fails(ledger_append(l, &note, 1, &err), OW_E_INTERNAL);
	err = (struct ow_error){0};
	ledger_close(l);
	ck_assert_uint_eq(verified().head.n, 1);
}
END_TEST

START_TEST(attack_H31_every_flipped_bit_is_found)
{
	struct buf b;

	fill(4);
	b = segment("ledger/000001.LOG");
	for (size_t i = 0; i < b.n; i++) {
		struct ledger *l;
		struct ledger_state st = {0};

		b.p[i] ^= (uint8_t)(1u << i % 8);
		put_file(root, "ledger/000001.LOG", b.p, b.n);
		l = must_open(LEDGER_READ);
		if (ledger_verify(l, &st, &err) >= 0)
			ck_abort_msg("flip at byte %zu went unnoticed (%u entries, torn %u)", i,
				     (unsigned)st.head.n, (unsigned)st.torn);
		ck_assert_int_eq(err.code, OW_E_INTEGRITY);
		err = (struct ow_error){0};
		ledger_close(l);
		b.p[i] ^= (uint8_t)(1u << i % 8);
	}
	buf_done(&b);
}
END_TEST

START_TEST(attack_H31_edited_entry_is_named)
{
	struct buf b;
	size_t at;

	fill(6);
	b = segment("ledger/000001.LOG");
	at = offset_of(&b, 4);
	b.p[at + 60] ^= 1;
	put_file(root, "ledger/000001.LOG", b.p, b.n);
	bad("000001.LOG: entry 4, at byte ");
	buf_done(&b);
}
END_TEST

/* Replace entry n by a well-formed one with other words, its trailer right. */
static void forge(unsigned n, struct buf *b)
{
	OW_AUTO(buf_done) struct buf entry = {0};
	OW_AUTO(buf_done) struct buf frame = {0};
	OW_AUTO(segment_done) struct segment s = {0};
	struct ledger_note note = {
	    .actor = "nobody", .command = "add", .outcome = "done", .text = "forged"};
	struct ledger_entry e;
	struct frame f;
	struct ow_id id;
	size_t from = offset_of(b, n), to = offset_of(b, n + 1);
	int fd = openat(root, "ledger/000001.LOG", O_RDONLY | O_CLOEXEC);

	ck_ok(segment_begin(&s, fd, "s", b->n, &err));
	for (unsigned i = 0; i < n; i++)
		ck_assert_int_eq(segment_next(&s, &f, &err), FRAME_OK);
	(void)close(fd);
	ck_ok(ledger_entry_decode(f.entry.p, f.entry.n, &e, &err));
	entry_encode(&note, e.n, &e.prev, e.clock, &entry);
	ck_ok(frame_encode(&entry, &frame, &id, &err));
	buf_add(&frame, b->p + to, b->n - to);
	b->n = from;
	buf_add(b, frame.p, frame.n);
	put_file(root, "ledger/000001.LOG", b->p, b->n);
}

START_TEST(attack_H31_forged_entry_breaks_the_chain_behind_it)
{
	struct buf b;

	fill(6);
	b = segment("ledger/000001.LOG");
	forge(3, &b);
	bad("000001.LOG: entry 4, at byte ");
	buf_done(&b);
}
END_TEST

START_TEST(attack_H31_removed_entry_is_named)
{
	struct buf b;
	size_t from, to;

	fill(6);
	b = segment("ledger/000001.LOG");
	from = offset_of(&b, 3);
	to = offset_of(&b, 4);
	memmove(b.p + from, b.p + to, b.n - to);
	put_file(root, "ledger/000001.LOG", b.p, b.n - (to - from));
	bad("000001.LOG: entry 3, at byte ");
	/* and the first one */
	buf_done(&b);
	b = segment("ledger/000001.LOG");
	to = offset_of(&b, 2);
	put_file(root, "ledger/000001.LOG", b.p + to, b.n - to);
	bad("000001.LOG: entry 1, at byte 0: missing; entry 2 is in its place");
	buf_done(&b);
}
END_TEST

START_TEST(attack_H31_swapped_entries_are_found)
{
	struct buf b;
	uint8_t copy[400];
	size_t a, m, z;

	fill(8);
	b = segment("ledger/000001.LOG");
	a = offset_of(&b, 3);
	m = offset_of(&b, 4);
	z = offset_of(&b, 5);
	ck_assert_uint_lt(m - a, sizeof copy);
	memcpy(copy, b.p + a, m - a);
	memmove(b.p + a, b.p + m, z - m);
	memcpy(b.p + a + (z - m), copy, m - a);
	put_file(root, "ledger/000001.LOG", b.p, b.n);
	bad("entry 3, at byte ");
	buf_done(&b);
}
END_TEST

START_TEST(attack_H31_torn_tail_is_set_aside_and_logged)
{
	struct buf b;
	size_t last;

	fill(3);
	b = segment("ledger/000001.LOG");
	last = offset_of(&b, 3);
	for (size_t n = last + 1; n < b.n; n++) {
		struct dir_list files = {0};
		struct ledger_state st;
		struct ledger *l;

		put_file(root, "ledger/000001.LOG", b.p, n);
		st = verified();
		ck_assert_uint_eq(st.head.n, 2);
		ck_assert_uint_eq(st.torn, n - last);
		l = must_open(LEDGER_WRITE);
		ck_assert_ptr_nonnull(ledger_set_aside(l));
		append(l, 1);
		ledger_close(l);
		st = verified();
		ck_assert_uint_eq(st.torn, 0);
		ck_assert_uint_eq(st.head.n, 4); /* two whole ones, what happened, the new one */
		ck_ok(dir_list(root, "ledger", 10, &files, &err));
		ck_assert_uint_eq(files.n, 2);
		ck_assert_ptr_nonnull(strstr(files.at[1].name, ".LOG"));
		ck_assert_ptr_nonnull(strstr(files.at[0].name, ".TORN"));
		(void)snprintf(err.text, sizeof err.text, "ledger/%s", files.at[0].name);
		ck_assert_int_eq(unlinkat(root, err.text, 0), 0);
		dir_list_done(&files);
	}
	buf_done(&b);
}
END_TEST

START_TEST(size_without_bytes_is_torn_too)
{
	struct buf b;
	struct ledger *l;
	size_t last;

	fill(3);
	b = segment("ledger/000001.LOG");
	last = offset_of(&b, 3);
	memset(b.p + last + 20, 0, b.n - last - 20);
	put_file(root, "ledger/000001.LOG", b.p, b.n);
	ck_assert_uint_eq(verified().torn, b.n - last);
	memset(b.p + last, 0, b.n - last);
	put_file(root, "ledger/000001.LOG", b.p, b.n);
	ck_assert_uint_eq(verified().torn, b.n - last);
	l = must_open(LEDGER_WRITE);
	ledger_close(l);
	ck_assert_uint_eq(verified().head.n, 3);
	buf_done(&b);
}
END_TEST

START_TEST(a_first_entry_that_was_never_finished)
{
	struct buf b;
	struct ledger *l;

	fill(1);
	b = segment("ledger/000001.LOG");
	put_file(root, "ledger/000001.LOG", b.p, 50);
	l = must_open(LEDGER_WRITE);
	append(l, 1);
	ledger_close(l);
	ck_assert_uint_eq(verified().head.n, 2);
	buf_done(&b);
}
END_TEST

/* Three segments of 122, 122 and 62 entries. */
static void fill_segments(void)
{
	static struct ow_id ids[LEDGER_DIGESTS_MAX];
	struct ledger_note notes[61];
	struct ledger *l;

	begin();
	for (size_t i = 0; i < 61; i++)
		notes[i] = (struct ledger_note){.command = "gc",
						.outcome = "done",
						.digests = ids,
						.n_digests = LEDGER_DIGESTS_MAX};
	l = must_open(LEDGER_WRITE);
	for (int i = 0; i < 5; i++)
		ck_ok(ledger_append(l, notes, 61, &err)); /* 34 MB each */
	append(l, 1);
	ledger_close(l);
}

START_TEST(segments_rotate_and_chain)
{
	struct ledger_head head;
	struct ledger_state st;
	struct ledger *l;
	struct stat info;

	fill_segments();
	st = verified();
	ck_assert_uint_eq(st.head.n, 306);
	ck_assert_uint_eq(st.n_segments, 3);
	ck_assert_int_eq(fstatat(root, "ledger/000001.LOG", &info, 0), 0);
	ck_assert_int_ge(info.st_size, (off_t)LEDGER_SEGMENT);

	/* cut in the middle, at an entry's end and elsewhere */
	ck_assert_int_eq(renameat(root, "ledger/000002.LOG", root, "two"), 0);
	bad("000002.LOG: entry 123, at byte 0: the segment is missing");
	put_file(root, "ledger/000002.LOG", "", 0);
	bad("000003.LOG: entry 123, at byte 0: missing; entry 245 is in its place");
	ck_assert_int_eq(renameat(root, "two", root, "ledger/000002.LOG"), 0);
	ck_assert_int_eq(fstatat(root, "ledger/000002.LOG", &info, 0), 0);
	{
		int fd = openat(root, "ledger/000002.LOG", O_RDWR | O_CLOEXEC);

		ck_assert_int_eq(ftruncate(fd, info.st_size - 1), 0);
		(void)close(fd);
	}
	bad("000002.LOG: entry 244, at byte ");

	/* an empty new segment, as a writer killed right there leaves it: go on from the one before
	 */
	ck_assert_int_eq(unlinkat(root, "ledger/000002.LOG", 0), 0);
	ck_assert_int_eq(unlinkat(root, "ledger/000003.LOG", 0), 0);
	put_file(root, "ledger/000002.LOG", "", 0);
	l = must_open(LEDGER_READ);
	ck_ok(ledger_head(l, &head, &err));
	ck_assert_uint_eq(head.n, 122);
	ledger_close(l);
	l = must_open(LEDGER_WRITE);
	append(l, 1);
	ledger_close(l);
	ck_assert_uint_eq(verified().head.n, 123);
}
END_TEST

START_TEST(same_clock_same_bytes)
{
	struct buf a, b;

	ck_assert_int_eq(setenv("OWSTORE_CLOCK", "2026-11-21T00:00:00Z", 1), 0);
	fill(3);
	a = segment("ledger/000001.LOG");
	fill(3);
	b = segment("ledger/000001.LOG");
	ck_assert_uint_eq(a.n, b.n);
	ck_assert_int_eq(memcmp(a.p, b.p, a.n), 0);
	buf_done(&a);
	buf_done(&b);
}
END_TEST

/* Does the independent validator take the entry? tools/check says where it is. */
static bool validates(const struct buf *entry)
{
	char command[500];

	put_file(root, "entry.cbor", entry->p, entry->n);
	(void)snprintf(command, sizeof command,
		       "%s %s/ledger.cddl /proc/%d/fd/%d/entry.cbor -t entry "
		       "--require-deterministic >/dev/null 2>&1",
		       getenv("OWSTORE_CDDL_VERIFY"), getenv("OWSTORE_SCHEMAS"), (int)getpid(),
		       root);
	return system(command) == 0;
}

START_TEST(entries_are_what_the_schema_says)
{
	const struct ow_id ids[2] = {{{1}}, {{2}}};
	struct ledger_note note = {
	    .command = "promote", .outcome = "done", .digests = ids, .text = "\xc3\xa9"};
	OW_AUTO(buf_done) struct buf entry = {0};

	if (getenv("OWSTORE_CDDL_VERIFY") == NULL || getenv("OWSTORE_SCHEMAS") == NULL)
		return;
	begin();
	for (note.n_digests = 0; note.n_digests <= 2; note.n_digests++) {
		buf_clear(&entry);
		entry_encode(&note, 70000 * note.n_digests + 1, &ids[0], 1795219200, &entry);
		ck_assert(validates(&entry));
	}
	note.n_digests = 0;
	buf_clear(&entry);
	entry_encode(&note, 0, &ids[0], 1795219200, &entry); /* numbers begin at 1 */
	ck_assert(!validates(&entry));
}
END_TEST

/* The bar is 200,000 a second in a plain build; sanitizers cost a factor that varies. */
START_TEST(verifies_fast)
{
	enum {
		N = 100000,
		BATCH = 1000
	};
	static struct ledger_note notes[BATCH];
	const struct ow_id id = {{7}};
	struct ledger *l;
	uint64_t t;

	begin();
	for (size_t i = 0; i < BATCH; i++)
		notes[i] = (struct ledger_note){.actor = "tester (uid 1000)",
						.command = "import",
						.outcome = "done",
						.digests = &id,
						.n_digests = 1,
						.text = "org/name@version into quarantine"};
	l = must_open(LEDGER_WRITE);
	for (int i = 0; i < N / BATCH; i++)
		ck_ok(ledger_append(l, notes, BATCH, &err));
	ledger_close(l);
	t = clock_ticks();
	ck_assert_uint_eq(verified().head.n, N);
	t = clock_ticks() - t;
	(void)printf("# %.0f entries/s\n", N * 1e9 / (double)t);
	ck_assert_uint_lt(t, 5000000000);
}
END_TEST

SUITE_MAIN("store/ledger", append_then_walk, empty_ledger_is_sound, batch_is_one_write,
	   any_text_can_be_read_back, digests_up_to_the_limit,
	   attack_H31_every_flipped_bit_is_found, attack_H31_edited_entry_is_named,
	   attack_H31_forged_entry_breaks_the_chain_behind_it, attack_H31_removed_entry_is_named,
	   attack_H31_swapped_entries_are_found, attack_H31_torn_tail_is_set_aside_and_logged,
	   size_without_bytes_is_torn_too, a_first_entry_that_was_never_finished,
	   segments_rotate_and_chain, same_clock_same_bytes, entries_are_what_the_schema_says,
	   verifies_fast)
