/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The expressions, and as much of regular expressions as they need:
 *
 *	a|b                  the first alternative that matches counts
 *	x \s \p{L} [x-y\s]   a character, one of a class, one of a set; [^…] none of them, […&&[^…]] some of them
 *	? * + {1,3}          so many of what stands before, as many as there are, fewer if the rest needs them
 *	(?:a|b)?             at the end of one: that too, if it follows
 *	(?!\S)               at the end of one: no word follows
 *	x+$                  so many that the piece ends
 */
#include "infer/tok_split.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "infer/unicode.h"

/* ---- the expressions ---- */

#define LEAD           "[^\r\n\\p{L}\\p{N}]?"
#define MARKS(letters) " ?[^\\s" letters "\\p{N}]+"
#define SPACES         "|\\s+(?!\\S)|\\s+"
#define NEWLINES       "|\\s*[\r\n]+" SPACES
#define GPT2           "'[stmd]|'[rv]e|'ll| ?\\p{L}+| ?\\p{N}+|" MARKS("\\p{L}") SPACES
#define BLOOM          " ?[^(\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+"
#define CJK            "[\u0800-\u9fa5\uac00-\ud7ff&&[^\\s]]+"
#define ENDING         ("\\s+$|" CJK)

/* 's 't 'm 'd, 're 've or 'll in any case, and a word that may have one behind it. */
#define ENGLISH     "'[sStTmMdD]|'[rRvV][eE]|'[lL][lL]"
#define ENDED(word) word "(?:" ENGLISH ")?"
#define PLAIN(word) word

/* Numbers of so many digits, marks with such characters behind them, newlines and spaces. */
#define REST(letters, digits, after) "|\\p{N}" digits "|" MARKS(letters) "[" after "]*" NEWLINES

/* Words as cl100k has them, of these letters. */
#define WORDS(letters, digits) ENGLISH "|" LEAD "[" letters "]+" REST(letters, digits, "\r\n")

/* Words as camel case has them: upper* lower+, else upper+ lower*. Letters without case are both. */
#define CAMEL(upper, lower, end, digits, after)                                                    \
	end(LEAD upper "*" lower "+") "|" end(LEAD upper "+" lower "*")                            \
	    REST("\\p{L}", digits, after)
#define NOT_LOWER "[\\p{L}&&[^a-z]]"
#define NOT_UPPER "[\\p{L}&&[^A-Z]]"
#define UPPER     "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]"
#define LOWER     "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]"

static const struct tok_family families[] = {
    {" llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 ",
     .expr = {WORDS("\\p{L}", "{1,3}")}, .whole_words = true, .bos = true},
    {" dbrx smaug-bpe chatglm-bpe ", .expr = {WORDS("\\p{L}", "{1,3}")}},
    {" glm4 glm5 ", .expr = {WORDS("\\p{L}", "{1,3}")}, .whole_words = true},
    {" qwen2 deepseek-r1-qwen stablelm2 hunyuan megrez grok-2 ", .expr = {WORDS("\\p{L}", "")}},
    {" qwen35 ", .expr = {WORDS("\\p{L}\\p{M}", "")}},
    {" tekken ", .expr = {CAMEL(NOT_LOWER, NOT_UPPER, PLAIN, "", "\r\n/")}, .whole_words = true,
     .bos = true},
    {" gpt-4o llama4 kanana2 ", .expr = {CAMEL(NOT_LOWER, NOT_UPPER, ENDED, "{1,3}", "\r\n/")}},
    {" kimi-k2 ", .expr = {"\\p{Han}+|" CAMEL(UPPER, LOWER, ENDED, "{1,3}", "\r\n")}},
    {" gpt-2 phi-2 mpt olmo jais gigachat mellum trillion granite-docling a.x-4.0 exaone4 ",
     .expr = {GPT2}},
    {" starcoder refact command-r smollm codeshell exaone minerva-7b ", .expr = {"\\p{N}", GPT2}},
    {" falcon ", .expr = {"[\\p{P}$+<=>^~|`]+", GPT2, "[0-9][0-9][0-9]"}},
    {" deepseek-llm ", .expr = {"[\r\n]", "\\s?[\\p{Lu}\\p{Ll}\\p{Lt}]+",
				"\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3001-\u3002]+",
				ENDING, "\\p{N}+"}},
    {" deepseek-coder ", .expr = {"[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", CJK "|\\p{N}"}},
    {" deepseek-v3 hunyuan-dense joyai-llm hy_v4 ",
     .expr = {"\\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u30ff]+",
	      "[!-/:-@[-`{-~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
	      "| ?[\\p{P}\\p{S}]+[\r\n]*" NEWLINES}},
    {" bloom poro-chat gpt3-finnish ", .expr = {BLOOM}},
    {" viking ", .expr = {BLOOM, "\\p{N}"}},
    {" default ", .expr = {"[\\p{P}$+<=>^~|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]"}},
};

const struct tok_family *tok_family(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
		const char *all = families[i].names;

		for (const char *at = all + 1; *at != '\0'; at += strcspn(at, " ") + 1)
			if (strcspn(at, " ") == n && memcmp(at, name, n) == 0)
				return &families[i];
	}
	return NULL;
}

/* ---- reading them ---- */

enum {
	RANGES = 14, /* of a set */
	STEPS = 3,   /* of an alternative */
	ALTERNATIVES = 16
};

struct set {
	unsigned classes; /* UNI_* */
	uint32_t range[RANGES][2];
	size_t n;
	bool negated;
};

struct step {
	struct set one, other; /* a character must be in both */
	size_t min, max;
};

struct alternative {
	struct step step[STEPS];
	size_t n;
	char end;    /* "(" of (?!\S), "$", or 0 */
	bool behind; /* of a (?:…)?: to follow the last that is not */
	size_t stop; /* of "$": where what it last tried stops */
};

static unsigned class_named(const char *name)
{
	static const struct {
		const char *name;
		unsigned class;
	} classes[] = {{"L}", UNI_L},   {"Lu}", UNI_LU}, {"Ll}", UNI_LL},  {"Lt}", UNI_LT},
		       {"Lm}", UNI_LM}, {"Lo}", UNI_LO}, {"M}", UNI_M},    {"N}", UNI_N},
		       {"P}", UNI_P},   {"S}", UNI_S},   {"Han}", UNI_HAN}};
	size_t i = 0;

	while (strncmp(name, classes[i].name, strlen(classes[i].name)) != 0)
		i++;
	return classes[i].class;
}

static const char *parse_char(const char *p, uint32_t *c)
{
	return p + utf8_next((const uint8_t *)p, strlen(p), c);
}

/* \s, \p{L}, x or x-y */
static const char *parse_member(const char *p, struct set *s)
{
	uint32_t *range = s->range[s->n];

	if (p[0] == '\\') {
		s->classes |= p[1] == 's' ? (unsigned)UNI_SPACE : class_named(p + 3);
		return p[1] == 's' ? p + 2 : strchr(p, '}') + 1;
	}
	s->n++;
	p = parse_char(p, &range[0]);
	range[1] = range[0];
	return *p == '-' ? parse_char(p + 1, &range[1]) : p;
}

/* From its "[" to after its "]", or to "&&". */
static const char *parse_set(const char *p, struct set *s)
{
	s->negated = p[1] == '^';
	p += s->negated ? 2 : 1;
	while (*p != ']' && *p != '&')
		p = parse_member(p, s);
	return *p == ']' ? p + 1 : p;
}

static const char *parse_step(const char *p, struct step *s)
{
	*s = (struct step){.other.negated = true, .min = 1, .max = 1};
	if (*p == '[') {
		p = parse_set(p, &s->one);
		if (*p == '&')
			p = parse_set(p + 2, &s->other) + 1;
	} else {
		p = parse_member(p, &s->one);
	}
	if (*p == '{') {
		s->max = (size_t)(p[3] - '0');
		return p + 5;
	}
	s->min = *p == '?' || *p == '*' ? 0 : 1;
	s->max = *p == '*' || *p == '+' ? SIZE_MAX : 1;
	return *p == '?' || *p == '*' || *p == '+' ? p + 1 : p;
}

/* The alternatives of an expression; one of no steps ends them. */
static void parse(const char *p, struct alternative *a)
{
	bool behind = false;

	for (*a = (struct alternative){0}; *p != '\0';) {
		if (*p == '|' || strncmp(p, "(?:", 3) == 0) {
			behind = behind || *p == '(';
			*++a = (struct alternative){.behind = behind};
			p += *p == '|' ? 1 : 3;
		} else if (*p == ')') {
			behind = false;
			p += 2;
		} else if (*p == '$' || *p == '(') {
			a->end = *p;
			p += *p == '$' ? 1 : 6;
		} else {
			p = parse_step(p, &a->step[a->n++]);
		}
	}
	a[1].n = 0;
}

/* ---- matching ---- */

/* A piece of the text, and where it is decoded: c[0..end). */
struct tok_char {
	uint32_t c;
	uint16_t class; /* UNI_* */
	uint32_t off;   /* bytes before it */
};

static bool is_in(const struct set *s, const struct tok_char *c)
{
	bool in = (c->class & s->classes) != 0;

	for (size_t i = 0; i < s->n && !in; i++)
		in = c->c >= s->range[i][0] && c->c <= s->range[i][1];
	return in != s->negated;
}

/* As many characters as a step can take. */
static size_t take(const struct step *s, const struct tok_char *c, size_t at, size_t end)
{
	size_t n = 0;

	while (n < s->max && at + n < end && is_in(&s->one, &c[at + n]) &&
	       is_in(&s->other, &c[at + n]))
		n++;
	return n;
}

/* x+$: a run that stops before the end does so from wherever in it, and need be seen but once. */
static size_t match_end(struct alternative *a, const struct tok_char *c, size_t at, size_t end)
{
	if (at < a->stop)
		return 0;
	a->stop = at + take(&a->step[0], c, at, end);
	return a->stop == end ? end - at : 0;
}

/* How many characters one alternative matches from `at` on, 0: none. */
static size_t match_one(struct alternative *a, const struct tok_char *c, size_t at, size_t end)
{
	size_t taken[STEPS], pos = at, i = 0;

	if (a->end == '$')
		return match_end(a, c, at, end);
	for (;;) {
		for (; i < a->n; pos += taken[i++]) {
			taken[i] = take(&a->step[i], c, pos, end);
			if (taken[i] < a->step[i].min)
				break;
		}
		if (i == a->n && (a->end == 0 || pos == end || (c[pos].class & UNI_SPACE) != 0))
			return pos - at;
		do { /* the last step that can do with less does with one less */
			if (i-- == 0)
				return 0;
			pos -= taken[i];
		} while (taken[i] == a->step[i].min);
		pos += --taken[i++];
	}
}

/* How many the first that matches does, with what may be behind it. */
static size_t match(struct alternative *a, const struct tok_char *c, size_t at, size_t end)
{
	size_t n = 0, more = 0;

	for (; a->n > 0 && n == 0; a++)
		if (!a->behind)
			n = match_one(a, c, at, end);
	for (; n > 0 && more == 0 && a->n > 0 && a->behind; a++)
		more = match_one(a, c, at + n, end);
	return n + more;
}

struct splitting {
	struct tok_char *c; /* one more than there are, for the end */
	uint32_t *ends;     /* where pieces end, ascending */
	uint32_t *next;
	size_t n_ends;
};

/* One pass: every piece is cut into matches and what lies between. */
static void cut(struct splitting *s, struct alternative *a)
{
	uint32_t *old = s->ends;
	size_t from = 0, n = 0;

	for (size_t i = 0; i < s->n_ends; i++) {
		size_t end = s->ends[i];

		for (size_t at = from, begin = from; at < end;) {
			size_t m = match(a, s->c, at, end);

			if (m > 0 && at > begin)
				s->next[n++] = (uint32_t)at;
			at += m > 0 ? m : 1;
			if (m > 0 || at == end)
				s->next[n++] = (uint32_t)at;
			begin = m > 0 ? at : begin;
		}
		from = end;
	}
	s->ends = s->next;
	s->next = old;
	s->n_ends = n;
}

static int range_order(const void *code_point, const void *range)
{
	uint32_t c = *(const uint32_t *)code_point;
	const struct unicode_range *r = range;

	return (c > r->last) - (c < r->first);
}

/* The class of a code point, 0 for controls and what is not assigned. */
static uint16_t class_of(uint32_t code_point)
{
	const struct unicode_range *r = bsearch(&code_point, unicode_ranges, unicode_n_ranges,
						sizeof *unicode_ranges, range_order);

	return r == NULL ? 0 : r->class;
}

static size_t decode(const uint8_t *text, size_t n, struct tok_char *c)
{
	size_t count = 0;

	for (size_t at = 0, size; at < n; at += size) {
		size = utf8_next(text + at, n - at, &c[count].c);
		if (size == 0) {
			c[count].c = 0xfffd;
			size = 1;
		}
		c[count].class = class_of(c[count].c);
		c[count++].off = (uint32_t)at;
	}
	c[count].off = (uint32_t)n;
	return count;
}

int tok_split(const struct tok_family *f, const uint8_t *text, size_t n, tok_word word, void *ctx,
	      struct ow_error *err)
{
	OW_AUTO(mem_free) struct tok_char *c = NULL;
	OW_AUTO(mem_free) uint32_t *ends = NULL;
	struct splitting s = {.n_ends = 1};
	struct alternative expr[ALTERNATIVES + 1];
	size_t from = 0;

	if (n == 0)
		return 0;
	if (n > INT32_MAX)
		return err_set(err, OW_E_USAGE, "a text of %zu bytes", n);
	c = mem_array(n + 1, sizeof *c, err);
	ends = c == NULL ? NULL : mem_array(2 * n, sizeof *ends, err);
	if (ends == NULL)
		return err->code;
	s.c = c;
	s.ends = ends;
	s.next = ends + n;
	s.ends[0] = (uint32_t)decode(text, n, c);
	for (size_t i = 0; i < TOK_PASSES && f->expr[i] != NULL; i++) {
		parse(f->expr[i], expr);
		cut(&s, expr);
	}
	for (size_t i = 0; i < s.n_ends; from = s.ends[i++]) {
		size_t begin = c[from].off, end = c[s.ends[i]].off;

		if (word(ctx, text + begin, end - begin, err) < 0)
			return err->code;
	}
	return 0;
}
