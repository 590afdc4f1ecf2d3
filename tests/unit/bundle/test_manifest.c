/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "bundle/manifest.h"
#include "codec/cbor_wr.h"
#include "codec/digest.h"
#include "support/support.h"

static struct ow_error err;

static struct ow_view text(const char *s)
{
	return (struct ow_view){.p = (const uint8_t *)s, .n = strlen(s)};
}

static struct ow_id sum(const void *p, size_t n)
{
	struct ow_id id;

	ck_ok(digest_bytes(p, n, &id, &err));
	return id;
}

/* A blob of `n` chunks with the given lengths, in one part called .GGUF. */
static void add_blob(struct manifest *m, struct ow_id id, const uint32_t *len, size_t n)
{
	struct manifest_blob *b;

	ck_ok(mem_grow(&m->blobs, m->n_blobs, &m->cap_blobs, sizeof *b, &err));
	b = &m->blobs[m->n_blobs++];
	*b = (struct manifest_blob){.chunks.blob = id};
	for (size_t i = 0; i < n; i++) {
		ck_ok(mem_grow(&b->chunks.at, i, &b->chunks.cap, sizeof *b->chunks.at, &err));
		b->chunks.at[i] =
		    (struct chunk){.off = b->chunks.size, .len = len[i], .id = {.b = {(uint8_t)i}}};
		if (n == 1)
			b->chunks.at[i].id = id;
		b->chunks.size += len[i];
		b->chunks.n++;
	}
	ck_ok(mem_grow(&b->parts, 0, &b->cap_parts, sizeof *b->parts, &err));
	names_blob(&id, "GGUF", b->parts[0].path);
	b->parts[0].size = b->chunks.size;
	b->n_parts = 1;
}

/* Cut the blob's only part after the first chunk. */
static void cut_blob(struct manifest_blob *b)
{
	ck_ok(mem_grow(&b->parts, 1, &b->cap_parts, sizeof *b->parts, &err));
	b->n_parts = 2;
	b->parts[0].size = b->chunks.at[0].len;
	b->parts[1].size = b->chunks.size - b->chunks.at[0].len;
	names_part(&b->chunks.blob, 1, b->parts[0].path);
	names_part(&b->chunks.blob, 2, b->parts[1].path);
}

static void sample(struct manifest *m)
{
	struct manifest_artifact a = {.id = sum("record", 6),
				      .record = text("record"),
				      .class = OW_CLASS_CUSTOMER,
				      .licence = text("Apache-2.0")};
	const uint32_t large[] = {CHUNK_SIZE, 1000, 7}, small[] = {12};
	struct ow_id readme = sum("readme", 6);

	*m = (struct manifest){.origin = "hq",
			       .stream = "main",
			       .epoch = 1,
			       .seq = 42,
			       .has_prev = true,
			       .prev = {.b = {9}},
			       .name = "HQ_MAIN_000042",
			       .destination = "site-b",
			       .issued = 1795219200,
			       .not_after = 1795219201};
	ck_ok(manifest_add_artifact(m, &a, &err));
	a = (struct manifest_artifact){
	    .id = sum("other", 5), .record = text("other"), .licence = text("MIT")};
	ck_ok(manifest_add_artifact(m, &a, &err));
	add_blob(m, (struct ow_id){.b = {0xaa}}, large, 3);
	cut_blob(&m->blobs[0]);
	add_blob(m, (struct ow_id){.b = {0x55}}, small, 1);
	add_blob(m, sum("", 0), NULL, 0);
	ck_ok(manifest_add_file(m, "README.TXT", 6, &readme, &err));
	ck_ok(manifest_add_file(m, "LICENSES/MIT.TXT", 6, &readme, &err));
}

static void encoded(struct buf *out)
{
	OW_AUTO(manifest_done) struct manifest m;

	sample(&m);
	ck_ok(manifest_encode(&m, out, &err));
}

START_TEST(what_is_written_is_read_back)
{
	OW_AUTO(buf_done) struct buf b = {0}, again = {0};
	OW_AUTO(manifest_done) struct manifest m = {0};
	const struct manifest_blob *large;

	encoded(&b);
	ck_ok(manifest_decode(b.p, b.n, &m, &err));
	ck_assert_str_eq(m.origin, "hq");
	ck_assert_str_eq(m.destination, "site-b");
	ck_assert_uint_eq(m.seq, 42);
	ck_assert(m.has_prev && m.prev.b[0] == 9);
	ck_assert_uint_eq(m.n_artifacts, 2);
	ck_assert_uint_eq(m.n_blobs, 3);
	ck_assert_str_eq(m.files[0].path, "LICENSES/MIT.TXT");
	large = manifest_find_blob(&m, &(struct ow_id){.b = {0xaa}});
	ck_assert_ptr_nonnull(large);
	ck_assert_uint_eq(large->chunks.size, CHUNK_SIZE + 1007);
	ck_assert_uint_eq(large->chunks.at[2].off, CHUNK_SIZE + 1000);
	ck_assert_uint_eq(large->n_parts, 2);
	ck_assert_str_eq(large->parts[1].path, "DATA/AA00000000000000.P002");
	ck_assert_ptr_null(manifest_find_blob(&m, &(struct ow_id){.b = {0xab}}));
	ck_assert_ptr_nonnull(manifest_find_file(&m, "README.TXT"));
	ck_assert_ptr_null(manifest_find_file(&m, "README.TXU"));
	ck_assert_uint_eq(manifest_total(&m).bytes, CHUNK_SIZE + 1007 + 12 + 12);
	ck_assert_uint_eq(manifest_total(&m).files, 2 + 1 + 1 + 2);
	ck_ok(manifest_encode(&m, &again, &err));
	ck_assert_uint_eq(again.n, b.n);
	ck_assert_mem_eq(again.p, b.p, b.n);
}
END_TEST

static void write_bytes(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "we");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(b->p, 1, b->n, f), b->n);
	ck_assert_int_eq(fclose(f), 0);
}

/* Whether somebody else's validator takes the bytes for a manifest of schemas/manifest.cddl. */
static bool is_valid(const char *verifier, const struct buf *b)
{
	static const char schema[] = __FILE__ "/../../../../schemas/manifest.cddl";
	char path[128], command[600];

	(void)snprintf(path, sizeof path, "%s/m", scratch(NULL));
	write_bytes(path, b);
	(void)snprintf(
	    command, sizeof command,
	    "%s -t manifest --require-deterministic \"$(realpath -m %s)\" %s >/dev/null 2>&1",
	    verifier, schema, path);
	return system(command) ==
	       0; /* NOLINT(cert-env33-c,concurrency-mt-unsafe): the validator is the judge */
}

/* tools/check names the validator; without one there is nothing to ask. */
START_TEST(the_schema_describes_what_is_written)
{
	const char *verifier = getenv("OWSTORE_CDDL_VERIFY"); /* NOLINT(concurrency-mt-unsafe) */
	OW_AUTO(buf_done) struct buf b = {0};
	uint8_t *name;

	if (verifier == NULL)
		return;
	encoded(&b);
	ck_assert(is_valid(verifier, &b));
	name = memmem(b.p, b.n, "README.TXT", 10);
	ck_assert_ptr_nonnull(name);
	memcpy(name, "readme.txt", 10);
	ck_assert(!is_valid(verifier, &b));
}
END_TEST

START_TEST(optional_keys_are_absent_when_empty)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(manifest_done)
	struct manifest m = {
	    .origin = "a", .stream = "b", .seq = 1, .name = "A", .destination = "c"};
	OW_AUTO(manifest_done) struct manifest back = {0};

	ck_ok(manifest_encode(&m, &b, &err));
	ck_ok(manifest_decode(b.p, b.n, &back, &err));
	ck_assert(!back.has_prev);
	ck_assert_uint_eq(back.not_after, 0);
	ck_assert_uint_eq(back.n_artifacts + back.n_blobs + back.n_files, 0);
}
END_TEST

static bool refused(void *ctx, const uint8_t *p, size_t n)
{
	OW_AUTO(manifest_done) struct manifest m = {0};
	struct ow_error e = {0};

	(void)ctx;
	return manifest_decode(p, n, &m, &e) < 0 && e.code == OW_E_FORMAT && m.blobs == NULL;
}

/* A flip inside a digest, number or name may give another good manifest, which then has exactly one
 * encoding.
 */
static bool refused_or_canonical(void *ctx, const uint8_t *p, size_t n)
{
	OW_AUTO(manifest_done) struct manifest m = {0};
	OW_AUTO(buf_done) struct buf out = {0};
	struct ow_error e = {0};

	(void)ctx;
	if (manifest_decode(p, n, &m, &e) < 0)
		return e.code == OW_E_FORMAT;
	return manifest_encode(&m, &out, &e) == 0 && out.n == n && memcmp(out.p, p, n) == 0;
}

START_TEST(every_truncation_is_refused_every_flip_is_refused_or_canonical)
{
	OW_AUTO(buf_done) struct buf b = {0};

	encoded(&b);
	sweep_truncations(b.p, b.n, refused, NULL);
	sweep_flips(b.p, b.n, refused_or_canonical, NULL);
}
END_TEST

START_TEST(allocation_failures_leave_nothing_behind)
{
	OW_AUTO(buf_done) struct buf b = {0};

	encoded(&b);
	for (unsigned long nth = 1;; nth++) {
		OW_AUTO(manifest_done) struct manifest m = {0};

		err = (struct ow_error){0};
		(void)mem_fail_at(nth);
		if (manifest_decode(b.p, b.n, &m, &err) == 0) {
			(void)mem_fail_at(0);
			ck_assert_uint_gt(nth, 5);
			break;
		}
		ck_assert_int_eq(err.code, OW_E_IO);
		ck_assert_ptr_null(m.blobs);
	}
}
END_TEST

/* One thing that no manifest may say: changes a good sample. */
typedef void (*spoil)(struct manifest *m);

static void bad_origin(struct manifest *m)
{
	memcpy(m->origin, "HQ", 3);
}

static void bad_name(struct manifest *m)
{
	memcpy(m->name, "../X", 5);
}

static void zero_seq(struct manifest *m)
{
	m->seq = 0;
}

static void ends_before_it_begins(struct manifest *m)
{
	m->not_after = m->issued;
}

static void record_of_another(struct manifest *m)
{
	m->artifacts[0].record = text("recorf");
}

static void licence_on_two_lines(struct manifest *m)
{
	m->artifacts[0].licence = text("MIT\nGPL");
}

static void licence_empty(struct manifest *m)
{
	m->artifacts[0].licence = text("");
}

static void artifact_twice(struct manifest *m)
{
	ck_ok(manifest_add_artifact(m, &m->artifacts[0], &err));
}

static void blob_twice(struct manifest *m)
{
	add_blob(m, m->blobs[0].chunks.blob, (const uint32_t[]){5, 6}, 2);
}

static void same_16_digits(struct manifest *m)
{
	struct ow_id id = m->blobs[0].chunks.blob;

	id.b[8] = 1;
	add_blob(m, id, (const uint32_t[]){5, 6}, 2);
}

static void part_inside_a_chunk(struct manifest *m)
{
	m->blobs[0].parts[0].size++;
	m->blobs[0].parts[1].size--;
}

static void part_missing(struct manifest *m)
{
	m->blobs[0].parts[1].size -= 7;
}

static void part_empty(struct manifest *m)
{
	m->blobs[0].parts[1].size += m->blobs[0].parts[0].size;
	m->blobs[0].parts[0].size = 0;
}

static void part_overflows(struct manifest *m)
{
	m->blobs[0].parts[1].size = UINT64_MAX;
}

static void part_misnamed(struct manifest *m)
{
	names_part(&m->blobs[0].chunks.blob, 3, m->blobs[0].parts[1].path);
}

static void parts_none(struct manifest *m)
{
	m->blobs[0].n_parts = 0;
}

static void whole_named_as_part(struct manifest *m)
{
	names_part(&m->blobs[1].chunks.blob, 1, m->blobs[1].parts[0].path);
}

static void chunk_too_long(struct manifest *m)
{
	m->blobs[0].chunks.at[0].len++;
}

static void chunk_empty(struct manifest *m)
{
	m->blobs[0].chunks.at[2].len = 0;
}

static void size_of_another(struct manifest *m)
{
	m->blobs[0].chunks.size++;
}

static void only_chunk_differs(struct manifest *m)
{
	m->blobs[1].chunks.at[0].id.b[31] ^= 1;
}

static void empty_with_a_name_of_something(struct manifest *m)
{
	m->blobs[2].chunks.blob.b[31] ^= 1;
}

static void file_in_data(struct manifest *m)
{
	memcpy(m->files[0].path, "DATA/X.TXT", 11);
}

static void file_is_the_manifest(struct manifest *m)
{
	memcpy(m->files[0].path, "MANIFEST.CBR", 13);
}

static void file_is_a_signature(struct manifest *m)
{
	memcpy(m->files[0].path, "MANIFEST.S01", 13);
}

static void file_twice(struct manifest *m)
{
	ck_ok(manifest_add_file(m, m->files[0].path, 1, &m->files[0].id, &err));
}

static void file_leads_out(struct manifest *m)
{
	memcpy(m->files[0].path, "../X.TXT", 9);
}

static void sum_overflows(struct manifest *m)
{
	m->files[0].size = INT64_MAX;
}

START_TEST(what_no_manifest_may_say_is_neither_written_nor_read)
{
	static const spoil all[] = {
	    bad_origin,
	    bad_name,
	    zero_seq,
	    ends_before_it_begins,
	    record_of_another,
	    licence_on_two_lines,
	    licence_empty,
	    artifact_twice,
	    blob_twice,
	    same_16_digits,
	    part_inside_a_chunk,
	    part_missing,
	    part_empty,
	    part_overflows,
	    part_misnamed,
	    parts_none,
	    whole_named_as_part,
	    chunk_too_long,
	    chunk_empty,
	    size_of_another,
	    only_chunk_differs,
	    empty_with_a_name_of_something,
	    file_in_data,
	    file_is_the_manifest,
	    file_is_a_signature,
	    file_twice,
	    file_leads_out,
	    sum_overflows,
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		OW_AUTO(manifest_done) struct manifest m;
		OW_AUTO(buf_done) struct buf b = {0};

		sample(&m);
		all[i](&m);
		err = (struct ow_error){0};
		if (manifest_encode(&m, &b, &err) == 0)
			ck_abort_msg("spoilt sample %zu was written", i);
		ck_assert_int_eq(err.code, OW_E_INTERNAL);
	}
}
END_TEST

/* Replace the first occurrence of `from` by `to` (of one length) and decode. */
static void replaced(const void *from, const void *to, size_t n, const char *why)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(manifest_done) struct manifest m = {0};
	uint8_t *at;

	encoded(&b);
	at = memmem(b.p, b.n, from, n);
	ck_assert_ptr_nonnull(at);
	memcpy(at, to, n);
	ck_fails(manifest_decode(b.p, b.n, &m, &err), OW_E_FORMAT);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s", err.text);
}

START_TEST(hostile_documents_are_refused_by_name)
{
	replaced("README.TXT", "README/TXT", 10, "cannot be a name");
	replaced("README.TXT", "AAAAAA.TXT", 10, "out of order");
	replaced("AA00000000000000.P002", "AA00000000000000.P001", 21, "part 2 is called");
	replaced("record", "recorf", 6, "its record has the SHA-256");
	replaced("HQ_MAIN_000042", "HQ_MAIN/000042", 14, "name of a bundle folder");
	replaced("\x68manifest", "\x68manifess", 9, "not a manifest");
	replaced("\x02\x62hq", "\x0e\x62hq", 4, "unknown key");
	replaced("\x02\x62hq", "\x02\x62h ", 4, "is not an id");
}
END_TEST

/* The first two keys and then whatever. */
static void begin(struct buf *b, uint64_t n_keys)
{
	cbor_wr_map(b, n_keys);
	cbor_wr_key(b, 0);
	cbor_wr_text(b, "manifest");
	cbor_wr_key(b, 1);
	cbor_wr_uint(b, 1);
}

START_TEST(attack_D07_a_count_that_lies_costs_nothing)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(manifest_done) struct manifest m = {0};

	begin(&b, 3);
	cbor_wr_key(&b, 13);
	cbor_wr_array(&b, 1ull << 40);
	ck_fails(manifest_decode(b.p, b.n, &m, &err), OW_E_FORMAT);
}
END_TEST

/* A blob of 2^63 bytes with one chunk of 4 KiB. */
START_TEST(attack_D08_a_size_that_lies_costs_nothing)
{
	OW_AUTO(buf_done) struct buf b = {0};
	OW_AUTO(manifest_done) struct manifest m = {0};

	begin(&b, 3);
	cbor_wr_key(&b, 12);
	cbor_wr_array(&b, 1);
	cbor_wr_map(&b, 5);
	cbor_wr_key(&b, 0);
	cbor_wr_id(&b, &(struct ow_id){.b = {1}});
	cbor_wr_key(&b, 1);
	cbor_wr_uint(&b, 1ull << 63);
	cbor_wr_key(&b, 2);
	cbor_wr_bytes(&b, (uint8_t[4]){0, 0, 16, 0}, 4);
	cbor_wr_key(&b, 3);
	cbor_wr_bytes(&b, (uint8_t[32]){0}, 32);
	cbor_wr_key(&b, 4);
	cbor_wr_array(&b, 0);
	ck_fails(manifest_decode(b.p, b.n, &m, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(later_keys_are_skipped_and_unknown_ones_refused)
{
	static const struct {
		int64_t key;
		bool good;
	} cases[] = {{14, false}, {999, false}, {-1, false}, {1000, true}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		OW_AUTO(buf_done) struct buf b = {0}, more = {0};
		OW_AUTO(manifest_done) struct manifest m = {0};

		encoded(&b);
		cbor_wr_map(&more, (b.p[0] & 31u) + 1);
		buf_add(&more, b.p + 1, b.n - 1);
		cbor_wr_key(&more, cases[i].key);
		cbor_wr_text(&more, "later");
		err = (struct ow_error){0};
		ck_assert_int_eq(manifest_decode(more.p, more.n, &m, &err) == 0, cases[i].good);
	}
}
END_TEST

START_TEST(lists_have_limits)
{
	OW_AUTO(manifest_done) struct manifest m = {0};
	struct ow_id id = {0};
	char path[NAMES_PATH];

	for (unsigned i = 0; i < BUNDLE_FILES_MAX; i++) {
		(void)snprintf(path, sizeof path, "F%06u.X", i);
		ck_ok(manifest_add_file(&m, path, 0, &id, &err));
	}
	ck_fails(manifest_add_file(&m, "G.X", 0, &id, &err), OW_E_USAGE);
	ck_fails(manifest_add_file(&m, "g.x", 0, &id, &err), OW_E_INTERNAL);
}
END_TEST

SUITE_MAIN("bundle/manifest", what_is_written_is_read_back, the_schema_describes_what_is_written,
	   optional_keys_are_absent_when_empty,
	   every_truncation_is_refused_every_flip_is_refused_or_canonical,
	   allocation_failures_leave_nothing_behind,
	   what_no_manifest_may_say_is_neither_written_nor_read,
	   hostile_documents_are_refused_by_name, attack_D07_a_count_that_lies_costs_nothing,
	   attack_D08_a_size_that_lies_costs_nothing,
	   later_keys_are_skipped_and_unknown_ones_refused, lists_have_limits)
