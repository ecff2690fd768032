// SPDX-License-Identifier: Apache-2.0
#include "app/engine/loss_statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>
#include <numeric>

#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr int kSizeShift = 20;  // sign and exponent and 3 bits of the mantissa remain
constexpr int kRankShift = 14;  // 9 bits of the mantissa
constexpr std::int64_t kPieces = 64;
constexpr std::int64_t kChunk = 8192;

/// The worst of what was offered so far, the least of them on top.
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

/// Sums in double: one per piece, added in the pieces' order.
struct Sums {
  std::array<double, kOutcomes> contribution{};
  double boundary = 0;
  std::vector<std::array<double, kOutcomes>> by_distance;

  void add(const Sums& other) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      contribution[outcome] += other.contribution[outcome];
    }
    boundary += other.boundary;
    for (std::size_t bin = 0; bin < other.by_distance.size(); ++bin) {
      for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
        by_distance[bin][outcome] += other.by_distance[bin][outcome];
      }
    }
  }
};

/// Counts and lists, whose order of merging does not matter.
struct Counts {
  ByOutcome voxels{};
  std::int64_t non_finite = 0;
  SizeHistogram contributions, gradients;
  RankTable ranks;
  std::vector<ByOutcome> by_distance;
  Worst worst;

  void add(const Counts& other) {
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      voxels[outcome] += other.voxels[outcome];
    }
    non_finite += other.non_finite;
    contributions.add(other.contributions);
    gradients.add(other.gradients);
    ranks.add(other.ranks);
    for (std::size_t bin = 0; bin < by_distance.size(); ++bin) {
      for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome) {
        by_distance[bin][outcome] += other.by_distance[bin][outcome];
      }
    }
    worst.offer(other.worst);
  }
};

/// What all pieces read.
struct Pass {
  const LossResult& result;
  MapKind gradient;
  bool has_contribution;
  std::span<const std::uint8_t> mask;
  std::span<const float> prediction, distance;
  float level;
  double width, boundary_width;
  std::int64_t first;

  void chunk(std::int64_t begin, std::int64_t n, Sums& sums, Counts& counts) const {
    std::vector<float> contributions(static_cast<std::size_t>(n)), gradients(contributions.size());
    std::vector<MapKind> kinds{gradient};
    std::vector<std::span<float>> out{gradients};
    if (has_contribution) {
      kinds.push_back(MapKind::contribution);
      out.emplace_back(contributions);
    }
    result.map_range(begin, kinds, out);
    for (std::int64_t i = 0; i < n; ++i) {
      add(begin + i, contributions[i], gradients[i], sums, counts);
    }
  }

  void add(std::int64_t at, float contribution, float slope, Sums& sums, Counts& counts) const {
    const bool predicted = prediction[at] > level;
    const std::size_t outcome = mask[at] != 0 ? (predicted ? 0 : 2) : (predicted ? 1 : 3);
    const double away = static_cast<double>(distance[at]);
    const auto bin = static_cast<std::size_t>(static_cast<std::int64_t>(std::floor(away / width)) - first);
    ++counts.voxels[outcome];
    ++counts.by_distance[bin][outcome];
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
    sums.by_distance[bin][outcome] += share;
    sums.boundary += std::abs(away) <= boundary_width * (1 + 1e-6) ? share : 0;
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

/// Larger values have larger places: the bits of a float, turned round below zero.
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

LossStatistics loss_statistics(const LossResult& result, MapKind gradient, const Volume& distance, int threads,
                               std::stop_token stop) {
  const Problem& problem = result.problem;
  const auto& spacing = problem.spacing;
  const std::int64_t voxels = problem.mask.grid.voxels();
  const auto away = distance.voxels<float>();
  const auto [nearest, farthest] = std::minmax_element(away.begin(), away.end());
  Pass pass{result,
            gradient,
            result.loss->has_map(MapKind::contribution, result.fields),
            problem.mask.voxels<std::uint8_t>(),
            problem.prediction.voxels<float>(),
            away,
            problem.kind == PredictionKind::logit ? 0.0F : 0.5F,
            *std::min_element(spacing.begin(), spacing.end()),
            *std::max_element(spacing.begin(), spacing.end()),
            0};
  pass.first = static_cast<std::int64_t>(std::floor(static_cast<double>(*nearest) / pass.width));
  const auto bins = static_cast<std::size_t>(
      static_cast<std::int64_t>(std::floor(static_cast<double>(*farthest) / pass.width)) - pass.first + 1);

  const std::int64_t piece = std::max(kChunk, (voxels + kPieces - 1) / kPieces);
  std::vector<Sums> sums(static_cast<std::size_t>((voxels + piece - 1) / piece));
  Counts counts;
  counts.by_distance.resize(bins);
  std::mutex merging;
  parallel_pieces(voxels, piece, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    Sums& sum = sums[static_cast<std::size_t>(begin / piece)];
    sum.by_distance.resize(bins);
    Counts local;
    local.by_distance.resize(bins);
    for (std::int64_t at = begin; at < end; at += kChunk) {
      if (stop.stop_requested()) {
        return;
      }
      pass.chunk(at, std::min(kChunk, end - at), sum, local);
    }
    const std::lock_guard lock(merging);
    counts.add(local);
  });
  if (stop.stop_requested()) {
    throw Cancelled();
  }

  Sums total;
  total.by_distance.resize(bins);
  for (const Sums& sum : sums) {
    total.add(sum);
  }
  LossStatistics statistics;
  statistics.voxels = counts.voxels;
  statistics.contribution = total.contribution;
  statistics.boundary = total.boundary;
  statistics.boundary_width = pass.boundary_width;
  statistics.has_contribution = pass.has_contribution;
  statistics.non_finite = counts.non_finite;
  statistics.contributions = counts.contributions;
  statistics.gradients = counts.gradients;
  statistics.ranks = std::move(counts.ranks);
  statistics.ranks.finish();
  statistics.by_distance = {pass.width, pass.first, std::move(total.by_distance), std::move(counts.by_distance)};
  statistics.worst = counts.worst.sorted();
  return statistics;
}

}  // namespace lossscope
