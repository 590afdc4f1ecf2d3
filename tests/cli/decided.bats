#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# What policy decides moves artifacts and lets them out: promotion by decision, export that decides again, and the
# kernel that keeps an export to the classes it may read.

load lab

setup_file() {
	export T=$BATS_FILE_TMPDIR OWSTORE_KDF=least OWSTORE_CLOCK=2026-11-21T00:00:00Z
	export OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/trust
	mkdir -p "$T/model"
	python3 "$OWSTORE_SOURCE/tools/make-gguf" "$T/model/model.gguf" --size 2 >/dev/null
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" "$T/model/LICENSE"
	found_lab "ann bob" site-b:customer site-c:customer plant:internal world:redistributable
	"$OWSTORE" init "$T/store"
	export OWSTORE_STORE=$T/store
	"$OWSTORE" add "$T/model" --name org/model --version 1
	say fact organisation commercial=true domicile=DE
	say fact site-b kind=company commercial=true purpose=commercial domicile=FR screened=2026-11-01
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$T/store" store
	export OWSTORE_STORE=$PWD/store
	mkdir stick
}

promoted() {
	ok approve org/model@1 --class customer --recipient site-b --key bob
	ok promote org/model@1 --to customer --recipient site-b --key ann
}

@test "attack_G05 nothing moves without an approval, by anybody's, of another class, recipient or form, or one that ended" {
	no() {
		tell promote org/model@1 --to customer --recipient site-b --key ann --passphrase-fd 0 --json
		[ "$status" -eq 6 ]
		jq -e --arg rule "$1" '[.reasons[] | select(.severity == "block") | .rule] == [$rule]' out.txt
		tell ls --class customer --json
		jq -e '.artifacts == []' out.txt
	}
	no X-APPROVAL
	ok approve org/model@1 --class internal --key bob
	no X-APPROVAL
	ok approve org/model@1 --class customer --recipient site-c --key bob
	no X-APPROVAL
	ok approve org/model@1 --class customer --recipient site-b --form hosted --key bob
	no X-APPROVAL
	tell approve org/model@1 --class customer --recipient site-b --key rel --passphrase-fd 0 # who releases
	[ "$status" -eq 4 ]
	no X-APPROVAL
	OWSTORE_CLOCK=2026-11-19T00:00:00Z ok approve org/model@1 --class customer --recipient site-b --until 2026-11-20 --key bob
	no X-EXPIRED
	ok approve org/model@1 --class customer --recipient site-b --key bob
	ok promote org/model@1 --to customer --recipient site-b --dry-run --key ann
	cp -r "$T/model" other # another digest
	echo more >other/extra.txt
	tell add other --name org/model --version 2
	tell promote org/model@2 --to customer --recipient site-b --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q X-APPROVAL err.txt
}

@test "attack_G06 what is approved moves by decision, which is signed and cited" {
	promoted
	grep -q '^Moved org/model@1 from quarantine to customer .* by decision$' out.txt
	tell show org/model@1 --json
	jq -e '.class == "customer" and .license == "Apache-2.0" and ([.history[].kind] | contains(["approval", "decision", "promotion"]))' out.txt
	jq -e '.history[] | select(.kind == "promotion") | .text | contains("basis decision: allow-with-obligations")' out.txt
	tell log
	grep -q 'promote *done .*by decision: allow-with-obligations for class customer to site-b, raw' out.txt
	tell fsck
	[ "$status" -eq 0 ]
	tell show org/model@1
	cp out.txt before.txt
	tell fsck --rebuild
	tell show org/model@1
	cmp out.txt before.txt
}

@test "attack_G05 redistributable asks for two approvers" {
	ok approve org/model@1 --class redistributable --key ann
	tell promote org/model@1 --to redistributable --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q '1 of 2 approvals' err.txt
	ok approve org/model@1 --class redistributable --key bob
	ok promote org/model@1 --to redistributable --key ann
	ok export org/model@1 --to stick --for world --key rel
	ok export org/model@1 --to stick --for site-b --key rel # anyone may be each, if screened
	tell export org/model@1 --to stick --for site-c --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q 'X-SANCTION' err.txt
	ok export org/model@1 --to stick --for plant --key rel # and ourselves, in a narrower class
	tell decide org/model@1 --class internal --form hosted --json
	jq -e '.reasons[] | select(.rule == "X-APPROVAL")' out.txt
	ok approve org/model@1 --class redistributable --withdraw --key bob
	tell export org/model@1 --to stick --for plant --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q X-APPROVAL err.txt
}

@test "two approvals for anyone move it to a narrower class, too; one for a class is for that class" {
	ok approve org/model@1 --class redistributable --key ann
	tell promote org/model@1 --to internal --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	ok approve org/model@1 --class redistributable --key bob
	ok promote org/model@1 --to internal --key ann
	ok promote org/model@1 --to customer --recipient site-b --key ann
	ok approve org/model@1 --class redistributable --withdraw --key bob
	ok approve org/model@1 --class customer --recipient site-b --key bob
	tell decide org/model@1 --class internal --json
	jq -e '.reasons[] | select(.rule == "X-APPROVAL")' out.txt
}

@test "a refusal shows what is missing and the commands that supply it" {
	tell promote org/model@1 --to customer --recipient site-c --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q '^  owstore approve org/model@1 --class customer --recipient site-c --form raw --key NAME$' out.txt
	grep -q '^  owstore fact site-c screened=DATE --key NAME$' out.txt
	tell promote org/model@1 --to customer --recipient site-c --key ann --passphrase-fd 0 --json
	jq -e '.error.exit == 6 and .verdict == "block" and (.next | length) >= 2' out.txt
	tell promote org/model@1 --to customer --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
	tell promote org/model@1 --to customer --license MIT --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
}

# Each command that a refusal printed, with the words in capitals filled in, is one that its verb takes.
runs_each() {
	local line words
	jq -r '.next[]' out.txt >next.txt
	[ -s next.txt ]
	while read -r line; do
		words=${line#owstore }
		words=$(sed -e 's/ --key NAME$//; s/ FILE\>/ LICENSE/; s/ DATE\>/ 2026-11-01/; s/=DATE\>/=2026-11-01/' \
			-e 's/ --license ID\>/ --license MIT/; s/=NUMBER\>/=7/g; s/=CC\>/=DE/; s/=BOOL\>/=false/' \
			-e 's/=WORD\>/=research/; s/ BRANCH\>/ MIT/; s/ LATER\>/ MIT/; s/ FOLDER\>/ lone/; s/ PARENT\>/ p\/q/' <<<"$words")
		eval "set -- $words"
		tell "$@" --dry-run
		[ "$status" -eq 0 ] || { echo "$line gave $status" >&2; cat err.txt >&2; return 1; }
	done <next.txt
}

@test "every command that a refusal prints is one that its verb takes" {
	mkdir lone many texts child base
	cp "$T/model/LICENSE" .
	echo weights >lone/model.bin
	for part in 1 2; do echo "weights $part" >"many/model-$part.safetensors"; done
	cp -r many texts/
	echo 'what nobody has seen before' >texts/LICENSE
	printf -- '---\nlicense: cc-by-nc-4.0\nbase_model: org/base\n---\n' >child/README.md
	cp "$T/model/model.gguf" child/
	tell add lone --name org/lone --version 1
	for part in 1 2; do echo "base weights $part" >"base/model-$part.safetensors"; done
	tell add many --name org/many --version 1
	tell add base --name org/base --version 1
	ok promote org/base@1 --to research --license MIT --reason base --key ann
	tell add texts --name org/texts --version 1
	tell add child --name org/child --version 1
	for ref in lone many texts child; do
		for to in '--class customer --recipient site-c' '--class redistributable' '--class internal' '--class research'; do
			# shellcheck disable=SC2086 # options
			tell decide "org/$ref" $to --json
			runs_each
			case $ref in # what has no text is concluded without one, by its role, in the artifact that it is of
			lone) grep -qx 'owstore interpret org/lone --component model.bin --license ID --key NAME' next.txt ;;
			many) grep -qx 'owstore interpret org/many --component weights --license ID --key NAME' next.txt ;;
			texts) grep -qx 'owstore interpret org/texts --text FILE --license ID --key NAME' next.txt ;;
			child) grep -qx 'owstore interpret org/base@1 --license ID --key NAME' next.txt ;;
			esac
		done
	done
	ok interpret org/many --component weights --license MIT --key ann
	tell decide org/many --class research --json
	jq -e '[.reasons[] | select(.rule == "X-NOTEXT")] == []' out.txt
}

@test "a refused promotion points to the commands that it printed" {
	tell promote org/model@1 --to customer --recipient site-c --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q 'next:.*commands that are printed' err.txt
	grep -q 'owstore help promote' err.txt && false
	true
}

@test "a slip in a recipient's name is asked about, not signed" {
	tell approve org/model@1 --class customer --recipient site-bb --key bob --passphrase-fd 0
	[ "$status" -eq 2 ]
	grep -q 'nothing is known of site-bb; is site-b meant?' err.txt
	grep -q 'owstore fact site-bb kind=company' err.txt
	tell decide org/model@1 --class customer --recipient site-bb
	grep -q 'no fact is on record about site-bb; is site-b meant?' err.txt
	ok approve org/model@1 --class customer --recipient elsewhere --key bob # near to none
	ok fact site-bb kind=company --key bob
	grep -q 'site-bb was not known so far; is site-b meant?' err.txt
	ok approve org/model@1 --class customer --recipient site-bb --key bob
	ok approve org/model@1 --class customer --recipient site-c --key bob # a destination
}

@test "a decision about an artifact names it, one about a case the case" {
	tell decide org/model@1 --class internal --json
	jq -e '.artifact.name == "org/model" and .artifact.version == "1" and (.artifact.id | startswith("sha256:"))
		and (has("scenario") | not)' out.txt
	tell promote org/model@1 --to customer --recipient site-c --key ann --passphrase-fd 0 --json
	jq -e '.artifact.name == "org/model" and (has("scenario") | not)' out.txt
}

@test "a screening of tomorrow is no screening, and whoever records it is told" {
	ok fact site-c kind=company commercial=true screened=2099-01-01 --key ann
	grep -q '2099-01-01 is in the future: until then site-c counts as never screened' err.txt
	tell decide org/model@1 --class customer --recipient site-c --json
	jq -e '.reasons[] | select(.rule == "X-SANCTION") | .severity == "block"
		and .text == "the date of the screening of site-c has not come"' out.txt
	ok fact site-c screened=2026-11-21 --key ann
	grep -q 'in the future' err.txt && false
	tell decide org/model@1 --class customer --recipient site-c --json
	jq -e '[.reasons[] | select(.rule == "X-SANCTION")] == []' out.txt
}

@test "what is in quarantine is decided and promoted before it leaves" {
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q 'owstore decide org/model@1 --class customer --recipient site-b' err.txt
	grep -q 'owstore promote org/model@1 --to customer --recipient site-b --key NAME' err.txt
	tell export org/model@1 --to stick --for plant --key rel --passphrase-fd 0
	grep -q 'owstore decide org/model@1 --class internal, then' err.txt
}

@test "export decides again: a screening that grew old, a fact that changed, an approval taken back" {
	promoted
	ok export org/model@1 --to stick --for site-b --key rel
	tell export org/model@1 --to stick --for site-c --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	ok fact site-b screened=2020-01-01 --key ann
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q 'X-SANCTION' err.txt
	grep -q 'nothing was written' err.txt
	grep -q 'owstore decide org/model@1 --class customer --recipient site-b' err.txt
	ok fact site-b screened=2026-11-01 --key ann
	ok export org/model@1 --to stick --for site-b --key rel
	ok approve org/model@1 --class customer --recipient site-b --withdraw --key bob
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q 'X-APPROVAL' err.txt
	tell export org/model@1 --to stick --for plant --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	ok approve org/model@1 --class internal --key bob
	ok export org/model@1 --to stick --for plant --key rel
	[ "$(ls stick/OWSTORE | wc -l)" -eq 3 ]
}

@test "an approval that is older than its licences want is said again before anything leaves" {
	promoted
	ok approve org/model@1 --class internal --key bob
	ok fact policy screening_max_age_days=4000 --key ann
	export OWSTORE_CLOCK=2027-11-20T00:00:00Z # on the last day
	ok export org/model@1 --to stick --for site-b --key rel
	OWSTORE_CLOCK=2027-11-01T00:00:00Z tell review --due 30 --json
	jq -e '.due[] | select(.what == "licence") | .due == "2027-11-21T00:00:00Z"' out.txt
	export OWSTORE_CLOCK=2027-11-22T00:00:00Z
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q 'X-EXPIRED .*the licences were to be looked at again by 2027-11-21' err.txt
	tell decide org/model@1 --class internal --json # within the grace
	[ "$status" -eq 0 ]
	jq -e '[.reasons[] | select(.rule == "X-EXPIRED") | .severity] == ["warn"]' out.txt
	OWSTORE_CLOCK=2027-12-24T00:00:00Z tell decide org/model@1 --class internal --json
	[ "$status" -eq 6 ]
	jq -e '[.reasons[] | select(.rule == "X-EXPIRED") | .severity] == ["block"]' out.txt
	ok fact policy review_grace_days=400 --key ann
	OWSTORE_CLOCK=2027-12-24T00:00:00Z tell decide org/model@1 --class internal
	[ "$status" -eq 0 ]
	ok approve org/model@1 --class customer --recipient site-b --key ann
	ok export org/model@1 --to stick --for site-b --key rel
	tell review --json
	jq -e '[.due[] | select(.what == "licence")] == []' out.txt
}

@test "attack_G07 an operator's word goes no further than the licence that was named" {
	cp -r "$T/model" other
	echo 'what nobody has seen before' >other/LICENSE
	tell add other --name org/other --version 1
	tell promote org/other@1 --to customer --license CC-BY-NC-4.0 --reason 'so they say' --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q "by an operator's word customer, but CC-BY-NC-4.0 allows no more than research: .*commercial" err.txt
	ok promote org/other@1 --to customer --license LicenseRef-lfm-open-1.0 --reason 'so they say' --key ann
	ok fact organisation revenue_usd_per_year=40000000 --key bob
	tell export org/other@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q "customer, but LicenseRef-lfm-open-1.0 allows no more than research" err.txt
	[ ! -e stick/OWSTORE ]
	for bad in 'not a licence !!' 'MIT OR' 'Apache-2.0 AND (MIT'; do
		tell promote org/model@1 --to customer --license "$bad" --reason 'read the text' --key ann --passphrase-fd 0
		[ "$status" -eq 2 ]
		grep -q 'cannot be read' err.txt
	done
	ok promote org/model@1 --to customer --license Apache-2.0 --reason 'read the text' --key ann
	ok export org/model@1 --to stick --for site-b --key rel
	grep -q "promoted by an operator's word: X-APPROVAL" err.txt
}

@test "attack_G07 an operator's word makes no known text another and takes no terms of a base away" {
	mkdir child
	cp -r "$T/model" base
	for folder in base child; do cp "$T/model/model.gguf" "$folder/"; done
	echo nc >>base/model.gguf
	echo 'what nobody has seen before' | tee base/LICENSE >child/LICENSE
	printf -- '---\nbase_model: org/base\n---\n' >child/README.md
	tell add base --name org/base --version 1
	tell add child --name org/child --version 1
	no() { # REF LICENCE WHY
		tell promote "$1" --to customer --license "$2" --reason mine --key ann --passphrase-fd 0
		[ "$status" -eq 6 ]
		grep -q "$3" err.txt
	}
	no org/model@1 MIT 'the word is MIT, but LICENSE is the text of Apache-2.0, which is not in it'
	for word in 'Apache-2.0 OR MIT' '(Apache-2.0 AND BSD-3-Clause) OR MIT' 'Apache-2.0 WITH LLVM-exception'; do
		no org/model@1 "$word" "the word is $word, but LICENSE is the text of Apache-2.0, which is not in it"
	done
	ok promote org/model@1 --to customer --license 'Apache-2.0 AND (MIT OR BSD-3-Clause)' --reason mine --key ann --dry-run
	no org/child@1 MIT 'MIT allows no more than research: lineage-incomplete: org/base'
	ok promote org/base@1 --to research --license CC-BY-NC-4.0 --reason mine --key ann
	ok interpret org/base@1 --text LICENSE --license CC-BY-NC-4.0 --key ann
	no org/child@1 MIT 'MIT allows no more than research: .*commercial'
	ok promote org/child@1 --to research --license MIT --reason mine --key ann
}

@test "attack_G07 an operator's word lifts nothing that the licence says of known facts about the recipient" {
	cp -r "$T/model" other
	echo 'what nobody has seen before' >other/LICENSE
	tell add other --name org/other --version 1
	ok fact organisation domicile=US --key ann
	ok promote org/other@1 --to customer --license LicenseRef-hunyuan-community-2024 --reason 'so they say' --key ann
	tell export org/other@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q "an operator's word, which does not lift X-TERR at .*: site-b: domicile FR" err.txt
	grep -q 'nothing was written' err.txt
	[ ! -e stick/OWSTORE ]
	ok fact site-b domicile=US --key ann
	tell export org/other@1 --to stick --for site-b --key rel --passphrase-fd 0 # as far as its notices
	grep -q "promoted by an operator's word: X-PASSTHRU" err.txt
}

@test "attack_G05 redistributable takes two approvers, whatever one of them says" {
	no() {
		tell promote org/model@1 --to redistributable --license Apache-2.0 --reason mine --key ann --passphrase-fd 0
		[ "$status" -eq 6 ]
		grep -q "$1 of 2 approvals for class redistributable" err.txt
	}
	no 0
	ok approve org/model@1 --class redistributable --key ann
	no 1
	ok approve org/model@1 --class redistributable --key bob
	ok promote org/model@1 --to redistributable --license Apache-2.0 --reason mine --key ann
	ok approve org/model@1 --class redistributable --withdraw --key bob
	tell export org/model@1 --to stick --for world --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q '1 of 2 approvals for class redistributable' err.txt
	[ ! -e stick/OWSTORE ]
}

@test "an operator's word that a signed conclusion gainsays is refused with both, and counts no longer when one is signed later" {
	ok interpret org/model@1 --text LICENSE --license CC-BY-NC-4.0 --key bob
	tell promote org/model@1 --to customer --license Apache-2.0 --reason mine --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q 'the word is Apache-2.0, but bob concluded CC-BY-NC-4.0 for all of the artifact, which is not in it' err.txt
	ok promote org/model@1 --to research --license 'Apache-2.0 AND CC-BY-NC-4.0' --reason mine --key ann --dry-run
	ok interpret org/model@1 --text LICENSE --license 'MIT OR Apache-2.0' --key bob
	tell promote org/model@1 --to customer --license 'Apache-2.0 OR GPL-3.0-only' --reason mine --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	ok promote org/model@1 --to customer --license Apache-2.0 --reason mine --key ann
	ok export org/model@1 --to stick --for site-b --key rel
	ok interpret org/model@1 --text LICENSE --license CC-BY-NC-4.0 --key bob
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q 'which no longer counts: the word is Apache-2.0, but bob concluded CC-BY-NC-4.0' err.txt
}

@test "attack_G10 the site's policy may refuse an operator's word, and approvers alone say so" {
	ok fact policy promotion_by_word=refuse --key bob
	tell promote org/model@1 --to customer --license Apache-2.0 --reason 'read the text' --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q "refuses promotions by an operator's word" err.txt
	promoted
}

@test "an operator's word of earlier ends with the site's refusal; then a decision lets it out" {
	ok promote org/model@1 --to customer --license Apache-2.0 --reason 'read the text' --key ann
	ok export org/model@1 --to stick --for site-b --key rel
	ok fact policy promotion_by_word=refuse --key bob
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q "which no longer counts: the site's policy refuses promotions by an operator's word" err.txt
	grep -q X-APPROVAL err.txt
	ok approve org/model@1 --class customer --recipient site-b --key bob
	ok export org/model@1 --to stick --for site-b --key rel
	tell fact policy promotion_by_word=refuse --until 2999-01-31 --key bob --passphrase-fd 0
	[ "$status" -eq 2 ]
	ok approve org/model@1 --class customer --recipient site-b --withdraw --key bob
	ok fact policy promotion_by_word=allow --until 2026-11-30 --key bob
	ok export org/model@1 --to stick --for site-b --key rel
	OWSTORE_CLOCK=2026-12-24T00:00:00Z tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
}

@test "a permission that has ended allows no more when its signer left, either" {
	ok fact policy promotion_by_word=allow --until 2026-11-30 --key bob
	ok promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann --dry-run
	without_bob
	OWSTORE_CLOCK=2026-12-24T00:00:00Z tell promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q "refuses promotions by an operator's word" err.txt
}

@test "a withdrawal or a refusal whose signature is damaged gives nothing back" {
	promoted
	ok approve org/model@1 --class customer --recipient site-b --withdraw --key bob --json
	id=$(jq -r '.statements[0].record' out.txt | sed 's/sha256://')
	sig=$(ls store/zones/customer/records/*/"$id".S01)
	chmod u+w "$sig"
	sed -i '2s/.\{20\}/AAAAAAAAAAAAAAAAAAAA/' "$sig"
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q X-APPROVAL err.txt
	rm -f "$sig"
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	OWSTORE_CLOCK=2026-11-21T00:00:09Z ok approve org/model@1 --class customer --recipient site-b --key bob # said again
	OWSTORE_CLOCK=2026-11-21T00:00:09Z ok export org/model@1 --to stick --for site-b --key rel
	OWSTORE_CLOCK=2026-11-21T00:00:09Z ok fact policy promotion_by_word=refuse --key bob --json
	rm -f store/governance/"$(jq -r '.statements[0].record' out.txt | sed 's/sha256://')".S01
	cp -r "$T/model" other
	echo more >other/extra.txt
	tell add other --name org/model --version 2
	tell promote org/model@2 --to customer --license Apache-2.0 --reason read --key ann --passphrase-fd 0
	[ "$status" -eq 4 ]
	grep -q 'fact "promotion_by_word of policy is refuse", is in doubt: nobody has signed it' err.txt
}

# Bob leaves the root.
without_bob() {
	cp -r "$T/trust" trust
	export OWSTORE_TRUST=$PWD/trust
	"$OWSTORE" root propose --origin lab --remove-key bob
	ok root sign --origin lab --key root
	"$OWSTORE" root seal --origin lab
}

@test "what an approver who left refused stays refused until another says it again" {
	ok fact policy promotion_by_word=refuse --key bob
	without_bob
	tell promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann --passphrase-fd 0
	[ "$status" -eq 4 ]
	grep -q 'fact "promotion_by_word of policy is refuse", is in doubt' err.txt
	ok fact policy promotion_by_word=allow --key ann
	ok promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann
}

# Nothing is decided of org/model@1, and review tells how it is settled: that command, which is put into `next`.
in_doubt() { # STATEMENT COMMAND
	for verb in 'decide org/model@1 --class internal' 'export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0'; do
		# shellcheck disable=SC2086 # words
		tell $verb
		[ "$status" -eq 4 ]
		grep -qF "$1" err.txt && grep -q 'owstore review tells the commands' err.txt || { cat err.txt >&2; return 1; }
	done
	tell review --json
	next=$(jq -er '[.due[] | select(.text | contains("nobody vouches for")) | .next] | join("\n")' out.txt)
	grep -qx "$2" <<<"$next"
}

@test "the later word of an approver who left neither permits nor takes away what restricted" {
	promoted
	ok interpret org/model@1 --license CC-BY-NC-4.0 --text LICENSE --key ann
	tell decide org/model@1 --class internal --json
	[ "$status" -eq 6 ]
	cp -r store before
	OWSTORE_CLOCK=2026-11-21T00:00:01Z ok interpret org/model@1 --license Apache-2.0 --text LICENSE --key bob
	without_bob
	export OWSTORE_CLOCK=2026-11-21T00:00:02Z
	in_doubt 'conclusion "Apache-2.0 for all components, text' 'owstore interpret org/model@1 --text sha256:[0-9a-f]* --license Apache-2.0'
	tell add "$T/model" --name org/other --version 1 # of which nothing is in doubt
	tell ls --can commercial --json
	[ "$status" -eq 0 ]
	jq -e '[.artifacts[].name] == ["org/other"]' out.txt
	grep -q 'is not decided: .* is in doubt' err.txt
	ok interpret org/model@1 --license CC-BY-NC-4.0 --text LICENSE --key ann
	tell decide org/model@1 --class internal --json
	jq -e '.reasons[] | select(.rule == "X-NC" and .severity == "block")' out.txt
	rm -r store && mv before store # his taking back gives nothing back either
	OWSTORE_TRUST=$T/trust ok interpret org/model@1 --license CC-BY-NC-4.0 --text LICENSE --withdraw --key bob
	in_doubt 'conclusion "CC-BY-NC-4.0 for all components, text' 'owstore interpret org/model@1 --text sha256:[0-9a-f]* --license CC-BY-NC-4.0'
	eval "ok ${next#owstore } --withdraw --key ann"
	tell decide org/model@1 --class customer --recipient site-b --json
	jq -e '[.reasons[].rule] | index("X-NC") == null' out.txt
}

@test "the commands that review tells settle each doubt, of a component, a text and a licence, too" {
	about=(org/model@1 --component)
	ok interpret "${about[@]}" model.gguf --text LICENSE --license 'MIT OR Apache-2.0' --key bob
	ok interpret "${about[@]}" weights --license Apache-2.0 --key bob
	ok interpret "${about[@]}" weights --license Apache-2.0 --question research-use --answer accept --key bob
	ok elect "${about[@]}" LICENSE --expression 'MIT OR Apache-2.0' --choose MIT --key bob
	ok fact --artifact "${about[@]}" weights source_available=true --key bob
	without_bob
	"$OWSTORE" review --json | jq -r '.due[] | select(.text | contains("nobody vouches for")) | .next' >next.txt
	[ "$(wc -l <next.txt)" -eq 5 ]
	while read -r next; do eval "ok ${next#owstore } --key ann"; done < <(sed 's/=VALUE$/=true/' next.txt)
	tell decide org/model@1 --class internal
	[ "$status" -eq 6 ]
}

@test "what an approver who left restricted is in doubt, what he let through no longer counts" {
	promoted
	ok fact site-b screened=2026-11-20 --key bob
	ok fact plant kind=company --until 2026-11-30 --key bob
	without_bob
	tell decide org/model@1 --class internal
	[ "$status" -eq 4 ]
	grep -q 'is in doubt (and 1 more): ' err.txt
	tell review --json
	jq -e '[.due[] | select(.text | contains("nobody vouches for")) | .next] | sort
		== ["owstore fact plant kind=VALUE", "owstore fact site-b screened=VALUE"]' out.txt
	ok fact site-b screened=2026-11-20 --key ann
	ok fact plant kind --withdraw --key ann
	tell decide org/model@1 --class customer --recipient site-b --json
	[ "$status" -eq 6 ]
	jq -e '[.reasons[] | select(.severity == "block") | .rule] == ["X-APPROVAL"]' out.txt
}

@test "a statement that was never put on record takes nothing away, whoever wrote it there" {
	ok fact policy promotion_by_word=refuse --key bob
	cp -r store other
	OWSTORE_CLOCK=2026-11-22T00:00:00Z OWSTORE_STORE=$PWD/other ok fact policy promotion_by_word --withdraw --key ann --json
	id=$(jq -r '.statements[0].record' out.txt | sed 's/sha256://')
	cp other/governance/"$id".cbr store/governance/ # without its signature
	tell promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q "statement ${id:0:12} counts for nothing: nobody has signed it" err.txt
	grep -q "refuses promotions by an operator's word" err.txt
	ok fact policy promotion_by_word=allow --key bob # it is not in the way of a word of today
	ok promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann
}

@test "where no root of the origin whose words count is trusted, nothing is decided that they may forbid" {
	export OWSTORE_TRUST=$PWD/nobody
	tell decide org/model@1 --class internal
	[ "$status" -eq 4 ]
	grep -q 'is in doubt.*: no root of lab is trusted here' err.txt
	tell show org/model@1
	[ "$status" -eq 0 ]
}

@test "a promotion that nobody vouches for lets nothing out" {
	promoted
	id=$("$OWSTORE" show org/model@1 --json | jq -r '.history[] | select(.kind == "promotion") | .record // .id' | sed 's/sha256://')
	sig=$(ls store/zones/customer/records/*/"$id".S01)
	chmod u+w "$sig"
	sed -i '2s/.\{20\}/AAAAAAAAAAAAAAAAAAAA/' "$sig"
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 4 ]
	grep -q 'no approver that counts here has signed its promotion' err.txt
	rm -f "$sig"
	tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 4 ]
	[ ! -e stick/OWSTORE ]
	tell fsck --json
	[ "$status" -eq 3 ]
	jq -e '.problems[] | select(.kind == "unsigned-record")' out.txt
}

@test "an export cannot reach a class that its destination may not receive" {
	[ -n "$OWSTORE_FAULTS" ] || skip "needs a build with faults"
	promoted
	"$OWSTORE" add "$T/model" --name org/secret --version 1 >/dev/null
	secret=$(cd store && ls zones/quarantine/records/*/*.cbr | head -n 1)
	allowed=$(cd store && ls zones/customer/blobs/Apache-2.0/*/* | head -n 1)
	bytes=$(cd store && ls zones/quarantine/blobs/unsorted/*/* | head -n 1)
	OWSTORE_FAULT_OPEN=$allowed ok export org/model@1 --to stick --for site-b --key rel
	for path in "$secret" "$bytes" zones/quarantine zones/internal/records zones/research/blobs; do
		OWSTORE_FAULT_OPEN=$path tell export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
		[ "$status" -eq 9 ]
		grep -q 'confined to class customer and wider: .*Permission denied' err.txt
		grep -q 'nothing was written' err.txt
	done
	[ "$(ls stick/OWSTORE | wc -l)" -eq 1 ]
	tell fsck
	[ "$status" -eq 0 ]
	ok export org/model@1 --to stick --for site-b --key rel
	grep -c 'did not finish' err.txt && false
	[ "$(ls stick/OWSTORE | wc -l)" -eq 2 ]
}
