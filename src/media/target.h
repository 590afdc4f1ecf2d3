/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Writing a bundle to a medium: look before, write, sync, read back from the medium itself; the
 * manifest comes last, so that a folder without MANIFEST.CBR is an unfinished one and nothing else.
 *
 *	OW_AUTO(target_close) struct target *t = NULL;
 *
 *	if (target_open("/media/stick", "HQ_MAIN_000042", &limits, &need, &t, err) < 0 ||
 *	    target_begin(t, err) < 0 ||
 *	    target_copy(t, parts, n, &source, sums, threads, events, err) < 0 ||
 *	    target_write(t, "README.TXT", p, size, err) < 0 ||
 *	    target_readback(t, items, n_items, threads, events, err) < 0 ||
 *	    target_write(t, "MANIFEST.S01", sig, n_sig, err) < 0 ||
 *	    target_seal(t, "MANIFEST.CBR", manifest, n_manifest, err) < 0)
 *		return err->code; // target_close removes what was written
 */
#ifndef OW_MEDIA_TARGET_H
#define OW_MEDIA_TARGET_H

#include <stdbool.h>

#include <owstore/error.h>
#include <owstore/event.h>

#include "base/auto.h"
#include "media/item.h"
#include "media/preset.h"

/* What will be written, as far as it is known before. */
struct target_need {
	const struct media_item *parts; /* of the blobs */
	size_t n_parts;
	uint64_t other; /* bytes of all other files, the manifest's among them, generously */
	size_t n_other; /* how many files those are, at least */
};

struct target;

/* Look whether the bundle can be written to OWSTORE/<name> of the folder `dir`; nothing is written.
 * Errors: OW_E_USAGE (the bundle folder exists; on vfat a part limit above 4,294,967,295; more
 * names than a FAT folder holds; the bundle exceeds the capacity), OW_E_IO (not enough free space
 * with both numbers, read-only, no such folder).
 */
OW_MUST_USE int target_open(const char *dir, const char *name, const struct media_limits *limits,
			    const struct target_need *need, struct target **out,
			    struct ow_error *err);

/* The kind of file system: "FAT", "exFAT", "tmpfs", …, or "" for an ordinary local one. */
const char *target_fs(const struct target *t);

/* Make the folder. Errors: OW_E_USAGE (it exists by now), OW_E_IO. */
OW_MUST_USE int target_begin(struct target *t, struct ow_error *err);

/* Where bytes come from: a descriptor, open for reading, of the blob with the caller's number.
 * target_copy closes it. */
struct target_source {
	void *ctx;
	int (*open)(void *ctx, size_t blob, struct ow_error *err);
};

/* Write all parts, a bounded number of descriptors at a time. Every byte is hashed as it passes and
 * compared with the chunks of its part; the SHA-256 of each part as a file is put into sums[i] (n
 * items). Errors: OW_E_INTEGRITY (the source differs from its digests: names the part, chunk and
 * both digests), OW_E_IO.
 */
OW_MUST_USE int target_copy(struct target *t, const struct media_item *parts, size_t n,
			    const struct target_source *source, struct ow_id *sums,
			    unsigned threads, const struct ow_events *events, struct ow_error *err);

/* Write a small file below the bundle folder; its folder is made if missing. An existing file is
 * OW_E_INTERNAL. */
OW_MUST_USE int target_write(struct target *t, const char *path, const void *p, size_t n,
			     struct ow_error *err);

/* Sync everything, drop the caches, and read every byte of the items back from the medium itself.
 * Errors: OW_E_INTEGRITY (what came back differs: file, offset, both digests), OW_E_IO.
 */
OW_MUST_USE int target_readback(struct target *t, const struct media_item *items, size_t n,
				unsigned threads, const struct ow_events *events,
				struct ow_error *err);

/* Write the last file in one step (temporary name, sync, rename), sync the file system, read it and
 * every file written since target_readback back from the medium and compare. The bundle is complete
 * on return and stays.
 */
OW_MUST_USE int target_seal(struct target *t, const char *path, const void *p, size_t n,
			    struct ow_error *err);

/* Close. A bundle that was begun and not sealed is removed, folder and all; what cannot be removed
 * has no manifest. Accepts NULL.
 */
void target_close(struct target *t);
OW_DEFINE_AUTO(struct target *, target_close)

/* The same, telling how that went, for err_kept: 0 all was removed (or sealed, or nothing begun), <
 * 0 with the first failure. The target must still be closed.
 */
OW_MUST_USE int target_abandon(struct target *t, struct ow_error *err);

#endif
