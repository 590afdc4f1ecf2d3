/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle/look.h"

#include "base/err.h"
#include "os/fd.h"

struct open_file {
	int fd;
	const char *path;
};

static int read_at(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct open_file *f = ctx;
	int64_t got = fd_pread(f->fd, p, n, off, f->path, err);

	if (got < 0)
		return err->code;
	if ((size_t)got != n)
		return err_set(err, OW_E_INTEGRITY, "%s: changed while it was read", f->path);
	return 0;
}

int look_at(int fd, uint64_t size, const char *path, struct inspect *out, struct ow_error *err)
{
	struct open_file file = {fd, path};
	struct inspect_src src = {.size = size, .read_at = read_at, .ctx = &file};

	return inspect_look(&src, path, out, err);
}

struct cuts look_cuts(const struct inspect *in)
{
	return (struct cuts){.data = in->data, .at = in->cuts, .n = in->n_cuts};
}
