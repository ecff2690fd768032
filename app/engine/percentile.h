// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace lossscope {

/// The value below which `share` (0..1) of the values lie (nearest rank); reorders them. They must not be empty.
[[nodiscard]] float percentile(std::vector<float>& values, double share);

/// Percentiles of sizes without sorting: counts the leading bits of floats, which order as their sizes do. Sorting
/// would take hundreds of thousands of voxels for every frame.
class SizeCount {
 public:
  void add(const std::vector<float>& values);
  [[nodiscard]] std::int64_t non_finite() const;
  [[nodiscard]] std::int64_t sizes() const;  ///< finite and not 0
  /// The size below which `share` (0..1) of those lie (nearest rank), the very number that `percentile` gives. `parts`:
  /// all that was added. There must be one.
  [[nodiscard]] float percentile(const std::vector<const std::vector<float>*>& parts, double share) const;

 private:
  static constexpr int kDropped = 16;                                 ///< bits
  static constexpr std::size_t kNonFinite = 0x7f800000U >> kDropped;  ///< first bin of infinities and NaN
  std::vector<std::int64_t> bins_ = std::vector<std::int64_t>(std::size_t{1} << (31 - kDropped));
};

}  // namespace lossscope
