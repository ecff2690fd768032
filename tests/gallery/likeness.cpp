// SPDX-License-Identifier: Apache-2.0
#include "tests/gallery/likeness.h"

#include <QPainter>
#include <algorithm>
#include <array>
#include <vector>

#include "widgets/colour_difference.h"

namespace lossscope::gallery {
namespace {

constexpr int kBlock = 8;
constexpr double kNear = 10;  ///< dE: blocks of one picture on two machines differ by less

using widgets::Lab;

struct Blocks {
  int columns = 0, rows = 0;
  std::vector<Lab> colours;

  explicit Blocks(const QImage& picture)
      : columns((picture.width() + kBlock - 1) / kBlock), rows((picture.height() + kBlock - 1) / kBlock) {
    const QImage rgb = picture.convertToFormat(QImage::Format_RGB32);
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        std::array<double, 3> sum{};
        int count = 0;
        for (int y = row * kBlock; y < std::min((row + 1) * kBlock, rgb.height()); ++y) {
          for (int x = column * kBlock; x < std::min((column + 1) * kBlock, rgb.width()); ++x, ++count) {
            const QRgb pixel = rgb.pixel(x, y);
            sum[0] += qRed(pixel);
            sum[1] += qGreen(pixel);
            sum[2] += qBlue(pixel);
          }
        }
        colours.push_back(widgets::lab_of(sum[0] / count, sum[1] / count, sum[2] / count));
      }
    }
  }

  /// How near the block at a place of the other picture comes to one of the nine here.
  [[nodiscard]] double nearest(const Lab& colour, int column, int row) const {
    double best = 1e9;
    for (int y = std::max(0, row - 1); y <= std::min(rows - 1, row + 1); ++y) {
      for (int x = std::max(0, column - 1); x <= std::min(columns - 1, column + 1); ++x) {
        best = std::min(best, widgets::colour_difference(colour, colours[static_cast<std::size_t>(y * columns + x)]));
      }
    }
    return best;
  }
};

}  // namespace

Likeness likeness(const QImage& baseline, const QImage& picture) {
  Likeness result;
  const int width = std::max(baseline.width(), picture.width());
  result.difference = QImage(3 * width, std::max(baseline.height(), picture.height()), QImage::Format_RGB32);
  result.difference.fill(Qt::white);
  QPainter painter(&result.difference);
  painter.drawImage(0, 0, baseline);
  painter.drawImage(width, 0, picture);
  painter.setOpacity(0.35);
  painter.drawImage(2 * width, 0, baseline);
  painter.setOpacity(1);
  if (baseline.size() != picture.size()) {
    return result;
  }
  const Blocks before(baseline), now(picture);
  int unlike = 0;
  for (int row = 0; row < before.rows; ++row) {
    for (int column = 0; column < before.columns; ++column) {
      const auto at = static_cast<std::size_t>(row * before.columns + column);
      if (now.nearest(before.colours[at], column, row) > kNear ||
          before.nearest(now.colours[at], column, row) > kNear) {
        ++unlike;
        painter.fillRect(2 * width + column * kBlock, row * kBlock, kBlock, kBlock, Qt::red);
      }
    }
  }
  result.unlike = static_cast<double>(unlike) / static_cast<double>(before.colours.size());
  return result;
}

}  // namespace lossscope::gallery
