/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The files of data/licenses, made into a table by tools/embed-files.
 */
#ifndef OW_POLICY_LICENSE_DATA_H
#define OW_POLICY_LICENSE_DATA_H

#include <stddef.h>

struct license_file {
	const char *name; /* NULL ends */
	const unsigned char *bytes;
	size_t size;
};

extern const struct license_file license_files[];

#endif
