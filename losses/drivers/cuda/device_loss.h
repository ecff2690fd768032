// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/drivers/cuda/context.h"

namespace lossscope::cuda {

/// Every loss of the registry, in its order, computing on the context's device. They keep the context.
[[nodiscard]] std::vector<std::unique_ptr<const Loss>> device_losses(const std::shared_ptr<Context>& context);

/// The backend of the GPU `index`. Throws as make_cuda_driver.
[[nodiscard]] std::shared_ptr<Backend> open_backend(int index, const CudaMemory& memory = {});

/// A driver over any backend: the GPU's, or a test's.
[[nodiscard]] std::unique_ptr<Driver> make_device_driver(std::shared_ptr<Backend> backend);

}  // namespace lossscope::cuda
