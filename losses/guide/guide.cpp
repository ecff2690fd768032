// SPDX-License-Identifier: Apache-2.0
#include "losses/guide/guide.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include "losses/evaluation.h"

namespace lossscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

constexpr int kLeastShare = 20;  // thousandths: a loss that pulls there less does not serve that trait

/// A share as it is written, in thousandths; -1 for none.
int thousandths(double share) { return std::isnan(share) ? -1 : static_cast<int>(std::lround(1000 * share)); }

/// Where the gradient of one candidate goes. `gradient` is a buffer of the volume's size.
Evidence evidence_of(const Candidate& candidate, const Problem& problem, const Volume& regions, FieldCache& cache,
                     std::span<float> gradient, int threads, const std::stop_token& stop) {
  const std::array kinds{MapKind::gradient_logit};
  const std::array out{gradient};
  evaluate(*candidate.loss, candidate.parameters, problem, fields_from(cache, stop), threads, stop)
      .map_volume(kinds, out, threads, stop);

  // One sum for every combination of regions, then the combinations are added up: a single addition a voxel.
  std::array<double, 1 << kRegions> sums{};
  const auto where = regions.voxels<std::uint8_t>();
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    sums[where[i]] += std::abs(static_cast<double>(gradient[i]));
  }
  double all = 0;
  Evidence evidence{&candidate, {}};
  for (std::size_t bits = 0; bits < sums.size(); ++bits) {
    all += sums[bits];
    for (std::size_t region = 0; region < kRegions; ++region) {
      evidence.share[region] += ((bits >> region) & 1) != 0 ? sums[bits] : 0;
    }
  }
  for (double& share : evidence.share) {
    share = all > 0 ? share / all : kNone;
  }
  return evidence;
}

/// Adds what was measured to a finding, the largest share first, losses without any gradient last.
void judge(Finding& finding, const std::vector<Evidence>& evidence) {
  const auto region = static_cast<std::size_t>(finding.region);
  const Candidate& plain = reference_candidate();
  const int reference = thousandths(std::ranges::find(evidence, &plain, &Evidence::candidate)->share[region]);
  std::vector<Verdict> verdicts;
  for (const Evidence& e : evidence) {
    const bool named = std::ranges::find(finding.verdicts, e.candidate, &Verdict::candidate) != finding.verdicts.end();
    const double share = e.share[region];
    const bool more = thousandths(share) > reference || e.candidate == &plain;
    const bool holds = named && more && thousandths(share) >= kLeastShare;
    verdicts.push_back({e.candidate, share, named, holds, 0});
  }
  std::ranges::stable_sort(verdicts, std::ranges::greater(), [](const Verdict& v) { return thousandths(v.share); });
  int rank = 0, before = 0;
  for (Verdict& verdict : verdicts) {
    const int share = thousandths(verdict.share);
    rank += rank == 0 || share != before ? 1 : 0;
    before = share;
    verdict.rank = rank;
  }
  finding.verdicts = std::move(verdicts);
}

}  // namespace

Guide make_guide(const Problem& problem, std::int64_t speck, int threads, std::stop_token stop,
                 const GuideProgress& progress) {
  MeasuredCase measured = measure_case(problem, speck, threads, stop);
  Guide guide{
      measured.traits, std::move(measured.components), {}, findings_of(measured.traits), metrics_for(measured.traits)};
  std::vector<float> gradient(static_cast<std::size_t>(problem.mask.grid.voxels()));
  FieldCache cache;
  for (const Candidate& candidate : candidates()) {
    guide.evidence.push_back(evidence_of(candidate, problem, measured.regions, cache, gradient, threads, stop));
    if (progress) {
      progress(static_cast<double>(guide.evidence.size()) / static_cast<double>(candidates().size()));
    }
  }
  for (Finding& finding : guide.findings) {
    judge(finding, guide.evidence);
  }
  return guide;
}

std::vector<std::vector<const Candidate*>> fitting_losses(const Guide& guide) {
  constexpr std::size_t kMost = 8;
  std::map<int, std::vector<const Candidate*>, std::greater<>> by_score;
  for (const Candidate& candidate : candidates()) {
    int score = 0;
    bool against = &candidate == &baseline_candidate();
    for (const Finding& finding : guide.findings) {
      const auto speaks = [&](const Verdict& verdict) { return verdict.candidate == &candidate && verdict.holds; };
      score += std::ranges::any_of(finding.verdicts, speaks) ? 1 : 0;
      against |= std::ranges::find(finding.advised_against, &candidate) != finding.advised_against.end();
    }
    if (score > 0 && !against) {
      by_score[score].push_back(&candidate);
    }
  }
  std::vector<std::vector<const Candidate*>> levels;
  std::size_t count = 0;
  for (auto& [score, level] : by_score) {
    if (count > 0 && count + level.size() > kMost) {
      break;  // to cut a level would rank those that are equal
    }
    count += level.size();
    levels.push_back(std::move(level));
  }
  return levels;
}

}  // namespace lossscope
