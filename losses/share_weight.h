// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <span>

#include "losses/loss.h"

namespace lossscope {

/// A loss that weighs the mask's voxels by how many voxels are in the mask, unless its parameters say the weight:
/// class-balanced cross-entropies. Over classes the weight of each comes from all voxels, though of each class only its
/// own cost something.
class ShareWeighted {
 public:
  ShareWeighted() = default;
  virtual ~ShareWeighted() = default;
  ShareWeighted(const ShareWeighted&) = delete;
  ShareWeighted& operator=(const ShareWeighted&) = delete;
  /// What the cross-entropy of a mask's voxel is multiplied by, before the reduction divides (>= 0).
  [[nodiscard]] virtual double foreground_weight(std::span<const double> parameters, const Totals& totals) const = 0;
};

/// What the declaration of such a loss has.
template <class L>
concept WeighsByShare = requires(const L& loss, const Totals& totals) {
  { loss.foreground_weight(totals) } -> std::same_as<double>;
};

}  // namespace lossscope
