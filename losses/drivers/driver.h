// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "losses/evaluation.h"

namespace lossscope {

/// A device could not do what it was asked for; the message begins with its name. Callers that can go on with the CPU.
struct DeviceFailure : std::runtime_error {
  using runtime_error::runtime_error;
};
/// Its memory is too short.
struct DeviceMemoryShort : DeviceFailure {
  using DeviceFailure::DeviceFailure;
};

/// Where losses are computed: this machine's processor, or one GPU. The engine knows no more of either.
class Driver {
 public:
  virtual ~Driver() = default;
  /// As a person writes it: "cpu" or "cuda:0".
  [[nodiscard]] virtual std::string id() const = 0;
  /// As a person reads it: "CPU" or the name of the GPU.
  [[nodiscard]] virtual std::string name() const = 0;
  /// The registry's row that computes here, or nullptr for an unknown id. Valid as long as the driver.
  [[nodiscard]] virtual const Loss* loss(std::string_view id) const = 0;
  /// An auxiliary field for the losses of this driver, kept until the data it depends on change. A GPU's stays there:
  /// its `map` is empty. Throws Cancelled, DeviceFailure.
  virtual FieldPtr field(const FieldRequest& request, const Problem& problem, std::stop_token stop = {}) = 0;
  /// The map of such a field in the memory of this machine. Throws DeviceFailure.
  [[nodiscard]] virtual Volume field_map(const Field& field) const = 0;
  /// One plane of it, in the order of Loss::map_plane.
  virtual void field_plane(const Field& field, Plane plane, std::span<float> out) const = 0;
  /// The square root of the sum of a map's squares over the volume, where the driver finds it faster than from the map
  /// itself; else nullopt. Throws Cancelled, DeviceFailure.
  [[nodiscard]] virtual std::optional<double> map_norm(const Evaluation& /*of*/, MapKind /*kind*/,
                                                       const std::stop_token& /*stop*/) const {
    return std::nullopt;
  }
  /// Forgets fields and copies of volumes.
  virtual void clear() = 0;
};

[[nodiscard]] std::unique_ptr<Driver> make_cpu_driver();

}  // namespace lossscope
