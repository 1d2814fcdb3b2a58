#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Files that are odd, large or in the way, and disks that are full: one clear
# line, the right exit status, and nothing overwritten.
# shellcheck source=tests/cli/common.sh disable=SC2012 # our own names
. "$(dirname "$0")/common.sh"

fails=fails
echo "interleaf 1 text scenario=zap-vs-user mutant=zap-without-ptl" >$fails

# --- any bytes are a valid run ---------------------------------------------

# noise <bytes>: the same in every run of this test
noise()
{
	awk -v n="$1" 'BEGIN {
		x = 1
		for (i = 0; i < n; i++) {
			x = (1664525 * x + 1013904223) % 4294967296
			printf "\\0%03o", int(x / 65536) % 256
		}
	}' </dev/null >noise.octal
	printf '%b' "$(cat noise.octal)"
}

noise 65536 >noise.64k
n=0
while [ $n -lt 160 ]; do
	cat noise.64k
	n=$((n + 1))
done >noise.10m
check "10 MiB of noise" [ "$(wc -c <noise.10m)" -eq 10485760 ]
for scenario in $("$tool" list scenarios | cut -d ' ' -f 1); do
	expect 0 "noise, $scenario" timeout 5 \
		"$tool" repro noise.10m --scenario="$scenario"
	for size in 1 7 8 9 100 4096; do
		head -c $size noise.64k >piece
		expect 0 "$size bytes of noise, $scenario" timeout 5 \
			"$tool" check piece --scenario="$scenario"
	done
done
printf 'interleaf 1 binary scenario=zap-vs-user\n' | cat - noise.10m >headed
expect 0 "noise behind a first line" timeout 5 "$tool" repro headed
printf 'interleaf 1 text scenario=zap-vs-user\n' | cat - noise.10m >headed
expect 2 "noise that should be text" timeout 5 "$tool" repro headed
check "its error is one line" one_line stderr
yes 'switch cpu0 0:1 1' | head -n 500000 | cat "$fails" - >long
expect 1 "9 MB of text" timeout 5 "$tool" repro long
expect 2 "a file without an end" timeout 20 "$tool" repro /dev/zero
check "its error is one line" one_line stderr

# --- who may not read -------------------------------------------------------

cp $fails secret
chmod 000 secret
if [ "$(id -u)" -ne 0 ]; then
	expect 2 "unreadable" "$tool" repro secret
	check "unreadable: why" grep -q "secret.*Permission denied" stderr
fi

# --- nothing is overwritten ---------------------------------------------------

echo precious >kept
expect 2 "minimize: bad input" "$tool" minimize missing --out=kept
expect 2 "minimize: nothing to do" "$tool" minimize noise.64k \
	--scenario=zap-vs-user --out=kept
expect 2 "encode: bad input" "$tool" encode kept --out=kept
echo "interleaf 1 text scenario=zap-vs-user" >bad
echo "frob" >>bad
expect 2 "encode: bad text" "$tool" encode bad --out=kept
check "the error names file and line" grep -qx \
	"bad:2: 'frob' is not a kind of record" stderr
check "kept is what it was" [ "$(cat kept)" = precious ]

cp $fails input
expect 0 "minimize without --out" "$tool" minimize input
check "the input is what it was" cmp $fails input
check "input.min fails as well" [ -s input.min ]
expect 1 "its replay" "$tool" repro input.min

hunt="run --mutant=zap-without-ptl --strategy=bounded --runs=100"
# shellcheck disable=SC2086 # words
expect 1 "a find" "$tool" $hunt --out=out
check "is kept" [ "$(ls out | wc -l)" -eq 1 ]
find=out/$(ls out)
cp "$find" first
# shellcheck disable=SC2086
expect 1 "the same find" "$tool" $hunt --out=out
check "is not kept twice" [ "$(ls out | wc -l)" -eq 1 ]
echo precious >"$find"
# shellcheck disable=SC2086
expect 1 "a find whose name is taken" "$tool" $hunt --out=out
check "is kept beside" [ "$(ls out | wc -l)" -eq 2 ]
check "not instead" [ "$(cat "$find")" = precious ]
check "and is the same" cmp first "${find%.bin}-2.bin"

# --- full disks -----------------------------------------------------------------

for command in --help --version "list" "list --json" "repro $fails" \
	"repro $fails --json" "explain $fails" "decode $fails" \
	"encode $fails" "check $fails" "minimize $fails --out=gone"; do
	# shellcheck disable=SC2016,SC2086 # words
	expect 2 "$command to a full disk" sh -c 'exec "$@" >/dev/full' sh \
		"$tool" $command
	check "$command to a full disk: why" grep -qx \
		"interleaf: cannot write to stdout: No space left on device" \
		stderr
done
expect 2 "minimize --out=/dev/full" "$tool" minimize $fails --out=/dev/full
check "its error is one line" one_line stderr
expect 2 "decode --out=/dev/full" "$tool" decode $fails --out=/dev/full

mkdir small
if mount -t tmpfs -o size=64k,nr_inodes=16 none small 2>/dev/null; then
	trap 'umount "$work/small"; rm -rf "$work"' EXIT
	echo precious >small/kept
	cat /dev/zero >small/zeroes 2>/dev/null
	for command in minimize encode decode; do
		expect 2 "$command --out on a full disk" "$tool" $command \
			$fails --out=small/kept
		check "$command on a full disk: why" grep -q \
			"cannot write 'small/kept': No space left on device" \
			stderr
	done
	# shellcheck disable=SC2086
	expect 2 "a find on a full disk" "$tool" $hunt --out=small
	check "goes to stdout" grep -q "^interleaf 1 text scenario=zap" stdout
	check "its error is one line" one_line stderr
	check "kept is what it was" [ "$(cat small/kept)" = precious ]
	check "nothing else is there" [ "$(ls small | wc -l)" -eq 2 ]
else
	echo "skipped: a small disk, for want of mount(2)"
fi

finish
