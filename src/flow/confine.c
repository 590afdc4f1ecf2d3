/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/confine.h"

#include <fcntl.h>

#include "base/err.h"
#include "base/mem.h"
#include "media/scan.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/io.h"
#include "os/jail.h"
#include "os/path.h"

/* Descriptors of the folders that stay readable. */
struct doors {
	int *fds;
	size_t n;
};

static void doors_done(struct doors *d)
{
	for (size_t i = 0; i < d->n; i++)
		fd_close(d->fds[i]);
	free(d->fds);
}
OW_DEFINE_AUTO_DONE(struct doors, doors_done)

int confine_reader(const char *const *paths, size_t n, const struct trust_state *trust,
		   struct ow_error *err)
{
	OW_AUTO(doors_done) struct doors doors = {.fds = mem_array(n + 2, sizeof(int), err)};
	struct jail_plan plan = {.profile = JAIL_READER, .threads = true};
	struct jail_report report = {0};

	if (doors.fds == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		int fd = scan_open(paths[i], err);

		if (fd < 0)
			return err->code;
		doors.fds[doors.n++] = fd;
	}
	for (size_t i = 0; i < 2; i++) {
		struct ow_error absent = {0}; /* a trust folder that is not there is simply empty */
		int fd = trust->dir[i] == NULL ? -1 : path_open_dir(trust->dir[i], &absent);

		if (fd >= 0)
			doors.fds[doors.n++] = fd;
	}
	plan.read = doors.fds;
	plan.n_read = doors.n;
	return jail_enter(&plan, &report, err) < 0
		   ? err_hint(err, "verify runs only where it can lock itself in")
		   : 0;
}

/* ---- export --------------------------------------------------------------------------------------------- */

/* Close what belongs to classes that are out of reach; a catalog of any class would want to tidy up at its end. */
static void leave_classes(struct ow_store *s, enum ow_class lowest)
{
	for (int c = 0; c < OW_CLASSES; c++) {
		catalog_close(STEAL(s->catalogs[c]));
		if (c < (int)lowest) {
			zone_close(STEAL(s->zones[c]));
			s->looked[c] = true;
		}
	}
}

/* Folders that all classes share. */
static int open_shared(int store, struct doors *to, struct ow_error *err)
{
	static const char *const shared[] = {"ledger", "manifests", "staging"};
	int fd;

	for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
		fd = path_open(store, shared[i], O_RDONLY | O_DIRECTORY, err);
		if (fd < 0)
			return err->code;
		to->fds[to->n++] = fd;
	}
	fd = dir_make(store, "sequences", 0755, err);
	if (fd < 0)
		return err->code;
	to->fds[to->n++] = fd;
	return 0;
}

int confine_exporter(struct ow_store *s, enum ow_class lowest, const char *medium,
		     struct ow_error *err)
{
	OW_AUTO(doors_done) struct doors write = {.fds = mem_array(5, sizeof(int), err)};
	struct jail_plan plan = {.profile = JAIL_READER, .threads = true};
	struct jail_report report = {0};
	int read[OW_CLASSES], fd;

	if (write.fds == NULL || open_shared(store_dirfd(s->store), &write, err) < 0)
		return err->code;
	fd = path_open_dir(medium, err);
	if (fd < 0)
		return err->code;
	write.fds[write.n++] = fd;
	leave_classes(s, lowest);
	(void)handle_actor(s);
	for (int c = 0; c < OW_CLASSES; c++) {
		if (s->zones[c] != NULL)
			read[plan.n_read++] = zone_dirfd(s->zones[c]);
	}
	plan.read = read;
	plan.write = write.fds;
	plan.n_write = write.n;
	if (jail_enter(&plan, &report, err) < 0)
		return err->code;
#ifdef OW_FAULTS
	if (fault_open(store_dirfd(s->store), err) < 0)
		return err_ctx(err, "confined to class %s and wider", ow_class_name(lowest));
#endif
	return 0;
}
