/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "notice/check.h"

#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "notice/blocks.h"
#include "notice/bom.h"
#include "notice/put.h"

struct checking {
	struct plan p;
	const struct notice_set *built;
	struct blocks index, notice, restricted, display;
	notice_gap_fn gap;
	void *ctx;
};

static void checking_done(struct checking *c)
{
	plan_done(&c->p);
	blocks_done(&c->index);
	blocks_done(&c->notice);
	blocks_done(&c->restricted);
	blocks_done(&c->display);
}
OW_DEFINE_AUTO_DONE(struct checking, checking_done)

/* The bytes of a file; an empty view where it is not there. */
static struct ow_view bytes_of(const struct checking *c, const char *path)
{
	const struct notice_output *o = notice_set_find(c->built, path);

	return o == NULL ? (struct ow_view){0} : o->bytes;
}

static int broken(const char *path, const char *label, const char *what, struct ow_error *err)
{
	return err_set(err, OW_E_INTEGRITY, "%s: %s %s", path, label, what);
}

/* ---- what somebody must supply -------------------------------------------------------------------------------- */

static int tell(struct checking *c, const struct plan_part *part, const char *license,
		const char *duty, const char *what, const char *supply, struct ow_error *err)
{
	const struct notice_gap g = {.artifact = part->artifact,
				     .component = part->component->id,
				     .license = license,
				     .duty = duty,
				     .what = what,
				     .supply = supply};

	if (arena_finish(&c->p.arena, err) < 0)
		return err->code;
	return c->gap(c->ctx, &g, err);
}

static int tell_text(struct checking *c, const struct plan_part *part, const char *license,
		     const char *duty, const char *of, struct ow_error *err)
{
	return tell(c, part, license, duty,
		    arena_printf(&c->p.arena, "the text of %s%s is not in hand", license, of),
		    arena_printf(&c->p.arena,
				 "a file %s with the text of %s%s as its licensor "
				 "gives it",
				 of[0] == '\0' ? "LICENSE" : "USE_POLICY", license, of),
		    err);
}

/* Is this text on the medium, byte by byte? < 0: it is there and is another. */
static int text_there(const struct checking *c, const struct plan_text *t, struct ow_error *err)
{
	const struct notice_output *o = notice_set_find(c->built, t->path);
	struct ow_id id;

	if (o == NULL)
		return broken(t->path, "the text", "is missing", err);
	if (digest_bytes(o->bytes.p, o->bytes.n, &id, err) < 0)
		return err->code;
	return ow_id_equal(&id, &t->sha256)
		   ? 0
		   : broken(t->path, "the text", "is not the one that was chosen", err);
}

static int check_text(struct checking *c, const struct plan_part *part, const char *license,
		      enum notice_text_kind kind, const char *duty, struct ow_error *err)
{
	const struct plan_text *t = plan_find_text(&c->p, part->artifact, kind, license);

	if (t != NULL)
		return text_there(c, t, err);
	return tell_text(c, part, license, duty, kind == NOTICE_POLICY ? "'s use policy" : "", err);
}

/* ---- obligations --------------------------------------------------------------------------------------------- */

static bool block_holds(const struct blocks *b, const char *label, const struct buf *wanted)
{
	size_t n;
	const struct block *block = blocks_find(b, label, &n);

	return block != NULL && view_holds(block->body, wanted->p, wanted->n);
}

static int holds_lines(struct checking *c, const struct plan_part *part, const struct texts *lines,
		       struct ow_error *err)
{
	for (size_t i = 0; i < lines->n; i++) {
		OW_AUTO(buf_done) struct buf line = {0};

		buf_text(&line, "  ");
		put_shown(&line, lines->at[i]);
		buf_text(&line, "\n");
		if (buf_finish(&line, err) < 0)
			return err->code;
		if (!block_holds(&c->notice, part->label, &line))
			return broken(NOTICE_TXT, part->label, "lacks one of its lines", err);
	}
	return 0;
}

static bool has_upstream(const struct notice_artifact *a)
{
	for (size_t i = 0; i < a->n_texts; i++) {
		if (a->texts[i].kind == NOTICE_UPSTREAM)
			return true;
	}
	return false;
}

/* The whole of each NOTICE file that came along, line by line in its place. */
static int check_upstream(struct checking *c, struct ow_error *err)
{
	const struct ow_view notice = bytes_of(c, NOTICE_TXT);

	for (size_t i = 0; i < c->p.n_texts; i++) {
		const struct plan_text *t = &c->p.texts[i];
		OW_AUTO(buf_done) struct buf lines = {0};

		if (t->text->kind != NOTICE_UPSTREAM)
			continue;
		put_verbatim(&lines, "    ", t->text->bytes);
		if (buf_finish(&lines, err) < 0)
			return err->code;
		if (!view_holds(notice, lines.p, lines.n))
			return broken(NOTICE_TXT, t->text->from, "is not in it whole", err);
	}
	return 0;
}

/* Its line in a file for the recipient. */
static int check_block(const struct blocks *b, const char *path, const struct ow_obligation *o,
		       struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf label = {0};
	size_t n;

	put_shown(&label, o->license);
	if (buf_finish(&label, err) < 0)
		return err->code;
	return blocks_find(b, buf_str(&label), &n) != NULL
		   ? 0
		   : broken(path, o->license, "is missing", err);
}

static int check_evidence(struct checking *c, const struct plan_part *part,
			  const struct ow_obligation *o, struct ow_error *err)
{
	if (o->met)
		return 0;
	return tell(c, part, o->license, o->id,
		    arena_printf(&c->p.arena, "nothing shows %s", o->check),
		    arena_printf(&c->p.arena, "evidence for %s", o->id), err);
}

/* A line that is wanted but not known is looked for in no text; a NOTICE file that came along will have it. */
static int check_notice_line(struct checking *c, const struct plan_part *part,
			     const struct ow_obligation *o, struct ow_error *err)
{
	if (part->lines.n > 0 || has_upstream(part->artifact))
		return 0;
	return tell(c, part, o->license, o->id,
		    arena_printf(&c->p.arena, "the attribution line that %s asks for is not known",
				 o->license),
		    "a file NOTICE with that line", err);
}

static int check_duty(struct checking *c, const struct plan_part *part,
		      const struct ow_obligation *o, struct ow_error *err)
{
	switch (plan_duty(o)) {
	case DUTY_COPY:
		return check_text(c, part, o->license, NOTICE_LICENCE, o->id, err);
	case DUTY_AUP:
		return check_text(c, part, o->license, NOTICE_POLICY, o->id, err);
	case DUTY_NOTICE_LINE:
		return check_notice_line(c, part, o, err);
	case DUTY_NOTICE_FILE:
		return has_upstream(part->artifact)
			   ? 0
			   : tell(c, part, o->license, o->id, "the NOTICE file is not in hand",
				  "the file NOTICE of the original", err);
	case DUTY_COPYRIGHT: /* what the texts have was looked for already */
		return 0;
	case DUTY_CHANGES:
		return part->change > 0 ? 0 : check_evidence(c, part, o, err);
	case DUTY_PASSTHRU:
		if (check_block(&c->restricted, NOTICE_RESTRICT, o, err) < 0)
			return err->code;
		return check_evidence(c, part, o, err);
	case DUTY_NAME:
	case DUTY_DISPLAY:
		if (check_block(&c->display, NOTICE_DISPLAY, o, err) < 0)
			return err->code;
		return check_evidence(c, part, o, err);
	case DUTY_ATTR_CC:
	case DUTY_DATA_ATTR: /* the credits of NOTICES.TXT */
		return 0;
	case DUTY_CHANGEDOC:
	case DUTY_SOURCE:
	case DUTY_RELINK:
	case DUTY_SHAREALIKE:
	case DUTY_NOENDORSE:
	case DUTY_REGISTER:
	case DUTY_AGREEMENT:
	case DUTY_UPDATE:
	case DUTIES:
		break;
	}
	return check_evidence(c, part, o, err);
}

/* Every obligation has its line in NOTICES.TXT. */
static int check_duty_line(struct checking *c, const struct plan_part *part,
			   const struct ow_obligation *o, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf line = {0};

	put_shown(&line, o->id);
	buf_text(&line, " ");
	put_shown(&line, o->license);
	buf_text(&line, ", ");
	put_shown(&line, o->clause);
	buf_text(&line, ": ");
	if (buf_finish(&line, err) < 0)
		return err->code;
	return block_holds(&c->index, part->label, &line)
		   ? 0
		   : broken(NOTICE_INDEX, part->label, "lacks one of its obligations", err);
}

/* ---- components ----------------------------------------------------------------------------------------------- */

static int check_part(struct checking *c, const struct plan_part *part, struct ow_error *err)
{
	size_t n;

	if (blocks_find(&c->index, part->label, &n) == NULL || n != 1)
		return broken(NOTICE_INDEX, part->label, n == 0 ? "is missing" : "is there twice",
			      err);
	if (holds_lines(c, part, &part->lines, err) < 0 ||
	    holds_lines(c, part, &part->copyrights, err) < 0)
		return err->code;
	if (part->change > 0 && blocks_find(&c->notice, part->label, &n) == NULL)
		return broken(NOTICE_TXT, part->label, "is not said to be changed", err);
	if (part->licenses.n == 0 && strcmp(part->component->role, "document") != 0 &&
	    tell(c, part, "", "", "its licence is not known", "a file LICENSE, or a conclusion",
		 err) < 0)
		return err->code;
	for (size_t i = 0; i < part->licenses.n; i++) {
		if (check_text(c, part, part->licenses.at[i], NOTICE_LICENCE, "", err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < part->n_duties; i++) {
		if (check_duty_line(c, part, part->duties[i], err) < 0 ||
		    check_duty(c, part, part->duties[i], err) < 0)
			return err->code;
	}
	return 0;
}

static int check_labels(const struct checking *c, struct ow_error *err)
{
	if (c->index.n != c->p.n_parts)
		return err_set(err, OW_E_INTEGRITY, "%s tells of %zu components, there are %zu",
			       NOTICE_INDEX, c->index.n, c->p.n_parts);
	for (size_t i = 0; i < c->built->n; i++) {
		const char *path = c->built->at[i].path;
		OW_AUTO(buf_done) struct buf line = {0};

		if (strncmp(path, "LICENSES/", 9) != 0)
			continue;
		buf_printf(&line, "\n%s\n", path);
		if (buf_finish(&line, err) < 0)
			return err->code;
		if (!view_holds(bytes_of(c, NOTICE_INDEX), line.p, line.n))
			return broken(NOTICE_INDEX, path, "is not told", err);
	}
	return 0;
}

/* ---- records and SBOMs ------------------------------------------------------------------------------------------ */

/* The list of a JSON file has so many items. */
static int check_list(const struct checking *c, const char *path, const char *list, size_t n,
		      struct ow_error *err)
{
	OW_AUTO(json_done) struct json_t *root = NULL;
	struct ow_view bytes = bytes_of(c, path);

	if (json_parse_upto(bytes.p, bytes.n, 16, SBOM_VALUES_MAX, &root, err) < 0)
		return err_file(err, path);
	return json_is_list(json_get(root, list)) && json_count(json_get(root, list)) == n
		   ? 0
		   : err_set(err, OW_E_INTEGRITY, "%s: %zu %s, there are %zu", path,
			     json_count(json_get(root, list)), list, n);
}

static int check_bom(struct checking *c, const struct bom *wanted, const char *path,
		     int (*reader)(const void *p, size_t n, struct bom *b, struct ow_error *err),
		     struct ow_error *err)
{
	OW_AUTO(bom_done) struct bom found = {0};
	struct ow_view bytes = bytes_of(c, path);
	struct ow_error why = {0};

	if (reader(bytes.p, bytes.n, &found, &why) < 0)
		return err_set(err, why.code == OW_E_IO ? OW_E_IO : OW_E_INTEGRITY, "%s: %s", path,
			       why.text);
	if (bom_compare(wanted, &found, path, &why) < 0)
		return err_set(err, OW_E_INTEGRITY, "%s", why.text);
	return 0;
}

static int check_records(struct checking *c, struct ow_error *err)
{
	OW_AUTO(bom_done) struct bom wanted = {0};
	size_t changes = 0;

	for (size_t i = 0; i < c->p.n_parts; i++)
		changes += c->p.parts[i].change > 0;
	if (check_list(c, NOTICE_CHANGES, "changes", changes, err) < 0 ||
	    check_list(c, NOTICE_DECISION, "artifacts", c->p.facts->n_artifacts, err) < 0 ||
	    bom_make(&c->p, &wanted, err) < 0 ||
	    check_bom(c, &wanted, NOTICE_SPDX, bom_read_spdx, err) < 0)
		return err->code;
	return check_bom(c, &wanted, NOTICE_CDX, bom_read_cdx, err);
}

static int check_there(const struct checking *c, struct ow_error *err)
{
	static const char *const always[] = {NOTICE_TXT,      NOTICE_INDEX, NOTICE_CHANGES,
					     NOTICE_DECISION, NOTICE_SPDX,  NOTICE_CDX};

	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
		if (notice_set_find(c->built, always[i]) == NULL)
			return err_set(err, OW_E_INTEGRITY, "%s is missing", always[i]);
	}
	return 0;
}

int notice_check(const struct notice_facts *facts, const struct notice_set *built,
		 notice_gap_fn gap, void *ctx, struct ow_error *err)
{
	OW_AUTO(checking_done) struct checking c = {.built = built, .gap = gap, .ctx = ctx};

	if (plan_make(facts, &c.p, err) < 0 || check_there(&c, err) < 0 ||
	    blocks_read(bytes_of(&c, NOTICE_INDEX), &c.index, err) < 0 ||
	    blocks_read(bytes_of(&c, NOTICE_TXT), &c.notice, err) < 0 ||
	    blocks_read(bytes_of(&c, NOTICE_RESTRICT), &c.restricted, err) < 0 ||
	    blocks_read(bytes_of(&c, NOTICE_DISPLAY), &c.display, err) < 0 ||
	    check_labels(&c, err) < 0 || check_upstream(&c, err) < 0 || check_records(&c, err) < 0)
		return err->code;
	for (size_t i = 0; i < c.p.n_parts; i++) {
		if (check_part(&c, &c.p.parts[i], err) < 0)
			return err->code;
	}
	return 0;
}
