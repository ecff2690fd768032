// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QOpenGLWidget>
#include <memory>

class vtkRenderer;
class vtkGenericOpenGLRenderWindow;

namespace lossscope::widgets {

/// A QOpenGLWidget that lends its context to a VTK render window (Debian's own VTK-Qt bridge is built for Qt 5).
class VtkWidget : public QOpenGLWidget {
  Q_OBJECT
 public:
  explicit VtkWidget(QWidget* parent = nullptr);
  ~VtkWidget() override;

  /// The view as a picture, `scale` times its size in device-independent pixels, without the window's frame.
  [[nodiscard]] QImage grabPicture(int scale = 1);

 protected:
  [[nodiscard]] vtkRenderer* renderer() const;
  [[nodiscard]] vtkGenericOpenGLRenderWindow* renderWindow() const;
  void initializeGL() override;
  void resizeGL(int width, int height) override;
  void paintGL() override;
  void changeEvent(QEvent* event) override;  ///< follows the palette

 private:
  struct Bridge;
  std::unique_ptr<Bridge> bridge_;
};

}  // namespace lossscope::widgets
