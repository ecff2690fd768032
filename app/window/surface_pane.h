// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/engine/background.h"
#include "app/figures/surfaces.h"
#include "app/window/session_store.h"
#include "basics/turns.h"
#include "widgets/surface_view.h"

namespace lossscope {

class SurfaceBar;

/// The 3D view with its row of controls. Surfaces, their colours and the planes' pictures are made in the background;
/// until they are there the old ones stay.
class SurfacePane : public QWidget {
  Q_OBJECT
 public:
  /// Making surfaces takes turns with what else computes over whole volumes.
  SurfacePane(SessionStore& store, std::shared_ptr<Turns> turns, QWidget* parent = nullptr);

  void show(const FramePtr& frame);
  void showSettings(const Session& session);
  void clear();
  void openMenu(QPoint global);  ///< what the row has no room for
  [[nodiscard]] bool busy() const;
  [[nodiscard]] widgets::SurfaceView* view() const { return view_; }

 Q_SIGNALS:
  void crosshairMoved(const std::array<std::int64_t, 3>& voxel);
  void turntableRequested();

 private:
  void makeSurfaces();
  void makePlanes();
  void showModel();

  std::shared_ptr<Turns> turns_;
  SurfaceBar* bar_ = nullptr;
  widgets::SurfaceView* view_ = nullptr;
  FramePtr frame_;
  Session session_;
  SurfaceWish wanted_, made_of_;
  CaseSurfaces made_;
  std::vector<widgets::ShownPlane> planes_;
  bool known_ = false;  ///< `made_` is of `made_of_`
  Background making_, drawing_;
};

}  // namespace lossscope
