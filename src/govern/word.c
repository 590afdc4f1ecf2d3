/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/word.h"

#include "base/err.h"
#include "govern/books_entry.h"
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
