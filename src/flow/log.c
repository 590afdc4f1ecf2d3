/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include <owstore/ledger.h>

#include "base/err.h"
#include "base/events.h"
#include "handle/handle.h"

/* From the room's entry to the public row. */
struct showing {
	uint64_t from;
	ow_ledger_visit visit;
	void *ctx;
	struct buf text; /* the entry's texts, each terminated */
};

static void showing_done(struct showing *s)
{
	buf_done(&s->text);
}
OW_DEFINE_AUTO_DONE(struct showing, showing_done)

static size_t put_text(struct buf *b, struct ow_view v)
{
	size_t at = b->n;

	buf_add(b, v.p, v.n);
	buf_add(b, "", 1);
	return at;
}

static int show_entry(void *ctx, const struct ledger_entry *e, struct ow_error *err)
{
	struct showing *s = ctx;
	size_t actor, command, outcome, text;
	struct ow_ledger_row row = {.n = e->n, .clock = e->clock, .n_digests = e->digests.n / 32};

	if (e->n < s->from)
		return 0;
	buf_clear(&s->text);
	actor = put_text(&s->text, e->actor);
	command = put_text(&s->text, e->command);
	outcome = put_text(&s->text, e->outcome);
	text = put_text(&s->text, e->text);
	if (buf_finish(&s->text, err) < 0)
		return err->code;
	row.actor = (const char *)s->text.p + actor;
	row.command = (const char *)s->text.p + command;
	row.outcome = (const char *)s->text.p + outcome;
	row.text = (const char *)s->text.p + text;
	row.digests =
	    (const struct ow_id *)(const void *)e->digests.p; /* bytes only: no alignment to mind */
	return s->visit(s->ctx, &row, err);
}

static int open_ledger(struct ow_store *s, struct ledger **out, struct ow_error *err)
{
	if (ledger_open(store_dirfd(s->store), LEDGER_READ, out, err) < 0) {
		if (err->sys == EACCES)
			(void)err_hint(err,
				       "the ledger is for the store's operators; ask one of them");
		return err->code;
	}
	return 0;
}

int ow_ledger_list(struct ow_store *s, uint64_t from, ow_ledger_visit visit, void *ctx,
		   struct ow_error *err)
{
	OW_AUTO(showing_done) struct showing showing = {.from = from, .visit = visit, .ctx = ctx};
	OW_AUTO(ledger_close) struct ledger *l = NULL;

	if (open_ledger(s, &l, err) < 0)
		return err->code;
	return ledger_walk(l, show_entry, &showing, NULL, err);
}

struct counting {
	const struct ow_events *events;
};

static int count_entry(void *ctx, const struct ledger_entry *e, struct ow_error *err)
{
	const struct counting *c = ctx;
	struct ow_progress p = {.phase = "checking", .done = e->n, .unit = "entries"};

	(void)err;
	if (e->n % 65536 == 0)
		events_progress(c->events, &p);
	return 0;
}

int ow_audit_verify(struct ow_store *s, const struct ow_events *events, struct ow_audit *out,
		    struct ow_error *err)
{
	OW_AUTO(ledger_close) struct ledger *l = NULL;
	struct counting counting = {events};
	struct ledger_state state = {0};

	if (open_ledger(s, &l, err) < 0)
		return err->code;
	if (ledger_walk(l, count_entry, &counting, &state, err) < 0) {
		out->entries = state.head.n;
		out->head = state.head.id;
		out->bad_entry = state.head.n + 1;
		return err_hint(
		    err, "entries up to %llu hold; compare the rest with a copy kept elsewhere",
		    (unsigned long long)state.head.n);
	}
	*out = (struct ow_audit){
	    .entries = state.head.n, .head = state.head.id, .torn = state.torn > 0};
	return 0;
}
