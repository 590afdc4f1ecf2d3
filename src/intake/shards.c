/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/shards.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "intake/source_list.h"

enum {
	DIGITS = 5,
	MARK = 1 + DIGITS + 4 + DIGITS /* "-00002-of-00005" */
};

static bool number(const char *p, unsigned *out)
{
	*out = 0;
	for (int i = 0; i < DIGITS; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		*out = *out * 10 + (unsigned)(p[i] - '0');
	}
	return true;
}

bool shard_of(const char *path, struct shard *out)
{
	const char *ext = strrchr(path, '.'), *mark;

	if (ext == NULL || ext - path <= MARK ||
	    (strcmp(ext, ".gguf") != 0 && strcmp(ext, ".safetensors") != 0))
		return false;
	mark = ext - MARK;
	if (mark[0] != '-' || strncmp(mark + 1 + DIGITS, "-of-", 4) != 0 ||
	    !number(mark + 1, &out->no) || !number(mark + 5 + DIGITS, &out->of))
		return false;
	out->stem = (size_t)(mark - path);
	out->ext = ext;
	return out->no >= 1 && out->no <= out->of;
}

const char *shard_path(const char *path, const struct shard *sh, unsigned no, char out[SHARD_PATH])
{
	(void)snprintf(out, SHARD_PATH, "%.*s-%05u-of-%05u%s", (int)sh->stem, path, no, sh->of,
		       sh->ext);
	return out;
}

int shard_missing(const char *missing, const char *path, const struct shard *sh,
		  struct ow_error *err)
{
	(void)err_set(err, OW_E_FORMAT, "%s is missing: %s is one of %u files", missing, path,
		      sh->of);
	return err_hint(err, "complete the download, or name a file that is not part of a set");
}

/* A set is complete if behind each of its files stands the next: asked for the first that is here and for each, so the
 * work is bounded by the files, not by what a name claims.
 */
int shards_complete(const struct source *s, struct ow_error *err)
{
	for (size_t i = 0; i < s->n_items; i++) {
		const char *path = s->items[i].path;
		char other[SHARD_PATH];
		struct shard sh;

		if (!shard_of(path, &sh))
			continue;
		if ((sh.no > 1 &&
		     source_find(s, shard_path(path, &sh, sh.no - 1, other)) == NULL) ||
		    (sh.no < sh.of &&
		     source_find(s, shard_path(path, &sh, sh.no + 1, other)) == NULL))
			return shard_missing(other, path, &sh, err);
	}
	return 0;
}

int shard_agrees(const char *path, const struct inspect *in, struct ow_error *err)
{
	const char *no = inspect_fact(in, "split.no"), *count = inspect_fact(in, "split.count");
	uint64_t n = 0, of = 0;
	struct shard sh;
	bool named = shard_of(path, &sh);

	if (in->kind != INSPECT_GGUF || (!named && count == NULL))
		return 0;
	if (no == NULL || count == NULL || !text_parse_u64(no, &n) || !text_parse_u64(count, &of))
		return named && in->n_findings == 0
			   ? err_set(err, OW_E_FORMAT,
				     "%s: its name says %u of %u, the file says nothing", path,
				     sh.no, sh.of)
			   : 0;
	if (!named && of > 1)
		return err_set(err, OW_E_FORMAT,
			       "%s: is part %llu of %llu, its name says nothing of that", path,
			       (unsigned long long)n + 1, (unsigned long long)of);
	if (named && (n + 1 != sh.no || of != sh.of))
		return err_set(err, OW_E_FORMAT,
			       "%s: the file says part %llu of %llu, its name %u of %u", path,
			       (unsigned long long)n + 1, (unsigned long long)of, sh.no, sh.of);
	return 0;
}
