// SPDX-License-Identifier: Apache-2.0
#include "app/window/descent_tab.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QSlider>
#include <algorithm>
#include <cmath>

#include "app/engine/case_data.h"
#include "app/figures/grid_words.h"
#include "app/figures/text.h"
#include "app/window/boxed.h"
#include "app/window/descent_chart.h"
#include "app/window/descent_choices.h"
#include "app/window/elided_label.h"
#include "app/window/grid_tips.h"
#include "app/window/section.h"
#include "widgets/chart_view.h"

namespace lossscope {
namespace {

QPushButton* descent_button(const char* name, const QString& text, const QString& tip) {
  auto* made = new QPushButton(text);
  made->setObjectName(QString::fromLatin1(name));
  made->setToolTip(tip);
  return made;
}

QString counted(std::int64_t count) { return QLocale::c().toString(static_cast<qlonglong>(count)); }

double speed_of(int index) {
  constexpr std::array kSpeeds{1.0, 4.0, 10.0, 0.0};
  return kSpeeds[static_cast<std::size_t>(index)];
}

}  // namespace

DescentTab::DescentTab(SessionStore& store, DescentRun& run, QWidget* parent)
    : TabPage(parent), store_(store), run_(run) {
  chart_ = new widgets::ChartView;
  chart_->setObjectName(QStringLiteral("descentChart"));
  chart_->setPlaceholder(tr("Play, and the prediction descends under these losses from where it is now."));
  chart_->setPickable(true);
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(8, 4, 8, 4);
  layout->setVerticalSpacing(4);
  auto* caution = new QLabel;
  set_grid_words(*caution, "text",
                 tr("No training: voxels are free and share no weights. It shows what a loss asks for, not what a "
                    "network learns."));
  caution->setObjectName(QStringLiteral("descentCaution"));
  caution->setWordWrap(true);
  layout->addWidget(caution, 0, 0, 1, 2);
  choices_ = new DescentChoices;
  QWidget* chosen = boxed(QBoxLayout::TopToBottom, 2, {choices_, makeTransport()});
  static_cast<QBoxLayout*>(chosen->layout())->addStretch();
  QScrollArea* area = scrolling(chosen);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);  // beside the chart a small window has no room for all
  layout->addWidget(area, 1, 0);
  layout->addWidget(chart_, 1, 1);
  layout->addLayout(makeScrubRow(), 2, 0, 1, 2);
  constexpr int kChoices = 3, kChart = 2, kWidest = 520;  // shares of the width; pixels
  area->setMaximumWidth(kWidest);
  layout->setColumnStretch(0, kChoices);
  layout->setColumnStretch(1, kChart);
  layout->setRowStretch(1, 1);
  connect(choices_, &DescentChoices::changed, this, &DescentTab::onChoice);
  connect(chart_, &widgets::ChartView::picked, this, [this](double x, quint64) { look(std::llround(x)); });
  connect(&run_, &DescentRun::advanced, this, &DescentTab::onAdvanced);
  connect(&run_, &DescentRun::paused, this, &DescentTab::showState);
  connect(&run_, &DescentRun::failed, note_, &QLabel::setText);
  connect(&store_, &SessionStore::changed, this, &DescentTab::showSession);
  showState();
}

QWidget* DescentTab::makeTransport() {
  play_ = descent_button("descentPlay", tr("Play"), tr("Go on, or pause"));
  step_ = descent_button("descentStep", tr("Step"), tr("One step"));
  leave_ =
      descent_button("descentLeave", tr("Leave"), tr("Back to the case's own prediction; the descent is forgotten"));
  speed_ = descent_combo("descentSpeed",
                         {tr("1 step a second"), tr("4 steps a second"), tr("10 steps a second"), tr("at full speed")},
                         tr("How fast it plays at most"));
  speed_->setCurrentIndex(3);
  shown_ = descent_combo("descentShown", {}, tr("Whose prediction the views show"));
  shown_->setPlaceholderText(tr("shown in views"));
  curve_ = descent_combo("descentCurve", descent_curve_names(), tr("What the curves show"));
  scrub_ = new QSlider(Qt::Horizontal);
  scrub_->setObjectName(QStringLiteral("descentScrub"));
  scrub_->setToolTip(tr("Which step the views show"));
  at_ = new QLabel;
  at_->setObjectName(QStringLiteral("descentAt"));
  note_ = new ElidedLabel;
  note_->setObjectName(QStringLiteral("descentNote"));
  note_->setTextFormat(Qt::PlainText);
  note_->setForegroundRole(QPalette::PlaceholderText);
  from_ = new ElidedLabel;
  from_->setObjectName(QStringLiteral("descentFrom"));
  from_->setForegroundRole(QPalette::PlaceholderText);
  connect(play_, &QPushButton::clicked, this, &DescentTab::togglePlay);
  connect(step_, &QPushButton::clicked, this, &DescentTab::stepForward);
  connect(leave_, &QPushButton::clicked, this, &DescentTab::askToLeave);
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
  constexpr int kShortest = 80;
  scrub_->setMinimumWidth(kShortest);
  row->addWidget(scrub_, 1);
  row->addWidget(at_);
  row->addWidget(note_, 1);
  row->addWidget(from_, 2);
  return row;
}

void DescentTab::begin() {
  run_.setSpeed(speed_of(speed_->currentIndex()));
  run_.begin(start_, choices_->lanes(store_.session()), choices_->settings());
  begun_ = choices_->state();
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
  from_->clear();
  showCurves();
  showState();
}

void DescentTab::onChoice() {
  ask(
      tr("Another choice begins anew: the descent is forgotten."), [this] { leave(); },
      [this] { choices_->setState(begun_); });
  showState();
}

void DescentTab::askToLeave() {
  ask(
      tr("The descent is forgotten."), [this] { leave(); }, [] {});
}

void DescentTab::ask(const QString& question, std::function<void()> then, std::function<void()> otherwise) {
  if (run_.steps() < 1) {
    then();  // nothing that a click would not bring back
    return;
  }
  run_.pause();
  auto* box = new QMessageBox(QMessageBox::Question, tr("Leave the descent?"),
                              question + QLatin1Char('\n') + tr("It has gone %1 steps.").arg(run_.steps()),
                              QMessageBox::NoButton, window());
  box->setObjectName(QStringLiteral("descentAsk"));
  box->setAttribute(Qt::WA_DeleteOnClose);
  QPushButton* yes = box->addButton(tr("Leave"), QMessageBox::AcceptRole);
  yes->setObjectName(QStringLiteral("descentAskLeave"));
  QPushButton* no = box->addButton(tr("Stay"), QMessageBox::RejectRole);
  no->setObjectName(QStringLiteral("descentAskStay"));
  box->setDefaultButton(no);
  connect(box, &QMessageBox::finished, this, [box, yes, then = std::move(then), otherwise = std::move(otherwise)] {
    box->clickedButton() == yes ? then() : otherwise();
  });
  box->open();
}

void DescentTab::play(const DescentPlay& wanted) {
  leave();
  choices_->choose(wanted);
  showState();
  if (!start_.mask.empty()) {
    togglePlay();
  }
}

void DescentTab::sayStart() {
  const auto in_words = [this](const QString& text) { return grid_words(text, start_.mask.grid); };
  if (run_.empty() || run_.held() == 0) {
    from_->clear();
  } else if (!begun_.held()) {
    from_->setText(
        in_words(tr("%1 voxels are 0 or 1 exactly; their logits are infinite and stand at ±16.6, where hardly anything "
                    "moves."))
            .arg(counted(run_.held())));
  } else {
    from_->setText(in_words(tr("Held: %1 voxels start elsewhere than the prediction.")).arg(counted(run_.held())));
  }
}

void DescentTab::sayShown() {
  const auto& playback = store_.session().look.playback;
  const std::vector<DescentPoint> curve = playback ? run_.curve(playback->lane) : std::vector<DescentPoint>();
  const auto lanes = run_.lanes();
  if (!playback || playback->lane >= lanes.size() || playback->step >= std::ssize(curve)) {
    Q_EMIT shown({});
    return;
  }
  const DescentPoint& point = curve[static_cast<std::size_t>(playback->step)];
  const auto number = [](double value) { return QLocale::c().toString(value, 'g', 4); };
  const std::int64_t kept = run_.kept_step(playback->lane, playback->step);
  const QString which = kept == playback->step ? tr("step %1").arg(playback->step)
                                               : tr("step %1 (the nearest kept to %2)").arg(kept).arg(playback->step);
  Q_EMIT shown(
      tr("A descent, not the case's own prediction: %1 under %2. Its loss %3; cut at 0.5 Dice %4, sensitivity %5, "
         "specificity %6.")
          .arg(which, text(lanes[playback->lane].loss->declaration().name), number(point.loss), number(point.dice),
               number(point.sensitivity), number(point.specificity)));
}

void DescentTab::togglePlay() {
  if (run_.playing()) {
    run_.pause();
  } else {
    if (run_.empty()) {
      begin();
    }
    following_ = true;
    run_.play(std::max<std::int64_t>(run_.steps(), 0) + choices_->count());
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
    store_.look([&](Session& session) { session.look.playback = run_.place(lane, step); });
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
  sayStart();
  sayShown();
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
  store_.look([&](Session& session) { session.look.playback = run_.place(lane, step); });
  showCurves();
  showState();
}

void DescentTab::lookAt(std::size_t lane) {
  if (run_.steps() >= 0) {
    store_.look([&](Session& session) { session.look.playback = run_.place(lane, scrub_->value()); });
  }
}

void DescentTab::showSession(const Session& session) {
  if (!session.look.playback && run_.steps() >= 0 && !run_.playing()) {
    following_ = false;  // somebody else left: a demo, another case
  }
  sayShown();
}

void DescentTab::showFrame(const FramePtr& frame) {
  if (frame->session.look.playback || frame->preliminary) {
    return;
  }
  const CaseData& case_data = *frame->data;
  if (case_mask_ && case_mask_ != case_data.mask.data) {
    const std::int64_t steps = run_.steps();
    leave();
    if (steps > 0) {
      Q_EMIT lost(tr("The descent of %1 steps belonged to another case and is gone.").arg(steps));
    }
  }
  start_ = case_data.complete() && !case_data.classes ? problem_of(case_data) : Problem{};
  const QString one_only = tr("A descent is of one structure: choose one label instead of every label a class.");
  if (case_data.classes) {
    note_->setText(one_only);
  } else if (note_->text() == one_only) {
    note_->clear();
  }
  showState();
}

void DescentTab::showCurves() {
  const auto step = store_.session().look.playback ? store_.session().look.playback->step : std::int64_t{-1};
  chart_->setChart(descent_chart(run_, curve_->currentIndex(), step));
}

void DescentTab::showState() {
  const bool possible = !start_.mask.empty() && (!run_.empty() || !choices_->lanes(store_.session()).empty());
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
  shown_->clear();
  start_ = {};
  showState();
}

bool DescentTab::busy() const { return run_.playing(); }

}  // namespace lossscope
