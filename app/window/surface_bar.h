// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMenu>
#include <QWidget>

#include "app/window/session_store.h"
#include "widgets/surface_view.h"

class QComboBox;
class QSlider;
class QToolButton;

namespace lossscope {

/// The row above the 3D view: what colours the surfaces, which of them and of the slices are shown; opacities, views
/// and the turntable are in its menu.
class SurfaceBar : public QWidget {
  Q_OBJECT
 public:
  SurfaceBar(SessionStore& store, widgets::SurfaceView& view, QWidget* parent = nullptr);
  void openMenu(QPoint global) { menu_->popup(global); }

 Q_SIGNALS:
  void turntableRequested();

 private:
  void makeRow();
  void makeMenu();
  QToolButton* addToggle(const QString& name, const QString& tip, const QIcon& icon, bool SurfaceLook::*member);
  QSlider* addOpacity(const QString& name, const QString& text, double SurfaceLook::*member);
  void showSession(const Session& session);

  SessionStore& store_;
  widgets::SurfaceView& view_;
  QMenu* menu_ = new QMenu(this);
  QComboBox* colour_ = nullptr;
  QToolButton* mask_ = nullptr;
  QToolButton* prediction_ = nullptr;
  QToolButton* slices_ = nullptr;
  QSlider* mask_opacity_ = nullptr;
  QSlider* prediction_opacity_ = nullptr;
  quint64 drag_ = 0;
};

/// A side of the patient as a menu names it ("&Anterior"), and its key there.
struct NamedView {
  widgets::ViewFrom side;
  QString name;
  QChar key;
};
[[nodiscard]] std::vector<NamedView> named_views();
/// What may colour the surfaces, in the order of the list.
[[nodiscard]] std::vector<std::pair<SurfaceColour, QString>> surface_colours();

/// Undoable steps, shared by row and menu bar.
void choose_surface_colour(SessionStore& store, SurfaceColour colour);
void show_in_3d(SessionStore& store, bool SurfaceLook::*member, bool on);

}  // namespace lossscope
