/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Without memory a decision fails as a whole: at whatever allocation of the books or the judge, it is an error and no
 * verdict, nothing leaks, and the next try says what the first would have.
 */
#include <string.h>

#include <owstore/govern.h>
#include <owstore/store.h>

#include "base/mem.h"
#include "support/site.h"

static struct ow_error err;
static struct site site;
static struct ow_licenses *licenses;

static struct ow_store *open_store(enum ow_access access)
{
	struct ow_store *s = NULL;

	ck_ok(ow_store_open(site.store, access, "test", NULL, &s, &err));
	return s;
}

static void say(struct ow_store *s, struct ow_statement said)
{
	const struct ow_signer *const by[] = {site.approver};
	const struct ow_state_opts opts = {
	    .approvers = by, .n_approvers = 1, .trust = site.trust, .licenses = licenses};
	struct ow_stated now;

	ck_ok(ow_state(s, &said, 1, &opts, NULL, &now, &err));
}

/* A store with something of each kind that the books take in. */
static void begin(void)
{
	static const size_t sizes[] = {100, 5000};
	struct ow_statement said = ow_statement_of(OW_FACT);
	struct ow_store *s;

	site_make(&site);
	site_source(&site, sizes, 2, 7);
	site_add(&site, "org/model", "1");
	ck_ok(ow_licenses_open(NULL, 0, &licenses, &err));
	s = open_store(OW_STORE_WRITE);
	said.party = "organisation";
	said.key = "domicile";
	said.value = "DE";
	say(s, said);
	said.party = "site-b";
	say(s, said);
	said = ow_statement_of(OW_APPROVAL);
	said.ref = "org/model@1";
	said.zone = OW_CLASS_CUSTOMER;
	said.party = "site-b";
	say(s, said);
	said = ow_statement_of(OW_CONCLUSION);
	said.ref = "org/model@1";
	said.license = "MIT";
	say(s, said);
	ow_store_close(s);
}

static void end(void)
{
	ow_licenses_close(licenses);
	site_done(&site);
}

/* Decide with the n-th allocation failing (0: none); 0 with the verdict, or the code. */
static enum ow_code decide_at(unsigned long n, struct ow_decision **out)
{
	const struct ow_decide_opts opts = {.licenses = licenses,
					    .to = OW_CLASS_CUSTOMER,
					    .recipient = "site-b",
					    .trust = site.trust};
	struct ow_store *s = open_store(OW_STORE_READ);
	struct ow_error why = {0};
	int r;

	*out = NULL;
	(void)mem_fail_at(n);
	r = ow_decide(s, "org/model@1", &opts, NULL, out, &why);
	(void)mem_fail_at(0);
	ow_store_close(s);
	ck_assert_int_eq(r < 0, why.code != OW_OK);
	return why.code;
}

START_TEST(a_decision_without_memory_is_none)
{
	struct ow_decision *whole, *d;
	unsigned long n = 1;

	begin();
	ck_assert_int_eq(decide_at(0, &whole), OW_OK);
	/* each of the first, then ever further apart: they are thousands */
	for (; decide_at(n, &d) != OW_OK; n += 1 + n / 12) {
		ck_assert_msg(d == NULL, "a decision beside an error at allocation %lu", n);
		ck_assert_uint_lt(n, 1000000);
	}
	ck_assert_uint_gt(n, 50);
	ck_assert_int_eq(d->verdict, whole->verdict);
	ck_assert_uint_eq(d->n_reasons, whole->n_reasons);
	ow_decision_free(d);
	ow_decision_free(whole);
	end();
}
END_TEST

static int count_row(void *ctx, const struct ow_statement_row *row, struct ow_error *e)
{
	(void)row;
	(void)e;
	++*(unsigned *)ctx;
	return 0;
}

START_TEST(books_without_memory_are_not_read_in_part)
{
	struct ow_error why = {.code = OW_E_IO};

	begin();
	for (unsigned long n = 1; why.code != OW_OK; n++) {
		struct ow_store *s = open_store(OW_STORE_READ);
		unsigned rows = 0;

		why = (struct ow_error){0};
		(void)mem_fail_at(n);
		if (ow_statement_list(s, "org/model@1", site.trust, NULL, count_row, &rows, &why) ==
		    0)
			ck_assert_uint_eq(rows, 2);
		(void)mem_fail_at(0);
		ow_store_close(s);
		ck_assert_uint_lt(n, 10000);
	}
	end();
}
END_TEST

SUITE_MAIN("flow/memory", a_decision_without_memory_is_none,
	   books_without_memory_are_not_read_in_part)
