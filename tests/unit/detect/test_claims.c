/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* REUSE-IgnoreStart: what follows has tags as samples */
#include "base/buf.h"
#include "base/mem.h"
#include "detect/claims.h"
#include "detect/tags.h"
#include "makers.h"

static const char *meant(const char *claim)
{
	static char id[DETECT_ID_MAX];
	struct prints known = {0};
	struct ow_error err = {0};
	struct ow_view v;

	ck_ok(prints_read(fingerprints, fingerprints_size, &known, &err));
	v = tag_id((struct ow_view){(const uint8_t *)claim, strlen(claim)}, &known);
	(void)snprintf(id, sizeof id, "%.*s", (int)v.n, v.n == 0 ? "" : (const char *)v.p);
	prints_done(&known);
	return id;
}

START_TEST(tags_mean_one_licence_or_none)
{
	static const struct {
		const char *tag, *id;
	} cases[] = {
	    {"apache-2.0", "Apache-2.0"},
	    {"MIT", "MIT"},
	    {"llama3.1", "LicenseRef-llama-3.1"},
	    {"llama3.2", "LicenseRef-llama-3.2"},
	    {"LicenseRef-llama-3.3", "LicenseRef-llama-3.3"},
	    {"bsl-1.0", "BSL-1.0"},
	    {"busl-1.1", "BUSL-1.1"},
	    {"gpl-3.0", "GPL-3.0-only"},
	    {"gpl-3.0-or-later", "GPL-3.0-or-later"},
	    {"bsd-3-clause-clear", "BSD-3-Clause-Clear"},
	    /* families, names of several licences, nothing */
	    {"gpl", ""},
	    {"cc", ""},
	    {"gemma", ""},
	    {"modified-mit", ""},
	    {"other", ""},
	    {"apache", ""},
	    {"", ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_str_eq(meant(cases[i].tag), cases[i].id);
}
END_TEST

/* The claims of a card as "key=value>id;". */
static const char *claims_in(const char *card)
{
	static char out[1024];
	struct claims c = {0};
	struct detect d = {0};
	struct ow_error err = {0};
	size_t n = 0;

	out[0] = '\0';
	ck_ok(claims_and_text(card, strlen(card), &c, &d, &err));
	for (size_t i = 0; i < c.n; i++)
		n += (size_t)snprintf(out + n, sizeof out - n, "%s=%s>%s;", c.at[i].key,
				      c.at[i].value, c.at[i].id);
	claims_done(&c);
	detect_done(&d);
	return out;
}

START_TEST(what_cards_claim)
{
	ck_assert_str_eq(claims_in("---\nlicense: mit\n---\n# A\n"), "license=mit>MIT;");
	ck_assert_str_eq(claims_in("---\r\nlicense: [mit, apache-2.0]\r\n---\r\n"),
			 "license=mit>MIT;license=apache-2.0>Apache-2.0;");
	ck_assert_str_eq(
	    claims_in(
		"\xEF\xBB\xBF---\nlicense: other\nlicense_name: qwen\nlicense_link: LICENSE\n---"),
	    "license_name=qwen>LicenseRef-qwen-2024;license_link=LICENSE>;");
	ck_assert_str_eq(claims_in("---\nlicense: other\n---\n"), "license=other>;");
	ck_assert_str_eq(claims_in("---\nlicense: {a: b}\n---\n"), "");
	ck_assert_str_eq(claims_in("no front matter\n---\nlicense: mit\n---\n"), "");
	/* not the strict YAML that is read: that is the one claim, and no failure */
	ck_assert_int_eq(strncmp(claims_in("---\nlicense: &a mit\n---\n"), "front matter=", 13), 0);
	ck_assert_int_eq(
	    strncmp(claims_in("---\nlicense: mit\nlicense: gpl-3.0\n---\n"), "front matter=", 13),
	    0);
	ck_assert_str_eq(claims_in("---\nlicense: \"m\\x07it\"\n---\n"), "license=m\\u{7}it>;");
}
END_TEST

START_TEST(what_cards_say_of_the_model)
{
	ck_assert_str_eq(
	    claims_in("---\nbase_model: org/base\nbase_model_relation: quantized\n---\n"),
	    "base_model=org/base>;base_model_relation=quantized>;");
	ck_assert_str_eq(
	    claims_in("---\nbase_model: [a/b, c/d]\npipeline_tag: text-generation\n---\n"),
	    "base_model=a/b>;base_model=c/d>;pipeline_tag=text-generation>;");
	ck_assert_str_eq(claims_in("---\nlicense: mit\nextra_gated_fields: {Name: text}\n---\n"),
			 "license=mit>MIT;extra_gated_fields=given>;");
	/* a licence by name, a model all the same */
	ck_assert_str_eq(claims_in("---\nbase_model: mit\n---\n"), "base_model=mit>;");
}
END_TEST

/* A reader that is less strict takes these: what they claim is not known, but not nothing. */
START_TEST(a_card_that_cannot_be_taken_says_so)
{
	static const char *const cards[] = {
	    "--- \nbase_model: a/b\n---\n",         "---\nbase_model: a/b\n--- \n",
	    "---\nbase_model: a/b\nnever closed\n", "\n\n---\nbase_model: a/b\n---\n",
	    "---\nbase_model: {name: a/b}\n---\n",  "---\nbase_model: [{name: a/b}]\n---\n",
	    "--- {base_model: a/b}\n---\n",         "---"};

	for (size_t i = 0; i < sizeof cards / sizeof cards[0]; i++) {
		ck_assert_msg(strncmp(claims_in(cards[i]), "front matter=", 13) == 0,
			      "card %zu: %s", i, claims_in(cards[i]));
	}
	ck_assert_str_eq(claims_in("-----\nA text under a line\n-----\n"), "");
	ck_assert_str_eq(claims_in("---x\n"), "");
	ck_assert_str_eq(claims_in("\n"), "");
}
END_TEST

START_TEST(claims_beyond_the_bound_are_told_of)
{
	OW_AUTO(buf_done) struct buf card = {0};
	struct claims c = {0};
	struct detect d = {0};
	struct ow_error err = {0};

	buf_text(&card, "---\nlicense:\n");
	for (int i = 0; i < 300; i++)
		buf_printf(&card, "- mit-%d\n", i);
	buf_text(&card, "base_model: a/b\n---\nSPDX-License-Identifier: MIT\n");
	ck_ok(buf_finish(&card, &err));
	ck_ok(claims_and_text(card.p, card.n, &c, &d, &err));
	ck_assert_uint_eq(c.n, CLAIMS_MAX);
	ck_assert_int_eq(c.at[CLAIMS_MAX - 2].kind, CLAIM_UNREAD);
	ck_assert_int_eq(c.at[CLAIMS_MAX - 1].kind, CLAIM_FILE);
	ck_assert_str_eq(c.at[CLAIMS_MAX - 1].value, "NOASSERTION");
	claims_done(&c);
	detect_done(&d);

	/* a list of notices has many tags and is no card; what of them is left out is not known */
	c = (struct claims){0};
	d = (struct detect){0};
	card.n = 0;
	for (int i = 0; i < 300; i++)
		buf_printf(&card, "SPDX-License-Identifier: MIT\nSPDX-License-Identifier: L-%d\n",
			   i);
	ck_ok(buf_finish(&card, &err));
	ck_ok(claims_and_text(card.p, card.n, &c, &d, &err));
	ck_assert_uint_eq(c.n, CLAIMS_MAX - 1);
	ck_assert_str_eq(c.at[1].value, "L-0"); /* each once */
	ck_assert_str_eq(c.at[CLAIMS_MAX - 3].value, "L-252");
	ck_assert_int_eq(c.at[CLAIMS_MAX - 2].kind, CLAIM_FILE);
	ck_assert_str_eq(c.at[CLAIMS_MAX - 2].value, "NOASSERTION");
	claims_done(&c);
	detect_done(&d);
}
END_TEST

START_TEST(spdx_tags_of_text_files)
{
	ck_assert_str_eq(claims_in("/* SPDX-License-Identifier: MIT */\nint a;\n"),
			 "SPDX-License-Identifier=MIT>MIT;");
	ck_assert_str_eq(claims_in("<!-- SPDX-License-Identifier: Apache-2.0 -->"),
			 "SPDX-License-Identifier=Apache-2.0>Apache-2.0;");
	ck_assert_str_eq(
	    claims_in("# SPDX-License-Identifier:MIT OR Apache-2.0  \n# SPDX-License-Identifier:"),
	    "SPDX-License-Identifier=MIT OR Apache-2.0>;");
}
END_TEST

START_TEST(facts_of_model_files)
{
	struct claims c = {0};
	struct ow_error err = {0};

	ck_ok(claims_of_fact("general.license", "apache-2.0", &c, &err));
	ck_ok(claims_of_fact("general.license.link", "https://example.org", &c, &err));
	ck_ok(claims_of_fact("metadata.license", "mit", &c, &err));
	ck_ok(claims_of_fact("general.name", "mit", &c, &err));
	ck_ok(claims_of_fact("general.base_model.count", "1", &c, &err));
	ck_ok(claims_of_fact("general.base_model.0.url", "https://example.org", &c, &err));
	ck_ok(claims_resolve(&c, &err));
	ck_assert_uint_eq(c.n, 3);
	ck_assert_str_eq(c.at[0].id, "Apache-2.0");
	ck_assert_int_eq(c.at[1].kind, CLAIM_LINK);
	ck_assert_str_eq(c.at[2].id, "MIT");
	claims_done(&c);
}
END_TEST

START_TEST(facts_name_what_a_model_was_made_from)
{
	static const char long_key[] = "general.base_model."
				       "0000000000000000000000000000000000000000.name";
	struct claims c = {0};
	struct ow_error err = {0};

	ck_ok(claims_of_fact("general.base_model.0.name", "Base", &c, &err));
	ck_ok(claims_of_fact("general.dataset.3.repo_url", "https://example.org/a/b", &c, &err));
	ck_ok(claims_of_fact("base_model_name_or_path", "org/base", &c, &err));
	ck_ok(claims_of_fact("general.finetune", "chat", &c, &err));
	ck_ok(claims_of_fact("quantization", "Q8_0", &c, &err));
	ck_ok(claims_of_fact(long_key, "Base", &c, &err));
	ck_assert_uint_eq(c.n, 6);
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(c.at[i].kind, CLAIM_BASE);
	ck_assert_int_eq(c.at[3].kind, CLAIM_RELATION);
	ck_assert_int_eq(c.at[4].kind, CLAIM_RELATION);
	ck_assert_int_eq(c.at[5].kind, CLAIM_UNREAD); /* its end is lost in a claim's key */
	claims_done(&c);
}
END_TEST

START_TEST(datasets_beyond_the_bound_are_one_claim)
{
	for (unsigned n = CLAIM_DATASETS_MAX; n <= CLAIM_DATASETS_MAX + 300; n += 150) {
		OW_AUTO(buf_done) struct buf card = {0};
		struct claims c = {0};
		struct card_prompt prompt = {0};
		struct ow_error err = {0};

		buf_text(&card, "base_model: org/base\ndatasets:\n");
		for (unsigned i = 0; i < n; i++)
			buf_printf(&card, "- org/data-%u\n", i);
		ck_ok(claims_of_card(card.p, card.n, &c, &prompt, &err));
		ck_assert_uint_eq(c.n, 1 + CLAIM_DATASETS_MAX + (n > CLAIM_DATASETS_MAX));
		ck_assert_str_eq(c.at[0].value, "org/base");
		ck_assert_str_eq(c.at[c.n - 1].value,
				 n > CLAIM_DATASETS_MAX ? CLAIM_MORE_DATASETS : "org/data-63");
		claims_done(&c);
	}
}
END_TEST

/* What claims (ids, "?" for one that means nothing) and texts (state and id) come to. */
static enum claim_verdict verdict(const char *const *ids, const struct detect *texts, size_t n)
{
	struct claim at[4] = {0};
	struct claims c = {.at = at};

	for (; ids[c.n] != NULL; c.n++)
		(void)snprintf(at[c.n].id, sizeof at[c.n].id, "%s",
			       *ids[c.n] == '?' ? "" : ids[c.n]);
	return claims_judge(&c, texts, n);
}

#define CLAIMS(...) ((const char *const[]){__VA_ARGS__})

START_TEST(claims_against_texts)
{
	const struct detect mit = {.state = DETECT_EXACT, .id = "MIT"};
	const struct detect noisy = {.state = DETECT_NOISY, .id = "MIT"};
	const struct detect changed = {.state = DETECT_MODIFIED, .id = "MIT"};
	const struct detect nothing = {0};
	const struct detect llama = {.state = DETECT_CONFIRMED, .id = "LicenseRef-llama-3.2"};
	const struct detect two[] = {mit, llama};
	struct detect_match gpl[] = {{.id = "GPL-3.0-only"}, {.id = "GPL-3.0-or-later"}};
	const struct detect either = {.state = DETECT_EXACT, .matches = gpl, .n_matches = 2};

	ck_assert_int_eq(verdict(CLAIMS(NULL), NULL, 0), CLAIM_ABSENT);
	ck_assert_int_eq(verdict(CLAIMS("MIT", NULL), NULL, 0), CLAIM_TAG_ONLY);
	ck_assert_int_eq(verdict(CLAIMS(NULL), &mit, 1), CLAIM_TEXT_ONLY);
	ck_assert_int_eq(verdict(CLAIMS("?", NULL), &mit, 1), CLAIM_TEXT_ONLY);
	ck_assert_int_eq(verdict(CLAIMS("MIT", NULL), &mit, 1), CLAIM_CONFIRMED);
	ck_assert_int_eq(verdict(CLAIMS("MIT", "MIT", NULL), &mit, 1), CLAIM_CONFIRMED);
	ck_assert_int_eq(verdict(CLAIMS("MIT", NULL), &noisy, 1), CLAIM_MODIFIED);
	ck_assert_int_eq(verdict(CLAIMS("MIT", NULL), &changed, 1), CLAIM_MODIFIED);
	ck_assert_int_eq(verdict(CLAIMS("MIT", NULL), &nothing, 1), CLAIM_UNKNOWN);
	ck_assert_int_eq(verdict(CLAIMS(NULL), &nothing, 1), CLAIM_UNKNOWN);
	/* trap 4: a permissive tag on another text; the version of a family; two claims that disagree */
	ck_assert_int_eq(verdict(CLAIMS("Apache-2.0", NULL), &llama, 1), CLAIM_MISMATCH);
	ck_assert_int_eq(verdict(CLAIMS("LicenseRef-llama-3.1", NULL), &llama, 1), CLAIM_MISMATCH);
	ck_assert_int_eq(verdict(CLAIMS("MIT", "Apache-2.0", NULL), &mit, 1), CLAIM_MISMATCH);
	ck_assert_int_eq(verdict(CLAIMS("MIT", NULL), two, 2), CLAIM_MISMATCH);
	ck_assert_int_eq(verdict(CLAIMS("MIT", "LicenseRef-llama-3.2", NULL), two, 2),
			 CLAIM_CONFIRMED);
	/* the declaration chooses within a set (D48) */
	ck_assert_int_eq(verdict(CLAIMS("GPL-3.0-or-later", NULL), &either, 1), CLAIM_CONFIRMED);
	ck_assert_int_eq(verdict(CLAIMS("GPL-3.0-only", NULL), &either, 1), CLAIM_CONFIRMED);
	ck_assert_int_eq(verdict(CLAIMS("AGPL-3.0-only", NULL), &either, 1), CLAIM_MISMATCH);
}
END_TEST

START_TEST(every_failed_allocation_is_an_error)
{
	static const char card[] = "---\nlicense: mit\nextra_gated_prompt: You may go as you "
				   "like\n---\nSPDX-License-Identifier: MIT\n";
	unsigned long nth = 1;
	struct ow_error err;
	int result;

	do {
		struct claims c = {0};
		struct detect d = {0};

		err = (struct ow_error){0};
		(void)mem_fail_at(nth++);
		result = claims_and_text(card, strlen(card), &c, &d, &err);
		ck_assert(result == 0 || err.code == OW_E_IO);
		ck_assert(result < 0 || c.n == 3);
		claims_done(&c);
		detect_done(&d);
	} while (result < 0);
	(void)mem_fail_at(0);
	ck_assert_uint_gt(nth, 10);
}
END_TEST

SUITE_MAIN("detect/claims", facts_name_what_a_model_was_made_from,
	   datasets_beyond_the_bound_are_one_claim, tags_mean_one_licence_or_none, what_cards_claim,
	   what_cards_say_of_the_model, a_card_that_cannot_be_taken_says_so,
	   claims_beyond_the_bound_are_told_of, spdx_tags_of_text_files, facts_of_model_files,
	   claims_against_texts, every_failed_allocation_is_an_error)
/* REUSE-IgnoreEnd */
