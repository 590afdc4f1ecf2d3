/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include <owstore/bundle.h>

#include "base/err.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/verb.h"
#include "cli/version.h"
#include "os/clock.h"

struct export_opts {
	const char *to, *destination, *origin, *stream, *part_limit, *capacity;
	unsigned preset; /* OPT_CHOICE */
	struct opt_list keys;
	bool dry_run;
};

#define PRESETS "cd|dvd5|dvd9|bd25|bd50|fat32|exfat"

static const struct opt options[] = {
    {.name = "to",
     OPT_INTO(TEXT, struct export_opts, to),
     .arg = "DIR",
     .help = "the medium, mounted"},
    {.name = "for",
     OPT_INTO(TEXT, struct export_opts, destination),
     .arg = "DEST",
     .help = "who it is for, as the root names them"},
    {.name = "key",
     .letter = 'k',
     OPT_INTO(LIST, struct export_opts, keys),
     .arg = "NAME",
     .help = "a release key; again for a second one"},
    {.name = "origin",
     OPT_INTO(TEXT, struct export_opts, origin),
     .arg = "ID",
     .help = "default: the one whose root has the key"},
    {.name = "stream",
     OPT_INTO(TEXT, struct export_opts, stream),
     .arg = "ID",
     .help = "default: main"},
    {.name = "preset",
     OPT_INTO(CHOICE, struct export_opts, preset),
     .arg = PRESETS,
     .help = "kind of medium: capacity and part limit"},
    {.name = "part-limit",
     OPT_INTO(TEXT, struct export_opts, part_limit),
     .arg = "SIZE",
     .help = "no file is larger; default 2GiB"},
    {.name = "capacity",
     OPT_INTO(TEXT, struct export_opts, capacity),
     .arg = "SIZE",
     .help = "what the medium holds; default: what is free"},
    {.name = "dry-run",
     .letter = 'n',
     OPT_INTO(FLAG, struct export_opts, dry_run),
     .help = "plan and look, write nothing"},
    {0},
};

static void show_result(struct ctx *c, const struct ow_export_result *r, double seconds,
			bool dry_run)
{
	struct json j = c->out.result;
	char rate[RATE_TEXT], id[OW_ID_TEXT], size[TEXT_SIZE];

	json_put_text(j, "path", r->path);
	json_put_text(j, "origin", r->origin);
	json_put_text(j, "stream", r->stream);
	json_put_u64(j, "sequence", r->seq);
	json_put_u64(j, "artifacts", r->artifacts);
	json_put_u64(j, "goldens", r->goldens);
	json_put_u64(j, "notices", r->notices);
	json_put_u64(j, "files", r->files);
	json_put_u64(j, "bytes", r->bytes);
	if (dry_run) {
		out_line(&c->out, "Would write %llu artifact%s as %llu part%s of together %s to %s",
			 (unsigned long long)r->artifacts, PLURAL(r->artifacts),
			 (unsigned long long)r->files, PLURAL(r->files), text_size(r->bytes, size),
			 r->path);
		return;
	}
	json_put_id(j, "manifest", &r->manifest);
	json_put_u64(j, "read_back", r->read_back);
	out_line(&c->out, "%s", r->path);
	out_line(&c->out, "  number %llu of stream %s of %s, %llu artifact%s, %llu files",
		 (unsigned long long)r->seq, r->stream, r->origin, (unsigned long long)r->artifacts,
		 PLURAL(r->artifacts), (unsigned long long)r->files);
	if (r->goldens > 0)
		out_line(&c->out, "  with %llu golden%s, for owstore smoke on the far side",
			 (unsigned long long)r->goldens, PLURAL(r->goldens));
	out_line(&c->out, "  notices complete, %llu files with texts and SBOMs",
		 (unsigned long long)r->notices);
	out_line(&c->out, "  manifest %s", ow_id_text(&r->manifest, id));
	out_line(&c->out, "  written and read back: %s", verb_rate(r->bytes, seconds, rate));
	out_styled(&c->out, OUT_GOOD, "Verified from the medium, safe to remove.");
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	static const char *const presets[] = {NULL,   "cd",   "dvd5",  "dvd9",
					      "bd25", "bd50", "fat32", "exfat"};
	const struct export_opts *o = options_given;
	OW_AUTO(signers_done) struct signers signers = {0};
	struct ow_export_opts opts = {
	    .refs = c->args,
	    .n_refs = c->n_args,
	    .to = o->to,
	    .destination = o->destination,
	    .origin = o->origin,
	    .stream = o->stream,
	    .preset = presets[o->preset],
	    .part_limit = o->part_limit,
	    .capacity = o->capacity,
	    .trust = verb_trust(c),
	    .dry_run = o->dry_run,
	    .confine = true,
	};
	struct ow_export_result r = {0};
	char producer[64];
	uint64_t began;

	(void)snprintf(producer, sizeof producer, "owstore %.50s", version_release);
	opts.producer = producer;
	if (o->to == NULL || o->destination == NULL || o->keys.n == 0) {
		(void)err_set(err, OW_E_USAGE, "export needs --to, --for and --key");
		return err_hint(err, "owstore export REF... --to DIR --for DEST --key NAME");
	}
	if (verb_take_signers(c, o->keys.at, o->keys.n, o->dry_run, &signers, err) < 0)
		return err->code;
	opts.signers = (const struct ow_signer *const *)signers.at;
	opts.n_signers = signers.n;
	began = clock_ticks();
	if (ow_export(c->store, &opts, &c->events, &r, err) < 0)
		return err->code;
	show_result(c, &r, (double)(clock_ticks() - began) / 1e9, o->dry_run);
	return 0;
}

const struct cmd cmd_export = {
    .name = "export",
    .section = SECTION_CROSS,
    .summary = "write artifacts to a medium as a signed bundle",
    .synopsis = "REF... --to DIR --for DEST --key NAME",
    .min_args = 1,
    .max_args = ARGS_ANY,
    .about = "Writes a folder OWSTORE/<bundle> of ordinary files that anybody can check with "
	     "sha256sum and minisign; its "
	     "README.TXT says how. Space, names and limits are looked at before the first byte. "
	     "Everything is synced, the "
	     "caches are dropped, and every byte is read back from the medium and compared; only "
	     "then it is safe to remove "
	     "it. The manifest comes last, so that a folder without one is unfinished and nothing "
	     "else.\n\n"
	     "Artifacts in quarantine, and artifacts of a narrower class than the destination's, "
	     "are refused. Goldens that release keys of the same origin signed go along.\n\n"
	     "What must travel with the artifacts goes along too: notices, the licence texts byte "
	     "by byte, what was changed and what was decided, and SBOMs (SPDX 2.3, CycloneDX 1.6). "
	     "Where something is missing the export is refused, exit status 6, and the file to "
	     "supply is named.",
    .options = options,
    .options_size = sizeof(struct export_opts),
    .needs = NEEDS_STORE_WRITE | NEEDS_TRUST | NEEDS_KEYS | NEEDS_PASSPHRASE,
    .examples = {{"owstore export org/model@1 --to /media/stick --for site-b --key rel",
		  "one artifact on a stick"},
		 {"owstore export org/a org/b --preset dvd5 --to ./image --for site-b --key rel",
		  "two, in files that fit a DVD"},
		 {"owstore export org/model@1 --to /media/stick --for site-b --key rel --dry-run",
		  "would it fit?"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_TRUST, OW_E_STALE, OW_E_POLICY,
				    OW_E_FORMAT, OW_E_BUSY, OW_E_UNCHECKED, OW_OK},
    .also = (const char *const[]){"verify", "golden", "promote", "root new", NULL},
    .run = run,
};
