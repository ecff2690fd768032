// SPDX-License-Identifier: Apache-2.0
#include "app/engine/value_range.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

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

/// The end where nothing is known of places: below the first sizes that stand apart from all that follow.
double end_below_outliers(const Largest& largest, double most) {
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
  return largest.first[apart].value;
}

/// The end where single voxels are known: the largest size of any other, or so far above it that what lies beyond adds
/// up to at most `most` times all up to the end; the largest of all where that is not far above.
double end_below_singles(const Largest& largest, std::span<const float> values, std::span<const std::int64_t> counts,
                         std::span<const std::uint8_t> single, double most) {
  constexpr double kFarAboveOthers = 2;
  double end = 0;
  std::vector<Size> above;
  for (std::size_t at = 0; at < values.size(); ++at) {
    const double size = std::abs(static_cast<double>(values[at]));
    if (std::isfinite(size) && single[at] != 0) {
      above.push_back({size, counts[at]});
    } else if (std::isfinite(size)) {
      end = std::max(end, size);
    }
  }
  std::erase_if(above, [end](const Size& size) { return size.value <= end; });
  std::sort(above.begin(), above.end(), [](const Size& a, const Size& b) { return a.value < b.value; });
  double beyond = 0;
  for (const Size& size : above) {
    beyond += size.value * static_cast<double>(size.voxels);
  }
  for (const Size& size : above) {
    if (end > 0 && beyond <= most * (largest.sum - beyond)) {
      break;
    }
    end = size.value;
    beyond -= size.value * static_cast<double>(size.voxels);
  }
  const double all = largest.first[0].value;
  return all > kFarAboveOthers * end ? end : all;
}

void count_beyond(ValueRange& range, std::span<const float> values, std::span<const std::int64_t> counts) {
  for (std::size_t at = 0; at < values.size(); ++at) {
    const double value = static_cast<double>(values[at]);
    range.above += std::isfinite(value) && value > range.high ? counts[at] : 0;
    range.below += std::isfinite(value) && value < range.low ? counts[at] : 0;
  }
}

}  // namespace

ValueRange range_of(std::span<const float> values, std::span<const std::int64_t> counts, bool is_signed,
                    std::span<const std::uint8_t> single) {
  constexpr double kShare = 0.01, kTimes = 100;
  const Largest largest = largest_of(values, counts);
  const bool both =
      is_signed || std::any_of(values.begin(), values.end(), [](float v) { return std::isfinite(v) && v < 0; });
  ValueRange range;
  if (largest.count > 0) {
    const double most = is_signed ? kTimes : kShare;
    range.high =
        single.empty() ? end_below_outliers(largest, most) : end_below_singles(largest, values, counts, single, most);
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
