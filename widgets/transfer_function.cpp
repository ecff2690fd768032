// SPDX-License-Identifier: Apache-2.0
#include "widgets/transfer_function.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lossscope::widgets {
namespace {

TransferFunction::Rgba interpolate(std::span<const std::uint32_t> colours, double position) {
  const double place = std::clamp(position, 0.0, 1.0) * static_cast<double>(colours.size() - 1);
  const auto index = std::min(static_cast<std::size_t>(place), colours.size() - 2);
  const double share = place - static_cast<double>(index);
  TransferFunction::Rgba result{0, 0, 0, 255};
  for (int channel = 0; channel < 3; ++channel) {
    const int shift = 16 - 8 * channel;
    const double low = (colours[index] >> shift) & 0xff;
    const double high = (colours[index + 1] >> shift) & 0xff;
    result[static_cast<std::size_t>(channel)] = static_cast<unsigned char>(std::lround(low + share * (high - low)));
  }
  return result;
}

bool is_diverging(ColourMap map) { return kColourMaps[static_cast<std::size_t>(map)].diverging; }

}  // namespace

TransferFunction::TransferFunction(const ColourScale& scale)
    : minimum_(scale.minimum),
      maximum_(scale.maximum),
      scaling_(scale.scaling),
      fade_(scale.fade),
      diverging_(is_diverging(scale.map)),
      smallest_(scale.minimum > 0 ? scale.minimum
                                  : kSmallest * std::max(std::abs(scale.minimum), std::abs(scale.maximum))),
      low_(stretched(scale.minimum)),
      high_(stretched(scale.maximum)),
      classes_(scale.classes) {
  for (int step = 0; step <= kSteps; ++step) {
    const double place = static_cast<double>(step) / kSteps;
    Rgba& colour = table_[static_cast<std::size_t>(step)];
    colour = interpolate(control_points(scale.map), place);
    colour[3] = static_cast<unsigned char>(std::lround(255 * opacity(place)));
  }
}

TransferFunction::Rgba TransferFunction::non_finite() { return {0x00, 0xff, 0x40, 255}; }

/// Of both signs: linear up to the smallest size, then logarithmic.
double TransferFunction::stretched(double value) const {
  if (scaling_ == Scaling::linear || !(smallest_ > 0)) {
    return value;
  }
  if (minimum_ >= 0) {
    return std::log(std::max(value, smallest_));
  }
  return std::copysign(std::log1p(std::abs(value) / smallest_), value);
}

double TransferFunction::position(double value) const {
  const double range = high_ - low_;
  if (!(range > 0)) {
    return diverging_ ? 0.5 : 0.0;
  }
  return (stretched(value) - low_) / range;
}

double TransferFunction::value(double position) const {
  const double place = low_ + position * (high_ - low_);
  if (scaling_ == Scaling::linear || !(smallest_ > 0)) {
    return place;
  }
  if (minimum_ >= 0) {
    return position <= 0 ? minimum_ : std::exp(place);  // 0 itself lies at the low end of a scale from 0
  }
  return std::copysign(smallest_ * std::expm1(std::abs(place)), place);
}

/// 0 where the scale says "nothing here".
double TransferFunction::opacity(double place) const {
  constexpr double kSoon = 10;  // opaque from a tenth of the range on
  if (fade_ == Fade::none) {
    return 1;
  }
  const double zero = minimum_ < 0 ? std::clamp(position(0), 0.0, 1.0) : 0.0;
  const double away = std::abs(place - zero);
  if (fade_ == Fade::near_zero) {
    return std::min(1.0, kSoon * away);
  }
  // By value: what is small is faint and the image below it is seen; from half of the range on the colour hides it.
  const double share = std::min(1.0, away / std::max(zero, 1 - zero));
  const bool logarithmic = scaling_ == Scaling::logarithmic;
  // Diverging colours are nearly white beside zero: even a thin veil of them would be a white speckle.
  const double pale = diverging_ ? std::min(1.0, share / (logarithmic ? 0.5 : 0.25)) : 1;
  const double veil = pale * pale * (3 - 2 * pale);
  if (logarithmic) {
    return veil * share;  // a thousandth of the end lies a quarter up: a steeper curve would veil the image
  }
  const double missing = 1 - share;
  return veil * (1 - missing * missing * missing);
}

void TransferFunction::colour_classes(const float* values, std::size_t n, unsigned char* rgba) const {
  for (std::size_t i = 0; i < n; ++i) {
    const bool known = values[i] >= 0 && values[i] < static_cast<float>(classes_.size());
    const QRgb colour = known ? classes_[static_cast<std::size_t>(values[i])] : 0;
    const Rgba parts{static_cast<unsigned char>(qRed(colour)), static_cast<unsigned char>(qGreen(colour)),
                     static_cast<unsigned char>(qBlue(colour)), static_cast<unsigned char>(qAlpha(colour))};
    std::memcpy(rgba + 4 * i, parts.data(), 4);
  }
}

void TransferFunction::colour(const float* values, std::size_t n, unsigned char* rgba) const {
  if (!classes_.empty()) {
    colour_classes(values, n, rgba);
    return;
  }
  const Rgba bad = non_finite();
  const auto put = [&](std::size_t i, double place) {  // the place times kSteps, plus a half
    const double step = std::clamp(place, 0.5, kSteps + 0.5);
    const Rgba& colour = std::isfinite(values[i]) ? table_[static_cast<std::size_t>(step)] : bad;
    std::memcpy(rgba + 4 * i, colour.data(), 4);
  };
  const double range = high_ - low_;
  if (range > 0 && scaling_ == Scaling::logarithmic) {
    for (std::size_t i = 0; i < n; ++i) {
      put(i, kSteps * position(static_cast<double>(values[i])) + 0.5);
    }
    return;
  }
  // Without a division for every voxel.
  const double factor = range > 0 ? kSteps / range : 0;
  const double offset = 0.5 + (range > 0 ? -minimum_ * factor : position(0) * kSteps);
  for (std::size_t i = 0; i < n; ++i) {
    put(i, static_cast<double>(values[i]) * factor + offset);
  }
}

}  // namespace lossscope::widgets
