/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Unpacking an archive: a jailed child reads it and hands entry after entry over; this side believes nothing of that,
 * judges every name and size itself and writes the files.
 *
 * Refused: names that are no relative path (OW_E_UNSAFE, OW_E_FORMAT: path_check), links, hard links, devices, FIFOs
 * (OW_E_UNSAFE), two names that are equal or would be on a file system without letter case or with composed letters,
 * more than COMPONENTS_MAX entries, more bytes than UNPACK_RATIO_MAX times the archive (OW_E_FORMAT) or than there is
 * space (OW_E_IO).
 */
#ifndef OW_INTAKE_UNPACK_H
#define OW_INTAKE_UNPACK_H

#include <owstore/event.h>

#include "base/limits.h"
#include "codec/arc.h"
#include "os/jail.h"

struct unpack_options {
	unsigned lenient; /* jail layers that site policy lets go missing */
	const struct ow_events *events;
};

struct unpack_result {
	char top[NAME_LEN_MAX + 1]; /* the one folder that everything lies in, or "" */
	size_t n_files;
	uint64_t size;    /* bytes of the files */
	size_t n_special; /* files whose set-id bits, attributes or ACL were dropped */
	char special[PATH_LEN_MAX + 1]; /* the first of them */
	struct jail_report report;
};

/* Unpack the archive `fd` into the empty folder `into`; `name` is for error texts. Files get mode 0600, nothing is
 * synced. On failure what was written stays: the folder is to be thrown away.
 */
OW_MUST_USE int unpack(int fd, const char *name, enum arc_format format, int into,
		       const struct unpack_options *opts, struct unpack_result *out,
		       struct ow_error *err);

#endif
