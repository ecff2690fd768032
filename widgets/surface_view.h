// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>

#include "widgets/picture.h"
#include "widgets/scene_view.h"

namespace lossscope::widgets {

/// A SurfaceScene whose surfaces are extracted off the GUI thread; left drag rotates, wheel and right drag zoom, middle
/// drag pans, double click maximises.
class SurfaceView : public SceneView {
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
  [[nodiscard]] Scene& scene() override;
  void paintMarks(QPainter& painter) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  struct Surface;
  void make(Surface& surface, const VolumePicture& volume);
  void showResult(Surface& surface);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lossscope::widgets
