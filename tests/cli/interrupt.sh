#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Ctrl-C ends a hunt cleanly: a summary, an exit status, nobody left running,
# and what was found before is still there.
# shellcheck source=tests/cli/common.sh disable=SC2012 # our own names
. "$(dirname "$0")/common.sh"

mkdir out
echo precious >out/find

# interrupt <signal> <option>...
interrupt()
{
	signal=$1
	shift
	"$tool" run zap-vs-user --time=60 --out=out "$@" >stdout 2>stderr &
	pid=$!
	sleep 1
	kill "-$signal" "$pid" || fail "$signal $*: it was gone"
	( sleep 10; kill -KILL "$pid" ) 2>/dev/null &
	watchdog=$!
	status=0
	wait "$pid" || status=$?
	kill "$watchdog" 2>/dev/null
	check "$signal $*: exit status $status" [ $status -eq 0 ]
	check "$signal $*: no error" [ ! -s stderr ]
	check "$signal $*: jobs are gone" sh -c "! kill -0 $pid 2>/dev/null"
}

interrupt INT --json
check "JSON says interrupted" jq -e \
	'.interrupted and .verdict == "pass" and .runs > 0 and
	.seconds < 5 and .file == null and .status != null' stdout
for signal in INT TERM; do
	interrupt "$signal"
	check "$signal: summary" grep -qE \
		'^nothing found: [0-9]+ runs, .*, interrupted$' stdout
	interrupt "$signal" --jobs=2
	check "$signal: summary of two jobs" grep -qE \
		'^nothing found: [0-9]+ runs, .*, interrupted$' stdout
done
check "the find is still there" [ "$(cat out/find)" = precious ]
check "nothing else is" [ "$(ls out)" = find ]

# The terminal signals the whole process group.
if command -v setsid >/dev/null; then
	setsid "$tool" run zap-vs-user --time=60 --jobs=2 >stdout 2>stderr &
	pid=$!
	sleep 1
	kill -s INT -- "-$pid" || fail "no group of its own"
	status=0
	wait "$pid" || status=$?
	check "the whole group: exit status $status" [ $status -eq 0 ]
	check "the whole group: summary" grep -q 'interrupted$' stdout
	check "the whole group is gone" sh -c "! kill -s 0 -- -$pid 2>/dev/null"
fi

# One that finds something in time has it, whatever the user does then.
expect 1 "a find" "$tool" run --mutant=zap-without-ptl --jobs=2 --out=kept
check "is kept" [ "$(ls kept | wc -l)" -eq 1 ]
expect 1 "and replays" "$tool" repro "kept/$(ls kept)"

finish
