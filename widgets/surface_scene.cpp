// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_scene.h"

#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>

#include <cmath>
#include <optional>
#include <stdexcept>

#include "widgets/offscreen_canvas.h"
#include "widgets/slice_overlay.h"
#include "widgets/surface_maker.h"

namespace lossscope::widgets {

struct SurfaceScene::Parts {
  struct Surface {
    vtkNew<vtkPolyDataMapper> mapper;
    vtkNew<vtkActor> actor;
  };
  vtkNew<vtkRenderer> renderer;
  std::array<Surface, 2> surfaces;
  QString title = QStringLiteral("Surfaces");
  int samples = 1;
  std::optional<OffscreenCanvas> canvas;  // the last, so that it ends first: it holds what the others drew with

  Surface& of(Which which) { return surfaces[static_cast<std::size_t>(which)]; }
  [[nodiscard]] vtkCamera* camera() const { return renderer->GetActiveCamera(); }

  /// Throws std::runtime_error without OpenGL.
  QImage draw(QSize size) {
    if (!canvas) {
      canvas.emplace();
    }
    renderer->ResetCameraClippingRange();
    return canvas->draw(renderer, size);
  }
};

SurfaceScene::SurfaceScene() : parts_(std::make_unique<Parts>()) {
  const QColor background = scene_background();
  parts_->renderer->SetBackground(background.redF(), background.greenF(), background.blueF());
  const std::array colours{mask_colour(), prediction_colour()};
  for (std::size_t at = 0; at < colours.size(); ++at) {
    auto& surface = parts_->surfaces[at];
    surface.mapper->ScalarVisibilityOff();
    surface.actor->SetMapper(surface.mapper);
    surface.actor->VisibilityOff();
    vtkProperty* property = surface.actor->GetProperty();
    property->SetColor(colours[at].redF(), colours[at].greenF(), colours[at].blueF());
    property->SetDiffuse(0.75);
    property->SetSpecular(0.1);
    property->SetAmbient(0.05);
    parts_->renderer->AddActor(surface.actor);
  }
  setOpacity(Which::prediction, 0.4);
}

SurfaceScene::~SurfaceScene() = default;

void SurfaceScene::setSurface(Which which, const vtkSmartPointer<vtkPolyData>& surface, const VolumePicture& volume) {
  auto& shown = parts_->of(which);
  shown.mapper->SetInputData(surface);
  shown.mapper->SetScalarVisibility(surface->GetPointData()->GetScalars() != nullptr ? 1 : 0);
  shown.actor->SetUserMatrix(placement(volume));
  shown.actor->SetVisibility(surface->GetNumberOfCells() > 0 ? 1 : 0);
}

bool SurfaceScene::empty() const {
  return parts_->surfaces[0].actor->GetVisibility() == 0 && parts_->surfaces[1].actor->GetVisibility() == 0;
}

void SurfaceScene::setOpacity(Which which, double opacity) {
  parts_->of(which).actor->GetProperty()->SetOpacity(opacity);
}

void SurfaceScene::setTitle(const QString& title) { parts_->title = title; }

void SurfaceScene::setSamples(int samples) { parts_->samples = samples; }

void SurfaceScene::resetView() {
  vtkCamera* camera = parts_->camera();
  camera->SetFocalPoint(0, 0, 0);
  camera->SetPosition(0.8, -1, 0.45);
  camera->SetViewUp(0, 0, 1);
  camera->SetViewAngle(30);
  parts_->renderer->ResetCamera();
  camera->Zoom(1.25);
}

void SurfaceScene::lookAs(const SurfaceScene& other) { parts_->camera()->DeepCopy(other.parts_->camera()); }

void SurfaceScene::rotate(double right, double down) {
  parts_->camera()->Azimuth(-right);
  parts_->camera()->Elevation(down);
  parts_->camera()->OrthogonalizeViewUp();
}

void SurfaceScene::pan(QPointF moved, double height) {
  vtkCamera* camera = parts_->camera();
  constexpr double kRadians = 3.14159265358979323846 / 180;
  const double mm_per_pixel =
      2 * camera->GetDistance() * std::tan(camera->GetViewAngle() * kRadians / 2) / std::max(1.0, height);
  vtkMatrix4x4* view = camera->GetViewTransformMatrix();
  std::array<double, 3> focus{};
  std::array<double, 3> position{};
  camera->GetFocalPoint(focus.data());
  camera->GetPosition(position.data());
  for (int axis = 0; axis < 3; ++axis) {
    const double by = mm_per_pixel * (moved.y() * view->GetElement(1, axis) - moved.x() * view->GetElement(0, axis));
    focus[static_cast<std::size_t>(axis)] += by;
    position[static_cast<std::size_t>(axis)] += by;
  }
  camera->SetFocalPoint(focus.data());
  camera->SetPosition(position.data());
}

void SurfaceScene::zoomBy(double factor) { parts_->camera()->Dolly(factor); }

QPointF SurfaceScene::positionOf(const std::array<double, 3>& world, QSizeF size) const {
  const std::array<double, 4> point{world[0], world[1], world[2], 1};
  std::array<double, 4> view{};
  vtkMatrix4x4* matrix = parts_->camera()->GetCompositeProjectionTransformMatrix(size.width() / size.height(), -1, 1);
  matrix->MultiplyPoint(point.data(), view.data());
  return {(view[0] / view[3] + 1) / 2 * size.width(), (1 - view[1] / view[3]) / 2 * size.height()};
}

void SurfaceScene::paint(QPainter& painter, QSizeF size, double pixels) {
  const QRectF box({0, 0}, size);
  const QRectF inner = box.adjusted(8, 4, -8, -4);
  painter.save();
  painter.setRenderHints(QPainter::Antialiasing | QPainter::LosslessImageRendering);
  painter.setFont(picture_font());
  painter.setClipRect(box, Qt::IntersectClip);
  painter.fillRect(box, scene_background());
  try {
    if (!empty()) {
      const QSize physical = (size * pixels).toSize();
      QImage picture = parts_->draw(physical * parts_->samples);
      if (parts_->samples > 1) {
        picture = picture.scaled(physical, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
      }
      painter.drawImage(box, picture);
      paintAxes(painter, size);
      paint_outlined_text(painter, inner, Qt::AlignLeft | Qt::AlignTop, parts_->title, QColor(235, 235, 235));
    }
  } catch (const std::runtime_error& error) {
    paint_outlined_text(painter, inner, Qt::AlignCenter | Qt::TextWordWrap, QString::fromUtf8(error.what()),
                        QColor(235, 235, 235));
  }
  painter.restore();
}

void SurfaceScene::paintAxes(QPainter& painter, QSizeF size) const {
  constexpr double kLength = 20;
  const QPointF origin(36, size.height() - 36);
  vtkMatrix4x4* view = parts_->camera()->GetViewTransformMatrix();
  const std::array letters{QStringLiteral("L"), QStringLiteral("P"), QStringLiteral("S")};
  for (int axis = 0; axis < 3; ++axis) {
    const QPointF end = origin + kLength * QPointF(view->GetElement(0, axis), -view->GetElement(1, axis));
    painter.setPen(QPen(QColor(200, 200, 200), 1.5));
    painter.drawLine(origin, end);
    const QPointF at = origin + (end - origin) * 1.45;
    paint_outlined_text(painter, QRectF(at - QPointF(10, 10), QSizeF(20, 20)), Qt::AlignCenter,
                        letters[static_cast<std::size_t>(axis)], QColor(255, 224, 130));
  }
}

}  // namespace lossscope::widgets
