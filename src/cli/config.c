/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/yaml.h"
#include "os/file.h"

static const struct {
	const char *name, *flag, *env;
	const char *xdg, *below_home; /* where the default directory lies: $xdg/owstore/<name> */
	const char *fixed;            /* default that is no directory */
} settings[SETTINGS] = {
    [SETTING_STORE] = {"store", "--store", "OWSTORE_STORE", "XDG_DATA_HOME", ".local/share", NULL},
    [SETTING_TRUST] = {"trust", "--trust", "OWSTORE_TRUST", "XDG_STATE_HOME", ".local/state", NULL},
    [SETTING_KEYS] = {"keys", "--keys", "OWSTORE_KEYS", "XDG_CONFIG_HOME", ".config", NULL},
    [SETTING_JOBS] = {"jobs", NULL, "OWSTORE_JOBS", NULL, NULL, NULL},
    [SETTING_COLOR] = {"color", "--color", NULL, NULL, NULL, "auto"},
};

const char *setting_name(enum setting s)
{
	return settings[s].name;
}

/* The variable, where it is set to something. Read before any thread starts. */
static const char *env(const char *name)
{
	const char *v = name == NULL ? NULL : getenv(name); /* NOLINT(concurrency-mt-unsafe) */

	return v == NULL || v[0] == '\0' ? NULL : v;
}

/* The first word stands. */
static int set(struct config *c, enum setting s, const char *value, const char *origin,
	       struct ow_error *err)
{
	if (c->at[s].value != NULL || value == NULL)
		return 0;
	c->at[s].value = mem_text(value, strlen(value), err);
	if (c->at[s].value == NULL)
		return err->code;
	c->at[s].origin = mem_text(origin, strlen(origin), err);
	return c->at[s].origin == NULL ? (int)err->code : 0;
}

/* $XDG_…/owstore or $HOME/…/owstore with `name` below it; the XDG rules ignore a path that is not
 * absolute. False where there is no home.
 */
static bool own_path(const char *xdg, const char *below_home, const char *name, struct buf *out)
{
	const char *base = env(xdg), *home = env("HOME");

	buf_clear(out);
	if (base != NULL && base[0] == '/')
		buf_printf(out, "%s/owstore/%s", base, name);
	else if (home != NULL)
		buf_printf(out, "%s/%s/owstore/%s", home, below_home, name);
	else
		return false;
	return true;
}

static int set_default(struct config *c, enum setting s, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf path = {0};

	if (settings[s].xdg == NULL)
		return set(c, s, settings[s].fixed, "default", err);
	if (!own_path(settings[s].xdg, settings[s].below_home, settings[s].name, &path))
		return 0;
	if (buf_finish(&path, err) < 0)
		return err->code;
	return set(c, s, buf_str(&path), "default", err);
}

/* Values with a form of their own; `origin` names the culprit. */
static int check(const struct config *c, enum setting s, struct ow_error *err)
{
	const char *v = c->at[s].value;
	uint64_t n;

	if (v == NULL)
		return 0;
	if (s == SETTING_JOBS && (!text_parse_u64(v, &n) || n < 1 || n > 256))
		return err_set(err, OW_E_USAGE, "%s: jobs '%s' is not a number from 1 to 256",
			       c->at[s].origin, v);
	if (s == SETTING_COLOR && strcmp(v, "auto") != 0 && strcmp(v, "always") != 0 &&
	    strcmp(v, "never") != 0)
		return err_set(err, OW_E_USAGE, "%s: color '%s' is none of auto, always, never",
			       c->at[s].origin, v);
	return 0;
}

/* What a file says of one setting. */
static int set_from(struct config *c, enum setting s, const struct yaml *y, const char *path,
		    struct ow_error *err)
{
	const struct yaml_node *v = yaml_get(yaml_root(y), settings[s].name);
	const char *value = NULL;
	char origin[PATH_LEN_MAX + 16];

	if (yaml_text(y, v, &value, err) < 0)
		return err->code;
	if (value == NULL)
		return 0;
	if (settings[s].xdg != NULL && value[0] != '/')
		return yaml_fail(y, v, err, "%s: '%.200s' is not an absolute path",
				 settings[s].name, value);
	(void)snprintf(origin, sizeof origin, "%.*s:%u", PATH_LEN_MAX, path, v->line);
	return set(c, s, value, origin, err);
}

/* Take from a file what is not yet set. */
static int set_from_file(struct config *c, const char *path, bool must_exist, struct ow_error *err)
{
	const char *known[SETTINGS + 1] = {NULL};
	OW_AUTO(buf_done) struct buf text = {0};
	OW_AUTO(yaml_doc_free) struct yaml *y = NULL;
	struct ow_error why = {0};
	int result = 0;

	for (enum setting s = 0; s < SETTINGS; s++)
		known[s] = settings[s].name;
	if (file_read_user(path, YAML_SIZE_MAX, &text, &why) < 0) {
		if (!must_exist && (why.sys == ENOENT || why.sys == ENOTDIR))
			return 0;
		*err = why;
		return err->code;
	}
	if (yaml_parse(text.p, text.n, path, &y, err) < 0 ||
	    yaml_only(y, yaml_root(y), known, err) < 0)
		result = err->code;
	for (enum setting s = 0; result == 0 && s < SETTINGS; s++)
		result = set_from(c, s, y, path, err);
	if (err->code == OW_E_FORMAT)
		err->code = OW_E_USAGE; /* settings are part of the request */
	return result < 0 ? (int)err->code : 0;
}

static int set_from_files(struct config *c, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf own = {0};
	const char *named = env("OWSTORE_CONFIG");

	if (named != NULL)
		return set_from_file(c, named, true, err);
	if (own_path("XDG_CONFIG_HOME", ".config", "config.yaml", &own) &&
	    (buf_finish(&own, err) < 0 || set_from_file(c, buf_str(&own), false, err) < 0))
		return err->code;
	return set_from_file(c, "/etc/owstore/config.yaml", false, err);
}

int config_load(struct config *c, const char *const flags[SETTINGS], struct ow_error *err)
{
	*c = (struct config){0};
	for (enum setting s = 0; s < SETTINGS; s++) {
		if (set(c, s, flags[s], settings[s].flag, err) < 0 ||
		    set(c, s, env(settings[s].env), settings[s].env, err) < 0)
			return err->code;
	}
	if (set_from_files(c, err) < 0)
		return err->code;
	for (enum setting s = 0; s < SETTINGS; s++) {
		if (set_default(c, s, err) < 0 || check(c, s, err) < 0)
			return err->code;
	}
	return 0;
}

void config_done(struct config *c)
{
	for (enum setting s = 0; s < SETTINGS; s++) {
		free(c->at[s].value);
		free(c->at[s].origin);
	}
	*c = (struct config){0};
}

const char *config_need(const struct config *c, enum setting s, struct ow_error *err)
{
	if (c->at[s].value == NULL) {
		(void)err_set(err, OW_E_USAGE, "no directory for '%s': HOME is not set",
			      settings[s].name);
		(void)err_hint(err, "give %s DIR or set %s", settings[s].flag, settings[s].env);
	}
	return c->at[s].value;
}
