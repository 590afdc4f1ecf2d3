/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The model that the program carries, and the check of this CPU's kernels with it.
 */
#ifndef OW_INFER_TINY_H
#define OW_INFER_TINY_H

#include <owstore/api.h>
#include <owstore/id.h>

#include "base/buf.h"
#include "infer/kern.h"

/* A whole GGUF file: tools/train-tiny made it from tools/tiny/text.txt, tools/embed-bytes the array. */
extern const uint8_t tiny_bytes[];
extern const size_t tiny_bytes_size;
struct ow_view tiny_model(void);

/* Its prompt, and SHA-256 of the logits of the prompt and TINY_STEPS greedy steps in this arithmetic, computed one by one
 * and once more all together.
 */
#define TINY_PROMPT   "Once upon a time"
#define TINY_EXPECTED "2b525c9ae1430b6f909ee3b3ab5f3e3734203e22d8f5df2f3b15b667d911fcb4"
enum {
	TINY_STEPS = 40,
	TINY_CONTEXT = 128
};

/* Run it with one kernel set: the digest of all logits, the text it wrote, tokens a second. */
struct tiny_run {
	struct ow_id logits;
	struct buf text;
	double rate;
};
OW_MUST_USE int tiny_run(const struct kern *k, struct tiny_run *out, struct ow_error *err);

#endif
