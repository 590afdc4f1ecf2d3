/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/mem.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"

#ifdef OW_FAULTS
static atomic_ulong n_allocated, fail_at;

static bool refuse(void)
{
	return atomic_fetch_add(&n_allocated, 1) + 1 == atomic_load(&fail_at);
}

unsigned long mem_fail_at(unsigned long nth)
{
	atomic_store(&fail_at, nth);
	return atomic_exchange(&n_allocated, 0);
}
#else
static bool refuse(void)
{
	return false;
}

unsigned long mem_fail_at(unsigned long nth)
{
	(void)nth;
	return 0;
}
#endif

void *mem_array(size_t n, size_t size, struct ow_error *err)
{
	void *p = refuse() ? NULL : calloc(n == 0 ? 1 : n, size == 0 ? 1 : size);

	if (p == NULL)
		(void)err_sys(err, ENOMEM, "%zu bytes of memory", n * size);
	return p;
}

int mem_grow(void *items, size_t n, size_t *cap, size_t size, struct ow_error *err)
{
	uint64_t next, bytes;
	void *old, *p = NULL;

	if (n < *cap)
		return 0;
	next = *cap < 8 ? 8 : *cap + *cap / 2;
	memcpy(&old, items, sizeof old);
	if (mul_ok(next, size, &bytes) && bytes <= SIZE_MAX / 2 && !refuse())
		p = realloc(old, (size_t)bytes);
	if (p == NULL)
		return err_sys(err, ENOMEM, "%zu more items of %zu bytes", (size_t)next, size);
	memset((char *)p + *cap * size, 0, ((size_t)next - *cap) * size);
	memcpy(items, &p, sizeof p);
	*cap = (size_t)next;
	return 0;
}

char *mem_text(const char *s, size_t n, struct ow_error *err)
{
	char *p = mem_array(n + 1, 1, err);

	if (p != NULL)
		memcpy(p, s, n);
	return p;
}
