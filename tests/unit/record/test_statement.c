/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ctype.h>
#include <string.h>

#include "codec/cbor_wr.h"
#include "record/statement.h"
#include "support/support.h"

static struct ow_error err;

/* A whole one of each kind, everything that it may say said. */
static struct statement sample(enum statement_kind kind)
{
	struct statement s = {.kind = kind,
			      .has_artifact = statement_scope(kind) != ABOUT_PARTIES,
			      .artifact = {.b = {7}},
			      .time = 1795219200,
			      .nth = 3,
			      .valid_until = 1826755199,
			      .origin = "lab",
			      .reason = "read and agreed",
			      .component = "weights",
			      .license = "Apache-2.0 OR GPL-3.0-only",
			      .party = "ACME-US",
			      .key = "O-DISPLAY",
			      .value = "Built with Llama",
			      .class = 3,
			      .form = "raw",
			      .purpose = "train-model:other",
			      .verdict = "allow",
			      .ceiling = 4,
			      .has_shown = true,
			      .shown = {.b = {8}},
			      .date = 5,
			      .n_lifts = 2,
			      .lifts = {"X-TERR", "O-DISPLAY"}};

	if (kind == STATEMENT_FACT)
		s.party[0] = '\0';
	if (kind == STATEMENT_AGREEMENT)
		s.component[0] = '\0';
	return s;
}

static int rewrite(const uint8_t *p, size_t n, struct buf *out, struct ow_error *e)
{
	struct statement s;

	return statement_decode(p, n, &s, e) < 0 ? e->code : statement_encode(&s, out, e);
}

START_TEST(every_kind_round_trips_and_every_damage_shows)
{
	for (unsigned k = 0; k < STATEMENT_KINDS; k++) {
		OW_AUTO(buf_done) struct buf b = {0};
		struct statement s = sample((enum statement_kind)k), again;

		ck_ok(statement_encode(&s, &b, &err));
		ck_ok(statement_decode(b.p, b.n, &again, &err));
		ck_assert_uint_eq(again.kind, k);
		ck_assert_uint_eq(again.valid_until, s.valid_until);
		sweep_document(b.p, b.n, rewrite);
	}
}
END_TEST

START_TEST(what_may_be_left_out_may_be)
{
	for (unsigned k = 0; k < STATEMENT_KINDS; k++) {
		OW_AUTO(buf_done) struct buf b = {0};
		struct statement s = sample((enum statement_kind)k), again;

		s.component[0] = s.reason[0] = '\0';
		s.valid_until = UINT64_MAX;
		s.nth = 0;
		s.has_shown = false;
		ck_ok(statement_encode(&s, &b, &err));
		ck_ok(statement_decode(b.p, b.n, &again, &err));
		ck_assert(again.valid_until == UINT64_MAX && !again.has_shown);
		ck_assert(refused_or_same(rewrite, b.p, b.n));
		ck_assert(statement_same_subject(&s, &again) == (k != STATEMENT_DECISION));
	}
}
END_TEST

START_TEST(a_statement_is_about_what_its_kind_is_about)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct statement s = sample(STATEMENT_APPROVAL);

	s.has_artifact = false;
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	s = sample(STATEMENT_AGREEMENT);
	s.has_artifact = true;
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	s = sample(STATEMENT_FACT);
	(void)strcpy(s.party, "organisation");
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	s.has_artifact = false;
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE); /* a component of no artifact */
	s.component[0] = '\0';
	ck_ok(statement_encode(&s, &b, &err));
	s = sample(STATEMENT_INTERPRETATION);
	s.has_artifact = false;
	s.component[0] = s.license[0] = '\0';
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	s = sample(STATEMENT_EVIDENCE);
	s.has_shown = false;
	s.value[0] = '\0';
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
}
END_TEST

START_TEST(what_the_reader_would_refuse_is_not_written)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct statement s = sample(STATEMENT_WAIVER);

	(void)strcpy(s.lifts[0], s.lifts[1]);
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE); /* the same rule twice */
	s.n_lifts = 0;
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	s = sample(STATEMENT_APPROVAL);
	(void)strcpy(s.party, "-x");
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	s = sample(STATEMENT_APPROVAL);
	s.class = 5;
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	s = sample(STATEMENT_ELECTION);
	memset(s.value, 'a', sizeof s.value);
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	s = sample(STATEMENT_ELECTION);
	(void)strcpy(s.value, "\xff");
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	s = sample(STATEMENT_ELECTION);
	s.time = 253402300800;
	ck_fails(statement_encode(&s, &b, &err), OW_E_USAGE);
	ck_assert_uint_eq(b.n, 0);
}
END_TEST

START_TEST(a_later_statement_is_later_whatever_order_they_are_read_in)
{
	struct statement a = sample(STATEMENT_FACT), b = a;
	struct ow_id low = {.b = {1}}, high = {.b = {2}};

	ck_assert(statement_later(&b, &high, &a, &low) && !statement_later(&a, &low, &b, &high));
	a.nth++;
	ck_assert(statement_later(&a, &low, &b, &high) && !statement_later(&b, &high, &a, &low));
	b.time++;
	ck_assert(statement_later(&b, &low, &a, &high));
	a.time += 2;
	ck_assert(statement_later(&a, &low, &b, &high) && !statement_later(&b, &high, &a, &low));
}
END_TEST

START_TEST(the_subject_is_what_a_kind_speaks_of_and_no_more)
{
	struct statement a = sample(STATEMENT_FACT), b = a;

	(void)strcpy(b.value, "other");
	(void)strcpy(b.reason, "other");
	ck_assert(statement_same_subject(&a, &b));
	(void)strcpy(b.key, "mau");
	ck_assert(!statement_same_subject(&a, &b));
	b = a;
	b.artifact.b[0]++;
	ck_assert(!statement_same_subject(&a, &b));
	a = sample(STATEMENT_CONCLUSION);
	b = a;
	(void)strcpy(b.license, "MIT");
	ck_assert(statement_same_subject(&a, &b));
	b.shown.b[5]++;
	ck_assert(!statement_same_subject(&a, &b));
	b = a;
	b.has_shown = false;
	ck_assert(!statement_same_subject(&a, &b));
	a = sample(STATEMENT_APPROVAL);
	b = a;
	b.class = 4;
	ck_assert(!statement_same_subject(&a, &b));
	a = sample(STATEMENT_WAIVER);
	b = a;
	for (char *s = b.license; *s != '\0'; s++) /* ids have no case */
		*s = (char)toupper((unsigned char)*s);
	ck_assert_str_ne(a.license, b.license);
	ck_assert(statement_same_subject(&a, &b));
}
END_TEST

START_TEST(every_kind_has_its_line_for_people)
{
	for (unsigned k = 0; k < STATEMENT_KINDS; k++) {
		struct statement s = sample((enum statement_kind)k);
		char line[STATEMENT_LINE];
		enum statement_kind found;

		ck_assert_uint_gt(strlen(statement_line(&s, line)), 5);
		ck_assert(statement_find(statement_word((enum statement_kind)k), &found) &&
			  found == k);
	}
}
END_TEST

START_TEST(attack_B24_new_keys_of_statements_may_be_ignored_but_not_negative_ones)
{
	for (int negative = 0; negative < 2; negative++) {
		OW_AUTO(buf_done) struct buf b = {0};
		struct statement s = sample(STATEMENT_APPROVAL);

		ck_ok(statement_encode(&s, &b, &err));
		b.p[0]++;
		cbor_wr_key(&b, negative ? -5 : 1000);
		cbor_wr_text(&b, "later");
		if (negative)
			ck_fails(statement_decode(b.p, b.n, &s, &err), OW_E_FORMAT);
		else
			ck_ok(statement_decode(b.p, b.n, &s, &err));
	}
}
END_TEST

SUITE_MAIN("record/statement", every_kind_round_trips_and_every_damage_shows,
	   what_may_be_left_out_may_be, a_statement_is_about_what_its_kind_is_about,
	   what_the_reader_would_refuse_is_not_written,
	   a_later_statement_is_later_whatever_order_they_are_read_in,
	   the_subject_is_what_a_kind_speaks_of_and_no_more, every_kind_has_its_line_for_people,
	   attack_B24_new_keys_of_statements_may_be_ignored_but_not_negative_ones)
