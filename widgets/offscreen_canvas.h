// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <memory>

class vtkRenderer;

namespace lossscope::widgets {

/// A VTK renderer that draws into pictures, in an OpenGL context of its own without window, display or X server (EGL,
/// surfaceless; Mesa draws in software where there is no graphics card). The context is current only while it draws.
/// Use one object from one thread.
class OffscreenCanvas {
 public:
  /// Throws std::runtime_error when this machine has no OpenGL 3.2 by EGL.
  OffscreenCanvas();
  ~OffscreenCanvas();
  OffscreenCanvas(const OffscreenCanvas&) = delete;
  OffscreenCanvas& operator=(const OffscreenCanvas&) = delete;

  /// What `renderer` shows, `size` in physical pixels. The canvas keeps the renderer until another one is drawn.
  [[nodiscard]] QImage draw(vtkRenderer* renderer, QSize size);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lossscope::widgets
