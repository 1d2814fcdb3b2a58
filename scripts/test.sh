#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Install, build and pass the tests.
#
# usage: scripts/test.sh
set -eu
cd "$(dirname "$0")/.."

scripts/setup.sh
cmake -B build
cmake --build build -j "$(nproc)"
ctest --test-dir build --output-on-failure -j2
