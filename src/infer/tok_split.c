/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The matchers. In the comments L N P S M are Unicode classes and \s is White_Space, as in the expressions that
 * the models publish.
 */
#include "infer/tok_split.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "infer/unicode.h"

static bool is(const struct tok_char *c, unsigned classes)
{
	return (c->class & classes) != 0;
}

static bool is_newline(const struct tok_char *c)
{
	return c->c == '\r' || c->c == '\n';
}

/* How many from `at` on are in these classes, at most `max`. */
static size_t run(const struct tok_char *c, size_t at, size_t end, unsigned classes, size_t max)
{
	size_t n = 0;

	while (at + n < end && n < max && is(&c[at + n], classes))
		n++;
	return n;
}

/* How many from `at` on are in none of these classes. */
static size_t run_not(const struct tok_char *c, size_t at, size_t end, unsigned classes)
{
	size_t n = 0;

	while (at + n < end && !is(&c[at + n], classes))
		n++;
	return n;
}

static size_t newlines(const struct tok_char *c, size_t at, size_t end, bool slash)
{
	size_t n = 0;

	while (at + n < end && (is_newline(&c[at + n]) || (slash && c[at + n].c == '/')))
		n++;
	return n;
}

/* 's 't 're 've 'm 'll 'd */
static size_t contraction(const struct tok_char *c, size_t at, size_t end, bool any_case)
{
	uint32_t x = 0, y = 0;

	if (at + 1 >= end || c[at].c != '\'')
		return 0;
	x = c[at + 1].c;
	y = at + 2 < end ? c[at + 2].c : 0;
	if (any_case && x < 0x80)
		x |= 0x20;
	if (any_case && y < 0x80)
		y |= 0x20;
	if (x == 's' || x == 't' || x == 'm' || x == 'd')
		return 2;
	return (x == 'r' && y == 'e') || (x == 'v' && y == 'e') || (x == 'l' && y == 'l') ? 3 : 0;
}

/* \s+(?!\S)|\s+ : space before a word leaves its last character to that word */
static size_t spaces(const struct tok_char *c, size_t at, size_t end)
{
	size_t n = run(c, at, end, UNI_SPACE, SIZE_MAX);

	return n > 1 && at + n < end ? n - 1 : n;
}

/* \s*[\r\n]+ */
static size_t spaces_to_newline(const struct tok_char *c, size_t at, size_t end)
{
	size_t n = run(c, at, end, UNI_SPACE, SIZE_MAX);

	while (n > 0 && !is_newline(&c[at + n - 1]))
		n--;
	return n;
}

/* 's|'t|'re|'ve|'m|'ll|'d| ?L+| ?N+| ?[^\sLN]+|\s+(?!\S) */
static size_t match_gpt2(const struct tok_char *c, size_t at, size_t end, const struct tok_pass *p)
{
	(void)p;
	static const unsigned classes[] = {UNI_L, UNI_N};
	size_t n = contraction(c, at, end, false), lead = c[at].c == ' ' ? 1 : 0;

	if (n > 0)
		return n;
	for (size_t i = 0; i < 2; i++) {
		n = run(c, at + lead, end, classes[i], SIZE_MAX);
		if (n > 0)
			return lead + n;
	}
	n = run_not(c, at + lead, end, UNI_SPACE | UNI_L | UNI_N);
	return n > 0 ? lead + n : spaces(c, at, end);
}

/* What the expressions from cl100k on have in common after letters: N{1,max}, punctuation, which may end with
 * newlines, and slashes if `slash`, newlines, spaces.
 */
static size_t match_rest(const struct tok_char *c, size_t at, size_t end, unsigned letters,
			 size_t max, bool slash)
{
	size_t n = run(c, at, end, UNI_N, max), lead = c[at].c == ' ' ? 1 : 0;

	if (n > 0)
		return n;
	n = run_not(c, at + lead, end, UNI_SPACE | UNI_N | letters);
	if (n > 0)
		return lead + n + newlines(c, at + lead + n, end, slash);
	n = spaces_to_newline(c, at, end);
	return n > 0 ? n : spaces(c, at, end);
}

/* [^\r\nLN]? at the beginning of a word */
static size_t lead_of(const struct tok_char *c, size_t at)
{
	return is_newline(&c[at]) || is(&c[at], UNI_L | UNI_N) ? 0 : 1;
}

/* (?i:'s|…)|[^\r\nLN]?letters+|rest */
static size_t match_cl100k(const struct tok_char *c, size_t at, size_t end,
			   const struct tok_pass *p)
{
	size_t n = contraction(c, at, end, true), lead = lead_of(c, at);

	if (n > 0)
		return n;
	n = run(c, at + lead, end, p->letters, SIZE_MAX);
	if (n > 0)
		return lead + n;
	/* a mark may lead and be the only letter at once */
	n = run(c, at, end, p->letters, SIZE_MAX);
	return n > 0 ? n : match_rest(c, at, end, p->letters, p->max, false);
}

static bool is_between(const struct tok_char *c, uint32_t first, uint32_t last)
{
	return c->c >= first && c->c <= last;
}

/* Letters as camel case has them: upper* lower+, else upper+ lower*. Letters without case are both, so that
 * "upper" is a letter outside a-z and "lower" one outside A-Z.
 */
static size_t camel(const struct tok_char *c, size_t at, size_t end)
{
	size_t upper = 0, lower = 0;

	while (at + upper < end && is(&c[at + upper], UNI_L) &&
	       !is_between(&c[at + upper], 'a', 'z'))
		upper++;
	while (at + upper + lower < end && is(&c[at + upper + lower], UNI_L) &&
	       !is_between(&c[at + upper + lower], 'A', 'Z'))
		lower++;
	if (lower > 0)
		return upper + lower;
	/* give back capitals until a letter that may be lower ends the word */
	for (size_t n = upper; n > 0; n--)
		if (!is_between(&c[at + n - 1], 'A', 'Z'))
			return n;
	return upper;
}

static size_t match_camel(const struct tok_char *c, size_t at, size_t end, const struct tok_pass *p)
{
	size_t lead = lead_of(c, at), n = camel(c, at + lead, end);

	if (n == 0)
		return match_rest(c, at, end, UNI_L, p->max, true);
	return lead + n + (p->contracted ? contraction(c, at + lead + n, end, true) : 0);
}

/* [0-9][0-9][0-9] */
static size_t match_ascii_triple(const struct tok_char *c, size_t at, size_t end,
				 const struct tok_pass *p)
{
	(void)p;
	return end - at >= 3 && is_between(&c[at], '0', '9') && is_between(&c[at + 1], '0', '9') &&
		       is_between(&c[at + 2], '0', '9')
		   ? 3
		   : 0;
}

static bool one_of(const struct tok_char *c, const char *ascii)
{
	return c->c != 0 && c->c < 0x80 && strchr(ascii, (int)c->c) != NULL;
}

static bool is_of(const struct tok_char *c, const struct tok_pass *p)
{
	if (is(c, p->letters) || (p->others != NULL && one_of(c, p->others)))
		return true;
	for (size_t i = 0; p->ranges != NULL && p->ranges[i][0] != 0; i++)
		if (is_between(c, p->ranges[i][0], p->ranges[i][1]))
			return true;
	return false;
}

/* \s?[letters others ranges]{1,max} */
static size_t match_run(const struct tok_char *c, size_t at, size_t end, const struct tok_pass *p)
{
	size_t lead = p->spaced && is(&c[at], UNI_SPACE) ? 1 : 0, n = 0;

	while (at + lead + n < end && (p->max == 0 || n < p->max) && is_of(&c[at + lead + n], p))
		n++;
	return n > 0 ? lead + n : 0;
}

/* \s+$ and, in the same pass since they cannot meet, [一-龥ࠀ-一가-퟿]+ */
static size_t match_deepseek_tail(const struct tok_char *c, size_t at, size_t end,
				  const struct tok_pass *p)
{
	size_t n = run(c, at, end, UNI_SPACE, SIZE_MAX);

	(void)p;
	if (n > 0)
		return at + n == end ? n : 0;
	while (at + n < end && !is(&c[at + n], UNI_SPACE) &&
	       (is_between(&c[at + n], 0x800, 0x9fa5) || is_between(&c[at + n], 0xac00, 0xd7ff)))
		n++;
	return n;
}

/* [一-龥ࠀ-一가-퟿]+|N of the deepseek coders */
static size_t match_coder_tail(const struct tok_char *c, size_t at, size_t end,
			       const struct tok_pass *p)
{
	size_t n = is(&c[at], UNI_SPACE) ? 0 : match_deepseek_tail(c, at, end, p);

	return n > 0 ? n : run(c, at, end, UNI_N, 1);
}

/* [ASCII marks][A-Za-z]+|[^\r\nLPS]?[LM]+| ?[PS]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+ */
static size_t match_deepseek3(const struct tok_char *c, size_t at, size_t end,
			      const struct tok_pass *p)
{
	size_t lead = is_newline(&c[at]) || is(&c[at], UNI_L | UNI_P | UNI_S) ? 0 : 1, n = 0;

	(void)p;
	if (c[at].c > ' ' && c[at].c < 0x7f && is(&c[at], UNI_P | UNI_S)) {
		while (at + 1 + n < end && (is_between(&c[at + 1 + n], 'a', 'z') ||
					    is_between(&c[at + 1 + n], 'A', 'Z')))
			n++;
		if (n > 0)
			return 1 + n;
	}
	n = run(c, at + lead, end, UNI_L | UNI_M, SIZE_MAX);
	if (n > 0)
		return lead + n;
	n = run(c, at, end, UNI_L | UNI_M, SIZE_MAX);
	if (n > 0)
		return n;
	lead = c[at].c == ' ' ? 1 : 0;
	n = run(c, at + lead, end, UNI_P | UNI_S, SIZE_MAX);
	if (n > 0)
		return lead + n + newlines(c, at + lead + n, end, false);
	n = spaces_to_newline(c, at, end);
	return n > 0 ? n : spaces(c, at, end);
}

/*  ?[^(\s|.,!?…。，、।۔،)]+ */
static size_t match_bloom(const struct tok_char *c, size_t at, size_t end, const struct tok_pass *p)
{
	static const uint32_t stops[] = {0x2026, 0x3002, 0xff0c, 0x3001, 0x0964, 0x06d4, 0x060c};
	size_t lead = c[at].c == ' ' ? 1 : 0, n = 0;

	(void)p;
	for (bool stop = false; !stop && at + lead + n < end; n += !stop) {
		stop = is(&c[at + lead + n], UNI_SPACE) || one_of(&c[at + lead + n], "(|.,!?)");
		for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
			stop = stop || c[at + lead + n].c == stops[i];
	}
	return n > 0 ? lead + n : 0;
}

/* !-/:-~！-／：-～‘-‟、。 */
static const uint32_t deepseek_marks[][2] = {
    {'!', '/'},       {':', '~'}, {0xff01, 0xff0f}, {0xff1a, 0xff5e}, {0x2018, 0x201f},
    {0x3001, 0x3002}, {0, 0}};

/* 一-龥぀-ゟ゠-ヿ */
static const uint32_t cjk[][2] = {{0x4e00, 0x9fa5}, {0x3040, 0x30ff}, {0, 0}};

static const struct tok_pass gpt2 = {.match = match_gpt2};
static const struct tok_pass words_3 = {match_cl100k, .letters = UNI_L, .max = 3};
static const struct tok_pass words_1 = {match_cl100k, .letters = UNI_L, .max = 1};
static const struct tok_pass marked_1 = {match_cl100k, .letters = UNI_L | UNI_M, .max = 1};
static const struct tok_pass camel_3 = {match_camel, .max = 3, .contracted = true};
static const struct tok_pass camel_1 = {match_camel, .max = 1};
static const struct tok_pass digit = {match_run, .letters = UNI_N, .max = 1};
static const struct tok_pass digits_3 = {match_run, .letters = UNI_N, .max = 3};
static const struct tok_pass digits = {match_run, .letters = UNI_N};
static const struct tok_pass ascii_3 = {match_ascii_triple, .max = 3};
static const struct tok_pass newline = {match_run, .others = "\r\n", .max = 1};
static const struct tok_pass letters = {match_run, .letters = UNI_L, .spaced = true};
static const struct tok_pass cased = {match_run, .letters = UNI_LU | UNI_LL | UNI_LT,
				      .spaced = true};
static const struct tok_pass marks = {match_run, .letters = UNI_P, .spaced = true};
static const struct tok_pass marks_falcon = {match_run, .letters = UNI_P, .others = "$+<=>^~|`"};
static const struct tok_pass marks_default = {match_run, .letters = UNI_P, .others = "$+<=>^~|"};
static const struct tok_pass marks_llm = {match_run, .ranges = deepseek_marks, .spaced = true};
static const struct tok_pass tail_llm = {.match = match_deepseek_tail};
static const struct tok_pass tail_coder = {.match = match_coder_tail};
static const struct tok_pass run_cjk = {match_run, .ranges = cjk};
static const struct tok_pass deepseek3 = {.match = match_deepseek3};
static const struct tok_pass bloom = {.match = match_bloom};

static const struct tok_family families[] = {
    {" llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 ", {&words_3}, true, true},
    {" dbrx smaug-bpe chatglm-bpe ", {&words_3}, false, false},
    {" glm4 ", {&words_3}, true, false},
    {" qwen2 deepseek-r1-qwen stablelm2 hunyuan megrez grok-2 ", {&words_1}, false, false},
    {" qwen35 ", {&marked_1}, false, false},
    {" tekken ", {&camel_1}, true, true},
    {" gpt-4o llama4 kanana2 ", {&camel_3}, false, false},
    {" gpt-2 phi-2 mpt olmo jais gigachat mellum trillion granite-docling a.x-4.0 ",
     {&gpt2},
     false,
     false},
    {" starcoder refact command-r smollm codeshell exaone minerva-7b ",
     {&digit, &gpt2},
     false,
     false},
    {" falcon ", {&marks_falcon, &gpt2, &ascii_3}, false, false},
    {" deepseek-llm ", {&newline, &cased, &marks_llm, &tail_llm, &digits}, false, false},
    {" deepseek-coder ", {&newline, &letters, &marks, &tail_coder}, false, false},
    {" deepseek-v3 hunyuan-dense joyai-llm hy_v4 ",
     {&digits_3, &run_cjk, &deepseek3},
     false,
     false},
    {" bloom poro-chat gpt3-finnish ", {&bloom}, false, false},
    {" viking ", {&bloom, &digit}, false, false},
    {" default ", {&marks_default, &gpt2, &digits, &ascii_3}, false, false},
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

struct splitting {
	struct tok_char *c; /* one more than there are, for the end */
	uint32_t *ends;     /* where pieces end, ascending */
	uint32_t *next;
	size_t n_ends;
};

/* One pass: every piece is cut into matches and what lies between. */
static void cut(struct splitting *s, const struct tok_pass *pass)
{
	size_t from = 0, n = 0;

	for (size_t i = 0; i < s->n_ends; i++) {
		size_t end = s->ends[i];

		for (size_t at = from, begin = from; at < end;) {
			size_t m = pass->match(s->c, at, end, pass);

			if (m > 0) {
				if (at > begin)
					s->next[n++] = (uint32_t)at;
				at += m;
				s->next[n++] = (uint32_t)at;
				begin = at;
			} else if (++at == end) {
				s->next[n++] = (uint32_t)end;
			}
		}
		from = end;
	}
	uint32_t *old = s->ends;

	s->ends = s->next;
	s->next = old;
	s->n_ends = n;
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
		c[count].class = unicode_class(c[count].c);
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
	size_t count, from = 0;

	if (n == 0)
		return 0;
	if (n > INT32_MAX)
		return err_set(err, OW_E_USAGE, "a text of %zu bytes", n);
	c = mem_array(n + 1, sizeof *c, err);
	ends = c == NULL ? NULL : mem_array(2 * n, sizeof *ends, err);
	if (ends == NULL)
		return err->code;
	count = decode(text, n, c);
	s.c = c;
	s.ends = ends;
	s.next = ends + n;
	s.ends[0] = (uint32_t)count;
	for (size_t i = 0; i < TOK_PASSES && f->pass[i] != NULL; i++)
		cut(&s, f->pass[i]);
	for (size_t i = 0; i < s.n_ends; i++) {
		size_t begin = c[from].off, end = c[s.ends[i]].off;

		if (word(ctx, text + begin, end - begin, err) < 0)
			return err->code;
		from = s.ends[i];
	}
	return 0;
}
