// SPDX-License-Identifier: Apache-2.0
#include "widgets/offscreen_canvas.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <vtkCallbackCommand.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkRenderer.h>
#include <vtkRendererCollection.h>
#include <vtkUnsignedCharArray.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string>

namespace lossscope::widgets {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string("this machine has no OpenGL 3.2 for 3D (EGL: ") + what +
                           "); on Debian, install libgl1-mesa-dri and libegl-mesa0");
}

EGLDisplay open_display() {
  const char* known = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
  const bool surfaceless = known != nullptr && std::strstr(known, "EGL_MESA_platform_surfaceless") != nullptr;
  EGLDisplay display = surfaceless ? eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr)
                                   : eglGetDisplay(EGL_DEFAULT_DISPLAY);
  if (display == EGL_NO_DISPLAY || eglInitialize(display, nullptr, nullptr) == EGL_FALSE) {
    fail("no display");
  }
  return display;  // one for the whole process; never ended, because others may use it
}

EGLContext make_context(EGLDisplay display) {
  constexpr std::array<EGLint, 5> kConfig{EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
                                          EGL_NONE};
  constexpr std::array<EGLint, 7> kContext{
      EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 2, EGL_CONTEXT_OPENGL_PROFILE_MASK,
      EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE ||
      eglChooseConfig(display, kConfig.data(), &config, 1, &count) == EGL_FALSE || count == 0) {
    fail("no configuration");
  }
  EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, kContext.data());
  return context == EGL_NO_CONTEXT ? (fail("no context"), nullptr) : context;
}

/// GLEW asks for an X display after it has loaded every function, and VTK takes that for a failure.
class Window : public vtkGenericOpenGLRenderWindow {
 public:
  static Window* New();

  void OpenGLInitContext() override {
    const int shown = vtkObject::GetGlobalWarningDisplay();
    vtkObject::GlobalWarningDisplayOff();
    vtkGenericOpenGLRenderWindow::OpenGLInitContext();
    vtkObject::SetGlobalWarningDisplay(shown);
    Initialized = GlewInitValid = true;
  }
};
vtkStandardNewMacro(Window);

}  // namespace

struct OffscreenCanvas::Parts {
  EGLDisplay display = open_display();
  EGLContext context = make_context(display);
  vtkNew<Window> window;

  void makeCurrent() const {
    eglBindAPI(EGL_OPENGL_API);  // of this thread
    if (eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context) == EGL_FALSE) {
      fail("the context cannot be made current");
    }
  }
  void doneCurrent() const { eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT); }
};

OffscreenCanvas::OffscreenCanvas() : parts_(std::make_unique<Parts>()) {
  Window* window = parts_->window;
  window->SetMultiSamples(0);
  window->SetFrameBlitModeToNoBlit();
  vtkNew<vtkCallbackCommand> is_current;  // VTK asks whether its context is current: it is whenever VTK is called
  is_current->SetCallback([](vtkObject*, unsigned long, void*, void* answer) { *static_cast<bool*>(answer) = true; });
  window->AddObserver(vtkCommand::WindowIsCurrentEvent, is_current);
  parts_->makeCurrent();
  window->SetReadyForRendering(true);
  window->SetForceMaximumHardwareLineWidth(1);
  window->OpenGLInit();
  parts_->doneCurrent();
}

OffscreenCanvas::~OffscreenCanvas() {
  eglBindAPI(EGL_OPENGL_API);
  if (eglMakeCurrent(parts_->display, EGL_NO_SURFACE, EGL_NO_SURFACE, parts_->context) == EGL_TRUE) {
    parts_->window->Finalize();
    parts_->doneCurrent();
  }
  eglDestroyContext(parts_->display, parts_->context);
}

QImage OffscreenCanvas::draw(vtkRenderer* renderer, QSize size) {
  Window* window = parts_->window;
  if (window->HasRenderer(renderer) == 0) {
    window->GetRenderers()->RemoveAllItems();
    window->AddRenderer(renderer);
  }
  parts_->makeCurrent();
  window->SetSize(size.width(), size.height());
  window->Render();
  vtkNew<vtkUnsignedCharArray> pixels;
  constexpr int kBack = 0, kLeft = 0;
  window->GetPixelData(0, 0, size.width() - 1, size.height() - 1, kBack, pixels.Get(), kLeft);
  parts_->doneCurrent();
  const QImage rows(pixels->GetPointer(0), size.width(), size.height(), 3 * size.width(), QImage::Format_RGB888);
  return rows.mirrored().convertToFormat(QImage::Format_RGB32);  // OpenGL's first row is the lowest
}

}  // namespace lossscope::widgets
