// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/session/session.h"

namespace lossscope {

/// A session and the undoable steps around it: a value.
struct History {
  struct Step {
    std::string text;  ///< what Edit > Undo calls it
    Session after;
    bool operator==(const Step&) const = default;
  };
  Session first;  ///< before all steps
  std::vector<Step> steps;
  std::size_t index = 0;  ///< so many of them are done; the others can be redone
  Session now;            ///< what is shown: the last step done, perhaps looked at from elsewhere
  bool operator==(const History&) const = default;
};

}  // namespace lossscope
