// SPDX-License-Identifier: Apache-2.0
#include "app/io/agreement.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "basics/number_text.h"

namespace lossscope {
namespace {

constexpr std::array<std::array<std::size_t, 3>, 6> kOrders{
    {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};

using Index = std::array<std::int64_t, 3>;

/// Voxels of the mask, no more than are needed for a mean.
std::vector<Index> some_inside(const Volume& mask, double& share) {
  constexpr std::size_t kEnough = 1 << 16;
  const auto voxels = mask.voxels<std::uint8_t>();
  const auto count = static_cast<std::size_t>(std::ranges::count_if(voxels, [](std::uint8_t v) { return v != 0; }));
  share = static_cast<double>(count) / static_cast<double>(voxels.size());
  const std::size_t every = count / kEnough + 1;
  std::vector<Index> inside;
  const auto [ni, nj, nk] = mask.grid.size;
  std::size_t seen = 0, at = 0;
  for (std::int64_t k = 0; k < nk; ++k) {
    for (std::int64_t j = 0; j < nj; ++j) {
      for (std::int64_t i = 0; i < ni; ++i, ++at) {
        if (voxels[at] != 0 && seen++ % every == 0) {
          inside.push_back({i, j, k});
        }
      }
    }
  }
  return inside;
}

/// The numbers of a volume; of several labels, whether it is one.
class Values {
 public:
  explicit Values(const LoadedVolume& loaded)
      : voxels_(loaded.volume.voxels<float>()), grid_(loaded.volume.grid), labels_(loaded.labels.size() > 2) {
    double sum = 0, squares = 0;
    for (const float voxel : voxels_) {
      const double value = number(voxel);
      sum += value;
      squares += value * value;
    }
    const auto n = static_cast<double>(voxels_.size());
    mean_ = sum / n;
    deviation_ = std::sqrt(std::max(0.0, squares / n - mean_ * mean_));
  }

  /// Pearson's correlation with a mask that fills `share` of the grid.
  [[nodiscard]] double correlation(const std::vector<Index>& inside, double share, const Placement& lies) const {
    double sum = 0;
    for (const Index& at : inside) {
      Index own{};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        own[lies.from[axis]] = lies.flip[axis] ? lies.size[axis] - 1 - at[axis] : at[axis];
      }
      sum += number(voxels_[static_cast<std::size_t>(grid_.offset(own[0], own[1], own[2]))]);
    }
    const double mean_inside = sum / static_cast<double>(inside.size());
    return (mean_inside - mean_) / deviation_ * std::sqrt(share / (1 - share));
  }
  [[nodiscard]] bool vary() const { return deviation_ > 0 && std::isfinite(deviation_); }

 private:
  [[nodiscard]] double number(float voxel) const {
    constexpr float kMost = 100;  // logits beyond say no more
    if (labels_) {
      return voxel != 0 ? 1 : 0;
    }
    return std::isfinite(voxel) ? static_cast<double>(std::clamp(voxel, -kMost, kMost)) : 0.0;
  }

  std::span<const float> voxels_;
  Grid grid_;
  bool labels_;
  double mean_ = 0, deviation_ = 0;
};

}  // namespace

Turn Turn::of_number(std::size_t number) {
  return {kOrders[number / 8], {(number & 1) != 0, (number & 2) != 0, (number & 4) != 0}};
}

std::string Turn::letters() const {
  std::string text;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    text += (flip[axis] ? "IJK" : "ijk")[from[axis]];
  }
  return text;
}

std::string Turn::words() const {
  std::string text;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    text.append(axis == 0 ? "" : axis == 1 ? ", " : " and ");
    text.append(1, "ijk"[from[axis]]).append(flip[axis] ? " backwards" : "");
  }
  return text;
}

std::optional<Placement> Turn::on(const Grid& grid, const std::array<std::int64_t, 3>& size) const {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (grid.size[axis] != size[from[axis]]) {
      return std::nullopt;
    }
  }
  return Placement{from, flip, {}, grid.size};
}

std::optional<std::size_t> turn_number(std::string_view letters) {
  for (std::size_t number = 0; number < Turn::kAll; ++number) {
    if (Turn::of_number(number).letters() == letters) {
      return number;
    }
  }
  return std::nullopt;
}

std::string agreement_text(const Agreement& agreement, double as_it_is) {
  const auto two_digits = [](double value) { return shortest_text(std::round(value * 100) / 100); };
  return "its voxels agree much better with the mask (correlation " + two_digits(agreement.correlation) +
         (as_it_is >= -1 ? ", as it is " + two_digits(as_it_is) : "") + ")";
}

std::vector<Agreement> better_turns(const Volume& mask, const LoadedVolume& loaded, double& as_it_is) {
  constexpr double kGood = 0.5, kMuch = 0.2, kAlike = 0.02;
  constexpr std::size_t kMost = 3;
  as_it_is = -2;
  double share = 0;
  if (mask.empty() || mask.type != VoxelType::uint8 || loaded.volume.type != VoxelType::float32) {
    return {};
  }
  const std::vector<Index> inside = some_inside(mask, share);
  const Values values(loaded);
  if (inside.empty() || share >= 1 || !values.vary()) {
    return {};
  }
  std::vector<Agreement> all;
  for (std::size_t number = 0; number < Turn::kAll; ++number) {
    const Turn turn = Turn::of_number(number);
    if (const auto lies = turn.on(mask.grid, loaded.volume.grid.size)) {
      all.push_back({turn, values.correlation(inside, share, *lies)});
      as_it_is = number == 0 ? all.back().correlation : as_it_is;
    }
  }
  std::ranges::stable_sort(all, std::greater<>(), &Agreement::correlation);
  std::erase_if(all, [&, best = all.empty() ? 0 : all.front().correlation](const Agreement& each) {
    return each.correlation < kGood || each.correlation < best - kAlike || each.correlation < as_it_is + kMuch;
  });
  std::ranges::stable_sort(all, {}, [](const Agreement& each) { return std::ranges::count(each.turn.flip, true); });
  all.resize(std::min(all.size(), kMost));
  return all;
}

}  // namespace lossscope
