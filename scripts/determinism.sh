#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Promise 1: the same input gives the same event log in every build. Builds
# interleaf with both compilers, at three levels of optimization, with both
# engines and two sanitizers, runs the same inputs with each, and compares the
# log hashes. The inputs are corpus/ and as many made-up ones.
#
# usage: scripts/determinism.sh
#
# Ends with the line "N passed, N failed"; a build that fails is a failure.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."

work=build/determinism
inputs=$work/inputs
builds="release debug clang ubsan libfuzzer afl"
passed=0
failed=0

pass()
{
	passed=$((passed + 1))
}

fail()
{
	failed=$((failed + 1))
	echo "FAILED: $1"
}

dir_of()
{
	case $1 in
	release) echo build ;;
	*) echo "build-$1" ;;
	esac
}

# make_inputs <scenario>: records that nearly always hit something; half of them
# on the last of its formats, with that one's weakest model
make_inputs()
{
	mkdir -p "$inputs/$1"
	last=$(build/interleaf list scenarios --json | jq -r --arg s "$1" \
		'.scenarios[] | select(.name == $s).formats[-1]')
	cp "corpus/seeds/$1"/* "$inputs/$1/"
	awk -v scenario="$1" -v dir="$inputs/$1" '
	function draw(n)	# Knuth and Lewis, the high bits
	{
		x = (1664525 * x + 1013904223) % 4294967296
		return int(x / 65536) % n
	}
	function byte(n)
	{
		return sprintf("\\0%03o", n)
	}
	BEGIN {
		x = length(scenario)
		for (i = 10; i < 50; i++) {
			body = ""
			for (r = draw(24) + 1; r > 0; r--)
				body = body byte(draw(10)) byte(draw(4)) \
					byte(draw(3) ? 0 : draw(3)) \
					byte(draw(4) ? 0 : 1) \
					byte(draw(40)) byte(0) \
					byte(draw(6)) byte(0)
			print dir "/" i, body
		}
	}' </dev/null |
		while read -r file body; do
			case $file in
			*[02468]) format=" format=$last" ;;
			*) format= ;;
			esac
			printf 'interleaf 1 binary scenario=%s%s\n' "$1" \
				"$format" >"$file"
			printf '%b' "$body" >>"$file"
		done
}

# run_build <build>: all it says about the inputs, one file a question
run_build()
{
	build=$1
	dir=$(dir_of "$build")
	out=$work/$build
	rm -rf "$out"
	mkdir -p "$out"

	for scenario in $scenarios; do
		target=$dir/fuzzers/$(echo "$scenario" | tr - _)
		for mutant in none $(jq -r --arg s "$scenario" '.mutants[] |
			select(.scenario == $s).name' "$work/mutants.json")
		do
			set --
			[ "$mutant" = none ] || set -- --mutant="$mutant"
			"${target}_replay" "$@" --hash "$inputs/$scenario" \
				2>"$out/errors" |
				grep '^hash ' >"$out/$scenario.$mutant" || :
			[ -x "${target}_fuzzer" ] || continue
			# Else libFuzzer runs an input again, to look for leaks.
			[ "$build" != libfuzzer ] || set -- "$@" -detect_leaks=0
			"${target}_fuzzer" "$@" --hash \
				"$inputs/$scenario"/* 2>"$out/errors" |
				grep '^hash ' \
				>"$out/$scenario.$mutant.engine" || :
		done
	done
	"$dir/interleaf" check "$inputs" --json >"$out/check" || :
	for file in corpus/regressions/*/input; do
		[ -e "$file" ] || continue
		# A compiler is free in how it makes a plain access; then a
		# deviation in the middle of one is of that compiler only.
		! grep -q '^tear' "$file" || continue
		"$dir/interleaf" repro "$file" --json |
			jq -c '[.hash, .rule, .as_recorded]' || :
	done >"$out/regressions"
}

rm -rf "$work"
for build in $builds; do
	dir=$(dir_of "$build")
	mkdir -p "$dir"
	if cmake --preset "$build" >"$dir/log" 2>&1 &&
		cmake --build "$dir" -j "$(nproc)" >>"$dir/log" 2>&1; then
		pass
	else
		tail -n 20 "$dir/log"
		fail "$build does not build"
		builds=$(echo " $builds " | sed "s/ $build / /")
	fi
done

mkdir -p "$inputs"
if [ ! -x build/interleaf ]; then
	echo "$passed passed, $failed failed"
	exit 1
fi
build/interleaf list scenarios --json >"$work/scenarios.json"
build/interleaf list mutants --json >"$work/mutants.json"
scenarios=$(jq -r '.scenarios[].name' "$work/scenarios.json")
for scenario in $scenarios; do
	make_inputs "$scenario"
done

for build in $builds; do
	run_build "$build"
done

for file in "$work"/release/*; do
	[ -e "$file" ] || continue
	name=${file##*/}
	[ "$name" != errors ] || continue
	if [ "$name" != regressions ] && [ ! -s "$file" ]; then
		fail "release says nothing about $name"
	fi
	for build in $builds; do
		for other in "$work/$build/$name" "$work/$build/$name.engine"
		do
			[ -e "$other" ] || continue
			if cmp -s "$file" "$other"; then
				pass
			else
				fail "$other differs from $file"
			fi
		done
	done
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
