/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An artifact with what this store knows about its licences: the record, what was found in its files, and what those
 * who brought it declared.
 */
#ifndef OW_GOVERN_SUBJECT_H
#define OW_GOVERN_SUBJECT_H

#include "handle/handle.h"
#include "record/finding.h"

enum {
	SUBJECT_CLAIMS_MAX = 8
};

struct subject {
	struct found
	    found; /* its parents: those of the record, then what else its files claim (parentage) */
	/* the newest one on record; made now where there is none, or one of another detector: it then has that one's time */
	struct finding finding;
	bool on_record; /* is it? */
	bool
	    unseen; /* its files could not be looked at, and there is no finding (subject_load_some) */
	bool hides_base; /* may it be made from something that nobody could read of? */
	char declared[SUBJECT_CLAIMS_MAX]
		     [LICENCE_CAP]; /* by whoever added or sent it; sorted, each once */
	size_t n_declared;
};

/* Look an artifact up and read what is known of it.
 * Errors   as handle_find; where there is no finding, or one of another detector, also as find_licences.
 */
OW_MUST_USE int subject_open(struct ow_store *s, const char *ref, const struct ow_events *events,
			     struct subject *out, struct ow_error *err);

/* The same of one whose class and digest are known. 1 found, 0 not there (any more). */
OW_MUST_USE int subject_load(struct ow_store *s, enum ow_class c, const struct ow_id *id,
			     const struct ow_events *events, struct subject *out,
			     struct ow_error *err);

/* Is the failure about one artifact alone: its record, its files or what they say, or that the look at them took too
 * long? Whoever tells of many goes on with the others. That nothing can be looked at on this host is none.
 */
bool subject_failed_alone(const struct ow_error *why);

/* Go on after such a failure, with a warning: 0. Any other is moved into *err. */
OW_MUST_USE int subject_skip(const struct ow_events *events, const struct ow_error *why,
			     struct ow_error *err);

/* As subject_load, for telling of many artifacts: of one that cannot be looked at there is a warning, and its record as
 * far as that can be read.
 */
OW_MUST_USE int subject_load_some(struct ow_store *s, enum ow_class c, const struct ow_id *id,
				  const struct ow_events *events, struct subject *out,
				  struct ow_error *err);
void subject_done(struct subject *s);
OW_DEFINE_AUTO_DONE(struct subject, subject_done)

/* The artifacts of this store that a claimed parent may be. */
struct parents {
	struct ow_id *at; /* ascending, each once */
	size_t n, cap;
	char quarantined[NAME_CAP +
			 VERSION_CAP]; /* one that is in quarantine, "name@version"; "": none */
};

void parents_done(struct parents *p);
OW_DEFINE_AUTO_DONE(struct parents, parents_done)

/* Those that are called so (letter case aside), or come from that place upstream, in any version, and were promoted:
 * nobody answers for a name in quarantine. `child` is none of them.
 */
OW_MUST_USE int subject_find_parents(struct ow_store *s, const char *name,
				     const struct ow_id *child, struct parents *out,
				     struct ow_error *err);

#endif
