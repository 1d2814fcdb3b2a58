#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Join the objects of one unit: every symbol becomes local but the unit's own,
# and all code moves to the section kut_text, by which code under test is told
# from ours in a stack.
#
# usage: link-unit.sh <symbol> <out.o> <object>...
set -eu

symbol=$1
out=$2
shift 2
trap 'rm -f "$out.part"' EXIT

"${LD:-ld}" -r -o "$out.part" "$@"
"${OBJCOPY:-objcopy}" --keep-global-symbol="$symbol" \
	--rename-section .text=kut_text \
	--rename-section .text.hot=kut_text \
	--rename-section .text.unlikely=kut_text \
	--rename-section .text.unlikely.=kut_text "$out.part"

# The constructors that -fsanitize=thread adds may stay where they are.
left=$("${READELF:-readelf}" -SW "$out.part" | sed 's/^ *\[ *//' |
	awk '$2 ~ /^\.text/ && $3 == "PROGBITS" && $6 !~ /^0*$/ &&
	     $2 !~ /^\.text\.(startup|tsan\.module_ctor)$/ { print $2 }')
if [ -n "$left" ]; then
	echo "link-unit: $symbol has code outside kut_text:" "$left" >&2
	exit 1
fi
mv "$out.part" "$out"
