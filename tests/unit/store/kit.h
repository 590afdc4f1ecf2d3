/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A new store with one class open, for the suites of this room.
 */
#ifndef OW_TEST_STORE_KIT_H
#define OW_TEST_STORE_KIT_H

#include <stdio.h>

#include "store/store.h"
#include "store/zone.h"
#include "support/support.h"

static int root; /* the folder above the store */
static struct store *store;
static struct zone *zone;
static struct ow_error err;

static inline void kit_begin(enum ow_class class)
{
	char path[100];

	(void)snprintf(path, sizeof path, "%s/s", scratch(&root));
	ck_ok(store_create(path, &err));
	ck_ok(store_open(path, STORE_WRITE, "test", &store, &err));
	ck_ok(zone_open(store, class, &zone, &err));
}

static inline void kit_end(void)
{
	zone_close(zone);
	store_close(store);
}

#endif
