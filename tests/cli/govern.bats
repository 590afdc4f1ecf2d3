#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# What approvers put on record: said, listed, replaced, taken back, checked and told to be due.

load lab

setup_file() {
	export T=$BATS_FILE_TMPDIR OWSTORE_KDF=least
	export OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/trust
	mkdir -p "$T/model"
	echo weights >"$T/model/model.bin"
	echo 'the text of a licence' >"$T/model/LICENSE"
	found_lab "ann bob" site-b:customer
	new_key eve approver
	"$OWSTORE" init "$T/store"
	"$OWSTORE" add "$T/model" --store "$T/store" --name org/model --version 1
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$T/store" store
	export OWSTORE_STORE=$PWD/store
}

@test "facts are signed, listed, replaced by later ones, and have the keys of scenario files" {
	ok fact organisation domicile=DE commercial=true 'mau={2024-07-23: 900, default: 10}' --key ann --reason 'annual report'
	grep -q '^On record: fact, domicile of organisation is DE$' out.txt
	[ "$(ls store/governance/*.cbr | wc -l)" -eq 3 ]
	[ "$(ls store/governance/*.S01 | wc -l)" -eq 3 ]
	tell fact --json
	jq -e '.schema == "owstore.fact/1" and (.facts | length) == 3 and (.facts[] | select(.key == "mau")
		| .value == "{2024-07-23: 900, default: 10}" and .signers == "ann" and .holds and .reason == "annual report")' out.txt
	OWSTORE_CLOCK=2026-11-21T00:00:00Z ok fact site-b mau=5 --key ann
	OWSTORE_CLOCK=2026-11-21T00:00:00Z ok fact site-b mau=6 --key bob # in the same second
	OWSTORE_CLOCK=2026-11-21T00:00:00Z ok fact site-b mau=7 --key ann
	tell fact site-b --json
	jq -e '[.facts[] | .value] == ["7"]' out.txt
	tell fact
	grep -q '^organisation *domicile *DE *ann ' out.txt
}

@test "adding an artifact believes the trust folder that is named, and says in one line what does not count" {
	ok fact organisation domicile=DE commercial=true --key ann
	ok fact site-b mau=5 --key bob
	mkdir more
	echo 'more weights' >more/model.bin
	tell add more --name org/more --version 1
	[ "$status" -eq 0 ]
	run grep 'counts for nothing' err.txt
	[ "$status" -eq 1 ]
	echo 'other weights' >more/model.bin
	mkdir empty
	OWSTORE_TRUST=$PWD/empty tell add more --name org/more --version 2
	[ "$status" -eq 0 ]
	[ "$(grep -c 'counts for nothing' err.txt)" -eq 1 ]
	grep -q 'no root of lab is trusted here; and 2 more, see owstore show$' err.txt
}

@test "a fact that the readers of scenario files would not take is not signed" {
	for bad in domicile=Germany 'domicile=de' commercial=perhaps mau=-1 mau=many colour=red screened=2026-11-01 'domicile=DE
commercial: false' id=-x; do
		tell fact organisation "$bad" --key ann --passphrase-fd 0
		[ "$status" -eq 2 ]
	done
	for bad in screened=yesterday kind=shop purpose=fun id=other; do
		tell fact site-b "$bad" --key ann --passphrase-fd 0
		[ "$status" -eq 2 ]
	done
	tell fact policy provenance_risk=high --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
	grep -q 'off, advise, require-approval or block' err.txt || grep -q 'require-approval' err.txt
	tell fact policy promotion_by_word=maybe --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
	tell fact PUB domicile=US --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
	tell fact --artifact org/model@1 modality=smell --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
	tell fact organisation domicile=DE domicile=FR --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
	[ -z "$(ls store/governance)" ]
	grep -q 'nothing was put on record' err.txt
}

@test "attack_A27 only an approver of a trusted root puts something on record, never a release key" {
	for key in eve rel; do
		tell fact organisation domicile=DE --key "$key" --passphrase-fd 0
		[ "$status" -eq 4 ]
	done
	[ -z "$(ls store/governance)" ]
	tell fact organisation domicile=DE
	[ "$status" -eq 2 ]
	grep -q 'owstore fact' err.txt
}

@test "what is not signed by a trusted approver, or altered, counts for nothing and is told" {
	ok fact organisation domicile=DE --key ann
	file=$(ls store/governance/*.cbr)
	OWSTORE_TRUST=$PWD/nobody tell fact --json
	jq -e '.facts == []' out.txt
	grep -q 'counts for nothing: no root of lab is trusted here' err.txt
	chmod u+w "${file%.cbr}.S01"
	sed -i '2s/.\{20\}/AAAAAAAAAAAAAAAAAAAA/' "${file%.cbr}.S01"
	tell fact --json
	jq -e '.facts == []' out.txt
	grep -q 'counts for nothing' err.txt
	rm "${file%.cbr}.S01"
	tell fact --json
	jq -e '.facts == []' out.txt
	grep -q 'nobody has signed it' err.txt
	chmod u+w "$file"
	printf x >>"$file"
	tell fsck --json
	[ "$status" -eq 3 ]
	jq -e '.problems[] | select(.kind == "damaged-statement")' out.txt
	touch store/governance/readme
	tell fsck --json
	jq -e '.problems[] | select(.kind == "stray-file")' out.txt
}

@test "attack_G05 redistributable takes two approvers of their own, by the artifact's digest" {
	ok approve org/model@1 --class redistributable --key ann --json
	jq -e '.statements[0] | .approvals == 1 and .needed == 2' out.txt
	ok approve org/model@1 --class redistributable --key ann --reason again --json # the same person again
	jq -e '.statements[0].approvals == 1' out.txt
	ok approve org/model@1 --class redistributable --key bob --json
	jq -e '.statements[0].approvals == 2' out.txt
	ok approve org/model@1 --class redistributable --key bob --withdraw --json
	jq -e '.statements[0].approvals == 1' out.txt
	ok approve org/model@1 --class customer --recipient site-b --key ann --until 2999-01-31
	grep -q '^On record: approval, customer for site-b, raw$' out.txt
	tell approve org/model@1 --class customer --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
	for class in research internal customer; do # one approver never speaks for everybody
		tell approve org/model@1 --class $class --recipient PUB --key ann --passphrase-fd 0
		[ "$status" -eq 2 ]
		grep -q "PUB stands for anyone, for whom class $class is never approved" err.txt
	done
	tell approve org/model@1 --class customer --recipient site-b --key ann --until 2020-01-31 --passphrase-fd 0
	[ "$status" -eq 2 ]
	tell approve org/model@1 --class internal --withdraw --key ann --passphrase-fd 0
	[ "$status" -eq 2 ]
	grep -q 'nothing about this is on record' err.txt
	tell show org/model@1
	grep -q 'customer for site-b, raw, until 2999-01-31' out.txt
	grep -q 'taken back: redistributable for PUB, raw' out.txt
}

@test "two approvers may sign one approval" {
	"$OWSTORE" approve org/model@1 --class redistributable --key ann --key bob --passphrase-fd 0 --json \
		>out.txt 2>err.txt < <(printf 'secret\nsecret\n') || { cat err.txt; false; }
	jq -e '.statements[0] | .approvals == 2 and .needed == 2' out.txt
	tell approve org/model@1 --class redistributable --key ann --key rel --passphrase-fd 0
	[ "$status" -ne 0 ]
}

@test "elections, interpretations, waivers, agreements, acceptances and evidence" {
	ok elect org/model@1 --expression 'Apache-2.0 OR GPL-3.0-only' --choose Apache-2.0 --component weights --key ann
	ok elect --expression 'MIT OR Apache-2.0' --choose MIT --key ann
	ok elect --expression 'MIT OR Unheard-1.0' --choose MIT --key ann
	ok elect --expression 'MIT OR Unheard-1.0' --choose MIT --withdraw --key ann
	ok interpret org/model@1 --question provenance-risk --answer accept --key ann --until 2999-01-31
	ok interpret org/model@1 --license MIT --text sha256:$(printf %064d 7) --key ann
	ok interpret org/model@1 --license MIT --component model.bin --key ann
	ok waive org/model@1 --license LicenseRef-llama-3.2 --contract M-17 --lifts X-TERR --lifts O-DISPLAY --key ann
	ok waive --license LicenseRef-llama-3.1 --agreement MSA-9 --until 2999-01-31 --key ann
	echo picture >page.png
	ok accept org/model@1 --date 2026-10-02 --how click --shown page.png --key ann
	ok accept org/model@1 --obligation O-DISPLAY --text 'Built with Llama' --license LicenseRef-llama-3.1 --key ann
	ok fact --artifact org/model@1 gated=true --component weights --key ann
	[ "$(ls store/governance/*.cbr | wc -l)" -eq 4 ]
	tell show org/model@1 --json
	jq -e '[.history[].kind] - ["finding"] | sort == ["acceptance", "conclusion", "conclusion", "election", "evidence",
		"fact", "intake", "interpretation", "waiver"]' out.txt
	cp out.txt before.txt
	tell fsck --rebuild
	[ "$status" -eq 0 ]
	tell show org/model@1 --json
	cmp out.txt before.txt
	tell gc
	[ "$status" -eq 0 ]
	tell log
	grep -q 'waiver' out.txt
}

@test "what could never count is refused before it is signed" {
	refused() {
		tell "$@" --key ann --passphrase-fd 0
		[ "$status" -eq 2 ] || { echo "$* gave $status" >&2; return 1; }
	}
	refused elect org/model@1 --expression 'MIT OR Apache-2.0' --choose GPL-3.0-only
	refused elect org/model@1 --expression 'MIT OR' --choose MIT
	refused elect --expression 'MIT OR Apache-2.0' --choose MIT --component weights
	refused elect --expression 'Foo-1 OR Bar-2' --choose Foo-1
	grep -q 'no licence has the id "Foo-1"' err.txt
	refused elect --expression 'MIT OR Apache-2.0' --choose 'MIT AND Foo-1'
	refused interpret org/model@1 --license Nonsense-1.0
	grep -q 'no licence has the id "Nonsense-1.0"' err.txt
	refused interpret org/model@1 --license 'MIT AND Nonsense-1.0'
	refused interpret --license MIT
	refused interpret org/model@1 --license MIT --text nothing-there
	refused interpret --question provenance-risk --answer accept
	refused interpret org/model@1 --question provenance-risk
	refused interpret org/model@1 --license MIT --component nothing-there
	refused waive --license MIT --contract C --lifts X-APPROVAL
	refused waive --license MIT --contract C --lifts X-NONE
	refused waive --license Mistake-1.0 --contract C --lifts X-NC
	refused waive --license MIT --agreement A --lifts X-NC
	refused waive org/model@1 --license MIT --agreement A
	refused accept org/model@1 --obligation O-NONE --text x
	refused accept org/model@1 --obligation O-DISPLAY
	refused accept org/model@1 --obligation O-PASSTHRU --text contract
	refused accept org/model@1 --date 2999-01-01
	refused accept org/model@1 --license MIT
	refused approve org/none@1 --class internal
	[ -z "$(ls store/governance)" ]
	tell show org/model@1 --json
	jq -e '[.history[].kind] - ["finding"] == ["intake"]' out.txt
}

@test "a dry run needs no key and changes nothing" {
	tell approve org/model@1 --class internal --dry-run
	[ "$status" -eq 0 ]
	grep -q '^Would be on record: approval, internal for organisation, raw$' out.txt
	tell fact organisation domicile=XX1 --dry-run
	[ "$status" -eq 2 ]
	tell show org/model@1 --json
	jq -e '[.history[].kind] - ["finding"] == ["intake"]' out.txt
}

@test "a dry run asks whether the key would be taken, without its passphrase" {
	for key in rel eve; do
		tell approve org/model@1 --class internal --key $key --dry-run </dev/null
		[ "$status" -eq 4 ]
		grep -q "key $key has not the role approver" err.txt
		tell promote org/model@1 --to internal --license MIT --reason read --key $key --dry-run </dev/null
		[ "$status" -eq 4 ]
	done
	tell approve org/model@1 --class internal --key nobody --dry-run </dev/null
	[ "$status" -eq 2 ]
	tell fact organisation domicile=DE --key ann --dry-run </dev/null
	[ "$status" -eq 0 ]
	tell promote org/model@1 --to internal --license MIT --reason read --key ann --dry-run </dev/null
	[ "$status" -eq 0 ]
	[ -z "$(ls store/governance)" ]
}

@test "what is taken back is said to be, in words and for programs" {
	ok approve org/model@1 --class redistributable --key ann
	grep -q '^On record: approval, ' out.txt
	tell approve org/model@1 --class redistributable --withdraw --dry-run
	grep -q '^Would be taken back: approval, redistributable for PUB, raw$' out.txt
	ok approve org/model@1 --class redistributable --withdraw --key ann
	grep -q '^Taken back: approval, redistributable for PUB, raw$' out.txt
	grep -q 'approvals' out.txt && false
	ok approve org/model@1 --class redistributable --key bob --json
	jq -e '.statements[0].withdrawn == false' out.txt
	ok approve org/model@1 --class redistributable --withdraw --key bob --json
	jq -e '.statements[0].withdrawn' out.txt
}

@test "a fact of any key is taken back by its key alone, and a list takes no options of saying" {
	for fact in site-b.screened=2026-11-01 site-b.kind=company site-b.mau=7 site-b.domicile=FR policy.promotion_by_word=refuse \
		policy.provenance_risk=block policy.screening_max_age_days=30 organisation.id=acme organisation.commercial=true; do
		party=${fact%%.*} key=${fact#*.}
		ok fact "$party" "$key" --key ann
		ok fact "$party" "${key%=*}" --withdraw --key ann
		grep -q "^Taken back: fact, ${key%=*} of $party" out.txt
		tell fact "$party" "${key%=*}" --withdraw --key ann --passphrase-fd 0
		[ "$status" -eq 2 ]
		grep -q 'nothing about this is on record' err.txt
	done
	ok fact --artifact org/model@1 modality=multimodal --key ann
	ok fact --artifact org/model@1 modality --withdraw --key ann
	tell fact site-b --json
	jq -e '[.facts[] | .holds] | any | not' out.txt
	for option in '--withdraw' '--key ann' '--reason why' '--until 2999-01-01' '--dry-run'; do
		tell fact site-b $option
		[ "$status" -eq 2 ]
		grep -q -e "${option%% *} does not go with a list of facts" err.txt
	done
}

@test "a statement of a later time than the clock's is not silently in vain" {
	OWSTORE_CLOCK=2026-11-21T00:00:00Z ok fact site-b mau=5 --key ann
	OWSTORE_CLOCK=2026-11-20T00:00:00Z tell fact site-b mau=6 --key ann --passphrase-fd 0
	[ "$status" -eq 5 ]
	grep -q 'the clock is behind what is on record' err.txt
}

@test "what falls due is listed by date with the command that says it again" {
	export OWSTORE_CLOCK=2026-11-21T00:00:00Z
	ok promote org/model@1 --to customer --license MIT --reason read --key ann
	ok approve org/model@1 --class customer --recipient site-b --key ann --until 2026-12-01
	ok fact site-b screened=2026-05-30 --key ann
	ok fact organisation mau=5 --until 2027-06-30 --key ann
	tell review --json
	[ "$status" -eq 0 ]
	jq -e '.schema == "owstore.review/1" and [.due[] | .what] == ["screening", "approval"] and
		.due[1].due == "2026-12-01T23:59:59Z" and
		.due[1].next == "owstore approve org/model@1 --class customer --recipient site-b"' out.txt
	tell review --due 400 --json
	jq -e '[.due[] | .what] == ["screening", "approval", "fact", "licence"]' out.txt
	ok fact policy screening_max_age_days=400 --key bob
	tell review --json
	jq -e '[.due[] | .what] == ["approval"]' out.txt
	OWSTORE_CLOCK=2026-12-24T00:00:00Z tell review
	grep -q '^2026-12-01 *approval *org/model@1' out.txt
	tell review --due 0
	grep -q '^nothing falls due within 0 days$' out.txt
}

@test "attack_G10 a user's settings and environment lift no rule" {
	# the site's policy is what approvers signed, so no file or variable of a user can speak for it
	grep -rn 'getenv' "$OWSTORE_SOURCE"/src/policy "$OWSTORE_SOURCE"/src/flow/books*.c && false
	"$OWSTORE" decide --help | grep -qE -- '--(force|no-policy|ignore|skip)' && false
	# profiles of the caller's own would make any licence a mild one
	for verb in approve promote export elect interpret fact waive accept; do
		"$OWSTORE" "$verb" --help | grep -qE -- '--(force|no-policy|ignore|skip|licenses)' && false
	done
	true
}
