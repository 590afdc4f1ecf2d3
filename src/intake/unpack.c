/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/events.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/relpath.h"
#include "base/text.h"
#include "codec/fold.h"
#include "inspect/zip.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/fs.h"
#include "os/path.h"

/* Frames of the child: for each entry its head with the path behind, its bytes, and its end. */
enum {
	FRAME_ENTRY = 1,
	FRAME_DATA = 2,
	FRAME_END = 3
};

struct entry_head {
	uint64_t size;
	uint32_t kind; /* enum arc_kind */
	uint32_t special;
};

enum {
	DATA = 256 * 1024,
	IDLE_MS = 120000, /* a compressed block may be far from the next on a slow medium */
	MEMORY = 1 << 30, /* dictionaries of xz and 7z */
	PATH_SENT_MAX = 8192
};

/* ---- the child ---- */

struct input {
	int fd;
	const char *name;
	enum arc_format format;
	uint64_t size;
	struct arc *arc; /* made before the jail */
};

static int read_at(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct input *in = ctx;
	int64_t got = fd_pread(in->fd, p, n, off, in->name, err);

	if (got < 0)
		return err->code;
	if ((size_t)got != n)
		return err_set(err, OW_E_INTEGRITY, "%s: became shorter while it was read",
			       in->name);
	return 0;
}

static int send_entry(struct jail_pipe *out, const struct arc_entry *e, struct ow_error *err)
{
	uint8_t frame[sizeof(struct entry_head) + PATH_SENT_MAX];
	struct entry_head head = {
	    .size = e->size, .kind = (uint32_t)e->kind, .special = e->special};
	size_t n = strlen(e->path);

	if (n > PATH_SENT_MAX)
		return err_set(err, OW_E_FORMAT, "archive: a name of %zu bytes: %.60s…", n,
			       e->path);
	memcpy(frame, &head, sizeof head);
	memcpy(frame + sizeof head, e->path, n);
	return jail_send(out, FRAME_ENTRY, frame, sizeof head + n, err);
}

static int send_file(struct jail_pipe *out, struct arc *a, uint8_t *block, struct ow_error *err)
{
	for (;;) {
		int64_t n = arc_read(a, block, DATA, err);

		if (n < 0)
			return (int)n;
		if (n == 0)
			return jail_send(out, FRAME_END, NULL, 0, err);
		if (jail_send(out, FRAME_DATA, block, (size_t)n, err) < 0)
			return err->code;
	}
}

static int read_archive(void *ctx, struct jail_pipe *out, struct ow_error *err)
{
	struct input *in = ctx;
	struct inspect_src src = {.size = in->size, .read_at = read_at, .ctx = in};
	struct arc_input bytes = {.size = in->size, .read_at = read_at, .ctx = in};
	struct arc *a = in->arc;
	OW_AUTO(mem_free) uint8_t *block = mem_array(DATA, 1, err);
	struct arc_entry e;
	int r;

	if (block == NULL || arc_open(a, &bytes, in->format, err) < 0 ||
	    (in->format == ARC_ZIP && zip_check(&src, err) < 0))
		return err->code;
	while ((r = arc_next(a, &e, err)) > 0) {
		if (send_entry(out, &e, err) < 0 ||
		    (e.kind == ARC_FILE && send_file(out, a, block, err) < 0))
			return err->code;
	}
	return r;
}

/* ---- this side ---- */

struct sink {
	int into;
	const struct ow_events *events;
	struct unpack_result *out;
	uint64_t archive, cap; /* bytes: of the archive, that may come out */
	uint64_t space;        /* free on the target */
	size_t n_entries;
	int fd; /* the file at hand, or < 0 */
	uint64_t left;
	char path[PATH_LEN_MAX + 1];
	char folder[PATH_LEN_MAX + 1]; /* made last */
	char **names;                  /* folded, of the files */
	size_t n_names, cap_names;
	bool mixed; /* not everything lies in out->top */
};

static void sink_done(struct sink *s)
{
	for (size_t i = 0; i < s->n_names; i++)
		free(s->names[i]);
	free(s->names);
	fd_close(s->fd);
}
OW_DEFINE_AUTO_DONE(struct sink, sink_done)

static int check_kind(const struct sink *s, uint32_t kind, struct ow_error *err)
{
	static const char *const whats[] = {
	    [ARC_LINK] = "a symbolic link",
	    [ARC_HARD_LINK] = "a hard link",
	    [ARC_SPECIAL] = "a device, FIFO or socket",
	};

	if (kind == ARC_FILE || kind == ARC_FOLDER)
		return 0;
	return err_set(err, OW_E_UNSAFE, "%s is %s", s->path,
		       kind <= ARC_SPECIAL ? whats[kind] : "of no known kind");
}

static int check_size(struct sink *s, uint64_t size, struct ow_error *err)
{
	char has[TEXT_SIZE], wants[TEXT_SIZE];
	uint64_t total;

	if (!add_ok(s->out->size, size, &total) || total > s->cap)
		return err_set(err, OW_E_FORMAT,
			       "%s: %s come out of an archive of %s: no model packs so well",
			       s->path, text_size(size, wants), text_size(s->archive, has));
	if (total > s->space) {
		(void)err_set(err, OW_E_IO, "%s needs %s, %s are free", s->path,
			      text_size(total, wants), text_size(s->space, has));
		err->sys = ENOSPC;
		return err->code;
	}
	s->out->size = total;
	return 0;
}

static int remember(struct sink *s, struct ow_error *err)
{
	char *folded;
	size_t top = strcspn(s->path, "/");

	if (mem_grow(&s->names, s->n_names, &s->cap_names, sizeof *s->names, err) < 0)
		return err->code;
	folded = fold_name(s->path, err);
	if (folded == NULL)
		return err->code;
	s->names[s->n_names++] = folded;
	if (s->out->n_files == 0 && s->path[top] == '/') {
		memcpy(s->out->top, s->path,
		       top); /* a checked path: parts of at most NAME_LEN_MAX */
		s->out->top[top] = '\0';
	}
	if (s->path[top] != '/' || strlen(s->out->top) != top ||
	    memcmp(s->out->top, s->path, top) != 0)
		s->mixed = true;
	return 0;
}

static int make_file(struct sink *s, struct ow_error *err)
{
	struct ow_error why = {0};
	char *slash = strrchr(s->path, '/');

	if (slash != NULL) {
		*slash = '\0';
		if (strcmp(s->folder, s->path) != 0) {
			OW_AUTO(fd_close) int made = dir_make(s->into, s->path, 0700, &why);

			memcpy(s->folder, s->path, strlen(s->path) + 1);
			if (made < 0)
				s->folder[0] = '\0';
		}
		*slash = '/';
	}
	if (why.code == OW_OK)
		s->fd = path_create(s->into, s->path, 0600, &why);
	if (s->fd >= 0)
		return 0;
	if (why.sys == EEXIST || why.sys == ENOTDIR || why.sys == EISDIR)
		return err_set(err, OW_E_FORMAT, "%s stands there twice", s->path);
	*err = why;
	return err->code;
}

/* "folder/" is how folders are written. */
static int take_path(struct sink *s, const uint8_t *p, size_t n, bool folder, struct ow_error *err)
{
	char text[PATH_SENT_MAX + 1];

	if (n > PATH_SENT_MAX || memchr(p, 0, n) != NULL)
		return err_set(err, OW_E_FORMAT, "a name of %zu bytes, or with a NUL", n);
	memcpy(text, p, n);
	if (folder && n > 1 && text[n - 1] == '/')
		n--;
	text[n] = '\0';
	if (path_check(text, err) < 0) {
		if (strcmp(text, ".") == 0 || strncmp(text, "./", 2) == 0)
			(void)err_hint(err, "pack the folder itself: tar -cf NAME.tar FOLDER");
		return err->code;
	}
	memcpy(s->path, text, n + 1);
	return 0;
}

static int take_entry(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	struct entry_head head;

	if (s->fd >= 0 || n < sizeof head)
		return err_set(err, OW_E_UNCHECKED, "the archive reader broke the framing");
	memcpy(&head, p, sizeof head);
	if (++s->n_entries > COMPONENTS_MAX)
		return err_set(err, OW_E_FORMAT, "more than %d entries", COMPONENTS_MAX);
	if (take_path(s, p + sizeof head, n - sizeof head, head.kind == ARC_FOLDER, err) < 0 ||
	    check_kind(s, head.kind, err) < 0)
		return err->code;
	if (head.kind == ARC_FOLDER)
		return 0;
	if (check_size(s, head.size, err) < 0 || remember(s, err) < 0 || make_file(s, err) < 0)
		return err->code;
	s->left = head.size;
	s->out->n_files++;
	if (head.special != 0 && s->out->n_special++ == 0)
		memcpy(s->out->special, s->path, strlen(s->path) + 1);
	return 0;
}

static int take_data(struct sink *s, const uint8_t *p, size_t n, struct ow_error *err)
{
	if (s->fd < 0)
		return err_set(err, OW_E_UNCHECKED, "the archive reader broke the framing");
	if (n > s->left)
		return err_set(err, OW_E_FORMAT, "%s has more bytes than it says", s->path);
	s->left -= n;
	return fd_write(s->fd, p, n, s->path, err);
}

static int take_end(struct sink *s, struct ow_error *err)
{
	struct ow_progress now = {.phase = "unpacking", .item = s->path, .done = s->out->size};

	if (s->fd < 0)
		return err_set(err, OW_E_UNCHECKED, "the archive reader broke the framing");
	if (s->left != 0)
		return err_set(err, OW_E_FORMAT, "%s ends %llu bytes early", s->path,
			       (unsigned long long)s->left);
	fd_close(s->fd);
	s->fd = -1;
	events_progress(s->events, &now);
	return 0;
}

static int take(void *out, uint32_t kind, const uint8_t *p, size_t n, struct ow_error *err)
{
	switch (kind) {
	case FRAME_ENTRY:
		return take_entry(out, p, n, err);
	case FRAME_DATA:
		return take_data(out, p, n, err);
	case FRAME_END:
		return take_end(out, err);
	default:
		return err_set(err, OW_E_UNCHECKED, "the archive reader broke the framing");
	}
}

/* No two files of one folded name, and no file whose folded name is a folder of another. */
static int check_names(struct sink *s, struct ow_error *err)
{
	if (s->n_names > 1)
		qsort(s->names, s->n_names, sizeof *s->names, text_order);
	for (size_t i = 0; i < s->n_names; i++) {
		char *name = s->names[i];

		if (i > 0 && strcmp(s->names[i - 1], name) == 0)
			return err_set(err, OW_E_FORMAT,
				       "two files named %s, letter case and accents aside", name);
		for (char *slash = strchr(name, '/'); slash != NULL;
		     slash = strchr(slash + 1, '/')) {
			OW_AUTO(mem_free)
			char *folder = mem_text(name, (size_t)(slash - name), err);

			if (folder == NULL)
				return err->code;
			if (bsearch(&folder, s->names, s->n_names, sizeof *s->names, text_order) !=
			    NULL)
				return err_set(err, OW_E_FORMAT, "%s is a file and a folder",
					       folder);
		}
	}
	return 0;
}

static int prepare(int fd, const char *name, struct sink *s, struct ow_error *err)
{
	struct fs_space space;

	if (fd_size(fd, &s->archive, name, err) < 0 || fs_space(s->into, name, &space, err) < 0)
		return err->code;
	s->space = space.free;
	if (!mul_ok(s->archive, UNPACK_RATIO_MAX, &s->cap))
		s->cap = UINT64_MAX;
	return 0;
}

int unpack(int fd, const char *name, enum arc_format format, int into,
	   const struct unpack_options *opts, struct unpack_result *out, struct ow_error *err)
{
	OW_AUTO(sink_done)
	struct sink s = {.into = into, .events = opts->events, .out = out, .fd = -1};
	OW_AUTO(arc_free) struct arc *arc = NULL;
	struct input in = {.fd = fd, .name = name, .format = format};
	struct jail_plan plan = {
	    .profile = JAIL_PARSER, .memory = MEMORY, .lenient = opts->lenient};
	struct jail_job job = {
	    .what = "archive reader",
	    .work = read_archive,
	    .ctx = &in,
	    .frame = take,
	    .out = &s,
	    .keep = &fd,
	    .n_keep = 1,
	    .idle_ms = IDLE_MS,
	    .events = opts->events,
	};

	*out = (struct unpack_result){0};
	if (prepare(fd, name, &s, err) < 0 || arc_new(&arc, err) < 0)
		return err->code;
	in.size = s.archive;
	in.arc = arc;
	if (jail_child_run(&plan, &job, &out->report, err) < 0 || check_names(&s, err) < 0)
		return err->code;
	if (s.fd >= 0)
		return err_set(err, OW_E_UNCHECKED, "the archive reader broke the framing");
	if (s.mixed)
		out->top[0] = '\0';
	return 0;
}
