// SPDX-License-Identifier: Apache-2.0
#include "widgets/surface_scene.h"

#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "widgets/offscreen_canvas.h"
#include "widgets/plane_actor.h"
#include "widgets/slice_overlay.h"
#include "widgets/surface_maker.h"

namespace lossscope::widgets {
namespace {

class SurfaceActor {
 public:
  explicit SurfaceActor(const QColor& colour) {
    actor_->SetMapper(mapper_);
    vtkProperty* property = actor_->GetProperty();
    property->SetColor(colour.redF(), colour.greenF(), colour.blueF());
    property->SetDiffuse(0.75);
    property->SetSpecular(0.1);
    property->SetAmbient(0.05);
  }

  [[nodiscard]] vtkActor* actor() { return actor_; }

  void show(const ShownSurface& surface) {
    actor_->SetVisibility(surface.seen() ? 1 : 0);
    if (!surface.seen()) {
      return;
    }
    if (mapper_->GetInput() != surface.shape) {
      mapper_->SetInputData(surface.shape);
      mapper_->SetScalarVisibility(surface.shape->GetPointData()->GetScalars() != nullptr ? 1 : 0);
      actor_->SetUserMatrix(placement(surface.volume));
    }
    actor_->GetProperty()->SetOpacity(std::clamp(surface.opacity, 0.0, 1.0));
  }

 private:
  vtkNew<vtkPolyDataMapper> mapper_;
  vtkNew<vtkActor> actor_;
};

}  // namespace

struct SurfaceScene::Parts {
  vtkNew<vtkRenderer> renderer;
  SurfaceActor mask{mask_colour()}, prediction{prediction_colour()};
  std::array<PlaneActor, 3> planes;
  SurfaceModel model;
  int samples = 1;
  std::optional<OffscreenCanvas> canvas;  // last, so that it ends first: it refers to the members above

  /// Throws std::runtime_error without OpenGL.
  QImage draw(QSize size) {
    if (!canvas) {
      canvas.emplace();
    }
    vtkCamera* camera = renderer->GetActiveCamera();
    camera->SetViewAngle(kViewAngle);
    camera->SetPosition(model.camera.position.data());
    camera->SetFocalPoint(model.camera.focus.data());
    camera->SetViewUp(model.camera.up.data());
    renderer->ResetCameraClippingRange();
    return canvas->draw(renderer, size);
  }
};

SurfaceScene::SurfaceScene() : parts_(std::make_unique<Parts>()) {
  const QColor background = scene_background();
  parts_->renderer->SetBackground(background.redF(), background.greenF(), background.blueF());
  for (SurfaceActor* surface : {&parts_->mask, &parts_->prediction}) {
    parts_->renderer->AddActor(surface->actor());
  }
  for (PlaneActor& plane : parts_->planes) {
    parts_->renderer->AddActor(plane.actor());
  }
}

SurfaceScene::~SurfaceScene() = default;

void SurfaceScene::setModel(SurfaceModel model) {
  parts_->mask.show(model.mask);
  parts_->prediction.show(model.prediction);
  for (std::size_t at = 0; at < parts_->planes.size(); ++at) {
    at < model.planes.size() ? parts_->planes[at].show(model.planes[at]) : parts_->planes[at].hide();
  }
  parts_->model = std::move(model);
}

const SurfaceModel& SurfaceScene::model() const { return parts_->model; }

void SurfaceScene::setCamera(const CameraPose& pose) { parts_->model.camera = pose; }

void SurfaceScene::setSamples(int samples) { parts_->samples = samples; }

void SurfaceScene::paint(QPainter& painter, QSizeF size, double pixels) {
  const QRectF box({0, 0}, size);
  painter.save();
  painter.setRenderHints(QPainter::Antialiasing | QPainter::LosslessImageRendering);
  painter.setFont(textFont());
  painter.setClipRect(box, Qt::IntersectClip);
  painter.fillRect(box, scene_background());
  try {
    if (!parts_->model.empty()) {
      const QSize physical = (size * pixels).toSize();
      QImage picture = parts_->draw(physical * parts_->samples);
      if (parts_->samples > 1) {
        picture = picture.scaled(physical, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
      }
      painter.drawImage(box, picture);
      paint_surface_marks(painter, size, parts_->model);
    }
  } catch (const std::runtime_error& error) {
    paint_outlined_text(painter, box.adjusted(8, 4, -8, -4), Qt::AlignCenter | Qt::TextWordWrap,
                        QString::fromUtf8(error.what()), QColor(235, 235, 235));
  }
  painter.restore();
}

}  // namespace lossscope::widgets
