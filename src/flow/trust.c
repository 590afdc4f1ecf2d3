/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * First trust: a fingerprint from a person, a root from a medium, and whether they belong together.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/digest.h"
#include "flow/rootview.h"
#include "trust/state.h"

/* What is looked for on the medium, and what was seen instead. */
struct search {
	struct ow_id wanted;
	struct candidate_list roots; /* of the folder that has it */
	struct chain_candidate *anchor;
	unsigned seen;
	struct ow_id first_seen;
};

static void search_done(struct search *s)
{
	candidates_done(&s->roots);
}
OW_DEFINE_AUTO_DONE(struct search, search_done)

/* Is the wanted root in this folder? Only digests are taken; nothing is parsed. */
static int look_into(void *ctx, int dir, const char *path, struct ow_error *err)
{
	struct search *s = ctx;
	OW_AUTO(candidates_done) struct candidate_list l = {0};

	if (candidates_read(dir, &l, err) < 0)
		return err_file(err, path);
	for (size_t i = 0; i < l.n; i++) {
		struct ow_id digest;

		if (digest_bytes(l.at[i].doc.doc.p, l.at[i].doc.doc.n, &digest, err) < 0)
			return err->code;
		if (ow_id_equal(&digest, &s->wanted)) {
			s->anchor = &l.at[i];
			s->roots = MOVE(l);
			return 1;
		}
		if (s->seen++ == 0)
			s->first_seen = digest;
	}
	return 0;
}

static int not_found(const struct search *s, const char *path, struct ow_error *err)
{
	char text[FINGERPRINT_TEXT];

	if (s->seen == 0)
		return err_set(err, OW_E_USAGE, "%s: no root there, nor two folders below it",
			       path);
	(void)err_set(err, OW_E_TRUST,
		      "%s: no root there has this fingerprint; the first of %u has %s", path,
		      s->seen, fingerprint_text(&s->first_seen, text));
	(void)err_kept(err, "nothing is trusted that was not before");
	return err_hint(err, "compare with whoever gave you the fingerprint before anything else");
}

static void describe(const struct chain *c, struct ow_trusted *out)
{
	const struct chain_link *last = &c->link[c->n - 1];

	*out = (struct ow_trusted){
	    .anchor = c->link[0].digest,
	    .anchor_version = c->link[0].root->version,
	    .newest = last->digest,
	    .newest_version = last->root->version,
	    .not_after = last->root->not_after,
	    .epoch = last->root->epoch,
	};
	text_copy(out->origin, sizeof out->origin, last->root->origin);
}

/* The origin has an anchor: fine if the root is part of what follows from it. */
static int already(const struct trust_state *t, const struct chain *found, struct ow_trusted *out,
		   struct ow_error *err)
{
	const char *origin = chain_newest(found)->origin;
	OW_AUTO(chain_done) struct chain known = {0};
	char is[OW_ID_HEX], should[OW_ID_HEX];

	if (trust_load(t, origin, &known, err) < 0)
		return err->code;
	for (size_t i = 0; i < known.n; i++) {
		if (!ow_id_equal(&known.link[i].digest, &found->link[0].digest))
			continue;
		describe(&known, out);
		out->already = true;
		return 0;
	}
	(void)err_set(err, OW_E_TRUST,
		      "origin \"%s\" is trusted from root %s on, and %s does not follow from it",
		      origin, ow_id_hex(&known.link[0].digest, is),
		      ow_id_hex(&found->link[0].digest, should));
	(void)err_kept(err, "nothing is trusted that was not before");
	return err_hint(
	    err,
	    "newer roots arrive with bundles by themselves; to begin anew on purpose, remove %s/%s",
	    t->dir[0], origin);
}

int ow_trust_init(const struct ow_trust_opts *opts, struct ow_trusted *out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state t = {0};
	OW_AUTO(search_done) struct search s = {0};
	OW_AUTO(chain_done) struct chain c = {0};
	int known;

	if (fingerprint_parse(opts->fingerprint, &s.wanted, err) < 0 ||
	    trust_state_init(&t, opts->trust, err) < 0 ||
	    rootview_walk(opts->path, look_into, &s, err) < 0)
		return err->code;
	if (s.anchor == NULL)
		return not_found(&s, opts->path, err);
	s.anchor->taken = true;
	if (chain_begin(&c, &s.anchor->doc, &s.wanted, err) < 0 ||
	    chain_extend(&c, s.roots.at, s.roots.n, NULL, err) < 0)
		return err_kept(err, "nothing is trusted that was not before");
	known = trust_knows(&t, chain_newest(&c)->origin, err);
	if (known < 0)
		return known;
	if (known > 0)
		return already(&t, &c, out, err);
	if (!opts->dry_run && trust_anchor(&t, &c, err) < 0)
		return err->code;
	describe(&c, out);
	return 0;
}

int ow_trust_list(const char *trust, ow_trust_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state t = {0};
	OW_AUTO(origin_list_done) struct origin_list all = {0};

	if (trust_state_init(&t, trust, err) < 0 || trust_origins(&t, &all, err) < 0)
		return err->code;
	for (size_t i = 0; i < all.n; i++) {
		OW_AUTO(chain_done) struct chain c = {0};
		struct ow_error why = {0};
		struct ow_trusted one = {0};
		int r;

		if (trust_load(&t, all.at[i], &c, &why) < 0) {
			text_copy(one.origin, sizeof one.origin, all.at[i]);
			one.code = why.code;
			text_copy(one.problem, sizeof one.problem, why.text);
		} else {
			describe(&c, &one);
		}
		r = visit(ctx, &one, err);
		if (r < 0)
			return r;
	}
	return 0;
}
