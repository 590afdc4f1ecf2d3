/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "govern/parentage.h"
#include "support/support.h"

static struct ow_error err;

static const char *named(const char *claimed)
{
	static char out[300];

	parent_name(claimed, out, sizeof out);
	return out;
}

START_TEST(names_of_models_and_addresses_of_pages)
{
	ck_assert_str_eq(named("org/model"), "org/model");
	ck_assert_str_eq(named("https://models.example/org/model"), "org/model");
	ck_assert_str_eq(named("https://models.example/org/model/tree/main?x#y"), "org/model");
	ck_assert_str_eq(named("https://models.example/datasets/org/data"), "org/data");
	ck_assert_str_eq(named("https://models.example/datasets/org"),
			 "https://models.example/datasets/org");
	ck_assert_str_eq(named("https://models.example/org"), "https://models.example/org");
	ck_assert_str_eq(named("https://models.example/org/"), "https://models.example/org/");
	ck_assert_str_eq(named("https://models.example//model"), "https://models.example//model");
	ck_assert_str_eq(named("../../etc/passwd"), "../../etc/passwd");
	ck_assert_str_eq(named("://"), "://");
	ck_assert_str_eq(named(""), "");
}
END_TEST

/* One case: claims as path, key, value; what parents come out as "kind name; …". */
struct given {
	const char *role; /* of the one component */
	const char *claims[6][3];
	const char *want;
	const char *had[2]; /* kind and name of a parent that the record has already */
};

static int make(const struct given *g, char *out, size_t cap, struct ow_error *e)
{
	OW_AUTO(artifact_done) struct artifact a = {.name = "o/m", .version = "1"};
	OW_AUTO(finding_done) struct finding f = {0};
	struct ow_id id = {.b = {1}};
	size_t n = 0;

	out[0] = '\0';
	if (artifact_add_component(&a, "model.gguf", g->role, &id, 1, e) < 0)
		return e->code;
	for (size_t i = 0; i < 6 && g->claims[i][0] != NULL; i++) {
		const struct finding_claim c = {g->claims[i][0], g->claims[i][1], g->claims[i][2],
						""};

		if (finding_add_claim(&f, &c, e) < 0)
			return e->code;
	}
	if (g->had[0] != NULL && artifact_add_parent(&a, g->had[0], g->had[1], e) < 0)
		return e->code;
	if (parentage(&a, &f, e) < 0 || artifact_sort(&a, e) < 0)
		return e->code;
	for (size_t i = 0; i < a.n_parents; i++)
		n += (size_t)snprintf(out + n, cap - n, "%s %s; ", a.parents[i].kind,
				      a.parents[i].name);
	return 0;
}

static const struct given cases[] = {
    {"weights", {{NULL}}, "", {NULL}},
    {"weights", {{"README.md", "base_model", "a/b"}}, "finetune a/b; ", {NULL}},
    {"adapter", {{"README.md", "base_model", "a/b"}}, "adapter-of a/b; ", {NULL}},
    {"weights",
     {{"README.md", "base_model", "a/b"}, {"README.md", "base_model", "c/d"}},
     "merge-of a/b; merge-of c/d; ",
     {NULL}},
    {"weights",
     {{"README.md", "base_model", "a/b"}, {"README.md", "base_model_relation", "Quantized"}},
     "quantized a/b; ",
     {NULL}},
    {"weights",
     {{"README.md", "base_model", "a/b"}, {"README.md", "base_model_relation", "child"}},
     "finetune a/b; ",
     {NULL}},
    /* a quantized file says how, where the card does not */
    {"weights",
     {{"README.md", "base_model", "a/b"}, {"model.gguf", "quantization", "Q4_K"}},
     "quantized a/b; ",
     {NULL}},
    {"weights",
     {{"README.md", "base_model", "a/b"}, {"model.gguf", "quantization", "BF16"}},
     "finetune a/b; ",
     {NULL}},
    /* its own claim, by address or by name; the card's word for the same base comes first */
    {"weights",
     {{"model.gguf", "quantization", "Q8_0"},
      {"model.gguf", "general.base_model.0.repo_url", "https://models.example/Org/Base"},
      {"model.gguf", "general.base_model.0.name", "Base"}},
     "quantized Org/Base; ",
     {NULL}},
    {"weights",
     {{"model.gguf", "general.base_model.0.name", "Base 8B"},
      {"model.gguf", "general.base_model.0.organization", "Big Org"}},
     "finetune Big-Org/Base-8B; ",
     {NULL}},
    {"weights",
     {{"README.md", "base_model", "org/base"},
      {"README.md", "base_model_relation", "finetune"},
      {"model.gguf", "quantization", "Q8_0"},
      {"model.gguf", "general.base_model.0.repo_url", "https://models.example/Org/Base"}},
     "finetune org/base; ",
     {NULL}},
    /* settings of an adapter */
    {"adapter",
     {{"adapter_config.json", "base_model_name_or_path", "a/b"}},
     "adapter-of a/b; ",
     {NULL}},
    /* what it was trained on */
    {"weights",
     {{"README.md", "base_model", "a/b"},
      {"README.md", "datasets", "c/d"},
      {"model.gguf", "general.dataset.0.repo_url", "https://models.example/datasets/c/D"},
      {"model.gguf", "general.dataset.1.name", "My Texts"}},
     "finetune a/b; trained-on My-Texts; trained-on c/d; ",
     {NULL}},
    /* what the record has already, however it is written; but a base is no data, whatever the record says */
    {"weights",
     {{"README.md", "base_model", "A/b"}},
     "converted https://models.example/a/B; ",
     {"converted", "https://models.example/a/B"}},
    {"weights",
     {{"README.md", "base_model", "a/b"}},
     "finetune a/b; trained-on a/b; ",
     {"trained-on", "a/b"}},
    {"weights", {{"README.md", "datasets", "a/b"}}, "finetune a/b; ", {"finetune", "a/b"}},
    /* no claim, no edge */
    {"weights", {{"model.gguf", "quantization", "Q4_K"}}, "", {NULL}},
};

START_TEST(claims_become_parents)
{
	char got[1000];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ck_ok(make(&cases[i], got, sizeof got, &err));
		ck_assert_str_eq(got, cases[i].want);
	}
}
END_TEST

/* A record holds 256 parents: too many bases are told of, data beyond that are left out. */
START_TEST(more_parents_than_a_record_holds)
{
	static const char *const keys[] = {"base_model", "datasets"};

	for (size_t k = 0; k < 2; k++) {
		OW_AUTO(artifact_done) struct artifact a = {.name = "o/m", .version = "1"};
		OW_AUTO(finding_done) struct finding f = {0};

		for (int i = 0; i < 300; i++) {
			char name[40];
			const struct finding_claim c = {"README.md", keys[k], name, ""};

			(void)snprintf(name, sizeof name, "org/base-%d", i);
			ck_ok(finding_add_claim(&f, &c, &err));
		}
		if (k == 0)
			ck_fails(parentage(&a, &f, &err), OW_E_FORMAT);
		else
			ck_ok(parentage(&a, &f, &err));
		ck_assert_uint_eq(a.n_parents, 256);
	}
}
END_TEST

/* As many claims as a finding holds, of one card: each base is of the kind that the card says. */
START_TEST(a_card_of_thousands_of_claims)
{
	OW_AUTO(artifact_done) struct artifact a = {.name = "o/m", .version = "1"};
	OW_AUTO(finding_done) struct finding f = {0};
	const struct finding_claim relation = {"README.md", "base_model_relation", "merge", ""};
	char name[40];

	for (int i = 0; i < FINDING_CLAIMS_MAX - 1; i++) {
		const bool base = i % 100 == 0;
		const struct finding_claim c = {"README.md", base ? "base_model" : "tags", name,
						""};

		(void)snprintf(name, sizeof name, "org/%s-%d", base ? "base" : "tag", i);
		ck_ok(finding_add_claim(&f, &c, &err));
	}
	ck_ok(finding_add_claim(&f, &relation, &err));
	finding_sort(&f);
	ck_ok(parentage(&a, &f, &err));
	ck_assert_uint_eq(a.n_parents, (FINDING_CLAIMS_MAX + 98) / 100);
	for (size_t i = 0; i < a.n_parents; i++)
		ck_assert_str_eq(a.parents[i].kind, "merge-of");
}
END_TEST

START_TEST(without_memory_it_fails)
{
	const struct given *g = &cases[3];
	char got[1000];
	bool failed = true;

	for (unsigned long nth = 1; failed; nth++) {
		struct ow_error e = {0};

		(void)mem_fail_at(nth);
		failed = make(g, got, sizeof got, &e) < 0;
		(void)mem_fail_at(0);
		ck_assert(!failed || e.code == OW_E_IO);
	}
	ck_assert_str_eq(got, g->want);
}
END_TEST

SUITE_MAIN("govern/parentage", names_of_models_and_addresses_of_pages, claims_become_parents,
	   more_parents_than_a_record_holds, a_card_of_thousands_of_claims, without_memory_it_fails)
