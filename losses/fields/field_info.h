// SPDX-License-Identifier: Apache-2.0
// Everything that is known of a kind of field, in one row each: adding one is an enumerator (declaration.h) and a row.
#pragma once

#include <span>
#include <stop_token>
#include <string_view>

#include "losses/evaluate.h"

namespace lossscope {

struct FieldInfo {
  FieldKind kind{};
  std::string_view id;         ///< as in `lossscope losses --json`
  std::string_view name;       ///< for people
  bool of_prediction = false;  ///< changes when the prediction does
  /// Throws Cancelled.
  Field (*compute)(const FieldRequest& request, const Problem& problem, const std::stop_token& stop) = nullptr;
};

/// In the order of FieldKind.
[[nodiscard]] std::span<const FieldInfo> field_infos();
/// Throws std::invalid_argument for a kind that is not there.
[[nodiscard]] const FieldInfo& info(FieldKind kind);

}  // namespace lossscope
