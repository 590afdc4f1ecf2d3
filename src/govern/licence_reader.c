/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/licence_reader.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/events.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "handle/look.h"
#include "os/fd.h"
#include "os/jail.h"

/* What a frame holds: the matches and claims of a file, each in one of its own, then the file. */
enum frame {
	FRAME_MATCH,
	FRAME_CLAIM,
	FRAME_FILE
};

enum {
	BATCH = 32, /* files that one child judges */
	CODE_HEAD = 8192,
	MATCHES_MAX = 4096, /* of one file: more than copies of all candidates can be */
	MEMORY = 1 << 30,
	IDLE_MS = 60000
};

/* The files from `first` on. */
struct batch {
	const struct licence_source *source;
	size_t first, n;
	int fds[BATCH];
};

static const char *path_of(const struct batch *b, size_t i)
{
	return b->source->path(b->source->ctx, b->first + i);
}

static enum licence_role role_of(const struct batch *b, size_t i)
{
	return b->source->role(b->source->ctx, b->first + i);
}

static void batch_done(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		fd_close(b->fds[i]);
}
OW_DEFINE_AUTO_DONE(struct batch, batch_done)

/* ---- in the child -------------------------------------------------------------------------------- */

static int read_file(int fd, const char *path, uint64_t size, struct buf *out, struct ow_error *err)
{
	uint8_t *p;
	int64_t got;

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

/* Is the base of this stem ("general.base_model.0") called by a name or an address? */
static bool is_named(const struct inspect *in, const char *stem, size_t n)
{
	static const char *const parts[] = {"name", "repo_url"};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		char key[128];
		const char *value;

		(void)snprintf(key, sizeof key, "%.*s.%s", (int)n, stem, parts[i]);
		value = inspect_fact(in, key);
		if (value != NULL && value[0] != '\0')
			return true;
	}
	return false;
}

/* Are there as many bases with a name as the header counts? */
static bool counts_right(const struct inspect *in, const char *list, const char *count)
{
	bool right = true;
	uint64_t n;

	if (!text_parse_u64(count, &n))
		return false;
	for (uint64_t i = 0; i < n && right; i++) { /* ends with the facts */
		char stem[64];
		int len = snprintf(stem, sizeof stem, "%s%llu", list, (unsigned long long)i);

		right = is_named(in, stem, (size_t)len);
	}
	return right;
}

/* Does a header tell of a base of which it gives neither a name nor an address? */
static bool hides_a_base(const struct inspect *in)
{
	static const char list[] = "general.base_model.";

	for (size_t i = 0; i < in->n_facts; i++) {
		const struct inspect_fact *f = &in->facts[i];
		size_t n = sizeof list - 1;

		if (strncmp(f->key, list, n) != 0)
			continue;
		if (strcmp(f->key + n, "count") == 0
			? !counts_right(in, list, f->value)
			: !is_named(in, f->key, n + strcspn(f->key + n, ".")))
			return true;
	}
	return false;
}

/* Why the claims of a model file are not all known; NULL: they are. */
static const char *unread(const struct inspect *in)
{
	for (size_t i = 0; i < in->n_findings; i++) {
		if (in->findings[i].level == INSPECT_BROKEN)
			return in->findings[i].text;
	}
	if (in->cut)
		return "keys that tell of a licence or a base are left out";
	return hides_a_base(in) ? "a base without a name" : NULL;
}

/* A model file says what it is in its header; its weights are no text. */
static int judge_model(int fd, const char *path, struct claims *claims, struct ow_error *err)
{
	OW_AUTO(inspect_done) struct inspect in = {0};
	const char *why;
	uint64_t size;

	if (fd_size(fd, &size, path, err) < 0 || look_at(fd, size, path, &in, err) < 0)
		return err->code;
	for (size_t i = 0; i < in.n_facts; i++) {
		const struct inspect_fact *f = &in.facts[i];

		/* tensors of other formats are often packed or cast, which makes no other model of them */
		if (in.kind != INSPECT_GGUF && strcmp(f->key, "quantization") == 0)
			continue;
		if (claims_of_fact(f->key, f->value, claims, err) < 0)
			return err->code;
	}
	why = unread(&in);
	if (why != NULL && claims_unread(claims, "header", why, err) < 0)
		return err->code;
	return claims_resolve(claims, err);
}

/* One that is too long is no known text, and what it claims as a card is not known either. */
static int judge_text(int fd, const char *path, enum licence_role role, struct claims *claims,
		      struct detect *d, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};
	uint64_t size;

	/* its tags are of other files, or of nothing but itself */
	if (licence_annotates(path))
		return claims_unread(claims, "annotations", "no reader for this format", err);
	if (fd_size(fd, &size, path, err) < 0)
		return err->code;
	if (size <= LICENSE_FILE_MAX && read_file(fd, path, size, &text, err) < 0)
		return err->code;
	if (size > LICENSE_FILE_MAX && role == LICENCE_CARD &&
	    claims_unread(claims, "front matter", "the file is too long", err) < 0)
		return err->code;
	if (claims_and_text(text.p, text.n, claims, d, err) < 0)
		return err_file(err, path);
	return 0;
}

/* Where files have what they say of themselves: in their first hundred lines or so. */
static int judge_code(int fd, const char *path, struct claims *claims, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};
	uint64_t size;

	if (fd_size(fd, &size, path, err) < 0 ||
	    read_file(fd, path, size < CODE_HEAD ? size : CODE_HEAD, &text, err) < 0 ||
	    claims_of_text(text.p, text.n, claims, err) < 0)
		return err->code;
	return claims_resolve(claims, err);
}

static int judge_file(const struct batch *b, size_t at, struct jail_pipe *out, struct ow_error *err)
{
	const char *path = path_of(b, at);
	int fd = b->fds[at];
	OW_AUTO(claims_done) struct claims claims = {0};
	OW_AUTO(detect_done) struct detect d = {0};
	struct detect told;

	if (role_of(b, at) == LICENCE_MODEL) {
		if (judge_model(fd, path, &claims, err) < 0)
			return err->code;
	} else if (role_of(b, at) == LICENCE_CODE) {
		if (judge_code(fd, path, &claims, err) < 0)
			return err->code;
	} else if (judge_text(fd, path, role_of(b, at), &claims, &d, err) < 0) {
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
		if (judge_file(b, i, out, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- on this side -------------------------------------------------------------------------------- */

struct sink {
	const struct batch *batch;
	size_t at;            /* the file that is told next */
	struct detect result; /* its matches so far */
	struct claims claims; /* and its claims */
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
	if (c->kind >= CLAIM_KINDS || !ends(c->key, sizeof c->key) ||
	    !ends(c->value, sizeof c->value) || !ends(c->id, sizeof c->id))
		return broken(err);
	s->claims.n++;
	return 0;
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
	if (s->batch->source->take(s->batch->source->ctx, s->batch->first + s->at, d, &s->claims,
				   err) < 0)
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
	events_warn(events, "%s: %llu bytes, texts have at most %llu; not looked at", shown,
		    (unsigned long long)size, LICENSE_FILE_MAX);
}

static int open_batch(struct batch *b, size_t n, const struct ow_events *events,
		      struct ow_error *err)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t size;
		int fd = b->source->open(b->source->ctx, b->first + i, err);

		if (fd < 0)
			return err->code;
		b->fds[b->n++] = fd;
		if (fd_size(fd, &size, path_of(b, i), err) < 0)
			return err->code;
		if (size > LICENSE_FILE_MAX && role_of(b, i) != LICENCE_MODEL &&
		    role_of(b, i) != LICENCE_CODE)
			warn_long(events, path_of(b, i), size);
	}
	return 0;
}

int licence_read(const struct licence_source *source, const struct ow_events *events,
		 struct ow_error *err)
{
	for (size_t at = 0; at < source->n; at += BATCH) {
		OW_AUTO(batch_done) struct batch batch = {.source = source, .first = at};
		OW_AUTO(sink_done) struct sink sink = {.batch = &batch};
		struct jail_plan plan = {.profile = JAIL_PARSER, .memory = MEMORY};
		struct jail_job job = {.what = "judge of licence texts",
				       .work = work,
				       .ctx = &batch,
				       .frame = take_frame,
				       .out = &sink,
				       .keep = batch.fds,
				       .idle_ms = IDLE_MS,
				       .events = events};

		if (open_batch(&batch, size_min(BATCH, source->n - at), events, err) < 0)
			return err->code;
		job.n_keep = batch.n;
		if (jail_child_run(&plan, &job, NULL, err) < 0)
			return err->code;
		if (sink.at != batch.n)
			return broken(err);
	}
	return 0;
}
