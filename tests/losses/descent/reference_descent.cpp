// SPDX-License-Identifier: Apache-2.0
#include "tests/losses/descent/reference_descent.h"

#include <torch/optim/adam.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/losses/cases.h"
#include "tests/losses/reference.h"

namespace lossscope::reference {

struct Descent::State {
  torch::Tensor gradient() {
    problem.prediction = make_volume(problem.mask.grid, VoxelType::float32);
    const auto to = problem.prediction.voxels<float>();
    const auto from = z.detach().to(torch::kFloat32).contiguous();
    std::copy_n(from.data_ptr<float>(), to.size(), to.begin());
    const auto parameters = loss.defaults();
    const auto slopes = gradients(std::string(loss.declaration().id), parameters, problem,
                                  testing::fields_for(loss, parameters, problem))
                            .logit;
    return torch::tensor(slopes, torch::kFloat64);
  }

  const Loss& loss;
  Problem problem;
  DescentSettings settings;
  torch::Tensor z{};
  double unit = 1;
  std::unique_ptr<torch::optim::Adam> adam{};
};

Descent::Descent(const Loss& loss, const Problem& start, const DescentSettings& settings)
    : state_(new State{loss, start, settings}) {
  const auto values = start.prediction.voxels<float>();
  const auto p = torch::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}).to(torch::kFloat64);
  const torch::Tensor z = start.kind == PredictionKind::logit ? p : torch::logit(p);
  if (settings.confidence) {
    const double limit = std::log(*settings.confidence / (1 - *settings.confidence));
    state_->z = z.clamp(-limit, limit);
  } else {  // only what is infinite is held, at the largest float32 probability below 1
    const double largest = std::log((1 - 0x1p-24) / 0x1p-24);
    state_->z = torch::where(z.isinf(), z.sign() * largest, z);
  }
  state_->problem.kind = PredictionKind::logit;
  state_->unit = 1 / state_->gradient().abs().max().item<double>();
  state_->z.requires_grad_(true);
  state_->adam =
      std::make_unique<torch::optim::Adam>(std::vector{state_->z}, torch::optim::AdamOptions(settings.rate).eps(1e-8));
}

Descent::~Descent() = default;

void Descent::step() {
  const torch::Tensor scaled = state_->gradient() * state_->unit;
  if (state_->settings.optimiser == Optimiser::adam) {
    state_->z.mutable_grad() = scaled;
    state_->adam->step();
  } else {
    const torch::NoGradGuard off;
    state_->z -= state_->settings.rate * scaled;
  }
}

std::vector<double> Descent::logits() const {
  const auto z = state_->z.detach().contiguous();
  const double* first = z.data_ptr<double>();
  return {first, first + z.numel()};
}

}  // namespace lossscope::reference
