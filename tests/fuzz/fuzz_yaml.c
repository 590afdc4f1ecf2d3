/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The strict YAML reader: whatever it accepts is a sound tree within the limits.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check(const struct yaml_node *v, size_t *n_nodes)
{
	bool inside = v->kind == YAML_LIST || v->kind == YAML_MAP;
	size_t n = 0;

	++*n_nodes;
	if ((v->text != NULL) != (v->kind == YAML_TEXT) || (v->first != NULL && !inside) ||
	    v->line == 0)
		abort();
	if ((v->key != NULL) != (v->up != NULL && v->up->kind == YAML_MAP))
		abort();
	for (const struct yaml_node *c = v->first; c != NULL; c = c->next) {
		if (c->up != v || (c->key != NULL && yaml_get(v, c->key) != c))
			abort();
		n++;
	}
	if (n != v->n)
		abort();
}

/* The node after v, depth first; NULL after the last. */
static const struct yaml_node *after(const struct yaml_node *v)
{
	if (v->first != NULL)
		return v->first;
	while (v != NULL && v->next == NULL)
		v = v->up;
	return v == NULL ? NULL : v->next;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ow_error err = {0};
	struct yaml *y = NULL;
	size_t n_nodes = 0;

	if (yaml_parse(p, n, "input", &y, &err) == 0) {
		for (const struct yaml_node *v = yaml_root(y); v != NULL; v = after(v))
			check(v, &n_nodes);
		if (n_nodes > YAML_VALUES_MAX)
			abort();
	} else if (err.code != OW_E_FORMAT) {
		abort();
	}
	yaml_doc_free(y);
	return 0;
}
