/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each rule where it fires, where it does not, and what it caps.
 */
#include <string.h>

#include "support/policy.h"
#include "support/support.h"

/* The start of a scenario: whom it is for. */
#define TO(class) "scenario: s\nclock: 2026-11-21\nrequest: {class: " class "}\n"
#define CUSTOMER                                                                                   \
	TO("customer, recipient: ACME")                                                            \
	"recipients: [{id: ACME, commercial: true, purpose: commercial, domicile: US, "            \
	"screened: 2026-11-01, mau: 1000, revenue_usd_per_year: 1000, maas_operator: false}]\n"
#define PUBLIC   TO("redistributable")
#define INTERNAL TO("internal")
#define RESEARCH TO("research")

/* Weights under a licence, with whatever follows. */
#define WEIGHTS(license, more)                                                                     \
	"components:\n  - {id: w, role: weights, license: {found: " license "}" more "}\n"
#define FROM(kind)                 ", derived_from: [{parent: p, kind: " kind "}]"
#define PARENT(license)            "parents: [{id: p, role: weights, license: {found: " license "}}]\n"
#define PARENT_WITH(license, more) "parents: [{id: p, license: {found: " license "}" more "}]\n"

struct row {
	const char *text;
	enum ow_verdict verdict;
	enum ow_class ceiling;
	const char *blocks, *reviews, *warns;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		OW_AUTO(trial_done) struct trial t = {0};
		const char *wanted[] = {rows[i].blocks, rows[i].reviews, rows[i].warns};

		trial_text(&t, rows[i].text);
		trial_decide(&t);
		for (unsigned s = OW_SEVERITY_BLOCK; s <= OW_SEVERITY_WARN; s++) {
			OW_AUTO(buf_done) struct buf got = {0};

			trial_rules(&t, (enum ow_severity)s, &got);
			ck_assert_msg(
			    strcmp(buf_str(&got), wanted[s]) == 0, "row %zu: %s '%s', wanted '%s'",
			    i, ow_severity_name((enum ow_severity)s), buf_str(&got), wanted[s]);
		}
		ck_assert_msg(t.d.verdict == rows[i].verdict, "row %zu: %s", i,
			      ow_verdict_name(t.d.verdict));
		ck_assert_msg(t.d.ceiling == rows[i].ceiling, "row %zu: %s", i,
			      ow_class_name(t.d.ceiling));
	}
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof(rows)[0])
#define A           OW_ALLOW
#define AO          OW_ALLOW_WITH_OBLIGATIONS
#define RV          OW_REVIEW
#define B           OW_BLOCK
#define Q           OW_CLASS_QUARANTINE
#define R           OW_CLASS_RESEARCH
#define I           OW_CLASS_INTERNAL
#define C           OW_CLASS_CUSTOMER
#define P           OW_CLASS_REDISTRIBUTABLE

START_TEST(the_text_must_be_in_hand)
{
	static const struct row rows[] = {
	    {INTERNAL WEIGHTS("NONE", ""), B, Q, "X-NOTEXT", "", ""},
	    {INTERNAL WEIGHTS("NOASSERTION", ""), B, Q, "X-NC X-NOTEXT", "", ""},
	    {INTERNAL WEIGHTS("LicenseRef-mine", ""), B, Q, "X-NOTEXT", "", ""},
	    /* read by name alone, until a person has concluded */
	    {INTERNAL WEIGHTS("LicenseRef-glm-4", ""), B, Q, "X-NOTEXT", "", ""},
	    {INTERNAL "components: [{id: w, role: weights, license: {concluded: "
		      "LicenseRef-hai-def-terms}}]\n",
	     A, P, "", "", ""},
	    {INTERNAL "components: [{id: w, role: weights}]\n", B, Q, "X-NOTEXT", "", ""},
	    /* an SPDX id by its tag is known, but its text is owed */
	    {INTERNAL "components: [{id: w, role: weights, license: {declared: [mit]}}]\n", A, P,
	     "", "", ""},
	    {PUBLIC "components: [{id: w, role: weights, license: {declared: [mit]}}]\n", B, P,
	     "O-COPY", "", ""},
	    /* one tag, three texts */
	    {INTERNAL "components: [{id: w, role: weights, license: {declared: [gemma]}}]\n", B, Q,
	     "X-NOTEXT", "", ""},
	    {INTERNAL "components: [{id: w, role: weights, license: {declared: [gemma], "
		      "found: LicenseRef-gemma-terms-2025-03-24}}]\n",
	     A, P, "", "", ""},
	    {INTERNAL "components: [{id: w, role: weights, license: {declared: [mit, apache-2.0], "
		      "found: MIT}}]\n",
	     B, Q, "X-MISMATCH", "", ""},
	    {INTERNAL "components: [{id: w, role: weights, license: {declared: [mit], "
		      "found: Apache-2.0, concluded: Apache-2.0}}]\n",
	     A, P, "", "", ""},
	    {INTERNAL "components: [{id: w, role: weights, license: {declared: [bsd, other], "
		      "found: BSD-3-Clause AND LicenseRef-llama-3.1}}]\n",
	     A, P, "", "", ""},
	    {INTERNAL "components: [{id: w, role: weights, license: {found: MIT, state: "
		      "modified}}]\n",
	     B, Q, "X-MISMATCH", "", ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(lineage_must_be_whole)
{
	static const struct row rows[] = {
	    {INTERNAL WEIGHTS("MIT", ", derived_from: [{parent: unknown, kind: finetune}]"), B, R,
	     "X-LINEAGE", "", ""},
	    {RESEARCH WEIGHTS("MIT", ", derived_from: [{parent: unknown, kind: finetune}]"), A, R,
	     "", "", "X-LINEAGE"},
	    /* a parent that is not here and of which nothing is known raises that alone */
	    {INTERNAL WEIGHTS("MIT", FROM("finetune")) "parents: [{id: p, in_store: false}]\n", B,
	     R, "X-LINEAGE", "", ""},
	    {INTERNAL WEIGHTS("MIT", FROM("finetune")) "parents: [{id: p}]\n", B, Q, "X-NOTEXT", "",
	     ""},
	    {INTERNAL "components: [{id: a, role: adapter, license: {found: MIT}}]\n", B, R,
	     "X-LINEAGE", "", ""},
	    {INTERNAL WEIGHTS("MIT", FROM("finetune"))
		 PARENT_WITH("MIT", ", derived_from: [{parent: w, kind: finetune}]"),
	     B, R, "X-LINEAGE", "", ""},
	    /* data that a model was trained on need not be here */
	    {INTERNAL WEIGHTS("MIT",
			      FROM("trained-on")) "parents: [{id: p, role: dataset, in_store: "
						  "false, license: {found: CC0-1.0}}]\n",
	     A, P, "", "", ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(same_terms_want_to_be_the_only_ones)
{
	static const struct row rows[] = {
	    {CUSTOMER WEIGHTS("MIT", FROM("finetune")) PARENT("CC-BY-SA-4.0"), B, I, "X-SAMETERMS",
	     "", ""},
	    {INTERNAL WEIGHTS("MIT", FROM("finetune")) PARENT("CC-BY-SA-4.0"), A, I, "", "", ""},
	    {CUSTOMER WEIGHTS("CC-BY-SA-4.0", FROM("finetune")) PARENT("CC-BY-SA-4.0"), AO, P, "",
	     "", ""},
	    {CUSTOMER WEIGHTS("GPL-3.0-only", FROM("finetune")) PARENT("CC-BY-SA-4.0"), AO, P, "",
	     "", ""},
	    {CUSTOMER WEIGHTS("CC-BY-SA-4.0", FROM("finetune")) PARENT("GPL-3.0-only"), B, I,
	     "X-SAMETERMS", "", ""},
	    {CUSTOMER WEIGHTS(
		 "CC-BY-SA-4.0",
		 ", derived_from: [{parent: p, kind: merge-of}, "
		 "{parent: q, kind: merge-of}]") "parents: [{id: p, license: {found: "
						 "CC-BY-SA-4.0}}, {id: q, license: {found: "
						 "LicenseRef-sam-license}}]\n",
	     B, I, "X-2COPYLEFT", "", ""},
	    /* data of these terms carries none into the model, only a risk */
	    {INTERNAL WEIGHTS("MIT", FROM("trained-on")) "parents: [{id: p, role: dataset, "
							 "license: {found: CC-BY-SA-4.0}}]\n",
	     A, P, "", "", "provenance-risk"},
	};

	CHECK(rows);
}
END_TEST

START_TEST(use_restrictions_must_reach_the_recipient)
{
	static const struct row rows[] = {
	    {CUSTOMER WEIGHTS("GPL-3.0-only", FROM("finetune"))
		 PARENT("LicenseRef-gemma-terms-2026-04-01"),
	     B, I, "X-PASSTHRU", "", ""},
	    /* whatever is attached */
	    {CUSTOMER WEIGHTS("GPL-3.0-only AND LicenseRef-gemma-terms-2026-04-01",
			      FROM("finetune")) PARENT("LicenseRef-gemma-terms-2026-04-01"),
	     B, I, "X-PASSTHRU", "", ""},
	    {INTERNAL WEIGHTS("GPL-3.0-only", FROM("finetune"))
		 PARENT("LicenseRef-gemma-terms-2026-04-01"),
	     A, I, "", "", ""},
	    {CUSTOMER WEIGHTS("LicenseRef-deepseek-1.0", "") "terms: []\n", B, P, "X-PASSTHRU", "",
	     ""},
	    {CUSTOMER WEIGHTS("LicenseRef-deepseek-1.0",
			      "") "terms: [{component: w, carries: [LicenseRef-deepseek-1.0]}]\n",
	     AO, P, "", "", ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(modified_copies_and_names)
{
	static const struct row rows[] = {
	    {CUSTOMER WEIGHTS("CC-BY-ND-4.0", ", modified: true"), B, I, "X-NODERIV", "", ""},
	    {INTERNAL WEIGHTS("CC-BY-ND-4.0", ", modified: true"), A, I, "", "", ""},
	    {CUSTOMER WEIGHTS("CC-BY-ND-4.0", ""), AO, P, "", "", ""},
	    {CUSTOMER WEIGHTS("LicenseRef-internal-proprietary", ""), B, I, "X-PERM", "", ""},
	    /* the name follows through a chain, and 31 is not 3.1 */
	    {CUSTOMER "artifact: {name: llama_3_1-tiny}\n" WEIGHTS("MIT", FROM("quantized"))
		 PARENT("LicenseRef-llama-3"),
	     AO, P, "", "", ""},
	    {CUSTOMER "artifact: {name: llama-31}\n" WEIGHTS("MIT", FROM("quantized"))
		 PARENT("LicenseRef-llama-3"),
	     B, P, "X-NAME", "", ""},
	    {CUSTOMER "artifact: {name: Llamas}\n" WEIGHTS("MIT", FROM("quantized"))
		 PARENT("LicenseRef-llama-3.1"),
	     B, P, "X-NAME", "", ""},
	    /* two names that no name can begin with */
	    {PUBLIC "organisation: {commercial: false}\n" WEIGHTS(
		 "MIT", ", derived_from: [{parent: p, kind: merge-of}, {parent: q, kind: "
			"merge-of}]") "parents: [{id: p, license: {found: LicenseRef-llama-3.1}}, "
				      "{id: q, license: {found: "
				      "LicenseRef-exaone-1.1-nc}}]\n",
	     B, P, "X-NAME", "X-NC", ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(teachers)
{
	static const struct row rows[] = {
	    {INTERNAL WEIGHTS("MIT",
			      FROM("trained-on")) "parents: [{id: p, role: dataset, license: "
						  "{found: CC0-1.0}, derived_from: [{parent: "
						  "t, kind: outputs-of}]}, {id: t, role: weights, "
						  "license: {found: LicenseRef-llama-3}}]\n",
	     B, Q, "X-OUTTRAIN", "", ""},
	    /* two finetunes of one base are in its family, though only the base says so */
	    {INTERNAL WEIGHTS(
		 "MIT",
		 ", derived_from: [{parent: a, kind: merge-of}, {parent: b, kind: "
		 "merge-of}, {parent: t, kind: distilled-from}]") "parents: [{id: a, license: "
								  "{found: MIT}, derived_from: "
								  "[{parent: t, kind: "
								  "finetune}]}, {id: b, license: "
								  "{found: MIT}, derived_from: "
								  "[{parent: t, kind: "
								  "finetune}]}, {id: t, license: "
								  "{found: LicenseRef-llama-3}}]\n",
	     A, P, "", "", ""},
	    /* a Llama 3.1 model is not in the family of Llama 3 */
	    {INTERNAL WEIGHTS(
		 "LicenseRef-llama-3.1",
		 ", derived_from: [{parent: p, kind: finetune}, "
		 "{parent: t, kind: distilled-from}]") "parents: [{id: p, license: {found: "
						       "LicenseRef-llama-3.1}}, {id: t, license: "
						       "{found: "
						       "LicenseRef-llama-3}}]\n",
	     B, Q, "X-OUTTRAIN", "", ""},
	    /* an ancestor's teacher counts */
	    {INTERNAL WEIGHTS("MIT", FROM("quantized")) "parents: [{id: p, license: {found: MIT}, "
							"derived_from: [{parent: t, kind: "
							"distilled-from}]}, {id: t, license: "
							"{found: LicenseRef-llama-2}}]\n",
	     B, Q, "X-OUTTRAIN", "", ""},
	    {INTERNAL WEIGHTS("MIT", FROM("distilled-from")) PARENT("Apache-2.0"), A, P, "", "",
	     ""},
	    /* the limit of purpose alone */
	    {INTERNAL WEIGHTS("MIT", FROM("distilled-from"))
		 PARENT("LicenseRef-fair-noncommercial-research-1"),
	     B, R, "X-NC", "", ""},
	    {CUSTOMER WEIGHTS("MIT", FROM("distilled-from"))
		 PARENT("LicenseRef-gemma-terms-2026-04-01") "terms: []\n",
	     B, P, "X-PASSTHRU", "", ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(data_raises_a_risk)
{
#define DATA(license) "parents: [{id: p, role: dataset, license: {found: " license "}}]\n"
	static const struct row rows[] = {
	    {PUBLIC WEIGHTS("MIT", FROM("trained-on")) DATA("CC-BY-4.0"), RV, P, "",
	     "provenance-risk", ""},
	    {PUBLIC WEIGHTS("MIT", FROM("trained-on")) DATA("CDLA-Permissive-2.0"), AO, P, "", "",
	     ""},
	    {PUBLIC "policy: {provenance_risk: 'off'}\n" WEIGHTS("MIT", FROM("trained-on"))
		 DATA("CC-BY-4.0"),
	     AO, P, "", "", ""},
	    {PUBLIC "policy: {provenance_risk: 'off'}\n" WEIGHTS("MIT", FROM("trained-on"))
		 DATA("ODbL-1.0"),
	     RV, P, "", "provenance-risk", ""},
	    {INTERNAL "policy: {provenance_risk: block}\n" WEIGHTS("MIT", FROM("trained-on"))
		 DATA("CC-BY-4.0"),
	     B, P, "provenance-risk", "", ""},
	    {PUBLIC "interpretations: [{license: CC-BY-4.0, component: p, question: "
		    "provenance-risk, answer: accept}]\n" WEIGHTS("MIT", FROM("trained-on"))
			DATA("CC-BY-4.0"),
	     AO, P, "", "", ""},
	    {PUBLIC "interpretations: [{question: provenance-risk, answer: reject}]\n" WEIGHTS(
		 "MIT", FROM("trained-on")) DATA("CC-BY-4.0"),
	     B, P, "provenance-risk", "", ""},
	    {PUBLIC WEIGHTS("MIT", FROM("trained-on")) "parents: [{id: p, role: dataset}]\n", RV, P,
	     "", "provenance-risk", ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(size_and_place)
{
#define MAAS "organisation: {maas_operator: true}\n"
	static const struct row rows[] = {
	    /* internal use is exempt, delivery is not */
	    {INTERNAL MAAS WEIGHTS("LicenseRef-kimi-k3", ""), AO, I, "", "", ""},
	    {CUSTOMER MAAS WEIGHTS("LicenseRef-kimi-k3", ""), B, I, "X-SCALE", "", ""},
	    {CUSTOMER WEIGHTS("LicenseRef-kimi-k3", ""), AO, P, "", "", ""},
	    {INTERNAL "organisation: {mau: unknown}\n" WEIGHTS("LicenseRef-llama-3.1", ""), RV, P,
	     "", "X-SCALE", ""},
	    {INTERNAL "organisation: {mau: {2024-07-23: 700000001, default: 1}}\n" WEIGHTS(
		 "LicenseRef-llama-3.1", ""),
	     B, Q, "X-SCALE", "", ""},
	    {INTERNAL "organisation: {mau: {2024-07-23: 700000000, default: 900000000}}\n" WEIGHTS(
		 "LicenseRef-llama-3.1", ""),
	     A, P, "", "", ""},
	    {INTERNAL "agreements: [{license: LicenseRef-stability-community-2024-07-05, id: "
		      "K1}]\n" WEIGHTS("LicenseRef-stability-community-2024-07-05", ""),
	     AO, P, "", "", ""},
	    /* one that has ended lets nothing pass, though the ceiling hangs on no clock */
	    {INTERNAL
	     "agreements: [{license: LicenseRef-stability-community-2024-07-05, id: K1, "
	     "valid_until: 2026-11-19}]\n" WEIGHTS("LicenseRef-stability-community-2024-07-05", ""),
	     B, P, "X-SCALE", "", ""},
	    {RESEARCH WEIGHTS("LicenseRef-lfm-open-1.0", ""), RV, R, "", "X-SCALE", ""},
	    {RESEARCH "interpretations: [{question: research-use, answer: accept}]\n" WEIGHTS(
		 "LicenseRef-lfm-open-1.0", ""),
	     A, R, "", "", ""},
	    {PUBLIC WEIGHTS("LicenseRef-hunyuan-community-2025", ""), B, C, "X-TERR", "", ""},
	    {INTERNAL
	     "organisation: {domicile: unknown}\n" WEIGHTS("LicenseRef-hunyuan-community-2025", ""),
	     RV, C, "", "X-TERR", ""},
	    {INTERNAL
	     "organisation: {domicile: GB}\n" WEIGHTS("LicenseRef-hunyuan-community-2025", ""),
	     B, Q, "X-TERR", "", ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(what_runs_beside_it_counts_where_it_is_run)
{
#define NEEDS                                                                                      \
	"parents: [{id: g, license: {found: CC-BY-NC-4.0}}]\n"                                     \
	"relations: [{from: w, to: g, kind: requires-at-runtime}]\n"
	static const struct row rows[] = {
	    {CUSTOMER WEIGHTS("MIT", "") NEEDS, AO, P, "", "", "X-NC"},
	    {INTERNAL WEIGHTS("MIT", "") NEEDS, B, P, "X-NC", "", ""},
	};
	OW_AUTO(trial_done) struct trial t = {0};

	CHECK(rows);
	trial_text(&t, rows[0].text);
	trial_decide(&t);
	ck_assert_int_eq(t.d.usable, OW_CLASS_RESEARCH);
}
END_TEST

START_TEST(records_lift_and_end)
{
	static const struct row rows[] = {
	    {CUSTOMER "waivers: [{license: CC-BY-NC-4.0, contract: K1, lifts: [X-NC]}]\n" WEIGHTS(
		 "CC-BY-NC-4.0", ""),
	     AO, P, "", "", ""},
	    {CUSTOMER "waivers: [{license: CC-BY-NC-4.0, contract: K1, lifts: [X-NC], valid_until: "
		      "2026-11-20}]\n" WEIGHTS("CC-BY-NC-4.0", ""),
	     B, P, "X-NC", "", ""},
	    {CUSTOMER "waivers: [{license: CC-BY-NC-4.0, contract: K1, lifts: [X-TERR]}]\n" WEIGHTS(
		 "CC-BY-NC-4.0", ""),
	     B, R, "X-NC", "", ""},
	    {CUSTOMER
	     "obligations: {unmet: [O-COPY]}\nwaivers: [{license: MIT, contract: K1, lifts: "
	     "[O-COPY]}]\n" WEIGHTS("MIT", ""),
	     AO, P, "", "", ""},
	    /* a date lasts to the end of its day */
	    {CUSTOMER "approvals: [{id: A1, valid_until: 2026-11-21}]\n" WEIGHTS("MIT", ""), AO, P,
	     "", "", ""},
	    {CUSTOMER "approvals: [{id: A1, covers: [w], form: hosted}]\n" WEIGHTS("MIT", ""), B, P,
	     "X-APPROVAL", "", ""},
	    {CUSTOMER "gate_evidence: none\n" WEIGHTS("MIT", ", gated: true"), B, P, "X-GATE", "",
	     ""},
	    {CUSTOMER
	     "gate_evidence: [{component: w, entity: Affiliate}]\n" WEIGHTS("MIT", ", gated: true"),
	     B, P, "X-GATE", "", ""},
	    {CUSTOMER
	     "gate_evidence: [{component: w, entity: ORG}]\n" WEIGHTS("MIT", ", gated: true"),
	     AO, P, "", "", ""},
	    {CUSTOMER "newest_signed: 2026-11-22\n" WEIGHTS("MIT", ""), RV, P, "", "clock-suspect",
	     ""},
	    {CUSTOMER "newest_signed: 2027-11-22\n" WEIGHTS("MIT", ""), B, P, "X-SANCTION",
	     "clock-suspect", ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(texts_drift)
{
#define NOW(found, later)                                                                          \
	"components: [{id: w, role: weights, license: {found: " found ", later: " later "}}]\n"
	static const struct row rows[] = {
	    {INTERNAL NOW("MIT", "MIT"), A, P, "", "", ""},
	    {INTERNAL NOW("MIT", "CC-BY-NC-4.0"), A, P, "", "", "drift"},
	    {INTERNAL NOW("LicenseRef-sam-license", "MIT"), RV, P, "", "drift", ""},
	    {INTERNAL NOW("CC-BY-NC-4.0", "MIT"), B, R, "X-NC", "", "drift"},
	    {INTERNAL
	     "elections: [{expression: CC-BY-NC-4.0, chosen: MIT}]\n" NOW("CC-BY-NC-4.0", "MIT"),
	     A, P, "", "", ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(purposes_and_services)
{
	static const struct row rows[] = {
	    {TO("internal, purpose: medical") WEIGHTS("LicenseRef-bigscience-bloom-rail-1.0", ""),
	     B, P, "X-FIELD", "", ""},
	    /* restricted, and not a word of this use */
	    {TO("internal, purpose: medical") WEIGHTS("LicenseRef-deepseek-1.0", ""), RV, P, "",
	     "X-FIELD", ""},
	    {TO("internal, purpose: military") WEIGHTS("Apache-2.0", ""), A, P, "", "", ""},
	    {TO("redistributable, form: hosted") WEIGHTS("SSPL-1.0", ""), B, P, "X-REACH", "", ""},
	    {PUBLIC WEIGHTS("SSPL-1.0", ""), AO, P, "", "", ""},
	    {TO("internal, purpose: 'train-model:competing'") WEIGHTS("LicenseRef-llama-3", ""), B,
	     P, "X-OUTTRAIN", "", ""},
	    /* the best branch counts, and stays blocked where it is */
	    {PUBLIC WEIGHTS("CC-BY-NC-4.0 OR GPL-3.0-only", ""), RV, P, "", "X-OR", ""},
	    {PUBLIC WEIGHTS("CC-BY-NC-4.0 OR LicenseRef-mistral-mrl-0.1", ""), B, R, "X-NC", "X-OR",
	     ""},
	};

	CHECK(rows);
}
END_TEST

START_TEST(what_only_the_store_can_know)
{
	OW_AUTO(trial_done) struct trial t = {0};

	trial_text(&t, PUBLIC WEIGHTS("CC-BY-4.0", ""));
	t.c.request.locked = true;
	trial_decide(&t);
	ck_assert_ptr_nonnull(trial_reason(&t, "X-DRM"));
	ck_assert_int_eq(t.d.verdict, OW_BLOCK);
	ck_assert_int_eq(t.d.ceiling, OW_CLASS_REDISTRIBUTABLE);
	t.c.items[0].terminated = true;
	trial_decide(&t);
	ck_assert_ptr_nonnull(trial_reason(&t, "X-PROVIDER-TERM"));
	ck_assert_int_eq(t.d.ceiling, OW_CLASS_QUARANTINE);
}
END_TEST

START_TEST(one_member_alone_can_be_left_out)
{
	OW_AUTO(trial_done) struct trial t = {0};

	trial_read(&t, "C12");
	trial_decide(&t);
	ck_assert_uint_eq(t.d.n_blocked, 1);
	ck_assert_str_eq(t.d.blocked[0], "tokenizer");
	ck_assert_uint_eq(t.d.n_others, 2);
	trial_done(&t);
	t = (struct trial){0};
	trial_read(&t, "C31");
	trial_decide(&t);
	ck_assert_uint_eq(t.d.n_blocked, 0);
}
END_TEST

START_TEST(a_model_that_names_no_base_is_told_of)
{
	static const struct {
		const char *text;
		unsigned told;
	} rows[] = {
	    {INTERNAL WEIGHTS("MIT", ", unnamed_base: true"), 1},
	    {INTERNAL WEIGHTS("MIT", ""), 0},
	    {INTERNAL WEIGHTS("MIT", ", unnamed_base: true" FROM("quantized")) PARENT("MIT"), 0},
	    {INTERNAL WEIGHTS("MIT", ", unnamed_base: true" FROM("trained-on")) PARENT("MIT"), 1},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		OW_AUTO(trial_done) struct trial t = {0};
		unsigned told = 0;

		trial_text(&t, rows[i].text);
		trial_decide(&t);
		for (size_t k = 0; k < t.d.n_reasons; k++)
			told += strcmp(t.d.reasons[k].rule, "X-LINEAGE") == 0 &&
				t.d.reasons[k].severity == OW_SEVERITY_INFO;
		ck_assert_uint_eq(told, rows[i].told);
		ck_assert_int_eq(t.d.verdict, OW_ALLOW);
		ck_assert_int_eq(t.d.ceiling, OW_CLASS_REDISTRIBUTABLE);
	}
}
END_TEST

SUITE_MAIN("policy/rules", a_model_that_names_no_base_is_told_of, the_text_must_be_in_hand,
	   lineage_must_be_whole, same_terms_want_to_be_the_only_ones,
	   use_restrictions_must_reach_the_recipient, modified_copies_and_names, teachers,
	   data_raises_a_risk, size_and_place, what_runs_beside_it_counts_where_it_is_run,
	   records_lift_and_end, texts_drift, purposes_and_services, what_only_the_store_can_know,
	   one_member_alone_can_be_left_out)
