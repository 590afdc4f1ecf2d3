/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a verb says: lines and tables for people, or one JSON object; errors and warnings. Whoever
 * wants the other form loses nothing: text calls do nothing under --json, JSON calls do nothing
 * without.
 *
 * Everything printed is scrubbed (text_escape), whoever wrote it, so that no name from outside
 * reaches a terminal as it stands. Failures to allocate or to write are remembered and come out of
 * out_finish.
 */
#ifndef OW_CLI_OUT_H
#define OW_CLI_OUT_H

#include <stdbool.h>

#include <owstore/error.h>

#include "base/buf.h"
#include "codec/json.h"

enum out_mode {
	OUT_TEXT,
	OUT_JSON,
	OUT_JSON_LINES
};

enum out_style {
	OUT_PLAIN,
	OUT_HEAD, /* titles */
	OUT_GOOD, /* verdicts that let pass */
	OUT_BAD,  /* verdicts that do not */
	OUT_DIM   /* asides */
};

struct out {
	enum out_mode mode;
	bool color;       /* may styles be used on standard output? */
	bool keep_result; /* set by a verb: a failure is told inside its own JSON object */
	bool quiet;
	bool verbose;       /* errors come with their stable name */
	unsigned columns;   /* of the terminal, 80 where there is none; tables are cut only on a
			       terminal */
	bool terminal;      /* is standard output one? */
	const char *verb;   /* for messages */
	struct buf text;    /* not yet written */
	struct json result; /* the object under --json, else all zero */
	struct json_doc *doc;
	struct buf warnings;    /* for its "warnings", each ended by a NUL */
	bool raw;               /* out_raw took the place of the result */
	struct ow_error failed; /* the first failure to write */
};

/* Begin: in the JSON modes the result object exists with its "schema". */
OW_MUST_USE int out_begin(struct out *o, enum out_mode mode, const char *verb,
			  struct ow_error *err);

/* One line of text, scrubbed, with its line feed. A line feed inside becomes "\n" as two
 * characters. */
void out_line(struct out *o, const char *fmt, ...) OW_PRINTF(2, 3);
void out_styled(struct out *o, enum out_style style, const char *fmt, ...) OW_PRINTF(3, 4);

/* Text that is the tool's own and has its line feeds (help, completion, manual): written as it is,
 * also under
 * --json.
 */
void out_raw(struct out *o, const struct buf *text);

/* Bytes from outside as part of a line, which out_line ends: scrubbed, whatever they are. */
void out_part(struct out *o, const void *p, size_t n);

/* Text from outside that comes in pieces (what a model writes): shown at once, scrubbed but for its line feeds and
 * tabs. A piece ends at a whole character. < 0 where nobody takes it any more.
 */
OW_MUST_USE int out_piece(struct out *o, const char *p, size_t n, struct ow_error *err);

/* One warning: a line on standard error, and an entry of "warnings" or an event line in JSON. */
void out_warn(struct out *o, const char *text);

/* One event as a line of its own, in OUT_JSON_LINES only; frees doc. */
void out_event(struct out *o, struct json_doc *doc);

/* End: write what is left, with `err` told where it holds one. Returns the exit status, that of a
 * failed write where nothing else failed.
 */
int out_finish(struct out *o, const struct ow_error *err);
void out_done(struct out *o);
OW_DEFINE_AUTO_DONE(struct out, out_done)

/* Cause, state left behind and next step on standard error, `verbose` also the stable name. */
void out_error(const char *verb, const struct ow_error *err, bool verbose);

#endif
