// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/engine/frame.h"
#include "app/window/session_store.h"
#include "basics/turns.h"

class QComboBox;
class QLabel;

namespace lossscope {

class LossList;
class MetricsPanel;
class ScriptPanel;
namespace widgets {
class FormulaView;
class ParameterPanel;
}  // namespace widgets

/// Which loss, how large, how tuned. Everything but the value follows from the loss's declaration.
class LossPanel : public QWidget {
  Q_OBJECT
 public:
  /// `turns`: for the metrics.
  explicit LossPanel(SessionStore& store, const std::shared_ptr<Turns>& turns, QWidget* parent = nullptr);
  void showFrame(const FramePtr& frame);
  void clear();  ///< there is no case
  [[nodiscard]] ScriptPanel* script() { return script_; }
  [[nodiscard]] bool busy() const;  ///< metrics are being computed
  /// What an audience needs, in text of that size: without metrics and what is to be read. 0: as usual.
  void present(int pixels);

 private:
  void showSession(const Session& session);
  void showLoss(const Loss& loss);
  void showNoValue();
  void showPresets(const Loss& loss);
  void showPreset(const Session& session);
  [[nodiscard]] int presetOf(const Session& session) const;
  void showTexts(const Declaration& declaration);
  void setParameter(const QString& id, double value, quint64 drag);
  void applyPreset(int index);
  [[nodiscard]] QWidget* makeValuePart();
  [[nodiscard]] QWidget* makePresetPart();
  [[nodiscard]] QWidget* makeDetails(const std::shared_ptr<Turns>& turns);

  SessionStore& store_;
  const Loss* loss_ = nullptr;
  QLabel* name_ = nullptr;
  QLabel* value_ = nullptr;
  QLabel* blind_ = nullptr;
  LossList* list_ = nullptr;
  QWidget* preset_row_ = nullptr;
  QComboBox* preset_ = nullptr;
  QLabel* preset_note_ = nullptr;
  widgets::ParameterPanel* parameters_ = nullptr;
  widgets::FormulaView* formula_ = nullptr;
  QLabel* tex_ = nullptr;  ///< the formula where it is not typeset
  QLabel* live_ = nullptr;
  MetricsPanel* metrics_ = nullptr;
  ScriptPanel* script_ = nullptr;
  QLabel* parameters_title_ = nullptr;
  QLabel* texts_ = nullptr;
  QWidget* reading_ = nullptr;  ///< what a presentation hides
};

}  // namespace lossscope
