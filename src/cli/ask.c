/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/ask.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
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

static int from_terminal(const char *what, bool twice, char out[PASSPHRASE_MAX],
			 struct ow_error *err)
{
	char prompt[200], shown[100], again[PASSPHRASE_MAX];
	int result;

	text_escape(what, strlen(what), shown, sizeof shown);
	(void)snprintf(prompt, sizeof prompt, "Passphrase for %s: ", shown);
	if (tty_read_secret(prompt, out, PASSPHRASE_MAX, err) < 0)
		return err->code == OW_E_USAGE ? err_hint(err, "give --passphrase-fd N")
					       : (int)err->code;
	if (!twice)
		return 0;
	(void)snprintf(prompt, sizeof prompt, "The same again: ");
	result = tty_read_secret(prompt, again, sizeof again, err);
	if (result == 0 && strcmp(out, again) != 0)
		result = err_set(err, OW_E_USAGE, "the two passphrases differ");
	explicit_bzero(again, sizeof again);
	return result;
}

int ask_passphrase(const struct ctx *c, const char *what, bool twice, char out[PASSPHRASE_MAX],
		   struct ow_error *err)
{
	bool given = c->common.passphrase_fd != UINT64_MAX;
	int result = given ? from_descriptor(c->common.passphrase_fd, out, err)
			   : from_terminal(what, twice, out, err);

	if (result == 0 && out[0] == '\0')
		result = err_set(err, OW_E_USAGE, "the passphrase is empty");
	if (result < 0)
		explicit_bzero(out, PASSPHRASE_MAX);
	return result;
}

int ask_consent(const struct ctx *c, const char *what, bool yes, struct ow_error *err)
{
	char question[300], shown[200];
	bool agreed = false;

	if (yes)
		return 0;
	text_escape(what, strlen(what), shown, sizeof shown);
	(void)snprintf(question, sizeof question, "owstore: %s: %s? [y/N] ", c->cmd->name, shown);
	if (tty_confirm(question, &agreed, err) < 0)
		return err->code == OW_E_USAGE ? err_hint(err, "give --yes") : (int)err->code;
	if (!agreed)
		return err_set(err, OW_E_USAGE, "not agreed to: %s", what);
	return 0;
}
