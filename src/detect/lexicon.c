/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every table is sorted, as strcmp does it.
 */
#include "detect/lexicon.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <owstore/api.h>

struct pair {
	const char *word, *spelling;
};

static const struct pair spellings[] = {
    {"acknowledgement", "acknowledgment"},
    {"analogue", "analog"},
    {"analyse", "analyze"},
    {"artefact", "artifact"},
    {"artefacts", "artifacts"},
    {"authorisation", "authorization"},
    {"authorise", "authorize"},
    {"authorised", "authorized"},
    {"authorising", "authorizing"},
    {"behaviour", "behavior"},
    {"cancelled", "canceled"},
    {"cannot", "can not"},
    {"centre", "center"},
    {"defence", "defense"},
    {"emphasise", "emphasize"},
    {"favour", "favor"},
    {"favourite", "favorite"},
    {"fulfil", "fulfill"},
    {"fulfilment", "fulfillment"},
    {"honour", "honor"},
    {"initialise", "initialize"},
    {"judgement", "judgment"},
    {"labelling", "labeling"},
    {"labour", "labor"},
    {"licence", "license"},
    {"licenced", "licensed"},
    {"licences", "licenses"},
    {"maximise", "maximize"},
    {"merchantibility", "merchantability"},
    {"minimise", "minimize"},
    {"modelled", "modeled"},
    {"modelling", "modeling"},
    {"noncommercial", "non commercial"},
    {"noncommercially", "non commercially"},
    {"nonexclusive", "non exclusive"},
    {"noninfringement", "non infringement"},
    {"nonproduction", "non production"},
    {"nonprofit", "non profit"},
    {"nontransferable", "non transferable"},
    {"offence", "offense"},
    {"organisation", "organization"},
    {"organisations", "organizations"},
    {"organise", "organize"},
    {"practise", "practice"},
    {"programme", "program"},
    {"realise", "realize"},
    {"recognise", "recognize"},
    {"signalling", "signaling"},
    {"sublicence", "sub license"},
    {"sublicensable", "sub licensable"},
    {"sublicense", "sub license"},
    {"sublicensed", "sub licensed"},
    {"sublicenses", "sub licenses"},
    {"sublicensing", "sub licensing"},
    {"utilisation", "utilization"},
    {"whilst", "while"},
    {"wilful", "willful"},
};

static const char *const turning[] = {
    "acceptable", "acquire",     "apart",       "auditable",   "beyond",      "commercial",
    "competitor", "competitors", "conditional", "display",     "effective",   "except",
    "excluded",   "excludes",    "excluding",   "exclusive",   "exclusively", "expires",
    "expressly",  "fee",         "fees",        "forbidden",   "hosted",      "military",
    "million",    "monthly",     "must",        "neither",     "never",       "no",
    "non",        "none",        "nor",         "not",         "only",        "outside",
    "personal",   "prior",       "prohibited",  "prominently", "register",    "registered",
    "request",    "research",    "restricted",  "revenue",     "revocable",   "royalties",
    "royalty",    "shall",       "solely",      "supersede",   "supersedes",  "terminate",
    "territory",  "unlawful",    "unless",      "unlimited",   "until",       "void",
    "without",    "written",
};

static const char *const clauses[] = {
    "academic",     "accept",       "agree",      "agreement",    "agrees",         "allowed",
    "any",          "apply",        "approval",   "clause",       "commons",        "condition",
    "conditions",   "confidential", "consent",    "contact",      "copy",           "copying",
    "denied",       "deny",         "derivative", "derivatives",  "distribute",     "distributed",
    "distribution", "educational",  "evaluation", "everyone",     "expire",         "forbid",
    "forbids",      "freely",       "grant",      "granted",      "grants",         "if",
    "internal",     "liability",    "liable",     "license",      "licensed",       "licenses",
    "may",          "model",        "models",     "modify",       "noncommercial",  "obligation",
    "obligations",  "obtain",       "paid",       "pay",          "payment",        "permission",
    "permitted",    "production",   "prohibit",   "prohibits",    "proprietary",    "provided",
    "purchase",     "purpose",      "purposes",   "redistribute", "redistribution", "refuse",
    "require",      "required",     "requires",   "resale",       "restriction",    "restrictions",
    "revoke",       "revoked",      "sale",       "secret",       "sell",           "selling",
    "shall",        "sold",         "subject",    "subscription", "terms",          "that",
    "use",          "used",         "users",      "using",        "warranties",     "warranty",
    "whether",      "will",         "you",        "your",
};

static const char *const title_words[] = {
    "file", "full", "is",  "legal", "license", "licenses", "notice",
    "of",   "text", "the", "this",  "v",       "version",
};

/* Like strcmp of a word and the text that a row begins with. */
static int word_order(const void *word, const void *row)
{
	const struct ow_view *w = word;
	const char *s = *(const char *const *)row;
	int d = strncmp((const char *)w->p, s, w->n);

	return d != 0 ? d : -(int)(unsigned char)s[w->n];
}

static bool among(const char *const *sorted, size_t count, const char *word, size_t n)
{
	const struct ow_view w = {(const uint8_t *)word, n};

	return bsearch(&w, sorted, count, sizeof *sorted, word_order) != NULL;
}

#define AMONG(table, word, n) among(table, sizeof(table) / sizeof(table)[0], word, n)

const char *lexicon_spelling(const char *word, size_t n)
{
	const struct ow_view w = {(const uint8_t *)word, n};
	const struct pair *p = bsearch(&w, spellings, sizeof spellings / sizeof spellings[0],
				       sizeof spellings[0], word_order);

	return p == NULL ? NULL : p->spelling;
}

bool lexicon_turns(const char *word, size_t n)
{
	return AMONG(turning, word, n);
}

bool lexicon_clause(const char *word, size_t n)
{
	return AMONG(clauses, word, n) || lexicon_turns(word, n);
}

bool lexicon_title(const char *word, size_t n)
{
	return AMONG(title_words, word, n);
}
