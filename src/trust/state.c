/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trust/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"

#define HOST_DIR "/etc/owstore/trust"
#define ANCHOR   "ANCHOR"

enum {
	ANCHOR_MAX = 128,    /* "sha256:", 64 digits, a newline */
	ORIGINS_MAX = 65536, /* names of a trust directory that are looked at */
};

/* $XDG_STATE_HOME/owstore/trust or ~/.local/state/owstore/trust; the XDG rules ignore a path that is not
 * absolute. NULL without a home.
 */
static char *default_dir(struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf path = {0};
	const char *state =
	    getenv("XDG_STATE_HOME");      /* NOLINT(concurrency-mt-unsafe): nobody sets it */
	const char *home = getenv("HOME"); /* NOLINT(concurrency-mt-unsafe) */

	if (state != NULL && state[0] == '/')
		buf_printf(&path, "%s/owstore/trust", state);
	else if (home != NULL && home[0] != '\0')
		buf_printf(&path, "%s/.local/state/owstore/trust", home);
	else
		return NULL;
	return buf_finish(&path, err) < 0 ? NULL : mem_text(buf_str(&path), path.n, err);
}

int trust_state_init(struct trust_state *t, const char *override, struct ow_error *err)
{
	OW_AUTO(mem_free) char *own = default_dir(err);

	*t = (struct trust_state){0};
	if (err->code != OW_OK)
		return err->code;
	if (override == NULL && own == NULL) {
		(void)err_set(err, OW_E_USAGE, "no trust folder: HOME is not set");
		return err_hint(err, "give --trust DIR");
	}
	if (override != NULL && (own == NULL || strcmp(own, override) != 0)) {
		t->dir[0] = mem_text(override, strlen(override), err);
		return t->dir[0] == NULL ? (int)err->code : 0;
	}
	t->dir[1] = mem_text(HOST_DIR, strlen(HOST_DIR), err);
	if (t->dir[1] == NULL)
		return err->code;
	t->dir[0] = STEAL(own);
	return 0;
}

void trust_state_done(struct trust_state *t)
{
	mem_free(t->dir[0]);
	mem_free(t->dir[1]);
	*t = (struct trust_state){0};
}

/* The folder of an origin in one of the directories: a descriptor, or -1 with *err untouched where there is
 * none, or < -1.
 */
static int origin_dir(const struct trust_state *t, unsigned i, const char *origin,
		      struct ow_error *err)
{
	OW_AUTO(fd_close) int top = -1;
	struct ow_error why = {0};
	int fd;

	if (t->dir[i] == NULL || !text_is_id(origin))
		return -1;
	top = path_open_dir(t->dir[i], &why);
	fd = top < 0 ? -1 : path_open(top, origin, O_RDONLY | O_DIRECTORY, &why);
	if (fd >= 0)
		return fd;
	if (why.sys == ENOENT)
		return -1;
	*err = why;
	return err->code;
}

/* The anchor in the folder of an origin: 1 and *out, 0 none, < 0. */
static int read_anchor(int dir, struct ow_id *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	char text[OW_ID_TEXT];

	if (!file_exists(dir, ANCHOR))
		return 0;
	if (file_read(dir, ANCHOR, ANCHOR_MAX, &b, err) < 0)
		return err->code;
	if (b.n != OW_ID_TEXT || b.p[b.n - 1] != '\n')
		return err_set(err, OW_E_FORMAT,
			       ANCHOR ": not \"sha256:\", 64 digits and a newline");
	memcpy(text, b.p, OW_ID_TEXT - 1);
	text[OW_ID_TEXT - 1] = '\0';
	if (!ow_id_parse(text, out))
		return err_set(err, OW_E_FORMAT,
			       ANCHOR ": not \"sha256:\", 64 digits and a newline");
	return 1;
}

int trust_knows(const struct trust_state *t, const char *origin, struct ow_error *err)
{
	for (unsigned i = 0; i < 2; i++) {
		OW_AUTO(fd_close) int dir = origin_dir(t, i, origin, err);

		if (err->code != OW_OK)
			return err->code;
		if (dir >= 0 && file_exists(dir, ANCHOR))
			return 1;
	}
	return 0;
}

int trust_unknown(const char *origin, const struct ow_id *carried, struct ow_error *err)
{
	char text[FINGERPRINT_TEXT];

	(void)err_set(err, OW_E_TRUST, "no trust root for origin \"%s\" on this host", origin);
	if (carried == NULL)
		return err_hint(
		    err, "get its root and its fingerprint, then: owstore trust init --root PATH "
			 "--fingerprint HEX");
	return err_hint(err,
			"it carries a root with the fingerprint %s; if that is what you were given "
			"on another way: "
			"owstore trust init --root PATH --fingerprint HEX",
			fingerprint_text(carried, text));
}

/* What the directories hold of one origin. */
struct pool {
	struct candidate_list list; /* of all directories, sorted by version */
	struct ow_id anchor[2];
	unsigned n_anchors;
};

static void pool_done(struct pool *p)
{
	candidates_done(&p->list);
}
OW_DEFINE_AUTO_DONE(struct pool, pool_done)

static int pool_take(struct pool *p, struct candidate_list *from, struct ow_error *err)
{
	for (size_t i = 0; i < from->n; i++) {
		if (mem_grow(&p->list.at, p->list.n, &p->list.cap, sizeof p->list.at[0], err) < 0)
			return err->code;
		p->list.at[p->list.n++] = from->at[i];
		from->at[i] = (struct chain_candidate){0};
	}
	return 0;
}

static int by_version(const void *a, const void *b)
{
	uint64_t x = ((const struct chain_candidate *)a)->version;
	uint64_t y = ((const struct chain_candidate *)b)->version;

	return (x > y) - (x < y);
}

static int pool_read(struct pool *p, const struct trust_state *t, const char *origin,
		     struct ow_error *err)
{
	for (unsigned i = 0; i < 2; i++) {
		OW_AUTO(candidates_done) struct candidate_list found = {0};
		OW_AUTO(fd_close) int dir = origin_dir(t, i, origin, err);
		int r;

		if (err->code != OW_OK)
			return err->code;
		if (dir < 0)
			continue;
		r = read_anchor(dir, &p->anchor[p->n_anchors], err);
		if (r < 0 || candidates_read(dir, &found, err) < 0 || pool_take(p, &found, err) < 0)
			return err_ctx(err, "%s/%s", t->dir[i], origin);
		p->n_anchors += (unsigned)r;
	}
	if (p->list.n > 1)
		qsort(p->list.at, p->list.n, sizeof p->list.at[0], by_version);
	return 0;
}

/* The anchor of the highest version: what a person vouched for last. NULL if none of them lies there. */
static struct chain_candidate *pool_anchor(struct pool *p, struct ow_id *anchor,
					   struct ow_error *err)
{
	for (size_t i = p->list.n; i > 0; i--) {
		struct chain_candidate *c = &p->list.at[i - 1];
		struct ow_id digest;

		if (digest_bytes(c->doc.doc.p, c->doc.doc.n, &digest, err) < 0)
			return NULL;
		for (unsigned k = 0; k < p->n_anchors; k++) {
			if (ow_id_equal(&digest, &p->anchor[k])) {
				*anchor = digest;
				return c;
			}
		}
	}
	return NULL;
}

int trust_load(const struct trust_state *t, const char *origin, struct chain *out,
	       struct ow_error *err)
{
	OW_AUTO(pool_done) struct pool p = {0};
	OW_AUTO(chain_done) struct chain c = {0};
	struct chain_candidate *first;
	struct ow_id anchor;
	char text[OW_ID_HEX];

	if (pool_read(&p, t, origin, err) < 0)
		return err_ctx(err, "trust");
	if (p.n_anchors == 0)
		return trust_unknown(origin, NULL, err);
	first = pool_anchor(&p, &anchor, err);
	if (err->code != OW_OK)
		return err->code;
	if (first == NULL)
		return err_set(err, OW_E_TRUST,
			       "trust: %s: the root with the fingerprint %s is missing", origin,
			       ow_id_hex(&p.anchor[0], text));
	first->taken = true;
	if (chain_begin(&c, &first->doc, &anchor, err) < 0 ||
	    chain_extend(&c, p.list.at, p.list.n, NULL, err) < 0)
		return err_ctx(err, "trust: %s", origin);
	if (strcmp(chain_newest(&c)->origin, origin) != 0)
		return err_set(err, OW_E_TRUST, "trust: %s: holds roots of \"%s\"", origin,
			       chain_newest(&c)->origin);
	*out = MOVE(c);
	return 0;
}

int trust_origin_dir(const struct trust_state *t, const char *origin, const char *sub,
		     struct ow_error *err)
{
	OW_AUTO(fd_close) int top = dir_make_user(t->dir[0], 0755, err);
	char path[ID_TEXT + 16];

	if (top < 0)
		return err->code;
	(void)snprintf(path, sizeof path, "%s%s%s", origin, sub == NULL ? "" : "/",
		       sub == NULL ? "" : sub);
	return dir_make(top, path, 0755, err);
}

static int write_links(int dir, const struct chain *c, size_t from, struct ow_error *err)
{
	for (size_t i = from; i < c->n; i++) {
		char stem[ROOT_STEM];

		if (signed_write(dir, root_stem(c->link[i].root->version, stem), &c->link[i].doc,
				 err) < 0)
			return err_ctx(err, "root version %llu",
				       (unsigned long long)c->link[i].root->version);
	}
	return 0;
}

int trust_persist(const struct trust_state *t, const struct chain *c, size_t from,
		  struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = -1;

	if (from >= c->n)
		return 0;
	dir = trust_origin_dir(t, chain_newest(c)->origin, NULL, err);
	if (dir < 0 || write_links(dir, c, from, err) < 0)
		return err_file(err, t->dir[0]);
	return 0;
}

int trust_anchor(const struct trust_state *t, const struct chain *c, struct ow_error *err)
{
	const char *origin = chain_newest(c)->origin;
	OW_AUTO(fd_close) int dir = -1;
	char text[OW_ID_TEXT];

	int known = trust_knows(t, origin, err);

	if (known < 0)
		return known;
	if (known > 0)
		return err_set(err, OW_E_TRUST, "origin \"%s\" has an anchor already", origin);
	dir = trust_origin_dir(t, origin, NULL, err);
	if (dir < 0 || write_links(dir, c, 0, err) < 0)
		return err_file(err, t->dir[0]);
	(void)ow_id_text(&c->link[0].digest, text);
	text[OW_ID_TEXT - 1] = '\n'; /* in the place of the terminator */
	return file_publish(dir, ANCHOR, text, sizeof text, 0644, FILE_NEW, err);
}

int trust_keep_evidence(const struct trust_state *t, const char *origin, const struct signed_doc *d,
			struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = -1;
	char stem[OW_ID_HEX];
	struct ow_id digest;

	if (digest_bytes(d->doc.p, d->doc.n, &digest, err) < 0)
		return err->code;
	(void)ow_id_hex(&digest, stem);
	stem[16] = '\0';
	dir = trust_origin_dir(t, origin, "evidence", err);
	return dir < 0 ? err->code : signed_write(dir, stem, d, err);
}

static bool listed(const struct origin_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->at[i], name) == 0)
			return true;
	}
	return false;
}

static int add_origins(const struct trust_state *t, const char *path, struct origin_list *l,
		       struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list names = {0};
	OW_AUTO(fd_close) int top = -1;
	struct ow_error why = {0};

	top = path_open_dir(path, &why);
	if (top < 0 && why.sys == ENOENT)
		return 0;
	if (top < 0) {
		*err = why;
		return err->code;
	}
	if (dir_list(top, ".", ORIGINS_MAX, &names, err) < 0)
		return err->code;
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.at[i].name;
		int known;

		if (!text_is_id(name) || listed(l, name))
			continue;
		known = trust_knows(t, name, err);
		if (known < 0)
			return known;
		if (known == 0)
			continue;
		if (mem_grow(&l->at, l->n, &l->cap, sizeof l->at[0], err) < 0)
			return err->code;
		text_copy(l->at[l->n++], ID_TEXT, name);
	}
	return 0;
}

int trust_origins(const struct trust_state *t, struct origin_list *out, struct ow_error *err)
{
	OW_AUTO(origin_list_done) struct origin_list l = {0};

	for (unsigned i = 0; i < 2; i++) {
		if (t->dir[i] != NULL && add_origins(t, t->dir[i], &l, err) < 0)
			return err->code;
	}
	if (l.n > 1)
		qsort(l.at, l.n, sizeof l.at[0], text_order_rows);
	*out = MOVE(l);
	return 0;
}

void origin_list_done(struct origin_list *l)
{
	mem_free(l->at);
	*l = (struct origin_list){0};
}

const char *fingerprint_text(const struct ow_id *id, char out[FINGERPRINT_TEXT])
{
	char hex[OW_ID_HEX], *at = out;

	(void)ow_id_hex(id, hex);
	for (unsigned i = 0; i < 64; i++) {
		if (i > 0 && i % 8 == 0)
			*at++ = ' ';
		*at++ = hex[i];
	}
	*at = '\0';
	return out;
}

int fingerprint_parse(const char *text, struct ow_id *out, struct ow_error *err)
{
	const char *at = strncmp(text, "sha256:", 7) == 0 ? text + 7 : text;
	char digits[64];
	size_t n = 0;

	for (; *at != '\0'; at++) {
		char c = *at >= 'A' && *at <= 'F' ? (char)(*at | 0x20) : *at;

		if (c == ' ' || c == '-' || c == ':')
			continue;
		if (hex_value(c) < 0)
			return err_set(err, OW_E_USAGE,
				       "fingerprint: '%c' is not a hexadecimal digit", *at);
		if (n < sizeof digits)
			digits[n] = c;
		n++;
	}
	if (n != sizeof digits) {
		(void)err_set(err, OW_E_USAGE, "fingerprint: %zu digits, expected all 64", n);
		return err_hint(err, "a shorter one can be forged; type the whole fingerprint as "
				     "it was given to you");
	}
	(void)hex_decode(digits, sizeof digits, out->b);
	return 0;
}
