// SPDX-License-Identifier: Apache-2.0
#include "widgets/vtk_widget.h"

#include <vtkCallbackCommand.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>
#include <vtkOpenGLState.h>
#include <vtkRenderer.h>

#include <QOpenGLContext>
#include <QOpenGLFramebufferObject>
#include <QOpenGLFunctions>
#include <QPainter>
#include <QSurfaceFormat>
#include <cmath>

namespace lossscope::widgets {
namespace {

constexpr double kBackground = 0.07;  // near black in both themes: grey values and maps are read against it

}  // namespace

void use_vtk_surface_format() {
  QSurfaceFormat format;
  format.setRenderableType(QSurfaceFormat::OpenGL);
  format.setVersion(3, 2);
  format.setProfile(QSurfaceFormat::CoreProfile);
  format.setDepthBufferSize(24);
  format.setStencilBufferSize(8);
  QSurfaceFormat::setDefaultFormat(format);
}

struct VtkWidget::Bridge {
  vtkNew<vtkGenericOpenGLRenderWindow> window;
  vtkNew<vtkRenderer> renderer;
  bool changed = true;
};

VtkWidget::VtkWidget(QWidget* parent) : QOpenGLWidget(parent), bridge_(std::make_unique<Bridge>()) {
  bridge_->renderer->SetBackground(kBackground, kBackground, kBackground);
  bridge_->window->AddRenderer(bridge_->renderer);
  bridge_->window->SetMultiSamples(0);
  bridge_->window->SetFrameBlitModeToNoBlit();
  // VTK asks whether the context is current; it is whenever Qt calls us.
  vtkNew<vtkCallbackCommand> is_current;
  is_current->SetCallback([](vtkObject*, unsigned long, void*, void* answer) { *static_cast<bool*>(answer) = true; });
  bridge_->window->AddObserver(vtkCommand::WindowIsCurrentEvent, is_current);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(120, 90);
}

VtkWidget::~VtkWidget() {
  if (context() != nullptr) {
    context()->disconnect(this);  // Qt ends the context later, when the bridge is gone
    makeCurrent();
    bridge_->window->Finalize();
    doneCurrent();
  }
}

vtkRenderer* VtkWidget::renderer() const { return bridge_->renderer; }

void VtkWidget::initializeGL() {
  bridge_->window->SetReadyForRendering(true);
  bridge_->window->SetForceMaximumHardwareLineWidth(1);
  bridge_->window->OpenGLInit();
  // A widget that moves to another window gets another context: what VTK made in this one goes with it.
  connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, [this] {
    makeCurrent();
    bridge_->window->Finalize();
    doneCurrent();
  });
}

void VtkWidget::updateScene() {
  bridge_->changed = true;
  update();
}

void VtkWidget::render(double pixels) {
  vtkGenericOpenGLRenderWindow* window = bridge_->window;
  const int columns = static_cast<int>(std::lround(width() * pixels));
  const int rows = static_cast<int>(std::lround(height() * pixels));
  if (!bridge_->changed && window->GetSize()[0] == columns && window->GetSize()[1] == rows) {
    return;
  }
  window->SetSize(columns, rows);
  prepareScene(QSizeF(size()), pixels);
  window->Render();
  bridge_->changed = false;
}

void VtkWidget::copyTo(unsigned int framebuffer) {
  context()->functions()->glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffer);
  bridge_->window->GetState()->ResetFramebufferBindings();
  bridge_->window->BlitDisplayFramebuffer();
}

void VtkWidget::paintGL() {
  vtkOpenGLState* state = bridge_->window->GetState();
  state->Reset();  // Qt has painted since VTK looked
  state->Push();
  render(devicePixelRatioF());
  copyTo(defaultFramebufferObject());
  state->Pop();
  context()->functions()->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paintOverlay(painter, QSizeF(size()));
}

QImage VtkWidget::grabPicture(double scale) {
  if (context() == nullptr || width() == 0 || height() == 0) {
    return {};
  }
  makeCurrent();
  vtkOpenGLState* state = bridge_->window->GetState();
  QOpenGLFramebufferObject target(
      QSize(static_cast<int>(std::lround(width() * scale)), static_cast<int>(std::lround(height() * scale))),
      QOpenGLFramebufferObject::CombinedDepthStencil);
  state->Reset();
  state->Push();
  bridge_->changed = true;
  render(scale);
  copyTo(target.handle());
  state->Pop();
  QImage picture = target.toImage();
  picture.reinterpretAsFormat(QImage::Format_RGB32);  // VTK's alpha says how much was blended, not what shines through
  doneCurrent();
  picture.setDevicePixelRatio(scale);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(font());
  paintOverlay(painter, QSizeF(size()));
  painter.end();
  updateScene();
  return picture;
}

}  // namespace lossscope::widgets
