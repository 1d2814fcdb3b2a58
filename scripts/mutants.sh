#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The kill table: for each mutant, how soon it is found from each of many
# seeds, and how small the schedule that shows it gets.
#
# usage: scripts/mutants.sh [--tool=PATH] [--seeds=N] [--time=SECONDS] [--write]
#			   [MUTANT...]
#
#	--tool	the command (build/interleaf)
#	--seeds	how many (20)
#	--time	to look for it from one seed (10)
#	--write	put the table into docs/mutants.md
#
# Exits with 1 when a mutant was missed by more than one seed in twenty, was
# taken for another bug, judged by another oracle, or did not minimize to four
# deviations.
set -eu
cd "$(dirname "$0")/.."

tool=build/interleaf
seeds=20
time=10
write=
names=
for arg; do
	case $arg in
	--tool=*) tool=${arg#*=} ;;
	--seeds=*) seeds=${arg#*=} ;;
	--time=*) time=${arg#*=} ;;
	--write) write=1 ;;
	-*)
		sed -n '7,8s/^# //p' "$0" >&2
		exit 2
		;;
	*) names="$names $arg" ;;
	esac
done

if [ ! -x "$tool" ]; then
	echo "mutants.sh: $tool is not built; see scripts/test.sh" >&2
	exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

"$tool" list mutants --json >"$work/mutants.json"
: "${names:=$(jq -r '.mutants[].name' "$work/mutants.json")}"

# The middle of the numbers in a file, one a line.
median()
{
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# field <mutant> <key>
field()
{
	jq -r --arg m "$1" --arg k "$2" \
		'.mutants[] | select(.name == $m)[$k]' "$work/mutants.json"
}

# hunt <mutant> <seed>: a line for each of runs, seconds and deviations
hunt()
{
	dir=$work/$1.$2
	status=0
	"$tool" run --mutant="$1" --strategy=mix --time="$time" --seed="$2" \
		--out="$dir" --json >"$dir.json" 2>"$dir.err" || status=$?
	case $status in
	0) return 0 ;;
	1) ;;
	*)
		cat "$dir.err" >&2
		exit "$status"
		;;
	esac

	rule=$(jq -r .rule "$dir.json")
	oracle=$(jq -r .oracle "$dir.json")
	# The oracle is that of the first rule; the others are what else follows.
	case $(field "$1" rule) in
	"$rule"*) expected=$(field "$1" oracle) ;;
	*) expected=$oracle ;;
	esac
	if [ "$oracle" != "$expected" ]; then
		echo "mutants.sh: $1, seed $2: unexpected $oracle" >&2
		echo "$oracle" >>"$work/strange"
	fi
	case "|$(field "$1" rule)|" in
	*"|$rule|"*) ;;
	*)
		echo "mutants.sh: $1, seed $2: unexpected $rule" >&2
		echo "$rule" >>"$work/strange"
		return 0
		;;
	esac

	jq .runs_to_find "$dir.json" >>"$work/runs"
	jq .seconds "$dir.json" >>"$work/seconds"
	"$tool" minimize "$(jq -r .file "$dir.json")" --out="$dir.min" \
		--json 2>"$dir.err" >"$dir.min.json" || {
		cat "$dir.err" >&2
		exit 3
	}
	jq .deviations "$dir.min.json" >>"$work/deviations"
}

table()
{
	echo "| mutant | catalogue | rule | found | runs | seconds |" \
		"deviations |"
	echo "|---|---|---|---|---|---|---|"
	for name in $names; do
		for list in runs seconds deviations strange; do
			: >"$work/$list"
		done
		seed=1
		while [ "$seed" -le "$seeds" ]; do
			hunt "$name" "$seed"
			seed=$((seed + 1))
		done

		found=$(wc -l <"$work/runs")
		most=$(sort -n "$work/deviations" | tail -n 1)
		printf '| %s | %s | %s | %d/%d | %s | %s | %s |\n' "$name" \
			"$(field "$name" id)" \
			"$(field "$name" rule | sed 's/|/, /g')" \
			"$found" "$seeds" "$(median "$work/runs")" \
			"$(median "$work/seconds" |
				awk '{ printf "%.3f", $1 }')" "${most:--}"

		if [ $((found * 20)) -lt $((seeds * 19)) ] ||
			[ -s "$work/strange" ] || [ "${most:-0}" -gt 4 ]; then
			echo "$name" >>"$work/weak"
		fi
	done
}

: >"$work/weak"
{
	table
	echo yes >"$work/finished"
} | tee "$work/table"
[ -e "$work/finished" ] || exit 3

if [ -n "$write" ]; then
	mkdir -p docs
	{
		echo "# Kill table"
		echo
		echo "Written by \`scripts/mutants.sh --write\`: each mutant" \
			"hunted with \`interleaf run --strategy=mix\` from" \
			"$seeds seeds, $time seconds each."
		echo "Runs and seconds are medians until it was found," \
			"deviations the most that any minimized schedule" \
			"kept."
		echo
		cat "$work/table"
	} >"$work/mutants.md"
	mv "$work/mutants.md" docs/mutants.md
fi

if [ -s "$work/weak" ]; then
	echo "mutants.sh: not killed as they should be:" >&2
	cat "$work/weak" >&2
	exit 1
fi
