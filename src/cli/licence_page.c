/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/licence_page.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/html.h"
#include "cli/version.h"
#include "os/clock.h"

enum {
	COMPONENTS_SHOWN = 6
};

bool licence_is_first(const struct ow_decision *d, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(d->effective[k].expression, d->effective[i].expression) == 0)
			return false;
	}
	return true;
}

static bool is_under(const struct ow_decision *d, const char *component, const char *expression)
{
	for (size_t i = 0; i < d->n_effective; i++) {
		if (strcmp(d->effective[i].component, component) == 0)
			return strcmp(d->effective[i].expression, expression) == 0;
	}
	return false;
}

bool licence_has_duty(const struct ow_decision *d, const char *expression,
		      const struct ow_obligation *o)
{
	if (!is_under(d, o->component, expression))
		return false;
	for (const struct ow_obligation *x = d->obligations; x < o; x++) {
		if (strcmp(x->id, o->id) == 0 && strcmp(x->license, o->license) == 0 &&
		    x->met == o->met && is_under(d, x->component, expression))
			return false;
	}
	return true;
}

const char *licence_shown(const char *expression)
{
	return strcmp(expression, "NOASSERTION") == 0 ? "not known" : expression;
}

/* ---- rows ---------------------------------------------------------------------------------------------------- */

static void put_components(struct buf *b, const struct ow_decision *d, const char *expression)
{
	size_t n = 0;

	buf_text(b, "<td>");
	for (size_t i = 0; i < d->n_effective; i++) {
		if (strcmp(d->effective[i].expression, expression) != 0)
			continue;
		if (n++ >= COMPONENTS_SHOWN)
			continue;
		buf_text(b, n > 1 ? ", " : "");
		html_put(b, d->effective[i].component);
	}
	if (n > COMPONENTS_SHOWN)
		buf_printf(b, " and %zu more", n - COMPONENTS_SHOWN);
	buf_text(b, "</td>\n");
}

static void put_duties(struct buf *b, const struct ow_decision *d, const char *expression,
		       struct licence_counts *counts)
{
	size_t n = 0;

	buf_text(b, "<td>");
	for (size_t i = 0; i < d->n_obligations; i++) {
		const struct ow_obligation *o = &d->obligations[i];

		if (!licence_has_duty(d, expression, o))
			continue;
		counts->unmet += !o->met;
		buf_printf(b, "<div class=\"%s\">%s ", o->met ? "met" : "unmet",
			   o->met ? "&#10003;" : "&#10007;");
		html_put(b, o->id);
		buf_text(b, " <span class=\"more\">");
		html_put(b, o->license);
		buf_text(b, ", ");
		html_put(b, o->clause);
		buf_text(b, ": ");
		html_put(b, o->check);
		buf_text(b, "</span></div>\n");
		n++;
	}
	buf_text(b, n == 0 ? "–</td>\n" : "</td>\n");
}

static void put_artifact(struct buf *b, const struct ow_artifact_row *a, size_t rows,
			 const char *ceiling, bool below)
{
	buf_printf(b, "<td rowspan=\"%zu\" class=\"a\">", rows);
	html_put(b, a->name);
	buf_text(b, "@");
	html_put(b, a->version);
	buf_printf(b, "</td>\n<td rowspan=\"%zu\" class=\"w\">%s</td>\n", rows,
		   ow_class_name(a->zone));
	buf_printf(b, "<td rowspan=\"%zu\" class=\"w %s\">%s</td>\n", rows, below ? "unmet" : "met",
		   ceiling);
}

void licence_page_rows(struct buf *rows, const struct ow_artifact_row *a,
		       const struct ow_decision *d, struct licence_counts *counts)
{
	size_t n = 0;
	bool below = d->ceiling < a->zone;

	for (size_t i = 0; i < d->n_effective; i++)
		n += licence_is_first(d, i);
	counts->artifacts++;
	counts->licences += n;
	counts->below += below;
	for (size_t i = 0, shown = 0; i < d->n_effective; i++) {
		if (!licence_is_first(d, i))
			continue;
		buf_text(rows, shown == 0 ? "<tr class=\"first\">" : "<tr>");
		if (shown++ == 0)
			put_artifact(rows, a, n, ow_class_name(d->ceiling), below);
		html_element(rows, "td class=\"a\"", "%s",
			     licence_shown(d->effective[i].expression));
		put_components(rows, d, d->effective[i].expression);
		put_duties(rows, d, d->effective[i].expression, counts);
		buf_text(rows, "</tr>\n");
	}
}

void licence_page_unjudged(struct buf *rows, const struct ow_artifact_row *a, const char *why,
			   struct licence_counts *counts)
{
	counts->artifacts++;
	counts->unjudged++;
	buf_text(rows, "<tr class=\"first\">");
	put_artifact(rows, a, 1, "not known", true);
	html_element(rows, "td", "%s", a->licence[0] != '\0' ? a->licence : "–");
	html_element(rows, "td colspan=\"2\"", "%s", why);
	buf_text(rows, "</tr>\n");
}

/* ---- the page ------------------------------------------------------------------------------------------------ */

void licence_page_write(struct buf *out, const struct buf *rows, const char *store,
			const struct licence_counts *counts)
{
	bool good = counts->below == 0 && counts->unjudged == 0;
	char when[TIME_TEXT];

	html_head(out, true);
	html_element(out, "title", "Licences: owstore report");
	buf_text(out,
		 "<style>.met { color: #14683a } .unmet { color: #a3161c; font-weight: 600 }\n"
		 ".w { white-space: nowrap } .a { min-width: 38mm }\n"
		 ".more { font-weight: 400 } tr.first td { border-top: 1.5px solid var(--line) "
		 "}\nthead { display: table-header-group }</style>\n</head>\n");
	buf_printf(out, "<body class=\"%s\">\n<header>", good ? "good" : "bad");
	html_element(out, "span", "owstore report licences, %s", store);
	html_element(out, "span", "%s, by the clock of this host", time_text(clock_now(), when));
	buf_text(out, "</header>\n<div class=\"verdict\">\n<h1>Licences</h1>\n");
	html_element(out, "p", "%zu artifacts, %zu licences over their components.",
		     counts->artifacts, counts->licences);
	html_element(out, "p", "%zu stand in a class above their ceiling, %zu could not be judged.",
		     counts->below, counts->unjudged);
	buf_text(out,
		 "</div>\n<p>The ceiling is the highest class that any request may use, by what "
		 "is on record. Obligations are those of handing on to anybody; a cross is one "
		 "that nothing shows to be met.</p>\n"
		 "<table><thead><tr><th>Artifact</th><th>Class</th><th>Ceiling</th>"
		 "<th>Licence</th><th>Components</th><th>Obligations</th></tr></thead><tbody>\n");
	buf_add(out, rows->p, rows->n);
	buf_text(out, "</tbody></table>\n");
	html_element(out, "footer",
		     "Made by owstore %s. This page is not signed: owstore decide tells the "
		     "reasons.",
		     version_build);
	buf_text(out, "</body>\n</html>\n");
	out->failed = out->failed || rows->failed;
}
