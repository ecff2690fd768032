// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace lossscope::reader {

/// A place or a direction in millimetres.
using Vector = std::array<double, 3>;

[[nodiscard]] inline double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

}  // namespace lossscope::reader
