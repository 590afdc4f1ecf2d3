/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/roll.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/sorted.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "store/inside.h"

#define ROLL "roll"

enum {
	ROW = sizeof(struct roll_row),
	ROLL_MODE = 0644
};
#define ROLL_MAX (4 * GIB)

_Static_assert(ROW == 64, "rows are stored as they are in memory");

static const struct ow_id none;

static int by_subject(const void *a, const void *b)
{
	const struct roll_row *x = a, *y = b;
	int order = ow_id_order(&x->about, &y->about);

	return order != 0 ? order : ow_id_order(&x->statement, &y->statement);
}

void roll_done(struct roll *r)
{
	free(r->at);
	*r = (struct roll){0};
}

void roll_sort(struct roll *r)
{
	if (r->n > 1)
		qsort(r->at, r->n, ROW, by_subject);
}

int roll_read(const struct store *s, struct roll *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct ow_error why = {0};

	*out = (struct roll){0};
	if (file_read(s->dir, ROLL, ROLL_MAX, &b, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*err = why;
		return err_file(err, s->path);
	}
	out->at = mem_array(b.n / ROW + 1, ROW, err);
	if (out->at == NULL)
		return err->code;
	for (size_t at = 0; at + ROW <= b.n; at += ROW) {
		struct roll_row *row = &out->at[out->n];

		memcpy(row, b.p + at, ROW);
		/* a power cut may leave the room without what was to be in it */
		out->n += !ow_id_equal(&row->statement, &none);
	}
	roll_sort(out);
	return 0;
}

bool roll_has(const struct roll *r, const struct roll_row *row)
{
	return r->n > 0 && bsearch(row, r->at, r->n, ROW, by_subject) != NULL;
}

static int about_order(const void *about, const void *row)
{
	return ow_id_order(about, &((const struct roll_row *)row)->about);
}

const struct roll_row *roll_about(const struct roll *r, const struct ow_id *artifact, size_t *n)
{
	const struct ow_id *about = artifact == NULL ? &none : artifact;

	return r->at + sorted_run(about, r->at, r->n, ROW, about_order, n);
}

int roll_add(struct store *s, const struct roll_row *rows, size_t n, struct ow_error *err)
{
	bool there = file_exists(s->dir, ROLL);
	OW_AUTO(fd_close) int fd = file_edit(s->dir, ROLL, ROLL_MODE, err);
	uint64_t size;

	if (fd < 0 || fd_size(fd, &size, ROLL, err) < 0 ||
	    (!there && fd_chmod(fd, ROLL_MODE, ROLL, err) < 0) ||
	    fd_pwrite(fd, rows, n * ROW, size - size % ROW, ROLL, err) < 0 ||
	    fd_sync(fd, ROLL, err) < 0)
		return err->code;
	return there ? 0 : dir_sync(s->dir, s->path, err);
}

int roll_write(struct store *s, const struct roll *r, struct ow_error *err)
{
	return file_publish(s->dir, ROLL, r->at, r->n * ROW, ROLL_MODE, FILE_REPLACE, err);
}
