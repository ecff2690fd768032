// SPDX-License-Identifier: Apache-2.0
#include "losses/classes/class_problem.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "losses/counts.h"
#include "losses/drivers/cpu_kernels.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::int64_t kVoxels = 1 << 15;  ///< that one thread takes at a time

/// The channels of a problem, as arrays.
std::vector<const float*> channels_of(const ClassProblem& problem) {
  std::vector<const float*> channels;
  for (const ClassChannel& one : problem.classes) {
    channels.push_back(one.problem.prediction.voxels<float>().data());
  }
  return channels;
}

}  // namespace

void check_classes(const ClassProblem& problem) {
  if (problem.classes.empty()) {
    throw std::invalid_argument("there is no class");
  }
  const Problem& first = problem.classes.front().problem;
  for (const ClassChannel& one : problem.classes) {
    const Problem& p = one.problem;
    if (p.mask.empty() || p.prediction.empty() || p.mask.grid.size != first.mask.grid.size ||
        p.prediction.grid.size != first.mask.grid.size || p.kind != first.kind ||
        p.counts.empty() != first.counts.empty() || (!p.counts.empty() && p.counts.grid.size != first.mask.grid.size)) {
      throw std::invalid_argument("class " + one.name + " does not fit the others");
    }
  }
}

ClassProblem softmax_as_binary(const ClassProblem& problem, int threads, std::stop_token stop) {
  check_classes(problem);
  if (problem.classes.front().problem.kind != PredictionKind::logit) {
    throw std::invalid_argument("these are no logits");
  }
  const auto channels = channels_of(problem);
  ClassProblem made = problem;
  std::vector<float*> out;
  for (ClassChannel& one : made.classes) {
    one.logit = one.problem.prediction;
    one.problem.prediction = make_volume(one.problem.prediction.grid, VoxelType::float32);
    out.push_back(one.problem.prediction.voxels<float>().data());
  }
  const std::int64_t voxels = problem.classes.front().problem.mask.grid.voxels();
  parallel_pieces(voxels, kVoxels, threads, std::move(stop), [&](std::int64_t begin, std::int64_t end) {
    std::vector<const float*> from;
    std::vector<float*> to;
    for (std::size_t c = 0; c < channels.size(); ++c) {
      from.push_back(channels[c] + begin);
      to.push_back(out[c] + begin);
    }
    cpu_kernels().softmax.odds({from, true}, end - begin, static_cast<float>(kSureOdds), to.data());
  });
  return made;
}

bool adds_up_to_one(const ClassProblem& problem, double tolerance, int threads, std::stop_token stop) {
  check_classes(problem);
  const auto channels = channels_of(problem);
  const std::uint8_t* counts = problem.classes.front().problem.counted();
  std::atomic<bool> all{true};
  const std::int64_t voxels = problem.classes.front().problem.mask.grid.voxels();
  parallel_pieces(voxels, kVoxels, threads, std::move(stop), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end && all; ++i) {
      double sum = 0;
      for (const float* channel : channels) {
        sum += static_cast<double>(channel[i]);
      }
      if (counts_at(counts, i) && !(std::abs(sum - 1) <= tolerance)) {
        all = false;
      }
    }
  });
  return all;
}

Volume most_likely_class(const ClassProblem& problem, int threads, std::stop_token stop) {
  check_classes(problem);
  const auto channels = channels_of(problem);
  const Grid& grid = problem.classes.front().problem.mask.grid;
  const Volume made = make_volume(grid, VoxelType::int32);
  const auto out = made.voxels<std::int32_t>();
  parallel_pieces(grid.voxels(), kVoxels, threads, std::move(stop), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      std::size_t best = 0;
      for (std::size_t c = 1; c < channels.size(); ++c) {
        best = channels[c][i] > channels[best][i] ? c : best;
      }
      out[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(best);
    }
  });
  return made;
}

Volume predicted_as(const ClassProblem& problem, std::size_t which, const Volume& most_likely, int threads,
                    std::stop_token stop) {
  const Problem& one = problem.classes[which].problem;
  const Volume made = make_volume(one.mask.grid, VoxelType::uint8);
  const auto out = made.voxels<std::uint8_t>();
  const auto channel = one.prediction.voxels<float>();
  const float level = one.kind == PredictionKind::logit ? 0.0F : 0.5F;
  const bool softmax = problem.activation == Activation::softmax;
  const std::int32_t* classes = softmax ? most_likely.voxels<std::int32_t>().data() : nullptr;
  parallel_pieces(one.mask.grid.voxels(), kVoxels, threads, std::move(stop), [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      out[i] = (softmax ? classes[i] == static_cast<std::int32_t>(which) : channel[i] > level) ? 1 : 0;
    }
  });
  return made;
}

std::vector<double> class_sizes(const ClassProblem& problem) {
  std::vector<double> sizes;
  for (const ClassChannel& one : problem.classes) {
    const auto mask = one.problem.mask.voxels<std::uint8_t>();
    sizes.push_back(static_cast<double>(cpu_kernels().positives(mask.data(), std::ssize(mask))));
  }
  return sizes;
}

}  // namespace lossscope
