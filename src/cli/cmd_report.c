/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <string.h>

#include <owstore/artifact.h>

#include "base/err.h"
#include "base/mem.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licence_page.h"
#include "cli/licenses.h"
#include "cli/verb.h"
#include "os/fd.h"
#include "os/file.h"

struct report_opts {
	const char *out;
	struct opt_list licenses;
};

static const struct opt options[] = {
    {.name = "out",
     .letter = 'o',
     OPT_INTO(TEXT, struct report_opts, out),
     .arg = "FILE.html",
     .help = "write a page to print and file; a file that is there is not replaced"},
    OPT_LICENSES(struct report_opts, licenses),
    {0},
};

struct reporting {
	struct ctx *c;
	const struct ow_licenses *known;
	struct table *table;
	struct json artifacts;
	struct buf rows;
	struct licence_counts counts;
};

/* ---- one artifact --------------------------------------------------------------------------------------------- */

static void put_duties(struct json in, const struct ow_decision *d, const char *expression)
{
	struct json list = json_put_list(in, "obligations");

	for (size_t i = 0; i < d->n_obligations; i++) {
		const struct ow_obligation *o = &d->obligations[i];
		struct json one;

		if (!licence_has_duty(d, expression, o))
			continue;
		one = json_put_object(list, NULL);
		json_put_text(one, "id", o->id);
		json_put_text(one, "license", o->license);
		json_put_text(one, "clause", o->clause);
		json_put_text(one, "check", o->check);
		json_put_text(one, "status", o->met ? "met" : "unmet");
	}
}

/* "O-COPY, O-NOTICE-LINE!": with a mark at those that are not met. */
static void cell_duties(struct table *t, const struct ow_decision *d, const char *expression)
{
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < d->n_obligations; i++) {
		const struct ow_obligation *o = &d->obligations[i];

		if (licence_has_duty(d, expression, o))
			buf_printf(&b, "%s%s%s", b.n == 0 ? "" : " ", o->id, o->met ? "" : "!");
	}
	table_cell(t, "%s", b.n == 0 ? "-" : buf_str(&b));
}

static void tell_licences(struct reporting *r, const struct ow_artifact_row *a,
			  const struct ow_decision *d, struct json in)
{
	struct json list = json_put_list(in, "licenses");
	bool first = true;

	for (size_t i = 0; i < d->n_effective; i++) {
		const char *expression = d->effective[i].expression;
		struct json one, components;

		if (!licence_is_first(d, i))
			continue;
		one = json_put_object(list, NULL);
		json_put_text(one, "license", expression);
		components = json_put_list(one, "components");
		for (size_t k = i; k < d->n_effective; k++) {
			if (strcmp(d->effective[k].expression, expression) == 0)
				json_put_text(components, NULL, d->effective[k].component);
		}
		put_duties(one, d, expression);
		table_cell(r->table, "%s%s%s", first ? a->name : "", first ? "@" : "",
			   first ? a->version : "");
		table_cell(r->table, "%s", first ? ow_class_name(a->zone) : "");
		table_cell(r->table, "%s", first ? ow_class_name(d->ceiling) : "");
		table_cell(r->table, "%s", licence_shown(expression));
		cell_duties(r->table, d, expression);
		first = false;
	}
}

static int tell(void *ctx, const struct ow_artifact_row *a, struct ow_error *err)
{
	struct reporting *r = ctx;
	const struct ow_decide_opts opts = {
	    .licenses = r->known, .to = OW_CLASS_REDISTRIBUTABLE, .trust = verb_trust(r->c)};
	struct json one = json_put_object(r->artifacts, NULL);
	OW_AUTO(ow_decision_free) struct ow_decision *d = NULL;
	struct ow_events quiet = {0};
	struct ow_error why = {0};
	char ref[OW_ID_TEXT];

	json_put_text(one, "name", a->name);
	json_put_text(one, "version", a->version);
	json_put_id(one, "id", &a->id);
	json_put_text(one, "class", ow_class_name(a->zone));
	if (ow_decide(r->c->store, ow_id_text(&a->id, ref), &opts, &quiet, &d, &why) < 0) {
		if (why.code == OW_E_IO || why.code == OW_E_INTERNAL) {
			*err = why;
			return err->code;
		}
		json_put_text(one, "ceiling", NULL);
		json_put_text(one, "unjudged", why.text);
		table_cell(r->table, "%s@%s", a->name, a->version);
		table_cell(r->table, "%s", ow_class_name(a->zone));
		table_cell(r->table, "not known");
		table_cell(r->table, "%s", a->licence[0] != '\0' ? a->licence : "-");
		table_cell(r->table, "-");
		licence_page_unjudged(&r->rows, a, why.text, &r->counts);
		return 0;
	}
	json_put_text(one, "ceiling", ow_class_name(d->ceiling));
	tell_licences(r, a, d, one);
	licence_page_rows(&r->rows, a, d, &r->counts);
	return 0;
}

/* ---- the verb --------------------------------------------------------------------------------------------------- */

static int write_page(struct reporting *r, const char *path, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf page = {0};
	OW_AUTO(fd_close) int fd = -1;

	licence_page_write(&page, &r->rows, r->c->config.at[SETTING_STORE].value, &r->counts);
	if (buf_finish(&page, err) < 0)
		return err->code;
	fd = file_make_user(path, 0644, err);
	if (fd < 0 && err->sys == EEXIST)
		return err_hint(err,
				"a report never takes the place of a file; give it another name");
	if (fd < 0 || fd_write(fd, page.p, page.n, path, err) < 0)
		return err->code;
	return fd_sync(fd, path, err);
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct report_opts *o = options_given;
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = NULL;
	OW_AUTO(table_free)
	struct table *t =
	    table_new("~ARTIFACT", "CLASS", "CEILING", "~LICENCE", "~OBLIGATIONS", NULL);
	struct reporting r = {.c = c, .table = t};
	const struct ow_filter f = {.name = c->n_args > 0 ? c->args[0] : NULL, .zone = -1};
	int done;

	if (licenses_take(c, &o->licenses, &known, err) < 0)
		return err->code;
	r.known = known;
	r.artifacts = json_put_list(c->out.result, "artifacts");
	done = ow_artifact_list(c->store, &f, tell, &r, err);
	if (done == 0 && o->out != NULL)
		done = write_page(&r, o->out, err);
	buf_done(&r.rows);
	if (done < 0)
		return err->code;
	json_put_u64(c->out.result, "above_ceiling", r.counts.below);
	json_put_u64(c->out.result, "unmet", r.counts.unmet);
	json_put_u64(c->out.result, "unjudged", r.counts.unjudged);
	json_put_text(c->out.result, "report", o->out);
	out_table(&c->out, t);
	if (r.counts.artifacts == 0)
		out_styled(&c->out, OUT_DIM, "no artifact matches");
	if (r.counts.below > 0)
		out_line(&c->out, "%zu stand in a class above their ceiling.", r.counts.below);
	if (o->out != NULL)
		out_line(&c->out, "Written: %s", o->out);
	return 0;
}

const struct cmd cmd_report_licences = {
    .name = "report licences",
    .section = SECTION_POLICY,
    .summary = "tell which licences are where, and what they ask for",
    .synopsis = "[PATTERN]",
    .max_args = 1,
    .about =
	"Judges every artifact that you may read, or those that PATTERN names as in owstore ls, "
	"and "
	"prints one line for each licence of its components: the class in which it is, the ceiling "
	"(the highest class that any request may use, by what is on record), the licence with all "
	"that the lineage brings, and the obligations of handing it on to anybody. A ! marks those "
	"that nothing on record shows to be met.\n\n"
	"The page of --out opens from the file itself, loads nothing, and prints on A4, lying on "
	"its side. It is for information: nothing is promoted or refused by it.",
    .options = options,
    .options_size = sizeof(struct report_opts),
    .needs = NEEDS_STORE_READ | NEEDS_TRUST,
    .examples = {{"owstore report licences", "all of the store"},
		 {"owstore report licences --out licences.html 'meta-llama/*'",
		  "some of it, as a page"},
		 {"owstore report licences --json", "for programs"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_OK},
    .also = (const char *const[]){"decide", "ls", "license show", NULL},
    .run = run,
};
