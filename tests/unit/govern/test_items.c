/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which text speaks for which file, and what stands for its licence then.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "codec/digest.h"
#include "govern/items.h"
#include "support/given.h"

static struct ow_error err;

START_TEST(files_of_one_role_that_stand_alike_share_an_item)
{
	const struct given g = {
	    .files = SET("a.safetensors weights", "b.safetensors weights", "config.json config",
			 "LICENSE licence", "README.md document", "NOTICE notice"),
	    .texts = SET("LICENSE text confirmed-exact MIT", "README.md card none"),
	    .claims = SET("README.md license mit"),
	};

	ck_told(
	    &g,
	    "weights (2 files): MIT|MIT|LICENSE|compare; config.json: MIT|MIT|LICENSE|compare; ");
}
END_TEST

START_TEST(a_group_is_not_called_as_a_file_is)
{
	const struct given g = {
	    .files = SET("a.safetensors weights", "b.safetensors weights", "LICENSE licence"),
	    .texts = SET("LICENSE text confirmed-exact MIT"),
	};
	const struct items_rules rules = {.set = given_known()};
	OW_AUTO(subject_done) struct subject s = {0};
	OW_AUTO(items_done) struct items items = {0};
	OW_AUTO(arena_done) struct arena arena = {0};
	const struct ow_id id = {.b = {8}};

	ck_ok(given_fill(&g, &s, &err));
	ck_ok(
	    artifact_add_component(&s.found.artifact, "weights (2 files)", "other", &id, 1, &err));
	ck_ok(artifact_sort(&s.found.artifact, &err));
	ck_ok(items_add(&items, &s, true, &rules, &arena, &err));
	ck_assert_uint_eq(items.n, 2);
	ck_assert_str_eq(items.at[0].id, "weights (2 files) (group)");
	ck_assert_str_eq(items.at[1].id, "weights (2 files)");
}
END_TEST

START_TEST(what_a_file_says_of_itself_makes_it_an_item_of_its_own)
{
	const struct given g = {
	    .files =
		SET("a.gguf weights", "b.gguf weights", "c.gguf weights", "README.md document"),
	    .texts = SET("README.md card none"),
	    .claims = SET("README.md license mit", "b.gguf general.license apache-2.0"),
	};

	ck_told(&g,
		"weights (2 files: a.gguf, …): MIT|||compare; b.gguf: MIT,Apache-2.0|||compare; ");
}
END_TEST

START_TEST(code_weights_and_data_have_texts_of_their_own)
{
	const struct given g = {
	    .files = SET("m.bin weights", "run.py code", "d.parquet dataset", "LICENSE licence"),
	    .texts = SET("LICENSE text confirmed MIT", "LICENSE-CODE text confirmed Apache-2.0",
			 "LICENSE_DATA text confirmed CC0-1.0", "README.md card none"),
	    .claims = SET("README.md license mit"),
	};
	/* without one for it, code has the one for all; what is for code alone says nothing of weights */
	const struct given lone = {
	    .files = SET("m.bin weights", "run.py code"),
	    .texts = SET("LICENSE.code text confirmed Apache-2.0"),
	};
	/* a card that names the licence of the code for the weights is held against their text */
	const struct given wrong = {
	    .files = SET("m.bin weights", "run.py code"),
	    .texts = SET("LICENSE-CODE text confirmed MIT",
			 "LICENSE-MODEL text confirmed Apache-2.0", "README.md card none"),
	    .claims = SET("README.md license mit"),
	};

	ck_told(&g, "d.parquet: |CC0-1.0|LICENSE_DATA|compare; m.bin: MIT|MIT|LICENSE|compare; "
		    "run.py: |Apache-2.0|LICENSE-CODE|compare; ");
	ck_told(&lone, "m.bin: |||compare; run.py: |Apache-2.0|LICENSE.code|compare; ");
	ck_told(&wrong,
		"m.bin: MIT|Apache-2.0|LICENSE-MODEL|compare; run.py: |MIT|LICENSE-CODE|compare; ");
}
END_TEST

START_TEST(a_part_of_a_word_says_nothing)
{
	static const char *const names[] = {"CodeLlama-LICENSE", "LICENSE-encoder.txt",
					    "LICENSE.metadata", "LICENSE.remodeled"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char text[100], want[200];
		bool before = strcmp(names[i], "LICENSE") < 0;
		const struct given g = {
		    .files = SET("m.bin weights", "run.py code", "d.parquet dataset"),
		    .texts = SET("LICENSE text confirmed Apache-2.0", text)};
		const char *const files[] = {"d.parquet", "m.bin", "run.py"};
		size_t n = 0;
		char all[1000] = "";

		(void)snprintf(text, sizeof text, "%s text confirmed GPL-3.0-only", names[i]);
		(void)snprintf(want, sizeof want, "|%s|%s, %s|compare; ",
			       before ? "GPL-3.0-only AND Apache-2.0"
				      : "Apache-2.0 AND GPL-3.0-only",
			       before ? names[i] : "LICENSE", before ? "LICENSE" : names[i]);
		for (size_t k = 0; k < 3; k++)
			n += (size_t)snprintf(all + n, sizeof all - n, "%s: %s", files[k], want);
		ck_told(&g, all);
	}
}
END_TEST

START_TEST(a_text_for_no_file_is_for_all)
{
	const struct given code = {.files = SET("m.bin weights"),
				   .texts = SET("LICENSE text confirmed Apache-2.0",
						"LICENSE-CODE text confirmed GPL-3.0-only")};
	/* the model has a text of its own name: the layout with two texts stands without the code too */
	const struct given two = {.files = SET("m.bin weights"),
				  .texts = SET("LICENSE-CODE text confirmed MIT",
					       "LICENSE-MODEL text confirmed Apache-2.0")};

	ck_told(&code, "m.bin: |Apache-2.0 AND GPL-3.0-only|LICENSE, LICENSE-CODE|compare; ");
	ck_told(&two, "m.bin: |Apache-2.0|LICENSE-MODEL|compare; ");
}
END_TEST

START_TEST(the_closest_folder_speaks)
{
	const struct given g = {
	    .files = SET("m.bin weights", "sub/m.bin weights", "sub/deep/m.bin weights"),
	    .texts = SET("LICENSE text confirmed MIT", "sub/LICENSE text confirmed Apache-2.0",
			 "other/LICENSE text confirmed ISC"),
	};
	const struct given pool = {
	    .files = SET("m.bin weights"),
	    .texts =
		SET("LICENSES/MIT.txt text confirmed MIT", "LICENSES/ISC.txt text confirmed ISC"),
	};
	const struct given both = {
	    .files = SET("m.bin weights"),
	    .texts = SET("LICENSES/MIT.txt text confirmed MIT", "LICENSE text confirmed ISC"),
	};

	/* in other/ there is nothing that its text could be for: it is not passed over */
	ck_told(&g, "m.bin: |MIT AND ISC|LICENSE, other/LICENSE|compare; "
		    "weights (2 files: sub/deep/m.bin, …): |Apache-2.0|sub/LICENSE|compare; ");
	ck_told(&pool, "m.bin: |ISC AND MIT|LICENSES/ISC.txt, LICENSES/MIT.txt|compare; ");
	ck_told(&both, "m.bin: |ISC|LICENSE|compare; ");
}
END_TEST

START_TEST(a_tag_chooses_only_where_its_text_is_there)
{
	const struct given both = {
	    .files = SET("m.bin weights", "run.py code"),
	    .texts =
		SET("LICENSES/MIT.txt text confirmed MIT", "LICENSES/ISC.txt text confirmed ISC"),
	    .claims = SET("m.bin.license SPDX-License-Identifier MIT",
			  "run.py SPDX-License-Identifier ISC"),
	};
	const struct given missing = {
	    .files = SET("m.bin weights", "run.py code"),
	    .texts = SET("LICENSES/ISC.txt text confirmed ISC"),
	    .claims = SET("m.bin.license SPDX-License-Identifier MIT",
			  "run.py SPDX-License-Identifier ISC"),
	};

	ck_told(&both, "m.bin: MIT|MIT|LICENSES/MIT.txt|compare; "
		       "run.py: ISC|ISC|LICENSES/ISC.txt|compare; ");
	ck_told(&missing, "m.bin: MIT|ISC|LICENSES/ISC.txt|compare; "
			  "run.py: ISC|ISC|LICENSES/ISC.txt|compare; ");
}
END_TEST

START_TEST(a_tag_in_a_string_of_code_says_nothing)
{
	const struct given g = {
	    .files = SET("run.py code"),
	    .texts = SET("LICENSE text confirmed MIT"),
	    .claims = SET("run.py SPDX-License-Identifier ISC\\n\")"),
	};

	ck_told(&g, "run.py: |MIT|LICENSE|compare; ");
}
END_TEST

START_TEST(states_of_texts)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"LICENSE text confirmed-noisy MIT", "m.bin: |MIT|LICENSE|modified; "},
	    {"LICENSE text modified MIT", "m.bin: |MIT|LICENSE|modified; "},
	    {"LICENSE text partial MIT", "m.bin: |MIT|LICENSE|modified; "},
	    {"LICENSE text family-clue LicenseRef-llama-3.1",
	     "m.bin: |LicenseRef-llama-3.1|LICENSE|unknown-text; "},
	    {"LICENSE text unknown-text", "m.bin: ||LICENSE|unknown-text; "},
	    {"USE_POLICY.md policy unknown-text", "m.bin: |||compare; "},
	    {"NOTICE aside unknown-text", "m.bin: |||compare; "},
	    {"README.md card none", "m.bin: |||compare; "},
	    {"README.md card confirmed LicenseRef-mistral-mrl-0.1",
	     "m.bin: |LicenseRef-mistral-mrl-0.1|README.md|compare; "},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct given g = {.files = SET("m.bin weights"), .texts = SET(cases[i].text)};

		ck_told(&g, cases[i].want);
	}
}
END_TEST

START_TEST(a_declaration_chooses_among_ids_of_one_text)
{
	const struct given later = {
	    .files = SET("m.bin weights"),
	    .texts = SET("COPYING text confirmed GPL-3.0-only,GPL-3.0-or-later"),
	    .declared = "GPL-3.0-or-later",
	};
	const struct given silent = {
	    .files = SET("m.bin weights"),
	    .texts = SET("COPYING text confirmed GPL-3.0-only,GPL-3.0-or-later"),
	};
	const struct given either = {
	    .files = SET("m.bin weights"),
	    .texts =
		SET("LICENSE-APACHE text confirmed Apache-2.0", "LICENSE-MIT text confirmed MIT"),
	    .declared = "MIT OR Apache-2.0",
	};
	const struct given list = {
	    .files = SET("m.bin weights"),
	    .texts = SET("LICENSE-APACHE text confirmed Apache-2.0",
			 "LICENSE-MIT text confirmed MIT", "README.md card none"),
	    .claims = SET("README.md license mit", "README.md license apache-2.0"),
	};

	ck_told(&later, "m.bin: GPL-3.0-or-later|GPL-3.0-or-later|COPYING|compare; ");
	ck_told(&silent, "m.bin: |GPL-3.0-only|COPYING|compare; ");
	ck_told(&either,
		"m.bin: MIT OR Apache-2.0|MIT OR Apache-2.0|LICENSE-APACHE, LICENSE-MIT|compare; ");
	/* a list has no meaning of its own: all of it holds */
	ck_told(&list,
		"m.bin: Apache-2.0,MIT|Apache-2.0 AND MIT|LICENSE-APACHE, LICENSE-MIT|compare; ");
}
END_TEST

START_TEST(names_of_cards_are_as_profiles_have_them)
{
	const struct given g = {
	    .files = SET("m.bin weights"),
	    .texts = SET("README.md card none"),
	    .claims =
		SET("README.md license_name my-license", "README.md license_link LICENSE.txt"),
	};

	ck_told(&g, "m.bin: other/license_name=my-license|||compare; ");
}
END_TEST

START_TEST(what_is_nothing_but_documents_is_made_of_these)
{
	const struct given papers = {.files = SET("a.pdf document", "LICENSE licence"),
				     .texts = SET("LICENSE text confirmed MIT")};
	const struct given licences = {.files = SET("LICENSE licence"),
				       .texts = SET("LICENSE text confirmed MIT")};

	ck_told(&papers, "a.pdf: |MIT|LICENSE|compare; ");
	ck_told(&licences, "LICENSE: |MIT|LICENSE|compare; ");
}
END_TEST

/* A person read the first text of the artifact, and a file without any. */
static const char *person(void *ctx, const struct ow_id *artifact, const char *component,
			  const struct ow_id *words_read)
{
	(void)ctx;
	ck_assert_uint_eq(artifact->b[0], 9);
	if (words_read == NULL)
		return strcmp(component, "bare.bin") == 0 ? "ISC" : NULL;
	return strcmp(component, "LICENSE") == 0 && words_read->b[0] == 1 ? "MIT" : NULL;
}

START_TEST(a_person_concludes_for_one_text)
{
	const struct given g = {
	    .files = SET("m.bin weights"),
	    .texts = SET("LICENSE text modified Apache-2.0"),
	    .declared = "Apache-2.0",
	};
	const struct given two = {
	    .files = SET("m.bin weights"),
	    .texts = SET("LICENSE text modified Apache-2.0", "LICENSE.txt text modified ISC"),
	};
	const struct given bare = {.files = SET("bare.bin weights", "more.bin weights")};
	const struct items_rules rules = {.set = given_known(), .concluded = person};
	char got[1000];

	ck_ok(given_tell(&g, &rules, got, sizeof got, &err));
	ck_assert_str_eq(got, "m.bin: Apache-2.0|MIT|LICENSE|compare!; ");
	/* not for the other one that lies beside it */
	ck_ok(given_tell(&two, &rules, got, sizeof got, &err));
	ck_assert_str_eq(got, "m.bin: |MIT AND ISC|LICENSE, LICENSE.txt|modified; ");
	ck_ok(given_tell(&bare, &rules, got, sizeof got, &err));
	ck_assert_str_eq(got, "bare.bin: |||compare!; more.bin: |||compare; ");
}
END_TEST

static const char *agreement(void *ctx, const struct ow_id *artifact, const char *component,
			     const struct ow_id *words_read)
{
	(void)ctx;
	(void)artifact;
	return words_read != NULL && strcmp(component, "LICENSE") == 0
		   ? "MIT AND LicenseRef-llama-3.1"
		   : NULL;
}

/* A text that a person concluded has its policy, too. */
START_TEST(a_policy_belongs_to_the_one_licence_that_refers_to_it)
{
	static const struct {
		struct given g;
		bool person;
		const char *want;
	} of[] = {
	    {{.texts = {"LICENSE text confirmed LicenseRef-llama-3.1", "USE_POLICY.md policy none",
			NULL}},
	     false,
	     "LicenseRef-llama-3.1"},
	    {{.texts = {"LICENSE text unknown-text", "USE_POLICY.md policy none", NULL}},
	     false,
	     NULL},
	    {{.texts = {"LICENSE text unknown-text", "USE_POLICY.md policy none", NULL}},
	     true,
	     "LicenseRef-llama-3.1"},
	    {{.texts = {"LICENSE text confirmed LicenseRef-llama-3.1", NULL}}, false, NULL},
	    {{.texts = {"LICENSE text confirmed MIT", "USE_POLICY.md policy none", NULL}},
	     false,
	     NULL},
	    {{.texts = {"LICENSE text unknown-text",
			"b/LICENSE text confirmed LicenseRef-llama-3.3",
			"USE_POLICY.md policy none", NULL}},
	     true,
	     NULL},
	};

	for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
		const struct items_rules rules = {.set = given_known(),
						  .concluded = of[i].person ? agreement : NULL};
		OW_AUTO(subject_done) struct subject s = {0};
		const char *owner;

		ck_ok(given_fill(&of[i].g, &s, &err));
		owner = items_policy_owner(&s, &rules);
		ck_assert_int_eq(owner == NULL, of[i].want == NULL);
		if (owner != NULL)
			ck_assert_str_eq(owner, of[i].want);
	}
}
END_TEST

START_TEST(items_are_found_by_their_files)
{
	const struct given g = {.files = SET("a.bin weights", "b.bin weights", "run.py code")};
	const struct items_rules rules = {.set = given_known()};
	OW_AUTO(subject_done) struct subject s = {0};
	OW_AUTO(items_done) struct items items = {0};
	OW_AUTO(arena_done) struct arena arena = {0};
	struct ow_id other = {.b = {8}};

	ck_ok(given_fill(&g, &s, &err));
	ck_ok(items_add(&items, &s, true, &rules, &arena, &err));
	ck_ok(items_add_outside(&items, "org/base", "org/base", &err));
	ck_assert_uint_eq(items.n, 3);
	ck_assert_str_eq(items.at[0].id, "weights (2 files)");
	ck_assert(items_holds(&items, &items.at[0], &s.found.id, NULL));
	ck_assert(items_holds(&items, &items.at[0], &s.found.id, "b.bin"));
	ck_assert(items_holds(&items, &items.at[0], &s.found.id, "weights"));
	ck_assert(!items_holds(&items, &items.at[0], &s.found.id, "run.py"));
	ck_assert(!items_holds(&items, &items.at[0], &other, "b.bin"));
	ck_assert(!items_holds(&items, &items.at[2], &s.found.id, NULL));
}
END_TEST

/* Folders with a text each, and with as many files; the digest of an item is that of its files' digests in their order. */
START_TEST(many_files_under_many_texts)
{
	enum {
		FOLDERS = 400,
		FILES = 50
	};
	const struct items_rules rules = {.set = given_known()};
	OW_AUTO(subject_done) struct subject s = {.found.id = {.b = {9}}};
	OW_AUTO(items_done) struct items items = {0};
	OW_AUTO(arena_done) struct arena arena = {0};
	char path[40];

	for (unsigned i = 0; i < FOLDERS * FILES; i++) {
		const struct ow_id id = {.b = {(uint8_t)i, (uint8_t)(i >> 8)}};

		(void)snprintf(path, sizeof path, "%03u/%05u", i % FOLDERS, i);
		ck_ok(artifact_add_component(&s.found.artifact, path, "weights", &id, 1, &err));
	}
	for (unsigned i = 0; i < FOLDERS; i++) {
		const char *mit[] = {"MIT"};
		const struct finding_file f = {path, "text", "confirmed", mit, 1, {.b = {1}}, ""};

		(void)snprintf(path, sizeof path, "%03u/LICENSE", i);
		ck_ok(finding_add_file(&s.finding, &f, &err));
	}
	finding_sort(&s.finding);
	ck_ok(artifact_sort(&s.found.artifact, &err));
	ck_ok(items_add(&items, &s, true, &rules, &arena, &err));
	ck_assert_uint_eq(items.n, FOLDERS);
	for (unsigned i = 0; i < FOLDERS; i++) {
		uint8_t all[FILES][sizeof(struct ow_id)];
		struct ow_id want;

		ck_assert_uint_eq(items.of[i].n, FILES);
		(void)snprintf(path, sizeof path, "%03u/LICENSE", i);
		ck_assert_str_eq(items.at[i].claim.found_in, path);
		for (unsigned k = 0; k < FILES; k++) {
			(void)snprintf(path, sizeof path, "%03u/%05u", i, k * FOLDERS + i);
			ck_assert_str_eq(items.of[i].at[k]->path, path);
			memcpy(all[k], items.of[i].at[k]->blob.b, sizeof all[k]);
		}
		ck_ok(digest_bytes(all, sizeof all, &want, &err));
		ck_assert(ow_id_equal(&items.at[i].digest, &want));
	}
}
END_TEST

START_TEST(without_memory_it_fails)
{
	const struct given g = {
	    .files = SET("a.bin weights", "b.bin weights", "run.py code"),
	    .texts = SET("LICENSE text confirmed MIT", "LICENSE-CODE text confirmed ISC"),
	    .declared = "MIT",
	};
	const struct items_rules rules = {.set = given_known()};
	char got[1000];
	bool failed = true;

	for (unsigned long nth = 1; failed; nth++) {
		struct ow_error e = {0};

		(void)mem_fail_at(nth);
		failed = given_tell(&g, &rules, got, sizeof got, &e) < 0;
		(void)mem_fail_at(0);
		ck_assert(!failed || e.code == OW_E_IO);
	}
}
END_TEST

SUITE_MAIN("govern/items", files_of_one_role_that_stand_alike_share_an_item,
	   a_group_is_not_called_as_a_file_is, a_part_of_a_word_says_nothing,
	   a_text_for_no_file_is_for_all, what_a_file_says_of_itself_makes_it_an_item_of_its_own,
	   code_weights_and_data_have_texts_of_their_own, the_closest_folder_speaks,
	   a_tag_chooses_only_where_its_text_is_there, a_tag_in_a_string_of_code_says_nothing,
	   states_of_texts, a_declaration_chooses_among_ids_of_one_text,
	   names_of_cards_are_as_profiles_have_them, what_is_nothing_but_documents_is_made_of_these,
	   a_person_concludes_for_one_text, a_policy_belongs_to_the_one_licence_that_refers_to_it,
	   items_are_found_by_their_files, many_files_under_many_texts, without_memory_it_fails)
