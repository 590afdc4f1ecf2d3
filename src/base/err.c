/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
	enum ow_code code;
	const char *name;
} codes[] = {
    /* in order of gravity: the first of several is the one to report (D26) */
    {OW_E_INTERNAL, "OWS-E-INTERNAL"},
    {OW_E_TRUST, "OWS-E-TRUST"},
    {OW_E_STALE, "OWS-E-STALE"},
    {OW_E_INTEGRITY, "OWS-E-INTEGRITY"},
    {OW_E_FORMAT, "OWS-E-FORMAT"},
    {OW_E_UNSAFE, "OWS-E-UNSAFE"},
    {OW_E_POLICY, "OWS-E-POLICY"},
    {OW_E_SMOKE, "OWS-E-SMOKE"},
    {OW_E_UNCHECKED, "OWS-E-UNCHECKED"},
    {OW_E_IO, "OWS-E-IO"},
    {OW_E_INCOMPLETE, "OWS-E-INCOMPLETE"},
    {OW_E_USAGE, "OWS-E-USAGE"},
    {OW_E_BUSY, "OWS-E-BUSY"},
    {OW_OK, "OWS-OK"},
};

static size_t rank(enum ow_code code)
{
	size_t i = 0;

	while (i < sizeof codes / sizeof codes[0] && codes[i].code != code)
		i++;
	return i;
}

const char *ow_code_name(enum ow_code code)
{
	size_t i = rank(code);

	return i < sizeof codes / sizeof codes[0] ? codes[i].name : "OWS-E-INTERNAL";
}

int ow_code_exit(enum ow_code code)
{
	return -(int)code;
}

enum ow_code ow_code_graver(enum ow_code a, enum ow_code b)
{
	return rank(a) <= rank(b) ? a : b;
}

__attribute__((format(printf, 3, 0))) static void put(char *dst, size_t cap, const char *fmt,
						      va_list ap)
{
	char raw[1000];

	(void)vsnprintf(raw, sizeof raw, fmt, ap);
	text_escape(raw, strlen(raw), dst, cap);
}

int err_set(struct ow_error *err, enum ow_code code, const char *fmt, ...)
{
	va_list ap;

	assert(code < OW_OK && err->code == OW_OK); /* the first cause stands */
	err->code = code;
	va_start(ap, fmt);
	put(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return code;
}

int err_sys(struct ow_error *err, int sys, const char *fmt, ...)
{
	const char *why = strerrordesc_np(sys); /* thread-safe and never translated */
	char what[800];
	va_list ap;

	va_start(ap, fmt);
	put(what, sizeof what, fmt, ap);
	va_end(ap);
	err->sys = sys;
	if (why == NULL)
		return err_set(err, OW_E_IO, "%s: error %d", what, sys);
	return err_set(err, OW_E_IO, "%s: %s", what, why);
}

int err_ctx(struct ow_error *err, const char *fmt, ...)
{
	char head[400];
	va_list ap;
	size_t n, tail;

	assert(err->code != OW_OK);
	va_start(ap, fmt);
	put(head, sizeof head - 2, fmt, ap);
	va_end(ap);
	n = strlen(head);
	tail = strlen(err->text);
	if (n + 2 + tail < sizeof err->text) {
		memmove(err->text + n + 2, err->text, tail + 1);
		memcpy(err->text, head, n);
		memcpy(err->text + n, ": ", 2);
	}
	return err->code;
}

/* Put "path/" in front of the path so far. */
static void remember(struct ow_error *err, const char *path)
{
	char shown[sizeof err->path];
	size_t n, tail;

	if (err->path[0] == '/')
		return;
	if (strcmp(err->path, ".") == 0)
		err->path[0] = '\0'; /* the folder, from inside */
	tail = strlen(err->path);
	text_escape(path, strlen(path), shown, sizeof shown - 1);
	n = strlen(shown);
	if (n > 0 && tail > 0 && shown[n - 1] != '/')
		shown[n++] = '/';
	if (n + tail < sizeof err->path) {
		memmove(err->path + n, err->path, tail + 1);
		memcpy(err->path, shown, n);
	}
}

int err_file(struct ow_error *err, const char *path)
{
	remember(err, path);
	return err_ctx(err, "%s", path);
}

int err_sys_file(struct ow_error *err, int sys, const char *path)
{
	remember(err, path);
	return err_sys(err, sys, "%s", path);
}

int err_byte(struct ow_error *err, uint64_t off)
{
	assert(err->code != OW_OK);
	err->placed = true;
	err->off = off;
	return err->code;
}

int err_kept(struct ow_error *err, const char *fmt, ...)
{
	va_list ap;

	assert(err->code != OW_OK);
	if (err->kept[0] != '\0')
		return err->code;
	va_start(ap, fmt);
	put(err->kept, sizeof err->kept, fmt, ap);
	va_end(ap);
	return err->code;
}

int err_hint(struct ow_error *err, const char *fmt, ...)
{
	va_list ap;

	assert(err->code != OW_OK);
	if (err->hint[0] != '\0')
		return err->code;
	va_start(ap, fmt);
	put(err->hint, sizeof err->hint, fmt, ap);
	va_end(ap);
	return err->code;
}
