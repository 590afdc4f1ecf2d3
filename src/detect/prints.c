/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/prints.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rd.h"
#include "detect/words.h"

enum {
	PRINT_LEAST = 60 /* bytes of the shortest entry */
};

static struct ow_view read_text(struct rd *r)
{
	struct ow_view v = {0};
	uint8_t n = rd_u8(r);

	v.n = rd_take(r, &v.p, n) ? n : 0;
	return v;
}

static void read_print(struct rd *r, struct print *p)
{
	const uint8_t *digest;

	p->n_ids = rd_u8(r);
	if (p->n_ids == 0 || p->n_ids > PRINT_IDS_MAX)
		r->want = 1;
	for (size_t i = 0; r->want == 0 && i < p->n_ids; i++)
		p->ids[i] = read_text(r);
	p->title = read_text(r);
	p->source = read_text(r);
	p->kind = rd_u8(r) == PRINT_MODEL ? PRINT_MODEL : PRINT_GENERAL;
	p->n = rd_u32le(r);
	if (p->n < SHINGLE)
		r->want = 1;
	if (r->want != 0 || !rd_take(r, &digest, sizeof p->digest))
		return;
	memcpy(&p->digest, digest, sizeof p->digest);
	if (!rd_take(r, &p->shingles, 4 * (p->n - SHINGLE + 1)) ||
	    !rd_take(r, &p->flags, (p->n + 1) / 2))
		return;
	for (size_t i = 0; i < p->n; i++)
		p->n_required += (print_flags(p, i) & PRINT_OPTIONAL) == 0 ? 1 : 0;
}

int prints_read(const uint8_t *p, size_t n, struct prints *out, struct ow_error *err)
{
	struct rd r = {.base = p, .size = n};
	OW_AUTO(prints_done) struct prints list = {0};
	const uint8_t *head;
	struct ow_error why = {0};
	size_t count;

	if (!rd_take(&r, &head, 8) || memcmp(head, "OWSFP\0\1\0", 8) != 0)
		return err_set(err, OW_E_INTERNAL, "the fingerprints have another format");
	count = rd_u32le(&r);
	if (count > (n - r.pos) / PRINT_LEAST)
		return err_set(err, OW_E_INTERNAL, "the fingerprints end early");
	list.at = mem_array(count, sizeof *list.at, err);
	if (list.at == NULL)
		return err->code;
	for (; list.n < count && r.want == 0; list.n++)
		read_print(&r, &list.at[list.n]);
	if (rd_finish(&r, &why, "fingerprints") < 0)
		return err_set(err, OW_E_INTERNAL, "%s", why.text);
	*out = (struct prints){.n = list.n};
	out->at = STEAL(list.at);
	return 0;
}

void prints_done(struct prints *p)
{
	mem_free(p->at);
}
