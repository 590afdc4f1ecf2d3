/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A root for people to look at, and the places where roots lie.
 */
#ifndef OW_FLOW_ROOTVIEW_H
#define OW_FLOW_ROOTVIEW_H

#include <owstore/trust.h>

#include "trust/chain.h"

/* Fill what is to be seen of a root and its signatures: `prev` is the root before it, or NULL where that is not
 * at hand. Free with ow_root_free.
 */
OW_MUST_USE int rootview_make(const struct signed_doc *doc, const struct root *root,
			      const struct root *prev, const char *path, struct ow_root **out,
			      struct ow_error *err);

/* The same for the newest link of a chain, which is in force whatever its signatures look like by themselves. */
OW_MUST_USE int rootview_make_trusted(const struct chain *c, struct ow_root **out,
				      struct ow_error *err);

/* Call `visit` for `path` and the folders one and two levels below it, in byte order, links left alone; a file
 * stands for its folder. visit gives > 0 to end the walk, which is then what comes back; 0 if it never did.
 */
typedef int (*folder_visit)(void *ctx, int dir, const char *path, struct ow_error *err);
OW_MUST_USE int rootview_walk(const char *path, folder_visit visit, void *ctx,
			      struct ow_error *err);

#endif
