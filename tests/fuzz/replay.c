/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target over every file of its corpus folder, and over each of them cut short and with
 * single bits flipped, so that the normal test run sees what the fuzzers found.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The input at its exact size in memory of its own, so that the address sanitizer sees one byte too
 * far. */
static void once(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n == 0 ? 1 : n);

	if (copy == NULL)
		abort();
	if (n > 0)
		memcpy(copy, p, n);
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static void variations(uint8_t *p, size_t n)
{
	size_t step = n / 400 + 1;

	once(p, n);
	for (size_t i = 0; i < n; i += step) {
		once(p, i);
		p[i] ^= (uint8_t)(1u << (i % 8));
		once(p, n);
		p[i] ^= (uint8_t)(1u << (i % 8));
	}
}

static int replay(const char *path)
{
	FILE *f = fopen(path, "re");
	long size;
	uint8_t *p;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
		return -1;
	rewind(f);
	p = malloc((size_t)size + 1);
	if (p == NULL || fread(p, 1, (size_t)size, f) != (size_t)size)
		return -1;
	(void)fclose(f);
	variations(p, (size_t)size);
	free(p);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned n = 0;

	once((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++) {
		DIR *d = opendir(argv[i]);
		struct dirent *e;

		while (d != NULL && (e = readdir(d)) != NULL) {
			char path[4096];

			if (e->d_name[0] == '.')
				continue;
			(void)snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name);
			if (replay(path) < 0) {
				(void)fprintf(stderr, "%s: cannot be read\n", path);
				return 1;
			}
			n++;
		}
		if (d != NULL)
			(void)closedir(d);
	}
	(void)printf("%u inputs and their variations replayed\n", n);
	return n == 0;
}
