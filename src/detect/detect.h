/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which licence a text is.
 *
 *	OW_AUTO(detect_done) struct detect d = {0};
 *
 *	if (detect_text(p, n, &d, err) < 0)
 *		return err->code;
 *	printf("%s %s\n", detect_state_name(d.state), d.id);
 *
 * Nothing is called confirmed that differs from the known text in anything but wrapping, markup, spelling, copyright
 * lines and title; in a licence of many works also in the names that fill its slots and in how its lists are numbered.
 */
#ifndef OW_DETECT_DETECT_H
#define OW_DETECT_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "detect/prints.h"

/* From the least to the surest. */
enum detect_state {
	DETECT_UNKNOWN,  /* no licence text that is known */
	DETECT_CLUE,     /* phrases of an agreement whose text is not known */
	DETECT_PARTIAL,  /* 45 % of a known text, or more */
	DETECT_MODIFIED, /* 80 % of it, or all of it with words added */
	DETECT_NOISY,    /* slips of a word or two that turn nothing; for a person to look at */
	DETECT_CONFIRMED,
	DETECT_EXACT /* word for word, from the first to the last */
};

/* "unknown-text" … "confirmed-exact" */
const char *detect_state_name(enum detect_state s);

enum detect_method {
	DETECT_BY_DIGEST, /* all words of the file are those of the text */
	DETECT_BY_TEXT,   /* stretches of words are, its names and numbers among them */
	DETECT_BY_PHRASES /* phrases of it are there */
};

/* "exact", "anchor+shingle", "anchor-only" */
const char *detect_method_name(enum detect_method m);

enum {
	DETECT_ID_MAX = 96,      /* with its NUL */
	DETECT_EXCERPT_MAX = 240 /* bytes of what was added */
};

struct detect_match {
	char id[DETECT_ID_MAX];
	enum detect_method method;
	enum detect_state state;
	double
	    coverage; /* 0..1: the part of the known text that is there; 0 where it is not known */
	size_t
	    residual; /* words that are missing, added, or stand around it and belong to no known text */
	uint64_t from, to; /* bytes of the file */
};

struct detect {
	enum detect_state state; /* that of the worst match */
	char id[DETECT_ID_MAX];  /* the licence meant, or "" where there is none or more than one */
	struct detect_match *
	    matches; /* in the order of the file; of a text that serves several ids, one for each */
	size_t n_matches, cap_matches;
	size_t n_words;
	struct ow_id words; /* SHA-256 of the words: names the text however it was wrapped */
	char excerpt[DETECT_EXCERPT_MAX]; /* the first words that belong to no known text, or "" */
};

/* Errors   OW_E_FORMAT: more than LICENSE_FILE_MAX bytes; OW_E_IO: no memory. */
OW_MUST_USE int detect_text(const void *p, size_t n, struct detect *out, struct ow_error *err);

/* The same with other fingerprints. */
OW_MUST_USE int detect_with(const struct prints *known, const void *p, size_t n, struct detect *out,
			    struct ow_error *err);

void detect_done(struct detect *d);
OW_DEFINE_AUTO_DONE(struct detect, detect_done)

#endif
