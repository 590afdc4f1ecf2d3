/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/big.h"

#include <errno.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"

void *big_alloc(size_t size, const char *what, struct ow_error *err)
{
	void *p, *counted = mem_array(1, 1, err); /* so that allocation faults reach here */

	if (counted == NULL)
		return NULL;
	mem_free(counted);
	p = mmap(NULL, size == 0 ? 1 : size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		 -1, 0);
	if (p == MAP_FAILED) {
		err_sys(err, errno, "%zu bytes of memory for %s", size, what);
		return NULL;
	}
	(void)madvise(p, size, MADV_HUGEPAGE); /* a hint: without it all is only slower */
	return p;
}

void big_free(void *p, size_t size)
{
	if (p != NULL)
		(void)munmap(p, size == 0 ? 1 : size);
}

static uint64_t pages(int name)
{
	long n = sysconf(name), each = sysconf(_SC_PAGESIZE);

	return n < 0 || each < 0 ? 0 : (uint64_t)n * (uint64_t)each;
}

uint64_t big_total(void)
{
	uint64_t all = pages(_SC_PHYS_PAGES);
	struct rlimit may;

	return getrlimit(RLIMIT_AS, &may) == 0 && may.rlim_cur < all ? may.rlim_cur : all;
}

uint64_t big_free_now(void)
{
	return pages(_SC_AVPHYS_PAGES);
}

void big_thrift(void)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): before there are threads */
	(void)mallopt(M_MMAP_THRESHOLD, 64 * KIB);
}

uint64_t big_peak(void)
{
	struct rusage u;

	return getrusage(RUSAGE_SELF, &u) < 0 ? 0 : (uint64_t)u.ru_maxrss * 1024;
}
