#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Install, build, and find a known bug: GUP-fast that does not look at the PMD
# again and so pins a page that THP collapse has just moved.
#
# usage: scripts/fuzz.sh
#
# Exits with 0 when the race was found, minimized and explained.
set -eu
cd "$(dirname "$0")/.."

mutant=gupfast-collapse-pmd-recheck
out=build/out/demo

scripts/setup.sh
{
	cmake -B build
	cmake --build build -j "$(nproc)"
} >&2

rm -rf "$out"
mkdir -p "$out"
subject=$(build/interleaf list mutants --json | jq -r --arg m "$mutant" \
	'.mutants[] | select(.name == $m).subject')
echo "hunting for: $subject"

status=0
build/interleaf run --mutant="$mutant" --strategy=mix --time=60 \
	--out="$out" --json >"$out/run.json" || status=$?
if [ "$status" -ne 1 ]; then
	echo "fuzz.sh: the known bug was not found (status $status)" >&2
	exit 1
fi

expected=$(build/interleaf list mutants --json | jq -r --arg m "$mutant" \
	'.mutants[] | select(.name == $m).rule')
rule=$(jq -r .rule "$out/run.json")
case "|$expected|" in
*"|$rule|"*) ;;
*)
	echo "fuzz.sh: found $rule instead of $expected" >&2
	exit 1
	;;
esac

jq -r '"found: \(.rule), after \(.runs_to_find) runs"' "$out/run.json"
file=$(jq -r .file "$out/run.json")
build/interleaf minimize "$file" --out="$out/minimized"
build/interleaf explain "$out/minimized"

echo
echo "replay it:"
echo "	build/interleaf repro $out/minimized"
