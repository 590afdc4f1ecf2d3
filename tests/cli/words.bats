#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# Whose words count in a store: those of the origin that governs it, as long as its root was good, and none goes missing.

setup_file() {
	export T=$BATS_FILE_TMPDIR OWSTORE_KDF=least OWSTORE_CLOCK=2026-11-21T00:00:00Z
	export OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/lab
	mkdir -p "$T/model"
	python3 "$OWSTORE_SOURCE/tools/make-gguf" "$T/model/model.gguf" --size 2 >/dev/null
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" "$T/model/LICENSE"
	for key in root:root rel:release ann:approver bob:approver root2:root rel2:release pia:approver pat:approver; do
		"$OWSTORE" key new "${key%:*}" --role "${key#*:}" --passphrase-fd 0 <<<secret
	done
	found lab root rel ann bob
	OWSTORE_TRUST=$T/partner found partner root2 rel2 pia pat
	cp -r "$T/lab" "$T/both" && cp -r "$T/partner/partner" "$T/both/"
	"$OWSTORE" init "$T/store"
	export OWSTORE_STORE=$T/store
	"$OWSTORE" add "$T/model" --name org/model --version 1
	cp -r "$T/store" "$T/fresh" # nobody has said anything in it
	say fact organisation commercial=true domicile=DE
	say fact site-b kind=company commercial=true purpose=commercial domicile=FR screened=2026-11-01
}

found() { # ORIGIN ROOT RELEASE APPROVER APPROVER
	"$OWSTORE" root new --origin "$1" --root-key "$2" --release "$3" --approver "$4" --approver "$5" \
		--destination site-b:customer --destination world:redistributable --not-after 2027-01-01
	"$OWSTORE" root sign --origin "$1" --key "$2" --passphrase-fd 0 <<<secret
	"$OWSTORE" root seal --origin "$1"
}

say() {
	"$OWSTORE" "$@" --key ann --passphrase-fd 0 <<<secret
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$T/store" store
	cp -r "$T/fresh" fresh
	export OWSTORE_STORE=$PWD/store
	mkdir stick
}

# Run owstore with standard output and error apart: out.txt, err.txt, $status.
tell() {
	status=0
	"$OWSTORE" "$@" >out.txt 2>err.txt <<<secret || status=$?
}

ok() {
	tell "$@" --passphrase-fd 0
	[ "$status" -eq 0 ] || { cat err.txt >&2; return 1; }
}

# It is refused with this status and text.
no() { # STATUS TEXT ARGUMENT…
	tell "${@:3}"
	[ "$status" -eq "$1" ] && grep -q -e "$2" err.txt || { echo "$status:" >&2; cat err.txt >&2; return 1; }
}

promoted() {
	ok approve org/model@1 --class customer --recipient site-b --key bob
	ok promote org/model@1 --to customer --recipient site-b --key ann
}

# ---- whose words ----------------------------------------------------------------------------------------------

@test "where one origin is trusted it governs, and its first word writes that down" {
	[ "$(cat store/ORIGIN)" = lab ]
	[ ! -e fresh/ORIGIN ]
	export OWSTORE_STORE=$PWD/fresh
	tell decide org/model@1 --class internal
	[ ! -e fresh/ORIGIN ]
	ok promote org/model@1 --to internal --license MIT --reason read --key ann
	[ "$(cat fresh/ORIGIN)" = lab ]
	tell log
	grep -q 'init *done .*the words of lab count here' out.txt
	tell fsck
	[ "$status" -eq 0 ]
}

@test "a partner who is trusted so that its bundles can be received neither approves, promotes nor sends" {
	export OWSTORE_TRUST=$T/both
	for key in pia pat; do
		no 4 "key $key has not the role approver in the root of lab, whose words count in this store" \
			approve org/model@1 --class redistributable --key $key --passphrase-fd 0
	done
	no 4 'in the root of lab' fact organisation domicile=US --key pia --passphrase-fd 0
	no 4 'in the root of lab' promote org/model@1 --to customer --license MIT --reason mine --key pia --passphrase-fd 0
	promoted
	no 4 'in the root of lab' export org/model@1 --to stick --for site-b --key rel2 --passphrase-fd 0
	no 4 'partner is named, but the words of lab count in this store' \
		export org/model@1 --to stick --for site-b --origin partner --key rel2 --passphrase-fd 0
	[ ! -e stick/OWSTORE ]
	ok export org/model@1 --to stick --for site-b --key rel
}

@test "words of a partner that got into the store count for nothing, theirs and ours are never added up" {
	cp -r fresh theirs
	OWSTORE_TRUST=$T/partner OWSTORE_STORE=$PWD/theirs ok fact site-c screened=2026-11-20 --key pia
	OWSTORE_TRUST=$T/partner OWSTORE_STORE=$PWD/theirs ok approve org/model@1 --class redistributable --key pia
	cp -n theirs/governance/* store/governance/
	for file in theirs/zones/quarantine/records/*/*; do
		mkdir -p "store/$(dirname "${file#theirs/}")"
		cp -n "$file" "store/${file#theirs/}"
	done
	export OWSTORE_TRUST=$T/both
	tell fsck --rebuild
	ok approve org/model@1 --class redistributable --key bob --json
	jq -e '.statements[0] | .approvals == 1 and .needed == 2' out.txt
	grep -q 'counts for nothing: it is of partner, and the words of lab count here' err.txt
	tell decide org/model@1 --class redistributable --json
	[ "$status" -eq 6 ]
	jq -e '[.reasons[] | select(.severity == "block") | .rule] == ["X-APPROVAL"]' out.txt
	tell fact --json
	jq -e '[.facts[].party] | unique == ["organisation", "site-b"]' out.txt
	promoted # and theirs casts no doubt on ours
}

@test "a promotion that a partner signed lets nothing out" {
	export OWSTORE_STORE=$PWD/fresh
	OWSTORE_TRUST=$T/partner ok promote org/model@1 --to customer --license MIT --reason mine --key pia
	[ "$(cat fresh/ORIGIN)" = partner ]
	rm fresh/ORIGIN
	export OWSTORE_TRUST=$T/both
	tell init fresh --origin lab
	no 4 'no approver that counts here has signed its promotion' \
		export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ ! -e stick/OWSTORE ]
}

@test "where several origins are trusted and none is named, the store asks which, and is told once" {
	rm store/ORIGIN # as a store of earlier is
	export OWSTORE_TRUST=$T/both
	for verb in 'decide org/model@1 --class internal' 'approve org/model@1 --class internal --key ann --passphrase-fd 0' \
		'promote org/model@1 --to internal --license MIT --reason x --key ann --passphrase-fd 0' \
		'export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0'; do
		# shellcheck disable=SC2086 # words
		no 4 "2 origins are trusted here (lab, partner), and the store does not say whose words count" $verb
		grep -q "owstore init .*store --origin lab" err.txt
	done
	tell show org/model@1
	[ "$status" -eq 0 ]
	tell init store --origin nobody
	[ "$status" -eq 4 ]
	tell init store --origin lab --json
	[ "$status" -eq 0 ]
	jq -e '.origin == "lab"' out.txt
	tell init store --origin lab
	[ "$status" -eq 0 ]
	no 4 'the words of lab count in this store, not those of partner' init store --origin partner
	promoted
	tell init another --origin partner
	[ "$status" -eq 0 ]
	[ "$(cat another/ORIGIN)" = partner ]
	echo 'no id' >another/ORIGIN
	no 7 'does not hold the id of an origin' fact --store another
}
