/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One session that touches everything in a store, with a fault at its n-th file operation for every
 * n. After each the store must open, hold nothing half, and the session, run again without a fault,
 * must succeed and leave what an undisturbed one leaves. Every session runs in a process of its
 * own, since the plan of faults is read once.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "codec/digest.h"
#include "os/fd.h"
#include "store/blob.h"
#include "store/docs.h"
#include "store/ledger.h"
#include "store/stage.h"
#include "store/store.h"
#include "support/support.h"

static char path[100];

static struct ow_view view(const char *s)
{
	return (struct ow_view){.p = (const uint8_t *)s, .n = strlen(s)};
}

static int put_blob(struct zone *z, struct stage *st, const char *name, const char *text,
		    struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = stage_file(st, name, err);
	struct ow_id id;

	if (fd < 0 || fd_cut(fd, 0, name, err) < 0 ||
	    fd_pwrite(fd, text, strlen(text), 0, name, err) < 0 || fd_sync(fd, name, err) < 0 ||
	    digest_bytes(text, strlen(text), &id, err) < 0)
		return err->code;
	return zone_blob_publish(z, stage_dirfd(st), name, &id, "MIT", err) < 0 ? err->code : 0;
}

static int note(struct ledger *l, const char *outcome, struct ow_error *err)
{
	const struct ledger_note n = {.actor = "tester", .command = "import", .outcome = outcome};

	return ledger_append(l, &n, 1, err);
}

/* What an import does to a store, in its order. */
static int session(struct ow_error *err)
{
	OW_AUTO(store_close) struct store *s = NULL;
	OW_AUTO(zone_close) struct zone *z = NULL;
	OW_AUTO(stage_close) struct stage *st = NULL;
	OW_AUTO(ledger_close) struct ledger *l = NULL;
	const struct ow_view sigs[] = {view("one"), view("two")};
	struct ow_id id;

	if (store_open(path, STORE_WRITE, "import", &s, err) < 0 ||
	    ledger_open(store_dirfd(s), LEDGER_WRITE, &l, err) < 0 || note(l, "begun", err) < 0 ||
	    zone_open(s, OW_CLASS_QUARANTINE, &z, err) < 0 ||
	    stage_open(s, "import-1", &st, err) < 0 ||
	    put_blob(z, st, "a", "the first blob", err) < 0 ||
	    put_blob(z, st, "b", "the second", err) < 0 ||
	    docs_put(store_manifests(s), view("manifest"), sigs, 1, &id, err) < 0 ||
	    docs_put(zone_records(z), view("record"), sigs, 2, &id, err) < 0 ||
	    zone_sync(z, err) < 0 || docs_sync(store_manifests(s), err) < 0 ||
	    stage_drop(st, err) < 0 || note(l, "done", err) < 0)
		return err->code;
	store_mended(s);
	return 0;
}

struct sums {
	struct ow_error *err;
	struct zone *zone;
	unsigned n, n_strays;
};

static int check_blob(void *ctx, const struct blob_seen *b, struct ow_error *err)
{
	struct sums *sums = ctx;
	OW_AUTO(fd_close) int fd = -1;
	struct ow_id id;
	char bytes[100];
	int64_t n;

	if (zone_blob_open(sums->zone, &b->id, b->licence, &fd, NULL, err) < 0)
		return err->code;
	n = fd_read(fd, bytes, sizeof bytes, "blob", err);
	if (n < 0 || digest_bytes(bytes, (size_t)n, &id, err) < 0)
		return err->code;
	if (!ow_id_equal(&id, &b->id) || b->mode != 0444)
		_exit(20);
	sums->n++;
	return 0;
}

static int check_record(void *ctx, const struct ow_id *id, struct ow_error *err)
{
	struct sums *sums = ctx;
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(docs_sigs_done) struct docs_sigs sigs = {0};

	if (docs_read(zone_records(sums->zone), id, &b, err) < 0 ||
	    docs_sigs(zone_records(sums->zone), id, &sigs, err) < 0)
		return err->code;
	if (sigs.n != 2)
		_exit(21);
	sums->n += 100;
	return 0;
}

/* fsck in small: everything that has a name is whole. Returns blobs + 100 * records. */
static int inspect(struct ow_error *err)
{
	OW_AUTO(store_close) struct store *s = NULL;
	OW_AUTO(zone_close) struct zone *z = NULL;
	OW_AUTO(ledger_close) struct ledger *l = NULL;
	struct sums sums = {0};

	if (store_open(path, STORE_READ, "fsck", &s, err) < 0 ||
	    zone_open(s, OW_CLASS_QUARANTINE, &z, err) < 0)
		return err->code;
	sums.zone = z;
	if (zone_blob_walk(z, check_blob, NULL, &sums, err) < 0 ||
	    docs_walk(zone_records(z), check_record, NULL, &sums, err) < 0 ||
	    ledger_open(store_dirfd(s), LEDGER_READ, &l, err) < 0 ||
	    ledger_verify(l, NULL, err) < 0)
		return err->code;
	return (int)sums.n;
}

static int create(struct ow_error *err)
{
	return store_create(path, err);
}

/* Run a step in a process of its own. Returns its result (0..199), 255 after an error, or -1 if it
 * was killed.
 */
static int apart(int (*step)(struct ow_error *err), const char *fault, const char *counts)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct ow_error err = {0};
		int r;

		if (fault != NULL)
			(void)setenv("OWSTORE_FAULT", fault, 1);
		if (counts != NULL)
			(void)setenv("OWSTORE_FAULT_COUNT", counts, 1);
		r = step(&err);
		if (r < 0 && fault == NULL)
			(void)fprintf(stderr, "%s\n", err.text);
		if (r < 0 && err.code == OW_OK)
			r = 254; /* failed without a word */
		exit(r < 0 ? 255 : r);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		ck_assert_int_eq(WTERMSIG(status), SIGKILL);
		return -1;
	}
	ck_assert_int_ne(WEXITSTATUS(status), 254);
	return WEXITSTATUS(status);
}

/* How many operations of a kind an undisturbed step needs. */
static unsigned operations(int (*step)(struct ow_error *err), const char *dir, const char *kind)
{
	char counts[120], word[16];
	unsigned n = 0, v;
	FILE *f;

	(void)snprintf(counts, sizeof counts, "%s/counts", dir);
	ck_assert_int_eq(apart(step, NULL, counts), 0);
	f = fopen(counts, "re");
	ck_assert_ptr_nonnull(f);
	while (fscanf(f, "%15s %u", word, &v) == 2) {
		if (strcmp(word, kind) == 0)
			n = v;
	}
	(void)fclose(f);
	ck_assert_uint_gt(n, 3);
	return n;
}

/* Thousands of syncs: in memory where the machine has room for it. */
static const char *fast_scratch(void)
{
	if (access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
	return scratch(NULL);
}

static char next[100]; /* the store of the round after this one */

/* After a fault: nothing half is there, the session can be run again and leaves what it should.
 * Then make the next round's store, in the same process to save one.
 */
static int recover(struct ow_error *err)
{
	int r = inspect(err);

	if (r != 0 && r != 1 && r != 2 && r != 102)
		return r < 0 ? r : 30; /* no number of whole things that a session goes through */
	if (session(err) < 0)
		return err->code;
	r = inspect(err);
	if (r != 102)
		return r < 0 ? r : 31;
	return store_create(next, err);
}

static void name_store(char *out, const char *dir, unsigned i)
{
	(void)snprintf(out, sizeof path, "%s/s%u", dir, i);
}

/* Try `what` at each operation of `kind` of a session on a fresh store. */
static void sweep(const char *kind, const char *what)
{
	const char *dir = fast_scratch();
	unsigned n;

	name_store(path, dir, 0);
	ck_assert_int_eq(apart(create, NULL, NULL), 0);
	n = operations(session, dir, kind);
	name_store(path, dir, 1);
	ck_assert_int_eq(apart(create, NULL, NULL), 0);
	for (unsigned i = 1; i <= n; i++) {
		char fault[64];
		int r;

		name_store(path, dir, i);
		name_store(next, dir, i + 1);
		(void)snprintf(fault, sizeof fault, "%s:%u:%s", kind, i, what);
		r = apart(session, fault, NULL);
		if (strncmp(what, "kill", 4) == 0)
			ck_assert_msg(r == -1, "%s: not killed", fault);
		if (strcmp(what, "short") == 0)
			ck_assert_msg(r == 0, "%s: a short count is not an error", fault);
		r = apart(recover, NULL, NULL);
		ck_assert_msg(r == 0, "%s: %d", fault, r);
	}
}

START_TEST(attack_H01_killed_before_every_write)
{
	sweep("write", "kill");
}
END_TEST

START_TEST(attack_H01_killed_after_every_write)
{
	sweep("write", "kill-after");
}
END_TEST

START_TEST(attack_H05_every_sync_fails)
{
	sweep("sync", "eio");
}
END_TEST

START_TEST(attack_H06_every_read_and_write_fails_once)
{
	sweep("any", "eio");
}
END_TEST

START_TEST(attack_H06_short_reads_and_writes)
{
	sweep("any", "short");
}
END_TEST

START_TEST(attack_H07_no_space_at_every_write)
{
	sweep("write", "enospc");
}
END_TEST

static unsigned long nth;

static int starved(struct ow_error *err)
{
	(void)mem_fail_at(nth);
	return session(err);
}

START_TEST(attack_H26_every_allocation_fails_once)
{
	const char *dir = fast_scratch();
	int r = 255;

	name_store(path, dir, 1);
	ck_assert_int_eq(apart(create, NULL, NULL), 0);
	for (nth = 1; r != 0; nth++) {
		ck_assert_uint_lt(nth, 5000);
		name_store(path, dir, (unsigned)nth);
		name_store(next, dir, (unsigned)nth + 1);
		r = apart(starved, "", NULL);
		ck_assert_msg(r == 0 || r == 255, "allocation %lu: %d", nth, r);
		ck_assert_int_eq(apart(recover, NULL, NULL), 0);
	}
	ck_assert_uint_gt(nth, 20);
}
END_TEST

/* Interrupted while it is made: no store yet, and making it again works. */
START_TEST(attack_H02_store_create_killed_anywhere)
{
	const char *dir = fast_scratch();
	unsigned n;

	(void)snprintf(path, sizeof path, "%s/s0", dir);
	n = operations(create, dir, "write");
	for (unsigned i = 1; i <= n; i++) {
		char fault[64];

		(void)snprintf(path, sizeof path, "%s/s%u", dir, i);
		(void)snprintf(fault, sizeof fault, "write:%u:kill", i);
		ck_assert_int_eq(apart(create, fault, NULL), -1);
		ck_assert_msg(apart(create, NULL, NULL) == 0, "%s", fault);
		ck_assert_int_eq(apart(session, NULL, NULL), 0);
		ck_assert_int_eq(apart(inspect, NULL, NULL), 102);
	}
}
END_TEST

SUITE_MAIN("store/sweep", attack_H01_killed_before_every_write, attack_H01_killed_after_every_write,
	   attack_H05_every_sync_fails, attack_H06_every_read_and_write_fails_once,
	   attack_H06_short_reads_and_writes, attack_H07_no_space_at_every_write,
	   attack_H26_every_allocation_fails_once, attack_H02_store_create_killed_anywhere)
