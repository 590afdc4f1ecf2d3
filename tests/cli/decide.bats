#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# From the bytes of a model to a decision: what was found in its files, what it was made from, what is on record.
# With OWSTORE_TEST_MODEL the model is that file; else it is a small one of the same form.

common=/usr/share/common-licenses

load lab

setup_file() {
	export T=$BATS_FILE_TMPDIR OWSTORE_KDF=least
	export OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/trust
	mkdir -p "$T/model"
	if [ -f "${OWSTORE_TEST_MODEL:-}" ]; then
		ln "$OWSTORE_TEST_MODEL" "$T/model/model.gguf" 2>/dev/null || cp "$OWSTORE_TEST_MODEL" "$T/model/model.gguf"
	else
		python3 "$OWSTORE_SOURCE/tools/make-gguf" "$T/model/model.gguf" --size 6 >/dev/null
	fi
	printf -- '---\nlicense: apache-2.0\n---\n# A model\n' >"$T/model/README.md"
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" "$T/model/LICENSE"
	found_lab "ann bob" site-b:customer world:redistributable
	"$OWSTORE" init "$T/store"
	OWSTORE_CLOCK=2026-11-20T08:00:00Z "$OWSTORE" add "$T/model" --store "$T/store" --name org/model --version 1
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$T/store" store
	export OWSTORE_STORE=$PWD/store
	if [ -n "${OWSTORE_FAULTS:-}" ]; then # only test builds take the time from outside
		export OWSTORE_CLOCK=2026-11-21T08:00:00Z
	fi
}

# Run owstore with standard output and error apart: out, err, $status.
tell() {
	status=0
	"$OWSTORE" "$@" >out 2>err <<<secret || status=$?
}

ok() {
	tell "$@"
	[ "$status" -eq 0 ] || { cat out err >&2; return 1; }
}

# A folder with the card and licence of a model, and small weights.
small() { # FOLDER CARD-LINES [LICENCE-FILE]
	mkdir -p "$1"
	printf -- '---\n%b---\n# A model\n' "$2" >"$1/README.md"
	echo "weights of $1" >"$1/model.bin"
	[ -z "${3:-}" ] || cp "$3" "$1/LICENSE"
}

# The rules that stop a request.
stops() { # DECIDE-ARGUMENT…
	tell decide --json "$@"
	jq -r '[.reasons[] | select(.severity == "block" or .severity == "review") | .rule] | unique | join(" ")' out
}

# What stands for the licence: state and id of each part.
stands() { # REF
	"$OWSTORE" show --json "$1" | jq -r '.licences[] | "\(.state) \(.license)"'
}

# A text of an agreement that no system has of its own.
agreement() { # FILE
	[ ! -f "${OWSTORE_TEST_TEXTS:-}/$1" ] || echo "$OWSTORE_TEST_TEXTS/$1"
}

@test "a licence with its text is told at add and in show" {
	ok add "$T/model" --name org/again --version 1
	grep -q '^  licence   Apache-2.0, confirmed by LICENSE$' out
	ok show org/again@1
	grep -q '^  found     Apache-2.0, confirmed by LICENSE$' out
	grep -q 'finding    looked at 3 files for licences: 1 text' out
	[ "$(stands org/again@1)" = "confirmed Apache-2.0" ]
	ok fsck --rebuild
	[ "$(stands org/again@1)" = "confirmed Apache-2.0" ]
	ok fsck
}

again='what is on record of its licences was found by another version'

@test "what another version found is looked for again, until fsck puts that on record" {
	rm -r store && "$OWSTORE" init store
	{ cat "$T/model/LICENSE"; echo 'Nobody may use it for profit, nor to train another model, whatever it says above.'; } >changed
	small model 'license: apache-2.0\n' changed
	ok add model --name org/small --version 1
	[ "$(stands org/small@1)" = "modified Apache-2.0" ]
	# it took the changed text for the whole one
	for change in 'f[9] = 77' 'f[9] = 1; f[4] = bytes(32)' 'del f[9]'; do
		found_before "$change; [t.update({2: t[2].replace('modified', 'confirmed')}) for t in f[5]]"
		tell decide org/small@1 --class internal --json
		jq -e '.reasons[] | select(.rule == "X-MISMATCH")' out
		jq -e --arg again "$again" '[.warnings[] | contains($again)] | any' out
		jq -e '[.warnings[] | contains("LICENSE was confirmed Apache-2.0, is modified Apache-2.0")] | any' out
		[ "$(stands org/small@1)" = "modified Apache-2.0" ]
	done
	# it counted the words otherwise, and looked at a file that this program does not look at
	found_before 'f[9] = 77; t = f[5][0]; t.update({2: "modified", 4: bytes([7] * 32)}); f[5].append(t | {0: "z.txt"})'
	tell decide org/small@1 --class internal --json
	jq -e '[.warnings[] | contains("LICENSE has other words than were seen before")] | any' out
	jq -e '[.warnings[] | contains("z.txt was modified Apache-2.0, is not looked at")] | any' out
	# what a person concludes is about the words as they are seen now
	ok interpret org/small@1 --license Apache-2.0 --text LICENSE --key ann --passphrase-fd 0
	[ "$(stands org/small@1)" = "concluded Apache-2.0" ]
	ok fsck --rebuild --json
	jq -e '.findings == 1' out
	tell decide org/small@1 --class internal --json
	jq -e --arg again "$again" '[.warnings[]? | contains($again)] | any | not' out
	[ "$(stands org/small@1)" = "concluded Apache-2.0" ]
	tell log
	grep -q 'fsck *done .*1 artifacts* looked at again' out
	ok fsck --rebuild
	grep -q 'looked at again' out && false
	ok fsck
}

@test "a decision for a customer names exactly what is missing, and what people supply is found" {
	tell decide org/model@1 --class customer --recipient acme
	[ "$status" -eq 6 ]
	[ "$(stops org/model@1 --class customer --recipient acme)" = "X-APPROVAL X-SANCTION" ]
	jq -e '.ceiling == "redistributable" and ([.obligations[] | select(.status == "unmet")] == [])
		and ([.obligations[].id] | unique == ["O-COPY", "O-COPYRIGHT"])' out
	ok fact acme kind=company commercial=true purpose=commercial domicile=FR screened=2026-11-20 --key ann --passphrase-fd 0
	[ "$(stops org/model@1 --class customer --recipient acme)" = "X-APPROVAL" ]
	ok approve org/model@1 --class customer --recipient acme --key ann --reason 'read the text' --passphrase-fd 0
	ok decide org/model@1 --class customer --recipient acme
	grep -q '^ALLOWED WITH OBLIGATIONS: class customer for acme, raw$' out
	[ "$(stops org/model@1 --class customer --recipient acme --form hosted)" = "X-APPROVAL" ]
	[ "$(stops org/model@1 --class redistributable)" = "X-APPROVAL" ]
	tell decide org/model@1 --class customer
	[ "$status" -eq 2 ]
}

@test "the text of --license-file may lie in what is added, once" {
	cp -r "$T/model" twice
	ok add twice --name org/twice --version 1 --license-file twice/LICENSE
	[ "$(stands org/twice@1)" = "confirmed Apache-2.0" ]
	ok show org/twice@1 --json
	jq -e '[.components[] | select(.path == "LICENSE") | .role] == ["licence"]' out
	echo 'other words' >LICENSE
	tell add twice --name org/twice --version 2 --license-file LICENSE
	[ "$status" -eq 2 ]
	grep -q 'the source has another file LICENSE' err
	ok add twice --name org/twice --version 2
	# by any name
	mv twice/LICENSE twice/TERMS.txt
	ok add twice --name org/twice --version 3 --license-file twice/TERMS.txt --dry-run
	ok add twice --name org/twice --version 3 --license-file twice/TERMS.txt
	ok show org/twice@3 --json
	jq -e '[.components[] | select(.path == "TERMS.txt") | .role] == ["licence"]' out
}

@test "without its text a tag names the licence, and the copy that must go along is missing" {
	cp -r "$T/model" bare
	rm bare/LICENSE
	ok add bare --name org/bare --version 1
	grep -q '^  licence   Apache-2.0 is declared, no licence text found$' out
	grep -q -- '--license-file FILE' out
	[ "$(stops org/bare@1 --class redistributable)" = "O-COPY O-COPYRIGHT X-APPROVAL" ]
	jq -e '.ceiling == "redistributable"' out
	ok add bare --name org/bare --version 2 --license-file "$T/model/LICENSE"
	[ "$(stands org/bare@2)" = "confirmed Apache-2.0" ]
	small silent ''
	ok add silent --name org/bare --version 3
	grep -q '^  licence   none declared, no licence text found$' out
	[ "$(stops org/bare@3 --class research)" = "X-APPROVAL X-NOTEXT" ]
	jq -e '.ceiling == "quarantine"' out
}

@test "another text than the declared one stops everything until a person concludes" {
	[ -f $common/GPL-3 ] || skip "$common/GPL-3 is not on this system"
	cp -r "$T/model" gpl
	cp $common/GPL-3 gpl/LICENSE
	ok add gpl --name org/gpl --version 1
	grep -q '^  licence   Apache-2.0 is declared, LICENSE holds the text of GPL-3.0-only$' out
	[ "$(stops org/gpl@1 --class internal)" = "X-APPROVAL X-MISMATCH" ]
	jq -e '.ceiling == "quarantine"' out
	ok interpret org/gpl@1 --text LICENSE --license GPL-3.0-or-later --key ann --reason 'the authors say so' --passphrase-fd 0
	[ "$(stands org/gpl@1)" = "concluded GPL-3.0-or-later" ]
	[ "$(stops org/gpl@1 --class internal)" = "X-APPROVAL" ]
	# a conclusion is about these words: other words ask again
	{ cat $common/GPL-3; echo; echo 'The licensee shall not use it in a plant.'; } >gpl/LICENSE
	ok add gpl --name org/gpl --version 2
	grep -q 'but the text in LICENSE was changed' out
	[ "$(stops org/gpl@2 --class internal)" = "X-APPROVAL X-MISMATCH" ]
}

@test "an agreement about models in the place of the declared licence" {
	llama=$(agreement llama-3.1-license-2024.LICENSE)
	[ -n "$llama" ] || skip "the text is not here: tools/check_licenses --texts fetches it, OWSTORE_TEST_TEXTS names the folder"
	cp -r "$T/model" llama
	cp "$llama" llama/LICENSE
	ok add llama --name org/llama --version 1
	grep -q 'LICENSE holds the text of LicenseRef-llama-3.1$' out
	[ "$(stops org/llama@1 --class internal)" = "X-APPROVAL X-MISMATCH X-SCALE" ]
	jq -e '.effective["model.gguf"] == "LicenseRef-llama-3.1"' out
}

# Out of quarantine, so that it can be a parent.
answer() {
	ok promote "$1" --to research --license "$2" --reason base --key ann --passphrase-fd 0
}

@test "what a card names as its base is a parent, and one that is not here caps the model" {
	small tuned 'license: apache-2.0\nbase_model: google/gemma-2-2b\n' "$T/model/LICENSE"
	ok add tuned --name me/tuned --version 1
	ok lineage me/tuned@1
	grep -q '^  finetune of google/gemma-2-2b: not in the store$' out
	[ "$(stops me/tuned@1 --class internal)" = "X-APPROVAL X-LINEAGE" ]
	jq -e '.ceiling == "research" and (.reasons[] | select(.rule == "X-LINEAGE") | .path[-1] == "google/gemma-2-2b")' out
	# once it is here, in whatever letters, its terms count
	small base 'license: gemma\n' "$T/model/LICENSE"
	ok add base --name Google/Gemma-2-2b --version abc
	[ "$(stops me/tuned@1 --class internal)" = "X-APPROVAL X-LINEAGE" ] # nobody answers for a name in quarantine
	answer Google/Gemma-2-2b@abc Apache-2.0
	[ "$(stops me/tuned@1 --class internal)" = "X-APPROVAL X-MISMATCH" ]
	jq -e '.reasons[] | select(.rule == "X-MISMATCH") | .path[-1] == "Google/Gemma-2-2b@abc"' out
}

@test "from quarantine to a customer and to anybody, with all that goes along; and what stops it" {
	said() { ok "$@" --passphrase-fd 0; }
	approved() {
		said approve "$1" --class redistributable --key ann
		said approve "$1" --class redistributable --key bob
	}
	refused() { # REF RULES…: by policy, for just these
		approved "$1"
		tell promote "$1" --to redistributable --key ann --passphrase-fd 0 --json
		[ "$status" -eq 6 ]
		[ "$(jq -r '[.reasons[] | select(.severity == "block") | .rule] | unique | join(" ")' out)" = "$2" ]
		[ "$("$OWSTORE" show "$1" --json | jq -r .class)" = quarantine ]
	}
	said fact organisation commercial=true domicile=DE --key ann
	said fact site-b kind=company commercial=true purpose=commercial domicile=FR screened=2026-11-01 --key ann
	said approve org/model@1 --class customer --recipient site-b --key bob
	said promote org/model@1 --to customer --recipient site-b --key ann
	approved org/model@1
	said promote org/model@1 --to redistributable --key ann
	mkdir stick
	said export org/model@1 --to stick --for world --key rel
	cmp stick/OWSTORE/*/LICENSES/APACHE_2_0_*.TXT "$T/model/LICENSE"
	grep -q 'model.gguf' stick/OWSTORE/*/NOTICES.TXT
	jq -e '.packages | length > 1' stick/OWSTORE/*/SBOM/SPDX.JSON
	jq -e '.specVersion == "1.6"' stick/OWSTORE/*/SBOM/CDX.JSON
	[ -f stick/OWSTORE/*/DECISION.JSON ]
	# the same model without its text, and made from one that is not here
	cp -r "$T/model" bare
	rm bare/LICENSE
	ok add bare --name org/bare --version 1
	refused org/bare@1 'O-COPY O-COPYRIGHT'
	cp -r "$T/model" tuned
	printf -- '---\nlicense: apache-2.0\nbase_model: google/gemma-2-2b\n---\n' >tuned/README.md
	ok add tuned --name org/tuned --version 1
	refused org/tuned@1 X-LINEAGE
	llama=$(agreement llama-3.1-license-2024.LICENSE)
	[ -n "$llama" ] || skip "all but the Llama text, which is not here"
	cp -r "$T/model" llama
	cp "$llama" llama/LICENSE
	ok add llama --name org/llama --version 1
	refused org/llama@1 'O-AUP X-DISPLAY X-MISMATCH'
}

@test "a quantized model inherits, through as many steps as there are" {
	[ -f $common/GPL-3 ] || skip "$common/GPL-3 is not on this system"
	small one 'license: gpl-3.0\n' $common/GPL-3
	small two 'license: gpl-3.0\nbase_model: a/one\nbase_model_relation: finetune\n' $common/GPL-3
	small three 'license: apache-2.0\nbase_model: a/two\nbase_model_relation: quantized\n' "$T/model/LICENSE"
	for name in three one two; do ok add $name --name a/$name --version 1; done
	answer a/one@1 GPL-3.0-only
	answer a/two@1 GPL-3.0-only
	[ "$(stops a/three@1 --class customer --recipient acme)" != "" ]
	jq -e '.effective["model.bin"] == "Apache-2.0 AND GPL-3.0-only"
		and (.reasons[] | select(.rule == "X-SAMETERMS")) and .ceiling == "internal"' out
	ok lineage a/three@1 --json
	jq -e '[.ancestors[] | "\(.depth) \(.kind) \(.name)"] == ["1 quantized a/two", "2 finetune a/one"]' out
	ok lineage a/one@1 --json
	jq -e '[.derived[] | "\(.depth) \(.kind) \(.name)"] == ["1 finetune a/two", "2 quantized a/three"]' out
	ok impact --license GPL-3.0-only --json
	jq -e '[.artifacts[] | "\(.name) \(.through)"] == ["a/one null", "a/three a/two@1", "a/two null"]' out
}

@test "a circle of bases is told and ends" {
	small x 'license: apache-2.0\nbase_model: c/y\n' "$T/model/LICENSE"
	small y 'license: apache-2.0\nbase_model: c/x\n' "$T/model/LICENSE"
	ok add x --name c/x --version 1
	ok add y --name c/y --version 1
	answer c/x@1 Apache-2.0
	answer c/y@1 Apache-2.0
	[ "$(stops c/x@1 --class internal)" = "X-APPROVAL X-LINEAGE" ]
	ok lineage c/x@1
	grep -q 'as above' out
	small self 'license: apache-2.0\nbase_model: c/self\n' "$T/model/LICENSE"
	ok add self --name c/self --version 1
	[ "$(stops c/self@1 --class internal)" = "X-APPROVAL X-LINEAGE" ]
}

@test "code and weights have texts of their own" {
	[ -f $common/GPL-3 ] || skip "$common/GPL-3 is not on this system"
	small dual 'license: apache-2.0\n'
	cp "$T/model/LICENSE" dual/LICENSE-MODEL
	cp $common/GPL-3 dual/LICENSE-CODE
	echo 'print(1)' >dual/modeling.py
	ok add dual --name org/dual --version 1
	ok show org/dual@1 --json
	jq -e '[.licences[] | "\(.parts): \(.state) \(.license) \(.found_in)"] | sort ==
		["model.bin: confirmed Apache-2.0 LICENSE-MODEL", "modeling.py: text-only GPL-3.0-only LICENSE-CODE"]' out
	[ "$(stops org/dual@1 --class internal)" = "X-APPROVAL" ]
	rm dual/LICENSE-MODEL
	ok add dual --name org/dual --version 2
	ok show org/dual@2 --json
	jq -e '.licences[] | select(.parts == "model.bin") | .state == "tag-only"' out
}

@test "the same records give the same decision, whatever their order" {
	[ -n "${OWSTORE_FAULTS:-}" ] || skip "only test builds take the time from outside"
	export OWSTORE_CLOCK=2026-11-21T09:00:00Z
	small base 'license: apache-2.0\n' "$T/model/LICENSE"
	small child 'license: mit\nbase_model: o/base\n'
	"$OWSTORE" init one
	"$OWSTORE" init two
	for name in base child; do ok add $name --store one --name o/$name --version 1; done
	for name in child base; do ok add $name --store two --name o/$name --version 1; done
	tell decide o/child@1 --class customer --recipient acme --json --store one
	cp out first
	tell decide o/child@1 --class customer --recipient acme --json --store two
	cmp first out
	ok fsck --rebuild --store two
	tell decide o/child@1 --class customer --recipient acme --json --store two
	cmp first out
}

@test "another licence for the same model is told, and the engine knows of it" {
	[ -n "${OWSTORE_FAULTS:-}" ] || skip "only test builds take the time from outside"
	[ -f $common/GPL-3 ] || skip "$common/GPL-3 is not on this system"
	small m 'license: apache-2.0\n' "$T/model/LICENSE"
	OWSTORE_CLOCK=2026-11-21T09:00:00Z ok add m --name o/m --version 1
	cp $common/GPL-3 m/LICENSE
	sed -i s/apache-2.0/gpl-3.0/ m/README.md
	OWSTORE_CLOCK=2026-11-21T10:00:00Z ok add m --name o/m --version 2
	grep -q '^  The licence changed: o/m@1 came under Apache-2.0, this one under GPL-3.0-only$' out
	grep -q '^    tightened ' out
	tell decide o/m@1 --class internal --json
	jq -e '.reasons[] | select(.rule == "drift") | .severity == "warn" and (.text | contains("GPL-3.0-only"))' out
	tell decide o/m@2 --class internal --json
	jq -e '[.reasons[] | select(.rule == "drift")] == []' out
	OWSTORE_CLOCK=2026-11-21T11:00:00Z ok add m --name o/m --version 3 --json
	jq -e '.drift == null' out
}

@test "listing by what licences let one do" {
	[ -f $common/GPL-3 ] || skip "$common/GPL-3 is not on this system"
	small gpl 'license: gpl-3.0\n' $common/GPL-3
	small none ''
	small lost 'license: apache-2.0\nbase_model: no/where\n' "$T/model/LICENSE"
	for name in gpl none lost; do ok add $name --name l/$name --version 1; done
	can() { "$OWSTORE" ls --can "$1" --json | jq -r '[.artifacts[].name] | join(" ")'; }
	[ "$(can redistribute)" = "l/gpl org/model" ]
	[ "$(can commercial)" = "l/gpl org/model" ]
	[ "$(can quantize)" = "l/gpl org/model" ]
	tell ls --can fly
	[ "$status" -eq 2 ]
	[ "$("$OWSTORE" ls --can redistribute --limit 1 --json | jq -r '[.artifacts[].name] | join(" ")')" = "l/gpl" ]
	[ "$("$OWSTORE" ls --license GPL-3.0-only --json | jq -r '[.artifacts[].name] | join(" ")')" = "l/gpl" ]
	[ "$("$OWSTORE" ls --license Apache-2.0 --json | jq -r '[.artifacts[].name] | join(" ")')" = "l/lost org/model" ]
}

@test "one artifact that cannot be looked at or judged keeps nothing back of the others" {
	rm -r store && "$OWSTORE" init store
	{ cat "$T/model/LICENSE"; echo; } >other
	small base 'license: apache-2.0\n' "$T/model/LICENSE"
	small bad 'license: apache-2.0\nbase_model: d/base\n' other
	small many ''
	for n in 1 2; do echo "a text of its own, number $n" >many/LICENSE-$n; done
	for name in base bad many; do ok add $name --name d/$name --version 1; done
	few='0BSD BSL-1.0 CC0-1.0 curl ECL-2.0 EPL-2.0 ISC MIT MPL-2.0 NCSA PSF-2.0 Zlib WTFPL AFL-3.0 OSL-3.0 PDDL-1.0 Unlicense'
	more='Apache-2.0 AFL-3.0 C-UDA-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0 O-UDA-1.0 LPPL-1.3c OFL-1.1 MIT-0 MS-PL EUPL-1.1 EUPL-1.2 ODC-By-1.0 PostgreSQL etalab-2.0 Unicode-3.0'
	ok interpret d/many@1 --license "${few// / AND }" --text LICENSE-1 --key ann --passphrase-fd 0
	ok interpret d/many@1 --license "${more// / AND }" --text LICENSE-2 --key ann --passphrase-fd 0
	found_before 'f[9] = 77'
	blob=$(find store/zones/quarantine -name "$(sha256sum <other | cut -d ' ' -f 1)*" -type f | head -n 1)
	chmod u+w "$blob"
	printf X | dd of="$blob" bs=1 seek=100 conv=notrunc status=none
	ok ls --can quantize --json
	jq -e '[.artifacts[].name] == ["d/base"]' out
	jq -e '[.warnings[] | select(contains("is not decided: artifact d/bad@1: LICENSE is damaged"))] != []' out
	jq -e '[.warnings[] | select(contains("is not decided: ") and contains("too many licences"))] != []' out
	ok ls --license Apache-2.0 --json
	jq -e '[.artifacts[].name] == ["d/base"]' out
	ok impact --license Apache-2.0 --replacements --json # of the damaged one its record counts
	jq -e '[.artifacts[] | [.name, .through]] == [["d/bad", "d/base@1"], ["d/base", null]]' out
	jq -e '[.warnings[] | select(contains("artifact d/bad@1: LICENSE is damaged") and
		contains("what that would have told is left out"))] | length == 1' out
	jq -e '[.warnings[] | select(contains("artifact d/many@1") and contains("too many licences"))] != []' out
	ok lineage d/base@1
	grep -q 'd/bad@1.*no licence' out
	tell lineage d/bad@1
	[ "$status" -eq 3 ]
}

@test "where no file can be looked at, what can be told is not taken for all" {
	command -v strace >/dev/null || skip "no strace here"
	export ASAN_OPTIONS=detect_leaks=0
	found_before 'f[9] = 77'
	for asked in 'ls --can quantize' 'ls --license Apache-2.0' 'impact --license Apache-2.0'; do
		# shellcheck disable=SC2086 # a verb and its options
		run strace -f -qq -o /dev/null -e trace=landlock_create_ruleset -e inject=landlock_create_ruleset:error=EOPNOTSUPP \
			"$OWSTORE" $asked
		[ "$status" -eq 13 ]
		[[ $output == *Landlock* ]]
	done
}

@test "the receiver looks for itself, and bundles are found by the licence they carried" {
	ok promote org/model@1 --to customer --license Apache-2.0 --reason read --key ann --passphrase-fd 0
	mkdir stick
	ok export org/model@1 --to stick --for site-b --key rel --passphrase-fd 0
	ok impact --license Apache-2.0 --json
	jq -e '.bundles | length == 1 and .[0].destination == "site-b" and .[0].name == "org/model"' out
	fingerprint=$(sha256sum "$T"/trust/lab/ROOT0001.CBR | cut -c1-64)
	export OWSTORE_TRUST=$PWD/far OWSTORE_STORE=$PWD/high
	ok trust init --root stick/OWSTORE --fingerprint "$fingerprint"
	ok init high
	ok import stick
	[ "$(stands org/model@1)" = "confirmed Apache-2.0" ]
	ok show org/model@1 --json
	jq -e '[.history[].kind] | sort == ["arrival", "finding"]' out
	ok impact --license Apache-2.0 --json
	jq -e '.bundles | length == 1' out
}

@test "a card that is not what it seems changes nothing but what is claimed" {
	# more than a card may hold, control characters, a base that is a path out of the world
	small hostile 'license: "apache-2.0\\x1b[31m"\nbase_model: "../../etc/passwd"\n'
	ok add hostile --name h/hostile --version 1
	! grep -q $'\x1b' out
	ok lineage h/hostile@1
	grep -q 'finetune of ../../etc/passwd: not in the store' out
	[ "$(stops h/hostile@1 --class internal)" = "X-APPROVAL X-LINEAGE X-NOTEXT" ]
}

@test "a card that cannot be read may hide a base: nothing is concluded from it" {
	small broken 'license: apache-2.0\nbase_model: &x org/base\n' "$T/model/LICENSE"
	ok add broken --name h/broken --version 1
	grep -q 'README.md: its front matter cannot be read' err
	[ "$(stands h/broken@1)" = "text-only Apache-2.0" ]
	[ "$(stops h/broken@1 --class internal)" = "X-APPROVAL X-LINEAGE" ]
}
