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
#include "os/clock.h"
#include "record/statement.h"
#include "store/roll.h"

/* Comparing the ledger with what is there. */
struct comparing {
	struct ow_store *store;
	struct ow_fsck_report *report;
	struct roll roll;  /* as it ought to be */
	struct lost *lost; /* what is said to be lost: the last word on each */
	size_t n_lost, cap_lost;
	struct missed *missed; /* in the order of the ledger */
	size_t n_missed, cap_missed;
	struct ow_error failed; /* why the comparing itself could not go on */
};

struct lost {
	struct ow_id id;
	struct statement st;
};

/* A record that an entry names and that is nowhere. */
struct missed {
	struct ow_id id;
	size_t problem; /* number in the report */
};

static void comparing_done(struct comparing *c)
{
	roll_done(&c->roll);
	free(c->lost);
	free(c->missed);
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
	struct lost word = {.id = *id};
	struct statement *st = &word.st;

	if (docs_read(store_governance(c->store->store), id, &bytes, &ignored) <= 0 ||
	    statement_decode(bytes.p, bytes.n, st, &ignored) < 0 || st->kind != STATEMENT_FACT ||
	    strcmp(st->party, BOOKS_POLICY) != 0 ||
	    strncmp(st->key, BOOKS_LOST, strlen(BOOKS_LOST)) != 0)
		return 0;
	for (size_t i = 0; i < c->n_lost; i++) {
		struct lost *l = &c->lost[i];

		if (!statement_same_subject(&l->st, st))
			continue;
		if (statement_later(st, id, &l->st, &l->id))
			*l = word;
		return 0;
	}
	if (mem_grow(&c->lost, c->n_lost, &c->cap_lost, sizeof *c->lost, err) < 0)
		return err->code;
	c->lost[c->n_lost++] = word;
	return 0;
}

/* Is there such a word that was not taken back and has not ended? Whose it is, is for decisions to ask. */
static bool is_told(const struct comparing *c, const struct ow_id *id)
{
	char key[WORD_CAP];

	books_lost_key(id, key);
	for (size_t i = 0; i < c->n_lost; i++) {
		const struct statement *st = &c->lost[i].st;

		if (strcmp(st->key, key) == 0 && st->valid_until >= u64_max(st->time, clock_now()))
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
		       "entry %llu of the ledger has it, %.*s of %s%s%.*s; bring it back from a "
		       "backup",
		       (unsigned long long)e->n, (int)u64_min(e->command.n, 31),
		       (const char *)e->command.p, time_text(e->clock, when),
		       e->text.n > 0 ? ": " : "", (int)u64_min(e->text.n, 200),
		       (const char *)e->text.p);
	if (mem_grow(&c->missed, c->n_missed, &c->cap_missed, sizeof *c->missed, err) < 0)
		return err->code;
	c->missed[c->n_missed++] = (struct missed){*id, c->report->n_problems};
	return fsck_problem(c->report, OW_E_INTEGRITY, FSCK_NO_CLASS, "missing-record", id, text,
			    err);
}

static int missed_order(const void *a, const void *b)
{
	const struct missed *m = a, *n = b;
	int order = ow_id_order(&m->id, &n->id);

	return order != 0 ? order : (m->problem > n->problem) - (m->problem < n->problem);
}

/* What several entries name is missing once: by the first of them, which put it on record. */
static void tell_once(struct comparing *c)
{
	struct ow_fsck_report *r = c->report;
	size_t n = 0;

	if (c->n_missed > 1)
		qsort(c->missed, c->n_missed, sizeof *c->missed, missed_order);
	for (size_t i = 1; i < c->n_missed; i++) {
		if (ow_id_equal(&c->missed[i].id, &c->missed[i - 1].id))
			r->problems[c->missed[i].problem].code = OW_OK;
	}
	for (size_t i = 0; i < r->n_problems; i++) {
		if (r->problems[i].code != OW_OK)
			r->problems[n++] = r->problems[i];
	}
	r->n_problems = n;
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
static int compare_entry(struct comparing *c, const struct ledger_entry *e, struct ow_error *err)
{
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

/* A failure of this side is none of the ledger's: kept apart. */
static int visit_entry(void *ctx, const struct ledger_entry *e, struct ow_error *err)
{
	struct comparing *c = ctx;

	if (compare_entry(c, e, &c->failed) < 0)
		*err = c->failed;
	return err->code;
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
	return fsck_problem(c->report, OW_E_INTEGRITY, FSCK_NO_CLASS, "roll", NULL, text, err);
}

/* Who does not see every class cannot tell what is missing from it, and a class that is gone is told as a whole. */
static bool sees_all(const struct ow_store *s)
{
	bool all = true;

	for (int k = 0; k < OW_CLASSES; k++)
		all = all && s->zones[k] != NULL;
	return all;
}

/* The roll is what the entries say, or is made so. */
static int compare_roll(struct comparing *c, bool rebuild, struct ow_error *err)
{
	OW_AUTO(roll_done) struct roll there = {0};

	if (roll_read(c->store->store, &there, err) < 0)
		return err->code;
	if (!rebuild)
		return tell_rows(c, &there, err);
	return keep_rows(c, &there, err) < 0 ? err->code
					     : roll_write(c->store->store, &c->roll, err);
}

int fsck_ledger(struct ow_store *s, bool rebuild, struct ow_fsck_report *report,
		struct ow_error *err)
{
	OW_AUTO(comparing_done) struct comparing c = {.store = s, .report = report};
	OW_AUTO(ledger_close) struct ledger *l = NULL;
	struct ledger_state state = {0};
	struct ow_error why = {0};
	bool all = sees_all(s) && !report->manifests_unseen && !report->unread;

	if (ledger_open(store_dirfd(s->store), LEDGER_READ, &l, &why) < 0 && why.sys == EACCES) {
		report->ledger_unseen = true;
		return 0;
	}
	if (docs_walk(store_governance(s->store), note_lost, NULL, &c, err) < 0)
		return err->code;
	if (why.code == OW_OK)
		(void)(ledger_walk(l, all ? visit_entry : NULL, &c, &state, &why) < 0);
	tell_once(&c);
	if (c.failed.code != OW_OK || why.sys == ENOMEM) {
		*err = c.failed.code != OW_OK ? c.failed : why;
		return err->code;
	}
	if (why.code != OW_OK)
		return fsck_problem(report, why.code, FSCK_NO_CLASS, "ledger", NULL, why.text, err);
	report->ledger_entries = state.head.n;
	return all ? compare_roll(&c, rebuild, err) : 0;
}
