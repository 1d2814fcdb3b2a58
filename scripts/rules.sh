#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Drops each rule of model/hw/rule.h in turn and shows which tests notice: at
# least the one that is named after it has to.
#
# usage: scripts/rules.sh [<build>]
#
# <build> is the build directory, build if not said. Ends with the line
# "N rules, N noticed when dropped"; fails if any is not.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."

build=${1:-build}
seconds=20	# for one program: without a rule it may well never end

cmake --build "$build" --target rules_drop >/dev/null
programs=$(echo "$build"/tests/rules_*_drop)
rules=$("${programs%% *}" --list)

# failures <rule>: tests that fail without it; with "none", of all rules
failures()
{
	for program in $programs; do
		timeout $seconds "$program" --drop="$1" 2>&1 ||
			[ $? -lt 120 ] || echo "[  FAILED  ] ${program##*/}:died"
	done | sed -n 's/^\[  FAILED  \] \([a-z][a-z_0-9:]*\).*/\1/p' | sort -u
}

# test_of <rule>: how the names of its tests begin
test_of()
{
	echo "$1" | tr 'A-Z' 'a-z'
}

broken=$(failures none)
if [ -n "$broken" ]; then
	echo "fails with all rules:" $broken
	exit 1
fi

nr=0
noticed=0
for rule in $rules; do
	nr=$((nr + 1))
	failed=$(failures "$rule")
	if echo "$failed" | grep -q "^$(test_of "$rule")_"; then
		noticed=$((noticed + 1))
		verdict=noticed
	else
		verdict=KEPT
	fi
	printf '%-10s %s\n' "$rule" "$verdict"
	for name in $failed; do
		printf '           %s\n' "$name"
	done
done
echo "$nr rules, $noticed noticed when dropped"
[ "$nr" -eq "$noticed" ]
