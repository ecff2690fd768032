// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/evaluate.h"
#include "losses/loss.h"

namespace lossscope {

/// Runs one loss of the registry on the CPU: blocks, threads, planes and fixed-order sums; knows no formula, and keeps
/// voxels that do not count from the formulas. Where none counts, the value is 0.
class CpuLoss : public Loss {
 public:
  explicit CpuLoss(std::size_t index) : index_(index) {}

  Reduction reduce(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                   int threads, std::stop_token stop) const override;
  Reduction finish(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                   const Reduction& previous) const override;
  /// One pass where the coefficients are known before the sums.
  Reduction evaluate(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                     std::span<const MapKind> kinds, std::span<const std::span<float>> out, int threads,
                     std::stop_token stop) const override;
  void map_plane(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                 const Reduction& reduction, Plane plane, std::span<const MapKind> kinds,
                 std::span<const std::span<float>> out) const override;
  void map_range(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                 const Reduction& reduction, std::int64_t begin, std::span<const MapKind> kinds,
                 std::span<const std::span<float>> out) const override;

 protected:
  [[nodiscard]] virtual std::size_t term_count() const = 0;
  /// Fills value and coefficients from the sums.
  virtual void finish_sums(std::span<const double> parameters, const Totals& totals, Reduction& reduction) const = 0;

 private:
  /// Value, coefficients and blindness from the sums.
  void conclude(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                Reduction& reduction) const;

  std::size_t index_;  ///< in the kernel table
};

}  // namespace lossscope
