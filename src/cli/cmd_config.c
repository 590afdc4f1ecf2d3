/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/table.h"

struct show_opts {
	bool origin;
};

static const struct opt show_options[] = {
    {.name = "origin",
     OPT_INTO(FLAG, struct show_opts, origin),
     .help = "also where each value comes from"},
    {0},
};

static int show(struct ctx *c, const void *options, struct ow_error *err)
{
	const struct show_opts *o = options;
	struct json all = json_put_object(c->out.result, "settings");
	OW_AUTO(table_free)
	struct table *t = o->origin ? table_new("SETTING", "VALUE", "ORIGIN", NULL)
				    : table_new("SETTING", "VALUE", NULL);

	(void)err;
	for (enum setting s = 0; s < SETTINGS; s++) {
		const char *value = c->config.at[s].value, *origin = c->config.at[s].origin;
		struct json one = json_put_object(all, setting_name(s));

		json_put_text(one, "value", value);
		json_put_text(one, "origin", origin == NULL ? "default" : origin);
		table_cell(t, "%s", setting_name(s));
		table_cell(t, "%s", value == NULL ? "-" : value);
		if (o->origin)
			table_cell(t, "%s", origin == NULL ? "default" : origin);
	}
	out_table(&c->out, t);
	return 0;
}

const struct cmd cmd_config_show = {
    .name = "config show",
    .section = SECTION_TOOL,
    .summary = "print the settings in force",
    .synopsis = "",
    .about = "Prints what every setting comes to. Options win over the environment, that over the "
	     "user's file "
	     "$XDG_CONFIG_HOME/owstore/config.yaml, that over /etc/owstore/config.yaml. "
	     "OWSTORE_CONFIG names a file "
	     "that takes the place of both.\n\n"
	     "A file is a YAML map with the keys store, trust, keys, jobs and color. Anchors, "
	     "aliases, tags, keys "
	     "given twice and unknown keys are refused with line and column.",
    .options = show_options,
    .options_size = sizeof(struct show_opts),
    .needs = NEEDS_STORE_DIR | NEEDS_TRUST | NEEDS_KEYS,
    .examples = {{"owstore config show --origin", "every setting and who said it"},
		 {"owstore config show --json", "the same for programs"}},
    .also = (const char *const[]){"help", NULL},
    .run = show,
};
