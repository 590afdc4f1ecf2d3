/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Export: choose, judge, plan, look before writing, take a number, write.
 */
#include <stdio.h>
#include <string.h>

#include <owstore/bundle.h>

#include "base/err.h"
#include "base/events.h"
#include "base/mem.h"
#include "base/text.h"
#include "bundle/names.h"
#include "bundle/plan.h"
#include "flow/confine.h"
#include "flow/notices.h"
#include "flow/outbound.h"
#include "flow/parts.h"
#include "flow/sequence.h"
#include "handle/governor.h"
#include "handle/shelve.h"
#include "os/clock.h"
#include "os/path.h"
#include "trust/state.h"

/* ---- what, from whom, for whom --------------------------------------------------------------------- */

static int in_quarantine(const struct found *f, const struct root_destination *d,
			 struct ow_error *err)
{
	const char *name = f->artifact.name, *version = f->artifact.version;
	enum ow_class takes = OW_CLASS_REDISTRIBUTABLE;
	bool one = ow_class_parse(d->class, &takes) && takes == OW_CLASS_CUSTOMER;
	const char *option = one ? " --recipient " : "", *recipient = one ? d->id : "";

	(void)err_set(err, OW_E_POLICY, "%s@%s is in quarantine", name, version);
	return err_hint(
	    err,
	    "see what is missing with owstore decide %s@%s --class %s%s%s, then owstore "
	    "promote %s@%s --to %s%s%s --key NAME",
	    name, version, d->class, option, recipient, name, version, d->class, option, recipient);
}

/* A destination's class is the narrowest circle that it stands for: what may go to a wider circle may go there. */
static int check_class(const struct found *f, const struct root_destination *d,
		       struct ow_error *err)
{
	enum ow_class needed = OW_CLASS_REDISTRIBUTABLE;

	if (f->class == OW_CLASS_QUARANTINE)
		return in_quarantine(f, d, err);
	if (!ow_class_parse(d->class, &needed))
		return err_set(err, OW_E_INTERNAL, "destination %s has the class %s", d->id,
			       d->class);
	if (f->class >= needed)
		return 0;
	(void)err_set(err, OW_E_POLICY, "%s@%s is %s, destination %s takes %s or wider",
		      f->artifact.name, f->artifact.version, ow_class_name(f->class), d->id,
		      d->class);
	return err_hint(err, "promote it to %s, or name a destination inside", d->class);
}

static int choose_artifacts(struct outbound *o, const struct root_destination *d,
			    struct ow_error *err)
{
	const struct ow_export_opts *opts = o->opts;

	o->lowest = OW_CLASS_REDISTRIBUTABLE;
	(void)ow_class_parse(d->class, &o->lowest);

	o->artifacts = mem_array(opts->n_refs, sizeof *o->artifacts, err);
	if (o->artifacts == NULL)
		return err->code;
	for (size_t i = 0; i < opts->n_refs; i++) {
		struct found *f = &o->artifacts[o->n_artifacts];
		bool twice = false;

		if (handle_find(o->store, opts->refs[i], f, err) < 0)
			return err->code;
		for (size_t j = 0; j < o->n_artifacts; j++)
			twice = twice || ow_id_equal(&f->id, &o->artifacts[j].id);
		if (twice)
			found_done(f);
		else
			o->n_artifacts++;
		if (!twice && check_class(f, d, err) < 0)
			return err->code;
	}
	return 0;
}

static void tell_left(const struct found *f, const char *what, const struct ow_error *why,
		      const struct ow_events *events)
{
	events_warn(events, "%s of %s@%s is left behind: %s", what, f->artifact.name,
		    f->artifact.version, why->text);
}

/* The goldens of one artifact that the receiver will believe: those of this origin's release keys. Where they are more
 * than a bundle carries, the newest go. One at a time is held that does not go.
 */
static int choose_golden(struct outbound *o, const struct found *f, const struct ow_events *events,
			 struct ow_error *err)
{
	OW_AUTO(ids_done) struct ids all = {0};

	if (goldens_of(o->store, f, &all, err) < 0)
		return err->code;
	for (size_t i = all.n; i-- > 0;) {
		OW_AUTO(kept_golden_done) struct kept_golden k = {0};
		struct ow_error why = {0};

		if (golden_read(o->store, f, &all.at[i], &k, err) < 0)
			return err_hint(err, "owstore fsck tells what the store has lost, and with "
					     "--rebuild the catalog forgets what is gone");
		if (golden_open(&k, chain_newest(&o->chain), &why) < 0) {
			tell_left(f, "a golden", &why, events);
			continue;
		}
		if (golden_list_take(&o->goldens, &k, &why) == 0)
			continue;
		if (why.code != OW_E_FORMAT) {
			*err = why;
			return err->code;
		}
		tell_left(f, i > 0 ? "a golden, with all that are older," : "a golden", &why,
			  events);
		break;
	}
	return 0;
}

static int choose_goldens(struct outbound *o, const struct ow_events *events, struct ow_error *err)
{
	for (size_t i = 0; i < o->n_artifacts; i++) {
		if (choose_golden(o, &o->artifacts[i], events, err) < 0)
			return err->code;
	}
	return 0;
}

static int choose_origin(struct outbound *o, const struct trust_state *trust,
			 const struct root_destination **d, struct ow_error *err)
{
	const struct ow_export_opts *opts = o->opts;
	const struct root *root;
	char origin[ID_TEXT] = "";

	if (opts->n_signers == 0 || opts->n_signers > SIGNATURES_MAX)
		return err_set(err, OW_E_USAGE, "%zu release keys, 1 to %d are possible",
			       opts->n_signers, SIGNATURES_MAX);
	if (opts->origin != NULL && governor_is(o->store, trust, opts->origin, err) < 0)
		return err->code;
	if (governor_signer(o->store, opts->signers[0], OW_ROLE_RELEASE, trust, origin, err) < 0)
		return err->code;
	if (trust_load(trust, origin, &o->chain, err) < 0 ||
	    signers_meet(o->opts->signers, o->opts->n_signers, chain_newest(&o->chain), err) < 0)
		return err->code;
	root = chain_newest(&o->chain);
	*d = root_find_destination(root, opts->destination);
	if (*d != NULL)
		return 0;
	(void)err_set(err, OW_E_POLICY, "root %llu of %s knows no destination %s",
		      (unsigned long long)root->version, origin, opts->destination);
	return err_hint(
	    err, "add it to the root: owstore root propose --origin %s --add-destination %s:CLASS",
	    origin, opts->destination);
}

/* ---- the plan -------------------------------------------------------------------------------------- */

static int plan_blobs(struct outbound *o, struct ow_error *err)
{
	struct manifest *m = &o->manifest;

	for (size_t i = 0; i < o->n_artifacts; i++) {
		const struct found *f = &o->artifacts[i];
		const char *licence = o->rulings[i].promotion.licence;
		const struct manifest_artifact entry = {
		    .id = f->id,
		    .record = {f->record.p, f->record.n},
		    .class = f->class,
		    .licence = {(const uint8_t *)licence, strlen(licence)},
		};

		if (manifest_add_artifact(m, &entry, err) < 0)
			return err->code;
		for (size_t c = 0; c < f->artifact.n_components; c++) {
			const struct component *k = &f->artifact.components[c];

			if (plan_want(m, &k->blob, k->size, k->path, err) < 0)
				return err->code;
		}
	}
	return plan_settle(m, err);
}

/* A blob is read from the class of the first artifact that has it. */
static int choose_classes(struct outbound *o, struct ow_error *err)
{
	const struct manifest *m = &o->manifest;

	o->blob_class = mem_array(m->n_blobs, sizeof *o->blob_class, err);
	if (o->blob_class == NULL)
		return err->code;
	for (size_t i = o->n_artifacts; i-- > 0;) {
		const struct artifact *a = &o->artifacts[i].artifact;

		for (size_t c = 0; c < a->n_components; c++) {
			const struct manifest_blob *b =
			    manifest_find_blob(m, &a->components[c].blob);

			if (b == NULL)
				return err_set(err, OW_E_INTERNAL, "%s: %s was not planned for",
					       a->name, a->components[c].path);
			o->blob_class[b - m->blobs] = o->artifacts[i].class;
		}
	}
	return 0;
}

static int plan_parts(struct outbound *o, struct ow_error *err)
{
	struct manifest *m = &o->manifest;
	size_t n = 0;

	if (choose_classes(o, err) < 0)
		return err->code;
	for (size_t i = 0; i < m->n_blobs; i++) {
		struct chunks *c = &m->blobs[i].chunks;
		struct ow_id blob = c->blob;

		if (shelf_chunks(o->store->zones[o->blob_class[i]], &blob, c->size, c, err) < 0)
			return err->code;
	}
	if (plan_cut(m, o->limits.part_limit, err) < 0)
		return err->code;
	for (size_t i = 0; i < m->n_blobs; i++)
		n += m->blobs[i].n_parts;
	o->parts = mem_array(n, sizeof *o->parts, err);
	o->sums = o->parts == NULL ? NULL : mem_array(n, sizeof *o->sums, err);
	if (o->sums == NULL)
		return err->code;
	for (size_t i = 0; i < m->n_blobs; i++)
		o->n_parts += parts_items(&m->blobs[i], i, o->parts + o->n_parts);
	return 0;
}

static int plan_identity(struct outbound *o, const struct sequence *last, struct ow_error *err)
{
	const struct root *root = chain_newest(&o->chain);
	struct manifest *m = &o->manifest;

	text_copy(m->origin, sizeof m->origin, root->origin);
	text_copy(m->stream, sizeof m->stream, o->opts->stream == NULL ? "main" : o->opts->stream);
	text_copy(m->destination, sizeof m->destination, o->opts->destination);
	m->epoch = root->epoch;
	m->seq = last->seq + 1;
	m->has_prev = last->has_manifest;
	m->prev = last->manifest;
	m->issued = clock_now();
	return names_folder(m->origin, m->epoch, m->stream, m->seq, m->name, err);
}

/* Does policy let each of them go there now? */
static int judge_artifacts(struct outbound *o, const struct root_destination *d,
			   const struct trust_state *trust, const struct ow_events *events,
			   struct ow_error *err)
{
	struct judge_with with = {.trust = trust, .events = events};
	const struct ow_licenses *licenses;

	if (ruling_licenses(o->store, trust, o->opts->licenses, &o->own_licenses, &licenses, err) <
	    0)
		return err->code;
	with.set = o->set = licenses->set;
	o->rulings = mem_array(o->n_artifacts, sizeof *o->rulings, err);
	if (o->rulings == NULL)
		return err->code;
	for (size_t i = 0; i < o->n_artifacts; i++) {
		if (ruling_export(o->store, &o->artifacts[i], d, &with, &o->rulings[i], err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- all together ---------------------------------------------------------------------------------- */

static int plan(struct outbound *o, struct sequence *last, const struct ow_events *events,
		struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	const struct ow_export_opts *opts = o->opts;
	const struct root_destination *d = NULL;
	const char *stream = opts->stream == NULL ? "main" : opts->stream;

	if (!text_is_id(stream) || opts->destination == NULL || !text_is_id(opts->destination))
		return err_set(
		    err, OW_E_USAGE,
		    "stream and destination are ids: a-z 0-9 . _ - and at most 64 of them");
	if (preset_limits(opts->preset, opts->capacity, opts->part_limit, &o->limits, err) < 0 ||
	    trust_state_init(&trust, opts->trust, err) < 0 ||
	    choose_origin(o, &trust, &d, err) < 0 || choose_artifacts(o, d, err) < 0 ||
	    judge_artifacts(o, d, &trust, events, err) < 0 || choose_goldens(o, events, err) < 0)
		return err->code;
	if (sequence_read(o->store, chain_newest(&o->chain)->origin, chain_newest(&o->chain)->epoch,
			  stream, last, err) < 0 ||
	    plan_identity(o, last, err) < 0 || plan_blobs(o, err) < 0 || plan_parts(o, err) < 0)
		return err->code;
	return notices_prepare(o, err);
}

static int log_export(struct outbound *o, const char *outcome, const struct ow_id *manifest,
		      struct ow_error *err)
{
	OW_AUTO(mem_free)
	struct ow_id *digests = mem_array(o->n_artifacts + 1, sizeof *digests, err);
	char text[300];
	size_t n = 0;

	if (digests == NULL)
		return err->code;
	if (manifest != NULL)
		digests[n++] = *manifest;
	for (size_t i = 0; i < o->n_artifacts; i++)
		digests[n++] = o->artifacts[i].id;
	(void)snprintf(text, sizeof text, "%s for %s", o->manifest.name, o->manifest.destination);
	return handle_log(o->store, "export", outcome, digests, n, text, err);
}

/* From the number on. */
static int carry_out(struct outbound *o, struct target *t, struct sequence *last,
		     const struct ow_events *events, struct ow_export_result *out,
		     struct ow_error *err)
{
	const struct manifest *m = &o->manifest;
	struct sequence without;
	struct ow_error ignored = {0};

	last->seq = m->seq;
	without = *last;
	if (sequence_write(o->store, m->origin, m->epoch, m->stream, last, err) < 0 ||
	    log_export(o, "begun", NULL, err) < 0)
		return err->code;
	o->begun = true;
	if (outbound_write(o, t, events, out, err) < 0)
		return err->code;
	last->has_manifest = true;
	last->manifest = out->manifest;
	if (sequence_write(o->store, m->origin, m->epoch, m->stream, last, err) < 0)
		return err->code;
	if (log_export(o, "done", &out->manifest, err) == 0)
		return 0;
	/* the bundle will be taken off the medium again: the next one must not name it */
	if (sequence_write(o->store, m->origin, m->epoch, m->stream, &without, &ignored) < 0)
		return err_kept(err, "the next bundle names %s as the one before it", m->name);
	return err->code;
}

int ow_export(struct ow_store *s, const struct ow_export_opts *opts, const struct ow_events *events,
	      struct ow_export_result *out, struct ow_error *err)
{
	OW_AUTO(outbound_done) struct outbound o = {.store = s, .opts = opts};
	OW_AUTO(target_close) struct target *t = NULL;
	struct ow_export_result result = {0};
	struct sequence last = {0};
	struct target_need need;
	struct ow_error left = {0};

	if (plan(&o, &last, events, err) < 0)
		return err_kept(err, "nothing was written");
	need = outbound_need(&o);
	if (target_open(opts->to, o.manifest.name, &o.limits, &need, &t, err) < 0)
		return err_kept(err, "nothing was written");
	(void)snprintf(result.path, sizeof result.path, "%.1000s/%s/%s", opts->to, NAMES_TOP,
		       o.manifest.name);
	text_copy(result.origin, sizeof result.origin, o.manifest.origin);
	text_copy(result.stream, sizeof result.stream, o.manifest.stream);
	result.seq = o.manifest.seq;
	result.artifacts = o.n_artifacts;
	result.goldens = o.goldens.n;
	result.notices = notices_files(o.notices)->n;
	if (opts->dry_run) {
		for (size_t i = 0; i < o.n_parts; i++)
			result.bytes += o.parts[i].size;
		result.files = o.n_parts;
		*out = result;
		return 0;
	}
	if (opts->confine && confine_exporter(s, o.lowest, opts->to, err) < 0) {
		(void)(target_abandon(t, &left) < 0);
		return err_kept(err, "nothing was written");
	}
	if (carry_out(&o, t, &last, events, &result, err) < 0) {
		if (o.begun && log_export(&o, "failed", NULL, &left) < 0)
			left = (struct ow_error){0}; /* the next writer says "recovered" instead */
		if (target_abandon(t, &left) < 0)
			return err_kept(
			    err, "an unfinished %s is left on the medium, without a manifest",
			    o.manifest.name);
		return err_kept(
		    err, "what was written to the medium was removed; the store is as it was");
	}
	*out = result;
	return 0;
}
