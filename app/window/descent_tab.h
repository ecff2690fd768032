// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "app/engine/descent_run.h"
#include "app/engine/frame.h"
#include "app/session/demo.h"
#include "app/window/descent_choices.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

class QComboBox;
class QLabel;
class QLayout;
class QPushButton;
class QSlider;

namespace lossscope {
namespace widgets {
class ChartView;
}

/// Descent playback: the prediction of the case descends under up to four losses from the same start. Curves on the
/// right, and the views show the prediction of one of them at the step under the slider, until one leaves. Whatever
/// would forget a descent asks first.
class DescentTab : public TabPage {
  Q_OBJECT
 public:
  DescentTab(SessionStore& store, DescentRun& run, QWidget* parent = nullptr);

  void showFrame(const FramePtr& frame) override;
  void clear() override;
  [[nodiscard]] bool busy() const override;  ///< playing

  /// Begins as a demo says, and plays. What there was is forgotten.
  void play(const DescentPlay& wanted);
  /// Leaves the descent; asks first when it has gone a step.
  void askToLeave();

 Q_SIGNALS:
  /// What the views show instead of the case's own prediction: which loss and step, and its values. Empty: nothing.
  void shown(const QString& sentence);
  /// A descent is gone with its case.
  void lost(const QString& sentence);

 private:
  /// A control was changed: a descent that has begun goes by the old ones, so it must be left.
  void onChoice();
  /// Forgets the descent after the person has agreed; `otherwise` when not.
  void ask(const QString& question, std::function<void()> then, std::function<void()> otherwise);
  void sayStart();
  void sayShown();
  [[nodiscard]] QWidget* makeTransport();
  [[nodiscard]] QLayout* makeScrubRow();
  void begin();
  void leave();
  void togglePlay();
  void stepForward();
  void onAdvanced(std::int64_t step);
  void look(std::int64_t step);
  void lookAt(std::size_t lane);
  void showSession(const Session& session);
  void showCurves();
  void showState();

  SessionStore& store_;
  DescentRun& run_;
  Problem start_;                    ///< of the latest frame that is no playback
  std::shared_ptr<void> case_mask_;  ///< that the run was begun with
  DescentChoices* choices_ = nullptr;
  DescentChoices::State begun_;  ///< what the descent goes by
  QComboBox* speed_ = nullptr;
  QComboBox* shown_ = nullptr;
  QComboBox* curve_ = nullptr;
  QPushButton* play_ = nullptr;
  QPushButton* step_ = nullptr;
  QPushButton* leave_ = nullptr;
  QSlider* scrub_ = nullptr;
  QLabel* at_ = nullptr;
  QLabel* note_ = nullptr;
  QLabel* from_ = nullptr;
  widgets::ChartView* chart_ = nullptr;
  bool following_ = true;  ///< the views follow the newest step
};

}  // namespace lossscope
