/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/model_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/fd.h"
#include "os/io.h"

enum {
	FILES_MAX = 1000,
	SUFFIX = 20 /* "-00001-of-00003.gguf" */
};

struct model_file_open {
	int fd;
	char *path;
};

static int read_at(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct model_file_open *f = ctx;
	int64_t got = fd_pread(f->fd, p, n, off, f->path, err);

	if (got < 0)
		return err->code;
	if ((size_t)got != n)
		return err_set(err, OW_E_INTEGRITY, "%s: became shorter while it was read",
			       f->path);
	return 0;
}

/* Number of files that the name of a first one speaks of, 1 for any other name. */
static unsigned files_of(const char *path)
{
	size_t len = strlen(path);
	const char *end = len < SUFFIX ? "" : path + len - SUFFIX;
	unsigned n = 0;

	if (strncmp(end, "-00001-of-", 10) != 0 || strcmp(end + 15, ".gguf") != 0)
		return 1;
	for (int i = 10; i < 15; i++) {
		if (end[i] < '0' || end[i] > '9')
			return 1;
		n = 10 * n + (unsigned)(end[i] - '0');
	}
	return n < 1 || n > FILES_MAX ? 1 : n;
}

static int open_one(struct model_files *f, const char *path, struct ow_error *err)
{
	struct model_file_open *o = &f->open[f->n];
	int fd = os_io()->openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

	if (fd < 0 && errno == ENOENT && f->n > 0)
		return err_set(err, OW_E_INCOMPLETE, "%s: this file of the model is missing", path);
	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	f->fds[f->n] = o->fd = fd;
	f->src[f->n] = (struct inspect_src){.read_at = read_at, .ctx = o};
	f->n++;
	o->path = mem_text(path, strlen(path), err);
	if (o->path == NULL)
		return err->code;
	return fd_size(fd, &f->src[f->n - 1].size, path, err);
}

int model_files_open(const char *path, struct model_files *out, struct ow_error *err)
{
	OW_AUTO(model_files_done) struct model_files f = {0};
	OW_AUTO(mem_free) char *name = mem_text(path, strlen(path), err);
	unsigned n = files_of(path);

	f.open = name == NULL ? NULL : mem_array(n, sizeof *f.open, err);
	f.src = f.open == NULL ? NULL : mem_array(n, sizeof *f.src, err);
	f.fds = f.src == NULL ? NULL : mem_array(n, sizeof *f.fds, err);
	if (f.fds == NULL)
		return err->code;
	for (unsigned i = 0; i < n; i++) {
		if (n > 1) /* the five digits of the number, in place */
			for (unsigned digit = 0, v = i + 1; digit < 5; digit++, v /= 10)
				name[strlen(path) - SUFFIX + 5 - digit] = (char)('0' + v % 10);
		if (open_one(&f, name, err) < 0)
			return err->code;
	}
	*out = MOVE(f);
	return 0;
}

void model_files_done(struct model_files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		fd_close(f->open[i].fd);
		mem_free(f->open[i].path);
	}
	mem_free(f->open);
	mem_free(f->src);
	mem_free(f->fds);
	*f = (struct model_files){0};
}
