/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec/digest.h"
#include "trust/state.h"
#include "unit/trust/kit.h"

/* An origin with one root key and three versions of its root. */
struct cast {
	struct secret_key *ra;
	struct signed_doc doc[3];
	struct ow_id id[3];
};

static struct cast cast(void)
{
	struct ow_error err = {0};
	struct cast c = {.ra = kit_key("ra", OW_ROLE_ROOT)};
	const struct secret_key *const signers[] = {c.ra, NULL};
	OW_AUTO(root_free) struct root *r = kit_root(signers);

	for (unsigned i = 0; i < 3; i++) {
		c.doc[i] = kit_root_doc(r, signers);
		ck_ok(digest_bytes(c.doc[i].doc.p, c.doc[i].doc.n, &c.id[i], &err));
		r->version++;
		r->has_prev = true;
		r->prev = c.id[i];
	}
	return c;
}

static void cast_done(struct cast *c)
{
	secret_key_free(c->ra);
	for (unsigned i = 0; i < 3; i++)
		signed_done(&c->doc[i]);
}
OW_DEFINE_AUTO_DONE(struct cast, cast_done)

static struct signed_doc copy(const struct signed_doc *d)
{
	struct ow_error err = {0};
	struct signed_doc out = kit_doc(d->name, d->doc.p, d->doc.n);

	for (size_t i = 0; i < d->n_sigs; i++)
		ck_ok(signed_add(&out, d->sig[i].name, d->sig[i].text, d->sig[i].n, &err));
	return out;
}

/* The chain over the first n versions. */
static struct chain chain_of(const struct cast *c, unsigned n)
{
	struct ow_error err = {0};
	struct chain chain = {0};
	struct signed_doc first = copy(&c->doc[0]);

	ck_ok(chain_begin(&chain, &first, &c->id[0], &err));
	for (unsigned i = 1; i < n; i++) {
		struct chain_candidate k = {.version = i + 1, .doc = copy(&c->doc[i])};

		ck_assert_int_eq(chain_extend(&chain, &k, 1, NULL, &err), 1);
	}
	return chain;
}

static struct trust_state at(const char *dir)
{
	struct ow_error err = {0};
	struct trust_state t;

	ck_ok(trust_state_init(&t, dir, &err));
	return t;
}

START_TEST(directories_follow_xdg)
{
	struct ow_error err = {0};
	struct trust_state t;

	ck_assert_int_eq(setenv("XDG_STATE_HOME", "/x/state", 1), 0);
	ck_ok(trust_state_init(&t, NULL, &err));
	ck_assert_str_eq(t.dir[0], "/x/state/owstore/trust");
	ck_assert_str_eq(t.dir[1], "/etc/owstore/trust");
	trust_state_done(&t);
	/* the default by its name keeps the host's beside it, another one stands alone */
	ck_ok(trust_state_init(&t, "/x/state/owstore/trust", &err));
	ck_assert_ptr_nonnull(t.dir[1]);
	trust_state_done(&t);
	ck_ok(trust_state_init(&t, "/y", &err));
	ck_assert_str_eq(t.dir[0], "/y");
	ck_assert_ptr_null(t.dir[1]);
	trust_state_done(&t);
	ck_assert_int_eq(setenv("XDG_STATE_HOME", "relative", 1), 0);
	ck_assert_int_eq(setenv("HOME", "/h", 1), 0);
	ck_ok(trust_state_init(&t, NULL, &err));
	ck_assert_str_eq(t.dir[0], "/h/.local/state/owstore/trust");
	trust_state_done(&t);
	ck_assert_int_eq(unsetenv("HOME"), 0);
	ck_fails(trust_state_init(&t, NULL, &err), OW_E_USAGE);
}
END_TEST

START_TEST(anchor_is_kept_and_the_chain_walked_from_it)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain first = chain_of(&c, 1);
	OW_AUTO(chain_done) struct chain all = chain_of(&c, 3);
	OW_AUTO(chain_done) struct chain back = {0};
	OW_AUTO(trust_state_done) struct trust_state t = at(scratch(NULL));
	OW_AUTO(origin_list_done) struct origin_list origins = {0};

	ck_assert_int_eq(trust_knows(&t, "acme", &err), 0);
	ck_ok(trust_anchor(&t, &first, &err));
	ck_assert_int_eq(trust_knows(&t, "acme", &err), 1);
	ck_fails(trust_anchor(&t, &first, &err), OW_E_TRUST);
	ck_ok(trust_load(&t, "acme", &back, &err));
	ck_assert_uint_eq(back.n, 1);
	chain_done(&back);
	ck_ok(trust_persist(&t, &all, 1, &err));
	ck_ok(trust_load(&t, "acme", &back, &err));
	ck_assert_uint_eq(chain_newest(&back)->version, 3);
	ck_ok(trust_origins(&t, &origins, &err));
	ck_assert_uint_eq(origins.n, 1);
	ck_assert_str_eq(origins.at[0], "acme");
}
END_TEST

START_TEST(attack_A01_unknown_origin_prints_the_fingerprint_to_compare)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain back = {0};
	OW_AUTO(trust_state_done) struct trust_state t = at(scratch(NULL));
	char text[FINGERPRINT_TEXT];

	ck_fails(trust_load(&t, "acme", &back, &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.hint, "trust init"));
	err = (struct ow_error){0};
	ck_assert_int_eq(trust_unknown("acme", &c.id[0], &err), OW_E_TRUST);
	ck_assert_ptr_nonnull(strstr(err.hint, fingerprint_text(&c.id[0], text)));
	ck_assert_ptr_nonnull(strstr(err.hint, "--fingerprint HEX"));
}
END_TEST

START_TEST(roots_that_only_lie_there_are_not_believed)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain all = chain_of(&c, 2);
	OW_AUTO(chain_done) struct chain back = {0};
	const char *path = scratch(NULL);
	OW_AUTO(trust_state_done) struct trust_state t = at(path);
	int dir;

	/* roots without an anchor */
	ck_ok(trust_persist(&t, &all, 0, &err));
	ck_assert_int_eq(trust_knows(&t, "acme", &err), 0);
	ck_fails(trust_load(&t, "acme", &back, &err), OW_E_TRUST);
	dir = trust_origin_dir(&t, "acme", NULL, &err);
	ck_assert_int_ge(dir, 0);
	/* an anchor that is none of them */
	put_file(dir, "ANCHOR",
		 "sha256:0000000000000000000000000000000000000000000000000000000000000000\n", 72);
	ck_fails(trust_load(&t, "acme", &back, &err), OW_E_TRUST);
	put_file(dir, "ANCHOR", "sha256:00\n", 10);
	ck_fails(trust_load(&t, "acme", &back, &err), OW_E_FORMAT);
	/* an altered root behind a good anchor */
	ck_assert_int_eq(unlinkat(dir, "ANCHOR", 0), 0);
	ck_ok(trust_anchor(&t, &all, &err));
	ck_ok(trust_load(&t, "acme", &back, &err));
	chain_done(&back);
	all.link[1].doc.doc.p[20] ^= 1;
	ck_ok(trust_persist(&t, &all, 1, &err));
	ck_fails(trust_load(&t, "acme", &back, &err), OW_E_TRUST);
	(void)close(dir);
}
END_TEST

START_TEST(folder_of_another_origin_is_refused)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain first = chain_of(&c, 1);
	OW_AUTO(chain_done) struct chain back = {0};
	const char *path = scratch(NULL);
	OW_AUTO(trust_state_done) struct trust_state t = at(path);
	char from[128], to[128];

	ck_ok(trust_anchor(&t, &first, &err));
	(void)snprintf(from, sizeof from, "%s/acme", path);
	(void)snprintf(to, sizeof to, "%s/umbrella", path);
	ck_assert_int_eq(rename(from, to), 0);
	ck_fails(trust_load(&t, "umbrella", &back, &err), OW_E_TRUST);
	ck_fails(trust_load(&t, "../trust", &back, &err), OW_E_TRUST);
}
END_TEST

START_TEST(the_hosts_folder_is_read_beside_the_users)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(chain_done) struct chain first = chain_of(&c, 1);
	OW_AUTO(chain_done) struct chain all = chain_of(&c, 3);
	OW_AUTO(chain_done) struct chain back = {0};
	char host[160], user[160];
	const char *path = scratch(NULL);

	(void)snprintf(host, sizeof host, "%s/host", path);
	(void)snprintf(user, sizeof user, "%s/user", path);
	{
		OW_AUTO(trust_state_done) struct trust_state t = at(host);

		ck_ok(trust_anchor(&t, &first, &err));
	}
	{
		OW_AUTO(trust_state_done) struct trust_state t = at(user);

		t.dir[1] = strdup(host);
		ck_ok(trust_load(&t, "acme", &back, &err));
		/* newer roots are the user's to keep, the anchor stays the host's */
		ck_ok(trust_persist(&t, &all, 1, &err));
		chain_done(&back);
		ck_ok(trust_load(&t, "acme", &back, &err));
		ck_assert_uint_eq(chain_newest(&back)->version, 3);
	}
	{
		OW_AUTO(trust_state_done) struct trust_state t = at(user);

		ck_assert_int_eq(trust_knows(&t, "acme", &err), 0);
	}
}
END_TEST

START_TEST(attack_A09_evidence_is_kept)
{
	struct ow_error err = {0};
	OW_AUTO(cast_done) struct cast c = cast();
	OW_AUTO(trust_state_done) struct trust_state t = at(scratch(NULL));
	OW_AUTO(signed_done) struct signed_doc back = {0};
	char stem[OW_ID_HEX];
	int dir;

	ck_ok(trust_keep_evidence(&t, "acme", &c.doc[1], &err));
	ck_ok(trust_keep_evidence(&t, "acme", &c.doc[1], &err));
	dir = trust_origin_dir(&t, "acme", "evidence", &err);
	ck_assert_int_ge(dir, 0);
	(void)ow_id_hex(&c.id[1], stem);
	stem[16] = '\0';
	ck_ok(signed_read(dir, stem, DOCUMENT_MAX, &back, &err));
	ck_assert_uint_eq(back.n_sigs, 1);
	(void)close(dir);
}
END_TEST

/* Run in a child, with a kill at its n-th write if n > 0. Returns true if it was killed. */
static bool child(void (*work)(const char *path), const char *path, unsigned n)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		char fault[32];

		(void)snprintf(fault, sizeof fault, "write:%u:kill", n);
		(void)setenv("OWSTORE_FAULT", n == 0 ? "" : fault, 1);
		work(path);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

static struct cast shared; /* made before the children, who must agree on the keys */

static void work_anchor(const char *path)
{
	struct ow_error err = {0};
	OW_AUTO(trust_state_done) struct trust_state t = at(path);
	OW_AUTO(chain_done) struct chain c = chain_of(&shared, 1);

	int known = trust_knows(&t, "acme", &err);

	if (known < 0 || (known == 0 && trust_anchor(&t, &c, &err) < 0))
		_exit(1);
}

static void work_persist(const char *path)
{
	struct ow_error err = {0};
	OW_AUTO(trust_state_done) struct trust_state t = at(path);
	OW_AUTO(chain_done) struct chain c = chain_of(&shared, 3);

	if (trust_persist(&t, &c, 1, &err) < 0)
		_exit(1);
}

static void work_check(const char *path)
{
	struct ow_error err = {0};
	OW_AUTO(trust_state_done) struct trust_state t = at(path);
	OW_AUTO(chain_done) struct chain c = {0};

	int known = trust_knows(&t, "acme", &err);

	/* nothing known yet, or everything that is there holds */
	if (known < 0 || (known > 0 && trust_load(&t, "acme", &c, &err) < 0))
		_exit(1);
}

START_TEST(attack_A17_killed_anywhere_the_state_is_old_or_new)
{
	char path[64] = "/tmp/owstore-trust-XXXXXX", command[96];
	unsigned kills = 0;

	/* only children may touch files through the table: its plan of faults is read once a process */
	shared = cast();
	ck_assert_ptr_nonnull(mkdtemp(path));
	for (unsigned n = 1; child(work_anchor, path, n); n++, kills++)
		(void)child(work_check, path, 0);
	for (unsigned n = 1; child(work_persist, path, n); n++, kills++)
		(void)child(work_check, path, 0);
	(void)child(work_check, path, 0);
	ck_assert_uint_gt(kills, 8);
	(void)snprintf(command, sizeof command, "rm -rf %s", path);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(fingerprints_are_written_for_reading_aloud)
{
	struct ow_error err = {0};
	struct ow_id id, back;
	char text[FINGERPRINT_TEXT];

	for (unsigned i = 0; i < 32; i++)
		id.b[i] = (uint8_t)(i * 8 + 3);
	ck_assert_str_eq(fingerprint_text(&id, text),
			 "030b131b 232b333b 434b535b 636b737b 838b939b a3abb3bb c3cbd3db e3ebf3fb");
	ck_ok(fingerprint_parse(text, &back, &err));
	ck_assert(ow_id_equal(&id, &back));
	ck_ok(fingerprint_parse(
	    "030B131B-232B333B-434B535B-636B737B:838b939b:a3abb3bb:c3cbd3dbe3ebf3fb", &back, &err));
	ck_assert(ow_id_equal(&id, &back));
	ck_ok(fingerprint_parse(
	    "sha256:030b131b232b333b434b535b636b737b838b939ba3abb3bbc3cbd3dbe3ebf3fb", &back,
	    &err));
	ck_assert(ow_id_equal(&id, &back));
}
END_TEST

START_TEST(attack_A03_short_fingerprint_is_refused)
{
	static const char *const bad[] = {
	    "",
	    "030b131b232b333b",
	    "030b131b232b333b434b535b636b737b838b939ba3abb3bbc3cbd3dbe3ebf3f",
	    "030b131b232b333b434b535b636b737b838b939ba3abb3bbc3cbd3dbe3ebf3fb0",
	    "0x30b131b232b333b434b535b636b737b838b939ba3abb3bbc3cbd3dbe3ebf3fb",
	};
	struct ow_id id;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct ow_error err = {0};

		ck_assert_int_eq(fingerprint_parse(bad[i], &id, &err), OW_E_USAGE);
		if (i == 1)
			ck_assert_ptr_nonnull(strstr(err.text, "16 digits, expected all 64"));
	}
}
END_TEST

SUITE_MAIN("trust/state", directories_follow_xdg, anchor_is_kept_and_the_chain_walked_from_it,
	   attack_A01_unknown_origin_prints_the_fingerprint_to_compare,
	   roots_that_only_lie_there_are_not_believed, folder_of_another_origin_is_refused,
	   the_hosts_folder_is_read_beside_the_users, attack_A09_evidence_is_kept,
	   attack_A17_killed_anywhere_the_state_is_old_or_new,
	   fingerprints_are_written_for_reading_aloud, attack_A03_short_fingerprint_is_refused)
