/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "record/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "record/doc.h"

/* Keys; of a file and of a claim those of their own maps. */
enum {
	KEY_ARTIFACT = 2,
	KEY_TIME = 3,
	KEY_PRINTS = 4,
	KEY_FILES = 5,
	KEY_CLAIMS = 6,
	KEY_GATED = 7,
	KEY_MODALITY = 8,
	KEY_DETECTOR = 9,

	FILE_PATH = 0,
	FILE_AS = 1,
	FILE_STATE = 2,
	FILE_IDS = 3,
	FILE_WORDS = 4,
	FILE_EXCERPT = 5,

	CLAIM_PATH = 0,
	CLAIM_KEY = 1,
	CLAIM_VALUE = 2,
	CLAIM_ID = 3
};

static const struct ow_id no_words;

/* ---- putting together ---------------------------------------------------------------------------- */

/* A copy of at most FINDING_TEXT_CAP - 1 bytes that ends at a whole character. */
static const char *bounded(struct finding *f, const char *s)
{
	size_t n = strlen(s), at = 0;
	uint32_t c;

	while (at < n) {
		size_t step = utf8_next((const uint8_t *)s + at, n - at, &c);

		if (step == 0 || at + step >= FINDING_TEXT_CAP)
			break;
		at += step;
	}
	return arena_text(&f->texts, s, at);
}

static size_t sort_ids(const char **ids, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(ids, n, sizeof *ids, text_order);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || strcmp(ids[kept - 1], ids[i]) != 0)
			ids[kept++] = ids[i];
	}
	return kept;
}

int finding_add_file(struct finding *f, const struct finding_file *file, struct ow_error *err)
{
	struct finding_file *at;

	if (f->n_files == FINDING_FILES_MAX)
		return 0;
	if (mem_grow(&f->files, f->n_files, &f->cap_files, sizeof *at, err) < 0)
		return err->code;
	at = &f->files[f->n_files];
	*at = (struct finding_file){.path = bounded(f, file->path),
				    .as = bounded(f, file->as),
				    .state = bounded(f, file->state),
				    .words = file->words,
				    .excerpt = bounded(f, file->excerpt)};
	at->ids = arena_array(&f->texts, file->n_ids, sizeof *at->ids, err);
	if (at->ids == NULL)
		return err->code;
	for (size_t i = 0; i < file->n_ids; i++)
		at->ids[i] = bounded(f, file->ids[i]);
	if (arena_finish(&f->texts, err) < 0)
		return err->code;
	at->n_ids = size_min(sort_ids(at->ids, file->n_ids), FINDING_IDS_MAX);
	f->n_files++;
	return 0;
}

int finding_add_claim(struct finding *f, const struct finding_claim *claim, struct ow_error *err)
{
	if (claim->value[0] == '\0' || f->n_claims == FINDING_CLAIMS_MAX)
		return 0;
	if (mem_grow(&f->claims, f->n_claims, &f->cap_claims, sizeof *f->claims, err) < 0)
		return err->code;
	f->claims[f->n_claims++] = (struct finding_claim){.path = bounded(f, claim->path),
							  .key = bounded(f, claim->key),
							  .value = bounded(f, claim->value),
							  .id = bounded(f, claim->id)};
	return arena_finish(&f->texts, err);
}

static int file_order(const void *a, const void *b)
{
	return strcmp(((const struct finding_file *)a)->path,
		      ((const struct finding_file *)b)->path);
}

static int claim_order(const void *a, const void *b)
{
	const struct finding_claim *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	if (order == 0)
		order = strcmp(x->key, y->key);
	return order != 0 ? order : strcmp(x->value, y->value);
}

void finding_sort(struct finding *f)
{
	size_t kept = 0;

	if (f->n_files > 1)
		qsort(f->files, f->n_files, sizeof *f->files, file_order);
	if (f->n_claims > 1)
		qsort(f->claims, f->n_claims, sizeof *f->claims, claim_order);
	for (size_t i = 0; i < f->n_claims; i++) {
		if (kept == 0 || claim_order(&f->claims[kept - 1], &f->claims[i]) != 0)
			f->claims[kept++] = f->claims[i];
	}
	f->n_claims = kept;
}

/* ---- writing ------------------------------------------------------------------------------------- */

static void encode_file(const struct finding_file *file, struct buf *out)
{
	bool words = !ow_id_equal(&file->words, &no_words);

	cbor_wr_map(out, 3u + (file->n_ids > 0) + words + (file->excerpt[0] != '\0'));
	cbor_wr_key(out, FILE_PATH);
	cbor_wr_text(out, file->path);
	cbor_wr_key(out, FILE_AS);
	cbor_wr_text(out, file->as);
	cbor_wr_key(out, FILE_STATE);
	cbor_wr_text(out, file->state);
	if (file->n_ids > 0) {
		cbor_wr_key(out, FILE_IDS);
		cbor_wr_array(out, file->n_ids);
	}
	for (size_t i = 0; i < file->n_ids; i++)
		cbor_wr_text(out, file->ids[i]);
	if (words) {
		cbor_wr_key(out, FILE_WORDS);
		cbor_wr_id(out, &file->words);
	}
	if (file->excerpt[0] != '\0') {
		cbor_wr_key(out, FILE_EXCERPT);
		cbor_wr_text(out, file->excerpt);
	}
}

static void encode_claim(const struct finding_claim *claim, struct buf *out)
{
	cbor_wr_map(out, 3u + (claim->id[0] != '\0'));
	cbor_wr_key(out, CLAIM_PATH);
	cbor_wr_text(out, claim->path);
	cbor_wr_key(out, CLAIM_KEY);
	cbor_wr_text(out, claim->key);
	cbor_wr_key(out, CLAIM_VALUE);
	cbor_wr_text(out, claim->value);
	if (claim->id[0] != '\0') {
		cbor_wr_key(out, CLAIM_ID);
		cbor_wr_text(out, claim->id);
	}
}

void finding_encode(struct finding *f, struct buf *out)
{
	bool modality = f->modality != NULL && f->modality[0] != '\0';

	finding_sort(f);
	doc_begin(out, "finding",
		  3u + (f->n_files > 0) + (f->n_claims > 0) + f->gated + modality +
		      (f->detector > 0));
	cbor_wr_key(out, KEY_ARTIFACT);
	cbor_wr_id(out, &f->artifact);
	cbor_wr_key(out, KEY_TIME);
	cbor_wr_uint(out, f->time);
	cbor_wr_key(out, KEY_PRINTS);
	cbor_wr_id(out, &f->prints);
	if (f->n_files > 0) {
		cbor_wr_key(out, KEY_FILES);
		cbor_wr_array(out, f->n_files);
	}
	for (size_t i = 0; i < f->n_files; i++)
		encode_file(&f->files[i], out);
	if (f->n_claims > 0) {
		cbor_wr_key(out, KEY_CLAIMS);
		cbor_wr_array(out, f->n_claims);
	}
	for (size_t i = 0; i < f->n_claims; i++)
		encode_claim(&f->claims[i], out);
	if (f->gated) {
		cbor_wr_key(out, KEY_GATED);
		cbor_wr_bool(out, true);
	}
	if (modality) {
		cbor_wr_key(out, KEY_MODALITY);
		cbor_wr_text(out, f->modality);
	}
	if (f->detector > 0) {
		cbor_wr_key(out, KEY_DETECTOR);
		cbor_wr_uint(out, f->detector);
	}
}

/* ---- reading ------------------------------------------------------------------------------------- */

/* A text that is not empty and has no NUL. */
static const char *read_text(struct cbor_rd *r, struct finding *f)
{
	char text[FINDING_TEXT_CAP] = "";

	cbor_rd_string(r, text, sizeof text);
	if (cbor_rd_ok(r) && text[0] == '\0')
		cbor_rd_fail(r, "empty text");
	return arena_text(&f->texts, text, strlen(text));
}

static int decode_ids(struct cbor_rd *r, struct finding *f, struct finding_file *file,
		      struct ow_error *err)
{
	uint64_t n = cbor_rd_array(r);

	if (n == 0 || n > FINDING_IDS_MAX)
		cbor_rd_fail(r, "no ids, or too many");
	if (!cbor_rd_ok(r))
		return 0;
	file->ids = arena_array(&f->texts, (size_t)n, sizeof *file->ids, err);
	if (file->ids == NULL)
		return err->code;
	while (cbor_rd_more(r) && file->n_ids < n) {
		file->ids[file->n_ids] = read_text(r, f);
		if (file->n_ids > 0 &&
		    strcmp(file->ids[file->n_ids - 1], file->ids[file->n_ids]) >= 0)
			cbor_rd_fail(r, "ids out of order");
		file->n_ids++;
	}
	return 0;
}

static int decode_file(struct cbor_rd *r, struct finding *f, struct ow_error *err)
{
	struct finding_file file = {.path = "", .as = "", .state = "", .excerpt = ""};
	unsigned seen = 0;
	int64_t key;

	(void)cbor_rd_map(r);
	while (cbor_rd_key(r, &key)) {
		switch (key) {
		case FILE_PATH:
			file.path = read_text(r, f);
			seen++;
			break;
		case FILE_AS:
			file.as = read_text(r, f);
			seen++;
			break;
		case FILE_STATE:
			file.state = read_text(r, f);
			seen++;
			break;
		case FILE_IDS:
			if (decode_ids(r, f, &file, err) < 0)
				return err->code;
			break;
		case FILE_WORDS:
			file.words = cbor_rd_id(r);
			if (cbor_rd_ok(r) && ow_id_equal(&file.words, &no_words))
				cbor_rd_fail(r, "a digest of nothing");
			break;
		case FILE_EXCERPT:
			file.excerpt = read_text(r, f);
			break;
		default:
			cbor_rd_unknown(r, key);
			break;
		}
	}
	if (seen != 3)
		cbor_rd_fail(r, "a file lacks its path, kind or state");
	if (!cbor_rd_ok(r) || arena_finish(&f->texts, err) < 0)
		return err->code;
	if (f->n_files == FINDING_FILES_MAX ||
	    (f->n_files > 0 && file_order(&f->files[f->n_files - 1], &file) >= 0)) {
		cbor_rd_fail(r, "too many files, or out of order");
		return 0;
	}
	if (mem_grow(&f->files, f->n_files, &f->cap_files, sizeof file, err) < 0)
		return err->code;
	f->files[f->n_files++] = file;
	return 0;
}

static int decode_claim(struct cbor_rd *r, struct finding *f, struct ow_error *err)
{
	struct finding_claim claim = {"", "", "", ""};
	const char **const texts[] = {&claim.path, &claim.key, &claim.value, &claim.id};
	unsigned seen = 0;
	int64_t key;

	(void)cbor_rd_map(r);
	while (cbor_rd_key(r, &key)) {
		if (key < CLAIM_PATH || key > CLAIM_ID) {
			cbor_rd_unknown(r, key);
			continue;
		}
		*texts[key] = read_text(r, f);
		seen += key != CLAIM_ID;
	}
	if (seen != 3)
		cbor_rd_fail(r, "a claim lacks its path, key or value");
	if (!cbor_rd_ok(r) || arena_finish(&f->texts, err) < 0)
		return err->code;
	if (f->n_claims == FINDING_CLAIMS_MAX ||
	    (f->n_claims > 0 && claim_order(&f->claims[f->n_claims - 1], &claim) >= 0)) {
		cbor_rd_fail(r, "too many claims, or out of order");
		return 0;
	}
	if (mem_grow(&f->claims, f->n_claims, &f->cap_claims, sizeof claim, err) < 0)
		return err->code;
	f->claims[f->n_claims++] = claim;
	return 0;
}

static int decode_list(struct cbor_rd *r, struct finding *f,
		       int (*item)(struct cbor_rd *, struct finding *, struct ow_error *),
		       struct ow_error *err)
{
	if (cbor_rd_array(r) == 0)
		cbor_rd_fail(r, "empty list");
	while (cbor_rd_more(r)) {
		if (item(r, f, err) < 0)
			return err->code;
	}
	return 0;
}

static void read_modality(struct cbor_rd *r, struct finding *f)
{
	static const char *const words[] = {"text", "multimodal", "image", "audio", "video"};
	const char *word = read_text(r, f);

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(words[i], word) == 0)
			f->modality = words[i];
	}
	if (f->modality == NULL)
		cbor_rd_fail(r, "unknown modality");
}

static int decode_key(struct cbor_rd *r, int64_t key, struct finding *f, unsigned *seen,
		      struct ow_error *err)
{
	switch (key) {
	case KEY_ARTIFACT:
		f->artifact = cbor_rd_id(r);
		++*seen;
		return 0;
	case KEY_TIME:
		f->time = cbor_rd_uint(r);
		if (f->time > TIME_MAX)
			cbor_rd_fail(r, "time after the year 9999");
		++*seen;
		return 0;
	case KEY_PRINTS:
		f->prints = cbor_rd_id(r);
		++*seen;
		return 0;
	case KEY_FILES:
		return decode_list(r, f, decode_file, err);
	case KEY_CLAIMS:
		return decode_list(r, f, decode_claim, err);
	case KEY_GATED:
		f->gated = cbor_rd_bool(r);
		if (!f->gated)
			cbor_rd_fail(r, "what is not so is not written");
		return 0;
	case KEY_MODALITY:
		read_modality(r, f);
		return 0;
	case KEY_DETECTOR:
		f->detector = cbor_rd_uint(r);
		if (f->detector == 0)
			cbor_rd_fail(r, "what is not told is not written");
		return 0;
	default:
		cbor_rd_unknown(r, key);
		return 0;
	}
}

int finding_decode(const uint8_t *p, size_t n, struct finding *out, struct ow_error *err)
{
	OW_AUTO(finding_done) struct finding f = {0};
	unsigned seen = 0;
	struct cbor_rd r;
	int64_t key;

	doc_open(&r, p, n, "finding");
	while (cbor_rd_key(&r, &key)) {
		if (decode_key(&r, key, &f, &seen, err) < 0)
			return err->code;
	}
	if (seen != 3)
		cbor_rd_fail(&r, "artifact, time or fingerprints are missing");
	/* without memory texts are "", which may look out of order */
	if (arena_finish(&f.texts, err) < 0 || cbor_rd_finish(&r, "finding", err) < 0)
		return err->code;
	*out = MOVE(f);
	return 0;
}

const struct finding_file *finding_file(const struct finding *f, const char *path)
{
	struct finding_file key = {.path = path};

	return f->n_files == 0 ? NULL
			       : bsearch(&key, f->files, f->n_files, sizeof *f->files, file_order);
}

bool finding_confirmed(const struct finding_file *file)
{
	return strcmp(file->state, "confirmed-exact") == 0 || strcmp(file->state, "confirmed") == 0;
}

void finding_done(struct finding *f)
{
	mem_free(f->files);
	mem_free(f->claims);
	arena_done(&f->texts);
	*f = (struct finding){0};
}
