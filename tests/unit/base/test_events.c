/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/events.h"
#include "support/support.h"

struct heard {
	uint64_t done;
	char text[1024];
	bool stop;
};

static void on_progress(void *ctx, const struct ow_progress *p)
{
	((struct heard *)ctx)->done = p->done;
}

static void on_warn(void *ctx, const char *text)
{
	ck_assert_uint_lt(strlen(text), sizeof((struct heard *)ctx)->text);
	strcpy(((struct heard *)ctx)->text, text);
}

static bool on_stop(void *ctx)
{
	return ((const struct heard *)ctx)->stop;
}

START_TEST(whoever_listens_hears)
{
	struct heard heard = {.stop = true};
	const struct ow_events ev = {&heard, on_progress, on_warn, on_stop};
	char longer[2048];

	events_progress(&ev, &(struct ow_progress){.phase = "hashing", .done = 7});
	ck_assert_uint_eq(heard.done, 7);
	events_warn(&ev, "%d of %s", 3, "four");
	ck_assert_str_eq(heard.text, "3 of four");
	ck_assert(events_should_stop(&ev));
	heard.stop = false;
	ck_assert(!events_should_stop(&ev));

	memset(longer, 'x', sizeof longer);
	longer[sizeof longer - 1] = '\0';
	events_warn(&ev, "%s", longer);
	ck_assert_uint_eq(strlen(heard.text), 599);
}
END_TEST

START_TEST(nobody_needs_to_listen)
{
	const struct ow_events deaf = {0};

	for (int i = 0; i < 2; i++) {
		const struct ow_events *ev = i == 0 ? NULL : &deaf;

		events_progress(ev, &(struct ow_progress){.phase = "hashing"});
		events_warn(ev, "%s", "unheard");
		ck_assert(!events_should_stop(ev));
	}
}
END_TEST

SUITE_MAIN("base/events", whoever_listens_hears, nobody_needs_to_listen)
