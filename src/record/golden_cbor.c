/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "record/doc.h"
#include "record/golden.h"

enum {
	KEY_ARTIFACT = 2, /* as in notes */
	KEY_TIME = 3,
	KEY_ORIGIN = 4,
	KEY_MODELS = 5,
	KEY_ARITHMETIC = 6,
	KEY_ARCHITECTURE = 7,
	KEY_HALF_CACHE = 8,
	KEY_VOCAB = 9,
	KEY_PROMPTS = 10,
	KEY_TEXT = 11,
	KEY_MACHINE = 12,

	PROMPT_IDS = 0,
	PROMPT_STEPS = 1,
	PROMPT_SAID = 2,
	PROMPT_TEXT = 3,

	TEXT_IDS = 0,
	TEXT_LOGITS = 1,
	TEXT_NLL = 2,

	MACHINE_CPU = 0,
	MACHINE_ISA = 1,
	MACHINE_NUMBERS = 2,
	NUMBERS = 7
};

/* ---- writing ---- */

static void write_ids(struct buf *out, const uint32_t *ids, size_t n)
{
	cbor_wr_array(out, n);
	for (size_t i = 0; i < n; i++)
		cbor_wr_uint(out, ids[i]);
}

static void write_step(struct buf *out, const struct golden_step *s)
{
	char number[GOLDEN_NUMBER_TEXT];

	cbor_wr_array(out, 2);
	cbor_wr_id(out, &s->logits);
	cbor_wr_array(out, s->n_top);
	for (size_t i = 0; i < s->n_top; i++) {
		cbor_wr_array(out, 2);
		cbor_wr_uint(out, s->top[i].id);
		cbor_wr_text(out, golden_number(s->top[i].value, number));
	}
}

static void write_prompt(struct buf *out, const struct golden_prompt *p)
{
	cbor_wr_map(out, 3u + (p->text.n > 0));
	cbor_wr_key(out, PROMPT_IDS);
	write_ids(out, p->ids, p->n_ids);
	cbor_wr_key(out, PROMPT_STEPS);
	cbor_wr_array(out, p->n_steps);
	for (size_t i = 0; i < p->n_steps; i++)
		write_step(out, &p->steps[i]);
	cbor_wr_key(out, PROMPT_SAID);
	cbor_wr_bytes(out, p->said.p, p->said.n);
	if (p->text.n > 0) {
		cbor_wr_key(out, PROMPT_TEXT);
		cbor_wr_bytes(out, p->text.p, p->text.n);
	}
}

static void write_text(struct buf *out, const struct golden_text *t)
{
	cbor_wr_map(out, 3);
	cbor_wr_key(out, TEXT_IDS);
	write_ids(out, t->ids, t->n_ids);
	cbor_wr_key(out, TEXT_LOGITS);
	cbor_wr_id(out, &t->logits);
	cbor_wr_key(out, TEXT_NLL);
	cbor_wr_uint(out, t->nll);
}

static void write_machine(struct buf *out, const struct golden_machine *m)
{
	const uint64_t numbers[NUMBERS] = {m->threads, m->load_ns,  m->prompt_tokens, m->prompt_ns,
					   m->steps,   m->steps_ns, m->memory_peak};

	cbor_wr_map(out, 3);
	cbor_wr_key(out, MACHINE_CPU);
	cbor_wr_text(out, m->cpu);
	cbor_wr_key(out, MACHINE_ISA);
	cbor_wr_text(out, m->isa);
	cbor_wr_key(out, MACHINE_NUMBERS);
	cbor_wr_array(out, NUMBERS);
	for (size_t i = 0; i < NUMBERS; i++)
		cbor_wr_uint(out, numbers[i]);
}

int golden_encode(const struct golden *g, struct buf *out, struct ow_error *err)
{
	size_t begin = out->n;

	doc_begin(out, "golden", 8u + (g->signed_for ? 2u : 0u) + (g->text.n_ids > 0));
	if (g->signed_for) {
		cbor_wr_key(out, KEY_ARTIFACT);
		cbor_wr_id(out, &g->artifact);
	}
	cbor_wr_key(out, KEY_TIME);
	cbor_wr_uint(out, g->time);
	if (g->signed_for) {
		cbor_wr_key(out, KEY_ORIGIN);
		cbor_wr_text(out, g->origin);
	}
	cbor_wr_key(out, KEY_MODELS);
	cbor_wr_array(out, g->n_models);
	for (size_t i = 0; i < g->n_models; i++)
		cbor_wr_id(out, &g->models[i]);
	cbor_wr_key(out, KEY_ARITHMETIC);
	cbor_wr_uint(out, g->arithmetic);
	cbor_wr_key(out, KEY_ARCHITECTURE);
	cbor_wr_text(out, g->architecture);
	cbor_wr_key(out, KEY_HALF_CACHE);
	cbor_wr_bool(out, g->half_cache);
	cbor_wr_key(out, KEY_VOCAB);
	cbor_wr_uint(out, g->vocab);
	cbor_wr_key(out, KEY_PROMPTS);
	cbor_wr_array(out, g->n_prompts);
	for (size_t i = 0; i < g->n_prompts; i++)
		write_prompt(out, &g->prompts[i]);
	if (g->text.n_ids > 0) {
		cbor_wr_key(out, KEY_TEXT);
		write_text(out, &g->text);
	}
	cbor_wr_key(out, KEY_MACHINE);
	write_machine(out, &g->machine);
	if (buf_finish(out, err) < 0)
		return err->code;
	if (out->n - begin <= GOLDEN_MAX)
		return 0;
	return err_set(err, OW_E_USAGE, "the golden has %zu bytes, at most %llu are possible",
		       out->n - begin, (unsigned long long)GOLDEN_MAX);
}

/* ---- reading ---- */

/* An array of 1 to `max` items, allocated; NULL with the reader or err failed. */
static void *read_array(struct cbor_rd *r, size_t max, size_t size, size_t *n, struct ow_error *err)
{
	uint64_t count = cbor_rd_array(r);
	void *items;

	if (cbor_rd_ok(r) && (count == 0 || count > max))
		cbor_rd_fail(r, "an empty list, or one that is too long");
	if (!cbor_rd_ok(r))
		count = 0;
	items = mem_array((size_t)count, size, err);
	*n = items == NULL ? 0 : (size_t)count;
	return items;
}

static void end_array(struct cbor_rd *r)
{
	if (cbor_rd_more(r))
		cbor_rd_fail(r, "items too many");
}

static int read_ids(struct cbor_rd *r, uint32_t **ids, size_t *n, struct ow_error *err)
{
	if (*ids != NULL)
		return 0; /* keys are unique: the reader has failed */
	*ids = read_array(r, GOLDEN_IDS_MAX, sizeof **ids, n, err);
	for (size_t i = 0; *ids != NULL && i < *n; i++) {
		uint64_t id = cbor_rd_uint(r);

		if (id > UINT32_MAX)
			cbor_rd_fail(r, "an id beyond 32 bits");
		(*ids)[i] = (uint32_t)id;
	}
	end_array(r);
	return *ids == NULL ? err->code : 0;
}

/* Bytes, copied. */
static int read_bytes(struct cbor_rd *r, size_t least, struct buf *out, struct ow_error *err)
{
	struct ow_view v = cbor_rd_bytes(r);

	if (v.n < least || v.n > GOLDEN_TEXT_MAX)
		cbor_rd_fail(r, "a text that is empty or too long");
	if (cbor_rd_ok(r))
		buf_add(out, v.p, v.n);
	return buf_finish(out, err);
}

static void read_top(struct cbor_rd *r, struct golden_top *out)
{
	char number[GOLDEN_NUMBER_TEXT] = "";
	uint64_t id;

	if (cbor_rd_array(r) != 2)
		cbor_rd_fail(r, "not an id and a number");
	id = cbor_rd_uint(r);
	if (id > UINT32_MAX)
		cbor_rd_fail(r, "an id beyond 32 bits");
	out->id = (uint32_t)id;
	cbor_rd_string(r, number, sizeof number);
	if (cbor_rd_ok(r) && !golden_parse_number(number, &out->value))
		cbor_rd_fail(r, "not a finite number in its one spelling");
	end_array(r);
}

static void read_step(struct cbor_rd *r, struct golden_step *out)
{
	uint64_t n;

	if (cbor_rd_array(r) != 2)
		cbor_rd_fail(r, "a step is not a digest and its likeliest ids");
	out->logits = cbor_rd_id(r);
	n = cbor_rd_array(r);
	if (n == 0 || n > GOLDEN_TOP)
		cbor_rd_fail(r, "a step without likeliest ids, or with too many");
	out->n_top = cbor_rd_ok(r) ? (uint32_t)n : 0;
	for (uint32_t i = 0; i < out->n_top; i++)
		read_top(r, &out->top[i]);
	end_array(r);
	end_array(r);
}

static int read_steps(struct cbor_rd *r, struct golden_prompt *p, struct ow_error *err)
{
	if (p->steps != NULL)
		return 0;
	p->steps = read_array(r, GOLDEN_STEPS_MAX, sizeof *p->steps, &p->n_steps, err);
	for (size_t i = 0; p->steps != NULL && i < p->n_steps && cbor_rd_ok(r); i++)
		read_step(r, &p->steps[i]);
	end_array(r);
	return p->steps == NULL ? err->code : 0;
}

static int read_prompt(struct cbor_rd *r, struct golden_prompt *p, struct ow_error *err)
{
	unsigned seen = 0;
	int64_t key;
	int result = 0;

	(void)cbor_rd_map(r);
	while (result == 0 && cbor_rd_key(r, &key)) {
		seen += key >= PROMPT_IDS && key <= PROMPT_SAID;
		switch (key) {
		case PROMPT_IDS:
			result = read_ids(r, &p->ids, &p->n_ids, err);
			break;
		case PROMPT_STEPS:
			result = read_steps(r, p, err);
			break;
		case PROMPT_SAID:
			result = read_bytes(r, 0, &p->said, err);
			break;
		case PROMPT_TEXT:
			result = read_bytes(r, 1, &p->text, err);
			break;
		default:
			cbor_rd_unknown(r, key);
			break;
		}
	}
	if (seen != 3)
		cbor_rd_fail(r, "ids, steps or what was said is missing");
	return result;
}

static int read_prompts(struct cbor_rd *r, struct golden *g, struct ow_error *err)
{
	if (g->prompts != NULL)
		return 0;
	g->prompts = read_array(r, GOLDEN_PROMPTS_MAX, sizeof *g->prompts, &g->n_prompts, err);
	if (g->prompts == NULL)
		return err->code;
	for (size_t i = 0; i < g->n_prompts && cbor_rd_ok(r); i++) {
		if (read_prompt(r, &g->prompts[i], err) < 0)
			return err->code;
	}
	end_array(r);
	return 0;
}

static int read_text(struct cbor_rd *r, struct golden_text *t, struct ow_error *err)
{
	unsigned seen = 0;
	int64_t key;

	(void)cbor_rd_map(r);
	while (cbor_rd_key(r, &key)) {
		seen += key >= TEXT_IDS && key <= TEXT_NLL;
		switch (key) {
		case TEXT_IDS:
			if (read_ids(r, &t->ids, &t->n_ids, err) < 0)
				return err->code;
			break;
		case TEXT_LOGITS:
			t->logits = cbor_rd_id(r);
			break;
		case TEXT_NLL:
			t->nll = cbor_rd_uint(r);
			break;
		default:
			cbor_rd_unknown(r, key);
			break;
		}
	}
	if (seen != 3)
		cbor_rd_fail(r, "ids, digest or likelihood is missing");
	return 0;
}

static int read_models(struct cbor_rd *r, struct golden *g, struct ow_error *err)
{
	if (g->models != NULL)
		return 0;
	g->models = read_array(r, GOLDEN_MODELS_MAX, sizeof *g->models, &g->n_models, err);
	for (size_t i = 0; g->models != NULL && i < g->n_models; i++)
		g->models[i] = cbor_rd_id(r);
	end_array(r);
	return g->models == NULL ? err->code : 0;
}

static void read_machine(struct cbor_rd *r, struct golden_machine *m)
{
	uint64_t *const numbers[NUMBERS] = {&m->threads,    &m->load_ns, &m->prompt_tokens,
					    &m->prompt_ns,  &m->steps,   &m->steps_ns,
					    &m->memory_peak};
	unsigned seen = 0;
	int64_t key;

	(void)cbor_rd_map(r);
	while (cbor_rd_key(r, &key)) {
		seen += key >= MACHINE_CPU && key <= MACHINE_NUMBERS;
		switch (key) {
		case MACHINE_CPU:
			cbor_rd_string(r, m->cpu, sizeof m->cpu);
			break;
		case MACHINE_ISA:
			cbor_rd_string(r, m->isa, sizeof m->isa);
			break;
		case MACHINE_NUMBERS:
			if (cbor_rd_array(r) != NUMBERS)
				cbor_rd_fail(r, "not the numbers of a run");
			for (size_t i = 0; i < NUMBERS; i++)
				*numbers[i] = cbor_rd_uint(r);
			end_array(r);
			break;
		default:
			cbor_rd_unknown(r, key);
			break;
		}
	}
	if (seen != 3)
		cbor_rd_fail(r, "CPU, kernel set or numbers are missing");
}

static uint64_t read_time(struct cbor_rd *r)
{
	uint64_t t = cbor_rd_uint(r);

	if (t > TIME_MAX)
		cbor_rd_fail(r, "time after the year 9999");
	return t;
}

static void read_origin(struct cbor_rd *r, char out[65])
{
	cbor_rd_string(r, out, 65);
	if (cbor_rd_ok(r) && !text_is_id(out))
		cbor_rd_fail(r, "malformed id");
}

/* One member of the record; keys the schema does not know fail or are skipped. */
static int read_member(struct cbor_rd *r, int64_t key, struct golden *g, struct ow_error *err)
{
	switch (key) {
	case KEY_ARTIFACT:
		g->artifact = cbor_rd_id(r);
		return 0;
	case KEY_TIME:
		g->time = read_time(r);
		return 0;
	case KEY_ORIGIN:
		read_origin(r, g->origin);
		return 0;
	case KEY_MODELS:
		return read_models(r, g, err);
	case KEY_ARITHMETIC:
		g->arithmetic = cbor_rd_uint(r);
		return 0;
	case KEY_ARCHITECTURE:
		cbor_rd_string(r, g->architecture, sizeof g->architecture);
		return 0;
	case KEY_HALF_CACHE:
		g->half_cache = cbor_rd_bool(r);
		return 0;
	case KEY_VOCAB:
		g->vocab = cbor_rd_uint(r);
		return 0;
	case KEY_PROMPTS:
		return read_prompts(r, g, err);
	case KEY_TEXT:
		return read_text(r, &g->text, err);
	case KEY_MACHINE:
		read_machine(r, &g->machine);
		return 0;
	default:
		cbor_rd_unknown(r, key);
		return 0;
	}
}

int golden_decode(const uint8_t *p, size_t n, struct golden *out, struct ow_error *err)
{
	const unsigned about = 1u << KEY_ARTIFACT | 1u << KEY_ORIGIN;
	const unsigned always = 1u << KEY_TIME | 1u << KEY_MODELS | 1u << KEY_ARITHMETIC |
				1u << KEY_ARCHITECTURE | 1u << KEY_HALF_CACHE | 1u << KEY_VOCAB |
				1u << KEY_PROMPTS | 1u << KEY_MACHINE;
	OW_AUTO(golden_done) struct golden g = {0};
	unsigned seen = 0;
	struct cbor_rd r;
	int64_t key;

	if (n > GOLDEN_MAX)
		return err_set(err, OW_E_FORMAT, "golden: %zu bytes, at most %llu", n,
			       (unsigned long long)GOLDEN_MAX);
	doc_open(&r, p, n, "golden");
	while (cbor_rd_key(&r, &key)) {
		seen |= key >= KEY_ARTIFACT && key <= KEY_MACHINE ? 1u << key : 0u;
		if (read_member(&r, key, &g, err) < 0)
			return err->code;
	}
	if ((seen & always) != always || ((seen & about) != 0 && (seen & about) != about))
		cbor_rd_fail(&r, "a required key is missing");
	if (cbor_rd_finish(&r, "golden", err) < 0)
		return err->code;
	g.signed_for = (seen & about) != 0;
	*out = g;
	g = (struct golden){0};
	return 0;
}
