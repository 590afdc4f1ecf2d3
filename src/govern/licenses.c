/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Licence profiles: the built-in ones and a site's own.
 */
#include "govern/licenses.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "govern/licence_sign.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "policy/license_diff.h"

enum {
	FILES_MAX = 1024 /* a site adds a few; a folder that holds more was named by mistake */
};

static bool is_yaml(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && name[0] != '.' && strcmp(name + n - 5, ".yaml") == 0;
}

/* A folder on its way into a set. `trust` NULL: one that somebody named, whose files need no signature. */
struct adding {
	struct ow_licenses *known;
	const struct trust_state *trust;
	const char *folder;
	int dir;
};

static int add_file(const struct adding *a, const char *name, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf bytes = {0}, path = {0};

	buf_printf(&path, "%s/%s", a->folder, name);
	if (buf_finish(&path, err) < 0 || file_read(a->dir, name, YAML_SIZE_MAX, &bytes, err) < 0 ||
	    (a->trust != NULL && licence_vouched(a->dir, name, buf_str(&path), &bytes, a->trust,
						 a->known->origin, err) < 0))
		return err->code;
	return license_set_add(a->known->set, bytes.p, bytes.n, buf_str(&path), err);
}

static int add_folder(struct ow_licenses *known, const char *folder,
		      const struct trust_state *trust, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list list = {0};
	OW_AUTO(fd_close) int dir = path_open_dir(folder, err);
	const struct adding a = {known, trust, folder, dir};

	if (dir < 0)
		return err->code;
	if (dir_list(dir, "", FILES_MAX, &list, err) < 0)
		return err->code;
	if (list.cut)
		return err_set(err, OW_E_FORMAT, "%s: more than %d names", folder, FILES_MAX);
	for (size_t i = 0; i < list.n; i++) {
		if (is_yaml(list.at[i].name) && add_file(&a, list.at[i].name, err) < 0)
			return err->code;
	}
	return 0;
}

OW_DEFINE_AUTO(struct ow_licenses *, ow_licenses_close)

/* The site's folder where there is one, else "". */
static int site_folder(struct buf *out, struct ow_error *err)
{
	const char *etc = "/etc";

#ifdef OW_FAULTS
	if (getenv("OWSTORE_SITE") != NULL)
		etc = getenv("OWSTORE_SITE");
#endif
	buf_printf(out, "%s/owstore/licenses.d", etc);
	if (buf_finish(out, err) == 0 && !file_exists(AT_FDCWD, buf_str(out)))
		buf_clear(out);
	return err->code;
}

int licenses_site(const struct trust_state *trust, struct ow_licenses **out, struct ow_error *err)
{
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = MEM_NEW(struct ow_licenses, err);
	OW_AUTO(buf_done) struct buf folder = {0};

	if (known == NULL || license_set_new(&known->set, err) < 0 ||
	    site_folder(&folder, err) < 0 ||
	    (folder.n > 0 && add_folder(known, buf_str(&folder), trust, err) < 0))
		return err->code;
	*out = STEAL(known);
	return 0;
}

int ow_licenses_site(const char *trust, struct ow_licenses **out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state state = {0};
	OW_AUTO(buf_done) struct buf folder = {0};

	if (site_folder(&folder, err) < 0)
		return err->code;
	if (folder.n == 0) /* then nobody need be trusted */
		return ow_licenses_open(NULL, 0, out, err);
	return trust_state_init(&state, trust, err) < 0 ? (int)err->code
							: licenses_site(&state, out, err);
}

int ow_licenses_open(const char *const *folders, size_t n, struct ow_licenses **out,
		     struct ow_error *err)
{
	OW_AUTO(ow_licenses_close) struct ow_licenses *known = MEM_NEW(struct ow_licenses, err);

	if (known == NULL || license_set_new(&known->set, err) < 0)
		return err->code;
	known->loose = n > 0;
	for (size_t i = 0; i < n; i++) {
		if (add_folder(known, folders[i], NULL, err) < 0)
			return err->code;
	}
	*out = STEAL(known);
	return 0;
}

int licenses_count_for(const struct ow_licenses *known, const char *governor, struct ow_error *err)
{
	if (known->loose)
		return err_set(
		    err, OW_E_USAGE,
		    "nothing is moved, sent or signed by profiles of a folder that somebody "
		    "named");
	if (known->origin[0] == '\0' || strcmp(known->origin, governor) == 0)
		return 0;
	return err_set(err, OW_E_TRUST,
		       "the site's licence profiles are signed by %s, but the words of %s count in "
		       "this store",
		       known->origin, governor);
}

void ow_licenses_close(struct ow_licenses *known)
{
	if (known == NULL)
		return;
	license_set_free(known->set);
	free(known);
}

int ow_licenses_list(const struct ow_licenses *known, ow_license_visit visit, void *ctx,
		     struct ow_error *err)
{
	for (size_t i = 0; i < license_count(known->set); i++) {
		const struct license *l = license_at(known->set, i);
		const struct ow_license_row row = {
		    .id = l->id,
		    .name = l->name,
		    .family = l->family,
		    .openness = openness_name(l->openness),
		    .confidence = confidence_name(l->confidence),
		    .redistribution = permit_name(l->permits[MAY_REDISTRIBUTE]),
		    .commercial_use = permit_name(l->permits[MAY_USE_COMMERCIALLY]),
		    .derivatives = permit_name(l->permits[MAY_DERIVE]),
		    .origin = l->origin,
		};

		if (visit(ctx, &row, err) < 0)
			return err->code;
	}
	return 0;
}

const struct license *licenses_find(const struct ow_licenses *known, const char *name,
				    struct ow_error *err)
{
	const struct license *only = license_find(known->set, name);

	for (size_t i = 0; only == NULL && i < license_count(known->set); i++) {
		const struct license *l = license_at(known->set, i);

		if (!license_has_tag(l, name))
			continue;
		for (size_t k = i + 1; k < license_count(known->set); k++) {
			if (!license_has_tag(license_at(known->set, k), name))
				continue;
			(void)err_set(err, OW_E_USAGE, "'%.100s' stands for several licences",
				      name);
			(void)err_hint(err, "name one: %s, %s, ...", l->id,
				       license_at(known->set, k)->id);
			return NULL;
		}
		only = l;
	}
	if (only == NULL) {
		(void)err_set(err, OW_E_USAGE, "no licence profile is called '%.100s'", name);
		(void)err_hint(err, "owstore license ls shows all of them");
	}
	return only;
}

int ow_license_facts(const struct ow_licenses *known, const char *id, ow_fact_visit visit,
		     void *ctx, struct ow_error *err)
{
	const struct license *l = licenses_find(known, id, err);

	return l == NULL ? (int)err->code : license_facts(l, visit, ctx, err);
}

int ow_license_diff(const struct ow_licenses *known, const char *before, const char *after,
		    ow_shift_visit visit, void *ctx, struct ow_error *err)
{
	const struct license *a = licenses_find(known, before, err);
	const struct license *b = a == NULL ? NULL : licenses_find(known, after, err);

	return b == NULL ? (int)err->code : license_diff(a, b, visit, ctx, err);
}
