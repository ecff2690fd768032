// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/engine/frame.h"
#include "app/window/session_store.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;

namespace lossscope {

class InputRow;
class ModelRow;
namespace widgets {
class ParameterPanel;
}

/// Where the prediction comes from: a file, the degraded mask with its sliders, or a TorchScript model.
class PredictionPanel : public QWidget {
  Q_OBJECT
 public:
  explicit PredictionPanel(SessionStore& store, QWidget* parent = nullptr);
  void showFrame(const FramePtr& frame);
  void clear();  ///< there is no case

 Q_SIGNALS:
  void openRequested(lossscope::Role role);
  void modelRequested();

 private:
  void showSession(const Session& session);
  void chooseSource(int index);
  [[nodiscard]] QWidget* makeThreshold();
  [[nodiscard]] QString foundText() const;
  void degrade(const QString& id, double value, quint64 drag);

  SessionStore& store_;
  QComboBox* source_ = nullptr;
  QWidget* file_part_ = nullptr;
  InputRow* file_ = nullptr;
  ModelRow* model_ = nullptr;
  QComboBox* meaning_ = nullptr;
  widgets::ParameterPanel* degradation_ = nullptr;
  QCheckBox* cut_ = nullptr;
  QDoubleSpinBox* threshold_ = nullptr;
  Session shown_;  ///< that is on screen, with its data; names are its own
  std::shared_ptr<const CaseData> data_;
};

}  // namespace lossscope
