/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/fsck_findings.h"

#include "base/err.h"
#include "base/events.h"
#include "base/ids.h"
#include "base/ints.h"
#include "base/time.h"
#include "flow/fsck_data.h"
#include "govern/subject.h"
#include "os/clock.h"

static int add_resident(void *ctx, const struct catalog_artifact *row, struct ow_error *err)
{
	return ids_add(ctx, &row->id, err);
}

/* It is newer than the one that it takes the place of, whatever the clock says. */
static int keep(struct ow_store *s, struct subject *x, struct ow_error *err)
{
	struct zone *z = s->zones[x->found.class];
	OW_AUTO(catalog_rollback) struct catalog *guard = NULL;
	OW_AUTO(buf_done) struct buf bytes = {0};
	struct catalog_note note = {.kind = "finding", .artifact = x->found.id};
	struct catalog *catalog;

	x->finding.time = note.time = u64_max(clock_now(), x->finding.time + 1);
	finding_encode(&x->finding, &bytes);
	if (buf_finish(&bytes, err) < 0 ||
	    docs_put(zone_records(z), (struct ow_view){bytes.p, bytes.n}, NULL, 0, &note.record,
		     err) < 0 ||
	    zone_sync(z, err) < 0 || handle_catalog(s, x->found.class, &catalog, err) <= 0 ||
	    catalog_begin(catalog, &guard, err) < 0 || catalog_put_note(catalog, &note, err) < 0)
		return err->code;
	return catalog_commit(&guard, err);
}

/* Why an artifact could not be looked at: 0 where the others can be all the same. */
static int tell(enum ow_class c, const struct ow_id *id, const struct ow_events *events,
		struct ow_fsck_report *report, const struct ow_error *why, struct ow_error *err)
{
	char text[OW_ID_TEXT];

	if (why->code == OW_E_IO || why->code == OW_E_INTEGRITY)
		return fsck_fault(report, why, (int)c, "unread-artifact", id, NULL, err);
	if (subject_failed_alone(why) || why->code == OW_E_UNCHECKED) {
		events_warn(events, "artifact %s was not looked at again: %.300s",
			    ow_id_text(id, text), why->text);
		return 0;
	}
	*err = *why;
	return err->code;
}

static int look_at(struct ow_store *s, enum ow_class c, const struct ow_id *id,
		   const struct ow_events *events, struct ow_fsck_report *report,
		   struct ow_error *err)
{
	OW_AUTO(subject_done) struct subject x = {0};
	struct ow_events quiet = {0}; /* no advice to do what is being done */
	struct ow_error why = {0};
	char text[OW_ID_TEXT];
	int r;

	if (events != NULL)
		quiet = *events;
	quiet.warn = NULL;
	r = subject_load(s, c, id, &quiet, &x, &why);
	if (r < 0)
		return tell(c, id, events, report, &why, err);
	if (r == 0 || x.on_record)
		return 0;
	if (x.finding.time >= TIME_MAX) {
		events_warn(events, "artifact %s: no finding can be newer than the one on record",
			    ow_id_text(id, text));
		return 0;
	}
	report->findings++;
	return keep(s, &x, err);
}

int fsck_findings(struct ow_store *s, enum ow_class c, const struct ow_events *events,
		  struct ow_fsck_report *report, struct ow_error *err)
{
	static const struct catalog_filter all;
	OW_AUTO(ids_done) struct ids residents = {0};
	struct catalog *catalog;
	int r = handle_catalog(s, c, &catalog, err);

	if (r <= 0)
		return r;
	if (catalog_list(catalog, &all, add_resident, &residents, err) < 0)
		return err->code;
	for (size_t i = 0; i < residents.n; i++) {
		if (look_at(s, c, &residents.at[i], events, report, err) < 0)
			return err->code;
	}
	return 0;
}
