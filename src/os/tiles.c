/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/tiles.h"

#include <sys/syscall.h>
#include <unistd.h>

/* Linux, Documentation/arch/x86/xstate.rst */
enum {
	REQUEST_PERMISSION = 0x1023, /* ARCH_REQ_XCOMP_PERM */
	TILE_DATA = 18               /* XFEATURE_XTILEDATA */
};

bool tiles_allow(void)
{
#ifdef SYS_arch_prctl
	return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
#else
	return false;
#endif
}
