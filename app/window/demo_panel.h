// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/engine/frame.h"
#include "app/session/demo.h"
#include "app/window/session_store.h"

class QLabel;
class QPushButton;

namespace lossscope {

class ForeignText;

/// Leads through a demo: its text, the question, the answer. Every step puts the session into the step's state, which
/// can be undone; whoever plays with it in between comes back with one button.
class DemoPanel : public QWidget {
  Q_OBJECT
 public:
  explicit DemoPanel(SessionStore& store, QWidget* parent = nullptr);

  void start(Demo demo);  ///< at its first step
  /// A finished frame of the window: whether it can show what the step says, and then what the step sets going.
  void showFrame(const FramePtr& frame);
  [[nodiscard]] const Demo& demo() const { return demo_; }
  [[nodiscard]] int step() const { return step_; }
  [[nodiscard]] bool answered() const { return answered_; }
  [[nodiscard]] bool busy() const;  ///< a picture is being read

 Q_SIGNALS:
  void closed();
  void playRequested(const lossscope::DemoPlay& play);
  void problem(const QString& sentence);  ///< the step asks for what its case does not have

 private:
  void goTo(int step);
  void showAnswer();
  void applyState();
  void showText();
  void compare(const Session& session);
  void follow(const Session& session);
  void arrive(const Frame& frame);
  [[nodiscard]] const DemoStep& current() const { return demo_.steps[static_cast<std::size_t>(step_)]; }
  [[nodiscard]] const DemoState& state() const;

  SessionStore& store_;
  Demo demo_;
  int step_ = -1;
  bool answered_ = false;
  bool begins_ = false;  ///< its next state begins another case
  std::weak_ptr<const Frame> newest_;
  bool waiting_ = false;  ///< the state's frame has not come yet
  QLabel* title_ = nullptr;
  ForeignText* text_ = nullptr;
  QPushButton* back_ = nullptr;
  QPushButton* answer_ = nullptr;
  QPushButton* next_ = nullptr;
  QPushButton* restore_ = nullptr;
};

}  // namespace lossscope
