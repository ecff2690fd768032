// SPDX-License-Identifier: Apache-2.0
// What a loss and its gradients should be, by losses/drivers/autograd/formulas.h in float64. Plain numbers come out, so
// that the tests need no LibTorch to compile.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope::reference {

/// Whether autograd's formulas have this loss: one that they do not have yet is held against nothing independent.
bool knows(const std::string& id);

struct Gradients {
  double value = 0;
  std::vector<double> probability, logit;  ///< dL/dp and dL/dz of every voxel
};

/// Value and gradients of a problem by autograd, on tensors of those voxels alone that count; dL/dz by way of z =
/// logit(p) and softplus. Where no voxel counts, 0.
Gradients gradients(const std::string& id, const std::vector<double>& parameters, const Problem& problem,
                    const std::vector<FieldPtr>& fields);

/// Value of a loss for the probabilities `p`, one a voxel, in place of the problem's own.
double value(const std::string& id, const std::vector<double>& parameters, const Problem& problem,
             const std::vector<FieldPtr>& fields, std::span<const double> p);

/// Largest difference between a map and what it should be, relative to the latter's largest entry, which counts as
/// 1e-20 at least: below it, a reference's logit of +-600 is not yet infinity. Infinite where either is not finite.
double worst(std::span<const float> map, std::span<const double> expected);

}  // namespace lossscope::reference
