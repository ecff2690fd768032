// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

enum class Optimiser : std::uint8_t { gradient_descent, adam };

struct DescentSettings {
  Optimiser optimiser = Optimiser::gradient_descent;
  /// How far, in logits, the voxel with the largest gradient moves in the first step (gradient descent; Adam moves
  /// every voxel that has a gradient by about this). Gradients of a mean over N voxels scale as 1/N, and those of two
  /// losses have different units: measured in their own largest gradient they can be compared.
  double rate = 1;
  /// The start is held within [1 - confidence, confidence]; none: it is the prediction as it is (held_logits).
  std::optional<double> confidence{};
  /// Several descents are measured in the largest gradient of them all (measure_in), as under one learning rate: what
  /// pulls less moves less.
  bool common_rate = false;
  bool operator==(const DescentSettings&) const = default;
};

/// Where a descent stands after `step` steps. Dice, sensitivity and specificity are of the prediction thresholded at
/// 0.5, NaN where undefined.
struct DescentPoint {
  std::int64_t step = 0;
  double loss = 0, dice = 0, sensitivity = 0, specificity = 0;
};

/// Gradient descent, or Adam (Kingma and Ba, arXiv 1412.6980, beta 0.9 and 0.999), on the logits of one prediction
/// under one loss: no network, every voxel is a parameter of its own, so that what moves is what the loss asks for.
/// Auxiliary fields follow the prediction and are constants in the gradient, as everywhere (losses.md).
/// The same bits for any number of threads. Not for concurrent calls on one object.
class Descent {
 public:
  /// `start` as a loss takes it; its mask is kept, its prediction is not changed. Evaluates point 0.
  /// Throws what Loss::reduce throws, and std::invalid_argument for a rate or a confidence that makes no sense.
  Descent(const Loss& loss, std::vector<double> parameters, const Problem& start, const DescentSettings& settings,
          int threads = 0, std::stop_token stop = {});

  /// One step. Throws Cancelled, and then nothing has changed.
  void step(std::stop_token stop = {});

  [[nodiscard]] const Loss& loss() const { return *loss_; }
  /// Point 0 is the start; one further point a step.
  [[nodiscard]] std::span<const DescentPoint> curve() const { return curve_; }
  /// Mask and the logits of now. The volume is never written again: it may be shown while the next step is computed.
  [[nodiscard]] const Problem& current() const { return problem_; }
  /// Voxels of the start whose logits were held (held_logits).
  [[nodiscard]] std::int64_t held() const { return held_; }
  /// The largest magnitude of the gradient at the start.
  [[nodiscard]] double largest_gradient() const { return largest_gradient_; }
  /// From now on the rate is measured in this gradient (above 0) instead of the descent's own largest.
  void measure_in(double gradient) { unit_ = gradient; }
  /// The gradient of the start is 0 everywhere: no step will change anything.
  [[nodiscard]] bool stuck() const { return largest_gradient_ == 0; }

 private:
  struct Evaluation;
  struct Moments {
    Volume first, second;  ///< empty before the first step
  };
  [[nodiscard]] Evaluation evaluate(const Problem& problem, std::int64_t step, std::stop_token stop);
  [[nodiscard]] Volume gradient(std::stop_token stop) const;
  [[nodiscard]] Volume descended(std::span<const float> gradient) const;
  [[nodiscard]] Volume adapted(std::span<const float> gradient, Moments& moments) const;

  const Loss* loss_;
  std::vector<double> parameters_;
  DescentSettings settings_;
  int threads_;
  Problem problem_;
  FieldCache cache_;
  std::vector<FieldPtr> fields_;
  Reduction reduction_;
  std::vector<DescentPoint> curve_;
  std::int64_t held_ = 0;
  double largest_gradient_ = 0;
  double unit_ = 0;  ///< what the rate is measured in
  Moments moments_;  ///< of Adam, in the unit of the rate
};

}  // namespace lossscope
