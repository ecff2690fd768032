// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "app/reader/gates/question.h"
#include "basics/displayable.h"

namespace lossscope::reader {

/// A named refusal: why a file cannot be taken, what to do, and the ways out that a person can choose.
struct Refused : std::runtime_error {
  Refused(std::string code_, const Displayable& reason, Displayable remedy_, std::vector<Choice> choices_ = {})
      : std::runtime_error(reason), code(std::move(code_)), remedy(std::move(remedy_)), choices(std::move(choices_)) {}
  std::string code;
  Displayable remedy;
  std::vector<Choice> choices;
};

/// What a person should know was taken for granted.
struct Note {
  std::string code;
  Displayable text;
};

}  // namespace lossscope::reader
