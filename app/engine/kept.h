// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>

namespace lossscope {

/// A value beside the key that it was made from: made again for another key alone. Keys are compared by `==`, so that
/// whatever a value depends on belongs into its key.
template <class Key, class Value>
class Kept {
 public:
  /// The value for `key`; make() is called when another one is kept, or none. The old value goes first, so that its
  /// memory is free for the new one; when `make` throws, nothing is kept.
  template <class Make>
  const Value& get(Key key, const Make& make) {
    if (!made_ || !(made_->first == key)) {
      made_.reset();
      Value value = make();
      made_.emplace(std::move(key), std::move(value));
    }
    return made_->second;
  }

  /// What is kept; null when nothing is.
  [[nodiscard]] const Key* key() const { return made_ ? &made_->first : nullptr; }
  [[nodiscard]] const Value* value() const { return made_ ? &made_->second : nullptr; }
  [[nodiscard]] Value* value() { return made_ ? &made_->second : nullptr; }
  void forget() { made_.reset(); }

 private:
  std::optional<std::pair<Key, Value>> made_;
};

}  // namespace lossscope
