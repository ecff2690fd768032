// SPDX-License-Identifier: Apache-2.0
#include "app/engine/loss_statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>
#include <utility>

#include "basics/merged_pool.h"
#include "losses/fields/distance.h"

namespace lossscope {
namespace {

constexpr int kSizeShift = 20;  // sign and exponent and 3 bits of the mantissa remain
constexpr int kRankShift = 14;  // 9 bits of the mantissa
constexpr std::int64_t kChunk = 8192;

/// Keeps the largest of what was offered, in a heap with the least of them on top.
class Worst {
 public:
  void offer(const WorstVoxel& voxel) {
    if (heap_.size() < LossStatistics::kWorst) {
      heap_.push_back(voxel);
      std::push_heap(heap_.begin(), heap_.end(), worse);
    } else if (worse(voxel, heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), worse);
      heap_.back() = voxel;
      std::push_heap(heap_.begin(), heap_.end(), worse);
    }
  }
  void offer(const Worst& other) {
    for (const WorstVoxel& voxel : other.heap_) {
      offer(voxel);
    }
  }
  [[nodiscard]] std::vector<WorstVoxel> sorted() {
    std::sort(heap_.begin(), heap_.end(), worse);
    return std::move(heap_);
  }

 private:
  static bool worse(const WorstVoxel& a, const WorstVoxel& b) {
    return a.contribution != b.contribution ? a.contribution > b.contribution : a.offset < b.offset;
  }
  std::vector<WorstVoxel> heap_;
};

/// Makes room for the bins from `low` to `high`.
void cover(DistanceProfile& profile, std::int64_t low, std::int64_t high) {
  const auto bins = static_cast<std::int64_t>(profile.voxels.size());
  const std::int64_t first = bins > 0 ? std::min(low, profile.first) : low;
  const std::int64_t last = bins > 0 ? std::max(high, profile.first + bins - 1) : high;
  const auto before = static_cast<std::size_t>(bins > 0 ? profile.first - first : 0);
  profile.contribution.insert(profile.contribution.begin(), before, {});
  profile.voxels.insert(profile.voxels.begin(), before, {});
  profile.contribution.resize(static_cast<std::size_t>(last - first + 1));
  profile.voxels.resize(profile.contribution.size());
  profile.first = first;
}

/// The sums, whose rounding depends on the order of adding: kept slice by slice, in double.
struct Sums {
  std::array<double, kOutcomes> contribution{};
  double boundary = 0;
  DistanceProfile by_distance;

  void add(const Sums& other) {
    const auto bins = static_cast<std::int64_t>(other.by_distance.voxels.size());
    cover(by_distance, other.by_distance.first, other.by_distance.first + bins - 1);
    const auto shift = static_cast<std::size_t>(other.by_distance.first - by_distance.first);
    boundary += other.boundary;
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      contribution[outcome] += other.contribution[outcome];
      for (std::size_t bin = 0; bin < other.by_distance.voxels.size(); ++bin) {
        by_distance.contribution[shift + bin][outcome] += other.by_distance.contribution[bin][outcome];
        by_distance.voxels[shift + bin][outcome] += other.by_distance.voxels[bin][outcome];
      }
    }
  }
};

/// Adds the slices' sums in the slices' order, whatever order they come in.
class OrderedSums {
 public:
  void add(std::int64_t slice, Sums sums) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(slice, std::move(sums));
    for (; !waiting_.empty() && waiting_.begin()->first == next_; ++next_) {
      total_.add(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
    }
  }
  [[nodiscard]] Sums& total() { return total_; }

 private:
  std::mutex mutex_;
  std::map<std::int64_t, Sums> waiting_;
  std::int64_t next_ = 0;
  Sums total_;
};

/// Counts and lists, whose order of merging does not matter.
struct Counts {
  ByOutcome voxels{};
  std::int64_t non_finite = 0;
  SizeHistogram contributions, gradients;
  RankTable ranks;
  Worst worst;

  void add(const Counts& other) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      voxels[outcome] += other.voxels[outcome];
    }
    non_finite += other.non_finite;
    contributions.add(other.contributions);
    gradients.add(other.gradients);
    ranks.add(other.ranks);
    worst.offer(other.worst);
  }
};

/// What is the same for all slices of one pass over the volume.
struct SharePass {
  const LossResult& result;
  MapKind gradient;
  bool has_contribution;
  std::span<const std::uint8_t> mask;
  const std::uint8_t* counted;  ///< as Problem::counted
  std::span<const float> prediction;
  float level;
  double width, boundary_width;

  /// Counted from the boundary on both sides: no voxel lies nearer to it than one voxel, and the bin of those that do
  /// lie there reaches to it.
  [[nodiscard]] std::int64_t bin_of(float distance) const {
    const double away = static_cast<double>(distance) / width * (1 - 1e-6);  // a float may be just above its bin's end
    return static_cast<std::int64_t>(away > 0 ? std::ceil(away) - 1 : std::floor(away));
  }

  /// A slice that begins at voxel `begin`.
  void slice(std::int64_t begin, std::span<const float> distance, Sums& sums, Counts& counts) const {
    const auto [nearest, farthest] = std::minmax_element(distance.begin(), distance.end());
    cover(sums.by_distance, bin_of(*nearest), bin_of(*farthest));
    const auto voxels = static_cast<std::int64_t>(distance.size());
    for (std::int64_t at = 0; at < voxels; at += kChunk) {
      chunk(begin + at, distance.subspan(at, std::min(kChunk, voxels - at)), sums, counts);
    }
  }

  void chunk(std::int64_t begin, std::span<const float> distance, Sums& sums, Counts& counts) const {
    const std::size_t n = distance.size();
    std::vector<float> contributions(n), gradients(n);
    std::vector<MapKind> kinds{gradient};
    std::vector<std::span<float>> out{gradients};
    if (has_contribution) {
      kinds.push_back(MapKind::contribution);
      out.emplace_back(contributions);
    }
    result.map_range(begin, kinds, out);
    for (std::size_t i = 0; i < n; ++i) {
      add(begin + static_cast<std::int64_t>(i), distance[i], contributions[i], gradients[i], sums, counts);
    }
  }

  void add(std::int64_t at, float distance, float contribution, float slope, Sums& sums, Counts& counts) const {
    if (counted != nullptr && counted[at] == 0) {
      return;
    }
    const bool predicted = prediction[at] > level;
    const std::size_t outcome = mask[at] != 0 ? (predicted ? 0 : 2) : (predicted ? 1 : 3);
    const auto bin = static_cast<std::size_t>(bin_of(distance) - sums.by_distance.first);
    ++counts.voxels[outcome];
    ++sums.by_distance.voxels[bin][outcome];
    counts.gradients.add(outcome, slope);
    if (!std::isfinite(contribution)) {
      ++counts.non_finite;
      return;
    }
    counts.contributions.add(outcome, contribution);
    counts.ranks.add(contribution);
    counts.worst.offer({at, contribution});
    const double share = static_cast<double>(contribution);
    sums.contribution[outcome] += share;
    sums.by_distance.contribution[bin][outcome] += share;
    sums.boundary += std::abs(static_cast<double>(distance)) <= boundary_width * (1 + 1e-6) ? share : 0;
  }
};

}  // namespace

void SizeHistogram::add(std::size_t outcome, float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value) & 0x7fffffffU;
  if (bits == 0) {
    ++zeros_[outcome];
  } else {
    ++counts_[outcome][bits >> kSizeShift];
  }
}

void SizeHistogram::add(const SizeHistogram& other) {
  for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
    zeros_[outcome] += other.zeros_[outcome];
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      counts_[outcome][bin] += other.counts_[outcome][bin];
    }
  }
}

std::int64_t SizeHistogram::total() const {
  std::int64_t sum = std::accumulate(zeros_.begin(), zeros_.end(), std::int64_t{0});
  for (const auto& counts : counts_) {
    sum += std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  }
  return sum;
}

double SizeHistogram::edge(std::size_t bin) {
  return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bin) << kSizeShift));
}

RankTable::RankTable() : counts_(std::size_t{1} << (32 - kRankShift)) {}

/// The bin of a value; larger values have larger bins. The bits of a float do, once those of negatives are reversed.
std::size_t RankTable::place(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value == 0 ? 0.0F : value);
  return ((bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U) >> kRankShift;
}

void RankTable::add(const RankTable& other) {
  for (std::size_t at = 0; at < counts_.size(); ++at) {
    counts_[at] += other.counts_[at];
  }
}

void RankTable::finish() {
  for (std::size_t at = counts_.size() - 1; at > 0; --at) {
    counts_[at - 1] += counts_[at];
  }
  total_ = counts_[0];
}

double RankTable::share_at_least(float value) const { return total_ > 0 ? counts_[place(value)] / total_ : 0; }

LossStatistics loss_statistics(const LossResult& result, MapKind gradient, int threads, std::stop_token stop) {
  const Problem& problem = result.problem;
  const auto& spacing = problem.spacing;
  const SharePass pass{result,
                       gradient,
                       result.loss->has_map(MapKind::contribution, result.fields),
                       problem.mask.voxels<std::uint8_t>(),
                       problem.counted(),
                       problem.prediction.voxels<float>(),
                       problem.kind == PredictionKind::logit ? 0.0F : 0.5F,
                       *std::min_element(spacing.begin(), spacing.end()),
                       *std::max_element(spacing.begin(), spacing.end())};
  OrderedSums sums;
  MergedPool<Counts> pool;
  const auto add_slice = [&](std::int64_t k, std::span<const float> distance) {
    Sums sum;
    auto counts = pool.take();
    pass.slice(k * static_cast<std::int64_t>(distance.size()), distance, sum, *counts);
    pool.give_back(std::move(counts));
    sums.add(k, std::move(sum));
  };
  visit_signed_distance(problem.mask, spacing, threads, stop, add_slice, problem.counts);

  Sums& total = sums.total();
  const auto counts = pool.merged();
  LossStatistics statistics;
  statistics.voxels = counts->voxels;
  statistics.contribution = total.contribution;
  statistics.boundary = total.boundary;
  statistics.boundary_width = pass.boundary_width;
  statistics.has_contribution = pass.has_contribution;
  statistics.non_finite = counts->non_finite;
  statistics.contributions = counts->contributions;
  statistics.gradients = counts->gradients;
  statistics.ranks = std::move(counts->ranks);
  statistics.ranks.finish();
  statistics.by_distance = std::move(total.by_distance);
  statistics.by_distance.width = pass.width;
  statistics.worst = counts->worst.sorted();
  return statistics;
}

}  // namespace lossscope
