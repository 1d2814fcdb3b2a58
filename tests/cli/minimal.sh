#!/bin/sh
# SPDX-License-Identifier: MIT
#
# minimize: no deviation can go, it is the same every time, and what is
# minimal stays as it is.
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/common.sh"

# fails_without <line>: does ./text still fail by ./rule without that line?
fails_without()
{
	sed -e "${1}d" -e '1s/ rule=.*//' text >without
	"$tool" repro without --json >told
	[ "$(jq -r .rule told)" = "$(cat rule)" ]
}

for mutant in $("$tool" list mutants --json | jq -r '.mutants[].name'); do
	expect 1 "$mutant: run" "$tool" run --mutant="$mutant" --seed=7 \
		--out="$mutant" --json
	jq -r .rule stdout >rule
	find=$(jq -r .file stdout)
	expect 0 "$mutant: minimize" "$tool" minimize "$find" --out=once
	expect 0 "$mutant: minimize" "$tool" minimize "$find" --out=twice
	check "$mutant: the same every time" cmp once twice
	expect 0 "$mutant: minimize" "$tool" minimize once --out=again
	check "$mutant: minimal stays as it is" cmp once again
	expect 0 "$mutant: decode" "$tool" decode once --out=text
	n=1
	fails_without 9999 || fail "$mutant: the minimized does not fail"
	while read -r kind rest; do
		case $kind in
		interleaf | op) ;;
		*)
			nr_checks=$((nr_checks + 1))
			! fails_without $n ||
				fail "$mutant: '$kind $rest' can go"
			;;
		esac
		n=$((n + 1))
	done <text
done

finish
