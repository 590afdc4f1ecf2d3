/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/infer_opts.h"

#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "cli/verb.h"
#include "os/pool.h"

enum {
	TIMEOUT_MAX = 86400 /* seconds; whatever a model tries, it ends */
};

int infer_how(struct ctx *c, const struct infer_opts *o, struct ow_infer_how *out,
	      struct ow_error *err)
{
	static const char *const sets[] = {NULL,  "scalar", "avx2",      "avx512",
					   "amx", "neon",   "neon-plain"};

	if (o->threads > 64 || o->batch > 512 || o->timeout > TIMEOUT_MAX)
		return err_set(err, OW_E_USAGE,
			       "--threads goes up to 64, --batch up to 512, --timeout up to %d",
			       TIMEOUT_MAX);
	/* asked here: the child has no environment that could say how many */
	*out =
	    (struct ow_infer_how){.isa = sets[o->isa],
				  .threads = o->threads != 0 ? (unsigned)o->threads : pool_cores(),
				  .batch = (unsigned)o->batch,
				  .memory = o->memory,
				  .half_cache = o->kv == 2,
				  .wall_s = o->timeout != 0 ? (unsigned)o->timeout : TIMEOUT_MAX,
				  .events = &c->events};
	return 0;
}

static bool is_path(const char *arg)
{
	const char *ext = strrchr(arg, '.');

	return arg[0] == '/' || arg[0] == '.' || (ext != NULL && strcmp(ext, ".gguf") == 0);
}

int model_arg_open(struct ctx *c, const char *arg, const char *file, struct model_arg *out,
		   struct ow_error *err)
{
	const char *store;

	out->source = (struct ow_model_source){.name = arg, .file = file};
	if (is_path(arg)) {
		if (file == NULL)
			return 0;
		return err_set(err, OW_E_USAGE, "--file goes with an artifact; %s is a path", arg);
	}
	store = config_need(&c->config, SETTING_STORE, err);
	if (store == NULL ||
	    ow_store_open(store, OW_STORE_READ, c->cmd->name, &c->events, &out->store, err) < 0)
		return err_hint(err, "a path to a model begins with / or ., or ends in .gguf");
	out->source.store = out->store;
	return 0;
}

void model_arg_done(struct model_arg *m)
{
	ow_store_close(m->store);
	*m = (struct model_arg){0};
}

static double rate(uint64_t n, uint64_t ns)
{
	return ns == 0 ? 0 : (double)n * 1e9 / (double)ns;
}

void infer_show(struct ctx *c, const struct ow_infer_facts *f)
{
	struct json j = json_put_object(c->out.result, "facts");
	char size[3][TEXT_SIZE];

	json_put_id(j, "model", &f->model);
	json_put_text(j, "architecture", f->architecture);
	json_put_text(j, "isa", f->isa);
	json_put_u64(j, "threads", f->threads);
	json_put_u64(j, "arithmetic", f->arithmetic);
	json_put_bool(j, "streamed", f->streamed);
	json_put_u64(j, "file_bytes", f->file_bytes);
	json_put_u64(j, "memory_peak", f->memory_peak);
	json_put_u64(j, "cache_bytes", f->cache_bytes);
	json_put_u64(j, "load_ns", f->load_ns);
	json_put_u64(j, "prompt_ns", f->prompt_ns);
	json_put_u64(j, "prompt_tokens", f->prompt_tokens);
	json_put_u64(j, "generate_ns", f->generate_ns);
	json_put_u64(j, "generated_tokens", f->generated_tokens);
	json_put_text(j, "jail", f->jail);
	out_styled(&c->out, OUT_DIM,
		   "%s, %s, %u thread%s%s; loaded %s in %.2f s; memory %s, of that cache %s",
		   f->architecture, f->isa, f->threads, PLURAL(f->threads),
		   f->streamed ? ", streamed" : "", text_size(f->file_bytes, size[0]),
		   (double)f->load_ns / 1e9, text_size(f->memory_peak, size[1]),
		   text_size(f->cache_bytes, size[2]));
	out_styled(
	    &c->out, OUT_DIM, "prompt %llu tokens, %.1f a second; generated %llu, %.1f a second",
	    (unsigned long long)f->prompt_tokens, rate(f->prompt_tokens, f->prompt_ns),
	    (unsigned long long)f->generated_tokens, rate(f->generated_tokens, f->generate_ns));
}
