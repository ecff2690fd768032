// SPDX-License-Identifier: Apache-2.0
#include "app/engine/percentile.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace lossscope {
namespace {

std::uint32_t bits_of_size(float value) { return std::bit_cast<std::uint32_t>(value) & 0x7fffffffU; }

}  // namespace

float percentile(std::vector<float>& values, double share) {
  const auto rank = std::llround(share * static_cast<double>(values.size() - 1));
  const auto nth = values.begin() + rank;
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

void SizeCount::add(const std::vector<float>& values) {
  for (const float value : values) {
    const std::uint32_t bits = bits_of_size(value);
    if (bits != 0) {
      ++bins_[bits >> kDropped];
    }
  }
}

std::int64_t SizeCount::non_finite() const {
  return std::accumulate(bins_.begin() + kNonFinite, bins_.end(), std::int64_t{0});
}

std::int64_t SizeCount::sizes() const {
  return std::accumulate(bins_.begin(), bins_.begin() + kNonFinite, std::int64_t{0});
}

float SizeCount::percentile(const std::vector<const std::vector<float>*>& parts, double share) const {
  auto rank = std::llround(share * static_cast<double>(sizes() - 1));
  std::size_t bin = 0;
  while (rank >= bins_[bin]) {
    rank -= bins_[bin++];
  }
  std::vector<float> candidates;
  candidates.reserve(static_cast<std::size_t>(bins_[bin]));
  for (const std::vector<float>* part : parts) {
    for (const float value : *part) {
      const std::uint32_t bits = bits_of_size(value);
      if (bits >> kDropped == bin && bits != 0) {
        candidates.push_back(std::abs(value));
      }
    }
  }
  const auto nth = candidates.begin() + rank;
  std::nth_element(candidates.begin(), nth, candidates.end());
  return *nth;
}

}  // namespace lossscope
