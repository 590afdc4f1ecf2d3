/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading a vocabulary, finding special tokens in texts, and the way back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "infer/tok_impl.h"

/* U+2581, a space in SentencePiece's tokens */
static const uint8_t space_mark[] = {0xe2, 0x96, 0x81};

/* ---- texts to numbers ---- */

/* Is the text these parts, one after the other? */
static bool is_joined(struct ow_view text, const struct ow_view part[3])
{
	for (int i = 0; i < 3; i++) {
		if (text.n < part[i].n ||
		    (part[i].n > 0 && memcmp(text.p, part[i].p, part[i].n) != 0))
			return false;
		text.p += part[i].n;
		text.n -= part[i].n;
	}
	return text.n == 0;
}

static uint32_t *find_slot(const struct tok_map *m, const struct ow_view part[3])
{
	uint64_t h = 0xcbf29ce484222325;

	for (int i = 0; i < 3; i++)
		for (size_t k = 0; k < part[i].n; k++)
			h = (h ^ part[i].p[k]) * 0x100000001b3; /* FNV-1a */
	for (size_t i = (size_t)(h ^ h >> 29) & m->mask;; i = (i + 1) & m->mask)
		if (m->slot[i] == 0 || is_joined(tok_text(m, m->slot[i] - 1), part))
			return &m->slot[i];
}

/* Number the texts of an array, at most `max`. */
static int read_map(const struct gguf *g, const char *name, uint64_t max, struct tok_map *m,
		    struct ow_error *err)
{
	const struct gguf_key *k = gguf_find(g, name);
	struct ow_view part[3] = {{0}};
	size_t size = 16, at = 0;

	if (k == NULL)
		return err_set(err, OW_E_FORMAT, "%s is missing", name);
	if (k->type != GGUF_ARRAY || k->item != GGUF_STRING)
		return err_set(err, OW_E_FORMAT, "%s is not a list of texts", name);
	if (k->n > max)
		return err_set(err, OW_E_FORMAT, "%s has %llu texts, at most %llu are possible",
			       name, (unsigned long long)k->n, (unsigned long long)max);
	while (size < 2 * k->n)
		size *= 2;
	m->key = k;
	m->mask = size - 1;
	m->at = mem_array((size_t)k->n, sizeof *m->at, err);
	m->slot = m->at == NULL ? NULL : mem_array(size, sizeof *m->slot, err);
	if (m->slot == NULL)
		return err->code;
	for (; m->n < k->n; m->n++) {
		uint32_t *slot;

		m->at[m->n] = (uint32_t)at; /* headers are smaller than that */
		(void)gguf_next_text(k, &at, &part[0]);
		slot = find_slot(m, part);
		if (*slot == 0)
			*slot = m->n + 1;
	}
	return 0;
}

static void done_map(struct tok_map *m)
{
	mem_free(m->at);
	mem_free(m->slot);
	*m = (struct tok_map){0};
}

uint32_t tok_map_find(const struct tok_map *m, struct ow_view left, const char *middle,
		      struct ow_view right)
{
	const struct ow_view part[3] = {
	    left, {.p = (const uint8_t *)middle, .n = strlen(middle)}, right};

	return *find_slot(m, part) - 1; /* 0 - 1 is TOK_NONE */
}

/* ---- reading ---- */

static enum tok_type tok_type_of(const struct tok *t, uint32_t id)
{
	int32_t v = TOK_NORMAL;

	if (t->types != NULL)
		memcpy(&v, t->types + 4 * (size_t)id, 4);
	return v >= TOK_NORMAL && v <= TOK_BYTE ? (enum tok_type)v : TOK_NORMAL;
}

float tok_score(const struct tok *t, uint32_t id)
{
	float f = 0;

	if (t->scores != NULL)
		memcpy(&f, t->scores + 4 * (size_t)id, 4);
	return f;
}

/* A list of one 4-byte number a token, as it stands in the file; NULL where there is none. */
static int read_numbers(const struct tok *t, const struct gguf *g, const char *name,
			enum gguf_type type, const uint8_t **out, struct ow_error *err)
{
	const struct gguf_key *k = gguf_find(g, name);

	if (k == NULL)
		return 0;
	if (k->type != GGUF_ARRAY || k->item != type)
		return err_set(err, OW_E_FORMAT, "%s is a list of another type than it must be",
			       name);
	if (k->n != t->ids.n)
		return err_set(err, OW_E_FORMAT, "%s has %llu values for %u tokens", name,
			       (unsigned long long)k->n, t->ids.n);
	*out = k->values.p;
	return 0;
}

static int read_id(const struct tok *t, const struct gguf *g, const char *what, uint32_t fallback,
		   uint32_t *out, struct ow_error *err)
{
	const struct gguf_key *k;
	char name[64];
	uint64_t v = fallback;

	snprintf(name, sizeof name, "tokenizer.ggml.%s_token_id", what);
	k = gguf_find(g, name);
	if (k != NULL && !gguf_u64(k, &v))
		return err_set(err, OW_E_FORMAT, "%s is not a whole number", name);
	if ((k != NULL || fallback != TOK_NONE) && v >= t->ids.n)
		return err_set(err, OW_E_FORMAT, "%s is %llu, there are %u tokens", name,
			       (unsigned long long)v, t->ids.n);
	*out = (uint32_t)v;
	return 0;
}

static bool read_flag(const struct gguf *g, const char *name, bool fallback)
{
	(void)gguf_bool(gguf_find(g, name), &fallback);
	return fallback;
}

/* Byte tokens are called <0x00> to <0xFF>. */
static int byte_of(struct ow_view text)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	int byte = 0;

	if (text.n != 6 || memcmp(text.p, "<0x", 3) != 0 || text.p[5] != '>')
		return -1;
	for (int i = 3; i < 5; i++) {
		const char *digit = memchr(digits, text.p[i], sizeof digits - 1);

		if (digit == NULL)
			return -1;
		byte = byte << 4 | (int)((digit - digits) & 15);
	}
	return byte;
}

static int check_bytes(const struct tok *t, struct ow_error *err)
{
	for (uint32_t i = 0; i < t->ids.n; i++) {
		struct ow_view name = tok_text(&t->ids, i);

		if (tok_type_of(t, i) == TOK_BYTE && byte_of(name) < 0)
			return err_set(err, OW_E_FORMAT, "token %u is a byte and called \"%.*s\"",
				       i, (int)size_min(name.n, 32), (const char *)name.p);
	}
	return 0;
}

static int check_merges(const struct tok *t, struct ow_error *err)
{
	for (uint32_t i = 0; i < t->ranks.n; i++) {
		struct ow_view pair = tok_text(&t->ranks, i);

		if (pair.n < 3 || memchr(pair.p + 1, ' ', pair.n - 2) == NULL)
			return err_set(err, OW_E_FORMAT,
				       "merge %u is not two texts with a space between", i);
	}
	return 0;
}

/* Tokens that end a text or a turn: those of the keys, and some known by name, since files seldom say it. */
static void find_ends(struct tok *t, uint32_t eot)
{
	static const char names[] =
	    "<|eot_id|> <|im_end|> <|end|> <end_of_turn> <|endoftext|> <|eom_id|> <|end_of_text|> "
	    "<|return|> <EOT> _<EOT> <|END_OF_TURN_TOKEN|> <turn|> <|tool_response> ";

	t->ends[t->n_ends++] = t->eos;
	t->ends[t->n_ends++] = eot;
	for (const char *at = names; *at != '\0'; at += strcspn(at, " ") + 1)
		t->ends[t->n_ends++] =
		    tok_id(t, (struct ow_view){.p = (const uint8_t *)at, .n = strcspn(at, " ")});
}

static int by_length(const void *a, const void *b, void *ids)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	size_t x_size = tok_text(ids, x).n, y_size = tok_text(ids, y).n;

	if (x_size != y_size)
		return x_size > y_size ? -1 : 1;
	return x < y ? -1 : x > y;
}

static int find_specials(struct tok *t, struct ow_error *err)
{
	size_t cap = 0;

	for (uint32_t i = 0; i < t->ids.n; i++) {
		enum tok_type type = tok_type_of(t, i);

		if ((type != TOK_CONTROL && type != TOK_USER && type != TOK_UNKNOWN) ||
		    tok_text(&t->ids, i).n == 0)
			continue;
		if (mem_grow(&t->special, t->n_special, &cap, sizeof *t->special, err) < 0)
			return err->code;
		t->special[t->n_special++] = i;
	}
	if (t->n_special > 1)
		qsort_r(t->special, t->n_special, sizeof *t->special, by_length, &t->ids);
	return 0;
}

/* What kind of tokenizer it is, and the rules that follow from that, as far as the kind is known. */
static int read_kind(struct tok *t, const struct gguf *g, struct ow_error *err)
{
	struct ow_view name = {0}, pre = {.p = (const uint8_t *)"default", .n = 7};
	const struct gguf_key *charsmap = gguf_find(g, "tokenizer.ggml.precompiled_charsmap");
	const struct gguf_key *model = gguf_find(g, "tokenizer.ggml.model");
	const struct gguf_key *family = gguf_find(g, "tokenizer.ggml.pre");

	if (charsmap != NULL && charsmap->n > 0 && charsmap->n < 4)
		return err_set(err, OW_E_FORMAT,
			       "tokenizer.ggml.precompiled_charsmap has %llu bytes, at least 4",
			       (unsigned long long)charsmap->n);
	if ((model != NULL && !gguf_text(model, &name)) ||
	    (family != NULL && !gguf_text(family, &pre)))
		return err_set(err, OW_E_FORMAT, "tokenizer.ggml.%s is not a text",
			       model != NULL && name.p == NULL ? "model" : "pre");
	if (model == NULL)
		return err_set(err, OW_E_UNCHECKED, "the model carries no tokenizer");
	t->spm = gguf_says(model, "gemma4") || gguf_says(model, "llama");
	t->ranked = gguf_says(model, "gemma4") || gguf_says(model, "gpt2");
	if (t->spm)
		return 0;
	if (!t->ranked)
		return err_set(err, OW_E_UNCHECKED, "tokenizer %.*s is not known here",
			       (int)size_min(name.n, 64), (const char *)name.p);
	t->family = tok_family((const char *)pre.p, pre.n);
	if (t->family == NULL)
		return err_set(err, OW_E_UNCHECKED, "pre-tokenizer %.*s is not known here",
			       (int)size_min(pre.n, 64), (const char *)pre.p);
	return 0;
}

static int read_vocabulary(struct tok *t, const struct gguf *g, struct ow_error *err)
{
	bool scored = t->spm && !t->ranked; /* these have the ids of Llama */
	uint32_t eot = TOK_NONE;

	if (!t->spm && !t->ranked && gguf_find(g, "tokenizer.ggml.tokens") == NULL)
		return 0; /* of a kind that may have none */
	if (read_map(g, "tokenizer.ggml.tokens", MODEL_VOCAB_MAX, &t->ids, err) < 0 ||
	    read_numbers(t, g, "tokenizer.ggml.scores", GGUF_F32, &t->scores, err) < 0 ||
	    read_numbers(t, g, "tokenizer.ggml.token_type", GGUF_I32, &t->types, err) < 0 ||
	    read_id(t, g, "bos", scored ? 1 : TOK_NONE, &t->bos, err) < 0 ||
	    read_id(t, g, "eos", scored ? 2 : TOK_NONE, &t->eos, err) < 0 ||
	    read_id(t, g, "unknown", scored ? 0 : TOK_NONE, &t->unk, err) < 0 ||
	    read_id(t, g, "eot", TOK_NONE, &eot, err) < 0)
		return err->code;
	find_ends(t, eot);
	if ((t->spm && check_bytes(t, err) < 0) ||
	    (t->ranked &&
	     read_map(g, "tokenizer.ggml.merges", 2ULL * MODEL_VOCAB_MAX, &t->ranks, err) < 0) ||
	    check_merges(t, err) < 0)
		return err->code;
	return find_specials(t, err);
}

int tok_new(const struct gguf *g, struct tok **out, struct ow_error *err)
{
	OW_AUTO(tok_free) struct tok *t = MEM_NEW(struct tok, err);
	struct ow_error words = {0};

	if (t == NULL || read_kind(t, g, err) == OW_E_FORMAT)
		return err->code;
	if (read_vocabulary(t, g, &words) < 0)
		*err = words; /* before a kind that is not known */
	if (err->code < 0)
		return err->code;
	/* files of Gemma 4 that say no are wrong */
	t->add_bos = (read_flag(g, "tokenizer.ggml.add_bos_token", t->spm || t->family->bos) ||
		      (t->spm && t->ranked)) &&
		     t->bos != TOK_NONE;
	t->add_eos = read_flag(g, "tokenizer.ggml.add_eos_token", false) && t->eos != TOK_NONE;
	t->add_space =
	    t->spm && !t->ranked && read_flag(g, "tokenizer.ggml.add_space_prefix", true);
	*out = STEAL(t);
	return 0;
}

void tok_free(struct tok *t)
{
	if (t == NULL)
		return;
	done_map(&t->ids);
	done_map(&t->ranks);
	mem_free(t->special);
	mem_free(t);
}

void tok_ids_done(struct tok_ids *ids)
{
	mem_free(ids->at);
	*ids = (struct tok_ids){0};
}

void tok_settle(struct tok *t)
{
	done_map(&t->ranks);
	mem_free(t->ids.slot);
	t->ids.slot = NULL;
}

/* ---- text to ids ---- */

int tok_push(struct tok_ids *ids, uint32_t id, struct ow_error *err)
{
	if (mem_grow(&ids->at, ids->n, &ids->cap, sizeof *ids->at, err) < 0)
		return err->code;
	ids->at[ids->n++] = id;
	return 0;
}

/* Find special tokens in the text: `owner` gets number + 1 of each at its first byte and TOK_NONE at its others. They
 * come by length, and keep what they have.
 */
static void claim(const struct tok *t, const char *text, size_t n, bool special, uint32_t *owner)
{
	for (size_t i = 0; i < t->n_special; i++) {
		uint32_t id = t->special[i];
		struct ow_view name = tok_text(&t->ids, id);
		const char *hit = text;

		if (!special && tok_type_of(t, id) != TOK_USER)
			continue;
		while ((hit = memmem(hit, n - (size_t)(hit - text), name.p, name.n)) != NULL) {
			uint32_t *at = &owner[hit - text];
			size_t taken = name.n;

			while (taken > 0 && at[taken - 1] == 0)
				taken--;
			hit += taken > 0 ? taken : name.n;
			if (taken > 0)
				continue;
			memset(at, 0xff, name.n * sizeof *at);
			*at = id + 1;
		}
	}
}

/* SentencePiece writes spaces as marks and puts one before a text. */
static int encode_spm(const struct tok *t, const char *text, size_t n, bool lead,
		      struct tok_ids *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf marked = {0};

	if (lead && t->add_space)
		buf_add(&marked, space_mark, sizeof space_mark);
	for (size_t i = 0; i < n; i++)
		buf_add(&marked, text[i] == ' ' ? (const void *)space_mark : &text[i],
			text[i] == ' ' ? sizeof space_mark : 1);
	if (buf_finish(&marked, err) < 0)
		return err->code;
	return spm_encode(t, marked.p, marked.n, out, err);
}

/* Special tokens and the texts between them. */
static int encode_all(const struct tok *t, const char *text, size_t n, bool special,
		      struct tok_ids *out, struct ow_error *err)
{
	OW_AUTO(mem_free) uint32_t *owner = mem_array(n, sizeof *owner, err);
	bool lead = true;
	int result = 0;

	if (owner == NULL)
		return err->code;
	claim(t, text, n, special, owner);
	for (size_t at = 0, size = 0; at < n && result == 0; at += size) {
		uint32_t id = owner[at] - 1; /* 0 - 1 is TOK_NONE */

		for (size = 1; at + size < n && id == TOK_NONE && owner[at + size] == 0;)
			size++;
		if (id != TOK_NONE) {
			size = tok_text(&t->ids, id).n;
			result = tok_push(out, id, err);
		} else if (t->spm) {
			result = encode_spm(t, text + at, size, lead, out, err);
		} else {
			result = bpe_encode(t, (const uint8_t *)text + at, size, out, err);
		}
		lead = id != TOK_NONE;
	}
	return result;
}

int tok_encode(const struct tok *t, const char *text, size_t n, unsigned flags, struct tok_ids *out,
	       struct ow_error *err)
{
	if ((flags & TOK_BOS) != 0 && t->add_bos && tok_push(out, t->bos, err) < 0)
		return err->code;
	if (encode_all(t, text, n, (flags & TOK_SPECIAL) != 0, out, err) < 0)
		return err->code;
	return (flags & TOK_BOS) != 0 && t->add_eos ? tok_push(out, t->eos, err) : 0;
}

/* ---- ids to text ---- */

static void spm_piece(struct ow_view text, struct buf *out)
{
	for (size_t i = 0; i < text.n;) {
		bool space = text.n - i >= sizeof space_mark &&
			     memcmp(text.p + i, space_mark, sizeof space_mark) == 0;

		buf_add(out, space ? (const uint8_t *)" " : text.p + i, 1);
		i += space ? sizeof space_mark : 1;
	}
}

void tok_piece(const struct tok *t, uint32_t id, bool special, struct buf *out)
{
	enum tok_type type = id < t->ids.n ? tok_type_of(t, id) : TOK_UNUSED;
	bool named = type == TOK_CONTROL || type == TOK_UNKNOWN;
	struct ow_view text;
	uint8_t byte;

	if (type == TOK_UNUSED || (!special && named))
		return;
	text = tok_text(&t->ids, id);
	byte = (uint8_t)byte_of(text);
	if (type == TOK_BYTE && byte_of(text) >= 0)
		buf_add(out, &byte, 1);
	else if (named || type == TOK_USER)
		buf_add(out, text.p, text.n);
	else if (t->spm)
		spm_piece(text, out);
	else
		bpe_piece(text, out);
}

bool tok_is_end(const struct tok *t, uint32_t id)
{
	for (size_t i = 0; i < t->n_ends; i++)
		if (t->ends[i] == id)
			return true;
	return false;
}

size_t tok_whole(const uint8_t *p, size_t n)
{
	/* only the last character can be cut, and its first byte tells its length */
	for (size_t back = 1; back <= 3 && back <= n; back++) {
		uint8_t c = p[n - back];
		size_t size = c < 0xc2 || c > 0xf4 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

		if ((c & 0xc0) != 0x80)
			return size > back ? n - back : n;
	}
	return n;
}
