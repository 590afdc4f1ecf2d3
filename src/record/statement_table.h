/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The members of a statement and which kind has which. Between the files that read and compare statements.
 */
#ifndef OW_RECORD_STATEMENT_TABLE_H
#define OW_RECORD_STATEMENT_TABLE_H

#include <stddef.h>

#include "record/statement.h"

/* In the order of their keys in a document. */
enum member {
	MEMBER_COMPONENT,
	MEMBER_LICENSE,
	MEMBER_PARTY,
	MEMBER_KEY,
	MEMBER_VALUE,
	MEMBER_CLASS,
	MEMBER_FORM,
	MEMBER_PURPOSE,
	MEMBER_VERDICT,
	MEMBER_CEILING,
	MEMBER_SHOWN,
	MEMBER_DATE,
	MEMBER_PROFILES,
	MEMBER_POLICY,
	MEMBER_FACTS,
	MEMBER_LIFTS,
	MEMBERS
};

enum member_type {
	MEMBER_IS_TEXT,
	MEMBER_IS_WORD,
	MEMBER_IS_PARTY,
	MEMBER_IS_CLASS,
	MEMBER_IS_TIME,
	MEMBER_IS_DIGEST,
	MEMBER_IS_WORDS
};

struct member_row {
	const char *name;
	enum member_type type;
	size_t at, size;
};

struct kind_row {
	const char *word;
	enum statement_scope scope;
	unsigned needs, may; /* bits of members */
	unsigned subject;    /* what two statements about the same have alike */
};

extern const struct member_row statement_members[MEMBERS];
extern const struct kind_row statement_kinds[STATEMENT_KINDS];

/* Has the statement this member? */
bool statement_has(const struct statement *s, enum member m);

/* What is wrong with it beyond its single members, or NULL. */
const char *statement_flaw(const struct statement *s);

/* Is it the id of a rule, an obligation, a question, a key of a fact? [A-Za-z][A-Za-z0-9_:-]{0,39} */
bool statement_word_ok(const char *s);

#endif
