/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
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
	PATH_SHOWN = 90,  /* bytes: two lines of a table */
	SHOWN = 10 * 1100 /* the longest text with every byte escaped */
};

struct room {
	size_t findings, artifacts;
};

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<style>\n"
    "@page { size: A4; margin: 14mm }\n"
    ":root { color-scheme: light; --ink: #1a1d21; --dim: #5c6670; --line: #d5dae0; --tone: #8a5a00 "
    "}\n"
    "* { box-sizing: border-box }\n"
    "body { font: 10.5pt/1.4 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; color: var(--ink);\n"
    "  background: #fff; max-width: 182mm; margin: 0 auto; padding: 6mm 4mm }\n"
    ".good { --tone: #14683a } .bad { --tone: #a3161c }\n"
    "header { display: flex; justify-content: space-between; color: var(--dim); font-size: 9pt }\n"
    ".verdict { border: 1px solid var(--tone); border-left: 2.5mm solid var(--tone); padding: 3mm "
    "5mm;\n"
    "  margin: 3mm 0 5mm }\n"
    ".verdict h1 { font-size: 24pt; line-height: 1.1; letter-spacing: .02em; margin: 0 0 1mm;\n"
    "  color: var(--tone) }\n"
    ".verdict p { margin: 0 }\n"
    "p { margin: 1mm 0 }\n"
    "h2 { font-size: 12.5pt; margin: 6mm 0 1.5mm; overflow-wrap: anywhere }\n"
    "h2 b { color: var(--tone) }\n"
    "h3 { font-size: 10.5pt; margin: 4mm 0 1mm }\n"
    "dl { display: grid; grid-template-columns: 28mm 1fr; gap: .6mm 3mm; margin: 3mm 0 0 }\n"
    "dt { color: var(--dim) } dd { margin: 0; overflow-wrap: anywhere }\n"
    "table { border-collapse: collapse; width: 100%; font-size: 9.5pt }\n"
    "th { text-align: left; font-weight: 600; color: var(--dim); border-bottom: 1.5px solid "
    "var(--ink) }\n"
    "th, td { padding: .8mm 5mm .8mm 0; vertical-align: top }\n"
    "@media print, (min-width: 160mm) { .f { min-width: 62mm } }\n"
    "td { border-bottom: 1px solid var(--line); overflow-wrap: anywhere }\n"
    ".n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }\n"
    ".more, footer { color: var(--dim); font-size: 9pt }\n"
    "code { font: 9.5pt/1.3 ui-monospace, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere "
    "}\n"
    "footer { border-top: 1px solid var(--line); margin-top: 6mm; padding-top: 1.5mm }\n"
    "tr, dl, .verdict { break-inside: avoid }\n"
    "@media print { body { padding: 0; max-width: none }\n"
    "  * { -webkit-print-color-adjust: exact; print-color-adjust: exact } }\n"
    "</style>\n";

/* Text of whoever wrote it: scrubbed as for a terminal, and nothing in it is markup. */
static void put(struct buf *b, const char *s)
{
	static const char markup[] = "&<>\"'";
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	char shown[SHOWN];

	(void)text_escape(s, strlen(s), shown, sizeof shown);
	for (const char *c = shown; *c != '\0';) {
		size_t plain = strcspn(c, markup);

		buf_add(b, c, plain);
		c += plain;
		if (*c != '\0')
			buf_text(b, entities[strchr(markup, *c++) - markup]);
	}
}

/* One element with such text. `open` is what stands between the brackets: `td class="n"`. */
OW_PRINTF(3, 4) static void element(struct buf *b, const char *open, const char *fmt, ...)
{
	char text[1200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	buf_printf(b, "<%s>", open);
	put(b, text);
	buf_printf(b, "</%.*s>\n", (int)strcspn(open, " "), open);
}

/* A line of the list of facts. */
#define FACT(b, name, ...)                                                                         \
	do {                                                                                       \
		element(b, "dt", "%s", name);                                                      \
		element(b, "dd", __VA_ARGS__);                                                     \
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
		element(b, "p class=\"more\"", "… and %zu more: owstore verify --json", n - shown);
}

static void put_finding(struct buf *b, const struct ow_finding *f)
{
	buf_text(b, "<tr>");
	element(b, "td", "%s", f->kind);
	if (strlen(f->path) > PATH_SHOWN)
		element(b, "td class=\"f\"", "%.*s…", PATH_SHOWN, f->path);
	else
		element(b, "td class=\"f\"", "%s", f->path[0] != '\0' ? f->path : "–");
	if (f->len > 0)
		element(b, "td class=\"n\"", "%llu", (unsigned long long)f->off);
	else
		element(b, "td class=\"n\"", "–");
	if (f->expected[0] != '\0')
		element(b, "td", "%s (expected %.12s, got %.12s)", f->text, f->expected,
			f->got[0] != '\0' ? f->got : "–");
	else
		element(b, "td", "%s", f->text);
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
		element(b, "td", "%s@%s", a->name, a->version);
		element(b, "td class=\"n\"", "%s", text_size(a->size, size));
		element(b, "td", "%s", ow_class_name(a->claimed_class));
		element(b, "td", "%s", a->claimed_licence);
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

static const char *verdict_of(const struct ow_bundle_report *r)
{
	return r->superseded ? "SUPERSEDED" : report_verdict(r->code);
}

/* A bundle alone has the verdict of the page. */
static void put_bundle(struct buf *b, const struct ow_bundle_report *r, bool alone,
		       struct room *room)
{
	buf_printf(b, "<section class=\"%s\">\n<h2>", r->superseded ? "open" : tone(r->code));
	if (!alone)
		element(b, "b", "%s", verdict_of(r));
	put(b, r->name);
	buf_text(b, "</h2>\n");
	if (r->superseded)
		element(b, "p",
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

	buf_text(out, head);
	element(out, "title", "%s: owstore verify", report_verdict(code));
	buf_printf(out, "</head>\n<body class=\"%s\">\n<header>", tone(code));
	element(out, "span", "owstore verify");
	element(out, "span", "%s, by the clock of this host", time_text(clock_now(), when));
	buf_text(out, "</header>\n<div class=\"verdict\">\n");
	element(out, "h1", "%s", report_verdict(code));
	element(out, "p", "%s", meaning(code));
	buf_text(out, "</div>\n");
	if (why->code != OW_OK) {
		element(out, "p", "%s", why->text);
		if (why->hint[0] != '\0')
			element(out, "p", "%s", why->hint);
	}
	for (size_t i = 0; i < r->n && i < BUNDLES; i++)
		put_bundle(out, &r->bundles[i], r->n == 1, &room);
	for (size_t i = BUNDLES; i < r->n && i < BUNDLES + VERDICTS; i++)
		element(out, "p", "%s %s", verdict_of(&r->bundles[i]), r->bundles[i].name);
	put_more(out, r->n, BUNDLES + VERDICTS);
	if (next != NULL) {
		buf_text(out, "<h3>Next</h3>\n<p>");
		element(out, "code", "%s", next);
		buf_text(out, "</p>\n");
	}
	element(
	    out, "footer",
	    "Made by owstore %s. This page is not signed: the medium, checked again, is the proof.",
	    version_build);
	buf_text(out, "</body>\n</html>\n");
}
