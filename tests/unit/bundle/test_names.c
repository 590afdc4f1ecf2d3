/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "bundle/names.h"
#include "support/support.h"

static struct ow_error err;

START_TEST(paths_keep_to_the_grammar)
{
	static const char *const good[] = {
	    "README.TXT",
	    "DATA/0123456789ABCDEF.GGUF",
	    "DATA/0123456789ABCDEF.P001",
	    "SBOM/SPDX.JSON",
	    "A/B/C/D.X",
	    "A_1.B_2",
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ.123",
	    "CONS.TXT",
	    "COM10.TXT",
	};
	static const char *const bad[] = {
	    "",
	    "README",
	    "README.",
	    ".TXT",
	    "README.TXT.OLD",
	    "readme.txt",
	    "A/B/C/D/E.X",
	    "/A.X",
	    "A//B.X",
	    "A/",
	    "A/B",
	    "../A.X",
	    "./A.X",
	    "A.B/C.X",
	    "A B.X",
	    "A-B.X",
	    "A\\B.X",
	    "A:B.X",
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ.1234",
	    "CON.TXT",
	    "NUL.X",
	    "COM1.X",
	    "LPT9/A.X",
	    "\xc3\x84.X",
	    "A\n.X",
	};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		ck_assert_msg(names_path_ok(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!names_path_ok(bad[i]), "%s", bad[i]);
	ck_assert(names_folder_ok("HQ_MAIN_000042"));
	ck_assert(!names_folder_ok("HQ.MAIN"));
	ck_assert(!names_folder_ok("AUX"));
	ck_assert(!names_folder_ok(""));
	ck_assert(!names_folder_ok("A/B"));
}
END_TEST

START_TEST(envelope_is_the_manifest_and_its_signatures)
{
	ck_assert(names_is_envelope("MANIFEST.CBR"));
	ck_assert(names_is_envelope("MANIFEST.S01"));
	ck_assert(names_is_envelope("MANIFEST.S16"));
	ck_assert(!names_is_envelope("MANIFEST.S17"));
	ck_assert(!names_is_envelope("MANIFEST.S00"));
	ck_assert(!names_is_envelope("MANIFEST.TXT"));
	ck_assert(!names_is_envelope("X/MANIFEST.CBR"));
}
END_TEST

START_TEST(extension_comes_from_the_component)
{
	static const struct {
		const char *component, *ext;
	} cases[] = {
	    {"model.gguf", "GGUF"},
	    {"onnx/Model.ONNX", "ONNX"},
	    {"a.tar.gz", "GZ"},
	    {"model.safetensors", "BIN"}, /* 11 characters */
	    {"vocab.bpe8char", "BPE8CHAR"},
	    {"LICENSE", "BIN"},
	    {"v1.2/LICENSE", "BIN"},
	    {"trailing.", "BIN"},
	    {"strange.t\xc3\xa4r", "BIN"},
	    {"under.a_b", "BIN"},
	    {"cut.p001", "BIN"},
	    {"cut.p1", "P1"},
	    {"cut.p0001", "P0001"},
	    {".gitattributes", "BIN"},
	    {"", "BIN"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char ext[NAMES_EXT];

		names_extension(cases[i].component, ext);
		ck_assert_str_eq(ext, cases[i].ext);
	}
}
END_TEST

START_TEST(blobs_are_named_by_their_first_16_digits)
{
	struct ow_id id = {.b = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xff}}, other = id;
	char path[NAMES_PATH];

	names_blob(&id, "GGUF", path);
	ck_assert_str_eq(path, "DATA/0123456789ABCDEF.GGUF");
	ck_assert(names_path_ok(path));
	ck_assert(names_is_blob(&id, path));
	other.b[7] ^= 1;
	ck_assert(!names_is_blob(&other, path));
	ck_assert(!names_is_blob(&id, "DATA/0123456789ABCDEF.P001"));
	ck_assert(!names_is_blob(&id, "DATA/0123456789ABCDEF.gguf"));
	ck_assert(!names_is_blob(&id, "DATA/0123456789ABCDEF"));
	ck_assert(!names_is_blob(&id, "DATA/0123456789ABCDEF.LONGERTHAN"));
	ck_assert(!names_is_blob(&id, "X"));
	names_part(&id, PARTS_MAX, path);
	ck_assert_str_eq(path, "DATA/0123456789ABCDEF.P999");
	ck_assert(names_path_ok(path));
}
END_TEST

START_TEST(licence_names_tell_ids_apart)
{
	static const struct {
		const char *id, *path;
	} cases[] = {
	    {"MIT", "LICENSES/MIT.TXT"},
	    {"0BSD", "LICENSES/0BSD.TXT"},
	    {"ABCDEFGHIJKLMNOPQRSTU", "LICENSES/ABCDEFGHIJKLMNOPQRSTU.TXT"},
	};
	static const char *const changed[] = {
	    "Apache-2.0",
	    "APACHE-2.0",
	    "APACHE_2_0",
	    "Zlib",
	    "LicenseRef-gemma-terms-2026-04-01",
	    "LicenseRef-gemma-terms-2026-04-02",
	    "CON",
	    "ABCDEFGHIJKLMNOPQRSTUV",
	    "",
	};
	char path[9][NAMES_PATH];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ck_ok(names_licence(cases[i].id, path[0], &err));
		ck_assert_str_eq(path[0], cases[i].path);
	}
	for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
		ck_ok(names_licence(changed[i], path[i], &err));
		ck_assert_msg(names_path_ok(path[i]), "%s", path[i]);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(path[i], path[k]);
	}
	/* SHA-256 of "Apache-2.0" begins with 7f9c */
	ck_assert_int_eq(strncmp(path[0], "LICENSES/APACHE_2_0_", 20), 0);
	ck_assert_uint_eq(strlen(path[5]), 9 + NAMES_PART_MAX);
}
END_TEST

START_TEST(folders_are_short_and_told_apart)
{
	static const struct {
		const char *origin, *stream;
		uint64_t epoch, seq;
	} cases[] = {
	    {"hq", "main", 2, 42},
	    {"h-q", "main", 1, 42},
	    {"h_q", "main", 1, 42},
	    {"hq", "ma.in", 1, 42},
	    {"averyveryverylongoriginname", "main", 1, 1},
	    {"averyveryverylongoriginname", "main", 1, 2},
	    {"averyveryverylongoriginname", "averyverylongstream", 1, 2},
	    {"a", "averyveryveryverylongstreamname", 1, 2},
	    {"a", "b", 1, UINT64_MAX},
	    {"aaaaaaaaaa", "bbbbbbbbbb", UINT64_MAX, UINT64_MAX},
	};
	char name[sizeof cases / sizeof cases[0]][NAMES_FOLDER], plain[NAMES_FOLDER];

	ck_ok(names_folder("hq", 1, "main", 42, plain, &err));
	ck_assert_str_eq(plain, "HQ_MAIN_000042");
	ck_ok(names_folder("hq", 0, "main", 1234567, plain, &err));
	ck_assert_str_eq(plain, "HQ_MAIN_1234567");
	ck_ok(names_folder("abcdefghij", 1, "klmnopqrstuv", 1, plain, &err));
	ck_assert_str_eq(plain, "ABCDEFGHIJ_KLMNOPQRSTUV_000001");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ck_ok(names_folder(cases[i].origin, cases[i].epoch, cases[i].stream, cases[i].seq,
				   name[i], &err));
		ck_assert_msg(names_folder_ok(name[i]), "%s", name[i]);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(name[i], name[k]);
	}
}
END_TEST

START_TEST(goldens_are_named_by_their_first_16_digits)
{
	static const char *const others[] = {"GOLDEN/0123.S01", "DATA/0123.CBR", "GOLDEN.CBR",
					     "GOLDEN/.CB"};
	struct ow_id id = {.b = {0x01, 0xab, 0xcd, 0, 0, 0, 0, 0xff, 0x77}};
	char stem[NAMES_PATH], path[NAMES_PATH + 4];

	names_golden(&id, stem);
	ck_assert_str_eq(stem, "GOLDEN/01ABCD00000000FF");
	(void)snprintf(path, sizeof path, "%s.CBR", stem);
	ck_assert(names_path_ok(path) && names_is_golden(path));
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		ck_assert_msg(!names_is_golden(others[i]), "%s", others[i]);
}
END_TEST

SUITE_MAIN("bundle/names", paths_keep_to_the_grammar, envelope_is_the_manifest_and_its_signatures,
	   extension_comes_from_the_component, blobs_are_named_by_their_first_16_digits,
	   licence_names_tell_ids_apart, goldens_are_named_by_their_first_16_digits,
	   folders_are_short_and_told_apart)
