// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "app/engine/descent_run.h"
#include "app/engine/frame.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLayout;
class QPushButton;
class QSlider;
class QSpinBox;

namespace lossscope {
namespace widgets {
class ChartView;
}

/// Descent playback: the prediction of the case descends under up to four losses from the same start. Curves on the
/// right, and the views show the prediction of one of them at the step under the slider, until one leaves.
class DescentTab : public TabPage {
  Q_OBJECT
 public:
  DescentTab(SessionStore& store, DescentRun& run, QWidget* parent = nullptr);

  void showFrame(const FramePtr& frame) override;
  void clear() override;
  [[nodiscard]] bool busy() const override;  ///< playing

 private:
  [[nodiscard]] QWidget* makeLanes();
  [[nodiscard]] QWidget* makeSettings();
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
  [[nodiscard]] std::vector<DescentLane> chosenLanes() const;
  [[nodiscard]] DescentSettings settings() const;

  SessionStore& store_;
  DescentRun& run_;
  Problem start_;                    ///< of the latest frame that is no playback
  std::shared_ptr<void> case_mask_;  ///< that the run was begun with
  std::array<QComboBox*, DescentRun::kMaximumLanes> lanes_{};
  QComboBox* optimiser_ = nullptr;
  QDoubleSpinBox* rate_ = nullptr;
  QSpinBox* count_ = nullptr;
  QComboBox* speed_ = nullptr;
  QComboBox* shown_ = nullptr;
  QComboBox* curve_ = nullptr;
  QPushButton* play_ = nullptr;
  QPushButton* step_ = nullptr;
  QPushButton* leave_ = nullptr;
  QSlider* scrub_ = nullptr;
  QLabel* at_ = nullptr;
  QLabel* note_ = nullptr;
  widgets::ChartView* chart_ = nullptr;
  bool following_ = true;  ///< the views follow the newest step
};

}  // namespace lossscope
