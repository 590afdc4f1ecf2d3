/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/landlock.h"

#include <errno.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "os/fd.h"

/* The kernel's ABI (Documentation/userspace-api/landlock.rst); the installed headers end at
 * version 2. */
enum {
	ABI_REFER = 2,
	ABI_TRUNCATE = 3,
	ABI_TCP = 4,
	ABI_IOCTL = 5,
	ABI_SCOPE = 6
};
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL    (1ULL << 15)
#define NET_ALL     (1ULL << 0 | 1ULL << 1) /* bind and connect of TCP */
#define SCOPE_ALL   (1ULL << 0 | 1ULL << 1) /* abstract Unix sockets, signals */

struct ruleset {
	uint64_t fs, net, scoped;
};

#define FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_WRITE                                                                                   \
	(FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                 \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |                            \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE)

/* What may be allowed on a file that is no directory. */
#define FS_FILE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)

int landlock_abi(void)
{
	long v = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return v < 0 ? 0 : (int)v;
}

static uint64_t all_fs(int abi)
{
	uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* bits 0 to 12: version 1 */

	if (abi >= ABI_REFER)
		all |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= ABI_TRUNCATE)
		all |= FS_TRUNCATE;
	if (abi >= ABI_IOCTL)
		all |= FS_IOCTL;
	return all;
}

static int allow(int rules, int fd, uint64_t access, struct ow_error *err)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = access, .parent_fd = fd};
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "jail: descriptor %d", fd);
	if (!S_ISDIR(st.st_mode))
		beneath.allowed_access &= FS_FILE;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0)
		return err_sys(err, errno, "jail: Landlock rule for descriptor %d", fd);
	return 0;
}

int landlock_enter(int abi, const int *read, size_t n_read, const int *write, size_t n_write,
		   struct ow_error *err)
{
	struct ruleset set = {.fs = all_fs(abi)};
	size_t size = sizeof set.fs;
	OW_AUTO(fd_close) int rules = -1;

	if (abi >= ABI_TCP) {
		set.net = NET_ALL;
		size = sizeof set.fs + sizeof set.net;
	}
	if (abi >= ABI_SCOPE) {
		set.scoped = SCOPE_ALL;
		size = sizeof set;
	}
	rules = (int)syscall(SYS_landlock_create_ruleset, &set, size, 0);
	if (rules < 0)
		return err_sys(err, errno, "jail: Landlock rule set");
	for (size_t i = 0; i < n_read; i++) {
		if (allow(rules, read[i], FS_READ, err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < n_write; i++) {
		if (allow(rules, write[i], FS_WRITE & set.fs, err) < 0)
			return err->code;
	}
	if (syscall(SYS_landlock_restrict_self, rules, 0) < 0)
		return err_sys(err, errno, "jail: Landlock");
	return 0;
}
