// SPDX-License-Identifier: Apache-2.0
// Colour maps as a few control points, interpolated in sRGB. Magma and viridis: S. van der Walt, N. Smith (matplotlib,
// CC0); PRGn: C. Brewer. All are safe for the colour-blind.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>

#include "widgets/picture.h"

namespace lossscope::widgets {
namespace {

using Rgb = std::uint32_t;

constexpr std::array<Rgb, 10> kMagma{0x000004, 0x180f3d, 0x440f76, 0x721f81, 0x9e2f7f,
                                     0xcd4071, 0xf1605d, 0xfd9668, 0xfeca8d, 0xfcfdbf};
constexpr std::array<Rgb, 10> kViridis{0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e,
                                       0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725};
constexpr std::array<Rgb, 5> kBlueRed{0x1f6fff, 0x7db0ff, 0xf7f7f7, 0xff9a86, 0xff3420};
constexpr std::array<Rgb, 11> kPurpleGreen{0x40004b, 0x762a83, 0x9970ab, 0xc2a5cf, 0xe7d4e8, 0xf7f7f7,
                                           0xd9f0d3, 0xa6dba0, 0x5aae61, 0x1b7837, 0x00441b};
constexpr std::array<Rgb, 2> kGrey{0x000000, 0xffffff};
constexpr Rgb kNonFinite = 0x00ff40;
constexpr int kSteps = 1024;

std::span<const Rgb> points(ColourMap map) {
  switch (map) {
    case ColourMap::sequential:
      return kMagma;
    case ColourMap::diverging:
      return kBlueRed;
    case ColourMap::probability:
      return kViridis;
    case ColourMap::distance:
      return kPurpleGreen;
    case ColourMap::grey:
      break;
  }
  return kGrey;
}

Rgb interpolate(std::span<const Rgb> colours, double position) {
  const double place = position * static_cast<double>(colours.size() - 1);
  const auto index = std::min(static_cast<std::size_t>(place), colours.size() - 2);
  const double share = place - static_cast<double>(index);
  Rgb result = 0;
  for (const int shift : {16, 8, 0}) {
    const double low = (colours[index] >> shift) & 0xff;
    const double high = (colours[index + 1] >> shift) & 0xff;
    result |= static_cast<Rgb>(std::lround(low + share * (high - low))) << shift;
  }
  return result;
}

/// Place of a value in its range, 0 to 1; an empty range shows its low end (the middle of a diverging map).
double position(double value, const ColourScale& scale) {
  const double range = scale.maximum - scale.minimum;
  if (!(range > 0)) {
    return scale.map == ColourMap::diverging || scale.map == ColourMap::distance ? 0.5 : 0.0;
  }
  return std::clamp((value - scale.minimum) / range, 0.0, 1.0);
}

/// 0 where the map says "nothing here", 1 from a tenth of the range on.
double opacity_at(double place, const ColourScale& scale) {
  switch (scale.map) {
    case ColourMap::sequential: {
      const double zero = scale.minimum < 0 ? position(0, scale) : 0.0;
      return std::min(1.0, std::abs(place - zero) * 10);
    }
    case ColourMap::probability:
      return std::min(1.0, place * 10);
    case ColourMap::diverging:
      return std::min(1.0, std::abs(place - 0.5) * 10);
    case ColourMap::grey:
    case ColourMap::distance:
      break;
  }
  return 1;
}

void put(unsigned char* rgba, Rgb colour, double opacity) {
  rgba[0] = static_cast<unsigned char>(colour >> 16);
  rgba[1] = static_cast<unsigned char>(colour >> 8);
  rgba[2] = static_cast<unsigned char>(colour);
  rgba[3] = static_cast<unsigned char>(std::lround(opacity * 255));
}

}  // namespace

QColor mask_colour() { return {0x56, 0xb4, 0xe9}; }
QColor prediction_colour() { return {0xff, 0xa5, 0x1f}; }

QString outcome_name(Outcome outcome) {
  constexpr std::array kNames{"TP", "FP", "FN", "TN"};
  return QString::fromLatin1(kNames[static_cast<std::size_t>(outcome)]);
}

QColor outcome_colour(Outcome outcome) {
  switch (outcome) {
    case Outcome::true_positive:
      return {0x00, 0x9e, 0x73};
    case Outcome::false_positive:
      return {0xd5, 0x5e, 0x00};
    case Outcome::false_negative:
      return {0x2f, 0x7f, 0xc4};
    case Outcome::true_negative:
      break;
  }
  return {0x99, 0x9c, 0xa3};
}

QColor colour_of(double value, const ColourScale& scale) {
  return QColor::fromRgb(std::isfinite(value) ? interpolate(points(scale.map), position(value, scale)) : kNonFinite);
}

void colours_of(const float* values, std::size_t n, const ColourScale& scale, unsigned char* rgba) {
  constexpr int kNonFiniteStep = kSteps + 1;
  std::array<std::array<unsigned char, 4>, kSteps + 2> table{};
  for (int step = 0; step <= kSteps; ++step) {
    const double place = static_cast<double>(step) / kSteps;
    put(table[step].data(), interpolate(points(scale.map), place), opacity_at(place, scale));
  }
  put(table[kNonFiniteStep].data(), kNonFinite, 1);
  // The step of a value is `position` times kSteps, rounded, without a division for every voxel.
  const double range = scale.maximum - scale.minimum;
  const double factor = range > 0 ? kSteps / range : 0;
  const double offset = 0.5 + (range > 0 ? -scale.minimum * factor : position(0, scale) * kSteps);
  for (std::size_t i = 0; i < n; ++i) {
    const double place = std::clamp(static_cast<double>(values[i]) * factor + offset, 0.5, kSteps + 0.5);
    const int step = std::isfinite(values[i]) ? static_cast<int>(place) : kNonFiniteStep;
    std::memcpy(rgba + 4 * i, table[step].data(), 4);
  }
}

}  // namespace lossscope::widgets
