/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the reasons of a decision to the commands that supply what is missing. In a template $A is the artifact and $K
 * the option that names its component, $N its name alone; $H and $I are the same of the artifact whose licence it is,
 * which may be one that $A comes from. $C is the class, $R the recipient, $F the form, $P the party that the fact is about, $L the licence, $O
 * the obligation; words in capitals are for the person.
 */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/shell.h"
#include "cli/licenses.h"

enum when {
	ALWAYS,
	WITHOUT_TEXT,   /* no text speaks for the component */
	OWN_REVIEW,     /* asked about ourselves */
	OUTSIDE_REVIEW, /* asked about a recipient of whom there can be facts */
	REVIEW,
	BLOCKED
};

static const struct {
	const char *rule;
	enum when when;
	const char *command;
} supplies[] = {
    {"X-NOTEXT", WITHOUT_TEXT, "owstore interpret $H$I --license ID --key NAME"},
    {"X-NOTEXT", ALWAYS, "owstore interpret $H --text FILE --license ID --key NAME"},
    {"X-MISMATCH", ALWAYS, "owstore interpret $H --text FILE --license ID --key NAME"},
    {"X-OR", ALWAYS, "owstore elect $H --expression $L --choose BRANCH --key NAME"},
    {"drift", ALWAYS, "owstore elect $H --expression $L --choose LATER --key NAME"},
    {"X-LINEAGE", ALWAYS, "owstore add FOLDER --name PARENT"},
    {"X-APPROVAL", ALWAYS, "owstore approve $A --class $C --recipient $R --form $F --key NAME"},
    {"X-EXPIRED", ALWAYS, "owstore approve $A --class $C --recipient $R --form $F --key NAME"},
    {"X-SANCTION", ALWAYS, "owstore fact $R screened=DATE --key NAME"},
    {"X-GATE", ALWAYS, "owstore accept $H$I --date DATE --key NAME"},
    {"X-NC", OWN_REVIEW,
     "owstore interpret $A$K --license $L --question research-use --answer accept --key NAME"},
    {"X-NC", OUTSIDE_REVIEW, "owstore fact $R commercial=BOOL purpose=WORD --key NAME"},
    {"X-NC", BLOCKED, "owstore waive $A --license $L --contract CONTRACT --lifts X-NC --key NAME"},
    {"X-SCALE", REVIEW, "owstore fact $P mau=NUMBER revenue_usd_per_year=NUMBER --key NAME"},
    {"X-SCALE", BLOCKED, "owstore waive --license $L --agreement CONTRACT --key NAME"},
    {"X-TERR", REVIEW, "owstore fact $P domicile=CC --key NAME"},
    {"X-TERR", BLOCKED,
     "owstore waive $A --license $L --contract CONTRACT --lifts X-TERR --key NAME"},
    {"provenance-risk", ALWAYS,
     "owstore interpret $A$K --question provenance-risk --answer accept --key NAME"},
    {"X-PASSTHRU", ALWAYS,
     "owstore accept $A --obligation O-PASSTHRU --license $L --recipient $R --text CONTRACT --key "
     "NAME"},
    {"X-DISPLAY", ALWAYS,
     "owstore accept $A --obligation O-DISPLAY --license $L --text TEXT --key NAME"},
    {"X-SOURCE", ALWAYS, "owstore fact --artifact $A$K source_available=true --key NAME"},
    {"O-COPY", ALWAYS, "owstore add FOLDER --name $N --version VERSION"},
    {"O-COPYRIGHT", ALWAYS, "owstore add FOLDER --name $N --version VERSION"},
    {"O-AUP", ALWAYS, "owstore add FOLDER --name $N --version VERSION"},
    {"O-NOTICE-", ALWAYS, "owstore add FOLDER --name $N --version VERSION"},
    {"O-", ALWAYS, "owstore accept $A --obligation $O --license $L --shown FILE --key NAME"},
};

/* ---- words -------------------------------------------------------------------------------------------- */

/* Of "weights (6 files)" the role, which the verbs know; a file goes by its path. */
static void put_component(struct buf *b, const char *id, size_t n)
{
	const char *more;

	if (n == 0)
		return;
	buf_text(b, " --component ");
	more = strstr(id, " (");
	if (more != NULL && strspn(more + 2, "0123456789") > 0 &&
	    strncmp(more + 2 + strspn(more + 2, "0123456789"), " files", 6) == 0)
		n = (size_t)(more - id);
	shell_word(b, id, n);
}

/* ---- whose licence it is ------------------------------------------------------------------------------ */

/* The item at the end of a reason's path, where it is not of the artifact itself: "name@version" with a component. */
struct holder {
	const char *ref, *component;
	size_t n_ref, n_component;
};

static bool is_of_ancestor(const struct ow_reason *r)
{
	return r->n_path > 2;
}

/* False: it goes by a name alone and is not in the store. */
static bool find_holder(const struct ow_reason *r, struct holder *out)
{
	static const char more[] = " (ancestor)";
	const char *id = r->path[r->n_path - 1], *at = strchr(id, '@'), *colon;
	size_t n = strlen(id), tail = sizeof more - 1;

	if (at == NULL)
		return false;
	while (n > tail && strncmp(id + n - tail, more, tail) == 0)
		n -= tail;
	*out = (struct holder){.ref = id, .n_ref = n};
	colon = strstr(at, ": ");
	if (colon != NULL && (size_t)(colon - id) < n) {
		out->n_ref = (size_t)(colon - id);
		out->component = colon + 2;
		out->n_component = n - out->n_ref - 2;
	}
	return true;
}

/* Is the reason's fact about this party? */
static bool is_about(const struct ow_reason *r, const char *party)
{
	size_t n = strlen(party);

	return strncmp(r->fact, party, n) == 0 && strncmp(r->fact + n, ": ", 2) == 0;
}

static bool is_ourselves(const struct ow_decision *d)
{
	return strcmp(d->recipient, d->organisation) == 0;
}

/* ---- the commands ------------------------------------------------------------------------------------- */

/* What a template says of the artifact and its components; false: the letter is none of these. */
static bool put_subject(struct buf *b, char letter, const char *ref, const struct ow_reason *r)
{
	struct holder h = {.ref = ref,
			   .n_ref = strlen(ref),
			   .component = r->component,
			   .n_component = strlen(r->component)};

	if ((letter == 'H' || letter == 'I') && is_of_ancestor(r) && !find_holder(r, &h))
		return true;
	if (letter == 'A' || letter == 'H')
		shell_word(b, h.ref, h.n_ref);
	else if (letter == 'K' || letter == 'I')
		put_component(b, h.component, h.n_component);
	else
		return false;
	return true;
}

static const char *value_of(char letter, const struct ow_decision *d, const struct ow_reason *r)
{
	switch (letter) {
	case 'C':
		return ow_class_name(d->requested);
	case 'R':
		return d->recipient;
	case 'P':
		return !is_ourselves(d) && is_about(r, d->recipient) ? d->recipient
								     : "organisation";
	case 'F':
		return d->form;
	case 'L':
		return r->license;
	case 'N':
		return d->artifact;
	default:
		return r->rule;
	}
}

static void expand(struct buf *b, const char *command, const char *ref, const struct ow_decision *d,
		   const struct ow_reason *r)
{
	for (; *command != '\0'; command++) {
		const char *value;

		if (*command != '$' || command[1] == '\0') {
			buf_add(b, command, 1);
			continue;
		}
		if (put_subject(b, *++command, ref, r))
			continue;
		value = value_of(*command, d, r);
		shell_word(b, value, strlen(value));
	}
}

static bool has_no_text(const struct ow_reason *r)
{
	static const char none[] = ", text none";
	size_t n = strlen(r->fact), tail = sizeof none - 1;

	return n >= tail && strcmp(r->fact + n - tail, none) == 0;
}

static bool is_time_for(enum when when, const struct ow_decision *d, const struct ow_reason *r)
{
	switch (when) {
	case ALWAYS:
		break;
	case WITHOUT_TEXT:
		return has_no_text(r);
	case OWN_REVIEW:
		return r->severity == OW_SEVERITY_REVIEW && is_ourselves(d);
	case OUTSIDE_REVIEW: /* anyone is nobody of whom there are facts */
		return r->severity == OW_SEVERITY_REVIEW && !is_ourselves(d) &&
		       strcmp(d->recipient, "PUB") != 0;
	case REVIEW:
		return r->severity == OW_SEVERITY_REVIEW;
	case BLOCKED:
		return r->severity == OW_SEVERITY_BLOCK;
	}
	return true;
}

static const char *supply_of(const struct ow_decision *d, const struct ow_reason *r)
{
	struct holder ignored;

	if (r->severity > OW_SEVERITY_REVIEW)
		return NULL;
	for (size_t i = 0; i < sizeof supplies / sizeof supplies[0]; i++) {
		const char *s = supplies[i].rule, *command = supplies[i].command;
		size_t n = strlen(s);

		if ((s[n - 1] == '-' ? strncmp(r->rule, s, n) != 0 : strcmp(r->rule, s) != 0) ||
		    !is_time_for(supplies[i].when, d, r))
			continue;
		/* of what is not in the store nothing can be said */
		return strstr(command, "$H") != NULL && is_of_ancestor(r) &&
			       !find_holder(r, &ignored)
			   ? NULL
			   : command;
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

bool decision_next(struct ctx *c, const char *ref, const struct ow_decision *d)
{
	struct json list = json_put_list(c->out.result, "next");
	OW_AUTO(buf_done) struct buf all = {0};

	for (size_t i = 0; i < d->n_reasons; i++) {
		const struct ow_reason *r = &d->reasons[i];
		const char *command = supply_of(d, r);
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
	return all.n > 0;
}
