/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What may be done with an artifact, asked of the policy engine.
 */
#include "flow/can.h"

#include "base/err.h"
#include "base/events.h"
#include "govern/judge.h"
#include "govern/licenses.h"
#include "os/clock.h"
#include "policy/decide.h"

static const struct {
	const char *name;
	enum ow_class class;
	unsigned purpose;
	const char *made_into;
} questions[OW_CANS] = {
    [OW_CAN_COMMERCIAL] = {"commercial", OW_CLASS_INTERNAL, PURPOSE_PRODUCTION, NULL},
    [OW_CAN_REDISTRIBUTE] = {"redistribute", OW_CLASS_REDISTRIBUTABLE, PURPOSE_PRODUCTION, NULL},
    [OW_CAN_ADAPT] = {"adapt", OW_CLASS_INTERNAL, PURPOSE_PRODUCTION, "finetune"},
    [OW_CAN_ADAPT_AND_REDISTRIBUTE] = {"adapt-and-redistribute", OW_CLASS_REDISTRIBUTABLE,
				       PURPOSE_PRODUCTION, "finetune"},
    [OW_CAN_QUANTIZE] = {"quantize", OW_CLASS_INTERNAL, PURPOSE_PRODUCTION, "quantized"},
    [OW_CAN_TRAIN_OTHERS] = {"train-others", OW_CLASS_INTERNAL, PURPOSE_TRAIN_COMPETING, NULL},
};

const char *ow_can_name(enum ow_can what)
{
	return questions[what].name;
}

/* For own use the engine asks nothing of a text that lets nothing be made from it: it is kept to the entity. Whoever
 * asks whether something may be made wants to know.
 */
static bool may_derive(const struct ow_decision *d, const struct license_set *set)
{
	for (size_t i = 0; i < d->n_effective; i++) {
		struct ow_error ignored = {0};
		struct expr e;

		if (expr_parse(d->effective[i].expression, &e, &ignored) < 0)
			return false;
		for (size_t k = 0; k < e.n_leaves; k++) {
			const struct license *l = license_of(set, &e.leaves[k]);

			if (l == NULL || l->permits[MAY_DERIVE] == PERMIT_NO ||
			    l->permits[MAY_DERIVE] == PERMIT_UNKNOWN)
				return false;
		}
	}
	return true;
}

int can_open(struct ow_store *s, const struct ow_known *known, const struct ow_events *events,
	     struct can *out, struct ow_error *err)
{
	*out = (struct can){.store = s, .set = known->licenses->set, .events = events};
	if (trust_state_init(&out->trust, known->trust, err) < 0)
		return err->code;
	return books_open(s, &out->trust, clock_now(), events, &out->books, err);
}

void can_done(struct can *c)
{
	books_close(c->books);
	trust_state_done(&c->trust);
	*c = (struct can){0};
}

/* 1 decided, 0 something is amiss or in doubt about this artifact, which is told: that is no answer about the others. */
static int judge_one(struct can *c, const struct can_of *of, const struct judge_request *request,
		     struct judged *j, struct ow_decision *d, struct ow_error *err)
{
	char ref[OW_ID_TEXT];
	const struct judge_with with = {c->set, &c->trust, c->events, c->books};
	struct ow_error why = {0};

	books_forget(c->books); /* what is left is about no artifact */
	if (books_whole(c->books, err) < 0)
		return err->code;
	if (judge_case(c->store, ow_id_text(of->id, ref), request, &with, j, &why) >= 0 &&
	    decide(&j->c, c->set, &j->arena, d, &why) >= 0)
		return 1;
	if (!subject_failed_alone(&why) && why.code != OW_E_TRUST) {
		*err = why;
		return err->code;
	}
	events_warn(c->events, "%s@%s is not decided: %s", of->name, of->version, why.text);
	return 0;
}

int can_ask(struct can *c, const struct can_of *of, enum ow_can what, enum ow_verdict *out,
	    struct ow_error *err)
{
	OW_AUTO(judged_done) struct judged j = {0};
	const struct judge_request request = {.class = questions[what].class,
					      .purpose = questions[what].purpose,
					      .made_into = questions[what].made_into,
					      .supplied = true};
	struct ow_decision d = {0};
	int r = judge_one(c, of, &request, &j, &d, err);

	if (r < 0)
		return r;
	*out = r > 0 ? d.verdict : OW_BLOCK;
	if (*out < OW_REVIEW && request.made_into != NULL && !may_derive(&d, c->set))
		*out = OW_BLOCK;
	return 0;
}

int can_ceiling(struct can *c, const struct can_of *of, enum ow_class *ceiling, bool *model,
		struct ow_error *err)
{
	OW_AUTO(judged_done) struct judged j = {0};
	const struct judge_request request = {
	    .class = OW_CLASS_INTERNAL, .purpose = PURPOSE_UNSET, .supplied = true};
	struct ow_decision d = {0};
	int r = judge_one(c, of, &request, &j, &d, err);

	*ceiling = r > 0 ? d.ceiling : OW_CLASS_QUARANTINE;
	*model = false;
	for (size_t i = 0; r > 0 && i < j.c.n_items; i++)
		*model = *model || (j.c.items[i].shipped && j.c.items[i].role == ROLE_WEIGHTS);
	return r < 0 ? r : 0;
}

int ow_can(struct ow_store *s, const char *ref, enum ow_can what, const struct ow_known *known,
	   enum ow_verdict *out, const struct ow_events *events, struct ow_error *err)
{
	OW_AUTO(can_done) struct can c = {0};
	OW_AUTO(found_done) struct found f = {0};

	if (can_open(s, known, events, &c, err) < 0 || handle_find(s, ref, &f, err) < 0)
		return err->code;
	return can_ask(&c, &(struct can_of){&f.id, f.artifact.name, f.artifact.version}, what, out,
		       err);
}
