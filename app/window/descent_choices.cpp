// SPDX-License-Identifier: Apache-2.0
#include "app/window/descent_choices.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

#include "app/figures/text.h"
#include "app/window/descent_chart.h"
#include "app/window/elided_combo.h"
#include "app/window/grid_tips.h"

namespace lossscope {
namespace {

constexpr int kBetweenRows = 2;  // pixels: all five rows fit below the views of a window of 1280 x 800
constexpr double kHeld = 0.99;   // the probabilities of a start that is held

/// What the rows begin with: losses that repair different errors first.
constexpr std::array<std::string_view, DescentRun::kMaximumLanes> kFirstChoices{"bce", "dice", "focal", ""};

double usual_rate(bool adam) { return adam ? 0.2 : 1; }

}  // namespace

QComboBox* descent_combo(const char* name, const QStringList& items, const QString& tip) {
  auto* made = new ElidedCombo(11);
  made->setObjectName(QString::fromLatin1(name));
  made->addItems(items);
  made->setToolTip(tip);
  return made;
}

DescentChoices::DescentChoices(QWidget* parent) : QWidget(parent) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kBetweenRows);
  layout->addWidget(makeLanes());
  layout->addWidget(makeSettings());
}

QWidget* DescentChoices::makeLanes() {
  auto* part = new QWidget;
  auto* layout = new QGridLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setVerticalSpacing(kBetweenRows);
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    QComboBox* box =
        descent_combo("", {tr("none")}, tr("A loss to descend under, with its parameters as they are set now"));
    box->setObjectName(QStringLiteral("descentLoss%1").arg(lane));
    for (const Loss* loss : all_losses()) {
      box->addItem(text(loss->declaration().name), text(loss->declaration().id));
    }
    box->setCurrentIndex(std::max(0, box->findData(text(kFirstChoices[lane]))));
    connect(box, &QComboBox::activated, this, &DescentChoices::changed);
    auto* swatch = new QLabel(QStringLiteral("■"));
    QPalette colours = swatch->palette();
    colours.setColor(QPalette::WindowText, lane_colour(lane));
    swatch->setPalette(colours);
    const int row = static_cast<int>(lane) / 2, column = 2 * (static_cast<int>(lane) % 2);
    layout->addWidget(swatch, row, column);
    layout->addWidget(box, row, column + 1);
    lanes_[lane] = box;
  }
  layout->setColumnStretch(1, 1);
  layout->setColumnStretch(3, 1);
  return part;
}

QWidget* DescentChoices::makeSettings() {
  optimiser_ =
      descent_combo("descentOptimiser", {tr("gradient descent"), tr("Adam")}, tr("How a step follows the gradient"));
  rate_ = new QDoubleSpinBox;
  rate_->setObjectName(QStringLiteral("descentRate"));
  rate_->setRange(0.01, 20);
  rate_->setSingleStep(0.1);
  rate_->setValue(1);
  set_grid_words(*rate_, "toolTip",
                 tr("How far, in logits, the voxel with the largest gradient moves in the first step"));
  rates_ = descent_combo(
      "descentRates", {tr("a rate for each"), tr("one rate for all")},
      tr("Each loss measured in its own largest gradient, so that all move alike; or all in the largest of "
         "them, as under one learning rate: what pulls less moves less"));
  starts_ =
      descent_combo("descentStart", {tr("from p as it is"), tr("p held in 0.01 .. 0.99")},
                    tr("Where p is 0 or 1 the sigmoid is flat and nothing moves, as in a network that is wholly sure. "
                       "Held, everything can move, but the start is another than the prediction"));
  count_ = new QSpinBox;
  count_->setObjectName(QStringLiteral("descentCount"));
  count_->setRange(1, 10'000);
  count_->setValue(60);
  connect(optimiser_, &QComboBox::activated, this, [this](int index) {
    const QSignalBlocker quiet(rate_);
    rate_->setValue(usual_rate(index == 1));
    Q_EMIT changed();
  });
  rate_->setKeyboardTracking(false);
  connect(rate_, &QDoubleSpinBox::valueChanged, this, &DescentChoices::changed);
  connect(rates_, &QComboBox::activated, this, &DescentChoices::changed);
  connect(starts_, &QComboBox::activated, this, &DescentChoices::changed);
  auto* part = new QWidget;
  auto* layout = new QGridLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setVerticalSpacing(kBetweenRows);
  layout->addWidget(optimiser_, 0, 0);
  layout->addWidget(new QLabel(tr("Rate")), 0, 1);
  layout->addWidget(rate_, 0, 2);
  layout->addWidget(new QLabel(tr("Steps")), 0, 3);
  layout->addWidget(count_, 0, 4);
  layout->addWidget(rates_, 1, 0);
  layout->addWidget(starts_, 1, 1, 1, 4);
  return part;
}

std::vector<DescentLane> DescentChoices::lanes(const Session& session) const {
  std::vector<DescentLane> chosen;
  for (const QComboBox* box : lanes_) {
    const Loss* loss = find_loss(box->currentData().toString().toStdString());
    if (loss != nullptr) {
      chosen.push_back({loss, session.loss.values_of(*loss)});
    }
  }
  return chosen;
}

DescentSettings DescentChoices::settings() const {
  DescentSettings settings;
  settings.optimiser = optimiser_->currentIndex() == 0 ? Optimiser::gradient_descent : Optimiser::adam;
  settings.rate = rate_->value();
  settings.common_rate = rates_->currentIndex() == 1;
  if (starts_->currentIndex() == 1) {
    settings.confidence = kHeld;
  }
  return settings;
}

DescentChoices::State DescentChoices::state() const {
  State now{{}, optimiser_->currentIndex(), rates_->currentIndex(), starts_->currentIndex(), rate_->value()};
  std::ranges::transform(lanes_, now.lanes.begin(), [](const QComboBox* box) { return box->currentIndex(); });
  return now;
}

void DescentChoices::setState(const State& state) {
  const QSignalBlocker quiet(rate_);
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    lanes_[lane]->setCurrentIndex(state.lanes[lane]);
  }
  optimiser_->setCurrentIndex(state.optimiser);
  rates_->setCurrentIndex(state.rates);
  starts_->setCurrentIndex(state.start);
  rate_->setValue(state.rate);
}

int DescentChoices::count() const { return count_->value(); }

void DescentChoices::choose(const DescentPlay& wanted) {
  State now = state();
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    const QString id = lane < wanted.losses.size() ? QString::fromStdString(wanted.losses[lane]) : QString();
    now.lanes[lane] = std::max(0, lanes_[lane]->findData(id));
  }
  now.optimiser = wanted.adam ? 1 : 0;
  now.rate = wanted.rate.value_or(usual_rate(wanted.adam));
  now.rates = wanted.common_rate ? 1 : 0;
  now.start = wanted.held ? 1 : 0;
  setState(now);
  count_->setValue(wanted.steps);
}

}  // namespace lossscope
