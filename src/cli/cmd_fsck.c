/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/store.h>

#include "base/auto.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/table.h"
#include "cli/verb.h"

struct fsck_opts {
	bool data, whole, rebuild;
	uint64_t sample; /* NOT_SAMPLED: all of it */
};

#define NOT_SAMPLED UINT64_MAX

static const struct fsck_opts defaults = {.sample = NOT_SAMPLED};

static const struct opt options[] = {
    {.name = "data",
     OPT_INTO(FLAG, struct fsck_opts, data),
     .help = "read every blob and compare all digests"},
    {.name = "whole",
     OPT_INTO(FLAG, struct fsck_opts, whole),
     .help = "with --data: also the SHA-256 that names each blob"},
    {.name = "sample",
     OPT_INTO(U64, struct fsck_opts, sample),
     .arg = "PERCENT",
     .help = "with --data: only so many blobs, others each day"},
    {.name = "rebuild",
     OPT_INTO(FLAG, struct fsck_opts, rebuild),
     .help = "make catalogs, missing chunk lists, the roll and old findings anew"},
    {0},
};

OW_DEFINE_AUTO_DONE(struct ow_fsck_report, ow_fsck_report_done)
OW_DEFINE_AUTO(struct ow_store *, ow_store_close)

static void show_problems(struct ctx *c, const struct ow_fsck_report *r)
{
	OW_AUTO(table_free)
	struct table *t = table_new("PROBLEM", "CLASS", "DIGEST", "_WHAT", NULL);
	struct json list = json_put_list(c->out.result, "problems");
	struct ow_id none = {0};
	char hex[OW_ID_HEX];

	for (size_t i = 0; i < r->n_problems; i++) {
		const struct ow_problem *p = &r->problems[i];
		struct json one = json_put_object(list, NULL);
		bool has_id = !ow_id_equal(&p->id, &none);

		table_text(t, one, "kind", p->kind);
		json_put_text(one, "code", ow_code_name(p->code));
		table_text(t, one, "class",
			   p->zone < 0 ? NULL : ow_class_name((enum ow_class)p->zone));
		if (has_id)
			json_put_id(one, "digest", &p->id);
		json_put_u64(one, "offset", p->off);
		json_put_u64(one, "length", p->len);
		table_cell(t, "%.12s", has_id ? ow_id_hex(&p->id, hex) : "-");
		table_text(t, one, "text", p->text);
	}
	out_table(&c->out, t);
}

static void show_counts(struct ctx *c, const struct ow_fsck_report *r, bool data)
{
	char size[TEXT_SIZE];

	out_line(&c->out, "%llu artifact%s, %llu record%s, %llu blob%s, %llu ledger entr%s%s%s",
		 (unsigned long long)r->artifacts, PLURAL(r->artifacts),
		 (unsigned long long)r->records, PLURAL(r->records), (unsigned long long)r->blobs,
		 PLURAL(r->blobs), (unsigned long long)r->ledger_entries,
		 r->ledger_entries == 1 ? "y" : "ies", data ? "; bytes read: " : "",
		 data ? text_size(r->bytes, size) : "");
	if (r->findings > 0)
		out_line(&c->out, "%llu artifact%s looked at again for licences",
			 (unsigned long long)r->findings, r->findings == 1 ? " was" : "s were");
	if (r->stray > 0)
		out_line(&c->out, "%llu blob%s used by no artifact: owstore gc --plan",
			 (unsigned long long)r->stray, r->stray == 1 ? " is" : "s are");
}

/* What this user may not look into. Gives whether there is anything. */
static bool show_unseen(struct ctx *c, const struct ow_fsck_report *r)
{
	struct json list = json_put_list(c->out.result, "unseen_classes");
	bool any = r->ledger_unseen || r->manifests_unseen || r->unread;

	for (int k = 0; k < OW_CLASSES; k++) {
		if (!r->unseen[k])
			continue;
		any = true;
		json_put_text(list, NULL, ow_class_name((enum ow_class)k));
		out_line(&c->out, "class %s was not checked: this user may not look into it",
			 ow_class_name((enum ow_class)k));
	}
	json_put_bool(c->out.result, "ledger_unseen", r->ledger_unseen);
	json_put_bool(c->out.result, "manifests_unseen", r->manifests_unseen);
	json_put_bool(c->out.result, "complete", !any);
	if (r->ledger_unseen)
		out_line(&c->out, "the ledger was not checked: this user may not read it");
	if (r->manifests_unseen)
		out_line(&c->out, "the manifests that are kept were not checked: this user may not "
				  "read them");
	if (any)
		out_line(&c->out, "whether a record is missing was not checked for that reason");
	return any;
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct fsck_opts *o = options_given;
	bool sampled = o->sample != NOT_SAMPLED;
	struct ow_fsck_opts opts = {.data = o->data || o->whole || sampled,
				    .whole = o->whole,
				    .rebuild = o->rebuild,
				    .sample = sampled ? (unsigned)o->sample : 0};
	OW_AUTO(ow_fsck_report_done) struct ow_fsck_report r = {0};
	OW_AUTO(ow_store_close) struct ow_store *s = NULL;
	struct json j = c->out.result;
	const char *path = config_need(&c->config, SETTING_STORE, err);
	bool unseen;

	if (path == NULL)
		return err->code;
	if (sampled && (o->sample < 1 || o->sample > 100))
		return err_set(err, OW_E_USAGE, "a sample of %llu percent; 1 to 100",
			       (unsigned long long)o->sample);
	if (ow_store_open(path, o->rebuild ? OW_STORE_WRITE : OW_STORE_READ, "fsck", &c->events, &s,
			  err) < 0 ||
	    ow_fsck(s, &opts, &c->events, &r, err) < 0)
		return err->code;
	c->out.keep_result = true;
	json_put_bool(j, "clean", r.code == OW_OK);
	json_put_u64(j, "artifacts", r.artifacts);
	json_put_u64(j, "records", r.records);
	json_put_u64(j, "blobs", r.blobs);
	json_put_u64(j, "bytes_read", r.bytes);
	json_put_u64(j, "stray_blobs", r.stray);
	json_put_u64(j, "ledger_entries", r.ledger_entries);
	json_put_bool(j, "rebuilt", r.rebuilt);
	json_put_u64(j, "findings", r.findings);
	show_problems(c, &r);
	show_counts(c, &r, opts.data);
	unseen = show_unseen(c, &r);
	if (r.code == OW_OK) {
		out_styled(
		    &c->out, OUT_GOOD, "clean%s: %s", unseen ? " as far as this user may look" : "",
		    !opts.data ? "records and files are as they should be (bytes: --data)"
		    : sampled  ? "records, files and the bytes of this sample are as they should be"
			       : "records and bytes are as they should be");
		return 0;
	}
	(void)err_set(err, r.code, "%zu problem%s, the first: %s: %s", r.n_problems,
		      PLURAL(r.n_problems), r.problems[0].kind, r.problems[0].text);
	(void)err_kept(err, "nothing was changed%s",
		       o->rebuild ? " but catalogs, chunk lists, findings and the roll" : "");
	return err_hint(err,
			"add the same bytes again: that mends a damaged blob in quarantine, and "
			"from there its file can be copied over the one of another class; "
			"derived files come back with --rebuild");
}

const struct cmd cmd_fsck = {
    .name = "fsck",
    .section = SECTION_CARE,
    .summary = "check the store",
    .synopsis = "",
    .about =
	"Reads all records and checks them against their digests, looks for every blob they "
	"use, checks catalogs, kept manifests and the ledger, and looks for every record that "
	"the ledger names. With --data every byte of every blob is compared, on all cores. Of a "
	"class that this user may not look into it says so, and takes it for no damage (in --json "
	"\"complete\" is false then, beside \"clean\"); a class whose folder is gone is damage.\n\n"
	"Only derived files are ever written, and only with --rebuild: the catalogs, chunk lists "
	"that are missing, the roll of statements, and what was found of licences where another "
	"version of the program looked: until then whoever decides looks at the files again each "
	"time.",
    .options = options,
    .options_size = sizeof(struct fsck_opts),
    .defaults = &defaults,
    .needs = NEEDS_STORE_DIR,
    .examples = {{"owstore fsck", "records, files, catalogs, ledger"},
		 {"owstore fsck --data", "and every byte"},
		 {"owstore fsck --rebuild", "after catalog.db was lost, or after an upgrade"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_FORMAT, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"gc", "audit verify", NULL},
    .run = run,
};
