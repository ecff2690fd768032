// SPDX-License-Identifier: Apache-2.0
// Several channels and their classes as they came from Python, checked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losses/classes/class_problem.h"
#include "python/kernels/inputs.h"

namespace lossscope::python {

/// Classes that can be evaluated: logits of a softmax were made binary.
struct ClassInputs {
  ClassProblem problem;
  std::vector<Assumption> assumptions;
};

/// `labels`: at each voxel the channel that its class has, kNoChannel where no channel is its class's; or one mask of 0
/// and 1 for each channel, whose classes may then overlap. `background`: the channel of what is no structure, if there
/// is one. All are of one size, and otherwise as checked_inputs. Throws as that, std::invalid_argument for a label that
/// is no channel, and Refusal E_ACTIVATION where probabilities of a softmax do not add up to 1.
[[nodiscard]] ClassInputs checked_classes(const std::vector<Voxels<const std::uint8_t>>& labels,
                                          const std::vector<Voxels<const float>>& channels,
                                          const std::optional<Voxels<const std::uint8_t>>& counts, PredictionKind kind,
                                          Activation activation, std::optional<std::size_t> background,
                                          const std::array<double, 3>& spacing, int threads);
inline constexpr std::uint8_t kNoChannel = 255;

}  // namespace lossscope::python
