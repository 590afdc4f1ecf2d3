/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/* posix_spawn gives 0 or an errno; the first failure stands. */
static int prepare(posix_spawn_file_actions_t *files, posix_spawnattr_t *attr,
		   enum child_voice voice)
{
	sigset_t usual;
	int r = 0;

	(void)sigemptyset(&usual);
	(void)sigaddset(&usual, SIGPIPE);
	for (int fd = 0; voice == CHILD_SILENT && r == 0 && fd < 3; fd++)
		r = posix_spawn_file_actions_addopen(files, fd, "/dev/null",
						     fd == 0 ? O_RDONLY : O_WRONLY, 0);
	if (r == 0)
		r = posix_spawnattr_setsigdefault(attr, &usual);
	return r != 0 ? r : posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF);
}

int child_run(char *const *argv, enum child_voice voice)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	pid_t pid = -1;
	int status = -1, r;

	if (posix_spawn_file_actions_init(&files) != 0)
		return -1;
	if (posix_spawnattr_init(&attr) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return -1;
	}
	r = prepare(&files, &attr, voice);
	if (r == 0)
		r = posix_spawnp(&pid, argv[0], &files, &attr, argv, environ);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&files);
	if (r != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
