// SPDX-License-Identifier: Apache-2.0
#include "app/engine/sources.h"

#include <string>
#include <string_view>
#include <utility>

#include "app/engine/hinted_reading.h"
#include "app/io/read_with_hints.h"

namespace lossscope {
namespace {

constexpr std::string_view kPhantom = "sample:phantom", kMniHead = "sample:mni-head";

LoadedVolume read_file(const std::string& path, const InputChoice& input, const ReadingHints& hints, Role role,
                       const Progress& progress, std::stop_token stop) {
  ReadRequest request;
  request.path = path;
  request.role = role;
  request.answers = input.answers;
  return read_with_hints(request, hints, progress, std::move(stop));
}

LoadedVolume read_any_input(const InputChoice& input, const ReadingHints& hints, Role role, const Progress& progress,
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

}  // namespace

LoadedVolume read_input(const InputChoice& input, Role role, const Progress& progress, std::stop_token stop) {
  return read_any_input(input, {}, role, progress, std::move(stop));
}

LoadedVolume read_hinted(const FileReader& files, const InputChoice& input, const ReadingHints& hints, Role role,
                         const Progress& progress, std::stop_token stop) {
  using Own = LoadedVolume (*)(const InputChoice&, Role, const Progress&, std::stop_token);
  const Own* own = files.target<Own>();
  return own != nullptr && *own == read_input ? read_any_input(input, hints, role, progress, std::move(stop))
                                              : files(input, role, progress, std::move(stop));
}

}  // namespace lossscope
