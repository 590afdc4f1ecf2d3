#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# How runs of a model end that do not end well: told to stop, with nobody to read or nowhere to write, and what they
# leave behind then.

bats_require_minimum_version 1.5.0

load lab

setup_file() {
	export TINY=$OWSTORE_SOURCE/src/infer/tiny.gguf
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Has $pid made its child? From then on it may be told to stop.
has_child() {
	[ -n "$(cat "/proc/$pid/task/$pid/children")" ]
}

# Tell $pid to stop as soon as the command succeeds; its status.
interrupt() { # COMMAND…
	until "$@"; do
		kill -0 "$pid" || return
		sleep 0.1
	done
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
}

# ---- told to stop, or not read ----

@test "run ends when nobody reads on, and with a line feed however it ends" {
	"$OWSTORE" run "$TINY" -p 'Once upon' -n 200000 --seed 1 2>said | head -c 10 >/dev/null && status=${PIPESTATUS[0]}
	[ "$status" -eq 9 ]
	grep -q 'standard output: write: Broken pipe' said
	status=0
	"$OWSTORE" run "$TINY" -p 'Once upon' -n 200000 --timeout 1 >out 2>said || status=$?
	[ "$status" -eq 13 ]
	[ -z "$(tail -c 1 out)" ] # a busy machine may have had no time for a word
	grep -q -- '--timeout SECONDS gives it longer' said
	for seed in -1 0x10 18446744073709551616; do
		run "$OWSTORE" run "$TINY" -p x -n 1 --seed=$seed
		[ "$status" -eq 2 ]
	done
}

@test "an interrupted run says what to do" {
	"$OWSTORE" run "$TINY" -p 'Once upon' -n 200000 --seed 1 >out 2>said &
	pid=$!
	interrupt [ -s out ]
	[ "$status" -eq 12 ]
	[ -s out ]
	[ -z "$(tail -c 1 out)" ]
	grep -q 'next:  run the same command again' said
}

@test "smoke, golden, tokenize and logits are interrupted, too" {
	[ -n "$OWSTORE_FAULTS" ] || skip "not a build for tests"
	for verb in smoke golden tokenize logits; do
		given=("$TINY")
		[ $verb != golden ] || given+=(--out new.golden)
		[ $verb != logits ] || given+=(--tokens 1 --out rows)
		OWSTORE_FAULT=read:6:hang "$OWSTORE" $verb "${given[@]}" <<<'the boat' >said 2>&1 &
		pid=$!
		interrupt has_child
		[ "$status" -eq 12 ]
		grep -q 'next:  run the same command again' said
		[ ! -e new.golden ]
		[ ! -e rows ]
	done
}

# ---- ids ----

@test "ids that the model has not are told before it is read" {
	run "$OWSTORE" logits "$TINY" --tokens 1,448 --out rows --isa "$(unusable)"
	[ "$status" -eq 2 ]
	[[ $output == *"token 448, the vocabulary has 448"* ]]
	run "$OWSTORE" logits "$TINY" --tokens 1 --out rows --isa "$(unusable)"
	[ "$status" -eq 13 ]
}

# ---- where goldens go ----

@test "the place of a golden is looked at before the model runs" {
	mkfifo pipe
	mkdir -p folder closed
	ln -s nothing link
	# a kernel set that no CPU has: whatever is told was told before the model ran
	for out in - . pipe link folder/ closed/ nowhere/golden; do
		run timeout 60 "$OWSTORE" golden "$TINY" --out $out --isa "$(unusable)"
		[[ $status -eq 2 || ($out == nowhere/golden && $status -eq 9) ]]
		[[ $output == *"${out%golden}"*"nothing was kept"* ]]
	done
	[ -p pipe ]
	chmod a-w closed
	# root may write anywhere, but for this
	plain=()
	[ "$(id -u)" -ne 0 ] || plain=(setpriv --bounding-set=-dac_override)
	run "${plain[@]}" "$OWSTORE" golden "$TINY" --out closed/golden --isa "$(unusable)"
	[ "$status" -eq 9 ]
	[[ $output == *"closed/golden: writing to the folder: Permission denied"*"nothing was kept"* ]]
	"$OWSTORE" golden "$TINY" --out again.golden --steps 1
	"$OWSTORE" golden "$TINY" --out again.golden
	"$OWSTORE" smoke "$TINY" --golden again.golden
}

@test "a golden that could not be written says what there is" {
	[ -n "$OWSTORE_FAULTS" ] || skip "not a build for tests"
	OWSTORE_FAULT=sync:1:eio run "$OWSTORE" golden "$TINY" --out new.golden --steps 1
	[ "$status" -eq 9 ]
	[[ $output == *"nothing was kept"* ]]
	[ -z "$(ls -A)" ]
	# the folder, after the file has got its name
	OWSTORE_FAULT=sync:2:eio run "$OWSTORE" golden "$TINY" --out new.golden --steps 1
	[ "$status" -eq 9 ]
	[[ $output == *"new.golden is there, but may not outlast a loss of power"* ]]
	[[ $output != *"nothing was kept"* ]]
	"$OWSTORE" smoke "$TINY" --golden new.golden
}

# ---- where rows go ----

@test "logits: a link to nothing is refused" {
	ln -s nothing link
	run "$OWSTORE" logits "$TINY" --tokens 1 --out link
	[ "$status" -eq 2 ]
	[[ $output == *"link is a link to nothing"* ]]
	[ -L link ]
	[ ! -e nothing ]
}

@test "logits: a file of another that has taken the name stays" {
	[ -n "$OWSTORE_FAULTS" ] || skip "not a build for tests"
	OWSTORE_FAULT=read:6:hang "$OWSTORE" logits "$TINY" --tokens 1 --out rows >said 2>&1 &
	pid=$!
	replaced() {
		has_child && mv rows opened && echo another >rows
	}
	interrupt replaced
	[ "$status" -eq 12 ]
	[ "$(cat rows)" = another ]
	[ ! -s opened ]
	grep -q 'no row was written to rows' said
}

@test "logits: a first row that cannot be written leaves no file" {
	# files may have no bytes here
	small=(bash -c "trap '' XFSZ; ulimit -f 0; exec \"\$@\"" -)
	run "${small[@]}" "$OWSTORE" logits "$TINY" --tokens 1 --out rows
	[ "$status" -eq 9 ]
	[[ $output == *"no row was written to rows"* ]]
	[ ! -e rows ]
	echo before >rows
	run "${small[@]}" "$OWSTORE" logits "$TINY" --tokens 1 --out rows
	[ "$status" -eq 9 ]
	[[ $output == *"what rows held is gone, no row was written to it"* ]]
	[ -e rows ]
}
