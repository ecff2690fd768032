// SPDX-License-Identifier: Apache-2.0
#include "app/window/probe_tab.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QTableWidget>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <iterator>

#include "app/engine/voxel_place.h"
#include "app/figures/case_text.h"
#include "app/figures/grid_words.h"
#include "app/figures/text.h"
#include "app/window/elided_label.h"
#include "app/window/grid_tips.h"
#include "app/window/number_table.h"

namespace lossscope {
namespace {

/// Of a column of the table, and a text as wide as it ever needs: numbers that change must move nothing, and all
/// columns are in sight in a window of 1280 pixels.
struct Head {
  const char* title;
  const char* widest;
  const char* tip;
};
constexpr Head kHeads[] = {
    {QT_TRANSLATE_NOOP("ProbeTab", "voxel"), "*888, 888, 888",
     QT_TRANSLATE_NOOP("ProbeTab", "Indices from 0; a star: pinned")},
    {QT_TRANSLATE_NOOP("ProbeTab", "image"), "-888.8", QT_TRANSLATE_NOOP("ProbeTab", "grey value")},
    {QT_TRANSLATE_NOOP("ProbeTab", "g"), "8", QT_TRANSLATE_NOOP("ProbeTab", "mask")},
    {QT_TRANSLATE_NOOP("ProbeTab", "p"), "8.88e-88", QT_TRANSLATE_NOOP("ProbeTab", "probability of the foreground")},
    {QT_TRANSLATE_NOOP("ProbeTab", "z"), "-88.8", QT_TRANSLATE_NOOP("ProbeTab", "logit: ln p / (1 - p)")},
    {QT_TRANSLATE_NOOP("ProbeTab", "distance"), "-88.8",
     QT_TRANSLATE_NOOP("ProbeTab", "to the mask's boundary, negative inside")},
    {QT_TRANSLATE_NOOP("ProbeTab", "contribution"), "-8.88e-88",
     QT_TRANSLATE_NOOP("ProbeTab", "what this voxel adds to the loss")},
    {QT_TRANSLATE_NOOP("ProbeTab", "gradient"), "-8.88e-88", ""},
    {QT_TRANSLATE_NOOP("ProbeTab", "what-if"), "-8.88e-88",
     QT_TRANSLATE_NOOP("ProbeTab", "by how much the loss would drop if this voxel were right, its field held")},
    {QT_TRANSLATE_NOOP("ProbeTab", "top %"), "0.0001",
     QT_TRANSLATE_NOOP("ProbeTab", "percent of all voxels that contribute at least as much")}};
static_assert(std::size(kHeads) == ProbeTab::kColumnCount);

constexpr int kShort = 3, kMiddle = 4, kLong = 7;  ///< digits of what the table shows, of grey values, of tool tips

QString probed(double value, int digits = kShort) {
  constexpr double kLeastNormal = 1.2e-38;  // of 32-bit floats: what is smaller is what rounding left
  if (digits < kLong && std::abs(value) < kLeastNormal) {
    return QStringLiteral("0");
  }
  return std::isnan(value) ? QStringLiteral("–") : QLocale::c().toString(value, 'g', digits);
}

QString rank_text(double share) {
  const double percent = share * 100;
  const int decimals = percent >= 10 ? 0 : percent >= 1 ? 1 : percent >= 0.1 ? 2 : 4;
  return QLocale::c().toString(percent, 'f', decimals);
}

Qt::Alignment alignment(int column) {
  return (column == ProbeTab::kVoxel ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter;
}

/// A voxel's own, and one for each loss where there are several.
int rows_of(const VoxelProbe& probe) { return probe.losses.size() > 1 ? 1 + static_cast<int>(probe.losses.size()) : 1; }

QToolButton* probe_button(const QString& name, const QString& text, const QString& tip) {
  auto* made = new QToolButton;
  made->setObjectName(name);
  made->setText(text);
  set_grid_words(*made, "toolTip", tip);
  return made;
}

}  // namespace

ProbeTab::ProbeTab(SessionStore& store, const Details& details) : store_(store), details_(details) {
  pin_ = probe_button(QStringLiteral("pin"), tr("Pin"), tr("Keep this voxel in the table, or let it go (P)"));
  unpin_ = probe_button(QStringLiteral("unpin"), tr("Unpin all"), tr("Keep the crosshair's voxel only"));
  worst_ = probe_button(QStringLiteral("worst"), tr("Worst"), tr("To the voxel that adds most to the loss (M)"));
  previous_ = probe_button(QStringLiteral("previousWorst"), tr("◀"), tr("To the next worse voxel"));
  next_ = probe_button(QStringLiteral("nextWorst"), tr("▶"), tr("To the next less bad voxel"));
  says_ = new ElidedLabel;
  says_->setObjectName(QStringLiteral("worstSays"));
  auto* row = new QHBoxLayout;
  row->setContentsMargins(6, 2, 6, 0);
  row->setSpacing(4);
  for (QWidget* widget : std::initializer_list<QWidget*>{pin_, unpin_, worst_, previous_, next_}) {
    row->addWidget(widget);
  }
  row->addWidget(says_, 1);
  makeTable();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(row);
  layout->addWidget(table_, 1);
  connect(pin_, &QToolButton::clicked, this, &ProbeTab::pin);
  connect(unpin_, &QToolButton::clicked, this, &ProbeTab::unpinAll);
  connect(worst_, &QToolButton::clicked, this, &ProbeTab::goToWorst);
  connect(next_, &QToolButton::clicked, this, [this] { step(1); });
  connect(previous_, &QToolButton::clicked, this, [this] { step(-1); });
  connect(table_, &QTableWidget::cellActivated, this, [this](int line) {
    const QVariant at = table_->item(line, kVoxel)->data(Qt::UserRole);
    if (frame_ && at.toInt() < static_cast<int>(frame_->probes.size())) {
      store_.look([&](Session& session) { session.look.crosshair = frame_->probes[at.toInt()].voxel; });
    }
  });
  connect(&details_, &Details::changed, this, &ProbeTab::rebuild);
  connect(&details_, &Details::probed, this, &ProbeTab::rebuild);
  showPlace();
}

void ProbeTab::makeTable() {
  table_ = new QTableWidget(0, kColumnCount);
  table_->setObjectName(QStringLiteral("probeTable"));
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setSelectionMode(QAbstractItemView::NoSelection);
  style_number_table(*table_);
  QStringList widest;
  for (int column = 0; column < kColumnCount; ++column) {
    const Head& told = kHeads[column];
    auto* head = new QTableWidgetItem(tr(told.title));
    head->setToolTip(*told.tip != 0 ? tr(told.tip) : QString());
    head->setTextAlignment(alignment(column));
    table_->setHorizontalHeaderItem(column, head);
    widest << QString::fromLatin1(told.widest);
  }
  fit_columns(*table_, widest);
}

void ProbeTab::pin() {
  const auto voxel = store_.session().look.crosshair;
  store_.change(tr("pin"), [&](Session& session) {
    auto& pinned = session.look.pinned;
    const auto found = std::find(pinned.begin(), pinned.end(), voxel);
    found == pinned.end() ? pinned.push_back(voxel) : static_cast<void>(pinned.erase(found));
  });
}

void ProbeTab::unpinAll() {
  store_.change(tr("unpin all"), [](Session& session) { session.look.pinned.clear(); });
}

void ProbeTab::showFrame(const FramePtr& frame) {
  if (!frame->preliminary) {
    frame_ = frame;
    rebuild();
  }
}

void ProbeTab::clear() {
  frame_.reset();
  table_->setRowCount(0);
  table_->horizontalHeaderItem(kGradient)->setText(tr(kHeads[kGradient].title));
  showPlace();
}

void ProbeTab::put(int row, int column, const QString& text, const QString& tip) {
  QTableWidgetItem* item = table_->item(row, column);
  if (item == nullptr) {
    item = new QTableWidgetItem;
    item->setTextAlignment(alignment(column));
    table_->setItem(row, column, item);
  }
  item->setText(text);
  item->setToolTip(tip);
}

void ProbeTab::fillVoxel(int row, const VoxelProbe& probe, bool pinned) {
  put(row, kVoxel, (pinned ? QStringLiteral("*") : QStringLiteral(" ")) + index_text(*frame_->data, probe.voxel),
      !frame_->data->has_spacing ? QString()
                                 : tr("LPS %1, %2, %3 mm")
                                       .arg(probe.world[0], 0, 'f', 1)
                                       .arg(probe.world[1], 0, 'f', 1)
                                       .arg(probe.world[2], 0, 'f', 1));
  put(row, kImage, probed(probe.image, kMiddle), probed(probe.image, kLong));
  put(row, kMask, probe.counts ? probed(probe.mask) : QStringLiteral("–"),
      probe.counts ? QString() : in_words(tr("This voxel does not count: it is in no loss, map or metric")));
  put(row, kP, probed(probe.p, probe.p < 0.001 ? kShort : kMiddle), probed(probe.p, kLong));
  put(row, kZ, probed(probe.z), probed(probe.z, kLong));
  const double distance = details_.distance(probe.offset);
  put(row, kDistance, probe.counts ? probed(distance, kMiddle) : QStringLiteral("–"), probed(distance, kLong));
}

/// A row of its own, for no column is as wide as a loss's name.
void ProbeTab::fillName(int row, const LossProbe& probe) {
  table_->setSpan(row, kVoxel, 1, kDistance + 1);
  put(row, kVoxel, QStringLiteral("   ") + text(probe.result->loss->declaration().name));
}

void ProbeTab::fillLoss(int row, const LossProbe& probe, bool counts) {
  const double value = probe.result->reduction.value;
  if (!counts) {
    put(row, kContribution, tr("not counted"));
    for (const int column : {kGradient, kWhatIf, kRank}) {
      put(row, column, QStringLiteral("–"));
    }
    return;
  }
  const QString share =
      value != 0 ? tr(": %1 % of the loss").arg(100 * probe.contribution / value, 0, 'g', 3) : QString();
  put(row, kContribution, probed(probe.contribution), probed(probe.contribution, kLong) + share);
  put(row, kGradient, probed(probe.gradient), probed(probe.gradient, kLong));
  put(row, kWhatIf, probed(probe.counterfactual), probed(probe.counterfactual, kLong));
  const LossStatisticsPtr statistics = details_.of(probe.result);
  // A voxel that adds nothing is in no top.
  const bool ranked = statistics && statistics->has_contribution && probe.contribution > 0;
  const double share_at_least = ranked ? statistics->ranks.share_at_least(static_cast<float>(probe.contribution)) : 1;
  constexpr double kAll = 0.995;  // where it would read "100": all the others add as much or more
  put(row, kRank, share_at_least < kAll ? rank_text(share_at_least) : QStringLiteral("–"),
      ranked && share_at_least >= kAll ? in_words(tr("Hardly any voxel adds less")) : QString());
}

QString ProbeTab::in_words(const QString& text) const { return frame_ ? grid_words(text, frame_->data->grid) : text; }

void ProbeTab::rebuild() {
  showPlace();
  if (!frame_ || !isVisible()) {
    return;
  }
  const QString slope =
      frame_->session.look.gradient_of == GradientOf::logit ? QStringLiteral("dL/dz") : QStringLiteral("dL/dp");
  for (const int column : {kVoxel, kContribution, kWhatIf, kRank}) {
    QTableWidgetItem& head = *table_->horizontalHeaderItem(column);
    head.setText(in_words(tr(kHeads[column].title)));
    head.setToolTip(in_words(tr(kHeads[column].tip)));
  }
  const bool length = frame_->data->classes && !frame_->data->class_at;  // of all channels' gradients
  table_->horizontalHeaderItem(kGradient)->setText(length ? QStringLiteral("|%1|").arg(slope) : slope);
  table_->clearSpans();
  int rows = 0;
  for (const VoxelProbe& probe : frame_->probes) {
    rows += rows_of(probe);
  }
  table_->setRowCount(rows);
  int row = 0;
  for (std::size_t at = 0; at < frame_->probes.size(); ++at) {
    const int next = addVoxel(row, frame_->probes[at], at > 0);
    for (; row < next; ++row) {
      table_->item(row, kVoxel)->setData(Qt::UserRole, static_cast<int>(at));
    }
  }
}

int ProbeTab::addVoxel(int row, const VoxelProbe& probe, bool pinned) {
  const bool several = probe.losses.size() > 1;
  const int next = row + rows_of(probe);
  for (int line = row; line < next; ++line) {
    for (int column = 0; column < kColumnCount; ++column) {
      put(line, column, {});
    }
  }
  fillVoxel(row, probe, pinned);
  int line = several ? row + 1 : row;
  for (const LossProbe& loss : probe.losses) {
    if (several) {
      fillName(line, loss);
    }
    fillLoss(line++, loss, probe.counts);
  }
  return next;
}

std::ptrdiff_t ProbeTab::place() const {
  const LossStatisticsPtr statistics = frame_ && frame_->result ? details_.of(frame_->result) : nullptr;
  if (!statistics || frame_->probes.empty()) {
    return -1;
  }
  const auto& worst = statistics->worst;
  const auto found = std::find_if(worst.begin(), worst.end(), [this](const WorstVoxel& voxel) {
    return voxel.offset == frame_->probes.front().offset;
  });
  return found == worst.end() ? -1 : found - worst.begin();
}

void ProbeTab::showPlace() {
  const LossStatisticsPtr statistics = frame_ && frame_->result ? details_.of(frame_->result) : nullptr;
  const bool ready = statistics && statistics->has_contribution && !statistics->worst.empty();
  const std::ptrdiff_t here = ready ? place() : -1;
  worst_->setEnabled(ready);
  next_->setEnabled(ready && here + 1 < std::ssize(statistics->worst));
  previous_->setEnabled(ready && here > 0);
  pin_->setEnabled(frame_ != nullptr);
  unpin_->setEnabled(frame_ && !frame_->session.look.pinned.empty());
  const QString name = frame_ && frame_->result
                           ? QString::fromStdString(std::string(frame_->result->loss->declaration().name))
                           : QString();
  says_->setText(here == 0   ? in_words(tr("No voxel adds more to %1")).arg(name)
                 : here == 1 ? in_words(tr("1 voxel adds more to %1")).arg(name)
                 : here > 1  ? in_words(tr("%1 voxels add more to %2")).arg(here).arg(name)
                             : QString());
}

void ProbeTab::goTo(std::ptrdiff_t at) {
  const LossStatisticsPtr statistics = frame_ && frame_->result ? details_.of(frame_->result) : nullptr;
  if (!statistics || at < 0 || at >= std::ssize(statistics->worst)) {
    return;
  }
  const auto voxel = voxel_place(frame_->data->grid.size, statistics->worst[static_cast<std::size_t>(at)].offset);
  store_.look([&](Session& session) { session.look.crosshair = voxel; });
}

void ProbeTab::goToWorst() { goTo(0); }

void ProbeTab::step(int by) { goTo(place() + by); }

}  // namespace lossscope
