/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Facts for notices: a base model, a quantized one of it, an adapter and a dataset, with what a decision about each asks
 * for. Lists are writable, so that tests can put them into another order or spoil them.
 */
#ifndef OW_TEST_NOTICE_MAKER_H
#define OW_TEST_NOTICE_MAKER_H

#include <stdlib.h>
#include <string.h>

#include "notice/facts.h"

#define MADE_VIEW(s)                                                                               \
	{                                                                                          \
		(const uint8_t *)(s), sizeof(s) - 1                                                \
	}

/* The line that this agreement wants, quoted and wrapped as agreements do. */
#define MADE_LINE                                                                                  \
	"Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright \xC2\xA9 Meta "    \
	"Platforms, Inc. All Rights Reserved."
static const char made_agreement[] =
    "AGREEMENT\n\nYou must retain in all copies the following attribution notice within a\n"
    "\xE2\x80\x9CNotice\xE2\x80\x9D text file: \xE2\x80\x9CLlama 3.1 is licensed under the Llama "
    "3.1\nCommunity License, Copyright \xC2\xA9 Meta Platforms, Inc. All Rights\n"
    "Reserved.\xE2\x80\x9D\n";
static const char made_mit[] = "MIT License\n\nCopyright (c) 2024 Jos\xC3\xA9 Example\n\n"
			       "Permission is hereby granted ...\n";
static const char made_mit_other[] = "MIT License\r\n\r\nCopyright (c) 2023 Ann Other\r\n";
static const char made_rail[] = "Responsible licence\n\nYou must pass on the restrictions of "
				"Attachment A.\n\nAttachment A\n\nYou agree not to use it to do "
				"harm.\n";
static const char made_notice[] = "Example Data\nCopyright 2022 The Example Project\n\tby hand, "
				  "\\ and \xE2\x80\xAE"
				  "all.\n[base/model@1: weights]\n";

enum {
	MADE_ARTIFACTS = 4
};

struct made {
	struct notice_facts facts;
	struct notice_artifact artifacts[MADE_ARTIFACTS];
	struct notice_component base[2], small[2], adapter[1], data[2];
	struct notice_file shards[3], tokenizer[1], gguf[1], card[1], delta[1], rows[2], terms[1];
	struct notice_text base_texts[2], small_texts[1], adapter_texts[1], data_texts[2];
	struct notice_parent small_parents[1], adapter_parents[2];
	struct ow_obligation base_duties[5], small_duties[4], adapter_duties[3], data_duties[3];
	struct ow_decision decisions[MADE_ARTIFACTS];
	struct ow_reason reasons[1];
};

/* The profiles of the program, or the end of it. */
static inline const struct license_set *made_profiles(void)
{
	static struct license_set *set;
	struct ow_error err = {0};

	if (set == NULL && license_set_new(&set, &err) < 0)
		abort();
	return set;
}

static inline void made_decision(struct ow_decision *d, struct ow_obligation *duties, size_t n)
{
	*d = (struct ow_decision){.scenario = "",
				  .requested = OW_CLASS_CUSTOMER,
				  .recipient = "site-b",
				  .form = "raw",
				  .verdict = OW_ALLOW_WITH_OBLIGATIONS,
				  .ceiling = OW_CLASS_REDISTRIBUTABLE,
				  .usable = OW_CLASS_REDISTRIBUTABLE,
				  .obligations = duties,
				  .n_obligations = n};
	for (size_t i = 0; i < n; i++) {
		duties[i].check = "what is looked at";
		duties[i].met = true;
	}
}

static inline void made_base(struct made *m)
{
	static const char *const upstream[] = {"hf:base/model@0123abcd"};

	for (size_t i = 0; i < 3; i++)
		m->shards[i] = (struct notice_file){.id = {.b = {1, (uint8_t)i}}, .size = 1000 + i};
	m->shards[0].path = "model-00001-of-00003.safetensors";
	m->shards[1].path = "model-00002-of-00003.safetensors";
	m->shards[2].path = "model-00003-of-00003.safetensors";
	m->tokenizer[0] = (struct notice_file){"tokenizer.json", {.b = {2}}, 77};
	m->base[0] = (struct notice_component){.id = "weights",
					       .role = "weights",
					       .files = m->shards,
					       .n_files = 3,
					       .declared = "llama3.1",
					       .concluded = "LicenseRef-llama-3.1",
					       .concluded_by = "the text of LICENSE",
					       .effective = "LicenseRef-llama-3.1"};
	m->base[1] = (struct notice_component){.id = "tokenizer",
					       .role = "tokenizer",
					       .files = m->tokenizer,
					       .n_files = 1,
					       .declared = "MIT",
					       .concluded = "MIT",
					       .effective = "MIT"};
	m->base_texts[0] = (struct notice_text){NOTICE_LICENCE, "LicenseRef-llama-3.1", "LICENSE",
						MADE_VIEW(made_agreement)};
	m->base_texts[1] =
	    (struct notice_text){NOTICE_LICENCE, "MIT", "tokenizer/LICENSE", MADE_VIEW(made_mit)};
	m->base_duties[0] = (struct ow_obligation){"O-COPY", "weights", "LicenseRef-llama-3.1",
						   "1.b.i",  NULL,      true};
	m->base_duties[1] = (struct ow_obligation){
	    "O-NOTICE-LINE", "weights", "LicenseRef-llama-3.1", "1.b.iii", NULL, true};
	m->base_duties[2] = (struct ow_obligation){"O-DISPLAY", "weights", "LicenseRef-llama-3.1",
						   "1.b.i",     NULL,      true};
	m->base_duties[3] = (struct ow_obligation){"O-COPY", "tokenizer", "MIT", "1", NULL, true};
	m->base_duties[4] =
	    (struct ow_obligation){"O-COPYRIGHT", "tokenizer", "MIT", "1", NULL, true};
	made_decision(&m->decisions[0], m->base_duties, 5);
	m->reasons[0] = (struct ow_reason){.rule = "X-SCALE",
					   .severity = OW_SEVERITY_INFO,
					   .component = "weights",
					   .license = "LicenseRef-llama-3.1",
					   .clause = "2",
					   .fact = "1 user",
					   .text = "below the limit"};
	m->decisions[0].reasons = m->reasons;
	m->decisions[0].n_reasons = 1;
	m->artifacts[0] = (struct notice_artifact){.name = "base/model",
						   .version = "1",
						   .id = {.b = {0xb0}},
						   .licence = "LicenseRef-llama-3.1 AND MIT",
						   .architecture = "llama",
						   .upstream = upstream,
						   .n_upstream = 1,
						   .components = m->base,
						   .n_components = 2,
						   .texts = m->base_texts,
						   .n_texts = 2};
}

static inline void made_small(struct made *m)
{
	m->gguf[0] = (struct notice_file){"model.Q4_1.gguf", {.b = {3}}, 500};
	m->card[0] = (struct notice_file){"README.md", {.b = {4}}, 5};
	m->small[0] = (struct notice_component){.id = "model.Q4_1.gguf",
						.role = "weights",
						.files = m->gguf,
						.n_files = 1,
						.declared = "some words, not an id",
						.effective = "LicenseRef-llama-3.1 AND MIT",
						.modified = true};
	m->small[1] = (struct notice_component){
	    .id = "documents", .role = "document", .files = m->card, .n_files = 1};
	m->small_texts[0] =
	    (struct notice_text){NOTICE_LICENCE, "MIT", "LICENSE", MADE_VIEW(made_mit_other)};
	m->small_parents[0] =
	    (struct notice_parent){"quantized", "base/model@1", &m->artifacts[0].id};
	m->small_duties[0] = (struct ow_obligation){
	    "O-COPY", "model.Q4_1.gguf", "LicenseRef-llama-3.1", "1.b.i", NULL, true};
	m->small_duties[1] = (struct ow_obligation){
	    "O-NOTICE-LINE", "model.Q4_1.gguf", "LicenseRef-llama-3.1", "1.b.iii", NULL, true};
	m->small_duties[2] =
	    (struct ow_obligation){"O-COPY", "model.Q4_1.gguf", "MIT", "1", NULL, true};
	m->small_duties[3] = (struct ow_obligation){
	    "O-NAME", "model.Q4_1.gguf", "LicenseRef-llama-3.1", "1.b.i", NULL, true};
	made_decision(&m->decisions[1], m->small_duties, 4);
	m->artifacts[1] = (struct notice_artifact){.name = "llama-small",
						   .version = "1-q4",
						   .id = {.b = {0xb1}},
						   .licence = "LicenseRef-llama-3.1 AND MIT",
						   .architecture = "llama",
						   .parents = m->small_parents,
						   .n_parents = 1,
						   .components = m->small,
						   .n_components = 2,
						   .texts = m->small_texts,
						   .n_texts = 1};
}

static inline void made_adapter(struct made *m)
{
	m->delta[0] = (struct notice_file){"adapter.safetensors", {.b = {5}}, 50};
	m->adapter[0] =
	    (struct notice_component){.id = "adapter",
				      .role = "adapter",
				      .files = m->delta,
				      .n_files = 1,
				      .declared = "bigscience-openrail-m",
				      .effective = "LicenseRef-bigscience-openrail-m",
				      .modified = true,
				      .change = {.tool = "trainer 1", .date = "2026-01-02"}};
	m->adapter_texts[0] = (struct notice_text){
	    NOTICE_LICENCE, "LicenseRef-bigscience-openrail-m", "LICENSE", MADE_VIEW(made_rail)};
	m->adapter_parents[0] =
	    (struct notice_parent){"adapter-of", "base/model@1", &m->artifacts[0].id};
	m->adapter_parents[1] = (struct notice_parent){"trained-on", "somebody/else", NULL};
	m->adapter_duties[0] = (struct ow_obligation){
	    "O-COPY", "adapter", "LicenseRef-bigscience-openrail-m", "4(b)", NULL, true};
	m->adapter_duties[1] = (struct ow_obligation){
	    "O-PASSTHRU", "adapter", "LicenseRef-bigscience-openrail-m", "4(a)", NULL, true};
	m->adapter_duties[2] = (struct ow_obligation){
	    "O-CHANGES", "adapter", "LicenseRef-bigscience-openrail-m", "4(c)", NULL, true};
	made_decision(&m->decisions[2], m->adapter_duties, 3);
	m->artifacts[2] = (struct notice_artifact){.name = "lora",
						   .version = "2",
						   .id = {.b = {0xb2}},
						   .licence = "LicenseRef-bigscience-openrail-m",
						   .parents = m->adapter_parents,
						   .n_parents = 2,
						   .components = m->adapter,
						   .n_components = 1,
						   .texts = m->adapter_texts,
						   .n_texts = 1};
}

static inline void made_data(struct made *m)
{
	m->rows[0] = (struct notice_file){"b.parquet", {.b = {6}}, 1};
	m->rows[1] = (struct notice_file){"a.parquet", {.b = {7}}, 2};
	m->terms[0] = (struct notice_file){"LICENSE", {.b = {8}}, 3};
	m->data[0] = (struct notice_component){.id = "dataset",
					       .role = "dataset",
					       .files = m->rows,
					       .n_files = 2,
					       .effective = "CC-BY-4.0"};
	m->data[1] = (struct notice_component){
	    .id = "documents", .role = "document", .files = m->terms, .n_files = 1};
	m->data_texts[0] = (struct notice_text){NOTICE_LICENCE, "CC-BY-4.0", "LICENSE",
						MADE_VIEW("Attribution 4.0 International\n")};
	m->data_texts[1] =
	    (struct notice_text){NOTICE_UPSTREAM, NULL, "NOTICE", MADE_VIEW(made_notice)};
	m->data_duties[0] =
	    (struct ow_obligation){"O-COPY", "dataset", "CC-BY-4.0", "3(a)", NULL, true};
	m->data_duties[1] =
	    (struct ow_obligation){"O-ATTR-CC", "dataset", "CC-BY-4.0", "3(a)", NULL, true};
	m->data_duties[2] =
	    (struct ow_obligation){"O-NOTICE-FILE", "dataset", "CC-BY-4.0", "3(a)", NULL, true};
	made_decision(&m->decisions[3], m->data_duties, 3);
	m->artifacts[3] = (struct notice_artifact){.name = "data",
						   .version = "2022",
						   .id = {.b = {0xb3}},
						   .licence = "CC-BY-4.0",
						   .components = m->data,
						   .n_components = 2,
						   .texts = m->data_texts,
						   .n_texts = 2};
}

static inline void made_facts(struct made *m, const struct license_set *set)
{
	memset(m, 0, sizeof *m);
	made_base(m);
	made_small(m);
	made_adapter(m);
	made_data(m);
	for (size_t i = 0; i < MADE_ARTIFACTS; i++) {
		m->artifacts[i].class = OW_CLASS_CUSTOMER;
		m->artifacts[i].basis = "decision";
		m->artifacts[i].decision = &m->decisions[i];
	}
	m->facts = (struct notice_facts){.bundle = "HQ_MAIN_000042",
					 .origin = "hq",
					 .stream = "main",
					 .destination = "site-b",
					 .epoch = 1,
					 .seq = 42,
					 .issued = 1795219200,
					 .producer = "owstore 0.1.0",
					 .set = set,
					 .artifacts = m->artifacts,
					 .n_artifacts = MADE_ARTIFACTS};
}

#endif
