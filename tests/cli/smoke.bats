# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# Goldens and smoke tests: the whole way of one across the gap, and everything that a model may try on whoever runs it.

bats_require_minimum_version 1.5.0

load lab

setup_file() {
	export T=$BATS_FILE_TMPDIR OWSTORE_KDF=least
	export OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/near
	export TINY=$OWSTORE_SOURCE/src/infer/tiny.gguf
	mkdir -p "$T/model" "$T/stick"
	cp "$TINY" "$T/model/tiny.gguf"
	echo 'the text of a licence' >"$T/model/LICENSE"
	ow init "$T/low"
	found_lab ann site-b:customer
	ow add "$T/model" --store "$T/low" --name org/tiny --license MIT
	ow golden org/tiny@1 --store "$T/low" --key rel --passphrase-fd 0 <<<secret
	ow promote org/tiny@1 --to customer --license MIT --reason read --key ann --store "$T/low" --passphrase-fd 0 <<<secret
	ow export org/tiny@1 --to "$T/stick" --for site-b --key rel --store "$T/low" --passphrase-fd 0 <<<secret
	ow golden "$TINY" --out "$T/tiny.golden"
	FINGERPRINT=$(sha256sum "$T"/near/lab/ROOT0001.CBR | cut -c1-64)
	export FINGERPRINT BUNDLE=$T/stick/OWSTORE/LAB_MAIN_000001
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

far() {
	export OWSTORE_TRUST=$BATS_TEST_TMPDIR/far
	ow trust init --root "$T/stick/OWSTORE" --fingerprint "$FINGERPRINT"
	ow init high
}

make() { # a model for a test
	python3 "$OWSTORE_SOURCE/tests/support/gguf.py" "$@"
}

# Smoke that must end so; the output is that of both streams.
smoke() { # STATUS ARGUMENTS…
	local want=$1
	shift
	run "$OWSTORE" smoke "$@"
	[ "$status" -eq "$want" ] || {
		echo "status $status, expected $want: $output"
		return 1
	}
}

# Smoke with a fault in the jailed child, which test builds alone can be told to make.
stricken() { # FAULT STATUS ARGUMENTS…
	[ -n "$OWSTORE_FAULTS" ] || skip "not a build for tests"
	export OWSTORE_FAULT=$1
	shift
	smoke "$@"
	unset OWSTORE_FAULT
}

# ---- on the way ----

@test "how far a model has been read and how many steps it took is told on the way" {
	"$OWSTORE" smoke "$TINY" --json=lines >lines
	jq -se --argjson size "$(stat -c %s "$TINY")" --arg tiny "$TINY" '
		{event: "progress", phase: "loading", item: $tiny, done: 0, total: $size, unit: "bytes"} as $first |
		[.[] | select(.event == "progress")] | .[0] == $first and any(.[]; . == $first + {done: $size}) and
		(.[-1] | .phase == "reciting" and .unit == "steps" and .done == .total and .total == 65)' lines
	"$OWSTORE" run "$TINY" -p 'the boat' -n 4 --json=lines >lines
	jq -se '[.[] | select(.event == "progress")] | (map(.phase) | unique == ["loading", "reading the prompt"]) and
		(map(select(.unit == "tokens")) | .[0].done == 0 and .[-1].done == .[-1].total and .[-1].total > 0)' lines
	"$OWSTORE" logits "$TINY" --tokens "$(seq -s, 5 44)" --batch 7 --out rows --json=lines >lines
	jq -se '[.[] | select(.event == "progress" and .unit == "tokens") | .done] | .[0] == 0 and .[-1] == 40 and
		. == (unique | sort)' lines
	"$OWSTORE" tokenize "$TINY" --json=lines <<<'"the boat"' | jq -se 'length > 0 and all(.[]; .event != "progress")'
}

# ---- across the gap ----

@test "a golden crosses the gap in the bundle and the model computes the same there" {
	far
	"$OWSTORE" verify "$T/stick" --json | jq -e '.bundles[0].artifacts[0].goldens == 1'
	run "$OWSTORE" verify "$T/stick"
	[[ $output == *GOLDEN*yes* ]]
	"$OWSTORE" import "$T/stick" --store high --dry-run --json | jq -e '.new_artifacts == 1 and .new_goldens == 1'
	run "$OWSTORE" import "$T/stick" --store high
	[ "$status" -eq 0 ]
	[[ $output == *"Imported 1 new golden"* ]]
	[[ $output == *"owstore smoke org/tiny@1"* ]]
	smoke 0 org/tiny@1 --store high
	[[ ${lines[0]} == IDENTICAL* ]]
	[[ $output == *"signed by release keys of lab"* ]]
	"$OWSTORE" smoke org/tiny@1 --store high --json |
		jq -e '.verdict == "identical" and .results == 65 and .differing == 0 and .golden.origin == "lab"'
	"$OWSTORE" show org/tiny@1 --store high --json | jq -e '.goldens == 1 and ([.history[] | select(.kind == "golden") | .signer != null] == [true])'
	"$OWSTORE" ls --store high --json | jq -e '.artifacts[0].goldens == 1'
}

@test "stock minisign confirms a golden, and sha256sum lists it" {
	cd "$BUNDLE"
	for signature in GOLDEN/*.S01; do
		minisign -Vm "${signature%.S01}.CBR" -x "$signature" -P "$(sed -n 2p "$OWSTORE_KEYS/rel.pub")"
		grep -qF "${signature%.S01}.CBR" SHA256SUM.TXT
	done
	grep -qF "owstore smoke" README.TXT
}

@test "a golden moves with its artifact from class to class, and fsck --rebuild finds it again" {
	far
	ow import "$T/stick" --store high
	added=$("$OWSTORE" ls --store high --json | jq -r '.artifacts[0].added')
	ow promote org/tiny@1 --to internal --license MIT --reason arrived --key ann --store high --passphrase-fd 0 <<<secret
	"$OWSTORE" ls --store high --json >before
	ow fsck --rebuild --store high
	"$OWSTORE" ls --store high --json | cmp - before
	jq -e --arg added "$added" '.artifacts[0].goldens == 1 and .artifacts[0].added == $added' before
	plan=$("$OWSTORE" gc --store high --json | jq -r .plan)
	ow gc --apply "$plan" --store high
	smoke 0 org/tiny@1 --store high
	[[ ${lines[0]} == IDENTICAL* ]]
	ow audit verify --store high
}

@test "a golden that comes later joins the artifact that is here, and coming again changes nothing" {
	far
	cp -r "$T/low" low
	export OWSTORE_TRUST=$T/near
	mkdir later
	"$OWSTORE" golden org/tiny@1 --store low --key rel -p 'The store keeps' --steps 4 --json --passphrase-fd 0 <<<secret |
		jq -e '.signed_by == ["rel"] and .record != null'
	ow export org/tiny@1 --to later --for site-b --key rel --store low --passphrase-fd 0 <<<secret
	export OWSTORE_TRUST=$BATS_TEST_TMPDIR/far
	ow import "$T/stick" --store high
	ow promote org/tiny@1 --to internal --license MIT --reason arrived --key ann --store high --passphrase-fd 0 <<<secret
	run "$OWSTORE" import later --store high --dry-run
	[[ $output == *"Would import 1 new golden"* ]]
	"$OWSTORE" import later --store high --json | jq -e '.new_artifacts == 0 and .new_goldens == 1'
	"$OWSTORE" ls --store high --json >before
	jq -e '.artifacts[0].goldens == 2' before
	"$OWSTORE" import later --store high --json | jq -e '.new_goldens == 0'
	run "$OWSTORE" import later --store high --dry-run
	[[ $output == *"here already"* ]]
	"$OWSTORE" ls --store high --json | cmp - before
	# the newest one is taken
	"$OWSTORE" smoke org/tiny@1 --store high --json | jq -e '.results == 5'
}

@test "a golden whose signature does not hold refuses the bundle" {
	far
	cp -r "$T/stick" stick
	bundle=stick/OWSTORE/LAB_MAIN_000001
	golden=$(cd "$bundle" && echo GOLDEN/*.S01)
	# any altered byte is found by the manifest first; so sign a manifest that lists the damage
	sed -i -E '2{s/^(.{50})A/\1B/;t;s/^(.{50})./\1A/}' "$bundle/$golden"
	run "$OWSTORE" verify stick
	[ "$status" -eq 3 ]
	[[ $output == *"$golden"* ]]
}

@test "a golden that nobody trusted here signed is not compared with" {
	far
	ow import "$T/stick" --store high
	export OWSTORE_TRUST=$BATS_TEST_TMPDIR/nobody
	smoke 4 org/tiny@1 --store high
	[[ $output == *--no-golden* ]]
	smoke 0 org/tiny@1 --store high --no-golden
	[[ $output == *"Nothing was compared (--no-golden)"* ]]
}

@test "a golden that is gone is not the same as none" {
	cp -r "$T/low" low
	record=$("$OWSTORE" smoke org/tiny@1 --store low --json | jq -r '.golden.id | ltrimstr("sha256:")')
	find low -name "$record*" -delete
	smoke 3 org/tiny@1 --store low
	[[ $output == *"golden sha256:$record: the catalog names it"*"owstore fsck"*--no-golden* ]]
	[[ $output != *PLAUSIBLE* ]]
	smoke 0 org/tiny@1 --store low --no-golden
	mkdir gone
	run "$OWSTORE" export org/tiny@1 --to gone --for site-b --key rel --store low --passphrase-fd 0 <<<secret
	[ "$status" -eq 3 ]
	[[ $output == *"$record"* ]]
	[ -z "$(ls gone)" ]
}

@test "golden needs the release keys that the root asks for" {
	run "$OWSTORE" golden org/tiny@1 --store "$T/low" --key ann --steps 1 --passphrase-fd 0 <<<secret
	[ "$status" -eq 4 ]
	[[ $output == *"key ann is for the role approver"* ]]
	# said before the model runs
	run "$OWSTORE" golden org/tiny@1 --store "$T/low" --key rel --key typo --timeout 1
	[ "$status" -eq 2 ]
	[[ $output == *typo* ]]
	run "$OWSTORE" golden org/tiny@1 --store "$T/low" --key rel --key rel --timeout 1
	[ "$status" -eq 2 ]
	[[ $output == *"named twice"* ]]
	run "$OWSTORE" golden org/tiny@1 --store "$T/low" --key rel --trust "$BATS_TEST_TMPDIR/nobody" --timeout 1
	[ "$status" -eq 4 ]
	[[ $output == *"in no root that is trusted here"*"nothing was kept"* ]]
	run "$OWSTORE" golden org/tiny@1 --store "$T/low" --key rel --steps 1 --passphrase-fd 0 <<<wrong
	[ "$status" -eq 4 ]
	[[ $output == *"nothing was kept"* ]]
	run "$OWSTORE" golden org/tiny@1 --store "$T/low"
	[ "$status" -eq 2 ]
	run "$OWSTORE" golden "$TINY" --key rel
	[ "$status" -eq 2 ]
	run "$OWSTORE" golden "$TINY" --out x.golden --steps 5000
	[ "$status" -eq 2 ]
}

@test "a model in several files is one model, whichever of them is named" {
	make split "$TINY" m 3
	for file in m-0000{1,2,3}-of-00003.gguf; do
		[ "$("$OWSTORE" logits $file --tokens 80,393 --generate 3 --out rows)" = \
			"$("$OWSTORE" logits "$TINY" --tokens 80,393 --generate 3 --out rows)" ]
	done
	ow golden m-00001-of-00003.gguf --out m.golden
	smoke 0 m-00003-of-00003.gguf --golden m.golden
	[[ ${lines[0]} == IDENTICAL* ]]
	smoke 0 m-00001-of-00003.gguf --golden m.golden --memory 1k
	[[ $output == *streamed* ]]
	smoke 3 "$TINY" --golden m.golden
	ow init store
	mkdir split
	mv m-0000?-of-00003.gguf split
	ow add split --store store --name org/split
	smoke 0 org/split --store store
	smoke 0 org/split --store store --file m-00002-of-00003.gguf
	mv split/m-00002-of-00003.gguf other
	smoke 7 ./split/m-00001-of-00003.gguf
	[[ $output == *"split/m-00002-of-00003.gguf is missing"* ]]
	cp split/m-00003-of-00003.gguf split/m-00002-of-00003.gguf
	smoke 7 ./split/m-00001-of-00003.gguf
	make flip other split/m-00002-of-00003.gguf -5000
	smoke 3 ./split/m-00001-of-00003.gguf --golden m.golden
}

@test "run takes a model of the store, from quarantine too" {
	far
	ow import "$T/stick" --store high
	run "$OWSTORE" run org/tiny@1 --store high -p 'Once upon' -n 8
	[ "$status" -eq 0 ]
	[ -n "$output" ]
	[ "$output" = "$("$OWSTORE" run "$TINY" -p 'Once upon' -n 8)" ]
	run "$OWSTORE" run org/tiny@1 --store high --file LICENSE -p x
	[ "$status" -eq 7 ]
	run "$OWSTORE" smoke nobody@1 --store high
	[ "$status" -eq 2 ]
}

@test "an artifact with several models asks which, one with none cannot be run" {
	mkdir two
	cp "$TINY" two/a.gguf
	cp "$TINY" two/b.gguf
	ow init store
	ow add two --store store --name org/two
	ow add "$T/model/LICENSE" --store store --name org/none
	smoke 2 org/two --store store
	[[ $output == *"--file a.gguf"* ]]
	smoke 0 org/two --store store --file b.gguf
	smoke 13 org/none --store store
}

# ---- what smoke says ----

@test "identical whatever the kernels, threads, batch and memory" {
	sets=$("$OWSTORE" selftest --json | jq -r '.kernels[] | select(.usable) | .name')
	for set in $sets; do
		smoke 0 "$TINY" --golden "$T/tiny.golden" --isa "$set" --threads 3 --batch 7
		[[ ${lines[0]} == IDENTICAL* ]]
	done
	smoke 0 "$TINY" --golden "$T/tiny.golden" --memory 1k
	[[ $output == *streamed* ]]
	OWSTORE_JOBS=3 "$OWSTORE" smoke "$TINY" --golden "$T/tiny.golden" --json | jq -e '.verdict == "identical" and .facts.threads == 3'
	smoke 2 "$TINY" --golden "$T/tiny.golden" --kv f16
}

@test "differs, with the first place and the likeliest tokens side by side" {
	make flip "$TINY" bad.gguf -70000
	smoke 3 ./bad.gguf --golden "$T/tiny.golden"
	# a golden that says the digest of the flipped file, and the numbers of the good one: as a machine that computes
	# wrongly would show it
	python3 - "$T/tiny.golden" "$(sha256sum <"$TINY" | cut -c1-64)" "$(sha256sum <bad.gguf | cut -c1-64)" <<-'END'
		import sys
		golden = open(sys.argv[1], "rb").read()
		assert golden.count(bytes.fromhex(sys.argv[2])) == 1
		open("other.golden", "wb").write(golden.replace(*map(bytes.fromhex, sys.argv[2:])))
	END
	smoke 11 ./bad.gguf --golden other.golden
	[[ $output == *DIFFERS* ]]
	[[ $output == *"first in prompt "*", step "*"GOLDEN ID"*"HERE ID"*0x1.* ]]
	run --separate-stderr "$OWSTORE" smoke ./bad.gguf --golden other.golden --json
	[ "$status" -eq 11 ]
	jq -e '.verdict == "differs" and .differing > 0 and (.difference.top | length) == 5 and .error.exit == 11' <<<"$output"
}

@test "without a golden it says that nothing was compared" {
	smoke 0 "$TINY"
	[[ ${lines[0]} == PLAUSIBLE* ]]
	[[ $output == *"nothing was compared"* ]]
	"$OWSTORE" smoke "$TINY" --json | jq -e '.compared == false and .verdict == "plausible"'
}

@test "degenerate: NaN or infinite values, and a likelihood no better than guessing" {
	make nan "$TINY" nan.gguf
	smoke 11 ./nan.gguf
	[[ $output == *DEGENERATE*"gives NaN or infinite values, in prompt 1"* ]]
	run "$OWSTORE" golden ./nan.gguf --out nan.golden
	[ "$status" -eq 11 ]
	[ ! -e nan.golden ]
	run "$OWSTORE" run ./nan.gguf -p Once
	[ "$status" -eq 11 ]
	[[ $output == *"gives NaN or infinite values, after 0 tokens"* ]]
	make silent "$TINY" silent.gguf
	smoke 11 ./silent.gguf
	[[ $output == *DEGENERATE*guessing* ]]
}

@test "a golden against its own digests, or with ids that the model has not, is not identical" {
	cat >tamper.py <<-'END'
		import os, sys
		sys.path.insert(0, os.environ["OWSTORE_SOURCE"] + "/tests/support")
		import cbor
		g = cbor.decode(open(sys.argv[1], "rb").read())
		exec(sys.argv[2])
		open("odd.golden", "wb").write(cbor.encode(g))
	END
	for change in 'g[10][1][1][3][1][4][1] = "0x1p-3"' 'g[10][1][1][3][0] = bytes(32)' 'g[11][2] += 1'; do
		python3 tamper.py "$T/tiny.golden" "$change"
		smoke 11 "$TINY" --golden odd.golden
		[[ $output == *"1 of 65 results differ"*"nobody vouches for"* ]]
	done
	for change in 'g[10][1][0][0] = 448' 'g[10][1][1][0][1][0][0] = 448' 'g[11][0][0] = 448'; do
		python3 tamper.py "$T/tiny.golden" "$change"
		smoke 7 "$TINY" --golden odd.golden
		[[ $output == *"id 448 cannot be fed, the model has 448 ids"* ]]
		# before the model is read: a kernel set that this CPU cannot run is not reached
		smoke 7 "$TINY" --golden odd.golden --isa "$(unusable)"
	done
}

@test "a model that ends at once is told in each form" {
	# the token that follows the first of the built-in prompts becomes the one that ends a text
	python3 - "$TINY" <<-'END'
		import struct, sys
		data = bytearray(open(sys.argv[1], "rb").read())
		at = data.index(b"tokenizer.ggml.eos_token_id") + 27
		assert struct.unpack_from("<I", data, at) == (4,)
		struct.pack_into("<I", data, at + 4, 403)
		at = data.index(b"tokenizer.ggml.token_type") + 25
		assert struct.unpack_from("<II", data, at) == (9, 5)
		struct.pack_into("<i", data, at + 16 + 4 * 403, 3)
		open("mute.gguf", "wb").write(data)
	END
	run --separate-stderr "$OWSTORE" smoke ./mute.gguf --json
	[ "$status" -eq 0 ]
	jq -e '.verdict == "plausible" and .said[0].text == ""' <<<"$output"
	smoke 0 ./mute.gguf
	[[ $output == *"there lived []"* ]]
	ow golden ./mute.gguf --out mute.golden
	smoke 0 ./mute.gguf --golden mute.golden
	prompt='Once upon a time, in a village by the sea, there lived'
	"$OWSTORE" run ./mute.gguf -p "$prompt" --json | jq -e '.text == "" and .facts.generated_tokens == 0'
}

@test "a golden of another arithmetic is not compared with" {
	python3 - "$T/tiny.golden" <<-'END'
		import sys
		golden = open(sys.argv[1], "rb").read()
		at = golden.index(b"\x06\x01\x07\x65llama")
		open("later.golden", "wb").write(golden[:at + 1] + b"\x02" + golden[at + 2:])
	END
	smoke 13 "$TINY" --golden later.golden
	[[ $output == *"arithmetic 2"*"a version of owstore"* ]]
	echo nonsense >broken.golden
	smoke 7 "$TINY" --golden broken.golden
}

@test "selftest: every kernel set of this CPU gives the scalar bits, and the recorded ones" {
	"$OWSTORE" selftest --json |
		jq -e '.expected and .kernels[0].name == "scalar" and ([.kernels[] | select(.usable) | .same and .tokens_per_second > 0] | all)'
	run "$OWSTORE" selftest
	[ "$status" -eq 0 ]
	[[ $output == *"Once upon a time a small model"* ]]
}

# ---- what a model may try: group I ----

@test "attack_I01_a_forbidden_call_is_unsafe" {
	stricken read:6:fork 8 "$TINY"
	[[ $output == *"forbidden system call"* ]]
}

@test "attack_I03_a_missing_layer_means_could_not_run" {
	command -v strace >/dev/null || skip "no strace here"
	export ASAN_OPTIONS=detect_leaks=0
	run strace -f -qq -o /dev/null -e trace=landlock_create_ruleset -e inject=landlock_create_ruleset:error=EOPNOTSUPP \
		"$OWSTORE" smoke "$TINY"
	[ "$status" -eq 13 ]
	[[ $output == *"could not run"*Landlock* ]]
	[[ $output != *PLAUSIBLE* ]]
}

@test "attack_I03_whatever_keeps_the_jail_from_closing_means_could_not_run" {
	command -v strace >/dev/null || skip "no strace here"
	export ASAN_OPTIONS=detect_leaks=0
	calls=(prctl seccomp landlock_restrict_self)
	grep -q __asan_init "$OWSTORE" || calls+=(prlimit64) # the sanitizers ask for limits, too
	for call in "${calls[@]}"; do
		run strace -f -qq -o /dev/null -e trace=$call -e inject=$call:error=EPERM "$OWSTORE" smoke "$TINY" --json
		[ "$status" -eq 13 ]
		[[ $output == *could-not-run*jail:* ]]
	done
}

@test "attack_I04_a_model_larger_than_memory_is_refused_with_the_numbers" {
	make huge huge.gguf || skip "no files with holes here"
	smoke 13 ./huge.gguf
	[[ $output == *"could not run"*"GB of memory"*"bytes of memory for weights"* ]]
	rm huge.gguf
}

@test "attack_I04_a_child_that_is_killed_could_not_run" {
	[ -n "$OWSTORE_FAULTS" ] || skip "not a build for tests"
	OWSTORE_FAULT=read:6:hang "$OWSTORE" smoke "$TINY" >said 2>&1 &
	pid=$!
	for _ in $(seq 100); do
		keeper=$(cat /proc/$pid/task/$pid/children 2>/dev/null)
		worker=$([ -z "$keeper" ] || cat "/proc/${keeper% }/task/${keeper% }/children")
		[ -z "$worker" ] || break
		sleep 0.1
	done
	sleep 1
	kill -KILL "${worker% }"
	status=0
	wait $pid || status=$?
	[ $status -eq 13 ]
	grep -q 'could not run.*killed (signal 9).*no memory left' said
}

@test "attack_I05_a_model_without_end_is_killed_at_the_wall_clock" {
	stricken read:6:hang 13 "$TINY" --timeout 1
	[[ $output == *"took longer than 1000 ms"* ]]
}

@test "attack_I06_what_a_model_says_is_escaped_and_the_verdict_is_not_its_own" {
	make vocabulary "$TINY" escape.gguf
	smoke 0 ./escape.gguf
	[[ $output != *$'\e'* ]]
	[[ $output == *'\u{1b}'* ]]
	[ "$(printf %s "$output" | wc -c)" -lt 65536 ]
	"$OWSTORE" smoke ./escape.gguf --json | jq -e '.compared == false and (.said[0].text | type) == "string"'
	run "$OWSTORE" run ./escape.gguf -p 'Once upon a time' -n 30
	[[ $output != *$'\e'* ]]
	# what stands behind a zero byte is told; no line is the model's
	make words "$TINY" forged.gguf '\nIDENTICAL\x00\x1b[2K\xe2\x80\xae\xff'
	smoke 11 ./forged.gguf
	[[ $output == *'\nIDENTICAL\u{0}\u{1b}[2K\u{202e}\xff'* ]]
	! grep -q ^IDENTICAL <<<"$output"
	# as much as 64 KiB in all
	make words "$TINY" long.gguf 'A\x1b*10000'
	run --separate-stderr "$OWSTORE" smoke ./long.gguf --json
	[ "$status" -eq 11 ]
	jq -e '([.said[].text | length] | add) == 65536' <<<"$output"
	run --separate-stderr "$OWSTORE" run ./long.gguf -p x --json
	[ "$status" -eq 13 ]
	jq -e '(.error.message | contains("more than 256 bytes a token")) and (.text | contains("A\u001bA"))' <<<"$output"
	"$OWSTORE" run ./long.gguf -p x 2>/dev/null | tr -d '\n' >out || true
	[ "$(sed 's/\\u{1b}/E/g' out | wc -c)" -le 65536 ]
}

@test "attack_I07_a_crash_is_told_with_its_signal" {
	stricken read:6:trap 13 "$TINY"
	[[ $output == *"crashed with signal 4 (Illegal instruction)"* ]]
	export OWSTORE_FAULT=read:6:trap
	run --separate-stderr "$OWSTORE" smoke "$TINY" --json
	unset OWSTORE_FAULT
	jq -e '.verdict == "could-not-run" and .error.exit == 13' <<<"$output"
}

@test "attack_I08_no_process_is_left_behind" {
	[ -n "$OWSTORE_FAULTS" ] || skip "not a build for tests"
	OWSTORE_FAULT=read:6:hang "$OWSTORE" smoke "$TINY" >said 2>&1 &
	pid=$!
	sleep 2
	keeper=$(cat /proc/$pid/task/$pid/children)
	worker=$(cat "/proc/${keeper% }/task/${keeper% }/children")
	[ -n "$worker" ]
	kill -KILL $pid
	wait $pid || true
	for _ in $(seq 50); do
		[ -e "/proc/${worker% }" ] || return 0
		sleep 0.1
	done
	false
}

@test "attack_I09_a_blob_that_was_replaced_is_refused" {
	far
	ow import "$T/stick" --store high
	blob=$(find high/zones -type f -size +500k)
	chmod u+w "$blob"
	make flip "$TINY" "$blob" -5000
	smoke 3 org/tiny@1 --store high
	[[ $output == *"hash mismatch"* ]]
	[[ $output != *DIFFERS* && $output != *IDENTICAL* ]]
	run "$OWSTORE" run org/tiny@1 --store high -p x
	[ "$status" -eq 3 ]
}

@test "attack_I10_a_good_model_says_the_same_every_time_and_the_layers_are_told" {
	smoke 0 "$TINY" --golden "$T/tiny.golden"
	[[ $output == *"jail "*limits*Landlock*seccomp* ]]
	"$OWSTORE" smoke "$TINY" --golden "$T/tiny.golden" --json | jq -S .said >one
	"$OWSTORE" smoke "$TINY" --golden "$T/tiny.golden" --json --threads 1 | jq -S .said | cmp - one
}
