// SPDX-License-Identifier: Apache-2.0
// Which labels of a case are classes, each against a channel of its prediction, and how a loss combines them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losses/classes/class_evaluation.h"

namespace lossscope {

/// A class that consists of several labels; regions may overlap (BraTS: whole tumour = 1, 2, 4).
struct ClassRegion {
  std::string name;
  std::vector<std::int64_t> labels;
  bool operator==(const ClassRegion&) const = default;
};

/// Which classes are asked about.
struct ClassChoice {
  enum class Which : std::uint8_t { all, foreground, listed } which = Which::all;
  std::vector<std::int64_t> listed{};      ///< labels, for Which::listed
  std::vector<ClassRegion> regions{};      ///< where given, channel c is the region at place c
  std::optional<Activation> activation{};  ///< not said: found out from the channels
  ClassCombination combination{};          ///< of every loss, and of every part of a sum
  bool operator==(const ClassChoice&) const = default;
};

}  // namespace lossscope
