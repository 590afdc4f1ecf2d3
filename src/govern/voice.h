/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * For which files of an artifact a licence text speaks: by its name, its folder, and the tags of the files themselves
 * (govern/items.h says how).
 */
#ifndef OW_GOVERN_VOICE_H
#define OW_GOVERN_VOICE_H

#include "govern/subject.h"

/* What a text speaks for, by its name. */
enum speaks_for {
	FOR_ANY,
	FOR_CODE,
	FOR_MODEL,
	FOR_DATA
};

struct voice {
	bool speaks; /* it is a text */
	bool pool;   /* in LICENSES/ */
	bool astray; /* it would speak for no file at all */
	bool tagged; /* in LICENSES/, and the tag of some file names it */
	enum speaks_for named;
	size_t
	    reach; /* bytes of the folder that it speaks for: its own; LICENSES/ for the one it is in */
};

/* The voice of each file of the finding. `roles` are those of the components, ROLE_NONE where it is no item. The array
 * belongs to the arena. Fails only without memory.
 */
OW_MUST_USE int voices_of(const struct subject *s, const unsigned *roles, struct arena *a,
			  const struct voice **out, struct ow_error *err);

/* How closely a text speaks for a file; 0: not at all. Deeper folders first, then names, then LICENSES/ last. One that
 * speaks for no file is not passed over: it is for all of them.
 */
size_t voice_closeness(const struct voice *v, const char *text, const char *path, unsigned role);

/* Is the file a text, or a card with one in it? */
bool voice_is_text(const struct finding_file *f);

/* Does a file of this role want the text for the model, not for code or data? */
bool voice_of_model(unsigned role);

/* Bytes of the folder that a path is in: up to its last slash, or 0. */
size_t voice_folder(const char *path);

/* REUSE: is the claim a file's own tag, and does a tag name a text, by what it is known to be or by what the file in
 * LICENSES/ is called?
 */
bool voice_is_tag(const struct finding_claim *c);
bool voice_tag_names(const char *tag, const struct finding_file *text);

#endif
