// SPDX-License-Identifier: Apache-2.0
#include "app/window/surface_pane.h"

#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "app/window/surface_bar.h"

namespace lossscope {

SurfacePane::SurfacePane(SessionStore& store, std::shared_ptr<Turns> turns, QWidget* parent)
    : QWidget(parent), turns_(std::move(turns)) {
  view_ = new widgets::SurfaceView;
  view_->setObjectName(QStringLiteral("surface"));
  bar_ = new SurfaceBar(store, *view_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(bar_);
  layout->addWidget(view_, 1);
  connect(bar_, &SurfaceBar::turntableRequested, this, &SurfacePane::turntableRequested);
  connect(view_, &widgets::SurfaceView::menuRequested, bar_, &SurfaceBar::openMenu);
  connect(&making_, &Background::idle, this, [this] {
    if (frame_ && !(known_ && wanted_ == made_of_)) {
      makeSurfaces();  // wanted meanwhile. The running one was not stopped, so that a long drag shows something
    } else {
      view_->setUpdating(false);
    }
  });
  connect(view_, &widgets::SurfaceView::picked, this, [this](const widgets::Point3& world) {
    if (frame_) {
      const Grid& grid = frame_->data->grid;
      const auto index = grid.to_index(world);
      std::array<std::int64_t, 3> voxel{};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        voxel[axis] = std::clamp<std::int64_t>(std::llround(index[axis]), 0, grid.size[axis] - 1);
      }
      Q_EMIT crosshairMoved(voxel);
    }
  });
}

void SurfacePane::show(const FramePtr& frame) {
  frame_ = frame;
  view_->setCrosshair(frame->probe.world, crosshair_lines(frame->data->grid, frame->probe.voxel));
  makePlanes();
  if (frame->preliminary) {
    return;  // a preliminary frame: its volumes are not those of its slices
  }
  wanted_ = surface_wish(*frame);
  if (!making_.busy() && !(known_ && wanted_ == made_of_)) {
    makeSurfaces();
  }
}

void SurfacePane::makeSurfaces() {
  view_->setUpdating(true);
  making_.run(
      [this, wish = wanted_, before = made_, turns = turns_](std::stop_token stop, const Background::Deliver& deliver) {
        const Turns::Turn turn = turns->take(stop);
        if (!turn) {
          throw Cancelled();
        }
        const auto made = std::make_shared<CaseSurfaces>(make_surfaces(wish, before, 0, stop));
        deliver([this, wish, made] {
          made_ = *made;
          made_of_ = wish;
          known_ = true;
          showModel();
        });
      });
}

void SurfacePane::makePlanes() {
  if (!frame_ || !session_.look.display.surfaces.show_slices) {
    return;
  }
  auto frame = std::make_shared<Frame>(*frame_);
  frame->session.look.display.opacity = session_.look.display.opacity;  // what the views set by themselves
  frame->session.look.display.show_overlay = session_.look.display.show_overlay;
  drawing_.run([this, frame](const std::stop_token&, const Background::Deliver& deliver) {
    deliver([this, planes = slice_planes(*frame)] {
      planes_ = planes;
      showModel();
    });
  });
}

void SurfacePane::showModel() {
  const SurfaceLook& look = session_.look.display.surfaces;
  widgets::SurfaceModel model;
  model.mask = {made_.mask.shown, made_.mask.volume, look.show_mask, look.mask_opacity};
  model.prediction = {made_.prediction.shown, made_.prediction.volume, look.show_prediction, look.prediction_opacity};
  if (look.show_slices) {
    model.planes = planes_;
  }
  model.scale = made_.scale;
  model.non_finite = made_.non_finite;
  view_->setModel(std::move(model));
}

void SurfacePane::showSettings(const Session& session) {
  const bool planes =
      session.look.display.surfaces.show_slices &&
      (!session_.look.display.surfaces.show_slices || session.look.display.opacity != session_.look.display.opacity ||
       session.look.display.show_overlay != session_.look.display.show_overlay);
  const bool changed = !(session.look.display.surfaces == session_.look.display.surfaces);
  session_ = session;
  if (planes) {
    makePlanes();
  }
  if (changed && frame_) {
    showModel();
  }
}

void SurfacePane::clear() {
  making_.cancel();
  drawing_.cancel();
  frame_.reset();
  made_ = {};
  made_of_ = wanted_ = {};
  known_ = false;
  planes_.clear();
  view_->setUpdating(false);
  view_->setModel({});
}

void SurfacePane::openMenu(QPoint global) { bar_->openMenu(global); }

bool SurfacePane::busy() const { return making_.busy() || drawing_.busy() || view_->busy(); }

}  // namespace lossscope
