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

# The same as the approver ann says it, in a set-up too.
say() {
	"$OWSTORE" "$@" --key ann --passphrase-fd 0 <<<secret
}

# What another version of the program would have found: all findings of ./store with other values. The statements change
# the map `f` of each.
found_before() { # PYTHON
	python3 - "$1" <<-'PYTHON'
		import hashlib, pathlib, sys
		sys.path.insert(0, __import__("os").environ["OWSTORE_SOURCE"] + "/tests/support")
		import cbor
		for at in pathlib.Path("store/zones").glob("*/records/*/*.cbr"):
		    f = cbor.decode(at.read_bytes())
		    if f[0] != "finding":
		        continue
		    exec(sys.argv[1])
		    data = cbor.encode(f)
		    name = hashlib.sha256(data).hexdigest()
		    at.unlink()
		    to = at.parents[1] / name[:2] / (name + ".cbr")
		    to.parent.mkdir(exist_ok=True)
		    to.write_bytes(data)
	PYTHON
	rm -f store/zones/*/catalog.db*
}

# A kernel set that this CPU cannot run, which is told when the model is about to be read.
unusable() {
	[ "$(uname -m)" = aarch64 ] && echo avx2 || echo neon
}
