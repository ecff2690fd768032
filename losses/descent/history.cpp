// SPDX-License-Identifier: Apache-2.0
#include "losses/descent/history.h"

#include <algorithm>
#include <cmath>

#include "losses/outputs.h"

namespace lossscope {
namespace {

constexpr float kSteps = 512;  // of one logit

}  // namespace

std::size_t DescentHistory::bytes() const {
  return kept_.size() * static_cast<std::size_t>(grid_.voxels()) * sizeof(std::int16_t);
}

void DescentHistory::keep(std::int64_t step, const Volume& logits) {
  if (step % stride_ != 0) {
    return;
  }
  grid_ = logits.grid;
  if (first_.step < 0) {
    first_ = {step, logits};
    return;
  }
  const std::size_t one = static_cast<std::size_t>(grid_.voxels()) * sizeof(std::int16_t);
  while (kept_.size() > 1 && bytes() + one > budget_) {
    stride_ *= 2;
    std::erase_if(kept_, [this](const Kept& state) { return state.step % stride_ != 0; });
  }
  if (step % stride_ != 0) {
    return;
  }
  const auto from = logits.voxels<float>();
  Kept state{step, std::vector<std::int16_t>(from.size())};
  std::transform(from.begin(), from.end(), state.logits.begin(),
                 [](float z) { return static_cast<std::int16_t>(std::lround(std::clamp(z, -63.0F, 63.0F) * kSteps)); });
  kept_.push_back(std::move(state));
}

std::int64_t DescentHistory::kept(std::int64_t step) const {
  const auto after =
      std::upper_bound(kept_.begin(), kept_.end(), step, [](auto wanted, const Kept& k) { return wanted < k.step; });
  if (after != kept_.begin()) {
    return std::prev(after)->step;
  }
  return step >= first_.step ? first_.step : -1;
}

DescentHistory::State DescentHistory::at(std::int64_t step) const {
  const auto after =
      std::upper_bound(kept_.begin(), kept_.end(), step, [](auto wanted, const Kept& k) { return wanted < k.step; });
  if (after == kept_.begin()) {
    return step >= first_.step ? first_ : State{};
  }
  const Kept& found = *std::prev(after);
  State state{found.step, make_output(grid_, VoxelType::float32)};
  std::transform(found.logits.begin(), found.logits.end(), state.logits.voxels<float>().begin(),
                 [](std::int16_t z) { return static_cast<float>(z) / kSteps; });
  return state;
}

}  // namespace lossscope
