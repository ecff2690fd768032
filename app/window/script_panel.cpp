// SPDX-License-Identifier: Apache-2.0
#include "app/window/script_panel.h"

#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/engine/script_loss.h"
#include "app/window/theme.h"

namespace lossscope {

ScriptPanel::ScriptPanel(SessionStore& store, QWidget* parent) : QWidget(parent), store_(store) {
  setObjectName(QStringLiteral("scriptPanel"));
  editor_ = new QPlainTextEdit;
  editor_->setObjectName(QStringLiteral("script"));
  QFont font = editor_->font();
  font.setFamily(fixed_digits_family());
  editor_->setFont(font);
  editor_->setLineWrapMode(QPlainTextEdit::NoWrap);
  editor_->setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(QLatin1Char(' ')));
  editor_->setMinimumHeight(9 * QFontMetrics(font).lineSpacing());
  editor_->setToolTip(tr("TorchScript: def loss(p, g), with p and g as float64 tensors of shape (k, j, i)"));
  button_ = new QPushButton(tr("Evaluate (Ctrl+Return)"));
  button_->setObjectName(QStringLiteral("evaluateScript"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(editor_, 1);
  layout->addWidget(button_);
  editor_->installEventFilter(this);
  auto* note = new QLabel(tr("Edited since it was evaluated: value and views are of the text before."));
  note->setObjectName(QStringLiteral("scriptEdited"));
  note->setWordWrap(true);
  note->setForegroundRole(QPalette::PlaceholderText);
  note->hide();
  layout->addWidget(note);
  connect(editor_->document(), &QTextDocument::modificationChanged, note, &QWidget::setVisible);
  connect(editor_, &QPlainTextEdit::textChanged, this, &ScriptPanel::edited);
  connect(button_, &QPushButton::clicked, this, &ScriptPanel::evaluate);
  connect(&store_, &SessionStore::changed, this, &ScriptPanel::showSession);
  showSession(store_.session());
}

void ScriptPanel::showSession(const Session& session) {
  const QString text = QString::fromStdString(session.loss.script.empty() ? script_example() : session.loss.script);
  const bool edited = editor_->document()->isModified();
  if (!edited && editor_->toPlainText() != text) {
    editor_->setPlainText(text);
  }
}

bool ScriptPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && key->modifiers().testFlag(Qt::ControlModifier)) {
      evaluate();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

std::string ScriptPanel::source() const { return editor_->toPlainText().toStdString(); }

void ScriptPanel::evaluate() {
  editor_->document()->setModified(false);  // from here on it follows the session, undo included
  const QString text = editor_->toPlainText();
  Q_EMIT accepted(text);
  store_.change(tr("script"), [source = text.toStdString()](Session& session) { session.loss.script = source; });
  Q_EMIT evaluated();
}

}  // namespace lossscope
