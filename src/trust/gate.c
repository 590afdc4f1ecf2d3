/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each signature file is judged by itself, then keys are counted, then the answer is given. The document is
 * only ever hashed here.
 */
#include "trust/gate.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "trust/minisig.h"

struct sealed {
	struct buf bytes;
	struct gate_report report;
	uint64_t root_version;
};

struct gate {
	const struct root *root;
	enum ow_role role;
	const char *type;
	uint8_t prehash[SIGN_PREHASH];
	struct gate_report *report;
};

const char *signer_status_text(enum signer_status status)
{
	static const char *const texts[] = {
	    [SIGNER_GOOD] = "good",
	    [SIGNER_REPEATED] = "good, but this key was counted already",
	    [SIGNER_OTHER_ROLE] = "good, but the key has another role",
	    [SIGNER_UNKNOWN] = "unknown key, ignored",
	    [SIGNER_DAMAGED] = "damaged",
	    [SIGNER_UNREADABLE] = "not a canonical signature file",
	    [SIGNER_MISMATCH] = "its trusted comment is not about this document",
	};

	return texts[status];
}

/* Does an id differ from a key's in one byte at most? */
static bool nearly(const uint8_t a[SIGN_KEY_ID], const uint8_t b[SIGN_KEY_ID])
{
	unsigned differ = 0;

	for (unsigned i = 0; i < SIGN_KEY_ID; i++)
		differ += a[i] != b[i];
	return differ <= 1;
}

/* The key of ours that a signature under an unknown id is by after all, or NULL: it holds under the key, or
 * one altered byte has spoilt the id (and the signature's first byte, which shares a digit of base64 with it).
 * Else a single flip would make a damaged signature pass for a stranger's, which is ignored (D35).
 */
static const struct root_key *disguised(const struct gate *g, const struct minisig *sig)
{
	for (unsigned i = 0; i < g->root->n_keys; i++) {
		const struct root_key *k = &g->root->key[i];

		if (nearly(sig->key_id, k->id) || minisig_check(sig, k->pk, g->prehash))
			return k;
	}
	return NULL;
}

/* Do two texts agree? If not, `detail` says so once. */
static bool agree(const char *what, const char *says, const char *should, char detail[200])
{
	if (strcmp(says, should) == 0)
		return true;
	(void)snprintf(detail, 200, "%s=%s, expected %s", what, says, should);
	return false;
}

/* Does the comment speak of this document, in the role of its key? */
static bool comment_fits(const struct gate *g, const struct comment *c, const struct root_key *key,
			 char detail[200])
{
	char says[OW_ID_HEX], is[OW_ID_HEX];

	return agree("type", c->type, g->type, detail) &&
	       agree("origin", c->origin, g->root->origin, detail) &&
	       agree("role", role_name(c->role), role_name(key->role), detail) &&
	       agree("sha256", ow_id_hex(&c->sha256, says), ow_id_hex(&g->report->digest, is),
		     detail);
}

/* Does it say the same as those counted before? */
static bool same_claim(const struct comment *c, const struct comment *before, char detail[200])
{
	char says[24], should[24];

	(void)snprintf(says, sizeof says, "%llu", (unsigned long long)c->seq);
	(void)snprintf(should, sizeof should, "%llu", (unsigned long long)before->seq);
	return agree("stream", c->stream, before->stream, detail) &&
	       agree("seq", says, should, detail);
}

static bool counted(const struct gate_report *report, const uint8_t id[SIGN_KEY_ID])
{
	for (size_t i = 0; i < report->n; i++) {
		if (report->signer[i].status == SIGNER_GOOD &&
		    memcmp(report->signer[i].key_id, id, SIGN_KEY_ID) == 0)
			return true;
	}
	return false;
}

/* A signature under the key whose id it names: does it count? */
static enum signer_status judge_known(const struct gate *g, const struct minisig *sig,
				      const struct root_key *key, char detail[200])
{
	struct gate_report *report = g->report;
	struct ow_error why = {0};
	struct comment c;

	if (!minisig_check(sig, key->pk, g->prehash))
		return SIGNER_DAMAGED;
	if (comment_parse(sig->comment, strlen(sig->comment), &c, &why) < 0 ||
	    !comment_fits(g, &c, key, detail))
		return SIGNER_MISMATCH;
	if (key->role != g->role)
		return SIGNER_OTHER_ROLE;
	if (report->good > 0 && !same_claim(&c, &report->claim, detail))
		return SIGNER_MISMATCH;
	if (counted(report, key->id))
		return SIGNER_REPEATED;
	report->claim = c;
	report->good++;
	return SIGNER_GOOD;
}

static void judge(const struct gate *g, const struct signature_file *file)
{
	struct signer *s = &g->report->signer[g->report->n];
	const struct root_key *key;
	struct ow_error why = {0};
	struct minisig sig;

	*s = (struct signer){0};
	(void)snprintf(s->file, sizeof s->file, "%s", file->name);
	if (minisig_parse(file->text, file->n, &sig, &why) < 0) {
		s->status = SIGNER_UNREADABLE;
		g->report->n++;
		return;
	}
	memcpy(s->key_id, sig.key_id, sizeof s->key_id);
	key = root_find_key(g->root, sig.key_id);
	if (key != NULL) {
		s->status = judge_known(g, &sig, key, s->detail);
	} else {
		key = disguised(g, &sig);
		s->status = key == NULL ? SIGNER_UNKNOWN : SIGNER_DAMAGED;
	}
	if (key != NULL) {
		(void)snprintf(s->name, sizeof s->name, "%s", key->name);
		s->role = key->role;
	}
	g->report->n++;
}

static bool refuses(enum signer_status status)
{
	return status == SIGNER_DAMAGED || status == SIGNER_UNREADABLE || status == SIGNER_MISMATCH;
}

/* What is worth telling of the signatures that did not count: "; S02: key … (name): damaged". */
static const char *others(const struct gate_report *report, struct buf *text)
{
	for (size_t i = 0; i < report->n; i++) {
		const struct signer *s = &report->signer[i];
		char id[KEY_ID_TEXT];

		if (s->status == SIGNER_GOOD)
			continue;
		buf_printf(text, "; %s", s->file);
		if (s->status != SIGNER_UNREADABLE)
			buf_printf(text, " by key %s", key_id_text(s->key_id, id));
		if (s->name[0] != '\0')
			buf_printf(text, " (%s, %s)", s->name, role_name(s->role));
		buf_printf(text, ": %s%s%s%s", signer_status_text(s->status),
			   s->detail[0] == '\0' ? "" : " (", s->detail,
			   s->detail[0] == '\0' ? "" : ")");
	}
	return buf_str(text);
}

static int answer(const struct gate *g, const struct signed_doc *d, const struct gate_rules *rules,
		  struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};
	const struct gate_report *report = g->report;

	if (report->threshold == 0)
		return err_set(err, OW_E_TRUST,
			       "%s: root version %llu of %s gives nobody the role %s", d->name,
			       (unsigned long long)g->root->version, g->root->origin,
			       role_name(g->role));
	for (size_t i = 0; !rules->tolerate_damaged && i < report->n; i++) {
		if (refuses(report->signer[i].status))
			return err_set(err, OW_E_TRUST,
				       "%s: refused for a signature that does not hold%s", d->name,
				       others(report, &text));
	}
	if (report->good >= report->threshold)
		return 0;
	if (d->n_more > 0)
		buf_printf(&text,
			   "; only the first %d signature files are read, %zu more were there",
			   SIGNATURES_MAX, d->n_more);
	return err_set(err, OW_E_TRUST,
		       "%s: signed by %u of the %u %s keys that root version %llu of %s asks for%s",
		       d->name, report->good, report->threshold, role_name(g->role),
		       (unsigned long long)g->root->version, g->root->origin,
		       others(report, &text));
}

int gate_check(const struct signed_doc *d, const struct root *root, enum ow_role role,
	       const char *type, const struct gate_rules *rules, struct gate_report *report,
	       struct ow_error *err)
{
	struct gate g = {.root = root, .role = role, .type = type, .report = report};

	*report = (struct gate_report){.threshold = root->role[role].threshold};
	if (digest_bytes(d->doc.p, d->doc.n, &report->digest, err) < 0)
		return err->code;
	sign_prehash(d->doc.p, d->doc.n, g.prehash);
	for (size_t i = 0; i < d->n_sigs; i++)
		judge(&g, &d->sig[i]);
	return answer(&g, d, rules, err);
}

int gate_open(struct signed_doc *d, const struct root *root, enum ow_role role, const char *type,
	      const struct gate_rules *rules, struct gate_report *report, struct sealed **out,
	      struct ow_error *err)
{
	OW_AUTO(mem_free) struct sealed *s = MEM_NEW(struct sealed, err);
	int r;

	if (s == NULL)
		return err->code;
	r = gate_check(d, root, role, type, rules, &s->report, err);
	if (report != NULL)
		*report = s->report;
	if (r < 0)
		return r;
	s->root_version = root->version;
	s->bytes = d->doc;
	d->doc = (struct buf){0};
	*out = STEAL(s);
	return 0;
}

void sealed_free(struct sealed *s)
{
	if (s == NULL)
		return;
	buf_done(&s->bytes);
	mem_free(s);
}

struct ow_view sealed_bytes(const struct sealed *s)
{
	return (struct ow_view){.p = s->bytes.p, .n = s->bytes.n};
}

const struct ow_id *sealed_digest(const struct sealed *s)
{
	return &s->report.digest;
}

const struct comment *sealed_claim(const struct sealed *s)
{
	return &s->report.claim;
}

const struct gate_report *sealed_report(const struct sealed *s)
{
	return &s->report;
}

uint64_t sealed_root_version(const struct sealed *s)
{
	return s->root_version;
}

int sealed_matches(const struct sealed *s, const char *origin, const char *stream, uint64_t seq,
		   struct ow_error *err)
{
	const struct comment *c = &s->report.claim;

	if (stream == NULL)
		stream = "-";
	if (strcmp(c->origin, origin) != 0)
		return err_set(err, OW_E_TRUST,
			       "%s is of origin \"%s\", its signatures are for \"%s\"", c->type,
			       origin, c->origin);
	if (strcmp(c->stream, stream) != 0)
		return err_set(err, OW_E_TRUST,
			       "%s is of stream \"%s\", its signatures are for \"%s\"", c->type,
			       stream, c->stream);
	if (c->seq != seq)
		return err_set(err, OW_E_TRUST, "%s has sequence %llu, its signatures are for %llu",
			       c->type, (unsigned long long)seq, (unsigned long long)c->seq);
	return 0;
}
