#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# What holds for every verb: help, usage errors, output, completion, manual.

setup() {
	unset OWSTORE_STORE OWSTORE_TRUST OWSTORE_KEYS OWSTORE_JOBS OWSTORE_CONFIG NO_COLOR
	unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
	export HOME=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR" || return
}

# Every verb, one a line, from the pages that the program wrote.
verbs() {
	"$OWSTORE" completion fish | sed -n "s/^complete -c owstore -n '__fish_seen_subcommand_from \([a-z-]*\)\(; and __fish_seen_subcommand_from \([a-z-]*\)\)\{0,1\}' -l help .*/\1 \3/p" | sed 's/ $//'
}

# The first words of verbs of two.
groups() {
	verbs | sed -n 's/ .*//p' | sort | uniq -c | awk '{print $2}' | while read -r word; do
		verbs | grep -q "^$word " && echo "$word"
	done
	return 0
}

# Run owstore with standard output and error apart: $out, $err, $status.
tell() {
	status=0
	"$OWSTORE" "$@" >out.txt 2>err.txt || status=$?
	out=$(cat out.txt) err=$(cat err.txt)
}

narrow() { # FILE
	[ "$(LC_ALL=C.UTF-8 grep -cE '.{81}' "$1")" -eq 0 ]
}

@test "there are verbs to look at" {
	[ "$(verbs | wc -l)" -ge 4 ]
	verbs | grep -qx 'config show'
	groups | grep -qx config
}

@test "help of every level is on stdout, at most 80 columns, with two examples" {
	"$OWSTORE" --help >help.txt 2>err.txt
	narrow help.txt
	[ ! -s err.txt ]
	verbs | while read -r verb; do
		# shellcheck disable=SC2086 # a verb is one word or two
		"$OWSTORE" $verb --help >help.txt 2>err.txt
		narrow help.txt
		[ ! -s err.txt ]
		grep -q "^Usage: owstore $verb" help.txt
		[ "$(sed -n '/^Examples/,/^Exit/p' help.txt | grep -c '^  [^ ]')" -ge 2 ]
		grep -qP '[^\x00-\x7f]' help.txt && return 1
		# shellcheck disable=SC2086
		[ "$("$OWSTORE" help $verb)" = "$(cat help.txt)" ]
	done
	groups | while read -r group; do
		"$OWSTORE" "$group" --help >help.txt
		narrow help.txt
		[ "$(grep -c "^  $group " help.txt)" -ge 1 ]
	done
}

@test "the overview names every verb" {
	"$OWSTORE" --help >help.txt
	verbs | while read -r verb; do
		grep -q "^  $verb " help.txt
	done
}

@test "without a verb the overview goes to stderr" {
	tell
	[ "$status" -eq 2 ]
	[ -z "$out" ]
	grep -q '^Usage: owstore' err.txt
}

@test "attack_J08 usage errors are exit 2, on stderr, with what to do next" {
	for words in 'verfy' 'config shw' 'config' '-v' 'help verfy' 'config show x' 'completion' 'completion tcsh' \
		'version --jsn' 'version -x' 'version --color' 'version --color red' 'version -q -q'; do
		# shellcheck disable=SC2086
		tell $words
		[ "$status" -eq 2 ]
		[ -z "$out" ]
		grep -q '^owstore: ' err.txt
	done
	tell version $'a\nb'
	[ "$status" -eq 2 ]
	[ "$(wc -l <err.txt)" -eq 2 ]
	[ "$(tail -n 1 err.txt)" = "  next:  owstore help version" ]
}

@test "did you mean" {
	tell confg show
	[[ $err == *"lists the verbs"* ]]
	tell config shwo
	[[ $err == *"did you mean 'owstore config show'?"* ]]
	tell versoin
	[[ $err == *"did you mean 'owstore version'?"* ]]
	tell version --jsn
	[[ $err == *"did you mean '--json'?"* ]]
}

@test "attack_J10 every usage error of every verb is one JSON object" {
	verbs | while read -r verb; do
		# shellcheck disable=SC2086
		tell $verb --json --no-such-option
		[ "$status" -eq 2 ]
		[ "$(wc -l <out.txt)" -eq 1 ]
		jq -e '.schema == "owstore.error/1" and .error.exit == 2 and .error.code == "OWS-E-USAGE"
			and (.error.message | contains("--no-such-option"))' out.txt
		[ -n "$err" ]
	done
	tell nonsense --json
	jq -e '.error.code == "OWS-E-USAGE"' out.txt
	tell --json
	jq -e '.error.code == "OWS-E-USAGE"' out.txt
}

@test "attack_J06 names in messages are scrubbed" {
	tell "$(printf 'a\xe2\x80\xae\xc2\x9bb')"
	[ "$status" -eq 2 ]
	[[ $err == *'a\u{202e}\u{9b}b'* ]]
	tell "$(printf '\xff')" --json
	jq -e '.error.message | contains("\\xff")' out.txt
}

@test "attack_H28 closed descriptors at the start" {
	run bash -c '"$OWSTORE" version >&-'
	[ "$status" -eq 0 ]
	run bash -c '"$OWSTORE" nonsense 2>&-'
	[ "$status" -eq 2 ]
	run bash -c '"$OWSTORE" version <&- >&- 2>&-'
	[ "$status" -eq 0 ]
	run bash -c 'ulimit -n 16; "$OWSTORE" config show'
	[ "$status" -eq 0 ]
}

@test "attack_H30 a full or closed output is an error" {
	for verb in version 'config show' --help 'completion bash' 'version --json'; do
		# shellcheck disable=SC2086
		run bash -c '"$OWSTORE" '"$verb"' >/dev/full 2>err.txt'
		[ "$status" -eq 9 ]
		grep -q 'No space left on device' err.txt
	done
	run bash -c '(sleep 0.2; "$OWSTORE" completion bash 2>/dev/null; echo $? >status) | true; sleep 0.6; cat status'
	[ "$output" = 9 ]
}

@test "attack_J12 locale and time zone change nothing" {
	"$OWSTORE" config show --json >plain
	LC_ALL=tr_TR.UTF-8 TZ=:/etc/passwd LANG=de_DE "$OWSTORE" config show --json >other
	cmp plain other
	run env LC_ALL=de_DE.UTF-8 "$OWSTORE" config show --store /nonexistent --no-such
	[ "$status" -eq 2 ]
}

@test "version and build id" {
	tell --version
	[[ $out == "owstore "[0-9]*"("*")" ]]
	[ "$out" = "$("$OWSTORE" version)" ]
	"$OWSTORE" version --json | jq -e '.schema == "owstore.version/1" and .release and .build'
}

@test "settings: flag over environment over file over default" {
	mkdir -p .config/owstore
	printf 'store: /from/file\njobs: 3\n' >.config/owstore/config.yaml
	"$OWSTORE" config show --origin --json >all.json
	jq -e '.settings.store.value == "/from/file"' all.json
	jq -e '.settings.store.origin | endswith("/.config/owstore/config.yaml:1")' all.json
	OWSTORE_STORE=/from/env "$OWSTORE" config show --json | jq -e '.settings.store.origin == "OWSTORE_STORE"'
	OWSTORE_STORE=/from/env "$OWSTORE" config show --store flag --json | jq -e '.settings.store.value == "flag"'
	printf 'store: /a\nstore: /b\n' >.config/owstore/config.yaml
	tell config show
	[ "$status" -eq 2 ]
	[[ $err == *"config.yaml:2:1: key 'store' again, first at line 1"* ]]
	# the tool's own verbs still work
	tell help config show
	[ "$status" -eq 0 ]
	tell version
	[ "$status" -eq 0 ]
}

@test "colours only where they are asked for" {
	[ "$("$OWSTORE" config show | grep -c $'\e')" -eq 0 ]
	[ "$("$OWSTORE" config show --color=always | grep -c $'\e')" -ge 1 ]
	[ "$("$OWSTORE" config show --color=never | grep -c $'\e')" -eq 0 ]
}

@test "completion scripts are sound" {
	"$OWSTORE" completion bash | bash -n
	if command -v zsh; then "$OWSTORE" completion zsh >_owstore && zsh -n _owstore; fi
	if command -v fish; then "$OWSTORE" completion fish >o.fish && fish --no-execute o.fish; fi
}

@test "bash completes verbs, second words, options and their values" {
	"$OWSTORE" completion bash >script
	cat >try <<-'END'
		source ./script
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_owstore
		echo "${COMPREPLY[*]}"
	END
	[ "$(bash try owstore vers)" = version ]
	[ "$(bash try owstore config s)" = show ]
	[ "$(bash try owstore config show --ori)" = --origin ]
	[ "$(bash try owstore config show --color n)" = never ]
	mkdir folder
	[ "$(bash try owstore config show --store fol)" = folder ]
}

@test "manual pages of all verbs, clean of warnings" {
	"$OWSTORE" man-page --to pages
	[ "$(find pages -type f | wc -l)" -eq $(($(verbs | wc -l) + 1)) ]
	verbs | while read -r verb; do
		page=pages/owstore-${verb// /-}.1
		mandoc -Tlint -Wwarning "$page"
		for section in NAME SYNOPSIS DESCRIPTION OPTIONS FILES 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
			grep -q "^\.Sh $section$" "$page"
		done
	done
	mandoc -Tlint -Wwarning pages/owstore.1
	for page in "$OWSTORE_SOURCE"/docs/man/*.[1-8]; do
		mandoc -Tlint -Wwarning "$page"
	done
}

@test "every page that is referred to exists" {
	"$OWSTORE" man-page --to pages
	sed -n 's/^\.\(It \)\{0,1\}Xr \(owstore[a-z-]*\) 1.*/\2/p' pages/* | sort -u >named
	[ "$(wc -l <named)" -gt 5 ]
	while read -r page; do
		[ -e "pages/$page.1" ]
	done <named
}

@test "exit status in help and manual are those of the library" {
	for code in 0 2 3 4 5 6 7 8 9 10 11 12 13 70; do
		grep -q "^\.It $code OWS-" "$OWSTORE_SOURCE/docs/man/owstore-errors.7"
		"$OWSTORE" man-page | grep -q "^\.It $code$"
	done
}
