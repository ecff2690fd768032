// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace lossscope::gallery {

/// One line of pictures.json: what to open, how it is looked at, and by which front.
struct Wanted {
  std::string name;
  std::string which;  ///< ct, small-ct, head, retina, phantom or atlas
  nlohmann::ordered_json session =
      nlohmann::ordered_json::object();  ///< a merge patch on the case's own session, for the window
  std::vector<std::string> render;       ///< arguments of `lossscope render`; empty: a screenshot of the window
  std::string size = "1600x1000", theme = "dark";
  double scale = 1;       ///< QT_SCALE_FACTOR
  bool baseline = false;  ///< compared by gallery_test
};

/// Reads the list. Throws std::runtime_error that says what is wrong with which line.
[[nodiscard]] std::vector<Wanted> read_list(const std::string& path);

/// Takes the pictures: writes the cases and sessions that they need below a folder, once.
class Photographer {
 public:
  /// `program`: lossscope; its window needs a display (resources/setup/with-display).
  Photographer(std::string program, std::string folder) : program_(std::move(program)), folder_(std::move(folder)) {}
  /// Writes `path` (.png). Returns what went wrong, empty for nothing.
  [[nodiscard]] std::string take(const Wanted& wanted, const std::string& path);

 private:
  [[nodiscard]] nlohmann::ordered_json session_of(const std::string& which);

  std::string program_, folder_;
};

}  // namespace lossscope::gallery
