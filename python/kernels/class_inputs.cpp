// SPDX-License-Identifier: Apache-2.0
#include "python/kernels/class_inputs.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <utility>

#include "losses/outputs.h"
#include "losses/parallel.h"

namespace lossscope::python {
namespace {

constexpr std::int64_t kPiece = 1 << 18;

void check_labels(const Voxels<const std::uint8_t>& labels, std::size_t channels, int threads) {
  std::atomic<int> wrong{-1};
  parallel_pieces(labels.size[0] * labels.size[1] * labels.size[2], kPiece, threads, {},
                  [&](std::int64_t begin, std::int64_t end) {
                    for (std::int64_t i = begin; i < end; ++i) {
                      if (labels.data[i] >= channels && labels.data[i] != kNoChannel) {
                        wrong = labels.data[i];
                      }
                    }
                  });
  if (wrong >= 0) {
    throw std::invalid_argument("the mask holds " + std::to_string(wrong) + ", and the prediction has " +
                                std::to_string(channels) + " channels, from 0");
  }
}

/// Where a voxel is of a channel's class, in memory of its own.
Volume voxels_of(const Voxels<const std::uint8_t>& labels, std::size_t channel, int threads) {
  Grid grid;
  std::ranges::reverse_copy(labels.size, grid.size.begin());
  Volume mask = make_output(grid, VoxelType::uint8);
  const auto out = mask.voxels<std::uint8_t>();
  parallel_pieces(grid.voxels(), kPiece, threads, {}, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      out[static_cast<std::size_t>(i)] = labels.data[i] == channel ? 1 : 0;
    }
  });
  return mask;
}

/// What is said of several channels alike is said once.
void add(std::vector<Assumption>& all, std::vector<Assumption> more, std::size_t channel) {
  for (Assumption& assumption : more) {
    all.push_back({std::move(assumption.code), "channel " + std::to_string(channel) + ": " + assumption.text});
  }
}

}  // namespace

ClassInputs checked_classes(const std::vector<Voxels<const std::uint8_t>>& labels,
                            const std::vector<Voxels<const float>>& channels,
                            const std::optional<Voxels<const std::uint8_t>>& counts, PredictionKind kind,
                            Activation activation, std::optional<std::size_t> background,
                            const std::array<double, 3>& spacing, int threads) {
  if (channels.empty() || channels.size() >= kNoChannel || (labels.size() != 1 && labels.size() != channels.size())) {
    throw std::invalid_argument("a prediction has 1 to 254 channels, and one mask of labels or one for each channel");
  }
  const bool of_labels = labels.size() == 1;  // of one channel, too: its label is 0
  if (of_labels) {
    check_labels(labels.front(), channels.size(), threads);
  }
  ClassInputs inputs;
  inputs.problem.activation = activation;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const Volume mask = of_labels ? voxels_of(labels.front(), c, threads) : Volume();
    const auto where =
        of_labels ? Voxels<const std::uint8_t>{mask.voxels<std::uint8_t>().data(), labels.front().size} : labels[c];
    Inputs one = checked_inputs(where, channels[c], counts, kind, spacing, threads);
    if (of_labels) {
      one.problem.mask.data = mask.data;  // which owns its memory
    }
    add(inputs.assumptions, std::move(one.assumptions), c);
    inputs.problem.classes.push_back({std::to_string(c), c == background, true, std::move(one.problem)});
  }
  check_classes(inputs.problem);
  if (activation == Activation::softmax && kind == PredictionKind::logit) {
    inputs.problem = softmax_as_binary(inputs.problem, threads);
  } else if (activation == Activation::softmax && !adds_up_to_one(inputs.problem, 0.01, threads)) {
    throw Refusal("E_ACTIVATION", "the channels' probabilities do not add up to 1, as those of a softmax do",
                  "say activation=\"sigmoid\" if classes may overlap, or kind=\"logit\" if the softmax is still to be "
                  "applied");
  }
  return inputs;
}

}  // namespace lossscope::python
