// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lossscope {

/// What can compute on this machine.
struct Devices {
  std::string cpu;  ///< name of the processor
  int threads = 1;
  std::string instruction_set;  ///< of the kernels that run here
  std::string libtorch;         ///< version, empty when lossscope-models did not answer
  bool cuda = false;
  std::string cuda_reason;  ///< why CUDA is not available; empty when it is
};

/// Asks the system, and lossscope-models (a process of its own: LibTorch takes 0.4 s to start). Blocks.
[[nodiscard]] Devices query_devices();

}  // namespace lossscope
