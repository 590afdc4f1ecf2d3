/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Arguments, one a line of the input: whatever is accepted stands in the struct or among the arguments.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/opt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum {
	ARGS_MAX = 64
};

struct target {
	bool flag, other;
	const char *text;
	uint64_t number, size;
	struct opt_list list;
	unsigned choice, mode;
};

static const struct opt options[] = {
    {.name = "flag", .letter = 'f', OPT_INTO(FLAG, struct target, flag), .help = ""},
    {.name = "other", .letter = 'o', OPT_INTO(FLAG, struct target, other), .help = ""},
    {.name = "text", .letter = 't', OPT_INTO(TEXT, struct target, text), .arg = "T", .help = ""},
    {.name = "number", OPT_INTO(U64, struct target, number), .arg = "N", .help = ""},
    {.name = "size", OPT_INTO(SIZE, struct target, size), .arg = "N", .help = ""},
    {.name = "list", .letter = 'l', OPT_INTO(LIST, struct target, list), .arg = "T", .help = ""},
    {.name = "choice", OPT_INTO(CHOICE, struct target, choice), .arg = "a|bc|d", .help = ""},
    {.name = "mode", OPT_INTO(MODE, struct target, mode), .arg = "x|y", .help = ""},
    {0},
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct target t = {0};
	const struct opt_set set = {.table = options, .into = &t};
	char *text = malloc(n + 1), *argv[ARGS_MAX];
	const char *args[ARGS_MAX];
	struct ow_error err = {0};
	size_t n_args = 0;
	int argc = 0;

	if (text == NULL)
		abort();
	memcpy(text, p, n);
	text[n] = '\0';
	for (char *at = text; argc < ARGS_MAX && at < text + n; at += strlen(at) + 1) {
		argv[argc++] = at;
		at[strcspn(at, "\n")] = '\0';
	}
	if (opt_parse(&set, 1, argc, argv, args, &n_args, &err) < 0) {
		if (err.code != OW_E_USAGE)
			abort();
	} else if (n_args + t.list.n > (size_t)argc || t.choice > 3 || t.mode > 3 ||
		   (t.text != NULL && t.text[0] == '\0')) {
		abort();
	}
	opt_done(&set, 1);
	free(text);
	return 0;
}
