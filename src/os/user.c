/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/user.h"

#include <pwd.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/text.h"

const char *user_text(char out[USER_TEXT])
{
	uid_t uid = geteuid();
	struct passwd user, *found = NULL;
	char room[4096], name[64];

	if (getpwuid_r(uid, &user, room, sizeof room, &found) != 0 || found == NULL) {
		(void)snprintf(out, USER_TEXT, "uid %lu", (unsigned long)uid);
		return out;
	}
	(void)text_escape(user.pw_name, strlen(user.pw_name), name, sizeof name);
	(void)snprintf(out, USER_TEXT, "%s (uid %lu)", name, (unsigned long)uid);
	return out;
}
