/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle/handle.h"

#include <string.h>

#include <owstore/store.h>

#include "base/err.h"
#include "base/events.h"
#include "base/mem.h"
#include "handle/index.h"
#include "handle/recover.h"

int ow_store_init(const char *path, bool dry_run, struct ow_error *err)
{
	if ((dry_run ? store_may_create(path, err) : store_create(path, err)) < 0)
		return err_ctx(err, "init %s", path);
	return 0;
}

OW_DEFINE_AUTO(struct ow_store *, ow_store_close)

int ow_store_open(const char *path, enum ow_access access, const char *what,
		  const struct ow_events *events, struct ow_store **out, struct ow_error *err)
{
	OW_AUTO(ow_store_close) struct ow_store *s = MEM_NEW(struct ow_store, err);

	if (s == NULL)
		return err->code;
	s->access = access;
	s->events = events;
	if (store_open(path, access == OW_STORE_WRITE ? STORE_WRITE : STORE_READ, what, &s->store,
		       err) < 0)
		return err->code;
	if (store_volatile(s->store))
		events_warn(events, "store %s lies in memory and is gone after a restart", path);
	if (store_torn(s->store) && recover(s, err) < 0)
		return err_ctx(err, "store %s", path);
	*out = STEAL(s);
	return 0;
}

void ow_store_close(struct ow_store *s)
{
	if (s == NULL)
		return;
	for (int c = 0; c < OW_CLASSES; c++) {
		catalog_close(s->catalogs[c]);
		zone_close(s->zones[c]);
	}
	ledger_close(s->ledger);
	store_close(s->store);
	free(s);
}

int handle_zone(struct ow_store *s, enum ow_class c, struct zone **out, struct ow_error *err)
{
	if (!s->looked[c]) {
		if (zone_open(s->store, c, &s->zones[c], err) < 0)
			return err_ctx(err, "class %s", ow_class_name(c));
		s->looked[c] = true;
	}
	*out = s->zones[c];
	return *out != NULL;
}

int handle_rebuild(struct ow_store *s, enum ow_class c, struct ow_error *err)
{
	OW_AUTO(catalog_close) struct catalog *fresh = NULL;
	struct zone *z = NULL;

	if (handle_zone(s, c, &z, err) <= 0)
		return err->code;
	catalog_close(STEAL(s->catalogs[c]));
	if (catalog_open(zone_path(z), CATALOG_REBUILD, &fresh, err) < 0 ||
	    index_fill(z, fresh, s->events, err) < 0 || catalog_publish(fresh, err) < 0)
		return err_ctx(err, "catalog of class %s", ow_class_name(c));
	return 0;
}

int handle_catalog(struct ow_store *s, enum ow_class c, struct catalog **out, struct ow_error *err)
{
	bool writer = s->access == OW_STORE_WRITE;
	OW_AUTO(catalog_close) struct catalog *memory = NULL;
	struct ow_error why = {0};
	struct zone *z = NULL;
	int seen;

	*out = s->catalogs[c];
	if (*out != NULL)
		return 1;
	seen = handle_zone(s, c, &z, err);
	if (seen <= 0)
		return seen;
	if (catalog_open(zone_path(z), writer ? CATALOG_WRITE : CATALOG_READ, &s->catalogs[c],
			 &why) < 0) {
		if (why.code != OW_E_INTEGRITY) {
			*err = why;
			return err_ctx(err, "catalog of class %s", ow_class_name(c));
		}
		if (writer && (handle_rebuild(s, c, err) < 0 ||
			       catalog_open(zone_path(z), CATALOG_WRITE, &s->catalogs[c], err) < 0))
			return err->code;
		if (!writer) {
			if (catalog_open(NULL, CATALOG_MEMORY, &memory, err) < 0 ||
			    index_fill(z, memory, s->events, err) < 0)
				return err_ctx(err, "catalog of class %s", ow_class_name(c));
			s->catalogs[c] = STEAL(memory);
		}
	}
	*out = s->catalogs[c];
	return 1;
}

const char *handle_actor(struct ow_store *s)
{
	return s->actor[0] != '\0' ? s->actor : user_text(s->actor);
}

int handle_log(struct ow_store *s, const char *command, const char *outcome,
	       const struct ow_id *digests, size_t n_digests, const char *text,
	       struct ow_error *err)
{
	struct ledger_note note = {
	    .actor = handle_actor(s),
	    .command = command,
	    .outcome = outcome,
	    .digests = digests,
	    .n_digests = n_digests,
	    .text = text,
	};
	bool begins = strcmp(outcome, "begun") == 0;

	if (begins && store_torn(s->store)) {
		(void)err_set(err, OW_E_USAGE,
			      "what was begun before in this store failed half-way");
		return err_hint(err, "close the store: opening it again tidies up");
	}
	if (s->ledger == NULL &&
	    ledger_open(store_dirfd(s->store), LEDGER_WRITE, &s->ledger, err) < 0)
		return err_ctx(err, "ledger");
	if (begins)
		store_tear(s->store);
	if (ledger_append(s->ledger, &note, 1, err) < 0)
		return err_ctx(err, "ledger");
	if (!begins)
		store_mended(s->store);
	return 0;
}
