/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Scope-bound ownership: OW_AUTO(fn) on a local calls fn when the scope ends; *_steal moves it out.
 */
#ifndef OW_BASE_AUTO_H
#define OW_BASE_AUTO_H

#include <stdlib.h>

#define OW_AUTO(fn) __attribute__((cleanup(fn##_auto)))

/* Defines the cleanup hook of a destructor that takes its object by value. */
#define OW_DEFINE_AUTO(type, fn)                                                                   \
	static inline void fn##_auto(type *v)                                                      \
	{                                                                                          \
		fn(*v);                                                                            \
	}

/* Defines the cleanup hook of a destructor of caller-owned memory (`done` style). */
#define OW_DEFINE_AUTO_DONE(type, fn)                                                              \
	static inline void fn##_auto(type *v)                                                      \
	{                                                                                          \
		fn(v);                                                                             \
	}

static inline void mem_free(void *p)
{
	free(p);
}

static inline void mem_free_auto(void *p)
{
	free(*(void **)p);
}

/* Take the value out of an OW_AUTO variable: it is all zeros then, which its destructor knows. */
#define MOVE(var)                                                                                  \
	__extension__({                                                                            \
		__typeof__(var) moved_ = (var);                                                    \
		(var) = (__typeof__(var)){0};                                                      \
		moved_;                                                                            \
	})

/* The same for a pointer. */
#define STEAL(var)                                                                                 \
	__extension__({                                                                            \
		__typeof__(var) stolen_ = (var);                                                   \
		(var) = NULL;                                                                      \
		stolen_;                                                                           \
	})

#endif
