/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "unit/bulk/sample.h"

START_TEST(files_of_all_sizes_arrive_with_their_digests)
{
	static const size_t sizes[] = {0,
				       1,
				       4095,
				       4096,
				       4097,
				       (1 << 20) - 1,
				       1 << 20,
				       (1 << 20) + 1,
				       4 << 20,
				       (4 << 20) + 1,
				       (8 << 20) + 4096,
				       BIG};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		OW_AUTO(chunks_done) struct chunks out = {0};
		struct copy_result result;
		struct copy_job job;
		struct ow_error err;
		struct sample s;

		sample_make(&s, sizes[i], &big_cuts);
		job = job_of(&s);
		job.cuts = big_cuts;
		job.out = &out;
		ck_ok(copy_run(&job, 1, 2, "copy", NULL, &result, &err));
		ck_file(s.to, s.p, s.n, 0);
		ck_list(&out, &s.list);
		sample_drop(&s);
	}
}
END_TEST

START_TEST(many_files_at_once)
{
	enum {
		N = 12
	};
	struct sample s[N];
	struct copy_job jobs[N];
	struct chunks out[N] = {0};
	struct copy_result results[N];
	struct ow_error err;

	for (size_t i = 0; i < N; i++) {
		sample_make(&s[i], i * i * 70001, &no_cuts);
		jobs[i] = job_of(&s[i]);
		jobs[i].out = &out[i];
	}
	ck_ok(copy_run(jobs, N, 3, "copy", NULL, results, &err));
	for (size_t i = 0; i < N; i++) {
		ck_file(s[i].to, s[i].p, s[i].n, 0);
		ck_list(&out[i], &s[i].list);
		chunks_done(&out[i]);
		sample_drop(&s[i]);
	}
}
END_TEST

START_TEST(nothing_to_copy_is_fine)
{
	struct ow_error err;

	ck_ok(copy_run(NULL, 0, 2, "copy", NULL, NULL, &err));
}
END_TEST

START_TEST(a_longer_target_is_cut_and_bytes_before_the_offset_stay)
{
	static const uint64_t offs[] = {0, 4096, 12345};

	for (size_t i = 0; i < 3; i++) {
		OW_AUTO(chunks_done) struct chunks out = {0};
		struct copy_result result;
		struct copy_job job;
		struct ow_error err;
		struct sample s;
		uint8_t front[12345], got[12345];

		sample_make(&s, BIG, &no_cuts);
		memset(front, 'f', sizeof front);
		ck_assert_int_eq(pwrite(s.to, front, offs[i], 0), (ssize_t)offs[i]);
		ck_assert_int_eq(pwrite(s.to, "tail", 4, BIG + 20000), 4);
		job = job_of(&s);
		job.out = &out;
		job.to.off = offs[i];
		ck_ok(copy_run(&job, 1, 1, "copy", NULL, &result, &err));
		ck_file(s.to, s.p, s.n, offs[i]);
		ck_assert_int_eq(pread(s.to, got, offs[i], 0), (ssize_t)offs[i]);
		ck_assert(offs[i] == 0 || memcmp(front, got, offs[i]) == 0);
		sample_drop(&s);
	}
}
END_TEST

START_TEST(parts_are_joined)
{
	OW_AUTO(chunks_done) struct chunks out = {0};
	struct copy_source parts[3];
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, BIG, &no_cuts);
	parts[0] = parts[1] = parts[2] = s.from;
	parts[0].len = 5000001;
	parts[1].off = 5000001;
	parts[1].len = 1;
	parts[1].name = "part 2";
	parts[2].off = 5000002;
	parts[2].len = BIG - 5000002;
	parts[2].name = "part 3";
	job = job_of(&s);
	job.from = parts;
	job.n_from = 3;
	job.out = &out;
	ck_ok(copy_run(&job, 1, 1, "copy", NULL, &result, &err));
	ck_file(s.to, s.p, s.n, 0);
	ck_list(&out, &s.list);

	/* the part that holds the damage is named */
	damage(&s, 8500000);
	job.expect = &s.list;
	ck_fails(copy_run(&job, 1, 1, "copy", NULL, &result, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(strstr(err.text, "out: part 3: chunk 3 of 3 (bytes 8388608 to "));
	sample_drop(&s);
}
END_TEST

START_TEST(hashing_alone_writes_nothing)
{
	OW_AUTO(chunks_done) struct chunks out = {0};
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, BIG, &big_cuts);
	job = job_of(&s);
	job.to = (struct copy_target){.fd = -1};
	job.cuts = big_cuts;
	job.out = &out;
	ck_ok(copy_run(&job, 1, 2, "hash", NULL, &result, &err));
	ck_list(&out, &s.list);
	ck_file(s.to, s.p, 0, 0);
	job.expect = &s.list;
	ck_ok(copy_run(&job, 1, 2, "hash", NULL, &result, &err));
	damage(&s, 0);
	ck_fails(copy_run(&job, 1, 2, "hash", NULL, &result, &err), OW_E_INTEGRITY);
	sample_drop(&s);
}
END_TEST

START_TEST(what_was_promised_arrives)
{
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, BIG, &big_cuts);
	job = job_of(&s);
	job.expect = &s.list;
	ck_ok(copy_run(&job, 1, 2, "copy", NULL, &result, &err));
	ck_file(s.to, s.p, s.n, 0);
	ck_assert_uint_eq(result.reused, 0);
	ck_assert_uint_eq(result.n_bad, 0);
	sample_drop(&s);
}
END_TEST

START_TEST(attack_D06_a_damaged_chunk_is_named_and_the_others_arrive)
{
	char want[OW_ID_HEX];
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, BIG, &big_cuts);
	damage(&s, 3000000);
	job = job_of(&s);
	job.expect = &s.list;
	ck_fails(copy_run(&job, 1, 2, "copy", NULL, &result, &err), OW_E_INTEGRITY);
	ck_assert_ptr_nonnull(
	    strstr(err.text, "in: chunk 4 of 5 (bytes 2500032 to 6694335): digest differs"));
	ck_assert_ptr_nonnull(strstr(err.text, ow_id_hex(&s.list.at[3].id, want)));
	ck_assert_str_eq(err.path, "in");
	ck_assert(err.placed);
	ck_assert_uint_eq(err.off, s.list.at[3].off);
	ck_assert_uint_eq(result.n_bad, 1);

	/* a second medium, damaged elsewhere, repairs it */
	ck_assert_int_eq(pwrite(s.from.fd, s.p, s.n, 0), (ssize_t)s.n);
	for (size_t i = 0; i < 5; i++) {
		if (i != 3)
			damage(&s, s.list.at[i].off);
	}
	job.resume = true;
	ck_ok(copy_run(&job, 1, 2, "copy", NULL, &result, &err));
	ck_assert_uint_eq(result.reused, s.n - s.list.at[3].len);
	ck_file(s.to, s.p, s.n, 0);
	sample_drop(&s);
}
END_TEST

START_TEST(a_list_of_another_size_is_refused)
{
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;

	sample_make(&s, 1000, &no_cuts);
	job = job_of(&s);
	job.expect = &s.list;
	job.size = s.from.len = 999;
	ck_fails(copy_run(&job, 1, 2, "copy", NULL, &result, &err), OW_E_INTEGRITY);
	ck_assert_str_eq(err.text, "in: 999 bytes, expected 1000");
	sample_drop(&s);
}
END_TEST

START_TEST(attack_D04_a_short_source_is_refused)
{
	static const off_t cuts[] = {0, 1, 12320, 5000001, BIG - 1};

	for (size_t i = 0; i < 5; i++) {
		struct chunks out = {0};
		struct copy_result result;
		struct copy_job job;
		struct ow_error err;
		struct sample s;
		char text[100];

		sample_make(&s, BIG, &big_cuts);
		ck_assert_int_eq(ftruncate(s.from.fd, cuts[i]), 0);
		job = job_of(&s);
		job.cuts = big_cuts;
		job.out = &out;
		(void)snprintf(text, sizeof text, "ends at byte %lld, expected %d",
			       (long long)cuts[i], BIG);
		ck_fails(copy_run(&job, 1, 2, "copy", NULL, &result, &err), OW_E_INTEGRITY);
		ck_assert_ptr_nonnull(strstr(err.text, text));
		ck_assert_ptr_null(out.at);
		job.expect = &s.list;
		ck_fails(copy_run(&job, 1, 2, "copy", NULL, &result, &err), OW_E_INTEGRITY);
		ck_assert_ptr_nonnull(strstr(err.text, text));
		ck_assert_uint_eq(result.n_bad, cuts[i] < 12320     ? 5
						: cuts[i] == 12320  ? 4
						: cuts[i] < 6000000 ? 2
								    : 1);
		sample_drop(&s);
	}
}
END_TEST

START_TEST(a_failed_job_leaves_the_others_alone)
{
	struct chunks out[3] = {0};
	struct copy_result results[3];
	struct copy_job jobs[3];
	struct sample s[3];
	struct ow_error err;

	for (size_t i = 0; i < 3; i++) {
		sample_make(&s[i], 5000000 - i, &no_cuts);
		jobs[i] = job_of(&s[i]);
		jobs[i].out = &out[i];
	}
	jobs[0].expect = &s[0].list;
	damage(&s[0], 4999999);
	jobs[1].from = &(struct copy_source){.fd = -1, .len = 4999999, .name = "gone"};
	ck_fails(copy_run(jobs, 3, 2, "copy", NULL, results, &err), OW_E_INTEGRITY);
	ck_assert_int_eq(results[0].err.code, OW_E_INTEGRITY);
	ck_assert_int_eq(results[1].err.code, OW_E_IO);
	ck_assert_int_eq(strncmp(results[1].err.text, "gone: read at byte 0", 20), 0);
	ck_assert_int_eq(results[2].err.code, OW_OK);
	ck_file(s[2].to, s[2].p, s[2].n, 0);
	chunks_done(&out[2]);
	for (size_t i = 0; i < 3; i++)
		sample_drop(&s[i]);
}
END_TEST

/* ---- resuming
 * --------------------------------------------------------------------------------------- */

START_TEST(attack_H11_resuming_reads_only_what_is_missing)
{
	/* how far an earlier attempt came, or what of it is left */
	static const struct {
		size_t from, to;
		unsigned present; /* bit i: chunk i is there */
	} rows[] = {
	    {0, 0, 0},        {0, 12319, 0},      {0, 12320, 1},         {0, 5000000, 7},
	    {0, BIG, 31},     {12320, BIG, 30},   {2500032, 6694336, 8}, {2000000, BIG - 1, 8},
	    {0, BIG - 1, 15}, {6694335, BIG, 16},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct copy_result result;
		struct copy_job job;
		struct ow_error err;
		struct sample s;
		uint64_t want = 0;

		sample_make(&s, BIG, &big_cuts);
		ck_assert_uint_eq(s.list.n, 5);
		put_target(&s, rows[i].from, rows[i].to);
		for (size_t k = 0; k < 5; k++) {
			if ((rows[i].present >> k & 1) == 0)
				continue;
			damage(&s, s.list.at[k].off + 1); /* must not be read */
			want += s.list.at[k].len;
		}
		job = job_of(&s);
		job.expect = &s.list;
		job.resume = true;
		ck_ok(copy_run(&job, 1, 1, "copy", NULL, &result, &err));
		ck_assert_uint_eq(result.reused, want);
		ck_file(s.to, s.p, s.n, 0);
		sample_drop(&s);
	}
}
END_TEST

START_TEST(resuming_over_something_else_starts_anew)
{
	struct copy_result result;
	struct copy_job job;
	struct ow_error err;
	struct sample s;
	uint8_t *other;
	uint64_t seed = 99;

	sample_make(&s, BIG, &big_cuts);
	other = malloc(BIG + 5000);
	ck_assert_ptr_nonnull(other);
	rnd_fill(&seed, other, BIG + 5000);
	ck_assert_int_eq(pwrite(s.to, other, BIG + 5000, 0), BIG + 5000);
	job = job_of(&s);
	job.expect = &s.list;
	job.resume = true;
	ck_ok(copy_run(&job, 1, 1, "copy", NULL, &result, &err));
	ck_assert_uint_eq(result.reused, 0);
	ck_file(s.to, s.p, s.n, 0);
	free(other);
	sample_drop(&s);
}
END_TEST

SUITE_MAIN("bulk/copy", files_of_all_sizes_arrive_with_their_digests, many_files_at_once,
	   nothing_to_copy_is_fine, a_longer_target_is_cut_and_bytes_before_the_offset_stay,
	   parts_are_joined, hashing_alone_writes_nothing, what_was_promised_arrives,
	   attack_D06_a_damaged_chunk_is_named_and_the_others_arrive,
	   a_list_of_another_size_is_refused, attack_D04_a_short_source_is_refused,
	   a_failed_job_leaves_the_others_alone, attack_H11_resuming_reads_only_what_is_missing,
	   resuming_over_something_else_starts_anew)
