// SPDX-License-Identifier: Apache-2.0
#include "app/window/demo_panel.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include "app/engine/state_check.h"
#include "app/session/inline_math.h"
#include "app/window/foreign_text.h"
#include "app/window/formula_picture.h"

namespace lossscope {
namespace {

constexpr int kFormulaWidth = 240;  // pixels; the panel is about 280

/// Whether a session is that of a step, apart from what is looked at.
bool same_state(Session session, const Session& state) {
  session.look.crosshair = state.look.crosshair;
  session.look.playback = state.look.playback;
  session.look.display.zoom = state.look.display.zoom;
  return session == state;
}

/// Whether a frame of one session shows what another says, but for what the widgets do by themselves.
bool same_frame(Session session, const Session& state) {
  session.look.display = state.look.display;
  return same_state(session, state);
}

QPushButton* step_button(const char* name, const QString& text, const QKeySequence& key, const QString& tip) {
  auto* made = new QPushButton(text);
  made->setObjectName(QString::fromLatin1(name));
  made->setShortcut(key);
  made->setToolTip(QStringLiteral("%1 (%2)").arg(tip, key.toString(QKeySequence::NativeText)));
  return made;
}

}  // namespace

DemoPanel::DemoPanel(SessionStore& store, QWidget* parent) : QWidget(parent), store_(store) {
  setObjectName(QStringLiteral("demoPanel"));
  title_ = new QLabel;
  title_->setObjectName(QStringLiteral("demoTitle"));
  title_->setWordWrap(true);
  text_ = new ForeignText;
  text_->setObjectName(QStringLiteral("demoText"));
  text_->setFrameShape(QFrame::NoFrame);
  back_ = step_button("demoBack", tr("Back"), QKeySequence(tr("Alt+Left")), tr("The step before"));
  answer_ =
      step_button("demoAnswer", tr("Answer"), QKeySequence(tr("Alt+Down")), tr("Show the answer to the question"));
  next_ = step_button("demoNext", tr("Next"), QKeySequence(tr("Alt+Right")), tr("The next step"));
  restore_ = step_button("demoRestore", tr("Show this step again"), QKeySequence(tr("Alt+Up")),
                         tr("Something was changed since; put it back"));
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(8, 4, 8, 8);
  layout->addWidget(title_, 0, 0, 1, 3);
  layout->addWidget(text_, 1, 0, 1, 3);
  layout->setRowStretch(1, 1);
  layout->addWidget(restore_, 2, 0, 1, 3);
  layout->addWidget(back_, 3, 0);
  layout->addWidget(answer_, 3, 1);
  layout->addWidget(next_, 3, 2);
  connect(back_, &QPushButton::clicked, this, [this] { goTo(step_ - 1); });
  connect(answer_, &QPushButton::clicked, this, &DemoPanel::showAnswer);
  connect(next_, &QPushButton::clicked, this, [this] {
    const bool last = step_ + 1 == static_cast<int>(demo_.steps.size());
    if (last) {
      Q_EMIT closed();
    } else {
      goTo(step_ + 1);
    }
  });
  connect(restore_, &QPushButton::clicked, this, &DemoPanel::applyState);
  connect(&store_, &SessionStore::changed, this, &DemoPanel::compare);
}

bool DemoPanel::busy() const { return text_->busy(); }

void DemoPanel::start(Demo demo) {
  demo_ = std::move(demo);
  begins_ = true;
  goTo(0);
}

void DemoPanel::goTo(int step) {
  if (step < 0 || step >= static_cast<int>(demo_.steps.size())) {
    return;
  }
  step_ = step;
  answered_ = false;
  applyState();
  showText();
}

void DemoPanel::showAnswer() {
  if (step_ >= 0 && !answered_ && !current().answer.empty()) {
    answered_ = true;
    applyState();
    showText();
  }
}

const DemoState& DemoPanel::state() const {
  return answered_ && current().answered ? *current().answered : current().shown;
}

void DemoPanel::applyState() {
  const QString text = tr("demo: %1").arg(QString::fromStdString(current().title));
  waiting_ = true;
  const auto show = [this](Session& session) { session = state().session; };
  std::exchange(begins_, false) ? store_.begin(text, show) : store_.change(text, show);
  compare(store_.session());
  if (const FramePtr frame = newest_.lock()) {
    arrive(*frame);  // where nothing needs to be computed no other frame comes
  }
}

void DemoPanel::showFrame(const FramePtr& frame) {
  if (!frame->preliminary) {
    newest_ = frame;
    arrive(*frame);
  }
}

void DemoPanel::arrive(const Frame& frame) {
  if (!waiting_ || step_ < 0 || !same_frame(frame.session, state().session)) {
    return;
  }
  waiting_ = false;
  const std::vector<std::string> problems = cannot_show(state(), *frame.data);
  if (!problems.empty()) {
    Q_EMIT problem(tr("%1, step %2: %3")
                       .arg(QString::fromStdString(demo_.title))
                       .arg(step_ + 1)
                       .arg(QString::fromStdString(problems.front())));
  } else if (state().play != DemoPlay{}) {
    Q_EMIT playRequested(state().play);
  }
}

void DemoPanel::showText() {
  const DemoStep& step = current();
  const auto count = static_cast<int>(demo_.steps.size());
  title_->setText(
      QStringLiteral("<b>%1</b><br>%2")
          .arg(QString::fromStdString(demo_.title).toHtmlEscaped(), tr("Step %1 of %2").arg(step_ + 1).arg(count)));
  QString markdown = QStringLiteral("### %1\n\n").arg(QString::fromStdString(step.title));
  if (step_ == 0) {
    markdown += QStringLiteral("*%1*\n\n").arg(QString::fromStdString(demo_.summary).simplified());
  }
  if (answered_ && step.answered) {  // the text is of what was on screen before
    markdown += QStringLiteral("*%1*\n\n").arg(tr("Before the answer:"));
  }
  markdown += QString::fromStdString(step.text);
  if (!step.question.empty()) {
    markdown +=
        QStringLiteral("\n\n**%1** %2").arg(tr("Question:"), QString::fromStdString(step.question).simplified());
  }
  if (answered_) {
    markdown += QStringLiteral("\n\n**%1** %2")
                    .arg(step.answered ? tr("Answer, as it is shown now:") : tr("Answer:"),
                         QString::fromStdString(step.answer));
  }
  for (const DemoPicture& picture : demo_.pictures) {
    constexpr std::string_view kFormula = "formula:";
    if (picture.path.starts_with(kFormula)) {
      text_->offer(QUrl(QString::fromStdString(picture.path)),
                   formula_picture(picture.path.substr(kFormula.size()), *text_, kFormulaWidth));
    }
  }
  text_->showMarkdown(with_math(markdown), QString::fromStdString(demo_.folder));
  if (answered_) {
    text_->moveCursor(QTextCursor::End);
    text_->ensureCursorVisible();
  }
  back_->setEnabled(step_ > 0);
  answer_->setEnabled(!answered_ && !step.answer.empty());
  const bool last = step_ + 1 == count;
  next_->setText(last ? tr("Close") : tr("Next"));
  next_->setShortcut(QKeySequence(tr("Alt+Right")));  // a new text takes the old shortcut away
}

/// Undo and redo lead from step to step: the text follows.
void DemoPanel::follow(const Session& session) {
  if (step_ < 0 || same_state(session, state().session)) {
    return;
  }
  for (int step = 0; step < static_cast<int>(demo_.steps.size()); ++step) {
    const DemoStep& candidate = demo_.steps[static_cast<std::size_t>(step)];
    const bool shown = same_state(session, candidate.shown.session);
    if (shown || (candidate.answered && same_state(session, candidate.answered->session))) {
      step_ = step;
      answered_ = !shown;
      showText();
      return;
    }
  }
}

void DemoPanel::compare(const Session& session) {
  follow(session);
  restore_->setEnabled(step_ >= 0 && !same_state(session, state().session));
}

}  // namespace lossscope
