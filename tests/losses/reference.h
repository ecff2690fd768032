// SPDX-License-Identifier: Apache-2.0
// What a loss and its gradients should be: losses/drivers/autograd/formulas.h in float64, and its clamp of the
// logarithm.
#pragma once

#include <string>
#include <vector>

#include "losses/drivers/autograd/formulas.h"
#include "losses/evaluate.h"

namespace lossscope::reference {

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
