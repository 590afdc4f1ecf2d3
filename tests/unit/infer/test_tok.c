/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Tokenizers against cases computed elsewhere, and the scanners against their expressions.
 */
#include "base/text.h"
#include "codec/json.h"
#include "infer/tiny.h"
#include "infer/tok.h"
#include "infer/tok_split.h"
#include "support/gguf_maker.h"
#include "unit/infer/packs.h"

struct loaded {
	struct buf file;
	struct ow_view view;
	struct gguf head;
	struct tok *tok;
};

static void load(const char *path, struct loaded *l)
{
	struct ow_error err = {0};
	struct inspect_src src;

	packs_read(path, &l->file);
	l->view = (struct ow_view){.p = l->file.p, .n = l->file.n};
	src = inspect_memory(&l->view);
	ck_ok(gguf_read(&src, &l->head, &err));
	ck_ok(tok_new(&l->head, &l->tok, &err));
}

static void unload(struct loaded *l)
{
	tok_free(l->tok);
	gguf_done(&l->head);
	buf_done(&l->file);
}

static void expect_ids(const struct tok *t, const char *name, const char *text, size_t n,
		       const char *ids)
{
	OW_AUTO(tok_ids_done) struct tok_ids got = {0};
	struct ow_error err = {0};
	size_t i = 0;

	ck_ok(tok_encode(t, text, n, 0, &got, &err));
	for (; *ids != '\0'; i++) {
		char *end;
		unsigned long want = strtoul(ids, &end, 10);

		ck_assert_msg(i < got.n && got.at[i] == want,
			      "%s: \"%.*s\": id %zu is %d, expected %lu", name, (int)n, text, i,
			      i < got.n ? (int)got.at[i] : -1, want);
		ids = end + strspn(end, " ");
	}
	ck_assert_msg(i == got.n, "%s: \"%.*s\": %zu ids, expected %zu", name, (int)n, text, got.n,
		      i);
}

/* FILE.inp and FILE.out: texts between marker lines, ids a line */
static void check_pairs(const struct tok *t, const char *name)
{
	OW_AUTO(buf_done) struct buf in = {0}, out = {0};
	static const char mark[] = "\n__ggml_vocab_test__\n";
	char path[512];
	const char *text;
	int n = 0;

	snprintf(path, sizeof path, "tokenizer/%s.gguf.inp", name);
	packs_read(path, &in);
	snprintf(path, sizeof path, "tokenizer/%s.gguf.out", name);
	packs_read(path, &out);
	text = buf_str(&in);
	for (char *at = (char *)(uintptr_t)buf_str(&out); text < buf_str(&in) + in.n;) {
		const char *end = strstr(text, mark);
		char *line = strsep(&at, "\n");

		if (end == NULL)
			break;
		ck_assert_ptr_nonnull(line);
		line += strspn(line, " ");
		expect_ids(t, name, text, (size_t)(end - text), line);
		text = end + sizeof mark - 1;
		n++;
	}
	ck_assert_int_ge(n, 40);
}

/* FILE.jsonl: ids of a text, and what their tokens say one behind the other ("pieces" where that differs from "detok",
 * which leaves out the space that was put before the text).
 */
static void check_lines(const struct tok *t, const char *name)
{
	OW_AUTO(buf_done) struct buf all = {0};
	char path[512], *save = NULL;
	int n = 0;

	snprintf(path, sizeof path, "tokenizer/%s.jsonl", name + strlen("ggml-vocab-"));
	packs_read(path, &all);
	for (char *line = strtok_r((char *)(uintptr_t)buf_str(&all), "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save), n++) {
		OW_AUTO(json_done) struct json_t *of = NULL;
		OW_AUTO(buf_done) struct buf ids = {0}, said = {0};
		struct ow_error err = {0};
		const struct json_t *list, *pieces;
		const char *text;

		ck_ok(json_parse((const uint8_t *)line, strlen(line), 4, &of, &err));
		list = json_get(of, "ids");
		for (size_t i = 0; i < json_count(list); i++) {
			uint64_t id;

			ck_assert(json_u64(json_item(list, i), &id));
			buf_printf(&ids, "%llu ", (unsigned long long)id);
			tok_piece(t, (uint32_t)id, true, &said);
		}
		text = json_text(json_get(of, "text"));
		expect_ids(t, name, text, strlen(text), buf_str(&ids));
		pieces = json_get(of, "pieces");
		ck_assert_str_eq(buf_str(&said),
				 json_text(pieces != NULL ? pieces : json_get(of, "detok")));
	}
	ck_assert_int_eq(n, 64);
}

START_TEST(reference_texts_give_the_reference_ids_and_back)
{
	OW_AUTO(buf_done) struct buf index = {0};
	char *save = NULL, name[256], path[512];

	packs_read("tokenizer/index.csv", &index);
	strtok_r((char *)(uintptr_t)buf_str(&index), "\n", &save);
	for (char *line; (line = strtok_r(NULL, "\n", &save)) != NULL;) {
		struct loaded l = {0};

		csv_field(line, 0, name);
		snprintf(path, sizeof path, "tokenizer/%s.gguf.zst", name);
		load(path, &l);
		check_pairs(l.tok, name);
		check_lines(l.tok, name);
		unload(&l);
	}
}
END_TEST

static int collect(void *ctx, const uint8_t *p, size_t n, struct ow_error *err)
{
	buf_add(ctx, p, n);
	buf_text(ctx, "|");
	return buf_finish(ctx, err);
}

static void expect_words(const char *family, const char *text, const char *want)
{
	OW_AUTO(buf_done) struct buf got = {0};
	struct ow_error err = {0};

	ck_assert_ptr_nonnull(tok_family(family, strlen(family)));
	ck_ok(tok_split(tok_family(family, strlen(family)), (const uint8_t *)text, strlen(text),
			collect, &got, &err));
	ck_assert_str_eq(buf_str(&got), want);
}

START_TEST(scanners_cut_as_their_expressions_do)
{
	expect_words("gpt-2", "Hello  world's 12345 ok!\n\n x",
		     "Hello| | world|'s| 12345| ok|!|\n\n| x|");
	expect_words("llama-bpe", "I'LL see 12345 \n\n  x", "I|'LL| see| |123|45| \n\n| | x|");
	expect_words("qwen2", "(abc)123...\n", "(abc|)|1|2|3|...\n|");
	expect_words("qwen35",
		     "e\xcc\x81"
		     "a b",
		     "e\xcc\x81"
		     "a| b|");
	expect_words("tekken", "HelloWorld ABCdef HTTP/2 x/\n",
		     "Hello|World| ABCdef| HTTP|/|2| x|/\n|");
	expect_words("gpt-4o", "HelloWorld's 12345", "Hello|World's| |123|45|");
	expect_words("gpt-4o", "I'LL we'Ve 's \u6f22'd\u6f22's's A'x",
		     "I'LL| we'Ve| '|s| \u6f22'd|\u6f22's|'s| A|'x|");
	expect_words("kimi-k2", "HTTPServer's \u6211\u4eec\u3005world \u30a22024\u5e74\n",
		     "HTTPServer's| |\u6211\u4eec\u3005|world| \u30a2|202|4|\u5e74|\n|");
	expect_words("deepseek-llm", "a\u4f60\u597d 12!  ", "a|\u4f60\u597d| |12|!|  |");
	expect_words("deepseek-coder", "a\u4f60 12!", "a|\u4f60| |1|2|!|");
	expect_words("default", "it's 1234$ ok", "it|'|s| |123|4|$| ok|");
	expect_words("smollm", "a 12 b", "a| |1|2| b|");
	expect_words("deepseek-v3", "x.foo 12345 \xe4\xbd\xa0", "x|.foo| |123|45| |\xe4\xbd\xa0|");
	expect_words("bloom", "Hi there, you (ok)", "Hi| there|,| you| (|ok|)|");
	expect_words("falcon", "a12345$b", "a|123|45|$|b|");
	expect_words("exaone4", "it's 12!", "it|'s| 12|!|");
	expect_words("glm5", "it's 1234", "it|'s| |123|4|");
	ck_assert_ptr_null(tok_family("nobody", 6));
}
END_TEST

/* `of`, 200000 times, and what ends it. */
static void expect_long(const char *family, const char *of, const char *last, const char *want)
{
	OW_AUTO(buf_done) struct buf text = {0};
	OW_AUTO(buf_done) struct buf all = {0};

	for (size_t i = 0; i < 200000; i++)
		buf_text(&text, of);
	buf_add(&all, buf_str(&text), text.n);
	buf_text(&text, last);
	buf_text(&all, want);
	expect_words(family, buf_str(&text), buf_str(&all));
}

/* In time that grows with the text: its square would take minutes. */
START_TEST(long_runs_are_cut_in_one_go)
{
	expect_long("gpt-4o", "\u6f22", "", "|");
	expect_long("gpt-4o", "\u6f22", "A's", "|A's|");
	expect_long("gpt-4o", "\u6f22", "'lL'", "'lL|'|");
	expect_long("tekken", "\u6f22", "1", "|1|");
	expect_long("kimi-k2", "\u0e01", "'s", "'s|");
	expect_long("deepseek-llm", " ", "1", "|1|");
	expect_long("deepseek-llm", " ", "1 ", "|1| |");
	expect_long("gpt-4o", "A", "1", "|1|");
}
END_TEST

START_TEST(streams_show_whole_characters_only)
{
	static const struct {
		const char *text;
		size_t whole;
	} table[] = {{"", 0},
		     {"a", 1},
		     {"a\xc3", 1},
		     {"a\xc3\xa9", 3},
		     {"\xe2\x96", 0},
		     {"\xe2\x96\x81", 3},
		     {"x\xf0\x9f\x98", 1},
		     {"\xf0\x9f\x98\x80", 4},
		     {"\x80\x80\x80\x80", 4},
		     {"a\xff", 2}};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		ck_assert_uint_eq(tok_whole((const uint8_t *)table[i].text, strlen(table[i].text)),
				  table[i].whole);
}
END_TEST

START_TEST(a_settled_tokenizer_still_writes)
{
	struct ow_view view = tiny_model();
	struct inspect_src src = inspect_memory(&view);
	OW_AUTO(gguf_done) struct gguf head = {0};
	OW_AUTO(tok_free) struct tok *tok = NULL;
	OW_AUTO(tok_ids_done) struct tok_ids ids = {0};
	OW_AUTO(buf_done) struct buf text = {0};
	struct ow_error err = {0};

	ck_ok(gguf_read(&src, &head, &err));
	ck_ok(tok_new(&head, &tok, &err));
	ck_ok(tok_encode(tok, TINY_PROMPT, strlen(TINY_PROMPT), 0, &ids, &err));
	tok_settle(tok);
	for (size_t i = 0; i < ids.n; i++) {
		ck_assert(!tok_is_end(tok, ids.at[i]));
		tok_piece(tok, ids.at[i], false, &text);
	}
	ck_assert_str_eq(buf_str(&text), TINY_PROMPT);
}
END_TEST

/* A small vocabulary as Gemma 4 has it; the ids are what llama.cpp v0.5.0 gives. */
static void marked_merges(struct buf *b)
{
	static const char *const specials[] = {"<pad>", "<eos>", "<bos>", "<unk>"};
	static const char *const words[] = {"\u2581",
					    "h",
					    "e",
					    "l",
					    "o",
					    "w",
					    "r",
					    "d",
					    "\n",
					    "\n\n",
					    "\n\n\n",
					    "he",
					    "ll",
					    "hell",
					    "hello",
					    "\u2581w",
					    "or",
					    "\u2581wor",
					    "ld",
					    "\u2581world",
					    "\u2581\u2581",
					    "\u2581\u2581\u2581\u2581",
					    "lo",
					    "\u00e9",
					    "hello", /* a second one, which is never found */
					    "<eos>"};
	static const char *const merges[] = {
	    "h e", "l l",        "\u2581 \u2581", "he ll",
	    "l o", "hell o",     "\u2581 w",      "o r",
	    "l d", "\u2581w or", "\u2581wor ld",  "\u2581\u2581 \u2581\u2581"};
	enum {
		N_WORDS = sizeof words / sizeof words[0],
		N_MERGES = sizeof merges / sizeof merges[0],
		BYTES = 256,
	};

	gg_head(b, 3, 0, 6);
	gg_key_text(b, "general.architecture", "gemma4");
	gg_key_text(b, "tokenizer.ggml.model", "gemma4");
	gg_key_u32(b, "tokenizer.ggml.bos_token_id", 2);
	gg_array(b, "tokenizer.ggml.tokens", 8, 4 + BYTES + N_WORDS);
	for (size_t i = 0; i < 4; i++)
		gg_text(b, specials[i]);
	for (unsigned i = 0; i < BYTES; i++) {
		char name[8];

		(void)snprintf(name, sizeof name, "<0x%02X>", i);
		gg_text(b, name);
	}
	for (size_t i = 0; i < N_WORDS; i++)
		gg_text(b, words[i]);
	gg_array(b, "tokenizer.ggml.token_type", 5, 4 + BYTES + N_WORDS);
	for (unsigned i = 0; i < 4 + BYTES + N_WORDS; i++)
		gg_u32(b, i < 4 || i == 4 + BYTES + N_WORDS - 1 ? 3 : i < 4 + BYTES ? 6 : 1);
	gg_array(b, "tokenizer.ggml.merges", 8, N_MERGES);
	for (size_t i = 0; i < N_MERGES; i++)
		gg_text(b, merges[i]);
	gg_pad(b, 32);
}

static void expect_specials(const struct tok *t, const char *text, const char *want)
{
	OW_AUTO(tok_ids_done) struct tok_ids ids = {0};
	OW_AUTO(buf_done) struct buf got = {0};
	struct ow_error err = {0};

	ck_ok(tok_encode(t, text, strlen(text), TOK_SPECIAL, &ids, &err));
	for (size_t i = 0; i < ids.n; i++)
		buf_printf(&got, "%s%u", i > 0 ? " " : "", ids.at[i]);
	ck_assert_str_eq(buf_str(&got), want);
}

/* … and texts that stand in the vocabulary twice are the first of the two. */
START_TEST(marked_spaces_are_joined_by_merges_line_by_line)
{
	static const struct {
		const char *text, *ids;
	} table[] = {{"hello world", "274 279"},
		     {"hello  world", "274 280 265 276 278"},
		     {"he\nllo\n\n\nworld\n", "271 268 272 264 270 265 276 278 268"},
		     {" hello", "260 274"},
		     {"    hello\n\n\n\n", "281 274 268 268 268 268"},
		     {"h\u00e9llo w\u4e16", "261 283 272 264 275 232 188 154"},
		     {"hellohello  \n world", "274 274 280 268 279"},
		     {"\thello or", "13 274 260 276"},
		     {"ll o w or ld", "272 260 264 275 260 276 260 278"}};
	struct loaded l = {0};
	struct ow_error err = {0};
	struct inspect_src src;

	marked_merges(&l.file);
	l.view = (struct ow_view){.p = l.file.p, .n = l.file.n};
	src = inspect_memory(&l.view);
	ck_ok(gguf_read(&src, &l.head, &err));
	ck_ok(tok_new(&l.head, &l.tok, &err));
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		OW_AUTO(tok_ids_done) struct tok_ids ids = {0};
		OW_AUTO(buf_done) struct buf back = {0};
		const char *text = table[i].text;

		expect_ids(l.tok, "gemma4", text, strlen(text), table[i].ids);
		ck_ok(tok_encode(l.tok, text, strlen(text), TOK_BOS, &ids, &err));
		ck_assert_uint_eq(ids.at[0], 2);
		for (size_t k = 1; k < ids.n; k++)
			tok_piece(l.tok, ids.at[k], false, &back);
		ck_assert_str_eq(buf_str(&back), text);
	}
	expect_specials(l.tok, "<bos>hello<eos>", "2 274 1");
	unload(&l);
}
END_TEST

PACKS_SUITE("infer/tok", NEEDING(reference_texts_give_the_reference_ids_and_back),
	    scanners_cut_as_their_expressions_do, long_runs_are_cut_in_one_go,
	    streams_show_whole_characters_only, a_settled_tokenizer_still_writes,
	    marked_spaces_are_joined_by_merges_line_by_line)
