/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/notices.h"

#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/licenses.h"
#include "notice/check.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "policy/decide.h"
#include "trust/state.h"

struct notices {
	struct arena arena;
	struct ow_licenses *known;
	struct trust_state trust;
	struct judged *judged; /* of each artifact; some are empty */
	struct ow_decision *decisions;
	size_t n;
	struct notice_artifact *artifacts;
	struct notice_facts facts;
	struct notice_set set;
	size_t missing;
};

void notices_free(struct notices *n)
{
	if (n == NULL)
		return;
	notice_set_done(&n->set);
	for (size_t i = 0; i < n->n; i++)
		judged_done(&n->judged[i]);
	mem_free(n->judged);
	mem_free(n->decisions);
	ow_licenses_close(n->known);
	trust_state_done(&n->trust);
	arena_done(&n->arena);
	mem_free(n);
}
OW_DEFINE_AUTO(struct notices *, notices_free)

const struct notice_set *notices_files(const struct notices *n)
{
	return &n->set;
}

size_t notices_missing(const struct notices *n)
{
	return n->missing;
}

/* ---- what is decided ------------------------------------------------------------------------------------ */

/* The receiver as the engine knows it: nobody outside for what stays in the house, anyone for what everybody may have. */
static const char *recipient(const struct outbound *o, const struct found *f,
			     enum ow_class destination_class)
{
	if (f->class == OW_CLASS_REDISTRIBUTABLE && destination_class == OW_CLASS_REDISTRIBUTABLE)
		return NULL;
	if (f->class == OW_CLASS_CUSTOMER || destination_class == OW_CLASS_CUSTOMER)
		return o->opts->destination;
	return NULL;
}

static int decide_one(struct outbound *o, struct notices *n, size_t i,
		      enum ow_class destination_class, const struct ow_events *events,
		      struct ow_error *err)
{
	const struct found *f = &o->artifacts[i];
	const struct judge_with with = {n->known->set, &n->trust, events};
	const struct judge_request request = {.class = f->class,
					      .recipient = recipient(o, f, destination_class),
					      .form = FORM_RAW,
					      .purpose = PURPOSE_UNSET};
	char ref[OW_ID_TEXT];

	if (judge_case(o->store, ow_id_text(&f->id, ref), &request, &with, &n->judged[i], err) < 0)
		return err->code;
	return decide(&n->judged[i].c, n->known->set, &n->judged[i].arena, &n->decisions[i], err);
}

/* By an operator's word an artifact goes out although nothing can be decided about it; the notices say what is known. */
static int gather(struct outbound *o, struct notices *n, size_t i, enum ow_class destination_class,
		  const struct ow_events *events, struct ow_error *err)
{
	const struct found *f = &o->artifacts[i];
	struct notices_of of = {.found = f, .set = n->known->set};
	struct ow_error why = {0};

	if (notices_basis(o->store, f, &n->arena, &of.basis, err) < 0)
		return err->code;
	if (decide_one(o, n, i, destination_class, events, &why) == 0) {
		of.judged = &n->judged[i];
		of.decision = &n->decisions[i];
	} else if (strcmp(of.basis, "operator") != 0 || why.code == OW_E_IO) {
		*err = why;
		return err_ctx(err, "%s@%s", f->artifact.name, f->artifact.version);
	} else {
		handle_warn(events,
			    "%s@%s: nothing could be decided (%s); its notices tell what "
			    "the operator said",
			    f->artifact.name, f->artifact.version, why.text);
	}
	return notices_artifact(o->store, &of, &n->arena, &n->artifacts[i], err);
}

static int gather_all(struct outbound *o, struct notices *n, enum ow_class destination_class,
		      const struct ow_events *events, struct ow_error *err)
{
	const struct manifest *m = &o->manifest;

	n->judged = mem_array(o->n_artifacts, sizeof *n->judged, err);
	n->decisions =
	    n->judged == NULL ? NULL : mem_array(o->n_artifacts, sizeof *n->decisions, err);
	if (n->decisions == NULL)
		return err->code;
	n->n = o->n_artifacts;
	n->artifacts = arena_array(&n->arena, n->n, sizeof *n->artifacts, err);
	if (n->artifacts == NULL)
		return err->code;
	for (size_t i = 0; i < n->n; i++) {
		if (gather(o, n, i, destination_class, events, err) < 0)
			return err->code;
	}
	n->facts = (struct notice_facts){.bundle = m->name,
					 .origin = m->origin,
					 .stream = m->stream,
					 .destination = m->destination,
					 .epoch = m->epoch,
					 .seq = m->seq,
					 .issued = m->issued,
					 .producer = o->opts->producer,
					 .set = n->known->set,
					 .artifacts = n->artifacts,
					 .n_artifacts = n->n};
	return arena_finish(&n->arena, err);
}

/* ---- what is missing -------------------------------------------------------------------------------------- */

struct holding {
	const struct notices *n;
	const struct ow_events *events;
	size_t *missing; /* of each artifact */
	size_t total;
};

static int refuse_gap(const struct notice_gap *g, struct ow_error *err)
{
	(void)err_set(err, OW_E_POLICY, "%s@%s: %.80s: %.300s%s%.20s%s", g->artifact->name,
		      g->artifact->version, g->component, g->what, g->duty[0] == '\0' ? "" : " (",
		      g->duty, g->duty[0] == '\0' ? "" : ")");
	return err_hint(err, "supply %s", g->supply);
}

static int take_gap(void *ctx, const struct notice_gap *g, struct ow_error *err)
{
	struct holding *h = ctx;
	size_t at = (size_t)(g->artifact - h->n->artifacts);

	if (strcmp(g->artifact->basis, "operator") != 0)
		return refuse_gap(g, err);
	h->total++;
	if (h->missing[at]++ == 0)
		handle_warn(
		    h->events, "%s@%s: %s: %s; it goes out by an operator's word, supply %s",
		    g->artifact->name, g->artifact->version, g->component, g->what, g->supply);
	return 0;
}

static int hold(struct notices *n, const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(mem_free) size_t *missing = mem_array(n->n, sizeof *missing, err);
	struct holding h = {.n = n, .events = events, .missing = missing};

	if (missing == NULL || notice_check(&n->facts, &n->set, take_gap, &h, err) < 0)
		return err->code;
	for (size_t i = 0; i < n->n; i++) {
		if (missing[i] > 1)
			handle_warn(events, "%s@%s: and %zu more that must go along",
				    n->artifacts[i].name, n->artifacts[i].version, missing[i] - 1);
	}
	n->missing = h.total;
	return 0;
}

int notices_prepare(struct outbound *o, enum ow_class destination_class,
		    const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(notices_free) struct notices *n = MEM_NEW(struct notices, err);

	if (n == NULL || trust_state_init(&n->trust, o->opts->trust, err) < 0 ||
	    ow_licenses_open(NULL, 0, &n->known, err) < 0 ||
	    gather_all(o, n, destination_class, events, err) < 0 ||
	    notice_build(&n->facts, &n->set, err) < 0 || hold(n, events, err) < 0)
		return err->code;
	o->notices = STEAL(n);
	return 0;
}

/* ---- on the medium ----------------------------------------------------------------------------------------- */

/* What was missing was told before a byte was written. */
static int pass_gap(void *ctx, const struct notice_gap *g, struct ow_error *err)
{
	(void)ctx;
	(void)g;
	(void)err;
	return 0;
}

int notices_check(const struct notices *n, const char *folder, struct ow_error *err)
{
	OW_AUTO(notice_set_done) struct notice_set found = {0};
	OW_AUTO(fd_close) int dir = path_open_dir(folder, err);

	if (dir < 0)
		return dir;
	for (size_t i = 0; i < n->set.n; i++) {
		const struct notice_output *wanted = &n->set.at[i];
		struct notice_output *o;

		if (mem_grow(&found.at, found.n, &found.cap, sizeof *o, err) < 0)
			return err->code;
		o = &found.at[found.n++];
		text_copy(o->path, sizeof o->path, wanted->path);
		if (file_read(dir, o->path, wanted->bytes.n, &o->own, err) < 0)
			return err->code;
		o->bytes = (struct ow_view){o->own.p, o->own.n};
	}
	return notice_check(&n->facts, &found, pass_gap, NULL, err);
}
