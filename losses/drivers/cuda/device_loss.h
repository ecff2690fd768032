// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/drivers/cuda/context.h"

namespace lossscope::cuda {

/// What a loss of a device can do there alone.
class OnDeviceAlone {
 public:
  virtual ~OnDeviceAlone() = default;
  /// The map of voxels [begin, begin + n), left on the device; for whoever has locked the context. Throws
  /// DeviceFailure.
  [[nodiscard]] virtual Buffer<float> mapped(std::span<const double> parameters, const Problem& problem,
                                             std::span<const FieldPtr> fields, const Reduction& reduction, MapKind kind,
                                             std::int64_t begin, std::int64_t n) const = 0;
};

/// Driver::map_norm for the losses of a context and for sums of them; nullopt for others.
[[nodiscard]] std::optional<double> map_norm(Context& context, const Evaluation& of, MapKind kind,
                                             const std::stop_token& stop);

/// Every loss of the registry, in its order, computing on the context's device. They keep the context.
[[nodiscard]] std::vector<std::unique_ptr<const Loss>> device_losses(const std::shared_ptr<Context>& context);

/// The backend of the GPU `index`. Throws as make_cuda_driver.
[[nodiscard]] std::shared_ptr<Backend> open_backend(int index, const CudaMemory& memory = {});

/// A driver over any backend: the GPU's, or a test's.
[[nodiscard]] std::unique_ptr<Driver> make_device_driver(std::shared_ptr<Backend> backend);

}  // namespace lossscope::cuda
