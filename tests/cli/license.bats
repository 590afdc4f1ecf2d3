#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# Telling licences: the texts that every Debian system has, written otherwise and changed.

common=/usr/share/common-licenses

setup() {
	unset OWSTORE_STORE OWSTORE_TRUST OWSTORE_KEYS OWSTORE_JOBS OWSTORE_CONFIG NO_COLOR
	export HOME=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR" || return
}

needs() { # FILE…
	for file in "$@"; do
		[ -f "$common/$file" ] || skip "$common/$file is not on this system"
	done
}

# "state id" of one file.
told() { # FILE
	"$OWSTORE" license identify --json "$1" | jq -r '.files[0] | "\(.state) \(.id)"'
}

ids() { # FILE
	"$OWSTORE" license identify --json "$1" | jq -r '[.files[0].matches[].id] | unique | join(" ")'
}

@test "the project's own licence, word for word" {
	run told "$OWSTORE_SOURCE/LICENSES/Apache-2.0.txt"
	[ "$output" = "confirmed-exact Apache-2.0" ]
}

@test "texts of this system are themselves" {
	needs Apache-2.0 BSD CC0-1.0 MPL-2.0 GFDL-1.3
	[ "$(told $common/Apache-2.0)" = "confirmed-exact Apache-2.0" ]
	[ "$(told $common/MPL-2.0)" = "confirmed-exact MPL-2.0" ]
	[ "$(told $common/CC0-1.0)" = "confirmed-exact CC0-1.0" ]
	[ "$(told $common/BSD)" = "confirmed BSD-3-Clause" ]
	[ "$(told $common/GFDL-1.3)" = "confirmed GFDL-1.3-or-later" ]
}

@test "the GPL serves ids with and without later versions (D48)" {
	needs GPL-2 GPL-3 LGPL-2.1
	[ "$(told $common/GPL-2)" = "confirmed-exact null" ]
	[ "$(ids $common/GPL-2)" = "GPL-2.0-only GPL-2.0-or-later" ]
	[ "$(ids $common/GPL-3)" = "GPL-3.0-only GPL-3.0-or-later" ]
	[ "$(ids $common/LGPL-2.1)" = "LGPL-2.1-only LGPL-2.1-or-later" ]
	run "$OWSTORE" license identify $common/GPL-3
	[[ "$output" == *"GPL-3.0-only, GPL-3.0-or-later"* ]]
}

@test "no text of this system is taken for another" {
	[ -d $common ] || skip "$common is not on this system"
	"$OWSTORE" license identify --json $common/* >all.json
	# older and other versions than those known
	jq -e '[.files[] | select(.path | test("/(Artistic|GPL-1|LGPL-2|GFDL-1.2|MPL-1.1)$")) | .state
		| startswith("confirmed")] | any | not' all.json
}

@test "the same text wrapped, quoted, in capitals, in other encodings" {
	needs Apache-2.0
	text=$common/Apache-2.0
	fmt -w 60 $text >wrapped
	sed 's/^/> /' $text >quoted
	sed 's|^|// |' $text >commented
	tr '[:lower:]' '[:upper:]' <$text >capitals
	sed 's/$/\r/' $text >crlf
	(printf '\xef\xbb\xbf' && cat $text) >marked
	iconv -t UTF-16 $text >utf16
	(printf 'Copyright 2031 Jane Roe\n\n' && cat $text) >owned
	for file in wrapped quoted commented capitals crlf marked utf16 owned; do
		run told $file
		echo "$file: $output"
		[[ "$output" == confirmed*" Apache-2.0" ]]
	done
}

@test "an agreement in the prompt of a card" {
	needs CC0-1.0
	(printf -- '---\nlicense: cc0-1.0\nextra_gated_prompt: |-\n' && sed 's/^/  /' $common/CC0-1.0 &&
		printf -- 'tags: [a]\n---\n# A model\n\nIt writes.\n') >README.md
	[ "$(told README.md)" = "confirmed-exact CC0-1.0" ]
	"$OWSTORE" license identify --json README.md >told.json
	jq -e '.files[0].declared == [{"key": "license", "value": "cc0-1.0", "id": "CC0-1.0"}]' told.json
	# the bytes of the file that the text is in
	range=$(jq -r '.files[0].matches[0].range | "\(.[0]) \(.[1])"' told.json)
	tail -c +"$((${range% *} + 1))" README.md | head -c $((${range#* } - ${range% *})) >prompt
	head -n 1 prompt | grep -q '^extra_gated_prompt'
	[ "$(tail -n 1 prompt)" != "---" ]
}

@test "a saved web page is known by its id (D48)" {
	needs Apache-2.0
	(echo '<!DOCTYPE html><html><head><title>x</title><script>var a = 1;</script></head><body><nav>Home</nav><pre>'
		sed 's/&/\&amp;/g; s/</\&lt;/g' $common/Apache-2.0
		echo '</pre><footer>Imprint and privacy of this site</footer></body></html>') >page.html
	[ "$(told page.html)" = "modified Apache-2.0" ]
}

@test "traps 1 and 16: a clause, a lost not, a number, a lost paragraph" {
	needs Apache-2.0 BSD
	text=$common/Apache-2.0
	(cat $text && echo 'You must not use the Work for commercial purposes.') >appended
	sed '60a\\n   Use by more than 700 persons needs a royalty.\n' $text >inserted
	sed 's/does not grant permission/does grant permission/' $text >negated
	sed 's/Version 2.0, January 2004/Version 2.1, January 2004/' $text >number
	sed '/3. Grant of Patent License/,/such litigation is filed/d' $text >shorter
	for file in appended inserted negated number shorter; do
		! cmp -s $file $text
		run told $file
		echo "$file: $output"
		[[ "$output" == modified* ]]
	done
	"$OWSTORE" license identify --json appended | jq -e '.files[0].excerpt | startswith("you must not use")'
	# BSD-3-Clause without its third clause is BSD-2-Clause, and nothing else
	sed '/^3\. /,/^$/d' $common/BSD >two-clauses
	[ "$(ids two-clauses)" = "BSD-2-Clause" ]
}

@test "a folder: declared against found" {
	needs Apache-2.0 CC0-1.0
	verdict() {
		"$OWSTORE" license identify --json model | jq -r '.folders[0].state'
	}
	mkdir model
	[ "$(verdict)" = absent ]
	printf -- '---\nlicense: apache-2.0\n---\n# A\n' >model/README.md
	[ "$(verdict)" = tag-only ]
	cp $common/Apache-2.0 model/LICENSE
	[ "$(verdict)" = confirmed ]
	cp "$OWSTORE_SOURCE/src/infer/tiny.gguf" model/tiny.gguf # general.license is Apache-2.0
	[ "$(verdict)" = confirmed ]
	cp $common/CC0-1.0 model/LICENSE
	[ "$(verdict)" = mismatch ]
	"$OWSTORE" license identify model | grep -q 'model: mismatch: declared Apache-2.0; found CC0-1.0'
	(cat $common/Apache-2.0 && echo 'It must not be used at sea.') >model/LICENSE
	[ "$(verdict)" = modified ]
	echo 'Our own words.' >model/LICENSE
	[ "$(verdict)" = unknown-text ]
	rm model/README.md model/tiny.gguf
	cp $common/Apache-2.0 model/LICENSE
	[ "$(verdict)" = text-only ]
	# a link is named, not followed
	ln -sf $common/Apache-2.0 model/LICENSE
	run "$OWSTORE" license identify model
	[[ "$output" == *"model/LICENSE: no regular file, not looked at"* ]]
	[ "$(verdict)" = absent ]
}

@test "hostile files are told or refused, never worse" {
	head -c 3000000 /dev/urandom >noise
	printf '\0\0\0\0' >zeros
	: >empty
	head -c 5000000 /dev/zero >large
	yes 'a b' | head -c 1000000 >same
	"$OWSTORE" license identify --json noise zeros empty large same >told.json
	jq -e '[.files[].state] == ["unknown-text", "unknown-text", "unknown-text", "unknown-text", "unknown-text"]' told.json
	mkfifo pipe
	run "$OWSTORE" license identify pipe
	[ "$status" -eq 7 ]
	run "$OWSTORE" license identify missing
	[ "$status" -eq 9 ]
}

@test "attack_J06 names and claims are scrubbed" {
	mkdir model
	printf -- '---\nlicense: "a\\e[31mb"\n---\n' >model/README.md
	cp model/README.md "model/README"$'\e[31m.md'
	run "$OWSTORE" license identify model
	[ "$status" -eq 0 ]
	[[ "$output" != *$'\e'* ]]
	[[ "$output" == *'u{1b}'* ]]
}

@test "names in a folder cannot speak to the terminal" {
	mkdir hostile
	ln -s nowhere "hostile/LICENSE-"$'\e'"[31mHI"
	run "$OWSTORE" license identify hostile
	[[ $output != *$'\e'* ]]
	[[ $output == *"no regular file"* ]]
}
