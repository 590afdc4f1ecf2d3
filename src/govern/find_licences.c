/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/find_licences.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/events.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "govern/licence_reader.h"
#include "os/fd.h"
#include "os/path.h"
#include "store/blob.h"

struct finder {
	const struct finding_source *from;
	const struct component **at; /* the components that are read */
	const struct ow_events *events;
	struct finding *out;
	bool several;              /* a part that turns pictures or sounds into numbers is there */
	bool tags_cut, claims_cut; /* there are more than a finding holds, which it says */
	const char *modality;
};

static bool has(const char *s, const char *part)
{
	return strcasestr(s, part) != NULL;
}

/* --license-file makes any file a licence; a model may be called as it likes. */
static enum licence_role role_of_component(const struct component *c)
{
	enum licence_role role = licence_file_role(c->path);

	if (strcmp(c->role, "licence") == 0)
		return LICENCE_TEXT;
	if (role == LICENCE_NONE && strcmp(c->role, "code") == 0)
		return LICENCE_CODE;
	return role == LICENCE_NONE &&
		       (strcmp(c->role, "weights") == 0 || strcmp(c->role, "adapter") == 0)
		   ? LICENCE_MODEL
		   : role;
}

/* A text that a licence refers to. It is no licence of its own. */
static bool is_policy(const char *path)
{
	const char *name = path_base(path);

	return has(name, "use_policy") || has(name, "use-policy") || has(name, "usage_policy") ||
	       has(name, "acceptable_use") || has(name, "acceptable-use") ||
	       has(name, "prohibited_use") || has(name, "prohibited-use");
}

static const char *read_as(const struct component *c)
{
	switch (role_of_component(c)) {
	case LICENCE_TEXT:
		return is_policy(c->path) ? "policy" : "text";
	case LICENCE_CARD:
		return "card";
	case LICENCE_MODEL:
		return "model";
	case LICENCE_ASIDE:
	case LICENCE_CODE:
	case LICENCE_NONE:
		break;
	}
	return "aside";
}

/* ---- what the reader asks for ------------------------------------------------------------------------ */

static const char *path_of(void *ctx, size_t i)
{
	return ((const struct finder *)ctx)->at[i]->path;
}

static enum licence_role role_of(void *ctx, size_t i)
{
	return role_of_component(((const struct finder *)ctx)->at[i]);
}

static int open_component(void *ctx, size_t i, struct ow_error *err)
{
	const struct finder *f = ctx;

	return f->from->open(f->from->ctx, f->at[i], err);
}

/* What is read whole is hashed before anybody judges it; of what is longer the size must do. */
static int check_bytes(int fd, const struct component *c, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	char want[OW_ID_HEX], got[OW_ID_HEX];
	struct ow_id id;
	uint64_t size;
	uint8_t *p;
	int64_t n;

	if (fd_size(fd, &size, c->path, err) < 0)
		return err->code;
	if (size != c->size)
		return err_set(err, OW_E_INTEGRITY, "%s has %llu bytes, its record says %llu",
			       c->path, (unsigned long long)size, (unsigned long long)c->size);
	if (size > LICENSE_FILE_MAX)
		return 0;
	p = buf_room(&b, (size_t)size);
	if (p == NULL)
		return buf_finish(&b, err);
	n = fd_pread(fd, p, (size_t)size, 0, c->path, err);
	if (n < 0 || digest_bytes(p, (size_t)n, &id, err) < 0)
		return err->code;
	if (ow_id_equal(&id, &c->blob))
		return 0;
	return err_set(err, OW_E_INTEGRITY, "%s is damaged: it hashes to %s, expected %s", c->path,
		       ow_id_hex(&id, got), ow_id_hex(&c->blob, want));
}

int find_in_zone(void *ctx, const struct component *c, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	char hex[OW_ID_HEX];
	int r = zone_blob_open(ctx, &c->blob, NULL, &fd, NULL, err);

	if (r == 0)
		return err_set(err, OW_E_INTEGRITY, "blob %s of %s is missing",
			       ow_id_hex(&c->blob, hex), c->path);
	if (r < 0 || check_bytes(fd, c, err) < 0)
		return err->code;
	return fd_steal(&fd);
}

/* ---- what it tells ------------------------------------------------------------------------------------ */

/* What a task works on; NULL: text, or nobody knows. */
static const char *modality_of(const char *task)
{
	static const struct {
		const char *part, *modality;
	} parts[] = {
	    {"image-text-to", "multimodal"},
	    {"video-text-to", "multimodal"},
	    {"audio-text-to", "multimodal"},
	    {"any-to-any", "multimodal"},
	    {"image-to-text", "multimodal"},
	    {"visual", "multimodal"},
	    {"document-question", "multimodal"},
	    {"video", "video"},
	    {"image", "image"},
	    {"object-detection", "image"},
	    {"depth", "image"},
	    {"mask", "image"},
	    {"audio", "audio"},
	    {"speech", "audio"},
	    {"voice", "audio"},
	};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (has(task, parts[i].part))
			return parts[i].modality;
	}
	return has(task, "text") ? "text" : NULL;
}

static void warn_unread(const struct finder *f, const char *path, const char *what, const char *why)
{
	events_warn(f->events, "%s: its %s cannot be read (%s); what it claims is not known", path,
		    what, why);
}

/* From this file on claims are left out. Said once, in one of two places that are kept for it. */
static int cut(struct finder *f, bool *told, const char *path, const char *what,
	       struct ow_error *err)
{
	const struct finding_claim claim = {path, what, "too many claims", ""};

	if (*told)
		return 0;
	*told = true;
	warn_unread(f, path, what, claim.value);
	return finding_add_claim(f->out, &claim, err);
}

static int take_claim(struct finder *f, const char *path, const struct claim *c,
		      struct ow_error *err)
{
	const struct finding_claim claim = {path, c->key, c->value, c->id};

	if (c->kind == CLAIM_UNREAD)
		warn_unread(f, path, c->key, c->value);
	f->out->gated = f->out->gated || c->kind == CLAIM_GATE;
	if (c->kind == CLAIM_TASK && f->modality == NULL)
		f->modality = modality_of(c->value);
	if (c->kind == CLAIM_GATE)
		return 0;
	/* the tags of code must not crowd out what cards say */
	if (c->kind == CLAIM_FILE && f->out->n_claims >= FINDING_CLAIMS_MAX / 2)
		return cut(f, &f->tags_cut, path, FIND_TAGS_CUT, err);
	if (f->out->n_claims >= FINDING_CLAIMS_MAX - 2)
		return cut(f, &f->claims_cut, path, "front matter", err);
	return finding_add_claim(f->out, &claim, err);
}

static int take_text(struct finder *f, const struct component *c, const struct detect *d,
		     struct ow_error *err)
{
	OW_AUTO(mem_free) const char **ids = mem_array(d->n_matches, sizeof *ids, err);
	struct finding_file file = {.path = c->path,
				    .as = read_as(c),
				    .state = detect_state_name(d->state),
				    .words = d->words,
				    .excerpt = d->excerpt};

	if (ids == NULL)
		return err->code;
	for (size_t i = 0; i < d->n_matches; i++)
		ids[file.n_ids++] = d->matches[i].id;
	file.ids = ids;
	/* a card holds an agreement or it is prose; the header of a model is no text */
	if (d->state == DETECT_UNKNOWN &&
	    (strcmp(file.as, "card") == 0 || strcmp(file.as, "model") == 0)) {
		file.state = "none";
		file.excerpt = "";
	}
	return finding_add_file(f->out, &file, err);
}

static int take(void *ctx, size_t i, struct detect *d, struct claims *claims, struct ow_error *err)
{
	struct finder *f = ctx;

	for (size_t k = 0; k < claims->n; k++) {
		if (take_claim(f, f->at[i]->path, &claims->at[k], err) < 0)
			return err->code;
	}
	return role_of(f, i) == LICENCE_CODE ? 0 : take_text(f, f->at[i], d, err);
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

/* Files that only models have which take in more than text. */
static bool takes_more_than_text(const struct component *c)
{
	const char *name = path_base(c->path);

	return has(name, "mmproj") || strcmp(name, "preprocessor_config.json") == 0 ||
	       strcmp(name, "processor_config.json") == 0;
}

bool find_licences_current(const struct finding *f)
{
	return f->detector == FIND_LICENCES_NUMBER && ow_id_equal(&f->prints, &fingerprints_id);
}

int find_licences(const struct component *components, size_t n, const struct finding_source *from,
		  const struct ow_events *events, struct finding *out, struct ow_error *err)
{
	OW_AUTO(mem_free) const struct component **at = mem_array(n, sizeof(void *), err);
	OW_AUTO(finding_done) struct finding finding = {0};
	struct finder f = {.from = from, .at = at, .events = events, .out = &finding};
	struct licence_source files = {
	    .ctx = &f, .path = path_of, .role = role_of, .open = open_component, .take = take};
	size_t n_code = 0;

	if (at == NULL)
		return err->code;
	finding.prints = fingerprints_id;
	finding.detector = FIND_LICENCES_NUMBER;
	for (size_t i = 0; i < n; i++) {
		enum licence_role role = role_of_component(&components[i]);

		f.several = f.several || takes_more_than_text(&components[i]);
		n_code += role == LICENCE_CODE;
		if (role != LICENCE_NONE)
			at[files.n++] = &components[i];
	}
	if (files.n - n_code > FINDING_FILES_MAX)
		return err_set(err, OW_E_FORMAT, "%zu files speak of licences, at most %d may",
			       files.n - n_code, FINDING_FILES_MAX);
	if (licence_read(&files, events, err) < 0)
		return err->code;
	finding.modality = f.several && (f.modality == NULL || strcmp(f.modality, "text") == 0)
			       ? "multimodal"
			       : f.modality;
	*out = MOVE(finding);
	return 0;
}
