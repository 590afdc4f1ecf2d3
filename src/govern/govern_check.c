/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Is what somebody wants to put on record something that the engine can use? What would silently count for nothing is
 * refused before it is signed.
 */
#include "govern/govern_check.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "govern/books.h"
#include "policy/expr.h"
#include "policy/license.h"
#include "policy/party.h"
#include "policy/rules.h"

/* An error of a reader as one of usage, without the place in a file that is none. */
static int usage(const struct ow_error *why, struct ow_error *err)
{
	const char *text = why->text;

	if (why->code != OW_E_FORMAT) {
		*err = *why;
		return err->code;
	}
	if (strncmp(text, "fact:", 5) == 0) {
		const char *cut = strstr(text, ": ");

		text = cut == NULL ? text : cut + 2;
	}
	return err_set(err, OW_E_USAGE, "%s", text);
}

static int expression(const char *text, struct expr *out, struct ow_error *err)
{
	struct ow_error why = {0};

	return expr_parse(text, out, &why) < 0 ? usage(&why, err) : 0;
}

/* One licence that has a profile: what goes by an id that no profile has would never be met. */
static int license_known(const char *id, const struct ow_licenses *known, struct ow_error *err)
{
	if (known == NULL || id[0] == '\0' || license_find(known->set, id) != NULL)
		return 0;
	(void)err_set(err, OW_E_USAGE, "no licence has the id \"%.120s\"", id);
	return err_hint(err, "\"owstore license ls\" shows the ids");
}

/* An expression of licences that have profiles, or of a word that says there is none. */
static int all_known(const struct expr *e, const struct ow_licenses *known, struct ow_error *err)
{
	for (size_t i = 0; i < e->n_leaves; i++) {
		const struct expr_leaf *leaf = &e->leaves[i];

		if (strcmp(leaf->id, "NONE") == 0 || strcmp(leaf->id, "NOASSERTION") == 0 ||
		    (known != NULL && license_of(known->set, leaf) != NULL))
			continue;
		if (license_known(leaf->id, known, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- facts -------------------------------------------------------------------------------------------- */

/* BOOKS_LOST and the digits that books_lost_key takes. */
static bool is_lost(const char *key)
{
	const size_t n = strlen(BOOKS_LOST);

	return strncmp(key, BOOKS_LOST, n) == 0 && strlen(key) == n + 32 &&
	       strspn(key + n, "0123456789abcdef") == 32;
}

static int fact_of_policy(const struct statement *st, struct policy_case *c, struct arena *a,
			  struct ow_error *err)
{
	if (is_lost(st->key))
		return 0;
	if (strcmp(st->key, BOOKS_BY_WORD) != 0)
		return fact_read(FACT_POLICY, st->key, st->value, c, a, err);
	if (strcmp(st->value, "allow") != 0 && strcmp(st->value, "refuse") != 0)
		return err_set(err, OW_E_FORMAT, "%s: allow or refuse is expected", st->key);
	return 0;
}

static int check_fact(const struct statement *st, struct ow_error *err)
{
	OW_AUTO(arena_done) struct arena a = {0};
	struct ow_error why = {0};
	struct policy_case c;
	struct party party;
	struct item item = {0};
	int r;

	case_init(&c);
	party_unknown(&party, st->party);
	if (strcmp(st->party, c.anyone.id) == 0)
		return err_set(err, OW_E_USAGE, "%s stands for anyone, of whom there are no facts",
			       c.anyone.id);
	if (st->has_artifact)
		r = fact_read(FACT_ITEM, st->key, st->value, &item, &a, &why);
	else if (strcmp(st->party, BOOKS_POLICY) == 0)
		r = fact_of_policy(st, &c, &a, &why);
	else if (strcmp(st->party, BOOKS_OURSELVES) == 0)
		r = fact_read(FACT_ORGANISATION, st->key, st->value, &c, &a, &why);
	else
		r = fact_read(FACT_RECIPIENT, st->key, st->value, &party, &a, &why);
	if (r < 0)
		return usage(&why, err);
	if (strcmp(st->key, "id") == 0 && !party_ok(st->value))
		return err_set(err, OW_E_USAGE, "id: \"%.80s\" is not the id of a party",
			       st->value);
	return 0;
}

/* ---- what people decide --------------------------------------------------------------------------------- */

static int check_approval(const struct statement *st, struct ow_error *err)
{
	unsigned form;

	if (st->class == OW_CLASS_QUARANTINE)
		return err_set(err, OW_E_USAGE, "nothing is approved for quarantine");
	if (!word_find(form_words, st->form, &form))
		return err_set(err, OW_E_USAGE,
			       "form: raw, integrated-product or hosted is expected, not \"%s\"",
			       st->form);
	/* two approvers let anyone have it, and in that class alone */
	if (strcmp(st->party, BOOKS_ANYONE) == 0 && st->class != OW_CLASS_REDISTRIBUTABLE)
		return err_set(err, OW_E_USAGE,
			       "%s stands for anyone, for whom class %s is never approved",
			       BOOKS_ANYONE, ow_class_name((enum ow_class)st->class));
	return 0;
}

static int check_conclusion(const struct statement *st, const struct ow_licenses *known,
			    struct ow_error *err)
{
	struct expr e;

	return expression(st->license, &e, err) < 0 ? (int)err->code : all_known(&e, known, err);
}

/* What is left aside needs no profile: it is often the reason why the other branch is chosen. */
static int check_election(const struct statement *st, const struct ow_licenses *known,
			  struct ow_error *err)
{
	struct expr whole, chosen;

	if (expression(st->license, &whole, err) < 0 || expression(st->value, &chosen, err) < 0)
		return err->code;
	/* a single licence stands for the old text of a drift; what is elected is then the later one */
	if (whole.n_ways > 1 && !expr_elects(&whole, &chosen))
		return err_set(err, OW_E_USAGE, "%.200s is no branch of %.400s", st->value,
			       st->license);
	return all_known(&chosen, known, err);
}

static int check_interpretation(const struct statement *st, const struct ow_licenses *known,
				struct ow_error *err)
{
	unsigned question;

	if (!word_find(question_words, st->key, &question))
		return err_set(err, OW_E_USAGE,
			       "the question is provenance-risk or research-use, not \"%s\"",
			       st->key);
	if (strcmp(st->value, "accept") != 0 && strcmp(st->value, "reject") != 0)
		return err_set(err, OW_E_USAGE, "the answer is accept or reject, not \"%.60s\"",
			       st->value);
	return license_known(st->license, known, err);
}

static int check_waiver(const struct statement *st, const struct ow_licenses *known,
			struct ow_error *err)
{
	for (unsigned i = 0; i < st->n_lifts; i++) {
		enum rule rule;
		enum duty duty;

		if (duty_find(st->lifts[i], &duty))
			continue;
		if (!rule_find(st->lifts[i], &rule))
			return err_set(err, OW_E_USAGE, "no rule or obligation is called %s",
				       st->lifts[i]);
		if (!rule_waivable(rule))
			return err_set(err, OW_E_USAGE,
				       "%s is no term of a licence, so no contract lifts it",
				       st->lifts[i]);
	}
	return license_known(st->license, known, err);
}

static int check_evidence(const struct statement *st, const struct ow_licenses *known,
			  struct ow_error *err)
{
	enum duty duty;

	if (!duty_find(st->key, &duty))
		return err_set(err, OW_E_USAGE, "no obligation is called %s", st->key);
	if (duty_carried(duty)) {
		(void)err_set(err, OW_E_USAGE,
			      "%s is met by what a bundle carries, no evidence stands for it",
			      st->key);
		return err_hint(err,
				"add the artifact anew, as another version, with the file that "
				"came with its licence");
	}
	if (duty == DUTY_DISPLAY && st->value[0] == '\0')
		return err_set(err, OW_E_USAGE, "%s is shown by the exact text that is displayed",
			       st->key);
	if (duty == DUTY_PASSTHRU && (st->license[0] == '\0' || st->party[0] == '\0'))
		return err_set(err, OW_E_USAGE,
			       "%s is met by a contract with a recipient that carries the terms of "
			       "one licence: name both",
			       st->key);
	return license_known(st->license, known, err);
}

int govern_check(const struct statement *st, const struct ow_licenses *known, struct ow_error *err)
{
	switch (st->kind) {
	case STATEMENT_FACT:
		return check_fact(st, err);
	case STATEMENT_APPROVAL:
		return check_approval(st, err);
	case STATEMENT_ELECTION:
		return check_election(st, known, err);
	case STATEMENT_INTERPRETATION:
		return check_interpretation(st, known, err);
	case STATEMENT_WAIVER:
		return check_waiver(st, known, err);
	case STATEMENT_CONCLUSION:
		return check_conclusion(st, known, err);
	case STATEMENT_AGREEMENT:
		return license_known(st->license, known, err);
	case STATEMENT_EVIDENCE:
		return check_evidence(st, known, err);
	case STATEMENT_ACCEPTANCE:
	case STATEMENT_DECISION:
	case STATEMENT_KINDS:
		break;
	}
	return 0;
}
