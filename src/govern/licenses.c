/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Licence profiles: the built-in ones and a site's own.
 */
#include "govern/licenses.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
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

static int add_file(struct license_set *set, int dir, const char *folder, const char *name,
		    struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf bytes = {0}, path = {0};

	buf_printf(&path, "%s/%s", folder, name);
	if (buf_finish(&path, err) < 0 || file_read(dir, name, YAML_SIZE_MAX, &bytes, err) < 0)
		return err->code;
	return license_set_add(set, bytes.p, bytes.n, buf_str(&path), err);
}

static int add_folder(struct license_set *set, const char *folder, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list list = {0};
	OW_AUTO(fd_close) int dir = path_open_dir(folder, err);

	if (dir < 0)
		return err->code;
	if (dir_list(dir, "", FILES_MAX, &list, err) < 0)
		return err->code;
	if (list.cut)
		return err_set(err, OW_E_FORMAT, "%s: more than %d names", folder, FILES_MAX);
	for (size_t i = 0; i < list.n; i++) {
		if (is_yaml(list.at[i].name) &&
		    add_file(set, dir, folder, list.at[i].name, err) < 0)
			return err->code;
	}
	return 0;
}

/* The site's own folder, where there is one. */
static int add_site_folder(struct license_set *set, struct ow_error *err)
{
	struct ow_error inside = {0};

	if (add_folder(set, "/etc/owstore/licenses.d", &inside) == 0 || inside.sys == ENOENT)
		return 0;
	*err = inside;
	return err->code;
}

int ow_licenses_open(const char *const *folders, size_t n, struct ow_licenses **out,
		     struct ow_error *err)
{
	OW_AUTO(license_set_free) struct license_set *set = NULL;
	struct ow_licenses *known;

	if (license_set_new(&set, err) < 0)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		if (add_folder(set, folders[i], err) < 0)
			return err->code;
	}
	if (n == 0 && add_site_folder(set, err) < 0)
		return err->code;
	known = MEM_NEW(struct ow_licenses, err);
	if (known == NULL)
		return err->code;
	known->set = STEAL(set);
	*out = known;
	return 0;
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
