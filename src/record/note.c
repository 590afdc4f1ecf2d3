/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/note.h"

#include <stddef.h>
#include <stdio.h>
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
	*out = MOVE(in);
	return 0;
}

void intake_done(struct intake *in)
{
	for (size_t i = 0; i < in->n_facts; i++)
		fact_free(&in->facts[i]);
	free(in->facts);
	*in = (struct intake){0};
}

/* ---- arrival and promotion: eight fields each, all required, under the keys from KEY_ARTIFACT on; behind them a
 * promotion may cite a decision ---- */

enum field_kind {
	FIELD_ID,
	FIELD_UINT,
	FIELD_TIME,
	FIELD_CLASS,
	FIELD_NAME, /* an id: text_is_id */
	FIELD_TEXT
};

struct field {
	enum field_kind kind;
	size_t off, size; /* of the member */
};

#define FIELD(kind, type, member)                                                                  \
	{                                                                                          \
		FIELD_##kind, offsetof(struct type, member), sizeof(((struct type *)0)->member)    \
	}

enum {
	FIELDS = 8,
	KEY_DECISION = KEY_ARTIFACT + FIELDS
};

/* Where a note keeps what it may cite; NULL: it cites nothing. */
struct citation {
	bool *there;
	struct ow_id *id;
};

static const struct field arrival_fields[FIELDS] = {
    FIELD(ID, arrival, artifact),
    FIELD(ID, arrival, manifest),
    FIELD(NAME, arrival, origin),
    FIELD(NAME, arrival, stream),
    FIELD(UINT, arrival, seq),
    FIELD(TIME, arrival, time),
    FIELD(CLASS, arrival, claimed_class),
    FIELD(TEXT, arrival, claimed_licence),
};

static const struct field promotion_fields[FIELDS] = {
    FIELD(ID, promotion, artifact),  FIELD(CLASS, promotion, from),  FIELD(CLASS, promotion, to),
    FIELD(TEXT, promotion, licence), FIELD(TEXT, promotion, reason), FIELD(TEXT, promotion, basis),
    FIELD(TIME, promotion, time),    FIELD(NAME, promotion, origin),
};

static void write_field(const struct field *f, const void *note, struct buf *out)
{
	const uint8_t *at = (const uint8_t *)note + f->off;
	struct ow_id id;
	uint64_t v;

	switch (f->kind) {
	case FIELD_ID:
		memcpy(&id, at, sizeof id);
		cbor_wr_id(out, &id);
		break;
	case FIELD_UINT:
	case FIELD_TIME:
	case FIELD_CLASS:
		memcpy(&v, at, sizeof v);
		cbor_wr_uint(out, v);
		break;
	case FIELD_NAME:
	case FIELD_TEXT:
		cbor_wr_text(out, (const char *)at);
		break;
	}
}

static void read_field(struct cbor_rd *r, const struct field *f, void *note)
{
	uint8_t *at = (uint8_t *)note + f->off;
	struct ow_id id;
	uint64_t v;

	switch (f->kind) {
	case FIELD_ID:
		id = cbor_rd_id(r);
		memcpy(at, &id, sizeof id);
		break;
	case FIELD_UINT:
	case FIELD_TIME:
	case FIELD_CLASS:
		v = f->kind == FIELD_UINT   ? cbor_rd_uint(r)
		    : f->kind == FIELD_TIME ? read_time(r)
					    : read_class(r);
		memcpy(at, &v, sizeof v);
		break;
	case FIELD_NAME:
	case FIELD_TEXT:
		cbor_rd_string(r, (char *)at, f->size);
		if (f->kind == FIELD_NAME && cbor_rd_ok(r) && !text_is_id((const char *)at))
			cbor_rd_fail(r, "malformed id");
		break;
	}
}

static void encode(const char *type, const struct field fields[FIELDS], const void *note,
		   const struct ow_id *cited, struct buf *out)
{
	doc_begin(out, type, FIELDS + (cited != NULL));
	for (unsigned i = 0; i < FIELDS; i++) {
		cbor_wr_key(out, KEY_ARTIFACT + (int)i);
		write_field(&fields[i], note, out);
	}
	if (cited != NULL) {
		cbor_wr_key(out, KEY_DECISION);
		cbor_wr_id(out, cited);
	}
}

/* Fills *note also where it fails. */
static int decode(const uint8_t *p, size_t n, const char *type, const struct field fields[FIELDS],
		  void *note, struct citation cited, struct ow_error *err)
{
	unsigned seen = 0;
	struct cbor_rd r;
	char what[40];
	int64_t key;

	doc_open(&r, p, n, type);
	while (cbor_rd_key(&r, &key)) {
		if (key == KEY_DECISION && cited.there != NULL) {
			*cited.id = cbor_rd_id(&r);
			*cited.there = true;
			continue;
		}
		if (key < KEY_ARTIFACT || key >= KEY_ARTIFACT + FIELDS) {
			cbor_rd_unknown(&r, key);
			continue;
		}
		read_field(&r, &fields[key - KEY_ARTIFACT], note);
		seen++;
	}
	if (seen != FIELDS)
		cbor_rd_fail(&r, "a required key is missing");
	(void)snprintf(what, sizeof what, "%s record", type);
	return cbor_rd_finish(&r, what, err);
}

void arrival_encode(const struct arrival *a, struct buf *out)
{
	encode("arrival", arrival_fields, a, NULL, out);
}

int arrival_decode(const uint8_t *p, size_t n, struct arrival *out, struct ow_error *err)
{
	struct arrival a = {0};

	if (decode(p, n, "arrival", arrival_fields, &a, (struct citation){NULL, NULL}, err) < 0)
		return err->code;
	*out = a;
	return 0;
}

void promotion_encode(const struct promotion *p, struct buf *out)
{
	encode("promotion", promotion_fields, p, p->has_decision ? &p->decision : NULL, out);
}

int promotion_decode(const uint8_t *p, size_t n, struct promotion *out, struct ow_error *err)
{
	struct promotion v = {0};

	if (decode(p, n, "promotion", promotion_fields, &v,
		   (struct citation){&v.has_decision, &v.decision}, err) < 0)
		return err->code;
	*out = v;
	return 0;
}
