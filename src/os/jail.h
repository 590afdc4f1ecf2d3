/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The jail: a process gives up, for good, all that its work does not need; and work on hostile
 * bytes done in a child that sits in one.
 *
 *	struct jail_plan plan = {.profile = JAIL_PARSER, .memory = 512 * MIB, .cpu_s = 60};
 *	struct jail_job job = {.what = "archive reader", .work = read_it, .ctx = &in, .frame = take, .out = &out};
 *
 *	if (jail_child_run(&plan, &job, &report, err) < 0)
 *		return err->code;
 *
 * Layers in this order: namespaces (user, mount, pid, net, ipc, uts; children only, where the
 * system allows them), descriptors closed and environment emptied (children only), resource limits,
 * Landlock, seccomp. The last three are required: without one of them nothing is run and the error
 * is OW_E_UNCHECKED naming the layer, unless the plan says that site policy lets that layer go
 * missing. Missing namespaces are reported.
 */
#ifndef OW_OS_JAIL_H
#define OW_OS_JAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/error.h>
#include <owstore/event.h>

enum jail_profile {
	/* Descriptors that are open, memory, exit. Opening anything fails with EACCES. */
	JAIL_PARSER,
	/* Also opens and lists what the plan names. */
	JAIL_READER,
};

enum jail_layer {
	JAIL_LIMITS = 1,
	JAIL_LANDLOCK = 2,
	JAIL_SECCOMP = 4,
	JAIL_NAMESPACES = 8, /* all six */
	JAIL_EMPTY_ROOT = 16 /* "/" is an empty folder nobody can write to */
};

struct jail_plan {
	enum jail_profile profile;
	bool threads;    /* may start threads */
	const int *read; /* JAIL_READER: what may be read: files, or folders with all beneath */
	size_t n_read;
	const int *write; /* JAIL_READER: folders beneath which all may be read, made, changed and
			     removed */
	size_t n_write;
	uint64_t
	    memory;     /* bytes of address space; 0: as it is. Sanitizer builds do not limit it. */
	uint64_t cpu_s; /* seconds of processor time; 0: as it is */
	uint64_t file_size; /* largest file it may write; 0: as it is */
	unsigned lenient;   /* required layers (enum jail_layer) that site policy lets go missing */
};

/* What is in force; the receipt tells it. */
struct jail_report {
	unsigned layers;     /* enum jail_layer */
	int landlock;        /* version of Landlock, 0: none */
	unsigned namespaces; /* CLONE_NEW* that were entered */
};

/* Jail this process: limits, Landlock, seccomp, no core dumps, no new privileges, no debugger. Call
 * it while there is one thread. A forbidden call kills the process with SIGSYS. Layers already in
 * *report are kept there. On failure the process may be in part of its jail and should end.
 */
OW_MUST_USE int jail_enter(const struct jail_plan *plan, struct jail_report *report,
			   struct ow_error *err);

/* "namespaces, limits, Landlock 7, seccomp" for receipts and for people, into out. */
enum {
	JAIL_TEXT = 160
};
const char *jail_text(const struct jail_report *report, char out[JAIL_TEXT]);

/* ---- work in a jailed child ---- */

enum {
	JAIL_FRAME_MAX =
	    1 << 20 /* bytes of one frame: a reader holds no more than this for a child */
};

/* Where the child writes its frames. */
struct jail_pipe {
	int fd;
};

/* In the child: hand one frame to the parent. `kind` is the caller's, n is at most JAIL_FRAME_MAX.
 */
OW_MUST_USE int jail_send(struct jail_pipe *out, uint32_t kind, const void *p, size_t n,
			  struct ow_error *err);

/* The work, in the child. What it returns (and its error) is what jail_child_run returns. It must
 * keep its hands off locks that another thread of the parent may have held when the child was made.
 */
typedef int (*jail_work)(void *ctx, struct jail_pipe *out, struct ow_error *err);

/* In the parent: take one frame; p is valid during the call. Everything in it is as hostile as the
 * input of the child. < 0 ends the child and is what jail_child_run returns.
 */
typedef int (*jail_frame)(void *out, uint32_t kind, const uint8_t *p, size_t n,
			  struct ow_error *err);

struct jail_job {
	const char *what; /* names the work in error texts: "archive reader" */
	jail_work work;
	void *ctx;
	jail_frame frame;
	void *out;
	const int
	    *keep; /* descriptors the child keeps, besides those of plan->read and plan->write */
	size_t n_keep;
	unsigned wall_ms;               /* the whole may last this long; 0: no limit */
	unsigned idle_ms;               /* and this long without a frame; 0: no limit */
	const struct ow_events *events; /* should_stop is asked; NULL: never */
};

/* Run job->work in a jailed child. Standard input, output and error of the child are /dev/null
 * (error stays open in sanitizer builds).
 *
 * report   layers in force in the child, once it got that far; may be NULL
 * Returns  0 if the work returned >= 0
 * Errors   the error of the work, as the child tells it (only OW_E_USAGE, OW_E_FORMAT, OW_E_UNSAFE,
 * OW_E_INTEGRITY, OW_E_INCOMPLETE, OW_E_IO, OW_E_UNCHECKED and OW_E_SMOKE are believed, others
 * become OW_E_UNCHECKED); OW_E_UNSAFE: it made a forbidden call; OW_E_UNCHECKED: it crashed, ran
 * out of memory or time, broke the framing, or a required layer is missing; OW_E_INCOMPLETE:
 * should_stop said so. No process is left behind.
 */
OW_MUST_USE int jail_child_run(const struct jail_plan *plan, const struct jail_job *job,
			       struct jail_report *report, struct ow_error *err);

#endif
