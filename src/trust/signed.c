/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trust/signed.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/file.h"

void signed_done(struct signed_doc *d)
{
	buf_done(&d->doc);
	mem_free(d->sig);
	*d = (struct signed_doc){0};
}

int signed_add(struct signed_doc *d, const char *name, const void *p, size_t n,
	       struct ow_error *err)
{
	struct signature_file *s;

	if (d->n_sigs == SIGNATURES_MAX) {
		d->n_more++;
		return 0;
	}
	if (mem_grow(&d->sig, d->n_sigs, &d->cap_sigs, sizeof d->sig[0], err) < 0)
		return err->code;
	s = &d->sig[d->n_sigs++];
	*s = (struct signature_file){0};
	(void)snprintf(s->name, sizeof s->name, "%.31s", name);
	if (n <= sizeof s->text) {
		s->n = n;
		if (n > 0)
			memcpy(s->text, p, n);
	}
	return 0;
}

enum {
	FILE_NAME = 48 /* a stem of at most 32 bytes and its suffix */
};

/* "<stem><suffix>", all lower case if wanted: some systems show the names of a disc so. */
static const char *file_name(const char *stem, const char *suffix, bool lower, char out[FILE_NAME])
{
	(void)snprintf(out, FILE_NAME, "%.32s%s", stem, suffix);
	for (char *c = out; lower && *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return out;
}

static int add_file(int dir, const char *name, struct signed_doc *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct ow_error why = {0};

	if (!file_exists(dir, name))
		return 0;
	if (out->n_sigs == SIGNATURES_MAX)
		return signed_add(out, name, NULL, 0, err);
	/* too long or not a file: a damaged signature, not a reason to see none of the others */
	if (file_read_sole(dir, name, SIGNATURE_FILE_MAX, &b, &why) < 0 &&
	    why.code != OW_E_FORMAT) {
		*err = why;
		return err->code;
	}
	return signed_add(out, name, b.p, b.n, err);
}

int signed_read(int dir, const char *stem, uint64_t max, struct signed_doc *out,
		struct ow_error *err)
{
	OW_AUTO(signed_done) struct signed_doc d = {0};
	char name[FILE_NAME], suffix[8];
	bool lower;

	lower = !file_exists(dir, file_name(stem, ".CBR", false, name)) &&
		file_exists(dir, file_name(stem, ".CBR", true, name));
	(void)snprintf(d.name, sizeof d.name, "%.31s", file_name(stem, ".CBR", lower, name));
	if (file_read_sole(dir, name, max, &d.doc, err) < 0)
		return err->code;
	for (unsigned i = 1; i <= 99; i++) {
		(void)snprintf(suffix, sizeof suffix, ".S%02u", i);
		if (add_file(dir, file_name(stem, suffix, lower, name), &d, err) < 0)
			return err->code;
	}
	*out = MOVE(d);
	return 0;
}

static const char *signature_name(const char *stem, size_t i, char out[FILE_NAME])
{
	(void)snprintf(out, FILE_NAME, "%.32s.S%02u", stem, (unsigned)i + 1);
	return out;
}

/* Signatures that an earlier, interrupted attempt left under this name. */
static int remove_leftovers(int dir, const char *stem, size_t from, struct ow_error *err)
{
	for (size_t i = from; i < SIGNATURES_MAX; i++) {
		char name[FILE_NAME];

		if (file_exists(dir, signature_name(stem, i, name)) &&
		    file_remove(dir, name, err) < 0)
			return err->code;
	}
	return 0;
}

size_t signed_views(const struct signed_doc *d, struct ow_view out[SIGNATURES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_sigs; i++) {
		if (d->sig[i].n > 0)
			out[n++] = (struct ow_view){d->sig[i].text, d->sig[i].n};
	}
	return n;
}

int signed_write(int dir, const char *stem, const struct signed_doc *d, struct ow_error *err)
{
	char name[FILE_NAME];

	for (size_t i = 0; i < d->n_sigs; i++) {
		const struct signature_file *s = &d->sig[i];

		if (file_publish(dir, signature_name(stem, i, name), s->text, s->n, 0644,
				 FILE_REPLACE, err) < 0)
			return err->code;
	}
	if (remove_leftovers(dir, stem, d->n_sigs, err) < 0)
		return err->code;
	return file_publish(dir, file_name(stem, ".CBR", false, name), d->doc.p, d->doc.n, 0644,
			    FILE_REPLACE, err);
}
