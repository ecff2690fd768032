// SPDX-License-Identifier: Apache-2.0
// States of a demo: JSON that changes a session. Only for demo*.cpp.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/session/demo.h"

namespace lossscope {

/// The session so far as JSON, changed by one block after the other.
class StateChain {
 public:
  explicit StateChain(std::string folder);

  /// Applies the JSON text of a block. Throws std::invalid_argument, which names the member that is wrong in quotes.
  void change(const std::string& body);
  [[nodiscard]] Session session() const;
  /// What the last block sets going; nothing once it was asked for.
  [[nodiscard]] DemoPlay take_play();
  /// What the last block speaks of; nothing once it was asked for.
  [[nodiscard]] std::vector<Spoken> take_spoken();

 private:
  std::string folder_;
  nlohmann::ordered_json state_;
  DemoPlay play_;
  std::vector<Spoken> spoken_;
};

/// The merge patch (RFC 7386) that turns one JSON into another.
[[nodiscard]] nlohmann::ordered_json merge_patch_between(const nlohmann::ordered_json& from,
                                                         const nlohmann::ordered_json& to);

/// In which line of a block the member stands that an error names, counted from 0; 0 when it does not name one.
[[nodiscard]] int line_of_error(const std::string& body, const std::string& error);

}  // namespace lossscope
