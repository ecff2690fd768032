// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "app/engine/slicing.h"
#include "losses/evaluate.h"
#include "losses/planes.h"

namespace lossscope {

class Driver;

/// One loss on one case, with all that is needed to map any voxel. Never changed once made, so that it can be shared
/// with whoever looks closer in the background.
struct LossResult {
  const Loss* loss = nullptr;
  Problem problem;
  std::vector<double> parameters;
  std::vector<FieldPtr> fields;
  Reduction reduction;
  std::shared_ptr<Driver> driver{};  ///< that `loss` belongs to; null for a script

  void map_range(std::int64_t begin, std::span<const MapKind> kinds, std::span<const std::span<float>> out) const {
    loss->map_range(parameters, problem, fields, reduction, begin, kinds, out);
  }
};
using LossResultPtr = std::shared_ptr<const LossResult>;

/// One slice of a map in view order; empty where the loss has no such map.
/// `planes` keeps what it is made from, so that the next parameters find it there.
[[nodiscard]] std::vector<float> view_map(const LossResult& result, MapKind kind, const ViewAxes& axes,
                                          std::int64_t slice, PlaneStore& planes);
/// One slice of the loss's (first) field in view order, wherever it lies; empty where it has none.
[[nodiscard]] std::vector<float> field_slice(const LossResult& result, const ViewAxes& axes, std::int64_t slice);
/// The same result with the processor's own loss and fields, for other threads than the one that drives a GPU.
/// Throws Cancelled.
[[nodiscard]] LossResult on_processor(const LossResult& result, const std::stop_token& stop = {});
/// The square root of the sum of a map's squares over the whole volume; the same bits for any number of threads.
/// Throws Cancelled.
[[nodiscard]] double map_norm(const LossResult& result, MapKind kind, int threads = 0, std::stop_token stop = {});

}  // namespace lossscope
