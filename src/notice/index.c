/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * NOTICES.TXT: a block for each component. Lines that are not indented are ours, so that nothing from outside looks like
 * the head of a block.
 */
#include <string.h>

#include "notice/put.h"
#include "notice/write.h"

enum {
	COLUMN = 16
};

static void put_key(struct buf *out, const char *key)
{
	buf_printf(out, "  %-*s", COLUMN, key);
}

/* Text that is not given says so. */
static void put_line(struct buf *out, const char *key, const char *value)
{
	put_key(out, key);
	put_shown(out, value == NULL ? "not known" : value);
	buf_text(out, "\n");
}

static void put_sha256(struct buf *out, const struct ow_id *id)
{
	char hex[OW_ID_HEX];

	buf_printf(out, "sha256 %s", ow_id_hex(id, hex));
}

static void put_files(const struct plan_part *part, struct buf *out)
{
	for (size_t i = 0; i < part->component->n_files; i++) {
		const struct notice_file *f = part->files[i];

		put_key(out, i == 0 ? "Files" : "");
		put_shown(out, f->path);
		buf_printf(out, ", %llu bytes, ", (unsigned long long)f->size);
		put_sha256(out, &f->id);
		buf_text(out, "\n");
	}
}

static void put_origin(const struct notice_artifact *a, struct buf *out)
{
	for (size_t i = 0; i < a->n_upstream; i++)
		put_line(out, i == 0 ? "Origin" : "", a->upstream[i]);
	for (size_t i = 0; i < a->n_parents; i++) {
		put_key(out, i == 0 ? "Derived from" : "");
		put_shown(out, a->parents[i].name);
		buf_text(out, " (");
		put_shown(out, a->parents[i].kind);
		buf_text(out, ")\n");
	}
}

static void put_texts(struct plan *p, const struct plan_part *part, struct buf *out)
{
	const char *key = "Text";

	for (size_t i = 0; i < part->licenses.n; i++) {
		const enum notice_text_kind kinds[] = {NOTICE_LICENCE, NOTICE_POLICY};

		for (size_t k = 0; k < 2; k++) {
			const struct plan_text *t =
			    plan_find_text(p, part->artifact, kinds[k], part->licenses.at[i]);

			if (t == NULL && kinds[k] == NOTICE_POLICY)
				continue;
			put_key(out, key);
			key = "";
			put_shown(out, part->licenses.at[i]);
			buf_text(out, ": ");
			if (t == NULL) {
				buf_text(out, "not in hand\n");
				continue;
			}
			buf_printf(out, "%s (", t->path);
			put_sha256(out, &t->sha256);
			buf_text(out, ")\n");
		}
	}
}

static void put_duties(const struct plan_part *part, struct buf *out)
{
	for (size_t i = 0; i < part->n_duties; i++) {
		const struct ow_obligation *o = part->duties[i];

		put_key(out, i == 0 ? "Obligations" : "");
		put_shown(out, o->id);
		buf_text(out, " ");
		put_shown(out, o->license);
		buf_text(out, ", ");
		put_shown(out, o->clause);
		buf_text(out, ": ");
		put_shown(out, o->check);
		buf_text(out, "\n");
	}
}

static void put_part(struct plan *p, const struct plan_part *part, struct buf *out)
{
	const struct notice_component *c = part->component;

	buf_printf(out, "[%s]\n", part->label);
	put_line(out, "Role", c->role);
	put_files(part, out);
	put_origin(part->artifact, out);
	put_line(out, "Licence", c->effective);
	put_line(out, "Declared", c->declared);
	if (c->concluded != NULL)
		put_line(out, "Concluded", c->concluded);
	if (c->concluded_by != NULL)
		put_line(out, "Concluded by", c->concluded_by);
	for (size_t i = 0; i < part->lines.n; i++)
		put_line(out, i == 0 ? "Required line" : "", part->lines.at[i]);
	for (size_t i = 0; i < part->copyrights.n; i++)
		put_line(out, i == 0 ? "Copyright" : "", part->copyrights.at[i]);
	put_key(out, "Modified");
	if (part->change > 0)
		buf_printf(out, "yes, CHANGES.JSON, entry %zu\n", part->change);
	else
		buf_text(out, "no\n");
	put_texts(p, part, out);
	put_duties(part, out);
	buf_text(out, "\n");
}

/* Texts that no component has a licence for are told too: a file in LICENSES is never without a word. */
static void put_other_texts(struct plan *p, struct buf *out)
{
	const char *before = "";

	put_head(out, "Texts", '-');
	for (size_t i = 0; i < p->n_texts; i++) {
		const struct plan_text *t = &p->texts[i];

		if (t->path[0] == '\0')
			continue;
		if (strcmp(before, t->path) != 0)
			buf_printf(out, "%s\n", t->path);
		before = t->path;
		buf_text(out, "  ");
		put_shown(out, t->text->license);
		buf_printf(out, ", from %s: ", plan_name(p, t->artifact));
		put_shown(out, t->text->from);
		buf_text(out, "\n");
	}
	buf_text(out, "\n");
}

/* Credits to whom data comes from: what the dataset licences ask for beyond a copy. */
static void put_credits(struct plan *p, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < p->n_parts; i++) {
		const struct plan_part *part = &p->parts[i];
		bool credit = false;

		for (size_t k = 0; k < part->n_duties; k++) {
			enum duty d = plan_duty(part->duties[k]);

			credit = credit || d == DUTY_ATTR_CC || d == DUTY_DATA_ATTR;
		}
		if (!credit)
			continue;
		if (!any)
			put_head(out, "Credits", '-');
		any = true;
		put_line(out, "Of", part->label);
		put_line(out, "Source",
			 part->artifact->n_upstream > 0 ? part->artifact->upstream[0]
							: part->artifact->name);
		put_line(out, "Licence", part->component->effective);
		for (size_t k = 0; k < part->copyrights.n; k++)
			put_line(out, k == 0 ? "By" : "", part->copyrights.at[k]);
		put_line(out, "Changed", part->change > 0 ? "yes" : "no");
		buf_text(out, "\n");
	}
}

void write_index(struct plan *p, struct buf *out)
{
	const struct notice_facts *f = p->facts;

	put_head(out, "Notices of third parties", '=');
	buf_text(out, "  Bundle        ");
	put_shown(out, f->bundle);
	buf_text(out, "\n  From          ");
	put_shown(out, f->origin);
	buf_text(out, "\n  For           ");
	put_shown(out, f->destination);
	buf_text(out, "\n  Issued        ");
	put_time(out, f->issued);
	buf_text(out, "\n  Made by       ");
	put_shown(out, f->producer);
	buf_text(out, "\n\nThe licence texts are in LICENSES, byte by byte as they came with the "
		      "components; what must be told\nis in NOTICE.TXT, what was decided and why "
		      "in DECISION.JSON.\n\n");
	for (size_t i = 0; i < p->n_parts; i++)
		put_part(p, &p->parts[i], out);
	put_credits(p, out);
	put_other_texts(p, out);
}
