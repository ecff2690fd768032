// SPDX-License-Identifier: Apache-2.0
// Losses written a second time, independently: float64 LibTorch tensors, textbook formulas, gradients by autograd.
#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope::reference {

/// One image as tensors of shape (N): the probability and the cross-entropy are functions of whatever requires a
/// gradient, auxiliary fields are constants.
struct Image {
  torch::Tensor p, l, g;
  std::vector<torch::Tensor> fields;
  std::vector<std::array<double, 4>> scalars;
  bool through_logit = false;  ///< the gradient is w.r.t. z: powers of l need no floor
};

/// Value of a loss with parameters in declaration order; a scalar tensor. Throws std::out_of_range for an unknown id.
torch::Tensor value(const std::string& id, const std::vector<double>& parameters, const Image& image);

/// Cross-entropy of probabilities; the clamp acts on the value, and straight through on the gradient.
torch::Tensor clamped_cross_entropy(const torch::Tensor& p, const torch::Tensor& g);

struct Gradients {
  double value;
  torch::Tensor probability, logit;  ///< dL/dp and dL/dz, (N), float64
};

/// Value and gradients of a problem by autograd; dL/dz by way of z = logit(p) and softplus.
Gradients gradients(const std::string& id, const std::vector<double>& parameters, const Problem& problem,
                    const std::vector<FieldPtr>& fields);

}  // namespace lossscope::reference
