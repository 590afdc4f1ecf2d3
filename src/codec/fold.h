/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Names that some file systems take for the same: equal after Unicode case folding and composition (NFC). The one door
 * to libutf8proc.
 */
#ifndef OW_CODEC_FOLD_H
#define OW_CODEC_FOLD_H

#include <owstore/error.h>

/* The folded form of a UTF-8 text, heap-allocated; NULL on failure: OW_E_FORMAT for broken UTF-8, OW_E_IO. */
char *fold_name(const char *s, struct ow_error *err);

#endif
