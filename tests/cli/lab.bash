# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# For suites whose people sign: keys and a root of origin lab where OWSTORE_KEYS and OWSTORE_TRUST say, and ways to run
# owstore. $T is the folder of the suite. Every key has the passphrase "secret".

ow() { "$OWSTORE" "$@" >/dev/null 2>"$T/stderr" || { cat "$T/stderr" >&2; return 1; }; }

new_key() { # NAME ROLE
	ow key new "$1" --role "$2" --passphrase-fd 0 <<<secret
}

# Keys root and rel and one for each approver, and the root that names them.
found_lab() { # "APPROVER…" DESTINATION…
	local name options=()
	new_key root root
	new_key rel release
	for name in $1; do
		new_key "$name" approver
		options+=(--approver "$name")
	done
	for name in "${@:2}"; do options+=(--destination "$name"); done
	ow root new --origin lab --root-key root --release rel "${options[@]}"
	ow root sign --key root --passphrase-fd 0 <<<secret
	ow root seal
}

# Run owstore with standard output and error apart: out.txt, err.txt, $status.
tell() {
	status=0
	"$OWSTORE" "$@" >out.txt 2>err.txt <<<secret || status=$?
}

# The same with a passphrase, and it must succeed.
ok() {
	tell "$@" --passphrase-fd 0
	[ "$status" -eq 0 ] || { cat err.txt >&2; return 1; }
}
