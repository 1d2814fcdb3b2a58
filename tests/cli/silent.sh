#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Correct code is silent: each scenario, with each entry format and memory
# model it runs with, for a second each. A smoke test; campaigns run longer.
#
# usage: silent.sh <interleaf> [<part> <parts>]	(every <parts>th combination)
# shellcheck source=tests/cli/common.sh disable=SC2016 # jq has its own
. "$(dirname "$0")/common.sh"

part=${1-0}
parts=${2-1}
"$tool" list --json | jq -r '.formats as $f | .scenarios[] |
	.name as $s | .formats[] as $n | $f[] | select(.name == $n) |
	.models[] as $m | "\($s) \($n) \($m)"' >combinations
n=0
while read -r scenario format model; do
	n=$((n + 1))
	[ $((n % parts)) -eq "$part" ] || continue
	expect 0 "$scenario $format $model" "$tool" run "$scenario" \
		--format="$format" --model="$model" --strategy=mix --time=1 \
		--out=out --json
	cp stdout told
	check "$scenario $format $model: runs" jq -e --arg s "$scenario" \
		--arg f "$format" --arg m "$model" '.verdict == "pass" and
		.runs >= 1000 and .scenario == $s and .format == $f and
		.model == $m and .mutant == null' told
done <combinations
check "every combination" [ "$n" -ge 30 ]
check "nothing was kept" [ ! -e out ]

finish
