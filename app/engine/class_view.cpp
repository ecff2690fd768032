// SPDX-License-Identifier: Apache-2.0
#include "app/engine/class_view.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <span>
#include <utility>

#include "app/engine/first_look.h"
#include "basics/trace.h"
#include "losses/counts.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::int64_t kVoxelsOfPiece = 1 << 16;

/// Calls work(voxel) for every voxel of a grid, from several threads.
template <class Work>
void for_voxels(const Grid& grid, int threads, const std::stop_token& stop, const Work& work) {
  parallel_pieces(grid.voxels(), kVoxelsOfPiece, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      work(i);
    }
  });
}

/// Joins what all classes say, one after the other.
class Joined {
 public:
  Joined(LoadedClasses& made, int threads, std::stop_token stop)
      : made_(made), threads_(threads), stop_(std::move(stop)), grid_(made.data->grid) {
    made_.any_mask = zeros(VoxelType::uint8);
    made_.any_found = zeros(VoxelType::float32);
    made_.agreement = zeros(VoxelType::float32);
    made_.found_class = make_volume(grid_, VoxelType::int32);
    std::ranges::fill(made_.found_class.voxels<std::int32_t>(), -1);
  }

  void add(std::size_t c) {
    const ClassChannel& one = made_.problem.classes[c];
    const Volume found_as = predicted_as(made_.problem, c, made_.most_likely, threads_, stop_);
    const auto found = found_as.voxels<std::uint8_t>(), mask = one.problem.mask.voxels<std::uint8_t>();
    const auto any_mask = made_.any_mask.voxels<std::uint8_t>();
    const auto any_found = made_.any_found.voxels<float>(), wrong = made_.agreement.voxels<float>();
    const auto found_class = made_.found_class.voxels<std::int32_t>();
    const std::uint8_t* counted = one.problem.counted();
    std::atomic<std::int64_t> in_mask{0}, in_found{0}, in_both{0};
    const auto voxels = grid_.voxels();
    parallel_pieces(voxels, kVoxelsOfPiece, threads_, stop_, [&](std::int64_t begin, std::int64_t end) {
      ClassCounts sum;
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        if (!counts_at(counted, static_cast<std::int64_t>(i))) {
          continue;
        }
        const bool is = mask[i] != 0, seen = found[i] != 0;
        sum.mask += is ? 1 : 0;
        sum.found += seen ? 1 : 0;
        sum.both += is && seen ? 1 : 0;
        if (!one.background) {
          any_mask[i] = is ? 1 : any_mask[i];
          any_found[i] = seen ? 1.0F : any_found[i];
          wrong[i] = is != seen ? 1.0F : wrong[i];
          found_class[i] = seen ? static_cast<std::int32_t>(c) : found_class[i];
        }
      }
      in_mask += sum.mask;
      in_found += sum.found;
      in_both += sum.both;
    });
    made_.counts.push_back({in_mask, in_found, in_both});
  }

  void finish() {
    const auto any_mask = made_.any_mask.voxels<std::uint8_t>();
    const auto agreement = made_.agreement.voxels<float>();
    for_voxels(grid_, threads_, stop_,
               [&](std::size_t i) { agreement[i] = any_mask[i] != 0 ? 1 - agreement[i] : agreement[i]; });
    made_.any_prediction = any_prediction();
  }

 private:
  [[nodiscard]] Volume zeros(VoxelType type) const {
    Volume made = make_volume(grid_, type);
    if (type == VoxelType::uint8) {
      std::ranges::fill(made.voxels<std::uint8_t>(), std::uint8_t{0});
    } else {
      std::ranges::fill(made.voxels<float>(), 0.0F);
    }
    return made;
  }

  /// Of a softmax all that is not background; elsewhere the class that is most likely there.
  [[nodiscard]] Volume any_prediction() const {
    const auto& classes = made_.problem.classes;
    const Volume any = make_volume(grid_, VoxelType::float32);
    const auto out = any.voxels<float>();
    const auto background = std::ranges::find(classes, true, &ClassChannel::background);
    const bool logit = classes.front().problem.kind == PredictionKind::logit;
    if (made_.problem.activation == Activation::softmax && background != classes.end()) {
      const auto none = background->problem.prediction.voxels<float>();
      for_voxels(grid_, threads_, stop_, [&](std::size_t i) { out[i] = logit ? -none[i] : 1 - none[i]; });
      return any;
    }
    std::vector<std::span<const float>> channels;
    for (const ClassChannel& one : classes) {
      if (!one.background) {
        channels.emplace_back(one.problem.prediction.voxels<float>());
      }
    }
    for_voxels(grid_, threads_, stop_, [&](std::size_t i) {
      out[i] = channels.front()[i];
      for (const auto& channel : channels) {
        out[i] = std::max(out[i], channel[i]);
      }
    });
    return any;
  }

  LoadedClasses& made_;
  int threads_;
  std::stop_token stop_;
  Grid grid_;
};

}  // namespace

double ClassCounts::dice() const {
  return mask + found > 0 ? 2.0 * static_cast<double>(both) / static_cast<double>(mask + found)
                          : std::numeric_limits<double>::quiet_NaN();
}

LoadedClassesPtr look_at_classes(ClassCase loaded, int threads, const std::stop_token& stop) {
  const trace::Span span(trace::Category::load, "join the classes");
  auto made = std::make_shared<LoadedClasses>();
  static_cast<ClassCase&>(*made) = std::move(loaded);
  if (made->problem.activation == Activation::softmax) {
    made->most_likely = most_likely_class(made->problem, threads, stop);
  }
  Joined joined(*made, threads, stop);
  for (std::size_t c = 0; c < made->problem.classes.size(); ++c) {
    joined.add(c);
  }
  joined.finish();
  return made;
}

CaseDataPtr seen_case(const LoadedClassesPtr& classes, std::optional<std::size_t> which, int threads,
                      const std::stop_token& stop) {
  auto seen = std::make_shared<CaseData>(*classes->data);
  seen->classes = classes;
  if (which) {
    const std::size_t c = std::min(*which, classes->problem.classes.size() - 1);
    const Problem& problem = classes->problem.classes[c].problem;
    seen->class_at = c;
    seen->mask = problem.mask;
    seen->prediction = problem.prediction;
    seen->kind = problem.kind;
    const Volume found = predicted_as(classes->problem, c, classes->most_likely, threads, stop);
    seen->taken_for = make_volume(seen->grid, VoxelType::float32);
    const auto from = found.voxels<std::uint8_t>();
    const auto to = seen->taken_for.voxels<float>();
    for_voxels(seen->grid, threads, stop, [&](std::size_t i) { to[i] = static_cast<float>(from[i]); });
  } else {
    seen->mask = classes->any_mask;
    seen->prediction = classes->any_prediction;
    seen->kind = classes->problem.classes.front().problem.kind;
    seen->taken_for = classes->any_found;
  }
  seen->uncut = seen->prediction;
  seen->uncut_kind = seen->kind;
  seen->centre = centroid(seen->mask);
  return seen;
}

Problem outcome_problem(const CaseData& data) {
  Problem problem = problem_of(data);
  if (data.classes) {
    problem.prediction = data.class_at ? data.taken_for : data.classes->agreement;
    problem.kind = PredictionKind::probability;
  }
  return problem;
}

}  // namespace lossscope
