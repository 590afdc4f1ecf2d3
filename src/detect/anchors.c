/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "detect/anchors.h"

#include <string.h>

#include "base/sorted.h"

enum {
	TITLE_WITHIN =
	    60 /* words from the start in which a title must be that is all there is to go by */
};

/* one line an agreement, so that a new one is a new line */
/* clang-format off */
const struct anchor anchors[] = {
    {"LicenseRef-llama-3", {"meta llama 3 community license", "april 18 2024", "built with meta llama 3"}, NULL},
    {"LicenseRef-fair-noncommercial-research-1", {"fair non commercial research license", "non commercial research uses"}, NULL},
    {"LicenseRef-sam-license", {"sam license", "sam materials"}, "dino materials"},
    {"LicenseRef-dinov3-license", {"dinov3 license", "dino materials"}, "sam materials"},
    {"LicenseRef-opt-175b", {"opt 175b license", "non commercial research"}, NULL},
    {"LicenseRef-gemma-terms-2026-04-01", {"gemma terms of use", "last modified april 1 2026", "model derivatives"}, NULL},
    {"LicenseRef-hai-def-terms", {"health ai developer foundations", "hai def is provided"}, NULL},
    {"LicenseRef-deepfloyd-if", {"deepfloyd if", "non commercial research"}, NULL},
    {"LicenseRef-tongyi-qianwen-research", {"tongyi qianwen research license", "non commercial purposes only"}, NULL},
    {"LicenseRef-qwen-research-2024", {"qwen research license", "september 19 2024", "research or evaluation purposes only"}, NULL},
    {"LicenseRef-qwen-community-1.0", {"qwen community license", "version 1 0"}, NULL},
    {"LicenseRef-mistral-mrl-0.1", {"mistral ai research license", "behind a software layer"}, NULL},
    {"LicenseRef-mistral-mnpl-0.1", {"mistral ai non production license", "non production environment"}, NULL},
    {"LicenseRef-mistral-modified-mit", {"modified mit license", "monthly revenue"}, "kimi k2"},
    {"LicenseRef-kimi-k2-modified-mit", {"modified mit license", "kimi k2 on the user interface"}, NULL},
    {"LicenseRef-kimi-k3", {"kimi k3 license", "model as a service"}, "modified mit"},
    {"LicenseRef-minimax-m2-modified-mit", {"mit license", "our only modification", "minimax"}, NULL},
    {"LicenseRef-minimax-noncommercial-2026", {"minimax non commercial license"}, NULL},
    {"LicenseRef-minimax-community-m3", {"minimax community license"}, "minimax h3"},
    {"LicenseRef-minimax-h3-community", {"minimax h3 community license", "applicable territory"}, NULL},
    {"LicenseRef-minimax-01-model", {"minimax model license agreement", "minimax 01"}, NULL},
    {"LicenseRef-glm-4", {"glm 4 license", "zhipu"}, NULL},
    {"LicenseRef-chatglm-6b", {"chatglm 6b license", "national unity"}, NULL},
    {"LicenseRef-yi-1.0", {"yi series models license agreement", "november 1 2023", "lingyiwanwu"}, NULL},
    {"LicenseRef-exaone-1.2-nc", {"exaone ai model license agreement 1 2 nc", "lg management development institute"}, NULL},
    {"LicenseRef-hunyuan-community-2024", {"tencent hunyuan", "community license agreement", "does not apply in the european union and"}, "united kingdom"},
    {"LicenseRef-hunyuan-community-2025", {"tencent hunyuan", "community license agreement", "european union united kingdom and south korea"}, NULL},
    {"LicenseRef-flux1-dev-nc", {"flux 1 dev non commercial license", "biometric processing"}, NULL},
    {"LicenseRef-flux-nc-2", {"flux non commercial license", "v2"}, "flux 1 dev non commercial"},
    {"LicenseRef-ltx-2-community", {"ltx 2 community license agreement"}, NULL},
    {"LicenseRef-krea-2-community", {"krea 2 community license"}, NULL},
    {"LicenseRef-playground-v2.5-community", {"playground v2 5 community license"}, NULL},
    {"LicenseRef-coqui-public-model-1.0", {"coqui public model license 1 0"}, NULL},
    {"LicenseRef-nvidia-nemotron-open-model", {"nvidia nemotron open model license"}, NULL},
    {"LicenseRef-msrla", {"microsoft research license terms", "non commercial research"}, NULL},
    {"LicenseRef-apple-amlr", {"apple machine learning research model", "license agreement", "research purposes"}, NULL},
    {"LicenseRef-databricks-open-model", {"databricks open model license", "march 27 2024", "dbrx derivatives"}, NULL},
    {"LicenseRef-falcon-180b-tii-1.0", {"falcon 180b tii license", "version 1 0", "technology innovation institute"}, NULL},
    {"LicenseRef-falcon-llm-1.0", {"falcon llm license", "version 1 0", "technology innovation institute"}, "version 2 0 may 2024"},
    {"LicenseRef-jamba-open-model", {"jamba open model license", "ai21"}, NULL},
    {"LicenseRef-lfm-open-1.0", {"lfm open license v1 0", "qualified non profit organization"}, NULL},
    {"LicenseRef-grok2-community", {"grok 2 community license", "powered by xai"}, NULL},
    {"LicenseRef-livekit-model", {"livekit model license"}, NULL},
    {"LicenseRef-intel-research", {"intel research use license agreement"}, NULL},
    {"LicenseRef-OpenMDW-1.1", {"openmdw license agreement version 1 1", "model materials"}, NULL},
};
/* clang-format on */
const size_t n_anchors = sizeof anchors / sizeof anchors[0];

static int word_place(const void *place, const void *word)
{
	size_t at = *(const size_t *)place;
	const struct word *w = word;

	return (at > w->at) - (at < w->at);
}

size_t anchor_phrase(const struct words *w, const char *phrase)
{
	const char *text = (const char *)w->text.p;
	size_t n = strlen(phrase), at = 0;

	while (w->n > 0 && at + n < w->text.n) {
		const char *found = memmem(text + at, w->text.n - at, phrase, n);
		size_t place;

		if (found == NULL)
			return SIZE_MAX;
		place = (size_t)(found - text);
		at = place + 1;
		if ((place > 0 && text[place - 1] != ' ') || text[place + n] != ' ')
			continue;
		return sorted_from(&place, w->at, w->n, sizeof *w->at, word_place);
	}
	return SIZE_MAX;
}

static bool has_all(const struct words *w, const struct anchor *a)
{
	for (size_t i = 1; i < ANCHOR_PHRASES && a->all[i] != NULL; i++) {
		if (anchor_phrase(w, a->all[i]) == SIZE_MAX)
			return false;
	}
	return a->veto == NULL || anchor_phrase(w, a->veto) == SIZE_MAX;
}

const struct anchor *anchor_find(const struct words *w, size_t *title)
{
	const struct anchor *best = NULL;

	for (size_t i = 0; i < n_anchors; i++) {
		size_t at = anchor_phrase(w, anchors[i].all[0]);

		if (at == SIZE_MAX || (anchors[i].all[1] == NULL && at >= TITLE_WITHIN))
			continue;
		if ((best == NULL || at < *title) && has_all(w, &anchors[i])) {
			best = &anchors[i];
			*title = at;
		}
	}
	return best;
}
