// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace lossscope {

/// Numbers that are made once and then shared, never copied nor changed: a slice on its way from the worker to the
/// screen. Reads like a const std::vector<float>; empty by default.
class SharedValues {
 public:
  SharedValues() = default;
  SharedValues(std::vector<float> values)  // NOLINT: converts on purpose
      : values_(values.empty() ? nullptr : std::make_shared<const std::vector<float>>(std::move(values))) {}
  operator const std::vector<float>&() const { return get(); }  // NOLINT: converts on purpose

  [[nodiscard]] bool empty() const { return values_ == nullptr; }
  [[nodiscard]] std::size_t size() const { return get().size(); }
  [[nodiscard]] const float* data() const { return get().data(); }
  [[nodiscard]] auto begin() const { return get().begin(); }
  [[nodiscard]] auto end() const { return get().end(); }
  [[nodiscard]] float operator[](std::size_t at) const { return (*values_)[at]; }
  void clear() { values_.reset(); }

  /// Whether both are one and the same, not merely equal.
  [[nodiscard]] bool is(const SharedValues& other) const { return values_ == other.values_; }
  friend bool operator==(const SharedValues& a, const SharedValues& b) { return a.is(b) || a.get() == b.get(); }

 private:
  [[nodiscard]] const std::vector<float>& get() const {
    static const std::vector<float> kNone;
    return values_ ? *values_ : kNone;
  }

  std::shared_ptr<const std::vector<float>> values_;
};

}  // namespace lossscope
