/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records: an accepted artifact encodes to the bytes it came from, an accepted golden or finding to one that is read
 * back.
 */
#include <stdlib.h>
#include <string.h>

#include "record/artifact.h"
#include "record/finding.h"
#include "record/golden.h"
#include "record/note.h"
#include "record/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void same(const struct buf *b, const uint8_t *p, size_t n)
{
	if (b->n != n || memcmp(b->p, p, n) != 0)
		abort();
}

static void try_golden(const uint8_t *p, size_t n)
{
	OW_AUTO(golden_done) struct golden g = {0}, again = {0};
	OW_AUTO(buf_done) struct buf out = {0};
	struct golden_difference d;
	struct ow_error err = {0};

	if (golden_decode(p, n, &g, &err) < 0)
		return;
	if (golden_encode(&g, &out, &err) < 0 || golden_decode(out.p, out.n, &again, &err) < 0 ||
	    !golden_same(&g, &again, &d))
		abort();
}

static void try_statement(const uint8_t *p, size_t n)
{
	OW_AUTO(buf_done) struct buf out = {0};
	struct statement s, again;
	struct ow_error err = {0};
	char line[STATEMENT_LINE];

	if (statement_decode(p, n, &s, &err) < 0)
		return;
	if (statement_encode(&s, &out, &err) < 0 ||
	    statement_decode(out.p, out.n, &again, &err) < 0 || statement_line(&s, line) != line)
		abort();
}

/* It may carry keys of a later version, which encoding does not keep: what is kept reads back as the same. */
static void try_finding(const uint8_t *p, size_t n)
{
	OW_AUTO(finding_done) struct finding f = {0}, again = {0};
	OW_AUTO(buf_done) struct buf out = {0}, twice = {0};
	struct ow_error err = {0};

	if (finding_decode(p, n, &f, &err) < 0)
		return;
	finding_encode(&f, &out);
	if (finding_decode(out.p, out.n, &again, &err) < 0)
		abort();
	finding_encode(&again, &twice);
	same(&twice, out.p, out.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	OW_AUTO(artifact_done) struct artifact a = {0};
	OW_AUTO(intake_done) struct intake in = {0};
	OW_AUTO(buf_done) struct buf out = {0};
	struct ow_error err = {0};
	struct arrival arrival;
	struct promotion promotion;

	if (artifact_decode(p, n, &a, &err) == 0) {
		artifact_encode(&a, &out);
		same(&out, p, n);
	}
	/* the others may carry keys of a later version, which encoding does not keep */
	err = (struct ow_error){0};
	if (intake_decode(p, n, &in, &err) == 0 && in.n_facts > NOTE_FACTS_MAX)
		abort();
	err = (struct ow_error){0};
	if (arrival_decode(p, n, &arrival, &err) == 0 && arrival.claimed_class > 4)
		abort();
	err = (struct ow_error){0};
	if (promotion_decode(p, n, &promotion, &err) == 0 &&
	    (promotion.to > 4 || promotion.from > 4))
		abort();
	try_golden(p, n);
	try_statement(p, n);
	try_finding(p, n);
	return 0;
}
