/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/digest.h"
#include "os/fd.h"
#include "store/blob.h"
#include "store/stage.h"
#include "store/store.h"
#include "unit/store/kit.h"

static struct stage *stage;

/* A new store, its internal class and a stage. */
static void begin(void)
{
	kit_begin(OW_CLASS_INTERNAL);
	ck_ok(stage_open(store, "t", &stage, &err));
}

static void end(void)
{
	stage_close(stage);
	kit_end();
}

/* Stage `text` as `name`, synced as a copy leaves it. */
static struct ow_id put_staged(const char *name, const char *text)
{
	struct ow_id id;
	int fd;

	ck_ok(fd = stage_file(stage, name, &err));
	ck_ok(fd_write(fd, text, strlen(text), name, &err));
	ck_ok(fd_sync(fd, name, &err));
	fd_close(fd);
	ck_ok(digest_bytes(text, strlen(text), &id, &err));
	return id;
}

static const char *blob_path(const char *licence, const struct ow_id *id)
{
	static char at[200];
	char hex[OW_ID_HEX];

	(void)ow_id_hex(id, hex);
	(void)snprintf(at, sizeof at, "s/zones/internal/blobs/%s/%.2s/%s", licence, hex, hex);
	return at;
}

START_TEST(published_blob_has_its_place_and_mode)
{
	struct stat st;
	struct ow_id id;
	char found[LICENCE_FOLDER];
	uint64_t size;
	int fd;

	begin();
	id = put_staged("a", "some bytes");
	ck_assert_int_eq(zone_blob_has(zone, &id, NULL, &size, &err), 0);
	ck_assert_int_eq(zone_blob_publish(zone, stage_dirfd(stage), "a", &id, "MIT", &err), 1);
	ck_ok(zone_sync(zone, &err));
	ck_assert_int_eq(fstatat(root, blob_path("MIT", &id), &st, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0444);
	ck_assert_int_ne(faccessat(stage_dirfd(stage), "a", F_OK, 0), 0);
	ck_assert_int_eq(zone_blob_has(zone, &id, "MIT", &size, &err), 1);
	ck_assert_uint_eq(size, 10);
	ck_assert_int_eq(zone_blob_has(zone, &id, "Apache-2.0", &size, &err), 0);
	ck_assert_int_eq(zone_blob_open(zone, &id, NULL, &fd, found, &err), 1);
	ck_assert_str_eq(found, "MIT");
	fd_close(fd);
	end();
}
END_TEST

START_TEST(publishing_twice_drops_the_second)
{
	struct ow_id id;

	begin();
	id = put_staged("a", "some bytes");
	ck_assert_int_eq(zone_blob_publish(zone, stage_dirfd(stage), "a", &id, "MIT", &err), 1);
	(void)put_staged("b", "some bytes");
	ck_assert_int_eq(zone_blob_publish(zone, stage_dirfd(stage), "b", &id, "MIT", &err), 0);
	ck_assert_int_ne(faccessat(stage_dirfd(stage), "b", F_OK, 0), 0);
	/* another licence keeps a copy of its own */
	(void)put_staged("c", "some bytes");
	ck_assert_int_eq(zone_blob_publish(zone, stage_dirfd(stage), "c", &id, "Apache-2.0", &err),
			 1);
	ck_assert_int_eq(zone_blob_remove(zone, &id, "MIT", &err), 1);
	ck_assert_int_eq(zone_blob_remove(zone, &id, "MIT", &err), 0);
	ck_assert_int_eq(zone_blob_has(zone, &id, NULL, NULL, &err), 1);
	ck_ok(zone_sync(zone, &err));
	end();
}
END_TEST

START_TEST(attack_H22_cut_blob_is_replaced_by_the_whole_one)
{
	struct ow_id id;
	uint64_t size;
	int fd;

	begin();
	id = put_staged("a", "some bytes");
	ck_assert_int_eq(zone_blob_publish(zone, stage_dirfd(stage), "a", &id, "MIT", &err), 1);
	ck_assert_int_eq(fchmodat(root, blob_path("MIT", &id), 0644, 0), 0);
	put_file(root, blob_path("MIT", &id), "some", 4);
	(void)put_staged("b", "some bytes");
	ck_assert_int_eq(zone_blob_publish(zone, stage_dirfd(stage), "b", &id, "MIT", &err), 1);
	ck_assert_int_eq(zone_blob_has(zone, &id, "MIT", &size, &err), 1);
	ck_assert_uint_eq(size, 10);
	/* a link in a blob's place is not followed */
	ck_assert_int_eq(zone_blob_remove(zone, &id, "MIT", &err), 1);
	ck_assert_int_eq(symlinkat("/etc/passwd", root, blob_path("MIT", &id)), 0);
	ck_fails(zone_blob_open(zone, &id, NULL, &fd, NULL, &err), OW_E_FORMAT);
	(void)put_staged("c", "some bytes");
	ck_fails(zone_blob_publish(zone, stage_dirfd(stage), "c", &id, "MIT", &err), OW_E_FORMAT);
	ck_assert_int_eq(faccessat(stage_dirfd(stage), "c", F_OK, 0), 0);
	end();
}
END_TEST

START_TEST(folders_take_the_mode_of_their_class)
{
	struct stat st;
	struct ow_id id;
	char *slash;
	char at[200];

	begin();
	zone_close(zone);
	ck_assert_int_eq(fchmodat(root, "s/zones/internal", 02750, 0), 0);
	ck_ok(zone_open(store, OW_CLASS_INTERNAL, &zone, &err));
	(void)umask(0077);
	id = put_staged("a", "some bytes");
	ck_ok(zone_blob_publish(zone, stage_dirfd(stage), "a", &id, "MIT", &err));
	(void)snprintf(at, sizeof at, "%s", blob_path("MIT", &id));
	slash = strrchr(at, '/');
	*slash = '\0';
	ck_assert_int_eq(fstatat(root, at, &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0750);
	end();
}
END_TEST

START_TEST(bad_licence_folders_are_refused)
{
	struct ow_id id;

	begin();
	id = put_staged("a", "x");
	ck_fails(zone_blob_publish(zone, stage_dirfd(stage), "a", &id, "../MIT", &err), OW_E_USAGE);
	ck_fails(zone_blob_publish(zone, stage_dirfd(stage), "a", &id, "", &err), OW_E_USAGE);
	ck_fails(zone_blob_has(zone, &id, "a/b", NULL, &err), OW_E_USAGE);
	ck_fails(zone_blob_publish(zone, stage_dirfd(stage), "missing", &id, "MIT", &err), OW_E_IO);
	end();
}
END_TEST

START_TEST(bytes_from_another_file_system_are_copied_and_checked)
{
	char at[] = "/dev/shm/owstore-test-XXXXXX", command[100];
	struct stat here, there;
	struct ow_id id, wrong = {{1}};
	uint64_t size;
	int dir;

	begin();
	if (mkdtemp(at) == NULL)
		return;
	ck_assert_int_ge(dir = open(at, O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
	ck_assert_int_eq(fstat(root, &here), 0);
	ck_assert_int_eq(fstat(dir, &there), 0);
	put_file(dir, "f", "some bytes", 10);
	ck_ok(digest_bytes("some bytes", 10, &id, &err));
	if (here.st_dev != there.st_dev) {
		ck_fails(zone_blob_publish(zone, dir, "f", &wrong, "MIT", &err), OW_E_INTEGRITY);
		err = (struct ow_error){0};
		ck_assert_int_eq(zone_blob_has(zone, &wrong, NULL, NULL, &err), 0);
	}
	ck_assert_int_eq(zone_blob_publish(zone, dir, "f", &id, "MIT", &err), 1);
	ck_assert_int_eq(zone_blob_has(zone, &id, "MIT", &size, &err), 1);
	ck_assert_uint_eq(size, 10);
	ck_assert_int_ne(faccessat(dir, "f", F_OK, 0), 0);
	(void)snprintf(command, sizeof command, "rm -rf %s", at);
	ck_assert_int_eq(system(command), 0);
	end();
}
END_TEST

START_TEST(clone_works_or_says_that_it_cannot)
{
	struct ow_id id;
	struct stat a, b;
	char path[200];
	int fd, r;

	begin();
	id = put_staged("a", "some bytes");
	ck_ok(zone_blob_publish(zone, stage_dirfd(stage), "a", &id, "MIT", &err));
	ck_assert_int_eq(zone_blob_open(zone, &id, "MIT", &fd, NULL, &err), 1);
	ck_assert_int_eq(zone_blob_clone(zone, fd, &id, "MIT", &err), 0);
	ck_ok(r = zone_blob_clone(zone, fd, &id, "0BSD", &err));
	if (r == 1) {
		(void)snprintf(path, sizeof path, "%s", blob_path("0BSD", &id));
		ck_assert_int_eq(fstat(fd, &a), 0);
		ck_assert_int_eq(fstatat(root, path, &b, 0), 0);
		ck_assert_uint_ne(a.st_ino, b.st_ino);
		ck_assert_uint_eq(b.st_mode & 0777, 0444);
	} else {
		ck_assert_int_eq(r, CLONE_NOT_HERE);
		ck_assert_int_eq(zone_blob_has(zone, &id, "0BSD", NULL, &err), 0);
	}
	fd_close(fd);
	end();
}
END_TEST

struct seen {
	char text[2000];
	unsigned n_strays;
};

static int see(void *ctx, const struct blob_seen *b, struct ow_error *e)
{
	struct seen *s = ctx;
	char hex[OW_ID_HEX];
	size_t n = strlen(s->text);

	(void)e;
	(void)snprintf(s->text + n, sizeof s->text - n, "%s %.8s %u %o\n", b->licence,
		       ow_id_hex(&b->id, hex), (unsigned)b->size, b->mode);
	return 0;
}

static int stray(void *ctx, const char *path, const char *why, struct ow_error *e)
{
	struct seen *s = ctx;
	size_t n = strlen(s->text);

	(void)e;
	(void)snprintf(s->text + n, sizeof s->text - n, "%.40s: %s\n", path, why);
	s->n_strays++;
	return 0;
}

START_TEST(attack_H22_walk_names_every_blob_and_every_stray)
{
	struct seen seen = {0};
	struct ow_id id;

	begin();
	id = put_staged("a", "a"); /* ca978112… */
	ck_ok(zone_blob_publish(zone, stage_dirfd(stage), "a", &id, "MIT", &err));
	id = put_staged("b", "b"); /* 3e23e816… */
	ck_ok(zone_blob_publish(zone, stage_dirfd(stage), "b", &id, "MIT", &err));
	id = put_staged("c", "c"); /* 2e7d2c03… */
	ck_ok(zone_blob_publish(zone, stage_dirfd(stage), "c", &id, "0BSD", &err));
	ck_assert_int_eq(fchmodat(root, blob_path("0BSD", &id), 0644, 0), 0);
	put_file(root, "s/zones/internal/blobs/notes", "x", 1);
	put_file(root, "s/zones/internal/blobs/MIT/notes", "x", 1);
	put_file(root, "s/zones/internal/blobs/MIT/ca/notes", "x", 1);
	ck_assert_int_eq(mkdirat(root, "s/zones/internal/blobs/MIT/ca/folder", 0755), 0);
	put_file(root,
		 "s/zones/internal/blobs/MIT/ca/"
		 "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
		 "b", 1);
	ck_ok(zone_blob_walk(zone, see, stray, &seen, &err));
	ck_assert_str_eq(seen.text,
			 "blobs/notes: not a licence folder\n"
			 "0BSD 2e7d2c03 1 644\n"
			 "MIT 3e23e816 1 444\n"
			 "blobs/MIT/ca/3e23e8160039594a33894f6564e: not the name of a digest\n"
			 "MIT ca978112 1 444\n"
			 "blobs/MIT/ca/folder: not a regular file\n"
			 "blobs/MIT/ca/notes: not the name of a digest\n"
			 "blobs/MIT/notes: not a folder of two hex digits\n");
	end();
}
END_TEST

SUITE_MAIN("store/blob", published_blob_has_its_place_and_mode, publishing_twice_drops_the_second,
	   attack_H22_cut_blob_is_replaced_by_the_whole_one, folders_take_the_mode_of_their_class,
	   bad_licence_folders_are_refused, bytes_from_another_file_system_are_copied_and_checked,
	   clone_works_or_says_that_it_cannot, attack_H22_walk_names_every_blob_and_every_stray)
