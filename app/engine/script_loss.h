// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/io/script_client.h"
#include "app/session/session.h"

namespace lossscope {

/// The loss that a person writes. It has no parameters and no terms: what LibTorch computed for the whole volume lies
/// in its fields (contribution, gradient by p), and its maps are read from there. A script that returned a number has
/// no contributions: that map is NaN. What-if maps are NaN too: without sums there is no cheap answer.
[[nodiscard]] const Loss& script_loss();
/// Value, number of voxels and positives, for a value that LibTorch computed.
[[nodiscard]] Reduction script_reduction(const Problem& problem, double value);
[[nodiscard]] std::vector<FieldPtr> script_fields(ScriptResult result);

/// The loss that a session means; null for an unknown id.
[[nodiscard]] const Loss* loss_of(const Session& session);
/// SHA-256 of a script's source, by which it is trusted.
[[nodiscard]] std::string script_hash(const std::string& source);
/// What the editor shows first.
[[nodiscard]] std::string script_example();

}  // namespace lossscope
