#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks that all C++ is formatted as .clang-format says: format.sh [--fix]
# The versions of clang-format disagree about details. The code is formatted with 14, which is Debian 12's; another
# version checks and changes nothing, and says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=14

tool=$(command -v "clang-format-$version" || command -v clang-format || true)
if [ -z "$tool" ]; then
  echo "clang-format is missing: apt install clang-format" >&2
  exit 2
fi
found=$("$tool" --version | sed -E 's/.*version ([0-9]+).*/\1/')
if [ "$found" != "$version" ]; then
  echo "Format: not checked, the code is formatted with clang-format $version and here is $found."
  exit 0
fi
mapfile -t files < <(git ls-files '*.cpp' '*.h' '*.c' '*.cu')
if [ "${1:-}" = --fix ]; then
  "$tool" -i "${files[@]}"
else
  "$tool" --dry-run -Werror "${files[@]}"
  echo "Format: ${#files[@]} files are as .clang-format says."
fi
