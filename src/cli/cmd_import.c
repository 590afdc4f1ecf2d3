/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/bundle.h>

#include "base/auto.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/report.h"
#include "cli/standing.h"
#include "cli/verb.h"

struct import_opts {
	bool dry_run, tolerate;
};

static const struct opt options[] = {
    {.name = "dry-run",
     .letter = 'n',
     OPT_INTO(FLAG, struct import_opts, dry_run),
     .help = "verify and say what is new, store nothing"},
    {.name = "tolerate-damaged-signatures",
     OPT_INTO(FLAG, struct import_opts, tolerate),
     .help = "a damaged signature beside enough good ones is only told"},
    {0},
};

OW_DEFINE_AUTO_DONE(struct ow_import_result, ow_import_result_done)

/* The first artifact that came with a golden can be tried at once. */
static void show_smoke(struct ctx *c, const struct ow_verify_report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		const struct ow_bundle_report *b = &report->bundles[i];

		for (size_t k = 0; k < b->n_artifacts; k++) {
			if (b->artifacts[k].n_goldens == 0)
				continue;
			out_line(&c->out, "Does it run here? owstore smoke %s@%s",
				 b->artifacts[k].name, b->artifacts[k].version);
			return;
		}
	}
}

/* The artifacts are here by now. */
static int show_absent(struct ctx *c, const struct ow_verify_report *report, struct ow_error *err)
{
	struct json list = json_put_list(c->out.result, "missing_parents");

	for (size_t i = 0; i < report->n; i++) {
		const struct ow_bundle_report *b = &report->bundles[i];

		for (size_t k = 0; k < b->n_artifacts; k++) {
			struct ow_error why = {0};
			char ref[OW_ID_TEXT];

			/* where nothing can look at an artifact, import has said so */
			if (absent_show(c, list, ow_id_text(&b->artifacts[k].id, ref), &why) < 0 &&
			    why.code != OW_E_UNCHECKED) {
				*err = why;
				return err_kept(err, "the bundle was imported");
			}
		}
	}
	return 0;
}

static void show_result(struct ctx *c, const struct ow_import_result *r, bool dry_run)
{
	struct json j = c->out.result;
	const char *did = dry_run ? "Would import" : "Imported";
	char new_bytes[TEXT_SIZE], resumed[TEXT_SIZE];

	json_put_u64(j, "artifacts", r->artifacts);
	json_put_u64(j, "new_artifacts", r->new_artifacts);
	json_put_u64(j, "goldens", r->goldens);
	json_put_u64(j, "new_goldens", r->new_goldens);
	json_put_u64(j, "bytes", r->bytes);
	json_put_u64(j, "new_bytes", r->new_bytes);
	json_put_u64(j, "resumed_bytes", r->resumed_bytes);
	if (r->new_artifacts == 0 && r->new_goldens == 0)
		out_line(&c->out, "Everything in it is here already; nothing changed.");
	if (r->new_artifacts > 0)
		out_styled(&c->out, OUT_GOOD, "%s %llu of %llu artifact%s, %s new%s%s", did,
			   (unsigned long long)r->new_artifacts, (unsigned long long)r->artifacts,
			   PLURAL(r->artifacts), text_size(r->new_bytes, new_bytes),
			   r->resumed_bytes > 0 ? ", of which staged before: " : "",
			   r->resumed_bytes > 0 ? text_size(r->resumed_bytes, resumed) : "");
	if (r->new_goldens > 0)
		out_styled(&c->out, OUT_GOOD, "%s %llu new golden%s", did,
			   (unsigned long long)r->new_goldens, PLURAL(r->new_goldens));
	if (r->new_artifacts > 0 && !dry_run)
		out_line(&c->out, "They are in quarantine. Next: owstore ls --class quarantine");
	if (r->goldens > 0 && r->report.n > 0 && !dry_run)
		show_smoke(c, &r->report);
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct import_opts *o = options_given;
	struct ow_import_opts opts = {
	    .trust = verb_trust(c),
	    .tolerate_damaged_signatures = o->tolerate,
	    .dry_run = o->dry_run,
	};
	OW_AUTO(ow_import_result_done) struct ow_import_result r = {0};
	int done = ow_import(c->store, c->args[0], &opts, &c->events, &r, err);

	if (r.report.n > 0) {
		c->out.keep_result = true;
		json_put_text(c->out.result, "verdict",
			      report_verdict(done < 0 ? err->code : OW_OK));
		report_show(c, &r.report);
	}
	if (done < 0)
		return err->code;
	out_line(&c->out, "%s", "");
	show_result(c, &r, o->dry_run);
	return r.new_artifacts > 0 && !o->dry_run ? show_absent(c, &r.report, err) : 0;
}

const struct cmd cmd_import = {
    .name = "import",
    .section = SECTION_CROSS,
    .summary = "take a verified bundle into quarantine",
    .synopsis = "PATH",
    .min_args = 1,
    .max_args = 1,
    .about =
	"Checks everything that verify checks, and stores the very bytes that it hashed. All "
	"artifacts of a bundle are "
	"taken, or none. If it is interrupted, or a part is damaged, what was good stays "
	"staged and the next import "
	"goes on from there. Importing again changes nothing.\n\n"
	"Artifacts arrive in quarantine: the class and licence that the sender states are "
	"claims, and it takes local "
	"policy or a person here to move them on. What one of them was made from and is not in the "
	"store is warned of, with the command that supplies it.",
    .options = options,
    .options_size = sizeof(struct import_opts),
    .needs = NEEDS_STORE_WRITE | NEEDS_TRUST,
    .examples = {{"owstore import /media/stick", "what was just verified"},
		 {"owstore import --dry-run /media/stick", "what would come in"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_POLICY,
				    OW_E_FORMAT, OW_E_BUSY, OW_E_INCOMPLETE, OW_OK},
    .also = (const char *const[]){"verify", "promote", "checkout", NULL},
    .run = run,
};
