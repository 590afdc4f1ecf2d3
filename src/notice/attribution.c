/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * NOTICE.TXT: the lines that licences want to be told, who holds the copyright, what was changed; then the NOTICE files
 * that came with the components.
 */
#include "notice/put.h"
#include "notice/write.h"

static void put_lines(struct buf *out, const struct texts *lines)
{
	for (size_t i = 0; i < lines->n; i++) {
		buf_text(out, "  ");
		put_shown(out, lines->at[i]);
		buf_text(out, "\n");
	}
}

static void put_part(struct buf *out, const struct plan_part *part)
{
	const struct notice_artifact *a = part->artifact;

	if (part->lines.n == 0 && part->copyrights.n == 0 && part->change == 0)
		return;
	buf_printf(out, "[%s]\n", part->label);
	put_lines(out, &part->lines);
	put_lines(out, &part->copyrights);
	if (part->change > 0) {
		buf_text(out, "  Changed from the original:");
		for (size_t i = 0; i < a->n_parents; i++) {
			buf_text(out, i == 0 ? " " : ", ");
			put_shown(out, a->parents[i].kind);
			buf_text(out, " ");
			put_shown(out, a->parents[i].name);
		}
		buf_printf(out, "; CHANGES.JSON, entry %zu\n", part->change);
	}
	buf_text(out, "\n");
}

/* Files with the same bytes are told once, with everybody they came with. */
static void put_upstream(struct plan *p, struct buf *out)
{
	const struct plan_text *before = NULL;

	for (size_t i = 0; i < p->n_texts; i++) {
		const struct plan_text *t = &p->texts[i];

		if (t->text->kind != NOTICE_UPSTREAM)
			continue;
		if (before == NULL)
			put_head(out, "Notices that came with the components", '-');
		if (before != NULL && !ow_id_equal(&before->sha256, &t->sha256)) {
			put_verbatim(out, "    ", before->text->bytes);
			buf_text(out, "\n");
		}
		buf_printf(out, "  %s: ", plan_name(p, t->artifact));
		put_shown(out, t->text->from);
		buf_text(out, "\n");
		before = t;
	}
	if (before != NULL)
		put_verbatim(out, "    ", before->text->bytes);
}

void write_notice(struct plan *p, struct buf *out)
{
	put_head(out, "NOTICE", '=');
	buf_text(out, "For the components of ");
	put_shown(out, p->facts->bundle);
	buf_text(out, ". What each of them is under: NOTICES.TXT. The texts: LICENSES.\n\n");
	for (size_t i = 0; i < p->n_parts; i++)
		put_part(out, &p->parts[i]);
	put_upstream(p, out);
}
