/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An open secret key, for the verbs that sign.
 *
 *	struct ow_signer *rel = NULL;
 *
 *	if (ow_signer_open("/home/r/.config/owstore/keys", "rel", passphrase, n, &rel, &err) < 0)
 *		return ow_code_exit(err.code);
 *	…
 *	ow_signer_close(rel);
 */
#ifndef OW_SIGNER_H
#define OW_SIGNER_H

#include <owstore/trust.h>

struct ow_signer;

/* Open NAME.key of the keys folder with its passphrase, which the caller wipes afterwards.
 * Errors   OW_E_USAGE (no such key, or a file that others could read), OW_E_FORMAT, OW_E_TRUST (wrong
 *          passphrase, or altered), OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_signer_open(const char *keys, const char *name, const void *passphrase,
				      size_t n, struct ow_signer **out, struct ow_error *err);

/* Read who it is without the passphrase: enough for a dry run, which asks whether the key would be taken. Whatever wants
 * a signature of it is OW_E_USAGE. Errors as above, without the passphrase.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_signer_look(const char *keys, const char *name, struct ow_signer **out,
				      struct ow_error *err);

/* What the key is for.  Since 0.1 */
OW_API enum ow_role ow_signer_role(const struct ow_signer *s);

/* Wipes the key; NULL is fine.  Since 0.1 */
OW_API void ow_signer_close(struct ow_signer *s);

#endif
