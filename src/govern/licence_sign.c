/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/licence_sign.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <owstore/policy.h>
#include <owstore/signer.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "govern/vouch.h"
#include "handle/signer.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "policy/license.h"
#include "trust/minisig.h"

#define TYPE   "licences"
#define SUFFIX ".minisig"

/* Whose it says it is. */
static int origin_of(const struct buf *signature, char origin[ID_TEXT], struct ow_error *err)
{
	struct minisig sig;
	struct comment says;

	if (minisig_parse(signature->p, signature->n, &sig, err) < 0 ||
	    comment_parse(sig.comment, strlen(sig.comment), &says, err) < 0)
		return err->code;
	text_copy(origin, ID_TEXT, says.origin);
	return 0;
}

static int unsigned_file(const char *path, const struct ow_error *why, struct ow_error *err)
{
	(void)err_set(err, OW_E_TRUST, "%s: no approver has signed it as it is: %.300s", path,
		      why->sys == ENOENT ? "it has no signature" : why->text);
	return err_hint(err, "read it, then: owstore license sign %s --key NAME", path);
}

int licence_vouched(int dir, const char *name, const char *path, const struct buf *bytes,
		    const struct trust_state *trust, char origin[ID_TEXT], struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf file = {0}, signature = {0};
	OW_AUTO(signed_done) struct signed_doc d = {.name = "licence profiles"};
	OW_AUTO(chain_done) struct chain chain = {0};
	struct gate_report report;
	struct ow_error why = {0};
	char signer[ID_TEXT];

	buf_printf(&file, "%s" SUFFIX, name);
	buf_add(&d.doc, bytes->p, bytes->n);
	if (buf_finish(&file, err) < 0 || buf_finish(&d.doc, err) < 0)
		return err->code;
	if (file_read(dir, buf_str(&file), SIGNATURE_FILE_MAX, &signature, &why) < 0 ||
	    origin_of(&signature, signer, &why) < 0 || trust_load(trust, signer, &chain, &why) < 0)
		return unsigned_file(path, &why, err);
	if (signed_add(&d, "minisig", signature.p, signature.n, err) < 0)
		return err->code;
	if (vouch_approver(&chain, &d, TYPE, &report, &why) != VOUCHED_NOW)
		return unsigned_file(path, &why, err);
	if (origin[0] == '\0')
		text_copy(origin, ID_TEXT, signer);
	if (strcmp(origin, signer) == 0)
		return 0;
	return err_set(err, OW_E_TRUST, "%s is signed by %s, the files before it by %s", path,
		       signer, origin);
}

/* ---- signing ---------------------------------------------------------------------------------------------- */

/* What cannot be read is not signed. */
static int check_profiles(const struct buf *bytes, const char *path, struct ow_error *err)
{
	OW_AUTO(license_set_free) struct license_set *set = NULL;

	if (license_set_new(&set, err) < 0)
		return err->code;
	return license_set_add(set, bytes->p, bytes->n, path, err);
}

static int publish(const char *path, const struct buf *signature, struct ow_error *err)
{
	size_t folder = (size_t)(path_base(path) - path);
	OW_AUTO(mem_free)
	char *parent = folder == 0 ? mem_text(".", 1, err) : mem_text(path, folder, err);
	OW_AUTO(buf_done) struct buf name = {0};
	OW_AUTO(fd_close) int dir = -1;

	buf_printf(&name, "%s" SUFFIX, path_base(path));
	if (parent == NULL || buf_finish(&name, err) < 0)
		return err->code;
	dir = path_open_dir(parent, err);
	return dir < 0 ? err->code
		       : file_publish(dir, buf_str(&name), signature->p, signature->n, 0644,
				      FILE_REPLACE, err);
}

int ow_license_sign(const char *path, const struct ow_signer *approver, const char *trust,
		    bool dry_run, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state state = {0};
	OW_AUTO(buf_done) struct buf bytes = {0}, signature = {0};
	struct comment what = {.type = TYPE, .stream = "-"};

	if (trust_state_init(&state, trust, err) < 0 ||
	    signer_origin(approver, OW_ROLE_APPROVER, &state, what.origin, err) < 0 ||
	    file_read_user(path, YAML_SIZE_MAX, &bytes, err) < 0 ||
	    check_profiles(&bytes, path, err) < 0)
		return err_kept(err, "nothing was signed");
	if (dry_run)
		return 0;
	if (sign_document(signer_key(approver), &what, bytes.p, bytes.n, &signature, err) < 0 ||
	    buf_finish(&signature, err) < 0)
		return err_kept(err, "nothing was signed");
	return publish(path, &signature, err);
}
