/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/cpu.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "os/fd.h"
#include "os/io.h"

enum {
	BEGINNING = 4096 /* bytes of /proc/cpuinfo that hold the first processor's name */
};

/* The value of the first line "model name : …", as it may be printed. */
static bool model_name(const char *info, char out[CPU_TEXT])
{
	const char *line = strstr(info, "model name"), *value;
	size_t n;

	value = line == NULL ? NULL : strstr(line, ": ");
	if (value == NULL)
		return false;
	value += 2;
	n = strcspn(value, "\n");
	(void)text_escape(value, n, out, CPU_TEXT);
	return n > 0;
}

const char *cpu_text(char out[CPU_TEXT])
{
	OW_AUTO(fd_close)
	int fd = os_io()->openat(AT_FDCWD, "/proc/cpuinfo", O_RDONLY | O_CLOEXEC, 0);
	char info[BEGINNING];
	struct utsname u;
	ssize_t n = fd < 0 ? -1 : os_io()->read(fd, info, sizeof info - 1);

	info[n < 0 ? 0 : n] = '\0';
	if (model_name(info, out))
		return out;
	(void)snprintf(out, CPU_TEXT, "%.60s", uname(&u) == 0 ? u.machine : "unknown");
	return out;
}
