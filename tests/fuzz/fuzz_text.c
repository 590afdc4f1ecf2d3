/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Whatever the bytes are: each match lies in the file, a state goes with its matches, and what is word for word a known
 * text has nothing left over.
 */
#include <stdlib.h>
#include <string.h>

#include "detect/detect.h"
#include "detect/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check_match(const struct detect_match *m, size_t n)
{
	if (m->from > m->to || m->to > n || !(m->coverage >= 0 && m->coverage <= 1) ||
	    memchr(m->id, '\0', sizeof m->id) == NULL || m->id[0] == '\0')
		abort();
	if ((m->state == DETECT_EXACT || m->state == DETECT_CONFIRMED) && m->residual != 0)
		abort();
}

/* Words lie in the file, in order. */
static void check_words(const uint8_t *p, size_t n)
{
	OW_AUTO(plain_done) struct plain t = {0};
	OW_AUTO(words_done) struct words w = {0};
	struct ow_error err = {0};

	if (plain_read(p, n, &t, &err) < 0 || words_read(&t, &w, &err) < 0)
		abort();
	for (size_t i = 0; i < w.n; i++) {
		if (w.at[i].len == 0 || w.at[i].off > w.at[i].end || w.at[i].end > n ||
		    (i > 0 && w.at[i].off < w.at[i - 1].off))
			abort();
	}
}

/* The short ones of the known texts, read once: all of them take too long for many tries. */
static const struct prints *short_texts(void)
{
	static struct prints list;
	struct ow_error err = {0};
	size_t n = 0;

	if (list.n > 0)
		return &list;
	if (prints_read(fingerprints, fingerprints_size, &list, &err) < 0)
		abort();
	for (size_t i = 0; i < list.n; i++) {
		if (list.at[i].n < 180)
			list.at[n++] = list.at[i];
	}
	list.n = n;
	return &list;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OW_AUTO(detect_done) struct detect d = {0};
	struct ow_error err = {0};

	check_words(p, n);
	if (detect_with(short_texts(), p, n, &d, &err) < 0) {
		if (err.code != OW_E_FORMAT)
			abort();
		return 0;
	}
	if ((d.state == DETECT_UNKNOWN) != (d.n_matches == 0))
		abort();
	for (size_t i = 0; i < d.n_matches; i++)
		check_match(&d.matches[i], n);
	return 0;
}
