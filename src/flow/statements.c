/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Putting statements on record: what is said is held against what the engine can use, signed, and kept beside the
 * artifact it is about, or with the store's governance.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <owstore/govern.h>

#include "base/err.h"
#include "base/events.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/digest.h"
#include "govern/books_entry.h"
#include "govern/govern_check.h"
#include "govern/subject.h"
#include "handle/governor.h"
#include "os/clock.h"
#include "os/file.h"
#include "policy/party.h"
#include "store/roll.h"
#include "trust/comment.h"

enum {
	SAID_MAX = 64,            /* statements of one call */
	SHOWN_MAX = 64 * (int)MIB /* a file that shows something: a screenshot, a contract */
};

_Static_assert((int)OW_DECISION == (int)STATEMENT_DECISION,
	       "the public kinds are those of the records");

struct ow_statement ow_statement_of(enum ow_statement_kind kind)
{
	return (struct ow_statement){.kind = kind};
}

const char *ow_statement_word(enum ow_statement_kind kind)
{
	return statement_word((enum statement_kind)kind);
}

/* A call at work. */
struct stating {
	struct ow_store *store;
	const struct ow_state_opts *opts;
	const struct ow_events *events;
	struct trust_state trust;
	char origin[ID_TEXT];
	bool of_artifact;
	struct found found; /* where of_artifact */
	struct books *books;
	uint64_t now;
	struct stating_one {
		struct statement st;
		struct ow_id id;
		struct buf bytes;
		struct buf sigs[SIGNATURES_MAX];
	} * at;
	size_t n;
};

static void stating_done(struct stating *s)
{
	for (size_t i = 0; i < s->n; i++) {
		buf_done(&s->at[i].bytes);
		for (size_t k = 0; k < SIGNATURES_MAX; k++)
			buf_done(&s->at[i].sigs[k]);
	}
	free(s->at);
	books_close(s->books);
	found_done(&s->found);
	trust_state_done(&s->trust);
}
OW_DEFINE_AUTO_DONE(struct stating, stating_done)

/* ---- what is said --------------------------------------------------------------------------------------- */

static int text_into(char *to, size_t cap, const char *from, const char *what, struct ow_error *err)
{
	if (from == NULL)
		return 0;
	if (strlen(from) >= cap)
		return err_set(err, OW_E_USAGE, "%s of %zu bytes, at most %zu", what, strlen(from),
			       cap - 1);
	memcpy(to, from, strlen(from) + 1);
	return 0;
}

static int take_texts(const struct ow_statement *said, struct statement *st, struct ow_error *err)
{
	if (text_into(st->component, sizeof st->component, said->component, "component", err) < 0 ||
	    text_into(st->license, sizeof st->license, said->license, "license", err) < 0 ||
	    text_into(st->party, sizeof st->party, said->party, "party", err) < 0 ||
	    text_into(st->key, sizeof st->key, said->key, "key", err) < 0 ||
	    text_into(st->value, sizeof st->value, said->value, "value", err) < 0 ||
	    text_into(st->form, sizeof st->form, said->form, "form", err) < 0 ||
	    text_into(st->reason, sizeof st->reason, said->reason, "reason", err) < 0)
		return err->code;
	if (said->n_lifts > LIFTS_MAX)
		return err_set(err, OW_E_USAGE, "%zu rules, at most %d", said->n_lifts, LIFTS_MAX);
	for (size_t i = 0; i < said->n_lifts; i++) {
		if (text_into(st->lifts[i], sizeof st->lifts[i], said->lifts[i], "rule", err) < 0)
			return err->code;
		st->n_lifts++;
	}
	return 0;
}

static int check_component(const struct artifact *a, const char *component, struct ow_error *err)
{
	unsigned role;

	if (component[0] == '\0' || word_find(role_words, component, &role))
		return 0;
	for (size_t i = 0; i < a->n_components; i++) {
		if (strcmp(a->components[i].path, component) == 0 ||
		    strcmp(a->components[i].role, component) == 0)
			return 0;
	}
	(void)err_set(err, OW_E_USAGE, "%s@%s has no component \"%.200s\"", a->name, a->version,
		      component);
	return err_hint(err, "name a path that \"owstore show\" lists, or a role such as weights");
}

static int hash_shown(const char *path, struct statement *st, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};

	if (path == NULL)
		return 0;
	if (file_read_user(path, (uint64_t)SHOWN_MAX, &b, err) < 0 ||
	    digest_bytes(b.p, b.n, &st->shown, err) < 0)
		return err->code;
	st->has_shown = true;
	return 0;
}

/* The words of a text, as this store's own look at the artifact has them. */
static int find_words(struct stating *s, const char *text, struct statement *st,
		      struct ow_error *err)
{
	static const struct ow_id nothing;
	OW_AUTO(subject_done) struct subject subject = {0};
	const struct finding_file *file;

	if (text == NULL)
		return 0;
	st->has_shown = true;
	if (strncmp(text, "sha256:", 7) == 0 && ow_id_parse(text, &st->shown))
		return 0;
	if (subject_load(s->store, s->found.class, &s->found.id, s->events, &subject, err) < 0)
		return err->code;
	file = finding_file(&subject.finding, text);
	if (file != NULL && !ow_id_equal(&file->words, &nothing)) {
		st->shown = file->words;
		return 0;
	}
	(void)err_set(err, OW_E_USAGE, "no text was found at \"%.200s\"", text);
	return err_hint(err, "name a file of the artifact that holds a licence, or sha256: and the "
			     "digest of its words (\"owstore license identify\" shows it)");
}

static int default_party(struct statement *st, struct ow_error *err)
{
	if (st->kind == STATEMENT_ACCEPTANCE && st->party[0] == '\0')
		text_copy(st->party, sizeof st->party, BOOKS_OURSELVES);
	if (st->kind != STATEMENT_APPROVAL || st->party[0] != '\0')
		return 0;
	if (st->class == OW_CLASS_CUSTOMER)
		return err_set(err, OW_E_USAGE, "an approval for class customer names a recipient");
	text_copy(st->party, sizeof st->party,
		  st->class == OW_CLASS_REDISTRIBUTABLE ? BOOKS_ANYONE : BOOKS_OURSELVES);
	return 0;
}

/* Nobody should approve for a slip of the pen; a fact makes a new party known. */
static int check_party(const struct stating *s, const struct statement *st, struct ow_error *err)
{
	const char *meant = st->party[0] == '\0' ? NULL : books_meant(s->books, st->party);

	if (meant == NULL)
		return 0;
	if (st->kind == STATEMENT_FACT) {
		events_warn(s->events, "%s was not known so far; is %s meant?", st->party, meant);
		return 0;
	}
	if (st->kind != STATEMENT_APPROVAL && st->kind != STATEMENT_EVIDENCE)
		return 0;
	(void)err_set(err, OW_E_USAGE, "nothing is known of %s; is %s meant?", st->party, meant);
	return err_hint(err, "a fact makes it known: owstore fact %s kind=company --key NAME",
			st->party);
}

/* How far apart two statements about the same in one second are told; one of a later time cannot be replaced. */
static int place_in_time(const struct stating *s, struct statement *st, struct ow_error *err)
{
	char later[TIME_TEXT];

	for (size_t i = 0; i < books_size(s->books); i++) {
		const struct statement *old = &books_at(s->books, i)->st;

		if (!statement_same_subject(old, st) || old->time < st->time)
			continue;
		if (old->time > st->time) {
			(void)err_set(err, OW_E_STALE,
				      "the clock is behind what is on record about the same: %s",
				      time_text(old->time, later));
			return err_hint(err, "set this host's clock");
		}
		st->nth = u64_max(st->nth, old->nth + 1);
	}
	return 0;
}

/* Is there something on record to be taken back? */
static bool stands(const struct stating *s, const struct statement *st)
{
	for (size_t i = 0; i < books_size(s->books); i++) {
		const struct book_entry *e = books_at(s->books, i);

		if (statement_same_subject(&e->st, st) &&
		    (!entry_withdrawn(e) || entry_unsettled(s->books, e)))
			return true;
	}
	return false;
}

static int set_end(const struct stating *s, const struct ow_statement *said, struct statement *st,
		   struct ow_error *err)
{
	char end[TIME_TEXT];

	st->valid_until = said->valid_until == OW_NO_END ? UINT64_MAX : said->valid_until;
	if (st->kind == STATEMENT_FACT && strcmp(st->party, BOOKS_POLICY) == 0 &&
	    strcmp(st->key, BOOKS_BY_WORD) == 0 && strcmp(st->value, "refuse") == 0 &&
	    st->valid_until != UINT64_MAX)
		return err_set(err, OW_E_USAGE, "%s=refuse has no end; --withdraw takes it back",
			       BOOKS_BY_WORD);
	if (said->withdraw) {
		st->valid_until = st->time - 1;
		if (!stands(s, st))
			return err_set(err, OW_E_USAGE,
				       "nothing about this is on record that could be taken back");
	} else if (st->valid_until < st->time) {
		return err_set(err, OW_E_USAGE, "the end %s has passed",
			       time_text(st->valid_until, end));
	}
	return 0;
}

static int compose(struct stating *s, const struct ow_statement *said, struct statement *st,
		   struct ow_error *err)
{
	*st = (struct statement){.kind = (enum statement_kind)said->kind,
				 .has_artifact = s->of_artifact,
				 .time = s->now,
				 .valid_until = UINT64_MAX,
				 .form = "raw"};
	if (said->kind >= OW_DECISION)
		return err_set(err, OW_E_USAGE, "a decision is made by promoting");
	if (said->zone < 0 || said->zone >= OW_CLASSES)
		return err_set(err, OW_E_USAGE, "class %d", said->zone);
	st->class = (uint64_t)said->zone;
	st->date = said->date == 0 ? s->now : said->date;
	if (st->date > s->now)
		return err_set(err, OW_E_USAGE, "the date is in the future");
	if (s->of_artifact)
		st->artifact = s->found.id;
	text_copy(st->origin, sizeof st->origin, s->origin);
	if (take_texts(said, st, err) < 0 || default_party(st, err) < 0 ||
	    (s->of_artifact && check_component(&s->found.artifact, st->component, err) < 0) ||
	    hash_shown(said->shown, st, err) < 0 || find_words(s, said->text, st, err) < 0 ||
	    (!said->withdraw &&
	     (govern_check(st, s->opts->licenses, err) < 0 || check_party(s, st, err) < 0)) ||
	    place_in_time(s, st, err) < 0)
		return err->code;
	return set_end(s, said, st, err);
}

/* ---- signing and keeping -------------------------------------------------------------------------------- */

/* Whose words the signers say: those of the origin that governs the store. */
static int find_origin(struct stating *s, struct ow_error *err)
{
	const struct ow_state_opts *o = s->opts;

	if (o->n_approvers > SIGNATURES_MAX || (o->n_approvers == 0 && !o->dry_run))
		return err_set(err, OW_E_USAGE, "%zu approvers' keys, 1 to %d are possible",
			       o->n_approvers, SIGNATURES_MAX);
	text_copy(s->origin, sizeof s->origin, "dry-run");
	if (o->n_approvers == 0)
		return 0;
	for (size_t i = 0; i < o->n_approvers; i++) {
		if (governor_signer(s->store, o->approvers[i], OW_ROLE_APPROVER, &s->trust,
				    s->origin, err) < 0)
			return err->code;
	}
	return 0;
}

static int seal(const struct stating *s, struct stating_one *one, struct ow_error *err)
{
	struct comment what = {.stream = "-"};

	text_copy(what.type, sizeof what.type, statement_word(one->st.kind));
	text_copy(what.origin, sizeof what.origin, s->origin);
	if (statement_encode(&one->st, &one->bytes, err) < 0 ||
	    digest_bytes(one->bytes.p, one->bytes.n, &one->id, err) < 0)
		return err->code;
	for (size_t i = 0; i < s->opts->n_approvers && !s->opts->dry_run; i++) {
		if (sign_document(signer_key(s->opts->approvers[i]), &what, one->bytes.p,
				  one->bytes.n, &one->sigs[i], err) < 0 ||
		    buf_finish(&one->sigs[i], err) < 0)
			return err->code;
	}
	return 0;
}

static int keep(struct stating *s, struct docs *docs, struct ow_error *err)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct stating_one *one = &s->at[i];
		struct ow_view sigs[SIGNATURES_MAX];
		struct ow_id id;

		for (size_t k = 0; k < s->opts->n_approvers; k++)
			sigs[k] = (struct ow_view){one->sigs[k].p, one->sigs[k].n};
		if (docs_put(docs, (struct ow_view){one->bytes.p, one->bytes.n}, sigs,
			     s->opts->n_approvers, &id, err) < 0)
			return err->code;
	}
	return 0;
}

static int keep_beside(struct stating *s, struct ow_error *err)
{
	OW_AUTO(catalog_rollback) struct catalog *guard = NULL;
	struct zone *z = s->store->zones[s->found.class];
	struct catalog *catalog;

	if (keep(s, zone_records(z), err) < 0 || zone_sync(z, err) < 0 ||
	    handle_catalog(s->store, s->found.class, &catalog, err) <= 0 ||
	    catalog_begin(catalog, &guard, err) < 0)
		return err->code;
	for (size_t i = 0; i < s->n; i++) {
		struct catalog_note note = {.record = s->at[i].id,
					    .kind = statement_word(s->at[i].st.kind),
					    .artifact = s->found.id,
					    .time = s->at[i].st.time};

		if (catalog_put_note(catalog, &note, err) < 0)
			return err->code;
	}
	return catalog_commit(&guard, err);
}

/* From now on each is missed where it is not there. */
static int enrol(const struct stating *s, struct ow_error *err)
{
	struct roll_row rows[SAID_MAX] = {0};

	for (size_t i = 0; i < s->n; i++) {
		if (s->of_artifact)
			rows[i].about = s->found.id;
		rows[i].statement = s->at[i].id;
	}
	return roll_add(s->store->store, rows, s->n, err);
}

static int keep_all(struct stating *s, struct ow_error *err)
{
	struct docs *governance = store_governance(s->store->store);
	const char *command = statement_word(s->at[0].st.kind);
	struct ow_id digests[SAID_MAX + 1];
	size_t n = 0;
	char text[600], line[STATEMENT_LINE], more[40] = "";

	if (s->of_artifact)
		digests[n++] = s->found.id;
	for (size_t i = 0; i < s->n; i++)
		digests[n++] = s->at[i].id;
	if (s->n > 1)
		(void)snprintf(more, sizeof more, "; %zu more", s->n - 1);
	(void)snprintf(text, sizeof text, "%.500s%s", statement_line(&s->at[0].st, line), more);
	if (governor_settle(s->store, s->origin, err) < 0 ||
	    handle_log(s->store, command, "begun", digests, n, text, err) < 0)
		return err->code;
	if ((s->of_artifact ? keep_beside(s, err) < 0
			    : keep(s, governance, err) < 0 || docs_sync(governance, err) < 0) ||
	    enrol(s, err) < 0)
		return err->code;
	return handle_log(s->store, command, "done", digests, n, text, err);
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static int open_books(struct stating *s, struct ow_error *err)
{
	books_close(STEAL(s->books));
	if (books_open(s->store, &s->trust, s->now, s->events, &s->books, err) < 0)
		return err->code;
	return s->of_artifact ? books_read(s->books, &s->found, err) : 0;
}

static int begin(struct stating *s, const struct ow_statement *said, size_t n, struct ow_error *err)
{
	if (n == 0 || n > SAID_MAX)
		return err_set(err, OW_E_USAGE, "%zu statements, 1 to %d are possible", n,
			       SAID_MAX);
	for (size_t i = 1; i < n; i++) {
		if ((said[i].ref == NULL) != (said[0].ref == NULL) ||
		    (said[i].ref != NULL && strcmp(said[i].ref, said[0].ref) != 0))
			return err_set(err, OW_E_USAGE,
				       "statements of one call are about one artifact");
	}
	s->of_artifact = said[0].ref != NULL;
	if (trust_state_init(&s->trust, s->opts->trust, err) < 0 ||
	    (s->of_artifact && handle_find(s->store, said[0].ref, &s->found, err) < 0) ||
	    find_origin(s, err) < 0 || open_books(s, err) < 0)
		return err->code;
	s->at = mem_array(n, sizeof *s->at, err);
	return s->at == NULL ? err->code : 0;
}

static void tell(const struct stating *s, const struct stating_one *one, struct ow_stated *out)
{
	char line[STATEMENT_LINE];
	struct books_votes votes;

	*out = (struct ow_stated){.record = one->id};
	text_copy(out->line, sizeof out->line, statement_line(&one->st, line));
	if (one->st.kind != STATEMENT_APPROVAL)
		return;
	books_votes(s->books, &one->st.artifact, (enum ow_class)one->st.class, one->st.party,
		    one->st.form, &votes);
	out->have = votes.have;
	out->need = votes.need;
	text_copy(out->names, sizeof out->names, votes.names);
}

/* A screening that nobody can have made yet is signed, but counts for nothing until its day. */
static void warn_of_screening(const struct stating *s, const struct statement *st)
{
	OW_AUTO(arena_done) struct arena a = {0};
	struct ow_error ignored = {0};
	struct party p = {0};

	if (st->kind != STATEMENT_FACT || st->has_artifact || strcmp(st->key, "screened") != 0 ||
	    fact_read(FACT_RECIPIENT, st->key, st->value, &p, &a, &ignored) < 0 ||
	    !p.screened.known || p.screened.value <= s->now)
		return;
	events_warn(s->events, "%.40s is in the future: until then %s counts as never screened",
		    st->value, st->party);
}

/* Which of the two would count? */
static int check_twice(const struct stating *s, size_t i, struct ow_error *err)
{
	char line[STATEMENT_LINE];

	for (size_t k = 0; k < i; k++) {
		if (statement_same_subject(&s->at[k].st, &s->at[i].st))
			return err_set(err, OW_E_USAGE, "said twice at once: %.300s",
				       statement_line(&s->at[i].st, line));
	}
	return 0;
}

int ow_state(struct ow_store *s, const struct ow_statement *said, size_t n,
	     const struct ow_state_opts *opts, const struct ow_events *events,
	     struct ow_stated *out, struct ow_error *err)
{
	OW_AUTO(stating_done)
	struct stating stating = {.store = s, .opts = opts, .events = events, .now = clock_now()};

	if (begin(&stating, said, n, err) < 0)
		return err_kept(err, "nothing was put on record");
	assert(stating.at != NULL);
	stating.n = n;
	for (size_t i = 0; i < n; i++) {
		if (compose(&stating, &said[i], &stating.at[i].st, err) < 0 ||
		    check_twice(&stating, i, err) < 0 || seal(&stating, &stating.at[i], err) < 0)
			return err_kept(err, "nothing was put on record");
	}
	if (!opts->dry_run && (keep_all(&stating, err) < 0 || open_books(&stating, err) < 0))
		return err_kept(err, "what is on record already stays; say it again");
	for (size_t i = 0; i < n; i++) {
		if (!said[i].withdraw)
			warn_of_screening(&stating, &stating.at[i].st);
		tell(&stating, &stating.at[i], &out[i]);
	}
	return 0;
}
