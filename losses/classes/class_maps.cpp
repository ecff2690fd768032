// SPDX-License-Identifier: Apache-2.0
// The maps of a loss over classes: those of each class's own loss, added up; through a softmax, mixed.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "losses/classes/class_evaluation.h"
#include "losses/drivers/cpu_kernels.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::size_t kAddedPiece = 4096;  ///< whose sums in double stay in the cache, of a few classes

using Sums = std::vector<double>;

void put(const Sums& sums, float* out) {
  std::ranges::transform(sums, out, [](double sum) { return static_cast<float>(sum); });
}

/// What softmax made its probabilities of, or these.
const Volume& channel_of(const ClassChannel& one) { return one.logit.empty() ? one.problem.prediction : one.logit; }

/// Maps of the terms of one class, or of all, times their weights, added.
Sums summed(std::span<const ClassTerm> terms, std::optional<std::size_t> which, MapKind kind, std::int64_t begin,
            std::size_t voxels) {
  Sums sums(voxels);
  std::vector<float> own(voxels);
  const std::array kinds{kind};
  const std::array<std::span<float>, 1> into{own};
  for (const ClassTerm& term : terms) {
    if (!which || term.which == *which) {
      term.evaluation.map_range(begin, kinds, into);
      cpu_kernels().softmax.add(own.data(), term.weight, static_cast<std::int64_t>(voxels), sums.data());
    }
  }
  return sums;
}

/// Calls work(first voxel of the map, how many) for pieces of a map.
template <class Work>
void for_map_pieces(std::size_t voxels, Work work) {
  for (std::size_t at = 0; at < voxels; at += kAddedPiece) {
    work(at, std::min(kAddedPiece, voxels - at));
  }
}

}  // namespace

void ClassEvaluation::map_sums(std::optional<std::size_t> which, MapKind kind, std::int64_t begin,
                               std::span<float> out) const {
  for_map_pieces(out.size(), [&](std::size_t at, std::size_t count) {
    put(summed(terms, which, kind, begin + static_cast<std::int64_t>(at), count), out.data() + at);
  });
}

void ClassEvaluation::contributions(std::optional<std::size_t> which, std::int64_t begin, std::span<float> out) const {
  map_sums(which, MapKind::contribution, begin, out);
}

void ClassEvaluation::counterfactuals(std::optional<std::size_t> which, std::int64_t begin,
                                      std::span<float> out) const {
  map_sums(which, MapKind::counterfactual, begin, out);  // no class's loss looks at another's voxels
}

bool ClassEvaluation::mixes_channels(MapKind kind) const {
  return kind == MapKind::gradient_logit && problem_.activation == Activation::softmax;
}

/// The gradients of all channels, and the contribution, of some voxels next to each other.
class ClassEvaluation::Pass {
 public:
  Pass(const ClassEvaluation& of, MapKind kind, bool with_contribution) : of_(of), kind_(kind) {
    kinds_.push_back(kind);
    if (with_contribution) {
      kinds_.push_back(MapKind::contribution);
    }
  }

  void take(std::int64_t begin, std::size_t voxels) {
    contribution.assign(voxels, 0);
    own_.assign(of_.problem_.classes.size(), {});
    std::vector<float> gradient(voxels), costs(kinds_.size() > 1 ? voxels : 0);
    const std::array<std::span<float>, 2> into{gradient, costs};
    const auto n = static_cast<std::int64_t>(voxels);
    for (const ClassTerm& term : of_.terms) {
      own_[term.which].resize(voxels);
      term.evaluation.map_range(begin, kinds_, std::span(into).first(kinds_.size()));
      cpu_kernels().softmax.add(gradient.data(), term.weight, n, own_[term.which].data());
      if (!costs.empty()) {
        cpu_kernels().softmax.add(costs.data(), term.weight, n, contribution.data());
      }
    }
    if (of_.mixes_channels(kind_)) {
      mix(begin, voxels);
    } else {
      gradients = std::move(own_);
    }
    for (Sums& of_channel : gradients) {
      of_channel.resize(voxels);
    }
  }

  Sums contribution;
  std::vector<Sums> gradients;  ///< by channel

 private:
  /// dz_k = p_k (G_k - sum of p_c G_c). With H_c = p_c (1 - p_c) G_c, which stays exact where p_c is 0 or 1, that is
  /// H_k - sum over the other c of H_c p_k / (1 - p_c).
  void mix(std::int64_t begin, std::size_t voxels) {
    std::vector<const float*> channels;
    std::vector<const double*> own;
    std::vector<double*> slopes;
    gradients.resize(own_.size());
    for (std::size_t c = 0; c < own_.size(); ++c) {
      channels.push_back(channel_of(of_.problem_.classes[c]).voxels<float>().data() + begin);
      own.push_back(own_[c].empty() ? nullptr : own_[c].data());
      gradients[c].resize(voxels);
      slopes.push_back(gradients[c].data());
    }
    const bool logits = of_.problem_.classes.front().problem.kind == PredictionKind::logit;
    cpu_kernels().softmax.slopes({channels, logits}, own.data(), static_cast<std::int64_t>(voxels), slopes.data());
  }

  const ClassEvaluation& of_;
  MapKind kind_;
  std::vector<MapKind> kinds_;
  std::vector<Sums> own_;  ///< by class; empty where no term is of it
};

void ClassEvaluation::gradients(std::size_t channel, MapKind kind, std::int64_t begin, std::span<float> out) const {
  if (!mixes_channels(kind)) {
    return map_sums(channel, kind, begin, out);
  }
  Pass pass(*this, kind, false);
  for_map_pieces(out.size(), [&](std::size_t at, std::size_t count) {
    pass.take(begin + static_cast<std::int64_t>(at), count);
    put(pass.gradients[channel], out.data() + at);
  });
}

void ClassEvaluation::all_maps(MapKind kind, std::int64_t begin, std::span<float> contribution,
                               std::span<const std::span<float>> gradients) const {
  Pass pass(*this, kind, !contribution.empty());
  for_map_pieces(gradients.front().size(), [&](std::size_t at, std::size_t count) {
    pass.take(begin + static_cast<std::int64_t>(at), count);
    for (std::size_t channel = 0; channel < gradients.size(); ++channel) {
      put(pass.gradients[channel], gradients[channel].data() + at);
    }
    if (!contribution.empty()) {
      put(pass.contribution, contribution.data() + at);
    }
  });
}

void ClassEvaluation::map_volume(std::optional<MapKind> gradient, std::span<float> contribution,
                                 std::span<const std::span<float>> gradients, int threads,
                                 const std::stop_token& stop) const {
  const std::int64_t voxels = problem_.classes.front().problem.mask.grid.voxels();
  parallel_pieces(voxels, 4 * kAddedPiece, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    const auto piece = [&](std::span<float> map) {
      return map.empty() ? map : map.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    };
    if (!gradient) {
      return contributions({}, begin, piece(contribution));
    }
    std::vector<std::span<float>> channels(gradients.size());
    std::ranges::transform(gradients, channels.begin(), piece);
    all_maps(*gradient, begin, piece(contribution), channels);
  });
}

void ClassEvaluation::gradient_lengths(MapKind kind, std::int64_t begin, std::span<float> out) const {
  Pass pass(*this, kind, false);
  for_map_pieces(out.size(), [&](std::size_t at, std::size_t count) {
    pass.take(begin + static_cast<std::int64_t>(at), count);
    for (std::size_t i = 0; i < count; ++i) {
      double squares = 0;
      for (const Sums& of_channel : pass.gradients) {
        squares += of_channel[i] * of_channel[i];
      }
      out[at + i] = static_cast<float>(std::sqrt(squares));
    }
  });
}

ClassEvaluation ClassEvaluation::on_plane(MapKind kind, PlaneStore& planes, const PlaneLayout& layout) const {
  ClassEvaluation made = *this;
  for (ClassTerm& term : made.terms) {
    PlaneInputs inputs = planes.inputs(term.evaluation.problem, term.evaluation.fields, layout);
    term.evaluation.problem = std::move(inputs.problem);
    term.evaluation.fields = std::move(inputs.fields);
  }
  for (ClassChannel& one : made.problem_.classes) {  // what a softmax makes its probabilities of
    const bool needed = mixes_channels(kind);
    Volume& from = one.logit.empty() ? one.problem.prediction : one.logit;
    from = needed ? planes.get(from, layout) : Volume();
  }
  return made;
}

}  // namespace lossscope
