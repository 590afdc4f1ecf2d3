/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels for aarch64 with the dot product instruction (ARMv8.2 and later).
 */
#include <sys/auxv.h>

#define KN(name) neon_##name
#if defined(__clang__)
#define TARGET __attribute__((target("dotprod")))
#else
#define TARGET __attribute__((target("arch=armv8.2-a+dotprod")))
#endif
#define DOT4(s, w, a) vdotq_s32(s, w, a)

#include "infer/kern_neon.h"

static bool neon_usable(void)
{
	return (getauxval(AT_HWCAP) & 1UL << 20) != 0; /* HWCAP_ASIMDDP */
}

const struct kern kern_neon = {
    .name = "neon", .usable = neon_usable, .mat = KN(mat), KERN_FLOAT_MEMBERS};
