#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# What an artifact was made from: what it claims counts, and a name proves nothing before somebody answers for it.

setup() {
	export OWSTORE_CLOCK=2026-11-21T00:00:00Z OWSTORE_TRUST=$BATS_TEST_TMPDIR/trust
	cd "$BATS_TEST_TMPDIR" || return
	python3 "$OWSTORE_SOURCE/tools/make-gguf" model.gguf --size 1 >/dev/null
	"$OWSTORE" init store
	export OWSTORE_STORE=$PWD/store
}

# A folder with a model under Apache-2.0 whose card is standard input.
model() {
	mkdir "$1"
	cp model.gguf "$1/model.gguf"
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" "$1/LICENSE"
	cat >"$1/README.md"
}

added() {
	"$OWSTORE" add "$1" --name "$2" --version "${3-1}"
}

# Is X-LINEAGE among the reasons?
outside() {
	"$OWSTORE" decide "$1" --class redistributable --json >decision.json || true
	jq -e '[.reasons[] | select(.rule == "X-LINEAGE")] | length > 0' decision.json
}

inside() {
	if outside "$@"; then return 1; fi
}

@test "a card that the reader cannot take may hide a base" {
	model plain <<<'# A model'
	added plain org/plain
	inside org/plain@1
	{ printf -- '---\nbase_model: org/base\n---\n'; head -c 4194304 /dev/zero | tr '\0' x; } | model long
	{ printf -- '---\nlicense:\n'; seq -f '- l%g' 300; printf 'base_model: org/base\n---\n'; } | model many
	printf -- '--- \nbase_model: org/base\n---\n' | model blank
	printf -- '---\nbase_model: org/base\n' | model open
	printf -- '---\nbase_model: {name: org/base}\n---\n' | model map
	for name in long many blank open map; do
		added "$name" "org/$name"
		outside "org/$name@1"
	done
}

# As decided.bats: approvers, of whom one promotes by word.
approvers() {
	export OWSTORE_KDF=least OWSTORE_KEYS=$PWD/keys
	for key in root:root rel:release ann:approver; do
		"$OWSTORE" key new "${key%:*}" --role "${key#*:}" --passphrase-fd 0 <<<secret
	done
	"$OWSTORE" root new --origin lab --root-key root --release rel --approver ann
	"$OWSTORE" root sign --key root --passphrase-fd 0 <<<secret
	"$OWSTORE" root seal
}

promoted() {
	"$OWSTORE" promote "$1" --to internal --license "$2" --reason test --key ann --passphrase-fd 0 <<<secret
}

@test "a name in quarantine is no parent, and no promoted one takes the terms of another away" {
	approvers
	printf -- '---\nbase_model: Org/Base\n---\n' | model child
	model base <<<'# A base'
	model again <<<'# Another base'
	cp /usr/share/common-licenses/GPL-3 again/LICENSE
	added child org/child
	added base org/base
	outside org/child@1
	"$OWSTORE" decide org/child@1 --class internal 2>&1 >/dev/null | grep 'in quarantine'
	"$OWSTORE" lineage org/child@1 | grep 'not in the store'
	"$OWSTORE" lineage org/base@1 | grep 'org/child@1' # what may come from it is told all the same
	promoted org/base@1 Apache-2.0
	inside org/child@1
	added again ORG/base 2
	inside org/child@1
	"$OWSTORE" lineage org/child@1 --json >one.json
	jq -e '[.. | objects | select(.claimed? == "Org/Base")] | length == 1' one.json
	promoted ORG/base@2 GPL-3.0-only
	inside org/child@1
	"$OWSTORE" lineage org/child@1 | tee two.txt
	grep 'org/base@1' two.txt
	grep 'ORG/base@2' two.txt
}
