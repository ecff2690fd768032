// SPDX-License-Identifier: Apache-2.0
#include "app/window/sweep_tab.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>
#include <cmath>

#include "app/figures/sweep_charts.h"
#include "app/figures/text.h"
#include "app/window/boxed.h"
#include "app/window/chart_pane.h"
#include "app/window/elided_combo.h"
#include "app/window/elided_label.h"
#include "app/window/folding_row.h"

namespace lossscope {
namespace {

/// What can be swept whatever the loss, and a range to begin with.
struct SweepOffer {
  std::string id;
  QString name;
  double from, to;
};

std::vector<SweepOffer> offers() {
  std::vector<SweepOffer> all{{"shift", SweepTab::tr("shift"), 0, 10}};
  for (const DegradationPart& part : degradation_parts()) {
    if (part.sweep_from != part.sweep_to) {
      all.push_back({std::string(part.key), text(part.name), part.sweep_from, part.sweep_to});
    }
  }
  all.push_back({"threshold", SweepTab::tr("threshold"), 0.05, 0.95});
  return all;
}

std::vector<ConfiguredLoss> configured(const Session& session) {
  std::vector<ConfiguredLoss> losses;
  for (const std::string& id : session.shown_losses()) {
    if (const Loss* loss = find_loss(id)) {
      losses.push_back({loss, session.loss.values_of(*loss)});
    }
  }
  return losses;
}

QDoubleSpinBox* number_field(const QString& name, const QString& tip) {
  auto* field = new QDoubleSpinBox;
  field->setObjectName(name);
  field->setToolTip(tip);
  field->setRange(-1e6, 1e6);
  field->setDecimals(3);
  field->setKeyboardTracking(false);
  field->setButtonSymbols(QAbstractSpinBox::NoButtons);
  field->setFixedWidth(field->fontMetrics().horizontalAdvance(QStringLiteral("-100.00")) + 12);
  return field;
}

}  // namespace

SweepTab::SweepTab(SessionStore& store) : store_(store) {
  losses_ = new ChartPane(QStringLiteral("sweepLosses"), {});
  metrics_ = new ChartPane(QStringLiteral("sweepMetrics"), {});
  losses_->chart->setPlaceholder(tr("Run: the losses along the chosen axis."));
  metrics_->chart->setPlaceholder(tr("Dice and Hausdorff along the same axis."));
  fill_with(*this, losses_, metrics_, 0.55, makeControls());
  for (const ChartPane* pane : {losses_, metrics_}) {
    pane->chart->setPickable(true);
    connect(pane->chart, &widgets::ChartView::picked, this, &SweepTab::pick);
  }
  connect(&background_, &Background::idle, this, [this] { showRunning(false); });
  connect(&background_, &Background::failed, this, [this](const QString& reason) { says_->setText(reason); });
  connect(&store_, &SessionStore::changed, this, &SweepTab::showSession);
  fillVariables();
  run_->setEnabled(false);  // until there is a case
  showRunning(false);
  showSession(store_.session());
}

QWidget* SweepTab::makeControls() {
  along_ = new ElidedCombo(10);
  along_->setObjectName(QStringLiteral("sweepAlong"));
  along_->setToolTip(tr("What changes from step to step; all else stays as it is"));
  from_ = number_field(QStringLiteral("sweepFrom"), tr("The first step"));
  to_ = number_field(QStringLiteral("sweepTo"), tr("The last step"));
  steps_ = new QSpinBox;
  steps_->setObjectName(QStringLiteral("sweepSteps"));
  steps_->setToolTip(tr("How many steps, both ends included: each is evaluated on the whole case"));
  steps_->setRange(2, SweepChoice::kMaxSteps);
  steps_->setKeyboardTracking(false);
  run_ = new QToolButton;
  run_->setObjectName(QStringLiteral("sweepRun"));
  progress_ = new QProgressBar;
  progress_->setObjectName(QStringLiteral("sweepProgress"));
  progress_->setRange(0, 1000);
  progress_->setTextVisible(false);
  progress_->setFixedSize(50, 10);
  QSizePolicy policy = progress_->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  progress_->setSizePolicy(policy);
  says_ = new ElidedLabel;
  says_->setObjectName(QStringLiteral("sweepSays"));
  auto* row = new FoldingRow(
      boxed(QBoxLayout::LeftToRight, 4, {new QLabel(tr("Along")), along_, from_, new QLabel(tr("to")), to_}),
      boxed(QBoxLayout::LeftToRight, 4,
            {new QLabel(tr("in")), steps_, new QLabel(tr("steps")), run_, progress_, says_}));
  connect(along_, &QComboBox::activated, this, &SweepTab::setRangeOf);
  connect(from_, &QDoubleSpinBox::valueChanged, this,
          [this](double value) { changeSweep(tr("sweep from"), [value](SweepChoice& sweep) { sweep.from = value; }); });
  connect(to_, &QDoubleSpinBox::valueChanged, this,
          [this](double value) { changeSweep(tr("sweep to"), [value](SweepChoice& sweep) { sweep.to = value; }); });
  connect(steps_, &QSpinBox::valueChanged, this, [this](int value) {
    changeSweep(tr("steps of the sweep"), [value](SweepChoice& sweep) { sweep.steps = value; });
  });
  connect(run_, &QToolButton::clicked, this, &SweepTab::runOrCancel);
  return row;
}

void SweepTab::changeSweep(const QString& text, const std::function<void(SweepChoice&)>& edit) {
  store_.change(text, [&](Session& session) { edit(session.look.display.sweep); });
}

void SweepTab::fillVariables() {
  const std::vector<std::string> shown = store_.session().shown_losses();
  if (shown == offered_) {
    return;
  }
  offered_ = shown;
  along_->clear();
  for (const SweepOffer& offer : offers()) {
    along_->addItem(offer.name, QString::fromStdString(offer.id));
  }
  for (const ConfiguredLoss& loss : configured(store_.session())) {
    const Declaration& declaration = loss.loss->declaration();
    for (const ParameterInfo& info : loss.loss->parameters()) {
      if (info.choices.empty()) {
        along_->addItem(text(declaration.name) + QStringLiteral(": ") + text(info.label),
                        text(declaration.id) + u'.' + text(info.id));
      }
    }
  }
}

void SweepTab::setRangeOf(int index) {
  const std::string id = along_->itemData(index).toString().toStdString();
  SweepChoice choice = store_.session().look.display.sweep;
  choice.along = id;
  for (const SweepOffer& offer : offers()) {
    if (id == offer.id) {
      choice.from = offer.from;
      choice.to = offer.to;
    }
  }
  for (const ConfiguredLoss& loss : configured(store_.session())) {
    for (const ParameterInfo& info : loss.loss->parameters()) {
      if (id == std::string(loss.loss->declaration().id) + "." + std::string(info.id)) {
        choice.from = info.slider_minimum;
        choice.to = info.slider_maximum;
      }
    }
  }
  changeSweep(tr("swept axis"), [&](SweepChoice& sweep) { sweep = choice; });
}

void SweepTab::showSession(const Session& session) {
  fillVariables();
  along_->setCurrentIndex(along_->findData(QString::fromStdString(session.look.display.sweep.along)));
  const QSignalBlocker quiet_from(from_), quiet_to(to_), quiet_steps(steps_);
  from_->setValue(session.look.display.sweep.from);
  to_->setValue(session.look.display.sweep.to);
  steps_->setValue(session.look.display.sweep.steps);
  if (sweep_) {
    showCharts();
  }
}

void SweepTab::showFrame(const FramePtr& frame) {
  frame_ = frame;
  if (sweep_ && swept_mask_ != frame->data->mask.data) {  // of another case
    sweep_.reset();
    showCharts();
  }
  run_->setEnabled(frame->result != nullptr);
  if (sweep_) {
    showCharts();
  }
}

void SweepTab::clear() {
  frame_.reset();
  background_.cancel();
  sweep_.reset();
  says_->clear();
  run_->setEnabled(false);
  showCharts();
}

void SweepTab::showRunning(bool running) {
  run_->setText(running ? tr("Cancel") : tr("Run"));
  run_->setToolTip(running ? tr("Stop the sweep")
                           : tr("Evaluate the losses in sight at every step, in the background"));
  progress_->setVisible(running);
}

void SweepTab::runOrCancel() {
  if (background_.busy()) {
    background_.cancel();
  } else {
    run();
  }
}

void SweepTab::run() {
  if (!frame_ || !frame_->result) {
    return;
  }
  const Session session = store_.session();
  const std::vector<ConfiguredLoss> losses = configured(session);
  says_->clear();
  progress_->setValue(0);
  showRunning(true);
  background_.run(
      [this, session, losses, data = frame_->data](const std::stop_token& stop, const Background::Deliver& deliver) {
        SweepRequest request;
        request.variable = parse_sweep_variable(session.look.display.sweep.along, losses);
        request.from = session.look.display.sweep.from;
        request.to = session.look.display.sweep.to;
        request.steps = session.look.display.sweep.steps;
        const Progress progress = [&](double share, std::string_view) {
          deliver([this, share] { progress_->setValue(static_cast<int>(share * 1000)); });
        };
        Sweep sweep = run_sweep(session, *data, losses, request, 0, progress, stop);
        deliver([this, sweep = std::move(sweep), direction = session.prediction().degradation().shift,
                 mask = data->mask.data] {
          sweep_ = sweep;
          swept_mask_ = mask;
          direction_ = direction;
          showCharts();
        });
      });
}

double SweepTab::here() const { return swept_value(store_.session(), *sweep_, direction_); }

void SweepTab::showCharts() {
  if (!sweep_) {
    losses_->chart->setChart({});
    metrics_->chart->setChart({});
    return;
  }
  losses_->chart->setChart(sweep_losses_chart(*sweep_, here()));
  metrics_->chart->setChart(sweep_metrics_chart(*sweep_, here()));
}

void SweepTab::pick(double value, quint64 drag) {
  if (!sweep_) {
    return;
  }
  const auto [low, high] = std::minmax(sweep_->at.front(), sweep_->at.back());
  const double inside = std::clamp(value, low, high);
  store_.change(
      tr("scrub along the sweep"), [&](Session& session) { set_swept(session, *sweep_, direction_, inside); }, "sweep",
      drag);
}

}  // namespace lossscope
