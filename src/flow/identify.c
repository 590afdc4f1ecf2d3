/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Licence texts are told in a jailed child: the parent opens the files, the child reads and judges them and sends back
 * what they are.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <owstore/identify.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "detect/claims.h"
#include "flow/handle.h"
#include "flow/licence_folder.h"
#include "flow/look.h"
#include "os/fd.h"
#include "os/io.h"
#include "os/jail.h"

/* What a frame holds: the matches and claims of a file, each in one of its own, then the file. */
enum frame {
	FRAME_MATCH,
	FRAME_CLAIM,
	FRAME_FILE
};

enum {
	BATCH = 32,         /* files that one child judges */
	MATCHES_MAX = 4096, /* of one file: more than copies of all candidates can be */
	MEMORY = 1 << 30,
	IDLE_MS = 60000
};

struct batch {
	const char *const *paths;
	size_t n;
	int fds[BATCH];
};

static void batch_done(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		fd_close(b->fds[i]);
}
OW_DEFINE_AUTO_DONE(struct batch, batch_done)

/* ---- in the child -------------------------------------------------------------------------------- */

static int read_file(int fd, const char *path, struct buf *out, struct ow_error *err)
{
	uint64_t size;
	uint8_t *p;
	int64_t got;

	if (fd_size(fd, &size, path, err) < 0)
		return err->code;
	if (size > LICENSE_FILE_MAX)
		return 0; /* the parent has warned: unknown */
	p = buf_room(out, (size_t)size);
	if (p == NULL)
		return buf_finish(out, err);
	got = fd_pread(fd, p, (size_t)size, 0, path, err);
	if (got < 0)
		return err->code;
	if ((uint64_t)got != size)
		return err_set(err, OW_E_INTEGRITY, "%s: became shorter while it was read", path);
	return 0;
}

/* A model file says what it is in its header; its weights are no text. */
static int judge_model(int fd, const char *path, struct claims *claims, struct ow_error *err)
{
	OW_AUTO(inspect_done) struct inspect in = {0};
	uint64_t size;

	if (fd_size(fd, &size, path, err) < 0 || look_at(fd, size, path, &in, err) < 0)
		return err->code;
	for (size_t i = 0; i < in.n_facts; i++) {
		if (claims_of_fact(in.facts[i].key, in.facts[i].value, claims, err) < 0)
			return err->code;
	}
	return claims_resolve(claims, err);
}

static int judge_text(int fd, const char *path, struct claims *claims, struct detect *d,
		      struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};

	if (read_file(fd, path, &text, err) < 0)
		return err->code;
	if (claims_and_text(text.p, text.n, claims, d, err) < 0)
		return err_ctx(err, "%s", path);
	return 0;
}

static int judge_file(int fd, const char *path, struct jail_pipe *out, struct ow_error *err)
{
	OW_AUTO(claims_done) struct claims claims = {0};
	OW_AUTO(detect_done) struct detect d = {0};
	struct detect told;

	if (licence_file_role(path) == LICENCE_MODEL) {
		if (judge_model(fd, path, &claims, err) < 0)
			return err->code;
	} else if (judge_text(fd, path, &claims, &d, err) < 0) {
		return err->code;
	}
	for (size_t i = 0; i < d.n_matches && i < MATCHES_MAX; i++) {
		if (jail_send(out, FRAME_MATCH, &d.matches[i], sizeof d.matches[i], err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < claims.n; i++) {
		if (jail_send(out, FRAME_CLAIM, &claims.at[i], sizeof claims.at[i], err) < 0)
			return err->code;
	}
	told = d;
	told.matches = NULL; /* they went ahead; the pointer means nothing on the other side */
	return jail_send(out, FRAME_FILE, &told, sizeof told, err);
}

static int work(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	const struct batch *b = ctx;

	for (size_t i = 0; i < b->n; i++) {
		if (judge_file(b->fds[i], b->paths[i], out, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- on this side -------------------------------------------------------------------------------- */

struct sink {
	const struct batch *batch;
	size_t at;                     /* the file that is told next */
	struct detect result;          /* its matches so far */
	struct claims claims;          /* and its claims */
	struct licence_folder *folder; /* that the files are in, or NULL */
	const struct ow_license_calls *calls;
};

static void sink_done(struct sink *s)
{
	detect_done(&s->result);
	claims_done(&s->claims);
}
OW_DEFINE_AUTO_DONE(struct sink, sink_done)

static int broken(struct ow_error *err)
{
	return err_set(err, OW_E_UNCHECKED,
		       "the child that judges licence texts broke its protocol");
}

static bool ends(const char *s, size_t cap)
{
	return memchr(s, '\0', cap) != NULL;
}

static int take_match(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct detect *d = &s->result;
	struct detect_match *m;

	if (n != sizeof *m || d->n_matches == MATCHES_MAX)
		return broken(err);
	if (mem_grow(&d->matches, d->n_matches, &d->cap_matches, sizeof *m, err) < 0)
		return err->code;
	m = &d->matches[d->n_matches];
	memcpy(m, p, sizeof *m);
	if (!ends(m->id, sizeof m->id) || m->method > DETECT_BY_PHRASES ||
	    m->state > DETECT_EXACT || !(m->coverage >= 0 && m->coverage <= 1))
		return broken(err);
	d->n_matches++;
	return 0;
}

static int take_claim(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct claim *c;

	if (n != sizeof *c || s->claims.n == CLAIMS_MAX)
		return broken(err);
	if (mem_grow(&s->claims.at, s->claims.n, &s->claims.cap, sizeof *c, err) < 0)
		return err->code;
	c = &s->claims.at[s->claims.n];
	memcpy(c, p, sizeof *c);
	if (c->kind > CLAIM_LINK || !ends(c->key, sizeof c->key) ||
	    !ends(c->value, sizeof c->value) || !ends(c->id, sizeof c->id))
		return broken(err);
	s->claims.n++;
	return 0;
}

/* Tell the caller of a file. */
static int tell(const struct sink *s, struct ow_error *err)
{
	const struct detect *d = &s->result;
	OW_AUTO(mem_free)
	struct ow_license_match *matches = mem_array(d->n_matches, sizeof *matches, err);
	OW_AUTO(mem_free) struct ow_license_claim *claims = NULL;
	struct ow_license_file f = {
	    .path = s->batch->paths[s->at],
	    .id = d->id[0] == '\0' ? NULL : d->id,
	    .state = detect_state_name(d->state),
	    .n_matches = d->n_matches,
	    .n_claims = s->claims.n,
	    .words = d->words,
	    .excerpt = d->excerpt[0] == '\0' ? NULL : d->excerpt,
	};

	if (matches != NULL)
		claims = mem_array(s->claims.n, sizeof *claims, err);
	if (claims == NULL)
		return err->code;
	for (size_t i = 0; i < d->n_matches; i++) {
		const struct detect_match *m = &d->matches[i];

		matches[i] = (struct ow_license_match){.id = m->id,
						       .method = detect_method_name(m->method),
						       .coverage = m->coverage,
						       .residual = m->residual,
						       .from = m->from,
						       .to = m->to};
	}
	for (size_t i = 0; i < s->claims.n; i++) {
		const struct claim *c = &s->claims.at[i];

		claims[i] = (struct ow_license_claim){
		    .key = c->key, .value = c->value, .id = c->id[0] == '\0' ? NULL : c->id};
	}
	f.matches = matches;
	f.claims = claims;
	return s->calls->file(s->calls->ctx, &f, err);
}

static int take_file(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct detect *d = &s->result, head;

	if (n != sizeof head || s->at == s->batch->n)
		return broken(err);
	memcpy(&head, p, sizeof head);
	if (head.state > DETECT_EXACT || !ends(head.id, sizeof head.id) ||
	    !ends(head.excerpt, sizeof head.excerpt) || head.n_matches < d->n_matches)
		return broken(err);
	head.matches = d->matches;
	head.n_matches = d->n_matches;
	head.cap_matches = d->cap_matches;
	*d = head;
	if ((s->calls->file != NULL && tell(s, err) < 0) ||
	    (s->folder != NULL &&
	     licence_folder_take(s->folder, s->batch->paths[s->at], d, &s->claims, err) < 0))
		return err->code;
	detect_done(d);
	*d = (struct detect){0};
	s->claims.n = 0;
	s->at++;
	return 0;
}

static int take_frame(void *out, uint32_t kind, const uint8_t *p, size_t n, struct ow_error *err)
{
	switch ((enum frame)kind) {
	case FRAME_MATCH:
		return take_match(out, p, n, err);
	case FRAME_CLAIM:
		return take_claim(out, p, n, err);
	case FRAME_FILE:
		return take_file(out, p, n, err);
	}
	return broken(err);
}

/* Its text is not judged: unknown, whatever it holds. */
static void warn_long(const struct ow_events *events, const char *path, uint64_t size)
{
	char shown[400];

	(void)text_escape(path, strlen(path), shown, sizeof shown);
	handle_warn(events, "%s: %llu bytes, texts have at most %llu; not looked at", shown,
		    (unsigned long long)size, LICENSE_FILE_MAX);
}

static int open_batch(const char *const *paths, size_t n, struct batch *b,
		      const struct ow_events *events, struct ow_error *err)
{
	b->paths = paths;
	for (size_t i = 0; i < n; i++) {
		uint64_t size;
		int fd = os_io()->openat(AT_FDCWD, paths[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

		if (fd < 0)
			return err_sys(err, errno, "%s", paths[i]);
		b->fds[b->n++] = fd;
		if (fd_size(fd, &size, paths[i], err) < 0)
			return err->code;
		if (size > LICENSE_FILE_MAX && licence_file_role(paths[i]) != LICENCE_MODEL)
			warn_long(events, paths[i], size);
	}
	return 0;
}

/* Files, in batches; `folder` takes what they say. */
static int identify_files(const char *const *paths, size_t n, struct licence_folder *folder,
			  const struct ow_license_calls *calls, const struct ow_events *events,
			  struct ow_error *err)
{
	for (size_t at = 0; at < n; at += BATCH) {
		OW_AUTO(batch_done) struct batch batch = {0};
		OW_AUTO(sink_done)
		struct sink sink = {.batch = &batch, .folder = folder, .calls = calls};
		struct jail_plan plan = {.profile = JAIL_PARSER, .memory = MEMORY};
		struct jail_job job = {.what = "judge of licence texts",
				       .work = work,
				       .ctx = &batch,
				       .frame = take_frame,
				       .out = &sink,
				       .keep = batch.fds,
				       .idle_ms = IDLE_MS,
				       .events = events};

		if (open_batch(paths + at, size_min(BATCH, n - at), &batch, events, err) < 0)
			return err->code;
		job.n_keep = batch.n;
		if (jail_child_run(&plan, &job, NULL, err) < 0)
			return err->code;
		if (sink.at != batch.n)
			return broken(err);
	}
	return 0;
}

static int identify_folder(const char *path, const struct ow_license_calls *calls,
			   const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(licence_folder_done) struct licence_folder folder = {0};

	if (licence_folder_list(&folder, path, events, err) < 0 ||
	    identify_files((const char *const *)folder.paths, folder.n_paths, &folder, calls,
			   events, err) < 0)
		return err->code;
	return calls->folder == NULL ? 0 : licence_folder_tell(&folder, path, calls, err);
}

int ow_license_identify(const char *const *paths, size_t n, const struct ow_license_calls *calls,
			const struct ow_events *events, struct ow_error *err)
{
	size_t at = 0;

	while (at < n) {
		size_t files = 0;

		while (at + files < n && !licence_is_folder(paths[at + files]))
			files++;
		if (identify_files(paths + at, files, NULL, calls, events, err) < 0)
			return err->code;
		at += files;
		if (at < n && identify_folder(paths[at++], calls, events, err) < 0)
			return err->code;
	}
	return 0;
}
