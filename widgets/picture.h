// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QString>
#include <vector>

namespace lossscope::widgets {

enum class ColourMap { sequential, diverging, grey, probability, distance };

/// How numbers become colours. Diverging maps are centred on zero by their range (minimum = -maximum).
struct ColourScale {
  ColourMap map = ColourMap::sequential;
  double minimum = 0, maximum = 1;
  QString title;  ///< e.g. "contribution"
  QString unit;   ///< e.g. "per voxel", "mm"; may be empty
};

/// What one slice view shows, row 0 at the top. Empty vectors are layers that are not there.
struct SlicePicture {
  int width = 0, height = 0;                            ///< voxels
  double pixel_width = 1, pixel_height = 1;             ///< mm
  std::vector<float> image, overlay, mask, prediction;  ///< width * height each; contours at mask 0.5, prediction level
  double prediction_level = 0.5;                        ///< 0 for logits
  QString left, right, top, bottom;                     ///< orientation letters, empty to hide
  QString title;                                        ///< e.g. "Axial"
  int slice = 0, slices = 1;                            ///< position along the stepped axis
};

/// The colours of mask and prediction, the same everywhere (Okabe-Ito, safe for the colour-blind).
[[nodiscard]] QColor mask_colour();        ///< sky blue
[[nodiscard]] QColor prediction_colour();  ///< orange

/// What a thresholded prediction makes of a voxel, and its colour: the same in plots, tables and sheets. A false
/// positive is near the prediction's orange, a false negative near the mask's blue.
enum class Outcome { true_positive, false_positive, false_negative, true_negative };
[[nodiscard]] QColor outcome_colour(Outcome outcome);

/// The colour of a value; non-finite values get their own colour (vivid green, in no map).
[[nodiscard]] QColor colour_of(double value, const ColourScale& scale);

/// The colours of `n` values as RGBA bytes. Where nothing happens nothing is drawn: contributions, gradients and
/// probabilities fade out towards 0, so that the image stays visible.
void colours_of(const float* values, std::size_t n, const ColourScale& scale, unsigned char* rgba);

}  // namespace lossscope::widgets
