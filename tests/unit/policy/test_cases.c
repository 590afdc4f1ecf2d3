/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Forty cases with the verdict, the ceiling and the rules that each must have, no more and no fewer.
 */
#include <stdio.h>
#include <string.h>

#include "support/policy.h"
#include "support/support.h"

struct wanted {
	enum ow_verdict verdict;
	enum ow_class ceiling;
	const char *blocks, *reviews, *notes; /* rules by severity, sorted; none warns */
	const char *cause;     /* "RULE licence clause" that must be among the reasons */
	const char *effective; /* of the first component */
	const char *duties[5]; /* "+" met or "-" unmet, "ID licence clause" */
};

static void check_rules(const struct trial *t, enum ow_severity severity, const char *wanted)
{
	OW_AUTO(buf_done) struct buf got = {0};

	trial_rules(t, severity, &got);
	ck_assert_str_eq(buf_str(&got), wanted == NULL ? "" : wanted);
}

static bool says(const struct trial *t, const char *cause)
{
	for (size_t i = 0; i < t->d.n_reasons; i++) {
		const struct ow_reason *r = &t->d.reasons[i];
		char text[300];

		(void)snprintf(text, sizeof text, "%s %s %s", r->rule, r->license, r->clause);
		if (strcmp(text, cause) == 0 && r->n_path > 0 && r->remedies[0] != NULL)
			return true;
	}
	return false;
}

static void check_duty(const struct trial *t, const char *duty)
{
	char id[40], license[120];
	const char *end = strchr(duty, ' '), *clause = strchr(end + 1, ' ');

	(void)snprintf(id, sizeof id, "%.*s", (int)(end - duty - 1), duty + 1);
	(void)snprintf(license, sizeof license, "%.*s", (int)(clause - end - 1), end + 1);
	ck_assert_msg(trial_has_duty(t, id, license, clause + 1, duty[0] == '+'), "%s", duty);
}

static void check(const char *name, const struct wanted *w)
{
	OW_AUTO(trial_done) struct trial t = {0};

	trial_read(&t, name);
	trial_decide(&t);
	ck_assert_str_eq(t.d.scenario, name);
	ck_assert_str_eq(ow_verdict_name(t.d.verdict), ow_verdict_name(w->verdict));
	ck_assert_str_eq(ow_class_name(t.d.ceiling), ow_class_name(w->ceiling));
	check_rules(&t, OW_SEVERITY_BLOCK, w->blocks);
	check_rules(&t, OW_SEVERITY_REVIEW, w->reviews);
	check_rules(&t, OW_SEVERITY_WARN, NULL);
	check_rules(&t, OW_SEVERITY_INFO, w->notes);
	if (w->cause != NULL)
		ck_assert_msg(says(&t, w->cause), "%s", w->cause);
	if (w->effective != NULL)
		ck_assert_str_eq(t.d.effective[0].expression, w->effective);
	for (size_t i = 0; w->duties[i] != NULL; i++)
		check_duty(&t, w->duties[i]);
}

#define CASE(id, ...)                                                                              \
	START_TEST(policy_##id)                                                                    \
	{                                                                                          \
		static const struct wanted w = {__VA_ARGS__};                                      \
                                                                                                   \
		check(#id, &w);                                                                    \
	}                                                                                          \
	END_TEST

CASE(C01, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .duties = {"+O-COPY Apache-2.0 4(a)", "+O-COPYRIGHT Apache-2.0 4(c)",
		"+O-NOTICE-FILE Apache-2.0 4(d)"})
CASE(C02, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .duties = {"+O-CHANGES Apache-2.0 4(b)"})
CASE(C03, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .duties = {"+O-COPY MIT notice condition"})
CASE(C04, .verdict = OW_BLOCK, .ceiling = OW_CLASS_QUARANTINE, .blocks = "X-MISMATCH",
     .notes = "X-SCALE", .effective = "LicenseRef-llama-3.1")
CASE(C05, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "X-NAME",
     .notes = "X-SCALE", .cause = "X-NAME LicenseRef-llama-3.1 1.b.i",
     .effective = "Apache-2.0 AND LicenseRef-llama-3.1",
     .duties = {"-O-NAME LicenseRef-llama-3.1 1.b.i"})
CASE(C06, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .notes = "X-SCALE",
     .duties = {"+O-COPY LicenseRef-llama-3.1 1.b.i(A)", "+O-DISPLAY LicenseRef-llama-3.1 1.b.i(B)",
		"+O-NOTICE-LINE LicenseRef-llama-3.1 1.b.iii",
		"+O-NAME LicenseRef-llama-3.1 1.b.i"})
CASE(C07, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "O-NOTICE-LINE",
     .notes = "X-SCALE", .cause = "O-NOTICE-LINE LicenseRef-llama-3.1 1.b.iii",
     .duties = {"-O-NOTICE-LINE LicenseRef-llama-3.1 1.b.iii"})
CASE(C08, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .blocks = "O-COPY O-NOTICE-LINE X-PASSTHRU",
     .cause = "X-PASSTHRU LicenseRef-gemma-terms-2026-04-01 3.1(1)",
     .duties = {"-O-PASSTHRU LicenseRef-gemma-terms-2026-04-01 3.1(1)",
		"-O-COPY LicenseRef-gemma-terms-2026-04-01 3.1(2)",
		"-O-NOTICE-LINE LicenseRef-gemma-terms-2026-04-01 3.1(4)"})
CASE(C09, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .effective = "MIT AND LicenseRef-gemma-terms-2026-04-01",
     .duties = {"+O-PASSTHRU LicenseRef-gemma-terms-2026-04-01 3.1(1)",
		"+O-CHANGES LicenseRef-gemma-terms-2026-04-01 3.1(3)"})
CASE(C10, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .effective = "MIT AND Apache-2.0", .duties = {"+O-COPY Apache-2.0 4(a)"})
CASE(C11, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "O-CHANGES",
     .duties = {"-O-CHANGES LicenseRef-gemma-terms-2024-04-01 3.1(3)"})
CASE(C12, .verdict = OW_BLOCK, .ceiling = OW_CLASS_RESEARCH, .blocks = "X-NC",
     .cause = "X-NC CC-BY-NC-4.0 1(i);2(a)(1)")
CASE(C13, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_RESEARCH, .notes = "X-NC",
     .duties = {"+O-ATTR-CC CC-BY-NC-4.0 3(a)(1)", "+O-COPY MIT notice condition"})
CASE(C14, .verdict = OW_BLOCK, .ceiling = OW_CLASS_QUARANTINE, .blocks = "X-NOTEXT")
CASE(C15, .verdict = OW_BLOCK, .ceiling = OW_CLASS_QUARANTINE, .blocks = "X-FIELD X-NC",
     .cause = "X-FIELD LicenseRef-mistral-mrl-0.1 3.2;9")
CASE(C16, .verdict = OW_BLOCK, .ceiling = OW_CLASS_QUARANTINE, .blocks = "X-FIELD X-NC")
CASE(C17, .verdict = OW_BLOCK, .ceiling = OW_CLASS_QUARANTINE, .blocks = "X-OUTTRAIN",
     .cause = "X-OUTTRAIN LicenseRef-llama-3 1.b.v")
CASE(C18, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .duties = {"+O-NAME LicenseRef-llama-3.1 1.b.i"})
CASE(C19, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .notes = "X-SCALE",
     .duties = {"+O-NAME LicenseRef-llama-3 1.b.i", "+O-DISPLAY LicenseRef-llama-3 1.b.i(B)"})
CASE(C20, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "X-TERR",
     .notes = "X-SCALE X-TERR",
     .cause = "X-TERR LicenseRef-llama-3.2 AUP last paragraph via 1.b.iv")
CASE(C21, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .notes = "X-SCALE X-TERR", .duties = {"+O-DISPLAY LicenseRef-llama-3.2 1.b.i(B)"})
CASE(C22, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .notes = "X-SCALE X-TERR")
CASE(C23, .verdict = OW_BLOCK, .ceiling = OW_CLASS_QUARANTINE, .blocks = "X-TERR",
     .notes = "X-SCALE", .cause = "X-TERR LicenseRef-llama-4 AUP last paragraph via 1.b.iv")
CASE(C24, .verdict = OW_BLOCK, .ceiling = OW_CLASS_CUSTOMER, .blocks = "X-TERR",
     .notes = "X-SCALE X-TERR", .cause = "X-TERR LicenseRef-hunyuan-community-2025 3;5.c;1.l")
CASE(C25, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .duties = {"+O-SOURCE GPL-3.0-only 6"})
CASE(C26, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "X-SOURCE",
     .cause = "X-SOURCE GPL-3.0-only 6", .duties = {"-O-SOURCE GPL-3.0-only 6"})
CASE(C27, .verdict = OW_BLOCK, .ceiling = OW_CLASS_INTERNAL, .blocks = "X-GPLMIX",
     .notes = "X-SCALE")
CASE(C28, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .notes = "X-DISPLAY", .duties = {"+O-COPY LicenseRef-kimi-k2-modified-mit MIT body"})
CASE(C29, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "X-DISPLAY",
     .cause = "X-DISPLAY LicenseRef-kimi-k2-modified-mit added last paragraph",
     .duties = {"-O-DISPLAY LicenseRef-kimi-k2-modified-mit added last paragraph"})
CASE(C30, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "X-EXPIRED",
     .notes = "X-SCALE")
CASE(C31, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "X-APPROVAL")
CASE(C32, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "X-APPROVAL")
CASE(C33, .verdict = OW_REVIEW, .ceiling = OW_CLASS_REDISTRIBUTABLE, .reviews = "X-OR",
     .duties = {"+O-COPY Apache-2.0 4(a)"})
CASE(C34, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .effective = "Apache-2.0", .duties = {"+O-COPY Apache-2.0 4(a)"})
CASE(C35, .verdict = OW_BLOCK, .ceiling = OW_CLASS_QUARANTINE, .blocks = "X-SCALE",
     .cause = "X-SCALE LicenseRef-stability-community-2024-07-05 III")
CASE(C36, .verdict = OW_BLOCK, .ceiling = OW_CLASS_RESEARCH, .blocks = "X-SCALE",
     .cause = "X-SCALE LicenseRef-lfm-open-1.0 5.a;5.b")
CASE(C37, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "X-OUTTRAIN",
     .cause = "X-OUTTRAIN LicenseRef-flux1-dev-nc 2.d")
CASE(C38, .verdict = OW_BLOCK, .ceiling = OW_CLASS_QUARANTINE, .blocks = "X-REACH",
     .cause = "X-REACH LicenseRef-soml-1.0 3.A")
CASE(C39, .verdict = OW_BLOCK, .ceiling = OW_CLASS_REDISTRIBUTABLE, .blocks = "X-FIELD",
     .cause = "X-FIELD LicenseRef-deepseek-1.0 Att.A")
CASE(C40, .verdict = OW_ALLOW_WITH_OBLIGATIONS, .ceiling = OW_CLASS_REDISTRIBUTABLE,
     .notes = "X-SCALE", .effective = "LicenseRef-llama-3.1 AND LicenseRef-qwen-2024",
     .duties = {"+O-NAME LicenseRef-llama-3.1 1.b.i", "+O-DISPLAY LicenseRef-llama-3.1 1.b.i(B)",
		"+O-DISPLAY LicenseRef-qwen-2024 5.b"})

SUITE_MAIN("policy/cases", policy_C01, policy_C02, policy_C03, policy_C04, policy_C05, policy_C06,
	   policy_C07, policy_C08, policy_C09, policy_C10, policy_C11, policy_C12, policy_C13,
	   policy_C14, policy_C15, policy_C16, policy_C17, policy_C18, policy_C19, policy_C20,
	   policy_C21, policy_C22, policy_C23, policy_C24, policy_C25, policy_C26, policy_C27,
	   policy_C28, policy_C29, policy_C30, policy_C31, policy_C32, policy_C33, policy_C34,
	   policy_C35, policy_C36, policy_C37, policy_C38, policy_C39, policy_C40)
