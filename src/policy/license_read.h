/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading one profile of a YAML file.
 */
#ifndef OW_POLICY_LICENSE_READ_H
#define OW_POLICY_LICENSE_READ_H

#include "policy/license.h"

OW_MUST_USE int license_read(const struct reader *r, const struct yaml_node *map,
			     struct license *out, struct ow_error *err);

#endif
