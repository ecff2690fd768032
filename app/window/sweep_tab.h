// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/engine/background.h"
#include "app/engine/sweep.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QSpinBox;
class QToolButton;

namespace lossscope {

class ChartPane;

/// The losses that are shown, Dice and Hausdorff along a degradation, a threshold or a parameter. A click or a drag in
/// a chart makes the views follow: it sets what was swept, undoably.
class SweepTab : public TabPage {
  Q_OBJECT
 public:
  explicit SweepTab(SessionStore& store);
  void showFrame(const FramePtr& frame) override;
  void clear() override;
  [[nodiscard]] bool busy() const override { return background_.busy(); }
  void run();  ///< as the session says

 private:
  [[nodiscard]] QWidget* makeControls();
  void fillVariables();
  void setRangeOf(int index);
  void showSession(const Session& session);
  void changeSweep(const QString& text, const std::function<void(SweepChoice&)>& edit);
  void runOrCancel();
  void showCharts();
  void showRunning(bool running);
  void pick(double value, quint64 drag);
  /// Where the session stands on the swept axis; NaN where it stands nowhere.
  [[nodiscard]] double here() const;

  SessionStore& store_;
  QComboBox* along_ = nullptr;
  QDoubleSpinBox* from_ = nullptr;
  QDoubleSpinBox* to_ = nullptr;
  QSpinBox* steps_ = nullptr;
  QToolButton* run_ = nullptr;
  QProgressBar* progress_ = nullptr;
  QLabel* says_ = nullptr;
  ChartPane* losses_ = nullptr;
  ChartPane* metrics_ = nullptr;
  FramePtr frame_;
  Background background_;
  std::optional<Sweep> sweep_;
  std::shared_ptr<void> swept_mask_;   ///< of the case that it is of
  std::array<double, 3> direction_{};  ///< of a swept shift: the session's when it began
  std::vector<std::string> offered_;   ///< losses whose parameters are in the list
};

}  // namespace lossscope
