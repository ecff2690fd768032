// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "widgets/picture.h"

namespace lossscope::widgets {

/// From a value to its colour and opacity, as numbers that any painter can use (a table for pixels, control points for
/// a GPU): a scale's range, scaling, colours and fading, and nothing else.
class TransferFunction {
 public:
  static constexpr int kSteps = 1024;
  using Rgba = std::array<unsigned char, 4>;

  explicit TransferFunction(const ColourScale& scale);

  /// Place of a value in the range, 0 at its low end and 1 at its high one, beyond them less and more; a value that is
  /// not finite has none. An empty range shows its low end (the middle of diverging colours).
  [[nodiscard]] double position(double value) const;
  /// The value at a place; places outside of 0 to 1 go on as the scale does.
  [[nodiscard]] double value(double position) const;
  /// Colours at the places step / kSteps, step from 0 to kSteps.
  [[nodiscard]] const std::array<Rgba, kSteps + 1>& table() const { return table_; }
  [[nodiscard]] static Rgba non_finite();  ///< vivid green, in no map

  /// The colours of `n` values as RGBA bytes.
  void colour(const float* values, std::size_t n, unsigned char* rgba) const;

  /// The smallest size that a logarithmic scale tells from 0: its low end, or so small a part of its larger end.
  static constexpr double kSmallest = 1e-4;
  [[nodiscard]] double smallest() const { return smallest_; }

 private:
  void colour_classes(const float* values, std::size_t n, unsigned char* rgba) const;
  [[nodiscard]] double stretched(double value) const;
  [[nodiscard]] double opacity(double position) const;

  double minimum_, maximum_;
  Scaling scaling_;
  Fade fade_;
  bool diverging_;
  double smallest_;
  double low_, high_;  ///< the ends, stretched
  std::vector<QRgb> classes_;
  std::array<Rgba, kSteps + 1> table_{};
};

/// The control points of a map, 0xRRGGBB, evenly spaced and interpolated in sRGB.
[[nodiscard]] std::span<const std::uint32_t> control_points(ColourMap map);

}  // namespace lossscope::widgets
