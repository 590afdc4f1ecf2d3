/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The system calls that a jailed process may make. The one door to libseccomp.
 *
 * What is listed is allowed; calls that only an attack makes (sockets, execution, new processes,
 * tracing, mounting, kernel interfaces that have no place here) kill the process at once; every
 * other call fails with ENOSYS, so that a newer C library falls back instead of dying.
 */
#ifndef OW_OS_CALLFILTER_H
#define OW_OS_CALLFILTER_H

#include <stdbool.h>

#include <owstore/error.h>

struct callfilter {
	bool open;    /* look at directories and open files for reading (where Landlock lets it) */
	bool create;  /* with open: also create, write, rename and remove files */
	bool threads; /* start threads */
};

/* Put the filter in force on all threads; there is no way back. Needs PR_SET_NO_NEW_PRIVS.
 * OW_E_UNCHECKED if the kernel has no such filters.
 */
OW_MUST_USE int callfilter_enter(const struct callfilter *f, struct ow_error *err);

#endif
