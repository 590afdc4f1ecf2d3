/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bundle/text.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"

/* Text from outside as ASCII: what text_escape leaves of other scripts becomes \u{NNNN} too. */
static void add_ascii(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t code = 0;
		size_t len = utf8_next((const uint8_t *)s + i, n - i, &code);
		char one[16];

		if (len > 0 && code >= 0x80) {
			buf_printf(out, "\\u{%x}", code);
		} else {
			len = len == 0 ? 1 : len;
			(void)text_escape(s + i, len, one, sizeof one);
			buf_text(out, one);
		}
		i += len;
	}
}

static void add_quoted(struct buf *out, const char *s)
{
	add_ascii(out, s, strlen(s));
}

static void add_size(struct buf *out, uint64_t size)
{
	char text[TEXT_SIZE];

	buf_printf(out, "%llu bytes", (unsigned long long)size);
	if (size >= 1000)
		buf_printf(out, " (%s)", text_size(size, text));
}

/* Bytes of all blobs: what is carried, without what is said about it. */
static void add_carried(struct buf *out, const struct manifest *m)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < m->n_blobs; i++)
		sum += m->blobs[i].chunks.size;
	add_size(out, sum);
}

static void add_time(struct buf *out, uint64_t t)
{
	char text[TIME_TEXT];

	buf_text(out, time_text(t, text));
}

static void add_id(struct buf *out, const struct ow_id *id)
{
	char hex[OW_ID_HEX];

	buf_text(out, ow_id_hex(id, hex));
}

/* "2 of these 3 keys must have signed" and the keys. */
static void add_keys(struct buf *out, const struct text_facts *f)
{
	buf_printf(out, "  %u of %zu %s must have signed MANIFEST.CBR:\n\n", f->threshold,
		   f->n_keys, f->n_keys == 1 ? "key" : "keys");
	for (size_t i = 0; i < f->n_keys; i++) {
		buf_text(out, "    ");
		add_quoted(out, f->keys[i].pubkey);
		buf_text(out, "  ");
		add_quoted(out, f->keys[i].id);
		buf_text(out, "\n");
	}
	buf_printf(
	    out,
	    "\n  They stand in version %u of the root document of \"%s\". The fingerprint of the\n"
	    "  root document that %s began with, also to be compared with paper, is\n\n    ",
	    f->root_version, f->m->origin, f->m->origin);
	add_id(out, f->root);
	buf_text(out, "\n\n");
}

static void readme_head(struct buf *out, const struct text_facts *f)
{
	buf_printf(out, "%s\n", f->m->name);
	for (size_t i = strlen(f->m->name); i > 0; i--)
		buf_text(out, "=");
	buf_text(
	    out,
	    "\n\nThis folder is an owstore bundle: files of machine-learning models on their way "
	    "from\none place to another, with a signed list of every byte.\n\n");
	buf_printf(out, "  from     %s, stream %s, number %llu\n", f->m->origin, f->m->stream,
		   (unsigned long long)f->m->seq);
	buf_printf(out, "  for      %s\n  issued   ", f->m->destination);
	add_time(out, f->m->issued);
	buf_text(out, "\n");
	if (f->m->not_after != 0) {
		buf_text(out, "  until    ");
		add_time(out, f->m->not_after);
		buf_text(out, "\n");
	}
	buf_printf(out, "  carries  %zu %s, ", f->m->n_artifacts,
		   f->m->n_artifacts == 1 ? "artifact" : "artifacts");
	add_carried(out, f->m);
	buf_text(out, "\n  made by  ");
	add_quoted(out, f->producer);
	buf_text(
	    out,
	    "\n\nMANIFEST.TXT tells what is inside, in words. MANIFEST.CBR is the same for "
	    "programs, and\n"
	    "is what the signatures MANIFEST.S01, MANIFEST.S02, ... are made for. Nothing here is\n"
	    "packed, encrypted or a link: every file can be opened and scanned as it is.\n\n");
}

static const char readme_owstore[] =
    "How to check it with owstore\n"
    "----------------------------\n\n"
    "    owstore verify .\n\n"
    "reads every byte and writes nothing. It needs the root fingerprint of the sender, once,\n"
    "typed from paper (owstore trust init --help). Then:\n\n"
    "    owstore import .\n\n";

static bool has_golden(const struct manifest *m)
{
	for (size_t i = 0; i < m->n_files; i++) {
		if (names_is_golden(m->files[i].path))
			return true;
	}
	return false;
}

static const char readme_golden[] =
    "GOLDEN holds what models of this bundle computed where they come from. Once imported,\n\n"
    "    owstore smoke NAME@VERSION\n\n"
    "computes it again, and says whether every bit is the same.\n\n";

static void readme_by_hand(struct buf *out, const struct text_facts *f)
{
	char file[NAMES_PATH];

	buf_text(out, "How to check it without owstore\n"
		      "-------------------------------\n\n"
		      "Run these in this folder. You need sha256sum (coreutils) and minisign.\n\n"
		      "1. Has the list been signed by the people you expect? For each signature "
		      "file and its\n"
		      "   key, one line:\n\n");
	for (size_t i = 0; i < f->n_keys; i++) {
		if (f->keys[i].signature == 0)
			continue;
		names_signature(f->keys[i].signature, file);
		buf_printf(out, "    minisign -Vm MANIFEST.CBR -x %s -P ", file);
		add_quoted(out, f->keys[i].pubkey);
		buf_text(out, "\n");
	}
	buf_text(
	    out,
	    "\n"
	    "   WARNING: these keys were printed by whoever wrote this medium. Compare them, "
	    "letter\n"
	    "   by letter, with the ones you have on paper from the sender. If they differ, stop:\n"
	    "   the rest proves nothing.\n\n");
	add_keys(out, f);
	buf_text(out, "2. Is SHA256SUM.TXT the one that was signed? Its digest stands inside "
		      "MANIFEST.CBR; this\n"
		      "   must print 1:\n\n"
		      "    od -An -v -tx1 MANIFEST.CBR | tr -d ' \\n' | grep -c \"$(sha256sum "
		      "SHA256SUM.TXT | cut -c1-64)\"\n\n"
		      "3. Is every file as it was? All lines must end in OK:\n\n"
		      "    sha256sum -c SHA256SUM.TXT\n\n"
		      "   The list names every file of the bundle but itself, MANIFEST.CBR and "
		      "MANIFEST.S01 and\n"
		      "   so on. A file that it does not name does not belong here.\n\n");
}

static void readme_files(struct buf *out, const struct text_facts *f)
{
	const struct manifest_blob *cut = NULL;

	for (size_t i = 0; i < f->m->n_blobs && cut == NULL; i++) {
		if (f->m->blobs[i].n_parts > 1)
			cut = &f->m->blobs[i];
	}
	buf_text(out,
		 "Where the files are\n"
		 "-------------------\n\n"
		 "A file of a model lies in DATA under the first 16 digits of its own SHA-256;\n"
		 "MANIFEST.TXT says which is which. Copy it and give it its name back.\n\n");
	if (cut == NULL)
		return;
	buf_printf(out,
		   "Large ones are cut into parts that end in .P001, .P002, ... To join them:\n\n"
		   "    cat %s %s%s > \"$HOME/model.file\"\n\n",
		   cut->parts[0].path, cut->parts[1].path, cut->n_parts > 2 ? " ..." : "");
	buf_text(out, "or on Windows, in the folder DATA:\n\n");
	buf_printf(out, "    copy /b %s+%s%s %%USERPROFILE%%\\model.file\n\n",
		   cut->parts[0].path + 5, cut->parts[1].path + 5, cut->n_parts > 2 ? "+..." : "");
	buf_text(out, "and compare its SHA-256 with the one in MANIFEST.TXT.\n\n");
}

void text_readme(const struct text_facts *f, struct buf *out)
{
	readme_head(out, f);
	buf_text(out, readme_owstore);
	if (has_golden(f->m))
		buf_text(out, readme_golden);
	readme_by_hand(out, f);
	readme_files(out, f);
	buf_text(out, "What classes and licences mean\n"
		      "------------------------------\n\n"
		      "The class and licence beside each artifact are what the sender says. "
		      "Whoever receives\n"
		      "them decides anew.\n");
}

/* ---- MANIFEST.TXT ---- */

static void listing_head(struct buf *out, const struct text_facts *f)
{
	const struct manifest *m = f->m;

	buf_text(out, "This is MANIFEST.CBR for people. Programs read that one; this one is for "
		      "looking.\n\n");
	buf_printf(out,
		   "bundle       %s\norigin       %s\nstream       %s\nepoch        %llu\nnumber   "
		   "    %llu\n",
		   m->name, m->origin, m->stream, (unsigned long long)m->epoch,
		   (unsigned long long)m->seq);
	buf_text(out, "previous     ");
	if (m->has_prev)
		add_id(out, &m->prev);
	else
		buf_text(out, "none");
	buf_printf(out, "\ndestination  %s\nissued       ", m->destination);
	add_time(out, m->issued);
	buf_text(out, "\nvalid until  ");
	if (m->not_after != 0)
		add_time(out, m->not_after);
	else
		buf_text(out, "no end");
	buf_printf(out, "\nartifacts    %zu\nblobs        %zu, ", m->n_artifacts, m->n_blobs);
	add_carried(out, f->m);
	buf_text(out, "\n\nWho may sign\n------------\n\n");
	add_keys(out, f);
}

/* "DATA/0123456789ABCDEF.GGUF", or the first and last of its parts. */
static void add_place(struct buf *out, const struct manifest *m, const struct ow_id *id)
{
	const struct manifest_blob *b = manifest_find_blob(m, id);

	if (b == NULL || b->n_parts == 0)
		buf_text(out, "not in this bundle");
	else if (b->n_parts == 1)
		buf_text(out, b->parts[0].path);
	else
		buf_printf(out, "%s to %s, %zu parts", b->parts[0].path,
			   strrchr(b->parts[b->n_parts - 1].path, '.'), b->n_parts);
}

static void add_artifact(struct buf *out, const struct text_facts *f, const struct text_artifact *a)
{
	const struct manifest_artifact *claim = manifest_find_artifact(f->m, &a->id);

	add_quoted(out, a->name);
	buf_text(out, "@");
	add_quoted(out, a->version);
	buf_text(out, "\n  artifact ");
	add_id(out, &a->id);
	if (claim != NULL) {
		buf_printf(out, "\n  class    %s (the sender's word)\n  licence  ",
			   ow_class_name(claim->class));
		add_ascii(out, (const char *)claim->licence.p, claim->licence.n);
		buf_text(out, " (the sender's word)");
	}
	buf_text(out, "\n\n");
	for (size_t i = 0; i < a->n_components; i++) {
		const struct text_component *c = &a->components[i];

		buf_text(out, "  ");
		add_quoted(out, c->path);
		buf_text(out, "\n    role     ");
		add_quoted(out, c->role);
		buf_text(out, "\n    size     ");
		add_size(out, c->size);
		buf_text(out, "\n    sha256   ");
		add_id(out, &c->id);
		buf_text(out, "\n    file     ");
		add_place(out, f->m, &c->id);
		buf_text(out, "\n");
	}
	buf_text(out, "\n");
}

void text_listing(const struct text_facts *f, struct buf *out)
{
	listing_head(out, f);
	buf_text(out, "Artifacts\n---------\n\n");
	for (size_t i = 0; i < f->n_artifacts; i++)
		add_artifact(out, f, &f->artifacts[i]);
	buf_text(out, "The sender's word: class and licence are what the sender claims. Whoever "
		      "receives the\n"
		      "bundle decides anew.\n");
}

/* ---- SHA256SUM.TXT ---- */

static int sum_order(const void *a, const void *b)
{
	return strcmp(((const struct text_sum *)a)->path, ((const struct text_sum *)b)->path);
}

void text_sums(struct text_sum *sums, size_t n, struct buf *out)
{
	if (n > 1)
		qsort(sums, n, sizeof *sums, sum_order);
	for (size_t i = 0; i < n; i++) {
		add_id(out, &sums[i].id);
		buf_printf(out, "  %s\n", sums[i].path);
	}
}
