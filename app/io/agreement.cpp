// SPDX-License-Identifier: Apache-2.0
#include "app/io/agreement.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <span>

#include "app/io/voxels_where.h"
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
    return correlation(sum / static_cast<double>(inside.size()), share);
  }
  /// Whether the values show another label of a mask, or all of them together, about as well as `best` says: they lie
  /// right then, and another label was chosen.
  [[nodiscard]] bool covers_a_label(const LoadedVolume& labels, double best) const {
    constexpr double kAsGood = 0.1;
    if (labels.volume.grid.size != grid_.size) {
      return false;
    }
    const std::map<std::int64_t, Sum> sums = labels.volume.type == VoxelType::uint8
                                                 ? sums_of(labels.volume.voxels<std::uint8_t>())
                                                 : sums_of(labels.volume.voxels<std::int32_t>());
    Sum any;
    bool covers = false;
    for (const auto& [label, sum] : sums) {
      if (label != 0) {
        covers = covers || correlation(sum) >= best - kAsGood;
        any = {any.values + sum.values, any.voxels + sum.voxels};
      }
    }
    return covers || correlation(any) >= best - kAsGood;
  }
  [[nodiscard]] bool vary() const { return deviation_ > 0 && std::isfinite(deviation_); }

 private:
  struct Sum {
    double values = 0;
    std::int64_t voxels = 0;
  };

  template <class T>
  [[nodiscard]] std::map<std::int64_t, Sum> sums_of(std::span<T> labels) const {
    std::map<std::int64_t, Sum> sums;
    Sum* of = nullptr;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      of = i > 0 && labels[i] == labels[i - 1] ? of : &sums[static_cast<std::int64_t>(labels[i])];
      of->values += number(voxels_[i]);
      ++of->voxels;
    }
    return sums;
  }

  /// Pearson's, with the set of voxels that the sum is of.
  [[nodiscard]] double correlation(const Sum& sum) const {
    const double share = static_cast<double>(sum.voxels) / static_cast<double>(voxels_.size());
    return share > 0 && share < 1 ? correlation(sum.values / static_cast<double>(sum.voxels), share) : 0;
  }
  [[nodiscard]] double correlation(double mean_inside, double share) const {
    return (mean_inside - mean_) / deviation_ * std::sqrt(share / (1 - share));
  }

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

/// Fewer voxels are soon covered by chance: one of the 48 turns may fit.
constexpr std::size_t kFewestVoxels = 8;

/// How far what was found is beyond chance, as Evidence says.
struct Chance {
  double turned = 1;    ///< how many of the other turns would reach nine tenths of the best by chance
  double as_it_is = 1;  ///< share of random places in which the volume agrees nearly as well as it does as it is
};
/// `turns`: the ways to lay the volume on the mask's grid.
Chance chance_of(double best, double as_it_is, const Values& values, const std::vector<Index>& inside, double share,
                 const std::vector<Placement>& turns) {
  constexpr std::size_t kVoxels = 2048, kShifts = 4000;
  constexpr double kNearly = 0.9, kHopeless = 1;
  std::vector<Index> some;
  const std::size_t every = inside.size() / kVoxels + 1;
  for (std::size_t n = 0; n < inside.size(); n += every) {
    some.push_back(inside[n]);
  }
  const auto others = static_cast<double>(turns.size() - 1);
  std::mt19937 random(1);  // the same numbers on every machine
  std::size_t hits = 0, ordinary = 0;
  std::vector<Index> shifted = some;
  for (std::size_t shift = 0; shift < kShifts; ++shift) {
    const Placement& lies = turns[random() % turns.size()];
    Index by{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      by[axis] = static_cast<std::int64_t>(random()) % lies.size[axis];
    }
    for (std::size_t n = 0; n < some.size(); ++n) {
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t at = some[n][axis] + by[axis];
        shifted[n][axis] = at < lies.size[axis] ? at : at - lies.size[axis];
      }
    }
    const double reached = values.correlation(shifted, share, lies);
    hits += reached >= kNearly * best ? 1 : 0;
    ordinary += reached >= kNearly * as_it_is ? 1 : 0;
    if (static_cast<double>(hits) * others > kHopeless * kShifts) {
      return {};
    }
  }
  return {(static_cast<double>(hits) + 0.5) / kShifts * others, static_cast<double>(ordinary) / kShifts};
}

bool fits_as_it_is(double as_it_is) { return as_it_is > -1.5; }  // a correlation, not BetterTurns's -2

/// Whether a volume lies right and shows where the mask is not.
bool shows_the_opposite(double turned, double as_it_is) {
  return fits_as_it_is(as_it_is) && as_it_is <= -0.2 && turned < -0.8 * as_it_is;
}

/// As Evidence says, but for the mask; `chance` is asked only where it decides.
template <class FindChance>
Evidence evidence_of(double turned, double as_it_is, const FindChance& chance) {
  const double left = 1 - turned, size = std::abs(as_it_is);
  const bool fits = fits_as_it_is(as_it_is);
  if (shows_the_opposite(turned, as_it_is)) {
    return Evidence::none;
  }
  if (fits && ((turned >= 0.6 && turned >= as_it_is + 0.2 && left <= (1 - as_it_is) / 2) ||
               (turned >= 0.2 && as_it_is <= -0.2))) {
    return Evidence::clear;
  }
  if (turned >= 0.1 && turned >= as_it_is + 0.07 && turned >= 1.3 * as_it_is) {
    const Chance by_chance = chance();
    if (by_chance.turned <= 0.02 && by_chance.as_it_is >= 0.01 && turned >= size + 0.07 && turned >= 2 * size) {
      return Evidence::clear;
    }
    if (by_chance.turned <= 0.3) {
      return Evidence::strong;
    }
  }
  if (turned < 0.3 || left > 0.8 * (1 - as_it_is)) {
    return Evidence::none;
  }
  const bool much = turned >= as_it_is + 0.2 || (turned >= as_it_is + 0.05 && left <= 0.7 * (1 - as_it_is));
  return turned >= 0.5 && much ? Evidence::strong : Evidence::some;
}

/// Whether it reverses an axis of one voxel, which changes nothing.
bool turns_what_has_no_length(const Turn& turn, const Grid& grid) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (turn.flip[axis] && grid.size[axis] == 1) {
      return true;
    }
  }
  return false;
}

/// The turns that agree better, and how much they speak for themselves.
BetterTurns judged(const Volume& mask, const Values& values, const Grid& own, const LoadedVolume* labels) {
  constexpr std::size_t kMost = 3;
  BetterTurns better;
  double share = 0;
  const std::vector<Index> inside = some_inside(mask, share);
  if (inside.empty() || share >= 1 || !values.vary()) {
    return better;
  }
  std::vector<Agreement> all;
  std::vector<Placement> placements;
  for (std::size_t number = 0; number < Turn::kAll; ++number) {
    const Turn turn = Turn::of_number(number);
    const auto lies = turn.on(mask.grid, own.size);
    if (lies && !turns_what_has_no_length(turn, mask.grid)) {
      all.push_back({turn, values.correlation(inside, share, *lies)});
      placements.push_back(*lies);
      better.as_it_is = number == 0 ? all.back().correlation : better.as_it_is;
    }
  }
  std::ranges::stable_sort(all, std::greater<>(), &Agreement::correlation);
  if (all.empty()) {
    return better;
  }
  const double best = all.front().correlation, alike = std::min(0.02, best / 20);
  better.evidence = evidence_of(best, better.as_it_is,
                                [&] { return chance_of(best, better.as_it_is, values, inside, share, placements); });
  better.is_opposite = shows_the_opposite(best, better.as_it_is);
  if (better.evidence == Evidence::none) {
    return better;
  }
  if (better.evidence == Evidence::clear &&
      (inside.size() < kFewestVoxels || (labels != nullptr && values.covers_a_label(*labels, best)))) {
    better.evidence = Evidence::strong;
  }
  std::erase_if(all, [&](const Agreement& each) { return each.correlation < best - alike; });
  std::ranges::stable_sort(all, {}, [](const Agreement& each) { return std::ranges::count(each.turn.flip, true); });
  all.resize(std::min(all.size(), kMost));
  better.turns = std::move(all);
  return better;
}

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

std::string rounded_text(double correlation) { return shortest_text(std::round(correlation * 100) / 100); }

std::string agreement_text(const Agreement& agreement, const BetterTurns& better) {
  return std::string("it agrees ") + (better.evidence == Evidence::some ? "" : "much ") +
         "better with the mask (correlation " + rounded_text(agreement.correlation) +
         (better.as_it_is >= -1 ? ", as it is " + rounded_text(better.as_it_is) : "") + ")";
}

BetterTurns better_turns(const Volume& mask, const LoadedVolume& loaded, const LoadedVolume* labels,
                         bool shows_the_chosen) {
  if (mask.empty() || mask.type != VoxelType::uint8 || loaded.volume.type != VoxelType::float32) {
    return {};
  }
  const Values values(loaded);
  BetterTurns better = judged(mask, values, loaded.volume.grid, labels);
  if (better.evidence < Evidence::clear && !shows_the_chosen && labels != nullptr && labels->labels.size() > 2 &&
      labels->volume.grid.size == mask.grid.size) {
    // What the prediction of several structures shows may be more than the label that was chosen.
    const Volume any = voxels_where(labels->volume, [](auto label) { return label != 0; });
    const BetterTurns with_all = judged(any, values, loaded.volume.grid, labels);
    better = with_all.evidence > better.evidence ? with_all : better;
  }
  return better;
}

}  // namespace lossscope
