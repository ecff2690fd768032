// SPDX-License-Identifier: Apache-2.0
#include "tests/gallery/likeness.h"

#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace lossscope::gallery {
namespace {

constexpr int kBlock = 8;
constexpr double kNear = 10;  ///< dE: blocks of one picture on two machines differ by less
constexpr double kDegree = std::numbers::pi / 180;

using Lab = std::array<double, 3>;

Lab lab_of(double red, double green, double blue) {
  const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
  const double r = linear(red / 255), g = linear(green / 255), b = linear(blue / 255);
  const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
  const double x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const double y = f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
  const double z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double hue_of(double a, double b) {
  const double hue = std::atan2(b, a) / kDegree;
  return hue < 0 ? hue + 360 : hue;
}

/// CIEDE2000, in the steps and names of its paper.
double difference(const Lab& one, const Lab& two) {
  const double c_mean = (std::hypot(one[1], one[2]) + std::hypot(two[1], two[2])) / 2;
  const double seventh = std::pow(c_mean, 7), g = 0.5 * (1 - std::sqrt(seventh / (seventh + std::pow(25.0, 7))));
  const double a1 = (1 + g) * one[1], a2 = (1 + g) * two[1];
  const double c1 = std::hypot(a1, one[2]), c2 = std::hypot(a2, two[2]);
  const double h1 = hue_of(a1, one[2]), h2 = hue_of(a2, two[2]);
  const bool grey = c1 * c2 == 0;
  double dh = grey ? 0 : h2 - h1;
  dh -= dh > 180 ? 360 : dh < -180 ? -360 : 0;
  const double big_h = 2 * std::sqrt(c1 * c2) * std::sin(dh / 2 * kDegree);
  const double l = (one[0] + two[0]) / 2, c = (c1 + c2) / 2;
  double h = grey ? h1 + h2 : (h1 + h2) / 2;
  h += !grey && std::abs(h1 - h2) > 180 ? (h1 + h2 < 360 ? 180 : -180) : 0;
  const double t = 1 - 0.17 * std::cos((h - 30) * kDegree) + 0.24 * std::cos(2 * h * kDegree) +
                   0.32 * std::cos((3 * h + 6) * kDegree) - 0.20 * std::cos((4 * h - 63) * kDegree);
  const double turn = 30 * std::exp(-std::pow((h - 275) / 25, 2));
  const double c7 = std::pow(c, 7), rc = 2 * std::sqrt(c7 / (c7 + std::pow(25.0, 7)));
  const double middle = (l - 50) * (l - 50);
  const double sl = 1 + 0.015 * middle / std::sqrt(20 + middle), sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
  const double dl = (two[0] - one[0]) / sl, dc = (c2 - c1) / sc, dhh = big_h / sh;
  return std::sqrt(std::max(0.0, dl * dl + dc * dc + dhh * dhh - std::sin(2 * turn * kDegree) * rc * dc * dhh));
}

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
        colours.push_back(lab_of(sum[0] / count, sum[1] / count, sum[2] / count));
      }
    }
  }

  /// How near the block at a place of the other picture comes to one of the nine here.
  [[nodiscard]] double nearest(const Lab& colour, int column, int row) const {
    double best = 1e9;
    for (int y = std::max(0, row - 1); y <= std::min(rows - 1, row + 1); ++y) {
      for (int x = std::max(0, column - 1); x <= std::min(columns - 1, column + 1); ++x) {
        best = std::min(best, difference(colour, colours[static_cast<std::size_t>(y * columns + x)]));
      }
    }
    return best;
  }
};

}  // namespace

double colour_difference(const QColor& a, const QColor& b) {
  return difference(lab_of(a.red(), a.green(), a.blue()), lab_of(b.red(), b.green(), b.blue()));
}

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
