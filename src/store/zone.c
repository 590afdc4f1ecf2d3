/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "store/inside.h"

enum {
	ZONE_NAME = 40 /* "zones/" and a class */
};

static const char *zone_name(enum ow_class c, char out[ZONE_NAME])
{
	(void)snprintf(out, ZONE_NAME, "zones/%s", ow_class_name(c));
	return out;
}

/* Open the folder, and one in it: a folder may be listed by somebody who may not enter it. 1 with *dir, 0 with the
 * reason in *why_not (EACCES or ENOENT), or < 0.
 */
static int enter(const struct store *s, const char *name, int *dir, int *why_not,
		 struct ow_error *err)
{
	OW_AUTO(fd_close) int in = -1;
	struct ow_error why = {0};

	*dir = path_open(s->dir, name, O_RDONLY | O_DIRECTORY, &why);
	if (*dir >= 0)
		in = path_open(*dir, "records", O_RDONLY | O_DIRECTORY, &why);
	if (in >= 0)
		return 1;
	*why_not = why.sys;
	if (why.sys == EACCES || why.sys == ENOENT)
		return 0;
	*err = why;
	return err->code;
}

int zone_gone(const struct store *s, enum ow_class c, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = -1;
	char name[ZONE_NAME];
	int why_not = 0, r = enter(s, zone_name(c, name), &dir, &why_not, err);

	return r < 0 ? r : r == 0 && why_not == ENOENT;
}

int zone_open(struct store *s, enum ow_class c, struct zone **out, struct ow_error *err)
{
	OW_AUTO(zone_close) struct zone *z = MEM_NEW(struct zone, err);
	struct file_info info = {0};
	char name[ZONE_NAME];
	int r, why_not;

	if (z == NULL)
		return err->code;
	z->dir = z->incoming = -1;
	z->store = s;
	z->class = c;
	z->path = path_join(s->path, zone_name(c, name), err);
	if (z->path == NULL)
		return err->code;
	r = enter(s, name, &z->dir, &why_not, err);
	if (r <= 0)
		return r < 0 ? err_file(err, s->path) : 0;
	if (file_info(z->dir, ".", &info, err) < 0)
		return err->code;
	z->mode = info.mode & 0777;
	if (s->mode == STORE_WRITE) {
		z->incoming = incoming_open(z->dir, "incoming", err);
		if (z->incoming < 0)
			return err_file(err, z->path);
	}
	fan_init(&z->chunks, z->dir, "chunks", z->mode);
	fan_init(&z->records.fan, z->dir, "records", z->mode);
	z->records.incoming = z->incoming;
	z->records.max = ARTIFACT_MAX;
	z->records.what = "record";
	*out = STEAL(z);
	return 1;
}

void zone_close(struct zone *z)
{
	if (z == NULL)
		return;
	fd_close(z->incoming);
	fd_close(z->dir);
	free(z->shelves);
	free(z->path);
	free(z);
}

int zone_sync(struct zone *z, struct ow_error *err)
{
	for (size_t i = 0; i < z->n_shelves; i++) {
		if (fan_sync(&z->shelves[i].fan, err) < 0)
			return err_file(err, z->path);
	}
	/* records last: what they name is there first */
	if (fan_sync(&z->chunks, err) < 0 || fan_sync(&z->records.fan, err) < 0)
		return err_file(err, z->path);
	return 0;
}

enum ow_class zone_class(const struct zone *z)
{
	return z->class;
}

int zone_dirfd(const struct zone *z)
{
	return z->dir;
}

const char *zone_path(const struct zone *z)
{
	return z->path;
}

struct docs *zone_records(struct zone *z)
{
	return &z->records;
}
