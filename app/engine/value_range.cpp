// SPDX-License-Identifier: Apache-2.0
#include "app/engine/value_range.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lossscope {
namespace {

struct Size {
  double value;  ///< without its sign
  std::int64_t voxels;
};

/// The largest sizes that are finite and not 0, the largest first, and what all of them add up to.
struct Largest {
  std::array<Size, kFewVoxels + 1> first{};  ///< more voxels than may stand apart
  std::size_t count = 0;
  double sum = 0;
};

Largest largest_of(std::span<const float> values, std::span<const std::int64_t> counts) {
  Largest largest;
  for (std::size_t at = 0; at < values.size(); ++at) {
    if (!std::isfinite(values[at]) || values[at] == 0) {
      continue;
    }
    const Size size{std::abs(static_cast<double>(values[at])), counts[at]};
    largest.sum += size.value * static_cast<double>(size.voxels);
    const bool full = largest.count == largest.first.size();
    if (full && size.value <= largest.first.back().value) {
      continue;
    }
    std::size_t place = full ? largest.count - 1 : largest.count++;
    for (; place > 0 && largest.first[place - 1].value < size.value; --place) {
      largest.first[place] = largest.first[place - 1];
    }
    largest.first[place] = size;
  }
  return largest;
}

/// How many of the first sizes stand apart from all that follow.
std::size_t outliers(const Largest& largest, double most) {
  constexpr double kFarAbove = 10;
  std::size_t apart = 0;
  std::int64_t voxels = 0;
  double sum = 0;
  for (std::size_t at = 0; at + 1 < largest.count; ++at) {
    const Size &here = largest.first[at], &next = largest.first[at + 1];
    voxels += here.voxels;
    sum += here.value * static_cast<double>(here.voxels);
    if (voxels > kFewVoxels) {
      break;
    }
    if (here.value >= kFarAbove * next.value && sum <= most * (largest.sum - sum)) {
      apart = at + 1;
    }
  }
  return apart;
}

void count_beyond(ValueRange& range, std::span<const float> values, std::span<const std::int64_t> counts) {
  for (std::size_t at = 0; at < values.size(); ++at) {
    const double value = static_cast<double>(values[at]);
    range.above += std::isfinite(value) && value > range.high ? counts[at] : 0;
    range.below += std::isfinite(value) && value < range.low ? counts[at] : 0;
  }
}

}  // namespace

ValueRange range_of(std::span<const float> values, std::span<const std::int64_t> counts, bool is_signed) {
  constexpr double kShare = 0.01, kTimes = 100;
  const Largest largest = largest_of(values, counts);
  const bool both =
      is_signed || std::any_of(values.begin(), values.end(), [](float v) { return std::isfinite(v) && v < 0; });
  ValueRange range;
  if (largest.count > 0) {
    range.high = largest.first[outliers(largest, is_signed ? kTimes : kShare)].value;
  }
  range.low = both ? -range.high : 0;
  count_beyond(range, values, counts);
  return range;
}

ValueRange locked_range(const ColourRange& locked, std::span<const float> values,
                        std::span<const std::int64_t> counts) {
  ValueRange range;
  range.low = locked.minimum;
  range.high = locked.maximum;
  count_beyond(range, values, counts);
  return range;
}

}  // namespace lossscope
