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

@test "where a word lapsed, the bundle says the licence of the decision" {
	own_terms >model/LICENSE
	add model
	ok promote org/model@1 --to customer --license MIT --reason read --key ann
	ok interpret org/model@1 --text LICENSE --license Apache-2.0 --key bob
	ok approve org/model@1 --class customer --recipient site-b --key bob
	ok export org/model@1 --to stick --for site-b --key rel
	grep -q 'which no longer counts: the word is MIT, but bob concluded Apache-2.0' err.txt
	jq -e '.artifacts[0] | .basis == "decision" and .licence == "Apache-2.0"' stick/OWSTORE/*/DECISION.JSON
	grep -aq Apache-2.0 stick/OWSTORE/*/MANIFEST.CBR
	run grep -aw MIT stick/OWSTORE/*/MANIFEST.CBR
	[ "$status" -eq 1 ]
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

@test "the terms of a gate are accepted by us, until the acceptance ends, and the command that says it again is whole" {
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" model/LICENSE
	printf -- '---\nlicense: apache-2.0\nextra_gated_description: ask first\n---\n' >model/README.md
	add model
	gate() { # TEXT of the reason X-GATE
		tell decide org/model@1 --class internal --json
		[ "$(jq -r '.reasons[] | select(.rule == "X-GATE") | .text' out.txt)" = "$1" ] || { cat out.txt; return 1; }
	}
	gate 'upstream is gated and no acceptance by organisation is on record'
	ok accept org/model@1 --entity acme-sub --key ann
	gate 'the acceptance on record binds acme-sub and not organisation'
	ok accept org/model@1 --date 2026-10-02 --how 'click, account x' --until 2026-12-01 --key ann
	gate ''
	OWSTORE_CLOCK=2026-12-01T23:59:59Z gate ''
	OWSTORE_CLOCK=2026-12-02T00:00:00Z gate 'the acceptance by organisation ended on 2026-12-01'
	tell review --json
	next=$(jq -r '.due[].next' out.txt)
	[ "$next" = "owstore accept org/model@1 --date 2026-10-02T00:00:00Z --how 'click, account x'" ]
	export OWSTORE_CLOCK=2026-12-03T00:00:00Z
	eval "ok ${next#owstore } --until 2027-01-01 --key ann"
	gate ''
	ok approve org/model@1 --class internal --form hosted --until 2026-12-20 --key ann
	ok accept org/model@1 --obligation O-DISPLAY --text 'Built with X' --license MIT --recipient site-b --until 2026-12-20 --key ann
	tell review --json
	jq -e '[.due[].next] | index("owstore approve org/model@1 --class internal --recipient organisation --form hosted")
		and index("owstore accept org/model@1 --obligation O-DISPLAY --license MIT --recipient site-b --text '"'Built with X'"'")' out.txt
}

@test "a contract lifts what it says until its last day, and is then named as ended" {
	printf -- '---\nlicense: cc-by-nc-4.0\n---\n' >model/README.md
	add model
	ok approve org/model@1 --class internal --key ann
	ok waive org/model@1 --license CC-BY-NC-4.0 --contract C-7 --lifts X-NC --until 2026-12-01 --key ann
	for clock in 2026-11-21T00:00:00Z 2026-12-01T23:59:59Z; do
		OWSTORE_CLOCK=$clock tell decide org/model@1 --class internal --json
		[ "$status" -eq 0 ]
		jq -e '.ceiling == "redistributable" and (.reasons[] | select(.rule == "X-NC") | .severity == "info"
			and (.text | endswith("contract C-7 lifts it")))' out.txt
	done
	OWSTORE_CLOCK=2026-12-02T00:00:00Z tell promote org/model@1 --to internal --dry-run --json
	[ "$status" -eq 6 ]
	jq -e '.ceiling == "redistributable" and (.error.message | contains("contract C-7, which lifted it, ended on 2026-12-01"))' out.txt
}

@test "data that a card names is a risk until its terms free the model, or a person accepts it" {
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" model/LICENSE
	printf -- '---\nlicense: apache-2.0\ndatasets: [org/data, org/other]\n---\n' >model/README.md
	add model
	risks() { # CLASS SEVERITY…: of each data set
		tell decide org/model@1 --class "$1" --json ${3:+--recipient "$3"}
		[ "$(jq -r '[.reasons[] | select(.rule == "provenance-risk") | "\(.path[2]) \(.severity)"] | join(", ")' out.txt)" = "$2" ]
	}
	risks customer 'org/data review, org/other review' site-b
	risks internal 'org/data warn, org/other warn'
	mkdir data
	echo a,b >data/x.csv
	printf -- '---\nlicense: cdla-permissive-2.0\n---\n' >data/README.md
	add data
	ok promote org/data@1 --to research --license CDLA-Permissive-2.0 --reason read --key ann
	risks customer 'org/other review' site-b
	ok interpret org/model@1 --question provenance-risk --answer accept --key ann
	risks customer 'org/other info' site-b
	ok fact policy provenance_risk=block --key ann
	ok interpret org/model@1 --question provenance-risk --answer reject --key ann
	risks customer 'org/other block' site-b
}

@test "texts and notices of what it was made from count where they go along, and no evidence stands for them" {
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" model/LICENSE
	echo 'Base Model' >model/NOTICE
	add model
	mkdir tuned
	head -c 4000 /dev/zero >tuned/tuned.bin
	printf -- '---\nlicense: mit\nbase_model: org/model\n---\n' >tuned/README.md
	echo 'MIT License, as somebody wrote it down' >tuned/LICENSE
	add tuned
	ok interpret org/tuned@1 --text LICENSE --license MIT --key ann
	ok promote org/model@1 --to internal --license Apache-2.0 --reason read --key ann
	unmet() { jq -r '[.obligations[] | select(.status == "unmet") | "\(.id) \(.license)"] | join(", ")' out.txt; }
	decided block tuned
	[ "$(unmet)" = 'O-COPY Apache-2.0, O-COPYRIGHT Apache-2.0, O-NOTICE-FILE Apache-2.0' ]
	jq -e '.next | index("owstore add FOLDER --name org/tuned --version VERSION")' out.txt
	tell accept org/tuned@1 --obligation O-COPY --license Apache-2.0 --shown model/LICENSE --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
	grep -q 'O-COPY is met by what a bundle carries' err.txt
	ok promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann
	to_customer tuned
	[ "$(unmet)" = '' ]
	ok export org/tuned@1 --to stick --for site-b --key rel
	cmp stick/OWSTORE/*/LICENSES/APACHE_2_0_*.TXT model/LICENSE
	grep -q 'Base Model' stick/OWSTORE/*/NOTICE.TXT
}

@test "the licence of the artifact itself asks for its own text, whatever its base has" {
	own_terms >model/LICENSE
	add model
	ok interpret org/model@1 --text LICENSE --license MIT --key ann
	ok promote org/model@1 --to customer --license MIT --reason read --key ann
	mkdir tuned
	head -c 4000 /dev/zero >tuned/tuned.bin
	printf -- '---\nbase_model: org/model\n---\n' >tuned/README.md
	add tuned
	ok interpret org/tuned@1 --license MIT --key ann
	ok approve org/tuned@1 --class customer --recipient site-b --key ann
	unmet() { jq -r '[.obligations[] | select(.status == "unmet") | "\(.id) \(.license)"] | join(", ")' out.txt; }
	decided block tuned
	[ "$(unmet)" = 'O-COPY MIT, O-COPYRIGHT MIT' ]
	own_terms >tuned/LICENSE
	"$OWSTORE" add tuned --name org/own --version 1
	ok interpret org/own@1 --text LICENSE --license MIT --key ann
	to_customer own
	[ "$(unmet)" = '' ]
}

@test "a word tells of a card with a changed text, too, and that text goes along" {
	sed 's/^ *2\. Grant of Copyright License\./& No commercial use whatsoever is granted by this section./' \
		"$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" >model/README.md
	add model
	ok promote org/model@1 --to customer --license MIT --reason read --key ann
	ok export org/model@1 --to stick --for site-b --key rel
	cmp stick/OWSTORE/*/LICENSES/MIT.TXT model/README.md
}

@test "no word lifts a name that the licence of a base does not let it have" {
	own_terms >model/LICENSE
	add model
	ok interpret org/model@1 --text LICENSE --license LicenseRef-llama-3.1 --key ann
	ok promote org/model@1 --to customer --license LicenseRef-llama-3.1 --reason read --key ann
	mkdir tuned
	head -c 4000 /dev/zero >tuned/tuned.bin
	cp model/LICENSE tuned/
	printf -- '---\nbase_model: org/model\n---\n' >tuned/README.md
	for name in tuned llama-tuned; do
		"$OWSTORE" add tuned --name "org/$name" --version 1
		ok promote "org/$name@1" --to customer --license LicenseRef-llama-3.1 --reason read --key ann
		tell export "org/$name@1" --to stick --for site-b --key rel --passphrase-fd 0
		[ "$status" -eq 6 ]
		grep -q 'does not lift X-NAME at tuned.bin: the name must begin with "Llama": artifact name: tuned' err.txt || [ "$name" = llama-tuned ]
	done
	run grep X-NAME err.txt
	[ "$status" -eq 1 ]
}

@test "what REUSE.toml says of single files is not read, and that is told wherever it may matter" {
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" model/LICENSE
	mkdir model/.reuse
	printf 'version = 1\n[[annotations]]\npath = "model.bin"\nSPDX-License-Identifier = "CC-BY-NC-4.0"\n' >model/REUSE.toml
	printf 'Files: *\nLicense: MIT\n' >model/.reuse/dep5
	"$OWSTORE" add model --name org/model --version 1 2>&1 | grep 'REUSE.toml: its annotations cannot be read'
	for verb in 'decide org/model@1 --class internal' 'promote org/model@1 --to internal --dry-run'; do
		# shellcheck disable=SC2086 # options
		tell $verb --json
		jq -e '[.warnings[] | select(contains("says what files are under, which is not read"))] | length == 2' out.txt
	done
}

@test "a tag at the head of REUSE.toml is that file's own, and no other is held against it" {
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" model/LICENSE
	printf -- '---\nlicense: apache-2.0\n---\n' >model/README.md
	printf '# SPDX-License-Identifier: CC0-1.0\nversion = 1\n' >model/REUSE.toml
	add model
	ok approve org/model@1 --class customer --recipient site-b --key ann
	decided allow-with-obligations model
	"$OWSTORE" show org/model@1 --json >out.txt
	jq -e '[.licences[] | .license] | unique == ["Apache-2.0"]' out.txt
}

@test "a listing names what it cannot decide" {
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" model/LICENSE
	add model
	chmod -R u+w store
	rm -rf store/zones/quarantine/records/"$("$OWSTORE" show org/model@1 --json | jq -r '.id[7:9]')"
	tell ls --can commercial
	grep -q 'warning: org/model@1 is not decided: ' err.txt
}
