/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "codec/cbor_wr.h"
#include "os/file.h"
#include "unit/trust/kit.h"

static const struct ow_view wrong = {.p = (const uint8_t *)"incorrect", .n = 9};

static struct buf new_file(void)
{
	struct ow_error err = {0};
	struct key_info info;
	struct buf file = {0};

	ck_ok(key_file_new("rel", OW_ROLE_RELEASE, 1795000000, kit_pass, kit_cheap, &file, &info,
			   &err));
	return file;
}

START_TEST(key_file_holds_what_it_was_given)
{
	struct ow_error err = {0};
	OW_AUTO(buf_done) struct buf file = new_file();
	OW_AUTO(secret_key_free) struct secret_key *key = NULL;
	struct key_file f;
	uint8_t id[SIGN_KEY_ID];

	ck_ok(key_file_parse(file.p, file.n, &f, &err));
	ck_assert_str_eq(f.info.name, "rel");
	ck_assert_int_eq(f.info.role, OW_ROLE_RELEASE);
	ck_assert_uint_eq(f.info.created, 1795000000);
	sign_key_id(f.info.pk, id);
	ck_assert_mem_eq(f.info.id, id, sizeof id);
	ck_ok(key_file_open(&f, kit_pass, &key, &err));
	ck_assert_mem_eq(secret_key_info(key)->pk, f.info.pk, SIGN_PUBLIC);
}
END_TEST

START_TEST(attack_J03_wrong_passphrase_and_altered_header_say_the_same)
{
	struct ow_error err = {0};
	OW_AUTO(buf_done) struct buf file = new_file();
	OW_AUTO(secret_key_free) struct secret_key *key = NULL;
	struct key_file f, g;
	char said[sizeof err.text];
	unsigned same = 0;
	size_t from;

	ck_ok(key_file_parse(file.p, file.n, &f, &err));
	ck_fails(key_file_open(&f, wrong, &key, &err), OW_E_TRUST);
	memcpy(said, err.text, sizeof said);
	from = (size_t)(f.header.p - file.p);
	for (size_t i = from; i < file.n; i++) {
		struct ow_error why = {0};

		file.p[i] ^= 1;
		if (key_file_parse(file.p, file.n, &g, &why) == 0 &&
		    g.info.lock.cost.mem_kib < 65536 && strcmp(g.info.name, "rel") == 0) {
			ck_fails(key_file_open(&g, kit_pass, &key, &err), OW_E_TRUST);
			ck_assert_str_eq(err.text, said);
			same++;
		}
		file.p[i] ^= 1;
	}
	/* key, time, salt, nonce and box at least */
	ck_assert_uint_gt(same, SIGN_PUBLIC + BOX_SALT + BOX_NONCE + KEY_BOX);
}
END_TEST

static bool refused_or_sane(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct key_file f;

	(void)ctx;
	if (key_file_parse(p, n, &f, &err) < 0)
		return err.code == OW_E_FORMAT;
	return box_cost_ok(&f.info.lock.cost) && text_is_id(f.info.name) &&
	       role_name(f.info.role)[0] != 0;
}

static bool refused(void *ctx, const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct key_file f;

	(void)ctx;
	return key_file_parse(p, n, &f, &err) < 0;
}

START_TEST(every_truncation_is_refused_and_every_flip_stays_in_bounds)
{
	OW_AUTO(buf_done) struct buf file = new_file();

	sweep_truncations(file.p, file.n, refused, NULL);
	sweep_flips(file.p, file.n, refused_or_sane, NULL);
}
END_TEST

/* A well-formed key file with these costs and a salt of this length. */
static struct buf with_costs(uint64_t passes, uint64_t mem_kib, size_t salt)
{
	static const uint8_t zeros[64];
	struct buf b = {0};

	cbor_wr_map(&b, 4);
	cbor_wr_key(&b, 0);
	cbor_wr_text(&b, "secret-key");
	cbor_wr_key(&b, 1);
	cbor_wr_uint(&b, 1);
	cbor_wr_key(&b, 2);
	cbor_wr_map(&b, 8);
	cbor_wr_key(&b, 0);
	cbor_wr_text(&b, "rel");
	cbor_wr_key(&b, 1);
	cbor_wr_uint(&b, OW_ROLE_RELEASE);
	cbor_wr_key(&b, 2);
	cbor_wr_bytes(&b, zeros, SIGN_PUBLIC);
	cbor_wr_key(&b, 3);
	cbor_wr_uint(&b, 0);
	cbor_wr_key(&b, 4);
	cbor_wr_uint(&b, passes);
	cbor_wr_key(&b, 5);
	cbor_wr_uint(&b, mem_kib);
	cbor_wr_key(&b, 6);
	cbor_wr_bytes(&b, zeros, salt);
	cbor_wr_key(&b, 7);
	cbor_wr_bytes(&b, zeros, BOX_NONCE);
	cbor_wr_key(&b, 3);
	cbor_wr_bytes(&b, zeros, KEY_BOX);
	return b;
}

START_TEST(attack_J02_costs_out_of_bounds_are_refused_unpaid)
{
	static const struct {
		uint64_t passes, mem_kib;
		size_t salt;
		bool ok;
	} cases[] = {
	    {BOX_PASSES_MIN, BOX_MEM_KIB_MIN, BOX_SALT, true},
	    {BOX_PASSES_MAX, BOX_MEM_KIB_MAX, BOX_SALT, true},
	    {1, 64ULL << 20, BOX_SALT, false},
	    {1ULL << 31, BOX_MEM_KIB_MIN, BOX_SALT, false},
	    {1, 0, BOX_SALT, false},
	    {0, BOX_MEM_KIB_MIN, BOX_SALT, false},
	    {1, BOX_MEM_KIB_MIN, BOX_SALT - 1, false},
	    {UINT64_MAX, UINT64_MAX, BOX_SALT, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ow_error err = {0};
		OW_AUTO(buf_done)
		struct buf b = with_costs(cases[i].passes, cases[i].mem_kib, cases[i].salt);
		struct key_file f;

		ck_assert_int_eq(key_file_parse(b.p, b.n, &f, &err), cases[i].ok ? 0 : OW_E_FORMAT);
	}
}
END_TEST

static int keys_dir(void)
{
	int dir;

	(void)scratch(&dir);
	return dir;
}

START_TEST(key_is_made_once_and_opened_by_name)
{
	struct ow_error err = {0};
	int dir = keys_dir();
	struct key_info info, again;
	OW_AUTO(secret_key_free) struct secret_key *key = NULL;
	OW_AUTO(buf_done) struct buf pub = {0};
	uint8_t pk[SIGN_PUBLIC];
	struct stat st;

	ck_ok(
	    key_create(dir, "rel", OW_ROLE_RELEASE, 1795000000, kit_pass, kit_cheap, &info, &err));
	ck_assert_int_eq(fstatat(dir, "rel.key", &st, 0), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_fails(
	    key_create(dir, "rel", OW_ROLE_ROOT, 1795000000, kit_pass, kit_cheap, &again, &err),
	    OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "already"));
	ck_ok(key_read_info(dir, "rel", &again, &err));
	ck_assert_mem_eq(again.pk, info.pk, SIGN_PUBLIC);
	ck_ok(key_open(dir, "rel", kit_pass, &key, &err));
	ck_ok(file_read(dir, "rel.pub", PUBLIC_KEY_FILE_MAX, &pub, &err));
	ck_ok(public_key_parse(pub.p, pub.n, pk, &err));
	ck_assert_mem_eq(pk, info.pk, SIGN_PUBLIC);
	ck_fails(key_open(dir, "../rel", kit_pass, &key, &err), OW_E_USAGE);
	ck_fails(key_open(dir, "missing", kit_pass, &key, &err), OW_E_USAGE);
	ck_fails(key_create(dir, "a b", OW_ROLE_ROOT, 0, kit_pass, kit_cheap, &again, &err),
		 OW_E_USAGE);
	ck_fails(
	    key_create(dir, "empty", OW_ROLE_ROOT, 0, (struct ow_view){0}, kit_cheap, &again, &err),
	    OW_E_USAGE);
	(void)close(dir);
}
END_TEST

START_TEST(attack_J01_file_that_others_could_touch_is_refused)
{
	struct ow_error err = {0};
	int dir = keys_dir();
	struct key_info info;

	ck_ok(key_create(dir, "rel", OW_ROLE_RELEASE, 0, kit_pass, kit_cheap, &info, &err));
	ck_assert_int_eq(fchmodat(dir, "rel.key", 0644, 0), 0);
	ck_fails(key_read_info(dir, "rel", &info, &err), OW_E_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "0644"));
	ck_assert_int_eq(fchmodat(dir, "rel.key", 0620, 0), 0);
	ck_fails(key_read_info(dir, "rel", &info, &err), OW_E_USAGE);
	ck_assert_int_eq(fchmodat(dir, "rel.key", 0400, 0), 0);
	ck_ok(key_read_info(dir, "rel", &info, &err));
	ck_assert_int_eq(linkat(dir, "rel.key", dir, "copy.key", 0), 0);
	ck_fails(key_read_info(dir, "rel", &info, &err), OW_E_USAGE);
	ck_assert_int_eq(unlinkat(dir, "copy.key", 0), 0);
	ck_assert_int_eq(symlinkat("rel.key", dir, "link.key"), 0);
	ck_fails(key_read_info(dir, "link", &info, &err), OW_E_USAGE);
	ck_assert_int_eq(mkfifoat(dir, "pipe.key", 0600), 0);
	ck_fails(key_read_info(dir, "pipe", &info, &err), OW_E_USAGE);
	if (geteuid() == 0) {
		ck_assert_int_eq(fchownat(dir, "rel.key", 65534, 65534, 0), 0);
		ck_fails(key_read_info(dir, "rel", &info, &err), OW_E_USAGE);
	}
	(void)close(dir);
}
END_TEST

START_TEST(key_under_another_name_is_refused)
{
	struct ow_error err = {0};
	int dir = keys_dir();
	struct key_info info;

	ck_ok(key_create(dir, "rel", OW_ROLE_RELEASE, 0, kit_pass, kit_cheap, &info, &err));
	ck_assert_int_eq(renameat(dir, "rel.key", dir, "root.key"), 0);
	ck_fails(key_read_info(dir, "root", &info, &err), OW_E_FORMAT);
	(void)close(dir);
}
END_TEST

START_TEST(without_memory_nothing_is_left_behind)
{
	int dir = keys_dir();
	struct key_info info;

	for (unsigned long n = 1;; n++) {
		struct ow_error err = {0};
		int r;

		(void)mem_fail_at(n);
		r = key_create(dir, "rel", OW_ROLE_RELEASE, 0, kit_pass, kit_cheap, &info, &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
		ck_assert_int_lt(faccessat(dir, "rel.key", F_OK, 0), 0);
		ck_assert_uint_lt(n, 100);
	}
	(void)close(dir);
}
END_TEST

SUITE_MAIN("trust/key", key_file_holds_what_it_was_given,
	   attack_J03_wrong_passphrase_and_altered_header_say_the_same,
	   every_truncation_is_refused_and_every_flip_stays_in_bounds,
	   attack_J02_costs_out_of_bounds_are_refused_unpaid, key_is_made_once_and_opened_by_name,
	   attack_J01_file_that_others_could_touch_is_refused, key_under_another_name_is_refused,
	   without_memory_nothing_is_left_behind)
