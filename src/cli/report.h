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

/* Its lines, of whatever form: "rel key 0123…: good"; "lab, by its root 1, for site-b"; "7 of stream main, issued …";
 * "12 files, 98.4 MB in 0.31 s (317 MB/s), every byte by the signed digests". Return out.
 */
enum {
	REPORT_LINE = 300
};
const char *report_signer(const struct ow_bundle_signer *s, char out[REPORT_LINE]);
const char *report_origin(const struct ow_bundle_report *b, char out[REPORT_LINE]);
const char *report_freshness(const struct ow_bundle_report *b, char out[REPORT_LINE]);
const char *report_checked(const struct ow_bundle_report *b, char out[REPORT_LINE]);

/* The word for a code: VERIFIED, REFUSED, INCOMPLETE, COULD NOT CHECK. */
const char *report_verdict(enum ow_code code);

/* The same of one bundle, which may also be superseded, or not have been looked at to its end. */
const char *report_of_bundle(const struct ow_bundle_report *b);

#endif
