// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cuda/map_window.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>

namespace lossscope::cuda {
namespace {

/// Whether two have the same owner; one that is gone is nobody's.
bool same_volume(const std::weak_ptr<const void>& a, const std::weak_ptr<const void>& b) {
  return !a.owner_before(b) && !b.owner_before(a);
}

/// A voxel that is not a number and counts makes sums of that kind, which are not equal to themselves.
bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

bool same(const MapWindow::Of& a, const MapWindow::Of& b) {
  return a.loss == b.loss && a.prediction == b.prediction && a.kinds == b.kinds &&
         std::ranges::equal(a.numbers, b.numbers, same_bits) && std::ranges::equal(a.volumes, b.volumes, same_volume);
}

}  // namespace

const MapWindow::Stretch& MapWindow::stretch(const Of& of, std::int64_t begin, std::int64_t voxels,
                                             const Compute& compute) {
  const auto found = std::ranges::find_if(
      stretches_, [&](const Stretch& known) { return known.begin == begin && same(known.of, of); });
  if (found != stretches_.end()) {
    stretches_.splice(stretches_.begin(), stretches_, found);
    return stretches_.front();
  }
  // What a loss had with other numbers or on other data is not asked for again.
  std::erase_if(stretches_, [&](const Stretch& known) {
    return known.of.loss == of.loss && known.of.kinds == of.kinds && !same(known.of, of);
  });
  Stretch made{of, begin, std::vector<std::vector<float>>(of.kinds.size())};
  std::vector<std::span<float>> out;
  for (std::vector<float>& map : made.maps) {
    map.resize(static_cast<std::size_t>(std::min(kVoxels, voxels - begin)));
    out.emplace_back(map);
  }
  compute(begin, out);
  stretches_.push_front(std::move(made));
  if (stretches_.size() > kMost) {
    stretches_.pop_back();
  }
  return stretches_.front();
}

void MapWindow::read(const Of& of, std::int64_t voxels, std::int64_t begin, std::span<const std::span<float>> out,
                     const Compute& compute) {
  const std::lock_guard lock(mutex_);
  const auto n = static_cast<std::int64_t>(out.front().size());
  for (std::int64_t done = 0; done < n;) {
    const std::int64_t at = begin + done;
    const Stretch& from = stretch(of, at / kVoxels * kVoxels, voxels, compute);
    const std::int64_t count = std::min(n - done, from.begin + kVoxels - at);
    for (std::size_t map = 0; map < out.size(); ++map) {
      std::copy_n(from.maps[map].begin() + (at - from.begin), count, out[map].begin() + done);
    }
    done += count;
  }
}

void MapWindow::clear() {
  const std::lock_guard lock(mutex_);
  stretches_.clear();
}

}  // namespace lossscope::cuda
