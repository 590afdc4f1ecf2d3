/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A class: the widest circle that may receive an artifact. Each is a directory tree of its own in
 * the store.
 *
 *	enum ow_class c;
 *
 *	if (ow_class_parse("customer", &c))
 *		puts(ow_class_name(c));
 */
#ifndef OW_CLASS_H
#define OW_CLASS_H

#include <stdbool.h>

#include <owstore/api.h>

/* In ascending order of the circle. The numbers stand in documents and never change. */
enum ow_class {
	OW_CLASS_QUARANTINE = 0, /* arrived, not yet judged; leaves the store for nobody */
	OW_CLASS_RESEARCH = 1,
	OW_CLASS_INTERNAL = 2,
	OW_CLASS_CUSTOMER = 3,
	OW_CLASS_REDISTRIBUTABLE = 4,
};

enum {
	OW_CLASSES = 5 /* 0..OW_CLASSES-1 are all of them */
};

/* "quarantine", "research", "internal", "customer" or "redistributable".  Since 0.1 */
OW_API const char *ow_class_name(enum ow_class c);

/* Read exactly such a name; false for anything else, *out is then untouched.  Since 0.1 */
OW_API bool ow_class_parse(const char *text, enum ow_class *out);

#endif
