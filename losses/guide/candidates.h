// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

/// A loss with the parameters that the guide has in mind for it: the loss's own id and its defaults, or a variant of
/// it.
struct Candidate {
  std::string id;
  std::string name;  ///< as a person reads it
  const Loss* loss = nullptr;
  std::vector<double> parameters;  ///< in declaration order
};

/// Every loss at its defaults, in the registry's order, then the variants: "dice_ce" (Dice and cross-entropy, one to
/// one), "tversky_fp" and "wce_fp" (false alarms weigh more). Valid for the life of the program.
[[nodiscard]] const std::vector<Candidate>& candidates();
/// The candidate with this id. Throws std::logic_error when there is none.
[[nodiscard]] const Candidate& candidate(std::string_view id);

/// The compound that others are measured against first: "dice_ce".
[[nodiscard]] const Candidate& baseline_candidate();
/// Plain cross-entropy, whose shares of the gradient the others' are compared with.
[[nodiscard]] const Candidate& reference_candidate();

}  // namespace lossscope
