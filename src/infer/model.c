/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/model.h"

#include <stdio.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "os/big.h"

/* A split model: each file says which of how many it is (gguf-split, keys split.*). */
static int check_split(const struct model *m, struct ow_error *err)
{
	uint64_t no = 0, count = 1, tensors = 0, have = 0;
	const struct gguf_key *key = gguf_find(&m->files[0].head, "split.count");

	if (key != NULL && (!gguf_u64(key, &count) || count < 1))
		return err_set(err, OW_E_FORMAT, "split.count is not a number of files");
	if (count != m->n_files)
		return err_set(err, OW_E_FORMAT,
			       "the model is split into %llu files, %zu of them given",
			       (unsigned long long)count, m->n_files);
	if (m->n_files == 1)
		return 0;
	for (size_t i = 0; i < m->n_files; have += m->files[i++].head.n_tensors) {
		const struct gguf *g = &m->files[i].head;

		if (!gguf_u64(gguf_find(g, "split.no"), &no) || no != i ||
		    !gguf_u64(gguf_find(g, "split.count"), &count) || count != m->n_files)
			return err_set(err, OW_E_FORMAT,
				       "file %zu of the model is not number %zu of %zu", i + 1,
				       i + 1, m->n_files);
	}
	if (!gguf_u64(gguf_find(&m->files[0].head, "split.tensors.count"), &tensors) ||
	    tensors != have)
		return err_set(err, OW_E_FORMAT,
			       "the files hold %llu tensors, split.tensors.count says %llu",
			       (unsigned long long)have, (unsigned long long)tensors);
	return 0;
}

static int read_heads(struct model *m, const struct inspect_src *src, size_t n,
		      struct ow_error *err)
{
	m->files = mem_array(n, sizeof *m->files, err);
	if (m->files == NULL)
		return err->code;
	for (; m->n_files < n; m->n_files++) {
		struct model_file *f = &m->files[m->n_files];

		f->src = src[m->n_files];
		if (gguf_read(&f->src, &f->head, err) < 0)
			return n == 1 ? err->code : err_ctx(err, "file %zu", m->n_files + 1);
		m->file_bytes += f->src.size;
	}
	return check_split(m, err);
}

/* The vocabulary is as large as the embedding; a key may say so, too. */
static int read_vocab(struct model *m, struct ow_error *err)
{
	const struct gguf_tensor *t = NULL;
	char name[64];
	uint64_t said;

	for (size_t i = 0; i < m->n_files && t == NULL; i++)
		t = gguf_tensor(&m->files[i].head, "token_embd.weight");
	if (t == NULL)
		return err_set(err, OW_E_FORMAT, "tensor token_embd.weight is missing");
	if (t->dim[1] > MODEL_VOCAB_MAX)
		return err_set(err, OW_E_FORMAT,
			       "tensor token_embd.weight has %llu rows, at most %u are possible",
			       (unsigned long long)t->dim[1], (unsigned)MODEL_VOCAB_MAX);
	m->p.vocab = (uint32_t)t->dim[1];
	snprintf(name, sizeof name, "%s.vocab_size", m->p.arch->name);
	if (gguf_u64(gguf_find(&m->files[0].head, name), &said) && said != m->p.vocab)
		return err_set(err, OW_E_FORMAT, "%s is %llu, token_embd.weight has %u rows", name,
			       (unsigned long long)said, m->p.vocab);
	return 0;
}

/* Which stretching of positions holds: the factors of the file by length, or one factor. */
static int init_ropes(struct model *m, struct ow_error *err)
{
	const struct params *p = &m->p;
	struct rope_scaling s = p->rope;

	s.factors = m->rope_factors;
	if (m->rope_long != NULL && m->rope_short != NULL)
		s.factors = p->long_factors ? m->rope_long : m->rope_short;
	rope_init(&m->rope, p->arch->pairing, p->rot, &s);
	s.base = p->rope_base_window;
	if ((p->arch->traits & (ARCH_WINDOW_BASE | ARCH_WINDOW_PLAIN)) != 0) {
		s.factor = s.gain = 1;
		s.yarn = false;
	}
	if ((p->arch->traits & ARCH_GEMMA_4) != 0)
		s.factors = NULL;
	if (s.factors != NULL && p->rot > 0 && p->rot_window > 0 && p->rot != p->rot_window)
		return err_set(err, OW_E_UNCHECKED,
			       "rope factors are for %u dimensions, blocks with a window turn %u",
			       p->rot, p->rot_window);
	rope_init(&m->rope_window, p->arch->pairing, p->rot_window, &s);
	return 0;
}

int model_open(const struct inspect_src *src, size_t n, struct model **out, struct ow_error *err)
{
	OW_AUTO(model_free) struct model *m = MEM_NEW(struct model, err);

	if (m == NULL || read_heads(m, src, n, err) < 0)
		return err->code;
	*out = STEAL(m);
	return 0;
}

int model_plan(struct model *m, struct ow_error *err)
{
	if (params_read(&m->files[0].head, &m->p, err) < 0 || read_vocab(m, err) < 0)
		return err->code;
	m->layers = mem_array(m->p.layers, sizeof *m->layers, err);
	return m->layers == NULL || model_place(m, err) < 0 ? err->code : init_ropes(m, err);
}

int model_fill(struct model *m, const struct model_opts *opts, struct ow_error *err)
{
	return m->layers == NULL && model_plan(m, err) < 0 ? err->code : model_read(m, opts, err);
}

int model_load(const struct inspect_src *src, size_t n, const struct model_opts *opts,
	       struct model **out, struct ow_error *err)
{
	OW_AUTO(model_free) struct model *m = MEM_NEW(struct model, err);

	if (m == NULL || read_heads(m, src, n, err) < 0 || model_fill(m, opts, err) < 0)
		return err->code;
	*out = STEAL(m);
	return 0;
}

void model_free(struct model *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->n_owned; i++)
		mem_free(m->owned[i]);
	mem_free(m->owned);
	for (int i = 0; i < 2; i++)
		big_free(m->slab[i], m->slab_size);
	big_free(m->weights, m->weights_size);
	big_free(m->common, m->common_size);
	mem_free(m->layers);
	for (size_t i = 0; i < m->n_files; i++)
		gguf_done(&m->files[i].head);
	mem_free(m->files);
	mem_free(m);
}
