/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trust/chain.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "os/dir.h"
#include "trust/gate.h"

/* A folder with a full chain holds 17 files a version. */
#define FOLDER_MAX 65536

/* D35: what is altered is refused, in a root as in a bundle. */
static const struct gate_rules strict = {.tolerate_damaged = false};

static void link_done(struct chain_link *l)
{
	root_free(l->root);
	signed_done(&l->doc);
}

void chain_done(struct chain *c)
{
	for (size_t i = 0; i < c->n; i++)
		link_done(&c->link[i]);
	mem_free(c->link);
	*c = (struct chain){0};
}

/* Append; root and document move into the chain. */
static int append(struct chain *c, struct root **root, const struct ow_id *digest,
		  struct signed_doc *doc, struct ow_error *err)
{
	if (mem_grow(&c->link, c->n, &c->cap, sizeof c->link[0], err) < 0)
		return err->code;
	c->link[c->n++] = (struct chain_link){.root = STEAL(*root), .digest = *digest, .doc = *doc};
	*doc = (struct signed_doc){0};
	return 0;
}

int chain_begin(struct chain *c, struct signed_doc *anchor_doc, const struct ow_id *anchor,
		struct ow_error *err)
{
	OW_AUTO(root_free) struct root *root = NULL;
	struct gate_report report;
	struct ow_id digest;
	char is[OW_ID_HEX], should[OW_ID_HEX];

	if (digest_bytes(anchor_doc->doc.p, anchor_doc->doc.n, &digest, err) < 0)
		return err->code;
	if (!ow_id_equal(&digest, anchor))
		return err_set(err, OW_E_TRUST, "%s: fingerprint %s, expected %s", anchor_doc->name,
			       ow_id_hex(&digest, is), ow_id_hex(anchor, should));
	/* the fingerprint vouches for these bytes, so they may be parsed; its keys must have agreed all the same */
	if (root_decode(anchor_doc->doc.p, anchor_doc->doc.n, &root, err) < 0)
		return err_ctx(err, "%s", anchor_doc->name);
	if (gate_check(anchor_doc, root, OW_ROLE_ROOT, "root", &strict, &report, err) < 0)
		return err->code;
	return append(c, &root, &digest, anchor_doc, err);
}

static const struct chain_link *newest(const struct chain *c)
{
	return &c->link[c->n - 1];
}

/* What the next root must say about the one before it. */
static int check_step(const struct chain_link *from, const struct root *to, uint64_t claimed,
		      struct ow_error *err)
{
	const struct root *old = from->root;
	char is[OW_ID_HEX], should[OW_ID_HEX];

	if (strcmp(old->origin, to->origin) != 0)
		return err_set(err, OW_E_TRUST, "a root of \"%s\", expected \"%s\"", to->origin,
			       old->origin);
	if (to->version != claimed || to->version != old->version + 1)
		return err_set(err, OW_E_TRUST, "holds root version %llu, expected %llu",
			       (unsigned long long)to->version,
			       (unsigned long long)old->version + 1);
	if (!ow_id_equal(&to->prev, &from->digest))
		return err_set(err, OW_E_TRUST,
			       "follows version %llu with fingerprint %s, known here as %s",
			       (unsigned long long)old->version, ow_id_hex(&to->prev, is),
			       ow_id_hex(&from->digest, should));
	if (to->epoch < old->epoch)
		return err_set(err, OW_E_TRUST, "goes back from epoch %llu to %llu",
			       (unsigned long long)old->epoch, (unsigned long long)to->epoch);
	return 0;
}

int chain_check_next(const struct chain_link *from, uint64_t claimed, const struct signed_doc *doc,
		     struct root **out, struct ow_id *digest, struct ow_error *err)
{
	OW_AUTO(root_free) struct root *root = NULL;
	struct gate_report report;

	if (gate_check(doc, from->root, OW_ROLE_ROOT, "root", &strict, &report, err) < 0)
		return err->code;
	if (root_decode(doc->doc.p, doc->doc.n, &root, err) < 0 ||
	    check_step(from, root, claimed, err) < 0)
		return err_ctx(err, "%s", doc->name);
	if (gate_check(doc, root, OW_ROLE_ROOT, "root", &strict, &report, err) < 0)
		return err->code;
	*digest = report.digest;
	*out = STEAL(root);
	return 0;
}

static int step(struct chain *c, struct chain_candidate *candidate, struct ow_error *err)
{
	OW_AUTO(root_free) struct root *root = NULL;
	struct ow_id digest;

	if (c->n == ROOT_CHAIN_MAX)
		return err_set(err, OW_E_TRUST, "%s: a chain has at most %d roots",
			       candidate->doc.name, ROOT_CHAIN_MAX);
	if (chain_check_next(newest(c), candidate->version, &candidate->doc, &root, &digest, err) <
		0 ||
	    append(c, &root, &digest, &candidate->doc, err) < 0)
		return err->code;
	assert(newest(c)->root != NULL);
	candidate->taken = true;
	return 0;
}

/* Is it, by the anchor's own keys, another document of the anchor's version? */
static int check_rival(const struct chain_link *anchor, const struct chain_candidate *candidate,
		       struct ow_id *digest, struct ow_error *err)
{
	OW_AUTO(root_free) struct root *root = NULL;
	struct gate_report report;

	if (gate_check(&candidate->doc, anchor->root, OW_ROLE_ROOT, "root", &strict, &report, err) <
	    0)
		return err->code;
	if (root_decode(candidate->doc.doc.p, candidate->doc.doc.n, &root, err) < 0)
		return err_ctx(err, "%s", candidate->doc.name);
	if (root->version != candidate->version)
		return err_set(err, OW_E_TRUST, "%s: holds root version %llu, expected %llu",
			       candidate->doc.name, (unsigned long long)root->version,
			       (unsigned long long)candidate->version);
	*digest = report.digest;
	return 0;
}

/* A candidate for a version that the chain has, with other bytes: equivocation if it is properly signed. */
static int contradict(const struct chain *c, size_t at, const struct chain_candidate *candidate,
		      const struct chain_candidate **odd, struct ow_error *err)
{
	OW_AUTO(root_free) struct root *root = NULL;
	struct ow_id digest;
	char is[OW_ID_HEX], should[OW_ID_HEX];

	if (at == 0 ? check_rival(&c->link[0], candidate, &digest, err) < 0
		    : chain_check_next(&c->link[at - 1], candidate->version, &candidate->doc, &root,
				       &digest, err) < 0)
		return err->code;
	if (odd != NULL)
		*odd = candidate;
	return err_set(
	    err, OW_E_STALE,
	    "%s: two different roots of %s are both signed as version %llu: %s, and %s known here",
	    candidate->doc.name, c->link[at].root->origin, (unsigned long long)candidate->version,
	    ow_id_hex(&digest, is), ow_id_hex(&c->link[at].digest, should));
}

static int compare(const struct chain *c, const struct chain_candidate *candidate,
		   const struct chain_candidate **odd, struct ow_error *err)
{
	size_t at = (size_t)(candidate->version - c->link[0].root->version);
	const struct buf *have = &c->link[at].doc.doc, *got = &candidate->doc.doc;

	if (have->n == got->n && memcmp(have->p, got->p, got->n) == 0)
		return 0;
	return contradict(c, at, candidate, odd, err);
}

int chain_extend(struct chain *c, struct chain_candidate *candidates, size_t n,
		 const struct chain_candidate **odd, struct ow_error *err)
{
	int added = 0;

	for (size_t i = 0; i < n; i++) {
		struct chain_candidate *candidate = &candidates[i];
		uint64_t have = newest(c)->root->version;

		if (candidate->taken || candidate->version < c->link[0].root->version)
			continue;
		if (candidate->version > have + 1)
			return err_set(err, OW_E_TRUST,
				       "%s: root version %llu is missing between it and version "
				       "%llu known here",
				       candidate->doc.name, (unsigned long long)have + 1,
				       (unsigned long long)have);
		if (candidate->version <= have) {
			if (compare(c, candidate, odd, err) < 0)
				return err->code;
			continue;
		}
		if (step(c, candidate, err) < 0)
			return err->code;
		added++;
	}
	return added;
}

const char *root_stem(uint64_t version, char out[ROOT_STEM])
{
	(void)snprintf(out, ROOT_STEM, "ROOT%04u", (unsigned)version);
	return out;
}

uint64_t root_stem_parse(const char *name)
{
	uint64_t version = 0;

	for (unsigned i = 0; i < 4; i++) {
		if ((name[i] & ~0x20) != "ROOT"[i])
			return 0;
	}
	for (unsigned i = 4; i < 8; i++) {
		if (name[i] < '0' || name[i] > '9')
			return 0;
		version = version * 10 + (uint64_t)(name[i] - '0');
	}
	return name[8] == '.' && (name[9] & ~0x20) == 'C' && (name[10] & ~0x20) == 'B' &&
		       (name[11] & ~0x20) == 'R' && name[12] == '\0'
		   ? version
		   : 0;
}

void candidates_done(struct candidate_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		signed_done(&l->at[i].doc);
	mem_free(l->at);
	*l = (struct candidate_list){0};
}

/* Read one version and append it. */
static int add_candidate(int dir, uint64_t version, struct candidate_list *l, struct ow_error *err)
{
	char stem[ROOT_STEM];

	if (mem_grow(&l->at, l->n, &l->cap, sizeof l->at[0], err) < 0)
		return err->code;
	l->at[l->n] = (struct chain_candidate){.version = version};
	if (signed_read(dir, root_stem(version, stem), DOCUMENT_MAX, &l->at[l->n].doc, err) < 0)
		return err->code;
	l->n++;
	return 0;
}

int candidates_read(int dir, struct candidate_list *out, struct ow_error *err)
{
	OW_AUTO(candidates_done) struct candidate_list l = {0};
	OW_AUTO(dir_list_done) struct dir_list names = {0};

	if (dir_list(dir, ".", FOLDER_MAX, &names, err) < 0)
		return err->code;
	/* the names come sorted, so the versions do; one past the limit is enough to see that it is passed */
	for (size_t i = 0; i < names.n && l.n <= ROOT_CHAIN_MAX; i++) {
		uint64_t version = root_stem_parse(names.at[i].name);

		if (version != 0 && add_candidate(dir, version, &l, err) < 0)
			return err->code;
	}
	*out = MOVE(l);
	return 0;
}
