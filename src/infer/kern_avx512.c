/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels for x86-64 with AVX-512 and VNNI.
 */
#define KN(name) avx512_##name
#define TARGET   __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,f16c")))

#include "infer/kern_avx512.h"

const struct kern kern_avx512 = {
    .name = "avx512", .usable = has_avx512, .mat = KN(mat), KERN_FLOAT_MEMBERS};
