// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <optional>

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
  /// The numbers are grey: they are those of their names, but something else was asked for.
  void veil(bool on);
  [[nodiscard]] ScriptPanel* script() { return script_; }
  [[nodiscard]] bool busy() const;  ///< metrics are being computed
  /// What an audience needs, in text of that size: without metrics and what is to be read. 0: as usual.
  void present(int pixels);

 private:
  void showSession(const Session& session);
  void showControls(const Loss& loss);
  void showName(const Loss& loss);
  void showParametersTitle();
  void showVeil();
  void showNoValue();
  void showPresets(const Loss& loss);
  void showPreset(const Session& session);
  void showPresetNote(const Session& session, std::optional<double> value);
  [[nodiscard]] int presetOf(const Session& session) const;
  void showTexts(const Declaration& declaration);
  void setParameter(const QString& id, double value, quint64 drag);
  void chooseSum();
  void applyPreset(int index);
  [[nodiscard]] QWidget* makeValuePart();
  [[nodiscard]] QWidget* makePresetPart();
  [[nodiscard]] QWidget* makeDetails(const std::shared_ptr<Turns>& turns);

  SessionStore& store_;
  const Loss* loss_ = nullptr;   ///< that was asked for: whose parameters are tuned here
  const Loss* named_ = nullptr;  ///< whose value, name, formula and texts are shown
  bool has_frame_ = false, veiled_ = false;
  bool flat_ = false;         ///< whether the words are those of a picture
  std::string shown_script_;  ///< that the value is of, where it is of one
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
