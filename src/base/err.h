/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Filling struct ow_error. Text from outside is scrubbed to printable characters here, once.
 */
#ifndef OW_BASE_ERR_H
#define OW_BASE_ERR_H

#include <owstore/error.h>

/* Record the cause. `err` must be clean: the first cause stands. Returns `code`. */
int err_set(struct ow_error *err, enum ow_code code, const char *fmt, ...) OW_PRINTF(3, 4);

/* Record a failed system call as OW_E_IO, straight after it failed. Returns OW_E_IO. */
int err_sys(struct ow_error *err, int sys, const char *fmt, ...) OW_PRINTF(3, 4);

/* The same of a system call on the file `path`, which is all there is to say: err_file is in it. */
int err_sys_file(struct ow_error *err, int sys, const char *path);

/* Put "path: " in front of the text, and remember the file or folder in err->path: the first is the file, each that
 * follows the folder that the path so far is below (one that begins with "/" is complete). Returns err->code.
 */
int err_file(struct ow_error *err, const char *path);

/* Remember the byte of that file that the text names. Returns err->code. */
int err_byte(struct ow_error *err, uint64_t off);

/* Put "context: " in front of the text. A full line drops new context, never the cause. Returns
 * err->code. */
int err_ctx(struct ow_error *err, const char *fmt, ...) OW_PRINTF(2, 3);

/* Say what was left behind, respectively what to do next. The first word stands. Return err->code.
 */
int err_kept(struct ow_error *err, const char *fmt, ...) OW_PRINTF(2, 3);
int err_hint(struct ow_error *err, const char *fmt, ...) OW_PRINTF(2, 3);

#endif
