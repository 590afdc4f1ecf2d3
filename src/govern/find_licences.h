/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Looking at the files of an artifact for what they say of its licences and of what it was made from.
 */
#ifndef OW_GOVERN_FIND_LICENCES_H
#define OW_GOVERN_FIND_LICENCES_H

#include <owstore/event.h>

#include "record/artifact.h"
#include "record/finding.h"
#include "store/zone.h"

/* Where the bytes of components are. */
struct finding_source {
	void *ctx;
	int (*open)(void *ctx, const struct component *c, struct ow_error *err);
};

/* Open a component that is in the zone `ctx` and has the size of its record; one of up to LICENSE_FILE_MAX bytes also its
 * digest.
 * Errors   OW_E_INTEGRITY: it is missing or other than the record says; as zone_blob_open.
 */
OW_MUST_USE int find_in_zone(void *ctx, const struct component *c, struct ow_error *err);

/* The number of this way of looking. Raised by every change after which the same files may give another finding;
 * other fingerprints show by themselves.
 */
enum {
	FIND_LICENCES_NUMBER = 3
};

/* The key of a claim that there are more SPDX tags than a finding holds, with the path of the first file that it has
 * none of: what any file says of itself is then not known.
 */
#define FIND_TAGS_CUT "SPDX tags"

/* Would this program find the same, as far as can be told? */
bool find_licences_current(const struct finding *f);

/* Look at those of n components (sorted or not) that speak of licences by their names or roles; all else of them stays
 * unread. Fills in everything but the artifact and the time. No child is made where there is nothing to read.
 * Errors   as licence_read.
 */
OW_MUST_USE int find_licences(const struct component *components, size_t n,
			      const struct finding_source *from, const struct ow_events *events,
			      struct finding *out, struct ow_error *err);

#endif
