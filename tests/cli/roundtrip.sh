#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The two forms of a schedule convert both ways without loss, whatever the
# bytes, and are the same run.
# shellcheck source=tests/cli/common.sh disable=SC2317 # check calls them
. "$(dirname "$0")/common.sh"

# round <name> <file> [<option>...]: binary to text and back, and once more
round()
{
	name=$1
	file=$2
	shift 2
	expect 0 "$name: decode" "$tool" decode "$file" --out=text "$@"
	expect 0 "$name: encode" "$tool" encode text --out=binary
	check "$name: records" same_records "$file" binary
	expect 0 "$name: decode again" "$tool" decode binary --out=text2
	check "$name: text" cmp text text2
	expect 0 "$name: without --out" "$tool" decode binary
	check "$name: stdout" cmp text stdout
	expect 0 "$name: encode to stdout" "$tool" encode text
	check "$name: binary on stdout" cmp binary stdout
	check "$name: the same run" same_run text binary
}

# Behind the first line; the last record may have been short.
same_records()
{
	body "$1" >a
	body "$2" >b
	size=$(wc -c <a)
	[ "$(wc -c <b)" -eq $(((size + 7) / 8 * 8)) ] && cmp -n "$size" a b
}

body()
{
	case $(head -c 10 "$1" | tr -d '\0') in
	"interleaf ") tail -n +2 "$1" ;;
	*) cat "$1" ;;
	esac
}

same_run()
{
	"$tool" repro "$1" --json | jq .hash >a
	"$tool" repro "$2" --json | jq .hash >b
	[ -s a ] && cmp a b
}

# bytes <seed> <how many> <below>
bytes()
{
	printf '%b' "$(awk -v x="$1" -v n="$2" -v max="$3" 'BEGIN {
		for (i = 0; i < n; i++) {
			x = (1664525 * x + 1013904223) % 4294967296
			printf "\\0%03o", int(x / 65536) % max
		}
	}' </dev/null)"
}

seed=1
for scenario in $("$tool" list scenarios | cut -d ' ' -f 1); do
	for shape in "0 1" "3 256" "200 12" "2001 256"; do
		# shellcheck disable=SC2086 # two numbers
		bytes $seed $shape >bare
		round "$scenario $shape" bare --scenario="$scenario"
		seed=$((seed + 1))
	done
done

# The machine's options are part of what it is.
round "a machine with options" bare --scenario=zap-vs-user --format=arm64 \
	--machine=ets3+haft
check "the first line names them" grep -q "machine=ets3+haft" text

# More records than a run looks at are not lost either.
bytes 1 9600 256 >bare
round "1200 records" bare --scenario=zap-vs-user
check "the text says which ones count" grep -q "ignores the records" text
expect 0 "encode --raw" "$tool" encode text --raw --out=raw
check "bare records come back" cmp bare raw

# A real find, with all that its first line tells.
expect 1 "a find" "$tool" run --mutant=gupfast-collapse-pmd-recheck --out=out
find=out/$(ls out)
round "a find" "$find"
check "nothing is lost" cmp "$find" binary
expect 1 "its text replays" "$tool" repro text
check "as recorded" grep -q "as recorded" stdout

# Comments and spaces mean nothing.
sed -e '2,$s/$/   # why/' -e '2,$s/ /	/g' text | tr '\n' '|' |
	sed 's/|/|  |# more|/g' | tr '|' '\n' >commented
expect 0 "encode with comments" "$tool" encode commented --out=binary2
check "comments mean nothing" cmp binary binary2

# Another run than what was recorded: nothing recorded is kept.
expect 0 "decode --mutant=none" "$tool" decode "$find" --mutant=none
check "rule and hash are gone" sh -c '! grep -qE "rule=|hash=|mutant=" stdout'

finish
