/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/limits.h"
#include "cli/opt.h"
#include "support/support.h"

struct own {
	bool dry_run;
	const char *to, *say;
	uint64_t n, part;
	struct opt_list only;
};

struct shared {
	bool quiet;
	unsigned color, json;
};

static const struct opt own_table[] = {
    {.name = "dry-run", .letter = 'n', OPT_INTO(FLAG, struct own, dry_run), .help = ""},
    {.name = "to", .letter = 't', OPT_INTO(TEXT, struct own, to), .arg = "DIR", .help = ""},
    {.name = "speech",
     .letter = 's',
     OPT_INTO(TEXT, struct own, say),
     .arg = "TEXT",
     .prose = true,
     .help = ""},
    {.name = "number", OPT_INTO(U64, struct own, n), .arg = "N", .help = ""},
    {.name = "part", OPT_INTO(SIZE, struct own, part), .arg = "SIZE", .help = ""},
    {.name = "only", OPT_INTO(LIST, struct own, only), .arg = "PATH", .help = ""},
    {0},
};

static const struct opt shared_table[] = {
    {.name = "quiet", .letter = 'q', OPT_INTO(FLAG, struct shared, quiet), .help = ""},
    {.name = "color",
     OPT_INTO(CHOICE, struct shared, color),
     .arg = "auto|always|never",
     .help = ""},
    {.name = "json", OPT_INTO(MODE, struct shared, json), .arg = "lines", .help = ""},
    {0},
};

enum {
	ARGC_MAX = 16
};

/* One command line and what came of it. */
struct line {
	struct own own;
	struct shared shared;
	struct opt_set sets[2];
	char *argv[ARGC_MAX];
	int argc;
	const char *args[ARGC_MAX];
	size_t n_args;
};

/* Parse the words of `text`, with one space between. */
static int parse(struct line *l, const char *text, struct ow_error *err)
{
	static char copy[1024];

	*l = (struct line){.own.part = 7};
	l->sets[0] = (struct opt_set){.table = own_table, .into = &l->own};
	l->sets[1] = (struct opt_set){.table = shared_table, .into = &l->shared};
	ck_assert_uint_lt(strlen(text), sizeof copy);
	memcpy(copy, text, strlen(text) + 1);
	for (char *w = copy; *text != '\0' && w != NULL;) {
		l->argv[l->argc++] = w;
		w = strchr(w, ' ');
		if (w != NULL)
			*w++ = '\0';
	}
	return opt_parse(l->sets, 2, l->argc, l->argv, l->args, &l->n_args, err);
}

START_TEST(every_form_of_an_option_is_read)
{
	struct line l;
	struct ow_error err;

	ck_ok(parse(&l,
		    "a -n --to=x --number 12 b --part 2GiB --only p --only=q --color never "
		    "--json=lines - c",
		    &err));
	ck_assert(l.own.dry_run);
	ck_assert_str_eq(l.own.to, "x");
	ck_assert_uint_eq(l.own.n, 12);
	ck_assert_uint_eq(l.own.part, 2147483648);
	ck_assert_uint_eq(l.own.only.n, 2);
	ck_assert_str_eq(l.own.only.at[0], "p");
	ck_assert_str_eq(l.own.only.at[1], "q");
	ck_assert_uint_eq(l.shared.color, 3);
	ck_assert_uint_eq(l.shared.json, 2);
	ck_assert(!l.shared.quiet);
	ck_assert_uint_eq(l.n_args, 4);
	ck_assert_str_eq(l.args[0], "a");
	ck_assert_str_eq(l.args[2], "-");
	opt_done(l.sets, 2);
	ck_assert_uint_eq(l.own.only.n, 0);
	ck_ok(parse(&l, "-nqtx --json", &err));
	ck_assert(l.own.dry_run && l.shared.quiet);
	ck_assert_str_eq(l.own.to, "x");
	ck_assert_uint_eq(l.shared.json, 1);
	ck_assert_uint_eq(l.own.part, 7);
	ck_ok(parse(&l, "-t - -- -n --quiet --", &err));
	ck_assert_str_eq(l.own.to, "-");
	ck_assert(!l.own.dry_run && !l.shared.quiet);
	ck_assert_uint_eq(l.n_args, 3);
	ck_assert_str_eq(l.args[2], "--");
}
END_TEST

START_TEST(attack_J08_nothing_is_guessed)
{
	static const struct {
		const char *line, *text, *hint;
	} cases[] = {
	    {"--dry", "unknown option '--dry'", ""},
	    {"--dryrun", "unknown option '--dryrun'", "did you mean '--dry-run'?"},
	    {"--colour never", "unknown option '--colour'", "did you mean '--color'?"},
	    {"--qiet=1", "unknown option '--qiet'", "did you mean '--quiet'?"},
	    {"-x", "unknown option '-x'", ""},
	    {"-nx", "unknown option '-x'", ""},
	    {"-n -n", "option '--dry-run' is given twice", ""},
	    {"-n --dry-run", "option '--dry-run' is given twice", ""},
	    {"-nn", "option '--dry-run' is given twice", ""},
	    {"--to a --to=a", "option '--to' is given twice", ""},
	    {"--quiet=yes", "option '--quiet' takes no value", ""},
	    {"--quiet=", "option '--quiet' takes no value", ""},
	    {"--to", "option '--to' needs a value DIR", ""},
	    {"-t", "option '--to' needs a value DIR", ""},
	    {"--to=", "option '--to' needs a value DIR", ""},
	    {"--to --quiet", "option '--to' needs a value DIR, not '--quiet'",
	     "if that is the value, write --to=--quiet"},
	    {"--number x", "option '--number': 'x' is not a number", ""},
	    {"--number=-1", "option '--number': '-1' is not a number", ""},
	    {"--number 18446744073709551616",
	     "option '--number': '18446744073709551616' is not a number", ""},
	    {"--part 1x", "option '--part': '1x' is not a size such as 700MB or 2GiB", ""},
	    {"--color blue", "option '--color': 'blue' is none of auto|always|never", ""},
	    {"--color auto|always", "option '--color': 'auto|always' is none of auto|always|never",
	     ""},
	    {"--json=object", "option '--json': 'object' is none of lines", ""},
	    {"--json=", "option '--json': '' is none of lines", ""},
	    {"---", "unknown option '---'", ""},
	    {"--=x", "unknown option '--'", ""},
	};
	struct ow_error err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct line l;

		ck_fails(parse(&l, cases[i].line, &err), OW_E_USAGE);
		ck_assert_str_eq(err.text, cases[i].text);
		ck_assert_str_eq(err.hint, cases[i].hint);
		opt_done(l.sets, 2);
	}
}
END_TEST

START_TEST(attack_J08_arguments_are_short_and_printable)
{
	char *longest = malloc(MIB + 1), newline[] = "a\nb", to[] = "--to", *argv[2];
	struct own own = {0};
	const struct opt_set set = {.table = own_table, .into = &own};
	const char *args[1];
	struct ow_error err;
	size_t n;

	ck_assert_ptr_nonnull(longest);
	memset(longest, 'a', MIB);
	longest[MIB] = '\0';
	argv[0] = longest;
	ck_fails(opt_parse(&set, 1, 1, argv, args, &n, &err), OW_E_USAGE);
	ck_assert_str_eq(err.text, "argument 1: 1048576 bytes, at most 4096");
	longest[ARGUMENT_MAX] = '\0';
	ck_ok(opt_parse(&set, 1, 1, argv, args, &n, &err));
	argv[0] = newline;
	ck_fails(opt_parse(&set, 1, 1, argv, args, &n, &err), OW_E_USAGE);
	ck_assert_str_eq(err.text, "argument 1: control character in 'a\\nb'");
	argv[0] = to;
	argv[1] = newline;
	ck_fails(opt_parse(&set, 1, 2, argv, args, &n, &err), OW_E_USAGE);
	ck_assert_str_eq(err.text, "argument 2: control character in 'a\\nb'");
	free(longest);
}
END_TEST

START_TEST(prose_may_be_long_and_have_lines)
{
	char *longest = malloc(PROSE_MAX + 2), lines[] = "-sa\n\tb", bell[] = "--speech=a\ab",
	     say[] = "--speech", *argv[2];
	struct own own = {0};
	const struct opt_set set = {.table = own_table, .into = &own};
	const char *args[1];
	struct ow_error err;
	size_t n;

	ck_assert_ptr_nonnull(longest);
	argv[0] = lines;
	ck_ok(opt_parse(&set, 1, 1, argv, args, &n, &err));
	ck_assert_str_eq(own.say, "a\n\tb");
	argv[0] = bell;
	ck_fails(opt_parse(&set, 1, 1, argv, args, &n, &err), OW_E_USAGE);
	memset(longest, 'a', PROSE_MAX + 1);
	longest[PROSE_MAX + 1] = '\0';
	argv[0] = say;
	argv[1] = longest;
	ck_fails(opt_parse(&set, 1, 2, argv, args, &n, &err), OW_E_USAGE);
	ck_assert_str_eq(err.text, "argument 2: 131072 bytes, at most 131071");
	longest[PROSE_MAX] = '\0';
	ck_ok(opt_parse(&set, 1, 2, argv, args, &n, &err));
	ck_assert_ptr_eq(own.say, longest);
	free(longest);
}
END_TEST

START_TEST(words_are_compared_whole)
{
	ck_assert_uint_eq(opt_word("auto|always|never", "auto"), 1);
	ck_assert_uint_eq(opt_word("auto|always|never", "never"), 3);
	ck_assert_uint_eq(opt_word("auto|always|never", "al"), 0);
	ck_assert_uint_eq(opt_word("auto|always|never", ""), 0);
	ck_assert_uint_eq(opt_word("a", "ab"), 0);
}
END_TEST

SUITE_MAIN("cli/opt", every_form_of_an_option_is_read, attack_J08_nothing_is_guessed,
	   attack_J08_arguments_are_short_and_printable, prose_may_be_long_and_have_lines,
	   words_are_compared_whole)
