/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What verify and import found out about bundles, for people and for programs.
 */
#ifndef OW_CLI_REPORT_H
#define OW_CLI_REPORT_H

#include <owstore/bundle.h>

#include "cli/cmd.h"

/* Print all bundles, verdict first, failures before the rest; fills "bundles" of the JSON result. */
void report_show(struct ctx *c, const struct ow_verify_report *r);

/* The word for a code: VERIFIED, REFUSED, INCOMPLETE, COULD NOT CHECK. */
const char *report_verdict(enum ow_code code);

#endif
