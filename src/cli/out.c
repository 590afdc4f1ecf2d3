/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/fd.h"

enum {
	FLUSH_AT = 65536
};

static const char *const style_on[] = {"", "\033[1m", "\033[1;32m", "\033[1;31m", "\033[2m"};

/* Write what is gathered; after a failure the rest is dropped. */
static void flush(struct out *o)
{
	if (o->failed.code != OW_OK || buf_finish(&o->text, &o->failed) < 0 ||
	    fd_write(STDOUT_FILENO, buf_str(&o->text), o->text.n, "standard output", &o->failed) <
		0)
		o->text.failed = true;
	buf_clear(&o->text);
}

/* "owstore.key-new/1" for the verb "key new". */
static void put_schema(struct json in, const char *name)
{
	char schema[64];

	(void)snprintf(schema, sizeof schema, "owstore.%s/1", name);
	for (char *c = schema; *c != '\0'; c++) {
		if (*c == ' ')
			*c = '-';
	}
	json_put_text(in, "schema", schema);
}

int out_begin(struct out *o, enum out_mode mode, const char *verb, struct ow_error *err)
{
	o->mode = mode;
	o->verb = verb;
	if (mode == OUT_TEXT)
		return 0;
	o->doc = json_new(err);
	if (o->doc == NULL)
		return err->code;
	o->result = json_root(o->doc);
	put_schema(o->result, verb);
	return 0;
}

/* Append bytes as text_escape shows them. */
static void add_escaped(struct buf *b, const char *p, size_t n)
{
	size_t cap = n * 10 + 1; /* an escape is at most ten bytes for one */
	uint8_t *room = buf_room(b, cap);

	if (room != NULL)
		b->n -= cap - text_escape(p, n, (char *)room, cap);
}

__attribute__((format(printf, 3, 0))) static void styled(struct out *o, enum out_style style,
							 const char *fmt, va_list ap)
{
	OW_AUTO(mem_free) char *raw = NULL;
	int n = vasprintf(&raw, fmt, ap);

	if (n < 0) {
		raw = NULL;
		o->text.failed = true;
		return;
	}
	buf_text(&o->text, o->color ? style_on[style] : "");
	add_escaped(&o->text, raw, (size_t)n);
	buf_text(&o->text, o->color && style != OUT_PLAIN ? "\033[0m\n" : "\n");
	if (o->text.n >= FLUSH_AT)
		flush(o);
}

void out_line(struct out *o, const char *fmt, ...)
{
	va_list ap;

	if (o->mode != OUT_TEXT)
		return;
	va_start(ap, fmt);
	styled(o, OUT_PLAIN, fmt, ap);
	va_end(ap);
}

void out_styled(struct out *o, enum out_style style, const char *fmt, ...)
{
	va_list ap;

	if (o->mode != OUT_TEXT)
		return;
	va_start(ap, fmt);
	styled(o, style, fmt, ap);
	va_end(ap);
}

void out_raw(struct out *o, const struct buf *text)
{
	o->raw = true;
	if (text->failed)
		o->text.failed = true;
	buf_add(&o->text, text->p, text->n);
	if (o->text.n >= FLUSH_AT)
		flush(o);
}

void out_part(struct out *o, const void *p, size_t n)
{
	if (o->mode == OUT_TEXT)
		add_escaped(&o->text, p, n);
}

int out_piece(struct out *o, const char *p, size_t n, struct ow_error *err)
{
	if (o->mode != OUT_TEXT)
		return 0;
	for (size_t at = 0; at < n;) {
		size_t plain = 0;

		while (at + plain < n && p[at + plain] != '\n' && p[at + plain] != '\t')
			plain++;
		add_escaped(&o->text, p + at, plain);
		at += plain;
		if (at < n)
			buf_add(&o->text, &p[at++], 1);
	}
	flush(o);
	if (o->failed.code == OW_OK)
		return 0;
	*err = o->failed;
	return err->code;
}

/* One message on standard error; there is nobody left to tell if that fails. */
static void complain(const char *fmt, ...) OW_PRINTF(1, 2);
static void complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
}

void out_event(struct out *o, struct json_doc *doc)
{
	if (doc != NULL && o->mode == OUT_JSON_LINES && o->failed.code == OW_OK &&
	    json_write(doc, &o->text, &o->failed) == 0)
		flush(o);
	json_free(doc);
}

void out_warn(struct out *o, const char *text)
{
	struct ow_error err = {0};

	if (!o->quiet)
		complain("owstore: %s: warning: %s\n", o->verb, text);
	if (o->mode == OUT_JSON) {
		buf_add(&o->warnings, text, strlen(text) + 1);
	} else if (o->mode == OUT_JSON_LINES) {
		struct json_doc *doc = json_new(&err);

		json_put_text(json_root(doc), "event", "warning");
		json_put_text(json_root(doc), "text", text);
		out_event(o, doc);
	}
}

void out_error(const char *verb, const struct ow_error *err, bool verbose)
{
	complain("owstore: %s%s%s\n", verb, verb[0] == '\0' ? "" : ": ", err->text);
	if (err->kept[0] != '\0')
		complain("  state: %s\n", err->kept);
	if (err->hint[0] != '\0')
		complain("  next:  %s\n", err->hint);
	if (verbose)
		complain("  code:  %s, exit status %d\n", ow_code_name(err->code),
			 ow_code_exit(err->code));
}

static void put_error(struct json in, const struct ow_error *err)
{
	struct json e = json_put_object(in, "error");

	json_put_text(e, "code", ow_code_name(err->code));
	json_put_u64(e, "exit", (uint64_t)ow_code_exit(err->code));
	json_put_text(e, "message", err->text);
	if (err->path[0] != '\0')
		json_put_text(e, "path", err->path);
	if (err->path[0] != '\0' && err->placed)
		json_put_u64(e, "offset", err->off);
	if (err->kept[0] != '\0')
		json_put_text(e, "effect", err->kept);
	if (err->hint[0] != '\0')
		json_put_text(e, "hint", err->hint);
}

static void put_warnings(const struct out *o, struct json in)
{
	struct json list;

	if (o->warnings.n == 0)
		return;
	list = json_put_list(in, "warnings");
	for (size_t i = 0; i < o->warnings.n;) {
		const char *text = (const char *)o->warnings.p + i;

		json_put_text(list, NULL, text);
		i += strlen(text) + 1;
	}
}

/* The one object of the JSON modes: the verb's, with the error in it, or the error alone. */
static void write_result(struct out *o, const struct ow_error *err)
{
	OW_AUTO(json_free) struct json_doc *alone = NULL;
	struct json_doc *doc = o->doc;

	if (err->code != OW_OK && (doc == NULL || !o->keep_result)) {
		alone = json_new(&o->failed);
		put_schema(json_root(alone), "error");
		doc = alone;
	}
	if (doc == NULL || buf_finish(&o->warnings, &o->failed) < 0)
		return;
	put_warnings(o, json_root(doc));
	if (err->code != OW_OK)
		put_error(json_root(doc), err);
	if (json_write(doc, &o->text, &o->failed) < 0)
		buf_clear(&o->text); /* rather nothing than half an object */
}

int out_finish(struct out *o, const struct ow_error *err)
{
	if (o->mode == OUT_TEXT)
		flush(o); /* what the error speaks of stands above it */
	if (err->code != OW_OK)
		out_error(o->verb, err, o->verbose);
	if (o->mode != OUT_TEXT && o->failed.code == OW_OK && !(o->raw && err->code == OW_OK))
		write_result(o, err);
	flush(o);
	if (err->code != OW_OK)
		return ow_code_exit(err->code);
	if (o->failed.code != OW_OK)
		out_error(o->verb, &o->failed, o->verbose);
	return ow_code_exit(o->failed.code);
}

void out_done(struct out *o)
{
	buf_done(&o->text);
	buf_done(&o->warnings);
	json_free(o->doc);
	o->doc = NULL;
}
