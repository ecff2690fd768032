// SPDX-License-Identifier: Apache-2.0
// Losses written a second time, independently of losses/functions: LibTorch tensors, textbook formulas, gradients by
// autograd. The tests hold ours against them in float64, `lossscope bench` times them in float32.
#pragma once

#include <torch/types.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope::autograd {

/// One image as tensors of shape (N): the probability and the cross-entropy are functions of whatever requires a
/// gradient, auxiliary fields are constants.
struct Image {
  torch::Tensor p, g;
  std::function<torch::Tensor()> l;        ///< cross-entropy of every voxel, computed where a formula asks for it
  std::function<torch::Tensor()> l_other;  ///< the same of the class that the voxel is not
  std::vector<torch::Tensor> fields;
  std::vector<std::array<double, 4>> scalars;
  double tiny = 1e-300;        ///< lower bound of bases of powers below 1: their slope is infinite at 0
  bool through_logit = false;  ///< the gradient is w.r.t. z: powers of l need no straight-through floor
};

/// Those of a flat tensor's entries, one a voxel of the problem, whose voxels count.
torch::Tensor counted_only(const torch::Tensor& values, const Problem& problem);

/// A problem's mask and fields where voxels count, as constants of type float32 or float64; p and l are left to the
/// caller.
Image constants(const Problem& problem, const std::vector<FieldPtr>& fields, torch::Dtype type);

/// Whether a loss is written here, too: one that is not yet can be used, but is held against nothing independent.
bool has_formula(const std::string& id);

/// Cross-entropy of probabilities p against the mask g, float64; the clamp acts on the value, and straight through on
/// the gradient.
torch::Tensor clamped_cross_entropy(const torch::Tensor& p, const torch::Tensor& g);

/// Value of a loss with parameters in declaration order; a scalar tensor. Throws std::out_of_range for an unknown id.
torch::Tensor value(const std::string& id, const std::vector<double>& parameters, const Image& image);

}  // namespace lossscope::autograd
