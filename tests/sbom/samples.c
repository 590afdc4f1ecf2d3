/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Usage: sbom-samples FOLDER
 *
 * Write SBOMs for other people's validators: of the made-up bundle, of hostile names, and of one component for every
 * licence that has a profile.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "notice/build.h"
#include "support/notice_maker.h"

static int put(const char *folder, const char *name, const struct notice_facts *facts,
	       struct ow_error *err)
{
	static const char *const paths[] = {NOTICE_SPDX, NOTICE_CDX};
	static const char *const ends[] = {"spdx.json", "cdx.json"};
	OW_AUTO(notice_set_done) struct notice_set set = {0};

	if (notice_build(facts, &set, err) < 0)
		return err->code;
	for (size_t i = 0; i < 2; i++) {
		const struct notice_output *o = notice_set_find(&set, paths[i]);
		char path[4096];
		FILE *f;

		(void)snprintf(path, sizeof path, "%s/%s.%s", folder, name, ends[i]);
		f = fopen(path, "w");
		if (f == NULL || fwrite(o->bytes.p, 1, o->bytes.n, f) != o->bytes.n ||
		    fclose(f) != 0) {
			perror(path);
			return -1;
		}
	}
	return 0;
}

static int put_all(const char *folder, const struct license_set *set, struct ow_error *err)
{
	static const char hostile[] = "\x1b[2J\n\r\x07\xff\xe2\x80\xae\\\t\" [a] <b>";
	OW_AUTO(arena_done) struct arena a = {0};
	size_t n = license_count(set);
	struct notice_component *all = arena_array(&a, n, sizeof *all, err);
	struct notice_file *files = arena_array(&a, n, sizeof *files, err);
	const char *upstream[] = {hostile, "hf:a b/\xff@1\n"};
	struct made m;

	if (all == NULL || files == NULL)
		return -1;
	made_facts(&m, set);
	if (put(folder, "plain", &m.facts, err) < 0)
		return -1;
	m.artifacts[1].licence = m.small[0].declared = m.small[0].effective = hostile;
	m.artifacts[1].name = m.artifacts[1].version = m.gguf[0].path = hostile;
	m.artifacts[1].upstream = upstream;
	m.artifacts[1].n_upstream = 2;
	m.small_parents[0] = (struct notice_parent){hostile, hostile, NULL};
	if (put(folder, "hostile", &m.facts, err) < 0)
		return -1;
	made_facts(&m, set);
	for (size_t i = 0; i < n; i++) {
		const char *id = license_at(set, i)->id;

		files[i] = (struct notice_file){id, {.b = {(uint8_t)i, (uint8_t)(i >> 8)}}, i};
		all[i] = (struct notice_component){.id = id,
						   .role = i % 2 == 0 ? "weights" : "code",
						   .files = &files[i],
						   .n_files = 1,
						   .declared = id,
						   .effective = arena_printf(&a, "%s OR MIT", id)};
	}
	m.artifacts[0].components = all;
	m.artifacts[0].n_components = n;
	m.decisions[0].n_obligations = 0;
	return put(folder, "licences", &m.facts, err);
}

int main(int argc, char **argv)
{
	struct license_set *set = NULL;
	struct ow_error err = {0};
	int r;

	if (argc != 2) {
		(void)fputs("Usage: sbom-samples FOLDER\n", stderr);
		return 2;
	}
	r = license_set_new(&set, &err) < 0 ? -1 : put_all(argv[1], set, &err);
	license_set_free(set);
	if (r < 0)
		(void)fprintf(stderr, "sbom-samples: %s\n", err.text);
	return r < 0;
}
