/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Statements: what an approver put a signature to, so that a decision may rest on it. Which kinds there are, what each
 * says and what makes two of them speak of the same thing stands in one table (statement.c). A statement is never
 * changed; a later one about the same subject takes its place. Schema: schemas/statement.cddl.
 *
 * A statement with an artifact is a note beside that artifact's record; one without is about parties and licences and
 * lies in governance/ of the store.
 */
#ifndef OW_RECORD_STATEMENT_H
#define OW_RECORD_STATEMENT_H

#include <stdbool.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/buf.h"
#include "base/limits.h"
#include "record/name.h"
#include "record/note.h"

enum statement_kind {
	STATEMENT_FACT,           /* about a party or an artifact: subject, key, value */
	STATEMENT_APPROVAL,       /* this artifact may go to that circle */
	STATEMENT_ELECTION,       /* which branch of an OR was chosen */
	STATEMENT_INTERPRETATION, /* the answer to a question that a text leaves open */
	STATEMENT_WAIVER,         /* a contract that lifts rules of a public licence */
	STATEMENT_ACCEPTANCE,     /* who accepted the terms of an upstream gate */
	STATEMENT_CONCLUSION,     /* which licence a person takes one text to be */
	STATEMENT_AGREEMENT,      /* a separate agreement with a licensor */
	STATEMENT_EVIDENCE,       /* an obligation is met, and what shows it */
	STATEMENT_DECISION,       /* what the policy engine said when an artifact was moved */
	STATEMENT_KINDS
};

enum {
	PARTY_CAP = 65,  /* [A-Za-z0-9][A-Za-z0-9._-]{0,63} */
	WORD_CAP = 41,   /* of a key, form, question, obligation or rule */
	PATH_CAP = 1025, /* of a component */
	LIFTS_MAX = 32,
};

/* All that any kind says; what a kind does not have is empty. */
struct statement {
	enum statement_kind kind;

	/* of every kind */
	bool has_artifact;
	struct ow_id artifact;
	uint64_t time;
	uint64_t nth;         /* among those about the same subject in this second */
	uint64_t valid_until; /* UINT64_MAX: no end; before `time`: it takes an earlier one back */
	char origin[65];      /* whose root knows the signers */
	char reason[NOTE_TEXT_CAP];

	char component[PATH_CAP]; /* a component's path or role; "": the whole artifact */
	char license[LICENCE_CAP];
	char party[PARTY_CAP]; /* whom a fact is about, who accepted, who receives */
	char key[WORD_CAP];    /* of a fact; a question; an obligation */
	char value
	    [NOTE_TEXT_CAP]; /* of a fact; an answer; what was elected; a contract; the text shown */
	uint64_t class;      /* enum ow_class, that is approved or was decided */
	char form[WORD_CAP];
	char purpose[WORD_CAP], verdict[WORD_CAP];
	uint64_t ceiling; /* enum ow_class */
	bool has_shown;
	struct ow_id shown;                   /* of a text's words, or of the file that shows it */
	uint64_t date;                        /* when it was accepted */
	struct ow_id profiles, policy, facts; /* what a decision rests on */
	unsigned n_lifts;
	char lifts[LIFTS_MAX][WORD_CAP]; /* ids of rules and obligations, ascending */
};

/* "fact", "approval", … and back; false for anything else. */
const char *statement_word(enum statement_kind kind);
bool statement_find(const char *word, enum statement_kind *out);

/* Is it a party's id? */
bool party_ok(const char *s);

/* Must, may or must not a statement of this kind be about an artifact? */
enum statement_scope {
	ABOUT_ARTIFACT,
	ABOUT_EITHER,
	ABOUT_PARTIES
};
enum statement_scope statement_scope(enum statement_kind kind);

/* Write it; what the reader would refuse (a member too long or missing) is OW_E_USAGE that names the member. Rules are
 * sorted first.
 */
OW_MUST_USE int statement_encode(struct statement *s, struct buf *out, struct ow_error *err);

/* Read any kind; whatever is not exactly a sound statement is OW_E_FORMAT. */
OW_MUST_USE int statement_decode(const uint8_t *p, size_t n, struct statement *out,
				 struct ow_error *err);

/* Do two statements speak of the same subject, so that the later takes the place of the earlier? Approvals of two
 * people stand side by side: whose they are is for the caller to compare. Decisions never take each other's place.
 */
bool statement_same_subject(const struct statement *a, const struct statement *b);

/* Is `a` with the digest `id` the later of the two? By time, number, digest. */
bool statement_later(const struct statement *a, const struct ow_id *a_id, const struct statement *b,
		     const struct ow_id *b_id);

/* One line for people, without the reason and the dates. Returns out. */
enum {
	STATEMENT_LINE = 2000
};
const char *statement_line(const struct statement *s, char out[STATEMENT_LINE]);

#endif
