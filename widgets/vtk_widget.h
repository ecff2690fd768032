// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QOpenGLWidget>
#include <memory>

class vtkRenderer;
class vtkGenericOpenGLRenderWindow;

namespace lossscope::widgets {

/// Makes contexts that VTK can draw with the default. To be called before the QApplication is made.
void use_vtk_surface_format();

/// A QOpenGLWidget that lends its context to a VTK render window (Debian's own VTK-Qt bridge is built for Qt 5).
/// VTK draws the scene; letters, scale bars and handles are painted over it by Qt, sharp at any pixel ratio.
class VtkWidget : public QOpenGLWidget {
  Q_OBJECT
 public:
  explicit VtkWidget(QWidget* parent = nullptr);
  ~VtkWidget() override;

  /// The view as a picture, `scale` times its size in device-independent pixels, without the window's frame.
  /// Null when the view has not been on screen yet.
  [[nodiscard]] QImage grabPicture(double scale = 1);

 protected:
  [[nodiscard]] vtkRenderer* renderer() const;
  /// Draws the scene again; `update()` alone repaints what lies over it.
  void updateScene();

  /// Fits the scene to a view of `size` (device-independent pixels), of which each has `pixels` physical pixels: the
  /// place for cameras and line widths.
  virtual void prepareScene(QSizeF size, double pixels) = 0;
  /// What lies over the scene, in device-independent pixels.
  virtual void paintOverlay(QPainter& painter, QSizeF size) = 0;

  void initializeGL() override;
  void paintGL() override;

 private:
  void render(double pixels);
  void copyTo(unsigned int framebuffer);

  struct Bridge;
  std::unique_ptr<Bridge> bridge_;
};

}  // namespace lossscope::widgets
