#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Who may know whom, and that what is listed in several places agrees.
# shellcheck source=tests/cli/common.sh disable=SC2016 # jq has its own
. "$(dirname "$0")/common.sh"

# headers <path>...: "file header", with the header's path from the root
headers()
{
	(cd "$root" && grep -rHE '^[[:space:]]*#[[:space:]]*include' \
		--include='*.[chS]' "$@") |
		sed -E 's/^([^:]+):[^<"]*[<"]([^>"]+)[>"].*/\1 \2/' |
		while read -r file header; do
			for at in "${file%/*}" model/include model/include/arm64 \
				model .; do
				[ -e "$root/$at/$header" ] || continue
				header=$at/$header
				break
			done
			echo "$file $header"
		done |
		awk '{	# a/b/../c is a/c
			while (sub(/[^\/.]+\/\.\.\//, "", $2))
				;
			sub(/^\.\//, "", $2)
			print
		}'
}

# only <what> <pattern> <path>...: no header other than these
only()
{
	claim=$1
	pattern=$2
	shift 2
	headers "$@" >all
	check "$claim: there are headers" [ -s all ]
	awk -v pattern="$pattern" '$2 !~ pattern' all >wrong
	check "$claim" cmp wrong /dev/null || cat wrong
}

system='^[a-z]+[.]h$|^(sys|jemalloc|sanitizer)/[a-z_]+[.]h$'

only "sim knows nothing above it" \
	"^model/sim/|^model/include/machine[.]h$|$system" model/sim
only "code under test knows kernel headers only" '^model/include/' model/mm
only "kernel headers know each other and the bits of entries" \
	"^model/include/|^model/fmt/(frames|arm64_bits|smmu_bits|x86_bits)[.]h$|$system" \
	model/include
only "formats know sim" "^model/(fmt|sim)/|$system" model/fmt
only "oracles know the log and the decoder" \
	"^oracles/|^model/(sim|fmt)/|$system" oracles
only "the model knows neither fuzz nor oracles" "^model/|$system" model
only "scenarios know the model" \
	"^fuzz/scenarios/|^model/(include|sim|kernel|hw)/|$system" \
	fuzz/scenarios

# Promise 2: one source of chance.
(cd "$root" && grep -rnE --include='*.[ch]' \
	'\<(s?rand(om)?(_r)?|[dejlmn]rand48|getrandom|arc4random[a-z_]*|time|clock|clock_gettime|gettimeofday|getpid|gettid|rdtsc|__rdtsc|__builtin_ia32_rdtsc)[[:space:]]*\(|#include <(time|sys/time|sys/random)[.]h>' \
	model oracles) | grep -vE ':[[:space:]]*(/?\*|//)' >wrong
check "no clock and no other chance in model and oracles" \
	cmp wrong /dev/null || cat wrong

# Code under test: no harness calls, no mutants.
(cd "$root" && grep -rnwE 'sim_[a-z_]+|choose|MUTANT|__tsan_[a-z0-9_]+' \
	model/mm) >wrong
check "code under test reads like kernel code" cmp wrong /dev/null || cat wrong

# --- what is listed twice ------------------------------------------------------

"$tool" list --json >list.json
jq -r '.scenarios[].name' list.json | sort >scenarios
jq -r '.mutants[].name' list.json | sort >mutants
jq -r '.oracles[].name' list.json | sort >oracles

(cd "$root/tests/mutants" && ls ./*.patch) |
	sed 's/^[.]\/\(.*\)[.]patch$/\1/' | sort >patches
check "mutants and patches" diff mutants patches

sed -n '/^foreach(scenario/,/)$/p' "$root/CMakeLists.txt" |
	grep -oE '[a-z]+-[a-z-]+' | sort >targets
check "fuzz targets and scenarios" diff targets scenarios

# named <file>: the mutants after "Mutants:" in its comments
named()
{
	awk '
	/^ \* Mutants:/ { on = 1; sub(/.*Mutants:/, "") }
	on {
		sub(/^ \*/, "")
		if ($1 == "none:")
			exit
		n = split($0, word, /[ ,\t]+/)
		last = ""
		for (i = 1; i <= n; i++)
			if (word[i] != "") {
				print word[i]
				last = word[i]
			}
		on = /,[ \t]*$/
	}' "$1"
}

# Each file's own name for itself is the string in its .name.
for file in "$root"/oracles/*.c; do
	name=$(sed -n 's/^[[:space:]]*[.]name[[:space:]]*= "\(.*\)",$/\1/p' \
		"$file")
	[ -n "$name" ] || continue
	echo "$name" >>oracle.names
	named "$file" | sort >in.header
	jq -r --arg o "$name" '.mutants[] | select(.oracle == $o).name' \
		list.json | sort >in.patches
	check "mutants of $name" diff in.header in.patches
	check "$name kills a mutant, or says why not" \
		grep -Eq '^ [*] Mutants: +([a-z]+-|none: [a-z])' "$file"
done
sort oracle.names >names
check "oracles and their files" diff names oracles

for file in "$root"/fuzz/scenarios/*.c; do
	named "$file" >in.header
	sed -n 's/^[[:space:]]*[.]name = "\([a-z-]*-vs-[a-z-]*\)",$/\1/p' \
		"$file" >in.file
	cat in.file >>scenario.names
	[ -s in.file ] || continue
	check "${file##*/} names its mutants" [ -s in.header ]
	sort in.header >in.header.sorted
	while read -r name; do
		jq -r --arg s "$name" \
			'.mutants[] | select(.scenario == $s).name' list.json
	done <in.file | sort >in.patches
	check "mutants of ${file##*/}" diff in.header.sorted in.patches
done
sort scenario.names >names
check "scenarios and their files" diff names scenarios

(cd "$root/corpus/seeds" && ls) >names
check "scenarios and seeds" diff scenarios names

# --- a file is read at one sitting -----------------------------------------------

find "$root/model" "$root/oracles" "$root/fuzz" "$root/tests" "$root/scripts" \
	-name '*.[chS]' -o -name '*.sh' -o -name '*.cmake' >files
check "files to measure" [ "$(wc -l <files)" -ge 80 ]
while read -r file; do
	[ "$(wc -l <"$file")" -lt 700 ] || echo "$file"
done <files >wrong
check "files under 700 lines" cmp wrong /dev/null || cat wrong

finish
