/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/jail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/err.h"
#include "os/callfilter.h"
#include "os/landlock.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
/* The leak checker traces the process from a second one, which the jail forbids: inside there is
 * none. */
int __lsan_is_turned_off(void);
static int jailed;

__attribute__((visibility("default"))) int __lsan_is_turned_off(void)
{
	return jailed;
}
#endif

static int limit(int what, uint64_t value, const char *name, struct ow_error *err)
{
	struct rlimit now, want = {.rlim_cur = value, .rlim_max = value};

	if (getrlimit((__rlimit_resource_t)what, &now) < 0)
		return err_sys(err, errno, "jail: limit of %s", name);
	if (want.rlim_max > now.rlim_max)
		want.rlim_cur = want.rlim_max = now.rlim_max; /* already stricter */
	if (setrlimit((__rlimit_resource_t)what, &want) < 0)
		return err_sys(err, errno, "jail: limit of %s", name);
	return 0;
}

static int enter_limits(const struct jail_plan *plan, struct ow_error *err)
{
	if (limit(RLIMIT_CORE, 0, "core files", err) < 0)
		return err->code;
#ifndef SANITIZED
	if (plan->memory != 0 && limit(RLIMIT_AS, plan->memory, "memory", err) < 0)
		return err->code;
#endif
	if (plan->cpu_s != 0 && limit(RLIMIT_CPU, plan->cpu_s, "processor time", err) < 0)
		return err->code;
	if (plan->file_size != 0 && limit(RLIMIT_FSIZE, plan->file_size, "file size", err) < 0)
		return err->code;
	return 0;
}

/* Landlock binds the calling thread alone, so a second thread would stay outside. Where /proc is
 * not to be seen the caller's word is taken.
 */
static int one_thread(struct ow_error *err)
{
	struct stat st;

	if (stat("/proc/self/task", &st) == 0 && st.st_nlink > 3)
		return err_set(err, OW_E_INTERNAL, "jail: entered with %u threads, must be one",
			       (unsigned)st.st_nlink - 2);
	return 0;
}

static int enter_landlock(const struct jail_plan *plan, struct jail_report *report,
			  struct ow_error *err)
{
	bool reader = plan->profile == JAIL_READER;
	int abi = landlock_abi();

	if (abi == 0)
		return err_set(err, OW_E_UNCHECKED,
			       "jail: the kernel has no Landlock, or it is switched off");
	if (landlock_enter(abi, plan->read, reader ? plan->n_read : 0, plan->write,
			   reader ? plan->n_write : 0, err) < 0)
		return err->code;
	report->landlock = abi;
	return 0;
}

static int enter_filter(const struct jail_plan *plan, struct jail_report *report,
			struct ow_error *err)
{
	struct callfilter f = {
	    .open = plan->profile == JAIL_READER,
	    .create = plan->profile == JAIL_READER && plan->n_write > 0,
	    .threads = plan->threads,
	};

	(void)report;
	return callfilter_enter(&f, err);
}

static int enter_rlimits(const struct jail_plan *plan, struct jail_report *report,
			 struct ow_error *err)
{
	(void)report;
	return enter_limits(plan, err);
}

int jail_enter(const struct jail_plan *plan, struct jail_report *report, struct ow_error *err)
{
	static const struct {
		enum jail_layer layer;
		int (*enter)(const struct jail_plan *plan, struct jail_report *report,
			     struct ow_error *err);
	} layers[] = {
	    {JAIL_LIMITS, enter_rlimits},
	    {JAIL_LANDLOCK, enter_landlock},
	    {JAIL_SECCOMP, enter_filter}, /* last: it forbids what the others need */
	};

	if (one_thread(err) < 0)
		return err->code;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(err, errno, "jail: giving up privileges");
	for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
		struct ow_error why = {0};

		if (layers[i].enter(plan, report, &why) == 0) {
			report->layers |= layers[i].layer;
		} else if ((plan->lenient & layers[i].layer) == 0) {
			*err = why;
			err->code = OW_E_UNCHECKED;
			return err->code;
		}
	}
#ifdef SANITIZED
	jailed = 1;
#endif
	return 0;
}

const char *jail_text(const struct jail_report *report, char out[JAIL_TEXT])
{
	char landlock[24];

	(void)snprintf(landlock, sizeof landlock, ", Landlock %d", report->landlock);
	(void)snprintf(out, JAIL_TEXT, "%s%s%s%s%s",
		       (report->layers & JAIL_NAMESPACES) != 0 ? ", namespaces"
		       : report->namespaces != 0               ? ", some namespaces"
							       : "",
		       (report->layers & JAIL_EMPTY_ROOT) != 0 ? ", empty root" : "",
		       (report->layers & JAIL_LIMITS) != 0 ? ", limits" : "",
		       (report->layers & JAIL_LANDLOCK) != 0 ? landlock : "",
		       (report->layers & JAIL_SECCOMP) != 0 ? ", seccomp" : "");
	if (out[0] == '\0')
		(void)snprintf(out, JAIL_TEXT, "none");
	else
		memmove(out, out + 2, strlen(out + 2) + 1);
	return out;
}
