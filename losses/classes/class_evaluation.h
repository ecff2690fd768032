// SPDX-License-Identifier: Apache-2.0
// A loss over classes (losses.md section 6): the binary loss of each class, combined. The losses know nothing of it.
#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "losses/classes/class_problem.h"
#include "losses/evaluation.h"
#include "losses/planes.h"

namespace lossscope {

enum class ClassWeights : std::uint8_t {
  uniform,
  inverse,          ///< 1 / number of voxels of the class; an absent class gets the largest weight of the others
  inverse_squared,  ///< 1 / its square
  manual
};

/// How the classes of a loss are combined.
struct ClassCombination {
  /// Whether the background is a class like the others; not said: for cross-entropies yes, for all others no, as
  /// nnU-Net and MONAI have it.
  std::optional<bool> include_background{};
  ClassWeights weights = ClassWeights::uniform;
  std::vector<double> manual{};  ///< 0 or more, one for each channel, for ClassWeights::manual
  bool skip_absent = false;      ///< a class without a voxel in the mask does not enter the mean
  bool operator==(const ClassCombination&) const = default;

  /// Whether a loss has the background among its classes.
  [[nodiscard]] bool has_background(const Loss& loss) const;
};

/// Whether each voxel costs what its own class costs it alone: cross-entropies of a softmax. Classes of a sigmoid may
/// overlap, and what is found where its class is not would cost nothing: there each is against the rest.
[[nodiscard]] bool costs_by_true_class(const Loss& loss, Activation activation);

/// One loss of the sum on one class.
struct ClassTerm {
  std::size_t which = 0;  ///< the class, as in ClassProblem
  double weight = 0;      ///< value of the whole = sum of weight * evaluation.reduction.value
  Evaluation evaluation;  ///< the binary loss of this class
};

/// A loss over classes, with all that is needed to map any voxel.
/// *Every class* (overlap and boundary losses): sum of w_c L_c / sum of w_c over the classes that enter. *True class*
/// (costs_by_true_class): each voxel costs what its own class costs it, sum of w_y f(p_y) / sum of
/// w_y over the voxels, or the sum alone where the loss's reduction is `sum`. A weight that a loss takes from a mask's
/// share of the voxels is that of each class; where the loss divides by its weights, they enter the divisor, too. A sum
/// of losses is the sum of both kinds.
class ClassEvaluation {
 public:
  double value = 0;
  std::vector<double> parts;      ///< of each part of a sum: its value over the classes; of another loss its own
  std::vector<ClassTerm> terms;   ///< by part, then by class
  std::vector<double> shares_of;  ///< what each class adds to `value`

  /// The contributions of voxels [begin, begin + out.size()), which add up to `value`; of one class, or of all
  /// together.
  void contributions(std::optional<std::size_t> which, std::int64_t begin, std::span<float> out) const;
  /// dL/dp or dL/dz of a channel: of softmax's logits every class has a share in the gradient of each channel.
  void gradients(std::size_t channel, MapKind kind, std::int64_t begin, std::span<float> out) const;
  /// The same of all channels, one map each, and the contribution of all classes unless `contribution` is empty:
  /// together they take little longer than one.
  void all_maps(MapKind kind, std::int64_t begin, std::span<float> contribution,
                std::span<const std::span<float>> gradients) const;
  /// The same of the whole volume; without `gradient` the contribution alone. `threads` 0 means all. Throws Cancelled.
  void map_volume(std::optional<MapKind> gradient, std::span<float> contribution,
                  std::span<const std::span<float>> gradients, int threads, const std::stop_token& stop) const;
  /// The length of the gradient over all channels at each voxel: the root of the sum of their squares.
  void gradient_lengths(MapKind kind, std::int64_t begin, std::span<float> out) const;
  /// How much of `value` would go were a voxel right in one class, or in all of them at once.
  void counterfactuals(std::optional<std::size_t> which, std::int64_t begin, std::span<float> out) const;

  /// The same with the voxels of a plane only, next to each other in the order of `layout`: its maps from 0 on are
  /// those of the plane. `kind`: of the maps that will be asked for.
  [[nodiscard]] ClassEvaluation on_plane(MapKind kind, PlaneStore& planes, const PlaneLayout& layout) const;
  [[nodiscard]] const ClassProblem& problem() const { return problem_; }

 private:
  friend class ClassEvaluator;
  class Pass;
  /// Maps of the terms of one class, or of all, times their weights, added. By a logit: that of each class's own
  /// sigmoid.
  void map_sums(std::optional<std::size_t> which, MapKind kind, std::int64_t begin, std::span<float> out) const;
  /// Whether the gradient of one channel has parts of all classes.
  [[nodiscard]] bool mixes_channels(MapKind kind) const;

  ClassProblem problem_;
};

/// `combinations`: one for each part of a sum, or one. Logits of a softmax must have been made binary
/// (softmax_as_binary). The same bits for any number of threads. Throws Cancelled, and std::invalid_argument as
/// check_classes, Loss::reduce, and for weights of another number than there are channels or that add up to 0.
/// `fields`: where auxiliary fields come from; none: they are computed. `last`: an evaluation of the same loss, of
/// which sums that still hold are taken.
[[nodiscard]] ClassEvaluation evaluate_classes(const Loss& loss, std::span<const double> parameters,
                                               const ClassProblem& problem,
                                               std::span<const ClassCombination> combinations, int threads = 0,
                                               const std::stop_token& stop = {}, const FieldSource& fields = {},
                                               const ClassEvaluation* last = nullptr);

}  // namespace lossscope
