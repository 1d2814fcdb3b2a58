#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bench.sh - figures for the README: the command, the engines, the engines' own
# cost, and memory over many runs. Prints; judges nothing: machines are noisy.
#
#	scripts/bench.sh [SECONDS]	of the long run for the memory figure, 80

set -eu

cd "$(dirname "$0")/.."
seconds=${1:-80}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
scenario=pae_lockless_vs_set


configure()
{
	dir=$1
	shift
	if ! { cmake -S . -B "$dir" -DCMAKE_BUILD_TYPE=Release "$@" &&
	       cmake --build "$dir" -j2 \
		       --target "${scenario}_fuzzer" empty_fuzzer; } \
			>"$work/log" 2>&1; then
		cat "$work/log"
		exit 2
	fi
}

echo "machine: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)," \
	"$(nproc) CPUs, $(uname -sr)"
cmake --preset release >/dev/null
cmake --build build -j2 >/dev/null
build/interleaf bench --time=5

# exec/s of a libFuzzer target over a fixed number of runs
libfuzzer_speed()
{
	mkdir -p "$work/$1"
	"build-bench-libfuzzer/fuzzers/$1" -max_total_time=15 \
		-print_final_stats=1 "$work/$1" 2>&1 |
		sed -n 's/^stat::average_exec_per_sec: *//p'
}

configure build-bench-libfuzzer -DCMAKE_C_COMPILER=clang \
	-DINTERLEAF_ENGINE=libfuzzer
echo "libFuzzer exec/s: empty target $(libfuzzer_speed empty_fuzzer)," \
	"S4-01 $(libfuzzer_speed ${scenario}_fuzzer)"

# "exec/s stability" of an AFL++ target
afl_speed()
{
	mkdir -p "$work/in"
	printf 'interleaf' >"$work/in/seed"
	AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_ALLOW_TMP=1 \
	AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
		afl-fuzz -V 15 -i "$work/in" -o "$work/afl-$1" -- \
		"build-bench-afl/fuzzers/$1" >"$work/log" 2>&1 || :
	sed -n 's/^execs_per_sec *: //p; s/^stability *: //p' \
		"$work/afl-$1/default/fuzzer_stats" | paste -sd' '
}

configure build-bench-afl -DCMAKE_C_COMPILER=afl-clang-fast \
	-DINTERLEAF_ENGINE=afl
echo "AFL++ exec/s, stability: empty target $(afl_speed empty_fuzzer)," \
	"S4-01 $(afl_speed ${scenario}_fuzzer)"

# Peak memory must not grow with the number of runs.
peak()
{
	build/interleaf bench pae-lockless-vs-set --time="$1" --json |
		jq -r '.scenarios[0] | "\(.peak_rss_kib) after \(.runs) runs"'
}
echo "peak memory, KiB: $(peak 1), $(peak "$seconds")"
