// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>

namespace lossscope::gallery {

struct Likeness {
  double unlike = 1;  ///< share of the blocks that look different; 1 for pictures of different size
  QImage difference;  ///< baseline, picture, and where they are unlike (red), side by side
};

/// Compares what a person would see from two steps away: the mean colours of blocks of 8 x 8 pixels. A block is unlike
/// when none of the nine blocks around its place in the other picture comes near to it: letters of another font, a line
/// half a pixel away and a row of widgets 8 pixels lower are alike; a colour map, a lesion that is not drawn or an
/// outline twice as wide are not. So one baseline serves Qt 6.4 and 6.8, and fonts of two Debians.
[[nodiscard]] Likeness likeness(const QImage& baseline, const QImage& picture);

}  // namespace lossscope::gallery
