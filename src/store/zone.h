/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tree of one class, with owner, group and mode of its own.
 *
 *	OW_AUTO(zone_close) struct zone *z = NULL;
 *	int r = zone_open(s, OW_CLASS_INTERNAL, &z, err);
 *
 *	if (r <= 0)
 *		return r;
 *	…
 *	if (zone_blob_publish(z, stage_dirfd(st), "0001", &id, "Apache-2.0", err) < 0 ||
 *	    zone_sync(z, err) < 0)
 *		return err->code;
 */
#ifndef OW_STORE_ZONE_H
#define OW_STORE_ZONE_H

#include <owstore/class.h>
#include <owstore/error.h>

#include "base/auto.h"

struct docs;
struct store;
struct zone;

/* Something in the tree that does not belong there: `path` is relative to the zone (or store),
 * `why` a short literal. For fsck, which names it, and gc. < 0 ends the walk. May be NULL where a
 * walk takes one.
 */
typedef int (*store_stray)(void *ctx, const char *path, const char *why, struct ow_error *err);

/* Open the tree of class `c`; the store must outlive it. A writer's first opening clears what a
 * killed predecessor left in incoming/. Returns  1 open; 0 this user may not enter it, or the class
 * does not exist here (*out untouched): listings are silent about it; < 0 failed.
 */
OW_MUST_USE int zone_open(struct store *s, enum ow_class c, struct zone **out,
			  struct ow_error *err);

/* Why did zone_open give 0: is the folder of the class, or what makes it one, not there at all? 1, or 0 where this user
 * may not look.
 */
OW_MUST_USE int zone_gone(const struct store *s, enum ow_class c, struct ow_error *err);

/* Close. What was published since the last zone_sync is in place, but a power cut may still take
 * it. */
void zone_close(struct zone *z);
OW_DEFINE_AUTO(struct zone *, zone_close)

/* Make everything that was published in the zone so far durable: each folder that got a name is
 * synced once, however many names it got. After a failure nothing published since the last success
 * may be relied on.
 */
OW_MUST_USE int zone_sync(struct zone *z, struct ow_error *err);

enum ow_class zone_class(const struct zone *z);

/* Its directory and path "<store>/zones/<class>": for jails, the catalog and messages. Borrowed. */
int zone_dirfd(const struct zone *z);
const char *zone_path(const struct zone *z);

/* Its records; see store/docs.h. Valid as long as the zone, synced by zone_sync. */
struct docs *zone_records(struct zone *z);

#endif
