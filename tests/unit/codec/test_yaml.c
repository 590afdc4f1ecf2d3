/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "codec/yaml.h"
#include "support/support.h"

static int parse(const char *text, struct yaml **out, struct ow_error *err)
{
	return yaml_parse(text, strlen(text), "f", out, err);
}

START_TEST(values_know_kind_and_place)
{
	static const char text[] = "store: /srv/models  # here\n"
				   "jobs: 4\n"
				   "quoted: '4'\n"
				   "list:\n"
				   "  - one\n"
				   "  - {a: true, b: ~}\n"
				   "empty:\n";
	OW_AUTO(yaml_doc_free) struct yaml *y = NULL;
	struct ow_error err;
	const struct yaml_node *root, *list, *v;
	const char *s = NULL;
	uint64_t n = 0;
	bool yes = false;

	ck_ok(parse(text, &y, &err));
	root = yaml_root(y);
	ck_assert_int_eq(root->kind, YAML_MAP);
	ck_assert_uint_eq(root->n, 5);
	ck_ok(yaml_text(y, yaml_get(root, "store"), &s, &err));
	ck_assert_str_eq(s, "/srv/models");
	ck_ok(yaml_u64(y, yaml_get(root, "jobs"), &n, &err));
	ck_assert_uint_eq(n, 4);
	ck_fails(yaml_u64(y, yaml_get(root, "quoted"), &n, &err), OW_E_FORMAT);
	ck_assert_str_eq(err.text, "f:3:9: quoted: a number is expected, not '4'");
	list = yaml_get(root, "list");
	ck_assert_int_eq(list->kind, YAML_LIST);
	ck_assert_uint_eq(list->n, 2);
	v = list->first->next;
	ck_assert_uint_eq(v->line, 6);
	ck_assert_uint_eq(v->column, 5);
	ck_ok(yaml_bool(y, yaml_get(v, "a"), &yes, &err));
	ck_assert(yes);
	ck_assert_int_eq(yaml_get(v, "b")->kind, YAML_NULL);
	ck_assert_int_eq(yaml_get(root, "empty")->kind, YAML_NULL);
	ck_ok(yaml_text(y, yaml_get(root, "absent"), &s, &err));
	ck_fails(yaml_text(y, list, &s, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(an_empty_document_is_null)
{
	static const char *const texts[] = {"", "# nothing\n", "---\n", "~"};
	struct ow_error err;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		OW_AUTO(yaml_doc_free) struct yaml *y = NULL;

		ck_ok(parse(texts[i], &y, &err));
		ck_assert_int_eq(yaml_root(y)->kind, YAML_NULL);
	}
}
END_TEST

START_TEST(what_is_not_taken_is_refused_with_its_place)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
	    {"a: &x 1", "f:1:4: anchors are not taken"},
	    {"a: &x [1]", "f:1:4: anchors are not taken"},
	    {"a: 1\nb: *x", "f:2:4: aliases are not taken"},
	    {"a: !!str 1", "f:1:4: tags are not taken"},
	    {"a: !mine {}", "f:1:4: tags are not taken"},
	    {"a: 1\nb: 2\na: 3", "f:3:1: key 'a' again, first at line 1"},
	    {"'a': 1\na: 3", "f:2:1: key 'a' again, first at line 1"},
	    {"<<: {a: 1}", "f:1:1: merge keys are not taken"},
	    {"? [a]\n: 1", "f:1:3: a key must be a text"},
	    {"? {a: 1}\n: 1", "f:1:3: a key must be a text"},
	    {"'': 1", "f:1:1: empty key"},
	    {"a: 1\n---\nb: 2", "f:2:1: a second document"},
	    {"%YAML 1.1\n---\na: 1", "f:1:1: directives are not taken"},
	    {"%TAG ! tag:x,2000:\n---\na: 1", "f:1:1: directives are not taken"},
	    {"a: \"x\\0y\"", "f:1:4: a text with a NUL"},
	    {"\xff: 1", "f: not UTF-8"},
	};
	struct ow_error err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct yaml *y = NULL;

		ck_fails(parse(cases[i].text, &y, &err), OW_E_FORMAT);
		ck_assert_str_eq(err.text, cases[i].error);
		ck_assert_ptr_null(y);
	}
}
END_TEST

START_TEST(broken_text_is_refused_with_its_place)
{
	static const char *const texts[] = {"a: [1",   "a: {b",     "a: 'x", "\ta: 1",
					    "a: b: c", "- 1\na: 2", "@",     "a: 1\n b: 2"};
	struct ow_error err;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct yaml *y = NULL;

		ck_fails(parse(texts[i], &y, &err), OW_E_FORMAT);
		ck_assert_msg(strncmp(err.text, "f:", 2) == 0 && err.text[2] >= '1' &&
				  err.text[2] <= '9',
			      "%s", err.text);
	}
}
END_TEST

START_TEST(unknown_keys_are_named_with_a_suggestion)
{
	static const char *const keys[] = {"store", "jobs", NULL};
	OW_AUTO(yaml_doc_free) struct yaml *y = NULL;
	OW_AUTO(yaml_doc_free) struct yaml *list = NULL;
	struct ow_error err;

	ck_ok(parse("store: 1\njob: 2\n", &y, &err));
	ck_fails(yaml_only(y, yaml_root(y), keys, &err), OW_E_FORMAT);
	ck_assert_str_eq(err.text, "f:2:1: unknown key 'job'");
	ck_assert_str_eq(err.hint, "did you mean 'jobs'?");
	ck_ok(parse("[store]", &list, &err));
	ck_fails(yaml_only(list, yaml_root(list), keys, &err), OW_E_FORMAT);
}
END_TEST

/* n opening brackets and as many closing ones */
static int nested(size_t n, struct yaml **out, struct ow_error *err)
{
	char text[2 * YAML_DEPTH_MAX + 4] = "";

	memset(text, '[', n);
	memset(text + n, ']', n);
	return yaml_parse(text, 2 * n, "f", out, err);
}

START_TEST(depth_number_and_size_are_bounded)
{
	OW_AUTO(yaml_doc_free) struct yaml *y = NULL;
	OW_AUTO(yaml_doc_free) struct yaml *wide = NULL;
	struct yaml *none = NULL;
	struct ow_error err;
	char *text = calloc(1, YAML_SIZE_MAX + 1);

	ck_ok(nested(YAML_DEPTH_MAX, &y, &err));
	ck_fails(nested(YAML_DEPTH_MAX + 1, &none, &err), OW_E_FORMAT);
	ck_assert_ptr_nonnull(text);
	text[0] = '[';
	for (size_t i = 0; i < YAML_VALUES_MAX; i++)
		memcpy(text + 1 + 2 * i, "1,", 2);
	text[2 * (YAML_VALUES_MAX - 1)] = ']'; /* the list itself is one */
	ck_ok(yaml_parse(text, 2 * YAML_VALUES_MAX - 1, "f", &wide, &err));
	ck_assert_uint_eq(yaml_root(wide)->n, YAML_VALUES_MAX - 1);
	text[2 * (YAML_VALUES_MAX - 1)] = ',';
	text[2 * YAML_VALUES_MAX] = ']';
	ck_fails(yaml_parse(text, 2 * YAML_VALUES_MAX + 1, "f", &none, &err), OW_E_FORMAT);
	memset(text, '#', YAML_SIZE_MAX + 1);
	ck_ok(yaml_parse(text, YAML_SIZE_MAX, "f", &none, &err));
	yaml_doc_free(none);
	ck_fails(yaml_parse(text, YAML_SIZE_MAX + 1, "f", &none, &err), OW_E_FORMAT);
	free(text);
}
END_TEST

START_TEST(every_failed_allocation_is_an_error)
{
	static const char text[] = "a: [1, {b: x}]\nc: ~\n";
	struct ow_error err;
	int result;
	unsigned long nth = 1;

	do {
		struct yaml *y = NULL;

		err = (struct ow_error){0};
		(void)mem_fail_at(nth++);
		result = yaml_parse(text, strlen(text), "f", &y, &err);
		ck_assert(result == 0 || err.code == OW_E_IO);
		yaml_doc_free(y);
	} while (result < 0);
	(void)mem_fail_at(0);
	ck_assert_uint_gt(nth, 8);
}
END_TEST

SUITE_MAIN("codec/yaml", values_know_kind_and_place, an_empty_document_is_null,
	   what_is_not_taken_is_refused_with_its_place, broken_text_is_refused_with_its_place,
	   unknown_keys_are_named_with_a_suggestion, depth_number_and_size_are_bounded,
	   every_failed_allocation_is_an_error)
