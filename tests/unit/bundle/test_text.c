/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The texts are run past the tools that they name.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "bundle/plan.h"
#include "bundle/text.h"
#include "codec/digest.h"
#include "support/support.h"

static struct ow_error err;

#define KEY "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"

static const struct ow_id weights = {.b = {0xaa, 1}}, config = {.b = {0xbb, 2}};

/* A manifest with one artifact, a blob in three parts and one whole. */
static void sample(struct manifest *m)
{
	struct manifest_artifact a = {.record = {.p = (const uint8_t *)"record", .n = 6},
				      .class = OW_CLASS_CUSTOMER,
				      .licence = {.p = (const uint8_t *)"MIT", .n = 3}};

	*m = (struct manifest){.origin = "hq",
			       .stream = "main",
			       .epoch = 1,
			       .seq = 42,
			       .name = "HQ_MAIN_000042",
			       .destination = "site-b",
			       .issued = 1795219200};
	ck_ok(digest_bytes("record", 6, &a.id, &err));
	ck_ok(manifest_add_artifact(m, &a, &err));
	ck_ok(plan_want(m, &config, 12, "config.json", &err));
	ck_ok(plan_want(m, &weights, 40 * MIB, "weights.gguf", &err));
	ck_ok(plan_settle(m, &err));
	for (size_t i = 0; i < m->n_blobs; i++) {
		struct chunks *c = &m->blobs[i].chunks;

		for (uint64_t off = 0; off < c->size; off += CHUNK_SIZE) {
			uint64_t len = c->size - off < CHUNK_SIZE ? c->size - off : CHUNK_SIZE;

			ck_ok(mem_grow(&c->at, c->n, &c->cap, sizeof *c->at, &err));
			c->at[c->n++] =
			    (struct chunk){.off = off, .len = (uint32_t)len, .id = c->blob};
		}
	}
	ck_ok(plan_cut(m, PART_MIN, &err));
	manifest_sort(m);
}

static void facts(const struct manifest *m, struct text_facts *f)
{
	static const struct text_key keys[] = {{"first", KEY, 1}, {"second", KEY, 0}};
	static const struct text_component components[] = {
	    {"config.json", "config", {.b = {0xbb, 2}}, 12},
	    {"w\xc3\xa4ights\033[2J\xe2\x80\xae.gguf", "weights", {.b = {0xaa, 1}}, 40 * MIB},
	};
	static struct text_artifact artifact = {
	    .name = "org/model", .version = "1", .components = components, .n_components = 2};
	static const struct ow_id root = {.b = {0xcc}};

	artifact.id = m->artifacts[0].id;
	*f = (struct text_facts){
	    .m = m,
	    .keys = keys,
	    .n_keys = 2,
	    .threshold = 1,
	    .root_version = 3,
	    .root = &root,
	    .producer = "owstore 0.1.0",
	    .artifacts = &artifact,
	    .n_artifacts = 1,
	};
}

static void all_ascii_lf(const struct buf *b)
{
	for (size_t i = 0; i < b->n; i++)
		ck_assert_msg(b->p[i] == '\n' || (b->p[i] >= 0x20 && b->p[i] < 0x7f),
			      "byte %zu is %02x", i, b->p[i]);
	ck_assert_uint_eq(b->p[b->n - 1], '\n');
}

static void has(struct buf *b, const char *s)
{
	ck_assert_msg(strstr(buf_str(b), s) != NULL, "no \"%s\" in:\n%s", s, buf_str(b));
}

START_TEST(readme_names_keys_tools_and_parts)
{
	OW_AUTO(manifest_done) struct manifest m;
	OW_AUTO(buf_done) struct buf b = {0};
	struct text_facts f;

	sample(&m);
	facts(&m, &f);
	text_readme(&f, &b);
	ck_ok(buf_finish(&b, &err));
	all_ascii_lf(&b);
	has(&b, "minisign -Vm MANIFEST.CBR -x MANIFEST.S01 -P " KEY "\n");
	has(&b, "sha256sum -c SHA256SUM.TXT");
	has(&b, "on paper");
	has(&b, "owstore verify .");
	has(&b,
	    "cat DATA/AA01000000000000.P001 DATA/AA01000000000000.P002 ... > \"$HOME/model.file\"");
	has(&b,
	    "copy /b AA01000000000000.P001+AA01000000000000.P002+... %USERPROFILE%\\model.file");
	ck_assert_ptr_null(strstr(buf_str(&b), "MANIFEST.S02 -P"));
	for (const char *line = buf_str(&b); *line != '\0'; line += strcspn(line, "\n") + 1)
		ck_assert_uint_le(strcspn(line, "\n"), 110);
}
END_TEST

START_TEST(readme_without_parts_says_nothing_of_joining)
{
	OW_AUTO(manifest_done) struct manifest m;
	OW_AUTO(buf_done) struct buf b = {0};
	struct text_facts f;

	sample(&m);
	facts(&m, &f);
	m.blobs[0].n_parts = 1;
	text_readme(&f, &b);
	ck_assert_ptr_null(strstr(buf_str(&b), "copy /b"));
}
END_TEST

START_TEST(listing_tells_components_and_escapes_names)
{
	OW_AUTO(manifest_done) struct manifest m;
	OW_AUTO(buf_done) struct buf b = {0};
	struct text_facts f;

	sample(&m);
	facts(&m, &f);
	text_listing(&f, &b);
	ck_ok(buf_finish(&b, &err));
	all_ascii_lf(&b);
	has(&b, "org/model@1\n");
	has(&b, "class    customer (the sender's word)");
	has(&b, "licence  MIT (the sender's word)");
	has(&b, "  w\\u{e4}ights\\u{1b}[2J\\u{202e}.gguf\n");
	has(&b, "DATA/AA01000000000000.P001 to .P003, 3 parts");
	has(&b, "file     DATA/BB02000000000000.JSON");
	has(&b, "issued       2026-11-21T00:00:00Z");
	has(&b, "valid until  no end");
}
END_TEST

static int run(const char *folder, const char *command)
{
	char line[512];

	(void)snprintf(line, sizeof line, "cd %s && %s >/dev/null 2>&1", folder, command);
	return system(line); /* NOLINT(cert-env33-c): the tool is the judge here */
}

START_TEST(sums_are_what_sha256sum_checks)
{
	static const struct {
		const char *path, *content;
	} files[] = {
	    {"README.TXT", "read me"}, {"DATA/AA01000000000000.P001", "part"}, {"A.X", ""}};
	OW_AUTO(buf_done) struct buf b = {0};
	struct text_sum sums[3];
	int dir;
	const char *path = scratch(&dir);

	ck_assert_int_eq(mkdirat(dir, "DATA", 0755), 0);
	for (size_t i = 0; i < 3; i++) {
		sums[i].path = files[i].path;
		ck_ok(digest_bytes(files[i].content, strlen(files[i].content), &sums[i].id, &err));
		put_file(dir, files[i].path, files[i].content, strlen(files[i].content));
	}
	text_sums(sums, 3, &b);
	put_file(dir, NAMES_SUMS, b.p, b.n);
	ck_assert_int_eq(run(path, "sha256sum --strict -c SHA256SUM.TXT"), 0);
	ck_assert_int_eq(strncmp(buf_str(&b) + 66, "A.X\n", 4), 0);
	put_file(dir, "A.X", "a", 1);
	ck_assert_int_ne(run(path, "sha256sum --strict -c SHA256SUM.TXT"), 0);
	(void)close(dir);
}
END_TEST

/* Step 2 of README.TXT: the digest of the list stands inside the manifest. */
START_TEST(readme_ties_the_sums_to_the_manifest)
{
	static const char tie[] = "od -An -v -tx1 MANIFEST.CBR | tr -d ' \\n' | "
				  "grep -c \"$(sha256sum SHA256SUM.TXT | cut -c1-64)\"";
	OW_AUTO(manifest_done) struct manifest m;
	OW_AUTO(buf_done) struct buf b = {0}, cbor = {0};
	struct text_facts f;
	struct ow_id id;
	int dir;
	const char *path = scratch(&dir);

	sample(&m);
	facts(&m, &f);
	text_readme(&f, &b);
	has(&b, tie);
	ck_ok(digest_bytes("sums", 4, &id, &err));
	ck_ok(manifest_add_file(&m, NAMES_SUMS, 4, &id, &err));
	ck_ok(manifest_encode(&m, &cbor, &err));
	put_file(dir, NAMES_MANIFEST, cbor.p, cbor.n);
	put_file(dir, NAMES_SUMS, "sums", 4);
	ck_assert_int_eq(run(path, tie), 0);
	put_file(dir, NAMES_SUMS, "sumz", 4);
	ck_assert_int_ne(run(path, tie), 0);
	(void)close(dir);
}
END_TEST

SUITE_MAIN("bundle/text", readme_names_keys_tools_and_parts,
	   readme_without_parts_says_nothing_of_joining, listing_tells_components_and_escapes_names,
	   sums_are_what_sha256sum_checks, readme_ties_the_sums_to_the_manifest)
