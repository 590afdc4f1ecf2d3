/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/ask.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/sign.h"
#include "os/fd.h"
#include "os/tty.h"

/* One line of a descriptor that somebody else opened for us. */
static int from_descriptor(uint64_t number, char out[PASSPHRASE_MAX], struct ow_error *err)
{
	char name[40];
	size_t n = 0;
	int64_t got;

	(void)snprintf(name, sizeof name, "descriptor %llu", (unsigned long long)number);
	if (number > INT_MAX)
		return err_set(err, OW_E_USAGE, "%s: no such descriptor", name);
	do {
		got = fd_read((int)number, out + n, 1, name, err);
		n += got == 1;
	} while (got == 1 && out[n - 1] != '\n' && n < PASSPHRASE_MAX);
	if (got < 0)
		return err->code;
	if (n == PASSPHRASE_MAX && out[n - 1] != '\n')
		return err_set(err, OW_E_USAGE, "%s: a passphrase longer than %d bytes", name,
			       PASSPHRASE_MAX - 1);
	out[n - (n > 0 && out[n - 1] == '\n')] = '\0';
	return 0;
}

/* Read it once more and compare. */
static int typed_again(const char *first, struct ow_error *err)
{
	OW_AUTO(secret_free) char *again = (char *)secret_new(PASSPHRASE_MAX, err);

	if (again == NULL || tty_read_secret("The same again: ", again, PASSPHRASE_MAX, err) < 0)
		return err->code;
	return strcmp(first, again) == 0 ? 0
					 : err_set(err, OW_E_USAGE, "the two passphrases differ");
}

static int from_terminal(const char *what, bool twice, char out[PASSPHRASE_MAX],
			 struct ow_error *err)
{
	char prompt[200], shown[100];

	text_escape(what, strlen(what), shown, sizeof shown);
	(void)snprintf(prompt, sizeof prompt, "Passphrase for %s: ", shown);
	if (tty_read_secret(prompt, out, PASSPHRASE_MAX, err) < 0)
		return err->code == OW_E_USAGE ? err_hint(err, "give --passphrase-fd N")
					       : (int)err->code;
	return twice ? typed_again(out, err) : 0;
}

char *ask_passphrase(struct ctx *c, const char *what, bool twice, struct ow_error *err)
{
	OW_AUTO(secret_free) char *secret = (char *)secret_new(PASSPHRASE_MAX, err);
	bool given = c->common.passphrase_fd != UINT64_MAX;

	progress_erase(&c->progress);
	if (secret == NULL || (given ? from_descriptor(c->common.passphrase_fd, secret, err)
				     : from_terminal(what, twice, secret, err)) < 0)
		return NULL;
	if (secret[0] == '\0') {
		(void)err_set(err, OW_E_USAGE, "the passphrase is empty");
		return NULL;
	}
	return STEAL(secret);
}

int ask_consent(struct ctx *c, const char *what, bool yes, struct ow_error *err)
{
	char question[300], shown[200];
	bool agreed = false;

	if (yes)
		return 0;
	progress_erase(&c->progress);
	text_escape(what, strlen(what), shown, sizeof shown);
	(void)snprintf(question, sizeof question, "owstore: %s: %s? [y/N] ", c->cmd->name, shown);
	if (tty_confirm(question, &agreed, err) < 0)
		return err->code == OW_E_USAGE ? err_hint(err, "give --yes") : (int)err->code;
	if (!agreed)
		return err_set(err, OW_E_USAGE, "not agreed to: %s", what);
	return 0;
}
