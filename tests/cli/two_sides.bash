# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# For suites that need both sides of the gap: keys, a root, a store with a promoted model, and the stick that it was
# exported to, made once for a file. Each test has a far side of its own, in its own folder.

load lab

setup_file() {
	export T=$BATS_FILE_TMPDIR OWSTORE_KDF=least
	export OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/near
	mkdir -p "$T/model" "$T/stick"
	python3 "$OWSTORE_SOURCE/tools/make-gguf" "$T/model/model.gguf" --size 6 >/dev/null
	echo 'the text of a licence' >"$T/model/LICENSE"
	ow init "$T/low"
	found_lab ann site-b:customer
	send "$T/low" "$T/model" org/model "$T/stick"
	FINGERPRINT=$(sha256sum "$T"/near/lab/ROOT0001.CBR | cut -c1-64)
	export FINGERPRINT BUNDLE=$T/stick/OWSTORE/LAB_MAIN_000001
}

# Add a file or folder, promote it, export it to a stick.
send() { # STORE PATH NAME STICK [EXPORT-OPTION…]
	mkdir -p "$4"
	ow add "$2" --store "$1" --name "$3" --license MIT
	ow promote "$3" --to customer --license MIT --reason read --key ann --store "$1" --passphrase-fd 0 <<<secret
	ow export "$3" --to "$4" --for site-b --key rel --store "$1" --passphrase-fd 0 "${@:5}" <<<secret
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# A far side of its own, that believes the root.
far() {
	export OWSTORE_TRUST=$BATS_TEST_TMPDIR/far
	ow trust init --root "$T/stick/OWSTORE" --fingerprint "$FINGERPRINT"
	ow init high
}

# A copy of the stick to spoil.
spoiled() {
	cp -r "$T/stick" stick
	# shellcheck disable=SC2034 # for the test
	bundle=stick/OWSTORE/LAB_MAIN_000001
}

# Skips where system calls cannot be watched.
traceable() {
	command -v strace >/dev/null || skip "no strace here"
	strace -c true 2>/dev/null || skip "tracing is not allowed here"
}

# The named system calls of a run with the paths behind its descriptors, one file a thread: trace.<pid>
traced() { # CALLS [STRACE-OPTION… --] OWSTORE-ARGUMENT…
	local calls=$1 options=()
	shift
	if [[ $1 == -* ]]; then
		while [ "$1" != -- ]; do
			options+=("$1")
			shift
		done
		shift
	fi
	ASAN_OPTIONS=detect_leaks=0 strace -ff -y -o trace -e "trace=$calls" "${options[@]}" "$OWSTORE" "$@"
}
