// SPDX-License-Identifier: Apache-2.0
// A case with several classes: the labels of its mask against the channels of its prediction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/engine/case_loader.h"
#include "losses/classes/class_problem.h"

namespace lossscope {

/// One of the files of a prediction that has one a channel.
struct ChannelFile {
  std::string path, sha256;
};

/// The classes of a case, ready for evaluate_classes.
struct ClassCase {
  CaseDataPtr data;  ///< of the first class, with the assumptions and decided answers of all
  ClassProblem problem;
  std::vector<std::vector<std::int64_t>> labels;  ///< of each channel
  std::vector<ChannelFile> files{};               ///< in the order of the channels; empty where one file holds all
};

/// Loads every channel by the questions and answers of a binary case. A prediction of one component that holds whole
/// numbers is a map of labels, and a mask that is degraded one for each class. Logits of a softmax are made binary.
/// Throws Refusal (E_CHANNELS where channels and labels cannot be told to belong together, E_ACTIVATION where a softmax
/// was said of probabilities that do not add up to 1, and whatever loading a case refuses), Cancelled, std::bad_alloc.
/// `loader` keeps what it read; the session's own classes are not looked at.
[[nodiscard]] ClassCase load_classes(CaseLoader& loader, const Session& session, const ClassChoice& choice,
                                     const Progress& progress = {}, const Stops& stops = {}, int threads = 0);

}  // namespace lossscope
