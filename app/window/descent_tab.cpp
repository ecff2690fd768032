// SPDX-License-Identifier: Apache-2.0
#include "app/window/descent_tab.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <algorithm>
#include <cmath>

#include "app/engine/case_data.h"
#include "app/figures/text.h"
#include "app/window/descent_chart.h"
#include "widgets/chart_view.h"

namespace lossscope {
namespace {

/// What the rows begin with: losses that repair different errors first.
constexpr std::array<std::string_view, DescentRun::kMaximumLanes> kFirstChoices{"bce", "dice", "focal", ""};

QComboBox* combo(const char* name, const QStringList& items, const QString& tip) {
  auto* made = new QComboBox;
  made->setObjectName(QString::fromLatin1(name));
  made->addItems(items);
  made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  made->setMinimumContentsLength(11);
  made->setToolTip(tip);
  return made;
}

QPushButton* button(const char* name, const QString& text, const QString& tip) {
  auto* made = new QPushButton(text);
  made->setObjectName(QString::fromLatin1(name));
  made->setToolTip(tip);
  return made;
}

double speed_of(int index) {
  constexpr std::array kSpeeds{1.0, 4.0, 10.0, 0.0};
  return kSpeeds[static_cast<std::size_t>(index)];
}

}  // namespace

DescentTab::DescentTab(SessionStore& store, DescentRun& run, QWidget* parent)
    : TabPage(parent), store_(store), run_(run) {
  chart_ = new widgets::ChartView;
  chart_->setObjectName(QStringLiteral("descentChart"));
  chart_->setPlaceholder(
      tr("Play, and the prediction descends under these losses from where it is now.\nNo network: every "
         "voxel moves as the loss asks."));
  chart_->setPickable(true);
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(8, 4, 8, 4);
  layout->setVerticalSpacing(4);
  layout->addWidget(makeLanes(), 0, 0);
  layout->addWidget(makeSettings(), 1, 0);
  layout->addWidget(makeTransport(), 2, 0);
  layout->addWidget(chart_, 0, 1, 4, 1);
  layout->addLayout(makeScrubRow(), 4, 0, 1, 2);
  layout->setColumnStretch(1, 1);
  layout->setRowStretch(3, 1);
  connect(chart_, &widgets::ChartView::picked, this, [this](double x, quint64) { look(std::llround(x)); });
  connect(&run_, &DescentRun::advanced, this, &DescentTab::onAdvanced);
  connect(&run_, &DescentRun::paused, this, &DescentTab::showState);
  connect(&run_, &DescentRun::failed, note_, &QLabel::setText);
  connect(&store_, &SessionStore::changed, this, &DescentTab::showSession);
  showState();
}

QWidget* DescentTab::makeLanes() {
  auto* part = new QWidget;
  auto* layout = new QGridLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    QComboBox* box = combo("", {tr("none")}, tr("A loss to descend under, with its parameters as they are set now"));
    box->setObjectName(QStringLiteral("descentLoss%1").arg(lane));
    for (const Loss* loss : all_losses()) {
      box->addItem(text(loss->declaration().name), text(loss->declaration().id));
    }
    box->setCurrentIndex(std::max(0, box->findData(text(kFirstChoices[lane]))));
    connect(box, &QComboBox::activated, this, &DescentTab::leave);
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

QWidget* DescentTab::makeSettings() {
  optimiser_ = combo("descentOptimiser", {tr("gradient descent"), tr("Adam")}, tr("How a step follows the gradient"));
  rate_ = new QDoubleSpinBox;
  rate_->setObjectName(QStringLiteral("descentRate"));
  rate_->setRange(0.01, 20);
  rate_->setSingleStep(0.1);
  rate_->setValue(1);
  rate_->setToolTip(
      tr("How far, in logits, the voxel with the largest gradient moves in the first step. Each loss is "
         "measured in its own largest gradient, so that they can be compared."));
  count_ = new QSpinBox;
  count_->setObjectName(QStringLiteral("descentCount"));
  count_->setRange(1, 10'000);
  count_->setValue(60);
  connect(optimiser_, &QComboBox::activated, this, [this](int index) {
    rate_->setValue(index == 0 ? 1 : 0.2);
    leave();
  });
  connect(rate_, &QDoubleSpinBox::valueChanged, this, &DescentTab::leave);
  auto* part = new QWidget;
  auto* layout = new QGridLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(optimiser_, 0, 0);
  layout->addWidget(new QLabel(tr("Rate")), 0, 1);
  layout->addWidget(rate_, 0, 2);
  layout->addWidget(new QLabel(tr("Steps")), 0, 3);
  layout->addWidget(count_, 0, 4);
  return part;
}

QWidget* DescentTab::makeTransport() {
  play_ = button("descentPlay", tr("Play"), tr("Go on, or pause"));
  step_ = button("descentStep", tr("Step"), tr("One step"));
  leave_ = button("descentLeave", tr("Leave"), tr("Back to the case's own prediction; the descent is forgotten"));
  speed_ = combo("descentSpeed",
                 {tr("1 step a second"), tr("4 steps a second"), tr("10 steps a second"), tr("as fast as it goes")},
                 tr("How fast it plays at most"));
  speed_->setCurrentIndex(3);
  shown_ = combo("descentShown", {}, tr("Whose prediction the views show"));
  curve_ = combo("descentCurve", descent_curve_names(), tr("What the curves show"));
  scrub_ = new QSlider(Qt::Horizontal);
  scrub_->setObjectName(QStringLiteral("descentScrub"));
  scrub_->setToolTip(tr("Which step the views show"));
  at_ = new QLabel;
  at_->setObjectName(QStringLiteral("descentAt"));
  note_ = new QLabel;
  note_->setObjectName(QStringLiteral("descentNote"));
  note_->setForegroundRole(QPalette::PlaceholderText);
  connect(play_, &QPushButton::clicked, this, &DescentTab::togglePlay);
  connect(step_, &QPushButton::clicked, this, &DescentTab::stepForward);
  connect(leave_, &QPushButton::clicked, this, &DescentTab::leave);
  connect(speed_, &QComboBox::activated, this, [this](int index) { run_.setSpeed(speed_of(index)); });
  connect(shown_, &QComboBox::activated, this, [this](int lane) { lookAt(static_cast<std::size_t>(lane)); });
  connect(curve_, &QComboBox::activated, this, &DescentTab::showCurves);
  connect(scrub_, &QSlider::valueChanged, this, [this](int step) { look(step); });
  auto* part = new QWidget;
  auto* layout = new QGridLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  int column = 0;
  for (QWidget* widget : std::initializer_list<QWidget*>{speed_, curve_, shown_}) {
    layout->addWidget(widget, 0, column++);
  }
  return part;
}

QLayout* DescentTab::makeScrubRow() {
  auto* row = new QHBoxLayout;
  for (QWidget* widget : std::initializer_list<QWidget*>{play_, step_, leave_}) {
    row->addWidget(widget);
  }
  row->addWidget(scrub_, 1);
  row->addWidget(at_);
  row->addWidget(note_);
  return row;
}

std::vector<DescentLane> DescentTab::chosenLanes() const {
  std::vector<DescentLane> chosen;
  for (const QComboBox* box : lanes_) {
    const Loss* loss = find_loss(box->currentData().toString().toStdString());
    if (loss != nullptr) {
      chosen.push_back({loss, store_.session().loss.values_of(*loss)});
    }
  }
  return chosen;
}

DescentSettings DescentTab::settings() const {
  return {optimiser_->currentIndex() == 0 ? Optimiser::gradient_descent : Optimiser::adam, rate_->value()};
}

void DescentTab::begin() {
  run_.setSpeed(speed_of(speed_->currentIndex()));
  run_.begin(start_, chosenLanes(), settings());
  case_mask_ = start_.mask.data;
  following_ = true;
  shown_->clear();
  for (const DescentLane& lane : run_.lanes()) {
    shown_->addItem(text(lane.loss->declaration().name));
  }
}

void DescentTab::leave() {
  if (run_.empty()) {
    return;
  }
  run_.clear();
  case_mask_.reset();
  store_.look([](Session& session) { session.look.playback.reset(); });
  note_->clear();
  showCurves();
  showState();
}

void DescentTab::togglePlay() {
  if (run_.playing()) {
    run_.pause();
  } else {
    if (run_.empty()) {
      begin();
    }
    following_ = true;
    run_.play(std::max<std::int64_t>(run_.steps(), 0) + count_->value());
  }
  showState();
}

void DescentTab::stepForward() {
  if (run_.empty()) {
    begin();
  }
  following_ = true;
  run_.play(std::max<std::int64_t>(run_.steps(), 0) + 1);
  showState();
}

void DescentTab::onAdvanced(std::int64_t step) {
  {
    const QSignalBlocker quiet(scrub_);
    scrub_->setRange(0, static_cast<int>(step));
    if (following_) {
      scrub_->setValue(static_cast<int>(step));
    }
  }
  if (following_) {
    const auto lane = static_cast<std::size_t>(std::max(0, shown_->currentIndex()));
    store_.look([&](Session& session) { session.look.playback = FromRun{lane, step}; });
  }
  QStringList stuck;
  const auto lanes = run_.lanes();
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    if (run_.stuck(lane)) {
      stuck << text(lanes[lane].loss->declaration().name);
    }
  }
  note_->setText(stuck.isEmpty()
                     ? QString()
                     : tr("No gradient anywhere, so nothing moves: %1.").arg(stuck.join(QStringLiteral(", "))));
  showCurves();
  showState();
}

void DescentTab::look(std::int64_t step) {
  if (run_.steps() < 0) {
    return;
  }
  step = std::clamp<std::int64_t>(step, 0, run_.steps());
  following_ = step == run_.steps();
  const QSignalBlocker quiet(scrub_);
  scrub_->setValue(static_cast<int>(step));
  const auto lane = static_cast<std::size_t>(std::max(0, shown_->currentIndex()));
  store_.look([&](Session& session) { session.look.playback = FromRun{lane, step}; });
  showCurves();
  showState();
}

void DescentTab::lookAt(std::size_t lane) {
  if (run_.steps() >= 0) {
    store_.look([&](Session& session) { session.look.playback = FromRun{lane, scrub_->value()}; });
  }
}

void DescentTab::showSession(const Session& session) {
  if (!session.look.playback && run_.steps() >= 0 && !run_.playing()) {
    following_ = false;  // somebody else left: a demo, another case
  }
}

void DescentTab::showFrame(const FramePtr& frame) {
  if (frame->session.look.playback || frame->preliminary) {
    return;
  }
  const CaseData& case_data = *frame->data;
  if (case_mask_ && case_mask_ != case_data.mask.data) {
    leave();  // it belongs to another case
  }
  start_ = case_data.complete() ? problem_of(case_data) : Problem{};
  showState();
}

void DescentTab::showCurves() {
  const auto step = store_.session().look.playback ? store_.session().look.playback->step : std::int64_t{-1};
  chart_->setChart(descent_chart(run_, curve_->currentIndex(), step));
}

void DescentTab::showState() {
  const bool possible = !start_.mask.empty() && (!run_.empty() || !chosenLanes().empty());
  const bool playing = run_.playing();
  play_->setText(playing ? tr("Pause") : tr("Play"));
  play_->setEnabled(possible);
  step_->setEnabled(possible && !playing);
  leave_->setEnabled(!run_.empty());
  scrub_->setEnabled(run_.steps() > 0);
  shown_->setEnabled(shown_->count() > 1);
  at_->setText(run_.empty() ? QString()
                            : tr("step %1 of %2").arg(scrub_->value()).arg(std::max<std::int64_t>(run_.steps(), 0)));
}

void DescentTab::clear() {
  leave();
  start_ = {};
  showState();
}

bool DescentTab::busy() const { return run_.playing(); }

}  // namespace lossscope
