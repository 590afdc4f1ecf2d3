/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The frame that all records share: a map that begins {0: type, 1: version, …}.
 */
#ifndef OW_RECORD_DOC_H
#define OW_RECORD_DOC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "codec/cbor_rd.h"

enum {
	DOC_VERSION = 1,
	DOC_TYPE_CAP = 33
};

/* Write the head of a record of `type` with n_keys keys of its own to follow, each from 2 on. */
void doc_begin(struct buf *out, const char *type, uint64_t n_keys);

/* Begin reading a record; the reader fails unless it is of this type and version 1. Keys from 2 on
 * follow. */
void doc_open(struct cbor_rd *r, const uint8_t *p, size_t n, const char *type);

/* The type that the bytes claim to be, or false if they do not begin as a record. */
bool doc_type(const uint8_t *p, size_t n, char out[DOC_TYPE_CAP]);

#endif
