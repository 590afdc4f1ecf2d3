/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One function a file, each appending to `out`; failures of texts are the buffer's.
 */
#ifndef OW_NOTICE_WRITE_H
#define OW_NOTICE_WRITE_H

#include "base/buf.h"
#include "notice/bom.h"
#include "notice/plan.h"

void write_notice(struct plan *p, struct buf *out);
void write_index(struct plan *p, struct buf *out);

/* These two write nothing where no obligation asks for them. */
void write_restrict(struct plan *p, struct buf *out);
void write_display(struct plan *p, struct buf *out);

OW_MUST_USE int write_changes(struct plan *p, struct buf *out, struct ow_error *err);
OW_MUST_USE int write_decision(struct plan *p, struct buf *out, struct ow_error *err);

/* `decision` is the SHA-256 of DECISION.JSON. */
OW_MUST_USE int write_spdx(struct plan *p, const struct bom *b, const struct ow_id *decision,
			   struct buf *out, struct ow_error *err);
OW_MUST_USE int write_cdx(struct plan *p, const struct bom *b, const struct ow_id *decision,
			  struct buf *out, struct ow_error *err);

#endif
