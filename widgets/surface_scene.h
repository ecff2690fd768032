// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vtkPolyData.h>
#include <vtkSmartPointer.h>

#include <QString>
#include <array>
#include <memory>

#include "widgets/picture.h"
#include "widgets/scene.h"

namespace lossscope::widgets {

/// The surfaces of mask (solid) and prediction (translucent) with a small orientation marker, drawn by VTK into a
/// picture without a window.
class SurfaceScene : public Scene {
 public:
  enum class Which { mask, prediction };

  SurfaceScene();
  ~SurfaceScene() override;

  /// A surface of make_surface, placed as `volume` lies; one without cells is not shown.
  void setSurface(Which which, const vtkSmartPointer<vtkPolyData>& surface, const VolumePicture& volume);
  [[nodiscard]] bool empty() const;
  void setOpacity(Which which, double opacity);
  void setTitle(const QString& title);
  /// How many physical pixels are drawn in each direction for one of the picture's: 2 for smooth edges.
  void setSamples(int samples);

  void resetView();                        ///< from the front, the left and above; everything in sight
  void lookAs(const SurfaceScene& other);  ///< from where it looks
  void rotate(double right, double down);  ///< degrees
  void pan(QPointF moved, double height);  ///< pixels of a view that is `height` high
  void zoomBy(double factor);
  /// Where a point (LPS, mm) lies in a view of `size`.
  [[nodiscard]] QPointF positionOf(const std::array<double, 3>& world, QSizeF size) const;

  /// Without OpenGL, a sentence that says so is drawn instead.
  void paint(QPainter& painter, QSizeF size, double pixels) override;

 private:
  void paintAxes(QPainter& painter, QSizeF size) const;

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lossscope::widgets
