#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The table of litmus suites: how many tests, what was shown.
#
# usage: scripts/litmus.sh [--tool=PATH] [--write]
#
#	--tool=PATH	the command (build/interleaf)
#	--write		put the table into docs/machine.md
#
# The kernel's own tests are included where Debian's linux-source-6.12 is
# installed. Exit status 1 if anything forbidden was shown.
set -eu
cd "$(dirname "$0")/.."

tool=build/interleaf
write=
for arg; do
	case $arg in
	--tool=*) tool=${arg#--tool=} ;;
	--write) write=1 ;;
	*)
		echo "usage: scripts/litmus.sh [--tool=PATH] [--write]" >&2
		exit 2
		;;
	esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# suite <name> <file or directory>...: a row of the table
suite()
{
	name=$1
	shift
	"$tool" litmus --json "$@" >"$work/json" || :
	jq -rs --arg name "$name" '
		def shown: .reached == "sometimes" or .reached == "always";
		map(select(.expected == "never")) as $never |
		map(select(.expected != "never")) as $allowed |
		($allowed | map(select(shown | not))) as $missed |
		[$name, (map(.name) | unique | length),
		 "\($never | map(select(shown)) | length) / \($never | length)",
		 "\($allowed | map(select(shown)) | length) / \($allowed | length)",
		 ($missed | group_by(.not_modelled) |
		  map("\(.[0].not_modelled // "see below") \(length)") |
		  if . == [] then "-" else join(", ") end)] |
		"| " + join(" | ") + " |"' "$work/json"
	jq -rs 'map(select(.expected == "never" and .reached != "never")) |
		length' "$work/json" >>"$work/forbidden"
}

{
	echo "| suite | tests | forbidden: shown / verdicts | allowed: shown / verdicts | not shown, by rule |"
	echo "|---|---|---|---|---|"
	tarball=$(ls /usr/src/linux-source-6.*.tar.xz 2>/dev/null | tail -n 1)
	if [ -n "$tarball" ]; then
		mkdir "$work/lkmm"
		tar -xJf "$tarball" -C "$work/lkmm" --wildcards \
			--strip-components=4 \
			'*/tools/memory-model/litmus-tests/*.litmus'
		suite "LKMM: the kernel tree's own" "$work/lkmm"
	fi
	suite "Armv8, x86: \`base\`" tests/litmus/base.litmus
	suite "Armv8, generated: \`cycles\`" tests/litmus/cycles.litmus
	suite "page tables, a choice of those below: \`vmsa_core\`" \
		tests/litmus/vmsa_core.litmus
	suite "page tables, herdtools7: \`vmsa_herd_*\`" \
		tests/litmus/vmsa_herd_*.litmus
	suite "page tables, ESOP 2022: \`vmsa_esop\`" \
		tests/litmus/vmsa_esop.litmus
} >"$work/table"
cat "$work/table"

if [ -n "$write" ]; then
	sed -e '/^<!-- suites -->$/,/^<!-- \/suites -->$/{' \
		-e '/^<!-- suites -->$/{p;r '"$work/table" -e '}' \
		-e '/^<!-- \/suites -->$/!d' -e '}' \
		docs/machine.md >"$work/doc"
	cat "$work/doc" >docs/machine.md
fi
! grep -qv '^0$' "$work/forbidden"
