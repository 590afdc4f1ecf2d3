/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/statement.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <owstore/class.h>

#include "base/hex.h"
#include "record/statement_table.h"

#define ROW(name, type, member)                                                                    \
	{                                                                                          \
		name, MEMBER_IS_##type, offsetof(struct statement, member),                        \
		    sizeof(((struct statement *)0)->member)                                        \
	}

const struct member_row statement_members[MEMBERS] = {
    [MEMBER_COMPONENT] = ROW("component", TEXT, component),
    [MEMBER_LICENSE] = ROW("license", TEXT, license),
    [MEMBER_PARTY] = ROW("party", PARTY, party),
    [MEMBER_KEY] = ROW("key", WORD, key),
    [MEMBER_VALUE] = ROW("value", TEXT, value),
    [MEMBER_CLASS] = ROW("class", CLASS, class),
    [MEMBER_FORM] = ROW("form", WORD, form),
    [MEMBER_PURPOSE] = ROW("purpose", WORD, purpose),
    [MEMBER_VERDICT] = ROW("verdict", WORD, verdict),
    [MEMBER_CEILING] = ROW("ceiling", CLASS, ceiling),
    [MEMBER_SHOWN] = ROW("digest of what shows it", DIGEST, shown),
    [MEMBER_DATE] = ROW("date", TIME, date),
    [MEMBER_PROFILES] = ROW("digest of profiles", DIGEST, profiles),
    [MEMBER_POLICY] = ROW("digest of policy", DIGEST, policy),
    [MEMBER_FACTS] = ROW("digest of facts", DIGEST, facts),
    [MEMBER_LIFTS] = ROW("rules", WORDS, lifts),
};

#undef ROW

#define HAS(m) (1U << MEMBER_##m)

const struct kind_row statement_kinds[STATEMENT_KINDS] = {
    [STATEMENT_FACT] = {"fact", ABOUT_EITHER, HAS(KEY) | HAS(VALUE), HAS(PARTY) | HAS(COMPONENT),
			HAS(PARTY) | HAS(COMPONENT) | HAS(KEY)},
    [STATEMENT_APPROVAL] = {"approval", ABOUT_ARTIFACT, HAS(PARTY) | HAS(CLASS) | HAS(FORM), 0,
			    HAS(PARTY) | HAS(CLASS) | HAS(FORM)},
    [STATEMENT_ELECTION] = {"election", ABOUT_EITHER, HAS(LICENSE) | HAS(VALUE), HAS(COMPONENT),
			    HAS(LICENSE) | HAS(COMPONENT)},
    [STATEMENT_INTERPRETATION] = {"interpretation", ABOUT_EITHER, HAS(KEY) | HAS(VALUE),
				  HAS(LICENSE) | HAS(COMPONENT),
				  HAS(LICENSE) | HAS(COMPONENT) | HAS(KEY)},
    [STATEMENT_WAIVER] = {"waiver", ABOUT_EITHER, HAS(LICENSE) | HAS(VALUE) | HAS(LIFTS),
			  HAS(COMPONENT), HAS(LICENSE) | HAS(VALUE) | HAS(COMPONENT)},
    [STATEMENT_ACCEPTANCE] = {"acceptance", ABOUT_ARTIFACT, HAS(PARTY) | HAS(DATE),
			      HAS(COMPONENT) | HAS(VALUE) | HAS(SHOWN),
			      HAS(PARTY) | HAS(COMPONENT)},
    [STATEMENT_CONCLUSION] = {"conclusion", ABOUT_ARTIFACT, HAS(LICENSE),
			      HAS(COMPONENT) | HAS(SHOWN), HAS(COMPONENT) | HAS(SHOWN)},
    [STATEMENT_AGREEMENT] = {"agreement", ABOUT_PARTIES, HAS(LICENSE) | HAS(VALUE), 0,
			     HAS(LICENSE) | HAS(VALUE)},
    [STATEMENT_EVIDENCE] = {"evidence", ABOUT_ARTIFACT, HAS(KEY),
			    HAS(COMPONENT) | HAS(LICENSE) | HAS(PARTY) | HAS(VALUE) | HAS(SHOWN),
			    HAS(COMPONENT) | HAS(LICENSE) | HAS(PARTY) | HAS(KEY) | HAS(VALUE)},
    [STATEMENT_DECISION] = {"decision", ABOUT_ARTIFACT,
			    HAS(PARTY) | HAS(CLASS) | HAS(FORM) | HAS(PURPOSE) | HAS(VERDICT) |
				HAS(CEILING) | HAS(PROFILES) | HAS(POLICY) | HAS(FACTS),
			    0, 0},
};

const char *statement_word(enum statement_kind kind)
{
	return statement_kinds[kind].word;
}

bool statement_find(const char *word, enum statement_kind *out)
{
	for (unsigned i = 0; i < STATEMENT_KINDS; i++) {
		if (strcmp(word, statement_kinds[i].word) == 0) {
			*out = (enum statement_kind)i;
			return true;
		}
	}
	return false;
}

enum statement_scope statement_scope(enum statement_kind kind)
{
	return statement_kinds[kind].scope;
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

bool party_ok(const char *s)
{
	size_t n = strspn(s, LETTERS DIGITS "._-");

	return n > 0 && n < PARTY_CAP && s[n] == '\0' && strchr("._-", s[0]) == NULL;
}

bool statement_word_ok(const char *s)
{
	size_t n = strspn(s, LETTERS DIGITS "_:-");

	return n > 0 && n < WORD_CAP && s[n] == '\0' && strchr(DIGITS "_:-", s[0]) == NULL;
}

bool statement_has(const struct statement *s, enum member m)
{
	const struct kind_row *kind = &statement_kinds[s->kind];
	const struct member_row *row = &statement_members[m];

	if ((kind->needs & 1U << m) != 0)
		return true;
	if ((kind->may & 1U << m) == 0)
		return false;
	/* what may be left out is a text, or the digest of what shows it */
	return m == MEMBER_SHOWN ? s->has_shown : ((const char *)s + row->at)[0] != '\0';
}

const char *statement_flaw(const struct statement *s)
{
	enum statement_scope scope = statement_kinds[s->kind].scope;

	if (scope == ABOUT_ARTIFACT && !s->has_artifact)
		return "names no artifact";
	if (scope == ABOUT_PARTIES && s->has_artifact)
		return "is about no artifact";
	if (s->component[0] != '\0' && !s->has_artifact)
		return "names a component of no artifact";
	if (s->kind == STATEMENT_FACT && s->has_artifact == (s->party[0] != '\0'))
		return "is about a party or an artifact, not about both or none";
	if (s->kind == STATEMENT_INTERPRETATION && !s->has_artifact && s->license[0] == '\0')
		return "names neither an artifact nor a license";
	if (s->kind == STATEMENT_EVIDENCE && !s->has_shown && s->value[0] == '\0')
		return "shows nothing";
	return NULL;
}

static bool same_member(const struct statement *a, const struct statement *b, enum member m)
{
	const struct member_row *row = &statement_members[m];
	const char *x = (const char *)a + row->at, *y = (const char *)b + row->at;

	if (row->type == MEMBER_IS_DIGEST)
		return a->has_shown == b->has_shown &&
		       (!a->has_shown || memcmp(x, y, row->size) == 0);
	if (row->type == MEMBER_IS_CLASS)
		return memcmp(x, y, row->size) == 0;
	return m == MEMBER_LICENSE ? strcasecmp(x, y) == 0 : strcmp(x, y) == 0;
}

bool statement_same_subject(const struct statement *a, const struct statement *b)
{
	unsigned subject = statement_kinds[a->kind].subject;

	if (a->kind != b->kind || subject == 0 || a->has_artifact != b->has_artifact ||
	    (a->has_artifact && !ow_id_equal(&a->artifact, &b->artifact)))
		return false;
	for (unsigned m = 0; m < MEMBERS; m++) {
		if ((subject & 1U << m) != 0 && !same_member(a, b, (enum member)m))
			return false;
	}
	return true;
}

bool statement_later(const struct statement *a, const struct ow_id *a_id, const struct statement *b,
		     const struct ow_id *b_id)
{
	if (a->time != b->time)
		return a->time > b->time;
	return a->nth != b->nth ? a->nth > b->nth : ow_id_order(a_id, b_id) > 0;
}

/* ---- for people --------------------------------------------------------------------------------------- */

/* "component of license" as far as they are told, with a space before it. */
static void where(const struct statement *s, char *out, size_t cap)
{
	(void)snprintf(out, cap, "%s%.300s%s%.200s", s->component[0] != '\0' ? " of " : "",
		       s->component, s->license[0] != '\0' ? " under " : "", s->license);
}

static void lifted(const struct statement *s, char *out, size_t cap)
{
	size_t at = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < s->n_lifts && at < cap; i++)
		at += (size_t)snprintf(out + at, cap - at, "%s%s", i > 0 ? ", " : "", s->lifts[i]);
}

const char *statement_line(const struct statement *s, char out[STATEMENT_LINE])
{
	char at[600], list[LIFTS_MAX * (WORD_CAP + 2)], hex[OW_ID_HEX];
	const char *class = ow_class_name((enum ow_class)s->class);

	where(s, at, sizeof at);
	switch (s->kind) {
	case STATEMENT_FACT:
		(void)snprintf(out, STATEMENT_LINE, "%s of %.300s is %.1000s", s->key,
			       s->party[0] != '\0'       ? s->party
			       : s->component[0] != '\0' ? s->component
							 : "the artifact",
			       s->value);
		break;
	case STATEMENT_APPROVAL:
		(void)snprintf(out, STATEMENT_LINE, "%s for %s, %s", class, s->party, s->form);
		break;
	case STATEMENT_ELECTION:
		(void)snprintf(out, STATEMENT_LINE, "%.500s of %.500s%s%.300s", s->value,
			       s->license, s->component[0] != '\0' ? " for " : "", s->component);
		break;
	case STATEMENT_INTERPRETATION:
		(void)snprintf(out, STATEMENT_LINE, "%s: %.500s%s", s->key, s->value, at);
		break;
	case STATEMENT_WAIVER:
		lifted(s, list, sizeof list);
		(void)snprintf(out, STATEMENT_LINE, "contract %.300s lifts %.500s%s", s->value,
			       list, at);
		break;
	case STATEMENT_ACCEPTANCE:
		(void)snprintf(out, STATEMENT_LINE, "terms of the gate accepted by %s%s", s->party,
			       at);
		break;
	case STATEMENT_CONCLUSION:
		(void)snprintf(out, STATEMENT_LINE, "%.500s for %.300s, %s%.12s", s->license,
			       s->component[0] != '\0' ? s->component : "all components",
			       s->has_shown ? "text " : "without a text",
			       s->has_shown ? ow_id_hex(&s->shown, hex) : "");
		break;
	case STATEMENT_AGREEMENT:
		(void)snprintf(out, STATEMENT_LINE, "%.500s with the licensor of %.500s", s->value,
			       s->license);
		break;
	case STATEMENT_EVIDENCE:
		(void)snprintf(out, STATEMENT_LINE, "%s is met%s%s%s%s%.500s", s->key, at,
			       s->party[0] != '\0' ? " towards " : "", s->party,
			       s->value[0] != '\0' ? ": " : "", s->value);
		break;
	case STATEMENT_DECISION:
		(void)snprintf(out, STATEMENT_LINE, "%s for %s to %s, %s, %s; ceiling %s",
			       s->verdict, class, s->party, s->form, s->purpose,
			       ow_class_name((enum ow_class)s->ceiling));
		break;
	case STATEMENT_KINDS:
		out[0] = '\0';
		break;
	}
	return out;
}
