/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tensor types of GGUF: how many values make a block and how many bytes that takes (GGUF
 * specification and the type table of ggml as of September 2026). Types 4, 5, 31 to 33 and 36 to 38
 * were withdrawn; 9 and 15 hold activations in memory and never stand in a file.
 */
#ifndef OW_INSPECT_TENSOR_TYPE_H
#define OW_INSPECT_TENSOR_TYPE_H

#include <stdint.h>

struct tensor_type {
	const char *name;     /* "Q4_K" */
	uint16_t block;       /* values in a block */
	uint16_t block_bytes; /* bytes of a block */
};

/* NULL for a number that no file may carry. */
const struct tensor_type *tensor_type(uint32_t number);

#endif
