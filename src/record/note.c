/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/note.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "record/doc.h"

enum {
	CLASSES = 5
};

/* Keys; every kind of note begins with the artifact. */
enum {
	KEY_ARTIFACT = 2,

	INTAKE_TIME = 3,
	INTAKE_SOURCE = 4,
	INTAKE_DECLARED = 5,
	INTAKE_FACTS = 6,

	ARRIVAL_MANIFEST = 3,
	ARRIVAL_ORIGIN = 4,
	ARRIVAL_STREAM = 5,
	ARRIVAL_SEQ = 6,
	ARRIVAL_TIME = 7,
	ARRIVAL_CLASS = 8,
	ARRIVAL_LICENCE = 9,

	PROMOTION_FROM = 3,
	PROMOTION_TO = 4,
	PROMOTION_LICENCE = 5,
	PROMOTION_REASON = 6,
	PROMOTION_BASIS = 7,
	PROMOTION_TIME = 8,
	PROMOTION_ORIGIN = 9,
};

/* A copy of at most NOTE_TEXT_CAP - 1 bytes that ends at a whole character. */
static char *bounded(const char *s, struct ow_error *err)
{
	size_t n = strlen(s), at = 0;
	uint32_t c;

	if (n >= NOTE_TEXT_CAP)
		n = NOTE_TEXT_CAP - 1;
	while (at < n) {
		size_t step = utf8_next((const uint8_t *)s + at, n - at, &c);

		if (step == 0)
			break;
		at += step;
	}
	return mem_text(s, at, err);
}

static void fact_free(struct fact *f)
{
	free(f->path);
	free(f->key);
	free(f->value);
}

int intake_add_fact(struct intake *in, const char *path, const char *key, const char *value,
		    struct ow_error *err)
{
	struct fact f;

	if (value[0] == '\0' || in->n_facts == NOTE_FACTS_MAX)
		return 0; /* facts help people; they are not worth failing for */
	if (mem_grow(&in->facts, in->n_facts, &in->cap_facts, sizeof f, err) < 0)
		return err->code;
	f.path = bounded(path, err);
	f.key = f.path == NULL ? NULL : bounded(key, err);
	f.value = f.key == NULL ? NULL : bounded(value, err);
	if (f.value == NULL) {
		if (f.path != NULL)
			free(f.key);
		free(f.path);
		return err->code;
	}
	in->facts[in->n_facts++] = f;
	return 0;
}

static int fact_order(const void *a, const void *b)
{
	const struct fact *f = a, *g = b;
	int paths = strcmp(f->path, g->path);

	return paths != 0 ? paths : strcmp(f->key, g->key);
}

static void sort_facts(struct intake *in)
{
	size_t kept = 0;

	if (in->n_facts == 0)
		return;
	qsort(in->facts, in->n_facts, sizeof *in->facts, fact_order);
	for (size_t i = 0; i < in->n_facts; i++) {
		if (kept > 0 && fact_order(&in->facts[kept - 1], &in->facts[i]) == 0)
			fact_free(&in->facts[i]);
		else
			in->facts[kept++] = in->facts[i];
	}
	in->n_facts = kept;
}

void intake_encode(struct intake *in, struct buf *out)
{
	sort_facts(in);
	doc_begin(out, "intake",
		  2u + (in->source[0] != '\0') + (in->declared[0] != '\0') + (in->n_facts > 0));
	cbor_wr_key(out, KEY_ARTIFACT);
	cbor_wr_id(out, &in->artifact);
	cbor_wr_key(out, INTAKE_TIME);
	cbor_wr_uint(out, in->time);
	if (in->source[0] != '\0') {
		cbor_wr_key(out, INTAKE_SOURCE);
		cbor_wr_text(out, in->source);
	}
	if (in->declared[0] != '\0') {
		cbor_wr_key(out, INTAKE_DECLARED);
		cbor_wr_text(out, in->declared);
	}
	if (in->n_facts > 0) {
		cbor_wr_key(out, INTAKE_FACTS);
		cbor_wr_array(out, in->n_facts);
	}
	for (size_t i = 0; i < in->n_facts; i++) {
		cbor_wr_array(out, 3);
		cbor_wr_text(out, in->facts[i].path);
		cbor_wr_text(out, in->facts[i].key);
		cbor_wr_text(out, in->facts[i].value);
	}
}

static int decode_fact(struct cbor_rd *r, struct intake *in, struct ow_error *err)
{
	char text[3][NOTE_TEXT_CAP];
	struct fact now, *last = in->n_facts == 0 ? NULL : &in->facts[in->n_facts - 1];

	if (cbor_rd_array(r) != 3)
		cbor_rd_fail(r, "a fact is not path, key and value");
	for (int i = 0; i < 3; i++)
		cbor_rd_string(r, text[i], sizeof text[i]);
	if (cbor_rd_more(r))
		cbor_rd_fail(r, "a fact is not path, key and value");
	now = (struct fact){.path = text[0], .key = text[1]};
	if (last != NULL && fact_order(last, &now) >= 0)
		cbor_rd_fail(r, "facts out of order");
	if (in->n_facts == NOTE_FACTS_MAX)
		cbor_rd_fail(r, "too many facts");
	return cbor_rd_ok(r) ? intake_add_fact(in, text[0], text[1], text[2], err) : 0;
}

static int decode_facts(struct cbor_rd *r, struct intake *in, struct ow_error *err)
{
	if (cbor_rd_array(r) == 0)
		cbor_rd_fail(r, "empty list");
	while (cbor_rd_more(r)) {
		if (decode_fact(r, in, err) < 0)
			return err->code;
	}
	return 0;
}

static uint64_t read_time(struct cbor_rd *r)
{
	uint64_t t = cbor_rd_uint(r);

	if (t > TIME_MAX)
		cbor_rd_fail(r, "time after the year 9999");
	return t;
}

static uint64_t read_class(struct cbor_rd *r)
{
	uint64_t c = cbor_rd_uint(r);

	if (c >= CLASSES)
		cbor_rd_fail(r, "unknown class");
	return c;
}

/* An id of at most 64 characters [a-z0-9._-]. */
static void read_name(struct cbor_rd *r, char out[65])
{
	cbor_rd_string(r, out, 65);
	if (cbor_rd_ok(r) && !text_is_id(out))
		cbor_rd_fail(r, "malformed id");
}

int intake_decode(const uint8_t *p, size_t n, struct intake *out, struct ow_error *err)
{
	OW_AUTO(intake_done) struct intake in = {0};
	unsigned seen = 0;
	struct cbor_rd r;
	int64_t key;

	doc_open(&r, p, n, "intake");
	while (cbor_rd_key(&r, &key)) {
		switch (key) {
		case KEY_ARTIFACT:
			in.artifact = cbor_rd_id(&r);
			seen++;
			break;
		case INTAKE_TIME:
			in.time = read_time(&r);
			seen++;
			break;
		case INTAKE_SOURCE:
			cbor_rd_string(&r, in.source, sizeof in.source);
			break;
		case INTAKE_DECLARED:
			cbor_rd_string(&r, in.declared, sizeof in.declared);
			break;
		case INTAKE_FACTS:
			if (decode_facts(&r, &in, err) < 0)
				return err->code;
			break;
		default:
			cbor_rd_unknown(&r, key);
			break;
		}
	}
	if (seen != 2)
		cbor_rd_fail(&r, "artifact or time is missing");
	if (cbor_rd_finish(&r, "intake record", err) < 0)
		return err->code;
	*out = in;
	in = (struct intake){0};
	return 0;
}

void intake_done(struct intake *in)
{
	for (size_t i = 0; i < in->n_facts; i++)
		fact_free(&in->facts[i]);
	free(in->facts);
	*in = (struct intake){0};
}

void arrival_encode(const struct arrival *a, struct buf *out)
{
	doc_begin(out, "arrival", 8);
	cbor_wr_key(out, KEY_ARTIFACT);
	cbor_wr_id(out, &a->artifact);
	cbor_wr_key(out, ARRIVAL_MANIFEST);
	cbor_wr_id(out, &a->manifest);
	cbor_wr_key(out, ARRIVAL_ORIGIN);
	cbor_wr_text(out, a->origin);
	cbor_wr_key(out, ARRIVAL_STREAM);
	cbor_wr_text(out, a->stream);
	cbor_wr_key(out, ARRIVAL_SEQ);
	cbor_wr_uint(out, a->seq);
	cbor_wr_key(out, ARRIVAL_TIME);
	cbor_wr_uint(out, a->time);
	cbor_wr_key(out, ARRIVAL_CLASS);
	cbor_wr_uint(out, a->claimed_class);
	cbor_wr_key(out, ARRIVAL_LICENCE);
	cbor_wr_text(out, a->claimed_licence);
}

int arrival_decode(const uint8_t *p, size_t n, struct arrival *out, struct ow_error *err)
{
	struct arrival a = {0};
	unsigned seen = 0;
	struct cbor_rd r;
	int64_t key;

	doc_open(&r, p, n, "arrival");
	while (cbor_rd_key(&r, &key)) {
		seen += key >= KEY_ARTIFACT && key <= ARRIVAL_LICENCE;
		switch (key) {
		case KEY_ARTIFACT:
			a.artifact = cbor_rd_id(&r);
			break;
		case ARRIVAL_MANIFEST:
			a.manifest = cbor_rd_id(&r);
			break;
		case ARRIVAL_ORIGIN:
			read_name(&r, a.origin);
			break;
		case ARRIVAL_STREAM:
			read_name(&r, a.stream);
			break;
		case ARRIVAL_SEQ:
			a.seq = cbor_rd_uint(&r);
			break;
		case ARRIVAL_TIME:
			a.time = read_time(&r);
			break;
		case ARRIVAL_CLASS:
			a.claimed_class = read_class(&r);
			break;
		case ARRIVAL_LICENCE:
			cbor_rd_string(&r, a.claimed_licence, sizeof a.claimed_licence);
			break;
		default:
			cbor_rd_unknown(&r, key);
			break;
		}
	}
	if (seen != 8)
		cbor_rd_fail(&r, "a required key is missing");
	if (cbor_rd_finish(&r, "arrival record", err) < 0)
		return err->code;
	*out = a;
	return 0;
}

void promotion_encode(const struct promotion *p, struct buf *out)
{
	doc_begin(out, "promotion", 8);
	cbor_wr_key(out, KEY_ARTIFACT);
	cbor_wr_id(out, &p->artifact);
	cbor_wr_key(out, PROMOTION_FROM);
	cbor_wr_uint(out, p->from);
	cbor_wr_key(out, PROMOTION_TO);
	cbor_wr_uint(out, p->to);
	cbor_wr_key(out, PROMOTION_LICENCE);
	cbor_wr_text(out, p->licence);
	cbor_wr_key(out, PROMOTION_REASON);
	cbor_wr_text(out, p->reason);
	cbor_wr_key(out, PROMOTION_BASIS);
	cbor_wr_text(out, p->basis);
	cbor_wr_key(out, PROMOTION_TIME);
	cbor_wr_uint(out, p->time);
	cbor_wr_key(out, PROMOTION_ORIGIN);
	cbor_wr_text(out, p->origin);
}

int promotion_decode(const uint8_t *p, size_t n, struct promotion *out, struct ow_error *err)
{
	struct promotion v = {0};
	unsigned seen = 0;
	struct cbor_rd r;
	int64_t key;

	doc_open(&r, p, n, "promotion");
	while (cbor_rd_key(&r, &key)) {
		seen += key >= KEY_ARTIFACT && key <= PROMOTION_ORIGIN;
		switch (key) {
		case KEY_ARTIFACT:
			v.artifact = cbor_rd_id(&r);
			break;
		case PROMOTION_FROM:
			v.from = read_class(&r);
			break;
		case PROMOTION_TO:
			v.to = read_class(&r);
			break;
		case PROMOTION_LICENCE:
			cbor_rd_string(&r, v.licence, sizeof v.licence);
			break;
		case PROMOTION_REASON:
			cbor_rd_string(&r, v.reason, sizeof v.reason);
			break;
		case PROMOTION_BASIS:
			cbor_rd_string(&r, v.basis, sizeof v.basis);
			break;
		case PROMOTION_TIME:
			v.time = read_time(&r);
			break;
		case PROMOTION_ORIGIN:
			read_name(&r, v.origin);
			break;
		default:
			cbor_rd_unknown(&r, key);
			break;
		}
	}
	if (seen != 8)
		cbor_rd_fail(&r, "a required key is missing");
	if (cbor_rd_finish(&r, "promotion record", err) < 0)
		return err->code;
	*out = v;
	return 0;
}
