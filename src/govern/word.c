/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/word.h"

#include <string.h>

#include "base/err.h"
#include "govern/books_entry.h"
#include "govern/item_claim.h"
#include "policy/expr.h"

static int against(const struct book_entry *e, const char *licence, struct ow_error *err)
{
	const struct statement *st = &e->st;

	(void)err_set(err, OW_E_POLICY,
		      "the word is %.150s, but %s concluded %.150s for %.150s, which is not in it",
		      licence, e->signer[0].name, st->license,
		      st->component[0] != '\0' ? st->component : "all of the artifact");
	return err_hint(err, "name a licence that holds both, or have the conclusion said anew or "
			     "taken back (owstore interpret)");
}

int word_check(const struct books *b, const struct ow_id *artifact, const char *licence,
	       struct ow_error *err)
{
	struct expr word, concluded;

	if (!books_by_word(b)) {
		(void)err_set(err, OW_E_POLICY,
			      "the site's policy refuses promotions by an operator's word");
		return err_hint(err, "without --license and --reason the decision is what counts");
	}
	if (expr_parse(licence, &word, err) < 0)
		return err->code;
	for (size_t i = 0; i < books_size(b); i++) {
		const struct book_entry *e = books_at(b, i);
		struct ow_error ignored = {0};

		if (e->st.kind == STATEMENT_CONCLUSION && ow_id_equal(&e->st.artifact, artifact) &&
		    entry_holds(b, e) && expr_parse(e->st.license, &concluded, &ignored) == 0 &&
		    !expr_holds(&word, &concluded))
			return against(e, licence, err);
	}
	return 0;
}

static bool way_names(const struct expr *word, uint32_t way, const char *id)
{
	for (size_t i = 0; i < word->n_leaves; i++) {
		const struct expr_leaf *leaf = &word->leaves[i];

		if ((way >> i & 1) != 0 && leaf->with[0] == '\0' && item_one_text(leaf->id, id))
			return true;
	}
	return false;
}

/* Does each way of the word hold the licence? One way alone would let it be elected away, an exception takes from it. */
static bool names(const struct expr *word, const char *id)
{
	for (size_t i = 0; i < word->n_ways; i++) {
		if (!way_names(word, word->ways[i], id))
			return false;
	}
	return true;
}

/* The first licence of a known text that the word does not hold; NULL: there is none. */
static const char *missing(const char *licence, const struct finding_file *text)
{
	struct ow_error ignored = {0};
	struct expr word;

	if (!finding_confirmed(text) || !voice_is_text(text) ||
	    expr_parse(licence, &word, &ignored) < 0)
		return NULL;
	for (size_t i = 0; i < text->n_ids; i++) {
		if (!names(&word, text->ids[i]))
			return text->ids[i];
	}
	return NULL;
}

bool word_holds(const char *licence, const struct finding_file *text)
{
	return missing(licence, text) == NULL;
}

bool word_elects(const char *licence, const char *concluded)
{
	struct ow_error ignored = {0};
	struct expr word, whole;

	return expr_parse(licence, &word, &ignored) == 0 &&
	       expr_parse(concluded, &whole, &ignored) == 0 && expr_elects(&whole, &word);
}

int word_check_texts(const struct books *b, const struct ow_id *artifact, const struct finding *f,
		     const char *licence, struct ow_error *err)
{
	for (size_t i = 0; i < f->n_files; i++) {
		const struct finding_file *text = &f->files[i];
		const char *id = missing(licence, text);

		if (id == NULL || books_conclusion(b, artifact, text->path, &text->words) != NULL)
			continue;
		(void)err_set(
		    err, OW_E_POLICY,
		    "the word is %.150s, but %.150s is the text of %.150s, which is not in it",
		    licence, text->path, id);
		return err_hint(
		    err, "name a licence that holds both, or have a person conclude what the "
			 "text is (owstore interpret)");
	}
	return 0;
}
