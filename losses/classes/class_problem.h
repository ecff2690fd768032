// SPDX-License-Identifier: Apache-2.0
// Several classes of one case (losses.md section 6): each is a binary problem of its own.
#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "losses/evaluate.h"

namespace lossscope {

/// What makes probabilities of a network's channels: softmax, whose classes exclude each other, or a sigmoid for each.
enum class Activation : std::uint8_t { softmax, sigmoid };

/// One class: a label or a set of labels against one channel of the prediction.
struct ClassChannel {
  std::string name;
  bool background = false;
  bool chosen = true;  ///< whether a loss is asked of it; with softmax its channel is needed all the same
  Problem problem;     ///< mask: the voxels of the class; prediction: its channel
  Volume logit{};      ///< of a softmax whose logits were made binary: the channel as it was
};

/// All channels of a prediction, on one grid, of one kind and with the same voxels that count.
struct ClassProblem {
  std::vector<ClassChannel> classes;
  Activation activation = Activation::softmax;
};

/// Throws std::invalid_argument where there is no class, or where grids, kinds or voxels that count differ.
void check_classes(const ClassProblem& problem);

/// The logits of a softmax as binary ones: z_c - ln sum of exp z_k over the other classes, whose sigmoid is the softmax
/// probability of c. 1 - p_c is then a sum of the others and never a difference, also where p_c is 1 in float. One
/// class alone is certain: its logit is kSureOdds, the largest there is. New volumes; `problem` must be of logits.
/// `threads` 0 means all; the same bits for any number. Throws Cancelled, and as check_classes.
[[nodiscard]] ClassProblem softmax_as_binary(const ClassProblem& problem, int threads = 0, std::stop_token stop = {});
inline constexpr double kSureOdds = 1000;

/// Whether probabilities add up to 1 within `tolerance` at every voxel that counts: those of a softmax do.
[[nodiscard]] bool adds_up_to_one(const ClassProblem& problem, double tolerance = 0.01, int threads = 0,
                                  std::stop_token stop = {});

/// int32: at each voxel the place in `problem.classes` of the class of largest probability; of equals the first.
/// Logits of a softmax must have been made binary (their order is the same).
[[nodiscard]] Volume most_likely_class(const ClassProblem& problem, int threads = 0, std::stop_token stop = {});

/// uint8 1 and 0: whether the prediction has the class at a voxel: the most likely one of a softmax, else p > 0.5.
/// `most_likely` as of most_likely_class; may be empty for a sigmoid.
[[nodiscard]] Volume predicted_as(const ClassProblem& problem, std::size_t which, const Volume& most_likely,
                                  int threads = 0, std::stop_token stop = {});

/// How many voxels that count belong to each class.
[[nodiscard]] std::vector<double> class_sizes(const ClassProblem& problem);

}  // namespace lossscope
