/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include <owstore/store.h>

#include "base/auto.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/cmd.h"
#include "cli/cmds.h"
#include "cli/table.h"
#include "cli/verb.h"

struct gc_opts {
	bool plan;
	const char *apply;
};

static const struct opt options[] = {
    {.name = "plan",
     OPT_INTO(FLAG, struct gc_opts, plan),
     .help = "show what would be removed (the default)"},
    {.name = "apply",
     OPT_INTO(TEXT, struct gc_opts, apply),
     .arg = "PLAN",
     .help = "remove what the plan of this digest names"},
    {0},
};

OW_DEFINE_AUTO_DONE(struct ow_gc_plan, ow_gc_plan_done)
OW_DEFINE_AUTO(struct ow_store *, ow_store_close)

static void show_plan(struct ctx *c, const struct ow_gc_plan *p)
{
	OW_AUTO(table_free) struct table *t = table_new("KIND", "CLASS", "~NAME", ">SIZE", NULL);
	struct json list;
	char size[TEXT_SIZE];

	json_put_id(c->out.result, "plan", &p->id);
	json_put_u64(c->out.result, "bytes", p->bytes);
	list = json_put_list(c->out.result, "items");
	for (size_t i = 0; i < p->n; i++) {
		const struct ow_gc_item *item = &p->items[i];
		struct json one = json_put_object(list, NULL);

		table_text(t, one, "kind", item->kind);
		table_text(t, one, "class", ow_class_name(item->zone));
		json_put_text(one, "name", item->name);
		json_put_u64(one, "size", item->size);
		table_cell(t, "%.24s", item->name);
		table_cell(t, "%s", text_size(item->size, size));
	}
	out_table(&c->out, t);
}

static int run(struct ctx *c, const void *options_given, struct ow_error *err)
{
	const struct gc_opts *o = options_given;
	OW_AUTO(ow_gc_plan_done) struct ow_gc_plan p = {0};
	OW_AUTO(ow_store_close) struct ow_store *s = NULL;
	const char *path = config_need(&c->config, SETTING_STORE, err);
	char size[TEXT_SIZE], id[OW_ID_TEXT];
	struct ow_id wanted;

	if (path == NULL)
		return err->code;
	if (o->plan && o->apply != NULL)
		return err_set(err, OW_E_USAGE, "--plan or --apply, not both");
	if (o->apply != NULL && !ow_id_parse(o->apply, &wanted)) {
		(void)err_set(err, OW_E_USAGE, "\"%.80s\" is not the digest of a plan", o->apply);
		return err_hint(err, "owstore gc --plan prints it");
	}
	if (ow_store_open(path, o->apply != NULL ? OW_STORE_WRITE : OW_STORE_READ, "gc", &c->events,
			  &s, err) < 0 ||
	    (o->apply != NULL ? ow_gc_apply(s, &wanted, &p, err) : ow_gc_plan(s, &p, err)) < 0)
		return err->code;
	show_plan(c, &p);
	json_put_bool(c->out.result, "applied", o->apply != NULL);
	if (p.n == 0)
		out_line(&c->out, "nothing to remove");
	else if (o->apply != NULL)
		out_styled(&c->out, OUT_GOOD, "removed %zu item%s, %s", p.n, PLURAL(p.n),
			   text_size(p.bytes, size));
	else
		out_line(&c->out, "%zu item%s, %s. To remove them: owstore gc --apply %s", p.n,
			 PLURAL(p.n), text_size(p.bytes, size), ow_id_text(&p.id, id));
	return 0;
}

const struct cmd cmd_gc = {
    .name = "gc",
    .section = SECTION_CARE,
    .summary = "remove what no artifact uses, in two steps",
    .synopsis = "",
    .about = "First a plan, which changes nothing; then --apply with the digest of that plan, "
	     "which removes exactly what "
	     "it named. If the store has changed in between, nothing is removed. What interrupted "
	     "imports left behind is "
	     "part of a plan too: let them finish first if they are to go on.",
    .options = options,
    .options_size = sizeof(struct gc_opts),
    .needs = NEEDS_STORE_DIR,
    .examples = {{"owstore gc --plan", "what would go"},
		 {"owstore gc --apply sha256:1f3a...", "let it go"}},
    .exits = (const enum ow_code[]){OW_E_INTEGRITY, OW_E_STALE, OW_E_BUSY, OW_OK},
    .also = (const char *const[]){"fsck", NULL},
    .run = run,
};
