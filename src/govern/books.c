/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading: signatures come before content. Whose it is stands in the trusted comment; the document is decoded only when
 * that is the origin whose words count in the store, and a key of its root with the role of an approver has signed it.
 */
#include "govern/books.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/events.h"
#include "base/ids.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/text.h"
#include "govern/books_entry.h"
#include "govern/vouch.h"
#include "handle/governor.h"
#include "policy/rules.h"
#include "store/roll.h"
#include "trust/minisig.h"

struct books {
	struct ow_store *store;
	const struct trust_state *trust;
	const struct ow_events *events;
	uint64_t now, newest;
	char governor[ID_TEXT];   /* whose words count; "": nobody's */
	struct chain chain;       /* its roots; none where it is not trusted here */
	struct ow_error unclear;  /* why it cannot be told whose words count */
	struct ow_error doubtful; /* why it cannot be told what counts */
	struct roll roll;
	struct book_entry **at; /* first those about no artifact, which books_open read */
	size_t n, cap;
	/* what books_open left */
	size_t n_common;
	uint64_t newest_common;
	struct ow_error doubtful_common;
};

void books_close(struct books *b)
{
	if (b == NULL)
		return;
	chain_done(&b->chain);
	roll_done(&b->roll);
	for (size_t i = 0; i < b->n; i++)
		free(b->at[i]);
	free(b->at);
	free(b);
}

size_t books_size(const struct books *b)
{
	return b->n;
}

const struct book_entry *books_at(const struct books *b, size_t i)
{
	return b->at[i];
}

uint64_t books_newest(const struct books *b)
{
	return b->newest;
}

uint64_t books_now(const struct books *b)
{
	return u64_max(b->now, b->newest);
}

const struct ow_events *books_events(const struct books *b)
{
	return b->events;
}

const struct root *books_root(const struct books *b)
{
	return b->chain.n == 0 ? NULL : chain_newest(&b->chain);
}

bool entry_withdrawn(const struct book_entry *e)
{
	return e->doubtful || e->st.valid_until < e->st.time;
}

bool entry_past(const struct book_entry *e)
{
	enum duty duty;

	return e->st.kind == STATEMENT_EVIDENCE && duty_find(e->st.key, &duty) &&
	       duty_carried(duty);
}

bool entry_holds(const struct books *b, const struct book_entry *e)
{
	return !entry_withdrawn(e) && e->st.valid_until >= books_now(b);
}

/* ---- who vouches -------------------------------------------------------------------------------------- */

/* Find out whose words count, and the roots of that origin as far as they are trusted here. */
static int find_governor(struct books *b, struct ow_error *err)
{
	struct ow_error why = {0};

	if (governor_of(b->store, b->trust, b->governor, &b->unclear) < 0 &&
	    b->unclear.code != OW_E_TRUST) {
		*err = b->unclear;
		return err->code;
	}
	if (b->governor[0] == '\0' || trust_load(b->trust, b->governor, &b->chain, &why) == 0 ||
	    why.code == OW_E_TRUST)
		return 0;
	*err = why;
	return err->code;
}

/* Does what is of this origin count? *why tells what is against it. */
static bool governs(struct books *b, const char *origin, struct ow_error *why)
{
	if (b->unclear.code != OW_OK) {
		*why = b->doubtful = b->unclear;
		return false;
	}
	if (b->governor[0] != '\0' && strcmp(origin, b->governor) != 0)
		(void)err_set(why, OW_E_TRUST, "it is of %s, and the words of %s count here",
			      origin, b->governor);
	else if (b->chain.n == 0)
		(void)err_set(why, OW_E_TRUST, "no root of %s is trusted here", origin);
	return why->code == OW_OK;
}

/* What the first signature that can be read says of the document; false where none can. */
static bool first_comment(const struct signed_doc *d, struct comment *out)
{
	for (size_t i = 0; i < d->n_sigs; i++) {
		struct ow_error ignored = {0};
		struct minisig sig;

		if (minisig_parse(d->sig[i].text, d->sig[i].n, &sig, &ignored) == 0 &&
		    comment_parse(sig.comment, strlen(sig.comment), out, &ignored) == 0)
			return true;
	}
	return false;
}

static void note_signers(const struct gate_report *report, const struct root *root,
			 struct book_entry *e)
{
	for (size_t i = 0; i < report->n; i++) {
		const struct signer *s = &report->signer[i];
		const struct root_key *key = root_find_key(root, s->key_id);
		struct book_signer *to = &e->signer[e->n_signers];

		if (s->status != SIGNER_GOOD || key == NULL)
			continue;
		text_copy(to->name, sizeof to->name, key->name);
		memcpy(to->pk, key->pk, sizeof to->pk);
		e->n_signers++;
	}
}

/* Is it signed by an approver, and what it says it is? *why tells what is wrong with it. */
static void check(struct books *b, const struct signed_doc *d, const struct ow_id *artifact,
		  struct book_entry *e, struct ow_error *why)
{
	struct gate_report report = {0};
	struct comment says;

	if (!first_comment(d, &says)) {
		(void)err_set(why, OW_E_TRUST, "nobody has signed it");
		return;
	}
	/* how many of them it takes is for the kind to say */
	if (!governs(b, says.origin, why) ||
	    vouch_approver(&b->chain, d, says.type, &report, why) != VOUCHED_NOW)
		return;
	note_signers(&report, chain_newest(&b->chain), e);
	if (statement_decode(d->doc.p, d->doc.n, &e->st, why) < 0)
		return;
	if (strcmp(statement_word(e->st.kind), says.type) != 0 ||
	    strcmp(e->st.origin, says.origin) != 0)
		(void)err_set(why, OW_E_TRUST, "a %s of %s, its signature says %s of %s",
			      statement_word(e->st.kind), e->st.origin, says.type, says.origin);
	else if (e->st.has_artifact != (artifact != NULL) ||
		 (artifact != NULL && !ow_id_equal(artifact, &e->st.artifact)))
		(void)err_set(why, OW_E_INTEGRITY, "it is about something else");
	else
		(void)vouch_in_time(&b->chain, e->st.time, why);
}

/* Of what counts for nothing: was it put on record in the name of the origin whose words count? What it said is then
 * unknown, but that an approver who left took back no more than an approval of his own. What was never put on record is
 * nobody's word, and takes nothing away.
 */
static bool doubt(const struct books *b, const struct signed_doc *d, const struct ow_id *artifact,
		  const struct ow_error *against, struct book_entry *e)
{
	struct roll_row row = {.statement = e->id};
	struct gate_report report;
	struct ow_error ignored = {0};

	if (artifact != NULL)
		row.about = *artifact;
	e->n_signers = 0;
	e->doubtful = true;
	text_copy(e->against, sizeof e->against, against->text);
	if (!roll_has(&b->roll, &row) ||
	    statement_decode(d->doc.p, d->doc.n, &e->st, &ignored) < 0 ||
	    (b->governor[0] != '\0' && strcmp(e->st.origin, b->governor) != 0))
		return false;
	return e->st.kind != STATEMENT_APPROVAL || b->chain.n == 0 ||
	       vouch_approver(&b->chain, d, "approval", &report, &ignored) != VOUCHED_BEFORE;
}

/* ---- what is there ------------------------------------------------------------------------------------ */

/* Of two about the same the later one stays, and knows whether it stands in the way of one that somebody vouches for.
 * Approvals of several people stand side by side; who takes back whose is seen when they are counted.
 */
static int enter(struct books *b, struct book_entry **e, struct ow_error *err)
{
	if (!(*e)->doubtful)
		b->newest = u64_max(b->newest, (*e)->st.time);
	for (size_t i = 0; i < b->n && (*e)->st.kind != STATEMENT_APPROVAL; i++) {
		struct book_entry *old = b->at[i];

		if (!statement_same_subject(&old->st, &(*e)->st))
			continue;
		if (statement_later(&(*e)->st, &(*e)->id, &old->st, &old->id)) {
			b->at[i] = STEAL(*e);
			*e = old;
		}
		b->at[i]->in_the_way |= !(*e)->doubtful || (*e)->in_the_way;
		return 0;
	}
	if (mem_grow(&b->at, b->n, &b->cap, sizeof(struct book_entry *), err) < 0)
		return err->code;
	b->at[b->n++] = STEAL(*e);
	return 0;
}

static int read_one(struct books *b, struct docs *docs, const struct ow_id *id,
		    const struct ow_id *artifact, struct ow_error *err)
{
	OW_AUTO(signed_done) struct signed_doc d = {0};
	OW_AUTO(mem_free) struct book_entry *e = MEM_NEW(struct book_entry, err);
	struct ow_error why = {0};
	char hex[OW_ID_HEX];
	int r;

	if (e == NULL)
		return err->code;
	e->id = *id;
	(void)snprintf(d.name, sizeof d.name, "statement %.12s", ow_id_hex(id, hex));
	r = docs_read(docs, id, &d.doc, &why);
	if (r == 0)
		return 0;
	if (r < 0 && why.code == OW_E_IO) {
		*err = why;
		return err->code;
	}
	if (r > 0) {
		if (vouch_signatures(docs, id, &d, err) < 0)
			return err->code;
		check(b, &d, artifact, e, &why);
	}
	if (why.code != OW_OK) {
		events_warn(b->events, "statement %.12s counts for nothing: %.400s", hex, why.text);
		if (d.doc.n == 0 || !doubt(b, &d, artifact, &why, e))
			return 0;
	}
	return enter(b, &e, err);
}

/* ---- what is missing ------------------------------------------------------------------------------------ */

void books_lost_key(const struct ow_id *statement, char out[WORD_CAP])
{
	char hex[OW_ID_HEX];

	(void)snprintf(out, WORD_CAP, BOOKS_LOST "%.32s", ow_id_hex(statement, hex));
}

/* The word of an approver that it is lost, and that what it said has been said again as far as it matters. */
static const struct book_entry *acknowledged(const struct books *b, const struct ow_id *statement)
{
	char key[WORD_CAP];

	books_lost_key(statement, key);
	for (size_t i = 0; i < b->n; i++) {
		const struct statement *st = &b->at[i]->st;

		if (st->kind == STATEMENT_FACT && strcmp(st->party, BOOKS_POLICY) == 0 &&
		    strcmp(st->key, key) == 0 && entry_holds(b, b->at[i]))
			return b->at[i];
	}
	return NULL;
}

/* It may have taken back any approval of the artifact, whosever it was: those of before are to be said again. */
static void doubt_approvals(struct books *b, const struct ow_id *artifact, uint64_t until)
{
	for (size_t i = 0; artifact != NULL && i < b->n; i++) {
		struct statement *st = &b->at[i]->st;

		if (st->kind == STATEMENT_APPROVAL && ow_id_equal(&st->artifact, artifact) &&
		    st->time < until)
			b->at[i]->doubtful = true;
	}
}

/* What is wrong with a statement on the roll, and what brings back what it said. */
struct gap {
	const char *how, *cure;
};

static void miss(struct books *b, const struct ow_id *statement, const struct ow_id *artifact,
		 const struct gap *gap)
{
	const struct book_entry *word = acknowledged(b, statement);
	char hex[OW_ID_HEX], key[WORD_CAP];

	if (word != NULL) {
		doubt_approvals(b, artifact, word->st.time);
		return;
	}
	if (b->doubtful.code != OW_OK)
		return;
	books_lost_key(statement, key);
	(void)err_set(&b->doubtful, OW_E_INTEGRITY,
		      "statement %.12s was put on record and is %s; it may have taken back what "
		      "is there",
		      ow_id_hex(statement, hex), gap->how);
	(void)err_hint(&b->doubtful,
		       "%s, or acknowledge that it is lost: owstore fact policy %s=yes --key NAME",
		       gap->cure, key);
	events_warn(b->events, "%.400s", b->doubtful.text);
}

/* Nobody knows what a statement said that is gone, damaged, or of a kind or with a member that is new; NULL: it is there. */
static const struct gap *gap_of(int here, const struct buf *bytes)
{
	static const char restore[] =
	    "owstore fsck tells what it said: bring it back from a backup";
	static const struct gap missing = {"missing", restore}, damaged = {"damaged", restore},
				newer = {"not readable by this version",
					 "decide with the version of owstore that wrote it"};
	struct ow_error ignored = {0};
	struct statement st;

	if (here <= 0)
		return here < 0 ? &damaged : &missing;
	return statement_decode(bytes->p, bytes->n, &st, &ignored) < 0 ? &newer : NULL;
}

/* Is all there and whole that the roll has about an artifact, or (NULL) about parties and licences? What is there
 * although it was not met so far is read: the catalog is no more than a cache.
 */
static int call_roll(struct books *b, struct docs *docs, const struct ow_id *artifact,
		     const struct ids *met, struct ow_error *err)
{
	size_t n;
	const struct roll_row *row = roll_about(&b->roll, artifact, &n);

	for (size_t i = 0; met != NULL && i < n; i++) {
		if (!ids_have(met, &row[i].statement) &&
		    read_one(b, docs, &row[i].statement, artifact, err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < n; i++) {
		OW_AUTO(buf_done) struct buf bytes = {0};
		struct ow_error why = {0};
		int here = docs_read(docs, &row[i].statement, &bytes, &why);
		const struct gap *gap;

		if (here < 0 && why.code == OW_E_IO) {
			*err = why;
			return err->code;
		}
		gap = gap_of(here, &bytes);
		if (gap != NULL)
			miss(b, &row[i].statement, artifact, gap);
	}
	return 0;
}

static int visit_governance(void *ctx, const struct ow_id *id, struct ow_error *err)
{
	struct books *b = ctx;

	return read_one(b, store_governance(b->store->store), id, NULL, err);
}

int books_open(struct ow_store *s, const struct trust_state *trust, uint64_t now,
	       const struct ow_events *events, struct books **out, struct ow_error *err)
{
	OW_AUTO(books_close) struct books *b = MEM_NEW(struct books, err);

	if (b == NULL)
		return err->code;
	b->store = s;
	b->trust = trust;
	b->events = events;
	b->now = now;
	if (find_governor(b, err) < 0 || roll_read(s->store, &b->roll, err) < 0)
		return err->code;
	if (docs_walk(store_governance(s->store), visit_governance, NULL, b, err) < 0 ||
	    call_roll(b, store_governance(s->store), NULL, NULL, err) < 0)
		return err_ctx(err, "governance");
	b->n_common = b->n;
	b->newest_common = b->newest;
	b->doubtful_common = b->doubtful;
	*out = STEAL(b);
	return 0;
}

void books_forget(struct books *b)
{
	while (b->n > b->n_common)
		free(b->at[--b->n]);
	b->newest = b->newest_common;
	b->doubtful = b->doubtful_common;
}

struct beside {
	struct books *books;
	struct docs *records;
	const struct ow_id *artifact;
	struct ids *met; /* statements that the catalog has */
};

static int visit_note(void *ctx, const struct catalog_note *note, struct ow_error *err)
{
	struct beside *n = ctx;
	enum statement_kind kind;

	if (!statement_find(note->kind, &kind))
		return 0;
	if (ids_add(n->met, &note->record, err) < 0)
		return err->code;
	return read_one(n->books, n->records, &note->record, n->artifact, err);
}

int books_read(struct books *b, const struct found *f, struct ow_error *err)
{
	OW_AUTO(ids_done) struct ids met = {0};
	struct beside beside = {b, zone_records(b->store->zones[f->class]), &f->id, &met};
	struct catalog *catalog;

	if (handle_catalog(b->store, f->class, &catalog, err) <= 0 ||
	    catalog_notes(catalog, &f->id, visit_note, &beside, err) < 0 ||
	    call_roll(b, beside.records, &f->id, &met, err) < 0)
		return err_ctx(err, "statements about %s@%s", f->artifact.name,
			       f->artifact.version);
	return 0;
}

/* ---- may anything rest on it? --------------------------------------------------------------------------- */

/* Do words of this kind restrict, too? All others let something through or do nothing. */
static bool restricts(enum statement_kind kind)
{
	return kind == STATEMENT_FACT || kind == STATEMENT_ELECTION ||
	       kind == STATEMENT_INTERPRETATION || kind == STATEMENT_CONCLUSION;
}

bool entry_unsettled(const struct books *b, const struct book_entry *e)
{
	return e->doubtful && restricts(e->st.kind) &&
	       (e->in_the_way || e->st.valid_until >= books_now(b));
}

int books_whole(const struct books *b, struct ow_error *err)
{
	const struct book_entry *first = NULL;
	char hex[OW_ID_HEX], line[STATEMENT_LINE], more[64] = "";
	size_t n = 0;

	if (b->doubtful.code != OW_OK) {
		*err = b->doubtful;
		return err->code;
	}
	for (size_t i = 0; i < b->n; i++) {
		if (!entry_unsettled(b, b->at[i]))
			continue;
		if (n++ == 0)
			first = b->at[i];
	}
	if (first == NULL)
		return 0;
	if (n > 1)
		(void)snprintf(more, sizeof more, " (and %zu more)", n - 1);
	(void)err_set(err, OW_E_TRUST,
		      "statement %.12s, %s \"%.200s\", is in doubt%s: %.300s; whether it forbids "
		      "anything cannot be told",
		      ow_id_hex(&first->id, hex), statement_word(first->st.kind),
		      statement_line(&first->st, line), more, first->against);
	return err_hint(err, "have an approver say it again or take it back; owstore review tells "
			     "the commands");
}

/* ---- asking ------------------------------------------------------------------------------------------- */

const char *books_conclusion(const struct books *b, const struct ow_id *artifact,
			     const char *component, const struct ow_id *words)
{
	const char *general = NULL;

	for (size_t i = 0; i < b->n; i++) {
		const struct statement *st = &b->at[i]->st;

		if (st->kind != STATEMENT_CONCLUSION || !ow_id_equal(&st->artifact, artifact) ||
		    !entry_holds(b, b->at[i]) || st->has_shown != (words != NULL) ||
		    (words != NULL && !ow_id_equal(words, &st->shown)))
			continue;
		if (st->component[0] == '\0')
			general = st->license;
		else if (strcmp(st->component, component) == 0)
			return st->license;
	}
	return general;
}

const char *books_concluded(void *books, const struct ow_id *artifact, const char *component,
			    const struct ow_id *words)
{
	return books_conclusion(books, artifact, component, words);
}

bool books_by_word(const struct books *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct statement *st = &b->at[i]->st;

		/* it ends by being taken back; what was allowed until a day is not allowed after it,
		 * nor once nobody vouches for it */
		if (st->kind == STATEMENT_FACT && strcmp(st->party, BOOKS_POLICY) == 0 &&
		    strcmp(st->key, BOOKS_BY_WORD) == 0 && st->valid_until >= st->time)
			return strcmp(st->value, "allow") == 0 && entry_holds(b, b->at[i]);
	}
	return true;
}
