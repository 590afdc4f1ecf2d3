/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle/recover.h"

#include <stdio.h>
#include <string.h>

#include "base/events.h"
#include "base/mem.h"
#include "handle/index.h"
#include "record/statement.h"
#include "store/roll.h"

/* The last thing that was begun and not said to be done. */
struct intent {
	char command[32];
	struct ow_id *digests;
	size_t n;
};

static void intent_done(struct intent *i)
{
	free(i->digests);
	*i = (struct intent){0};
}
OW_DEFINE_AUTO_DONE(struct intent, intent_done)

static bool says(struct ow_view v, const char *word)
{
	return v.n == strlen(word) && memcmp(v.p, word, v.n) == 0;
}

static int note_intent(void *ctx, const struct ledger_entry *e, struct ow_error *err)
{
	struct intent *i = ctx;

	if (says(e->command, "ledger"))
		return 0; /* about the ledger itself */
	intent_done(i);
	if (!says(e->outcome, "begun"))
		return 0;
	i->digests = mem_array(e->digests.n / 32, sizeof *i->digests, err);
	if (i->digests == NULL)
		return err->code;
	i->n = e->digests.n / 32;
	memcpy(i->digests, e->digests.p, i->n * 32);
	(void)snprintf(i->command, sizeof i->command, "%.*s",
		       (int)(e->command.n < 31 ? e->command.n : 31), (const char *)e->command.p);
	return 0;
}

static int read_intent(struct ow_store *s, struct intent *out, struct ow_error *err)
{
	/* opening for writing moves a torn last entry out of the way */
	if (s->ledger == NULL &&
	    ledger_open(store_dirfd(s->store), LEDGER_WRITE, &s->ledger, err) < 0)
		return err->code;
	return ledger_walk(s->ledger, note_intent, out, NULL, err);
}

/* Was it an adoption, and did not every record come? Then its artifacts are to be undone. */
static int find_undo(struct ow_store *s, const struct intent *i, struct undo *out,
		     struct ow_error *err)
{
	size_t first = strcmp(i->command, "import") == 0; /* whose first digest is the manifest */
	struct zone *z;
	size_t here = 0;

	if ((first == 0 && strcmp(i->command, "add") != 0) || i->n <= first ||
	    handle_zone(s, OW_CLASS_QUARANTINE, &z, err) <= 0)
		return err->code;
	for (size_t k = first; k < i->n; k++) {
		int r = docs_has(zone_records(z), &i->digests[k], err);

		if (r < 0)
			return r;
		here += r > 0;
	}
	if (here < i->n - first)
		*out = (struct undo){i->digests + first, i->n - first};
	return 0;
}

/* Signatures go first, so an interrupted writer may have left some whose document never came. */
static int tidy_documents(struct ow_store *s, struct ow_error *err)
{
	struct docs *common[] = {store_manifests(s->store), store_governance(s->store)};

	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
		if (docs_tidy(common[i], err) < 0 || docs_sync(common[i], err) < 0)
			return err->code;
	}
	for (int c = 0; c < OW_CLASSES; c++) {
		struct zone *z;
		int r = handle_zone(s, (enum ow_class)c, &z, err);

		if (r < 0 ||
		    (r > 0 && (docs_tidy(zone_records(z), err) < 0 || zone_sync(z, err) < 0)))
			return err->code;
	}
	return 0;
}

/* The records of the class that has this one; NULL: none that this user sees. */
static int find_class(struct ow_store *s, const struct ow_id *id, struct docs **out,
		      struct ow_error *err)
{
	*out = NULL;
	for (int c = 0; c < OW_CLASSES && *out == NULL; c++) {
		struct zone *z;
		int r = handle_zone(s, (enum ow_class)c, &z, err);

		if (r > 0)
			r = docs_has(zone_records(z), id, err);
		if (r < 0)
			return r;
		if (r > 0)
			*out = zone_records(z);
	}
	return 0;
}

/* Statements that were kept before the writer died are missed from now on like all others. The first digest is the
 * artifact's where they are about one.
 */
static int enrol(struct ow_store *s, const struct intent *i, struct ow_error *err)
{
	OW_AUTO(roll_done) struct roll roll = {0};
	struct docs *docs = NULL;
	enum statement_kind kind;
	bool about = false;

	if (i->n == 0 || !statement_find(i->command, &kind))
		return 0;
	if (roll_read(s->store, &roll, err) < 0 || find_class(s, &i->digests[0], &docs, err) < 0)
		return err->code;
	about = i->n > 1 && docs != NULL;
	if (docs == NULL)
		docs = store_governance(s->store);
	for (size_t k = about ? 1 : 0; k < i->n; k++) {
		struct roll_row row = {.statement = i->digests[k]};
		int here = docs_has(docs, &row.statement, err);

		if (about)
			row.about = i->digests[0];
		if (here < 0 ||
		    (here > 0 && !roll_has(&roll, &row) && roll_add(s->store, &row, 1, err) < 0))
			return err->code;
	}
	return 0;
}

int recover(struct ow_store *s, struct ow_error *err)
{
	OW_AUTO(intent_done) struct intent intent = {0};
	struct undo undo = {0};

	events_warn(s->events, "the last writer did not finish; the catalogs are made anew");
	if (read_intent(s, &intent, err) < 0 || find_undo(s, &intent, &undo, err) < 0 ||
	    tidy_documents(s, err) < 0 || index_settle(s, &undo, err) < 0)
		return err->code;
	for (int c = 0; c < OW_CLASSES; c++) {
		struct zone *z;
		int r = handle_zone(s, (enum ow_class)c, &z, err);

		if (r < 0 || (r > 0 && handle_rebuild(s, (enum ow_class)c, err) < 0))
			return err->code;
	}
	if (enrol(s, &intent, err) < 0)
		return err->code;
	if (intent.command[0] != '\0' &&
	    handle_log(s, intent.command, undo.n > 0 ? "undone" : "recovered", intent.digests,
		       intent.n, "after the writer died", err) < 0)
		return err->code;
	store_mended(s->store); /* also where nothing had been begun */
	return 0;
}
