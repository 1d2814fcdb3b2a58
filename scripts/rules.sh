#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Drops each rule of model/hw/rule.h in turn and shows which tests notice: at
# least the one that is named after it has to.
#
# usage: scripts/rules.sh [--built] [<build>]
#
# <build> is the build directory, build if not said; --built: its target
# rules_drop is up to date. Ends with the line "N rules, N noticed when
# dropped"; fails if any is not.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."

built=
if [ "${1:-}" = --built ]; then
	built=yes
	shift
fi
build=${1:-build}
seconds=60	# for one program: without a rule it may well never end

[ -n "$built" ] || cmake --build "$build" --target rules_drop >/dev/null
programs=$(echo "$build"/tests/rules_*_drop)
rules=$("${programs%% *}" --list)

# run <rule>: all tests without it, or with all rules if it is "none"
run()
{
	for program in $programs; do
		timeout $seconds "$program" --drop="$1" 2>&1 ||
			[ $? -lt 120 ] || echo "[  FAILED  ] ${program##*/}:died"
	done
}

# tests <word>: those that a run says this of
tests()
{
	sed -n "s/^\[ *$1 *\] \([a-z][a-z_0-9:]*\).*/\1/p" | sort -u
}

# test_of <rule>: how the names of its tests begin
test_of()
{
	echo "$1" | tr 'A-Z' 'a-z'
}

whole=$(run none)
broken=$(echo "$whole" | tests FAILED)
if [ -n "$broken" ]; then
	echo "fails with all rules:" $broken
	exit 1
fi

nr=0
noticed=0
seen=
for rule in $rules; do
	nr=$((nr + 1))
	failed=$(run "$rule" | tests FAILED)
	seen="$seen $failed"
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

# What holds for another reason, see tests/unit/rules.h.
for name in $(echo "$whole" | tests RUN | grep '^r_'); do
	case " "$(echo $seen)" " in
	*" $name "*) ;;
	*) echo "notices nothing: $name" ;;
	esac
done
echo "$nr rules, $noticed noticed when dropped"
[ "$nr" -eq "$noticed" ]
