/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/digest.h"
#include "intake/source.h"
#include "os/fd.h"
#include "support/support.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"
#define OTHER  "89abcdef0123456789abcdef0123456789abcdef"
#define ABC    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define HELLO  "ce013625030ba8dba906f756967f9e9ca394464a" /* git's id of "hello\n" */
#define REPO   "models--Qwen--Qwen3-0.6B"

static const char *root_path;
static int root = -1;

static void folders(const char *path)
{
	char folder[512];

	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		(void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
		(void)mkdirat(root, folder, 0700);
	}
}

static void put(const char *path, const char *text)
{
	folders(path);
	put_file(root, path, text, strlen(text));
}

static void link_to(const char *target, const char *path)
{
	folders(path);
	ck_assert_int_eq(symlinkat(target, root, path), 0);
}

/* A cache of one model: an LFS file, a small one in a folder, and one whose blob repositories share. */
static void begin(void)
{
	root_path = scratch(&root);
	put(REPO "/blobs/" ABC, "abc");
	put(REPO "/blobs/" HELLO, "hello\n");
	put("blobs/ab/abcdef", "shared");
	link_to("../../blobs/ab/abcdef", REPO "/blobs/" OTHER);
	put(REPO "/refs/main", COMMIT);
	link_to("../../blobs/" ABC, REPO "/snapshots/" COMMIT "/model.gguf");
	link_to("../../../blobs/" HELLO, REPO "/snapshots/" COMMIT "/docs/hello.txt");
	link_to("../../blobs/" OTHER, REPO "/snapshots/" COMMIT "/shared.bin");
	link_to("../../blobs/" HELLO, REPO "/snapshots/" COMMIT "/.gitattributes");
}

static int list(const char *path, const char *revision, struct source *s, struct ow_error *err)
{
	struct source_options opts = {.stage = -1, .revision = revision};
	char full[512];

	(void)snprintf(full, sizeof full, "%s/%s", root_path, path);
	return source_open(full, &opts, s, err);
}

static int check(const struct source *s, size_t i, const char *text, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = source_open_item(s, i, err);
	struct ow_id id;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(digest_bytes(text, strlen(text), &id, err), 0);
	return source_check(s, i, fd, &id, err);
}

START_TEST(cache_repository_is_listed_with_its_promises)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	begin();
	ck_ok(list(REPO, NULL, &s, &err));
	ck_assert_int_eq(s.kind, SOURCE_HF_CACHE);
	ck_assert_str_eq(s.name, "Qwen/Qwen3-0.6B");
	ck_assert_str_eq(s.revision, COMMIT);
	ck_assert_str_eq(s.upstream, "hf:Qwen/Qwen3-0.6B@" COMMIT);
	ck_assert_uint_eq(s.n_items, 3);
	ck_assert_str_eq(s.items[0].path, "docs/hello.txt");
	ck_assert_int_eq(s.items[0].promise, PROMISE_GIT);
	ck_assert_str_eq(s.items[1].path, "model.gguf");
	ck_assert_int_eq(s.items[1].promise, PROMISE_SHA256);
	ck_assert_str_eq(s.items[2].path, "shared.bin");
	ck_assert_str_eq(s.items[2].at, "blobs/ab/abcdef");
	ck_assert_uint_eq(s.n_skips, 1);
	ck_ok(check(&s, 0, "hello\n", &err));
	ck_ok(check(&s, 1, "abc", &err));
	ck_fails(check(&s, 1, "abd", &err), OW_E_INTEGRITY);
	ck_fails(check(&s, 2, "shared", &err), OW_E_INTEGRITY); /* the name is not its git id */
}
END_TEST

START_TEST(a_snapshot_or_a_file_of_it_may_be_named)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	begin();
	ck_ok(list(REPO "/snapshots/" COMMIT, NULL, &s, &err));
	ck_assert_uint_eq(s.n_items, 3);
	source_close(&s);
	ck_ok(list(REPO "/snapshots/" COMMIT "/docs/hello.txt", NULL, &s, &err));
	ck_assert_int_eq(s.kind, SOURCE_HF_CACHE);
	ck_assert_uint_eq(s.n_items, 1);
	ck_assert_str_eq(s.items[0].path, "docs/hello.txt");
	ck_assert_int_eq(s.items[0].promise, PROMISE_GIT);
}
END_TEST

START_TEST(revisions_are_chosen)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put(REPO "/snapshots/" OTHER "/plain.txt", "plain");
	put(REPO "/refs/pr/1", OTHER "\n");
	ck_ok(list(REPO, "pr/1", &s, &err));
	ck_assert_str_eq(s.revision, OTHER);
	ck_assert_int_eq(s.items[0].promise, PROMISE_NONE);
	source_close(&s);
	ck_ok(list(REPO, OTHER, &s, &err));
	source_close(&s);
	ck_fails(list(REPO, "none", &s, &err), OW_E_USAGE);
	ck_fails(list(REPO, "../../x", &s, &err), OW_E_UNSAFE);
	ck_assert_int_eq(unlinkat(root, REPO "/refs/main", 0), 0);
	ck_fails(list(REPO, NULL, &s, &err), OW_E_USAGE);
	ck_assert_str_ne(err.hint, "");
	put(REPO "/refs/main", "not a commit");
	ck_fails(list(REPO, NULL, &s, &err), OW_E_FORMAT);
	put(REPO "/refs/main", "ffffffffffffffffffffffffffffffffffffffff");
	ck_fails(list(REPO, NULL, &s, &err), OW_E_INCOMPLETE);
	ck_fails(list("", NULL, &s, &err), OW_E_USAGE); /* the whole cache */
}
END_TEST

START_TEST(attack_E19_cache_links_lead_to_its_blobs_only)
{
	static const char *const out[] = {"../../refs/main", "/etc/passwd", "../../../outside",
					  "model.gguf", "../../blobs/../refs/main"};
	struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put("outside", "x");
	for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
		link_to(out[i], REPO "/snapshots/" COMMIT "/evil");
		ck_fails(list(REPO, NULL, &s, &err), OW_E_UNSAFE);
		ck_assert_int_eq(unlinkat(root, REPO "/snapshots/" COMMIT "/evil", 0), 0);
	}
	ck_assert_int_eq(unlinkat(root, REPO "/blobs/" HELLO, 0), 0);
	link_to("../../outside", REPO "/blobs/" HELLO);
	ck_fails(list(REPO, NULL, &s, &err), OW_E_UNSAFE);
}
END_TEST

START_TEST(a_repository_copied_without_the_shared_blobs_is_incomplete)
{
	struct source s = {.root = -1};
	struct ow_error err;

	begin();
	ck_assert_int_eq(unlinkat(root, "blobs/ab/abcdef", 0), 0);
	ck_fails(list(REPO, NULL, &s, &err), OW_E_INCOMPLETE);
	ck_assert_ptr_nonnull(strstr(err.text, "blobs/ab/abcdef"));
	ck_assert_str_ne(err.hint, "");
}
END_TEST

START_TEST(the_tree_of_the_commit_promises_and_tells_what_is_absent)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	begin();
	put(REPO "/snapshots/" COMMIT "/plain.txt", "abc");
	put(REPO "/trees/" COMMIT ".json",
	    "{\"format_version\":1,\"files\":{"
	    "\"plain.txt\":{\"size\":3,\"blob_id\":\"" OTHER "\",\"lfs_sha256\":\"" ABC "\"},"
	    "\"gone.bin\":{\"size\":3,\"blob_id\":\"" OTHER "\"},"
	    "\".gitattributes\":{\"size\":3,\"blob_id\":\"" OTHER "\"}}}");
	ck_ok(list(REPO, NULL, &s, &err));
	ck_assert_str_eq(s.items[2].path, "plain.txt");
	ck_assert_int_eq(s.items[2].promise, PROMISE_SHA256);
	ck_assert_uint_eq(s.n_notes, 1);
	ck_assert_ptr_nonnull(strstr(s.notes[0], "1 files of the commit"));
}
END_TEST

START_TEST(folders_downloaded_into_keep_their_promises)
{
	OW_AUTO(source_close) struct source s = {.root = -1};
	struct ow_error err;

	root_path = scratch(&root);
	put("m/model.gguf", "abc");
	put("m/sub/hello.txt", "hello\n");
	put("m/own.txt", "mine");
	put("m/.cache/huggingface/download/model.gguf.metadata",
	    COMMIT "\n" ABC "\n1700000000.5\n");
	put("m/.cache/huggingface/download/sub/hello.txt.metadata",
	    COMMIT "\n" HELLO "\n1700000000.5\n");
	ck_ok(list("m", NULL, &s, &err));
	ck_assert_int_eq(s.kind, SOURCE_HF_LOCAL);
	ck_assert_str_eq(s.revision, COMMIT);
	ck_assert_str_eq(s.upstream, "");
	ck_assert_uint_eq(s.n_items, 3);
	ck_ok(check(&s, 0, "abc", &err));
	ck_ok(check(&s, 1, "mine", &err));
	ck_ok(check(&s, 2, "hello\n", &err));
	ck_assert_int_eq(s.items[2].promise, PROMISE_GIT);
	source_close(&s);
	put("m/.cache/huggingface/download/sub/hello.txt.metadata",
	    OTHER "\n" HELLO "\n1700000000.5\n");
	ck_ok(list("m", NULL, &s, &err));
	ck_assert_uint_eq(s.n_notes, 1);
	ck_assert_str_eq(s.revision, "");
	source_close(&s);
	put("m/.cache/huggingface/download/model.gguf.metadata", "nonsense");
	ck_fails(list("m", NULL, &s, &err), OW_E_FORMAT);
}
END_TEST

SUITE_MAIN("intake/source_hf", cache_repository_is_listed_with_its_promises,
	   a_snapshot_or_a_file_of_it_may_be_named, revisions_are_chosen,
	   attack_E19_cache_links_lead_to_its_blobs_only,
	   a_repository_copied_without_the_shared_blobs_is_incomplete,
	   the_tree_of_the_commit_promises_and_tells_what_is_absent,
	   folders_downloaded_into_keep_their_promises)
