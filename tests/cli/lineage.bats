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

# Does X-LINEAGE block?
outside() {
	"$OWSTORE" decide "$1" --class redistributable --json >decision.json || true
	jq -e '[.reasons[] | select(.rule == "X-LINEAGE" and .severity == "block")] | length > 0' decision.json
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
	"$OWSTORE" lineage org/child@1 | grep 'no more than org/base@1, in quarantine'
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

@test "what a record leaves out counts all the same" {
	export OWSTORE_TRUST=$PWD/trust
	printf -- '---\nbase_model: org/base\n---\n' | model child
	model base <<<'# A base'
	added base org/base
	added child org/child
	for said in '' 'trained-on org/base'; do # nothing, or that the base is data
		id=$("$OWSTORE" show org/child@1 --json | jq -r .id)
		# shellcheck disable=SC2086
		python3 "$OWSTORE_SOURCE/tests/support/orphan.py" store "$id" $said
		"$OWSTORE" fsck --rebuild || [ $? -eq 3 ] # it misses the record that was there
		if "$OWSTORE" show org/child@1 | grep 'quantized of org/base'; then return 1; fi
		outside org/child@1
		"$OWSTORE" lineage org/child@1 | grep 'quantized of org/base: no more than org/base@1, in quarantine'
		"$OWSTORE" lineage org/base@1 | grep 'quantized org/child@1'
		"$OWSTORE" impact --license Apache-2.0 --json >impact.json
		"$OWSTORE" ls --can redistribute --json | jq -e '[.artifacts[].name] == ["org/base"]'
	done
}

@test "GGUF headers and settings of adapters name bases, under any name of the file" {
	says() {
		mkdir "$1"
		python3 "$OWSTORE_SOURCE/tests/support/gguf.py" says model.gguf "$1/$2" "${@:3}"
		cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" "$1/LICENSE"
		added "$1" "org/$1"
	}
	says plain model.gguf general.author=us
	inside org/plain@1
	jq -e '[.reasons[] | select(.rule == "X-LINEAGE") | [.severity, .cap]] == [["info", null]]' decision.json # it is quantized
	says named model.gguf general.base_model.count=1 general.base_model.0.organization=Org 'general.base_model.0.name=Big Base'
	says odd weights.bin general.base_model.count=1 general.base_model.0.repo_url=https://models.example/Org/Base
	says few model.gguf general.base_model.count=2 general.base_model.0.name=one
	says sly model.gguf general.base_model.0.url=https://models.example/Org/Base
	says long model.gguf "general.base_model.$(printf '%0100d' 0).name=one"
	says broken model.gguf general.base_model.0.name=one general.base_model.0.name=two
	mkdir adapter
	cp model.gguf adapter/adapter_model.gguf
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" adapter/LICENSE
	printf '{"base_model_name_or_path": "org/Base"}' >adapter/adapter_config.json
	added adapter org/adapter
	for name in named odd few sly long broken adapter; do
		outside "org/$name@1"
	done
	"$OWSTORE" lineage org/named@1 | grep 'quantized.*Org/Big-Base'
	"$OWSTORE" lineage org/odd@1 | grep 'quantized.*Org/Base'
	"$OWSTORE" lineage org/adapter@1 | grep 'adapter-of.*org/Base'
	"$OWSTORE" lineage org/few@1 | grep 'unknown'
}

@test "what a model was trained on is a risk and blocks nothing" {
	printf -- '---\ndatasets:\n- org/data\n- org/more\n---\n' | model taught
	added taught org/taught
	inside org/taught@1
	jq -e '[.reasons[] | select(.rule == "provenance-risk") | .severity] | unique == ["review"]' decision.json
	"$OWSTORE" decide org/taught@1 --class internal --json >inner.json || true
	jq -e '[.reasons[] | select(.rule == "provenance-risk") | .severity] | unique == ["warn"]' inner.json
	jq -e '[.reasons[] | select(.severity == "block") | .rule] | contains(["provenance-risk"]) | not' inner.json
	"$OWSTORE" lineage org/taught@1 | grep 'trained-on.*org/more'
	{ printf -- '---\ndatasets:\n'; seq -f '- d%g' 300; printf -- '---\n'; } | model many
	added many org/many
	inside org/many@1
	"$OWSTORE" lineage org/many@1 | grep -F 'trained-on' | grep -F '(more datasets)'
}

@test "add and import warn at once of a base that is not there, with the command that supplies it" {
	approvers
	printf -- '---\nbase_model: Org/Base\n---\n' | model child
	"$OWSTORE" add child --name org/child --json >out.json
	jq -e '.missing_parents == [{artifact: "org/child@1", kind: "quantized", name: "Org/Base", quarantined: null,
		next: "owstore add FOLDER --name Org/Base"}] and (.warnings | length) == 1' out.json
	model base <<<'# A base'
	added base org/base
	"$OWSTORE" add child --name org/child --version 2 2>err.txt
	grep -F 'owstore promote org/base@1 --to CLASS' err.txt
	promoted org/base@1 Apache-2.0
	"$OWSTORE" add child --name org/child --version 3 --json | jq -e '.missing_parents == []'
	printf -- '---\nbase_model:\n  no: name\n---\n' | model odd
	"$OWSTORE" add odd --name org/odd --json | jq -e '.missing_parents | map(.name) == [null]'
	# the other side
	"$OWSTORE" root propose --origin lab --destination plant:internal
	"$OWSTORE" root sign --key root --passphrase-fd 0 <<<secret
	"$OWSTORE" root seal
	promoted org/child@3 Apache-2.0
	mkdir stick
	"$OWSTORE" export org/child@3 --to stick --for plant --key rel --passphrase-fd 0 <<<secret
	"$OWSTORE" init other
	OWSTORE_STORE=$PWD/other "$OWSTORE" import stick --json >in.json
	jq -e '.missing_parents | map(.name) == ["Org/Base"]' in.json
}

@test "a base that a GGUF header names decides by its licence, once it is there" {
	[ -f /usr/share/common-licenses/GPL-3 ] || skip "GPL-3 is not on this system"
	approvers
	mkdir child
	python3 "$OWSTORE_SOURCE/tests/support/gguf.py" says model.gguf child/model.gguf general.base_model.count=1 \
		general.base_model.0.name=Base general.base_model.0.repo_url=https://models.example/Org/Base
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" child/LICENSE
	added child org/child
	outside org/child@1
	model base <<<'# A base'
	cp /usr/share/common-licenses/GPL-3 base/LICENSE
	added base org/base
	outside org/child@1 # nobody has answered for it
	promoted org/base@1 GPL-3.0-only
	inside org/child@1
	jq -e '.reasons[] | select(.rule == "X-SAMETERMS") | .severity == "block" and .license == "GPL-3.0-only"
		and (.path | join(" ") | contains("org/base@1"))' decision.json
}
