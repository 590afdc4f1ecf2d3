/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Model cards: the front matter lies in the file, and so does the prompt in it; claims are terminated and printable.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "detect/claims.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check(const struct claims *c)
{
	if (c->n > CLAIMS_MAX)
		abort();
	for (size_t i = 0; i < c->n; i++) {
		const char *value = c->at[i].value;

		if (memchr(value, '\0', CLAIM_VALUE_MAX) == NULL ||
		    !utf8_ok((const uint8_t *)value, strlen(value)) ||
		    strpbrk(value, "\n\r\t\033") != NULL)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OW_AUTO(claims_done) struct claims c = {0};
	OW_AUTO(card_prompt_done) struct card_prompt prompt = {0};
	struct ow_error err = {0};
	size_t from = 0, to = 0;

	if (n > 0 && card_front_matter(p, n, &from, &to)) {
		if (from > to || to > n)
			abort();
		if (claims_of_card(p + from, to - from, &c, &prompt, &err) < 0 &&
		    err.code != OW_E_FORMAT)
			abort();
		if (prompt.text != NULL && (prompt.from > prompt.to || prompt.to > to - from))
			abort();
	}
	err = (struct ow_error){0};
	if (claims_of_text(p, n, &c, &err) < 0)
		abort();
	check(&c);
	return 0;
}
