/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A real model, SmolLM2-135M-Instruct in Q4_1, against what another engine made of its exact weights: $OWSTORE_TEST_MODEL
 * is the file, $OWSTORE_PACKS/real the reference. The rule: the ids of every prompt; after the prompt, logits no farther
 * than half again of that engine's own distance; then, fed the reference's ids, the same id at every step at which the
 * reference's first and second are 0.6 apart or more.
 */
#include <fcntl.h>
#include <unistd.h>

#include "codec/digest.h"
#include "codec/json.h"
#include "infer/score.h"
#include "infer/session.h"
#include "infer/tok.h"
#include "os/pool.h"
#include "unit/infer/packs.h"

#define REFERENCE "smollm2-135m-q4_1"

enum {
	PROMPTS = 3,
	IDS_MAX = 512
};

static struct ow_error err;

static const char *model_path(void)
{
	const char *path = getenv("OWSTORE_TEST_MODEL");

	return path == NULL || access(path, R_OK) != 0 ? NULL : path;
}

static int read_at(void *ctx, void *p, size_t n, uint64_t off, struct ow_error *e)
{
	(void)e;
	return pread(*(int *)ctx, p, n, (off_t)off) == (ssize_t)n ? 0 : -1;
}

static void read_reference(const char *name, struct buf *out)
{
	char path[64];

	snprintf(path, sizeof path, "../real/%s", name);
	packs_read(path, out);
}

/* The numbers of a list. */
static size_t numbers(const struct json_t *list, uint32_t out[IDS_MAX])
{
	size_t n = json_count(list);

	ck_assert_uint_le(n, IDS_MAX);
	for (size_t i = 0; i < n; i++) {
		uint64_t v;

		ck_assert(json_u64(json_item(list, i), &v));
		out[i] = (uint32_t)v;
	}
	return n;
}

static double number(const struct json_t *v)
{
	double d;

	ck_assert(json_number(v, &d));
	return d;
}

/* One prompt by the rule; `want` are the reference's logits after it. */
static void check_prompt(struct model *m, const struct tok *tok, const struct json_t *p,
			 const float *want)
{
	struct session_opts so = {
	    .threads = pool_cores() < 3 ? 2 : 3, .batch = 64, .context = IDS_MAX};
	const struct json_t *exact = json_get(p, "dequant"), *margins = json_get(exact, "margin");
	const char *text = json_text(json_get(p, "prompt"));
	OW_AUTO(session_free) struct session *s = NULL;
	OW_AUTO(tok_ids_done) struct tok_ids got = {0};
	uint32_t ids[IDS_MAX], steps[IDS_MAX];
	size_t n = numbers(json_get(p, "prompt_ids"), ids), vocab = m->p.vocab, held = 0;
	size_t n_steps = numbers(json_get(exact, "ids"), steps);
	OW_AUTO(mem_free) float *row = calloc(vocab, sizeof *row);
	double theirs = number(json_get(p, "relrms_quantized_vs_dequant_first_step")), ours;

	ck_assert_ptr_nonnull(row);
	ck_ok(tok_encode(tok, text, strlen(text), TOK_BOS | TOK_SPECIAL, &got, &err));
	ck_assert_uint_eq(got.n, n);
	ck_assert(memcmp(got.at, ids, n * sizeof *ids) == 0);
	ck_ok(session_new(m, &so, &s, &err));
	ck_ok(session_feed(s, ids, n, NULL, row, &err));
	ours = rel_rms(row, want, vocab);
	ck_assert_msg(ours <= 1.5 * theirs, "\"%s\": distance %g, theirs %g", text, ours, theirs);
	for (size_t i = 0; i < n_steps; i++) {
		if (number(json_item(margins, i)) >= 0.6) {
			ck_assert_msg(logits_best(row, vocab) == steps[i], "\"%s\": step %zu", text,
				      i);
			held++;
		}
		ck_ok(session_feed(s, &steps[i], 1, NULL, row, &err));
	}
	printf("# \"%.*s\": distance %.4f, the reference engine's %.4f; %zu of %zu steps bind\n",
	       (int)strcspn(text, "\n"), text, ours, theirs, held, n_steps);
}

START_TEST(smollm2_keeps_the_rule)
{
	OW_AUTO(buf_done) struct buf facts = {0}, logits = {0};
	OW_AUTO(json_done) struct json_t *root = NULL;
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(tok_free) struct tok *tok = NULL;
	struct model_opts mo = {.threads = 2};
	int fd = open(model_path(), O_RDONLY | O_CLOEXEC);
	struct inspect_src src = {.read_at = read_at, .ctx = &fd};
	const struct json_t *prompts;
	char hex[OW_ID_HEX];

	read_reference(REFERENCE ".json", &facts);
	read_reference(REFERENCE ".dequant.f32", &logits);
	ck_ok(json_parse(facts.p, facts.n, 16, &root, &err));
	prompts = json_get(root, "prompts");
	ck_assert_uint_eq(json_count(prompts), PROMPTS);
	ck_assert_int_ge(fd, 0);
	src.size = (uint64_t)lseek(fd, 0, SEEK_END);
	ck_ok(model_load(&src, 1, &mo, &m, &err));
	ck_assert_str_eq(ow_id_hex(&m->files[0].digest, hex), json_text(json_get(root, "sha256")));
	ck_ok(tok_new(&m->files[0].head, &tok, &err));
	ck_assert_uint_eq(logits.n, PROMPTS * sizeof(float) * m->p.vocab);
	for (size_t i = 0; i < PROMPTS; i++)
		check_prompt(m, tok, json_item(prompts, i),
			     (const float *)(const void *)logits.p + i * m->p.vocab);
	(void)close(fd);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {smollm2_keeps_the_rule};

	if (packs() != NULL && model_path() != NULL)
		return suite_run("infer/real", tests, 1);
	printf("1..0 # SKIP set OWSTORE_PACKS to the folder of the packs and OWSTORE_TEST_MODEL to "
	       "the model "
	       "(tools/fetch-model)\n");
	return 0;
}
