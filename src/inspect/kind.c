/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inspect/kind.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/ints.h"
#include "base/limits.h"
#include "base/rd.h"
#include "base/text.h"

enum {
	LOOK = 8192,
	TAR_MAGIC = 257 /* POSIX.1-1988 ustar: "ustar" at this byte of the first header */
};

struct look {
	uint8_t p[LOOK];
	size_t n;
	uint64_t size; /* of the file */
};

static bool has(const struct look *l, size_t at, const char *magic, size_t n)
{
	return l->n >= at + n && memcmp(l->p + at, magic, n) == 0;
}

static bool is_archive(const struct look *l)
{
	static const struct {
		const char *magic;
		size_t n;
	} magics[] = {
	    {"PK\003\004", 4},
	    {"PK\005\006", 4},
	    {"\x1f\x8b", 2},
	    {"\xfd"
	     "7zXZ\0",
	     6},
	    {"\x28\xb5\x2f\xfd", 4},
	    {"7z\xbc\xaf\x27\x1c", 6},
	    {"BZh", 3},
	    {"Rar!\x1a\x07", 6},
	};

	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
		if (has(l, 0, magics[i].magic, magics[i].n))
			return true;
	}
	return has(l, TAR_MAGIC, "ustar", 5);
}

static bool is_pickle(const struct look *l)
{
	if (has(l, 0, "\x80", 1) && l->n > 1 && l->p[1] >= 2 && l->p[1] <= 5) /* PROTO 2 to 5 */
		return true;
	/* PyTorch writes NAME/data.pkl as the first member of a zip */
	return has(l, 0, "PK\003\004", 4) &&
	       memmem(l->p, size_min(l->n, 1024), "data.pkl", 8) != NULL;
}

static bool is_safetensors(const struct look *l)
{
	struct rd r = {.base = l->p, .size = l->n};
	uint64_t n = rd_u64le(&r);

	return l->n > 8 && l->p[8] == '{' && n >= 2 && n <= l->size - 8;
}

static bool is_text(const struct look *l)
{
	size_t n = l->n;

	if (memchr(l->p, 0, n) != NULL)
		return false;
	if (utf8_ok(l->p, n))
		return true;
	/* the last character may have been cut in the middle */
	return l->size > n && n > 4 &&
	       (utf8_ok(l->p, n - 1) || utf8_ok(l->p, n - 2) || utf8_ok(l->p, n - 3));
}

static bool ends(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && strcasecmp(s + n - m, tail) == 0;
}

int inspect_kind(const struct inspect_src *src, const char *path, enum inspect_kind *out,
		 struct ow_error *err)
{
	struct look l = {.n = (size_t)u64_min(src->size, LOOK), .size = src->size};

	if (inspect_read(src, l.p, l.n, 0, err) < 0)
		return err->code;
	if (has(&l, 0, "GGUF", 4))
		*out = INSPECT_GGUF;
	else if (is_safetensors(&l))
		*out = INSPECT_SAFETENSORS;
	else if (is_pickle(&l))
		*out = INSPECT_PICKLE;
	else if (is_archive(&l))
		*out = INSPECT_ARCHIVE;
	else if (is_text(&l))
		*out = ends(path, ".json") ? INSPECT_JSON : INSPECT_TEXT;
	else
		*out = INSPECT_OTHER;
	return 0;
}

const char *inspect_kind_name(enum inspect_kind kind)
{
	static const char *const names[] = {
	    [INSPECT_OTHER] = "other",
	    [INSPECT_GGUF] = "gguf",
	    [INSPECT_SAFETENSORS] = "safetensors",
	    [INSPECT_JSON] = "json",
	    [INSPECT_TEXT] = "text",
	    [INSPECT_ARCHIVE] = "archive",
	    [INSPECT_PICKLE] = "pickle",
	};

	return names[kind];
}

/* ---- roles ---- */

/* How a pattern is held against the file's name, letter case aside. */
enum how {
	BEGINS,
	ENDS,
	IS,
	HAS
};

/* The first that fits decides; so the special stand before the general. */
static const struct {
	enum how how;
	const char *text;
	const char *role;
} rules[] = {
    {BEGINS, "license", "licence"},
    {BEGINS, "licence", "licence"},
    {BEGINS, "copying", "licence"},
    {BEGINS, "unlicense", "licence"},
    {BEGINS, "use_policy", "licence"},
    {BEGINS, "notice", "notice"},
    {BEGINS, "third_party", "notice"},
    {BEGINS, "third-party", "notice"},
    {BEGINS, "thirdparty", "notice"},
    {BEGINS, "attribution", "notice"},
    {BEGINS, "copyright", "notice"},
    {ENDS, ".jinja", "chat-template"},
    {BEGINS, "chat_template", "chat-template"},
    {BEGINS, "adapter_", "adapter"},
    {ENDS, ".py", "code"},
    {ENDS, ".ipynb", "code"},
    {ENDS, ".sh", "code"},
    {ENDS, ".c", "code"},
    {ENDS, ".cc", "code"},
    {ENDS, ".cpp", "code"},
    {ENDS, ".h", "code"},
    {ENDS, ".cu", "code"},
    {ENDS, ".rs", "code"},
    {ENDS, ".go", "code"},
    {ENDS, ".js", "code"},
    {ENDS, ".ts", "code"},
    {ENDS, ".java", "code"},
    {ENDS, ".lua", "code"},
    {BEGINS, "tokenizer", "tokenizer"},
    {IS, "vocab.json", "tokenizer"},
    {IS, "vocab.txt", "tokenizer"},
    {IS, "merges.txt", "tokenizer"},
    {IS, "special_tokens_map.json", "tokenizer"},
    {IS, "added_tokens.json", "tokenizer"},
    {IS, "tekken.json", "tokenizer"},
    {ENDS, ".tiktoken", "tokenizer"},
    {ENDS, ".spm", "tokenizer"},
    {ENDS, "spiece.model", "tokenizer"},
    {ENDS, "sentencepiece.bpe.model", "tokenizer"},
    {IS, "modelfile", "config"},
    {ENDS, ".json", "config"},
    {ENDS, ".yaml", "config"},
    {ENDS, ".yml", "config"},
    {ENDS, ".toml", "config"},
    {ENDS, ".whl", "runtime"},
    {ENDS, ".so", "runtime"},
    {HAS, ".so.", "runtime"},
    {ENDS, ".dll", "runtime"},
    {ENDS, ".dylib", "runtime"},
    {ENDS, ".exe", "runtime"},
    {ENDS, ".deb", "runtime"},
    {ENDS, ".rpm", "runtime"},
    {ENDS, ".appimage", "runtime"},
    {ENDS, ".jar", "runtime"},
    {ENDS, ".parquet", "dataset"},
    {ENDS, ".arrow", "dataset"},
    {ENDS, ".jsonl", "dataset"},
    {ENDS, ".csv", "dataset"},
    {ENDS, ".tsv", "dataset"},
    {ENDS, ".tfrecord", "dataset"},
    {ENDS, ".gguf", "weights"},
    {ENDS, ".safetensors", "weights"},
    {ENDS, ".bin", "weights"},
    {ENDS, ".pt", "weights"},
    {ENDS, ".pth", "weights"},
    {ENDS, ".ckpt", "weights"},
    {ENDS, ".onnx", "weights"},
    {HAS, ".onnx_data", "weights"},
    {ENDS, ".npz", "weights"},
    {ENDS, ".h5", "weights"},
    {ENDS, ".keras", "weights"},
    {ENDS, ".msgpack", "weights"},
    {ENDS, ".tflite", "weights"},
    {ENDS, ".pkl", "weights"},
    {ENDS, ".md", "document"},
    {ENDS, ".txt", "document"},
    {ENDS, ".pdf", "document"},
    {ENDS, ".html", "document"},
    {ENDS, ".rst", "document"},
    {ENDS, ".png", "document"},
    {ENDS, ".jpg", "document"},
    {ENDS, ".jpeg", "document"},
    {ENDS, ".svg", "document"},
    {ENDS, ".gif", "document"},
};

static bool fits(enum how how, const char *name, const char *text)
{
	switch (how) {
	case BEGINS:
		return strncasecmp(name, text, strlen(text)) == 0;
	case ENDS:
		return ends(name, text);
	case IS:
		return strcasecmp(name, text) == 0;
	case HAS:
	default:
		return strcasestr(name, text) != NULL;
	}
}

const char *inspect_role(const char *path, enum inspect_kind kind)
{
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
	bool weights = kind == INSPECT_GGUF || kind == INSPECT_SAFETENSORS;

	/* bytes that are weights are weights, whatever the name says */
	if (weights)
		return strcasestr(name, "adapter") != NULL || strcasestr(name, "lora") != NULL
			   ? "adapter"
			   : "weights";
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (fits(rules[i].how, name, rules[i].text))
			return rules[i].role;
	}
	if (kind == INSPECT_PICKLE)
		return "weights";
	return kind == INSPECT_TEXT ? "document" : "other";
}
