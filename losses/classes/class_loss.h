// SPDX-License-Identifier: Apache-2.0
// What was evaluated over classes, as a loss like any other: whoever maps, samples or lists a loss needs not know.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "losses/classes/class_evaluation.h"

namespace lossscope {

/// A loss over the classes of one case. Its maps are those of all classes together, or of one: contributions add up to
/// the whole value, or to what the class adds to it; a gradient is that of the class's channel, and of all together its
/// length over the channels. It is of this case alone: the problem, fields and reduction that it is given are not
/// looked at. Name and parameters are those of the loss that is evaluated on each class.
class ClassLoss final : public Loss {
 public:
  ClassLoss(const Loss& loss, std::vector<ClassCombination> how, std::shared_ptr<const ClassEvaluation> made,
            std::optional<std::size_t> which)
      : loss_(loss), how_(std::move(how)), made_(std::move(made)), which_(which) {}

  [[nodiscard]] const ClassEvaluation& evaluation() const { return *made_; }
  [[nodiscard]] std::optional<std::size_t> which() const { return which_; }
  /// The same of one class.
  [[nodiscard]] ClassLoss of_class(std::size_t which) const { return {loss_, how_, made_, which}; }
  /// A map of the voxels of a plane, in the order of `layout`.
  void map_layout(MapKind kind, PlaneStore& planes, const PlaneLayout& layout, std::span<float> out) const;

  [[nodiscard]] const Declaration& declaration() const override { return loss_.declaration(); }
  [[nodiscard]] std::span<const ParameterInfo> parameters() const override { return loss_.parameters(); }
  [[nodiscard]] std::vector<FieldRequest> fields(std::span<const double>) const override { return {}; }
  /// The value over all classes, with other parameters.
  Reduction reduce(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                   int threads, std::stop_token stop) const override;
  Reduction finish(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                   const Reduction& previous) const override;
  void map_plane(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                 const Reduction& reduction, Plane plane, std::span<const MapKind> kinds,
                 std::span<const std::span<float>> out) const override;
  void map_range(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                 const Reduction& reduction, std::int64_t begin, std::span<const MapKind> kinds,
                 std::span<const std::span<float>> out) const override;

 private:
  void map(const ClassEvaluation& of, MapKind kind, std::int64_t begin, std::span<float> out) const;

  const Loss& loss_;
  std::vector<ClassCombination> how_;
  std::shared_ptr<const ClassEvaluation> made_;
  std::optional<std::size_t> which_;
};

}  // namespace lossscope
