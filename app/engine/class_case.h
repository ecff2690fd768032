// SPDX-License-Identifier: Apache-2.0
// A case with several classes: the labels of its mask against the channels of its prediction.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/engine/case_loader.h"
#include "losses/classes/class_problem.h"

namespace lossscope {

/// A class that consists of several labels; regions may overlap (BraTS: whole tumour = 1, 2, 4).
struct ClassRegion {
  std::string name;
  std::vector<std::int64_t> labels;
};

/// Which classes are asked about.
struct ClassChoice {
  enum class Which : std::uint8_t { all, foreground, listed } which = Which::all;
  std::vector<std::int64_t> listed;      ///< labels, for Which::listed
  std::vector<ClassRegion> regions;      ///< where given, channel c is the region at place c
  std::optional<Activation> activation;  ///< not said: found out from the channels
};

/// The classes of a case, ready for evaluate_classes.
struct ClassCase {
  CaseDataPtr data;  ///< of the first class, with the assumptions and decided answers of all
  ClassProblem problem;
  std::vector<std::vector<std::int64_t>> labels;  ///< of each channel
};

/// Loads every channel by the questions and answers of a binary case. A prediction of one component that holds whole
/// numbers is a map of labels, and a mask that is degraded one for each class. Logits of a softmax are made binary.
/// Throws Refusal (E_CHANNELS where channels and labels cannot be told to belong together, E_ACTIVATION where a softmax
/// was said of probabilities that do not add up to 1, and whatever loading a case refuses), Cancelled, std::bad_alloc.
[[nodiscard]] ClassCase load_classes(const Session& session, const ClassChoice& choice, const Progress& progress = {},
                                     const std::stop_token& stop = {}, int threads = 0, Sources sources = {});

}  // namespace lossscope
