# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# The main walk and what stands in its way: two stores, a folder as the stick, stock tools as judges.

load two_sides

@test "attack_B01_stock_minisign_and_sha256sum_confirm_a_bundle" {
	cd "$BUNDLE"
	key=$(sed -n 2p "$OWSTORE_KEYS/rel.pub")
	minisign -Vm MANIFEST.CBR -x MANIFEST.S01 -P "$key"
	sha256sum --quiet -c SHA256SUM.TXT
	grep -qF "$key" README.TXT
	# every file but those that it cannot list is listed
	[ "$(find . -type f | wc -l)" -eq $(($(wc -l <SHA256SUM.TXT) + 3)) ]
}

@test "the far side verifies, imports, promotes and checks out the same bytes" {
	far
	run "$OWSTORE" verify "$T/stick"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == VERIFIED* ]]
	ow import "$T/stick" --store high
	ow promote org/model@1 --to internal --license MIT --reason arrived --key ann --store high --passphrase-fd 0 <<<secret
	ow checkout org/model@1 out --store high
	diff -r "$T/model" out
	ow fsck --data --whole --store high
	ow audit verify --store high
}

@test "attack_C02_importing_again_changes_nothing" {
	far
	ow import "$T/stick" --store high
	"$OWSTORE" ls --json --store high >before
	run "$OWSTORE" import "$T/stick" --store high
	[ "$status" -eq 0 ]
	"$OWSTORE" ls --json --store high | cmp - before
}

@test "attack_A01_no_root_here_refuses_and_prints_what_the_medium_carries" {
	export OWSTORE_TRUST=$BATS_TEST_TMPDIR/nobody
	ow init high
	run "$OWSTORE" verify "$T/stick"
	[ "$status" -eq 4 ]
	[[ $output == *"${FINGERPRINT:0:8}"* ]]
	run "$OWSTORE" import "$T/stick" --store high
	[ "$status" -eq 4 ]
	[ "$("$OWSTORE" ls --store high)" = "no artifact matches" ]
}

@test "attack_A02_a_fingerprint_with_one_digit_changed" {
	export OWSTORE_TRUST=$BATS_TEST_TMPDIR/far
	last=$((0x${FINGERPRINT: -1} ^ 1))
	run "$OWSTORE" trust init --root "$T/stick/OWSTORE" --fingerprint "${FINGERPRINT%?}$(printf %x $last)"
	[ "$status" -eq 4 ]
	[ ! -e "$OWSTORE_TRUST/lab/ANCHOR" ]
}

@test "attack_A03_half_a_fingerprint" {
	run "$OWSTORE" trust init --root "$T/stick/OWSTORE" --fingerprint "${FINGERPRINT:0:16}"
	[ "$status" -eq 2 ]
}

@test "attack_B03_damaged_signature_file" {
	far
	spoiled
	sed -i -E '2{s/^(.{50})A/\1B/;t;s/^(.{50})./\1A/}' $bundle/MANIFEST.S01
	run "$OWSTORE" verify stick
	[ "$status" -eq 4 ]
}

@test "attack_B08_untrusted_comments_are_never_shown" {
	far
	spoiled
	sed -i '1s/.*/untrusted comment: \x1b[31mVERIFIED\x07/' $bundle/MANIFEST.S01
	run "$OWSTORE" verify stick
	[ "$status" -eq 4 ]
	[[ $output != *VERIFIED* ]]
	[[ $output != *$'\e'* ]]
}

@test "attack_D13_a_million_names_beside_the_bundle_cost_nothing_much" {
	far
	spoiled
	mkdir stick/junk
	(cd stick/junk && seq 20000 | xargs touch)
	run "$OWSTORE" verify stick
	[ "$status" -eq 0 ]
}

@test "attack_D14_junk_names_are_escaped" {
	far
	spoiled
	touch $bundle/$'evil\n\e[31m.TXT'
	run "$OWSTORE" verify stick
	[ "$status" -eq 3 ]
	[[ $output == *'\n\u{1b}[31m.TXT'* ]]
	[[ $output != *$'\e'* ]]
}

@test "attack_D31_a_medium_that_cannot_be_written" {
	far
	spoiled
	chmod -R a-w stick
	find stick -printf '%p %T@ %s\n' | sort >before
	"$OWSTORE" verify stick
	ow import stick --store high
	find stick -printf '%p %T@ %s\n' | sort | cmp - before
	chmod -R u+w stick
}

@test "verify writes nothing and opens no socket" {
	traceable
	far
	traced %network,openat,openat2,creat,mkdirat,renameat2,unlinkat verify "$T/stick"
	! grep -E 'socket\(|connect\(|O_CREAT|O_WRONLY|O_RDWR|O_TRUNC|mkdirat|renameat2|unlinkat' trace.* | grep -v -e '/dev/' -e ENOENT
}

@test "socket(2) kills verify" {
	far
	cat >evil.c <<-'C'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <sys/socket.h>
		#include <sys/types.h>
		#include <unistd.h>
		ssize_t pread64(int fd, void *p, size_t n, off_t off)
		{
			ssize_t (*next)(int, void *, size_t, off_t) = dlsym(RTLD_NEXT, "pread64");
			(void)socket(AF_INET, SOCK_STREAM, 0);
			return next(fd, p, n, off);
		}
		ssize_t pread(int fd, void *p, size_t n, off_t off) { return pread64(fd, p, n, off); }
	C
	cc -shared -fPIC -o evil.so evil.c -ldl
	ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=$PWD/evil.so run "$OWSTORE" verify "$T/stick"
	[ "$status" -eq 159 ] # 128 + SIGSYS
}

@test "attack_G10_quarantine_leaves_by_no_option" {
	ow add "$T/model/LICENSE" --store "$T/low" --name org/quarantined
	for try in "checkout org/quarantined out" "export org/quarantined --to $T/stick --for site-b --key rel --passphrase-fd 0"; do
		run bash -c "\"$OWSTORE\" $try --store $T/low <<<secret"
		[ "$status" -eq 6 ]
	done
	[ ! -e out ]
}

@test "attack_D26_part_limit_and_preset_errors_come_before_a_byte_is_written" {
	mkdir stick
	run bash -c "\"$OWSTORE\" export org/model@1 --to stick --for site-b --key rel --part-limit 1MB --store $T/low --passphrase-fd 0 <<<secret"
	[ "$status" -eq 2 ]
	[ -z "$(ls stick)" ]
}

@test "an unknown destination, a wrong key, a wrong passphrase" {
	mkdir stick
	run bash -c "\"$OWSTORE\" export org/model@1 --to stick --for nowhere --key rel --store $T/low --passphrase-fd 0 <<<secret"
	[ "$status" -eq 6 ]
	run bash -c "\"$OWSTORE\" export org/model@1 --to stick --for site-b --key ann --store $T/low --passphrase-fd 0 <<<secret"
	[ "$status" -eq 4 ]
	run bash -c "\"$OWSTORE\" export org/model@1 --to stick --for site-b --key rel --store $T/low --passphrase-fd 0 <<<wrong"
	[ "$status" -eq 4 ]
	[ -z "$(ls stick)" ]
}

@test "attack_H19_a_lost_catalog_comes_back_the_same" {
	far
	ow import "$T/stick" --store high
	"$OWSTORE" ls --json --store high >before
	rm high/zones/*/catalog.db
	"$OWSTORE" ls --json --store high | cmp - before
	run "$OWSTORE" fsck --store high
	[ "$status" -eq 3 ]
	ow fsck --rebuild --store high
	"$OWSTORE" ls --json --store high | cmp - before
	ow fsck --store high
}

@test "attack_H22_damage_in_the_store_is_found_and_never_checked_out" {
	far
	ow import "$T/stick" --store high
	ow promote org/model@1 --to internal --license MIT --reason arrived --key ann --store high --passphrase-fd 0 <<<secret
	blob=$(find high/zones/internal/blobs -size +1M)
	chmod u+w "$blob"
	printf X | dd of="$blob" bs=1 seek=5000000 conv=notrunc status=none
	run "$OWSTORE" checkout org/model@1 out --store high
	[ "$status" -eq 3 ]
	[ ! -e out ]
	run "$OWSTORE" fsck --data --store high
	[ "$status" -eq 3 ]
	[[ $output == *damaged-blob* ]]
	rm -f "$blob"
	run "$OWSTORE" fsck --store high
	[ "$status" -eq 3 ]
	[[ $output == *missing-blob* ]]
}

@test "gc removes in two steps what nobody uses" {
	far
	ow import "$T/stick" --store high
	ow promote org/model@1 --to internal --license MIT --reason arrived --key ann --store high --passphrase-fd 0 <<<secret
	plan=$("$OWSTORE" gc --plan --json --store high | jq -r .plan)
	run "$OWSTORE" gc --apply "sha256:$(printf '0%.0s' {1..64})" --store high
	[ "$status" -eq 5 ]
	ow gc --apply "$plan" --store high
	[ -z "$(find high/zones/quarantine/blobs -type f)" ]
	ow fsck --data --store high
	ow checkout org/model@1 out --store high
}

@test "attack_J10_every_refusal_is_one_json_object_with_its_status" {
	far
	for try in "show org/none --store high" "checkout org/none x --store high" "verify ." "import . --store high" \
		"gc --apply x --store high" "promote org/none --to internal --store high" "init high" "add nowhere --store high"; do
		run bash -c "\"$OWSTORE\" $try --json 2>/dev/null"
		[ "$(jq -r .error.exit <<<"$output")" -eq "$status" ]
		[ "$status" -ne 0 ]
	done
}

@test "attack_H25_a_second_writer_is_told_who_is_at_work" {
	far
	flock high/lock sleep 5 &
	holder=$!
	sleep 0.3
	run "$OWSTORE" import "$T/stick" --store high
	[ "$status" -eq 10 ]
	"$OWSTORE" ls --store high
	kill $holder
	wait $holder || true
}

@test "attack_A11_an_expired_root" {
	[ -n "$OWSTORE_FAULTS" ] || skip "the clock is settable in test builds only"
	export OWSTORE_TRUST=$BATS_TEST_TMPDIR/near
	mkdir stick
	export OWSTORE_CLOCK=2026-01-01T00:00:00Z
	ow root new --origin old --root-key root --release rel --approver ann --destination site-b:customer --not-after 2026-02-01
	ow root sign --key root --passphrase-fd 0 <<<secret
	ow root seal
	ow init low
	send low "$T/model" org/model stick --origin old
	"$OWSTORE" verify stick
	export OWSTORE_CLOCK=2026-03-01T00:00:00Z
	run "$OWSTORE" verify stick
	[ "$status" -eq 5 ]
	run bash -c "\"$OWSTORE\" export org/model --origin old --to stick --for site-b --key rel --store low --passphrase-fd 0 <<<secret"
	[ "$status" -eq 5 ]
}

@test "attack_B25_a_manifest_over_the_limit_is_not_read" {
	far
	spoiled
	truncate -s $((64 * 1024 * 1024 + 1)) $bundle/MANIFEST.CBR
	run "$OWSTORE" verify stick
	[ "$status" -eq 7 ]
}

@test "attack_D01_a_missing_part_keeps_the_rest_for_the_next_try" {
	far
	spoiled
	part=$(ls -S $bundle/DATA/* | head -n 1)
	mv "$part" aside
	run "$OWSTORE" import stick --store high
	[ "$status" -eq 12 ]
	[[ $output == *"${part##*/}"* ]]
	[ "$("$OWSTORE" ls --store high)" = "no artifact matches" ]
	mv aside "$part"
	ow import stick --store high
	ow fsck --data --store high
}

@test "attack_D02_a_part_of_another_bundle" {
	far
	spoiled
	part=$(ls -S $bundle/DATA/* | head -n 1)
	head -c "$(stat -c %s "$part")" /dev/urandom >"$part"
	run "$OWSTORE" verify stick
	[ "$status" -eq 3 ]
}

@test "attack_D12_the_bytes_hashed_are_the_bytes_stored" {
	traceable
	far
	# each byte of a part is read once: what a second reading would give never matters
	part=$(ls -S "$BUNDLE"/DATA/* | head -n 1)
	traced pread64,read import "$T/stick" --store high >/dev/null
	got=$(cat trace.* | grep -F "${part##*/}>" | sed -n 's/.*= \([0-9]*\)$/\1/p' | awk '{ sum += $1 } END { print sum }')
	[ "$got" -eq "$(stat -c %s "$part")" ]
}

@test "attack_E21_checkout_overwrites_nothing" {
	mkdir full
	touch full/file
	for target in full full/file; do
		run "$OWSTORE" checkout org/model@1 $target --store "$T/low"
		[ "$status" -ne 0 ]
	done
	ln -s elsewhere link
	run "$OWSTORE" checkout org/model@1 link --store "$T/low"
	[ "$status" -eq 2 ]
	[ ! -e elsewhere ]
	mkdir empty
	ow checkout org/model@1 empty --store "$T/low"
	diff -r "$T/model" empty
}

@test "attack_H14_no_name_of_an_artifact_stands_on_a_medium" {
	mkdir odd
	echo 1 >'odd/a:b' && echo 2 >odd/CON && echo 3 >'odd/x.' && echo 4 >'odd/x ' && echo 5 >odd/$(printf 'n%.0s' {1..255})
	echo 6 >odd/Case && echo 7 >odd/other
	cp "$T/model/LICENSE" odd/
	cp -r "$T/low" low
	send low odd org/odd stick
	[ -z "$(cd stick && find . -mindepth 1 | grep -vE '^\./OWSTORE(/[A-Z0-9_]{1,30}){0,3}(/?[A-Z0-9_]+\.[A-Z0-9]+)?$')" ]
	ow checkout org/odd out --store low
	diff -r odd out
}

@test "attack_H24_gc_beside_an_import" {
	far
	ow import "$T/stick" --store high
	flock high/lock sleep 5 &
	holder=$!
	sleep 0.3
	run "$OWSTORE" gc --apply "sha256:$(printf '0%.0s' {1..64})" --store high
	[ "$status" -eq 10 ]
	kill $holder
	wait $holder || true
}

@test "attack_J09_a_reference_too_short_or_of_two" {
	run "$OWSTORE" show sha256:abc --store "$T/low"
	[ "$status" -eq 2 ]
	cp -r "$T/low" low
	ow add "$T/model/LICENSE" --store low --name org/model --version 2
	run "$OWSTORE" show org/model --store low
	[ "$status" -eq 2 ]
	[[ $output == *org/model@1*org/model@2* ]]
}

@test "the same name and version with other bytes is refused" {
	cp -r "$T/low" low
	run "$OWSTORE" add "$T/model/LICENSE" --store low --name org/model --version 1
	[ "$status" -eq 2 ]
	[[ $output == *--version* ]]
	[ -z "$(find low/staging -type f)" ]
	ow fsck --data --store low
}

@test "the licence of the widest class stands, whatever the clocks said" {
	[ -n "$OWSTORE_FAULTS" ] || skip "the clock is settable in test builds only"
	cp -r "$T/low" low
	promote() { ow promote org/twice --to "$1" --license "$2" --reason read --key ann --store low --passphrase-fd 0 <<<secret; }
	OWSTORE_CLOCK=2026-03-01T00:00:00Z ow add "$T/model/LICENSE" --store low --name org/twice
	OWSTORE_CLOCK=2026-03-01T00:00:01Z promote research MIT
	OWSTORE_CLOCK=2026-02-01T00:00:00Z promote internal Apache-2.0
	[ "$("$OWSTORE" show org/twice --store low --json | jq -r .license)" = Apache-2.0 ]
	"$OWSTORE" ls --json --store low >before
	ow fsck --data --store low
	ow fsck --rebuild --store low
	"$OWSTORE" ls --json --store low | cmp - before
	ow checkout org/twice out --store low
}

@test "attack_J04_a_passphrase_is_gone_from_memory_once_it_was_used" {
	[[ -r /proc/self/mem && "$(uname -m)" = x86_64 ]] || skip "memory cannot be looked into here"
	export OWSTORE_KEYS=$PWD/keys
	phrase=correct-$RANDOM-horse-$RANDOM-battery
	ow key new long --role release --passphrase-fd 0 <<<"$phrase"
	# the second question finds the first key open and its passphrase used
	python3 - "$OWSTORE" "$phrase" "$T/low" <<-'PY'
		import os, re, subprocess, sys, time

		owstore, phrase, store = sys.argv[1], sys.argv[2].encode(), sys.argv[3]
		reader, writer = os.pipe()
		run = subprocess.Popen([owstore, "export", "org/model@1", "--to", ".", "--for", "site-b", "--key", "long",
		                        "--key", "long", "--store", store, "--passphrase-fd", str(reader)],
		                       pass_fds=[reader], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		os.close(reader)
		os.write(writer, phrase + b"\n")

		def maps():
		    flags = {}
		    for line in open(f"/proc/{run.pid}/smaps"):
		        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (r\S+)", line)
		        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
		            at = head and (int(head[1], 16), int(head[2], 16))
		        elif line.startswith("VmFlags:") and at:
		            flags[at] = line.split()[1:]
		    return flags

		seen = 0
		for _ in range(200):  # until it waits for the second line
		    time.sleep(0.1)
		    seen += open(f"/proc/{run.pid}/syscall").read().startswith(f"0 {reader:#x} ")
		    if seen == 3:
		        break
		else:
		    sys.exit("it did not ask a second time")
		# the open key lies in locked memory that no core file has; sanitizers lock nothing
		secret = [f for f in maps().values() if "dd" in f and ("lo" in f or os.environ["OWSTORE_FAULTS"])]
		if not secret:
		    sys.exit("no memory for secrets was seen")
		found = known = 0
		with open(f"/proc/{run.pid}/mem", "rb", 0) as memory:
		    for (start, end), flags in maps().items():
		        if end - start > 1 << 30 or "io" in flags:
		            continue  # shadow memory of a sanitizer
		        memory.seek(start)
		        try:
		            content = memory.read(end - start)
		        except OSError:
		            continue
		        found += phrase in content
		        known += b"--passphrase-fd" in content
		os.close(writer)
		run.wait()
		if found or not known:
		    sys.exit(f"the passphrase stands in {found} places, an argument in {known}")
	PY
	run grep -rqF "$phrase" keys
	[ "$status" -eq 1 ]
}

@test "a damaged artifact record costs no signed record when a dead writer is tidied up after" {
	far
	ow import "$T/stick" --store high
	zone=high/zones/quarantine/records
	record=$(grep -rl --include='*.cbr' artifact "$zone" | xargs grep -L 'claimed\|manifest' | head -n 1)
	cp "$record" whole
	chmod u+w "$record"
	printf '\0' | dd of="$record" bs=1 seek=20 conv=notrunc status=none
	before=$(find "$zone" -type f | wc -l)
	echo "process 1 (owstore add)" >high/lock
	echo hello >one.txt
	ow add one.txt --name org/one --version 1 --store high
	# the new artifact, how it came and what was found in it
	[ "$(find "$zone" -type f | wc -l)" -eq $((before + 3)) ]
	cp whole "$record"
	ow fsck --rebuild --store high
	ow show org/model@1 --store high
}

@test "an unreadable signature file that is tolerated does not stop an import" {
	far
	spoiled
	: >$bundle/MANIFEST.S02
	run "$OWSTORE" verify --tolerate-damaged-signatures stick
	[ "$status" -eq 0 ]
	ow import --tolerate-damaged-signatures stick --store high
	ow fsck --data --store high
}

@test "what was meant is the other version of that name, in whatever class it is" {
	cp -r "$T/low" low
	echo other >other.bin
	ow add other.bin --store low --name model --version 2
	run "$OWSTORE" show org/model@9 --store low
	[ "$status" -eq 2 ]
	[[ $output == *"did you mean org/model@1?" ]]
	for first in a b c d e f; do # more that have it in their names, and come before it
		ow add other.bin --store low --name ${first}org/tool --version 1
	done
	ow add other.bin --store low --name org/tool --version 1
	run "$OWSTORE" show org/tool@9 --store low
	[[ $output == *"did you mean org/tool@1?" ]]
	run "$OWSTORE" show elsewhere/model@9 --store low
	[[ $output == *"did you mean "*model@?"?" ]]
}

@test "fsck says of a sample no more than that it was one" {
	run "$OWSTORE" fsck --sample 1 --store "$T/low"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "clean: records, files and the bytes of this sample are as they should be" ]
	for percent in 0 101; do
		run "$OWSTORE" fsck --sample $percent --store "$T/low"
		[ "$status" -eq 2 ]
	done
	run "$OWSTORE" fsck --data --store "$T/low"
	[ "${lines[-1]}" = "clean: records and bytes are as they should be" ]
}

@test "import calls nothing verified that it did not come to check" {
	far
	echo other >other.bin
	ow add other.bin --store high --name org/model --version 1
	run "$OWSTORE" import "$T/stick" --store high
	[ "$status" -eq 2 ]
	[[ $output == *"COULD NOT CHECK"* && $output != *VERIFIED* && $output != *"--version"* ]]
	"$OWSTORE" import "$T/stick" --store high --json 2>/dev/null | jq -e '.bundles[0].checked == false' || [ $? -eq 4 ]
}

@test "import tells how many files it did not read because their bytes are here" {
	cp -r "$T/low" low
	cp -r "$T/model" more
	echo note >more/note.txt
	send low more org/more stick
	far
	ow import "$T/stick" --store high
	chmod u+w stick/OWSTORE/*/DATA/*
	for part in stick/OWSTORE/*/DATA/*.GGUF; do
		printf x | dd of="$part" conv=notrunc status=none
	done
	"$OWSTORE" import stick --store high --json >out
	jq -e '.bundles[0] | .checked and .files_here == 2' out
	rm -r high && ow init high
	run "$OWSTORE" import stick --store high
	[ "$status" -eq 3 ]
}

@test "attack_J10_an_error_that_names_a_file_names_it_and_the_byte_for_programs_too" {
	far
	names() { # JQ-CONDITION on the error ARGUMENT…
		status=0
		"$OWSTORE" "${@:2}" --json >out.txt 2>err.txt || status=$?
		[ "$(jq .error.exit out.txt)" -eq "$status" ]
		jq -e ".error | $1" out.txt || { cat out.txt >&2; return 1; }
	}
	names '.path == "nowhere" and (.offset | not)' add nowhere --store high
	names '.path == "elsewhere" and (.message | startswith("elsewhere: "))' ls --store elsewhere
	spoiled
	part=$(ls -S $bundle/DATA/* | head -n 1)
	printf X | dd of="$part" bs=1 seek=5000000 conv=notrunc status=none
	names ".path == \"$part\" and .offset > 0 and .offset <= 5000000" import stick --store high
	rm "$part"
	names ".path == \"$part\" and (.offset | not)" import stick --store high
	ow import "$T/stick" --store high
	chmod u+w high/ledger/000001.LOG
	printf X | dd of=high/ledger/000001.LOG bs=1 seek=20 conv=notrunc status=none
	names '(.path | endswith("ledger/000001.LOG")) and .offset == 0' audit verify --store high
}

@test "a report stands above the error that speaks of it" {
	far
	spoiled
	rm $bundle/README.TXT
	run "$OWSTORE" verify stick
	[ "$status" -eq 12 ]
	[ "$(grep -c '  checked     13 files, ' <<<"$output")" -eq 1 ] # of 14: what is not there was not checked
	[[ ${lines[0]} == INCOMPLETE* && ${lines[-1]} == *"the table above names what is wrong"* ]]
}

@test "what keys, roots and damage are told by fits a terminal of 80 columns" {
	command -v script >/dev/null || skip "no script here"
	on_terminal() {
		script -qec "stty cols 80; NO_COLOR=1 '$OWSTORE' $*" /dev/null </dev/null | tr -d '\r' >shown
		[ -s shown ]
		# a digest in one piece, and what is counted of a bundle, may be longer
		if grep -v 'sha256:\|of stream\|  checked ' shown | grep -E '^.{81}'; then return 1; fi
	}
	on_terminal key ls
	on_terminal root show
	OWSTORE_TRUST=$T/near on_terminal trust ls
	spoiled
	part=$(ls -S $bundle/DATA/* | head -n 1)
	printf X | dd of="$part" bs=1 seek=5000000 conv=notrunc status=none
	on_terminal verify --no-progress stick
	grep -q 'altered ' shown
}
