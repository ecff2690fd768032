// SPDX-License-Identifier: Apache-2.0
// The menus of the window and their keys.
#include <QActionGroup>
#include <QDockWidget>
#include <QLineEdit>
#include <QMenuBar>
#include <algorithm>

#include "app/window/bottom_tabs.h"
#include "app/window/device_menu.h"
#include "app/window/export_picture.h"
#include "app/window/grid_tips.h"
#include "app/window/help.h"
#include "app/window/image_windows.h"
#include "app/window/layer_bar.h"
#include "app/window/main_window.h"
#include "app/window/probe_tab.h"
#include "app/window/range_control.h"
#include "app/window/recent_files.h"
#include "app/window/status_line.h"
#include "app/window/surface_bar.h"
#include "app/window/theme.h"
#include "app/window/view_area.h"

namespace lossscope {

QAction* MainWindow::addTo(QMenu* menu, const QString& text, const QKeySequence& key, std::function<void()> run) {
  QAction* action = menu->addAction(text);
  action->setShortcut(key);
  connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
  return action;
}

template <class Member>
QAction* MainWindow::addToggle(QMenu* menu, const QString& text, const QKeySequence& key, Member member) {
  QAction* action = menu->addAction(text);
  action->setShortcut(key);
  action->setCheckable(true);
  action->setChecked(member(store_.session().look));
  connect(action, &QAction::triggered, this, [this, action, member](bool on) {
    store_.change(action->text().remove(QLatin1Char('&')), [&](Session& session) { member(session.look) = on; });
  });
  connect(&store_, &SessionStore::changed, action,
          [action, member](const Session& session) { action->setChecked(member(session.look)); });
  return action;
}

void MainWindow::makeFileMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&File"));
  addTo(menu, tr("&Open files ..."), QKeySequence::Open, [this] { askForFiles(); });
  addTo(menu, tr("Open &DICOM folder ..."), QKeySequence(tr("Ctrl+Shift+O")), [this] { askForFolder(); });
  recent_ = new RecentFiles(menu);
  menu->addMenu(recent_);
  connect(recent_, &RecentFiles::chosen, this, &MainWindow::openFiles);
  QMenu* samples = menu->addMenu(tr("Open &sample"));
  addTo(samples, tr("MNI &head"), {}, [this] { openSample(QStringLiteral("mni-head")); });
  addTo(samples, tr("Generated &phantom"), {}, [this] { openSample(QStringLiteral("phantom")); });
  menu->addSeparator();
  addTo(menu, tr("Open sess&ion ..."), {}, [this] { askForSession(); });
  addTo(menu, tr("Sa&ve session"), QKeySequence::Save, [this] {
    if (const QString path = documents_.now().path; path.isEmpty()) {
      saveSessionAs();
    } else {
      saveSession(path);
    }
  });
  addTo(menu, tr("Save session &as ..."), QKeySequence(tr("Ctrl+Shift+S")), [this] { saveSessionAs(); });
  menu->addSeparator();
  addTo(menu, tr("&Copy picture"), QKeySequence(tr("Ctrl+Shift+C")), [this] {
    copyPicture();
  })->setObjectName(QStringLiteral("menu.copyPicture"));
  addTo(menu, tr("&Export picture ..."), QKeySequence(tr("Ctrl+E")), [this] {
    exportPicture();
  })->setObjectName(QStringLiteral("menu.exportPicture"));
  addTo(menu, tr("T&urntable of the surfaces ..."), {}, [this] { exportTurntable(); });
  addTo(menu, tr("All &maps as NIfTI ..."), {}, [this] { exportMaps(); });
  addTo(menu, tr("&Table of all losses ..."), {}, [this] { exportTable(); });
  addTo(menu, tr("&Report ..."), QKeySequence(tr("Ctrl+P")), [this] { exportReport(); });
  menu->addSeparator();
  addTo(menu, tr("&Quit"), QKeySequence(tr("Ctrl+Q")), [this] { close(); });
}

void MainWindow::makeEditMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Edit"));
  QAction* undo = store_.undoStack()->createUndoAction(this, tr("&Undo"));
  undo->setShortcut(QKeySequence(tr("Ctrl+Z")));
  QAction* redo = store_.undoStack()->createRedoAction(this, tr("&Redo"));
  redo->setShortcuts({QKeySequence(tr("Ctrl+Y")), QKeySequence(tr("Ctrl+Shift+Z"))});
  menu->addActions({undo, redo});
  menu->addSeparator();
  addTo(menu, tr("&Default parameters of this loss"), {}, [this] {
    store_.change(tr("default parameters"), [](Session& session) { session.loss.parameters.erase(session.loss.id); });
  });
  addTo(menu, tr("Copy the loss for P&yTorch"), {}, [this] {
    copyForPyTorch();
  })->setObjectName(QStringLiteral("menu.copyForPyTorch"));
  addTo(menu, tr("&Perfect prediction from the mask"), {}, [this] {
    store_.change(tr("perfect prediction"),
                  [](Session& session) { session.predict_from<FromMask>().degradation = {}; });
  });
  addTo(menu, tr("&Find a loss"), QKeySequence::Find, [this] {
    if (auto* search = findChild<QLineEdit*>(QStringLiteral("lossSearch"))) {
      search->setFocus();
      search->selectAll();
    }
  });
}

void MainWindow::makeViewMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&View"));
  addTo(menu, tr("&Reset the views"), QKeySequence(tr("R")), [this] {
    views_->resetViews();
  })->setObjectName(QStringLiteral("menu.resetViews"));
  addToggle(
      menu, tr("&Layer"), QKeySequence(tr("S")), [](auto& look) -> auto& { return look.display.show_overlay; })
      ->setObjectName(QStringLiteral("menu.layer"));
  addToggle(
      menu, tr("&Contours"), QKeySequence(tr("C")), [](auto& look) -> auto& { return look.display.show_contours; })
      ->setObjectName(QStringLiteral("menu.contours"));
  addTo(menu, tr("Automatic &window and level"), QKeySequence(tr("W")), [this] {
    store_.change(tr("automatic window"), [](Session& session) { session.look.window = session.look.level = 0; });
  })->setObjectName(QStringLiteral("menu.automaticWindow"));
  QMenu* windows = menu->addMenu(tr("Window of a C&T image"));
  windows->menuAction()->setObjectName(QStringLiteral("menu.imageWindows"));
  add_image_windows(*windows, store_);
  QMenu* colours = menu->addMenu(tr("Colou&rs and their range"));
  colours->menuAction()->setObjectName(QStringLiteral("menu.colours"));
  connect(colours, &QMenu::aboutToShow, this, [this, colours] {
    colours->clear();
    views_->rangeControl()->fillMenu(colours);
  });
  addTo(menu, tr("Go to the lar&gest value in sight"), QKeySequence(tr("X")), [this] { goToLargest(); });
  makeLayerKeys(menu);
  makeCompareMenu(menu->addMenu(tr("Co&mpare")));
  makeProbeMenu(menu->addMenu(tr("Pro&be")));
  makeSurfaceMenu(menu->addMenu(tr("&3D")));
  menu->addSeparator();
  addToggle(
      menu, tr("Radiolo&gical convention (right on the left)"), {},
      [](auto& look) -> auto& { return look.radiological; });
  QAction* smooth = menu->addAction(tr("S&mooth the image"));
  smooth->setCheckable(true);
  connect(smooth, &QAction::toggled, views_, &ViewArea::setInterpolation);
  menu->addSeparator();
  for (QDockWidget* panel : findChildren<QDockWidget*>()) {
    menu->addAction(panel->toggleViewAction());
  }
  QAction* presentation = menu->addAction(tr("&Presentation (views, loss and parameters in text for a room)"));
  presentation->setObjectName(QStringLiteral("presentation"));
  presentation->setShortcut(QKeySequence(tr("F10")));
  presentation->setCheckable(true);
  connect(presentation, &QAction::toggled, this, &MainWindow::present);
  QAction* full = menu->addAction(tr("&Full screen"));
  full->setShortcut(QKeySequence(tr("F11")));
  full->setCheckable(true);
  connect(full, &QAction::toggled, this, [this](bool on) { on ? showFullScreen() : showNormal(); });
  addThemes(menu);
}

void MainWindow::makeLayerKeys(QMenu* menu) {
  const auto opacity = [this](double by) {
    store_.change(tr("opacity"), [by](Session& session) {
      session.look.display.opacity = std::clamp(session.look.display.opacity + by, 0.0, 1.0);
    });
  };
  addTo(menu, tr("Less opacity"), QKeySequence(tr("A")), [opacity] { opacity(-0.1); });
  addTo(menu, tr("More opacity"), QKeySequence(tr("D")), [opacity] { opacity(0.1); });
  QMenu* layers = menu->addMenu(tr("Show la&yer"));
  int key = Qt::Key_1;
  for (const auto& [choice, name] : layer_choices()) {
    addTo(layers, name, QKeySequence(key++), [this, layer = choice] { store_.showLayer(layer); });
  }
}

void MainWindow::makeCompareMenu(QMenu* menu) {
  const std::array<std::pair<QString, QString>, 7> choices{{{tr("&One loss"), tr("Ctrl+1")},
                                                            {tr("&Two losses"), tr("Ctrl+2")},
                                                            {tr("&Four losses"), tr("Ctrl+4")},
                                                            {tr("&Six losses"), tr("Ctrl+6")},
                                                            {tr("&All losses"), tr("Ctrl+9")},
                                                            {tr("&Difference of two gradients"), tr("Ctrl+D")},
                                                            {tr("All &classes"), tr("Ctrl+Shift+9")}}};
  for (std::size_t index = 0; index < choices.size(); ++index) {
    addTo(menu, choices[index].first, QKeySequence(choices[index].second),
          [this, index] { arrange(store_, static_cast<int>(index)); });
  }
}

void MainWindow::makeSurfaceMenu(QMenu* menu) {
  addTo(menu, tr("Next &colours"), QKeySequence(tr("F5")), [this] {
    const auto colours = surface_colours();
    const auto now = static_cast<std::size_t>(store_.session().look.display.surfaces.colour);
    choose_surface_colour(store_, colours[(now + 1) % colours.size()].first);
  });
  struct Toggle {
    QString text, key;
    bool SurfaceLook::*member;
  };
  for (const Toggle& toggle : {Toggle{tr("&Mask"), tr("F6"), &SurfaceLook::show_mask},
                               Toggle{tr("&Prediction"), tr("F7"), &SurfaceLook::show_prediction},
                               Toggle{tr("&Slices"), tr("F8"), &SurfaceLook::show_slices}}) {
    QAction* action = addTo(menu, toggle.text, QKeySequence(toggle.key), [] {});
    action->setCheckable(true);
    const auto is_on = [member = toggle.member](const Session& session) {
      return session.look.display.surfaces.*member;
    };
    action->setChecked(is_on(store_.session()));
    connect(action, &QAction::triggered, this,
            [this, member = toggle.member](bool on) { show_in_3d(store_, member, on); });
    connect(&store_, &SessionStore::changed, action,
            [action, is_on](const Session& session) { action->setChecked(is_on(session)); });
  }
  menu->addSeparator();
  for (const NamedView& view : named_views()) {
    addTo(menu, tr("From %1").arg(view.name), QKeySequence(QStringLiteral("Shift+") + view.key),
          [this, side = view.side] { views_->surfaceView()->lookFrom(side); });
  }
}

void MainWindow::makeProbeMenu(QMenu* menu) {
  const auto add = [&](const char* name, const QString& text, const QKeySequence& key, std::function<void()> run) {
    QAction* action = addTo(menu, text, key, std::move(run));
    action->setObjectName(QLatin1String(name));
    set_grid_words(*action, "text", text);
  };
  add("menu.worst", tr("&Worst voxel of the volume"), QKeySequence(tr("M")), [this] { tabs_->probe()->goToWorst(); });
  addTo(menu, tr("&Next error"), QKeySequence(tr("N")), [this] { tabs_->stepToError(1); });
  addTo(menu, tr("&Error before"), QKeySequence(tr("Shift+N")), [this] { tabs_->stepToError(-1); });
  add("menu.pin", tr("&Pin this voxel, or let it go"), QKeySequence(tr("P")), [this] { tabs_->probe()->pin(); });
  addTo(menu, tr("&Unpin all"), {}, [this] { tabs_->probe()->unpinAll(); });
}

void MainWindow::addThemes(QMenu* menu) {
  QMenu* themes = menu->addMenu(tr("&Theme"));
  auto* group = new QActionGroup(themes);
  const std::array<std::pair<QString, Theme>, 3> choices{
      {{tr("As the &system"), Theme::system}, {tr("&Dark"), Theme::dark}, {tr("&Light"), Theme::light}}};
  for (const auto& [text, theme] : choices) {
    QAction* action = addTo(themes, text, {}, [this, chosen = theme] { apply_theme(chosen, remember_); });
    action->setCheckable(true);
    action->setChecked(chosen_theme() == theme);
    group->addAction(action);
  }
}

void MainWindow::makeSliceMenu() {
  slice_menu_ = new QMenu(this);
  slice_menu_->setObjectName(QStringLiteral("sliceMenu"));
  const std::initializer_list<std::initializer_list<const char*>> groups{
      {"pin", "worst"},
      {"imageWindows", "automaticWindow", "layer", "contours", "colours"},
      {"resetViews"},
      {"copyPicture", "exportPicture"}};
  for (const auto& group : groups) {
    for (const char* name : group) {
      slice_menu_->addAction(findChild<QAction*>(QStringLiteral("menu.") + QLatin1String(name)));
    }
    slice_menu_->addSeparator();
  }
  connect(views_, &ViewArea::menuRequested, this, [this](const QPoint& at) { slice_menu_->popup(at); });
}

void MainWindow::makeDeviceMenu() {
  devices_ = new DeviceMenu(this);
  menuBar()->addMenu(devices_);
  connect(devices_, &DeviceMenu::chosen, this, [this](const QString& id) {
    if (remember_) {
      remember_device(id);
    }
    chooseDevice(id);
  });
}

void MainWindow::makeHelpMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Help"));
  addTo(menu, tr("&Mouse and keys"), QKeySequence(tr("F1")), [this] { show_shortcuts(this); });
  addTo(menu, tr("&About LossScope"), {}, [this] { show_about(this); });
  auto* cancel = new QAction(this);
  cancel->setShortcut(QKeySequence(tr("Esc")));
  connect(cancel, &QAction::triggered, status_, &StatusLine::cancelRequested);
  addAction(cancel);
}

}  // namespace lossscope
