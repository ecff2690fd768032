// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <memory>

#include "widgets/picture.h"
#include "widgets/scene_view.h"
#include "widgets/slice_layers.h"

namespace lossscope::widgets {

/// A SliceScene that a person steps, zooms and points at.
/// Mouse: left drag moves the crosshair, wheel steps, ctrl + wheel or right drag zooms, middle drag pans, shift + left
/// drag window and level, right click opens a menu, double click maximises and leaves the crosshair where it was. Keys:
/// arrows move the crosshair by a voxel, page keys step.
class SliceView : public SceneView {
  Q_OBJECT
 public:
  explicit SliceView(QWidget* parent = nullptr);
  ~SliceView() override;

  void setPicture(SlicePicture picture);       ///< keeps zoom and pan while the size stays the same
  void setLayers(SliceLayers layers);          ///< made ready for the picture that is set next
  void shareOutlines(const SliceView& other);  ///< of a view of the same slice: they are drawn once
  void clear();                                ///< empty view with nothing but its background
  void setColourScale(const ColourScale& scale);
  void setOverlayOpacity(double opacity);  ///< 0..1
  void setOverlayVisible(bool visible);
  void setContoursVisible(bool visible);
  void setWindowLevel(double window, double level);
  void setCrosshair(double x, double y);       ///< in voxels of the picture, centres at whole numbers
  void setInterpolation(bool on);              ///< of the grey image; the overlay never
  void resetView();                            ///< fits the slice into the view
  void zoomAbout(double zoom, QPointF voxel);  ///< puts the voxel into the middle; zoom 1 shows the whole slice
  void bringIntoView(QPointF voxel);           ///< into the middle, at the same zoom, where it is out of sight
  void setView(double zoom, QPointF pan);      ///< zoom 1 fits the slice; pan in mm. As `viewChanged` says them

  [[nodiscard]] const SlicePicture& picture() const;
  /// Voxel coordinates under a widget position (device-independent pixels); may lie outside the picture.
  [[nodiscard]] QPointF voxelAt(QPointF position) const;
  /// Widget position of a voxel centre.
  [[nodiscard]] QPointF positionOf(QPointF voxel) const;

 Q_SIGNALS:
  void crosshairMoved(int x, int y);
  void hovered(int x, int y);  ///< -1, -1 when the pointer leaves
  void stepped(int by);
  void windowLevelChanged(double window, double level, quint64 drag);  ///< one drag, one number
  void maximiseRequested();
  void menuRequested(const QPoint& global);    ///< a right click that was no drag
  void viewChanged(double zoom, QPointF pan);  ///< by the user's hand

 protected:
  [[nodiscard]] Scene& scene() override;
  void paintMarks(QPainter& painter) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void moveCrosshairTo(QPointF position);
  void zoomBy(double factor, QPointF fixed);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lossscope::widgets
