/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The books: what people with the role of an approver have put on record (record/statement.h), as far as the root of
 * the origin that governs the store (handle/governor.h) vouches for them, and how it enters a case. A statement that
 * nobody of it has signed counts for nothing and is told as left out; one that a later one took the place of is not there
 * any more. One that was put on record and that nobody vouches for (any more) says nothing itself, but nothing rests on
 * books in which it may restrict something, or stands in the way of what does (books_whole).
 *
 *	OW_AUTO(books_close) struct books *b = NULL;
 *
 *	if (books_open(s, &trust, now, events, &b, err) < 0 || books_read(b, &unit, err) < 0 ||
 *	    books_read(b, &parent, err) < 0 || books_whole(b, err) < 0)
 *		return err->code;
 *	… items with books_conclusion(b, &unit.id, "LICENSE", &words) …
 *	if (books_fill(b, &fill, a, &c, err) < 0 || case_settle(&c, a, err) < 0)
 *		return err->code;
 */
#ifndef OW_GOVERN_BOOKS_H
#define OW_GOVERN_BOOKS_H

#include "handle/handle.h"
#include "policy/case.h"
#include "record/statement.h"
#include "trust/state.h"

/* Parties that stand for what they are in every store: our own entity, and the policy of the site. */
#define BOOKS_OURSELVES "organisation"
#define BOOKS_POLICY    "policy"

/* And who stands for anyone: in approvals for class redistributable, which take two. */
#define BOOKS_ANYONE "PUB"

/* A fact about the policy that is for promotions alone: "allow" or "refuse". */
#define BOOKS_BY_WORD "promotion_by_word"

/* What is lost for good is acknowledged by a fact about the policy, of whatever value: this and the first 32 digits of
 * the statement that is missing.
 */
#define BOOKS_LOST "lost:"
void books_lost_key(const struct ow_id *statement, char out[WORD_CAP]);

struct books;

/* Open them with what governance/ of the store holds: about parties, licences and the site's policy.
 *
 * now      the time of the decision as far as it is known: what ended before is left out where the engine has no date
 *          for it (facts, elections, interpretations, conclusions, evidence, acceptances)
 * events   told what is left out and why; may be NULL
 */
OW_MUST_USE int books_open(struct ow_store *s, const struct trust_state *trust, uint64_t now,
			   const struct ow_events *events, struct books **out,
			   struct ow_error *err);
void books_close(struct books *b);
OW_DEFINE_AUTO(struct books *, books_close)

/* Add the statements beside an artifact: those of the unit, and of each ancestor that is in the store. */
OW_MUST_USE int books_read(struct books *b, const struct found *f, struct ow_error *err);

/* May anything rest on what was read? < 0 where something is on record and it cannot be told what counts of it: several
 * origins are trusted and the store names none, or no approver vouches any more for a fact, an election, an interpretation
 * or a conclusion, and none has said the same or another since (OW_E_TRUST); or a statement that was put on record is
 * missing, and nobody has acknowledged that (OW_E_INTEGRITY): it may have taken back what is there. To be asked before what is read lets anything happen; to
 * list it, or to add to it, it need not be whole.
 */
OW_MUST_USE int books_whole(const struct books *b, struct ow_error *err);

/* Forget what books_read added: the next artifact is another question. */
void books_forget(struct books *b);

/* The newest time of anything that is read and trusted; 0 if there is nothing. Belongs into c->newest_signed;
 * books_fill raises that to it.
 */
uint64_t books_newest(const struct books *b);

/* The licence that a person concluded one text to be, or NULL. `component` is the path of what the text is about or
 * lies in, `words` the digest of its words (struct detect), NULL for a component without a text. Belongs to the books.
 */
const char *books_conclusion(const struct books *b, const struct ow_id *artifact,
			     const char *component, const struct ow_id *words);

/* The same as a function of struct items_rules, whose ctx are the books. */
const char *books_concluded(void *books, const struct ow_id *artifact, const char *component,
			    const struct ow_id *words);

/* Is the item made of this component of this artifact? `component` is a path or the word of a role, or NULL: is it of
 * the artifact at all? Without a function, shipped items are those of `unit`, by their ids and roles.
 */
typedef bool (*books_holds)(void *ctx, const struct item *item, const struct ow_id *artifact,
			    const char *component);

struct books_fill {
	const struct ow_id *unit; /* the artifact that the request is about */
	const char *recipient;    /* an id; NULL: by the class of the request */
	books_holds holds;
	void *ctx;
};

/* Fill in organisation, affiliates, recipients, site policy, approvals, gates, elections, interpretations, waivers,
 * agreements, terms, shows and marks, and join c->request.recipient. Class, form, purpose and items are set before;
 * facts about items (modality, gated, …) are set in c->items. Nothing is met, approved or known but what is on record;
 * met marks that are in the case already stay, so the bundle builder's may go in before or after. Texts belong to the
 * books and the arena. Before case_settle.
 *
 * Errors   OW_E_USAGE: class customer without a recipient, or a recipient whose id is none.
 */
OW_MUST_USE int books_fill(const struct books *b, const struct books_fill *how, struct arena *a,
			   struct policy_case *c, struct ow_error *err);

/* What approvals there are for a request: how many distinct approvers have signed it and how many it takes (D46). */
struct books_votes {
	unsigned have, need;
	unsigned signed_by; /* those among them whose word has ended, too */
	uint64_t said;      /* when the last of `need` that hold was signed; as the next */
	uint64_t
	    valid_until; /* until when `need` of them hold; meaningful where signed_by >= need */
	char names[400]; /* of the keys, "ann, bob" */
};
void books_votes(const struct books *b, const struct ow_id *artifact, enum ow_class class,
		 const char *recipient, const char *form, struct books_votes *out);

/* Of a party that no fact is on record about and that is no destination: the one that is and whose name it is near to;
 * NULL: it is known, or near to none. Borrowed.
 */
const char *books_meant(const struct books *b, const char *party);

/* What site policy says of promotions by an operator's word. */
bool books_by_word(const struct books *b);

#endif
