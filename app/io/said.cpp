// SPDX-License-Identifier: Apache-2.0
#include "app/io/said.h"

#include <cmath>

namespace lossscope {

void Said::wrong_unless(bool right, const char* what) const {
  if (!right) {
    throw Nonsense(where_ + " is " + what);
  }
}

Said Said::at(const char* member) const {
  wrong_unless(json_.is_object(), "no object");
  const auto found = json_.find(member);
  if (found == json_.end()) {
    throw Nonsense(where_ + " has no '" + member + "'");
  }
  return Said(*found, std::string("'") + member + "'");
}

Said Said::at(std::size_t index) const {
  wrong_unless(json_.is_array() && index < json_.size(), "a list that is too short");
  return Said(json_[index], where_ + "[" + std::to_string(index) + "]");
}

std::size_t Said::length(std::size_t most) const {
  wrong_unless(json_.is_array() && json_.size() <= most, "no list, or too long");
  return json_.size();
}

std::string Said::text(std::size_t most) const {
  wrong_unless(json_.is_string(), "no text");
  const auto& text = json_.get_ref<const std::string&>();
  wrong_unless(text.size() <= most, "too long");
  return text;
}

bool Said::truth() const {
  wrong_unless(json_.is_boolean(), "neither true nor false");
  return json_.get<bool>();
}

std::int64_t Said::whole(std::int64_t least, std::int64_t most) const {
  // A number beyond 2^63 is stored as unsigned, and would come back negative.
  wrong_unless(json_.is_number_integer() && !(json_.is_number_unsigned() && json_.get<std::uint64_t>() >> 63U != 0),
               "no whole number");
  const auto value = json_.get<std::int64_t>();
  wrong_unless(value >= least && value <= most, "out of range");
  return value;
}

double Said::number(double least, double most) const {
  wrong_unless(json_.is_number(), "no number");
  const auto value = json_.get<double>();
  wrong_unless(std::isfinite(value) && value >= least && value <= most, "out of range");
  return value;
}

}  // namespace lossscope
