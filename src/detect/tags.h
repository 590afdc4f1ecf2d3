/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the licence tags and names of model hubs mean.
 */
#ifndef OW_DETECT_TAGS_H
#define OW_DETECT_TAGS_H

#include "detect/prints.h"

/* The id that a tag, a licence name or an SPDX id means, of static lifetime or that of `known`; n is 0 for one that is
 * not known, names a family ("gpl"), or is given to several licences ("modified-mit"). Case does not count.
 */
struct ow_view tag_id(struct ow_view claim, const struct prints *known);

#endif
