/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "govern/licence_folder.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/events.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "inspect/kind.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/path.h"

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcasecmp(s + n - k, end) == 0;
}

static bool has(const char *s, const char *part)
{
	return strcasestr(s, part) != NULL;
}

bool licence_annotates(const char *path)
{
	return strcmp(path_base(path), "REUSE.toml") == 0 || strcmp(path, ".reuse/dep5") == 0 ||
	       ends_with(path, "/.reuse/dep5");
}

enum licence_role licence_file_role(const char *path)
{
	const char *name = path_base(path), *role = inspect_role(path, INSPECT_TEXT);
	bool text = ends_with(name, ".md") || ends_with(name, ".txt") || strchr(name, '.') == NULL;

	if (ends_with(name, ".gguf") || ends_with(name, ".safetensors") ||
	    strcmp(name, "adapter_config.json") == 0)
		return LICENCE_MODEL;
	if (ends_with(name, ".license") || licence_annotates(path))
		return LICENCE_ASIDE;
	if (strcmp(role, "licence") == 0 || strncmp(path, "LICENSES/", 9) == 0 ||
	    strstr(path, "/LICENSES/") != NULL ||
	    (text && (has(name, "license") || has(name, "agreement") || has(name, "terms"))))
		return LICENCE_TEXT;
	if (strcmp(role, "notice") == 0)
		return LICENCE_ASIDE;
	if (ends_with(name, ".md") && (has(name, "readme") || has(name, "card")))
		return LICENCE_CARD;
	return LICENCE_NONE;
}

void licence_folder_done(struct licence_folder *f)
{
	for (size_t i = 0; i < f->n_paths; i++)
		mem_free(f->paths[i]);
	for (size_t i = 0; i < f->n_texts; i++)
		detect_done(&f->texts[i]);
	mem_free(f->paths);
	mem_free(f->texts);
	claims_done(&f->claims);
}

bool licence_is_folder(const char *path)
{
	struct ow_error none = {0};
	OW_AUTO(fd_close) int fd = path_open_dir(path, &none);

	return fd >= 0;
}

/* ---- which files --------------------------------------------------------------------------------- */

struct listing {
	struct licence_folder *folder;
	const char *base;
	const struct ow_events *events;
};

static int visit(void *ctx, const struct dir_file *file, struct ow_error *err)
{
	const struct listing *l = ctx;
	struct licence_folder *f = l->folder;

	if (licence_file_role(file->path) == LICENCE_NONE)
		return 0;
	if (file->kind != DIR_FILE) {
		char shown[400];

		(void)text_escape(file->path, strlen(file->path), shown, sizeof shown);
		events_warn(l->events, "%s/%s: no regular file, not looked at", l->base, shown);
		return 0;
	}
	if (mem_grow(&f->paths, f->n_paths, &f->cap_paths, sizeof *f->paths, err) < 0)
		return err->code;
	f->paths[f->n_paths] = path_join(l->base, file->path, err);
	if (f->paths[f->n_paths] == NULL)
		return err->code;
	f->prefix = strlen(f->paths[f->n_paths]) - strlen(file->path);
	f->n_paths++;
	return 0;
}

int licence_folder_list(struct licence_folder *f, const char *path, const struct ow_events *events,
			struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = path_open_dir(path, err);
	struct listing l = {.folder = f, .base = path, .events = events};

	if (fd < 0)
		return err->code;
	if (dir_walk(fd, COMPONENTS_MAX, visit, &l, err) < 0)
		return err_file(err, path);
	return 0;
}

/* ---- what they say ------------------------------------------------------------------------------- */

int licence_folder_take(struct licence_folder *f, const char *path, struct detect *d,
			const struct claims *claims, struct ow_error *err)
{
	enum licence_role role = licence_file_role(path + f->prefix);

	for (size_t i = 0; role != LICENCE_ASIDE && i < claims->n; i++) {
		if (mem_grow(&f->claims.at, f->claims.n, &f->claims.cap, sizeof *f->claims.at,
			     err) < 0)
			return err->code;
		f->claims.at[f->claims.n++] = claims->at[i];
	}
	if (role != LICENCE_TEXT && (role != LICENCE_CARD || d->state == DETECT_UNKNOWN))
		return 0;
	if (mem_grow(&f->texts, f->n_texts, &f->cap_texts, sizeof *f->texts, err) < 0)
		return err->code;
	f->texts[f->n_texts++] = *d;
	*d = (struct detect){0};
	return 0;
}

/* Texts, each once. */
struct names {
	const char **at;
	size_t n, cap;
};

static void names_done(struct names *n)
{
	mem_free(n->at);
}
OW_DEFINE_AUTO_DONE(struct names, names_done)

static int add_name(struct names *names, const char *s, struct ow_error *err)
{
	for (size_t i = 0; i < names->n; i++) {
		if (strcmp(names->at[i], s) == 0)
			return 0;
	}
	if (mem_grow(&names->at, names->n, &names->cap, sizeof *names->at, err) < 0)
		return err->code;
	names->at[names->n++] = s;
	return 0;
}

int licence_folder_tell(const struct licence_folder *f, const char *path,
			const struct ow_license_calls *calls, struct ow_error *err)
{
	OW_AUTO(names_done) struct names declared = {0}, found = {0};
	struct ow_license_folder told = {
	    .path = path,
	    .state = claim_verdict_name(claims_judge(&f->claims, f->texts, f->n_texts)),
	};

	for (size_t i = 0; i < f->claims.n; i++) {
		const struct claim *c = &f->claims.at[i];

		if (c->kind == CLAIM_LICENSE &&
		    add_name(&declared, c->id[0] != '\0' ? c->id : c->value, err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < f->n_texts; i++) {
		for (size_t k = 0; k < f->texts[i].n_matches; k++) {
			if (add_name(&found, f->texts[i].matches[k].id, err) < 0)
				return err->code;
		}
	}
	told.declared = declared.at;
	told.n_declared = declared.n;
	told.found = found.at;
	told.n_found = found.n;
	return calls->folder(calls->ctx, &told, err);
}
