// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QString>
#include <QStringList>
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "basics/colours.h"
#include "basics/shared_values.h"

namespace lossscope::widgets {

using lossscope::ColourMap;
using lossscope::Scaling;

/// Where colours are transparent, so that the image stays visible: nowhere, next to 0, or the more the smaller a value
/// is.
enum class Fade : std::uint8_t { none, near_zero, by_value };

/// How numbers become colours. Diverging maps are centred on zero by their range (minimum = -maximum).
struct ColourScale {
  ColourMap map = ColourMap::fire;
  double minimum = 0, maximum = 1;
  QString title;  ///< e.g. "contribution"
  QString unit;   ///< e.g. "per voxel", "mm"; may be empty
  Scaling scaling = Scaling::linear;
  Fade fade = Fade::near_zero;
  qint64 below = 0, above = 0;  ///< voxels beyond the ends; -1: some
  bool known = true;            ///< false: the range is an earlier one
  /// Where there are some, a value is a place here, and its colour that one's; what is no place is transparent. Range,
  /// map and fading are not looked at then.
  std::vector<QRgb> classes{};
  QStringList class_names{};  ///< as many, for the bar

  bool operator==(const ColourScale&) const = default;
};

/// What one slice view shows, row 0 at the top. Empty values are layers that are not there; layers that two pictures
/// share are not made ready twice.
struct SlicePicture {
  int width = 0, height = 0;                      ///< voxels
  double pixel_width = 1, pixel_height = 1;       ///< in `length_unit`
  SharedValues image, overlay, mask, prediction;  ///< width * height each; contours at mask 0.5, prediction level
  double prediction_level = 0.5;                  ///< 0 for logits
  SharedValues counts;                            ///< 0 where a voxel does not count; empty where all do
  QString left, right, top, bottom;               ///< orientation letters, empty to hide
  QString title;                                  ///< e.g. "Axial"
  int slice = 0, slices = 1;                      ///< position along the stepped axis; slices 0 to hide
  bool scale_bar = true;
  QString length_unit = QStringLiteral("mm");  ///< of pixel_width and pixel_height
  bool range = false;  ///< the colours' range in the lower right corner, where no bar beside the view says it

  bool operator==(const SlicePicture&) const = default;
};

/// A volume that somebody else owns: whoever shows it keeps `owner`.
struct VolumePicture {
  std::shared_ptr<const void> owner;  ///< first voxel; uint8 or float, i fastest
  bool is_float = false;
  double level = 0.5;                    ///< surface where the volume crosses it
  std::shared_ptr<const void> counts{};  ///< uint8, 0 where a voxel does not count; null where all do
  std::array<int, 3> size{0, 0, 0};
  std::array<double, 3> spacing{1, 1, 1}, origin{0, 0, 0};
  std::array<double, 9> direction{1, 0, 0, 0, 1, 0, 0, 0, 1};  ///< LPS, row by row

  /// The place of a voxel of the volume in its memory.
  [[nodiscard]] std::ptrdiff_t offset(const std::array<int, 3>& voxel) const {
    return voxel[0] + size[0] * (voxel[1] + static_cast<std::ptrdiff_t>(size[1]) * voxel[2]);
  }
  /// Whether a voxel counts; what lies outside of the volume does.
  [[nodiscard]] bool counts_at(const std::array<int, 3>& voxel) const {
    const auto [i, j, k] = voxel;
    const bool inside = i >= 0 && i < size[0] && j >= 0 && j < size[1] && k >= 0 && k < size[2];
    return !counts || !inside || static_cast<const unsigned char*>(counts.get())[offset(voxel)] != 0;
  }
};

/// The colours of the outlines of mask and prediction, the same everywhere, and none of a colour map.
[[nodiscard]] QColor mask_colour();        ///< cyan
[[nodiscard]] QColor prediction_colour();  ///< magenta

/// The stripes over voxels that do not count, of one of two greys: by voxel (x, y) of a slice.
[[nodiscard]] QColor uncounted_colour(int x, int y);

/// What a thresholded prediction makes of a voxel, and its colour: the same in plots, tables and sheets
/// (Okabe-Ito, safe for the colour-blind): a false positive is orange, a false negative blue.
enum class Outcome { true_positive, false_positive, false_negative, true_negative };
[[nodiscard]] QColor outcome_colour(Outcome outcome);
[[nodiscard]] QString outcome_name(Outcome outcome);  ///< "TP", "FP", "FN", "TN"

/// The colour of a value; non-finite values get their own colour (vivid green, in no map).
[[nodiscard]] QColor colour_of(double value, const ColourScale& scale);

/// The colours of `n` values as RGBA bytes (TransferFunction).
void colours_of(const float* values, std::size_t n, const ColourScale& scale, unsigned char* rgba);

}  // namespace lossscope::widgets
