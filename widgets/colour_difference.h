// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <array>

namespace lossscope::widgets {

/// L*, a*, b* of CIE 1976, of an sRGB colour under D65 whose parts run from 0 to 255.
using Lab = std::array<double, 3>;
[[nodiscard]] Lab lab_of(double red, double green, double blue);

/// How different two colours look: CIEDE2000 (Sharma, Wu, Dalal, Color Research and Application 30, 2005) of sRGB
/// colours under D65. 1 is hardly seen, 20 is another colour.
[[nodiscard]] double colour_difference(const Lab& one, const Lab& two);
[[nodiscard]] double colour_difference(const QColor& a, const QColor& b);
inline constexpr double kOtherColour = 20;

}  // namespace lossscope::widgets
