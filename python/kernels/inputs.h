// SPDX-License-Identifier: Apache-2.0
// What came from Python, checked before anything is computed: arrays are foreign.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope::python {

/// Input that the command line refuses, too; the code is the same. Becomes lossscope.Refused.
struct Refusal : std::runtime_error {
  Refusal(std::string stable_code, std::string why, std::string what_to_do)
      : runtime_error(why + ": " + what_to_do),
        code(std::move(stable_code)),
        reason(std::move(why)),
        remedy(std::move(what_to_do)) {}
  std::string code, reason, remedy;
};

/// What was done to an input without being asked.
struct Assumption {
  std::string code, text;
};

/// Voxels in memory of somebody else, who keeps it as long as this is used: one or more voxels along (k, j, i), i
/// fastest, without gaps.
template <class T>
struct Voxels {
  T* data = nullptr;
  std::array<std::int64_t, 3> size{};  ///< k, j, i
};

/// Whether every voxel is 0 or 1.
[[nodiscard]] bool is_binary(const Voxels<const std::uint8_t>& mask, int threads);

/// A mask and a prediction that can be evaluated.
struct Inputs {
  Problem problem;
  std::vector<Assumption> assumptions;
};

/// `counts` may be empty; all are of one size; `spacing` is (k, j, i) in millimetres. A float32 prediction is used
/// where it lies, unless values just outside [0, 1] are clamped, or voxels that do not count are not finite: then it is
/// copied. Throws std::invalid_argument for sizes that differ, a mask that is not 0 and 1, or a spacing that is no
/// length; Refusal E_PREDICTION_NAN for a prediction that is not finite where it counts, E_RANGE for one that is no
/// probability.
[[nodiscard]] Inputs checked_inputs(const Voxels<const std::uint8_t>& mask, const Voxels<const float>& prediction,
                                    const std::optional<Voxels<const std::uint8_t>>& counts, PredictionKind kind,
                                    const std::array<double, 3>& spacing, int threads);

}  // namespace lossscope::python
