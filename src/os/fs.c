/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Magic numbers are those of statfs(2) and <linux/magic.h>; not all of them stand in the headers of
 * Debian 12.
 */
#include "os/fs.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "base/err.h"
#include "base/ints.h"

static const struct {
	uint32_t magic;
	struct fs_type type;
} table[] = {
    {0x01021994, {FS_MEMORY, "tmpfs"}},   {0x858458f6, {FS_MEMORY, "ramfs"}},
    {0x00004d44, {FS_FOREIGN, "FAT"}},    {0x2011bab0, {FS_FOREIGN, "exFAT"}},
    {0x5346544e, {FS_FOREIGN, "NTFS"}},   {0x7366746e, {FS_FOREIGN, "NTFS"}},
    {0x65735546, {FS_FOREIGN, "FUSE"}},   {0x00006969, {FS_FOREIGN, "NFS"}},
    {0x0000517b, {FS_FOREIGN, "SMB"}},    {0xff534d42, {FS_FOREIGN, "CIFS"}},
    {0xfe534d42, {FS_FOREIGN, "SMB2"}},   {0x01021997, {FS_FOREIGN, "9P"}},
    {0x00c36400, {FS_FOREIGN, "Ceph"}},   {0x5346414f, {FS_FOREIGN, "AFS"}},
    {0x6b414653, {FS_FOREIGN, "AFS"}},    {0x73757245, {FS_FOREIGN, "Coda"}},
    {0x786f4256, {FS_FOREIGN, "vboxsf"}}, {0x00004244, {FS_FOREIGN, "HFS"}},
    {0x0000482b, {FS_FOREIGN, "HFS+"}},   {0x00009660, {FS_FOREIGN, "ISO 9660"}},
    {0x15013346, {FS_FOREIGN, "UDF"}},
};

int fs_type(int fd, const char *name, struct fs_type *out, struct ow_error *err)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return err_sys(err, errno, "%s: file system", name);
	*out = (struct fs_type){FS_LOCAL, ""};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if ((uint32_t)fs.f_type == table[i].magic)
			*out = table[i].type;
	}
	return 0;
}

int fs_space(int fd, const char *name, struct fs_space *out, struct ow_error *err)
{
	struct statvfs fs;

	if (fstatvfs(fd, &fs) < 0)
		return err_sys(err, errno, "%s: file system", name);
	*out = (struct fs_space){
	    .block = fs.f_frsize == 0 ? 1 : fs.f_frsize,
	    .files = fs.f_files == 0 ? UINT64_MAX : fs.f_favail,
	    .read_only = (fs.f_flag & ST_RDONLY) != 0,
	};
	/* a size of 0 is how some FUSE file systems say that they do not know */
	if (fs.f_blocks == 0 || !mul_ok(fs.f_bavail, out->block, &out->free))
		out->free = UINT64_MAX;
	return 0;
}
