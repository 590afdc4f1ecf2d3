/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One look at a file: what it is, what it says of itself, where to cut it into chunks, and what is
 * odd about it.
 *
 *	OW_AUTO(inspect_done) struct inspect in = {0};
 *
 *	if (inspect_look(&src, "model.gguf", &in, err) < 0)
 *		return err->code;
 *	cuts = (struct cuts){.data = in.data, .at = in.cuts, .n = in.n_cuts};
 *
 * A file that is not what it claims to be is no failure: it is stored all the same, without cuts,
 * and a finding says why. Texts come from the file: UTF-8, bounded, not to be shown unescaped.
 */
#ifndef OW_INSPECT_INSPECT_H
#define OW_INSPECT_INSPECT_H

#include <stdbool.h>

#include "base/auto.h"
#include "inspect/kind.h"

enum {
	INSPECT_TEXT_MAX = 1024, /* bytes of a fact's value; what is longer is cut */
	INSPECT_FACTS_MAX = 128,
};

/* What the file says: "format" "gguf", "architecture" "llama", "parameters" "1100048384",
 * "quantization" "Q4_K", "tensor-types" "Q4_K 135, F32 45, Q6_K 21", "general.license"
 * "apache-2.0", "metadata.format" "pt", "model_type" "llama", …
 */
struct inspect_fact {
	char *key;
	char *value;
};

enum inspect_level {
	INSPECT_NOTICE, /* worth knowing: no format that can be checked, cut text */
	INSPECT_BROKEN, /* claims a format and breaks its rules */
	INSPECT_UNSAFE, /* does or hides what it must not: runs code when loaded, bytes behind the
			   end */
};

struct inspect_finding {
	enum inspect_level level;
	char text[300]; /* printable, one line */
};

struct inspect {
	enum inspect_kind kind;
	const char *role;
	uint64_t data;  /* where the data section begins, 0: no such thing */
	uint64_t *cuts; /* ascending: where tensors begin */
	size_t n_cuts;
	struct inspect_fact *facts;
	size_t n_facts, cap_facts;
	bool
	    cut; /* are facts missing that tell of a licence or a base: beyond INSPECT_FACTS_MAX, under keys of more
		   * than 100 bytes, or of a type that has no text? */
	struct inspect_finding *findings;
	size_t n_findings, cap_findings;
};

/* Fails only with OW_E_IO and OW_E_INTEGRITY of the source, or without memory; *out is set only on
 * success. */
OW_MUST_USE int inspect_look(const struct inspect_src *src, const char *path, struct inspect *out,
			     struct ow_error *err);
void inspect_done(struct inspect *in);
OW_DEFINE_AUTO_DONE(struct inspect, inspect_done)

/* The value of a fact, or NULL. */
const char *inspect_fact(const struct inspect *in, const char *key);

#endif
