/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A decision in words and as JSON.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "cli/fill.h"
#include "cli/licenses.h"
#include "cli/verb.h"

void say_filled(struct ctx *c, size_t indent, const char *fmt, ...)
{
	OW_AUTO(buf_done) struct buf filled = {0};
	char text[2048], clean[4096];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	/* scrubbed before it is filled, so that no line feed from outside makes a line */
	text_escape(text, strlen(text), clean, sizeof clean);
	buf_printf(&filled, "%*s", (int)indent, "");
	fill(&filled, clean, indent, indent);
	for (const char *s = buf_str(&filled); *s != '\0';) {
		size_t n = strcspn(s, "\n");

		out_line(&c->out, "%.*s", (int)n, s);
		s += n + (s[n] == '\n' ? 1 : 0);
	}
}

/* ---- for programs ------------------------------------------------------------------------------------- */

static void put_texts(struct json in, const char *key, const char *const *texts, size_t n)
{
	struct json list = json_put_list(in, key);

	for (size_t i = 0; i < n; i++)
		json_put_text(list, NULL, texts[i]);
}

static size_t count_texts(const char *const *texts)
{
	size_t n = 0;

	while (texts[n] != NULL)
		n++;
	return n;
}

static void put_reasons(struct json in, const struct ow_decision *d)
{
	struct json list = json_put_list(in, "reasons");

	for (size_t i = 0; i < d->n_reasons; i++) {
		const struct ow_reason *r = &d->reasons[i];
		struct json one = json_put_object(list, NULL);

		json_put_text(one, "rule", r->rule);
		json_put_text(one, "severity", ow_severity_name(r->severity));
		json_put_text(one, "component", r->component);
		json_put_text(one, "license", r->license);
		json_put_text(one, "clause", r->clause);
		json_put_text(one, "fact", r->fact);
		put_texts(one, "path", r->path, r->n_path);
		json_put_text(one, "text", r->text);
		put_texts(one, "remedy", r->remedies, count_texts(r->remedies));
	}
}

static void put_obligations(struct json in, const struct ow_decision *d)
{
	struct json list = json_put_list(in, "obligations");

	for (size_t i = 0; i < d->n_obligations; i++) {
		const struct ow_obligation *o = &d->obligations[i];
		struct json one = json_put_object(list, NULL);

		json_put_text(one, "id", o->id);
		json_put_text(one, "component", o->component);
		json_put_text(one, "license", o->license);
		json_put_text(one, "clause", o->clause);
		json_put_text(one, "check", o->check);
		json_put_text(one, "status", o->met ? "met" : "unmet");
	}
}

static void put_subject(struct json in, const struct ow_decision *d)
{
	struct json artifact;

	if (d->scenario != NULL) {
		json_put_text(in, "scenario", d->scenario);
		return;
	}
	artifact = json_put_object(in, "artifact");
	json_put_text(artifact, "name", d->artifact);
	json_put_text(artifact, "version", d->version);
	json_put_id(artifact, "id", &d->id);
}

static void put_decision(struct json in, const struct ow_decision *d)
{
	struct json effective, inputs, split;

	put_subject(in, d);
	json_put_text(in, "verdict", ow_verdict_name(d->verdict));
	json_put_text(in, "ceiling", ow_class_name(d->ceiling));
	json_put_text(in, "usable_ceiling", ow_class_name(d->usable));
	effective = json_put_object(in, "effective");
	for (size_t i = 0; i < d->n_effective; i++)
		json_put_text(effective, d->effective[i].component, d->effective[i].expression);
	put_reasons(in, d);
	put_obligations(in, d);
	if (d->n_blocked == 0) {
		json_put_text(in, "split_plan", NULL);
	} else {
		split = json_put_object(in, "split_plan");
		put_texts(split, "without", d->blocked, d->n_blocked);
		put_texts(split, "deliver", d->others, d->n_others);
	}
	inputs = json_put_object(in, "inputs");
	json_put_id(inputs, "profiles", &d->profiles);
	json_put_id(inputs, "policy", &d->policy);
	json_put_id(inputs, "facts", &d->facts);
}

/* ---- for people --------------------------------------------------------------------------------------- */

static void say_path(struct ctx *c, const struct ow_reason *r)
{
	OW_AUTO(buf_done) struct buf b = {0};

	for (size_t i = 0; i < r->n_path; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : " > ", r->path[i]);
	if (r->n_path > 1)
		say_filled(c, 6, "path: %s", buf_str(&b));
}

static void say_reason(struct ctx *c, const struct ow_reason *r)
{
	say_filled(c, 2, "%s: %s at %s", ow_severity_name(r->severity), r->rule, r->component);
	say_filled(c, 6, "%s, %s", r->license, r->clause);
	say_filled(c, 6, "%s", r->text);
	say_filled(c, 6, "fact: %s", r->fact);
	say_path(c, r);
	if (r->severity > OW_SEVERITY_WARN)
		return;
	for (size_t i = 0; r->remedies[i] != NULL; i++)
		say_filled(c, 6, "%s %s", i == 0 ? "remedy:" : "or:", r->remedies[i]);
}

static void say_reasons(struct ctx *c, const struct ow_decision *d)
{
	if (d->n_reasons == 0)
		return;
	out_line(&c->out, "%s", "");
	out_styled(&c->out, OUT_HEAD, "Reasons");
	for (size_t i = 0; i < d->n_reasons; i++)
		say_reason(c, &d->reasons[i]);
}

static void say_obligations(struct ctx *c, const struct ow_decision *d)
{
	if (d->n_obligations == 0)
		return;
	out_line(&c->out, "%s", "");
	out_styled(&c->out, OUT_HEAD, "Obligations");
	for (size_t i = 0; i < d->n_obligations; i++) {
		const struct ow_obligation *o = &d->obligations[i];

		say_filled(c, 2, "%s: %s for %s", o->met ? "met" : "unmet", o->id, o->component);
		say_filled(c, 6, "%s, %s: %s", o->license, o->clause, o->check);
	}
}

static void say_split(struct ctx *c, const struct ow_decision *d)
{
	if (d->n_blocked == 0)
		return;
	out_line(&c->out, "%s", "");
	out_styled(&c->out, OUT_HEAD, "Some members alone stop it");
	for (size_t i = 0; i < d->n_blocked; i++)
		say_filled(c, 2, "without %s", d->blocked[i]);
	for (size_t i = 0; i < d->n_others; i++)
		say_filled(c, 2, "deliver %s", d->others[i]);
}

static const char *verdict_word(enum ow_verdict v)
{
	static const char *const words[] = {"ALLOWED", "ALLOWED WITH OBLIGATIONS", "TO BE REVIEWED",
					    "BLOCKED"};

	return words[v];
}

void decision_show(struct ctx *c, const struct ow_decision *d)
{
	if (c->out.mode != OUT_TEXT) {
		put_decision(c->out.result, d);
		return;
	}
	out_styled(&c->out, d->verdict >= OW_REVIEW ? OUT_BAD : OUT_GOOD, "%s: class %s for %s, %s",
		   verdict_word(d->verdict), ow_class_name(d->requested), d->recipient, d->form);
	out_line(&c->out, "Ceiling: %s", ow_class_name(d->ceiling));
	if (d->usable != d->ceiling)
		out_line(&c->out, "Ceiling where it is run: %s", ow_class_name(d->usable));
	say_reasons(c, d);
	say_obligations(c, d);
	say_split(c, d);
}

int decision_error(const struct ow_decision *d, struct ow_error *err)
{
	const struct ow_reason *r = d->reasons;

	if (d->verdict < OW_REVIEW)
		return 0;
	(void)err_set(err, d->verdict == OW_BLOCK ? OW_E_POLICY : OW_E_UNCHECKED,
		      "%s: %.40s at '%.60s' (%.60s, %.60s): %.300s",
		      d->verdict == OW_BLOCK ? "blocked" : "a person must decide", r->rule,
		      r->component, r->license, r->clause, r->text);
	(void)err_kept(err, "nothing was changed");
	return err_hint(err, "%s", r->remedies[0]);
}

int licenses_take(struct ctx *c, const struct opt_list *folders, struct ow_licenses **out,
		  struct ow_error *err)
{
	if (folders->n == 0)
		return ow_licenses_site(verb_trust(c), out, err);
	out_warn(&c->out, "these profiles are to look with: promote and export go by those that an "
			  "approver signed for the site");
	return ow_licenses_open(folders->at, folders->n, out, err);
}
