/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "notice/plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/sorted.h"
#include "base/text.h"
#include "codec/digest.h"
#include "detect/notices.h"
#include "notice/harvest.h"
#include "notice/put.h"
#include "policy/case.h"

void plan_done(struct plan *p)
{
	arena_done(&p->arena);
}

/* ---- order ------------------------------------------------------------------------------------------------ */

static int artifact_order(const void *a, const void *b)
{
	const struct notice_artifact *x = *(const struct notice_artifact *const *)a,
				     *y = *(const struct notice_artifact *const *)b;
	int r = strcmp(x->name, y->name);

	if (r == 0)
		r = strcmp(x->version, y->version);
	return r != 0 ? r : memcmp(&x->id, &y->id, sizeof x->id);
}

/* Weights, adapters, tokenizers, data, programs, and the rest. */
static unsigned rank(const char *role)
{
	static const unsigned ranks[ROLE_NONE + 1] = {
	    [ROLE_WEIGHTS] = 0,        [ROLE_EMBEDDING_MODEL] = 0,
	    [ROLE_SAFETY_FILTER] = 0,  [ROLE_ADAPTER] = 1,
	    [ROLE_TOKENIZER] = 2,      [ROLE_CONFIG] = 3,
	    [ROLE_CHAT_TEMPLATE] = 3,  [ROLE_DATASET] = 4,
	    [ROLE_EVAL_DATA] = 4,      [ROLE_RETRIEVAL_INDEX] = 4,
	    [ROLE_PROMPT_PACK] = 4,    [ROLE_RUNTIME_BINARY] = 5,
	    [ROLE_KERNEL] = 5,         [ROLE_CODE] = 6,
	    [ROLE_CONVERTER_TOOL] = 6, [ROLE_DOCUMENT] = 7,
	    [ROLE_NONE] = 7,
	};
	unsigned r = ROLE_NONE;

	return word_find(role_words, role, &r) ? ranks[r] : ranks[ROLE_NONE];
}

static int part_order(const void *a, const void *b)
{
	const struct plan_part *x = a, *y = b;
	unsigned i = rank(x->component->role), k = rank(y->component->role);

	return i != k ? (i < k ? -1 : 1) : strcmp(x->label, y->label);
}

static int file_order(const void *a, const void *b)
{
	const struct notice_file *x = *(const struct notice_file *const *)a,
				 *y = *(const struct notice_file *const *)b;
	int r = strcmp(x->path, y->path);

	return r != 0 ? r : memcmp(&x->id, &y->id, sizeof x->id);
}

static int label_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* ---- texts ------------------------------------------------------------------------------------------------ */

static int same_word(const char *a, const char *b)
{
	return a == NULL || b == NULL ? (a != NULL) - (b != NULL) : strcasecmp(a, b);
}

/* Kind, licence and digest make the file; the artifact only tells whose it is. */
static int text_group(const struct plan_text *x, const struct plan_text *y)
{
	if (x->text->kind != y->text->kind)
		return x->text->kind < y->text->kind ? -1 : 1;
	return same_word(x->text->license, y->text->license);
}

static int text_order_by(const void *a, const void *b)
{
	const struct plan_text *x = a, *y = b;
	int r = text_group(x, y);

	if (r == 0)
		r = memcmp(&x->sha256, &y->sha256, sizeof x->sha256);
	if (r == 0)
		r = artifact_order(&x->artifact, &y->artifact);
	return r != 0 ? r : strcmp(x->text->from, y->text->from);
}

/* One name for everything that the profiles know under several. */
static const char *canonical(const struct plan *p, const char *id)
{
	const struct license *l = id == NULL ? NULL : license_find(p->facts->set, id);

	return l == NULL ? id : l->id;
}

/* The first text of a licence has its name; others, with the copyright lines of other works, 8 digits more. */
static int name_texts(struct plan *p, struct ow_error *err)
{
	const struct plan_text *first = NULL, *before = NULL;

	for (size_t i = 0; i < p->n_texts; i++) {
		struct plan_text *t = &p->texts[i];
		const char *id = canonical(p, t->text->license);
		char hex[OW_ID_HEX];

		if (t->text->kind == NOTICE_UPSTREAM)
			continue;
		if (first == NULL || text_group(first, t) != 0)
			first = t;
		if (t->text->kind == NOTICE_POLICY)
			id = arena_printf(&p->arena, "%s-AUP", id);
		if (!ow_id_equal(&first->sha256, &t->sha256))
			id = arena_printf(&p->arena, "%s-%.8s", id, ow_id_hex(&t->sha256, hex));
		if (names_licence(id, t->path, err) < 0)
			return err->code;
		if (before != NULL && strcmp(before->path, t->path) == 0 &&
		    !ow_id_equal(&before->sha256, &t->sha256))
			return err_set(err, OW_E_INTERNAL, "two licence texts have the name %s",
				       t->path);
		before = t;
	}
	return arena_finish(&p->arena, err);
}

static int plan_texts(struct plan *p, struct ow_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < p->facts->n_artifacts; i++)
		n += p->facts->artifacts[i].n_texts;
	p->texts = arena_array(&p->arena, n, sizeof *p->texts, err);
	if (p->texts == NULL)
		return err->code;
	for (size_t i = 0; i < p->facts->n_artifacts; i++) {
		const struct notice_artifact *a = &p->facts->artifacts[i];

		for (size_t k = 0; k < a->n_texts; k++) {
			struct plan_text *t = &p->texts[p->n_texts++];

			*t = (struct plan_text){.text = &a->texts[k], .artifact = a};
			if (digest_bytes(t->text->bytes.p, t->text->bytes.n, &t->sha256, err) < 0 ||
			    harvest_copyrights(t->text->bytes, &p->arena, &t->copyrights, err) < 0)
				return err->code;
		}
	}
	if (n > 1)
		qsort(p->texts, n, sizeof *p->texts, text_order_by);
	return name_texts(p, err);
}

static struct plan_text *find_text(const struct plan *p, const struct notice_artifact *a,
				   enum notice_text_kind kind, const char *license)
{
	struct plan_text *other = NULL;
	const char *id = canonical(p, license);

	for (size_t i = 0; i < p->n_texts; i++) {
		struct plan_text *t = &p->texts[i];

		if (t->text->kind != kind || same_word(canonical(p, t->text->license), id) != 0)
			continue;
		if (t->artifact == a)
			return t;
		other = other == NULL ? t : other;
	}
	return other;
}

const struct plan_text *plan_find_text(const struct plan *p, const struct notice_artifact *a,
				       enum notice_text_kind kind, const char *license)
{
	return find_text(p, a, kind, license);
}

/* ---- components ------------------------------------------------------------------------------------------- */

const char *plan_name(struct plan *p, const struct notice_artifact *a)
{
	OW_AUTO(buf_done) struct buf b = {0};

	put_shown(&b, a->name);
	buf_text(&b, "@");
	put_shown(&b, a->version);
	return arena_text(&p->arena, buf_str(&b), b.n);
}

static const char *label_of(struct plan *p, const struct notice_artifact *a, const char *id)
{
	OW_AUTO(buf_done) struct buf b = {0};

	put_shown(&b, id);
	return arena_printf(&p->arena, "%s: %s", plan_name(p, a), buf_str(&b));
}

/* The licences that an expression names; what cannot be read is one by itself. */
static int licenses_of(struct plan *p, const char *expression, struct texts *out,
		       struct ow_error *err)
{
	struct ow_error unread = {0};
	OW_AUTO(mem_free) struct expr *e = NULL;

	*out = (struct texts){0};
	if (expression == NULL)
		return 0;
	e = MEM_NEW(struct expr, err);
	if (e == NULL)
		return err->code;
	if (expr_parse(expression, e, &unread) < 0) {
		e->n_leaves = 0;
		out->n = 1;
	}
	out->at = arena_array(&p->arena, e->n_leaves + 1, sizeof *out->at, err);
	if (out->at == NULL)
		return err->code;
	out->at[0] = expression;
	for (size_t i = 0; i < e->n_leaves; i++) {
		const char *id = e->leaves[i].id;

		if (strcasecmp(id, "NONE") != 0 && strcasecmp(id, "NOASSERTION") != 0)
			out->at[out->n++] = canonical(p, arena_text(&p->arena, id, strlen(id)));
	}
	return 0;
}

enum duty plan_duty(const struct ow_obligation *o)
{
	enum duty d;

	return duty_find(o->id, &d) ? d : DUTIES;
}

static int duty_order(const void *a, const void *b)
{
	const struct ow_obligation *x = *(const struct ow_obligation *const *)a,
				   *y = *(const struct ow_obligation *const *)b;
	int r = strcmp(x->component, y->component);

	if (r == 0)
		r = strcmp(x->id, y->id);
	return r != 0 ? r : strcmp(x->license, y->license);
}

static int of_component(const void *id, const void *obligation)
{
	return strcmp(id, (*(const struct ow_obligation *const *)obligation)->component);
}

/* Give the parts of an artifact their obligations; none may be left. */
static int share_duties(struct plan *p, const struct notice_artifact *a, struct plan_part *parts,
			struct ow_error *err)
{
	const struct ow_decision *d = a->decision;
	size_t n = d == NULL ? 0 : d->n_obligations, shared = 0;
	const struct ow_obligation **sorted = arena_array(&p->arena, n, sizeof(void *), err);

	if (sorted == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &d->obligations[i];
	if (n > 1)
		qsort(sorted, n, sizeof(void *), duty_order);
	for (size_t k = 0; k < a->n_components; k++) {
		const char *id = a->components[k].id;

		parts[k].duties = sorted + sorted_run(id, sorted, n, sizeof(void *), of_component,
						      &parts[k].n_duties);
		shared += parts[k].n_duties;
	}
	return shared == n ? 0
			   : err_set(err, OW_E_USAGE,
				     "%s@%s: %zu obligations, %zu of them of its components",
				     a->name, a->version, n, shared);
}

/* The line that a licence wants, from its text or from a NOTICE file that came along. */
static int wanted_line(struct plan *p, const struct notice_artifact *a, const char *license,
		       const char **out, struct ow_error *err)
{
	struct plan_text *t = find_text(p, a, NOTICE_LICENCE, license);
	OW_AUTO(buf_done) struct buf line = {0};
	int r = 0;

	*out = t == NULL ? NULL : t->line;
	if (t != NULL && t->line_known)
		return 0;
	if (t != NULL)
		r = notice_wanted((const char *)t->text->bytes.p, t->text->bytes.n, license, &line,
				  err);
	for (size_t i = 0; i < a->n_texts && r == 0; i++) {
		const struct notice_text *n = &a->texts[i];

		if (n->kind == NOTICE_UPSTREAM)
			r = notice_wanted((const char *)n->bytes.p, n->bytes.n, license, &line,
					  err);
	}
	if (r > 0)
		*out = arena_text(&p->arena, (const char *)line.p, line.n);
	if (t != NULL) {
		t->line = *out;
		t->line_known = true;
	}
	return r < 0 ? r : 0;
}

static bool is_of(const struct plan *p, const struct plan_text *t, const struct plan_part *part)
{
	if (t->text->kind == NOTICE_UPSTREAM)
		return t->artifact == part->artifact;
	for (size_t i = 0; i < part->licenses.n && t->text->kind == NOTICE_LICENCE; i++) {
		if (same_word(canonical(p, t->text->license), part->licenses.at[i]) == 0)
			return t->artifact == part->artifact ||
			       plan_find_text(p, part->artifact, NOTICE_LICENCE,
					      t->text->license) == t;
	}
	return false;
}

static int part_lines(struct plan *p, struct plan_part *part, struct ow_error *err)
{
	const char *line = NULL;
	size_t n = 0;

	part->lines.at = arena_array(&p->arena, part->n_duties, sizeof *part->lines.at, err);
	if (part->lines.at == NULL)
		return err->code;
	for (size_t i = 0; i < part->n_duties; i++) {
		if (plan_duty(part->duties[i]) != DUTY_NOTICE_LINE)
			continue;
		if (wanted_line(p, part->artifact, part->duties[i]->license, &line, err) < 0)
			return err->code;
		if (line != NULL)
			(void)harvest_add(&part->lines, part->n_duties, line);
	}
	for (size_t i = 0; i < p->n_texts; i++)
		n += is_of(p, &p->texts[i], part) ? p->texts[i].copyrights.n : 0;
	part->copyrights.at = arena_array(&p->arena, n, sizeof *part->copyrights.at, err);
	if (part->copyrights.at == NULL)
		return err->code;
	for (size_t i = 0; i < p->n_texts; i++) {
		const struct plan_text *t = &p->texts[i];

		for (size_t k = 0; k < t->copyrights.n && is_of(p, t, part); k++)
			(void)harvest_add(&part->copyrights, n, t->copyrights.at[k]);
	}
	return 0;
}

static int part_files(struct plan *p, struct plan_part *part, struct ow_error *err)
{
	size_t n = part->component->n_files;

	part->files = arena_array(&p->arena, n, sizeof(void *), err);
	if (part->files == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++)
		part->files[i] = &part->component->files[i];
	if (n > 1)
		qsort(part->files, n, sizeof(void *), file_order);
	return 0;
}

static int check_labels(struct plan *p, struct ow_error *err)
{
	const char **labels = arena_array(&p->arena, p->n_parts, sizeof *labels, err);

	if (labels == NULL)
		return err->code;
	for (size_t i = 0; i < p->n_parts; i++)
		labels[i] = p->parts[i].label;
	if (p->n_parts > 1)
		qsort(labels, p->n_parts, sizeof *labels, label_order);
	for (size_t i = 1; i < p->n_parts; i++) {
		if (strcmp(labels[i - 1], labels[i]) == 0)
			return err_set(err, OW_E_USAGE, "the component %s is there twice",
				       labels[i]);
	}
	return 0;
}

static int plan_parts(struct plan *p, struct ow_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < p->facts->n_artifacts; i++)
		n += p->facts->artifacts[i].n_components;
	p->parts = arena_array(&p->arena, n, sizeof *p->parts, err);
	if (p->parts == NULL)
		return err->code;
	for (size_t i = 0; i < p->facts->n_artifacts; i++) {
		const struct notice_artifact *a = p->artifacts[i];

		for (size_t k = 0; k < a->n_components; k++)
			p->parts[p->n_parts++] =
			    (struct plan_part){.artifact = a,
					       .component = &a->components[k],
					       .label = label_of(p, a, a->components[k].id)};
		if (share_duties(p, a, p->parts + p->n_parts - a->n_components, err) < 0)
			return err->code;
	}
	if (n > 1)
		qsort(p->parts, n, sizeof *p->parts, part_order);
	if (check_labels(p, err) < 0)
		return err->code;
	n = 0;
	for (size_t i = 0; i < p->n_parts; i++) {
		struct plan_part *part = &p->parts[i];

		part->change = part->component->modified ? ++n : 0;
		if (part_files(p, part, err) < 0 ||
		    licenses_of(p, part->component->effective, &part->licenses, err) < 0 ||
		    part_lines(p, part, err) < 0)
			return err->code;
	}
	return arena_finish(&p->arena, err);
}

static int make(const struct notice_facts *facts, struct plan *p, struct ow_error *err)
{
	p->facts = facts;
	p->artifacts = arena_array(&p->arena, facts->n_artifacts, sizeof(void *), err);
	if (p->artifacts == NULL)
		return err->code;
	for (size_t i = 0; i < facts->n_artifacts; i++)
		p->artifacts[i] = &facts->artifacts[i];
	if (facts->n_artifacts > 1)
		qsort(p->artifacts, facts->n_artifacts, sizeof(void *), artifact_order);
	return plan_texts(p, err) < 0 ? err->code : plan_parts(p, err);
}

int plan_make(const struct notice_facts *facts, struct plan *p, struct ow_error *err)
{
	OW_AUTO(plan_done) struct plan made = {0};

	if (make(facts, &made, err) < 0)
		return err->code;
	*p = MOVE(made);
	return 0;
}
