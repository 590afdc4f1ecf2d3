/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "support/policy.h"
#include "support/support.h"

#define LEAST                                                                                      \
	"scenario: s\nrequest: {class: internal}\ncomponents:\n"                                   \
	"  - {id: w, role: weights, license: {found: MIT}}\n"

static int parse(struct trial *t, const char *text, struct ow_error *err)
{
	return scenario_read(text, strlen(text), "f", 1795219200, &t->arena, &t->c, err);
}

START_TEST(what_is_left_out_has_the_stated_default)
{
	OW_AUTO(trial_done) struct trial t = {0};
	const struct policy_case *c = &t.c;

	trial_text(&t, LEAST);
	ck_assert_uint_eq(c->clock, 1795219200);
	ck_assert_uint_eq(c->newest_signed, c->clock);
	ck_assert_uint_eq(c->risk, RISK_APPROVE);
	ck_assert_uint_eq(c->screening_max_age_days, 180);
	ck_assert_str_eq(c->organisation.id, "ORG");
	ck_assert_int_eq(c->organisation.commercial, TRI_YES);
	ck_assert_str_eq(c->organisation.domicile, "US");
	ck_assert_uint_eq(c->organisation.revenue.value, 40000000);
	ck_assert_uint_eq(c->organisation.mau.value, 2000000);
	ck_assert_int_eq(c->organisation.maas, TRI_NO);
	ck_assert_ptr_eq(c->request.recipient, &c->organisation);
	ck_assert_uint_eq(c->request.form, FORM_RAW);
	ck_assert_uint_eq(c->request.purpose, PURPOSE_PRODUCTION);
	ck_assert_uint_eq(c->items[0].modality, MODALITY_TEXT);
	ck_assert(!c->items[0].modified && c->items[0].published && c->items[0].source_available);
	ck_assert_uint_eq(c->items[0].claim.state, TEXT_COMPARE);
	ck_assert_uint_eq(c->met, SCOPE_ALL);
	ck_assert_uint_eq(c->approvals_scope, SCOPE_ALL);
	ck_assert_uint_eq(c->gates_scope, SCOPE_ALL);
	ck_assert(!c->shows_given && !c->terms_given);
}
END_TEST

START_TEST(defaults_follow_from_other_keys)
{
	OW_AUTO(trial_done) struct trial t = {0};
	OW_AUTO(trial_done) struct trial u = {0};

	trial_text(&t, "scenario: s\nrequest: {class: research}\ncomponents:\n"
		       "  - {id: w, role: weights, derived_from: [{parent: b, kind: quantized}]}\n"
		       "parents: [{id: b}]\n"
		       "organisation: {mau: {2024-07-23: 900, default: 5}, domicile: unknown}\n");
	ck_assert_uint_eq(t.c.request.purpose, PURPOSE_RESEARCH);
	ck_assert(case_item(&t.c, "w")->modified && !case_item(&t.c, "w")->published);
	ck_assert(case_item(&t.c, "b")->in_store && !case_item(&t.c, "b")->shipped);
	ck_assert_uint_eq(t.c.organisation.mau.value, 5);
	ck_assert_uint_eq(t.c.organisation.n_dated, 1);
	ck_assert_ptr_null(t.c.organisation.domicile);
	trial_text(
	    &u, "scenario: s\nrequest: {class: redistributable}\ncomponents:\n"
		"  - {id: w, role: weights, derived_from: [{parent: unknown, kind: trained-on}]}\n"
		"organisation: {mau: {2024-07-23: 900}}\n");
	ck_assert_str_eq(u.c.request.recipient->id, "PUB");
	ck_assert(!case_item(&u.c, "w")->modified);
	ck_assert(!u.c.organisation.mau.known);
}
END_TEST

START_TEST(every_error_names_line_and_column)
{
	static const struct {
		const char *text, *want;
	} table[] = {
	    {"request: {class: internal}\ncomponents: []\n",
	     "f:1:1: the key 'scenario' is missing"},
	    {"scenario: s\nrequest: {class: internal}\ncomponents: []\n",
	     "f:3:13: components: one at least is expected"},
	    {LEAST "frobnicate: 1\n", "f:5:1: unknown key 'frobnicate'"},
	    {LEAST "clock: yesterday\n", "f:5:8: clock: a date"},
	    {LEAST "policy: {provenance_risk: maybe}\n",
	     "f:5:27: provenance_risk: 'maybe' is none of off, advise, require-approval, block"},
	    {LEAST "organisation: {domicile: usa}\n", "f:5:26: domicile: a country code"},
	    {LEAST "organisation: {domicile: UK}\n", "f:5:26: domicile: a country code"},
	    {LEAST "organisation: {mau: {soon: 1}}\n", "f:5:28: mau: a date or 'default'"},
	    {LEAST "organisation: {id: PUB}\n", "f:5:20: 'PUB' stands for anyone"},
	    {LEAST "organisation: {commercial: 'true'}\n", "f:5:28: commercial: true or false"},
	    {LEAST "recipients: [{id: ORG}]\n", "f:5:19: recipient 'ORG' again"},
	    {LEAST "recipients: [{kind: company}]\n", "f:5:14: the key 'id' is missing"},
	    {"scenario: s\nrequest: {class: quarantine}\ncomponents: []\n",
	     "f:2:18: class: 'quarantine' is none of"},
	    {"scenario: s\nrequest: {class: customer}\ncomponents: []\n",
	     "f:2:10: the key 'recipient' is missing"},
	    {"scenario: s\nrequest: {class: customer, recipient: X}\ncomponents: []\n",
	     "f:2:39: no recipient has the id 'X'"},
	    {LEAST "  - {id: w, role: code}\n", "f:5:10: id: 'w' again"},
	    {LEAST "  - {id: unknown, role: code}\n", "f:5:10: id: 'unknown' is no id"},
	    {LEAST "  - {id: x}\n", "f:5:5: the key 'role' is missing"},
	    {LEAST "  - {id: x, role: code, in_store: true}\n",
	     "f:5:35: in_store: of parents alone"},
	    {LEAST "  - {id: x, role: soup}\n", "f:5:19: role: 'soup' is none of weights"},
	    {LEAST "  - {id: x, role: code, sha256: 12}\n", "f:5:33: sha256: 64 hex digits"},
	    {LEAST "  - {id: x, role: code, license: {found: MIT OR}}\n",
	     "f:5:42: licence expression 'MIT OR': a licence is expected at byte 7"},
	    {LEAST "  - {id: x, role: code, derived_from: [{parent: y, kind: finetune}]}\n",
	     "f:5:49: no component or parent has the id 'y'"},
	    {LEAST "relations: [{from: w, to: z, kind: linked}]\n",
	     "f:5:27: no component or parent has the id 'z'"},
	    {LEAST "obligations: {met: some}\n", "f:5:20: met: all or a list is expected"},
	    {LEAST "obligations: {unmet: [O-NOTHING]}\n",
	     "f:5:23: an obligation such as O-COPY is expected, not 'O-NOTHING'"},
	    {LEAST "obligations: {unmet: [{id: O-COPY, component: z}]}\n", "f:5:47: no component"},
	    {LEAST "approvals: some\n", "f:5:12: approvals: all, none or a list is expected"},
	    {LEAST "approvals: [{id: A, covers: ['sha256:12']}]\n",
	     "f:5:30: covers: 64 hex digits"},
	    {LEAST "approvals: [{id: A, class: nobody}]\n", "f:5:28: class: a class is expected"},
	    {LEAST "approvals: [{id: A, recipient: X}]\n", "f:5:32: no recipient has the id 'X'"},
	    {LEAST "gate_evidence: [{component: z, entity: ORG}]\n", "f:5:29: no component"},
	    {LEAST "elections: [{expression: '(', chosen: MIT}]\n", "f:5:26: licence expression"},
	    {LEAST "interpretations: [{question: why, answer: accept}]\n",
	     "f:5:30: question: 'why'"},
	    {LEAST "waivers: [{license: MIT, contract: K, lifts: [X-WHAT]}]\n",
	     "f:5:47: lifts: no rule is called 'X-WHAT'"},
	    {LEAST "waivers: [{license: MIT, contract: K, lifts: [X-APPROVAL]}]\n",
	     "f:5:47: lifts: X-APPROVAL is no term of a licence"},
	    {LEAST "terms: [{component: w}]\n", "f:5:9: the key 'carries' is missing"},
	    {LEAST "display_evidence: yes\n", "f:5:19: display_evidence: a list is expected"},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		OW_AUTO(trial_done) struct trial t = {0};
		struct ow_error err;

		ck_fails(parse(&t, table[i].text, &err), OW_E_FORMAT);
		ck_assert_msg(strncmp(err.text, table[i].want, strlen(table[i].want)) == 0,
			      "\n%s, wanted\n%s", err.text, table[i].want);
	}
}
END_TEST

START_TEST(a_scenario_is_read_or_refused_whole_when_memory_runs_out)
{
	for (unsigned long n = 1;; n++) {
		OW_AUTO(trial_done) struct trial t = {0};
		struct ow_error err = {0};
		int r;

		(void)mem_fail_at(n);
		r = parse(&t, LEAST "approvals: [{id: A, covers: [w]}]\nparents: [{id: b}]\n",
			  &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
}
END_TEST

START_TEST(a_decision_is_whole_or_an_error_when_memory_runs_out)
{
	(void)profiles();
	for (unsigned long n = 1;; n++) {
		OW_AUTO(trial_done) struct trial t = {0};
		struct ow_error err = {0};
		int r;

		trial_read(&t, "C40");
		(void)mem_fail_at(n);
		r = decide(&t.c, profiles(), &t.arena, &t.d, &err);
		(void)mem_fail_at(0);
		if (r == 0)
			break;
		ck_assert_int_eq(err.code, OW_E_IO);
	}
}
END_TEST

SUITE_MAIN("policy/scenario", what_is_left_out_has_the_stated_default,
	   defaults_follow_from_other_keys, every_error_names_line_and_column,
	   a_scenario_is_read_or_refused_whole_when_memory_runs_out,
	   a_decision_is_whole_or_an_error_when_memory_runs_out)
