// SPDX-License-Identifier: Apache-2.0
#include "app/window/range_control.h"

#include <QMenu>
#include <algorithm>
#include <array>
#include <cmath>

#include "app/engine/frame_views.h"
#include "app/engine/slicing.h"
#include "app/engine/voxel_place.h"
#include "app/figures/case_text.h"
#include "app/figures/grid_words.h"

namespace lossscope {
namespace {

/// The largest size of the layer's values that are seen; 0 for none.
double largest_seen(const Frame& frame) {
  double largest = 0;
  const auto look = [&](const std::vector<float>& values) {
    for (const float value : values) {
      largest = std::isfinite(value) ? std::max(largest, std::abs(static_cast<double>(value))) : largest;
    }
  };
  for (const ComparedPane& pane : frame.compared) {
    look(pane.overlay);
  }
  for (const ViewResult& view : frame.views) {
    if (frame.compared.empty()) {
      look(view.overlay);
    }
  }
  return largest;
}

/// The range that is shown: of the chosen loss, or of what is compared one that holds all.
ValueRange shown_range(const Frame& frame) {
  ValueRange range = frame.range;
  for (std::size_t at = 0; at < frame.compared.size(); ++at) {
    const ValueRange& pane = frame.compared[at].range;
    range.low = at == 0 ? pane.low : std::min(range.low, pane.low);
    range.high = at == 0 ? pane.high : std::max(range.high, pane.high);
  }
  return range;
}

QAction* add(QMenu* menu, const char* name, const QString& text, bool checkable, bool checked) {
  QAction* action = menu->addAction(text);
  action->setObjectName(QString::fromLatin1(name));
  action->setCheckable(checkable);
  action->setChecked(checked);
  return action;
}

}  // namespace

RangeControl::RangeControl(SessionStore& store, QObject* parent) : QObject(parent), store_(store) {}

void RangeControl::attach(widgets::ColourBar* bar) {
  connect(bar, &widgets::ColourBar::rangeChosen, this, &RangeControl::choose);
  connect(bar, &QWidget::customContextMenuRequested, this, [this, bar](const QPoint& at) {
    auto* menu = new QMenu(bar);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(menu);
    menu->popup(bar->mapToGlobal(at));
  });
}

void RangeControl::choose(double low, double high, quint64 drag) {
  store_.change(
      tr("colour range"),
      [&](Session& session) {
        session.look.range = {true, low, high};
      },
      "range", drag);
}

void RangeControl::fitToVolume() {
  store_.change(tr("colour range"), [](Session& session) { session.look.range = {}; });
}

void RangeControl::fitToSlices() {
  const double largest = frame_ ? largest_seen(*frame_) : 0;
  if (largest > 0) {
    choose(shown_range(*frame_).low < 0 ? -largest : 0, largest);
  }
}

void RangeControl::lock(bool on) {
  if (!on || !frame_) {
    fitToVolume();
    return;
  }
  const ValueRange range = shown_range(*frame_);
  choose(range.low, range.high);
}

void RangeControl::fillMenu(QMenu* menu) {
  addRange(menu);
  menu->addSeparator();
  addColours(menu);
}

void RangeControl::addRange(QMenu* menu) {
  const bool locked = store_.session().look.range.locked;
  QAction* volume = add(menu, "fitToVolume", tr("&Fit to the volume"), true, !locked);
  QAction* slices = add(menu, "fitToSlices", tr("Fit to the &slices in view"), false, false);
  QAction* keep = add(menu, "lock", tr("&Lock"), true, locked);
  const bool flat = frame_ != nullptr && flat_axis(frame_->data->grid);
  volume->setText(grid_words(volume->text(), flat));
  slices->setVisible(!flat);  // a picture is all in view
  volume->setToolTip(grid_words(
      tr("From 0 to the largest value of the whole volume, the same wherever one looks; where noise makes single "
         "voxels far larger than all others, to the largest of the others"),
      flat));
  slices->setEnabled(frame_ != nullptr && largest_seen(*frame_) > 0);
  if (const std::int64_t at = frame_ != nullptr && frame_->compared.empty() ? frame_->range.largest_at : -1; at >= 0) {
    const std::array<std::int64_t, 3> voxel = voxel_place(frame_->data->grid.size, at);
    QAction* largest =
        add(menu, "goToLargestOfAll",
            grid_words(tr("&Go to the largest value, voxel (%1)"), flat).arg(index_text(*frame_->data, voxel)), false,
            false);
    connect(largest, &QAction::triggered, this,
            [this, voxel] { store_.look([voxel](Session& session) { session.look.crosshair = voxel; }); });
  }
  connect(volume, &QAction::triggered, this, &RangeControl::fitToVolume);
  connect(slices, &QAction::triggered, this, &RangeControl::fitToSlices);
  connect(keep, &QAction::triggered, this, &RangeControl::lock);
}

void RangeControl::addColours(QMenu* menu) {
  const Session& session = store_.session();
  const bool map = map_of(session.look).has_value() || session.look.arrangement == Arrangement::difference;
  for (const auto& [scaling, name, text] :
       {std::tuple(Scaling::linear, "linear", tr("L&inear")),
        std::tuple(Scaling::logarithmic, "logarithmic", tr("Lo&garithmic (down to 1/10 000 of the end)"))}) {
    QAction* action = add(menu, name, text, true, session.look.scaling == scaling);
    action->setEnabled(map);
    connect(action, &QAction::triggered, this, [this, scaling = scaling] {
      store_.change(tr("colour scale"), [&](Session& changed) { changed.look.scaling = scaling; });
    });
  }
  QAction* fade = add(menu, "fadeByValue", tr("&Small values transparent"), true, session.look.fade_by_value);
  fade->setEnabled(map);
  connect(fade, &QAction::triggered, this, [this](bool on) {
    store_.change(tr("transparency"), [&](Session& changed) { changed.look.fade_by_value = on; });
  });
  QMenu* colours = menu->addMenu(tr("&Colours of values from 0 on"));
  for (const ColourMapName& known : kColourMaps) {
    if (known.diverging) {
      continue;
    }
    const QString name = QString::fromLatin1(known.name.data(), static_cast<qsizetype>(known.name.size()));
    QAction* action = add(colours, known.name.data(), name, true, session.look.colours == known.map);
    connect(action, &QAction::triggered, this, [this, map_chosen = known.map] {
      store_.change(tr("colours"), [&](Session& changed) { changed.look.colours = map_chosen; });
    });
  }
}

}  // namespace lossscope
