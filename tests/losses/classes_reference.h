// SPDX-License-Identifier: Apache-2.0
// What a loss over classes and its gradients should be: softmax, combination and gradients by LibTorch's autograd in
// float64, each loss by losses/drivers/autograd/formulas.h.
#pragma once

#include <string>
#include <vector>

#include "losses/classes/class_problem.h"

namespace lossscope::reference {

/// How the classes are to be combined.
struct ClassRule {
  bool true_class = false;      ///< each voxel by its own class alone
  bool adds_up = false;         ///< of those: the sum over the voxels, not their mean
  std::vector<double> weights;  ///< of each channel; 0: it does not enter
};

struct ClassGradients {
  double value = 0;
  std::vector<std::vector<double>> probability, logit;  ///< of each channel: dL/dp and dL/dz of every voxel
};

/// `problem` as it was read: logits of a softmax are not made binary. `fields`: those of each class.
ClassGradients class_gradients(const std::string& id, const std::vector<double>& parameters,
                               const ClassProblem& problem, const std::vector<std::vector<FieldPtr>>& fields,
                               const ClassRule& rule);

/// nnU-Net's DC_and_CE_loss of softmax logits: cross-entropy of all classes minus the mean Dice of all but the first,
/// smoothed by 1e-5, written for itself. All voxels must count.
ClassGradients dice_and_cross_entropy(const ClassProblem& problem);

}  // namespace lossscope::reference
