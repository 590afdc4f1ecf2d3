/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the files of an artifact to the items that the policy engine judges: what each is, and what stands for its
 * licence. Files of one role that stand alike share an item. Licence texts, notices and model cards are what speaks for
 * the others; they are no items, unless there is nothing else.
 *
 * A text speaks for the files in its folder and below, unless a text further down does. "LICENSE-CODE" speaks for code
 * alone, "LICENSE-MODEL" and "LICENSE.weights" for all but code and data, "LICENSE_DATA" for data; where there is such
 * a text, one of general name does not count for these files. Only a whole word of the name says so: "CodeLlama-LICENSE"
 * is of general name. The texts of LICENSES/ count where there is no other; of these a file's own SPDX tag chooses, where
 * all that it names are there. A text that would speak for no file at all speaks for all, as one at the top without such
 * a name does.
 */
#ifndef OW_GOVERN_ITEMS_H
#define OW_GOVERN_ITEMS_H

#include "govern/subject.h"
#include "policy/case.h"
#include "policy/license.h"

/* A person's conclusion about a text of this component, or NULL (books_conclusion). */
typedef const char *(*items_concluded)(void *ctx, const struct ow_id *artifact,
				       const char *component, const struct ow_id *words);

struct items_rules {
	const struct license_set *set;
	items_concluded concluded; /* what is on record; or NULL */
	void *ctx;
	/* An approver's word for what no known text of the artifact `unit` tells and nobody put on record, or NULL. */
	const char *word;
	const struct ow_id *unit;
};

/* What an item is made of. */
struct item_files {
	const char *id;                /* of the item */
	const struct subject *subject; /* NULL: not in the store */
	const struct component **at;   /* of the subject's record, by path */
	size_t n;
	const char *role; /* as the record has it */
};

struct items {
	struct item *at;
	struct item_files *of; /* of each the files */
	size_t n, cap, cap_of;
};

void items_done(struct items *l);
OW_DEFINE_AUTO_DONE(struct items, items_done)

/* Add the items of an artifact. Of one that is shipped all; of an ancestor those of its model (all, where it has none),
 * called by its name and version. Texts go into the arena; the subject must outlive the items.
 */
OW_MUST_USE int items_add(struct items *l, const struct subject *s, bool shipped,
			  const struct items_rules *rules, struct arena *a, struct ow_error *err);

/* Add something that is neither in the artifact nor in the store: a name and nothing else. */
OW_MUST_USE int items_add_outside(struct items *l, const char *id, const char *name,
				  struct ow_error *err);

/* Is an item made of this component (a path, or the word of a role; NULL: of anything) of this artifact? */
bool items_holds(const struct items *l, const struct item *item, const struct ow_id *artifact,
		 const char *component);

/* The licences whose text a file of the artifact is: each that a person concluded it to be, or, where it is unchanged,
 * that was found; a word tells it only of a file that is a text and no known one. None: it is nobody's.
 */
OW_MUST_USE int items_text_of(const struct subject *s, const struct finding_file *f,
			      const struct items_rules *rules, struct arena *a, struct texts *out,
			      struct ow_error *err);

/* The licence to which a usage policy among its files belongs: the one that refers to such, of those that a person
 * concluded or that were found in a text. NULL where there is no policy, or where several do: then a person must say.
 */
const char *items_policy_owner(const struct subject *s, const struct items_rules *rules);

#endif
