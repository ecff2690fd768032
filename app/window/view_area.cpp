// SPDX-License-Identifier: Apache-2.0
#include "app/window/view_area.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "app/figures/frame_pictures.h"
#include "app/figures/pictures.h"
#include "app/figures/text.h"
#include "app/window/compare_grid.h"
#include "app/window/range_control.h"
#include "app/window/sheet_view.h"
#include "app/window/surface_pane.h"

namespace lossscope {

using widgets::SliceView;

ViewArea::ViewArea(SessionStore& store, const Details& details, QWidget* parent) : QWidget(parent), store_(store) {
  const std::array names{QStringLiteral("axial"), QStringLiteral("coronal"), QStringLiteral("sagittal")};
  columns_ = new QSplitter(Qt::Horizontal);
  rows_ = new QSplitter(Qt::Vertical);
  for (int view = 0; view < 3; ++view) {
    slices_[view] = new SliceView;
    slices_[view]->setObjectName(names[view]);
    connectSlice(view);
  }
  distance_ = new SliceView;
  distance_->setObjectName(QStringLiteral("distance"));
  surface_ = new SurfacePane(store, details.turns());
  fourth_ = new QStackedWidget;
  fourth_->addWidget(surface_);
  fourth_->addWidget(distance_);
  connectDistance();
  connect(surface_->view(), &widgets::SurfaceView::maximiseRequested, this, [this] { toggleMaximised(fourth_); });
  connect(surface_, &SurfacePane::crosshairMoved, this, &ViewArea::crosshairMoved);
  connect(surface_, &SurfacePane::turntableRequested, this, &ViewArea::turntableRequested);

  columns_->addWidget(slices_[0]);
  columns_->addWidget(rows_);
  for (QWidget* pane :
       {static_cast<QWidget*>(slices_[1]), static_cast<QWidget*>(slices_[2]), static_cast<QWidget*>(fourth_)}) {
    rows_->addWidget(pane);
  }
  columns_->setStretchFactor(0, 2);
  columns_->setStretchFactor(1, 1);
  columns_->setSizes({2000, 1000});
  rows_->setSizes({1000, 1000, 1000});
  for (QSplitter* splitter : {columns_, rows_}) {
    splitter->setHandleWidth(3);
    splitter->setChildrenCollapsible(false);
  }
  bar_ = new widgets::ColourBar;
  QSizePolicy policy = bar_->sizePolicy();
  policy.setRetainSizeWhenHidden(true);  // keeps its room, so that the views do not jump
  bar_->setSizePolicy(policy);
  bar_->setObjectName(QStringLiteral("colourBar"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  range_ = new RangeControl(store, this);
  range_->attach(bar_);
  compare_ = new CompareGrid(store, *range_);
  sheet_ = new SheetView(store, details);
  connectComparison();
  arrangement_ = new QStackedWidget;
  for (QWidget* page :
       {static_cast<QWidget*>(columns_), static_cast<QWidget*>(compare_), static_cast<QWidget*>(sheet_)}) {
    arrangement_->addWidget(page);
  }
  layout->addWidget(arrangement_, 1);
  legend_ = new QLabel;
  showLegend(false);
  legend_->setObjectName(QStringLiteral("legend"));
  legend_->setContentsMargins(6, 0, 6, 0);
  auto* below = new QHBoxLayout;
  below->setSpacing(8);
  below->addWidget(legend_);
  below->addWidget(bar_, 1);
  layout->addLayout(below);
  qApp->installEventFilter(this);
}

void ViewArea::showLegend(bool uncounted) {
  // On the views' dark ground, as the outlines are: light lines would be lost on a light window.
  QString text =
      tr("<span style='background:%3; color:%1'>&nbsp;━&nbsp;</span> mask &nbsp; "
         "<span style='background:%3; color:%2'>&nbsp;━&nbsp;</span> prediction")
          .arg(widgets::mask_colour().name(), widgets::prediction_colour().name(), widgets::scene_background().name());
  if (uncounted) {
    text += tr(" &nbsp; <span style='background:%1; color:%2'>&nbsp;///&nbsp;</span> not counted")
                .arg(widgets::uncounted_colour(0, 0).name(), widgets::uncounted_colour(3, 0).name());
  }
  legend_->setText(text);
}

void ViewArea::connectSlice(int view) {
  SliceView* slice = slices_[view];
  connect(slice, &SliceView::crosshairMoved, this, [this, view](int x, int y) {
    if (frame_) {
      moveTo(frame_->views[view].axes, x, y, frame_->views[view].slice);
    }
  });
  connect(slice, &SliceView::stepped, this, [this, view](int by) {
    if (frame_) {
      const ViewAxes& axes = frame_->views[view].axes;
      auto voxel = store_.session().look.crosshair;  // not the frame's: steps may come faster than frames
      voxel[axes.normal] =
          std::clamp<std::int64_t>(voxel[axes.normal] + by, 0, frame_->data->grid.size[axes.normal] - 1);
      Q_EMIT crosshairMoved(voxel);
    }
  });
  connect(slice, &SliceView::hovered, this, [this, view](int x, int y) { Q_EMIT hovered(view, x, y); });
  connect(slice, &SliceView::windowLevelChanged, this, &ViewArea::windowLevelChanged);
  connect(slice, &SliceView::maximiseRequested, this, [this, slice] { toggleMaximised(slice); });
  connect(slice, &SliceView::menuRequested, this, &ViewArea::menuRequested);
  connect(slice, &SliceView::viewChanged, this, [this](double zoom, QPointF) {
    if (zoom != zoom_) {
      zoom_ = zoom;  // by hand: the others stay as they are
      store_.look([zoom](Session& session) { session.look.display.zoom = zoom; });
    }
  });
}

void ViewArea::connectDistance() {
  connect(distance_, &SliceView::maximiseRequested, this, [this] { toggleMaximised(fourth_); });
  connect(distance_, &SliceView::crosshairMoved, slices_[0], &SliceView::crosshairMoved);
  connect(distance_, &SliceView::stepped, slices_[0], &SliceView::stepped);
  connect(distance_, &SliceView::menuRequested, this, &ViewArea::menuRequested);
}

void ViewArea::connectComparison() {
  connect(compare_, &CompareGrid::crosshairMoved, this, &ViewArea::crosshairMoved);
  connect(compare_, &CompareGrid::windowLevelChanged, this, &ViewArea::windowLevelChanged);
  connect(compare_, &CompareGrid::menuRequested, this, &ViewArea::menuRequested);
  connect(compare_, &CompareGrid::hovered, this, [this](int pane, int x, int y) { Q_EMIT hovered(3 + pane, x, y); });
}

void ViewArea::moveTo(const ViewAxes& axes, int x, int y, std::int64_t slice) {
  const Grid& grid = frame_->data->grid;
  const auto column = std::clamp<std::int64_t>(x, 0, axes.width(grid) - 1);
  const auto row = std::clamp<std::int64_t>(y, 0, axes.height(grid) - 1);
  Q_EMIT crosshairMoved(axes.voxel(grid, column, row, slice));
}

widgets::ColourScale ViewArea::scale() const { return overlay_scale(*frame_); }

void ViewArea::showFrame(const FramePtr& frame) {
  if (!frame_ || frame_->data->grid.size != frame->data->grid.size) {
    zoom_ = compared_zoom_ = 1;  // slices of another size begin whole
  }
  frame_ = frame;
  showArrangement();
  range_->showFrame(frame);
  showLegend(!frame->data->counts.empty());
  if (frame->session.look.is_sheet()) {
    sheet_->show(frame);
    return;
  }
  if (frame->session.look.arrangement != Arrangement::single) {
    compare_->show(frame);
    showZoom(frame->session);
    return;
  }
  for (int view = 0; view < 3; ++view) {
    showSlice(view);
  }
  showZoom(frame->session);
  bar_->setScale(scale());
  bar_->setNonFinite(frame->non_finite);
  showDistance();
  if (flat_view(frame->data->grid)) {
    surface_->clear();
  } else if (frame->session.look.fourth == FourthPane::surface) {
    surface_->show(frame);
  }
}

/// The panes that the frame has pictures for: others would show what was there before.
void ViewArea::showArrangement() {
  const Look& look = frame_->session.look;
  compare_->arrange(frame_->session);
  applySettings(store_.session());
  arrangement_->setCurrentWidget(look.arrangement == Arrangement::single ? static_cast<QWidget*>(columns_)
                                 : look.is_sheet()                       ? static_cast<QWidget*>(sheet_)
                                                                         : compare_);
  fourth_->setCurrentWidget(look.fourth == FourthPane::distance ? static_cast<QWidget*>(distance_) : surface_);
  showPanes();
}

/// All panes, or the one that is maximised. A picture has one view: from the side it is a line.
void ViewArea::showPanes() {
  const auto flat = frame_ ? flat_view(frame_->data->grid) : std::nullopt;
  const QWidget* sole = flat ? slices_[static_cast<std::size_t>(*flat)] : maximised_;
  const auto show = [sole](QWidget* pane) { pane->setVisible(sole == nullptr || sole == pane); };
  for (SliceView* slice : slices_) {
    show(slice);
  }
  show(fourth_);
  rows_->setVisible(sole != slices_[0]);
}

void ViewArea::showSlice(int view) {
  const Session& session = frame_->session;
  SliceView* slice = slices_[view];
  slice->setColourScale(scale());
  slice->setWindowLevel(shown_window(*frame_), shown_level(*frame_));
  if (frame_->pictures) {
    slice->setLayers(frame_->pictures->views[static_cast<std::size_t>(view)]);
  }
  slice->setPicture(slice_picture(*frame_, static_cast<Anatomical>(view)));
  const auto pixel = frame_->views[view].axes.pixel(frame_->data->grid, session.look.crosshair);
  slice->setCrosshair(static_cast<double>(pixel[0]), static_cast<double>(pixel[1]));
  slice->bringIntoView(QPointF(static_cast<double>(pixel[0]), static_cast<double>(pixel[1])));
}

void ViewArea::showZoom(const Session& session) {
  if (!frame_ || session.look.crosshair == kAutomaticCrosshair) {
    return;
  }
  const bool single = frame_->session.look.arrangement == Arrangement::single;
  double& shown = single ? zoom_ : compared_zoom_;
  if (session.look.display.zoom == shown) {
    return;
  }
  shown = session.look.display.zoom;
  if (!single) {
    compare_->showZoom(session);
    return;
  }
  for (int view = 0; view < 3; ++view) {
    const auto pixel = frame_->views[view].axes.pixel(frame_->data->grid, session.look.crosshair);
    slices_[view]->zoomAbout(session.look.display.zoom,
                             QPointF(static_cast<double>(pixel[0]), static_cast<double>(pixel[1])));
  }
}

void ViewArea::showDistance() {
  if (frame_->session.look.fourth != FourthPane::distance) {
    return;
  }
  const auto axes = frame_->views[0].axes;
  widgets::SlicePicture picture = slice_picture(*frame_, Anatomical::axial);
  picture.title = tr("Distance, %1").arg(text(loss_unit(*frame_->data)));
  picture.range = true;
  picture.overlay = frame_->views[0].distance;
  distance_->setColourScale(distance_scale(*frame_));
  distance_->setWindowLevel(shown_window(*frame_), shown_level(*frame_));
  distance_->setOverlayOpacity(0.75);
  distance_->setPicture(std::move(picture));
  const auto pixel = axes.pixel(frame_->data->grid, frame_->session.look.crosshair);
  distance_->setCrosshair(static_cast<double>(pixel[0]), static_cast<double>(pixel[1]));
}

void ViewArea::hideContours(bool hidden) {
  if (std::exchange(contours_hidden_, hidden) != hidden) {
    showSettings(store_.session());
  }
}

bool ViewArea::eventFilter(QObject* watched, QEvent* event) {
  const bool pressed = event->type() == QEvent::KeyPress, released = event->type() == QEvent::KeyRelease;
  if (event->type() == QEvent::ApplicationDeactivate) {
    hideContours(false);
  } else if (pressed || released) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool typing = QApplication::focusWidget() != nullptr &&
                        QApplication::focusWidget()->testAttribute(Qt::WA_InputMethodEnabled);  // takes text
    if (key->key() == Qt::Key_H && key->modifiers() == Qt::NoModifier && isActiveWindow() && !typing) {
      if (!key->isAutoRepeat()) {
        hideContours(pressed);
      }
      return true;  // or a list that has the focus would look for an H
    }
  }
  return QWidget::eventFilter(watched, event);
}

void ViewArea::showSettings(const Session& session) {
  applySettings(session);
  showZoom(session);
}

void ViewArea::applySettings(const Session& wanted) {
  Session session = wanted;
  bool& contours = session.look.display.show_contours;
  contours = contours && !contours_hidden_;
  const Look& shown = frame_ ? frame_->session.look : session.look;
  const bool overlay = session.look.display.show_overlay && shown.layer != OverlayLayer::none;
  for (SliceView* slice : slices_) {
    slice->setOverlayOpacity(session.look.display.opacity);
    slice->setOverlayVisible(overlay);
    slice->setContoursVisible(session.look.display.show_contours);
  }
  distance_->setContoursVisible(session.look.display.show_contours);
  surface_->showSettings(session);
  compare_->showSettings(session);
  sheet_->showSettings(session);
  bar_->setVisible(shown.arrangement == Arrangement::single && overlay);
}

void ViewArea::clear() {
  frame_.reset();
  for (SliceView* slice : slices_) {
    slice->clear();
  }
  distance_->clear();
  compare_->clear();
  sheet_->clear();
  surface_->clear();
  showLegend(false);
}

void ViewArea::resetViews() {
  zoom_ = compared_zoom_ = 1;
  store_.look([](Session& session) { session.look.display.zoom = 1; });
  for (SliceView* slice : slices_) {
    slice->resetView();
  }
  distance_->resetView();
  compare_->resetViews();
  surface_->view()->resetView();
}

void ViewArea::setInterpolation(bool on) {
  for (SliceView* slice : slices_) {
    slice->setInterpolation(on);
  }
  distance_->setInterpolation(on);
  compare_->setInterpolation(on);
}

void ViewArea::toggleMaximised(QWidget* pane) {
  if (frame_ && flat_view(frame_->data->grid)) {
    return;  // there is one view
  }
  maximised_ = maximised_ == pane ? nullptr : pane;
  showPanes();
}

widgets::SurfaceView* ViewArea::surfaceView() const { return surface_->view(); }

bool ViewArea::busy() const { return surface_->isVisible() && surface_->busy(); }

bool ViewArea::hasColourBar(const widgets::SceneView* pane) const {
  return bar_->isVisible() && pane != distance_ && pane != surface_->view();
}

void ViewArea::setTextSize(int pixels) {
  for (widgets::SliceView* slice : slices_) {
    slice->setTextSize(pixels);
  }
  distance_->setTextSize(pixels);
  surface_->view()->setTextSize(pixels);
  compare_->setTextSize(pixels);
  // Of a sheet's small cells large words would take half: three quarters, where the room can read that.
  sheet_->sheet()->setTextSize(std::max(std::min(pixels, widgets::kLeastPresented), pixels * 3 / 4));
}

std::vector<widgets::SceneView*> ViewArea::visiblePanes() const {
  std::vector<widgets::SceneView*> panes;
  for (widgets::SceneView* pane :
       std::initializer_list<widgets::SceneView*>{slices_[0], slices_[1], slices_[2], distance_, surface_->view()}) {
    if (pane->isVisible()) {
      panes.push_back(pane);
    }
  }
  for (widgets::SliceView* slice : compare_->slices()) {
    if (slice->isVisible()) {
      panes.push_back(slice);
    }
  }
  if (sheet_->sheet()->isVisible()) {
    panes.push_back(sheet_->sheet());
  }
  return panes;
}

}  // namespace lossscope
