/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/verb.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/ask.h"
#include "codec/sign.h"

const char *verb_trust(const struct ctx *c)
{
	const char *origin = c->config.at[SETTING_TRUST].origin;

	return origin == NULL || strcmp(origin, "default") == 0 ? NULL
								: c->config.at[SETTING_TRUST].value;
}

static int open_signer(struct ctx *c, const char *keys, const char *name, struct ow_signer **out,
		       struct ow_error *err)
{
	OW_AUTO(secret_free) char *passphrase = NULL;
	char what[100];

	(void)snprintf(what, sizeof what, "key %.64s", name);
	passphrase = ask_passphrase(c, what, false, err);
	if (passphrase == NULL)
		return err->code;
	return ow_signer_open(keys, name, passphrase, strlen(passphrase), out, err);
}

int verb_take_signers(struct ctx *c, const char *const *names, size_t n, bool dry_run,
		      struct signers *out, struct ow_error *err)
{
	const char *keys = n == 0 ? "" : config_need(&c->config, SETTING_KEYS, err);

	out->at = keys == NULL ? NULL : mem_array(n, sizeof(struct ow_signer *), err);
	if (out->at == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		if ((dry_run ? ow_signer_look(keys, names[i], &out->at[i], err)
			     : open_signer(c, keys, names[i], &out->at[i], err)) < 0)
			return err->code;
		out->n++;
	}
	return 0;
}

void signers_done(struct signers *s)
{
	for (size_t i = 0; i < s->n; i++)
		ow_signer_close(s->at[i]);
	free(s->at);
	*s = (struct signers){0};
}

void verb_dry_run(struct ctx *c, bool dry_run)
{
	if (dry_run)
		out_line(&c->out, "This was a dry run: nothing was written.");
}

const char *verb_rate(uint64_t bytes, double seconds, char out[RATE_TEXT])
{
	char size[TEXT_SIZE], rate[TEXT_SIZE];

	if (seconds < 0.001)
		(void)snprintf(out, RATE_TEXT, "%s", text_size(bytes, size));
	else
		(void)snprintf(out, RATE_TEXT, "%s in %.2f s (%s/s)", text_size(bytes, size),
			       seconds, text_size((uint64_t)((double)bytes / seconds), rate));
	return out;
}
