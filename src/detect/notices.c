/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/notices.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "base/mem.h"
#include "codec/digest.h"

enum {
	NOTICE_BYTES_MAX = 1000 /* of a paragraph that may be one */
};

/* one line a notice, so that a new one is a new line */
/* clang-format off */
const struct notice notices[] = {
    {"LicenseRef-llama-1-2023", 15, "77088b2abea8a00879505e44e84dcc74cc6252ea8abd25091523aa3402f9cf0f"},
    {"LicenseRef-llama-2", 18, "6607d340254e2892a5db47d20c16327e85e601df247700be7cec6151824bc2cc"},
    {"LicenseRef-llama-3", 20, "9474432a26953cb16f367f9c7e3795f924066a9c10bfe902b2271fc860bb1c35"},
    {"LicenseRef-llama-3.1", 18, "546c4b034ad1531ad17419d3544100205d53574397cb191e8734392af1001130"},
    {"LicenseRef-llama-3.2", 18, "e6f9fb692c13875d1ef3a2bfd3c2285f492552066bc80dc58f6fabf2f7f3847a"},
    {"LicenseRef-llama-3.3", 18, "99f9ee0b63c1e0f9f10d0709593c20decf9ec33bc6c40754235a28c6dcfdf9c2"},
    {"LicenseRef-llama-4", 18, "e86c80136986045c668ce38974b4e40a43ad85ef26a0a7137923542c1e7f6f9c"},
    {"LicenseRef-gemma-terms-2024-04-01", 15, "68b5c834751187143fa315bb0c7380ae13c2e651b12a9b49452a36b176b2ec56"},
    {"LicenseRef-gemma-terms-2026-04-01", 15, "68b5c834751187143fa315bb0c7380ae13c2e651b12a9b49452a36b176b2ec56"},
    {"LicenseRef-qwen-research-2024", 16, "157f11f49e6c58979f54a681a9171963d54af60c9943e62a53958ff9497e6ef6"},
    {"LicenseRef-tongyi-qianwen-2023", 17, "4a91f96b2872a6b4b774510bba76208b33c6a3b8941864d49fdb93ea73140788"},
    {"LicenseRef-qwen-2024", 15, "62b41a708515130615ff0d27d66e12870e096ce888fb45f1bebf154b370bb57e"},
    {"LicenseRef-databricks-open-model", 19, "54f6be41a50d9b5aee315fc40fcf619b60965ed6c32e4ebc95a0b5d621ba91ee"},
    {"LicenseRef-mistral-mrl-0.1", 10, "6cf4d74f89d281f3f07ca6e514ff8db6be4fe4cb37fbc55c9cc4b4bb9e7d949c"},
    {"LicenseRef-nvidia-open-model-2025", 10, "0c7a554088a3b3e4e7ff1337c237e7e949b2ceb29eaed885c8e56e00ed86914d"},
    {"LicenseRef-stability-community-2024-07-05", 20, "7e9bb0817faa6db83c7fd6dda1fafb5cea42de37cc4939625a61c733e1fe1875"},
    {"LicenseRef-apple-amlr", 16, "996290c4a1712d612f6397568f17fab82966a8b54c977fcf71e4c88bacf7b5e7"},
    {"LicenseRef-hunyuan-community-2024", 31, "6190ee30adf64a56a20d60592e4cce5b4bdcc9b94a0d54872021d0cc9ca8a22d"},
};
/* clang-format on */
const size_t n_notices = sizeof notices / sizeof notices[0];

/* Bytes of a quote or of emphasis at p, 0 for anything else. */
static size_t ornament(const char *p, size_t n)
{
	if (strchr("\"'*_`", *p) != NULL && *p != '\0')
		return 1;
	/* U+2018, U+2019, U+201C, U+201D */
	if (n >= 3 && memcmp(p, "\xE2\x80", 2) == 0 && strchr("\x98\x99\x9C\x9D", p[2]) != NULL)
		return 3;
	return 0;
}

/* Bytes of white space at p, the no-break space among it. */
static size_t space(const char *p, size_t n)
{
	if ((*p >= '\t' && *p <= '\r') || *p == ' ' || *p == 0x01)
		return 1;
	return n >= 2 && memcmp(p, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

/* Append the character at p, which is none of these, and say how many bytes it has. */
static size_t put_char(const char *p, size_t n, struct buf *out)
{
	char low = (char)(*p >= 'A' && *p <= 'Z' ? *p + ('a' - 'A') : *p);

	if (n >= 3 && strncasecmp(p, "(c)", 3) == 0) {
		buf_text(out, "\xC2\xA9");
		return 3;
	}
	buf_add(out, &low, 1);
	return 1;
}

unsigned notice_line(const char *p, size_t n, struct buf *out)
{
	size_t begin = out->n;
	unsigned words = 0;
	bool parted = true;

	for (size_t i = 0; i < n;) {
		size_t gap = space(p + i, n - i), skip = ornament(p + i, n - i);

		i += gap + skip;
		parted = parted || gap > 0;
		if (gap + skip > 0)
			continue;
		if (parted)
			buf_text(out, words++ > 0 ? " " : "");
		parted = false;
		i += put_char(p + i, n - i, out);
	}
	if (out->n > begin && out->p[out->n - 1] == '.')
		out->n--;
	return words;
}

/* The entry of a line, or n_notices. */
static int look_up(const char *p, size_t n, struct buf *scratch, size_t *entry,
		   struct ow_error *err)
{
	struct ow_id digest;
	char text[OW_ID_TEXT];
	unsigned words;
	bool possible = false;

	*entry = n_notices;
	buf_clear(scratch);
	words = notice_line(p, n, scratch);
	for (size_t i = 0; i < n_notices; i++)
		possible = possible || notices[i].n_words == words;
	if (!possible)
		return 0;
	if (buf_finish(scratch, err) < 0 || digest_bytes(scratch->p, scratch->n, &digest, err) < 0)
		return err->code;
	(void)ow_id_text(&digest, text);
	for (size_t i = n_notices; i > 0; i--) {
		if (strcmp(strchr(text, ':') + 1, notices[i - 1].digest) == 0)
			*entry = i - 1;
	}
	return 0;
}

/* The byte after the line that begins at `at`. */
static size_t line_end(const char *p, size_t n, size_t at)
{
	const char *end = memchr(p + at, '\n', n - at);

	return end == NULL ? n : (size_t)(end - p) + 1;
}

static bool is_blank(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (space(p + i, n - i) == 0)
			return false;
	}
	return true;
}

/* The byte after the paragraph that begins at `at`, or after its first line if it is too long. */
static size_t paragraph_end(const char *p, size_t n, size_t at)
{
	size_t first = line_end(p, n, at), end = first;

	while (end < n && end - at < NOTICE_BYTES_MAX) {
		size_t next = line_end(p, n, end);

		if (is_blank(p + end, next - end))
			break;
		end = next;
	}
	return end - at < NOTICE_BYTES_MAX ? end : first;
}

int notice_find(const char *p, size_t n, size_t *from, size_t *to, size_t *entry,
		struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf scratch = {0};
	bool opens = true; /* the line begins a paragraph */
	size_t next;

	for (size_t at = 0; at < n; at = next) {
		const size_t ends[] = {line_end(p, n, at),
				       opens ? paragraph_end(p, n, at) : line_end(p, n, at)};

		next = ends[0];
		opens = is_blank(p + at, next - at);

		for (size_t i = 0; i < 2 && (i == 0 || ends[1] != ends[0]); i++) {
			if (ends[i] - at >= NOTICE_BYTES_MAX)
				continue;
			if (look_up(p + at, ends[i] - at, &scratch, entry, err) < 0)
				return err->code;
			if (*entry < n_notices) {
				*from = at;
				*to = ends[i];
				return 1;
			}
		}
	}
	return 0;
}

/* ---- in the text of an agreement -------------------------------------------------------------------------- */

struct word {
	size_t from, to; /* without white space */
};

static int split(const char *p, size_t n, struct word **words, size_t *n_words,
		 struct ow_error *err)
{
	size_t cap = 0, from = 0;
	bool inside = false;

	for (size_t i = 0; i < n;) {
		size_t gap = space(p + i, n - i);

		if (gap == 0 && !inside)
			from = i;
		if (gap > 0 && inside) {
			if (mem_grow(words, *n_words, &cap, sizeof **words, err) < 0)
				return err->code;
			(*words)[(*n_words)++] = (struct word){from, i};
		}
		inside = gap == 0;
		i += gap > 0 ? gap : 1;
	}
	if (!inside)
		return 0;
	if (mem_grow(words, *n_words, &cap, sizeof **words, err) < 0)
		return err->code;
	(*words)[(*n_words)++] = (struct word){from, n};
	return 0;
}

/* The words as one line, without ornaments at its ends. */
static void put_words(const char *p, const struct word *words, size_t n, struct buf *out)
{
	size_t begin = out->n;

	for (size_t i = 0; i < n; i++) {
		size_t from = words[i].from, skip;

		while (i == 0 && (skip = ornament(p + from, words[i].to - from)) > 0)
			from += skip;
		if (i > 0)
			buf_text(out, " ");
		buf_add(out, p + from, words[i].to - from);
	}
	for (bool more = true; more && !out->failed;) {
		more = false;
		for (size_t len = 1; len <= 3 && begin + len < out->n; len++) {
			if (ornament((const char *)out->p + out->n - len, len) == len) {
				out->n -= len;
				more = true;
				break;
			}
		}
	}
}

int notice_wanted(const char *p, size_t n, const char *id, struct buf *line, struct ow_error *err)
{
	OW_AUTO(mem_free) struct word *words = NULL;
	OW_AUTO(buf_done) struct buf scratch = {0};
	size_t n_words = 0, entry;

	if (split(p, n, &words, &n_words, err) < 0)
		return err->code;
	for (size_t k = 0; k < n_notices; k++) {
		size_t wanted = notices[k].n_words;

		for (size_t i = 0;
		     words != NULL && strcasecmp(notices[k].id, id) == 0 && i + wanted <= n_words;
		     i++) {
			size_t from = words[i].from;

			if (look_up(p + from, words[i + wanted - 1].to - from, &scratch, &entry,
				    err) < 0)
				return err->code;
			/* the same line may be wanted by several */
			if (entry == n_notices ||
			    strcmp(notices[entry].digest, notices[k].digest) != 0)
				continue;
			put_words(p, words + i, wanted, line);
			return buf_finish(line, err) < 0 ? err->code : 1;
		}
	}
	return 0;
}
