#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# Keys, roots and first trust, from the first key to a rotated root on another host.

setup() {
	unset OWSTORE_STORE OWSTORE_JOBS OWSTORE_CONFIG OWSTORE_FAULT
	unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
	export HOME=$BATS_TEST_TMPDIR OWSTORE_KDF=least
	export OWSTORE_KEYS=$BATS_TEST_TMPDIR/keys OWSTORE_TRUST=$BATS_TEST_TMPDIR/trust
	cd "$BATS_TEST_TMPDIR"
}

# Run owstore with standard output and error apart: $out, $err, $status.
tell() {
	status=0
	"$OWSTORE" "$@" >out.txt 2>err.txt </dev/null || status=$?
	out=$(cat out.txt) err=$(cat err.txt)
}

# The same for what asks for passphrases: every key has "pass".
tell_pass() {
	status=0
	yes pass | "$OWSTORE" "$@" --passphrase-fd 0 >out.txt 2>err.txt || status=$?
	out=$(cat out.txt) err=$(cat err.txt)
}

key() { # NAME ROLE
	tell_pass key new "$1" --role "$2"
	[ "$status" -eq 0 ]
}

# Root version 1 of acme with two of three root keys, in force; its fingerprint is in $anchor.
acme() {
	key r1 root && key r2 root && key r3 root && key rel release && key ann approver
	tell root new --origin acme --root-key r1 --root-key r2 --root-key r3 --release rel --approver ann \
		--destination site-b --destination lab:internal
	[ "$status" -eq 0 ]
	tell_pass root sign --key r1 --key r3
	[ "$status" -eq 0 ]
	tell root seal --json
	[ "$status" -eq 0 ]
	anchor=$(jq -r .fingerprint out.txt)
	[ "$anchor" = "sha256:$(sha256sum <trust/acme/ROOT0001.CBR | cut -c1-64)" ]
}

# A medium with the roots of this host.
medium() {
	mkdir -p stick/OWSTORE/ACME_1
	cp trust/acme/ROOT* stick/OWSTORE/ACME_1/
}

@test "keys are made, listed and shown; the public side is minisign's" {
	key rel release
	[ "$(stat -c %a keys/rel.key)" = 600 ]
	[ "$(stat -c %a keys)" = 700 ]
	tell key ls
	[[ $out == *rel*release* ]]
	tell key show rel --json
	[ "$(jq -r .public_key out.txt)" = "$(sed -n 2p keys/rel.pub)" ]
	[ "minisign public key $(jq -r .id out.txt)" = "$(sed -n '1s/untrusted comment: //p' keys/rel.pub)" ]
	tell_pass key new rel --role root
	[ "$status" -eq 2 ]
	[[ $err == *already* ]]
	tell key show nobody
	[ "$status" -eq 2 ]
	tell key new other --role site
	[ "$status" -eq 2 ] # no terminal, no descriptor
	[ ! -e keys/other.key ]
	tell key new x
	[ "$status" -eq 2 ]
}

@test "attack_J01 a key file that others could read is refused and shown with its reason" {
	acme
	chmod 644 keys/r2.key
	tell key ls --json
	[ "$status" -eq 0 ]
	jq -e '.keys[] | select(.name == "r2") | .problem | test("0644")' out.txt
	tell root propose --destination site-c
	tell_pass root sign --key r2
	[ "$status" -eq 2 ]
	[[ $err == *0644* ]]
}

@test "attack_J03 a wrong passphrase says so and changes nothing" {
	acme
	tell root propose --destination site-c
	status=0
	echo wrong | "$OWSTORE" root sign --key r1 --passphrase-fd 0 2>err.txt || status=$?
	[ "$status" -eq 4 ]
	grep -q 'wrong passphrase, or the file was altered' err.txt
	[ ! -e trust/acme/draft/ROOT0002.S01 ]
}

@test "attack_J04 secrets stand in no argument, environment or file" {
	key rel release
	! grep -rq pass keys
	[ "$(wc -c <keys/rel.key)" -lt 300 ]
}

@test "attack_J05 a key has one role" {
	key r1 root && key rel release
	tell root new --origin acme --root-key r1 --release r1
	[ "$status" -eq 2 ]
	[[ $err == *"made for the role root"* ]]
	cp keys/r1.pub same.pub
	tell root new --origin acme --root-key r1 --release ./same.pub
	[ "$status" -eq 2 ]
	[[ $err == *"already there"* ]]
	[ ! -e trust/acme/draft/ROOT0001.CBR ]
}

@test "a root is drafted, signed, sealed and shown" {
	acme
	[ ! -e trust/acme/draft ]
	tell root show --json
	[ "$(jq -r '[.origin, .version, .complete, .roles.root.threshold] | @csv' out.txt)" = '"acme",1,true,2' ]
	[ "$(jq -r '.destinations[] | select(.id == "lab") | .class' out.txt)" = internal ]
	tell root seal
	[ "$status" -eq 2 ] # nothing left to seal
	tell root new --origin acme --root-key r1
	[ "$status" -eq 2 ]
	[[ $err == *"root propose"* ]]
	tell trust ls --json
	[ "$(jq -r '.origins[0].anchor' out.txt)" = "$anchor" ]
}

@test "a draft without enough signatures is not sealed" {
	key r1 root && key r2 root && key r3 root
	tell root new --origin acme --root-key r1 --root-key r2 --root-key r3
	tell root seal
	[ "$status" -eq 4 ]
	[[ $err == *"0 of the 2 root keys"* ]]
	tell_pass root sign --key r1
	tell_pass root sign --key r1
	[ "$status" -eq 2 ]
	[[ $err == *"signed already"* ]]
	tell root seal
	[ "$status" -eq 4 ]
	key stranger root
	tell_pass root sign --key stranger
	[ "$status" -eq 4 ]
	tell_pass root sign --key r2
	tell root seal
	[ "$status" -eq 0 ]
}

@test "a draft with signatures is not written over" {
	key r1 root && key r2 root && key r3 root
	tell root new --origin acme --root-key r1 --root-key r2
	tell root new --origin acme --root-key r1 --root-key r2 --root-key r3
	[ "$status" -eq 0 ]
	tell_pass root sign --key r1
	tell root new --origin acme --root-key r1
	[ "$status" -eq 2 ]
	[[ $err == *"1 signature lies there"* ]]
}

@test "attack_B01 stock minisign confirms a root's signatures" {
	acme
	for k in r1 r3; do
		for s in trust/acme/ROOT0001.S0*; do
			minisign -Vm trust/acme/ROOT0001.CBR -x "$s" -p "keys/$k.pub" >/dev/null 2>&1 && ok=$((ok + 1)) || true
		done
	done
	[ "$ok" -eq 2 ]
}

@test "attack_A02 A03 only the whole, right fingerprint is trusted" {
	acme && medium
	hex=${anchor#sha256:}
	tell trust init --trust far --root stick --fingerprint "${hex:0:16}"
	[ "$status" -eq 2 ]
	[[ $err == *"16 digits, expected all 64"* ]]
	wrong=${hex:0:63}$(printf %x $(((0x${hex:63:1} + 1) % 16)))
	tell trust init --trust far --root stick --fingerprint "$wrong"
	[ "$status" -eq 4 ]
	[ ! -e far ]
	tell trust init --trust far --root stick
	[ "$status" -eq 2 ]
	tell trust init --trust far --root nowhere --fingerprint "$hex"
	[ "$status" -eq 2 ]
	mkdir empty
	tell trust init --trust far --root empty --fingerprint "$hex"
	[ "$status" -eq 2 ]
	[ ! -e far ]
}

@test "first trust from a file, a bundle, the OWSTORE folder and the medium" {
	acme && medium
	hex=${anchor#sha256:}
	n=0
	for path in stick/OWSTORE/ACME_1/ROOT0001.CBR stick/OWSTORE/ACME_1 stick/OWSTORE stick; do
		n=$((n + 1))
		tell trust init --trust "far$n" --root "$path" --fingerprint "$hex" --json
		[ "$status" -eq 0 ]
		[ "$(jq -r '[.origin, .version, .already] | @csv' out.txt)" = '"acme",1,false' ]
	done
	# as it is read aloud, and once more
	tell trust init --trust far1 --root stick --fingerprint "$(echo "${hex^^}" | sed 's/......../&-/g')" --json
	[ "$status" -eq 0 ]
	[ "$(jq -r .already out.txt)" = true ]
	diff -r far1 far4
}

@test "a root is rotated, carried to a signer, and followed from its anchor" {
	acme
	key r4 root && key rel2 release
	tell root propose --remove-key r1 --add-root-key r4 --remove-key rel --add-release rel2 --draft carry
	[ "$status" -eq 0 ]
	[ -e carry/ROOT0001.CBR ] # for those who sign elsewhere
	# elsewhere: no trust folder, one's own key
	mkdir elsewhere && mv keys/r4.* elsewhere/
	tell_pass root sign --key r4 --draft carry --trust none --keys elsewhere
	[ "$status" -eq 0 ]
	# new keys alone (A05), then old keys alone would not do (A06)
	tell_pass root sign --key r2 --draft carry
	tell root seal --draft carry
	[ "$status" -eq 4 ]
	[[ $err == *"root version 1 of acme asks for"* ]]
	tell_pass root sign --key r1 --draft carry
	tell root seal --draft carry
	[ "$status" -eq 0 ]
	tell root seal --draft carry # again is harmless
	[ "$status" -eq 0 ]
	tell root show --json
	[ "$(jq -r '[.version, .roles.release.keys[0].name] | @csv' out.txt)" = '2,"rel2"' ]
	[ "$(jq -r .previous out.txt)" = "$anchor" ]
	medium
	tell trust init --trust far --root stick --fingerprint "${anchor#sha256:}" --json
	[ "$(jq -r '[.anchor_version, .version] | @csv' out.txt)" = '1,2' ]
	# somebody may also begin at version 2
	second=$(sha256sum <trust/acme/ROOT0002.CBR | cut -c1-64)
	tell trust init --trust far2 --root stick --fingerprint "$second" --json
	[ "$(jq -r .anchor_version out.txt)" = 2 ]
}

@test "another root for a known origin is refused" {
	acme
	mv trust first && medium_of=first
	key x1 root
	tell root new --origin acme --root-key x1
	tell_pass root sign --key x1
	tell root seal --json
	other=$(jq -r .fingerprint out.txt)
	tell trust init --trust "$medium_of" --root trust/acme --fingerprint "${other#sha256:}"
	[ "$status" -eq 4 ]
	[[ $err == *"does not follow from it"* ]]
	tell trust ls --trust first --json
	[ "$(jq -r '.origins[0].anchor' out.txt)" = "$anchor" ]
}

@test "an altered root in the trust folder is told, and exit is not 0" {
	acme
	printf x >>trust/acme/ROOT0001.S01
	tell trust ls --json
	[ "$status" -eq 4 ]
	jq -e '.origins[0].problem and .error.exit == 4' out.txt
	tell root show
	[ "$status" -eq 4 ]
}

@test "attack_A13 a root of 64 KiB and one byte is not read" {
	mkdir d && head -c 65537 /dev/zero >d/ROOT0001.CBR
	tell root show d
	[ "$status" -eq 7 ]
	[[ $err == *65537* ]]
}

@test "attack_H02 killed at any write, key new and root seal can be run again" {
	[ -n "$OWSTORE_FAULTS" ] || skip "no faults in this build"
	key r1 root && key r2 root && key r3 root
	tell root new --origin acme --root-key r1 --root-key r2 --root-key r3
	tell_pass root sign --key r1 --key r2
	cp -r trust before
	for n in $(seq 1 60); do
		rm -rf trust && cp -r before trust
		OWSTORE_FAULT=write:$n:kill tell root seal
		killed=$status
		tell trust ls --json
		[ "$status" -eq 0 ]
		if [ -e trust/acme/draft ]; then
			tell root seal
			[ "$status" -eq 0 ]
		fi
		tell trust ls --json
		[ "$(jq '.origins | length' out.txt)" -eq 1 ]
		[ "$killed" -ne 0 ] || break
	done
	[ "$killed" -eq 0 ] && [ "$n" -gt 4 ]
	for n in $(seq 1 60); do
		rm -rf keys
		OWSTORE_FAULT=write:$n:kill tell_pass key new k --role site
		killed=$status
		if [ -e keys/k.key ]; then
			tell key show k
			[ "$status" -eq 0 ]
		else
			key k site
		fi
		[ "$killed" -ne 0 ] || break
	done
	[ "$killed" -eq 0 ] && [ "$n" -gt 2 ]
}

# Every folder and every byte of every file here, but for what "tell" keeps.
all_here() {
	find . ! -name out.txt ! -name err.txt | sort
	find . -type f ! -name out.txt ! -name err.txt -exec sha256sum {} + | sort
}

# A dry run ends with this status, asks for nothing, and leaves everything as it is; its text is in
# $text, its error in $told, its object in out.txt.
dry() { # STATUS VERB...
	expected=$1
	shift
	was=$(all_here)
	tell "$@" --dry-run
	[ "$status" -eq "$expected" ]
	text=$out told=$err
	tell "$@" -n --json
	[ "$status" -eq "$expected" ]
	[ "$(all_here)" = "$was" ]
	[ "$expected" -eq 0 ] || return 0
	[[ $text == *"Would "* && $text == *"nothing was written"* ]]
	jq -e '.dry_run == true' out.txt
}

@test "a dry run of key new makes nothing, not even the folder" {
	dry 0 key new rel --role release
	[ "$(jq -r '[.name, .role, .folder, .id] | @csv' out.txt)" = "\"rel\",\"release\",\"$OWSTORE_KEYS\"," ]
	[ ! -e keys ]
	dry 2 key new 'no name' --role release
	dry 2 key new rel
	key rel release
	dry 0 key new r1 --role root
	dry 2 key new rel --role root
	[[ $told == *already* ]]
	rm keys/rel.key # somebody else's name is taken as well
	dry 2 key new rel --role root
	touch file
	dry 9 key new rel --role root --keys file
	tell_pass key new rel --role root --keys file
	[ "$status" -eq 9 ]
}

@test "a dry run of root new and root propose makes no draft" {
	key r1 root && key r2 root && key rel release
	dry 0 root new --origin acme --root-key r1 --root-key r2 --release rel
	[ "$(jq -r '[.origin, .version, .roles.root.threshold, .path] | @csv' out.txt)" = \
		"\"acme\",1,2,\"$OWSTORE_TRUST/acme/draft\"" ]
	dry 0 root new --origin acme --root-key r1 --draft new/carry
	[ ! -e trust ] && [ ! -e new ]
	dry 2 root new --origin acme --root-key r1 --release r1
	[[ $told == *"made for the role root"* ]]
	dry 2 root new --origin acme --root-key r1 --root-threshold 2
	tell root new --origin acme --root-key r1 --root-key r2
	dry 0 root new --origin acme --root-key r1 # it would replace the unsigned one
	tell_pass root sign --key r1
	dry 2 root new --origin acme --root-key r1
	[[ $told == *"1 signature lies there"* ]]
	tell_pass root sign --key r2
	tell root seal
	dry 2 root new --origin acme --root-key r1
	dry 0 root propose --destination site-c
	[ "$(jq -r '[.version, (.destinations | length)] | @csv' out.txt)" = '2,1' ]
	dry 0 root propose --destination site-c --draft carry
	dry 2 root propose --remove-key nobody
	tell root propose --remove-key nobody
	[ "$status" -eq 2 ]
	dry 2 root propose --origin nobody --destination site-c
}

@test "a dry run of root sign asks no passphrase and signs nothing" {
	key r1 root && key r2 root && key r3 root && key stranger root && key rel release
	dry 2 root sign --key r1
	tell root new --origin acme --root-key r1 --root-key r2 --root-key r3 --release rel
	dry 0 root sign --key r1 --key r2
	[[ $text == *"with the key r1"*"with the key r2"* ]]
	[ "$(jq -r '[.version, .signed, .needed] | @csv' out.txt)" = '1,0,2' ]
	dry 4 root sign --key stranger
	dry 4 root sign --key rel
	dry 2 root sign --key nobody
	dry 2 root sign --key r1 --key r1
	[[ $told == *"named twice"* ]]
	tell_pass root sign --key r1 --key r1
	[ "$status" -eq 2 ]
	[ ! -e trust/acme/draft/ROOT0001.S01 ]
	tell_pass root sign --key r1
	dry 2 root sign --key r1
	[[ $told == *"signed already"* ]]
	dry 0 root sign --key r2
}

@test "a dry run of root seal says whether the thresholds are met and seals nothing" {
	dry 2 root seal
	key r1 root && key r2 root
	tell root new --origin acme --root-key r1 --root-key r2
	tell_pass root sign --key r1
	dry 4 root seal
	[[ $told == *"1 of the 2 root keys"* ]]
	tell_pass root sign --key r2
	dry 0 root seal
	fingerprint=$(jq -r .fingerprint out.txt)
	[ ! -e trust/acme/ANCHOR ]
	tell root seal --json
	[ "$status" -eq 0 ]
	[ "$(jq -r .fingerprint out.txt)" = "$fingerprint" ]
	jq -e '.dry_run == false' out.txt
	# the next version, which must follow
	tell root propose --destination site-c
	tell_pass root sign --key r1
	dry 4 root seal
	tell_pass root sign --key r2
	dry 0 root seal
	[ "$(jq -r '[.origin, .version] | @csv' out.txt)" = '"acme",2' ]
	tell root show --json
	[ "$(jq -r .version out.txt)" = 1 ]
	dry 4 root seal --draft trust/acme/draft --trust none # its origin has no root there
	tell root seal --draft trust/acme/draft --trust none
	[ "$status" -eq 4 ]
}

@test "a dry run of trust init compares and trusts nobody" {
	acme && medium
	hex=${anchor#sha256:}
	dry 0 trust init --trust far --root stick --fingerprint "$hex"
	[ "$(jq -r '[.origin, .version, .anchor, .already] | @csv' out.txt)" = "\"acme\",1,\"$anchor\",false" ]
	[ ! -e far ]
	dry 4 trust init --trust far --root stick --fingerprint "${hex:1}${hex:0:1}"
	dry 2 trust init --trust far --root stick --fingerprint "${hex:0:16}"
	dry 2 trust init --trust far --root nowhere --fingerprint "$hex"
	tell trust init --trust far --root stick --fingerprint "$hex"
	tell trust init --trust far --root stick --fingerprint "$hex" --dry-run
	[ "$status" -eq 0 ]
	[[ $out == *"was trusted already"*"nothing was written"* ]]
	# another root 1 of the same origin
	mv trust first
	key x1 root
	tell root new --origin acme --root-key x1
	tell_pass root sign --key x1
	tell root seal --json
	other=$(jq -r .fingerprint out.txt)
	dry 4 trust init --trust far --root trust/acme --fingerprint "${other#sha256:}"
	[[ $told == *"does not follow from it"* ]]
}

@test "real documents are as the schemas say, others are not" {
	[ -x "$OWSTORE_CDDL_VERIFY" ] || skip "no CDDL validator"
	acme
	valid() { "$OWSTORE_CDDL_VERIFY" "$OWSTORE_SOURCE/schemas/$1.cddl" "$2" -t "$1" --require-deterministic >/dev/null 2>&1; }
	valid root trust/acme/ROOT0001.CBR
	tell root propose --destination site-c --not-after 2030-01-01 --new-epoch
	valid root trust/acme/draft/ROOT0002.CBR
	valid keyfile keys/rel.key
	! valid root keys/rel.key
	! valid keyfile trust/acme/ROOT0001.CBR
}
