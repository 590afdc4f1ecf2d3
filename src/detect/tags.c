/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/tags.h"

#include <string.h>
#include <strings.h>

/* Tags and licence names of model hubs that mean exactly one licence; those that mean several are left out on purpose.
 * One line each, so that a new one is a new line.
 */
/* clang-format off */
static const struct {
	const char *tag, *id;
} tags[] = {
    {"agpl-3.0", "AGPL-3.0-only"},
    {"apache-license-2.0", "Apache-2.0"},
    {"apple-amlr", "LicenseRef-apple-amlr"},
    {"apple-ascl", "LicenseRef-apple-ascl"},
    {"bigcode-openrail-m", "LicenseRef-bigcode-openrail-m-1"},
    {"bigscience-bloom-rail-1.0", "LicenseRef-bigscience-bloom-rail-1.0"},
    {"bigscience-openrail-m", "LicenseRef-bigscience-openrail-m"},
    {"c-uda", "C-UDA-1.0"},
    {"coqui-public-model-license", "LicenseRef-coqui-public-model-1.0"},
    {"creativeml-openrail-m", "LicenseRef-creativeml-openrail-m"},
    {"databricks-open-model-license", "LicenseRef-databricks-open-model"},
    {"deepfloyd-if-license", "LicenseRef-deepfloyd-if"},
    {"deepseek", "LicenseRef-deepseek-1.0"},
    {"deepseek-license", "LicenseRef-deepseek-1.0"},
    {"dinov3-license", "LicenseRef-dinov3-license"},
    {"faipl-1.0", "LicenseRef-faipl-1.0-sd"},
    {"fair-ai-public-license-1.0-sd", "LicenseRef-faipl-1.0-sd"},
    {"fair-noncommercial-research-license", "LicenseRef-fair-noncommercial-research-1"},
    {"falcon-180b-license", "LicenseRef-falcon-180b-tii-1.0"},
    {"flux-1-dev-non-commercial-license", "LicenseRef-flux1-dev-nc"},
    {"flux-non-commercial-license", "LicenseRef-flux-nc-2"},
    {"glm-4", "LicenseRef-glm-4"},
    {"glm-5.3", "LicenseRef-glm-5.3"},
    {"gpl-2.0", "GPL-2.0-only"},
    {"gpl-3.0", "GPL-3.0-only"},
    {"grok2-community", "LicenseRef-grok2-community"},
    {"h-research", "LicenseRef-h-research"},
    {"health-ai-developer-foundations", "LicenseRef-hai-def-terms"},
    {"hyperclovax-seed", "LicenseRef-hyperclovax-seed"},
    {"intel-research", "LicenseRef-intel-research"},
    {"jamba-open-model-license", "LicenseRef-jamba-open-model"},
    {"kimi-k3", "LicenseRef-kimi-k3"},
    {"krea-2-community-license", "LicenseRef-krea-2-community"},
    {"lfm1.0", "LicenseRef-lfm-open-1.0"},
    {"lgpl-2.1", "LGPL-2.1-only"},
    {"lgpl-3.0", "LGPL-3.0-or-later"},
    {"lgpl-lr", "LGPLLR"},
    {"livekit-model-license", "LicenseRef-livekit-model"},
    {"llama2", "LicenseRef-llama-2"},
    {"llama3", "LicenseRef-llama-3"},
    {"llama3.1", "LicenseRef-llama-3.1"},
    {"llama3.2", "LicenseRef-llama-3.2"},
    {"llama3.3", "LicenseRef-llama-3.3"},
    {"llama4", "LicenseRef-llama-4"},
    {"ltx-2-community-license-agreement", "LicenseRef-ltx-2-community"},
    {"microsoft-research-license", "LicenseRef-msrla"},
    {"minimax-community", "LicenseRef-minimax-community-m3"},
    {"minimax-h3-community-license-agreement", "LicenseRef-minimax-h3-community"},
    {"minimax-model-license", "LicenseRef-minimax-01-model"},
    {"mnpl", "LicenseRef-mistral-mnpl-0.1"},
    {"mrl", "LicenseRef-mistral-mrl-0.1"},
    {"nvidia-license", "LicenseRef-nvidia-noncommercial"},
    {"nvidia-nemotron-open-model-license", "LicenseRef-nvidia-nemotron-open-model"},
    {"nvidia-open-model-agreement", "LicenseRef-nvidia-open-model-2025"},
    {"nvidia-open-model-license", "LicenseRef-nvidia-open-model-2025"},
    {"openmdw-1.1", "LicenseRef-OpenMDW-1.1"},
    {"openmdw1.1-license", "LicenseRef-OpenMDW-1.1"},
    {"openrail++", "LicenseRef-openrail-plusplus-m"},
    {"pddl", "PDDL-1.0"},
    {"playground-v2dot5-community", "LicenseRef-playground-v2.5-community"},
    {"public-domain", "CC0-1.0"},
    {"qwen", "LicenseRef-qwen-2024"},
    {"qwen-community-1.0", "LicenseRef-qwen-community-1.0"},
    {"qwen-research", "LicenseRef-qwen-research-2024"},
    {"qwen3.8-max", "LicenseRef-qwen3.8-max"},
    {"sdxl-license", "LicenseRef-openrail-plusplus-m"},
    {"stabilityai-ai-community", "LicenseRef-stability-community-2024-07-05"},
    {"stabilityai-nc-research-community", "LicenseRef-stability-nc-research-community"},
    {"tongyi-qianwen", "LicenseRef-tongyi-qianwen-2023"},
    {"tongyi-qianwen-license-agreement", "LicenseRef-tongyi-qianwen-2023"},
    {"tongyi-qianwen-research", "LicenseRef-tongyi-qianwen-research"},
    {"yandexgpt-5-lite-8b", "LicenseRef-yandexgpt-5-lite"},
    {"yi-license", "LicenseRef-yi-1.0"},
};
/* clang-format on */

/* Tags that name a family; which member, only the text says. */
static const char *const families[] = {"bsd",  "cc",     "gfdl",     "gpl",   "lgpl",
				       "odbl", "odc-by", "openrail", "other", "unknown"};

static bool same(struct ow_view v, const char *s)
{
	return strlen(s) == v.n && strncasecmp((const char *)v.p, s, v.n) == 0;
}

struct ow_view tag_id(struct ow_view claim, const struct prints *known)
{
	for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
		if (same(claim, families[i]))
			return (struct ow_view){0};
	}
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		if (same(claim, tags[i].tag) || same(claim, tags[i].id))
			return (struct ow_view){(const uint8_t *)tags[i].id, strlen(tags[i].id)};
	}
	for (size_t i = 0; i < known->n; i++) {
		for (size_t k = 0; k < known->at[i].n_ids; k++) {
			struct ow_view id = known->at[i].ids[k];

			if (id.n == claim.n &&
			    strncasecmp((const char *)id.p, (const char *)claim.p, id.n) == 0)
				return id;
		}
	}
	return (struct ow_view){0};
}
