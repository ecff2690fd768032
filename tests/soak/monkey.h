// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QStringList>
#include <QWidget>
#include <functional>
#include <random>

#include "app/window/main_window.h"

namespace lossscope::testing {

/// A person without a plan: clicks, drags, keys, menus, dialogs, on whatever is in front. The same seed does the same
/// to the same window. What it may not do: quit, type a path into another folder, reach the internet.
class Monkey {
 public:
  /// `log` hears of every act before it is done.
  Monkey(MainWindow& window, unsigned seed, std::function<void(const QString&)> log);

  void act();
  /// Leaves every menu and dialog and ends what runs in them.
  void leaveDialogs();
  [[nodiscard]] int acts() const { return acts_; }

 private:
  [[nodiscard]] QWidget* front() const;
  [[nodiscard]] QWidget* somewhere(QWidget& in);
  [[nodiscard]] int pick(int of) { return std::uniform_int_distribution<int>(0, of - 1)(random_); }
  [[nodiscard]] QPoint pointIn(const QWidget& widget) { return {pick(widget.width()), pick(widget.height())}; }
  void say(const QString& act, const QWidget* widget = nullptr);

  void press();
  void type();
  void click();
  void drag();
  void wheel();
  void menu();
  void undo();

  MainWindow& window_;
  std::mt19937 random_;
  std::function<void(const QString&)> log_;
  int acts_ = 0, away_ = 0;
  bool dragging_ = false;
};

}  // namespace lossscope::testing
