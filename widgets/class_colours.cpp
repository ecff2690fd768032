// SPDX-License-Identifier: Apache-2.0
#include "widgets/class_colours.h"

#include <array>
#include <cmath>

namespace lossscope::widgets {

QColor class_colour(std::size_t place, bool background) {
  // Paul Tol's qualitative schemes "bright", "muted" and "light", without what is dark on dark or light on light.
  constexpr std::array<QRgb, 13> kColours{0xffcc6677, 0xff44aa99, 0xffccbb44, 0xffaa4499, 0xff4477aa,
                                          0xff999933, 0xffee8866, 0xff228833, 0xff66ccee, 0xff882255,
                                          0xff7a5230, 0xffbbcc33, 0xffee99aa};
  constexpr double kGoldenTurn = 0.618033988749895;  // the next hue lies in the widest gap of those before
  if (background) {
    return QColor::fromRgb(0xff9a9a9a);
  }
  if (place < kColours.size()) {
    return QColor::fromRgb(kColours[place]);
  }
  const double hue = static_cast<double>(place) * kGoldenTurn;
  return QColor::fromHsvF(static_cast<float>(hue - std::floor(hue)), 0.6F, 0.8F);
}

}  // namespace lossscope::widgets
