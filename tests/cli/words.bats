#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# Whose words count in a store: those of the origin that governs it, as long as its root was good, and none goes missing.

load lab
load profile

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

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$T/store" store
	cp -r "$T/fresh" fresh
	export OWSTORE_STORE=$PWD/store
	mkdir stick
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
	# written down like every change: begun, then done
	"$OWSTORE" log --json >log.json
	jq -e '[.entries[] | select(.command == "init") | .outcome] == ["begun", "done"]' log.json
	export OWSTORE_STORE=$PWD/fresh
	tell decide org/model@1 --class internal
	[ ! -e fresh/ORIGIN ]
	ok promote org/model@1 --to internal --license Apache-2.0 --reason read --key ann
	[ "$(cat fresh/ORIGIN)" = lab ]
	tell log
	grep -q 'init *done .*the words of lab count here' out.txt
	tell fsck
	[ "$status" -eq 0 ]
}

@test "killed at any write of the first word, the origin is named or not, and the ledger says how it ended" {
	[ -n "$OWSTORE_FAULTS" ] || skip "needs a build with faults"
	cp -r fresh counted
	OWSTORE_FAULT_COUNT=$PWD/counts ok fact organisation domicile=DE --key ann --store counted
	writes=$(sed -n 's/^write //p' counts)
	[ "$writes" -gt 4 ]
	for n in $(seq "$writes"); do
		rm -rf struck && cp -r fresh struck
		OWSTORE_FAULT=write:$n:kill tell fact organisation domicile=DE --key ann --store struck --passphrase-fd 0
		[ "$status" -gt 128 ]
		ok fact organisation domicile=DE --key ann --store struck
		[ "$(cat struck/ORIGIN)" = lab ]
		tell fsck --store struck
		[ "$status" -eq 0 ]
		"$OWSTORE" log --json --store struck >log.json # each beginning has an end
		jq -e '[.entries[] | .outcome == "begun"] | (map(select(.)) | length) == (map(select(. | not)) | length)' log.json
	done
}

@test "a partner who is trusted so that its bundles can be received neither approves, promotes nor sends" {
	export OWSTORE_TRUST=$T/both
	for key in pia pat; do
		no 4 "key $key has not the role approver in the root of lab, whose words count in this store" \
			approve org/model@1 --class redistributable --key $key --passphrase-fd 0
	done
	no 4 'in the root of lab' fact organisation domicile=US --key pia --passphrase-fd 0
	no 4 'in the root of lab' promote org/model@1 --to customer --license Apache-2.0 --reason mine --key pia --passphrase-fd 0
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
	OWSTORE_TRUST=$T/partner ok promote org/model@1 --to customer --license Apache-2.0 --reason mine --key pia
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
		'promote org/model@1 --to internal --license Apache-2.0 --reason x --key ann --passphrase-fd 0' \
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

# ---- while its root is good -----------------------------------------------------------------------------------

# A trust folder in which the root of lab was renewed.
renewed() {
	cp -r "$T/lab" renewed
	OWSTORE_TRUST=$PWD/renewed "$OWSTORE" root propose --origin lab --not-after 2028-01-01
	OWSTORE_TRUST=$PWD/renewed ok root sign --origin lab --key root
	OWSTORE_TRUST=$PWD/renewed "$OWSTORE" root seal --origin lab
}

@test "what was signed while the root was good stays good; nothing is signed once it has ended" {
	promoted
	export OWSTORE_CLOCK=2027-01-02T00:00:00Z
	tell decide org/model@1 --class customer --recipient site-b --json
	jq -e '[.reasons[] | select(.rule == "X-APPROVAL")] == []' out.txt
	for verb in 'approve org/model@1 --class internal --key ann' 'fact site-b mau=5 --key bob' \
		'promote org/model@1 --to redistributable --license Apache-2.0 --reason x --key ann' \
		'export org/model@1 --to stick --for site-b --key rel'; do
		# shellcheck disable=SC2086 # words
		no 5 'root 1 of lab has expired on 2027-01-01' $verb --passphrase-fd 0
	done
	renewed
	export OWSTORE_TRUST=$PWD/renewed
	ok fact site-b screened=2027-01-01 --key ann
	ok export org/model@1 --to stick --for site-b --key rel
}

@test "what was signed after the root had ended counts for nothing until the root is renewed" {
	cp -r store later
	renewed
	export OWSTORE_CLOCK=2027-01-02T00:00:00Z OWSTORE_STORE=$PWD/later
	OWSTORE_TRUST=$PWD/renewed ok approve org/model@1 --class customer --recipient site-b --key bob
	OWSTORE_TRUST=$PWD/renewed ok promote org/model@1 --to customer --recipient site-b --key ann
	tell decide org/model@1 --class customer --recipient site-b --json
	grep -q 'it was said on 2027-01-02T00:00:00Z, and root 1 of lab ended on 2027-01-01' err.txt
	jq -e '.reasons[] | select(.rule == "X-APPROVAL")' out.txt
	OWSTORE_CLOCK=2026-12-30T00:00:00Z no 4 'no approver that counts here has signed its promotion' \
		export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	OWSTORE_TRUST=$PWD/renewed ok fact site-b screened=2027-01-01 --key ann
	no 4 'fact "screened of site-b is 2027-01-01", is in doubt: it was said on 2027-01-02' \
		decide org/model@1 --class customer --recipient site-b # what it forbids is not known where the root ended
	OWSTORE_TRUST=$PWD/renewed ok export org/model@1 --to stick --for site-b --key rel
}

# ---- and that none goes missing -------------------------------------------------------------------------------

# Remove a record and its signatures; `lost` is then its digest.
lose() { # as `… --json` has just told
	lost=$(jq -r '.statements[0].record' out.txt | sed 's/sha256://')
	rm -f store/governance/"$lost".* store/zones/*/records/*/"$lost".*
}

missing() { # ARGUMENT…
	no 3 "statement ${lost:0:12} was put on record and is missing" "$@"
	grep -q "owstore fact policy lost:${lost:0:32}=yes" err.txt
}

@test "a withdrawal that is removed gives nothing back: what rests on it is refused, fsck names it" {
	promoted
	ok export org/model@1 --to stick --for site-b --key rel
	ok approve org/model@1 --class customer --recipient site-b --withdraw --key bob --json
	cp -r store whole
	lose
	missing decide org/model@1 --class customer --recipient site-b
	missing export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	tell ls --can commercial # of which it is one of many
	[ "$status" -eq 0 ]
	grep -q "is not decided: statement ${lost:0:12}" err.txt
	[ "$(ls stick/OWSTORE | wc -l)" -eq 1 ]
	tell fsck --json
	[ "$status" -eq 3 ]
	jq -e --arg id "sha256:$lost" '[.problems[] | select(.kind == "missing-record") | .digest] == [$id]' out.txt
	jq -e '.problems[0].text | contains("approval of 2026-11-21T00:00:00Z: customer for site-b, raw; bring it back")' out.txt
	tell fsck --rebuild # catalogs and roll are made anew and know no less
	[ "$status" -eq 3 ]
	missing decide org/model@1 --class customer --recipient site-b
	tell gc
	[ "$status" -eq 0 ]
	cp whole/zones/customer/records/"${lost:0:2}"/"$lost".* store/zones/customer/records/"${lost:0:2}"/
	tell fsck
	[ "$status" -eq 0 ]
	tell decide org/model@1 --class customer --recipient site-b --json
	jq -e '.reasons[] | select(.rule == "X-APPROVAL")' out.txt
}

@test "a withdrawal with one damaged byte gives nothing back either" {
	promoted
	ok approve org/model@1 --class customer --recipient site-b --withdraw --key bob --json
	lost=$(jq -r '.statements[0].record' out.txt | sed 's/sha256://')
	file=store/zones/customer/records/${lost:0:2}/$lost.cbr
	chmod u+w "$file"
	printf X | dd of="$file" bs=1 seek=20 conv=notrunc status=none
	no 3 "statement ${lost:0:12} was put on record and is damaged" \
		export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	no 3 "statement ${lost:0:12} was put on record and is damaged" decide org/model@1 --class customer --recipient site-b
}

# What a later version may put on record: a statement of ./store, decoded as `st`, changed by a line of Python; `lost` is
# then the digest of the new one, which stands on the roll.
newer() { # FOLDER RECORD CHANGE
	lost=$(python3 - "$@" <<-'PYTHON'
		import hashlib, os, pathlib, sys
		sys.path.insert(0, os.environ["OWSTORE_SOURCE"] + "/tests/support")
		import cbor
		old = next(pathlib.Path("store").glob(f"{sys.argv[1]}/**/{sys.argv[2]}.cbr"))
		st = cbor.decode(old.read_bytes())
		exec(sys.argv[3])
		data = cbor.encode(st)
		name = hashlib.sha256(data).hexdigest()
		to = (old.parents[1] / name[:2] if old.parent.name == sys.argv[2][:2] else old.parent) / (name + ".cbr")
		to.parent.mkdir(exist_ok=True)
		to.write_bytes(data)
		for sig in old.parent.glob(sys.argv[2] + ".s*"):
		    (to.parent / (name + sig.suffix)).write_bytes(sig.read_bytes())
		with open("store/roll", "ab") as roll:
		    roll.write(st.get(2, bytes(32)) + bytes.fromhex(name))
		print(name)
	PYTHON
	)
}

@test "a statement that only a later version can read stops what it may forbid, until an approver acknowledges it" {
	promoted
	ok fact site-b mau=5 --key ann --json
	told=$(jq -r '.statements[0].record' out.txt | sed 's/sha256://')
	for change in 'st[90] = "a member that is new"' 'st[0] = "restriction"'; do
		cp -r store before
		newer governance "$told" "$change"
		no 3 "statement ${lost:0:12} was put on record and is not readable by this version" \
			decide org/model@1 --class customer --recipient site-b
		grep -q 'decide with the version of owstore that wrote it, or acknowledge' err.txt
		no 3 'not readable by this version' export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
		ok fact policy "lost:${lost:0:32}=yes" --key ann
		ok export org/model@1 --to stick --for site-b --key rel
		rm -rf store stick && mv before store && mkdir stick
	done
	ok approve org/model@1 --class internal --key bob --json # about an artifact, which the catalog knows nothing of
	newer zones "$(jq -r '.statements[0].record' out.txt | sed 's/sha256://')" 'st[0] = "restriction"'
	no 3 "statement ${lost:0:12} was put on record and is not readable by this version" \
		decide org/model@1 --class customer --recipient site-b
}

@test "the roll forgets nothing when it is made anew, and fsck misses it" {
	promoted
	ok fact site-b screened kind --withdraw --key ann --json # two statements of one entry
	lose
	missing decide org/model@1 --class customer --recipient site-b
	cp store/roll roll
	tell fsck --rebuild
	[ "$status" -eq 3 ]
	cmp store/roll roll
	missing decide org/model@1 --class customer --recipient site-b
	rm store/roll
	tell fsck --json
	[ "$status" -eq 3 ]
	jq -e '.problems[] | select(.kind == "roll") | .text | contains("fsck --rebuild")' out.txt
	tell fsck --rebuild
	missing decide org/model@1 --class customer --recipient site-b
}

@test "a refusal of the site's that is removed allows nothing" {
	ok fact policy promotion_by_word=refuse --key bob --json
	lose
	missing promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann --passphrase-fd 0
	missing decide org/model@1 --class internal
	tell fsck --json
	[ "$status" -eq 3 ]
	tell fact # may still be listed and added to
	[ "$status" -eq 0 ]
	export OWSTORE_CLOCK=2026-11-22T00:00:00Z
	ok fact policy promotion_by_word=refuse --key bob
	missing decide org/model@1 --class internal # whatever else it said is not known
	ok fact policy "lost:${lost:0:32}=yes" --key ann --reason 'the disk of May, all said again'
	tell decide org/model@1 --class internal
	[ "$status" -eq 6 ]
	no 6 "refuses promotions by an operator's word" \
		promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann --passphrase-fd 0
	tell fsck
	[ "$status" -eq 0 ]
	for bad in lost: lost:12 "lost:${lost:0:31}X"; do
		no 2 '' fact policy "$bad=yes" --key ann --passphrase-fd 0
	done
}

@test "approvals of before a loss that is acknowledged are to be said again" {
	ok approve org/model@1 --class redistributable --key ann
	ok approve org/model@1 --class redistributable --key bob
	ok approve org/model@1 --class redistributable --key bob --withdraw --json
	lose
	export OWSTORE_CLOCK=2026-11-22T00:00:00Z
	ok fact policy "lost:${lost:0:32}=yes" --key ann # one approver does not bring the other's back
	tell decide org/model@1 --class redistributable --json
	jq -e '.reasons[] | select(.rule == "X-APPROVAL")' out.txt
	ok approve org/model@1 --class redistributable --key ann
	tell decide org/model@1 --class redistributable --json
	jq -e '.reasons[] | select(.rule == "X-APPROVAL")' out.txt
	ok approve org/model@1 --class redistributable --key bob
	tell decide org/model@1 --class redistributable --json
	jq -e '[.reasons[] | select(.rule == "X-APPROVAL")] == []' out.txt
}

@test "fsck misses a promotion, the decision it cites, and an artifact" {
	promoted
	for kind in promotion decision; do
		cp -r store spoilt
		tell show org/model@1 --json
		id=$(jq -r --arg kind $kind '.history[] | select(.kind == $kind) | .record // .id' out.txt | sed 's/sha256://')
		rm -f spoilt/zones/customer/records/*/"$id".*
		tell fsck --store spoilt --json
		[ "$status" -eq 3 ]
		jq -e --arg id "sha256:$id" '.problems[] | select(.kind == "missing-record") | .digest == $id' out.txt
		rm -rf spoilt
	done
	id=$("$OWSTORE" show org/model@1 --json | jq -r .id | sed 's/sha256://')
	rm -f store/zones/customer/records/*/"$id".cbr
	tell fsck --json
	jq -e --arg id "sha256:$id" '.problems[] | select(.kind == "missing-record" and .digest == $id)' out.txt
}

@test "a store of earlier gets its roll from the ledger" {
	ok approve org/model@1 --class internal --key ann
	ok approve org/model@1 --class internal --key ann --withdraw --json
	cp store/roll roll
	lose
	rm store/roll
	tell fsck --rebuild
	[ "$status" -eq 3 ]
	cmp store/roll roll
	missing decide org/model@1 --class internal
	printf 'half a row' >>store/roll # a power cut
	missing decide org/model@1 --class internal
	ok approve org/model@1 --class internal --key ann
	[ $(($(stat -c %s store/roll) % 64)) -eq 0 ]
}

# ---- a site's own licences ------------------------------------------------------------------------------------

# Run owstore where ./etc is /etc, with standard output and error apart: out.txt, err.txt, $status.
site() {
	OWSTORE_SITE=$PWD/etc tell "$@"
}

own_profiles() {
	[ -n "$OWSTORE_FAULTS" ] || skip "needs a test build"
	own=etc/owstore/licenses.d/ours.yaml
	mkdir -p etc/owstore/licenses.d
	own_profile Apache-2.0 >"$own"
}

@test "a site's own licences count only as an approver signed them" {
	own_profiles
	site license show Apache-2.0
	[ "$status" -eq 4 ]
	grep -q 'ours.yaml: no approver has signed it as it is: it has no signature' err.txt
	grep -q "owstore license sign $PWD/etc/owstore/licenses.d/ours.yaml --key NAME" err.txt
	site decide org/model@1 --class customer --recipient site-b
	[ "$status" -eq 4 ]
	no 4 'has the role approver in no root' license sign "$own" --key rel --passphrase-fd 0
	no 2 'needs --key' license sign "$own"
	tell license sign "$own" --key ann --dry-run </dev/null
	[ "$status" -eq 0 ]
	[ ! -e "$own.minisig" ]
	ok license sign "$own" --key ann --json
	jq -e '.signed[0].path' out.txt
	site license show Apache-2.0 --json
	jq -e '.license.origin | endswith("/etc/owstore/licenses.d/ours.yaml")' out.txt
	site decide org/model@1 --class customer --recipient site-b --json
	[ "$status" -eq 6 ]
	jq -e '.reasons[] | select(.rule == "X-PERM")' out.txt
	promoted # here nothing of it is known
	site export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 6 ]
	grep -q X-PERM err.txt
	sed -i 's/redistribution: no,/redistribution: yes,/' "$own"
	site export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 4 ]
	ok license sign "$own" --key bob
	site export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	[ "$status" -eq 0 ]
	printf 'licenses: [{id: X}]\n' >"$own"
	no 7 "the key 'name' is missing" license sign "$own" --key ann --passphrase-fd 0
}

@test "stock minisign confirms the signature of a site's licences" {
	command -v minisign >/dev/null || skip "no minisign here"
	own_profiles
	ok license sign "$own" --key ann
	minisign -Vm "$own" -P "$(sed -n 2p "$OWSTORE_KEYS/ann.pub")" >told.txt
	grep -q 'owstore licences v1 origin=lab stream=- seq=0 role=approver sha256=' told.txt
}

@test "licences that a partner signed are to look with: nothing of ours is moved or sent by them" {
	own_profiles
	export OWSTORE_TRUST=$T/both
	ok license sign "$own" --key pia
	site decide org/model@1 --class internal
	[ "$status" -eq 6 ]
	site promote org/model@1 --to internal --key ann --passphrase-fd 0
	[ "$status" -eq 4 ]
	grep -q "profiles are signed by partner, but the words of lab count in this store" err.txt
	cp "$own" etc/owstore/licenses.d/zzz.yaml
	ok license sign etc/owstore/licenses.d/zzz.yaml --key ann
	site license ls
	[ "$status" -eq 4 ]
	grep -q 'zzz.yaml is signed by lab, the files before it by partner' err.txt
}

@test "profiles of a folder that is named are to look with, and say so" {
	own_profiles
	tell decide org/model@1 --class customer --recipient site-b --licenses etc/owstore/licenses.d --json
	[ "$status" -eq 6 ]
	jq -e '.reasons[] | select(.rule == "X-PERM")' out.txt
	jq -e '.warnings[] | contains("promote and export go by those that an approver signed")' out.txt
	tell license show Apache-2.0 --licenses etc/owstore/licenses.d
	grep -q 'these profiles are to look with' err.txt
}
