/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "policy/license_diff.h"
#include "support/policy.h"
#include "support/support.h"

#define PERMISSIONS_OF(share)                                                                      \
	"permissions: {redistribution: " share                                                     \
	", commercial_use: yes, derivatives: yes, fine_tune_redistribution: yes, "                 \
	"quantized_redistribution: yes, output_training: yes}"
#define PROFILE(id, more)                                                                          \
	"  - {id: " id                                                                             \
	", name: n, family: f, openness: open-source, confidence: high, source: s, "               \
	"clauses: c, " PERMISSIONS_OF("yes") ", copyleft: none, outputs: [none], "                 \
					     "outputs_clause: c" more "}\n"

static int add(struct license_set *set, const char *text, struct ow_error *err)
{
	return license_set_add(set, text, strlen(text), "f", err);
}

START_TEST(the_built_in_profiles_are_whole)
{
	const struct license_set *set = profiles();

	ck_assert_uint_eq(license_count(set), 161);
	for (size_t i = 0; i < license_count(set); i++) {
		const struct license *l = license_at(set, i);

		ck_assert(i == 0 || strcasecmp(license_at(set, i - 1)->id, l->id) < 0);
		ck_assert_ptr_eq(license_find(set, l->id), l);
		ck_assert(l->source[0] != '\0' && l->clauses[0] != '\0' && l->n_says == 15);
		/* what a condition or a duty says is said with its clause */
		ck_assert((l->passthrough != PASS_TERM && l->passthrough != PASS_SIMILAR) ||
			  l->duties[DUTY_PASSTHRU] != NULL);
		ck_assert(l->duties[DUTY_DISPLAY] == NULL || l->display.texts.n <= 2);
	}
}
END_TEST

START_TEST(ids_are_found_in_any_case_and_by_their_successors)
{
	static const char *const table[][2] = {
	    {"apache-2.0", "Apache-2.0"},       {"GPL-2.0", "GPL-2.0-only"},
	    {"gpl-3.0+", "GPL-3.0-or-later"},   {"AGPL-3.0", "AGPL-3.0-only"},
	    {"LGPL-2.1+", "LGPL-2.1-or-later"},
	};
	struct expr_leaf leaf = {.id = "GPL-3.0-only", .with = "GCC-exception-3.1"};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		ck_assert_str_eq(license_find(profiles(), table[i][0])->id, table[i][1]);
	ck_assert_ptr_null(license_find(profiles(), "GPL"));
	ck_assert_str_eq(license_of(profiles(), &leaf)->id, "GPL-3.0-only WITH GCC-exception-3.1");
	/* an exception that is not known gives no relief */
	memcpy(leaf.with, "Made-up-exception", sizeof "Made-up-exception");
	ck_assert_str_eq(license_of(profiles(), &leaf)->id, "GPL-3.0-only");
	leaf = (struct expr_leaf){.id = "GPL-2.0", .or_later = true};
	ck_assert_str_eq(license_of(profiles(), &leaf)->id, "GPL-2.0-or-later");
}
END_TEST

START_TEST(a_sites_profile_takes_the_place_of_a_built_in_one)
{
	OW_AUTO(license_set_free) struct license_set *set = NULL;
	struct ow_id before, after;
	struct ow_error err;
	size_t n;

	ck_ok(license_set_new(&set, &err));
	n = license_count(set);
	before = license_digest(set);
	ck_ok(add(set, "licenses:\n" PROFILE("mit", ", nc_clause: ours"), &err));
	ck_assert_uint_eq(license_count(set), n);
	ck_assert_str_eq(license_find(set, "MIT")->nc_clause, "ours");
	ck_assert_str_eq(license_find(set, "MIT")->origin, "f");
	ck_ok(add(set, "licenses:\n" PROFILE("LicenseRef-ours", ""), &err));
	ck_assert_uint_eq(license_count(set), n + 1);
	after = license_digest(set);
	ck_assert_mem_ne(&before, &after, sizeof before);
}
END_TEST

START_TEST(a_bad_file_changes_nothing_and_names_its_place)
{
	static const struct {
		const char *text, *want;
	} table[] = {
	    {"", "f:1:1: licenses: a list is expected"},
	    {"license: []\n", "f:1:1: unknown key 'license'"},
	    {"licenses: 4\n", "f:1:11: licenses: a list is expected"},
	    {"licenses: [{id: X}]\n", "f:1:12: the key 'name' is missing"},
	    {"licenses:\n" PROFILE("'a b'", ""), "f:2:10: id: 'a b' is not one licence"},
	    {"licenses:\n" PROFILE("A", "") PROFILE("a", ""), "f:3:5: 'a' again"},
	    {"licenses:\n" PROFILE("A", ", name_prefix: A"), "f:2:5: name_prefix and duty O-NAME"},
	    {"licenses:\n" PROFILE("A", ", training: free"), "f:2:5: training and training_clause"},
	    {"licenses:\n" PROFILE("A", ", reach: hosted"), "f:2:5: reach and reach_clause"},
	    {"licenses:\n" PROFILE("A", ", says: []"), "says: a map is expected"},
	    {"licenses:\n" PROFILE("A", ", duties: {O-SING: c}"), "unknown key 'O-SING'"},
	    {"licenses:\n" PROFILE("A", ", scale: [{of: mau}]"), "the key 'max' is missing"},
	    {"licenses:\n" PROFILE("A", ", territory: [{excludes: [UK], by: place, clause: c}]"),
	     "excludes: 'UK' is no country"},
	    {"licenses:\n" PROFILE("A", ", fields: {forbids: [gardening], clause: c}"),
	     "'gardening' is none of military"},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		OW_AUTO(license_set_free) struct license_set *set = NULL;
		struct ow_error err;

		ck_ok(license_set_empty(&set, &err));
		ck_fails(add(set, table[i].text, &err), OW_E_FORMAT);
		ck_assert_msg(strstr(err.text, table[i].want) != NULL, "%s", err.text);
		ck_assert_uint_eq(license_count(set), 0);
	}
}
END_TEST

START_TEST(a_file_is_taken_whole_or_not_when_memory_runs_out)
{
	static const char text[] =
	    "licenses:\n" PROFILE("A", ", duties: {O-COPY: c}") PROFILE("B", ", says: {x: y}");

	for (unsigned long n = 1;; n++) {
		OW_AUTO(license_set_free) struct license_set *set = NULL;
		struct ow_error err = {0};
		int r;

		ck_ok(license_set_empty(&set, &err));
		(void)mem_fail_at(n);
		r = add(set, text, &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
}
END_TEST

static void check_shift(const char *before, const char *after, const char *want)
{
	OW_AUTO(buf_done) struct buf b = {0};

	(void)license_shifts(license_find(profiles(), before), license_find(profiles(), after), &b);
	ck_assert_str_eq(buf_str(&b), want);
}

START_TEST(differences_say_what_is_looser_and_what_is_tighter)
{
	check_shift("MIT", "MIT", "");
	check_shift("LicenseRef-llama-3.2", "LicenseRef-llama-3.3", "scale unclear");
	check_shift("BSD-2-Clause", "BSD-3-Clause", "O-NOENDORSE tightened");
	check_shift("BSD-3-Clause", "BSD-2-Clause", "O-NOENDORSE loosened");
	check_shift("LicenseRef-llama-3.1", "LicenseRef-llama-3.2",
		    "scale unclear, territory tightened");
}
END_TEST

SUITE_MAIN("policy/license", the_built_in_profiles_are_whole,
	   ids_are_found_in_any_case_and_by_their_successors,
	   a_sites_profile_takes_the_place_of_a_built_in_one,
	   a_bad_file_changes_nothing_and_names_its_place,
	   a_file_is_taken_whole_or_not_when_memory_runs_out,
	   differences_say_what_is_looser_and_what_is_tighter)
