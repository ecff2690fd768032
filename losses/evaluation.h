// SPDX-License-Identifier: Apache-2.0
// The one way to evaluate a loss: fields, then sums, then maps of whatever is asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

/// Gives an auxiliary field: computed, kept, or made by a device. Throws Cancelled.
using FieldSource = std::function<FieldPtr(const FieldRequest& request, const Problem& problem)>;
/// Fields of a cache, which must outlive the source.
[[nodiscard]] FieldSource fields_from(FieldCache& cache, std::stop_token stop = {});

/// A loss on a problem, with all that is needed to map any voxel.
struct Evaluation {
  const Loss* loss = nullptr;
  Problem problem;
  std::vector<double> parameters;  ///< in declaration order
  std::vector<FieldPtr> fields;
  Reduction reduction;

  /// Adds up the volume; the fields must be there. As Loss::reduce.
  void reduce(int threads = 0, std::stop_token stop = {}) {
    reduction = loss->reduce(parameters, problem, fields, threads, std::move(stop));
  }
  /// As Loss::map_range and Loss::map_volume.
  void map_range(std::int64_t begin, std::span<const MapKind> kinds, std::span<const std::span<float>> out) const {
    loss->map_range(parameters, problem, fields, reduction, begin, kinds, out);
  }
  void map_volume(std::span<const MapKind> kinds, std::span<const std::span<float>> out, int threads = 0,
                  std::stop_token stop = {}) const;
};

/// Whether the sums of `last` are those of `next` (which needs no reduction yet), too: the same loss on the same inputs
/// and fields, with the same parameters as far as they enter the sums.
[[nodiscard]] bool sums_still_hold(const Evaluation& last, const Evaluation& next);

/// The fields of a loss, in its order. Throws Cancelled.
[[nodiscard]] std::vector<FieldPtr> fields_of(const Loss& loss, std::span<const double> parameters,
                                              const Problem& problem, const FieldSource& field);

/// Fields and sums. `threads` 0 means all; the same bits for any number. Throws Cancelled, std::invalid_argument.
[[nodiscard]] Evaluation evaluate(const Loss& loss, std::vector<double> parameters, const Problem& problem,
                                  const FieldSource& field, int threads = 0, std::stop_token stop = {});

}  // namespace lossscope
