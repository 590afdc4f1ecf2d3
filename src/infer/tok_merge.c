/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A heap of joinable pairs. A pair whose symbols have changed since is passed over when it comes up.
 */
#include "base/mem.h"
#include "base/text.h"
#include "infer/tok_impl.h"

struct symbol {
	struct ow_view text; /* n == 0: joined to its left neighbour */
	int32_t prev, next;  /* -1: none */
};

struct pair {
	double rank;
	int32_t left, right;
	size_t size; /* of both texts when the pair was found */
};

struct heap {
	struct pair *at;
	size_t n, cap;
};

static bool before(const struct pair *a, const struct pair *b)
{
	return a->rank < b->rank || (!(b->rank < a->rank) && a->left < b->left);
}

static void swap(struct pair *a, struct pair *b)
{
	struct pair c = *a;

	*a = *b;
	*b = c;
}

static int push(struct heap *h, struct pair p, struct ow_error *err)
{
	size_t i = h->n;

	if (mem_grow(&h->at, h->n, &h->cap, sizeof *h->at, err) < 0)
		return err->code;
	h->at[h->n++] = p;
	for (; i > 0 && before(&h->at[i], &h->at[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&h->at[i], &h->at[(i - 1) / 2]);
	return 0;
}

static struct pair pop(struct heap *h)
{
	struct pair top = h->at[0];
	size_t i = 0;

	h->at[0] = h->at[--h->n];
	for (;;) {
		size_t least = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < h->n; child++)
			if (before(&h->at[child], &h->at[least]))
				least = child;
		if (least == i)
			return top;
		swap(&h->at[i], &h->at[least]);
		i = least;
	}
}

struct merging {
	const struct tok *t;
	struct symbol *s;
	tok_rank rank;
	struct heap heap;
	struct ow_error *err;
};

static int consider(struct merging *m, int32_t left, int32_t right)
{
	struct pair p = {.left = left, .right = right};

	if (left < 0 || right < 0 || !m->rank(m->t, m->s[left].text, m->s[right].text, &p.rank))
		return 0;
	p.size = m->s[left].text.n + m->s[right].text.n;
	return push(&m->heap, p, m->err);
}

static int join(struct merging *m, const struct pair *p)
{
	struct symbol *l = &m->s[p->left], *r = &m->s[p->right];

	if (l->text.n == 0 || r->text.n == 0 || l->text.n + r->text.n != p->size)
		return 0;
	l->text.n += r->text.n;
	r->text.n = 0;
	l->next = r->next;
	if (r->next >= 0)
		m->s[r->next].prev = p->left;
	if (consider(m, l->prev, p->left) < 0)
		return m->err->code;
	return consider(m, p->left, l->next);
}

static int merge(struct merging *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		m->s[i].prev = (int32_t)i - 1;
		m->s[i].next = i + 1 < n ? (int32_t)i + 1 : -1;
	}
	for (size_t i = 1; i < n; i++)
		if (consider(m, (int32_t)i - 1, (int32_t)i) < 0)
			return m->err->code;
	while (m->heap.n > 0) {
		struct pair p = pop(&m->heap);

		if (join(m, &p) < 0)
			return m->err->code;
	}
	return 0;
}

int tok_join(const struct tok *t, struct ow_view text, tok_rank rank, tok_rest rest,
	     struct tok_ids *out, struct ow_error *err)
{
	OW_AUTO(mem_free) struct symbol *s = mem_array(text.n, sizeof *s, err);
	struct merging m = {.t = t, .s = s, .rank = rank, .err = err};
	size_t n = 0;
	int result;

	if (s == NULL)
		return err->code;
	for (size_t at = 0; at < text.n; at += s[n++].text.n) {
		uint32_t c;
		size_t size = utf8_next(text.p + at, text.n - at, &c);

		s[n].text = (struct ow_view){.p = text.p + at, .n = size == 0 ? 1 : size};
	}
	result = merge(&m, n);
	mem_free(m.heap.at);
	for (size_t i = 0; i < n && result == 0; i++) {
		uint32_t id = s[i].text.n == 0 ? TOK_NONE : tok_id(t, s[i].text);

		if (id != TOK_NONE)
			result = tok_push(out, id, err);
		else if (s[i].text.n > 0)
			result = rest(t, s[i].text, out, err);
	}
	return result;
}
