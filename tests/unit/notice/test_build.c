/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/json.h"
#include "notice/bom.h"
#include "notice/build.h"
#include "notice/harvest.h"
#include "notice/put.h"
#include "support/notice_maker.h"
#include "support/support.h"

static struct ow_error err;

static const char *file(const struct notice_set *set, const char *path, size_t *n)
{
	static char text[1 << 20];
	const struct notice_output *o = notice_set_find(set, path);

	ck_assert_msg(o != NULL, "%s is missing", path);
	ck_assert_uint_lt(o->bytes.n, sizeof text);
	memcpy(text, o->bytes.p, o->bytes.n);
	text[o->bytes.n] = '\0';
	if (n != NULL)
		*n = o->bytes.n;
	return text;
}

static void has(const struct notice_set *set, const char *path, const char *s)
{
	const char *text = file(set, path, NULL);

	ck_assert_msg(strstr(text, s) != NULL, "%s: no \"%s\" in:\n%s", path, s, text);
}

static void same_sets(const struct notice_set *a, const struct notice_set *b)
{
	ck_assert_uint_eq(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		ck_assert_str_eq(a->at[i].path, b->at[i].path);
		ck_assert_msg(a->at[i].bytes.n == b->at[i].bytes.n &&
				  memcmp(a->at[i].bytes.p, b->at[i].bytes.p, a->at[i].bytes.n) == 0,
			      "%s differs", a->at[i].path);
	}
}

START_TEST(every_file_has_its_name_and_each_text_its_bytes)
{
	static const char *const paths[] = {
	    "CHANGES.JSON", "DECISION.JSON", "DISPLAY.TXT",   "NOTICE.TXT",
	    "NOTICES.TXT",  "RESTRICT.TXT",  "SBOM/CDX.JSON", "SBOM/SPDX.JSON",
	};
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct made m;
	size_t licences = 0, n;

	made_facts(&m, made_profiles());
	ck_ok(notice_build(&m.facts, &set, &err));
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		(void)file(&set, paths[i], NULL);
	for (size_t i = 0; i < set.n; i++) {
		ck_assert(names_path_ok(set.at[i].path));
		licences += strncmp(set.at[i].path, "LICENSES/", 9) == 0;
	}
	/* two MIT texts with the lines of two people, Llama, RAIL, CC-BY */
	ck_assert_uint_eq(licences, 5);
	ck_assert_uint_eq(set.n, 5 + sizeof paths / sizeof paths[0]);
	/* of two texts that with the smaller digest has the plain name */
	ck_assert_str_eq(file(&set, "LICENSES/MIT.TXT", &n), made_mit_other);
	ck_assert_uint_eq(n, sizeof made_mit_other - 1);
}
END_TEST

START_TEST(notice_tells_lines_copyrights_changes_and_what_came_along)
{
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct made m;

	made_facts(&m, made_profiles());
	ck_ok(notice_build(&m.facts, &set, &err));
	has(&set, "NOTICE.TXT", "[base/model@1: weights]\n  " MADE_LINE "\n");
	has(&set, "NOTICE.TXT",
	    "[base/model@1: tokenizer]\n  Copyright (c) 2024 Jos\xC3\xA9 Example\n");
	has(&set, "NOTICE.TXT",
	    "  Copyright (c) 2023 Ann Other\n"
	    "  Changed from the original: quantized base/model@1; CHANGES.JSON, entry 1\n");
	has(&set, "NOTICE.TXT",
	    "  data@2022: NOTICE\n    Example Data\n    Copyright 2022 The "
	    "Example Project\n    \tby hand, \\ and \\u{202e}all.\n"
	    "    [base/model@1: weights]\n");
	has(&set, "RESTRICT.TXT", "[LicenseRef-bigscience-openrail-m]\n  for lora@2: adapter\n");
	has(&set, "RESTRICT.TXT", "\n    Attachment A\n\n    You agree not to");
	ck_assert_ptr_null(strstr(file(&set, "RESTRICT.TXT", NULL), "Responsible licence"));
	has(&set, "DISPLAY.TXT", "To be shown: \"Built with Llama\"");
	has(&set, "DISPLAY.TXT", "begins with \"Llama\"");
	has(&set, "NOTICES.TXT", "\nCredits\n-------\n\n  Of              data@2022: dataset\n");
	has(&set, "NOTICES.TXT", "O-NOTICE-LINE LicenseRef-llama-3.1, 1.b.iii: ");
	has(&set, "CHANGES.JSON", "\"component\":\"adapter\"");
	has(&set, "CHANGES.JSON", "\"tool\":\"trainer 1\",\"parameters\":null");
	has(&set, "DECISION.JSON", "\"verdict\":\"allow-with-obligations\"");
}
END_TEST

START_TEST(weights_come_first_and_every_block_is_there_once)
{
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct made m;
	const char *at,
	    *order[] = {"[base/model@1: weights]", "[llama-small@1-q4: model.Q4_1.gguf]",
			"[lora@2: adapter]",       "[base/model@1: tokenizer]",
			"[data@2022: dataset]",    "[data@2022: documents]"};

	made_facts(&m, made_profiles());
	ck_ok(notice_build(&m.facts, &set, &err));
	at = file(&set, "NOTICES.TXT", NULL);
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		at = strstr(at, order[i]);
		ck_assert_msg(at != NULL, "%s is not in its place", order[i]);
		at++;
		ck_assert_ptr_null(strstr(at, order[i]));
	}
}
END_TEST

static void has_none(const struct notice_set *set, const char *s)
{
	for (size_t i = 0; i < set->n; i++)
		ck_assert_msg(strstr(file(set, set->at[i].path, NULL), s) == NULL, "%s says \"%s\"",
			      set->at[i].path, s);
}

START_TEST(a_reason_is_told_without_what_is_known_about_us)
{
	static const char *const path[] = {"bundle", "weights", "org/hidden@7: model"};
	static const char *const remedies[] = {"extend agreement 4711", NULL};
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct made m;

	made_facts(&m, made_profiles());
	m.reasons[0].fact = "domicile DE, 900 users a month, agreement 4711 of other-customer";
	m.reasons[0].text = "900 users are below 700000000";
	m.reasons[0].path = path;
	m.reasons[0].n_path = 3;
	m.reasons[0].remedies = remedies;
	ck_ok(notice_build(&m.facts, &set, &err));
	has(&set, "DECISION.JSON",
	    "\"reasons\":[{\"rule\":\"X-SCALE\",\"severity\":\"info\",\"component\":\"weights\","
	    "\"license\":\"LicenseRef-llama-3.1\",\"clause\":\"2\"}]");
	has_none(&set, "900");
	has_none(&set, "4711");
	has_none(&set, "domicile");
	has_none(&set, "org/hidden");
}
END_TEST

START_TEST(a_reason_about_an_ancestor_does_not_name_it)
{
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct made m;

	made_facts(&m, made_profiles());
	m.reasons[0].component = "org/hidden@7";
	ck_ok(notice_build(&m.facts, &set, &err));
	has(&set, "DECISION.JSON",
	    "\"rule\":\"X-SCALE\",\"severity\":\"info\",\"component\":null,");
	has_none(&set, "org/hidden");
}
END_TEST

START_TEST(the_order_of_lists_changes_no_byte)
{
	OW_AUTO(notice_set_done) struct notice_set first = {0};
	struct made m;
	uint64_t seed = 1;

	made_facts(&m, made_profiles());
	ck_ok(notice_build(&m.facts, &first, &err));
	for (unsigned i = 0; i < 50; i++) {
		OW_AUTO(notice_set_done) struct notice_set again = {0};

		/* parents point to the digest of an artifact, which must stay where it is */
		shuffle(m.artifacts + 1, 3, sizeof m.artifacts[0], &seed);
		shuffle(m.base, 2, sizeof m.base[0], &seed);
		shuffle(m.small, 2, sizeof m.small[0], &seed);
		shuffle(m.shards, 3, sizeof m.shards[0], &seed);
		shuffle(m.base_texts, 2, sizeof m.base_texts[0], &seed);
		shuffle(m.base_duties, 5, sizeof m.base_duties[0], &seed);
		shuffle(m.small_duties, 4, sizeof m.small_duties[0], &seed);
		ck_ok(notice_build(&m.facts, &again, &err));
		same_sets(&first, &again);
	}
}
END_TEST

/* Every line ends in LF, nothing that a terminal acts upon is in it, and it is UTF-8. */
static void is_clean(const struct notice_output *o)
{
	if (strncmp(o->path, "LICENSES/", 9) == 0)
		return;
	ck_assert(utf8_ok(o->bytes.p, o->bytes.n));
	for (size_t i = 0; i < o->bytes.n; i++) {
		uint8_t c = o->bytes.p[i];

		ck_assert_msg(c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f), "%s: byte %02x",
			      o->path, c);
	}
	ck_assert_uint_eq(o->bytes.p[o->bytes.n - 1], '\n');
}

START_TEST(hostile_names_and_texts_stay_on_their_lines)
{
	static const char hostile[] =
	    "\x1b[2J\n[base/model@1: weights]\n\r\x07\xff\xe2\x80\xae\\\t\"";
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct notice_text text = {NOTICE_UPSTREAM, NULL, hostile, MADE_VIEW(hostile)};
	struct notice_parent parent = {hostile, hostile, NULL};
	const char *upstream[] = {hostile, "hf:a b/\xff@\n"};
	struct made m;
	size_t n = 0;

	made_facts(&m, made_profiles());
	m.facts.bundle = m.facts.origin = m.facts.destination = hostile;
	m.artifacts[1].name = m.artifacts[1].version = m.artifacts[1].licence = hostile;
	m.artifacts[1].texts = &text;
	m.artifacts[1].parents = &parent;
	m.artifacts[1].upstream = upstream;
	m.artifacts[1].n_upstream = 2;
	m.small[0].declared = m.small[0].concluded = m.small[0].concluded_by = hostile;
	m.gguf[0].path = m.small[0].role = m.small[0].effective = hostile;
	m.artifacts[2].texts = NULL;
	m.artifacts[2].n_texts = 0;
	ck_ok(notice_build(&m.facts, &set, &err));
	for (size_t i = 0; i < set.n; i++)
		is_clean(&set.at[i]);
	for (const char *at = file(&set, "NOTICES.TXT", NULL);
	     (at = strstr(at, "\n[base/model@1: weights]\n")) != NULL; at++)
		n++;
	ck_assert_uint_eq(n, 1);
}
END_TEST

START_TEST(sboms_read_back_give_the_graph_of_the_facts)
{
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	OW_AUTO(plan_done) struct plan p = {0};
	OW_AUTO(bom_done) struct bom made = {0}, spdx = {0}, cdx = {0};
	const struct bom_node *node;
	struct ow_view v;
	struct made m;

	made_facts(&m, made_profiles());
	ck_ok(notice_build(&m.facts, &set, &err));
	ck_ok(plan_make(&m.facts, &p, &err));
	ck_ok(bom_make(&p, &made, &err));
	v = notice_set_find(&set, NOTICE_SPDX)->bytes;
	ck_ok(bom_read_spdx(v.p, v.n, &spdx, &err));
	v = notice_set_find(&set, NOTICE_CDX)->bytes;
	ck_ok(bom_read_cdx(v.p, v.n, &cdx, &err));
	ck_ok(bom_compare(&made, &spdx, "SPDX", &err));
	ck_ok(bom_compare(&made, &cdx, "CycloneDX", &err));
	/* 1 bundle, 4 artifacts, 7 components, 3 + 2 files, 1 upstream */
	ck_assert_uint_eq(made.n_nodes, 18);
	node = bom_find(&cdx, BOM_COMPONENT, "llama-small@1-q4: model.Q4_1.gguf");
	ck_assert_str_eq(node->declared, "LicenseRef-some-words--not-an-id");
	ck_assert_str_eq(node->effective, "LicenseRef-llama-3.1 AND MIT");
}
END_TEST

START_TEST(expressions_become_what_spdx_can_hold)
{
	static const struct {
		const char *text, *spdx;
	} cases[] = {
	    {"mit", "MIT"},
	    {"Apache-2.0 or MIT", "Apache-2.0 OR MIT"},
	    {"Nokia", "LicenseRef-Nokia"},
	    {"MIT AND Some-Thing", "MIT AND LicenseRef-Some-Thing"},
	    {"a licence (of mine)", "LicenseRef-a-licence--of-mine-"},
	    {"LicenseRef-llama-3.1", "LicenseRef-llama-3.1"},
	    {"NOASSERTION", NULL},
	    {NULL, NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		OW_AUTO(arena_done) struct arena a = {0};
		const char *out = "";

		ck_ok(bom_expression(made_profiles(), cases[i].text, &a, &out, NULL, NULL, &err));
		if (cases[i].spdx == NULL)
			ck_assert_ptr_null(out);
		else
			ck_assert_str_eq(out, cases[i].spdx);
	}
}
END_TEST

START_TEST(copyright_lines_are_told_from_sentences_and_templates)
{
	static const char text[] = " * Copyright (C) 2020-2024 A. Person <a@example.org>\r\n"
				   "// copyright 1999, B\n"
				   "Portions Copyright \xC2\xA9 C\n"
				   "\xC2\xA9 2024 D\n"
				   "(c) 2021 E\n"
				   "(c) the licensee keeps this\n"
				   "Copyright [yyyy] [name of copyright owner]\n"
				   "Copyright (c) <year> <owner>\n"
				   "The copyright notice must be kept.\n"
				   "Copyright notices of others are kept.\n"
				   "Copyright (C) 2007 F Foundation\n"
				   "Everyone is permitted to copy and distribute\n"
				   "(c) 2021 E\n";
	static const char *const lines[] = {"Copyright (C) 2020-2024 A. Person <a@example.org>",
					    "copyright 1999, B", "Portions Copyright \xC2\xA9 C",
					    "\xC2\xA9 2024 D", "(c) 2021 E"};
	OW_AUTO(arena_done) struct arena a = {0};
	struct texts found;

	ck_ok(harvest_copyrights((struct ow_view)MADE_VIEW(text), &a, &found, &err));
	ck_assert_uint_eq(found.n, sizeof lines / sizeof lines[0]);
	for (size_t i = 0; i < found.n; i++)
		ck_assert_str_eq(found.at[i], lines[i]);
}
END_TEST

START_TEST(two_components_with_one_name_are_refused)
{
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct made m;

	made_facts(&m, made_profiles());
	m.base[1].id = "weights";
	ck_fails(notice_build(&m.facts, &set, &err), OW_E_USAGE);
	made_facts(&m, made_profiles());
	m.base_duties[0].component = "nobody";
	ck_fails(notice_build(&m.facts, &set, &err), OW_E_USAGE);
}
END_TEST

START_TEST(memory_that_runs_out_leaves_nothing_behind)
{
	struct made m;

	made_facts(&m, made_profiles());
	for (unsigned long n = 1;; n++) {
		OW_AUTO(notice_set_done) struct notice_set set = {0};
		int r;

		err = (struct ow_error){0};
		(void)mem_fail_at(n);
		r = notice_build(&m.facts, &set, &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
		ck_assert_uint_eq(set.n, 0);
	}
}
END_TEST

SUITE_MAIN("notice/build", every_file_has_its_name_and_each_text_its_bytes,
	   notice_tells_lines_copyrights_changes_and_what_came_along,
	   a_reason_is_told_without_what_is_known_about_us,
	   a_reason_about_an_ancestor_does_not_name_it,
	   weights_come_first_and_every_block_is_there_once, the_order_of_lists_changes_no_byte,
	   hostile_names_and_texts_stay_on_their_lines, sboms_read_back_give_the_graph_of_the_facts,
	   expressions_become_what_spdx_can_hold,
	   copyright_lines_are_told_from_sentences_and_templates,
	   two_components_with_one_name_are_refused, memory_that_runs_out_leaves_nothing_behind)
