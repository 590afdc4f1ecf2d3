/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle/governor.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"
#include "os/clock.h"

_Static_assert((int)STORE_ORIGIN == (int)ID_TEXT, "an origin is an id");

static int undecided(const struct ow_store *s, const struct origin_list *all, struct ow_error *err)
{
	(void)err_set(err, OW_E_TRUST,
		      "%zu origins are trusted here (%s, %s%s), and the store does not say whose "
		      "words count in it",
		      all->n, all->at[0], all->at[1], all->n > 2 ? ", …" : "");
	return err_hint(err, "say it once: owstore init %s --origin %s", store_path(s->store),
			all->at[0]);
}

int governor_of(struct ow_store *s, const struct trust_state *trust, char out[ID_TEXT],
		struct ow_error *err)
{
	OW_AUTO(origin_list_done) struct origin_list all = {0};
	int named = store_origin(s->store, out, err);

	if (named != 0)
		return named;
	if (trust_origins(trust, &all, err) < 0)
		return err->code;
	if (all.n > 1)
		return undecided(s, &all, err);
	if (all.n == 1)
		text_copy(out, ID_TEXT, all.at[0]);
	return all.n == 1;
}

int governor_signer(struct ow_store *s, const struct ow_signer *signer, enum ow_role role,
		    const struct trust_state *trust, char out[ID_TEXT], struct ow_error *err)
{
	OW_AUTO(chain_done) struct chain chain = {0};
	const char *name = signer_info(signer)->name;
	const struct root *root;
	char when[TIME_TEXT];
	int known = governor_of(s, trust, out, err);

	if (known < 0)
		return err->code;
	if (known == 0)
		return signer_origin(signer, role, trust, out,
				     err); /* which says that there is none */
	if (trust_load(trust, out, &chain, err) < 0)
		return err->code;
	root = chain_newest(&chain);
	if (!signer_in(signer, role, root)) {
		(void)err_set(err, OW_E_TRUST,
			      "key %s has not the role %s in the root of %s, whose words count in "
			      "this store",
			      name, role_name(role), out);
		return err_hint(err, "\"owstore root show\" tells who has; a new key joins with "
				     "\"owstore root propose\"");
	}
	if (root->not_after == 0 || root->not_after >= clock_now())
		return 0;
	(void)err_set(err, OW_E_STALE, "root %llu of %s has expired on %s",
		      (unsigned long long)root->version, out, time_text(root->not_after, when));
	return err_hint(err, "renew it: owstore root propose --origin %s --not-after DATE", out);
}

int governor_is(struct ow_store *s, const struct trust_state *trust, const char *origin,
		struct ow_error *err)
{
	char governor[ID_TEXT];

	if (governor_of(s, trust, governor, err) < 0)
		return err->code;
	if (strcmp(governor, origin) == 0)
		return 0;
	if (governor[0] == '\0')
		return err_set(err, OW_E_TRUST, "no root of %s is trusted here", origin);
	return err_set(err, OW_E_TRUST, "%s is named, but the words of %s count in this store",
		       origin, governor);
}

int governor_settle(struct ow_store *s, const char *origin, struct ow_error *err)
{
	char there[ID_TEXT], text[120];
	int named = store_origin(s->store, there, err);

	if (named != 0)
		return named < 0 ? named : 0;
	(void)snprintf(text, sizeof text, "the words of %s count here", origin);
	if (handle_log(s, "init", "begun", NULL, 0, text, err) < 0 ||
	    store_name_origin(s->store, origin, err) < 0)
		return err->code;
	return handle_log(s, "init", "done", NULL, 0, text, err);
}

OW_DEFINE_AUTO(struct ow_store *, ow_store_close)

int ow_store_govern(const char *path, const char *origin, const char *trust, bool dry_run,
		    struct ow_error *err)
{
	OW_AUTO(ow_store_close) struct ow_store *s = NULL;
	OW_AUTO(trust_state_done) struct trust_state state = {0};
	OW_AUTO(chain_done) struct chain chain = {0};
	struct ow_error ignored = {0};
	char there[ID_TEXT];

	if (trust_state_init(&state, trust, err) < 0 || trust_load(&state, origin, &chain, err) < 0)
		return err->code;
	if (dry_run && store_may_create(path, &ignored) == 0)
		return 0;
	if (ow_store_open(path, dry_run ? OW_STORE_READ : OW_STORE_WRITE, "init", NULL, &s, err) <
		0 ||
	    store_origin(s->store, there, err) < 0)
		return err->code;
	if (there[0] == '\0' || strcmp(there, origin) == 0)
		return dry_run ? 0 : governor_settle(s, origin, err);
	(void)err_set(err, OW_E_TRUST, "the words of %s count in this store, not those of %s",
		      there, origin);
	return err_hint(err, "to begin anew on purpose, remove %s/ORIGIN", path);
}
