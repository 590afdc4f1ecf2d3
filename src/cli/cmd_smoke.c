/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/smoke.h>

#include "base/err.h"
#include "base/time.h"
#include "cli/cmds.h"
#include "cli/infer_opts.h"
#include "cli/table.h"
#include "cli/verb.h"

struct smoke_opts {
	const char *golden, *file;
	bool no_golden;
	struct infer_opts infer;
};

static const struct smoke_opts defaults = {.infer.timeout = 3600};

static const struct opt options[] = {
    {.name = "golden",
     OPT_INTO(TEXT, struct smoke_opts, golden),
     .arg = "FILE",
     .help = "compare with this golden; nobody looks at its signatures"},
    {.name = "no-golden",
     OPT_INTO(FLAG, struct smoke_opts, no_golden),
     .help = "look at the model alone"},
    MODEL_OPTION(struct smoke_opts),
    INFER_OPTIONS(struct smoke_opts),
    {0},
};

static void show_verdict(struct ctx *c, const struct ow_smoke_report *r, bool no_golden)
{
	bool good = r->verdict == OW_SMOKE_IDENTICAL || r->verdict == OW_SMOKE_PLAUSIBLE;
	const char *name = c->args[0];

	json_put_text(c->out.result, "verdict", ow_smoke_verdict_name(r->verdict));
	switch (r->verdict) {
	case OW_SMOKE_IDENTICAL:
		out_styled(&c->out, OUT_GOOD,
			   "IDENTICAL  %s: all %llu results are those of the golden, bit for bit",
			   name, (unsigned long long)r->n_compared);
		break;
	case OW_SMOKE_DIFFERS:
		out_styled(&c->out, OUT_BAD, "DIFFERS  %s: %llu of %llu results", name,
			   (unsigned long long)r->n_differing, (unsigned long long)r->n_compared);
		break;
	case OW_SMOKE_PLAUSIBLE:
	case OW_SMOKE_DEGENERATE:
		out_styled(&c->out, good ? OUT_GOOD : OUT_BAD, "%s  %s%s%s",
			   good ? "PLAUSIBLE" : "DEGENERATE", name, good ? "" : ": ", r->why);
		out_line(&c->out, no_golden ? "  Nothing was compared (--no-golden)."
					    : "  There is no golden: nothing was compared.");
		break;
	}
	json_put_text(c->out.result, "why", r->why[0] != '\0' ? r->why : NULL);
}

/* The likeliest ids of both at the first difference, side by side. */
static void show_difference(struct ctx *c, const struct ow_smoke_report *r)
{
	OW_AUTO(table_free)
	struct table *t = table_new(">RANK", ">GOLDEN ID", ">VALUE", ">HERE ID", ">VALUE", NULL);
	const struct ow_smoke_difference *d = &r->first;
	struct json j = json_put_object(c->out.result, "difference"), list;

	json_put_bool(j, "in_text", d->in_text);
	if (d->in_text) {
		out_line(&c->out, "  first in the fixed text, after all prompts were the same");
		return;
	}
	json_put_u64(j, "prompt", d->prompt);
	json_put_u64(j, "step", d->step);
	json_put_u64(j, "position", d->position);
	out_line(&c->out, "  first in prompt %zu, step %zu (after %zu tokens)%s", d->prompt,
		 d->step, d->position,
		 d->n_got == 0    ? ": here it gives no numbers"
		 : d->n_want == 0 ? ": the golden ends before"
				  : "");
	list = json_put_list(j, "top");
	for (size_t i = 0; i < d->n_want || i < d->n_got; i++) {
		struct json one = json_put_object(list, NULL);

		table_cell(t, "%zu", i + 1);
		if (i < d->n_want) {
			json_put_u64(one, "golden_id", d->want[i].id);
			json_put_real(one, "golden_value", (double)d->want[i].value);
			table_cell(t, "%u", d->want[i].id);
			table_cell(t, "%a", (double)d->want[i].value);
		} else {
			table_cell(t, "-");
			table_cell(t, "-");
		}
		if (i < d->n_got) {
			json_put_u64(one, "id", d->got[i].id);
			json_put_real(one, "value", (double)d->got[i].value);
			table_cell(t, "%u", d->got[i].id);
			table_cell(t, "%a", (double)d->got[i].value);
		} else {
			table_cell(t, "-");
			table_cell(t, "-");
		}
	}
	out_table(&c->out, t);
}

static void show_golden(struct ctx *c, const struct ow_smoke_report *r)
{
	struct json j = c->out.result;
	char when[TIME_TEXT], id[OW_ID_TEXT];

	json_put_bool(j, "compared", r->compared);
	if (!r->compared)
		return;
	j = json_put_object(j, "golden");
	json_put_id(j, "id", &r->golden);
	json_put_text(j, "recorded", time_text(r->golden_time, when));
	json_put_text(j, "origin", r->golden_origin[0] != '\0' ? r->golden_origin : NULL);
	json_put_text(j, "cpu", r->golden_cpu);
	json_put_text(j, "isa", r->golden_isa);
	json_put_u64(c->out.result, "results", r->n_compared);
	json_put_u64(c->out.result, "differing", r->n_differing);
	out_line(&c->out, "  golden      %s", ow_id_text(&r->golden, id));
	out_line(&c->out, "              recorded %s on %s (%s)", when, r->golden_cpu,
		 r->golden_isa);
	if (r->golden_origin[0] != '\0')
		out_line(&c->out, "              signed by release keys of %s", r->golden_origin);
	else
		out_line(&c->out, "              its signatures were not looked at");
}

static void show_likelihood(struct ctx *c, const struct ow_smoke_report *r)
{
	if (r->nll == 0)
		return;
	json_put_u64(c->out.result, "nll_micronats", r->nll);
	if (r->compared && r->golden_nll != r->nll) {
		json_put_u64(c->out.result, "golden_nll_micronats", r->golden_nll);
		out_line(&c->out,
			 "  likelihood  %.6f nats a token of a plain English text, golden %.6f",
			 (double)r->nll / 1e6, (double)r->golden_nll / 1e6);
		return;
	}
	out_line(&c->out, "  likelihood  %.3f nats a token of a plain English text",
		 (double)r->nll / 1e6);
}

static void show_said(struct ctx *c, const struct ow_smoke_report *r)
{
	struct json list = json_put_list(c->out.result, "said");

	for (size_t i = 0; i < r->n_said; i++) {
		const struct ow_smoke_said *s = &r->said[i];
		struct json one = json_put_object(list, NULL);

		json_put_view(one, "prompt", (struct ow_view){s->prompt, s->n_prompt});
		json_put_view(one, "text", (struct ow_view){s->text, s->n_text});
		out_part(&c->out, "  says        ", 14);
		out_part(&c->out, s->prompt, s->n_prompt);
		out_part(&c->out, " [", 2);
		out_part(&c->out, s->text, s->n_text);
		out_line(&c->out, "]");
	}
}

static void show(struct ctx *c, const struct ow_smoke_report *r, bool no_golden)
{
	show_verdict(c, r, no_golden);
	if (r->verdict == OW_SMOKE_DIFFERS)
		show_difference(c, r);
	show_golden(c, r);
	show_likelihood(c, r);
	show_said(c, r);
	json_put_text(c->out.result, "cpu", r->cpu);
	out_line(&c->out, "  cpu         %s", r->cpu);
	out_line(&c->out, "  jail        %s", r->run.jail);
	infer_show(c, &r->run);
}

/* A model that could not be run is no verdict on it. */
static int explain(struct ctx *c, struct ow_error *err)
{
	if (err->code != OW_E_UNCHECKED)
		return err->code;
	c->out.keep_result = true;
	json_put_text(c->out.result, "verdict", "could-not-run");
	return err_ctx(err, "could not run");
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct smoke_opts *o = options_given;
	OW_AUTO(model_arg_done) struct model_arg model = {0};
	struct ow_smoke_opts opts = {
	    .golden = o->golden, .no_golden = o->no_golden, .trust = verb_trust(c)};
	struct ow_smoke_report report = {0};
	struct ow_infer_how how;

	if (o->golden != NULL && o->no_golden)
		return err_set(err, OW_E_USAGE, "--golden and --no-golden exclude each other");
	if (infer_how(c, &o->infer, &how, err) < 0 ||
	    model_arg_open(c, c->args[0], o->file, &model, err) < 0)
		return err->code;
	(void)(ow_smoke(&model.source, &opts, &how, &report, err) < 0); /* err tells */
	if (err->code == OW_OK || err->code == OW_E_SMOKE) {
		c->out.keep_result = true;
		show(c, &report, o->no_golden);
	}
	ow_smoke_report_done(&report);
	return explain(c, err);
}

const struct cmd cmd_smoke = {
    .name = "smoke",
    .section = SECTION_MODEL,
    .summary = "run a model here and compare with what it computed elsewhere",
    .synopsis = "MODEL",
    .min_args = 1,
    .max_args = 1,
    .about =
	"Runs the model in a jail and has it recite what its golden recorded: IDENTICAL where "
	"every "
	"logit of every step has the same bits, DIFFERS with the first place and the likeliest "
	"tokens of both side by side, and otherwise that it could not be run, and why. Tells how "
	"fast it was, what it needed and what it said.\n\n"
	"The golden of an artifact is the newest one about the same files; its signatures must be "
	"by release keys of a root that is trusted here. Without a golden, and with --no-golden, "
	"the built-in prompts are run and looked at: NaN or infinite values, continuations that "
	"only repeat, and a likelihood of plain text that is no better than guessing are "
	"DEGENERATE, anything else is PLAUSIBLE, and nothing was compared.\n\n"
	"A model that crashes the engine, needs more memory than there is or takes longer than an "
	"hour (or --timeout) could not be run; one that makes the engine reach for what the jail "
	"forbids is unsafe. Artifacts in quarantine may be run: that is a way to find out what "
	"they are. A golden in a file is what owstore golden --out wrote, or a file of the folder "
	"GOLDEN of a bundle.\n\n" MODEL_ABOUT,
    .options = options,
    .options_size = sizeof(struct smoke_opts),
    .defaults = &defaults,
    .needs = NEEDS_STORE_DIR | NEEDS_TRUST,
    .examples = {{"owstore smoke org/model@1", "an artifact, with the golden that came with it"},
		 {"owstore smoke model.gguf --golden model.golden",
		  "a file, with a golden in a file"},
		 {"owstore smoke ./model.gguf --json", "no golden: does it speak at all?"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_FORMAT, OW_E_UNSAFE,
				    OW_E_SMOKE, OW_E_INCOMPLETE, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"golden", "run", "selftest", NULL},
    .run = run,
};
