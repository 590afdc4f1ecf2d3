/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Names on the medium (docs/format/bundle.md, "Names"): what every file system that a bundle may
 * meet can hold, so that no name from an artifact ever stands on a medium.
 *
 *	char ext[NAMES_EXT], path[NAMES_PATH];
 *
 *	names_extension("onnx/Model.gguf", ext);
 *	names_blob(&id, ext, path); // "DATA/0123456789ABCDEF.GGUF"
 */
#ifndef OW_BUNDLE_NAMES_H
#define OW_BUNDLE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include <owstore/error.h>
#include <owstore/id.h>

enum {
	NAMES_PART_MAX = 30, /* bytes of one name, ISO 9660 level 2 */
	NAMES_DEPTH_MAX = 4, /* names in a path below the bundle folder */
	NAMES_PATH = 124,    /* room for a path: 4 names, 3 slashes and the terminator */
	NAMES_FOLDER = 31,   /* room for the name of a bundle folder */
	NAMES_EXT = 9,       /* room for an extension */
};

/* Files that have a name of their own, and the folder of the blobs. */
#define NAMES_MANIFEST "MANIFEST.CBR"
#define NAMES_LISTING  "MANIFEST.TXT"
#define NAMES_README   "README.TXT"
#define NAMES_SUMS     "SHA256SUM.TXT"
#define NAMES_TOP      "OWSTORE"

/* May `path` stand in a bundle folder: 1 to 4 names, all but the last made of A-Z 0-9 _ alone, the
 * last with exactly one dot inside it, each of 1 to 30 bytes and none of them a device of DOS (CON,
 * NUL, COM1, …)?
 */
bool names_path_ok(const char *path);

/* May it be the name of a bundle folder: 1 to 30 of A-Z 0-9 _, not a device of DOS? */
bool names_folder_ok(const char *name);

/* Is it MANIFEST.CBR or MANIFEST.S01 to .S16: what no manifest lists (D35)? */
bool names_is_envelope(const char *path);

/* The extension that a component's path asks for, in upper case: 1 to 8 of A-Z 0-9 behind the last
 * dot of its last name, else "BIN"; also "BIN" where it would look like a part (P001).
 */
void names_extension(const char *component, char ext[NAMES_EXT]);

/* "DATA/<first 16 hex of id, upper case>.<ext>" */
void names_blob(const struct ow_id *id, const char *ext, char path[NAMES_PATH]);

/* "DATA/<first 16 hex of id, upper case>.P001" for number 1; 1 <= number <= PARTS_MAX. */
void names_part(const struct ow_id *id, unsigned number, char path[NAMES_PATH]);

/* Is `path` what names_blob could give for this id with some extension? */
bool names_is_blob(const struct ow_id *id, const char *path);

/* "GOLDEN/<first 16 hex of id, upper case>": the record is this with .CBR, its signatures with .S01 and so on. And is
 * `path` such a record?
 */
void names_golden(const struct ow_id *id, char stem[NAMES_PATH]);
bool names_is_golden(const char *path);

/* "LICENSES/<ID>.TXT" (D34): the id in upper case, other characters "_"; where that changed
 * anything or it has more than 21 characters, 21 of them, "_" and the first 4 hex of the id's
 * SHA-256. Errors: OW_E_IO (digest).
 */
OW_MUST_USE int names_licence(const char *id, char path[NAMES_PATH], struct ow_error *err);

/* "MANIFEST.S01"; 1 <= signature <= SIGNATURES_MAX. */
void names_signature(unsigned signature, char path[NAMES_PATH]);

/* The bundle folder: "<ORIGIN>_<STREAM>_<seq, at least 6 digits>". Where that does not tell
 * everything (an id with other characters than a-z 0-9, an epoch above 1, or ids that had to be
 * cut) "_" and 4 hex of the SHA-256 of "origin\nepoch\nstream\nseq" follow. Errors: OW_E_IO
 * (digest).
 */
OW_MUST_USE int names_folder(const char *origin, uint64_t epoch, const char *stream, uint64_t seq,
			     char name[NAMES_FOLDER], struct ow_error *err);

#endif
