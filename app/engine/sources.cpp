// SPDX-License-Identifier: Apache-2.0
#include "app/engine/sources.h"

#include <string>
#include <string_view>
#include <utility>

namespace lossscope {
namespace {

constexpr std::string_view kPhantom = "sample:phantom", kMniHead = "sample:mni-head";

LoadedVolume read_file(const std::string& path, const InputChoice& input, const ReadingHints& hints, Role role,
                       const Progress& progress, std::stop_token stop) {
  ReadRequest request;
  request.path = path;
  request.role = role;
  request.answers = input.answers;
  request.hints = hints;
  return read_volume(request, progress, std::move(stop));
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
    return read_file(role == Role::image ? sample->image : sample->mask, input, hints, role, progress, std::move(stop));
  }
  return read_file(input.path, input, hints, role, progress, std::move(stop));
}

}  // namespace lossscope
