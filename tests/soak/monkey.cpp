// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/monkey.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QMenu>
#include <QProgressDialog>
#include <QTest>
#include <QUndoStack>
#include <QWheelEvent>
#include <iterator>

namespace lossscope::testing {

Monkey::Monkey(MainWindow& window, unsigned seed, std::function<void(const QString&)> log)
    : window_(window), random_(seed), log_(std::move(log)) {}

QWidget* Monkey::front() const {
  if (QWidget* popup = QApplication::activePopupWidget()) {
    return popup;
  }
  if (QWidget* modal = QApplication::activeModalWidget()) {
    return modal;
  }
  for (QWidget* top : QApplication::topLevelWidgets()) {
    if (top->isVisible() && qobject_cast<QDialog*>(top) != nullptr && (acts_ / 7) % 2 == 0) {
      return top;  // one that blocks nothing: every now and then
    }
  }
  return &window_;
}

QWidget* Monkey::somewhere(QWidget& in) {
  QList<QWidget*> all = in.findChildren<QWidget*>();
  all.removeIf([&](const QWidget* widget) {
    return !widget->isVisible() || !widget->isEnabled() || widget->window() != &in || widget->size().isEmpty();
  });
  return all.isEmpty() ? &in : all[pick(static_cast<int>(all.size()))];
}

void Monkey::say(const QString& act, const QWidget* widget) {
  const QString where =
      widget == nullptr
          ? QString()
          : QStringLiteral(" on %1 '%2'").arg(QLatin1String(widget->metaObject()->className()), widget->objectName());
  log_(QStringLiteral("%1 %2%3").arg(acts_).arg(act, where));
}

void Monkey::act() {
  if (dragging_) {
    return;  // a drag waits for events, and this is one
  }
  ++acts_;
  constexpr int kLongAway = 80;
  away_ = front() == &window_ ? 0 : away_ + 1;
  if (away_ > kLongAway) {  // a dialog holds it: its loop runs until somebody leaves
    away_ = 0;
    say(QStringLiteral("leave"));
    return leaveDialogs();
  }
  switch (pick(12)) {
    case 0:
    case 1:
      return press();
    case 2:
      return type();
    case 3:
    case 4:
      return drag();
    case 5:
      return wheel();
    case 6:
      return menu();
    case 7:
      return undo();
    default:
      return click();
  }
}

void Monkey::press() {
  static constexpr int kKeys[]{
      Qt::Key_Escape, Qt::Key_Return, Qt::Key_Tab,      Qt::Key_Space, Qt::Key_Up,  Qt::Key_Down,   Qt::Key_Left,
      Qt::Key_Right,  Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Home,  Qt::Key_End, Qt::Key_Delete, Qt::Key_Backtab,
      Qt::Key_F1,     Qt::Key_F5,     Qt::Key_F6,       Qt::Key_F7,    Qt::Key_F8,  Qt::Key_F10,    Qt::Key_F11,
      Qt::Key_Plus,   Qt::Key_Minus,  Qt::Key_S,        Qt::Key_R,     Qt::Key_E,   Qt::Key_P,      Qt::Key_L,
      Qt::Key_D,      Qt::Key_O,      Qt::Key_1,        Qt::Key_2,     Qt::Key_4,   Qt::Key_6,      Qt::Key_9};
  static constexpr Qt::KeyboardModifiers kModifiers[]{Qt::NoModifier, Qt::NoModifier, Qt::ControlModifier,
                                                      Qt::ShiftModifier, Qt::AltModifier};
  QWidget* top = front();
  QWidget* target = top->focusWidget() != nullptr ? top->focusWidget() : top;
  const int key = kKeys[pick(static_cast<int>(std::size(kKeys)))];
  const Qt::KeyboardModifiers modifiers = kModifiers[pick(static_cast<int>(std::size(kModifiers)))];
  say(QStringLiteral("press %1").arg(QKeySequence(key | static_cast<int>(modifiers)).toString()), target);
  QTest::keyClick(target, static_cast<Qt::Key>(key), modifiers);
}

void Monkey::type() {
  static const QString kLetters = QStringLiteral("abcdefghijklmnopqrstuvwxyz0123456789.,-+ ");  // no way into a folder
  QWidget* top = front();
  QPointer<QWidget> target = top->focusWidget() != nullptr ? top->focusWidget() : top;
  QString text;
  for (int count = pick(6) + 1; count > 0; --count) {
    text += kLetters[pick(static_cast<int>(kLetters.size()))];
  }
  say(QStringLiteral("type '%1'").arg(text), target);
  for (const QChar letter : text) {
    if (target) {
      QTest::keyClick(target, letter.toLatin1());
    }
  }
}

void Monkey::click() {
  QPointer<QWidget> target = somewhere(*front());
  const QPoint at = pointIn(*target);
  const int kind = pick(10);
  if (kind == 0) {
    say(QStringLiteral("double click"), target);
    QTest::mouseDClick(target, Qt::LeftButton, {}, at);
  } else if (kind == 1) {
    say(QStringLiteral("right click"), target);
    QTest::mouseClick(target, Qt::RightButton, {}, at);
  } else {
    say(QStringLiteral("click"), target);
    QTest::mouseClick(target, Qt::LeftButton, {}, at);
  }
}

void Monkey::drag() {
  static constexpr Qt::MouseButton kButtons[]{Qt::LeftButton, Qt::LeftButton, Qt::RightButton, Qt::MiddleButton};
  QPointer<QWidget> target = somewhere(*front());
  const Qt::MouseButton button = kButtons[pick(4)];
  const Qt::KeyboardModifiers modifiers = pick(4) == 0 ? Qt::ShiftModifier : Qt::NoModifier;
  QPoint at = pointIn(*target);
  say(QStringLiteral("drag"), target);
  QTest::mousePress(target, button, modifiers, at);
  for (int step = pick(8); step > 0 && target; --step) {
    at += QPoint(pick(61) - 30, pick(61) - 30);
    QTest::mouseMove(target, at);
    dragging_ = true;
    QTest::qWait(5);
    dragging_ = false;
  }
  if (target) {
    QTest::mouseRelease(target, button, modifiers, at);
  }
}

void Monkey::wheel() {
  QWidget* target = somewhere(*front());
  const QPoint at = pointIn(*target);
  const int turn = (pick(7) - 3) * 120;
  say(QStringLiteral("wheel %1").arg(turn), target);
  QWheelEvent event(at, target->mapToGlobal(at), {}, {0, turn}, Qt::NoButton,
                    pick(4) == 0 ? Qt::ControlModifier : Qt::NoModifier, Qt::NoScrollPhase, false);
  QCoreApplication::sendEvent(target, &event);
}

void Monkey::menu() {
  if (front() != &window_) {
    return press();
  }
  QList<QAction*> actions = window_.findChildren<QAction*>();
  actions.removeIf([](const QAction* action) {
    return !action->isEnabled() || action->menu() != nullptr || action->isSeparator() ||
           action->shortcut() == QKeySequence(QStringLiteral("Ctrl+Q"));
  });
  QAction* chosen = actions[pick(static_cast<int>(actions.size()))];
  say(QStringLiteral("menu '%1'").arg(chosen->text()));
  chosen->trigger();
}

void Monkey::undo() {
  QUndoStack& stack = *window_.store().undoStack();
  const bool back = pick(3) != 0;
  const int steps = pick(pick(4) == 0 ? 40 : 4) + 1;
  say(QStringLiteral("%1 %2 steps").arg(QLatin1String(back ? "undo" : "redo")).arg(steps));
  for (int step = 0; step < steps; ++step) {
    back ? stack.undo() : stack.redo();
  }
}

void Monkey::leaveDialogs() {
  for (QWidget* top : QApplication::topLevelWidgets()) {
    if (auto* progress = qobject_cast<QProgressDialog*>(top)) {
      progress->cancel();
    } else if (auto* dialog = qobject_cast<QDialog*>(top); dialog != nullptr && dialog->isVisible()) {
      dialog->reject();
    } else if (auto* popup = qobject_cast<QMenu*>(top); popup != nullptr && popup->isVisible()) {
      popup->close();
    }
  }
}

}  // namespace lossscope::testing
