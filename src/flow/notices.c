/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/notices.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "notice/check.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"

struct notices {
	struct arena arena;
	struct notice_artifact *artifacts;
	struct notices_withheld *withheld;
	size_t n;
	struct notice_facts facts;
	struct notice_set set;
	size_t missing;
};

void notices_free(struct notices *n)
{
	if (n == NULL)
		return;
	notice_set_done(&n->set);
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

static int gather(const struct outbound *o, struct notices *n, struct ow_error *err)
{
	const struct manifest *m = &o->manifest;

	n->n = o->n_artifacts;
	n->artifacts = arena_array(&n->arena, n->n, sizeof *n->artifacts, err);
	n->withheld =
	    n->artifacts == NULL ? NULL : arena_array(&n->arena, n->n, sizeof *n->withheld, err);
	if (n->withheld == NULL)
		return err->code;
	for (size_t i = 0; i < n->n; i++) {
		const struct notices_of of = {.found = &o->artifacts[i],
					      .ruling = &o->rulings[i],
					      .set = o->set,
					      .lowest = o->lowest};

		if (notices_artifact(o->store, &of, &n->arena, &n->artifacts[i], &n->withheld[i],
				     err) < 0)
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
					 .set = o->set,
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

/* What an ancestor would give along, were it of a class that may go there. */
static int take_withheld(struct holding *h, size_t i, struct ow_error *err)
{
	const struct notices_withheld *w = &h->n->withheld[i];

	for (size_t k = 0; k < w->n; k++) {
		const struct found *f = w->at[k].from;
		char what[400], supply[600];
		const struct notice_gap g = {.artifact = &h->n->artifacts[i],
					     .component = "what it was made from",
					     .license = "",
					     .duty = "",
					     .what = what,
					     .supply = supply};

		(void)snprintf(
		    what, sizeof what, "%.150s of %.120s@%.60s is in class %s, too low to go",
		    w->at[k].path, f->artifact.name, f->artifact.version, ow_class_name(f->class));
		(void)snprintf(supply, sizeof supply,
			       "that file as part of the artifact, or promote %.120s@%.60s first",
			       f->artifact.name, f->artifact.version);
		if (take_gap(h, &g, err) < 0)
			return err->code;
	}
	return 0;
}

static int hold(struct notices *n, const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(mem_free) size_t *missing = mem_array(n->n, sizeof *missing, err);
	struct holding h = {.n = n, .events = events, .missing = missing};

	if (missing == NULL || n->withheld == NULL)
		return err->code;
	/* first, as it is why others are missing */
	for (size_t i = 0; i < n->n; i++) {
		if (take_withheld(&h, i, err) < 0)
			return err->code;
	}
	if (notice_check(&n->facts, &n->set, take_gap, &h, err) < 0)
		return err->code;
	for (size_t i = 0; i < n->n; i++) {
		if (missing[i] > 1)
			handle_warn(events, "%s@%s: and %zu more that must go along",
				    n->artifacts[i].name, n->artifacts[i].version, missing[i] - 1);
	}
	n->missing = h.total;
	return 0;
}

int notices_prepare(struct outbound *o, const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(notices_free) struct notices *n = MEM_NEW(struct notices, err);

	if (n == NULL || gather(o, n, err) < 0 || notice_build(&n->facts, &n->set, err) < 0 ||
	    hold(n, events, err) < 0)
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
