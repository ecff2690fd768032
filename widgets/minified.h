// SPDX-License-Identifier: Apache-2.0
// A slice on a screen with fewer pixels than it has voxels: which voxels lie below a pixel, and what it shows of them.
#pragma once

#include <QImage>
#include <QRectF>
#include <vector>

#include "widgets/picture.h"

namespace lossscope::widgets {

/// Voxels from `first` to before `last` of one axis; at least one.
struct VoxelRun {
  int first = 0, last = 1;
  bool operator==(const VoxelRun&) const = default;
};

/// The pixels that a slice covers, and the voxels below each. Each voxel in sight lies below a pixel: none disappears,
/// however small the slice is drawn.
struct PixelGrid {
  QRect pixels;                         ///< physical ones, of the painter's device
  std::vector<VoxelRun> columns, rows;  ///< one for each pixel along x and along y
  bool operator==(const PixelGrid&) const = default;
};

/// `target` is where a slice of `voxels` is drawn, in physical pixels, of which those in (0, 0) to `seen` are asked
/// for.
[[nodiscard]] PixelGrid pixel_grid(const QRectF& target, QSize voxels, QSize seen);

/// Of `values` (`width` to a row) the one that each pixel shows, row by row: the largest in magnitude below it, and
/// before all one that is not a number. Where the scale names classes, the one that most voxels have of those that it
/// gives a colour.
[[nodiscard]] std::vector<float> most_of(const std::vector<float>& values, int width, const PixelGrid& grid,
                                         const ColourScale& scale);

/// The mean grey below each pixel, of an opaque grey picture with one pixel a voxel (QImage::Format_RGB32).
[[nodiscard]] QImage mean_grey_of(const QImage& voxels, const PixelGrid& grid);

/// The colour of the voxel in the middle where none below a pixel is transparent, else transparent: a veil hides no
/// voxel that counts. Of a picture with alpha, 32 bits and one pixel a voxel.
[[nodiscard]] QImage common_of(const QImage& voxels, const PixelGrid& grid);

}  // namespace lossscope::widgets
