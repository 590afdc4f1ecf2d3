/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Print the words of the text on standard input as the detection sees them: their digest, then a line for each with
 * its flags (L first of its line, U upper case, S slot, M list mark, T turns a clause, C is of a clause) and, but for the last four, the shingle that begins
 * there.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"
#include "codec/digest.h"
#include "detect/lexicon.h"
#include "detect/markup.h"
#include "detect/words.h"

static int print_words(const void *p, size_t n, struct ow_error *err)
{
	OW_AUTO(plain_done) struct plain t = {0};
	OW_AUTO(words_done) struct words w = {0};
	OW_AUTO(shingles_done) struct shingles s = {0};
	struct ow_id digest;
	char text[OW_ID_TEXT];

	if (plain_read(p, n, &t, err) < 0)
		return err->code;
	(void)markup_clean(t.text.p, t.text.n);
	if (words_read(&t, &w, err) < 0 || shingles_of(&w, &s, err) < 0 ||
	    digest_bytes(w.text.p, w.text.n, &digest, err) < 0)
		return err->code;
	printf("%s\n", ow_id_text(&digest, text));
	for (size_t i = 0; i < w.n; i++) {
		unsigned f = w.at[i].flags;

		printf("%.*s -%s%s%s%s%s%s", (int)w.at[i].len, word_text(&w, i),
		       (f & WORD_LINE) != 0 ? "L" : "", (f & WORD_UPPER) != 0 ? "U" : "",
		       (f & WORD_SLOT) != 0 ? "S" : "", (f & WORD_MARK) != 0 ? "M" : "",
		       lexicon_turns(word_text(&w, i), w.at[i].len) ? "T" : "",
		       lexicon_clause(word_text(&w, i), w.at[i].len) ? "C" : "");
		if (i < s.n)
			printf(" %u", s.at[i]);
		printf("\n");
	}
	return 0;
}

int main(void)
{
	static uint8_t text[LICENSE_FILE_MAX];
	size_t n = fread(text, 1, sizeof text, stdin);
	struct ow_error err = {0};

	if (print_words(text, n, &err) < 0) {
		fprintf(stderr, "license_words: %s\n", err.text);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
