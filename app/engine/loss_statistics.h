// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "app/engine/loss_result.h"

namespace lossscope {

/// What a prediction thresholded at 0.5 (logits at 0) makes of a voxel, in this order everywhere: TP, FP, FN, TN.
inline constexpr std::size_t kOutcomes = 4;
using ByOutcome = std::array<std::int64_t, kOutcomes>;

/// Counts by size on a fixed logarithmic grid (8 bins an octave, as the bits of a float lie), split by outcome.
class SizeHistogram {
 public:
  static constexpr std::size_t kBins = 2048;
  void add(std::size_t outcome, float value);  ///< by its absolute size
  void add(const SizeHistogram& other);
  [[nodiscard]] std::int64_t count(std::size_t outcome, std::size_t bin) const { return counts_[outcome][bin]; }
  [[nodiscard]] const ByOutcome& zeros() const { return zeros_; }  ///< those that are exactly 0
  [[nodiscard]] std::int64_t total() const;                        ///< zeros included
  [[nodiscard]] static double edge(std::size_t bin);               ///< the bin's lower edge

 private:
  std::array<std::array<std::int64_t, kBins>, kOutcomes> counts_{};
  ByOutcome zeros_{};
};

/// How many voxels contribute at least as much as a given one, to 0.2 % of its contribution.
class RankTable {
 public:
  RankTable();
  void add(float value) { ++counts_[place(value)]; }
  void add(const RankTable& other);
  void finish();  ///< once, after the last voxel
  /// Share of all voxels whose contribution is at least `value`, up to the table's grid: 0..1.
  [[nodiscard]] double share_at_least(float value) const;

 private:
  [[nodiscard]] static std::size_t place(float value);
  std::vector<std::uint32_t> counts_;
  double total_ = 0;
};

/// Sums by signed distance d to the mask's boundary. Outside (d > 0) bin b holds (first + b) * width < d <=
/// (first + b + 1) * width, inside the same with < and <= exchanged.
struct DistanceProfile {
  double width = 1;
  std::int64_t first = 0;
  std::vector<std::array<double, kOutcomes>> contribution;
  std::vector<ByOutcome> voxels;
};

struct WorstVoxel {
  std::int64_t offset = 0;
  float contribution = 0;
};

/// All that the plots, the ranks and the contact sheet say of a loss's maps where voxels count, taken in one pass over
/// the volume so that neither a map nor the distances need to exist as a volume.
struct LossStatistics {
  static constexpr std::size_t kWorst = 2000;
  ByOutcome voxels{};
  std::array<double, kOutcomes> contribution{};  ///< their sum is the loss's value
  double boundary = 0;           ///< contribution of the voxels that are at most `boundary_width` from the boundary
  double boundary_width = 0;     ///< the longest edge of a voxel
  bool has_contribution = true;  ///< false for a script that returned a number
  std::int64_t non_finite = 0;   ///< contributions; they are in none of the sums
  SizeHistogram contributions, gradients;
  RankTable ranks;
  DistanceProfile by_distance;
  std::vector<WorstVoxel> worst;  ///< largest contribution first (equal ones by their place), at most kWorst
};
using LossStatisticsPtr = std::shared_ptr<const LossStatistics>;

/// The statistics of a loss. `gradient` is MapKind::gradient_probability or gradient_logit. The same bits for any
/// number of threads. Throws Cancelled.
[[nodiscard]] LossStatistics loss_statistics(const LossResult& result, MapKind gradient, int threads = 0,
                                             std::stop_token stop = {});

}  // namespace lossscope
