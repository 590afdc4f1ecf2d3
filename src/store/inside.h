/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this room share about their handles. Not for other rooms.
 */
#ifndef OW_STORE_INSIDE_H
#define OW_STORE_INSIDE_H

#include <stddef.h>
#include <stdint.h>

#include <owstore/class.h>

#include "os/lock.h"
#include "store/fan.h"
#include "store/licence.h"
#include "store/store.h"

/* Documents in a fan, at most `max` bytes each; new files are made in `incoming`. */
struct docs {
	struct fan fan;
	int incoming; /* borrowed; < 0 for readers */
	uint64_t max;
	const char *what; /* "record", "manifest" */
};

struct store {
	int dir;
	int incoming; /* where documents are written before they get their names; < 0 for readers */
	char *path;
	enum store_mode mode;
	bool volatile_fs;
	struct lock lock;
	struct docs manifests, governance;
};

/* A licence folder that is known to be there. */
struct shelf {
	char licence[LICENCE_FOLDER];
	struct fan fan;
};

struct zone {
	struct store *store;
	enum ow_class class;
	int dir;
	int incoming; /* < 0 for readers */
	char *path;
	unsigned mode; /* of the class folder, and so of the folders made in it */
	struct shelf *shelves;
	size_t n_shelves, cap_shelves;
	struct fan chunks;
	struct docs records;
};

/* Remove what a killed writer left in the folder `path` below `dir`, making it if missing, and open
 * it. */
int incoming_open(int dir, const char *path, struct ow_error *err);

#endif
