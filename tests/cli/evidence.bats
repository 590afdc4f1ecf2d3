#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# What people put on record about texts, terms and contracts, and what it lets through: conclusions, acceptances, waivers.

load lab

setup_file() {
	export T=$BATS_FILE_TMPDIR OWSTORE_KDF=least OWSTORE_CLOCK=2026-11-21T00:00:00Z
	export OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/trust
	mkdir -p "$T/model"
	head -c 3000 /dev/zero >"$T/model/model.bin"
	found_lab "ann bob" site-b:customer world:redistributable
	"$OWSTORE" init "$T/store"
	export OWSTORE_STORE=$T/store
	say fact organisation commercial=true domicile=US mau=2000000 revenue_usd_per_year=40000000 maas_operator=false
	say fact site-b kind=company commercial=true purpose=commercial domicile=US screened=2026-11-01
}

say() {
	"$OWSTORE" "$@" --key ann --passphrase-fd 0 <<<secret
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$T/store" store
	cp -r "$T/model" model
	export OWSTORE_STORE=$PWD/store
	mkdir stick
}

# Terms that no fingerprint knows.
own_terms() {
	echo 'What may be done with the trees of this wood, and by whom.'
	for n in 1 2 3 4 5 6 7 8 9; do echo "Tree number $n may be counted by whoever has eyes to see and hands to count."; done
}

add() { # FOLDER [OPTION…]
	"$OWSTORE" add "$1" --name "org/$1" --version 1 "${@:2}"
}

decided() { # VERDICT NAME
	tell decide "org/$2@1" --class customer --recipient site-b --json
	[ "$(jq -r .verdict out.txt)" = "$1" ] || { cat out.txt err.txt >&2; return 1; }
}

to_customer() { # NAME
	ok approve "org/$1@1" --class customer --recipient site-b --key ann
	ok promote "org/$1@1" --to customer --recipient site-b --key ann
}

@test "a text that was concluded to be two licences is the text of each, for the decision and for what goes along" {
	own_terms >model/LICENSE
	add model
	ok interpret org/model@1 --text LICENSE --license 'MIT AND ISC' --key ann
	to_customer model
	ok export org/model@1 --to stick --for site-b --key rel
	cmp stick/OWSTORE/*/LICENSES/MIT.TXT model/LICENSE
	cmp stick/OWSTORE/*/LICENSES/ISC.TXT model/LICENSE
}

@test "a word makes no known text another's: what it adds needs a text of its own" {
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" model/LICENSE
	add model
	ok promote org/model@1 --to customer --license 'Apache-2.0 AND MIT' --reason read --key ann
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q 'warning: org/model@1, promoted by an operator.s word: O-COPY .* a copy of the licence text' err.txt
	grep -q 'the text of MIT is not in hand' err.txt
	[ ! -e stick/OWSTORE ]
}

@test "what goes out says on what it rests now, not on what it once moved" {
	own_terms >model/LICENSE
	add model
	ok promote org/model@1 --to customer --license MIT --reason read --key ann
	ok interpret org/model@1 --text LICENSE --license MIT --key bob
	ok approve org/model@1 --class customer --recipient site-b --key bob
	ok export org/model@1 --to stick --for site-b --key rel
	jq -e '.artifacts[0] | .basis == "operator" and .licence == "MIT"' stick/OWSTORE/LAB_MAIN_000001/DECISION.JSON
	ok fact policy promotion_by_word=refuse --key bob
	ok export org/model@1 --to stick --for site-b --key rel
	grep -q 'which no longer counts' err.txt
	jq -e '.artifacts[0] | .basis == "decision" and .licence == "MIT"' stick/OWSTORE/LAB_MAIN_000002/DECISION.JSON
}

@test "a missing approver, a warning and the command that supplies it are told to programs, too" {
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" model/LICENSE
	add model
	ok approve org/model@1 --class redistributable --key ann
	tell promote org/model@1 --to redistributable --dry-run --json
	[ "$status" -eq 6 ]
	jq -e '(.error.message | contains("1 of 2 approvals (ann): another approver has to say the same"))
		and (.reasons[] | select(.rule == "X-APPROVAL") | .text == "1 of 2 approvals (ann): another approver has to say the same")
		and .next == ["owstore approve org/model@1 --class redistributable --recipient PUB --form raw --key NAME"]' out.txt
	tell decide org/model@1 --class redistributable
	grep -q '1 of 2 approvals (ann): another approver has to say the same' out.txt
	tell promote org/model@1 --to redistributable --license Apache-2.0 --reason read --dry-run --json
	jq -e '(.error.message | contains("1 of 2 approvals for class redistributable (ann)")) and (.error.hint
		| endswith("owstore approve org/model@1 --class redistributable --key NAME"))' out.txt
	# it takes two for anyone: half of that is nothing for one customer
	decided block model
	jq -e '.reasons[] | select(.rule == "X-APPROVAL") | .text | startswith("no approval is for")' out.txt
	ok promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann
	ok fact site-b screened=2020-01-01 --key ann
	ok approve org/model@1 --class customer --recipient site-b --key ann
	ok fact policy promotion_by_word=refuse --key ann
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0 --json
	[ "$status" -eq 6 ]
	jq -e '(.error.message | contains("X-SANCTION")) and (.warnings | any(contains("which no longer counts")))' out.txt
}
