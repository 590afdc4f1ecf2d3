/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reference data from outside the tree: $OWSTORE_PACKS/infer. Tests that need it are told as skipped without it.
 *
 *	PACKS_SUITE("infer/model", NEEDING(float_models_match_the_reference), every_way_gives_the_same_bits)
 */
#ifndef OW_TEST_INFER_PACKS_H
#define OW_TEST_INFER_PACKS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "support/support.h"

#define NEEDING(...)                                                                               \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

/* As SUITE_MAIN, of tests that need the reference data and of others. */
#define PACKS_SUITE(name, needing, ...)                                                            \
	int main(void)                                                                             \
	{                                                                                          \
		const TTest *const with[] = needing, *const all[] = {__VA_ARGS__};                 \
		return packs_run(name, with, sizeof with / sizeof with[0], all,                    \
				 sizeof all / sizeof all[0]);                                      \
	}

/* Is the reference data here? */
static inline const char *packs(void)
{
	return getenv("OWSTORE_PACKS");
}

static inline int packs_run(const char *name, const TTest *const *with, size_t n_with,
			    const TTest *const *all, size_t n_all)
{
	const TTest **tests = calloc(n_with + n_all, sizeof *tests);
	int result = 1;

	if (tests == NULL)
		return 1;
	memcpy(tests, all, n_all * sizeof *tests);
	memcpy(tests + n_all, with, n_with * sizeof *tests);
	if (packs() != NULL)
		result = suite_run(name, tests, n_all + n_with);
	else
		result = suite_run_but(name, all, n_all, with, n_with,
				       "set OWSTORE_PACKS to the folder of the packs");
	free(tests);
	return result;
}

/* Read a file whole, decompressed if its name ends in .zst. False if there is none. */
static inline bool packs_try(const char *name, struct buf *out)
{
	char command[4096], piece[65536];
	size_t n, len = strlen(name);
	FILE *f;

	snprintf(command, sizeof command, "%s '%s/infer/%s' 2>/dev/null",
		 len > 4 && strcmp(name + len - 4, ".zst") == 0 ? "zstd -dc" : "cat", packs(),
		 name);
	f = popen(command, "r");
	buf_clear(out);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	return pclose(f) == 0;
}

static inline void packs_read(const char *name, struct buf *out)
{
	ck_assert_msg(packs_try(name, out), "%s", name);
}

/* A model by name, from its own file or the base that a patch changes. */
static inline void packs_model(const char *folder, const char *name, const char *base,
			       struct buf *out)
{
	OW_AUTO(buf_done) struct buf patch = {0};
	char path[1024], *save = NULL;

	snprintf(path, sizeof path, "%s/%s.patch", folder, name);
	if (!packs_try(path, &patch)) {
		snprintf(path, sizeof path, "%s/%s.gguf.zst", folder, name);
		if (!packs_try(path, out)) {
			snprintf(path, sizeof path, "%s/%s.gguf", folder, name);
			packs_read(path, out);
		}
		return;
	}
	snprintf(path, sizeof path, "arch/%s.gguf.zst", base);
	packs_read(path, out);
	for (char *line = strtok_r((char *)(uintptr_t)buf_str(&patch), "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		char *hex;
		size_t at = strtoul(line, &hex, 0);

		for (hex++; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
			char digits[3] = {hex[0], hex[1], '\0'};

			out->p[at++] = (uint8_t)strtoul(digits, NULL, 16);
		}
	}
}

/* Column `n` of a CSV line without quotes, into out. */
static inline const char *csv_field(const char *line, int n, char out[256])
{
	size_t len;

	for (; n > 0; n--)
		line += strcspn(line, ",") + 1;
	len = strcspn(line, ",\n\r");
	snprintf(out, 256, "%.*s", (int)len, line);
	return out;
}

/* sqrt(mean((a - b)²)) / sqrt(mean(b²)) */
static inline double rel_rms(const float *a, const float *b, size_t n)
{
	double d = 0, r = 0;

	for (size_t i = 0; i < n; i++) {
		d += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
		r += (double)b[i] * (double)b[i];
	}
	return sqrt(d / r);
}

#endif
