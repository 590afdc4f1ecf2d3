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

/* As notice_gap_fn: the first is one too many. */
static int refuse_gap(void *ctx, const struct notice_gap *g, struct ow_error *err)
{
	(void)ctx;
	(void)err_set(err, OW_E_POLICY, "%s@%s: %.80s: %.300s%s%.20s%s", g->artifact->name,
		      g->artifact->version, g->component, g->what, g->duty[0] == '\0' ? "" : " (",
		      g->duty, g->duty[0] == '\0' ? "" : ")");
	return err_hint(err, "supply %s", g->supply);
}

/* What an ancestor would give along, were it of a class that may go there. */
static int refuse_withheld(const struct notices *n, size_t i, struct ow_error *err)
{
	const struct notices_withheld *w = &n->withheld[i];

	for (size_t k = 0; k < w->n; k++) {
		const struct found *f = w->at[k].from;
		char what[400], supply[600];
		const struct notice_gap g = {.artifact = &n->artifacts[i],
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
		if (refuse_gap(NULL, &g, err) < 0)
			return err->code;
	}
	return 0;
}

static int hold(const struct notices *n, struct ow_error *err)
{
	if (n->withheld == NULL)
		return 0;
	/* first, as it is why others are missing */
	for (size_t i = 0; i < n->n; i++) {
		if (refuse_withheld(n, i, err) < 0)
			return err->code;
	}
	return notice_check(&n->facts, &n->set, refuse_gap, NULL, err);
}

int notices_prepare(struct outbound *o, struct ow_error *err)
{
	OW_AUTO(notices_free) struct notices *n = MEM_NEW(struct notices, err);

	if (n == NULL || gather(o, n, err) < 0 || notice_build(&n->facts, &n->set, err) < 0 ||
	    hold(n, err) < 0)
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
