// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

#include "app/engine/background.h"
#include "app/engine/frame.h"
#include "app/window/session_store.h"
#include "losses/guide/guide.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace lossscope {

class ForeignText;

/// "Which loss?": what the case is like, which losses and metrics fit such cases, and whether that holds here. A click
/// on a loss chooses it with the parameters that were measured, a click on a component goes there. Once the case or its
/// prediction is another one, the dialog says so and measures again on request.
class GuideDialog : public QDialog {
  Q_OBJECT
 public:
  GuideDialog(SessionStore& store, const FramePtr& frame, QWidget* parent = nullptr);
  [[nodiscard]] bool busy() const { return background_.busy(); }
  /// The newest frame of the window: what "measure again" measures.
  void showFrame(const FramePtr& frame);

 private:
  void measure();
  void showGuide(const Guide& guide);
  void follow(const QUrl& link);
  void showState();

  SessionStore& store_;
  // None of them keeps a case alive that the window has closed.
  std::weak_ptr<const Frame> newest_;
  std::weak_ptr<void> mask_, prediction_;  ///< that were measured
  bool in_mm_ = true;                      ///< whether a volume of theirs can be said in mm³
  ForeignText* text_ = nullptr;
  QProgressBar* progress_ = nullptr;
  QLabel* stale_ = nullptr;
  QPushButton* again_ = nullptr;
  QSpinBox* speck_ = nullptr;
  Background background_;
};

}  // namespace lossscope
