#!/bin/sh
# SPDX-License-Identifier: MIT
#
# corpus/regressions/<mutant>/: a minimized schedule for each mutant, its
# interleaving, and what it is about. Does each still do what was recorded?
#
# usage: scripts/regressions.sh [--tool=PATH] [--write] [MUTANT...]
#
#	--tool	the command (build/interleaf)
#	--write	hunt anew, and write input and expect; also corpus/seeds, the
#		same schedules for correct code. READMEs are written by hand:
#		look whether they still tell the same story
#
# Ends with the line "N regressions, N failed".
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."

tool=build/interleaf
write=
names=
seeds=10
for arg; do
	case $arg in
	--tool=*) tool=${arg#*=} ;;
	--write) write=1 ;;
	-*)
		sed -n '7s/^# //p' "$0" >&2
		exit 2
		;;
	*) names="$names $arg" ;;
	esac
done
if [ ! -x "$tool" ]; then
	echo "regressions.sh: $tool is not built; see scripts/test.sh" >&2
	exit 2
fi

regressions=corpus/regressions
corpus_seeds=corpus/seeds
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
"$tool" list mutants --json >"$work/mutants.json"
all=$(jq -r '.mutants[].name' "$work/mutants.json")
: "${names:=$all}"
nr_failed=0
nr=0

fail()
{
	nr_failed=$((nr_failed + 1))
	echo "FAILED: $1"
}

# field <mutant> <key>
field()
{
	jq -r --arg m "$1" --arg k "$2" \
		'.mutants[] | select(.name == $m)[$k]' "$work/mutants.json"
}

# The oracle that is named is that of the first rule.
first_rule()
{
	field "$1" rule | cut -d '|' -f 1
}

# --- writing ----------------------------------------------------------------

# hunt <mutant> <seed>: a line "deviations ops records lines seed"
hunt()
{
	dir=$work/$1.$2
	status=0
	"$tool" run --mutant="$1" --seed="$2" --time=10 --out="$dir" \
		--json >"$dir.json" || status=$?
	[ "$status" -eq 1 ] || {
		echo "regressions.sh: $1, seed $2: status $status" >&2
		return 0
	}
	[ "$(jq -r .rule "$dir.json")" = "$(first_rule "$1")" ] || return 0
	mv "$(jq -r .file "$dir.json")" "$dir.found"
	"$tool" minimize "$dir.found" --out="$dir.min" --json >"$dir.json"
	echo "$(jq -r '[.deviations, .ops, .records] | @tsv' "$dir.json")" \
		"$("$tool" explain "$dir.min" | wc -l)" "$2"
}

# seed_of <file> <name>: the same schedule as an input for correct code
seed_of()
{
	to=$corpus_seeds/$scenario/$2
	mkdir -p "$corpus_seeds/$scenario"
	"$tool" encode "$1" --mutant=none --out="$to"
	"$tool" repro "$to" >/dev/null || fail "$to: correct code is not silent"
}

write_one()
{
	seed=1
	while [ "$seed" -le "$seeds" ]; do
		hunt "$1" "$seed"
		seed=$((seed + 1))
	done >"$work/sizes"
	best=$(sort -n -k1 -k2 -k3 -k4 -k5 "$work/sizes" |
		awk 'NR == 1 { print $5 }')
	if [ -z "$best" ]; then
		fail "$1 was not found"
		return
	fi
	dir=$regressions/$1
	mkdir -p "$dir"
	"$tool" decode "$work/$1.$best.min" --out="$dir/input"
	"$tool" explain "$dir/input" >"$dir/expect"

	scenario=$(field "$1" scenario)
	seed_of "$dir/input" "$1"
	seed_of "$work/$1.$best.found" "$1.found"
}

write_dull()
{
	for scenario in $("$tool" list scenarios --json |
		jq -r '.scenarios[].name'); do
		echo "interleaf 1 text scenario=$scenario" >"$work/dull"
		seed_of "$work/dull" dull
	done
}

# --- reading -------------------------------------------------------------------

check_one()
{
	dir=$regressions/$1
	for file in input expect README; do
		[ -s "$dir/$file" ] || fail "$dir/$file is missing"
	done
	[ -s "$dir/input" ] || return 0

	status=0
	"$tool" repro "$dir/input" --json >"$work/repro" || status=$?
	jq -e --arg m "$1" '.as_recorded and .mutant == $m and
		.recorded_hash == .hash and .recorded_rule == .rule' \
		"$work/repro" >/dev/null ||
		fail "$dir/input is not as recorded (status $status)"
	rule=$(jq -r .rule "$work/repro")
	[ "$(jq -r .oracle "$work/repro")" = "$(field "$1" oracle)" ] ||
		fail "$dir/input: not the oracle in the patch"
	[ "$rule" = "$(first_rule "$1")" ] ||
		fail "$dir/input: $rule, not the rule in the patch"

	"$tool" explain "$dir/input" >"$work/explained" || :
	diff -u "$dir/expect" "$work/explained" ||
		fail "$dir/expect is not what explain prints"
	"$tool" decode "$dir/input" >"$work/text" || :
	cmp -s "$dir/input" "$work/text" ||
		fail "$dir/input is not as decode writes it"
	[ "$(grep -vc '^interleaf \|^op ' "$dir/input")" -le 4 ] ||
		fail "$dir/input has more than 4 deviations"

	status=0
	"$tool" repro "$dir/input" --mutant=none >"$work/repro" || status=$?
	[ "$status" -eq 0 ] || fail "$dir/input fails correct code as well"

	for word in "Description:" "Running:" "Kernel commit:" "$rule"; do
		grep -q "$word" "$dir/README" ||
			fail "$dir/README does not say '$word'"
	done
	fix=$(field "$1" fix)
	[ "$fix" != - ] || fix="none known"
	grep -qF "Kernel commit: ${fix%% *}" "$dir/README" ||
		fail "$dir/README does not name the fix $fix"
}

check_strays()
{
	for dir in "$regressions"/*/; do
		name=$(basename "$dir")
		echo "$all" | grep -qx "$name" ||
			fail "$dir is about no mutant"
	done
}

if [ -n "$write" ]; then
	write_dull
	for name in $names; do
		write_one "$name"
	done
fi
for name in $names; do
	nr=$((nr + 1))
	check_one "$name"
done
check_strays
echo "$nr regressions, $nr_failed failed"
[ "$nr" -gt 0 ] && [ "$nr_failed" -eq 0 ]
