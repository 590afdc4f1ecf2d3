#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# Labels: what class and licence an artifact has, who may see it, and what that means for a bundle.

load lab

setup_file() {
	export T=$BATS_FILE_TMPDIR OWSTORE_KDF=least OWSTORE_CLOCK=2026-11-21T00:00:00Z
	export OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/trust OWSTORE_STORE=$T/store
	mkdir -p "$T/model" "$T/lora"
	python3 "$OWSTORE_SOURCE/tools/make-gguf" "$T/model/model.gguf" --size 2 >/dev/null
	echo '{"version": "1.0"}' >"$T/model/tokenizer.json"
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" "$T/model/LICENSE"
	cp "$T/model/LICENSE" "$T/lora/"
	head -c 5000 /dev/urandom >"$T/lora/adapter.bin"
	found_lab "ann bob" site-b:customer world:redistributable
	ow init "$T/store"
	ow add "$T/model" --name org/model --version 1
	ow fact organisation commercial=true domicile=DE --key ann --passphrase-fd 0 <<<secret
	ow fact site-b kind=company commercial=true purpose=commercial domicile=FR screened=2026-11-01 --key ann --passphrase-fd 0 <<<secret
	cp -r "$T/store" "$T/fresh"
	for key in ann bob; do ow approve org/model@1 --class redistributable --key $key --passphrase-fd 0 <<<secret; done
	ow promote org/model@1 --to redistributable --key ann --passphrase-fd 0 <<<secret
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$T/store" store
	export OWSTORE_STORE=$PWD/store
	mkdir stick
}

teardown() {
	[ -z "${OPEN-}" ] || rm -rf "$OPEN"
}

# A LoRA that is for ourselves alone.
add_lora() {
	tell add "$T/lora" --name org/lora --version 1
	ok approve org/lora@1 --class internal --key bob
	ok promote org/lora@1 --to internal --key ann
}

lacks() { # WORD FILE…
	run grep -rF -- "$@"
	[ "$status" -eq 1 ]
}

no() { # STATUS WHY ARGUMENT…
	tell "${@:3}"
	[ "$status" -eq "$1" ]
	grep -q "$2" err.txt
}

# Somebody who is in no group: what he may read is what everybody may.
stranger() {
	status=0
	HOME=$OPEN setpriv --reuid 65534 --regid 65534 --clear-groups "$OWSTORE" "$@" >out.txt 2>err.txt </dev/null || status=$?
}

@test "attack_G01 one artifact that is too narrow keeps the whole bundle back, and is named to whoever may see it" {
	add_lora
	no 6 'org/lora@1 is internal' export org/model@1 org/lora@1 --to stick --for site-b --key rel --passphrase-fd 0
	grep -q 'nothing was written' err.txt
	lacks org/model err.txt
	[ ! -e stick/OWSTORE ]
	ok export org/model@1 --to stick --for site-b --key rel
}

@test "attack_G01 who may not read a class learns nothing of it" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	command -v setpriv >/dev/null || skip "no setpriv here"
	add_lora
	chmod 0750 store/zones/internal
	OPEN=$(mktemp -d)
	chmod 0755 "$OPEN"
	cp -rp store "$T/trust" "$OPEN/"
	export OWSTORE_STORE=$OPEN/store OWSTORE_TRUST=$OPEN/trust
	unset XDG_CONFIG_HOME
	stranger --version
	[ "$status" -eq 0 ] || skip "the program is not reachable for others"
	for words in ls 'ls --can commercial' 'impact --license Apache-2.0' 'report licences' 'lineage org/model@1' 'review --due 400'; do
		# shellcheck disable=SC2086 # words
		stranger $words
		[ "$status" -eq 0 ] || { cat err.txt >&2; return 1; }
		lacks lora out.txt err.txt
	done
	# nor in the manifests that are kept, whose folder is not for everybody
	[ "$(stat -c %a store/manifests)" = 750 ]
	stranger impact --license Apache-2.0 --json
	jq -e '.bundles == [] and (.warnings | any(contains("may not read the manifests")))' out.txt
	for words in 'show org/lora@1' 'show org/lorra' 'decide org/lora@1 --class internal' 'lineage org/lora@1'; do
		# shellcheck disable=SC2086 # words
		stranger $words
		[ "$status" -eq 2 ]
		grep -q 'no artifact org/lorr\?a' err.txt
		lacks 'mean org/lora' err.txt
	done
}

@test "attack_G02 what nobody has said anything about is in quarantine and stays there" {
	mkdir bare
	echo weights >bare/model.bin
	tell add bare --name org/bare --version 1
	tell decide org/bare@1 --class research --json
	[ "$status" -eq 6 ]
	jq -e '.ceiling == "quarantine" and ([.reasons[].rule] | contains(["X-NOTEXT"]))' out.txt
	ok approve org/bare@1 --class research --key bob
	no 6 X-NOTEXT promote org/bare@1 --to research --key ann --passphrase-fd 0
	no 6 'org/bare@1 is in quarantine' export org/bare@1 --to stick --for world --key rel --passphrase-fd 0
	no 6 quarantine checkout org/bare@1 out
	[ ! -e stick/OWSTORE ] && [ ! -e out ]
}

@test "attack_G03 the same bytes under two labels lie in both trees, and each artifact goes as far as its own" {
	tell add "$T/model" --name org/ours --version 1
	ok approve org/ours@1 --class internal --key bob
	ok promote org/ours@1 --to internal --key ann
	sum=$(sha256sum <"$T/model/model.gguf" | cut -c 1-64)
	for class in internal redistributable; do ls "store/zones/$class/blobs/Apache-2.0/${sum:0:2}/$sum"; done
	no 6 'org/ours@1 is internal' export org/ours@1 --to stick --for site-b --key rel --passphrase-fd 0
	ok export org/model@1 --to stick --for world --key rel
	lacks org/ours stick
	tell fsck
	[ "$status" -eq 0 ]
}

@test "attack_G04 a tokenizer under narrower terms keeps all of its artifact back" {
	rm -rf store
	cp -r "$T/fresh" store
	ok interpret org/model@1 --component tokenizer.json --license CC-BY-NC-4.0 --key bob
	mkdir parts
	cp -r "$T/model" parts/model
	mkdir parts/tok
	mv parts/model/tokenizer.json parts/tok/
	echo 'what nobody has seen before' >parts/tok/LICENSE
	tell add parts --name org/parts --version 1
	ok interpret org/parts@1 --text tok/LICENSE --license CC-BY-NC-4.0 --key bob
	ok approve org/parts@1 --class customer --recipient site-b --key bob
	tell promote org/parts@1 --to customer --recipient site-b --key ann --passphrase-fd 0 --json
	[ "$status" -eq 6 ]
	jq -e '.ceiling == "research" and ([.reasons[] | select(.severity == "block") | [.rule, .component]]
		| contains([["X-NC", "tok/tokenizer.json"]]))' out.txt
	tell decide org/parts@1 --class customer --recipient site-b --json
	jq -e '.split_plan | tostring | contains("tok/tokenizer.json")' out.txt
}

@test "attack_G08 what a sender let through is decided by the receiver alone" {
	cp -r "$T/model" odd
	echo 'what nobody has seen before' >odd/LICENSE
	tell add odd --name org/odd --version 1
	ok promote org/odd@1 --to customer --license MIT --reason 'so they say' --key ann # as if the sender had no policy
	ok export org/odd@1 --to stick --for site-b --key rel
	tell init high
	export OWSTORE_STORE=$PWD/high
	tell import stick
	[ "$status" -eq 0 ]
	tell show org/odd@1 --json
	jq -e '.class == "quarantine"' out.txt
	ok approve org/odd@1 --class internal --key bob
	no 6 'X-NOTEXT\|X-MISMATCH' promote org/odd@1 --to internal --key ann --passphrase-fd 0
	no 6 quarantine checkout org/odd@1 out
	[ ! -e out ]
}

@test "attack_G11 a bundle is the same whatever else the store holds" {
	mkdir alone among
	cp -r store other
	ok export org/model@1 --to alone --for world --key rel
	export OWSTORE_STORE=$PWD/other
	tell add "$T/model" --name org/ours --version 1
	add_lora
	ok export org/model@1 --to among --for world --key rel
	diff -r alone among
}

@test "what could take the place of what hangs on a licence, by ceiling, and nothing that a licence keeps out" {
	for name in llama other narrow; do
		mkdir "$name"
		echo "weights $name" >"$name/model.bin"
		echo "what nobody has seen before: $name" >"$name/LICENSE"
		tell add "$name" --name "org/$name" --version 1
	done
	ok promote org/llama@1 --to customer --license LicenseRef-llama-3.1 --reason mine --key ann
	ok promote org/other@1 --to internal --license MIT --reason mine --key ann
	ok interpret org/other@1 --text LICENSE --license MIT --key ann
	ok promote org/narrow@1 --to research --license CC-BY-NC-4.0 --reason mine --key ann
	ok interpret org/narrow@1 --text LICENSE --license CC-BY-NC-4.0 --key ann
	tell add "$T/lora" --name org/unpromoted --version 1
	tell impact --license LicenseRef-llama-3.1 --replacements --json
	[ "$status" -eq 0 ]
	jq -e '[.artifacts[].name] == ["org/llama"]' out.txt
	jq -e '[.replacements[] | [.name, .class, .ceiling]] == [["org/model", "redistributable", "redistributable"],
		["org/other", "internal", "redistributable"]]' out.txt
	tell impact --license LicenseRef-llama-3.1 --json
	jq -e 'has("replacements") | not' out.txt
	tell impact --license MIT --replacements
	grep -q '^org/model@1 *redistributable  redistributable$' out.txt
	tell impact --license LicenseRef-llama-4 --replacements --json
	jq -e '.artifacts == [] and .replacements == []' out.txt
}

@test "what a file says of itself, in its first lines or beside it, chooses among the texts of LICENSES/" {
	mkdir -p reuse/LICENSES reuse/tools
	cp "$T/model/LICENSE" reuse/LICENSES/Apache-2.0.txt
	cp /usr/share/common-licenses/GPL-3 reuse/LICENSES/GPL-3.0-only.txt
	echo weights >reuse/model.bin
	printf 'SPDX-FileCopyrightText: 2025 Jane\n\nSPDX-License-Identifier: Apache-2.0\n' >reuse/model.bin.license
	printf '# SPDX-License-Identifier: GPL-3.0-only\nprint(1)\n' >reuse/tools/run.py
	echo 'print(2)' >reuse/tools/bare.py
	tell add reuse --name org/reuse --version 1
	tell decide org/reuse@1 --class internal --json
	jq -e '.effective == {"model.bin": "Apache-2.0", "tools/bare.py": "Apache-2.0 AND GPL-3.0-only",
		"tools/run.py": "GPL-3.0-only"}' out.txt
	jq -e '[.reasons[].rule] == ["X-APPROVAL"]' out.txt
	# a tag whose text is not there chooses none: all of them are for the file
	sed -i 's/GPL-3.0-only/MIT/' reuse/tools/run.py
	tell add reuse --name org/reuse --version 2
	tell decide org/reuse@2 --class customer --recipient site-b --json
	jq -e '.effective["tools/run.py"] == "Apache-2.0 AND GPL-3.0-only" and
		([.reasons[] | [.rule, .component]] | contains([["X-MISMATCH", "tools/run.py"]]))' out.txt
	# and no tag takes the text away that all of it lies under
	cp reuse/LICENSES/GPL-3.0-only.txt reuse/LICENSE
	tell add reuse --name org/reuse --version 3
	tell decide org/reuse@3 --class internal --json
	jq -e '.effective["model.bin"] == "GPL-3.0-only" and
		([.reasons[] | [.rule, .component, .text]] |
			contains([["X-MISMATCH", "model.bin", "declared Apache-2.0, but the text is that of GPL-3.0-only"]]))' out.txt
}

@test "attack_G07 an operator's word holds each text of a file, in any case of its id, or is told which it lacks" {
	mkdir two
	head -c 5000 /dev/urandom >two/model.bin
	cat "$T/model/LICENSE" /usr/share/common-licenses/GPL-3 >two/LICENSE
	tell add two --name org/two --version 1
	for word in Apache-2.0 apache-2.0; do
		no 6 "the word is $word, but LICENSE is the text of GPL-3.0-only, which is not in it" \
			promote org/two@1 --to customer --license $word --reason mine --key ann --passphrase-fd 0
	done
	ok promote org/two@1 --to customer --license 'apache-2.0 AND gpl-3.0-ONLY' --reason mine --key ann --dry-run
}

@test "attack_G07 tags beyond those that a finding holds leave no file to the licence of all" {
	mkdir flood
	cp "$T/model/LICENSE" flood/
	for i in {10..27}; do
		seq -f "# SPDX-License-Identifier: L$i.%g" 1 250 >flood/a$i.py
	done
	printf '# SPDX-License-Identifier: GPL-3.0-only\nprint(1)\n' >flood/z.py
	echo 'print(2)' >flood/zz.py
	tell add flood --name org/flood --version 1
	grep -q 'a27.py: its SPDX tags cannot be read (too many claims)' err.txt
	tell decide org/flood@1 --class internal --json
	jq -e '[.reasons[] | select(.rule == "X-MISMATCH") | .text] |
		index("declared NOASSERTION, but the text is that of Apache-2.0")' out.txt
	jq -e '[.reasons[] | select(.rule == "X-MISMATCH" and (.component | contains("z.py")))] != []' out.txt
	rm flood/a2?.py
	tell add flood --name org/flood --version 2
	tell decide org/flood@2 --class internal --json
	jq -e '[.reasons[] | select(.component == "z.py") | .text] ==
		["declared GPL-3.0-only, but the text is that of Apache-2.0"]' out.txt
	jq -e '[.reasons[] | select(.component == "zz.py")] == []' out.txt
}
