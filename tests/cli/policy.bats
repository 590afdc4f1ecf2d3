#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# Decisions and licences as people and programs see them.

load profile

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	CASES=$OWSTORE_SOURCE/tests/policy
}

# Run owstore with standard output and error apart: out.txt, err.txt, $status.
tell() {
	status=0
	"$OWSTORE" "$@" >out.txt 2>err.txt || status=$?
}

@test "a decision has the exit status of its verdict and its reasons in JSON" {
	tell decide --scenario "$CASES/C06.yaml" --json
	[ "$status" -eq 0 ]
	jq -e '.schema == "owstore.decide/1" and .scenario == "C06" and .verdict == "allow-with-obligations"
		and .ceiling == "redistributable" and .usable_ceiling == "redistributable"
		and .effective.weights == "Apache-2.0 AND LicenseRef-llama-3.1" and .split_plan == null
		and (.inputs | keys) == ["facts", "policy", "profiles"] and all(.obligations[]; .status == "met")' out.txt
	tell decide --scenario "$CASES/C05.yaml" --json
	[ "$status" -eq 6 ]
	jq -e '.error.code == "OWS-E-POLICY" and (.reasons[0] | .rule == "X-NAME" and .severity == "block"
		and .component == "weights" and .license == "LicenseRef-llama-3.1" and .clause == "1.b.i"
		and .fact == "artifact name: acme-legal-8b" and .path == ["bundle", "weights", "base"]
		and (.remedy | length) > 0)' out.txt
	tell decide --scenario "$CASES/C33.yaml" --json
	[ "$status" -eq 13 ]
	jq -e '.verdict == "review" and .reasons[0].rule == "X-OR"' out.txt
	tell decide --scenario "$CASES/C12.yaml" --json
	jq -e '.split_plan == {without: ["tokenizer"], deliver: ["code", "weights"]}' out.txt
}

@test "every case is told to people in 80 columns" {
	for case in "$CASES"/C*.yaml; do
		tell decide --scenario "$case"
		[ "$status" -eq 0 ] || [ "$status" -eq 6 ] || [ "$status" -eq 13 ]
		[ "$(LC_ALL=C.UTF-8 grep -cE '.{81}' out.txt)" -eq 0 ]
		grep -q '^Ceiling: ' out.txt
	done
	tell decide --scenario "$CASES/C20.yaml"
	[ "$(head -n 1 out.txt)" = 'BLOCKED: class customer for ACME-FR, raw' ]
	grep -q '^  block: X-TERR at weights$' out.txt
	grep -q '^      remedy: deliver as an integrated product' out.txt
}

@test "the same bytes whatever the run, the locale and the order of the file" {
	mkdir locales # with its two letters i; where the system has no sources of it, what is not there is C
	localedef -i tr_TR -f UTF-8 "$PWD/locales/tr_TR.UTF-8" 2>/dev/null || true
	for case in C12 C40; do
		LC_ALL=C tell decide --scenario "$CASES/$case.yaml" --json
		cp out.txt first.txt
		LOCPATH=$PWD/locales LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo tell decide --scenario "$CASES/$case.yaml" --json
		cmp out.txt first.txt
		tell decide --scenario - --json <"$CASES/$case.yaml"
		cmp out.txt first.txt
	done
	python3 - "$CASES/C12.yaml" >turned.yaml <<-'TURN'
		import sys
		lines = open(sys.argv[1]).read().splitlines()
		items = [l for l in lines if l.startswith("  - {id: ") and "role:" in l]
		other = iter(reversed(items))
		print("\n".join(next(other) if l in items else l for l in lines))
	TURN
	run cmp -s turned.yaml "$CASES/C12.yaml"
	[ "$status" -eq 1 ]
	tell decide --scenario "$CASES/C12.yaml" --json
	cp out.txt first.txt
	tell decide --scenario turned.yaml --json
	cmp out.txt first.txt
}

@test "a mistake in a scenario is named with line and column" {
	printf 'scenario: s\nrequest: {clas: internal}\ncomponents: []\n' >bad.yaml
	tell decide --scenario bad.yaml
	[ "$status" -eq 7 ]
	grep -q "bad.yaml:2:11: unknown key 'clas'" err.txt
	grep -q "did you mean 'class'" err.txt
	tell decide
	[ "$status" -eq 2 ]
}

@test "licences are listed, shown and compared" {
	tell license ls --json
	[ "$(jq '.licenses | length' out.txt)" -eq 161 ]
	tell license ls --family llama
	[ "$(grep -c '^LicenseRef-llama-' out.txt)" -eq 7 ]
	tell license show llama3.1 --json
	jq -e '.license.id == "LicenseRef-llama-3.1" and .license.name != "" and .license["O-NAME"] == "1.b.i"' out.txt
	tell license show gemma
	[ "$status" -eq 2 ]
	grep -q 'stands for several licences' err.txt
	tell license diff llama3 llama3.1 --json
	jq -e 'any(.differences[]; .dimension == "outputs" and .shift == "loosened")' out.txt
	tell license show nothing-of-the-kind
	[ "$status" -eq 2 ]
}

@test "a site's own profiles add to the built-in ones and replace them" {
	mkdir own
	"$OWSTORE" decide --scenario "$CASES/C03.yaml" --json >before.txt
	own_profile MIT >own/mit.yaml
	tell decide --scenario "$CASES/C03.yaml" --licenses own --json
	[ "$status" -eq 6 ]
	jq -e '.reasons[0].rule == "X-PERM" and .ceiling == "internal"' out.txt
	[ "$(jq .inputs.profiles out.txt)" != "$(jq .inputs.profiles before.txt)" ]
	tell license show MIT --licenses own --json
	jq -e '.license.origin == "own/mit.yaml"' out.txt
	echo 'licenses: [{id: X}]' >own/bad.yaml
	tell license ls --licenses own
	[ "$status" -eq 7 ]
	grep -q "own/bad.yaml:1:12: the key 'name' is missing" err.txt
}
