#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The 35 litmus tests of the kernel's own memory model, unmodified, from
# Debian's package linux-source-6.12: nothing forbidden is shown, all that is
# allowed is shown, but for what docs/machine.md says is not modelled:
#
#	LB+poonceonces		a load passes a later store (R-NM-1)
#	Z6.0+..., two of them	stores that reach some CPUs first (R-NM-2)
#
# usage: lkmm.sh <interleaf>	exit status 77: the package is not installed
# shellcheck source=tests/cli/common.sh
. "$(dirname "$0")/../cli/common.sh" "$@"
tarball=$(ls /usr/src/linux-source-6.*.tar.xz 2>/dev/null | tail -n 1)
[ -n "$tarball" ] || {
	echo "linux-source-6.12 is not installed: nothing tested"
	exit 77
}
tar -xJf "$tarball" --wildcards --strip-components=4 \
	'*/tools/memory-model/litmus-tests/*.litmus' || exit 1

cat >excused <<EOT
LB+poonceonces
Z6.0+pooncelock+pooncelock+pombonce
Z6.0+pooncerelease+poacquirerelease+fencembonceonce
EOT

# Exit status 1: three verdicts differ, and it says so.
expect 1 "the 35 tests" "$tool" litmus --json .
check "there are 35 of them" test "$(jq -r .name stdout | sort -u | wc -l)" -eq 35
jq -r 'select(.agrees | not) | .name' stdout | sort -u >differ
check "only what is not modelled differs" diff excused differ
jq -r 'select(.expected == "never" and .reached != "never") | .name' stdout \
	>forbidden
check "nothing forbidden is shown" test ! -s forbidden
jq -r 'select(.expected != "never" and .agrees and .schedules == null) | .name' \
	stdout >unreached
check "the engine reaches what is shown" test ! -s unreached
finish
