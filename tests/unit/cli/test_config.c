/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "cli/config.h"
#include "support/support.h"

static const char *const no_flags[SETTINGS];

/* A home of its own with a settings file. */
static const char *home(const char *text)
{
	int dir;
	const char *path = scratch(&dir);

	ck_assert_int_eq(unsetenv("OWSTORE_STORE"), 0);
	ck_assert_int_eq(unsetenv("OWSTORE_TRUST"), 0);
	ck_assert_int_eq(unsetenv("OWSTORE_KEYS"), 0);
	ck_assert_int_eq(unsetenv("OWSTORE_JOBS"), 0);
	ck_assert_int_eq(unsetenv("OWSTORE_CONFIG"), 0);
	ck_assert_int_eq(unsetenv("XDG_CONFIG_HOME"), 0);
	ck_assert_int_eq(unsetenv("XDG_DATA_HOME"), 0);
	ck_assert_int_eq(unsetenv("XDG_STATE_HOME"), 0);
	ck_assert_int_eq(setenv("HOME", path, 1), 0);
	ck_assert_int_eq(mkdirat(dir, ".config", 0755), 0);
	ck_assert_int_eq(mkdirat(dir, ".config/owstore", 0755), 0);
	if (text != NULL)
		put_file(dir, ".config/owstore/config.yaml", text, strlen(text));
	return path;
}

static void is(const struct config *c, enum setting s, const char *value, const char *origin)
{
	ck_assert_str_eq(c->at[s].value, value);
	ck_assert_str_eq(c->at[s].origin, origin);
}

START_TEST(flags_win_over_environment_over_file_over_default)
{
	const char *path = home("store: /file\ntrust: /file-trust\njobs: 4\ncolor: never\n"),
		   *flags[SETTINGS] = {0};
	OW_AUTO(config_done) struct config c = {0};
	char keys[200], origin[200];
	struct ow_error err;

	flags[SETTING_STORE] = "flag";
	ck_assert_int_eq(setenv("OWSTORE_STORE", "env", 1), 0);
	ck_assert_int_eq(setenv("OWSTORE_JOBS", "2", 1), 0);
	ck_ok(config_load(&c, flags, &err));
	is(&c, SETTING_STORE, "flag", "--store");
	is(&c, SETTING_JOBS, "2", "OWSTORE_JOBS");
	(void)snprintf(origin, sizeof origin, "%s/.config/owstore/config.yaml:2", path);
	is(&c, SETTING_TRUST, "/file-trust", origin);
	(void)snprintf(keys, sizeof keys, "%s/.config/owstore/keys", path);
	is(&c, SETTING_KEYS, keys, "default");
}
END_TEST

START_TEST(defaults_follow_xdg_and_need_a_home)
{
	OW_AUTO(config_done) struct config c = {0};
	OW_AUTO(config_done) struct config bare = {0};
	struct ow_error err;

	(void)home(NULL);
	ck_assert_int_eq(setenv("XDG_DATA_HOME", "/data", 1), 0);
	ck_assert_int_eq(setenv("XDG_STATE_HOME", "not/absolute", 1), 0);
	ck_ok(config_load(&c, no_flags, &err));
	is(&c, SETTING_STORE, "/data/owstore/store", "default");
	ck_assert_ptr_nonnull(strstr(c.at[SETTING_TRUST].value, "/.local/state/owstore/trust"));
	ck_assert_ptr_null(c.at[SETTING_JOBS].value);
	is(&c, SETTING_COLOR, "auto", "default");
	ck_assert_int_eq(unsetenv("HOME"), 0);
	ck_ok(config_load(&bare, no_flags, &err));
	is(&bare, SETTING_STORE, "/data/owstore/store", "default");
	ck_assert_ptr_null(config_need(&bare, SETTING_KEYS, &err));
	ck_assert_int_eq(err.code, OW_E_USAGE);
	ck_assert_str_eq(err.hint, "give --keys DIR or set OWSTORE_KEYS");
}
END_TEST

START_TEST(a_named_file_takes_the_place_of_both)
{
	OW_AUTO(config_done) struct config c = {0};
	OW_AUTO(config_done) struct config none = {0};
	struct ow_error err;
	char named[200];

	(void)snprintf(named, sizeof named, "%s/other.yaml", home("store: /file\n"));
	ck_assert_int_eq(setenv("OWSTORE_CONFIG", named, 1), 0);
	ck_fails(config_load(&none, no_flags, &err), OW_E_IO);
	ck_assert_int_eq(setenv("OWSTORE_CONFIG", "/dev/null", 1), 0);
	ck_ok(config_load(&c, no_flags, &err));
	ck_assert_str_eq(c.at[SETTING_STORE].origin, "default");
}
END_TEST

START_TEST(what_is_wrong_is_told_with_its_place)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
	    {"stor: /x\n", ":1:1: unknown key 'stor'"},
	    {"store: x\n", ":1:8: store: 'x' is not an absolute path"},
	    {"store: [/x]\n", ":1:8: store: a text is expected"},
	    {"- store\n", ":1:1: a map is expected"},
	    {"a: &b c\n", ":1:4: anchors are not taken"},
	    {"color: auto\njobs: 0\n", ":2: jobs '0' is not a number from 1 to 256"},
	    {"jobs: 257\n", ":1: jobs '257' is not a number from 1 to 256"},
	    {"color: red\n", ":1: color 'red' is none of auto, always, never"},
	};
	struct ow_error err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		OW_AUTO(config_done) struct config c = {0};
		const char *path = home(cases[i].text);
		size_t n = strlen(path) + strlen("/.config/owstore/config.yaml");

		ck_fails(config_load(&c, no_flags, &err), OW_E_USAGE);
		ck_assert_uint_gt(strlen(err.text), n);
		ck_assert_str_eq(err.text + n, cases[i].error);
	}
}
END_TEST

START_TEST(every_failed_allocation_is_an_error)
{
	struct ow_error err;
	unsigned long nth = 1;
	int result;

	(void)home("store: /file\n");
	do {
		OW_AUTO(config_done) struct config c = {0};

		err = (struct ow_error){0};
		(void)mem_fail_at(nth++);
		result = config_load(&c, no_flags, &err);
		ck_assert(result == 0 || err.code == OW_E_IO);
	} while (result < 0);
	(void)mem_fail_at(0);
	ck_assert_uint_gt(nth, 8);
}
END_TEST

SUITE_MAIN("cli/config", flags_win_over_environment_over_file_over_default,
	   defaults_follow_xdg_and_need_a_home, a_named_file_takes_the_place_of_both,
	   what_is_wrong_is_told_with_its_place, every_failed_allocation_is_an_error)
