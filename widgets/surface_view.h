// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "widgets/scene_view.h"
#include "widgets/surface_model.h"

namespace lossscope::widgets {

/// A SurfaceModel that a person turns and points at, painted off the GUI thread: what was painted last stays until the
/// next picture is there. Mouse and keys are those of 3D Slicer:
/// left drag rotates, ctrl + left drag rolls, wheel and right drag zoom, middle or shift + left drag pans, double click
/// maximises; arrows rotate, shift + arrows pan, + and - zoom; End, Page Down and Home look from anterior, left and
/// superior, with shift from the opposite side. A click moves the crosshair; a right click asks for a menu.
class SurfaceView : public SceneView {
  Q_OBJECT
 public:
  explicit SurfaceView(QWidget* parent = nullptr);
  ~SurfaceView() override;

  /// Shows another model, from where the view looks now. The first one with surfaces is fitted into the view.
  void setModel(SurfaceModel model);
  /// What is shown, and from where.
  [[nodiscard]] const SurfaceModel& model() const;
  /// Lines along the three axes of the voxel grid that meet at `at`; each runs from the first point to the second.
  void setCrosshair(const Point3& at, const std::array<std::array<Point3, 2>, 3>& lines);
  void setUpdating(bool updating);  ///< says so in a corner
  void resetView();
  void lookFrom(ViewFrom side);
  [[nodiscard]] bool busy() const;  ///< something is still to be painted
  [[nodiscard]] QPointF positionOf(const Point3& world) const;

 Q_SIGNALS:
  void picked(const lossscope::widgets::Point3& world);
  void maximiseRequested();
  void menuRequested(QPoint global);

 protected:
  [[nodiscard]] Scene& scene() override;  ///< waits for what is being painted: for pictures to keep
  void paintMarks(QPainter& painter) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void moved();
  bool turnBy(int key, bool shift);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lossscope::widgets
