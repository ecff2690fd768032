// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <QTest>
#include <QWidget>
#include <algorithm>
#include <cmath>

namespace lossscope::testing {

/// Shows a widget and waits until it is on screen.
inline void show(QWidget& widget, QSize size) {
  widget.resize(size);
  widget.show();
  ASSERT_TRUE(QTest::qWaitForWindowExposed(&widget));
}

inline QColor pixel(const QImage& image, QPointF at) {
  return image.pixelColor((at * image.devicePixelRatio()).toPoint());
}

/// The largest difference of two colours' channels, 0 to 255.
inline int difference(const QColor& a, const QColor& b) {
  return std::max({std::abs(a.red() - b.red()), std::abs(a.green() - b.green()), std::abs(a.blue() - b.blue())});
}

/// How many pixels of two pictures of one size differ.
inline qint64 changed_pixels(const QImage& a, const QImage& b) {
  qint64 count = 0;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      count += difference(a.pixelColor(x, y), b.pixelColor(x, y)) > 8 ? 1 : 0;
    }
  }
  return count;
}

}  // namespace lossscope::testing
