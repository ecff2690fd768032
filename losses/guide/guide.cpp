// SPDX-License-Identifier: Apache-2.0
#include "losses/guide/guide.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losses/descent/held_logits.h"

namespace lossscope {
namespace {

constexpr double kConfidence = 0.99;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Where the gradient of one loss goes. `gradient` is a buffer of the volume's size.
Evidence evidence_of(const Loss& loss, const Problem& problem, const Volume& regions, FieldCache& cache,
                     std::span<float> gradient, int threads, const std::stop_token& stop) {
  const std::vector<double> parameters = loss.defaults();
  std::vector<FieldPtr> fields;
  for (const FieldRequest& request : loss.fields(parameters)) {
    fields.push_back(cache.get(request, problem, stop));
  }
  const Reduction reduction = loss.reduce(parameters, problem, fields, threads, stop);
  const std::array kinds{MapKind::gradient_logit};
  const std::array out{gradient};
  loss.map_volume(parameters, problem, fields, reduction, kinds, out, threads, stop);

  // One sum for every combination of regions, then the combinations are added up: a single addition a voxel.
  std::array<double, 1 << kRegions> sums{};
  const auto where = regions.voxels<std::uint8_t>();
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    sums[where[i]] += std::abs(static_cast<double>(gradient[i]));
  }
  double all = 0;
  Evidence evidence{&loss, {}};
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
  const auto plain = std::find_if(evidence.begin(), evidence.end(),
                                  [](const Evidence& e) { return e.loss->declaration().id == "bce"; });
  const double reference = plain->share[region];
  std::vector<Verdict> verdicts;
  for (const Evidence& e : evidence) {
    const bool named = std::any_of(finding.verdicts.begin(), finding.verdicts.end(),
                                   [&](const Verdict& verdict) { return verdict.loss == e.loss; });
    const double share = e.share[region];
    verdicts.push_back({e.loss, share, named, named && (share > reference || e.loss == plain->loss)});
  }
  std::stable_sort(verdicts.begin(), verdicts.end(), [](const Verdict& a, const Verdict& b) {
    return !std::isnan(a.share) && (std::isnan(b.share) || a.share > b.share);
  });
  finding.verdicts = std::move(verdicts);
}

}  // namespace

Guide make_guide(const Problem& problem, int threads, std::stop_token stop, const GuideProgress& progress) {
  Problem held = problem;
  held.prediction = held_logits(problem.prediction, problem.kind, kConfidence);
  held.kind = PredictionKind::logit;
  const MeasuredCase measured = measure_case(held, threads, stop);

  Guide guide{measured.traits, {}, findings_of(measured.traits)};
  std::vector<float> gradient(static_cast<std::size_t>(problem.mask.grid.voxels()));
  FieldCache cache;
  const auto losses = all_losses();
  for (const Loss* loss : losses) {
    guide.evidence.push_back(evidence_of(*loss, held, measured.regions, cache, gradient, threads, stop));
    if (progress) {
      progress(static_cast<double>(guide.evidence.size()) / static_cast<double>(losses.size()));
    }
  }
  for (Finding& finding : guide.findings) {
    judge(finding, guide.evidence);
  }
  return guide;
}

std::vector<const Loss*> fitting_losses(const Guide& guide) {
  constexpr std::size_t kMost = 4;
  std::vector<std::pair<int, const Loss*>> scores;
  for (const Loss* loss : all_losses()) {
    int score = 0;
    for (const Finding& finding : guide.findings) {
      const auto of_loss = [loss](const Verdict& verdict) { return verdict.loss == loss; };
      score += std::ranges::any_of(finding.verdicts, [&](const auto& v) { return of_loss(v) && v.holds; }) ? 1 : 0;
      if (std::ranges::find(finding.advised_against, loss) != finding.advised_against.end()) {
        score = -1000;  // outweighs whatever speaks for it
      }
    }
    if (score > 0) {
      scores.emplace_back(score, loss);
    }
  }
  std::ranges::stable_sort(scores, std::greater(), &std::pair<int, const Loss*>::first);
  std::vector<const Loss*> losses;
  for (std::size_t at = 0; at < std::min(kMost, scores.size()); ++at) {
    losses.push_back(scores[at].second);
  }
  return losses;
}

}  // namespace lossscope
