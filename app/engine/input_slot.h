// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/engine/frame.h"

namespace lossscope {

/// A file as it was read; read again only for another path, another answer that reading needs, or when a session says
/// that it was another file.
struct InputSlot {
  std::string path;
  Answers answers;
  std::string sha256;                          ///< that a session expects
  std::shared_ptr<const LoadedVolume> loaded;  ///< null for an empty path

  /// True when the input is another one than before.
  bool update(const InputChoice& input, const std::function<LoadedVolume()>& read) {
    if (input.path == path && input.answers.of_reading() == answers && input.sha256 == sha256 &&
        (loaded || path.empty())) {
      return false;
    }
    loaded.reset();  // frees the old volume before the new one is read
    path = input.path;
    answers = input.answers.of_reading();
    sha256 = input.sha256;
    if (!path.empty()) {
      LoadedVolume volume = read();
      if (!sha256.empty() && sha256 != volume.sha256) {
        volume.assumptions.push_back({"W_CHANGED", displayable(std::filesystem::path(path).filename().string()) +
                                                       ": it is not the file that the session was saved with; what is "
                                                       "shown may differ from then"});
      }
      loaded = std::make_shared<LoadedVolume>(std::move(volume));
    }
    return true;
  }
};

}  // namespace lossscope
