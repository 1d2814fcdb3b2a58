#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Copy the code under test and apply a mutant's patch to the copy.
#
# usage: mutant-tree.sh <root> <tree> <patch>
#
# No fuzz: a patch whose context changed fails, and the build with it.
set -eu

root=$1
tree=$2
patch=$3

rm -rf "$tree/model"
mkdir -p "$tree/model"
for dir in "$root"/model/*/; do
	dir=${dir%/}
	case $dir in
	*/mm | */include) cp -R "$dir" "$tree/model/" ;;
	*) ln -s "$dir" "$tree/model/" ;;
	esac
done

if ! "${PATCH:-patch}" -p1 -F0 -s --no-backup-if-mismatch -d "$tree" \
	-i "$patch"; then
	echo "mutant-tree: $patch no longer applies" >&2
	exit 1
fi
: >"$tree/stamp"
