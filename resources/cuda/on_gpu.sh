#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything about CUDA that needs a GPU, in one command: builds losses/ alone, runs its tests on the GPU, lets
# compute-sanitizer watch them, and prints the tables of timings. Needs g++, cmake, GoogleTest and a CUDA toolkit
# (12.0 or newer); no Qt, VTK, ITK. Writes build/gpu/report.txt.
#   resources/cuda/on_gpu.sh [--libtorch FOLDER]    a CUDA LibTorch, for the comparison with its eager autograd
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
build="$root/build/gpu"
prefix=()
while [ "$#" -gt 0 ]; do
  case "$1" in
    --libtorch) prefix=("-DCMAKE_PREFIX_PATH=$(cd "$2" && pwd)"); shift 2 ;;
    *) echo "usage: $0 [--libtorch FOLDER]" >&2; exit 2 ;;
  esac
done
mkdir -p "$build"
exec > >(tee "$build/report.txt") 2>&1

say() { printf '\n== %s\n' "$*"; }

say "Build"
cmake -S "$root/losses" -B "$build" -DCMAKE_BUILD_TYPE=Release -DLOSSSCOPE_CUDA=ON "${prefix[@]}" >"$build/configure.log" ||
  { tail -20 "$build/configure.log"; exit 1; }
grep -E 'CUDA plug-in|Torch' "$build/configure.log" || true
cmake --build "$build" -j "$(nproc)" >"$build/build.log" || { tail -40 "$build/build.log"; exit 1; }
cmake --build "$build" -j "$(nproc)" --target device_benchmark >>"$build/build.log" || { tail -40 "$build/build.log"; exit 1; }

say "Tests"
ctest --test-dir "$build" --output-on-failure -j 4
if ! "$build/bin/device_benchmark" --size 32,32,32 --rounds 1 >/dev/null 2>"$build/no_gpu.txt"; then
  say "Not run: the tests on a GPU, compute-sanitizer, timings"
  cat "$build/no_gpu.txt"
  exit 1
fi
"$build/bin/device_losses_test" --gtest_filter='Gpu.*'
"$build/bin/device_fields_test" --gtest_filter='*Gpu*'

sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda/bin/compute-sanitizer 2>/dev/null || true)
if [ -n "$sanitizer" ]; then
  for tool in memcheck racecheck synccheck initcheck; do
    say "compute-sanitizer, $tool"
    "$sanitizer" --tool "$tool" --error-exitcode 1 "$build/bin/device_losses_test" --gtest_filter='Gpu.EveryLossOnceOnASmallProblem' | tail -3
    "$sanitizer" --tool "$tool" --error-exitcode 1 "$build/bin/device_fields_test" --gtest_filter='*Gpu*' | tail -3
  done
else
  say "Not run: compute-sanitizer is not installed"
fi

for size in 256,256,256 512,512,512; do
  say "Timings, $size"
  "$build/bin/device_benchmark" --size "$size"
done
