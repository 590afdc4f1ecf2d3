/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/status.h"

#include "base/err.h"

static const struct {
	enum ow_code code;
	bool always; /* every verb can end so */
	const char *text;
	const char
	    *next; /* to do where the error says nothing better; NULL: read the verb's page */
} statuses[STATUS_MAX] = {
    {OW_OK, true, "done", NULL},
    {OW_E_USAGE, true, "the request makes no sense as it stands", NULL},
    {OW_E_INTEGRITY, false, "bytes differ from what was promised",
     "trust none of these bytes, get them again; owstore fsck --data tells what else a store has "
     "lost"},
    {OW_E_TRUST, false, "a signature, key, role, threshold or passphrase is not good",
     "owstore trust ls shows the roots that are trusted here, owstore root show whom one names"},
    {OW_E_STALE, false, "rollback, replay, expired or frozen", "ask the sender for a newer one"},
    {OW_E_POLICY, false, "class, licence or approval forbids it", NULL},
    {OW_E_FORMAT, false, "not a well-formed document or file of its kind",
     "get it again; if its source has the same bytes, this version cannot use it"},
    {OW_E_UNSAFE, false, "well-formed, but does or reaches what it must not",
     "do not use it before its sender has said what this is for"},
    {OW_E_IO, true, "medium gone, no space, no memory, or a system call failed",
     "mend that, then run the same command again"},
    {OW_E_BUSY, false, "somebody else holds the store",
     "run the same command again when that has ended"},
    {OW_E_SMOKE, false, "the model answered differently",
     "do not use the model here; owstore selftest tells whether it is the CPU"},
    {OW_E_INCOMPLETE, false, "parts are missing; nothing is wrong with the rest",
     "bring what is missing, then run the same command again"},
    {OW_E_UNCHECKED, false, "could not be checked here", NULL},
    {OW_E_INTERNAL, true, "a defect of owstore itself",
     "please report this line with what \"owstore version\" says"},
};

const char *status_text(enum ow_code code)
{
	for (size_t i = 0; i < STATUS_MAX; i++) {
		if (statuses[i].code == code)
			return statuses[i].text;
	}
	return "";
}

void status_advise(const struct cmd *cmd, struct ow_error *err)
{
	const char *next = NULL;

	for (size_t i = 0; i < STATUS_MAX; i++) {
		if (statuses[i].code == err->code)
			next = statuses[i].next;
	}
	if (next != NULL)
		(void)err_hint(err, "%s", next);
	else if (err->code != OW_OK)
		(void)err_hint(err, "owstore help %s", cmd->name);
}

static bool listed(const enum ow_code *codes, enum ow_code code)
{
	for (; codes != NULL && *codes != OW_OK; codes++) {
		if (*codes == code)
			return true;
	}
	return false;
}

size_t status_of(const struct cmd *cmd, enum ow_code out[STATUS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < STATUS_MAX; i++) {
		if (cmd == NULL || statuses[i].always || listed(cmd->exits, statuses[i].code))
			out[n++] = statuses[i].code;
	}
	return n;
}
