/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Zip files (PKWARE APPNOTE 6.3.10), held to one reading: a zip can be read from its front and from its directory at the
 * end, and files are made in which the two disagree.
 */
#ifndef OW_INSPECT_ZIP_H
#define OW_INSPECT_ZIP_H

#include "inspect/source.h"

/* Do the directory and the local headers tell the same: names, sizes, checksums, methods; do the members lie one after
 * the other from the first byte to the directory, with nothing before, between or behind; is nothing encrypted?
 * OW_E_UNSAFE where two readers would see different things, OW_E_FORMAT for what is no zip, for methods other than stored
 * and deflated, and beyond COMPONENTS_MAX members.
 */
OW_MUST_USE int zip_check(const struct inspect_src *src, struct ow_error *err);

#endif
