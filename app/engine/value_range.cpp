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

/// What the ends of a range depend on, found in one pass. Sizes are values without their signs; values that are not
/// finite do not count.
struct Sizes {
  std::array<Size, kFewVoxels + 1> first{};  ///< the largest ones that are not 0, the largest first
  std::size_t count = 0;                     ///< of `first`: more voxels than may stand apart
  double sum = 0;                            ///< of all
  bool negative = false;                     ///< whether a value is
  double others = 0;                         ///< the largest size of a voxel that is not single
  std::vector<Size> singles;                 ///< among them all sizes of single voxels above `others`

  void add_first(const Size& size) {
    const bool full = count == first.size();
    if (full && size.value <= first.back().value) {
      return;
    }
    std::size_t place = full ? count - 1 : count++;
    for (; place > 0 && first[place - 1].value < size.value; --place) {
      first[place] = first[place - 1];
    }
    first[place] = size;
  }
};

Sizes sizes_of(std::span<const float> values, std::span<const std::int64_t> counts,
               std::span<const std::uint8_t> single) {
  Sizes sizes;
  for (std::size_t at = 0; at < values.size(); ++at) {
    const Size size{std::abs(static_cast<double>(values[at])), counts[at]};
    if (!(size.value > 0) || std::isinf(size.value)) {
      continue;
    }
    sizes.negative = sizes.negative || values[at] < 0;
    sizes.sum += size.value * static_cast<double>(size.voxels);
    sizes.add_first(size);
    if (single.empty() || single[at] == 0) {
      sizes.others = std::max(sizes.others, size.value);
    } else if (size.value > sizes.others) {
      sizes.singles.push_back(size);
    }
  }
  return sizes;
}

/// The end where nothing is known of places: below the first sizes that stand apart from all that follow.
double end_below_outliers(const Sizes& sizes, double most) {
  constexpr double kFarAbove = 10;
  std::size_t apart = 0;
  std::int64_t voxels = 0;
  double sum = 0;
  for (std::size_t at = 0; at + 1 < sizes.count; ++at) {
    const Size &here = sizes.first[at], &next = sizes.first[at + 1];
    voxels += here.voxels;
    sum += here.value * static_cast<double>(here.voxels);
    if (voxels > kFewVoxels) {
      break;
    }
    if (here.value >= kFarAbove * next.value && sum <= most * (sizes.sum - sum)) {
      apart = at + 1;
    }
  }
  return sizes.first[apart].value;
}

/// The end where single voxels are known: the largest size of any other, or so far above it that what lies beyond adds
/// up to at most `most` times all up to the end; the largest of all where that is not far above.
double end_below_singles(Sizes& sizes, double most) {
  constexpr double kFarAboveOthers = 2;
  double end = sizes.others;
  std::vector<Size>& above = sizes.singles;
  std::erase_if(above, [end](const Size& size) { return size.value <= end; });
  std::sort(above.begin(), above.end(), [](const Size& a, const Size& b) { return a.value < b.value; });
  double beyond = 0;
  for (const Size& size : above) {
    beyond += size.value * static_cast<double>(size.voxels);
  }
  for (const Size& size : above) {
    if (end > 0 && beyond <= most * (sizes.sum - beyond)) {
      break;
    }
    end = size.value;
    beyond -= size.value * static_cast<double>(size.voxels);
  }
  const double all = sizes.first[0].value;
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
  Sizes sizes = sizes_of(values, counts, single);
  ValueRange range;
  if (sizes.count > 0) {
    const double most = is_signed ? kTimes : kShare;
    range.high = single.empty() ? end_below_outliers(sizes, most) : end_below_singles(sizes, most);
  }
  range.low = is_signed || sizes.negative ? -range.high : 0;
  if (sizes.count > 0 && range.high < sizes.first[0].value) {
    count_beyond(range, values, counts);
  }
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
