// SPDX-License-Identifier: Apache-2.0
#include "app/engine/sources.h"

#include <string>
#include <string_view>
#include <utility>

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
  return read_volume(request_for(input.path, input, hints, role), progress, std::move(stop));
}

std::vector<LoadedVolume> read_input_channels(const InputChoice& input, const ReadingHints& hints,
                                              const Progress& progress, std::stop_token stop) {
  return read_channels(request_for(input.path, input, hints, Role::prediction), progress, std::move(stop));
}

}  // namespace lossscope
