/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/page.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/html.h"
#include "cli/report.h"
#include "cli/verb.h"
#include "cli/version.h"
#include "os/clock.h"

/* What one page holds. */
enum {
	BUNDLES = 3, /* in full; of others the verdict */
	VERDICTS = 16,
	FINDINGS = 12, /* of all bundles together */
	ARTIFACTS = 10,
	PATH_SHOWN = 90 /* bytes: two lines of a table */
};

struct room {
	size_t findings, artifacts;
};

/* A line of the list of facts. */
#define FACT(b, name, ...)                                                                         \
	do {                                                                                       \
		html_element(b, "dt", "%s", name);                                                 \
		html_element(b, "dd", __VA_ARGS__);                                                \
	} while (0)

static const char *tone(enum ow_code code)
{
	return code == OW_OK                                  ? "good"
	       : strcmp(report_verdict(code), "REFUSED") == 0 ? "bad"
							      : "open";
}

/* What the verdict means to somebody who has only this page. */
static const char *meaning(enum ow_code code)
{
	const char *verdict = report_verdict(code);

	if (code == OW_OK)
		return "Every byte of every file was read and is what the named people signed.";
	if (strcmp(verdict, "INCOMPLETE") == 0)
		return "Files that were signed are not there. What is there may be good, the "
		       "bundle "
		       "is not whole.";
	if (strcmp(verdict, "REFUSED") == 0)
		return "Do not use what is on this medium. The reasons stand below.";
	return "It is not known whether this is what was signed. Do not use it before it has been "
	       "checked.";
}

/* How many of n rows are shown; takes them from what the page has left of its kind. */
static size_t rows(size_t n, size_t *left)
{
	size_t shown = n < *left ? n : *left;

	*left -= shown;
	return shown;
}

static void put_more(struct buf *b, size_t n, size_t shown)
{
	if (shown < n)
		html_element(b, "p class=\"more\"", "… and %zu more: owstore verify --json",
			     n - shown);
}

static void put_finding(struct buf *b, const struct ow_finding *f)
{
	buf_text(b, "<tr>");
	html_element(b, "td", "%s", f->kind);
	if (strlen(f->path) > PATH_SHOWN)
		html_element(b, "td class=\"f\"", "%.*s…", PATH_SHOWN, f->path);
	else
		html_element(b, "td class=\"f\"", "%s", f->path[0] != '\0' ? f->path : "–");
	if (f->len > 0)
		html_element(b, "td class=\"n\"", "%llu", (unsigned long long)f->off);
	else
		html_element(b, "td class=\"n\"", "–");
	if (f->expected[0] != '\0')
		html_element(b, "td", "%s (expected %.12s, got %.12s)", f->text, f->expected,
			     f->got[0] != '\0' ? f->got : "–");
	else
		html_element(b, "td", "%s", f->text);
	buf_text(b, "</tr>\n");
}

static void put_findings(struct buf *b, const struct ow_bundle_report *r, struct room *room)
{
	size_t shown = rows(r->n_findings, &room->findings);

	if (r->n_findings == 0)
		return;
	buf_text(b, "<h3>What is wrong</h3>\n<table><thead><tr><th>Failure</th><th>File</th>"
		    "<th class=\"n\">At byte</th><th>What</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < shown; i++)
		put_finding(b, &r->findings[i]);
	buf_text(b, "</tbody></table>\n");
	put_more(b, r->n_findings, shown);
}

static void put_claims(struct buf *b, const struct ow_bundle_report *r, struct room *room)
{
	size_t shown = rows(r->n_artifacts, &room->artifacts);
	char size[TEXT_SIZE];

	if (r->n_artifacts == 0)
		return;
	buf_text(b, "<h3>What the sender says is inside; class and licence are claims</h3>\n"
		    "<table><thead><tr><th>Artifact</th><th class=\"n\">Size</th><th>Sent as</th>"
		    "<th>Under</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < shown; i++) {
		const struct ow_bundle_artifact *a = &r->artifacts[i];

		buf_text(b, "<tr>");
		html_element(b, "td", "%s@%s", a->name, a->version);
		html_element(b, "td class=\"n\"", "%s", text_size(a->size, size));
		html_element(b, "td", "%s", ow_class_name(a->claimed_class));
		html_element(b, "td", "%s", a->claimed_licence);
		buf_text(b, "</tr>\n");
	}
	buf_text(b, "</tbody></table>\n");
	put_more(b, r->n_artifacts, shown);
}

static void put_facts(struct buf *b, const struct ow_bundle_report *r)
{
	char line[REPORT_LINE];

	buf_text(b, "<dl>\n");
	FACT(b, "Folder", "%s", r->path);
	for (size_t i = 0; i < r->n_signers; i++)
		FACT(b, "Signed by", "%s", report_signer(&r->signers[i], line));
	if (r->authentic)
		FACT(b, "Origin", "%s", report_origin(r, line));
	if (r->authentic && r->issued != 0)
		FACT(b, "Number", "%s", report_freshness(r, line));
	if (r->files > 0)
		FACT(b, "Checked", "%s", report_checked(r, line));
	if (r->notices[0] != '\0')
		FACT(b, "Notices", "%s", r->notices);
	buf_text(b, "</dl>\n");
}

/* A bundle alone has the verdict of the page. */
static void put_bundle(struct buf *b, const struct ow_bundle_report *r, bool alone,
		       struct room *room)
{
	buf_printf(b, "<section class=\"%s\">\n<h2>", r->superseded ? "open" : tone(r->code));
	if (!alone)
		html_element(b, "b", "%s", report_of_bundle(r));
	html_put(b, r->name);
	buf_text(b, "</h2>\n");
	if (r->superseded)
		html_element(
		    b, "p",
		    "A newer bundle of stream %s lies beside it; this one's files were not "
		    "checked.",
		    r->stream);
	put_findings(b, r, room);
	put_facts(b, r);
	put_claims(b, r, room);
	buf_text(b, "</section>\n");
}

void page_write(struct buf *out, const struct ow_verify_report *r, const struct ow_error *why,
		const char *next)
{
	enum ow_code code = why->code != OW_OK ? why->code : r->code;
	struct room room = {FINDINGS, ARTIFACTS};
	char when[TIME_TEXT];

	html_head(out, false);
	html_element(out, "title", "%s: owstore verify", report_verdict(code));
	buf_printf(out, "</head>\n<body class=\"%s\">\n<header>", tone(code));
	html_element(out, "span", "owstore verify");
	html_element(out, "span", "%s, by the clock of this host", time_text(clock_now(), when));
	buf_text(out, "</header>\n<div class=\"verdict\">\n");
	html_element(out, "h1", "%s", report_verdict(code));
	html_element(out, "p", "%s", meaning(code));
	buf_text(out, "</div>\n");
	if (why->code != OW_OK) {
		html_element(out, "p", "%s", why->text);
		if (why->hint[0] != '\0')
			html_element(out, "p", "%s", why->hint);
	}
	for (size_t i = 0; i < r->n && i < BUNDLES; i++)
		put_bundle(out, &r->bundles[i], r->n == 1, &room);
	for (size_t i = BUNDLES; i < r->n && i < BUNDLES + VERDICTS; i++)
		html_element(out, "p", "%s %s", report_of_bundle(&r->bundles[i]),
			     r->bundles[i].name);
	put_more(out, r->n, BUNDLES + VERDICTS);
	if (next != NULL) {
		buf_text(out, "<h3>Next</h3>\n<p>");
		html_element(out, "code", "%s", next);
		buf_text(out, "</p>\n");
	}
	html_element(
	    out, "footer",
	    "Made by owstore %s. This page is not signed: the medium, checked again, is the proof.",
	    version_build);
	buf_text(out, "</body>\n</html>\n");
}
