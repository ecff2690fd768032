#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All about CUDA that needs a GPU, in one command, for an hour on a machine that is not one's own: every step has a limit,
# and all together have the hour; none ends the run. Is it right, how fast is it; then what compute-sanitizer and a
# profiler say.
#   resources/cuda/on_gpu.sh [--built FOLDER] [--libtorch FOLDER] [--googletest FOLDER]
# --built       programs that were brought along ($OUT/losses/bin of a machine alike); where they cannot be started here,
#               have no plug-in that fits or need a newer NVIDIA driver, or without it, losses/ alone is built: that takes
#               g++, cmake, a CUDA toolkit (12.0 or newer) and GoogleTest; no Qt, VTK, ITK
# --libtorch    a CUDA LibTorch, for the comparison with its eager autograd in the table (eager.py does without a build)
# --googletest  its source, where it is not installed; else /usr/src/googletest
# Into $OUT (build/gpu) go a log of all that was said and a short table, which is printed last.
# Exit status: 0 where all tests ran and passed on a GPU, 1 elsewhere, 2 for a wrong option or $OUT.
set -uo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
out=$(realpath -m "${OUT:-$root/build/gpu}")
most=${ON_GPU_LIMIT:-3600}  # of any step, in seconds
hour=${ON_GPU_HOUR:-3600}   # of all together
grace=5                     # for a step that does not end when it is told to
built= libtorch= googletest=/usr/src/googletest
while [ "$#" -gt 1 ]; do
  case "$1" in
    --built | --libtorch | --googletest) ;;
    *) break ;;
  esac
  if [ ! -d "$2" ]; then
    printf '%s: there is no folder %s\n' "$1" "$2" >&2
    exit 2
  fi
  declare "${1#--}=$(realpath "$2")"
  shift 2
done
if [ "$#" -gt 0 ]; then
  sed -n '/^#   resources/,/^# Exit/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
log=$out/log.txt table=$out/table.txt said=$out/step.txt
if ! { mkdir -p "$out" && : >"$log" && : >"$table" && : >"$said"; } 2>/dev/null; then
  printf '%s cannot be written: name another folder, OUT=FOLDER %s\n' "$out" "$0" >&2
  exit 2
fi

# Seconds that a step of at most that many may take yet.
limit_of() {
  local left=$((hour - grace - SECONDS)) limit=$(($1 < most ? $1 : most))
  printf '%d' $((limit < left ? limit : left))
}

# Lines of the step with a pattern, and what CMake says of an error: its sentence is below the line with its place.
kept() {
  tr -d '\000' <"$said" | PATTERN=$1 LC_ALL=C awk '/^CMake Error/ { whole = 1 }
    whole && /^[ \t]*$/ { whole = 0 }
    whole || $0 ~ ENVIRON["PATTERN"]'
}

# step SECONDS NAME PATTERN COMMAND...: runs a command, and takes the lines with PATTERN into the table.
step() {
  local limit name=$2 keep=$3 begin=$SECONDS status
  limit=$(limit_of "$1")
  shift 3
  : >"$said"
  if ! command -v "$1" >/dev/null; then
    not_run "$name" "$1 is not there"
    return 127
  fi
  if [ "$limit" -lt 1 ]; then
    not_run "$name" 'the time for all is over'
    return 124
  fi
  printf '\n== %s: %s\n' "$name" "$*" >>"$log"
  timeout --kill-after="$grace" "$limit" "$@" >"$said" 2>&1
  status=$?
  cat "$said" >>"$log"
  local verdict="ended with $status"
  [ "$status" = 0 ] && verdict=done
  [ "$status" != 0 ] && [ $((SECONDS - begin)) -ge "$limit" ] && verdict="stopped after $limit s"
  printf '%-22s %-20s %5d s\n' "$name" "$verdict" $((SECONDS - begin)) | tee -a "$table"
  kept "$keep" | tail -40 | sed 's/^/    /' >>"$table"
  return "$status"
}
not_run() { printf '%-22s not run: %s\n' "$1" "$2" | tee -a "$table"; }

finish() {
  printf '\n'
  cat "$table"
  printf '\nAll that was said: %s\n' "$log"
  exit "$1"
}

# What GoogleTest says of a whole run and of what failed, not of tests whose names have such words; and CMake and make.
tests='^\[  (PASSED|FAILED|SKIPPED) +\]|: (Failure|Skipped)$|^CUDA: |^not run on a GPU'
build='error:|Error [0-9]|^FAILED|CMake Error|^ninja: '

step 30 machine . bash -c 'nvidia-smi -L && nvidia-smi --query-gpu=driver_version,memory.total,compute_cap --format=csv,noheader
  gpu=$?; nvcc --version | grep release; g++ --version | head -1; cmake --version | head -1; nproc
  grep -m1 "model name" /proc/cpuinfo; ldd --version | head -1; command -v compute-sanitizer ncu; exit "$gpu"'

right=0
passed='^\[  PASSED  \] [1-9]'
# proof SECONDS NAME PATTERN COMMAND...: a step that must pass for the whole to be right. A test that is skipped, or that
# these programs do not have, proves nothing, nor does a program that says nothing.
proof() {
  step "$@" || right=1
  grep -qaE "$passed" "$said" || right=1
  ! grep -qaE '^\[  SKIPPED +\]' "$said" || right=1
}

# Status 0 where the driver's test is of use here, whether it passes or not: one that fails, crashes or hangs says
# something about the driver, and another build of it would as well. It is of none where this machine cannot start it, or
# where its plug-in or this machine's NVIDIA driver is not what it needs.
driver_is_of_use() {
  step 60 driver_test "$tests" "$bin/device_driver_test"
  local status=$?
  [ "$status" = 0 ] && grep -qaE "$passed" "$said" || right=1
  case $status in 126 | 127) return 1 ;; esac
  ! grep -qaE 'error while loading shared libraries|symbol lookup error|version `[^ ]* not found \(required by' "$said" &&
    ! grep -qaE '^CUDA: .*(plug-in|lossscope-cuda|driver is too old)' "$said"
}

bin=$built
if [ -z "$bin" ] || ! driver_is_of_use; then
  right=0
  bin=$out/losses/bin
  prefix=$libtorch
  if ! find /usr/lib /usr/local /usr/share -name 'GTestConfig.cmake' 2>/dev/null | grep -q .; then
    step 120 googletest "$build" bash -c "cmake -S '$googletest' -B '$out/googletest' -DBUILD_GMOCK=OFF \
      -DCMAKE_INSTALL_PREFIX='$out/installed' && cmake --build '$out/googletest' -j '$(nproc)' --target install"
    prefix="$prefix;$out/installed"
  fi
  step 120 configure "CUDA plug-in|Torch|$build" cmake -S "$root/losses" -B "$out/losses" -DCMAKE_BUILD_TYPE=Release \
    -DLOSSSCOPE_CUDA=ON "-DCMAKE_PREFIX_PATH=$prefix"
  step 900 build "$build" cmake --build "$out/losses" -j "$(nproc)" --target lossscope_cuda device_driver_test \
    device_losses_test device_fields_test device_benchmark
  if [ -n "$libtorch" ]; then
    step 300 build_torch_test "$build" cmake --build "$out/losses" -j "$(nproc)" --target torch_memory_test
  fi
  driver_is_of_use || right=1
fi

reason=$(sed -n 's/^CUDA: //p' "$said" | head -1)  # the driver's test says it where there is no GPU
if [ -n "$reason" ]; then
  not_run 'all else' "LossScope finds no GPU: $reason"
  finish 1
fi

step 60 first_timings device_benchmark "$bin/device_benchmark" --size 32,32,32 --rounds 1
proof 300 losses_on_gpu "combinations|$tests" "$bin/device_losses_test" --gtest_filter='Gpu.*'
proof 120 fields_on_gpu "$tests" "$bin/device_fields_test" --gtest_filter='*Gpu*'
if [ -x "$bin/torch_memory_test" ]; then
  proof 60 torch_memory "$tests" "$bin/torch_memory_test"
fi
step 120 timings_256 . "$bin/device_benchmark" --size 256,256,256 --rounds 20
step 300 timings_512 . "$bin/device_benchmark" --size 512,512,512 --rounds 5
limit=$(limit_of 60)
if [ "$limit" -lt 1 ]; then
  not_run eager_pytorch 'the time for all is over'
elif timeout --kill-after="$grace" "$limit" python3 -c 'import torch' 2>/dev/null; then
  step 120 eager_pytorch . python3 "$root/resources/cuda/eager.py"
else
  not_run eager_pytorch 'python3 has no PyTorch here'
fi

tool() { command -v "$1" || ls "/usr/local/cuda/bin/$1" 2>/dev/null || true; }
sanitizer=$(tool compute-sanitizer)
if [ -n "$sanitizer" ]; then
  found="^=+ .*(SUMMARY|Invalid|Uninit|Race reported|hazard)|$tests"
  for check in memcheck racecheck synccheck initcheck; do
    proof 240 "$check" "$found" "$sanitizer" --tool "$check" --error-exitcode 9 "$bin/device_losses_test" \
      --gtest_filter='Gpu.EveryKernelOnceOnSmallProblems'
  done
  proof 240 memcheck_fields "$found" "$sanitizer" --tool memcheck --error-exitcode 9 "$bin/device_fields_test" \
    --gtest_filter='*Gpu*'
else
  not_run sanitizer 'compute-sanitizer is not installed'
fi
profiler=$(tool ncu)
if [ -n "$profiler" ]; then
  profile=("$profiler" --clock-control none --kernel-name-base demangled --section SpeedOfLight --section Occupancy
    --section LaunchStats --section MemoryWorkloadAnalysis)
  numbers='kernel<|Throughput|Registers Per|Achieved Occ|Duration|Local'
  for kernels in 'RowScan|SweepAxis' 'Reduce<' 'Effects<'; do
    step 120 "profile_${kernels%%[|<]*}" "$numbers" "${profile[@]}" -k "regex:$kernels" -c 4 "$bin/device_benchmark" \
      --size 256,256,256 --rounds 1
  done
else
  not_run profile 'ncu is not installed'
fi
finish "$right"
