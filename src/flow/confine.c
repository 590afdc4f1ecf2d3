/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/confine.h"

#include "base/err.h"
#include "base/mem.h"
#include "os/fd.h"
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
		int fd = path_open_dir(paths[i], err);

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
	return jail_enter(&plan, &report, err);
}
