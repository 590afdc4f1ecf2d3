#!/usr/bin/env bats
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # $status is set by tell of lab.bash
#
# A dry run says what would be, with the status of the real run, and changes nothing. (Those of keys, roots and trust are in
# trust.bats, those of other verbs with their journeys.)

load lab

setup() {
	T=$BATS_TEST_TMPDIR
	export T OWSTORE_STORE=$T/store OWSTORE_KEYS=$T/keys OWSTORE_TRUST=$T/trust
	cd "$T"
}

# All names and bytes below here, but for what tell leaves.
everything() { find . ! -name '*.txt' -printf '%p %m\n' | sort; find . -type f ! -name '*.txt' -exec sha256sum {} + | sort; }

# A dry run that succeeds and leaves everything as it was.
unchanged() {
	everything >before.txt
	tell "$@" --json --dry-run
	[ "$status" -eq 0 ] || { cat err.txt >&2; return 1; }
	jq -e .dry_run out.txt
	everything >after.txt
	cmp before.txt after.txt
	tell "$@" --dry-run
	[ "$status" -eq 0 ]
	everything >after.txt
	cmp before.txt after.txt
	grep -i would out.txt
}

# A dry run that fails with this status, as the real run does.
refused() { # STATUS VERB…
	tell "${@:2}" --dry-run
	[ "$status" -eq "$1" ]
	tell "${@:2}"
	[ "$status" -eq "$1" ]
}

@test "init: whether there is a place for a store, and whose words may count in it" {
	found_lab ann site-b
	unchanged init "$T/new/store"
	unchanged init "$T/store" --origin lab
	refused 4 init "$T/store" --origin nobody
	rm -rf "$T/store"
	mkdir full
	echo x >full/file
	refused 2 init full
	ow init store
	refused 2 init store
	unchanged init store --origin lab
}

@test "checkout: what would be written where" {
	mkdir model
	echo weights >model/model.bin
	cp /usr/share/common-licenses/Apache-2.0 model/LICENSE
	found_lab ann site-b
	ow init
	ow add model --name org/model --version 1
	refused 6 checkout org/model@1 out
	ok promote org/model@1 --to internal --license Apache-2.0 --reason seen --key ann
	unchanged checkout org/model@1 out
	unchanged checkout org/model@1 deep/down/out
	mkdir out full
	echo x >full/file
	unchanged checkout org/model@1 out
	refused 2 checkout org/model@1 full
	refused 2 checkout org/none@1 out
	refused 2 checkout org/model@1 ..
}

@test "golden: the model runs, nothing is kept" {
	cp "$OWSTORE_SOURCE/src/infer/tiny.gguf" model.gguf
	found_lab ann site-b
	ow init
	ow add model.gguf --name org/model --version 1
	unchanged golden org/model@1 --key rel --steps 2
	unchanged golden org/model@1 --steps 2
	unchanged golden model.gguf --steps 2
	unchanged golden model.gguf --steps 2 --out model.golden
	refused 4 golden org/model@1 --key ann
	tell golden model.gguf
	[ "$status" -eq 2 ]
}

# What the object says of a run that was tried and of one that was done.
both() { # VERB…
	tell "$@" --json --dry-run
	[ "$status" -eq 0 ] || { cat err.txt >&2; return 1; }
	jq -e .dry_run out.txt
	tell "$@" --json --passphrase-fd 0
	[ "$status" -eq 0 ] || tell "$@" --json # takes no key
	[ "$status" -eq 0 ] || { cat err.txt >&2; return 1; }
	jq -e '.dry_run == false' out.txt
}

@test "add, fact, promote, export, import: the object says which it was, and trying takes no passphrase" {
	mkdir stick model
	echo weights >model/model.bin
	echo 'the text of a licence' >model/LICENSE
	found_lab ann site-b
	ow init
	both add model --name org/model --version 1
	both fact organisation domicile=DE --key ann
	tell promote org/model@1 --to customer --dry-run
	[ "$status" -eq 2 ]
	grep -q 'next:  name it: --recipient ID' err.txt
	both promote org/model@1 --to customer --license MIT --reason seen --key ann
	both export org/model@1 --to stick --for site-b --key rel
	ow init far
	tell import stick --store far --dry-run
	grep -q '^Would import 1 of 1 artifact, 30 B new$' out.txt
	both import stick --store far
	"$OWSTORE" log --store far >log.txt # which artifact it was about
	grep -q 'import *done .*: org/model@1$' log.txt
	# a file of licences that cannot be signed is refused before anything is asked for
	tell license sign nowhere.yaml --key ann --dry-run --json
	[ "$status" -eq 2 ] || [ "$status" -eq 9 ]
	jq -e '.error.path == "nowhere.yaml"' out.txt
}
