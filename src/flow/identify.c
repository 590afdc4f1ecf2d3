/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Telling the licences of files and folders that a person names.
 */
#include <errno.h>
#include <fcntl.h>

#include <owstore/identify.h>

#include "base/err.h"
#include "base/mem.h"
#include "govern/licence_folder.h"
#include "govern/licence_reader.h"
#include "os/io.h"

/* Tell the caller of a file. */
static int tell(const struct ow_license_calls *calls, const char *path, const struct detect *d,
		const struct claims *said, struct ow_error *err)
{
	OW_AUTO(mem_free)
	struct ow_license_match *matches = mem_array(d->n_matches, sizeof *matches, err);
	OW_AUTO(mem_free) struct ow_license_claim *claims = NULL;
	struct ow_license_file f = {
	    .path = path,
	    .id = d->id[0] == '\0' ? NULL : d->id,
	    .state = detect_state_name(d->state),
	    .n_matches = d->n_matches,
	    .words = d->words,
	    .excerpt = d->excerpt[0] == '\0' ? NULL : d->excerpt,
	};

	if (matches != NULL)
		claims = mem_array(said->n, sizeof *claims, err);
	if (claims == NULL)
		return err->code;
	for (size_t i = 0; i < d->n_matches; i++) {
		const struct detect_match *m = &d->matches[i];

		matches[i] = (struct ow_license_match){.id = m->id,
						       .method = detect_method_name(m->method),
						       .coverage = m->coverage,
						       .residual = m->residual,
						       .from = m->from,
						       .to = m->to};
	}
	for (size_t i = 0; i < said->n; i++) {
		const struct claim *c = &said->at[i];

		if (claim_of_licence(c->kind))
			claims[f.n_claims++] =
			    (struct ow_license_claim){.key = c->key,
						      .value = c->value,
						      .id = c->id[0] == '\0' ? NULL : c->id};
	}
	f.matches = matches;
	f.claims = claims;
	return calls->file(calls->ctx, &f, err);
}

/* Files by their paths. */
struct named {
	const char *const *paths;
	struct licence_folder *folder; /* that the files are in, or NULL */
	const struct ow_license_calls *calls;
};

static const char *path_of(void *ctx, size_t i)
{
	return ((const struct named *)ctx)->paths[i];
}

static enum licence_role role_of(void *ctx, size_t i)
{
	return licence_file_role(path_of(ctx, i));
}

static int open_named(void *ctx, size_t i, struct ow_error *err)
{
	const char *path = path_of(ctx, i);
	int fd = os_io()->openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

	return fd < 0 ? err_sys_file(err, errno, path) : fd;
}

static int take_named(void *ctx, size_t i, struct detect *d, struct claims *claims,
		      struct ow_error *err)
{
	const struct named *f = ctx;

	if (f->calls->file != NULL && tell(f->calls, f->paths[i], d, claims, err) < 0)
		return err->code;
	return f->folder == NULL ? 0 : licence_folder_take(f->folder, f->paths[i], d, claims, err);
}

/* `folder` takes what they say. */
static int identify_files(const char *const *paths, size_t n, struct licence_folder *folder,
			  const struct ow_license_calls *calls, const struct ow_events *events,
			  struct ow_error *err)
{
	struct named files = {.paths = paths, .folder = folder, .calls = calls};
	const struct licence_source source = {&files, n, path_of, role_of, open_named, take_named};

	return licence_read(&source, events, err);
}

static int identify_folder(const char *path, const struct ow_license_calls *calls,
			   const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(licence_folder_done) struct licence_folder folder = {0};

	if (licence_folder_list(&folder, path, events, err) < 0 ||
	    identify_files((const char *const *)folder.paths, folder.n_paths, &folder, calls,
			   events, err) < 0)
		return err->code;
	return calls->folder == NULL ? 0 : licence_folder_tell(&folder, path, calls, err);
}

int ow_license_identify(const char *const *paths, size_t n, const struct ow_license_calls *calls,
			const struct ow_events *events, struct ow_error *err)
{
	size_t at = 0;

	while (at < n) {
		size_t files = 0;

		while (at + files < n && !licence_is_folder(paths[at + files]))
			files++;
		if (identify_files(paths + at, files, NULL, calls, events, err) < 0)
			return err->code;
		at += files;
		if (at < n && identify_folder(paths[at++], calls, events, err) < 0)
			return err->code;
	}
	return 0;
}
