/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What every header of owstore may use: visibility, attributes and the borrowed byte view.
 */
#ifndef OW_API_H
#define OW_API_H

#include <stddef.h>
#include <stdint.h>

#define OW_API          __attribute__((visibility("default")))
#define OW_MUST_USE     __attribute__((warn_unused_result))
#define OW_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Bytes that belong to somebody else. Not terminated. */
struct ow_view {
	const uint8_t *p;
	size_t n;
};

#endif
