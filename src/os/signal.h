/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Signals that ask to stop become a question that long work asks at its own pace.
 */
#ifndef OW_OS_SIGNAL_H
#define OW_OS_SIGNAL_H

#include <owstore/error.h>

/* From here on SIGINT, SIGTERM and SIGHUP are only noted, the first time each; the second time they
 * kill. One that was ignored at the start (nohup) stays so. SIGPIPE is ignored: writing fails with
 * EPIPE instead.
 */
OW_MUST_USE int signal_setup(struct ow_error *err);

/* The signal that asked to stop, or 0. Safe from every thread. */
int signal_stop(void);

#endif
