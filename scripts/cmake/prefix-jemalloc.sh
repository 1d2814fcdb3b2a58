#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Copy jemalloc's static library, giving every symbol a je_ prefix.
#
# usage: prefix-jemalloc.sh <libjemalloc_pic.a> <out.a>
set -eu

out=$2
part=$out.part
trap 'rm -f "$part" "$out.syms"' EXIT

cp "$1" "$part"
chmod u+w "$part"

# The C++ operators would replace those of the program.
for member in $("${AR:-ar}" t "$part" | grep jemalloc_cpp || :); do
	"${AR:-ar}" d "$part" "$member"
done

"${NM:-nm}" -g --defined-only "$part" |
	awk 'NF == 3 && $3 !~ /^je_/ { print $3, "je_" $3 }' |
	sort -u >"$out.syms"
"${OBJCOPY:-objcopy}" --redefine-syms="$out.syms" "$part"
mv "$part" "$out"
