/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/bundle.h>

#include "base/err.h"
#include "base/mem.h"
#include "flow/confine.h"
#include "flow/goldens.h"
#include "flow/receive.h"

/* The SHA-256 of each whole blob beside its chunks, in one reading; nothing is written. */
static int check_whole(struct received *r, const struct ow_events *events, struct ow_error *err)
{
	for (size_t i = 0; i < r->manifest.n_blobs; i++) {
		const struct chunks *blob = &r->manifest.blobs[i].chunks;
		OW_AUTO(reader_set_done) struct reader_set set = {0};
		OW_AUTO(mem_free) struct copy_source *from = NULL;
		struct copy_job job = {.to = {.fd = -1}, .size = blob->size, .expect = blob};
		struct copy_result result = {0};
		struct ow_error why = {0};

		job.to.name = r->items[r->first_part[i]].path;
		if (received_sources(r, i, &set, &from, &job.n_from, &why) == 0) {
			job.from = from;
			if (copy_run(&job, 1, 1, "verifying", events, &result, &why) == 0) {
				r->report->bytes += blob->size;
				r->report->files += job.n_from;
				continue;
			}
		}
		if (report_error(r->report, "altered", job.to.name, &why, err) < 0)
			return err->code;
	}
	return 0;
}

static int check_bytes(struct received *r, bool whole, const struct ow_events *events,
		       struct ow_error *err)
{
	if (r->n_items == 0)
		return 0; /* refused before its files came into question, or superseded */
	if (receive_check(r, whole ? r->n_parts : 0, r->n_items, events, err) < 0 ||
	    (whole && check_whole(r, events, err) < 0))
		return err->code;
	r->report->checked = true;
	if (r->report->code != OW_OK)
		return 0;
	return receive_notices(&r->manifest, r->report, err) < 0 ? err->code
								 : receive_goldens(r, NULL, err);
}

int ow_verify(const char *const *paths, size_t n, const struct ow_verify_opts *opts,
	      const struct ow_events *events, struct ow_verify_report *out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	OW_AUTO(arrivals_done) struct arrivals a = {0};
	struct receive_rules rules = {.trust = &trust,
				      .tolerate_damaged = opts->tolerate_damaged_signatures};

	if (n == 0)
		return err_set(err, OW_E_USAGE, "no path to verify");
	if (trust_state_init(&trust, opts->trust, err) < 0)
		return err->code;
	if ((opts->confine && confine_reader(paths, n, &trust, err) < 0) ||
	    receive_scan(paths, n, &a, out, err) < 0 || receive_open(&a, &rules, err) < 0)
		return err->code;
	for (size_t i = 0; i < a.n; i++) {
		struct received *r = &a.at[i];

		if (check_bytes(r, opts->whole, events, err) < 0)
			return err->code;
		if (r->report->code != OW_OK)
			out->code = out->code == OW_OK ? r->report->code
						       : ow_code_graver(out->code, r->report->code);
	}
	return 0;
}
