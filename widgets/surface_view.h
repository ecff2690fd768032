// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>

#include "widgets/picture.h"
#include "widgets/vtk_widget.h"

namespace lossscope::widgets {

/// A volume that somebody else owns: the view keeps `owner` while it shows it.
struct VolumePicture {
  std::shared_ptr<const void> owner;  ///< first voxel; uint8 or float, i fastest
  bool is_float = false;
  double level = 0.5;  ///< surface where the volume crosses it
  std::array<int, 3> size{0, 0, 0};
  std::array<double, 3> spacing{1, 1, 1}, origin{0, 0, 0};
  std::array<double, 9> direction{1, 0, 0, 0, 1, 0, 0, 0, 1};  ///< LPS, row by row
};

/// Surfaces of mask (solid) and prediction (translucent) by flying edges, extracted off the GUI thread; a small
/// orientation marker; left drag rotates, wheel and right drag zoom, middle drag pans, double click maximises.
class SurfaceView : public VtkWidget {
  Q_OBJECT
 public:
  explicit SurfaceView(QWidget* parent = nullptr);
  ~SurfaceView() override;

  void setMask(const VolumePicture& volume);  ///< an empty owner clears
  void setPrediction(const VolumePicture& volume);
  void setCrosshair(const std::array<double, 3>& world);  ///< LPS, mm
  void resetView();
  [[nodiscard]] bool busy() const;  ///< surfaces are still being made

 Q_SIGNALS:
  void surfacesReady();
  void maximiseRequested();

 protected:
  void prepareScene(QSizeF size, double pixels) override;
  void paintOverlay(QPainter& painter, QSizeF size) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  struct Surface;
  void make(Surface& surface, const VolumePicture& volume);
  void showResult(Surface& surface);
  void pan(QPointF moved);
  void zoomBy(double factor);
  void paintAxes(QPainter& painter, QSizeF size) const;
  [[nodiscard]] QPointF project(const std::array<double, 3>& world, QSizeF size) const;

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lossscope::widgets
