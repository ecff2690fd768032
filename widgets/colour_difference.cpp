// SPDX-License-Identifier: Apache-2.0
#include "widgets/colour_difference.h"

#include <vtkMath.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lossscope::widgets {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

double hue_of(double a, double b) {
  const double hue = std::atan2(b, a) / kDegree;
  return hue < 0 ? hue + 360 : hue;
}

}  // namespace

Lab lab_of(double red, double green, double blue) {
  Lab lab{};
  vtkMath::RGBToLab(red / 255, green / 255, blue / 255, &lab[0], &lab[1], &lab[2]);
  return lab;
}

/// CIEDE2000, in the steps and names of its paper.
double colour_difference(const Lab& one, const Lab& two) {
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

double colour_difference(const QColor& a, const QColor& b) {
  return colour_difference(lab_of(a.red(), a.green(), a.blue()), lab_of(b.red(), b.green(), b.blue()));
}

}  // namespace lossscope::widgets
