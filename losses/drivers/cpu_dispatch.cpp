// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cpu_kernels.h"

namespace lossscope {
namespace {

struct Choice {
  const KernelSet& kernels;
  std::string_view name;
};

Choice choose() {
#if defined(LOSSSCOPE_X86_VARIANTS)
  // The features of the two levels that g++ uses for such loops; g++ 12 cannot ask for a level by its name.
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
      return {cpu_kernels_v4(), "x86-64-v4"};
    }
    return {cpu_kernels_v3(), "x86-64-v3"};
  }
#endif
  return {cpu_kernels_baseline(), "baseline"};
}

const Choice& chosen() {
  static const Choice choice = choose();
  return choice;
}

}  // namespace

const KernelSet& cpu_kernels() { return chosen().kernels; }
std::string_view cpu_instruction_set() { return chosen().name; }

}  // namespace lossscope
