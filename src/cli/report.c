/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/report.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "os/clock.h"

const char *report_verdict(enum ow_code code)
{
	switch (code) {
	case OW_OK:
		return "VERIFIED";
	case OW_E_INCOMPLETE:
		return "INCOMPLETE";
	case OW_E_UNCHECKED:
	case OW_E_IO:
		return "COULD NOT CHECK";
	case OW_E_USAGE:
	case OW_E_INTEGRITY:
	case OW_E_TRUST:
	case OW_E_STALE:
	case OW_E_POLICY:
	case OW_E_FORMAT:
	case OW_E_UNSAFE:
	case OW_E_BUSY:
	case OW_E_SMOKE:
	case OW_E_INTERNAL:
		break;
	}
	return "REFUSED";
}

const char *report_of_bundle(const struct ow_bundle_report *b)
{
	if (b->superseded)
		return "SUPERSEDED";
	return report_verdict(b->code == OW_OK && !b->checked ? OW_E_UNCHECKED : b->code);
}

static void show_findings(struct ctx *c, const struct ow_bundle_report *b, struct json j)
{
	OW_AUTO(table_free)
	struct table *t =
	    table_new("FAILURE", "FILE", ">OFFSET", ">BYTES", ">CHUNK", "_WHAT", NULL);
	struct json list = json_put_list(j, "findings");

	for (size_t i = 0; i < b->n_findings; i++) {
		const struct ow_finding *f = &b->findings[i];
		struct json one = json_put_object(list, NULL);
		bool chunk = f->chunk != UINT64_MAX;

		json_put_text(one, "code", ow_code_name(f->code));
		table_text(t, one, "kind", f->kind);
		table_text(t, one, "path", f->path);
		json_put_u64(one, "offset", f->off);
		json_put_u64(one, "length", f->len);
		if (chunk)
			json_put_u64(one, "chunk", f->chunk);
		json_put_text(one, "expected", f->expected[0] != '\0' ? f->expected : NULL);
		json_put_text(one, "got", f->got[0] != '\0' ? f->got : NULL);
		json_put_text(one, "text", f->text);
		if (f->len > 0) {
			table_cell(t, "%llu", (unsigned long long)f->off);
			table_cell(t, "%llu", (unsigned long long)f->len);
		} else {
			table_cell(t, "-");
			table_cell(t, "-");
		}
		if (chunk)
			table_cell(t, "%llu", (unsigned long long)f->chunk);
		else
			table_cell(t, "-");
		if (f->expected[0] != '\0')
			table_cell(t, "%s (expected %.12s, got %.12s)", f->text, f->expected,
				   f->got[0] != '\0' ? f->got : "-");
		else
			table_cell(t, "%s", f->text);
	}
	out_table(&c->out, t);
}

const char *report_signer(const struct ow_bundle_signer *s, char out[REPORT_LINE])
{
	(void)snprintf(out, REPORT_LINE, "%s key %s: %s", s->name[0] != '\0' ? s->name : "?",
		       s->key, s->status);
	return out;
}

const char *report_origin(const struct ow_bundle_report *b, char out[REPORT_LINE])
{
	(void)snprintf(out, REPORT_LINE, "%s, by its root %llu, for %s", b->origin,
		       (unsigned long long)b->root_version,
		       b->destination[0] != '\0' ? b->destination : "?");
	return out;
}

/* With the days since it was issued, as far as this clock can tell. */
const char *report_freshness(const struct ow_bundle_report *b, char out[REPORT_LINE])
{
	uint64_t now = clock_now(), days = b->issued > now ? 0 : (now - b->issued) / 86400;
	char when[TIME_TEXT], age[60];

	if (b->issued > now)
		(void)snprintf(age, sizeof age, ": ahead of this clock");
	else
		(void)snprintf(age, sizeof age, ", %llu day%s ago by this clock",
			       (unsigned long long)days, PLURAL(days));
	(void)snprintf(out, REPORT_LINE, "%llu of stream %s, issued %s%s",
		       (unsigned long long)b->seq, b->stream, time_text(b->issued, when), age);
	return out;
}

const char *report_checked(const struct ow_bundle_report *b, char out[REPORT_LINE])
{
	char rate[RATE_TEXT];

	(void)snprintf(out, REPORT_LINE, "%llu file%s, %s, every byte by the signed digests",
		       (unsigned long long)b->files, PLURAL(b->files),
		       verb_rate(b->bytes, b->seconds, rate));
	return out;
}

static void show_signers(struct ctx *c, const struct ow_bundle_report *b, struct json j)
{
	struct json list = json_put_list(j, "signers");
	char line[REPORT_LINE];

	for (size_t i = 0; i < b->n_signers; i++) {
		const struct ow_bundle_signer *s = &b->signers[i];
		struct json one = json_put_object(list, NULL);

		json_put_text(one, "key", s->key);
		json_put_text(one, "name", s->name[0] != '\0' ? s->name : NULL);
		json_put_text(one, "status", s->status);
		out_line(&c->out, "  signed by   %s", report_signer(s, line));
	}
}

static void show_claims(struct ctx *c, const struct ow_bundle_report *b, struct json j)
{
	OW_AUTO(table_free)
	struct table *t = table_new("ARTIFACT", ">SIZE", "SENT AS", "GOLDEN", "UNDER", NULL);
	struct json list = json_put_list(j, "artifacts");
	char size[TEXT_SIZE];

	for (size_t i = 0; i < b->n_artifacts; i++) {
		const struct ow_bundle_artifact *a = &b->artifacts[i];
		struct json one = json_put_object(list, NULL);

		json_put_text(one, "name", a->name);
		json_put_text(one, "version", a->version);
		json_put_id(one, "id", &a->id);
		json_put_u64(one, "size", a->size);
		json_put_u64(one, "goldens", a->n_goldens);
		table_cell(t, "%s@%s", a->name, a->version);
		table_cell(t, "%s", text_size(a->size, size));
		table_text(t, one, "claimed_class", ow_class_name(a->claimed_class));
		table_cell(t, "%s", a->n_goldens > 0 ? "yes" : "-");
		table_text(t, one, "claimed_license", a->claimed_licence);
	}
	if (b->n_artifacts > 0)
		out_line(&c->out, "What the sender says is inside (class and licence are claims):");
	out_table(&c->out, t);
}

static void put_head(const struct ow_bundle_report *b, struct json j)
{
	char when[TIME_TEXT];

	json_put_text(j, "path", b->path);
	json_put_text(j, "name", b->name);
	json_put_text(j, "verdict", report_of_bundle(b));
	json_put_text(j, "code", ow_code_name(b->code));
	json_put_bool(j, "authentic", b->authentic);
	json_put_bool(j, "superseded", b->superseded);
	json_put_text(j, "origin", b->origin[0] != '\0' ? b->origin : NULL);
	json_put_text(j, "stream", b->stream[0] != '\0' ? b->stream : NULL);
	json_put_u64(j, "sequence", b->seq);
	json_put_u64(j, "epoch", b->epoch);
	json_put_text(j, "issued", b->issued != 0 ? time_text(b->issued, when) : NULL);
	json_put_text(j, "destination", b->destination[0] != '\0' ? b->destination : NULL);
	json_put_u64(j, "root_version", b->root_version);
	json_put_u64(j, "files", b->files);
	json_put_u64(j, "bytes", b->bytes);
	json_put_bool(j, "checked", b->checked);
	json_put_u64(j, "files_here", b->files_here);
	json_put_real(j, "seconds", b->seconds);
	json_put_text(j, "notices", b->notices[0] != '\0' ? b->notices : NULL);
}

static void show_bundle(struct ctx *c, const struct ow_bundle_report *b, struct json j)
{
	char line[REPORT_LINE];

	put_head(b, j);
	out_styled(&c->out, b->code == OW_OK && b->checked ? OUT_GOOD : OUT_BAD, "%s  %s",
		   report_of_bundle(b), b->path);
	show_findings(c, b, j);
	if (b->superseded)
		out_line(&c->out,
			 "  a newer bundle of stream %s lies beside it; this one's files were not "
			 "checked",
			 b->stream);
	show_signers(c, b, j);
	if (b->authentic)
		out_line(&c->out, "  origin      %s", report_origin(b, line));
	if (b->authentic && b->issued != 0)
		out_line(&c->out, "  number      %s", report_freshness(b, line));
	if (b->files > 0)
		out_line(&c->out, "  checked     %s", report_checked(b, line));
	if (b->files_here > 0)
		out_line(&c->out, "  not read    %llu file%s whose bytes are in the store already",
			 (unsigned long long)b->files_here, PLURAL(b->files_here));
	if (b->notices[0] != '\0')
		out_line(&c->out, "  notices     %s", b->notices);
	show_claims(c, b, j);
}

void report_show(struct ctx *c, const struct ow_verify_report *r)
{
	struct json list = json_put_list(c->out.result, "bundles");

	for (size_t i = 0; i < r->n; i++) {
		if (i > 0)
			out_line(&c->out, "%s", "");
		show_bundle(c, &r->bundles[i], json_put_object(list, NULL));
	}
}
