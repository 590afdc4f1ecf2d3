/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Single bits flipped in the weights of a model. The digest catches every one of them. With the digest left out of it, as
 * if memory had failed after loading: how many change a logit? A golden that only repeated the digest would prove
 * nothing. Prints a table by tensor type and kind of bit.
 */
#include "codec/digest.h"
#include "infer/score.h"
#include "infer/session.h"
#include "infer/tiny.h"
#include "unit/infer/packs.h"

enum {
	PROMPT_MAX = 128,
	STEPS = 8,
	FLIPS = 6,       /* of each type and kind in the built-in model, */
	FLIPS_PACKS = 2, /* and in each of the reference models */
	FIELDS = 4,
	KINDS = 64
};

static struct ow_error err;

/* Which bytes of a block are what (GGUF specification; ggml's block structures). Scales are minima, too. */
static const struct layout {
	uint32_t type;
	struct field {
		const char *kind;
		uint16_t from, to;
	} field[FIELDS];
} layouts[] = {
    {0, {{"value", 0, 4}}},
    {1, {{"value", 0, 2}}},
    {2, {{"scale", 0, 2}, {"code", 2, 18}}},
    {3, {{"scale", 0, 4}, {"code", 4, 20}}},
    {6, {{"scale", 0, 2}, {"high bit", 2, 6}, {"code", 6, 22}}},
    {7, {{"scale", 0, 4}, {"high bit", 4, 8}, {"code", 8, 24}}},
    {8, {{"scale", 0, 2}, {"code", 2, 34}}},
    {10, {{"scale of 16", 0, 16}, {"code", 16, 80}, {"scale", 80, 84}}},
    {11, {{"high bit", 0, 32}, {"code", 32, 96}, {"scale of 16", 96, 108}, {"scale", 108, 110}}},
    {12, {{"scale", 0, 4}, {"scale of 32", 4, 16}, {"code", 16, 144}}},
    {13, {{"scale", 0, 4}, {"scale of 32", 4, 16}, {"high bit", 16, 48}, {"code", 48, 176}}},
    {14,
     {{"code", 0, 128}, {"high bit", 128, 192}, {"scale of 16", 192, 208}, {"scale", 208, 210}}},
    {20, {{"scale", 0, 2}, {"code", 2, 18}}},
    {23, {{"scale", 0, 2}, {"scale of 32", 2, 8}, {"code", 8, 136}}},
    {30, {{"value", 0, 2}}},
    {39, {{"scale", 0, 1}, {"code", 1, 17}}},
};

/* One line of the table. */
struct line {
	uint32_t type;
	const char *kind;
	unsigned flips, seen;
};

struct table {
	struct line at[KINDS];
	size_t n;
};

static struct line *line_of(struct table *t, uint32_t type, const char *kind)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->at[i].type == type && strcmp(t->at[i].kind, kind) == 0)
			return &t->at[i];
	}
	ck_assert_uint_lt(t->n, KINDS);
	t->at[t->n] = (struct line){.type = type, .kind = kind};
	return &t->at[t->n++];
}

static struct model *load(const struct inspect_src *src)
{
	struct model_opts mo = {.threads = 1};
	struct model *m = NULL;

	ck_ok(model_load(src, 1, &mo, &m, &err));
	return m;
}

/* The SHA-256 of all logits of a prompt in which every id of a small vocabulary stands, and of greedy steps. */
static struct ow_id recite(const struct inspect_src *src)
{
	struct session_opts so = {.threads = 1, .batch = 64, .context = PROMPT_MAX + STEPS};
	OW_AUTO(model_free) struct model *m = load(src);
	OW_AUTO(session_free) struct session *s = NULL;
	OW_AUTO(mem_free) float *rows = NULL;
	uint32_t ids[PROMPT_MAX], n = PROMPT_MAX;
	size_t vocab = m->p.vocab;
	struct digest d;
	struct ow_id id;

	for (uint32_t i = 0; i < n; i++) /* 37 is prime to all vocabularies here */
		ids[i] = (uint32_t)((i * 37 + 5) % vocab);
	rows = calloc(n * vocab, sizeof *rows);
	ck_assert_ptr_nonnull(rows);
	ck_ok(session_new(m, &so, &s, &err));
	ck_ok(session_feed(s, ids, n, rows, NULL, &err));
	digest_init(&d);
	digest_update(&d, rows, n * vocab * sizeof *rows);
	memmove(rows, rows + (n - 1) * vocab, vocab * sizeof *rows);
	for (int i = 0; i < STEPS; i++) {
		uint32_t best = logits_best(rows, vocab);

		ck_ok(session_feed(s, &best, 1, NULL, rows, &err));
		digest_update(&d, rows, vocab * sizeof *rows);
	}
	ck_ok(digest_final(&d, &id, &err));
	return id;
}

/* Flip bits of one field in one tensor type of a model, and see which of them show. */
static void try_field(uint8_t *file, const struct inspect_src *src, const struct gguf *g,
		      const struct layout *l, const struct field *f, unsigned flips,
		      const struct ow_id *good, struct table *out, uint64_t *seed)
{
	size_t block = tensor_type(l->type)->block_bytes, n = 0;
	struct line *line;

	for (size_t i = 0; i < g->n_tensors; i++)
		n += g->tensors[i].type == l->type ? (size_t)g->tensors[i].size / block : 0;
	if (n == 0)
		return;
	line = line_of(out, l->type, f->kind);
	for (unsigned k = 0; k < flips; k++) {
		size_t at = rnd(seed) % n, byte = 0;
		uint8_t bit = (uint8_t)(1u << rnd(seed) % 8);
		struct ow_id id;

		for (size_t i = 0; i < g->n_tensors; i++) {
			size_t here =
			    g->tensors[i].type == l->type ? (size_t)g->tensors[i].size / block : 0;

			if (at >= here) {
				at -= here;
				continue;
			}
			byte = (size_t)g->tensors[i].off + at * block + f->from +
			       rnd(seed) % (f->to - f->from);
			break;
		}
		file[byte] ^= bit;
		id = recite(src);
		file[byte] ^= bit;
		line->flips++;
		line->seen += !ow_id_equal(&id, good);
	}
}

static void try_model(struct ow_view model, unsigned flips, struct table *out)
{
	uint8_t *file = malloc(model.n);
	struct ow_view copy = {file, model.n};
	struct inspect_src src = inspect_memory(&copy);
	OW_AUTO(gguf_done) struct gguf g = {0};
	uint64_t seed = 7;
	struct ow_id good;

	ck_assert_ptr_nonnull(file);
	memcpy(file, model.p, model.n);
	ck_ok(gguf_read(&src, &g, &err));
	good = recite(&src);
	for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
		const struct layout *l = &layouts[i];

		for (int f = 0; f < FIELDS && l->field[f].kind != NULL; f++)
			try_field(file, &src, &g, l, &l->field[f], flips, &good, out, &seed);
	}
	free(file);
}

/* Print the table; at least nine of ten flips in scales and codes must show. */
static void judge(const char *what, const struct table *t)
{
	unsigned flips = 0, seen = 0;

	printf("# flips that change a logit, %s\n", what);
	for (size_t i = 0; i < t->n; i++) {
		const struct line *l = &t->at[i];

		printf("# %-7s %-12s %4u of %4u\n", tensor_type(l->type)->name, l->kind, l->seen,
		       l->flips);
		if (strcmp(l->kind, "value") == 0)
			continue;
		flips += l->flips;
		seen += l->seen;
	}
	printf("# scales and codes together: %u of %u\n", seen, flips);
	ck_assert_msg(seen * 10 >= flips * 9, "%u of %u flips in scales and codes show", seen,
		      flips);
}

START_TEST(two_hundred_flips_in_weights_are_all_caught_by_the_digest)
{
	struct ow_view model = tiny_model();
	uint8_t *file = malloc(model.n);
	struct ow_view copy = {file, model.n};
	struct inspect_src src = inspect_memory(&copy);
	OW_AUTO(gguf_done) struct gguf g = {0};
	uint64_t seed = 1;
	struct ow_id good;

	ck_assert_ptr_nonnull(file);
	memcpy(file, model.p, model.n);
	ck_ok(gguf_read(&src, &g, &err));
	ck_ok(digest_bytes(model.p, model.n, &good, &err));
	for (int i = 0; i < 200; i++) {
		OW_AUTO(model_free) struct model *m = NULL;
		size_t at = (size_t)g.data + rnd(&seed) % (model.n - (size_t)g.data);

		file[at] ^= (uint8_t)(1u << rnd(&seed) % 8);
		m = load(&src);
		ck_assert(!ow_id_equal(&m->files[0].digest, &good));
		file[at] = model.p[at];
	}
	free(file);
}
END_TEST

START_TEST(flips_show_in_the_logits_of_the_built_in_model)
{
	struct table t = {0};

	try_model(tiny_model(), FLIPS, &t);
	judge("built-in model", &t);
}
END_TEST

START_TEST(flips_show_in_the_logits_of_the_reference_models)
{
	OW_AUTO(buf_done) struct buf index = {0};
	char name[256], *save = NULL;
	struct table t = {0};

	packs_read("quant-models/index.csv", &index);
	strtok_r((char *)(uintptr_t)buf_str(&index), "\n", &save);
	for (char *line; (line = strtok_r(NULL, "\n", &save)) != NULL;) {
		OW_AUTO(buf_done) struct buf file = {0};

		packs_model("quant-models", csv_field(line, 0, name), "", &file);
		try_model((struct ow_view){file.p, file.n}, FLIPS_PACKS, &t);
	}
	judge("quantized models of the packs", &t);
}
END_TEST

PACKS_SUITE("infer/flips", NEEDING(flips_show_in_the_logits_of_the_reference_models),
	    two_hundred_flips_in_weights_are_all_caught_by_the_digest,
	    flips_show_in_the_logits_of_the_built_in_model)
