/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "notice/bom.h"
#include "notice/check.h"
#include "support/notice_maker.h"
#include "support/support.h"

static struct ow_error err;

/* The gaps as lines. */
static int keep_gap(void *ctx, const struct notice_gap *g, struct ow_error *e)
{
	struct buf *b = ctx;

	buf_printf(b, "%s %s %s: %s: %s\n", g->artifact->name, g->component, g->duty, g->what,
		   g->supply);
	return buf_finish(b, e);
}

static void gaps(const struct made *m, struct buf *out)
{
	OW_AUTO(notice_set_done) struct notice_set set = {0};

	ck_ok(notice_build(&m->facts, &set, &err));
	ck_ok(notice_check(&m->facts, &set, keep_gap, out, &err));
}

START_TEST(a_whole_bundle_has_no_gap)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct made m;

	made_facts(&m, made_profiles());
	gaps(&m, &b);
	ck_assert_str_eq(buf_str(&b), "");
}
END_TEST

static void one_gap(struct made *m, const char *wanted)
{
	OW_AUTO(buf_done) struct buf b = {0};

	gaps(m, &b);
	ck_assert_msg(strstr(buf_str(&b), wanted) != NULL, "no \"%s\" in:\n%s", wanted,
		      buf_str(&b));
}

START_TEST(what_is_missing_is_named_with_the_file_to_supply)
{
	struct made m;

	made_facts(&m, made_profiles());
	m.artifacts[2].n_texts = 0;
	one_gap(&m, "lora adapter O-COPY: the text of LicenseRef-bigscience-openrail-m is not in "
		    "hand: a file LICENSE with");
	made_facts(&m, made_profiles());
	m.artifacts[3].n_texts = 1;
	one_gap(&m, "data dataset O-NOTICE-FILE: the NOTICE file is not in hand: the file NOTICE");
	made_facts(&m, made_profiles());
	m.base_texts[0].bytes = (struct ow_view)MADE_VIEW("AGREEMENT without its line\n");
	one_gap(&m, "base/model weights O-NOTICE-LINE: the attribution line");
	made_facts(&m, made_profiles());
	m.small[0].effective = NULL;
	one_gap(&m, "llama-small model.Q4_1.gguf : its licence is not known: a file LICENSE, or");
	made_facts(&m, made_profiles());
	m.adapter_duties[1].met = false;
	one_gap(&m, "lora adapter O-PASSTHRU: nothing shows");
	made_facts(&m, made_profiles());
	m.small_duties[0].id = "O-AUP";
	one_gap(&m, "llama-small model.Q4_1.gguf O-AUP: the text of LicenseRef-llama-3.1's use "
		    "policy is not in hand: a file USE_POLICY");
}
END_TEST

START_TEST(the_text_of_a_parent_in_the_bundle_serves)
{
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct made m;

	/* the quantized one has no copy of the agreement, its base has */
	made_facts(&m, made_profiles());
	ck_ok(notice_build(&m.facts, &set, &err));
	ck_assert_ptr_nonnull(strstr((const char *)notice_set_find(&set, NOTICE_INDEX)->bytes.p,
				     "LicenseRef-llama-3.1: LICENSES/"));
}
END_TEST

static void refused(const struct made *m, struct notice_set *set, const char *wanted)
{
	OW_AUTO(buf_done) struct buf b = {0};

	ck_fails(notice_check(&m->facts, set, keep_gap, &b, &err), OW_E_INTEGRITY);
	ck_assert_msg(strstr(err.text, wanted) != NULL, "no \"%s\" in %s", wanted, err.text);
}

START_TEST(no_file_may_be_missing)
{
	struct made m;
	size_t n = 1;

	made_facts(&m, made_profiles());
	for (size_t i = 0; i < n; i++) {
		OW_AUTO(notice_set_done) struct notice_set set = {0};
		char path[NAMES_PATH];

		ck_ok(notice_build(&m.facts, &set, &err));
		n = set.n;
		strcpy(path, set.at[i].path);
		buf_done(&set.at[i].own);
		memmove(set.at + i, set.at + i + 1, (set.n - i - 1) * sizeof *set.at);
		set.n--;
		refused(&m, &set, path);
	}
}
END_TEST

START_TEST(a_file_that_nobody_told_of_is_refused)
{
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct made m;

	made_facts(&m, made_profiles());
	ck_ok(notice_build(&m.facts, &set, &err));
	for (size_t i = 0; i < set.n; i++) {
		if (strcmp(set.at[i].path, "LICENSES/MIT.TXT") == 0)
			strcpy(set.at[i].path, "LICENSES/MIX.TXT");
	}
	refused(&m, &set, "LICENSES/MIX.TXT is not told");
}
END_TEST

/* A byte of a file that is not ours alone to lose: the check sees it, or the file says the same as before. */
START_TEST(a_spoilt_word_is_seen)
{
	static const struct {
		const char *path, *from, *to, *why;
	} cases[] = {
	    {NOTICE_TXT, "All Rights", "Few Rights", "lacks one of its lines"},
	    {NOTICE_TXT, "Ann Other", "Ann Ether", "lacks one of its lines"},
	    {NOTICE_TXT, "Example Data", "Exbmple Data", "is not in it whole"},
	    {NOTICE_INDEX, "O-COPY MIT", "O-COPY MIX", "lacks one of its obligations"},
	    {NOTICE_INDEX, "\n[lora@2: adapter]", "\n[lora@3: adapter]",
	     "lora@2: adapter is missing"},
	    {NOTICE_SPDX, "SPDX-2.3", "SPDX-2.2", "spdxVersion"},
	    {NOTICE_SPDX, "GENERATED_FROM", "GENERATES     ", "is no GENERATES"},
	    {NOTICE_SPDX, "\"licenseConcluded\":\"MIT\"", "\"licenseConcluded\":\"MIX\"",
	     "licence"},
	    {NOTICE_SPDX, "\"licenseId\":\"LicenseRef-llama", "\"licenseId\":\"LicenseRef-lxama",
	     "has no text in the document"},
	    {NOTICE_CDX, "machine-learning-model", "machine-learning-modem", "type"},
	    {NOTICE_CDX, "\"dependsOn\":[\"base", "\"dependsOn\":[\"bese", "is no component"},
	    {NOTICE_CDX, "0100000000", "0200000000", "name, version or digest"},
	    {NOTICE_CHANGES, "\"changes\"", "\"chbnges\"", "changes"},
	};
	struct made m;

	made_facts(&m, made_profiles());
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		OW_AUTO(notice_set_done) struct notice_set set = {0};
		const struct notice_output *o;
		char *at;

		ck_ok(notice_build(&m.facts, &set, &err));
		o = notice_set_find(&set, cases[i].path);
		at = memmem(o->own.p, o->own.n, cases[i].from, strlen(cases[i].from));
		ck_assert_msg(at != NULL, "no \"%s\"", cases[i].from);
		memcpy(at, cases[i].to, strlen(cases[i].to));
		refused(&m, &set, cases[i].why);
	}
}
END_TEST

/* Read back, a variant is refused or says what it says; nothing breaks. */
static bool spdx_variant(void *ctx, const uint8_t *p, size_t n)
{
	OW_AUTO(bom_done) struct bom b = {0};
	struct ow_error why = {0};

	(void)ctx;
	return bom_read_spdx(p, n, &b, &why) == 0 || why.code == OW_E_FORMAT;
}

static bool cdx_variant(void *ctx, const uint8_t *p, size_t n)
{
	OW_AUTO(bom_done) struct bom b = {0};
	struct ow_error why = {0};

	(void)ctx;
	return bom_read_cdx(p, n, &b, &why) == 0 || why.code == OW_E_FORMAT;
}

START_TEST(every_truncation_of_an_sbom_is_refused_or_read)
{
	OW_AUTO(notice_set_done) struct notice_set set = {0};
	struct made m;
	struct ow_view v;

	made_facts(&m, made_profiles());
	m.facts.n_artifacts = 1;
	m.artifacts[0].n_components = 1;
	m.decisions[0].n_obligations = 0;
	m.base[0].n_files = 1;
	ck_ok(notice_build(&m.facts, &set, &err));
	v = notice_set_find(&set, NOTICE_SPDX)->bytes;
	sweep_truncations(v.p, v.n, spdx_variant, NULL);
	v = notice_set_find(&set, NOTICE_CDX)->bytes;
	sweep_truncations(v.p, v.n, cdx_variant, NULL);
}
END_TEST

enum {
	MANY = 10000
};

START_TEST(ten_thousand_components_are_built_and_checked)
{
	OW_AUTO(mem_free) struct notice_component *c = mem_array(MANY, sizeof *c, &err);
	OW_AUTO(mem_free) struct notice_file *f = mem_array(MANY, sizeof *f, &err);
	OW_AUTO(mem_free) struct ow_obligation *o = mem_array(2 * MANY, sizeof *o, &err);
	OW_AUTO(arena_done) struct arena a = {0};
	OW_AUTO(buf_done) struct buf b = {0};
	struct made m;

	made_facts(&m, made_profiles());
	for (size_t i = 0; i < MANY; i++) {
		const char *name = arena_printf(&a, "part %zu", i);

		f[i] = (struct notice_file){name, {.b = {(uint8_t)i, (uint8_t)(i >> 8), 1}}, i};
		c[i] = m.base[0];
		c[i].id = name;
		c[i].files = &f[i];
		c[i].n_files = 1;
		o[2 * i] = m.base_duties[0];
		o[2 * i + 1] = m.base_duties[1];
		o[2 * i].component = o[2 * i + 1].component = name;
	}
	m.artifacts[0].components = c;
	m.artifacts[0].n_components = MANY;
	m.decisions[0].obligations = o;
	m.decisions[0].n_obligations = (size_t)2 * MANY;
	gaps(&m, &b);
	ck_assert_str_eq(buf_str(&b), "");
}
END_TEST

SUITE_MAIN("notice/check", a_whole_bundle_has_no_gap,
	   what_is_missing_is_named_with_the_file_to_supply,
	   the_text_of_a_parent_in_the_bundle_serves, no_file_may_be_missing,
	   a_file_that_nobody_told_of_is_refused, a_spoilt_word_is_seen,
	   every_truncation_of_an_sbom_is_refused_or_read,
	   ten_thousand_components_are_built_and_checked)
