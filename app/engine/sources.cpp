// SPDX-License-Identifier: Apache-2.0
#include "app/engine/sources.h"

#include <string>
#include <string_view>
#include <utility>

#include "app/io/dataset_names.h"
#include "basics/file_name.h"

namespace lossscope {
namespace {

constexpr std::string_view kPhantom = "sample:phantom", kMniHead = "sample:mni-head";

ReadRequest request_for(const std::string& path, const InputChoice& input, const ReadingHints& hints, Role role) {
  ReadRequest request;
  request.path = path;
  request.role = role;
  request.answers = input.answers;
  request.hints = hints;
  return request;
}

/// The one of a prediction's files, one a channel, that stands for the structure. Throws Refusal E_COMPONENTS where
/// nobody said which.
InputChoice chosen_channel(const InputChoice& input) {
  std::vector<std::string> files{input.path};
  files.insert(files.end(), input.more_channels.begin(), input.more_channels.end());
  InputChoice one = input;
  one.more_channels.clear();
  one.answers.forget(Question::component);
  const std::string answer(input.answers.to(Question::component));
  std::vector<Choice> choices;
  for (std::size_t c = 0; c < files.size(); ++c) {
    if (answer == std::to_string(c)) {
      one.path = files[c];
      return one;
    }
    choices.push_back({Question::component, std::to_string(c), shown_name(files[c]),
                       "Compares the structure with " + shown_name(files[c]) + " alone.", false});
  }
  throw Refusal("E_COMPONENTS", input.path,
                "the prediction has " + std::to_string(files.size()) + " files, one a channel",
                "choose a component from 0 to " + std::to_string(files.size() - 1) +
                    " (--component N), or, for all of them, --classes all",
                std::move(choices), Role::prediction);
}

}  // namespace

LoadedVolume read_input(const InputChoice& input, const ReadingHints& hints, Role role, const Progress& progress,
                        std::stop_token stop) {
  if (input.path == kPhantom) {
    return role == Role::image ? phantom_image() : phantom_labels();
  }
  if (input.path == kMniHead) {
    const auto sample = mni_head();
    if (!sample) {
      throw Refusal("E_SAMPLE", input.path, "the sample is not installed", "install the package mricron-data");
    }
    const std::string& path = role == Role::image ? sample->image : sample->mask;
    return read_volume(request_for(path, input, hints, role), progress, std::move(stop));
  }
  if (!input.more_channels.empty()) {
    const InputChoice one = chosen_channel(input);
    LoadedVolume volume = read_volume(request_for(one.path, one, hints, role), progress, std::move(stop));
    volume.taken.insert(Question::component);
    volume.assumptions.push_back({"W_COMPONENT", shown_name(one.path) + ": it was taken, one of the prediction's " +
                                                     std::to_string(1 + input.more_channels.size()) +
                                                     " files, one a channel"});
    return volume;
  }
  LoadedVolume volume = read_volume(request_for(input.path, input, hints, role), progress, std::move(stop));
  if (role == Role::mask) {
    name_by_dataset(volume);
  }
  return volume;
}

std::vector<LoadedVolume> read_input_channels(const InputChoice& input, const ReadingHints& hints,
                                              const Progress& progress, std::stop_token stop) {
  std::vector<LoadedVolume> channels =
      read_channels(request_for(input.path, input, hints, Role::prediction), progress, stop);
  const auto check_is_one = [](const std::string& path, std::size_t count) {
    if (count != 1) {
      throw Refusal("E_CHANNELS", path,
                    "of a prediction with one file a channel it has " + std::to_string(count) + " channels",
                    "open it alone: it holds the channels of all classes", {}, Role::prediction);
    }
  };
  if (!input.more_channels.empty()) {
    check_is_one(input.path, channels.size());
  }
  for (const std::string& path : input.more_channels) {
    std::vector<LoadedVolume> next = read_channels(request_for(path, input, hints, Role::prediction), progress, stop);
    check_is_one(path, next.size());
    channels.push_back(std::move(next.front()));
  }
  return channels;
}

}  // namespace lossscope
