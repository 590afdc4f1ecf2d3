/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum {
	SHOWN = 10 * 1100 /* the longest text with every byte escaped */
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
    "@page { margin: 14mm }\n"
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

void html_head(struct buf *b, bool wide)
{
	buf_text(b, head);
	buf_text(b, wide ? "<style>@page { size: A4 landscape } body { max-width: 269mm }</style>\n"
			 : "<style>@page { size: A4 }</style>\n");
}

void html_put(struct buf *b, const char *s)
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

void html_element(struct buf *b, const char *open, const char *fmt, ...)
{
	char text[1200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	buf_printf(b, "<%s>", open);
	html_put(b, text);
	buf_printf(b, "</%.*s>\n", (int)strcspn(open, " "), open);
}
