/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/rules.h"

#include <assert.h>
#include <string.h>

enum {
	REMEDIES_MAX = 4 /* and the NULL that ends them */
};

static const struct {
	const char *name;
	bool waivable;
	const char *remedies[REMEDIES_MAX];
} rules[RULES] = {
    [RULE_CLOCK] = {"clock-suspect",
		    false,
		    {"set this host's clock, or have a person confirm the time"}},
    [RULE_NOTEXT] = {"X-NOTEXT",
		     false,
		     {"supply the licence text that came with these very bytes",
		      "record a person's conclusion for the text", "remove the component"}},
    [RULE_MISMATCH] = {"X-MISMATCH",
		       false,
		       {"record a person's conclusion for this exact text",
			"correct the declaration upstream and import again"}},
    [RULE_OR] = {"X-OR", false, {"record an election: who chose which branch, when and why"}},
    [RULE_PROVIDER_TERM] = {"X-PROVIDER-TERM",
			    true,
			    {"stop using it and delete the copies",
			     "sign an agreement with the licensor"}},
    [RULE_DRIFT] = {"drift",
		    false,
		    {"compare the two texts and record an election of the one that holds"}},
    [RULE_LINEAGE] = {"X-LINEAGE",
		      false,
		      {"import the parent, or name the right one", "keep it in class research"}},
    [RULE_APPROVAL] =
	{"X-APPROVAL",
	 false,
	 {"have the approvers approve exactly this content, class, recipient and form"}},
    [RULE_EXPIRED] = {"X-EXPIRED", false, {"have the approval renewed"}},
    [RULE_SANCTION] = {"X-SANCTION", false, {"screen the recipient and record the date"}},
    [RULE_GATE] = {"X-GATE",
		   true,
		   {"accept the upstream terms as this organisation and record the evidence"}},
    [RULE_NC] = {"X-NC",
		 true,
		 {"use a component with commercial terms instead",
		  "sign an agreement with the licensor and record it as a waiver",
		  "keep it to non-commercial research"}},
    [RULE_PERM] = {"X-PERM",
		   true,
		   {"get the permission from the licensor and record it as a waiver",
		    "remove or replace the component"}},
    [RULE_NODERIV] = {"X-NODERIV",
		      true,
		      {"deliver the unmodified original", "keep the modified one inside"}},
    [RULE_FIELD] = {"X-FIELD",
		    true,
		    {"choose a model whose terms allow this use",
		     "sign an agreement with the licensor"}},
    [RULE_OUTTRAIN] = {"X-OUTTRAIN",
		       true,
		       {"train on outputs of a model that allows it",
			"stay within the teacher's family of models"}},
    [RULE_SCALE] = {"X-SCALE",
		    true,
		    {"sign an agreement with the licensor and record it",
		     "record the figure at the date that the licence names"}},
    [RULE_TERR] = {"X-TERR",
		   true,
		   {"deliver as an integrated product where the text exempts it",
		    "use a variant without the limit", "record where the party has its seat"}},
    [RULE_PROVENANCE] = {"provenance-risk",
			 false,
			 {"record an interpretation: provenance-risk accept, with the reasons",
			  "train on data whose terms free the models"}},
    [RULE_REACH] = {"X-REACH",
		    true,
		    {"run the models with another program",
		     "publish the models under an open licence"}},
    [RULE_GPLMIX] = {"X-GPLMIX",
		     true,
		     {"keep the two in separate programs", "replace one of them"}},
    [RULE_SAMETERMS] = {"X-SAMETERMS", true, {"put the derivative under its parent's licence"}},
    [RULE_2COPYLEFT] = {"X-2COPYLEFT", true, {"derive from one of them alone"}},
    [RULE_PASSTHRU] = {"X-PASSTHRU",
		       true,
		       {"add the parent's agreement as a governing document and a notice",
			"put the use restrictions into the contract with the recipient"}},
    [RULE_DRM] = {"X-DRM", true, {"deliver without the measure, or with what undoes it"}},
    [RULE_NAME] = {"X-NAME", true, {"rename the published model as the licence asks"}},
    [RULE_DISPLAY] = {"X-DISPLAY", true, {"show the text and record the evidence"}},
    [RULE_SOURCE] = {"X-SOURCE",
		     true,
		     {"put the corresponding source into the bundle",
		      "add a written offer that is valid"}},
    [RULE_DUTY] = {"", false, {"do what the clause asks and record the evidence"}},
};

const char *rule_name(enum rule r)
{
	assert((unsigned)r < RULES);
	return rules[r].name;
}

bool rule_find(const char *name, enum rule *out)
{
	for (unsigned r = 0; r < RULE_DUTY; r++) {
		if (strcmp(rules[r].name, name) == 0) {
			*out = (enum rule)r;
			return true;
		}
	}
	return false;
}

bool rule_waivable(enum rule r)
{
	return rules[r].waivable;
}

const char *const *rule_remedies(enum rule r)
{
	return rules[r].remedies;
}

bool duty_carried(enum duty d)
{
	return d == DUTY_COPY || d == DUTY_AUP || d == DUTY_NOTICE_LINE || d == DUTY_NOTICE_FILE ||
	       d == DUTY_COPYRIGHT || d == DUTY_CHANGES;
}

const char *const *duty_remedies(enum duty d)
{
	static const char *const carried[] = {
	    "add it anew, as another version, with the file that came with the licence", NULL};

	return duty_carried(d) ? carried : rule_remedies(RULE_DUTY);
}
