// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace lossscope {

/// The classes of a softmax at one voxel. What concerns all classes but one is summed without it, and relative to the
/// largest of them: exact also where one probability is 1 and all others are too small for a float.
class SoftmaxVoxel {
 public:
  explicit SoftmaxVoxel(std::size_t classes) : z_(classes), first_(classes), second_(classes) {}

  /// `logit(c)`: of class c; -infinity for a probability of 0.
  template <class Logit>
  void take(Logit logit) {
    most_ = next_ = kNone;
    for (std::size_t c = 0; c < z_.size(); ++c) {
      z_[c] = logit(c);
      if (c == 0 || z_[c] > most_) {
        next_ = std::exchange(most_, z_[c]);
        top_ = c;
      } else {
        next_ = std::max(next_, z_[c]);
      }
    }
    sum_ = others_of_top_ = 0;
    for (std::size_t c = 0; c < z_.size(); ++c) {
      first_[c] = std::exp(z_[c] - most_);
      sum_ += first_[c];
      second_[c] = c == top_ || next_ == kNone ? 0 : std::exp(z_[c] - next_);
      others_of_top_ += second_[c];
    }
  }

  /// ln of the sum of exp over all classes but c; -infinity where there is none.
  [[nodiscard]] double log_of_others(std::size_t c) const {
    return c == top_ ? next_ + std::log(others_of_top_) : most_ + std::log(sum_ - first_[c]);
  }
  /// p_k / (1 - p_c): the share of class k in all that is not c, which is another. Shared alike where all have p = 0.
  [[nodiscard]] double share_of_others(std::size_t k, std::size_t c) const {
    if (c != top_) {
      return first_[k] / (sum_ - first_[c]);
    }
    return others_of_top_ > 0 ? second_[k] / others_of_top_ : 1.0 / static_cast<double>(z_.size() - 1);
  }
  [[nodiscard]] double logit(std::size_t c) const { return z_[c]; }
  [[nodiscard]] double probability(std::size_t c) const { return first_[c] / sum_; }

 private:
  static constexpr double kNone = -std::numeric_limits<double>::infinity();
  std::vector<double> z_, first_, second_;  ///< logits; exp relative to the largest, and to the next
  double most_ = kNone, next_ = kNone, sum_ = 0, others_of_top_ = 0;
  std::size_t top_ = 0;
};

}  // namespace lossscope
