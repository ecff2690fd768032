// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "losses/evaluate.h"
#include "losses/fields/local_statistics.h"

namespace lossscope {

/// What windowed sums are multiplied with where not all voxels count: 1 by the share of the window that counts, and 0
/// at voxels that do not. Zeros beyond the border count, if they are not made up for.
class CountedShares {
 public:
  CountedShares(const LocalWindow& window, const Problem& problem, bool renormalise, const Range& rows)
      : grid_(window.grid()),
        counts_(problem.counted()),
        renormalise_(renormalise),
        sums_(window, WindowSum::mean, rows),
        scratch_({0, 3}, window) {}

  void give(std::int64_t k) {
    for (std::int64_t j = sums_.needed().first; j < sums_.needed().last; ++j) {
      const std::uint8_t* counts = counts_ + grid_.offset(0, j, k);
      std::transform(counts, counts + grid_.size[0], scratch_.row(0),
                     [this](std::uint8_t c) { return (c != 0) == renormalise_ ? 1.0 : 0.0; });
      sums_.give(j, scratch_.row(0));
    }
    sums_.end_slice(k);
  }

  /// Row j of slice k, with zeros around it; until the next call.
  [[nodiscard]] const double* at(std::int64_t j, std::int64_t k) {
    const std::uint8_t* counts = counts_ + grid_.offset(0, j, k);
    sums_.sums(j, k, scratch_.row(1));
    std::transform(counts, counts + grid_.size[0], scratch_.row(1), scratch_.row(2),
                   [this](std::uint8_t c, double sum) { return c != 0 ? 1 / (renormalise_ ? sum : 1 - sum) : 0.0; });
    return scratch_.row(2);
  }

 private:
  const Grid& grid_;
  const std::uint8_t* counts_;
  bool renormalise_;
  WindowedRows sums_;
  RowBlock scratch_;
};

}  // namespace lossscope
