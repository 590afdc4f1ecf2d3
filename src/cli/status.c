/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/status.h"

static const struct {
	enum ow_code code;
	bool always; /* every verb can end so */
	const char *text;
} statuses[STATUS_MAX] = {
    {OW_OK, true, "done"},
    {OW_E_USAGE, true, "the request makes no sense as it stands"},
    {OW_E_INTEGRITY, false, "bytes differ from what was promised"},
    {OW_E_TRUST, false, "a signature, key, role, threshold or passphrase is not good"},
    {OW_E_STALE, false, "rollback, replay, expired or frozen"},
    {OW_E_POLICY, false, "class, licence or approval forbids it"},
    {OW_E_FORMAT, false, "not a well-formed document or file of its kind"},
    {OW_E_UNSAFE, false, "well-formed, but does or reaches what it must not"},
    {OW_E_IO, true, "medium gone, no space, no memory, or a system call failed"},
    {OW_E_BUSY, false, "somebody else holds the store"},
    {OW_E_SMOKE, false, "the model answered differently"},
    {OW_E_INCOMPLETE, false, "parts are missing; nothing is wrong with the rest"},
    {OW_E_UNCHECKED, false, "could not be checked here"},
    {OW_E_INTERNAL, true, "a defect of owstore itself"},
};

const char *status_text(enum ow_code code)
{
	for (size_t i = 0; i < STATUS_MAX; i++) {
		if (statuses[i].code == code)
			return statuses[i].text;
	}
	return "";
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
