#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All about CUDA that needs a GPU, in one command, for an hour on a machine that is not one's own: every step has a limit
# and none ends the run. Is it right, how fast is it; then what compute-sanitizer and a profiler say.
#   resources/cuda/on_gpu.sh [--built FOLDER] [--libtorch FOLDER] [--googletest FOLDER]
# --built       programs that were brought along ($OUT/losses/bin of a machine alike); where they do not run here, or
#               without it, losses/ alone is built: that takes g++, cmake, a CUDA toolkit (12.0 or newer) and GoogleTest; no Qt, VTK, ITK
# --libtorch    a CUDA LibTorch, for the comparison with its eager autograd in the table (eager.py does without a build)
# --googletest  its source, where it is not installed; else /usr/src/googletest
# Into $OUT (build/gpu) go a log of all that was said and a short table, which is printed last.
# Exit status: 0 where the tests passed on a GPU, 1 elsewhere.
set -uo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
out=${OUT:-$root/build/gpu}
most=${ON_GPU_LIMIT:-3600}  # of any step, in seconds
built= libtorch= googletest=/usr/src/googletest
while [ "$#" -gt 1 ]; do
  case "$1" in
    --built) built=$(realpath "$2") ;;
    --libtorch) libtorch=$(realpath "$2") ;;
    --googletest) googletest=$(realpath "$2") ;;
    *) break ;;
  esac
  shift 2
done
if [ "$#" -gt 0 ]; then
  sed -n '/^#   resources/,/^# Exit/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
mkdir -p "$out"
log=$out/log.txt table=$out/table.txt said=$out/step.txt
: >"$log"
: >"$table"

# step SECONDS NAME PATTERN COMMAND...: runs a command, and takes the lines with PATTERN into the table.
step() {
  local limit=$(($1 < most ? $1 : most)) name=$2 keep=$3 begin=$SECONDS status
  shift 3
  printf '\n== %s: %s\n' "$name" "$*" >>"$log"
  timeout --kill-after=10 "$limit" "$@" >"$said" 2>&1
  status=$?
  cat "$said" >>"$log"
  local verdict="ended with $status"
  [ "$status" = 0 ] && verdict=done
  [ "$status" = 124 ] || [ "$status" = 137 ] && verdict="stopped after $limit s"
  printf '%-22s %-20s %5d s\n' "$name" "$verdict" $((SECONDS - begin)) | tee -a "$table"
  [ "$keep" = - ] || grep -E "$keep" "$said" | tail -40 | sed 's/^/    /' >>"$table"
  return "$status"
}
not_run() { printf '%-22s not run: %s\n' "$1" "$2" | tee -a "$table"; }

finish() {
  printf '\n'
  cat "$table"
  printf '\nAll that was said: %s\n' "$log"
  exit "$1"
}

tests='PASSED|FAILED|SKIPPED|Failure|CUDA:'

step 30 machine . bash -c 'nvidia-smi -L; nvidia-smi --query-gpu=driver_version,memory.total,compute_cap --format=csv,noheader
  nvcc --version | grep release; g++ --version | head -1; cmake --version | head -1; nproc; grep -m1 "model name" /proc/cpuinfo
  ldd --version | head -1; command -v compute-sanitizer ncu; true'

right=0
# Whether the driver's test runs here; one that runs and fails is a failure of the whole.
driver_runs() {
  step 60 driver_test "$tests" "$bin/device_driver_test" && return 0
  right=1
  grep -qE '\[  (PASSED|FAILED)' "$said"
}

bin=$built
if [ -z "$bin" ] || ! driver_runs; then
  right=0
  bin=$out/losses/bin
  prefix=$libtorch
  if ! find /usr/lib /usr/local /usr/share -name 'GTestConfig.cmake' 2>/dev/null | grep -q .; then
    step 120 googletest Error bash -c "cmake -S '$googletest' -B '$out/googletest' -DBUILD_GMOCK=OFF \
      -DCMAKE_INSTALL_PREFIX='$out/installed' && cmake --build '$out/googletest' -j '$(nproc)' --target install"
    prefix="$prefix;$out/installed"
  fi
  step 120 configure 'CUDA plug-in|Torch|Error' cmake -S "$root/losses" -B "$out/losses" -DCMAKE_BUILD_TYPE=Release \
    -DLOSSSCOPE_CUDA=ON "-DCMAKE_PREFIX_PATH=$prefix"
  step 900 build 'error|Error' cmake --build "$out/losses" -j "$(nproc)" --target lossscope_cuda device_driver_test \
    device_losses_test device_fields_test device_benchmark
  if [ -n "$libtorch" ]; then
    step 300 build_torch_test 'error|Error' cmake --build "$out/losses" -j "$(nproc)" --target torch_memory_test
  fi
  driver_runs
fi

if ! step 60 gpu_answers device_benchmark "$bin/device_benchmark" --size 32,32,32 --rounds 1; then
  not_run 'all else' 'no GPU answered'
  finish 1
fi

step 300 losses_on_gpu "combinations|$tests" "$bin/device_losses_test" --gtest_filter='Gpu.*' || right=1
step 120 fields_on_gpu "$tests" "$bin/device_fields_test" --gtest_filter='*Gpu*' || right=1
if [ -x "$bin/torch_memory_test" ]; then
  step 60 torch_memory "$tests" "$bin/torch_memory_test" || right=1
fi
step 120 timings_256 . "$bin/device_benchmark" --size 256,256,256 --rounds 20
step 300 timings_512 . "$bin/device_benchmark" --size 512,512,512 --rounds 5
if python3 -c 'import torch' 2>/dev/null; then
  step 120 eager_pytorch . python3 "$root/resources/cuda/eager.py"
else
  not_run eager_pytorch 'python3 has no PyTorch here'
fi

tool() { command -v "$1" || ls "/usr/local/cuda/bin/$1" 2>/dev/null || true; }
sanitizer=$(tool compute-sanitizer)
if [ -n "$sanitizer" ]; then
  found='SUMMARY|PASSED|FAILED|Invalid|Uninit|Race reported|hazard'
  for check in memcheck racecheck synccheck initcheck; do
    step 240 "$check" "$found" "$sanitizer" --tool "$check" --error-exitcode 9 "$bin/device_losses_test" \
      --gtest_filter='Gpu.EveryLossOnceOnASmallProblem' || right=1
  done
  step 240 memcheck_fields "$found" "$sanitizer" --tool memcheck --error-exitcode 9 "$bin/device_fields_test" \
    --gtest_filter='*Gpu*' || right=1
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
