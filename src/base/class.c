/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <string.h>

#include <owstore/class.h>

static const char *const names[OW_CLASSES] = {
    [OW_CLASS_QUARANTINE] = "quarantine",
    [OW_CLASS_RESEARCH] = "research",
    [OW_CLASS_INTERNAL] = "internal",
    [OW_CLASS_CUSTOMER] = "customer",
    [OW_CLASS_REDISTRIBUTABLE] = "redistributable",
};

const char *ow_class_name(enum ow_class c)
{
	assert((unsigned)c < OW_CLASSES);
	return names[c];
}

bool ow_class_parse(const char *text, enum ow_class *out)
{
	for (unsigned i = 0; i < OW_CLASSES; i++) {
		if (strcmp(text, names[i]) == 0) {
			*out = (enum ow_class)i;
			return true;
		}
	}
	return false;
}
