// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "app/session/session.h"

namespace lossscope {

/// What the colours of a layer span, the same wherever the layer is shown: the ends of its values in the whole volume,
/// or those that a person chose.
struct ValueRange {
  double low = 0, high = 1;
  /// Voxels of the volume beyond the ends; kUncounted: there are some.
  std::int64_t below = 0, above = 0;
  bool known = true;  ///< false: it is of an earlier prediction, for the volume was not looked at yet
  /// The value of the largest size of all, and the offset of a voxel that has it; 0 and -1 where it is not known.
  double largest = 0;
  std::int64_t largest_at = -1;

  static constexpr std::int64_t kUncounted = -1;
  bool operator==(const ValueRange&) const = default;
};

/// The range of values of which each stands for so many voxels. From 0 to the largest; symmetric about 0 where
/// `is_signed`, or where one is negative. Values that are not finite do not count. Never empty: 0 to 1 where everything
/// is 0. A few voxels may lie beyond the end, where it would otherwise show nothing but them:
/// - Where `single` says which values are those of single voxels alone: these, if the largest of them is more than
///   twice as large as every other value. So many that all beyond the end hold little of the whole.
/// - Where it is not known (`single` empty): at most kFewVoxels that are ten times and more above every other, and hold
///   little of the whole.
/// Little is 1 % of a map that adds up, 100 times the rest of one that does not (`is_signed`: a clamped 1/p).
inline constexpr std::int64_t kFewVoxels = 5;
[[nodiscard]] ValueRange range_of(std::span<const float> values, std::span<const std::int64_t> counts, bool is_signed,
                                  std::span<const std::uint8_t> single = {});

/// The range that a person chose, and how many voxels lie beyond it.
[[nodiscard]] ValueRange locked_range(const ColourRange& locked, std::span<const float> values,
                                      std::span<const std::int64_t> counts);

}  // namespace lossscope
