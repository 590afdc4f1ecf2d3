/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernel sets, each in a file of its own.
 */
#ifndef OW_INFER_KERN_SETS_H
#define OW_INFER_KERN_SETS_H

#include "infer/kern.h"

extern const struct kern kern_scalar;
#if defined(__x86_64__)
#include <cpuid.h>

extern const struct kern kern_avx2, kern_avx512, kern_amx;

/* Half floats in hardware: CPUID leaf 1, ECX bit 29 (not a name that every compiler knows). */
static inline bool cpu_has_f16c(void)
{
	unsigned a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c >> 29 & 1) != 0;
}
#elif defined(__aarch64__)
extern const struct kern kern_neon_plain, kern_neon;
#endif

#endif
