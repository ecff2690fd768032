// SPDX-License-Identifier: Apache-2.0
#include "app/window/layer_bar.h"
#include "app/window/grid_tips.h"

#include <QComboBox>
#include <QLabel>
#include <QLayout>
#include <QListView>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

namespace lossscope {
namespace {

constexpr int kSlider = 110, kShortSlider = 60;  ///< pixels
constexpr int kAllLosses = 4, kDifference = 5, kAllClasses = 6;

}  // namespace

std::vector<std::pair<OverlayLayer, QString>> layer_choices() {
  return {{OverlayLayer::contribution, LayerBar::tr("&contribution")},
          {OverlayLayer::gradient, LayerBar::tr("&gradient")},
          {OverlayLayer::prediction, LayerBar::tr("&prediction")},
          {OverlayLayer::distance, LayerBar::tr("signed &distance")},
          {OverlayLayer::counterfactual, LayerBar::tr("&what-if")},
          {OverlayLayer::field, LayerBar::tr("the loss's &field")},
          {OverlayLayer::errors, LayerBar::tr("&errors")}};
}

void arrange(SessionStore& store, int index) {
  if (index == kAllClasses && !store.session().study.classes) {
    return;
  }
  store.change(LayerBar::tr("arrangement"), [index](Session& session) {
    session.look.arrangement = index == 0             ? Arrangement::single
                               : index == kAllLosses  ? Arrangement::contact_sheet
                               : index == kDifference ? Arrangement::difference
                               : index == kAllClasses ? Arrangement::class_sheet
                                                      : Arrangement::grid;
    if (session.look.arrangement == Arrangement::grid) {
      session.compare(index == 1 ? 2 : index == 2 ? 4 : 6);
    } else if (session.look.arrangement == Arrangement::difference) {
      session.look.gradient_of = GradientOf::logit;  // what reaches the network; by p two losses differ in every voxel
    }
  });
}

template <class Member, class Value>
void LayerBar::set(const QString& text, Member member, Value value) {
  store_.change(text, [&](Session& session) { session.look.*member = value; });
}

LayerBar::LayerBar(SessionStore& store, QWidget* parent) : QToolBar(tr("Layers"), parent), store_(store) {
  setObjectName(QStringLiteral("layerBar"));
  setMovable(false);
  makeFilePart();
  makeLayerPart();
  makeLookPart();
  makeArrangementPart();
  auto* space = new QWidget;
  space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  addWidget(space);
  QToolButton* export_button = addButton(tr("Export picture"), tr("Save a view or the window as a PNG (Ctrl+E)"));
  connect(export_button, &QToolButton::clicked, this, &LayerBar::exportRequested);
  connect(&store_, &SessionStore::changed, this, &LayerBar::showSession);
  showSession(store_.session());
}

QToolButton* LayerBar::addButton(const QString& text, const QString& tip) {
  auto* button = new QToolButton;
  button->setText(text);
  button->setToolTip(tip);
  addWidget(button);
  return button;
}

void LayerBar::addLabel(const QString& text) {
  auto* label = new QLabel(text);
  label->setContentsMargins(8, 0, 4, 0);
  labels_.push_back(addWidget(label));
}

/// Where not all has room, the words beside the boxes go first: the boxes' tool tips say the same.
void LayerBar::fit() {
  int words = kSlider - kShortSlider;
  for (QAction* label : labels_) {
    words += widgetForAction(label)->sizeHint().width() + layout()->spacing();
  }
  const int needed = sizeHint().width() + (narrow_ ? words : 0);
  if (const bool narrow = needed > width(); narrow != narrow_) {
    narrow_ = narrow;
    opacity_->setFixedWidth(narrow ? kShortSlider : kSlider);
    for (QAction* label : labels_) {
      label->setVisible(!narrow);
    }
  }
}

void LayerBar::resizeEvent(QResizeEvent* event) {
  QToolBar::resizeEvent(event);
  fit();
}

bool LayerBar::event(QEvent* event) {
  const bool done = QToolBar::event(event);
  if (event->type() == QEvent::LayoutRequest && isVisible()) {
    fit();
  }
  return done;
}

void LayerBar::makeFilePart() {
  QToolButton* open = addButton(tr("Open"), tr("Open image, mask and prediction (Ctrl+O), or drop them on the window"));
  QToolButton* sample = addButton(tr("Sample"), tr("Open the MNI head with a prediction that is a little wrong"));
  addSeparator();
  connect(open, &QToolButton::clicked, this, &LayerBar::openRequested);
  connect(sample, &QToolButton::clicked, this, &LayerBar::sampleRequested);
}

void LayerBar::makeLayerPart() {
  layer_ = new QComboBox;
  layer_->setObjectName(QStringLiteral("layer"));
  layer_->addItem(tr("none"), static_cast<int>(OverlayLayer::none));
  for (const auto& [layer, name] : layer_choices()) {
    layer_->addItem(QString(name).remove(u'&'), static_cast<int>(layer));
  }
  set_grid_words(
      *layer_, "toolTip",
      tr("Contribution: what each voxel adds to the loss.\nGradient: how the loss changes when a voxel's prediction "
         "rises.\nWhat-if: "
         "by how much the loss would drop if this voxel were right; its field, if it has one, is held "
         "constant.\nField: "
         "the map that the loss weighs voxels by.\nSigned distance: to the mask's boundary, negative inside."));
  gradient_of_ = new QComboBox;
  gradient_of_->setObjectName(QStringLiteral("gradientOf"));
  gradient_of_->addItems({tr("by probability p"), tr("by logit z")});
  set_grid_words(
      *gradient_of_, "toolTip",
      tr("By probability: the loss's own shape. By logit: what reaches the network, where confident voxels fade."));
  addLabel(tr("Layer"));
  addWidget(layer_);
  gradient_of_action_ = addWidget(gradient_of_);
  connect(layer_, &QComboBox::activated, this,
          [this](int index) { store_.showLayer(static_cast<OverlayLayer>(layer_->itemData(index).toInt())); });
  connect(gradient_of_, &QComboBox::activated, this, [this](int index) {
    set(tr("derivative"), &Look::gradient_of, index == 1 ? GradientOf::logit : GradientOf::probability);
  });
}

void LayerBar::makeLookPart() {
  opacity_ = new QSlider(Qt::Horizontal);
  opacity_->setObjectName(QStringLiteral("opacity"));
  opacity_->setRange(0, 100);
  opacity_->setFixedWidth(kSlider);
  opacity_->setToolTip(tr("Opacity of the layer (A less, D more, S hides it)"));
  lock_ = new QToolButton;
  lock_->setObjectName(QStringLiteral("lockRange"));
  lock_->setText(tr("Lock range"));
  lock_->setCheckable(true);
  lock_->setToolTip(tr("Keep the colours' range while losses and places change, so that pictures can be compared"));
  contours_ = new QToolButton;
  contours_->setObjectName(QStringLiteral("contours"));
  contours_->setText(tr("Contours"));
  contours_->setCheckable(true);
  contours_->setToolTip(tr("Outlines of mask (cyan) and prediction at 0.5 (magenta) (C)"));
  fourth_ = new QComboBox;
  fourth_->setObjectName(QStringLiteral("fourthPane"));
  fourth_->addItems({tr("surfaces"), tr("distance map")});
  fourth_->setToolTip(tr("What the fourth pane shows"));
  addLabel(tr("Opacity"));
  addWidget(opacity_);
  addSeparator();
  addWidget(lock_);
  addWidget(contours_);
  addLabel(tr("Fourth pane"));
  addWidget(fourth_);
  connect(opacity_, &QSlider::sliderPressed, this, [this] { ++drag_; });
  connect(opacity_, &QSlider::valueChanged, this, [this](int percent) {
    store_.change(
        tr("opacity"), [&](Session& session) { session.look.display.opacity = percent / 100.0; }, "opacity",
        opacity_->isSliderDown() ? drag_ : 0);
  });
  connect(lock_, &QToolButton::clicked, this, &LayerBar::lockRequested);
  connect(contours_, &QToolButton::clicked, this, [this](bool on) {
    store_.change(tr("contours"), [on](Session& session) { session.look.display.show_contours = on; });
  });
  connect(fourth_, &QComboBox::activated, this, [this](int index) {
    set(tr("fourth pane"), &Look::fourth, index == 1 ? FourthPane::distance : FourthPane::surface);
  });
}

void LayerBar::makeArrangementPart() {
  arrangement_ = new QComboBox;
  arrangement_->setObjectName(QStringLiteral("arrangement"));
  arrangement_->addItems({tr("one loss"), tr("2 losses"), tr("4 losses"), tr("6 losses"), tr("all losses"),
                          tr("difference"), tr("all classes")});
  arrangement_->setToolTip(tr(
      "One loss in three views, or several on the same slice (Ctrl+1, 2, 4, 6), all of them small (Ctrl+9), or where "
      "the gradients of two disagree (Ctrl+D); of a case with classes each of them (Ctrl+Shift+9)"));
  addSeparator();
  addLabel(tr("Compare"));
  addWidget(arrangement_);
  connect(arrangement_, &QComboBox::activated, this, [this](int index) { arrange(store_, index); });
}

void LayerBar::setFlat(bool on) {
  flat_ = on;
  showSession(store_.session());
}

void LayerBar::showSession(const Session& session) {
  const bool difference = session.look.arrangement == Arrangement::difference;  // it is one of gradients
  layer_->setCurrentIndex(layer_->findData(static_cast<int>(difference ? OverlayLayer::gradient : session.look.layer)));
  layer_->setEnabled(!difference);
  gradient_of_->setCurrentIndex(session.look.gradient_of == GradientOf::logit ? 1 : 0);
  gradient_of_action_->setVisible(session.look.layer == OverlayLayer::gradient || difference);
  fit();
  if (!opacity_->isSliderDown()) {
    const QSignalBlocker quiet(opacity_);
    opacity_->setValue(static_cast<int>(session.look.display.opacity * 100 + 0.5));
  }
  lock_->setChecked(session.look.range.locked);
  lock_->setEnabled(session.look.layer != OverlayLayer::none);
  contours_->setChecked(session.look.display.show_contours);
  fourth_->setCurrentIndex(session.look.fourth == FourthPane::distance ? 1 : 0);
  fourth_->setEnabled(session.look.arrangement == Arrangement::single && !flat_);
  static_cast<QListView*>(arrangement_->view())->setRowHidden(kAllClasses, !session.study.classes);
  arrangement_->setCurrentIndex(session.look.arrangement == Arrangement::grid
                                    ? static_cast<int>((session.look.compared.size() + 1) / 2)
                                : session.look.arrangement == Arrangement::contact_sheet ? kAllLosses
                                : session.look.arrangement == Arrangement::difference    ? kDifference
                                : session.look.arrangement == Arrangement::class_sheet   ? kAllClasses
                                                                                         : 0);
}

}  // namespace lossscope
