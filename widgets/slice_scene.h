// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "widgets/contour_painter.h"
#include "widgets/minified.h"
#include "widgets/picture.h"
#include "widgets/scene.h"
#include "widgets/slice_layers.h"

namespace lossscope::widgets {

/// A slice with its overlay, a veil over voxels that do not count, the contours of mask and prediction, orientation
/// letters and a scale bar. Voxels are drawn whole, never smeared (but the grey image, where that is wanted); where a
/// pixel has several below it, it shows the overlay's largest of them. The slice keeps its physical proportions.
class SliceScene : public Scene {
 public:
  // Setters return whether anything changed: a view that would look the same is not painted again.
  bool setPicture(SlicePicture picture);  ///< keeps zoom and pan while the size stays the same
  /// Takes over what is made ready for a picture, before it is set; of anything else the scene makes its own.
  void setLayers(SliceLayers layers) { layers_ = std::move(layers); }
  /// Uses the outlines that another scene of the same slice has drawn. Both must be painted by one thread.
  void shareOutlines(const SliceScene& other);
  bool setColourScale(const ColourScale& scale);
  bool setOverlayOpacity(double opacity);  ///< 0..1
  bool setOverlayVisible(bool visible);
  bool setContoursVisible(bool visible);
  bool setWindowLevel(double window, double level);
  bool setInterpolation(bool on);  ///< of the grey image; the overlay never

  void resetView();  ///< fits the slice into the view
  /// Paints cross-hairs that end before this voxel, so that it is found.
  void mark(QPointF voxel) { marked_ = voxel; }
  /// Fits these voxels into the view instead of the whole slice.
  void focusOn(QRectF voxels);
  void zoomBy(double factor, QPointF fixed, QSizeF size);  ///< what is at `fixed` stays there
  void panBy(QPointF moved, QSizeF size);                  ///< device-independent pixels
  void setView(double zoom, QPointF pan);                  ///< as `zoom` and `pan` (mm) of another scene of this slice
  [[nodiscard]] double zoom() const { return zoom_; }
  [[nodiscard]] QPointF pan() const { return pan_; }

  [[nodiscard]] const SlicePicture& picture() const { return picture_; }
  [[nodiscard]] bool empty() const { return picture_.width == 0 || picture_.height == 0; }
  [[nodiscard]] double window() const { return window_; }
  [[nodiscard]] double level() const { return level_; }
  /// Voxel coordinates (centres at whole numbers) under a point of a view of `size`, and back.
  [[nodiscard]] QPointF voxelAt(QPointF position, QSizeF size) const;
  [[nodiscard]] QPointF positionOf(QPointF voxel, QSizeF size) const;

  void paint(QPainter& painter, QSizeF size, double pixels) override;
  /// Image and layer as they are painted, one pixel a voxel; null where there is neither.
  [[nodiscard]] QImage voxels();
  void paintCrosshair(QPainter& painter, QSizeF size, QPointF voxel) const;

 private:
  [[nodiscard]] QSizeF millimetres() const;
  [[nodiscard]] QPointF centre() const;  ///< mm from the first voxel's centre to the middle of the view
  [[nodiscard]] double pixelsPerMm(QSizeF size) const;
  void paintVoxels(QPainter& painter, QSizeF size, double pixels);
  void paintContours(QPainter& painter, QSizeF size, double pixels);
  [[nodiscard]] bool outlinesAreFew();  ///< few enough to stay vectors in an SVG or a PDF
  [[nodiscard]] const QImage& greyImage();
  [[nodiscard]] const QImage& overlayImage();
  [[nodiscard]] const QImage& mixedImage();
  [[nodiscard]] const QImage& minifiedImage(const PixelGrid& grid);

  SlicePicture picture_;
  ColourScale scale_;
  SliceLayers layers_;
  std::shared_ptr<ContourPainter> contours_ = std::make_shared<ContourPainter>();
  struct Mixed {
    qint64 grey = 0, colours = 0, veil = 0;  ///< QImage::cacheKey
    double opacity = 0;
    bool operator==(const Mixed&) const = default;
  } mixed_of_;
  QImage mixed_;  ///< the overlay over the grey image, and the veil over both
  struct Minified {
    PixelGrid grid;
    SharedValues image, overlay, counts;
    ColourScale scale;
    double opacity = 0, window = 0, level = 0;
    bool operator==(const Minified&) const = default;
  } minified_of_;
  QImage minified_;  ///< the same where pixels are fewer than voxels, one pixel for each of the screen's
  bool overlay_visible_ = true, contours_visible_ = true, smooth_ = false;
  double opacity_ = 1, window_ = 1, level_ = 0.5, zoom_ = 1;
  QPointF pan_;  ///< mm
  std::optional<QPointF> marked_;
  std::optional<QSizeF> focus_;  ///< mm that fill the view, instead of the whole slice
};

}  // namespace lossscope::widgets
