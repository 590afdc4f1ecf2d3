/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where things are: flags before environment before files before defaults, and which of them said
 * it.
 */
#ifndef OW_CLI_CONFIG_H
#define OW_CLI_CONFIG_H

#include <owstore/error.h>

#include "base/auto.h"

enum setting {
	SETTING_STORE, /* directory of the store */
	SETTING_TRUST, /* directory of trusted roots; /etc/owstore/trust is read as well */
	SETTING_KEYS,  /* directory of secret keys */
	SETTING_JOBS,  /* threads, 1 to 256; unset: as many as there are cores */
	SETTING_COLOR, /* auto, always, never */
	SETTINGS
};

struct config {
	struct {
		char *value;  /* NULL: not set and there is no default */
		char *origin; /* "--store", "OWSTORE_STORE", "config.yaml:3", "default" */
	} at[SETTINGS];
};

/* "store", "trust", … as they stand in the file. */
const char *setting_name(enum setting s);

/* Work out every setting. flags[s] is what the command line said, or NULL. A file that does not
 * exist is no error, except the one that OWSTORE_CONFIG names, which takes the place of both files.
 *
 * Errors   OW_E_USAGE: a file that is not as it should be, with line and column; a value that is
 * none. OW_E_IO: a file that exists but cannot be read.
 */
OW_MUST_USE int config_load(struct config *c, const char *const flags[SETTINGS],
			    struct ow_error *err);
void config_done(struct config *c);
OW_DEFINE_AUTO_DONE(struct config, config_done)

/* The value, or NULL with OW_E_USAGE that names the ways to give one. */
const char *config_need(const struct config *c, enum setting s, struct ow_error *err);

#endif
