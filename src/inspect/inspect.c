/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "inspect/inspect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/json.h"
#include "inspect/gguf.h"
#include "inspect/safetensors.h"

enum {
	KEY_MAX = 100,
	CONFIG_MAX = 1 << 20, /* bytes of a config.json that is looked into */
	CONFIG_DEPTH = 16,
	TYPES_MAX = 64 /* different tensor types of one file */
};

/* ---- collecting ---- */

/* Text from the file as UTF-8 of bounded length: what is no plain UTF-8 is escaped. */
static char *plain_text(struct ow_view v, struct ow_error *err)
{
	size_t n = size_min(v.n, INSPECT_TEXT_MAX), cut = n;
	char *out = mem_array(INSPECT_TEXT_MAX + 1, 1, err);

	if (out == NULL)
		return NULL;
	while (cut < v.n && cut > 0 && (v.p[cut] & 0xc0) == 0x80) /* not inside a character */
		cut--;
	if (utf8_ok(v.p, cut) && memchr(v.p, 0, cut) == NULL)
		memcpy(out, v.p, cut);
	else
		(void)text_escape((const char *)v.p, n, out, INSPECT_TEXT_MAX + 1);
	return out;
}

/* A key that is left out: does it tell of a licence or of a base? */
static void leave_out(struct inspect *in, const void *key, size_t n)
{
	static const char *const telling[] = {"license", "base_model"};

	for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++)
		in->cut = in->cut || memmem(key, n, telling[i], strlen(telling[i])) != NULL;
}

static int add_fact(struct inspect *in, const char *key, struct ow_view value, struct ow_error *err)
{
	struct inspect_fact f = {0};

	if (in->n_facts == INSPECT_FACTS_MAX) {
		leave_out(in, key, strlen(key));
		return 0;
	}
	if (mem_grow(&in->facts, in->n_facts, &in->cap_facts, sizeof f, err) < 0)
		return err->code;
	f.key = mem_text(key, strlen(key), err);
	if (f.key == NULL)
		return err->code;
	f.value = plain_text(value, err);
	if (f.value == NULL) {
		free(f.key);
		return err->code;
	}
	in->facts[in->n_facts++] = f;
	return 0;
}

static int fact_text(struct inspect *in, const char *key, const char *value, struct ow_error *err)
{
	struct ow_view v = {.p = (const uint8_t *)value, .n = strlen(value)};

	return add_fact(in, key, v, err);
}

static int fact_u64(struct inspect *in, const char *key, uint64_t value, struct ow_error *err)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)value);
	return fact_text(in, key, text, err);
}

OW_PRINTF(4, 5)
static int add_finding(struct inspect *in, enum inspect_level level, struct ow_error *err,
		       const char *fmt, ...)
{
	char raw[300];
	struct inspect_finding *f;
	va_list ap;

	if (mem_grow(&in->findings, in->n_findings, &in->cap_findings, sizeof *f, err) < 0)
		return err->code;
	f = &in->findings[in->n_findings++];
	f->level = level;
	va_start(ap, fmt);
	(void)vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	(void)text_escape(raw, strlen(raw), f->text, sizeof f->text);
	return 0;
}

/* ---- tensor types, counted ---- */

struct tally {
	struct {
		const char *name;
		size_t n;
		uint64_t bytes;
	} at[TYPES_MAX];
	size_t n;
	uint64_t parameters;
};

static void count_type(struct tally *t, const char *name, uint64_t count, uint64_t bytes)
{
	size_t i = 0;

	if (!add_ok(t->parameters, count, &t->parameters))
		t->parameters = UINT64_MAX;
	while (i < t->n && strcmp(t->at[i].name, name) != 0)
		i++;
	if (i == TYPES_MAX)
		return;
	if (i == t->n)
		t->at[t->n++].name = name;
	t->at[i].n++;
	t->at[i].bytes += bytes; /* within the file */
}

/* The type that most bytes have is what people call the quantization. */
static int add_tally(struct inspect *in, size_t n_tensors, const struct tally *t,
		     struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf list = {0};
	size_t most = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->at[i].bytes > t->at[most].bytes)
			most = i;
		buf_printf(&list, "%s%s %zu", i == 0 ? "" : ", ", t->at[i].name, t->at[i].n);
	}
	if (buf_finish(&list, err) < 0 || fact_u64(in, "tensors", n_tensors, err) < 0 ||
	    fact_u64(in, "parameters", t->parameters, err) < 0)
		return err->code;
	if (t->n == 0)
		return 0;
	if (fact_text(in, "quantization", t->at[most].name, err) < 0)
		return err->code;
	return fact_text(in, "tensor-types", buf_str(&list), err);
}

/* ---- GGUF ---- */

/* One key of general.*: texts and lists of texts are what the file says of itself. */
static int gguf_general(struct inspect *in, const struct gguf_key *k, const char *key,
			struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf list = {0};
	struct ow_view v;
	uint64_t n;

	if (gguf_text(k, &v))
		return add_fact(in, key, v, err);
	if (gguf_u64(k, &n))
		return fact_u64(in, key, n, err);
	for (size_t at = 0; list.n < INSPECT_TEXT_MAX && gguf_next_text(k, &at, &v);) {
		if (list.n > 0)
			buf_text(&list, ", ");
		buf_add(&list, v.p, size_min(v.n, INSPECT_TEXT_MAX));
	}
	if (buf_finish(&list, err) < 0)
		return err->code;
	if (list.n > 0)
		return add_fact(in, key, (struct ow_view){.p = list.p, .n = list.n}, err);
	leave_out(in, key, strlen(key));
	return 0;
}

static int gguf_facts(struct inspect *in, const struct gguf *g, struct ow_error *err)
{
	static const char *const others[] = {"split.no", "split.count", "split.tensors.count"};
	struct ow_view v;
	uint64_t n;

	if (gguf_text(gguf_find(g, "general.architecture"), &v) &&
	    add_fact(in, "architecture", v, err) < 0)
		return err->code;
	for (size_t i = 0; i < g->n_keys; i++) {
		const struct gguf_key *k = &g->keys[i];
		char key[KEY_MAX + 1];

		if (k->name.n < 8 || memcmp(k->name.p, "general.", 8) != 0)
			continue;
		if (k->name.n > KEY_MAX) {
			leave_out(in, k->name.p, k->name.n);
			continue;
		}
		memcpy(key, k->name.p, k->name.n); /* printable ASCII */
		key[k->name.n] = '\0';
		if (gguf_general(in, k, key, err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		if (gguf_u64(gguf_find(g, others[i]), &n) && fact_u64(in, others[i], n, err) < 0)
			return err->code;
	}
	if (gguf_text(gguf_find(g, "tokenizer.chat_template"), &v))
		return fact_u64(in, "chat-template.bytes", v.n, err);
	return 0;
}

static int gguf_tensors(struct inspect *in, const struct gguf *g, struct ow_error *err)
{
	struct tally t = {0};

	in->cuts = mem_array(g->n_tensors, sizeof *in->cuts, err);
	if (in->cuts == NULL)
		return err->code;
	for (size_t i = 0; i < g->n_tensors; i++) {
		in->cuts[in->n_cuts++] = g->tensors[i].off;
		count_type(&t, tensor_type(g->tensors[i].type)->name, g->tensors[i].count,
			   g->tensors[i].size);
	}
	in->data = g->n_tensors > 0 ? g->data : 0;
	return add_tally(in, g->n_tensors, &t, err);
}

static int look_gguf(const struct inspect_src *src, struct inspect *in, struct ow_error *err)
{
	OW_AUTO(gguf_done) struct gguf g = {0};

	if (gguf_read(src, &g, err) < 0)
		return err->code;
	if (fact_u64(in, "version", g.version, err) < 0 || gguf_facts(in, &g, err) < 0 ||
	    gguf_tensors(in, &g, err) < 0)
		return err->code;
	if (g.trailing > 0)
		return add_finding(in, INSPECT_UNSAFE, err,
				   "%llu bytes behind the last tensor, which no loader reads",
				   (unsigned long long)g.trailing);
	return 0;
}

/* ---- safetensors ---- */

static int metadata_fact(void *ctx, const char *key, const char *text, struct ow_error *err)
{
	char name[KEY_MAX + 16];

	if (strlen(key) > KEY_MAX) {
		leave_out(ctx, key, strlen(key));
		return 0;
	}
	(void)snprintf(name, sizeof name, "metadata.%s", key);
	return fact_text(ctx, name, text, err);
}

static int look_safetensors(const struct inspect_src *src, struct inspect *in, struct ow_error *err)
{
	OW_AUTO(safetensors_done) struct safetensors st = {0};
	struct tally t = {0};

	if (safetensors_read(src, &st, err) < 0)
		return err->code;
	in->cuts = mem_array(st.n_tensors, sizeof *in->cuts, err);
	if (in->cuts == NULL)
		return err->code;
	for (size_t i = 0; i < st.n_tensors; i++) {
		const struct safetensor *s = &st.tensors[i];

		count_type(&t, s->dtype, s->count, s->size);
		if (s->size > 0)
			in->cuts[in->n_cuts++] = s->off;
	}
	in->data = in->n_cuts > 0 ? st.data : 0;
	if (add_tally(in, st.n_tensors, &t, err) < 0)
		return err->code;
	if (st.n_empty > 0 && fact_u64(in, "empty-tensors", st.n_empty, err) < 0)
		return err->code;
	return safetensors_metadata(&st, metadata_fact, in, err);
}

/* ---- JSON ---- */

/* Only the settings of a model are looked into. */
static int look_json(const struct inspect_src *src, struct inspect *in, struct ow_error *err)
{
	static const char *const keys[] = {
	    "model_type", "torch_dtype", "dtype", "_name_or_path", "base_model_name_or_path",
	    "peft_type"};
	OW_AUTO(mem_free) uint8_t *p = NULL;
	OW_AUTO(json_done) struct json_t *root = NULL;
	const char *arch;

	if (src->size > CONFIG_MAX || strcmp(in->role, "tokenizer") == 0)
		return 0;
	p = mem_array((size_t)src->size, 1, err);
	if (p == NULL || inspect_read(src, p, (size_t)src->size, 0, err) < 0 ||
	    json_parse(p, (size_t)src->size, CONFIG_DEPTH, &root, err) < 0)
		return err->code;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const char *text = json_text(json_get(root, keys[i]));

		if (text != NULL && fact_text(in, keys[i], text, err) < 0)
			return err->code;
	}
	arch = json_text(json_item(json_get(root, "architectures"), 0));
	if (arch != NULL && fact_text(in, "architecture", arch, err) < 0)
		return err->code;
	if (json_is_map(json_get(root, "auto_map")))
		return add_finding(in, INSPECT_UNSAFE, err,
				   "auto_map: loading it as its authors mean it runs Python code");
	return 0;
}

/* ---- the look ---- */

static void forget_facts(struct inspect *in, size_t keep)
{
	for (size_t i = keep; i < in->n_facts; i++) {
		free(in->facts[i].key);
		free(in->facts[i].value);
	}
	in->n_facts = size_min(keep, in->n_facts);
}

static int look_inside(const struct inspect_src *src, struct inspect *in, struct ow_error *err)
{
	switch (in->kind) {
	case INSPECT_GGUF:
		return look_gguf(src, in, err);
	case INSPECT_SAFETENSORS:
		return look_safetensors(src, in, err);
	case INSPECT_JSON:
		return look_json(src, in, err);
	case INSPECT_PICKLE:
		return add_finding(in, INSPECT_UNSAFE, err,
				   "Python pickle: loading it runs what it says");
	case INSPECT_ARCHIVE:
		return add_finding(in, INSPECT_NOTICE, err,
				   "an archive: its members were not looked at");
	case INSPECT_OTHER:
		return add_finding(in, INSPECT_NOTICE, err, "no format that can be checked");
	case INSPECT_TEXT:
	default:
		return 0;
	}
}

int inspect_look(const struct inspect_src *src, const char *path, struct inspect *out,
		 struct ow_error *err)
{
	OW_AUTO(inspect_done) struct inspect in = {0};
	struct ow_error why = {0};

	if (inspect_kind(src, path, &in.kind, err) < 0)
		return err->code;
	in.role = inspect_role(path, in.kind);
	if (fact_text(&in, "format", inspect_kind_name(in.kind), err) < 0)
		return err->code;
	if (look_inside(src, &in, &why) < 0) {
		if (why.code != OW_E_FORMAT) {
			*err = why;
			return err->code;
		}
		forget_facts(&in, 1);
		in.n_cuts = 0;
		in.data = 0;
		if (add_finding(&in, INSPECT_BROKEN, err, "%s", why.text) < 0)
			return err->code;
	}
	*out = MOVE(in);
	return 0;
}

void inspect_done(struct inspect *in)
{
	forget_facts(in, 0);
	free(in->facts);
	free(in->findings);
	free(in->cuts);
	*in = (struct inspect){0};
}

const char *inspect_fact(const struct inspect *in, const char *key)
{
	for (size_t i = 0; i < in->n_facts; i++) {
		if (strcmp(in->facts[i].key, key) == 0)
			return in->facts[i].value;
	}
	return NULL;
}
