/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "inspect/kind.h"
#include "support/support.h"

START_TEST(kinds_are_told_by_content)
{
	static const struct {
		const char *path, *bytes;
		size_t n;
		enum inspect_kind kind;
	} cases[] = {
	    {"model.bin", "GGUF\3\0\0\0", 8, INSPECT_GGUF},
	    {"model.gguf", "not one", 7, INSPECT_TEXT},
	    {"x", "\2\0\0\0\0\0\0\0{}", 10, INSPECT_SAFETENSORS},
	    {"x.safetensors", "\2\0\0\0\0\0\0\0[]", 10, INSPECT_OTHER},
	    {"config.json", "{\"a\": 1}", 8, INSPECT_JSON},
	    {"README.md", "# gr\xc3\xbc\xc3\x9f", 8, INSPECT_TEXT},
	    {"empty", "", 0, INSPECT_TEXT},
	    {"x.dat", "a\0b", 3, INSPECT_OTHER},
	    {"x.txt", "\xff\xfe", 2, INSPECT_OTHER},
	    {"x.tgz", "\x1f\x8b\x08", 3, INSPECT_ARCHIVE},
	    {"x", "\x28\xb5\x2f\xfd", 4, INSPECT_ARCHIVE},
	    {"x.zip", "PK\3\4 some/file", 14, INSPECT_ARCHIVE},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct ow_view v = {.p = (const uint8_t *)cases[i].bytes, .n = cases[i].n};
		struct inspect_src src = inspect_memory(&v);
		struct ow_error err;
		enum inspect_kind kind = INSPECT_OTHER;

		ck_ok(inspect_kind(&src, cases[i].path, &kind, &err));
		ck_assert_msg(kind == cases[i].kind, "%s: %s", cases[i].path,
			      inspect_kind_name(kind));
	}
}
END_TEST

START_TEST(attack_F34_pickles_are_found_whatever_their_name)
{
	static const char *const names[] = {"model.bin", "model.safetensors", "weights", "x.npy"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct ow_view v[] = {
		    {.p = (const uint8_t *)"\x80\x04\x95.", .n = 4},
		    {.p = (const uint8_t *)"PK\3\4 archive/data.pkl ...", .n = 25}};

		for (size_t k = 0; k < 2; k++) {
			struct inspect_src src = inspect_memory(&v[k]);
			struct ow_error err;
			enum inspect_kind kind = INSPECT_OTHER;

			ck_ok(inspect_kind(&src, names[i], &kind, &err));
			ck_assert_int_eq(kind, INSPECT_PICKLE);
		}
	}
}
END_TEST

START_TEST(roles_follow_the_path)
{
	static const struct {
		const char *path, *role;
		enum inspect_kind kind;
	} cases[] = {
	    {"model-00001-of-00002.safetensors", "weights", INSPECT_SAFETENSORS},
	    {"onnx/model.onnx", "weights", INSPECT_OTHER},
	    {"pytorch_model.bin", "weights", INSPECT_PICKLE},
	    {"adapter_model.safetensors", "adapter", INSPECT_SAFETENSORS},
	    {"adapter_config.json", "adapter", INSPECT_JSON},
	    {"my-LoRA-f16.gguf", "adapter", INSPECT_GGUF},
	    {"tokenizer.json", "tokenizer", INSPECT_JSON},
	    {"tokenizer_config.json", "tokenizer", INSPECT_JSON},
	    {"vocab.json", "tokenizer", INSPECT_JSON},
	    {"config.json", "config", INSPECT_JSON},
	    {"model.safetensors.index.json", "config", INSPECT_JSON},
	    {"chat_template.jinja", "chat-template", INSPECT_TEXT},
	    {"LICENSE", "licence", INSPECT_TEXT},
	    {"LICENSE.md", "licence", INSPECT_TEXT},
	    {"docs/COPYING", "licence", INSPECT_TEXT},
	    {"NOTICE.txt", "notice", INSPECT_TEXT},
	    {"README.md", "document", INSPECT_TEXT},
	    {"modeling_x.py", "code", INSPECT_TEXT},
	    {"x.whl", "runtime", INSPECT_ARCHIVE},
	    {"data/train.parquet", "dataset", INSPECT_OTHER},
	    {"strange", "other", INSPECT_OTHER},
	    {"LICENSE.gguf", "weights", INSPECT_GGUF},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_msg(strcmp(inspect_role(cases[i].path, cases[i].kind), cases[i].role) ==
				  0,
			      "%s", cases[i].path);
}
END_TEST

SUITE_MAIN("inspect/kind", kinds_are_told_by_content,
	   attack_F34_pickles_are_found_whatever_their_name, roles_follow_the_path)
