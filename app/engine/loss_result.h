// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "app/engine/slicing.h"
#include "losses/classes/class_loss.h"
#include "losses/evaluation.h"
#include "losses/planes.h"

namespace lossscope {

class Driver;

/// One loss on one case, with all that is needed to map any voxel. Never changed once made, so that it can be shared
/// with whoever looks closer in the background.
struct LossResult : Evaluation {
  std::shared_ptr<Driver> driver{};  ///< that `loss` belongs to; null for a script and over classes
  /// Of a case with classes: the loss over them, which is `loss`. `problem` then says what is right and wrong
  /// (outcome_problem), and `fields` are those of the class that is looked at.
  std::shared_ptr<const ClassLoss> classes{};
};
using LossResultPtr = std::shared_ptr<const LossResult>;

/// Fields that a driver makes, which must outlive the source; each is told to --trace.
[[nodiscard]] FieldSource driver_fields(Driver& driver, std::stop_token stop = {});

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
