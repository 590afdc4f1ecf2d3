/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the reasons of a decision to the commands that supply what is missing. In a template $A is the artifact, $C the
 * class, $R the recipient, $F the form, $K the component, $L the licence, $O the obligation; words in capitals are for
 * the person.
 */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/licenses.h"

static const struct {
	const char *rule;
	const char *command;
} supplies[] = {
    {"X-NOTEXT", "owstore interpret $A --component $K --text FILE --license ID --key NAME"},
    {"X-MISMATCH", "owstore interpret $A --component $K --text FILE --license ID --key NAME"},
    {"X-OR", "owstore elect $A --expression $L --choose BRANCH --key NAME"},
    {"drift", "owstore elect $A --expression $L --choose LATER --key NAME"},
    {"X-LINEAGE", "owstore add FOLDER --name PARENT"},
    {"X-APPROVAL", "owstore approve $A --class $C --recipient $R --form $F --key NAME"},
    {"X-EXPIRED", "owstore approve $A --class $C --recipient $R --form $F --key NAME"},
    {"X-SANCTION", "owstore fact $R screened=DATE --key NAME"},
    {"X-GATE", "owstore accept $A --component $K --date DATE --key NAME"},
    {"X-NC", "owstore fact $R commercial=VALUE purpose=VALUE --key NAME"},
    {"X-SCALE", "owstore fact organisation mau=NUMBER revenue_usd_per_year=NUMBER --key NAME"},
    {"X-TERR", "owstore fact organisation domicile=CC --key NAME"},
    {"provenance-risk",
     "owstore interpret $A --component $K --question provenance-risk --answer accept --key NAME"},
    {"X-PASSTHRU",
     "owstore accept $A --obligation O-PASSTHRU --license $L --recipient $R --text CONTRACT --key "
     "NAME"},
    {"X-DISPLAY", "owstore accept $A --obligation O-DISPLAY --license $L --text TEXT --key NAME"},
    {"X-SOURCE", "owstore fact --artifact $A --component $K source_available=true --key NAME"},
    {"O-", "owstore accept $A --obligation $O --license $L --shown FILE --key NAME"},
};

/* A word for a shell: in quotes where it is not plain. */
static void put_word(struct buf *b, const char *s)
{
	if (s[0] != '\0' && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789@/:._+-") == strlen(s)) {
		buf_text(b, s);
		return;
	}
	buf_text(b, "'");
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_text(b, "'\\''");
		else
			buf_add(b, s, 1);
	}
	buf_text(b, "'");
}

static const char *value_of(char letter, const char *ref, const struct ow_decision *d,
			    const struct ow_reason *r)
{
	switch (letter) {
	case 'A':
		return ref;
	case 'C':
		return ow_class_name(d->requested);
	case 'R':
		return d->recipient;
	case 'F':
		return d->form;
	case 'K':
		return r->component;
	case 'L':
		return r->license;
	default:
		return r->rule;
	}
}

static void expand(struct buf *b, const char *command, const char *ref, const struct ow_decision *d,
		   const struct ow_reason *r)
{
	for (; *command != '\0'; command++) {
		if (*command == '$' && command[1] != '\0')
			put_word(b, value_of(*++command, ref, d, r));
		else
			buf_add(b, command, 1);
	}
}

static const char *supply_of(const char *rule)
{
	for (size_t i = 0; i < sizeof supplies / sizeof supplies[0]; i++) {
		const char *s = supplies[i].rule;
		size_t n = strlen(s);

		if (s[n - 1] == '-' ? strncmp(rule, s, n) == 0 : strcmp(rule, s) == 0)
			return supplies[i].command;
	}
	return NULL;
}

/* Is the line among those before it, each ended by a newline? */
static bool said_before(struct buf *all, const char *line)
{
	size_t n = strlen(line);

	for (const char *s = buf_str(all); *s != '\0';) {
		size_t len = strcspn(s, "\n");

		if (len == n && memcmp(s, line, n) == 0)
			return true;
		s += len + (s[len] == '\n');
	}
	return false;
}

void decision_next(struct ctx *c, const char *ref, const struct ow_decision *d)
{
	struct json list = json_put_list(c->out.result, "next");
	OW_AUTO(buf_done) struct buf all = {0};

	for (size_t i = 0; i < d->n_reasons; i++) {
		const struct ow_reason *r = &d->reasons[i];
		const char *command = r->severity <= OW_SEVERITY_REVIEW ? supply_of(r->rule) : NULL;
		OW_AUTO(buf_done) struct buf line = {0};

		if (command == NULL)
			continue;
		expand(&line, command, ref, d, r);
		if (line.failed || said_before(&all, buf_str(&line)))
			continue;
		if (all.n == 0) {
			out_line(&c->out, "%s", "");
			out_styled(&c->out, OUT_HEAD, "What would supply it");
		}
		buf_printf(&all, "%s\n", buf_str(&line));
		json_put_text(list, NULL, buf_str(&line));
		out_line(&c->out, "  %s", buf_str(&line));
	}
}
