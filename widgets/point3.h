// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace lossscope::widgets {

using Point3 = std::array<double, 3>;  ///< LPS, mm

[[nodiscard]] inline double dot(const Point3& a, const Point3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

[[nodiscard]] inline Point3 cross(const Point3& a, const Point3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

}  // namespace lossscope::widgets
