/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Safetensors (format description of the safetensors project): the header, read strictly.
 *
 *	header length u64 little-endian · header: JSON, padded with spaces at its end · data
 *	{"name": {"dtype": "F16", "shape": [2, 3], "data_offsets": [begin, end]}, …,
 *	 "__metadata__": {"key": "text"}}
 *
 * What is accepted has been checked whole: no name twice, sizes without overflow, and the tensors
 * tile the data: no overlap, no hole, nothing after the last. A tensor without values may share its
 * place with another.
 */
#ifndef OW_INSPECT_SAFETENSORS_H
#define OW_INSPECT_SAFETENSORS_H

#include "base/auto.h"
#include "inspect/source.h"

struct json_t;

struct safetensor {
	const char *name;  /* borrowed from the header */
	const char *dtype; /* "BF16", static */
	uint64_t count;    /* values */
	uint64_t off;      /* in the file */
	uint64_t size;     /* bytes */
};

struct safetensors {
	struct json_t *root;        /* the header, which all names point into */
	uint64_t data;              /* where the data begins in the file */
	struct safetensor *tensors; /* in the order of their places */
	size_t n_tensors;
	size_t n_empty; /* tensors without values */
};

/* Read and check the header; a header of more than SAFETENSORS_HEADER_MAX bytes or TENSORS_MAX
 * tensors is OW_E_FORMAT, as is anything else that is wrong. *out is set only on success.
 */
OW_MUST_USE int safetensors_read(const struct inspect_src *src, struct safetensors *out,
				 struct ow_error *err);
void safetensors_done(struct safetensors *s);
OW_DEFINE_AUTO_DONE(struct safetensors, safetensors_done)

/* Visit the texts of __metadata__ in the order of the file; < 0 ends it. */
typedef int (*safetensors_visit)(void *ctx, const char *key, const char *text,
				 struct ow_error *err);
OW_MUST_USE int safetensors_metadata(const struct safetensors *s, safetensors_visit visit,
				     void *ctx, struct ow_error *err);

#endif
