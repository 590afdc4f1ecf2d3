/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/expr.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"

/* The ways in which what was read so far can be met. */
struct ways {
	size_t n;
	uint32_t at[EXPR_WAYS_MAX];
};

/* Shunting yard: values and operators that wait for their right side. AND binds before OR. */
struct parser {
	const char *text;
	size_t pos;
	struct expr *out;
	struct ways values[EXPR_DEPTH_MAX];
	size_t n_values;
	char operators[2 * EXPR_DEPTH_MAX]; /* '(' 'A' 'O' */
	size_t n_operators;
	bool wants_operand;
};

static int bad(const struct parser *p, struct ow_error *err, const char *what)
{
	return err_set(err, OW_E_FORMAT, "licence expression '%.200s': %s at byte %zu", p->text,
		       what, p->pos + 1);
}

/* ---- ways ------------------------------------------------------------------------------------------ */

/* Add a way unless one that is there asks for no more; those that ask for more give way. */
static bool add_way(struct ways *w, uint32_t way)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->n; i++) {
		if ((w->at[i] & way) == w->at[i])
			return true;
	}
	for (size_t i = 0; i < w->n; i++) {
		if ((w->at[i] & way) != way)
			w->at[kept++] = w->at[i];
	}
	w->n = kept;
	if (w->n == EXPR_WAYS_MAX)
		return false;
	w->at[w->n++] = way;
	return true;
}

static bool either(const struct ways *a, const struct ways *b, struct ways *out)
{
	bool fits = true;

	*out = *a;
	for (size_t i = 0; i < b->n; i++)
		fits = fits && add_way(out, b->at[i]);
	return fits;
}

static bool both(const struct ways *a, const struct ways *b, struct ways *out)
{
	bool fits = true;

	out->n = 0;
	for (size_t i = 0; i < a->n; i++) {
		for (size_t k = 0; k < b->n; k++)
			fits = fits && add_way(out, a->at[i] | b->at[k]);
	}
	return fits;
}

/* ---- stacks ---------------------------------------------------------------------------------------- */

/* Carry out the newest operator. The parser's states see to it that its two sides are there. */
static int reduce(struct parser *p, struct ow_error *err)
{
	struct ways left, right;
	bool fits;

	assert(p->n_values >= 2);
	right = p->values[--p->n_values];
	left = p->values[--p->n_values];
	if (p->operators[--p->n_operators] == 'A')
		fits = both(&left, &right, &p->values[p->n_values]);
	else
		fits = either(&left, &right, &p->values[p->n_values]);
	p->n_values++;
	return fits ? 0 : bad(p, err, "too many alternatives");
}

static int push_operator(struct parser *p, char op, struct ow_error *err)
{
	while (p->n_operators > 0 && op != '(') {
		char top = p->operators[p->n_operators - 1];

		if (top == '(' || (op == 'A' && top == 'O'))
			break;
		if (reduce(p, err) < 0)
			return err->code;
	}
	if (p->n_operators == sizeof p->operators)
		return bad(p, err, "nested too deeply");
	p->operators[p->n_operators++] = op;
	p->wants_operand = true;
	return 0;
}

static int close_group(struct parser *p, struct ow_error *err)
{
	if (p->wants_operand)
		return bad(p, err, "a licence is expected");
	while (p->n_operators > 0 && p->operators[p->n_operators - 1] != '(') {
		if (reduce(p, err) < 0)
			return err->code;
	}
	if (p->n_operators == 0)
		return bad(p, err, "')' without '('");
	p->n_operators--;
	return 0;
}

/* ---- licences -------------------------------------------------------------------------------------- */

static bool is_id_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.';
}

static size_t word_length(const char *s)
{
	size_t n = 0;

	while (is_id_char(s[n]))
		n++;
	return n;
}

static bool is_word(const char *s, size_t n, const char *upper, const char *lower)
{
	return n == strlen(upper) && (memcmp(s, upper, n) == 0 || memcmp(s, lower, n) == 0);
}

/* Which operator s[0..n) is: 'A', 'O', 'W', or 0. */
static char operator_of(const char *s, size_t n)
{
	if (is_word(s, n, "AND", "and"))
		return 'A';
	if (is_word(s, n, "OR", "or"))
		return 'O';
	return is_word(s, n, "WITH", "with") ? 'W' : '\0';
}

static void skip_space(struct parser *p)
{
	p->pos += strspn(p->text + p->pos, " \t");
}

/* An id: plain, LicenseRef-, or DocumentRef-x:LicenseRef-y. */
static int take_id(struct parser *p, char out[EXPR_ID_MAX], struct ow_error *err)
{
	const char *s = p->text + p->pos;
	size_t n = word_length(s);

	if (n == 0 || operator_of(s, n) != '\0')
		return bad(p, err, "a licence is expected");
	if (s[n] == ':') {
		size_t more = word_length(s + n + 1);

		if (strncasecmp(s, "DocumentRef-", 12) != 0 ||
		    strncasecmp(s + n + 1, "LicenseRef-", 11) != 0 || n == 12 || more == 11)
			return bad(p, err, "not a DocumentRef-…:LicenseRef-…");
		n += 1 + more;
	}
	if (n >= EXPR_ID_MAX)
		return bad(p, err, "an id that is too long");
	memcpy(out, s, n);
	out[n] = '\0';
	p->pos += n;
	return 0;
}

static bool leaf_same(const struct expr_leaf *a, const struct expr_leaf *b)
{
	return strcasecmp(a->id, b->id) == 0 && strcasecmp(a->with, b->with) == 0 &&
	       a->or_later == b->or_later;
}

static int push_leaf(struct parser *p, const struct expr_leaf *leaf, struct ow_error *err)
{
	struct expr *e = p->out;
	size_t i = 0;

	while (i < e->n_leaves && !leaf_same(&e->leaves[i], leaf))
		i++;
	if (i == EXPR_LEAVES_MAX)
		return bad(p, err, "too many licences");
	if (i == e->n_leaves)
		e->leaves[e->n_leaves++] = *leaf;
	if (p->n_values == EXPR_DEPTH_MAX)
		return bad(p, err, "nested too deeply");
	p->values[p->n_values++] = (struct ways){.n = 1, .at = {UINT32_C(1) << i}};
	p->wants_operand = false;
	return 0;
}

static int take_leaf(struct parser *p, struct ow_error *err)
{
	struct expr_leaf leaf = {0};
	const char *s;

	if (take_id(p, leaf.id, err) < 0)
		return err->code;
	if (p->text[p->pos] == '+') {
		if (strchr(leaf.id, ':') != NULL || strncasecmp(leaf.id, "LicenseRef-", 11) == 0)
			return bad(p, err, "'+' behind a LicenseRef");
		leaf.or_later = true;
		p->pos++;
	}
	skip_space(p);
	s = p->text + p->pos;
	if (operator_of(s, word_length(s)) == 'W') {
		p->pos += 4;
		skip_space(p);
		if (take_id(p, leaf.with, err) < 0)
			return err->code;
	}
	return push_leaf(p, &leaf, err);
}

static int take_operator(struct parser *p, struct ow_error *err)
{
	const char *s = p->text + p->pos;
	size_t n = word_length(s);
	char op = operator_of(s, n);

	if (op != 'A' && op != 'O')
		return bad(p, err, "AND or OR is expected");
	p->pos += n;
	return push_operator(p, op, err);
}

static int step(struct parser *p, struct ow_error *err)
{
	char c = p->text[p->pos];

	if (p->wants_operand && c == '(') {
		p->pos++;
		return push_operator(p, '(', err);
	}
	if (p->wants_operand)
		return take_leaf(p, err);
	if (c == ')') {
		if (close_group(p, err) < 0)
			return err->code;
		p->pos++;
		return 0;
	}
	return take_operator(p, err);
}

/* NONE and NOASSERTION say that there is no licence, so nothing can stand beside them. */
static bool stands_alone(const struct expr *e)
{
	for (size_t i = 0; i < e->n_leaves; i++) {
		if ((strcmp(e->leaves[i].id, "NONE") == 0 ||
		     strcmp(e->leaves[i].id, "NOASSERTION") == 0) &&
		    (e->n_leaves > 1 || e->leaves[i].or_later || e->leaves[i].with[0] != '\0'))
			return false;
	}
	return true;
}

int expr_parse(const char *text, struct expr *out, struct ow_error *err)
{
	struct parser p = {.text = text, .out = out, .wants_operand = true};

	*out = (struct expr){0};
	if (strlen(text) > EXPR_TEXT_MAX)
		return bad(&p, err, "more than 1024 bytes");
	skip_space(&p);
	while (text[p.pos] != '\0') {
		if (step(&p, err) < 0)
			return err->code;
		skip_space(&p);
	}
	if (p.wants_operand)
		return bad(&p, err, "a licence is expected");
	while (p.n_operators > 0) {
		if (p.operators[p.n_operators - 1] == '(')
			return bad(&p, err, "'(' without ')'");
		if (reduce(&p, err) < 0)
			return err->code;
	}
	if (!stands_alone(out))
		return bad(&p, err, "NONE or NOASSERTION beside another licence");
	out->n_ways = p.values[0].n;
	memcpy(out->ways, p.values[0].at, p.values[0].n * sizeof out->ways[0]);
	return 0;
}

/* ---- comparing and writing ---------------------------------------------------------------------------- */

/* A way of `from` in the bits of `to`; false where `to` lacks a licence of it. */
static bool translate(const struct expr *from, uint32_t way, const struct expr *to, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < from->n_leaves; i++) {
		size_t k = 0;

		if ((way >> i & 1) == 0)
			continue;
		while (k < to->n_leaves && !leaf_same(&from->leaves[i], &to->leaves[k]))
			k++;
		if (k == to->n_leaves)
			return false;
		*out |= UINT32_C(1) << k;
	}
	return true;
}

bool expr_elects(const struct expr *whole, const struct expr *part)
{
	for (size_t i = 0; i < part->n_ways; i++) {
		uint32_t way;
		size_t k = 0;

		if (!translate(part, part->ways[i], whole, &way))
			return false;
		while (k < whole->n_ways && whole->ways[k] != way)
			k++;
		if (k == whole->n_ways)
			return false;
	}
	return true;
}

bool expr_holds(const struct expr *whole, const struct expr *part)
{
	for (size_t i = 0; i < whole->n_ways; i++) {
		size_t k = 0;
		uint32_t way;

		while (k < part->n_ways && (!translate(part, part->ways[k], whole, &way) ||
					    (way & ~whole->ways[i]) != 0))
			k++;
		if (k == part->n_ways)
			return false;
	}
	return true;
}

bool expr_same(const struct expr *a, const struct expr *b)
{
	return a->n_ways == b->n_ways && expr_elects(a, b);
}

const char *expr_leaf_text(const struct expr_leaf *leaf, struct arena *a)
{
	return arena_printf(a, "%s%s%s%s", leaf->id, leaf->or_later ? "+" : "",
			    leaf->with[0] == '\0' ? "" : " WITH ", leaf->with);
}

static void add_way_text(struct buf *b, const struct expr *e, uint32_t way, bool in_brackets)
{
	bool first = true, brackets = in_brackets && (way & (way - 1)) != 0;

	buf_text(b, brackets ? "(" : "");
	for (size_t i = 0; i < e->n_leaves; i++) {
		const struct expr_leaf *leaf = &e->leaves[i];

		if ((way >> i & 1) == 0)
			continue;
		buf_printf(b, "%s%s%s%s%s", first ? "" : " AND ", leaf->id,
			   leaf->or_later ? "+" : "", leaf->with[0] == '\0' ? "" : " WITH ",
			   leaf->with);
		first = false;
	}
	buf_text(b, brackets ? ")" : "");
}

const char *expr_text(const struct expr *e, struct arena *a)
{
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < e->n_ways; i++) {
		buf_text(&b, i == 0 ? "" : " OR ");
		add_way_text(&b, e, e->ways[i], e->n_ways > 1);
	}
	a->failed = a->failed || b.failed;
	return arena_text(a, buf_str(&b), strlen(buf_str(&b)));
}
