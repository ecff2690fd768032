// SPDX-License-Identifier: Apache-2.0
// Where the volumes of a case come from.
#pragma once

#include <functional>
#include <stop_token>
#include <vector>

#include "app/session/case_choice.h"

namespace lossscope {

/// Reads a file or one of the samples; the hints are what the case knows of it. Throws Refusal and Cancelled.
using FileReader =
    std::function<LoadedVolume(const InputChoice&, const ReadingHints&, Role, const Progress&, std::stop_token)>;
/// The same of a prediction whose components are classes: each as a volume of its own, all of them read at once.
using ChannelReader =
    std::function<std::vector<LoadedVolume>(const InputChoice&, const ReadingHints&, const Progress&, std::stop_token)>;
/// The prediction (float32 logits) that a descent has at a lane and step; an empty volume when it is gone.
using RunStates = std::function<Volume(const FromRun&)>;

/// The reader of the program: files through lossscope-reader, "sample:phantom" generated, "sample:mni-head" from the
/// installed sample.
[[nodiscard]] LoadedVolume read_input(const InputChoice& input, const ReadingHints& hints, Role role,
                                      const Progress& progress, std::stop_token stop);

/// The channels of a prediction's file, through lossscope-reader.
[[nodiscard]] std::vector<LoadedVolume> read_input_channels(const InputChoice& input, const ReadingHints& hints,
                                                            const Progress& progress, std::stop_token stop);

/// All that a case can be made of; called on the thread that loads.
struct Sources {
  FileReader files = read_input;
  ChannelReader channels = read_input_channels;
  RunStates runs{};
  ModelPolicy models{};  ///< none is trusted unless it says so
};

}  // namespace lossscope
