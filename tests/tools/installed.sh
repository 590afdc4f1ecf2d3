#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: installed.sh SOURCE BUILD COMPILER…
#
# Install into an empty folder and use the library as a stranger would: each header alone, then a program that
# knows only what pkg-config tells. Prints TAP.
set -u
source=$1 build=$2
shift 2
cc=("$@" -std=c17 -Wall -Wextra -Wpedantic -Werror)
unset DESTDIR MESONINTROSPECT
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
n=0

check() { # NAME COMMAND…
	local name=$1 said
	shift
	n=$((n + 1))
	if said=$("$@" 2>&1); then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		echo "$said" | tail -n 20 | sed 's/^/# /'
	fi
}

compiles_alone() {
	printf '#include <owstore/%s>\n#include <owstore/%s>\n' "$1" "$1" |
		"${cc[@]}" -fsyntax-only -I "$root$prefix/include" -x c -
}

compiles_and_runs() {
	cat >"$root/stranger.c" <<-'EOT'
		#include <stdio.h>

		#include <owstore/error.h>
		#include <owstore/store.h>

		int main(void)
		{
			struct ow_error err = {0};
			struct ow_store *store = NULL;

			if (ow_store_open("/nonexistent/store", OW_STORE_READ, "test", NULL, &store, &err) >= 0)
				return 1;
			puts(err.text);
			return ow_code_exit(err.code) == 0 || err.text[0] == '\0';
		}
	EOT
	# shellcheck disable=SC2046
	"${cc[@]}" "$root/stranger.c" -o "$root/stranger" $(pkg-config --define-variable=prefix="$root$prefix" \
		--cflags --libs owstore) && LD_LIBRARY_PATH=$libdir "$root/stranger"
}

linked_version() {
	readelf -d "$libdir/libowstore.so" | grep 'SONAME.*\[libowstore\.so\.0\]'
}

tool_needs_no_library_of_its_own() {
	! readelf -d "$root$prefix/bin/owstore" | grep 'NEEDED.*libowstore' && "$root$prefix/bin/owstore" --version
}

if ! DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >"$root/log" 2>&1; then
	cat "$root/log"
	exit 1
fi
libdir=$(dirname "$(find "$root" -name libowstore.so)")
export PKG_CONFIG_PATH=$libdir/pkgconfig
prefix=$(pkg-config --variable=prefix owstore)
for header in "$root$prefix"/include/owstore/*.h; do
	check "<owstore/${header##*/}> compiles alone" compiles_alone "${header##*/}"
done
check "every header of the tree is installed" diff -r "$source/include/owstore" "$root$prefix/include/owstore"
check "a program builds and runs by what pkg-config says" compiles_and_runs
check "the library's version stands in its name" linked_version
check "the tool is one file to carry" tool_needs_no_library_of_its_own
echo "1..$n"
