/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels for every aarch64 CPU: two rows' products in 16 bits, added up pairwise.
 */
#define KN(name) neon_plain_##name
#define TARGET
#define DOT4(s, w, a) dot4(s, w, a)

#include <arm_neon.h>

/* At most 128·127·2 = 32512 in 16 bits. */
static inline __attribute__((always_inline)) int32x4_t dot4(int32x4_t s, int8x16_t w, int8x16_t a)
{
	int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(w), vget_low_s8(a)));
	int32x4_t high = vpaddlq_s16(vmull_s8(vget_high_s8(w), vget_high_s8(a)));

	return vaddq_s32(s, vpaddq_s32(low, high));
}

#include "infer/kern_neon.h"

static bool neon_plain_usable(void)
{
	return true;
}

const struct kern kern_neon_plain = {
    .name = "neon-plain", .usable = neon_plain_usable, .mat = KN(mat), KERN_FLOAT_MEMBERS};
