/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading what files say of licences, in a jailed child: this side opens them, the child reads and judges them and
 * sends back what they are. The child opens nothing, talks to nobody and is bounded in memory.
 */
#ifndef OW_GOVERN_LICENCE_READER_H
#define OW_GOVERN_LICENCE_READER_H

#include <owstore/event.h>

#include "detect/claims.h"
#include "govern/licence_folder.h"

/* The files, numbered from 0. */
struct licence_source {
	void *ctx;
	size_t n;

	/* What messages call it, and what it is read as: LICENCE_MODEL by its header, all else as text. */
	const char *(*path)(void *ctx, size_t i);
	enum licence_role (*role)(void *ctx, size_t i);

	/* A descriptor for reading, which the reader closes; < 0 failed. */
	int (*open)(void *ctx, size_t i, struct ow_error *err);

	/* Told of each file in turn. What is in *d and *claims may be moved away; the rest is freed. < 0 ends. */
	int (*take)(void *ctx, size_t i, struct detect *d, struct claims *claims,
		    struct ow_error *err);
};

/* Read all of them. A text longer than LICENSE_FILE_MAX is unknown, with a warning; as a card it has the claim
 * CLAIM_UNREAD, as a model has it whose header says more than is kept.
 * Errors   OW_E_UNCHECKED: the jail cannot be made here, or the child ended before its work; OW_E_IO; what open and
 *          take gave.
 */
OW_MUST_USE int licence_read(const struct licence_source *source, const struct ow_events *events,
			     struct ow_error *err);

#endif
