#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # $status is set by tell of lab.bash
#
# What fsck says of a store in which something is gone, or not to be seen: what it is, of which class, and once.

load lab

setup_file() {
	export T=$BATS_FILE_TMPDIR OWSTORE_KDF=least
	export OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/trust
	mkdir -p "$T/model"
	echo weights >"$T/model/model.bin"
	echo 'the text of a licence' >"$T/model/LICENSE"
	found_lab ann site-b
	ow init "$T/store"
	export OWSTORE_STORE=$T/store
	ow add "$T/model" --name org/model --version 1
	ow promote org/model@1 --to internal --license MIT --reason read --key ann --passphrase-fd 0 <<<secret
	echo other >"$T/other.bin"
	ow add "$T/other.bin" --name org/other --version 1
	ow fact organisation domicile=DE --key ann --passphrase-fd 0 <<<secret
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$T/store" store
	export OWSTORE_STORE=$PWD/store
}

# Somebody who is neither the owner nor in the group.
as_other() {
	[ "$(id -u)" -eq 0 ] || skip "takes the rights to become somebody else"
	command -v setpriv >/dev/null || skip "no setpriv here"
	chmod o+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* "$BATS_TEST_TMPDIR"
	status=0
	HOME=/nonexistent setpriv --reuid=65534 --regid=65534 --clear-groups "$OWSTORE" "$@" >out.txt 2>err.txt || status=$?
}

problems() { # JQ-FILTER over each problem
	jq -c "[.problems[] | $1]" out.txt
}

@test "a class whose folder is gone is damage, of that class" {
	for gone in zones/internal zones/internal/records; do
		mv store/$gone aside
		tell fsck --json
		[ "$status" -eq 3 ]
		[ "$(problems '[.kind, .class]')" = '[["missing-class","internal"]]' ]
		jq -e '.clean == false and .unseen_classes == []' out.txt
		grep -q 'mount the file system' err.txt
		tell fsck --rebuild
		[ "$status" -eq 3 ]
		cmp store/roll "$T/store/roll"
		mv aside store/$gone
		tell fsck
		[ "$status" -eq 0 ]
	done
}

@test "a class that this user may not see is said not to be checked, and no damage" {
	chmod 0700 store/zones/internal store/ledger
	chmod -R o+rX store/zones/quarantine
	as_other fsck --json
	[ "$status" -eq 0 ]
	jq -e '.clean and (.complete | not) and .unseen_classes == ["internal"] and .ledger_unseen and .manifests_unseen and .problems == []' out.txt
	as_other fsck
	[ "$status" -eq 0 ]
	grep -qx 'class internal was not checked: this user may not look into it' out.txt
	grep -qx 'the ledger was not checked: this user may not read it' out.txt
	grep -qx 'the manifests that are kept were not checked: this user may not read them' out.txt
	grep -q '^clean as far as this user may look: ' out.txt
	tell fsck --json
	jq -e '.complete and .unseen_classes == [] and (.ledger_unseen | not)' out.txt
}

@test "a lost record is told once, by the entry that put it on record, and of no class that it may not have been in" {
	id=$("$OWSTORE" show org/model@1 --json | jq -r .id)
	rm store/zones/internal/records/*/"${id#sha256:}".cbr
	tell fsck --json
	[ "$status" -eq 3 ]
	[ "$(problems 'select(.kind == "missing-record") | [.digest, .class]')" = "[[\"$id\",null]]" ]
	jq -e '.problems[] | select(.kind == "missing-record") | .text | contains(", add of ")' out.txt
	tell fsck
	[ "$(grep -c '^missing-record  *-  ' out.txt)" -eq 1 ]
}

@test "damage of the ledger is of no class" {
	chmod u+w store/ledger/000001.LOG
	printf X | dd of=store/ledger/000001.LOG bs=1 seek=20 conv=notrunc status=none
	tell fsck --json
	[ "$status" -eq 3 ]
	[ "$(problems '[.kind, .class]')" = '[["ledger",null]]' ]
}

@test "what fsck itself cannot read or hold is no damage of the ledger" {
	[ -n "$OWSTORE_FAULTS" ] || skip "needs a build with faults"
	OWSTORE_FAULT_COUNT=$PWD/counts tell fsck
	reads=$(sed -n 's/^read //p' counts)
	[ "$reads" -gt 10 ]
	told=
	for n in $(seq "$reads"); do
		OWSTORE_FAULT=read:$n:eio tell fsck --json
		[[ $status == 0 || $status == 9 ]]
		[ "$status" -eq 0 ] || grep -q 'Input/output error' err.txt
		[ "$status" -eq 0 ] || jq -e '[.problems[]?.code] - ["OWS-E-IO"] == []' out.txt
		jq -e '(any(.problems[]?; .kind == "unread-class") | not) or .complete == false' out.txt
		told+=$(jq -r '.problems[]? | select(.class != null) | .kind' out.txt)
	done
	# a class that cannot be read does not keep the others from being looked at
	[[ $told == *unread-class* ]]
}

@test "what cannot be read is not written anew from what can" {
	[ -n "$OWSTORE_FAULTS" ] || skip "needs a build with faults"
	cp -r store sound
	for n in 5 15 25 35 45; do
		OWSTORE_FAULT=read:$n:eio tell fsck --rebuild --json
		[[ $status == 0 || $status == 9 ]]
		tell fsck --data
		[ "$status" -eq 0 ]
	done
	ow fsck --rebuild
	[ "$(ow ls --json)" = "$(ow ls --json --store sound)" ]
}

@test "an acknowledgement that was taken back, or has ended, silences nothing" {
	ok fact site-b kind=company --key ann --json
	lost=$(jq -r '.statements[0].record' out.txt | sed 's/sha256://')
	rm -f store/governance/"$lost".*
	tell fsck
	[ "$status" -eq 3 ]
	ok fact policy "lost:${lost:0:32}=yes" --key ann
	tell fsck
	[ "$status" -eq 0 ]
	ok fact policy "lost:${lost:0:32}" --withdraw --key ann
	tell fsck --json
	[ "$status" -eq 3 ]
	[ "$(problems '[.kind, .digest]')" = "[[\"missing-record\",\"sha256:$lost\"]]" ]
	ok fact policy "lost:${lost:0:32}=yes" --key ann
	tell fsck
	[ "$status" -eq 0 ]
}

@test "what a damaged file says of licences is not put on record, nor decided by" {
	blob=$(find store/zones/internal -name "$(sha256sum <"$T/model/LICENSE" | cut -d ' ' -f 1)*" -type f | head -n 1)
	chmod u+w "$blob"
	for damage in 'the text of a lizence' 'the text'; do
		echo "$damage" >"$blob"
		found_before 'f[9] = 77'
		tell fsck --rebuild --json
		[ "$status" -eq 3 ]
		# the other artifact's file is sound
		jq -e '.findings == 1 and ([.problems[] | select(.kind == "unread-artifact" and (.text | contains("LICENSE")))] | length == 1)' out.txt
		tell decide org/model@1 --class internal
		[ "$status" -eq 3 ]
	done
	cat "$T/model/LICENSE" >"$blob"
	tell fsck --rebuild --json
	[ "$status" -eq 0 ]
	jq -e '.findings == 1 and ([.warnings[]? | contains("fsck --rebuild")] | any | not)' out.txt
}

@test "a document that cannot be read is told, and the others are looked at all the same" {
	file=$(find store/governance -name '*.cbr' | head -n 1)
	chmod 0600 "$file"
	chmod -R o+rX store/zones store/ledger
	as_other fsck --json
	[ "$status" -ne 0 ]
	[ "$(problems '[.kind, .code]')" = '[["damaged-statement","OWS-E-IO"]]' ]
	jq -e '.ledger_entries > 0' out.txt
}
