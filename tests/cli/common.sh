# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034 # used where this is sourced
#
# What the tests here share. Each is called with the path of the command,
# works in an empty directory of its own, and says what failed.
#
#	expect <status> <what> <command...>	its output is in ./stdout, ./stderr
#	check <what> <command...>		the command must succeed
#	finish					the test's exit status
set -u
export LC_ALL=C
unset ARGP_HELP_FMT

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tool=$(cd "$(dirname "$1")" && pwd)/${1##*/}
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 2
nr_checks=0
nr_failed=0

# fail <what>
fail()
{
	nr_failed=$((nr_failed + 1))
	echo "FAILED: $1"
}

check()
{
	what=$1
	shift
	nr_checks=$((nr_checks + 1))
	"$@" >check.out 2>&1 && return 0
	fail "$what"
	head -n 40 check.out
	return 1
}

expect()
{
	want=$1
	what=$2
	shift 2
	nr_checks=$((nr_checks + 1))
	status=0
	"$@" >stdout 2>stderr </dev/null || status=$?
	[ "$status" -ne "$want" ] || return 0
	fail "$what: exit status $status, not $want"
	head -n 5 stdout stderr
	return 1
}

# one_line <file>: an error is one line, to be read by a person
one_line()
{
	[ "$(wc -l <"$1")" -eq 1 ] && ! grep -q '[^[:print:]]' "$1"
}

finish()
{
	echo "$nr_checks checks, $nr_failed failed"
	[ "$nr_checks" -gt 0 ] && [ "$nr_failed" -eq 0 ]
	exit
}
