#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Install what building and testing need, on Debian 12 or later.
#
# usage: scripts/setup.sh [--fuzz]
#
#	--fuzz	also what the fuzz engines and sanitizer builds need
#
# As root it installs what is missing; else it prints the command and exits
# with 2. When nothing is missing it does and prints nothing.
set -eu

packages="gcc libc6-dev binutils cmake make patch pkgconf jq
	libjemalloc-dev libunwind-dev libdw-dev libjansson-dev libxxhash-dev
	libcmocka-dev xz-utils linux-source-6.12"

# llvm brings llvm-symbolizer, without which clang's reports name no function;
# libstdc++-dev comes with g++ and is what libFuzzer is linked with.
fuzz_packages="clang libclang-rt-14-dev llvm afl++ g++"

case ${1-} in
'') ;;
--fuzz) packages="$packages $fuzz_packages" ;;
*)
	echo "usage: scripts/setup.sh [--fuzz]" >&2
	exit 2
	;;
esac

if ! command -v dpkg-query >/dev/null; then
	echo "setup: not Debian; these packages or their like are needed:" \
		"$packages" >&2
	exit 0
fi

missing=
for package in $packages; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null ||
		:)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "setup: packages are missing; as root, run" >&2
	echo "	apt-get update && apt-get install$missing" >&2
	exit 2
fi

echo "setup: installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >&2
# shellcheck disable=SC2086 # a list
apt-get install -q -y --no-install-recommends $missing >&2
