// SPDX-License-Identifier: Apache-2.0
#include "app/window/surface_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QWidgetAction>
#include <cmath>

namespace lossscope {
namespace {

constexpr int kIcon = 16;

/// Drawn at twice its size, so that it is sharp on any screen.
template <class Draw>
QIcon drawn_icon(const Draw& draw) {
  QPixmap pixmap(2 * kIcon, 2 * kIcon);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.scale(2, 2);
  draw(painter);
  painter.end();
  pixmap.setDevicePixelRatio(2);
  return QIcon(pixmap);
}

QIcon ball_icon(const QColor& colour) {
  return drawn_icon([&](QPainter& painter) {
    QRadialGradient light(6, 5.5, 9);
    light.setColorAt(0, colour.lighter(150));
    light.setColorAt(1, colour.darker(115));
    painter.setPen(Qt::NoPen);
    painter.setBrush(light);
    painter.drawEllipse(QRectF(2, 2, 12, 12));
  });
}

QIcon planes_icon(const QColor& colour) {
  return drawn_icon([&](QPainter& painter) {
    QColor fill = colour;
    fill.setAlpha(45);
    painter.setPen(QPen(colour, 1));
    painter.setBrush(fill);
    painter.drawPolygon(QPolygonF({{5.5, 4.5}, {10.5, 1.5}, {10.5, 11.5}, {5.5, 14.5}}));  // the plane that stands
    painter.drawPolygon(QPolygonF({{0.5, 10}, {5, 6}, {15.5, 6}, {11, 10}}));              // the plane that lies
  });
}

}  // namespace

std::vector<NamedView> named_views() {
  using widgets::ViewFrom;
  return {{ViewFrom::anterior, SurfaceBar::tr("&Anterior"), u'A'},
          {ViewFrom::posterior, SurfaceBar::tr("&Posterior"), u'P'},
          {ViewFrom::left, SurfaceBar::tr("&Left"), u'L'},
          {ViewFrom::right, SurfaceBar::tr("&Right"), u'R'},
          {ViewFrom::superior, SurfaceBar::tr("&Superior"), u'S'},
          {ViewFrom::inferior, SurfaceBar::tr("&Inferior"), u'I'}};
}

std::vector<std::pair<SurfaceColour, QString>> surface_colours() {
  return {{SurfaceColour::plain, SurfaceBar::tr("plain")},
          {SurfaceColour::contribution, SurfaceBar::tr("contribution")},
          {SurfaceColour::gradient, SurfaceBar::tr("gradient")},
          {SurfaceColour::distance, SurfaceBar::tr("signed distance")}};
}

void choose_surface_colour(SessionStore& store, SurfaceColour colour) {
  store.change(SurfaceBar::tr("surface colours"),
               [colour](Session& session) { session.look.display.surfaces.colour = colour; });
}

void show_in_3d(SessionStore& store, bool SurfaceLook::*member, bool on) {
  store.change(SurfaceBar::tr("what 3D shows"), [&](Session& session) { session.look.display.surfaces.*member = on; });
}

SurfaceBar::SurfaceBar(SessionStore& store, widgets::SurfaceView& view, QWidget* parent)
    : QWidget(parent), store_(store), view_(view) {
  makeRow();
  makeMenu();
  connect(&store_, &SessionStore::changed, this, &SurfaceBar::showSession);
  showSession(store_.session());
}

void SurfaceBar::makeRow() {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(2, 1, 2, 1);
  row->setSpacing(2);
  colour_ = new QComboBox;
  colour_->setObjectName(QStringLiteral("surfaceColour"));
  colour_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  colour_->setMinimumContentsLength(8);
  colour_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  colour_->setMaximumWidth(180);
  for (const auto& [colour, name] : surface_colours()) {
    colour_->addItem(name, static_cast<int>(colour));
  }
  colour_->setToolTip(tr(
      "What colours the surfaces (F5: the next). Contribution and gradient are of the chosen loss: at each point, the "
      "value\nof largest size among the voxels around it. Signed distance is to the mask's boundary: on the "
      "prediction,\nhow far out (+) or in (-) it lies."));
  connect(colour_, &QComboBox::activated, this, [this](int index) {
    choose_surface_colour(store_, static_cast<SurfaceColour>(colour_->itemData(index).toInt()));
  });
  row->addWidget(colour_);
  mask_ = addToggle(QStringLiteral("surfaceMask"), tr("Surface of the mask (F6)"), ball_icon(widgets::mask_colour()),
                    &SurfaceLook::show_mask);
  prediction_ = addToggle(QStringLiteral("surfacePrediction"), tr("Surface of the prediction at 0.5 (F7)"),
                          ball_icon(widgets::prediction_colour()), &SurfaceLook::show_prediction);
  slices_ = addToggle(QStringLiteral("surfaceSlices"), tr("The three slices, in space (F8)"),
                      planes_icon(palette().color(QPalette::WindowText)), &SurfaceLook::show_slices);
  auto* more = new QToolButton;
  more->setObjectName(QStringLiteral("surfaceMenu"));
  more->setText(QStringLiteral("\u22ef"));
  more->setToolTip(tr("Opacity, views and turntable (a right click in the view opens this, too)"));
  more->setAutoRaise(true);
  more->setPopupMode(QToolButton::InstantPopup);
  more->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
  more->setMenu(menu_);
  more->setFocusPolicy(Qt::TabFocus);
  row->addWidget(more);
  row->addStretch();
}

QToolButton* SurfaceBar::addToggle(const QString& name, const QString& tip, const QIcon& icon,
                                   bool SurfaceLook::*member) {
  auto* button = new QToolButton;
  button->setObjectName(name);
  button->setToolTip(tip);
  button->setIcon(icon);
  button->setIconSize({kIcon, kIcon});
  button->setCheckable(true);
  button->setAutoRaise(true);
  button->setFocusPolicy(Qt::TabFocus);
  connect(button, &QToolButton::clicked, this, [this, member](bool on) { show_in_3d(store_, member, on); });
  layout()->addWidget(button);
  return button;
}

void SurfaceBar::makeMenu() {
  mask_opacity_ = addOpacity(QStringLiteral("maskOpacity"), tr("Opacity of the mask"), &SurfaceLook::mask_opacity);
  prediction_opacity_ = addOpacity(QStringLiteral("predictionOpacity"), tr("Opacity of the prediction"),
                                   &SurfaceLook::prediction_opacity);
  menu_->addSeparator();
  for (const NamedView& view : named_views()) {
    connect(menu_->addAction(tr("From %1").arg(view.name)), &QAction::triggered, this,
            [this, side = view.side] { view_.lookFrom(side); });
  }
  connect(menu_->addAction(tr("R&eset the view")), &QAction::triggered, &view_, &widgets::SurfaceView::resetView);
  menu_->addSeparator();
  connect(menu_->addAction(tr("&Turntable ...")), &QAction::triggered, this, &SurfaceBar::turntableRequested);
}

QSlider* SurfaceBar::addOpacity(const QString& name, const QString& text, double SurfaceLook::*member) {
  auto* slider = new QSlider(Qt::Horizontal);
  slider->setObjectName(name);
  slider->setRange(0, 100);
  slider->setFixedWidth(110);
  slider->setToolTip(text);
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(12, 3, 8, 3);
  layout->addWidget(new QLabel(text), 1);
  layout->addWidget(slider);
  row->setFocusProxy(slider);
  auto* action = new QWidgetAction(menu_);
  action->setDefaultWidget(row);
  menu_->addAction(action);
  connect(slider, &QSlider::sliderPressed, this, [this] { ++drag_; });
  connect(slider, &QSlider::valueChanged, this, [this, slider, text, name, member](int percent) {
    store_.change(
        text, [&](Session& session) { session.look.display.surfaces.*member = percent / 100.0; }, name.toStdString(),
        slider->isSliderDown() ? drag_ : 0);
  });
  return slider;
}

void SurfaceBar::showSession(const Session& session) {
  const SurfaceLook& look = session.look.display.surfaces;
  colour_->setCurrentIndex(colour_->findData(static_cast<int>(look.colour)));
  mask_->setChecked(look.show_mask);
  prediction_->setChecked(look.show_prediction);
  slices_->setChecked(look.show_slices);
  for (const auto& [slider, value] :
       {std::pair(mask_opacity_, look.mask_opacity), std::pair(prediction_opacity_, look.prediction_opacity)}) {
    if (!slider->isSliderDown()) {
      const QSignalBlocker quiet(slider);
      slider->setValue(static_cast<int>(std::lround(100 * value)));
    }
  }
}

}  // namespace lossscope
