// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cpu_kernels_impl.h"

namespace lossscope {
namespace {
struct Isa;
}

const KernelSet& cpu_kernels_v3() { return kernel_set<Isa>(Registry{}); }

}  // namespace lossscope
