/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/markup.h"

#include <string.h>
#include <strings.h>

#include "base/ints.h"

enum {
	TAG_MAX = 2048,   /* bytes of a tag; what is longer is text */
	TARGET_MAX = 500, /* bytes of a link target */
	TAG_SPACES = 6,   /* in a tag outside of whole pages; what has more may be a sentence */
	TAG_NAME_MAX = 12
};

struct tag {
	const char *name;
	bool block; /* ends the line it stands in */
	bool page;  /* known in whole pages only */
	bool mute;  /* what is inside is no text; in whole pages only */
};

/* Elements of HTML (WHATWG HTML, index of elements), those that licence texts and their pages are made of. */
static const struct tag tags[] = {
    {.name = "a"},
    {.name = "abbr"},
    {.name = "article", .block = true},
    {.name = "aside", .block = true},
    {.name = "b"},
    {.name = "blockquote", .block = true},
    {.name = "body", .block = true},
    {.name = "br", .block = true},
    {.name = "button", .block = true, .page = true},
    {.name = "center", .block = true},
    {.name = "code"},
    {.name = "dd", .block = true},
    {.name = "details", .block = true},
    {.name = "div", .block = true},
    {.name = "dl", .block = true},
    {.name = "dt", .block = true},
    {.name = "em"},
    {.name = "font"},
    {.name = "footer", .block = true},
    {.name = "form", .block = true, .page = true},
    {.name = "h1", .block = true},
    {.name = "h2", .block = true},
    {.name = "h3", .block = true},
    {.name = "h4", .block = true},
    {.name = "h5", .block = true},
    {.name = "h6", .block = true},
    {.name = "head", .block = true, .page = true, .mute = true},
    {.name = "header", .block = true},
    {.name = "hr", .block = true},
    {.name = "html", .block = true},
    {.name = "i"},
    {.name = "img"},
    {.name = "input", .page = true},
    {.name = "label", .page = true},
    {.name = "li", .block = true},
    {.name = "link", .page = true},
    {.name = "main", .block = true},
    {.name = "meta", .page = true},
    {.name = "nav", .block = true, .page = true},
    {.name = "noscript", .page = true},
    {.name = "ol", .block = true},
    {.name = "option", .page = true},
    {.name = "p", .block = true},
    {.name = "path", .page = true},
    {.name = "pre", .block = true},
    {.name = "s"},
    {.name = "script", .block = true, .page = true, .mute = true},
    {.name = "section", .block = true},
    {.name = "select", .page = true},
    {.name = "small"},
    {.name = "span"},
    {.name = "strong"},
    {.name = "style", .block = true, .page = true, .mute = true},
    {.name = "sub"},
    {.name = "summary", .block = true},
    {.name = "sup"},
    {.name = "svg", .page = true, .mute = true},
    {.name = "table", .block = true},
    {.name = "tbody", .block = true},
    {.name = "td", .block = true},
    {.name = "template", .page = true, .mute = true},
    {.name = "th", .block = true},
    {.name = "thead", .block = true},
    {.name = "tr", .block = true},
    {.name = "tt"},
    {.name = "u"},
    {.name = "ul", .block = true},
    {.name = "var"},
};

/* Character references that licence texts use. Each is no shorter than its UTF-8. */
static const struct {
	const char *name, *text;
} references[] = {
    {"&amp;", "&"},
    {"&apos;", "'"},
    {"&bull;", "\xE2\x80\xA2"},
    {"&copy;", "\xC2\xA9"},
    {"&gt;", ">"},
    {"&hellip;", "\xE2\x80\xA6"},
    {"&ldquo;", "\xE2\x80\x9C"},
    {"&lsquo;", "\xE2\x80\x98"},
    {"&lt;", "<"},
    {"&mdash;", "\xE2\x80\x94"},
    {"&middot;", "\xC2\xB7"},
    {"&nbsp;", " "},
    {"&ndash;", "\xE2\x80\x93"},
    {"&quot;", "\""},
    {"&rdquo;", "\xE2\x80\x9D"},
    {"&reg;", "\xC2\xAE"},
    {"&rsquo;", "\xE2\x80\x99"},
    {"&sect;", "\xC2\xA7"},
    {"&shy;", "\xC2\xAD"},
    {"&trade;", "\xE2\x84\xA2"},
};

/* The text being cleaned. */
struct cleaning {
	uint8_t *p;
	size_t n;
	bool page;
	const char *mute; /* the element whose inside is no text, or NULL */
};

static bool starts(const struct cleaning *c, size_t at, const char *word)
{
	size_t n = strlen(word);

	return n <= c->n - at && strncasecmp((const char *)c->p + at, word, n) == 0;
}

static void blank(struct cleaning *c, size_t from, size_t to, uint8_t with)
{
	for (size_t i = from; i < to; i++) {
		if (c->p[i] != '\n')
			c->p[i] = with;
	}
}

static bool is_letter(uint8_t b)
{
	return (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
}

static bool is_alnum(uint8_t b)
{
	return is_letter(b) || (b >= '0' && b <= '9');
}

static const struct tag *tag_find(const uint8_t *name, size_t n)
{
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		if (strlen(tags[i].name) == n &&
		    strncasecmp(tags[i].name, (const char *)name, n) == 0)
			return &tags[i];
	}
	return NULL;
}

/* The byte after the '>' that closes the tag at `at`, or 0. */
static size_t tag_end(const struct cleaning *c, size_t at)
{
	size_t limit = size_min(c->n, at + TAG_MAX);
	unsigned spaces = 0;

	for (size_t i = at + 1; i < limit; i++) {
		if (c->p[i] == '>')
			return c->page || spaces <= TAG_SPACES ? i + 1 : 0;
		if (c->p[i] == '<')
			return 0;
		spaces += c->p[i] <= ' ' ? 1 : 0;
	}
	return 0;
}

/* The byte after the comment or declaration at `at`. */
static size_t skip_comment(struct cleaning *c, size_t at)
{
	const char *close = starts(c, at, "<!--") ? "-->" : ">";
	size_t end = at;

	while (end < c->n && !starts(c, end, close))
		end++;
	end = size_min(c->n, end + strlen(close));
	blank(c, at, end, ' ');
	return end;
}

/* Take the tag at `at`, if it is one. The byte to go on with. */
static size_t take_tag(struct cleaning *c, size_t at)
{
	size_t name = at + 1, n = 0, end;
	bool closing = name < c->n && c->p[name] == '/';
	const struct tag *tag;

	name += closing ? 1 : 0;
	while (name + n < c->n && n < TAG_NAME_MAX && is_alnum(c->p[name + n]))
		n++;
	tag = tag_find(c->p + name, n);
	end = tag_end(c, at);
	if (end == 0 || (tag == NULL && !(c->page && n > 0 && is_letter(c->p[name]))) ||
	    (tag != NULL && tag->page && !c->page))
		return at + 1;
	blank(c, at, end, ' ');
	if (tag != NULL && tag->block)
		c->p[at] = '\n';
	else if (tag != NULL)
		c->p[at] = MARKUP_NOTHING;
	if (tag != NULL && !tag->block)
		blank(c, at, end, MARKUP_NOTHING);
	if (tag != NULL && tag->mute && !closing)
		c->mute = tag->name;
	return end;
}

/* Blank what is inside a mute element, up to its closing tag. */
static size_t skip_mute(struct cleaning *c, size_t at)
{
	size_t end = at;

	for (; end < c->n; end++) {
		if (starts(c, end, "</") && end + 2 < c->n && starts(c, end + 2, c->mute))
			break;
	}
	blank(c, at, end, ' ');
	c->mute = NULL;
	return end;
}

/* ---- character references ------------------------------------------------------------------------ */

static size_t put_reference(struct cleaning *c, size_t at, size_t n, const char *text, size_t len)
{
	memcpy(c->p + at, text, len);
	blank(c, at + len, at + n, MARKUP_NOTHING);
	return at + n;
}

static unsigned digit_of(uint8_t b, unsigned base)
{
	unsigned v = 99;

	if (b >= '0' && b <= '9')
		v = (unsigned)(b - '0');
	else if (is_letter(b))
		v = (b | 0x20U) - 'a' + 10;
	return v < base ? v : 99;
}

/* "&#8220;" or "&#x201C;": three bytes of UTF-8 fit in the shortest form of each length. */
static size_t take_number(struct cleaning *c, size_t at)
{
	bool hex = at + 2 < c->n && (c->p[at + 2] | 0x20) == 'x';
	size_t i = at + 2 + (hex ? 1 : 0);
	uint32_t v = 0;
	unsigned n = 0;
	char utf8[3];

	for (; i < c->n && n < 6 && digit_of(c->p[i], hex ? 16 : 10) < 99; i++, n++)
		v = v * (hex ? 16 : 10) + digit_of(c->p[i], hex ? 16 : 10);
	if (n == 0 || i == c->n || c->p[i] != ';' || v < 0x20 || v > 0xFFFF ||
	    (v >= 0xD800 && v < 0xE000))
		return at + 1;
	if (v < 0x80) {
		utf8[0] = (char)v;
		return put_reference(c, at, i + 1 - at, utf8, 1);
	}
	if (v < 0x800) {
		utf8[0] = (char)(0xC0 | v >> 6);
		utf8[1] = (char)(0x80 | (v & 0x3F));
		return put_reference(c, at, i + 1 - at, utf8, 2);
	}
	utf8[0] = (char)(0xE0 | v >> 12);
	utf8[1] = (char)(0x80 | (v >> 6 & 0x3F));
	utf8[2] = (char)(0x80 | (v & 0x3F));
	return put_reference(c, at, i + 1 - at, utf8, 3);
}

static size_t take_reference(struct cleaning *c, size_t at)
{
	if (starts(c, at, "&#"))
		return take_number(c, at);
	for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
		if (starts(c, at, references[i].name))
			return put_reference(c, at, strlen(references[i].name), references[i].text,
					     strlen(references[i].text));
	}
	return at + 1;
}

/* ---- Markdown ------------------------------------------------------------------------------------ */

/* The target of "[text](target)", at its "](": gone if it looks like an address, so that no clause hides in it. */
static size_t take_target(struct cleaning *c, size_t at)
{
	size_t limit = size_min(c->n, at + TARGET_MAX);
	unsigned breaks = 0; /* an address may be wrapped, once */
	bool address = starts(c, at + 2, "http") || starts(c, at + 2, "mailto:") ||
		       starts(c, at + 2, "#") || starts(c, at + 2, "./") || starts(c, at + 2, "/");

	for (size_t i = at + 2; address && i < limit && c->p[i] != ']'; i++) {
		if (c->p[i] <= ' ' && (c->p[i] != '\n' || ++breaks > 1))
			break;
		if (c->p[i] == ')') {
			blank(c, at, i + 1, MARKUP_NOTHING);
			return i + 1;
		}
	}
	return at + 1;
}

static bool is_page(const struct cleaning *c)
{
	size_t at = 0;

	while (at < c->n && c->p[at] <= ' ')
		at++;
	while (starts(c, at, "<?xml") || starts(c, at, "<!--")) {
		const char *close = starts(c, at, "<?xml") ? "?>" : "-->";

		while (at < c->n && !starts(c, at, close))
			at++;
		at = size_min(c->n, at + strlen(close));
		while (at < c->n && c->p[at] <= ' ')
			at++;
	}
	return starts(c, at, "<!doctype html") || starts(c, at, "<html");
}

bool markup_clean(uint8_t *p, size_t n)
{
	struct cleaning c = {.p = p, .n = n};

	c.page = is_page(&c);
	for (size_t at = 0; at < n;) {
		if (c.mute != NULL)
			at = skip_mute(&c, at);
		else if (p[at] == '<' && c.page && at + 1 < n &&
			 (p[at + 1] == '!' || p[at + 1] == '?'))
			at = skip_comment(&c, at);
		else if (p[at] == '<')
			at = take_tag(&c, at);
		else if (p[at] == '&')
			at = take_reference(&c, at);
		else if (p[at] == ']' && at + 1 < n && p[at + 1] == '(')
			at = take_target(&c, at);
		else
			at++;
	}
	return c.page;
}
