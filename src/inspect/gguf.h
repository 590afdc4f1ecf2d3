/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * GGUF, versions 2 and 3, little-endian (GGUF specification, docs/gguf.md of ggml): the header,
 * read strictly.
 *
 *	magic "GGUF" · version u32 · tensor count u64 · key count u64
 *	keys      name (u64 length, bytes) · value type u32 · value
 *	tensors   name · dimension count u32 · dimensions u64 each · type u32 · offset u64 from the data section
 *	padding to the alignment, then the data section
 *
 * What is accepted has been checked whole: every length against the bytes left, keys and tensor
 * names unique, every tensor's size without overflow, tensors in the order of their offsets,
 * aligned, without overlap or hole, and inside the file. general.architecture is there, but in the
 * later files of a split set. The caller may rely on that and on nothing about meaning: it is for
 * the engine to check that the keys make a model.
 *
 *	OW_AUTO(gguf_done) struct gguf g = {0};
 *	struct ow_view arch;
 *
 *	if (gguf_read(&src, &g, err) < 0)
 *		return err->code;
 *	if (gguf_text(gguf_find(&g, "general.architecture"), &arch)) …
 */
#ifndef OW_INSPECT_GGUF_H
#define OW_INSPECT_GGUF_H

#include <stdbool.h>

#include "base/auto.h"
#include "inspect/source.h"
#include "inspect/tensor_type.h"

/* The numbers of the format. */
enum gguf_type {
	GGUF_U8 = 0,
	GGUF_I8 = 1,
	GGUF_U16 = 2,
	GGUF_I16 = 3,
	GGUF_U32 = 4,
	GGUF_I32 = 5,
	GGUF_F32 = 6,
	GGUF_BOOL = 7,
	GGUF_STRING = 8,
	GGUF_ARRAY = 9,
	GGUF_U64 = 10,
	GGUF_I64 = 11,
	GGUF_F64 = 12
};

struct gguf_key {
	struct ow_view name; /* printable ASCII without upper case and space */
	enum gguf_type type; /* GGUF_ARRAY, or of the one value */
	enum gguf_type item; /* of each value: never GGUF_ARRAY */
	uint64_t n;          /* values: 1, or of the array */
	/* The values as they stand in the file; strings each with their u64 length before them (of
	 * a single string, too).
	 */
	struct ow_view values;
};

struct gguf_tensor {
	struct ow_view name; /* 1 to 63 bytes without NUL */
	uint64_t dim[4];     /* dim[0] is the row; those beyond n_dims are 1 */
	uint32_t n_dims;     /* 1 to 4 */
	uint32_t type;       /* tensor_type() knows it */
	uint64_t count;      /* values: the product of dim[], below 2^63 */
	uint64_t off;        /* in the file */
	uint64_t size;       /* bytes */
};

struct gguf {
	uint8_t *head; /* the header, which all views point into */
	size_t head_size;
	uint32_t version;
	uint64_t alignment;
	uint64_t data;     /* where the data section begins in the file */
	uint64_t trailing; /* bytes after the last tensor and its padding: nobody's */
	struct gguf_key *keys;
	size_t n_keys;
	struct gguf_tensor *tensors; /* in the order of the file */
	size_t n_tensors;
	size_t *key_order, *tensor_order; /* indices sorted by name */
};

/* Read and check the header. OW_E_FORMAT says what is wrong and at which byte; OW_E_IO; *out is set
 * only on success. Memory is bounded by GGUF_HEADER_MAX and the number of keys and tensors.
 */
OW_MUST_USE int gguf_read(const struct inspect_src *src, struct gguf *out, struct ow_error *err);
void gguf_done(struct gguf *g);
OW_DEFINE_AUTO_DONE(struct gguf, gguf_done)

/* Bytes of one value of this type; 0 for strings and arrays. */
size_t gguf_width(enum gguf_type type);

/* By name; NULL if there is none. */
const struct gguf_key *gguf_find(const struct gguf *g, const char *name);
const struct gguf_tensor *gguf_tensor(const struct gguf *g, const char *name);

/* The single value of a key; false for NULL, an array or another type. An integer of any width
 * counts as unsigned where it is not negative, F32 and F64 as real.
 */
bool gguf_text(const struct gguf_key *k, struct ow_view *out);
bool gguf_says(const struct gguf_key *k, const char *text); /* is it this text? */
bool gguf_u64(const struct gguf_key *k, uint64_t *out);
bool gguf_real(const struct gguf_key *k, double *out);
bool gguf_bool(const struct gguf_key *k, bool *out);

/* The next string of an array of strings (or of a single string); *at is 0 at first. False at the
 * end, for NULL and for other types.
 */
bool gguf_next_text(const struct gguf_key *k, size_t *at, struct ow_view *out);

/* Item i < k->n of an array of numbers, widened; truth values are 0 and 1. False for other types. */
bool gguf_item_u64(const struct gguf_key *k, uint64_t i, uint64_t *out);

#endif
