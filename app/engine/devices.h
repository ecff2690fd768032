// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "losses/drivers/cuda.h"

namespace lossscope {

/// What can compute on this machine.
struct Devices {
  std::string cpu;  ///< name of the processor
  int threads = 1;
  std::string instruction_set;  ///< of the kernels that run here
  std::string libtorch;         ///< version, empty when lossscope-models did not answer
  CudaStatus cuda;              ///< GPUs, or why there are none
  std::string isolation;        ///< what the kernel offers to lock up the processes that meet foreign files
};

/// Asks the system, the CUDA driver, and lossscope-models (a process of its own: LibTorch takes 0.4 s to start).
/// Blocks.
[[nodiscard]] Devices query_devices();

}  // namespace lossscope
