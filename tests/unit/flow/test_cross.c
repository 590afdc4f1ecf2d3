/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From one store over a medium into another.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "support/site.h"

static const size_t sizes[] = {9000000, 70000, 3};

static void path_in(const struct site *s, const char *name, char out[1400])
{
	(void)snprintf(out, 1400, "%s/%s", s->bundle, name);
}

static void append(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	ck_assert_int_eq(write(fd, "x", 1), 1);
	(void)close(fd);
}

/* The first file of DATA that is large. */
static void big_part(const struct site *s, char out[1400])
{
	char command[1600];
	FILE *p;

	(void)snprintf(command, sizeof command, "ls -S %s/DATA/* | head -n 1", s->bundle);
	p = popen(command, "r");
	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_nonnull(fgets(out, 1400, p));
	out[strcspn(out, "\n")] = '\0';
	(void)pclose(p);
}

START_TEST(what_was_exported_verifies_and_imports_twice)
{
	struct ow_verify_report report = {0};
	struct ow_import_result r = {0};
	struct site s;
	char high[128];

	site_ready(&s, sizes, 3, 7);
	ck_assert_int_eq(site_verify(&s, &report), 0);
	ck_assert_uint_eq(report.n, 1);
	ck_assert_uint_eq(report.bundles[0].n_artifacts, 1);
	ck_assert_str_eq(report.bundles[0].artifacts[0].name, "org/model");
	ck_assert_int_eq(report.bundles[0].artifacts[0].claimed_class, OW_CLASS_CUSTOMER);
	ck_assert_str_eq(report.bundles[0].artifacts[0].claimed_licence, "MIT");
	ow_verify_report_done(&report);
	(void)snprintf(high, sizeof high, "%s/high", s.dir);
	ck_assert_int_eq(site_import(&s, high, &r), OW_OK);
	ck_assert_uint_eq(r.new_artifacts, 1);
	ck_assert_uint_eq(r.new_bytes, 9070010);
	ow_import_result_done(&r);
	r = (struct ow_import_result){0};
	ck_assert_int_eq(site_import(&s, high, &r), OW_OK);
	ck_assert_uint_eq(r.new_artifacts, 0);
	ck_assert_uint_eq(r.new_bytes, 0);
	ow_import_result_done(&r);
	site_done(&s);
}
END_TEST

START_TEST(attack_D04_truncated_part)
{
	struct ow_verify_report report = {0};
	struct site s;
	char part[1400];

	site_ready(&s, sizes, 3, 7);
	big_part(&s, part);
	ck_assert_int_eq(truncate(part, 8999999), 0);
	ck_assert_int_eq(site_verify(&s, &report), OW_E_INTEGRITY);
	ck_assert_uint_ge(report.bundles[0].n_findings, 1);
	ow_verify_report_done(&report);
	site_done(&s);
}
END_TEST

START_TEST(attack_D05_one_byte_appended)
{
	struct ow_verify_report report = {0};
	struct site s;
	char part[1400];

	site_ready(&s, sizes, 3, 7);
	big_part(&s, part);
	append(part);
	ck_assert_int_eq(site_verify(&s, &report), OW_E_INTEGRITY);
	ow_verify_report_done(&report);
	site_done(&s);
}
END_TEST

START_TEST(attack_D06_damage_is_named_and_a_second_medium_heals_only_it)
{
	struct ow_verify_report report = {0};
	struct ow_import_result r = {0};
	struct site s;
	char part[1400], high[128];
	uint8_t b;
	int fd;

	site_ready(&s, sizes, 3, 7);
	big_part(&s, part);
	fd = open(part, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(pread(fd, &b, 1, 5000000), 1);
	b ^= 4;
	ck_assert_int_eq(pwrite(fd, &b, 1, 5000000), 1);
	ck_assert_int_eq(site_verify(&s, &report), OW_E_INTEGRITY);
	ck_assert_uint_eq(report.bundles[0].n_findings, 1);
	ck_assert_uint_eq(report.bundles[0].findings[0].chunk, 1);
	ck_assert_uint_eq(report.bundles[0].findings[0].off, 4194304);
	ck_assert_uint_eq(report.bundles[0].findings[0].len, 4194304);
	ow_verify_report_done(&report);
	(void)snprintf(high, sizeof high, "%s/high", s.dir);
	ck_assert_int_eq(site_import(&s, high, &r), OW_E_INTEGRITY);
	ck_assert_uint_eq(r.report.bundles[0].n_findings, 1);
	ow_import_result_done(&r);
	/* the same bytes, good this time: only what was bad is read from the medium again */
	b ^= 4;
	ck_assert_int_eq(pwrite(fd, &b, 1, 5000000), 1);
	(void)close(fd);
	r = (struct ow_import_result){0};
	ck_assert_int_eq(site_import(&s, high, &r), OW_OK);
	ck_assert_uint_eq(r.new_artifacts, 1);
	ck_assert_uint_ge(r.resumed_bytes, 4194304);
	ow_import_result_done(&r);
	site_done(&s);
}
END_TEST

/* Put a thing of this kind in the place of a file whose bytes lie at `aside`. False: it cannot be made here. */
static bool plant(unsigned kind, const char *aside, const char *path)
{
	int made = kind == 0   ? symlink(aside, path)
		   : kind == 1 ? mkfifo(path, 0644)
		   : kind == 2 ? mkdir(path, 0755)
		   : kind == 3 ? link(aside, path)
		   : kind == 4 ? mknod(path, S_IFSOCK | 0644, 0)
			       : mknod(path, S_IFCHR | 0644, makedev(1, 5)); /* /dev/zero */

	ck_assert(made == 0 || (kind == 5 && errno == EPERM));
	return made == 0;
}

START_TEST(attack_D10_no_file_but_a_regular_one)
{
	static const char *const names[] = {
	    "", "MANIFEST.CBR", "MANIFEST.S01", "ROOT0001.CBR", "ROOT0001.S01", "README.TXT"};
	struct site s;
	char path[1400], aside[1400];

	site_ready(&s, sizes, 3, 7);
	(void)snprintf(aside, sizeof aside, "%s/aside", s.dir);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (i == 0)
			big_part(&s, path);
		else
			path_in(&s, names[i], path);
		ck_assert_int_eq(rename(path, aside), 0);
		for (unsigned kind = 0; kind < 6; kind++) {
			/* what cannot be read as a signature of the manifest is none (D35) */
			int want = strcmp(names[i], "MANIFEST.S01") == 0 ? OW_E_TRUST : OW_E_FORMAT;
			struct ow_verify_report report = {0};

			if (!plant(kind, aside, path))
				continue;
			ck_assert_msg(site_verify(&s, &report) == want, "%s as kind %u: %d, not %d",
				      path, kind, (int)report.code, want);
			ow_verify_report_done(&report);
			ck_assert_int_eq(kind == 2 ? rmdir(path) : unlink(path), 0);
		}
		ck_assert_int_eq(rename(aside, path), 0);
	}
	site_done(&s);
}
END_TEST

START_TEST(missing_and_extra_files_are_named)
{
	struct ow_verify_report report = {0};
	struct site s;
	char readme[1400], extra[1400];
	int fd;

	site_ready(&s, sizes, 3, 7);
	path_in(&s, "README.TXT", readme);
	ck_assert_int_eq(unlink(readme), 0);
	ck_assert_int_eq(site_verify(&s, &report), OW_E_INCOMPLETE);
	ck_assert_str_eq(report.bundles[0].findings[0].path, "README.TXT");
	ow_verify_report_done(&report);
	path_in(&s, "DATA/EVIL\n.EXE", extra);
	fd = open(extra, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	(void)close(fd);
	report = (struct ow_verify_report){0};
	ck_assert_int_eq(site_verify(&s, &report), OW_E_INTEGRITY);
	ck_assert_uint_eq(report.bundles[0].n_findings, 2);
	ow_verify_report_done(&report);
	site_done(&s);
}
END_TEST

START_TEST(attack_A01_no_trusted_root)
{
	struct ow_verify_report report = {0};
	struct site s;

	site_ready(&s, sizes, 3, 7);
	(void)snprintf(s.trust, sizeof s.trust, "%s/nowhere", s.dir);
	ck_assert_int_eq(site_verify(&s, &report), OW_E_TRUST);
	ck_assert(!report.bundles[0].authentic);
	ck_assert_uint_eq(report.bundles[0].n_artifacts, 0);
	ow_verify_report_done(&report);
	site_done(&s);
}
END_TEST

START_TEST(an_unfinished_bundle_is_no_bundle)
{
	struct ow_verify_report report = {0};
	struct site s;
	char manifest[1400];

	site_ready(&s, sizes, 3, 7);
	path_in(&s, "MANIFEST.CBR", manifest);
	ck_assert_int_eq(unlink(manifest), 0);
	ck_assert_int_eq(site_verify(&s, &report), OW_E_FORMAT);
	ow_verify_report_done(&report);
	site_done(&s);
}
END_TEST

START_TEST(the_newest_of_a_stream_decides)
{
	struct ow_verify_report report = {0};
	struct site s;

	site_ready(&s, sizes, 3, 7);
	site_export(&s, "org/model@1");
	ck_assert_int_eq(site_verify(&s, &report), 0);
	ck_assert_uint_eq(report.n, 2);
	ck_assert_int_eq(report.bundles[0].superseded + report.bundles[1].superseded, 1);
	ow_verify_report_done(&report);
	site_done(&s);
}
END_TEST

START_TEST(export_refuses_quarantine)
{
	struct ow_error err = {0};
	struct ow_store *store = NULL;
	struct ow_export_result r = {0};
	struct site s;
	const char *ref = "org/model@1";

	site_make(&s);
	site_source(&s, sizes + 1, 2, 7);
	site_add(&s, "org/model", "1");
	{
		const struct ow_signer *signers[] = {s.release};
		struct ow_export_opts opts = {.refs = &ref,
					      .n_refs = 1,
					      .to = s.medium,
					      .destination = "site-b",
					      .trust = s.trust,
					      .signers = signers,
					      .n_signers = 1,
					      .producer = "test"};

		ck_ok(ow_store_open(s.store, OW_STORE_WRITE, "test", NULL, &store, &err));
		ck_fails(ow_export(store, &opts, NULL, &r, &err), OW_E_POLICY);
		ow_store_close(store);
	}
	site_done(&s);
}
END_TEST

/* An export on a handle whose promotion failed half-way is refused, and its own failure hides nothing from who tidies up. */
START_TEST(what_failed_half_way_is_not_over_because_another_verb_was_refused)
{
	struct ow_error err = {0};
	const char *ref = "org/model@1";
	struct ow_promote_result promoted = {0};
	struct ow_export_result exported = {0};
	struct ow_store *store = NULL;
	char path[160];
	struct site s;

	site_make(&s);
	site_source(&s, sizes + 1, 2, 7);
	site_add(&s, "org/model", "1");
	site_promote(&s, ref);
	site_source(&s, sizes + 1, 2, 8);
	site_add(&s, "org/second", "1");
	{
		const struct ow_signer *signers[] = {s.release};
		const struct ow_export_opts out = {.refs = &ref,
						   .n_refs = 1,
						   .to = s.medium,
						   .destination = "site-b",
						   .trust = s.trust,
						   .signers = signers,
						   .n_signers = 1,
						   .producer = "test"};
		const struct ow_promote_opts up = {.ref = "org/second@1",
						   .to = OW_CLASS_INTERNAL,
						   .licence = "MIT",
						   .reason = "read",
						   .approver = s.approver,
						   .trust = s.trust};

		ck_ok(ow_store_open(s.store, OW_STORE_WRITE, "test", NULL, &store, &err));
		for (unsigned i = 0; i < 256; i++) { /* files where the records' folders must be */
			(void)snprintf(path, sizeof path, "%s/zones/internal/records/%02x", s.store,
				       i);
			append(path);
		}
		ck_assert_int_lt(ow_promote(store, &up, NULL, &promoted, &err), 0);
		for (unsigned i = 0; i < 2; i++) {
			ck_fails(ow_export(store, &out, NULL, &exported, &err), OW_E_USAGE);
			ck_assert_ptr_nonnull(strstr(err.text, "failed half-way"));
		}
		ow_store_close(store);
	}
	site_done(&s);
}
END_TEST

SUITE_MAIN("flow/cross", what_was_exported_verifies_and_imports_twice, attack_D04_truncated_part,
	   attack_D05_one_byte_appended,
	   attack_D06_damage_is_named_and_a_second_medium_heals_only_it,
	   attack_D10_no_file_but_a_regular_one, missing_and_extra_files_are_named,
	   attack_A01_no_trusted_root, an_unfinished_bundle_is_no_bundle,
	   the_newest_of_a_stream_decides, export_refuses_quarantine,
	   what_failed_half_way_is_not_over_because_another_verb_was_refused)
