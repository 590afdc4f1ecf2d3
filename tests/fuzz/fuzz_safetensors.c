/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The safetensors header: in whatever is accepted, the tensors tile the data.
 */
#include <stdlib.h>

#include "inspect/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ow_view v = {.p = p, .n = n};
	struct inspect_src src = inspect_memory(&v);
	struct ow_error err = {0};
	struct safetensors st = {0};
	uint64_t at;

	if (safetensors_read(&src, &st, &err) < 0)
		return 0;
	at = st.data;
	for (size_t i = 0; i < st.n_tensors; i++) {
		if (st.tensors[i].off != at)
			abort();
		at += st.tensors[i].size;
	}
	if (at != n)
		abort();
	safetensors_done(&st);
	return 0;
}
