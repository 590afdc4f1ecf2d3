#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: on_exfat.sh TEST_MEDIA_TARGET
#
# Write bundles to a real exFAT: no links, no modes, case that does not count. It needs root, a loop device and
# exfat-fuse; without them the test is skipped.
set -u

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

for tool in mkfs.exfat mount.exfat-fuse; do
	command -v "$tool" >/dev/null || skip "no $tool"
done
dir=$(mktemp -d "${TMPDIR:-/tmp}/ow-exfat-XXXXXX") || exit 1
loop=
trap '! mountpoint -q "$dir/m" || umount "$dir/m"; [ -z "$loop" ] || losetup -d "$loop"; rm -rf "$dir"' EXIT
mkdir "$dir/m"
truncate -s 128M "$dir/image"
mkfs.exfat "$dir/image" >/dev/null 2>&1 || skip "mkfs.exfat does not work here"
loop=$(losetup -f --show "$dir/image" 2>/dev/null) || skip "no loop device"
mount.exfat-fuse "$loop" "$dir/m" >/dev/null 2>&1 || skip "exFAT cannot be mounted here"

cases="a_bundle_is_written_read_back_and_sealed attack_D28_what_is_not_sealed_is_removed_and_neighbours_stay
	many_small_parts_go_in_batches"
echo "1..3"
n=0
bad=0
for case in $cases; do
	n=$((n + 1))
	if said=$(TMPDIR=$dir/m CK_RUN_CASE=$case "$1" 2>&1); then
		echo "ok $n - $case"
	else
		echo "not ok $n - $case"
		echo "# ${said//$'\n'/$'\n# '}"
		bad=1
	fi
done
exit $bad
