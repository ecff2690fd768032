// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cpu_kernels_impl.h"

namespace lossscope {
namespace {
struct Isa;
}

std::span<const Kernels> cpu_kernels_baseline() { return kernel_table<Isa>(Registry{}); }

}  // namespace lossscope
