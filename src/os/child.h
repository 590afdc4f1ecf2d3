/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Running another program and waiting for it.
 */
#ifndef OW_OS_CHILD_H
#define OW_OS_CHILD_H

enum child_voice {
	CHILD_LOUD,  /* shares the standard descriptors */
	CHILD_SILENT /* reads and writes /dev/null */
};

/* Run argv[0] as found in PATH, with signals as they are by default. Returns its exit status, or -1
 * where it could not be started or was killed.
 */
int child_run(char *const *argv, enum child_voice voice);

#endif
