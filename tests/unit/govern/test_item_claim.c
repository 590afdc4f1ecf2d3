/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is said of a licence against what was found of it: nothing that is said takes a text away.
 */
#include <stdio.h>

#include "govern/find_licences.h"
#include "govern/item_claim.h"
#include "govern/word.h"
#include "policy/claim.h"
#include "support/given.h"

START_TEST(attack_G07_a_declared_expression_drops_no_known_text)
{
	static const char *const declared[] = {
	    "Apache-2.0 AND Apache-2.0+",
	    "Apache-2.0 AND Apache-2.0 WITH LLVM-exception",
	    "Apache-2.0 OR Apache-2.0+",
	    "Apache-2.0 OR Apache-2.0 AND CC-BY-NC-4.0", /* can be met without the second */
	    "Apache-2.0 AND CC-BY-NC-4.0 WITH LLVM-exception",
	    "Apache-2.0+ OR CC-BY-NC-4.0",
	    "Apache-2.0 AND MIT",
	};

	for (size_t i = 0; i < sizeof declared / sizeof declared[0]; i++) {
		const struct given g = {
		    .files = SET("m.bin weights"),
		    .texts = SET("LICENSE text confirmed Apache-2.0",
				 "LICENSE-extra text confirmed CC-BY-NC-4.0"),
		    .declared = declared[i],
		};
		char want[300];

		(void)snprintf(
		    want, sizeof want,
		    "m.bin: %s|Apache-2.0 AND CC-BY-NC-4.0|LICENSE, LICENSE-extra|compare; ",
		    declared[i]);
		ck_told(&g, want);
	}
}
END_TEST

START_TEST(an_expression_of_all_texts_says_how_they_stand_together)
{
	const struct given g = {
	    .files = SET("m.bin weights"),
	    .texts = SET("LICENSE text confirmed Apache-2.0", "LICENSE-extra text confirmed MIT"),
	    .declared = "mit OR (Apache-2.0 AND MIT) OR apache-2.0",
	};

	ck_told(&g, "m.bin: mit OR (Apache-2.0 AND MIT) OR apache-2.0|"
		    "mit OR (Apache-2.0 AND MIT) OR apache-2.0|LICENSE, LICENSE-extra|compare; ");
}
END_TEST

START_TEST(attack_G07_a_tag_has_its_text_only_in_what_speaks_for_the_file)
{
	/* the text that the tag of the model names is in the folder of another file, or for code */
	const struct given folder = {
	    .files = SET("config.json config", "model.gguf weights", "tool/run.py code"),
	    .texts = SET("LICENSES/CC-BY-NC-4.0.txt text confirmed CC-BY-NC-4.0",
			 "tool/LICENSES/MIT.txt text confirmed MIT"),
	    .claims = SET("config.json.license SPDX-License-Identifier CC-BY-NC-4.0",
			  "model.gguf.license SPDX-License-Identifier MIT"),
	};
	const struct given role = {
	    .files = SET("config.json config", "model.gguf weights", "run.py code"),
	    .texts = SET("LICENSES/CC-BY-NC-4.0.txt text confirmed CC-BY-NC-4.0",
			 "LICENSES/MIT-code.txt text confirmed MIT"),
	    .claims = SET("config.json.license SPDX-License-Identifier CC-BY-NC-4.0",
			  "model.gguf.license SPDX-License-Identifier MIT"),
	};

	ck_told(&folder,
		"config.json: CC-BY-NC-4.0|CC-BY-NC-4.0|LICENSES/CC-BY-NC-4.0.txt|compare; "
		"model.gguf: MIT|CC-BY-NC-4.0|LICENSES/CC-BY-NC-4.0.txt|compare; "
		"tool/run.py: |MIT|tool/LICENSES/MIT.txt|compare; ");
	ck_told(&role, "config.json: CC-BY-NC-4.0|CC-BY-NC-4.0|LICENSES/CC-BY-NC-4.0.txt|compare; "
		       "model.gguf: MIT|CC-BY-NC-4.0|LICENSES/CC-BY-NC-4.0.txt|compare; "
		       "run.py: |MIT|LICENSES/MIT-code.txt|compare; ");
}
END_TEST

/* SPDX ids have no case. */
START_TEST(ids_are_the_same_in_any_case)
{
	const struct given g = {
	    .files = SET("m.bin weights", "run.py code"),
	    .texts =
		SET("LICENSES/one.txt text confirmed MIT", "LICENSES/two.txt text confirmed ISC"),
	    .claims = SET("m.bin.license SPDX-License-Identifier mit",
			  "run.py SPDX-License-Identifier isc"),
	};
	const char *ids[] = {"Apache-2.0", "GPL-3.0-only", "GPL-3.0-or-later"};
	const struct finding_file text = {
	    .path = "LICENSE", .as = "text", .state = "confirmed", .ids = ids, .n_ids = 3};

	ck_told(&g, "m.bin: MIT|MIT|LICENSES/one.txt|compare; "
		    "run.py: ISC|ISC|LICENSES/two.txt|compare; ");
	ck_assert(item_one_text("gpl-3.0-ONLY", "GPL-3.0-or-later"));
	ck_assert(item_one_text("apache-2.0", "Apache-2.0"));
	ck_assert(!item_one_text("Apache-2.0", "Apache-1.0"));
	ck_assert(!item_one_text("MIT", "MIT-0"));
	ck_assert(!item_one_text("-only", "-or-later"));
	ck_assert(word_holds("apache-2.0 AND gpl-3.0-ONLY", &text));
	ck_assert(!word_holds("apache-2.0", &text));
}
END_TEST

START_TEST(attack_G07_where_tags_are_left_out_nobody_knows_what_a_file_says_of_itself)
{
	const struct given g = {
	    .files = SET("a.py code", "m.bin weights", "z.py code"),
	    .texts = SET("LICENSE text confirmed MIT"),
	    .claims = SET("a.py SPDX-License-Identifier MIT", "z.py SPDX_tags many"),
	};
	OW_AUTO(subject_done) struct subject s = {0};
	OW_AUTO(items_done) struct items items = {0};
	OW_AUTO(arena_done) struct arena arena = {0};
	const struct items_rules rules = {.set = given_known()};
	struct ow_error err = {0};

	ck_ok(given_fill(&g, &s, &err));
	s.finding.claims[1].key = FIND_TAGS_CUT;
	ck_ok(items_add(&items, &s, true, &rules, &arena, &err));
	ck_assert_uint_eq(items.n, 3);
	ck_assert_str_eq(items.at[0].claim.declared.at[0], "(MIT) AND (NOASSERTION)");
	ck_assert_str_eq(items.at[1].claim.declared.at[0], "NOASSERTION");
	ck_assert_str_eq(items.at[2].claim.declared.at[0], "NOASSERTION");
	for (size_t i = 0; i < items.n; i++) {
		struct policy_case none;
		struct holding h;

		case_init(&none);
		ck_ok(claim_resolve(&none, given_known(), &items.at[i], &arena, &h, &err));
		ck_assert_int_eq(h.trouble, TROUBLE_MISMATCH);
	}
}
END_TEST

SUITE_MAIN("govern/item_claim",
	   attack_G07_where_tags_are_left_out_nobody_knows_what_a_file_says_of_itself,
	   attack_G07_a_declared_expression_drops_no_known_text,
	   an_expression_of_all_texts_says_how_they_stand_together,
	   attack_G07_a_tag_has_its_text_only_in_what_speaks_for_the_file,
	   ids_are_the_same_in_any_case)
