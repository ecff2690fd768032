// SPDX-License-Identifier: Apache-2.0
#include "app/window/compare_grid.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QToolButton>
#include <algorithm>

#include "app/engine/script_loss.h"
#include "app/figures/frame_pictures.h"
#include "app/figures/pictures.h"
#include "app/figures/text.h"
#include "app/window/elided_combo.h"
#include "app/window/elided_label.h"
#include "app/window/range_control.h"
#include "app/window/theme.h"

namespace lossscope {

using widgets::SliceView;

ComparedView::ComparedView(std::size_t place) : place_(place) {
  const QString number = QString::number(place);
  loss_ = new ElidedCombo;
  loss_->setObjectName(QStringLiteral("compared.") + number);
  loss_->setToolTip(tr("The loss that this view shows"));
  // Six of them side by side must not push the panels away.
  loss_->setMinimumWidth(64);
  QSizePolicy wide(QSizePolicy::Expanding, QSizePolicy::Fixed);
  wide.setRetainSizeWhenHidden(true);  // the difference has no name, and its slice is as high as the others
  loss_->setSizePolicy(wide);
  loss_->setMaximumWidth(240);
  for (const Loss* loss : all_losses()) {
    loss_->addItem(text(loss->declaration().name), text(loss->declaration().id));
  }
  value_ = new QLabel;
  value_->setObjectName(QStringLiteral("comparedValue.") + number);
  QFont fixed = value_->font();
  fixed.setFamily(fixed_digits_family());
  value_->setFont(fixed);
  value_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  open_ = new QToolButton;
  open_->setObjectName(QStringLiteral("open.") + number);
  open_->setText(tr("Tune"));
  open_->setToolTip(tr("Choose this loss in the panel at the right, to change its parameters"));
  slice_ = new SliceView;
  slice_->setObjectName(QStringLiteral("compared view ") + QString::number(place + 1));
  bar_ = new widgets::ColourBar;
  bar_->setObjectName(QStringLiteral("comparedBar.") + number);
  bar_->setMinimumWidth(140);
  auto* numbers = new QHBoxLayout;
  numbers->setSpacing(4);
  numbers->addWidget(value_, 1);
  numbers->addWidget(open_);
  head_ = new QBoxLayout(QBoxLayout::LeftToRight);
  head_->setSpacing(4);
  head_->addWidget(loss_, 1);
  head_->addLayout(numbers);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(head_);
  layout->addWidget(slice_, 1);
  layout->addWidget(bar_);
  fitHead();
  connect(loss_, &QComboBox::activated, this, [this](int at) { Q_EMIT lossChosen(loss_->itemData(at).toString()); });
  connect(open_, &QToolButton::clicked, this, &ComparedView::openRequested);
}

void ComparedView::showAsked(const Session& session) {
  const bool another =
      !shown_loss_.empty() && place_ < session.look.compared.size() && session.look.compared[place_] != shown_loss_;
  const std::string& named = another ? session.look.compared[place_] : shown_loss_;
  const QString id = QString::fromStdString(named);
  if (const Loss* sum = find_loss(named); loss_->findData(id) < 0 && sum != nullptr) {
    loss_->addItem(text(sum->declaration().name), id);  // a sum of losses is in no list
  }
  loss_->setCurrentIndex(loss_->findData(id));
  value_->setText(another ? QStringLiteral("...") : number_);
  slice_->setVeiled(another);
  bar_->setEnabled(!another);
}

/// The same in every pane, so that all slices are of one size.
void ComparedView::fitHead() {
  value_->setMinimumWidth(value_->fontMetrics().horizontalAdvance(QStringLiteral("0.000000")));
  value_->setFixedHeight(
      std::max({loss_->sizeHint().height(), open_->sizeHint().height(), value_->fontMetrics().height()}));
}

/// In a narrow pane the name has a line of its own: beside the value it would be cut.
void ComparedView::resizeEvent(QResizeEvent* event) {
  const int needed = fontMetrics().horizontalAdvance(QStringLiteral("Binary cross-entropy 0.000000")) +
                     open_->sizeHint().width() + 3 * fontMetrics().height();  // the box's arrow and margins
  head_->setDirection(width() < needed ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
  QWidget::resizeEvent(event);
}

void ComparedView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange && layout() != nullptr) {
    fitHead();
  }
}

void ComparedView::veil(bool on) { value_->setEnabled(!on); }

void ComparedView::show(const Frame& frame, const ComparedPane& pane) {
  if (frame.pictures && place_ < frame.pictures->compared.size()) {
    slice_->setLayers(frame.pictures->compared[place_]);
  }
  shown_loss_ = pane.loss;
  number_ = pane.loss.empty() ? tr("first - second")
            : pane.result     ? value_text(pane.result->reduction.value)
                              : QStringLiteral("–");
  loss_->setVisible(!pane.loss.empty());
  open_->setVisible(!pane.loss.empty());
  value_->setToolTip(pane.loss.empty() ? tr("Red where the first pushes p up less than the second, blue where more")
                                       : QString::fromStdString(pane.problem));
  const widgets::ColourScale scale = compared_scale(frame, pane);
  bar_->setScale(scale);
  bar_->setNonFinite(pane.non_finite);
  slice_->setColourScale(scale);
  slice_->setWindowLevel(shown_window(frame), shown_level(frame));
  slice_->setPicture(compared_picture(frame, pane));
  const ViewAxes& axes = frame.views[static_cast<std::size_t>(frame.session.look.compared_view)].axes;
  const auto pixel = axes.pixel(frame.data->grid, frame.session.look.crosshair);
  slice_->setCrosshair(static_cast<double>(pixel[0]), static_cast<double>(pixel[1]));
}

CompareGrid::CompareGrid(SessionStore& store, RangeControl& range, QWidget* parent)
    : QWidget(parent), store_(store), range_(range) {
  setObjectName(QStringLiteral("compareGrid"));
  grid_ = new QGridLayout;
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setSpacing(4);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addWidget(makeHead());
  layout->addLayout(grid_, 1);
}

QWidget* CompareGrid::makeHead() {
  view_ = new QComboBox;
  view_->setObjectName(QStringLiteral("comparedView"));
  view_->addItems({tr("axial"), tr("coronal"), tr("sagittal")});
  view_->setToolTip(tr("The slice on which the losses are compared"));
  shared_ = new QCheckBox(tr("One colour range for all"));
  shared_->setObjectName(QStringLiteral("sharedRange"));
  shared_->setToolTip(tr("On: equal colours are equal numbers. Off: each loss uses all of its colours."));
  says_ = new ElidedLabel;
  says_->setObjectName(QStringLiteral("rangeSays"));
  auto* head = new QWidget;
  auto* layout = new QHBoxLayout(head);
  layout->setContentsMargins(4, 2, 4, 0);
  layout->setSpacing(8);
  which_ = new QWidget;
  auto* which = new QHBoxLayout(which_);
  which->setContentsMargins(0, 0, 0, 0);
  which->addWidget(new QLabel(tr("Slice")));
  which->addWidget(view_);
  layout->addWidget(which_);
  layout->addWidget(shared_);
  layout->addWidget(says_, 1);
  connect(view_, &QComboBox::activated, this, [this](int index) {
    store_.change(tr("compared slice"),
                  [index](Session& session) { session.look.compared_view = static_cast<Anatomical>(index); });
  });
  connect(shared_, &QCheckBox::clicked, this, [this](bool on) {
    store_.change(tr("range of the compared losses"), [on](Session& session) { session.look.shared_range = on; });
  });
  return head;
}

ComparedView* CompareGrid::addView() {
  auto* view = new ComparedView(views_.size());
  views_.push_back(view);
  connectView(views_.size() - 1);
  view->slice()->setInterpolation(smooth_);
  view->slice()->setTextSize(text_size_);
  range_.attach(view->colourBar());
  view->slice()->shareOutlines(*views_.front()->slice());
  return view;
}

void CompareGrid::setTextSize(int pixels) {
  text_size_ = pixels;
  for (ComparedView* view : views_) {
    view->slice()->setTextSize(pixels);
  }
}

void CompareGrid::connectView(std::size_t place) {
  ComparedView* view = views_[place];
  SliceView* slice = view->slice();
  connect(view, &ComparedView::lossChosen, this, [this, place](const QString& id) {
    if (stillCompared(place)) {
      store_.change(tr("compared loss"), [&](Session& session) { session.look.compared[place] = id.toStdString(); });
    }
  });
  connect(view, &ComparedView::openRequested, this, [this, place] {
    if (stillCompared(place)) {
      store_.change(tr("loss"), [&](Session& session) { session.loss.id = session.look.compared[place]; });
    }
  });
  connect(slice, &SliceView::crosshairMoved, this, [this, place](int x, int y) { moveTo(place, x, y, 0); });
  connect(slice, &SliceView::stepped, this, [this, place](int by) { moveTo(place, -1, -1, by); });
  connect(slice, &SliceView::hovered, this,
          [this, place](int x, int y) { Q_EMIT hovered(static_cast<int>(place), x, y); });
  connect(slice, &SliceView::windowLevelChanged, this, &CompareGrid::windowLevelChanged);
  connect(slice, &SliceView::menuRequested, this, &CompareGrid::menuRequested);
  connect(slice, &SliceView::maximiseRequested, this, [this, place] { toggleMaximised(place); });
  connect(slice, &SliceView::viewChanged, this, [this, slice](double zoom, QPointF pan) {
    for (SliceView* other : slices()) {
      if (other != slice) {
        other->setView(zoom, pan);
      }
    }
  });
}

bool CompareGrid::stillCompared(std::size_t place) const { return place < store_.session().look.compared.size(); }

void CompareGrid::moveTo(std::size_t place, int x, int y, int step) {
  if (!frame_ || place >= frame_->compared.size()) {
    return;
  }
  const ViewResult& view = frame_->views[static_cast<std::size_t>(frame_->session.look.compared_view)];
  auto voxel = step == 0 ? view.axes.voxel(frame_->data->grid, x, y, view.slice) : store_.session().look.crosshair;
  const std::int64_t last = frame_->data->grid.size[view.axes.normal] - 1;
  voxel[view.axes.normal] = std::clamp<std::int64_t>(voxel[view.axes.normal] + step, 0, last);
  Q_EMIT crosshairMoved(voxel);
}

void CompareGrid::show(const FramePtr& frame) {
  frame_ = frame;
  which_->setVisible(!flat_view(frame->data->grid));  // a picture has one
  for (std::size_t place = 0; place < std::min(in_use_, frame->compared.size()); ++place) {
    views_[place]->show(*frame, frame->compared[place]);
    views_[place]->showAsked(store_.session());
    views_[place]->veil(veiled_);
  }
  const bool difference = frame->session.look.arrangement == Arrangement::difference;
  if (difference && frame->compared.size() == 3) {
    const bool vanishes = frame->compared[0].norm == 0 || frame->compared[1].norm == 0;
    says_->setText(vanishes ? tr("A gradient is 0 everywhere: where p is 0 or 1, none reaches z. Choose by p above.")
                            : tr("Each gradient divided by its L2 norm over the whole case: %1 and %2")
                                  .arg(frame->compared[0].norm, 0, 'g', 4)
                                  .arg(frame->compared[1].norm, 0, 'g', 4));
  } else if (frame->session.look.range.locked) {
    says_->setText(tr("The range is locked."));
  } else {
    says_->setText(frame->session.look.shared_range ? tr("Equal colours are equal numbers.")
                                                    : tr("Each loss has its own range: compare where, not how much."));
  }
  says_->setToolTip(says_->text());  // there is not always room for all of it
}

void CompareGrid::showSettings(const Session& session) {
  const bool difference = session.look.arrangement == Arrangement::difference;
  const bool shows_difference = frame_ && frame_->session.look.arrangement == Arrangement::difference;
  view_->setCurrentIndex(static_cast<int>(session.look.compared_view));
  shared_->setChecked(session.look.shared_range || difference);
  shared_->setEnabled(!difference);
  for (std::size_t at = 0; at < in_use_; ++at) {
    views_[at]->showAsked(session);
    SliceView* slice = views_[at]->slice();
    slice->setOverlayOpacity(session.look.display.opacity);
    slice->setOverlayVisible(session.look.display.show_overlay &&
                             (shows_difference || !frame_ || frame_->session.look.layer != OverlayLayer::none));
    slice->setContoursVisible(session.look.display.show_contours);
  }
}

void CompareGrid::veil(bool on) {
  veiled_ = on;
  for (ComparedView* view : views_) {
    view->veil(on);
  }
}

void CompareGrid::arrange(const Session& session) {
  const bool difference = session.look.arrangement == Arrangement::difference;
  const std::size_t count = difference                                      ? 3
                            : session.look.arrangement == Arrangement::grid ? session.look.compared.size()
                                                                            : 0;
  if (count == in_use_) {
    return;
  }
  maximised_ = -1;
  in_use_ = count;
  while (views_.size() < count) {
    addView();
  }
  for (ComparedView* view : views_) {
    grid_->removeWidget(view);
    view->hide();
  }
  const std::size_t columns = count == 4 ? 2 : count == 6 || count == 3 ? 3 : std::max<std::size_t>(count, 1);
  for (std::size_t at = 0; at < count; ++at) {
    grid_->addWidget(views_[at], static_cast<int>(at / columns), static_cast<int>(at % columns));
    views_[at]->setVisible(true);
  }
  for (std::size_t column = 0; column < kMaxCompared; ++column) {
    grid_->setColumnStretch(static_cast<int>(column), column < columns && count > 0 ? 1 : 0);
    grid_->setRowStretch(static_cast<int>(column), column * columns < count ? 1 : 0);
  }
}

void CompareGrid::toggleMaximised(std::size_t place) {
  maximised_ = maximised_ == static_cast<int>(place) ? -1 : static_cast<int>(place);
  for (std::size_t at = 0; at < in_use_; ++at) {
    views_[at]->setVisible(maximised_ < 0 || at == place);
  }
}

void CompareGrid::clear() {
  frame_.reset();
  for (ComparedView* view : views_) {
    view->slice()->clear();
  }
}

void CompareGrid::resetViews() {
  for (SliceView* slice : slices()) {
    slice->resetView();
  }
}

void CompareGrid::showZoom(const Session& session) {
  if (!frame_) {
    return;
  }
  const auto& axes = frame_->views[static_cast<std::size_t>(frame_->session.look.compared_view)].axes;
  const auto pixel = axes.pixel(frame_->data->grid, session.look.crosshair);
  for (SliceView* slice : slices()) {
    slice->zoomAbout(session.look.display.zoom, QPointF(static_cast<double>(pixel[0]), static_cast<double>(pixel[1])));
  }
}

void CompareGrid::setInterpolation(bool on) {
  smooth_ = on;
  for (const ComparedView* view : views_) {
    view->slice()->setInterpolation(on);
  }
}

std::vector<SliceView*> CompareGrid::slices() const {
  std::vector<SliceView*> slices;
  for (std::size_t at = 0; at < in_use_; ++at) {
    slices.push_back(views_[at]->slice());
  }
  return slices;
}

}  // namespace lossscope
