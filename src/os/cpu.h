/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which processor this is.
 */
#ifndef OW_OS_CPU_H
#define OW_OS_CPU_H

enum {
	CPU_TEXT = 64
};

/* Its name as the kernel tells it ("Intel(R) Xeon(R) Processor"), or the machine's kind ("aarch64") where the kernel
 * tells none. Returns out.
 */
const char *cpu_text(char out[CPU_TEXT]);

#endif
