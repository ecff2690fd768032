// SPDX-License-Identifier: Apache-2.0
// Colour maps as a few control points. Inferno, magma and viridis: S. van der Walt, N. Smith (matplotlib, CC0); turbo:
// A. Mikhailov (Apache-2.0); PRGn: C. Brewer. Fire and blue to brown are of this house. Fire goes from violet to
// yellow, saturated from end to end, so that it stands out from bright bone as from dark tissue, and keeps away from
// magenta, the prediction's outline; nothing is black at its low end, for there it is transparent.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "widgets/transfer_function.h"

namespace lossscope::widgets {
namespace {

using Rgb = std::uint32_t;

constexpr std::array<Rgb, 9> kFire{0x4a18b0, 0x80187c, 0xb01c50, 0xe03a40, 0xfa5f30,
                                   0xff7f14, 0xffa400, 0xffc700, 0xffe600};
constexpr std::array<Rgb, 10> kInferno{0x000004, 0x1b0c41, 0x4a0c6b, 0x781c6d, 0xa52c60,
                                       0xcf4446, 0xed6925, 0xfb9b06, 0xf7d13d, 0xfcffa4};
constexpr std::array<Rgb, 10> kMagma{0x000004, 0x180f3d, 0x440f76, 0x721f81, 0x9e2f7f,
                                     0xcd4071, 0xf1605d, 0xfd9668, 0xfeca8d, 0xfcfdbf};
constexpr std::array<Rgb, 10> kViridis{0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e,
                                       0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725};
constexpr std::array<Rgb, 15> kTurbo{0x30123b, 0x4145ab, 0x4675ed, 0x39a2fc, 0x1bcfd4, 0x24eca6, 0x61fc6c, 0xa4fc3b,
                                     0xd1e834, 0xf3c63a, 0xfe9b2d, 0xf36315, 0xd93806, 0xb11901, 0x7a0403};
constexpr std::array<Rgb, 5> kBlueRed{0x1f6fff, 0x7db0ff, 0xf7f7f7, 0xff9a86, 0xff3420};
constexpr std::array<Rgb, 11> kPurpleGreen{0x40004b, 0x762a83, 0x9970ab, 0xc2a5cf, 0xe7d4e8, 0xf7f7f7,
                                           0xd9f0d3, 0xa6dba0, 0x5aae61, 0x1b7837, 0x00441b};
constexpr std::array<Rgb, 11> kBlueBrown{0x10246b, 0x34509f, 0x6f86c4, 0xb0bce0, 0xe4e8f2, 0xf7f7f7,
                                         0xf2e8cf, 0xdcc385, 0xb98f3a, 0x85600f, 0x4a3000};
constexpr std::array<Rgb, 2> kGrey{0x000000, 0xffffff};

}  // namespace

std::span<const Rgb> control_points(ColourMap map) {
  switch (map) {
    case ColourMap::fire:
      return kFire;
    case ColourMap::inferno:
      return kInferno;
    case ColourMap::magma:
      return kMagma;
    case ColourMap::viridis:
      return kViridis;
    case ColourMap::turbo:
      return kTurbo;
    case ColourMap::blue_red:
      return kBlueRed;
    case ColourMap::purple_green:
      return kPurpleGreen;
    case ColourMap::blue_brown:
      return kBlueBrown;
    case ColourMap::grey:
      break;
  }
  return kGrey;
}

QColor uncounted_colour(int x, int y) {
  constexpr int kStripe = 3, kOpacity = 205;  // voxels; of 255
  return (x + y) / kStripe % 2 == 0 ? QColor(105, 105, 105, kOpacity) : QColor(165, 165, 165, kOpacity);
}

// Of what fire, blue to red, blue to brown and viridis leave free, over tissue of any brightness: an outline in a
// colour of the map would be read as a value. The two differ in lightness, too, for eyes that tell red from green
// badly.
QColor mask_colour() { return {0x00, 0xff, 0xff}; }
QColor prediction_colour() { return {0xff, 0x00, 0xff}; }

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
  TransferFunction::Rgba rgba = TransferFunction::non_finite();
  if (std::isfinite(value)) {
    const TransferFunction colours(scale);
    const double place = std::clamp(colours.position(value), 0.0, 1.0) * TransferFunction::kSteps;
    rgba = colours.table()[static_cast<std::size_t>(std::lround(place))];
  }
  return {rgba[0], rgba[1], rgba[2]};
}

void colours_of(const float* values, std::size_t n, const ColourScale& scale, unsigned char* rgba) {
  TransferFunction(scale).colour(values, n, rgba);
}

}  // namespace lossscope::widgets
