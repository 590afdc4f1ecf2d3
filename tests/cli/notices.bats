#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# What goes along with a bundle, and the report about licences.

bats_require_minimum_version 1.5.0
load two_sides

# A model with the text of its licence, a NOTICE and a card, and one that is made from it and has neither.
models() {
	mkdir -p base tuned
	cp "$T/model/model.gguf" base/model.gguf
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" base/LICENSE
	printf 'Base Model\nCopyright 2024 The B\303\244se Authors\n\tby hand\n' >base/NOTICE
	printf -- '---\nlicense: apache-2.0\n---\n# Base\n' >base/README.md
	head -c 3000 /dev/zero >tuned/model.bin
	printf -- '---\nlicense: apache-2.0\nbase_model: org/base\nbase_model_relation: finetune\n---\n# Tuned\n' \
		>tuned/README.md
}

# Add and promote by an operator's word.
take() { # FOLDER LICENCE
	ow add "$1" --store near --name "org/$1" --version 1
	ow promote "org/$1@1" --to customer --license "$2" --reason read --key ann --store near --passphrase-fd 0 <<<secret
}

sent() { # REF…
	export OWSTORE_TRUST=$T/near
	run --separate-stderr "$OWSTORE" export "$@" --to out --for site-b --key rel --store near --passphrase-fd 0 --json <<<secret
}

@test "texts, notices and SBOMs go along, whole, and stock tools check them" {
	models
	mkdir out
	ow init near
	take base Apache-2.0
	sent org/base@1
	[ "$status" -eq 0 ]
	cd "$(jq -r .path <<<"$output")"
	cmp LICENSES/APACHE_2_0_*.TXT "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt"
	grep -qx '    Copyright 2024 The Bäse Authors' NOTICE.TXT
	grep -qx $'    \tby hand' NOTICE.TXT
	[ "$(grep -c '^\[org/base@1: model.gguf\]$' NOTICES.TXT)" -eq 1 ]
	grep -q 'O-NOTICE-FILE Apache-2.0, 4(d): ' NOTICES.TXT
	jq -e '.artifacts[0].basis == "operator"' DECISION.JSON
	grep -qx '  Declared        Apache-2.0' NOTICES.TXT # by the card and by the model, in small letters
	jq -e '.packages[] | select(.name == "org/base@1: model.gguf")
		| .licenseConcluded == "Apache-2.0" and .licenseDeclared == "Apache-2.0"' SBOM/SPDX.JSON
	jq -e '.hasExtractedLicensingInfos // [] == []' SBOM/SPDX.JSON
	jq -e '.components[0].components[] | select(.name == "org/base@1: model.gguf")
		| .licenses[0].license.id == "Apache-2.0"' SBOM/CDX.JSON
	sha256sum --check --quiet SHA256SUM.TXT
}

@test "what is derived takes texts and NOTICE of its base along" {
	models
	mkdir out
	ow init near
	take base Apache-2.0
	take tuned Apache-2.0
	sent org/tuned@1
	[ "$status" -eq 0 ]
	cd "$(jq -r .path <<<"$output")"
	cmp LICENSES/APACHE_2_0_*.TXT "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt"
	grep -q 'org/base@1: NOTICE$' NOTICE.TXT
	grep -q 'Changed from the original: finetune org/base@1; CHANGES.JSON, entry 1' NOTICE.TXT
	jq -e '.changes[0].parents[0].kind == "finetune"' CHANGES.JSON
	jq -e '.relationships[] | select(.relationshipType == "DESCENDANT_OF")' SBOM/SPDX.JSON
}

@test "a text that nobody confirmed goes along as what the operator said, as it was judged" {
	models
	mkdir out
	sed -i 's/^ *2\. Grant of Copyright License\./& No commercial use whatsoever is granted by this section./' base/LICENSE
	ow init near
	take base MIT
	sent org/base@1
	[ "$status" -eq 0 ]
	[ "$(ls "$(jq -r .path <<<"$output")/LICENSES")" = MIT.TXT ]
	cmp "$(jq -r .path <<<"$output")/LICENSES/MIT.TXT" base/LICENSE
}

# Nothing on the medium says what only the near side may know: a name, a line.
keeps_quiet() { # WORD…
	local word
	for word in "$@"; do
		run grep -rlF -- "$word" .
		[ "$status" -eq 1 ] || { echo "$word: $output" >&2; return 1; }
	done
}

@test "what is derived takes nothing along of a base that may not go to the destination" {
	models
	mkdir out
	ow init near
	ow add base --store near --name org/base --version 7.secret
	ow promote org/base@7.secret --to internal --license Apache-2.0 --reason read --key ann --store near --passphrase-fd 0 <<<secret
	take tuned Apache-2.0
	sent org/tuned@1
	[ "$status" -eq 6 ]
	[[ "$stderr" == *"of org/base@7.secret is in class internal, too low to go"*"supply"* ]]
	[ ! -e out/OWSTORE ]
	ow promote org/base@7.secret --to customer --license Apache-2.0 --reason read --key ann --store near --passphrase-fd 0 <<<secret
	sent org/tuned@1
	[ "$status" -eq 0 ]
	grep -q 'org/base@7.secret: NOTICE$' "$(jq -r .path <<<"$output")/NOTICE.TXT"
}

@test "the same bytes in the artifact itself make up for a text that is held back" {
	models
	cp base/LICENSE base/NOTICE tuned/
	mkdir out
	ow init near
	ow add base --store near --name org/base --version 7.secret
	ow promote org/base@7.secret --to internal --license Apache-2.0 --reason read --key ann --store near --passphrase-fd 0 <<<secret
	take tuned Apache-2.0
	sent org/tuned@1
	[ "$status" -eq 0 ]
	cd "$(jq -r .path <<<"$output")"
	grep -qx $'    \tby hand' NOTICE.TXT
	keeps_quiet '7.secret'
	jq -e '.changes[0].parents == [{kind: "finetune", name: "org/base", artifact: null}]' CHANGES.JSON
}

@test "a decision does not let out what lacks a text that is held back, and names it" {
	models
	cp base/LICENSE tuned/
	echo 'Tuned Model' >tuned/NOTICE
	mkdir out
	ow init near
	ow add base --store near --name org/base --version 1
	ow promote org/base@1 --to internal --license Apache-2.0 --reason read --key ann --store near --passphrase-fd 0 <<<secret
	ow add tuned --store near --name org/tuned --version 1
	ow fact organisation commercial=true domicile=DE --key ann --store near --passphrase-fd 0 <<<secret
	ow fact site-b kind=company commercial=true purpose=commercial domicile=FR "screened=$(date -u +%F)" \
		--key ann --store near --passphrase-fd 0 <<<secret
	ow approve org/tuned@1 --class customer --recipient site-b --key ann --store near --passphrase-fd 0 <<<secret
	ow promote org/tuned@1 --to customer --recipient site-b --key ann --store near --passphrase-fd 0 <<<secret
	sent org/tuned@1
	[ "$status" -eq 6 ]
	[[ "$stderr" == *"NOTICE of org/base@1 is in class internal, too low to go"* ]]
	[[ "$stderr" == *"or promote org/base@1 first"* ]]
	[ -z "$(ls out)" ]
}

@test "two exports of the same say the same but for number and time" {
	models
	mkdir out
	ow init near
	take base Apache-2.0
	sent org/base@1
	sent org/base@1
	for file in NOTICE.TXT NOTICES.TXT CHANGES.JSON DECISION.JSON; do
		diff <(sed 's/_00000[12]//; s/"number":[12]//; s/"evaluated_at":"[^"]*"//g; s/Issued .*//' out/OWSTORE/LAB_MAIN_000001/$file) \
			<(sed 's/_00000[12]//; s/"number":[12]//; s/"evaluated_at":"[^"]*"//g; s/Issued .*//' out/OWSTORE/LAB_MAIN_000002/$file)
	done
}

# Add and promote by a decision.
decided() { # FOLDER
	ow add "$1" --store near --name "org/$1" --version 1
	ow approve "org/$1@1" --class customer --recipient site-b --key ann --store near --passphrase-fd 0 <<<secret
	ow promote "org/$1@1" --to customer --recipient site-b --key ann --store near --passphrase-fd 0 <<<secret
}

@test "each SBOM alone gives the decision again" {
	models
	mkdir -p out base/code
	cp "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt" tuned/LICENSE
	echo 'Tuned Model' >tuned/NOTICE
	echo 'print(1)' >base/code/run.py
	echo 'an agreement of our own' >base/code/LICENSE
	ow init near
	ow fact organisation commercial=true domicile=DE --key ann --store near --passphrase-fd 0 <<<secret
	ow fact site-b kind=company commercial=true purpose=commercial domicile=FR "screened=$(date -u +%F)" \
		--key ann --store near --passphrase-fd 0 <<<secret
	ow add base --store near --name org/base --version 1
	ow interpret org/base@1 --license MIT --text code/LICENSE --key ann --store near --passphrase-fd 0 <<<secret
	decided base
	decided tuned
	sent org/base@1 org/tuned@1
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
	bundle=$(jq -r .path <<<"$output")
	jq -e '[.artifacts[].decision.inputs.evaluated_at | strptime("%Y-%m-%dT%H:%M:%SZ")] | length == 2' "$bundle/DECISION.JSON"
	"$OWSTORE" fact --store near --json >facts.json
	again=$OWSTORE_SOURCE/tests/support/bom_case.py
	for sbom in SPDX CDX; do
		python3 "$again" "$OWSTORE" "$bundle" "$bundle/SBOM/$sbom.JSON" facts.json >told.txt || { cat told.txt; false; }
		[ "$(wc -l <told.txt)" -eq 2 ]
	done
	# a licence or an edge that is another gives another decision
	sed 's/concluded MIT/concluded CC-BY-NC-4.0/' "$bundle/SBOM/SPDX.JSON" >spoilt.json
	run python3 "$again" "$OWSTORE" "$bundle" spoilt.json facts.json
	[ "$status" -eq 1 ]
	jq '.components |= map(del(.pedigree))' "$bundle/SBOM/CDX.JSON" >spoilt.json
	run python3 "$again" "$OWSTORE" "$bundle" spoilt.json facts.json
	[ "$status" -eq 1 ]
}

@test "no word stands for a missing text: the export is refused and names the file to supply" {
	mkdir bare out
	cp "$T/model/model.gguf" bare/
	ow init near
	take bare Apache-2.0
	sent org/bare@1
	[ "$status" -eq 6 ]
	[[ "$stderr" == *"the text of Apache-2.0 is not in hand"*"supply a file LICENSE"* ]]
	[ ! -e out/OWSTORE ]
}

@test "verify tells whether they are there, by their names" {
	far
	run "$OWSTORE" verify "$T/stick"
	[ "$status" -eq 0 ]
	[[ "$output" == *"notices     complete"* ]]
	run "$OWSTORE" verify "$T/stick" --json
	[ "$(jq -r '.bundles[0].notices' <<<"$output")" = complete ]
}

@test "a changed notice is as wrong as a changed weight" {
	far
	spoiled
	sed -i 's/NOTICE/NOTISE/' "$bundle/NOTICE.TXT"
	run "$OWSTORE" verify stick
	[ "$status" -eq 3 ]
	[[ "$output" == *"NOTICE.TXT"* ]]
}

@test "the report tells licences, ceilings and obligations, as a page that loads nothing" {
	models
	ow init near
	ow add base --store near --name 'org/base' --version 1
	ow add tuned --store near --name 'org/tuned' --version 1
	run --separate-stderr "$OWSTORE" report licences --store near --json --out page.html
	[ "$status" -eq 0 ]
	[ "$(jq '.artifacts | length' <<<"$output")" -eq 2 ]
	jq -e '.artifacts[0].licenses[0] | .license == "Apache-2.0" and (.obligations | length) > 2' <<<"$output"
	grep -q 'org/tuned@1' page.html
	grep -q 'O-COPY' page.html
	run grep -iE '<script|javascript:|https?:|src=|href=|url\(|@import' page.html
	[ "$status" -eq 1 ]
	run "$OWSTORE" report licences --store near --out page.html
	[ "$status" -ne 0 ]
	[[ "$output" == *"another name"* ]]
	run "$OWSTORE" report licences --store near 'org/tu*'
	[[ "$output" == *org/tuned@1* && "$output" != *org/base@1* ]]
}
