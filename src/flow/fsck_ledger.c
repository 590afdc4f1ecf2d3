/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/fsck_ledger.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/time.h"
#include "flow/fsck_data.h"
#include "govern/books.h"
#include "handle/handle.h"
#include "record/statement.h"
#include "store/roll.h"

/* Comparing the ledger with what is there. */
struct comparing {
	struct ow_store *store;
	struct ow_fsck_report *report;
	struct roll roll;       /* as it ought to be */
	char (*lost)[WORD_CAP]; /* what is said to be lost, as books_lost_key names it */
	size_t n_lost, cap_lost;
};

static void comparing_done(struct comparing *c)
{
	roll_done(&c->roll);
	free(c->lost);
}
OW_DEFINE_AUTO_DONE(struct comparing, comparing_done)

static bool says(struct ow_view v, const char *word)
{
	return v.n == strlen(word) && memcmp(v.p, word, v.n) == 0;
}

/* Of the entries that put something on record: is it one about statements? *done: all of it is there for certain, or
 * else (its writer died) what is there counts.
 */
static bool puts_on_record(const struct ledger_entry *e, bool *statement, bool *done)
{
	static const char *const others[] = {"add", "import", "golden", "promote"};

	*statement = false;
	*done = says(e->outcome, "done");
	if (!*done && !says(e->outcome, "recovered"))
		return false;
	for (int k = 0; k < STATEMENT_KINDS; k++) {
		if (says(e->command, statement_word((enum statement_kind)k))) {
			*statement = true;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		if (says(e->command, others[i]))
			return true;
	}
	return false;
}

/* Where a record is: with the store's governance or manifests, in a class, or nowhere. */
enum place {
	NOWHERE,
	IN_GOVERNANCE,
	IN_MANIFESTS,
	IN_A_CLASS
};

static int place_of(struct ow_store *s, const struct ow_id *id, enum place *out,
		    struct ow_error *err)
{
	int r = docs_has(store_governance(s->store), id, err);

	*out = IN_GOVERNANCE;
	if (r == 0) {
		*out = IN_MANIFESTS;
		r = docs_has(store_manifests(s->store), id, err);
	}
	for (int c = 0; r == 0 && c < OW_CLASSES; c++) {
		struct zone *z;

		*out = IN_A_CLASS;
		r = handle_zone(s, (enum ow_class)c, &z, err);
		if (r > 0)
			r = docs_has(zone_records(z), id, err);
	}
	if (r == 0)
		*out = NOWHERE;
	return r < 0 ? r : 0;
}

/* ---- what approvers say is lost ---------------------------------------------------------------------------- */

static int note_lost(void *ctx, const struct ow_id *id, struct ow_error *err)
{
	struct comparing *c = ctx;
	OW_AUTO(buf_done) struct buf bytes = {0};
	struct ow_error ignored = {0};
	struct statement st;

	if (docs_read(store_governance(c->store->store), id, &bytes, &ignored) <= 0 ||
	    statement_decode(bytes.p, bytes.n, &st, &ignored) < 0 || st.kind != STATEMENT_FACT ||
	    strcmp(st.party, BOOKS_POLICY) != 0 ||
	    strncmp(st.key, BOOKS_LOST, strlen(BOOKS_LOST)) != 0)
		return 0;
	if (mem_grow(&c->lost, c->n_lost, &c->cap_lost, sizeof *c->lost, err) < 0)
		return err->code;
	memcpy(c->lost[c->n_lost++], st.key, sizeof st.key);
	return 0;
}

/* Whether such a word counts is for decisions to ask. */
static bool is_told(const struct comparing *c, const struct ow_id *id)
{
	char key[WORD_CAP];

	books_lost_key(id, key);
	for (size_t i = 0; i < c->n_lost; i++) {
		if (strcmp(c->lost[i], key) == 0)
			return true;
	}
	return false;
}

/* ---- entry by entry ---------------------------------------------------------------------------------------- */

static int tell_missing(struct comparing *c, const struct ledger_entry *e, const struct ow_id *id,
			struct ow_error *err)
{
	char text[400], when[TIME_TEXT];

	if (is_told(c, id))
		return 0;
	(void)snprintf(text, sizeof text,
		       "entry %llu of the ledger has it, %.*s of %s: %.*s; bring it back from a "
		       "backup",
		       (unsigned long long)e->n, (int)u64_min(e->command.n, 31),
		       (const char *)e->command.p, time_text(e->clock, when),
		       (int)u64_min(e->text.n, 200), (const char *)e->text.p);
	return fsck_problem(c->report, OW_E_INTEGRITY, OW_CLASS_QUARANTINE, "missing-record", id,
			    text, err);
}

static int add_row(struct comparing *c, const struct ow_id *about, const struct ow_id *statement,
		   struct ow_error *err)
{
	struct roll_row row = {.statement = *statement};

	if (about != NULL)
		row.about = *about;
	if (mem_grow(&c->roll.at, c->roll.n, &c->roll.cap, sizeof row, err) < 0)
		return err->code;
	c->roll.at[c->roll.n++] = row;
	return 0;
}

/* A row for each statement of the entry: of one whose writer died, for those that are there. */
static int enter_rows(struct comparing *c, const struct ledger_entry *e, bool about, bool done,
		      struct ow_error *err)
{
	const size_t n = ledger_n_digests(e);

	for (size_t i = about; i < n; i++) {
		struct ow_id id = ledger_digest(e, i), first = ledger_digest(e, 0);
		enum place place;

		if (place_of(c->store, &id, &place, err) < 0)
			return err->code;
		if ((done || place != NOWHERE) && add_row(c, about ? &first : NULL, &id, err) < 0)
			return err->code;
	}
	return 0;
}

/* The first digest of an entry about an artifact is the artifact's; where it is gone, where the others are tells. */
static int visit_entry(void *ctx, const struct ledger_entry *e, struct ow_error *err)
{
	struct comparing *c = ctx;
	size_t n = ledger_n_digests(e);
	bool statement, done, about = false;

	if (!puts_on_record(e, &statement, &done))
		return 0;
	for (size_t i = n; i-- > 0;) {
		struct ow_id id = ledger_digest(e, i);
		enum place place;

		if (place_of(c->store, &id, &place, err) < 0)
			return err->code;
		about = about || (n > 1 && place == IN_A_CLASS);
		if (done && place == NOWHERE && tell_missing(c, e, &id, err) < 0)
			return err->code;
	}
	return statement ? enter_rows(c, e, about, done, err) : 0;
}

/* What stands in the roll stays there: who loses the end of the ledger loses no more. */
static int keep_rows(struct comparing *c, const struct roll *old, struct ow_error *err)
{
	OW_AUTO(roll_done) struct roll known = {.n = c->roll.n};

	known.at = mem_array(known.n + 1, sizeof *known.at, err);
	if (known.at == NULL)
		return err->code;
	if (known.n > 0)
		memcpy(known.at, c->roll.at, known.n * sizeof *known.at);
	roll_sort(&known);
	for (size_t i = 0; i < old->n; i++) {
		if (roll_has(&known, &old->at[i]))
			continue;
		if (mem_grow(&c->roll.at, c->roll.n, &c->roll.cap, sizeof *old->at, err) < 0)
			return err->code;
		c->roll.at[c->roll.n++] = old->at[i];
	}
	return 0;
}

/* A row that is not there is a statement that nobody would miss. */
static int tell_rows(struct comparing *c, const struct roll *there, struct ow_error *err)
{
	char text[160];
	size_t n = 0;

	for (size_t i = 0; i < c->roll.n; i++)
		n += !roll_has(there, &c->roll.at[i]);
	if (n == 0)
		return 0;
	(void)snprintf(text, sizeof text,
		       "%zu of the statements that the ledger names do not stand in it; \"owstore "
		       "fsck --rebuild\" enters them",
		       n);
	return fsck_problem(c->report, OW_E_INTEGRITY, OW_CLASS_QUARANTINE, "roll", NULL, text,
			    err);
}

/* Who does not see every class cannot tell what is missing. */
static int sees_all(struct ow_store *s, bool *out, struct ow_error *err)
{
	*out = true;
	for (int k = 0; k < OW_CLASSES; k++) {
		struct zone *z;
		int r = handle_zone(s, (enum ow_class)k, &z, err);

		if (r < 0)
			return r;
		*out = *out && r > 0;
	}
	return 0;
}

int fsck_ledger(struct ow_store *s, bool rebuild, const struct ow_events *events,
		struct ow_fsck_report *report, struct ow_error *err)
{
	OW_AUTO(comparing_done) struct comparing c = {.store = s, .report = report};
	OW_AUTO(ledger_close) struct ledger *l = NULL;
	OW_AUTO(roll_done) struct roll there = {0};
	struct ledger_state state = {0};
	struct ow_error why = {0};
	bool all;

	if (ledger_open(store_dirfd(s->store), LEDGER_READ, &l, &why) < 0 && why.sys == EACCES) {
		handle_warn(events, "the ledger is not readable for this user and was not checked");
		return 0;
	}
	if (sees_all(s, &all, err) < 0 ||
	    docs_walk(store_governance(s->store), note_lost, NULL, &c, err) < 0)
		return err->code;
	if (!all)
		handle_warn(events, "a class is not to be seen by this user: whether a record is "
				    "missing was not checked");
	if (why.code == OW_OK &&
	    ledger_walk(l, all ? visit_entry : NULL, all ? &c : NULL, &state, &why) == 0) {
		report->ledger_entries = state.head.n;
		if (!all)
			return 0;
		if (roll_read(s->store, &there, err) < 0)
			return err->code;
		if (!rebuild)
			return tell_rows(&c, &there, err);
		return keep_rows(&c, &there, err) < 0 ? err->code
						      : roll_write(s->store, &c.roll, err);
	}
	return fsck_problem(report, why.code, OW_CLASS_QUARANTINE, "ledger", NULL, why.text, err);
}
