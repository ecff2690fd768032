// SPDX-License-Identifier: Apache-2.0
#include "losses/guide/candidates.h"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <utility>

namespace lossscope {
namespace {

struct Variant {
  std::string_view id, name, loss;
  std::array<std::pair<std::string_view, double>, 2> set;
};

// Combo's cross-entropy is weighed 0.5 for both classes, so that 2/3 of it is as much as 1/3 of Dice.
constexpr std::array kVariants{
    Variant{"dice_ce", "Dice + cross-entropy", "combo", {{{"alpha", 2.0 / 3}, {"beta", 0.5}}}},
    Variant{"tversky_fp", "Tversky, false alarms 0.7, misses 0.3", "tversky", {{{"alpha", 0.7}, {"beta", 0.3}}}},
    Variant{"wce_fp", "Weighted cross-entropy, mask 0.5", "wce", {{{"beta", 0.5}, {"beta", 0.5}}}}};

Candidate made_from(const Variant& variant) {
  Candidate made{std::string(variant.id), std::string(variant.name), find_loss(variant.loss), {}};
  made.parameters = made.loss->defaults();
  for (const auto& [id, value] : variant.set) {
    made.parameters[made.loss->parameter(id).value()] = value;
  }
  return made;
}

}  // namespace

const std::vector<Candidate>& candidates() {
  static const std::vector<Candidate> kAll = [] {
    std::vector<Candidate> all;
    for (const Loss* loss : all_losses()) {
      const Declaration& declaration = loss->declaration();
      all.push_back({std::string(declaration.id), std::string(declaration.name), loss, loss->defaults()});
    }
    for (const Variant& variant : kVariants) {
      all.push_back(made_from(variant));
    }
    return all;
  }();
  return kAll;
}

const Candidate& candidate(std::string_view id) {
  const auto found = std::ranges::find(candidates(), id, &Candidate::id);
  if (found == candidates().end()) {
    throw std::logic_error("the guide has no candidate '" + std::string(id) + "'");
  }
  return *found;
}

const Candidate& baseline_candidate() { return candidate("dice_ce"); }
const Candidate& reference_candidate() { return candidate("bce"); }

}  // namespace lossscope
