# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# What happens to media: parts swapped, sticks moved and mistaken for each other, file systems that can little, clocks
# of their own, hosts with little memory.

load two_sides

# Nothing came in: no artifact, no record, and what was staged is all that may have grown.
unchanged() { # STORE
	[ "$("$OWSTORE" ls --store "$1")" = "no artifact matches" ]
	[ -z "$(find "$1"/zones/*/records -type f)" ]
	ow fsck --data --store "$1"
}

@test "attack_D03_parts_under_each_other_s_names" {
	mkdir big
	head -c 20000000 /dev/urandom >big/model.bin
	cp "$T/model/LICENSE" big/
	cp -r "$T/low" low
	send low big org/big stick --part-limit 16MiB
	far
	part=$(echo stick/OWSTORE/*/DATA/*.P001)
	mv "$part" one && mv "${part%1}2" "$part" && mv one "${part%1}2"
	# a part is what its signed name says: neither is taken for the other, both are named
	run "$OWSTORE" verify stick
	[ "$status" -eq 3 ]
	[[ $output == *.P001*.P002* ]]
	run "$OWSTORE" import stick --store high
	[ "$status" -eq 3 ]
	unchanged high
	mv "$part" two && mv "${part%1}2" "$part" && mv two "${part%1}2"
	ow import stick --store high
	ow fsck --data --whole --store high
}

@test "attack_H12_a_medium_that_comes_back_at_another_path" {
	far
	spoiled
	part=$(ls -S $bundle/DATA/* | tail -n 1)
	mv "$part" aside
	run "$OWSTORE" import stick --store high
	[ "$status" -eq 12 ]
	mkdir -p media/usb1
	mv stick media/usb1/renamed
	mv aside "media/usb1/renamed/${part#stick/}"
	run "$OWSTORE" import media/usb1/renamed --store high --json
	[ "$status" -eq 0 ]
	# the large part is not brought in a second time
	[ "$(jq -r .new_bytes <<<"$output")" -lt 1000000 ]
	ow fsck --data --store high
}

@test "attack_H13_another_medium_with_the_same_names" {
	far
	spoiled
	small=$(ls -S $bundle/DATA/* | tail -n 1)
	large=$(ls -S $bundle/DATA/* | head -n 1)
	mv "$small" aside
	run "$OWSTORE" import stick --store high
	[ "$status" -eq 12 ]
	mv stick first
	# the same names and sizes, other bytes
	cp -r "$T/stick" stick
	head -c "$(stat -c %s "$large")" /dev/urandom >"$large"
	head -c "$(stat -c %s "$small")" /dev/urandom >"$small"
	run "$OWSTORE" import stick --store high
	[ "$status" -eq 3 ]
	unchanged high
	# the same names, signed by somebody else
	rm -r stick
	OWSTORE_KEYS=$PWD/keys OWSTORE_TRUST=$PWD/near
	export OWSTORE_KEYS OWSTORE_TRUST
	found_lab ann site-b:customer
	ow init low
	send low "$T/model/LICENSE" org/model stick
	[ -d "$bundle" ]
	OWSTORE_TRUST=$BATS_TEST_TMPDIR/far
	run "$OWSTORE" import stick --store high
	[ "$status" -eq 4 ]
	unchanged high
	# and the first goes on where it was
	mv aside "first/${small#stick/}"
	ow import first --store high
	ow fsck --data --store high
}

@test "attack_H15_an_export_asks_no_file_system_for_what_fat_has_not" {
	traceable
	mkdir stick
	cp -r "$T/low" low
	# room may be asked for ahead, but what cannot be had is not needed
	traced link,linkat,symlink,symlinkat,fallocate,copy_file_range,ioctl,renameat2,rename,renameat,open,openat,openat2,fchmod,fchmodat,fchown,fchownat,setxattr,fsetxattr,utimensat \
		-e inject=fallocate:error=EOPNOTSUPP -- \
		export org/model@1 --to stick --for site-b --key rel --store low --passphrase-fd 0 <<<secret
	cat trace.* | grep -F "$PWD/stick" >calls
	grep -q O_CREAT calls
	# no links, no unnamed files, no exchange, no hole, no clone, no mode, owner, attribute or time
	run grep -E 'link|O_TMPFILE|RENAME_EXCHANGE|RENAME_NOREPLACE|PUNCH|copy_file_range|FICLONE|chmod|chown|xattr|utimens' calls
	[ "$status" -eq 1 ]
}

@test "attack_H16_times_on_the_medium_mean_nothing" {
	far
	spoiled
	find stick -exec touch -d '1980-01-01 00:00:00' {} +
	ow verify stick
	find stick -type f -exec touch -d '2107-12-31 23:59:58' {} +
	ow verify stick
	TZ=Asia/Kathmandu ow import stick --store high
	# what was noted of an arrival is the time of this host and of the signed manifest, never of a file
	run "$OWSTORE" show org/model@1 --store high --json
	[[ $output != *2107-* && $output != *1980-* ]]
	find stick -exec touch -d '1999-01-01' {} +
	run "$OWSTORE" import stick --store high
	[ "$status" -eq 0 ]
	[[ $output == *"nothing changed"* ]]
}

@test "attack_H27_64_MiB_of_memory_are_enough_or_said_to_be_too_few" {
	[ -z "$OWSTORE_FAULTS" ] || skip "sanitizers need more address space"
	far
	spoiled
	little() { (ulimit -v 65536 && "$OWSTORE" "$@"); }
	run little verify stick
	[[ $status == 0 || $status == 9 || $status == 13 ]]
	run little import stick --store high
	[[ $status == 0 || $status == 9 || $status == 13 ]]
	ow import stick --store high
	ow fsck --data --store high
	# and never a wrong yes
	part=$(ls -S $bundle/DATA/* | head -n 1)
	printf X | dd of="$part" bs=1 seek=5000000 conv=notrunc status=none
	run little verify stick
	[[ $status == 3 || $status == 9 || $status == 13 ]]
}

@test "a report is one page of its own, whatever stood on the medium" {
	far
	spoiled
	"$OWSTORE" verify stick --report good.html
	grep -q '<h1>VERIFIED</h1>' good.html
	grep -q 'org/model@1' good.html
	touch "$bundle/<script>alert('\"&').TXT" $bundle/$'\e]52;x\a.TXT'
	run "$OWSTORE" verify stick --report bad.html --json
	[ "$status" -eq 3 ]
	[ "$(jq -r .report <<<"${lines[-1]}")" = bad.html ]
	grep -q '<h1>REFUSED</h1>' bad.html
	grep -qF '&lt;script&gt;alert(&#39;' bad.html
	# nothing runs, nothing is loaded, nothing raw
	for page in good.html bad.html; do
		run grep -iE '<script|javascript:|https?:|src=|href=|url\(|@import' $page
		[ "$status" -eq 1 ]
		run grep -q $'[\e\a]' $page
		[ "$status" -eq 1 ]
		python3 - $page <<-'PY'
			import sys
			from html.parser import HTMLParser

			class Check(HTMLParser):
			    stack = []

			    def handle_starttag(self, tag, attributes):
			        if tag not in ("meta",):
			            self.stack.append(tag)

			    def handle_endtag(self, tag):
			        assert self.stack.pop() == tag, tag

			check = Check()
			check.feed(open(sys.argv[1], encoding="utf-8").read())
			assert not check.stack, check.stack
		PY
	done
	# a whole medium of strange files is still one page
	(cd $bundle && seq -f 'extra%g' 300 | xargs touch)
	run "$OWSTORE" verify stick --report many.html
	[ "$(grep -c '<tr>' many.html)" -lt 20 ]
	[ "$(wc -c <many.html)" -lt 12000 ]
}

@test "a report overwrites nothing and never lies on the medium" {
	far
	spoiled
	echo mine >here.html
	run "$OWSTORE" verify stick --report here.html
	[ "$status" -eq 9 ]
	[ "$(cat here.html)" = mine ]
	ln -s target link.html
	run "$OWSTORE" verify stick --report link.html
	[ "$status" -eq 9 ]
	[ ! -e target ]
	for place in stick/r.html stick/OWSTORE/../r.html $bundle/DATA/r.html; do
		run "$OWSTORE" verify stick --report $place
		[ "$status" -eq 2 ]
		[ ! -e $place ]
	done
	(cd stick && run "$OWSTORE" verify . --report r.html && [ "$status" -eq 2 ])
	# also where only a part of the medium is verified, or where everything is below it
	for path in stick/OWSTORE $bundle; do
		run "$OWSTORE" verify $path --report stick/r.html
		[ "$status" -eq 2 ]
		[ ! -e stick/r.html ]
	done
	"$OWSTORE" verify $bundle --report beside.html
	run "$OWSTORE" verify / --report root.html
	[ "$status" -eq 2 ]
	[ ! -e root.html ]
	"$OWSTORE" verify stick
	mkdir empty
	run "$OWSTORE" verify empty --report none.html
	[ "$status" -eq 7 ]
	grep -q 'no bundle there' none.html
}

@test "promise_nothing_is_parsed_before_the_signature" {
	far
	spoiled
	cp $bundle/MANIFEST.CBR sound
	# whatever stands there, what is wrong with it is that nobody signed it
	for kind in random text empty deep zip gguf longer; do
		case $kind in
		random) head -c 4096 /dev/urandom ;;
		text) echo '{"not": "a manifest"}' ;;
		empty) true ;;
		deep) head -c 100000 /dev/zero | tr '\0' '\201' ;;
		zip) printf 'PK\003\004' ;;
		gguf) cat "$T/model/model.gguf" ;;
		longer) cat sound - <<<x ;;
		esac >$bundle/MANIFEST.CBR
		run "$OWSTORE" verify stick --json
		[ "$status" -eq 4 ]
		[ "$(jq -r '.bundles[0].authentic' <<<"${lines[-1]}")" = false ]
		run "$OWSTORE" import stick --store high
		[ "$status" -eq 4 ]
	done
	unchanged high
	cp sound $bundle/MANIFEST.CBR
	head -c 4096 /dev/urandom >$bundle/ROOT0002.CBR
	cp $bundle/ROOT0001.S01 $bundle/ROOT0002.S01
	run "$OWSTORE" verify stick
	[ "$status" -eq 4 ]
}

@test "promise_256_MiB_are_enough" {
	[ -z "$OWSTORE_FAULTS" ] || skip "sanitizers need more address space"
	mkdir big
	head -c 400M /dev/zero >big/model.bin
	cp "$T/model/LICENSE" big/
	cp -r "$T/low" low
	send low big org/big stick
	far
	(ulimit -v 262144 && ow verify stick && ow import stick --store high)
	(ulimit -v 262144 && ow verify --whole stick)
	ow ls --store high
}

@test "verify and import say the same of a path that is no medium" {
	far
	for verb in verify 'import --store high'; do
		# shellcheck disable=SC2086 # a verb and its options
		run "$OWSTORE" $verb nowhere
		[ "$status" -eq 2 ]
		[[ $output == *"nowhere: No such file or directory"*"next:  name the folder where the medium is mounted" ]]
		# shellcheck disable=SC2086
		run "$OWSTORE" $verb "$BUNDLE/MANIFEST.CBR"
		[ "$status" -eq 2 ]
		[[ $output == *"not a file in it" ]]
	done
}

@test "attack_H09_an_import_that_cannot_fit_is_refused_with_both_numbers" {
	far
	unshare -rm true 2>/dev/null || skip "no mount of one's own here"
	mkdir big room
	head -c 9000000 /dev/urandom >big/model.bin
	cp "$T/model/LICENSE" big/
	cp -r "$T/low" low
	send low big org/big stick
	# shellcheck disable=SC2016 # for the shell inside
	run unshare -rm bash -c 'mount -t tmpfs -o size=8m none room && "$OWSTORE" init room/high &&
		for dry in "" --dry-run; do "$OWSTORE" import stick $dry --store room/high; echo "status $?"; done
		find room/high/staging -type f -size +0'
	[ "$(grep -c "9000022 bytes are to come, the store has .* free" <<<"$output")" -eq 2 ]
	[ "$(grep -c "^status 9" <<<"$output")" -eq 2 ]
	[ "${lines[-1]}" = "status 9" ] # and nothing was staged
}

@test "attack_H09_each_file_system_is_asked_for_what_will_lie_on_it" {
	far
	unshare -rm true 2>/dev/null || skip "no mount of one's own here"
	mkdir big
	head -c 9000000 /dev/urandom >big/model.bin
	echo 'the text of a licence' >big/LICENSE
	cp -r "$T/low" low
	send low big org/big stick
	inside() { # SIZE-OF-STORE SIZE-OF-CLASS: an import into a store whose quarantine lies on a disk of its own
		rm -rf room && mkdir room
		# shellcheck disable=SC2016 # for the shell inside
		run unshare -rm bash -c 'mount -t tmpfs -o "size=$1" none room && cp -a high room/high && cd room/high/zones &&
			cp -a quarantine copy && mount -t tmpfs -o "size=$2" none quarantine && mv copy/* quarantine && cd ../../.. &&
			"$OWSTORE" import stick --store room/high; echo "status $?"; find room/high/staging -type f -size +0' - "$1" "$2"
	}
	inside 32m 8m
	[[ $output == *"90"*" bytes are to come, room/high/zones/quarantine has "*" free"* ]]
	[ "${lines[-1]}" = "status 9" ] # before anything was staged
	inside 8m 32m
	[[ $output == *"90"*" bytes are to come, staging has "*" free"* ]]
	[ "${lines[-1]}" = "status 9" ]
	inside 32m 32m
	[ "${lines[-1]}" = "status 0" ]
}

@test "attack_H05_a_store_whose_disk_fails_is_not_told_as_a_fault_of_the_medium" {
	[ -n "$OWSTORE_FAULTS" ] || skip "not a build for tests"
	cp -r "$T/low" low
	send low "$T/model" org/other stick
	far
	seen=0
	for n in {1..60}; do
		cp -r high copy
		status=0
		OWSTORE_FAULT=write:$n:eio "$OWSTORE" import stick --store copy --json >out.json || status=$?
		if [ "$status" -ne 0 ]; then
			[ "$status" -eq 9 ]
			seen=$((seen + 1))
			jq -e '(.error.path // "") | test("DATA|OWSTORE") | not' out.json
		fi
		ow import stick --store copy
		rm -rf copy
	done
	[ "$seen" -gt 10 ]
}

@test "a blob that rotted in quarantine is not taken for what comes in, and comes back with it" {
	cp -r "$T/low" low
	send low "$T/model" org/other stick
	far
	ow import "$T/stick" --store high
	digest=$(sha256sum <"$T/model/model.gguf" | cut -d ' ' -f 1)
	blob=$(find high/zones/quarantine/blobs -name "$digest")
	rot() {
		chmod u+w "$blob"
		printf 'rot' | dd of="$blob" bs=1 seek=4500000 conv=notrunc status=none
		run "$OWSTORE" fsck --data --store high
		[ "$status" -eq 3 ]
	}
	rot
	ow import stick --store high
	[ "$(sha256sum <"$blob" | cut -d ' ' -f 1)" = "$digest" ]
	ow fsck --data --store high
	# and with an add of the same bytes, also where nothing is new
	rot
	ow add "$T/model" --store high --name org/third
	ow fsck --data --store high
	rot
	ow add "$T/model" --store high --name org/third
	ow fsck --data --store high
	# a class elsewhere: as fsck says
	ow init wide
	ow add "$T/model" --store wide --name org/wide --license MIT
	ow promote org/wide --to customer --license MIT --reason read --key ann --store wide --passphrase-fd 0 <<<secret
	blob=$(find wide/zones/customer/blobs -name "$digest")
	chmod u+w "$blob" && echo rot >>"$blob"
	run "$OWSTORE" fsck --store wide
	[ "$status" -eq 3 ]
	ow add "$T/model" --store wide --name org/wide
	cp -f "$(find wide/zones/quarantine/blobs -name "$digest")" "$blob"
	ow fsck --data --store wide
}
