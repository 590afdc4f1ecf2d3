/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include <owstore/artifact.h>
#include <owstore/lineage.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/licenses.h"
#include "cli/table.h"
#include "cli/verb.h"

struct ls_opts {
	const char *licence, *can;
	unsigned class; /* OPT_CHOICE: 0 all */

	uint64_t limit, offset;
	bool digests;
};

static const struct opt options[] = {
    {.name = "class",
     .letter = 'c',
     OPT_INTO(CHOICE, struct ls_opts, class),
     .arg = "quarantine|research|internal|customer|redistributable",
     .help = "only this class"},
    {.name = "license",
     OPT_INTO(TEXT, struct ls_opts, licence),
     .arg = "ID",
     .help = "only what was promoted under this licence, or is in quarantine and under it by "
	     "what was found"},
    {.name = "can",
     OPT_INTO(TEXT, struct ls_opts, can),
     .arg = "WHAT",
     .help = "only what licences and lineage let you do this with: commercial, redistribute, "
	     "adapt, adapt-and-redistribute, quantize or train-others"},
    {.name = "limit",
     OPT_INTO(U64, struct ls_opts, limit),
     .arg = "N",
     .help = "at most N artifacts"},
    {.name = "offset",
     OPT_INTO(U64, struct ls_opts, offset),
     .arg = "N",
     .help = "leave out the first N"},
    {.name = "digests",
     .letter = 'd',
     OPT_INTO(FLAG, struct ls_opts, digests),
     .help = "show digests in full"},
    {0},
};

struct listing {
	struct json artifacts;
	struct table *table;
	bool digests;
	uint64_t n, bytes;
};

static int show(void *ctx, const struct ow_artifact_row *row, struct ow_error *err)
{
	struct listing *l = ctx;
	struct json one = json_put_object(l->artifacts, NULL);
	char size[TEXT_SIZE], when[TIME_TEXT], hex[OW_ID_HEX];

	(void)err;
	json_put_text(one, "name", row->name);
	json_put_text(one, "version", row->version);
	json_put_id(one, "id", &row->id);
	json_put_text(one, "class", ow_class_name(row->zone));
	json_put_text(one, "license", row->licence[0] != '\0' ? row->licence : NULL);
	json_put_u64(one, "size", row->size);
	json_put_u64(one, "components", row->n_components);
	json_put_u64(one, "goldens", row->n_goldens);
	json_put_text(one, "added", time_text(row->added, when));
	table_cell(l->table, "%s@%s", row->name, row->version);
	table_cell(l->table, "%s", ow_class_name(row->zone));
	table_cell(l->table, "%s", row->licence[0] != '\0' ? row->licence : "-");
	table_cell(l->table, "%s", text_size(row->size, size));
	table_cell(l->table, "%s", row->n_goldens > 0 ? "yes" : "-");
	table_cell(l->table, "%.10s", when);
	table_cell(l->table, l->digests ? "%s" : "%.12s", ow_id_hex(&row->id, hex));
	l->n++;
	l->bytes += row->size;
	return 0;
}

/* The word of --can as ow_filter wants it: 0 where it is not given. */
static int read_can(const char *word, unsigned *out, struct ow_error *err)
{
	*out = 0;
	for (unsigned i = 0; word != NULL && i < OW_CANS; i++) {
		if (strcmp(word, ow_can_name((enum ow_can)i)) == 0)
			*out = i + 1;
	}
	if (word == NULL || *out != 0)
		return 0;
	(void)err_set(err, OW_E_USAGE, "--can: \"%.60s\" is nothing that can be asked", word);
	return err_hint(err, "commercial, redistribute, adapt, adapt-and-redistribute, quantize or "
			     "train-others");
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct ls_opts *o = options_given;
	OW_AUTO(table_free)
	struct table *t =
	    table_new("~ARTIFACT", "CLASS", "~LICENCE", ">SIZE", "GOLDEN", "ADDED", "SHA256", NULL);
	struct listing l = {.artifacts = json_put_list(c->out.result, "artifacts"),
			    .table = t,
			    .digests = o->digests};
	OW_AUTO(ow_licenses_close) struct ow_licenses *licenses = NULL;
	struct ow_known known = {.trust = verb_trust(c)};
	uint64_t in_review = 0;
	struct ow_filter f = {
	    .name = c->n_args > 0 ? c->args[0] : NULL,
	    .licence = o->licence,
	    .zone = (int)o->class - 1,
	    .offset = o->offset,
	    .limit = o->limit,
	    .in_review = &in_review,
	    .events = &c->events,
	};

	if (read_can(o->can, &f.can, err) < 0)
		return err->code;
	if (f.can != 0 || f.licence != NULL) {
		if (ow_licenses_site(verb_trust(c), &licenses, err) < 0)
			return err->code;
		known.licenses = licenses;
		f.known = &known;
	}
	if (ow_artifact_list(c->store, &f, show, &l, err) < 0)
		return err->code;
	out_table(&c->out, t);
	if (l.n == 0)
		out_styled(&c->out, OUT_DIM, "no artifact matches");
	if (f.can != 0)
		json_put_u64(c->out.result, "in_review", in_review);
	if (in_review > 0)
		out_styled(&c->out, OUT_DIM, "of %llu more a person must say: owstore decide",
			   (unsigned long long)in_review);
	return 0;
}

const struct cmd cmd_ls = {
    .name = "ls",
    .section = SECTION_LOOK,
    .summary = "list artifacts",
    .synopsis = "[PATTERN]",
    .max_args = 1,
    .about =
	"Lists the artifacts of all classes that you may read, by name, version and class. "
	"PATTERN is a piece "
	"of the name, or with * ? [ in it a pattern for the whole name. GOLDEN tells whether "
	"there is a recording that owstore smoke compares with.\n\n"
	"--can asks the policy engine about each artifact, supposing that everything that people "
	"can supply is there (approvals, notices, evidence): may it be used by a commercial "
	"organisation, be given to anybody, be fine-tuned or quantized for own use, be "
	"fine-tuned and given to anybody, or teach models that compete with it? It reads every "
	"finding that a page needs: seconds for 10,000 artifacts.",
    .options = options,
    .options_size = sizeof(struct ls_opts),
    .needs = NEEDS_STORE_READ | NEEDS_TRUST,
    .examples = {{"owstore ls", "everything that you may see"},
		 {"owstore ls --class redistributable 'Hugging*'",
		  "what may go to anybody, by name"},
		 {"owstore ls --can redistribute", "what licences let us give to anybody"},
		 {"owstore ls --json --limit 50", "the first 50, for programs"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_FORMAT, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"show", "log", "smoke", NULL},
    .run = run,
};
