// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>

#include "app/engine/background.h"
#include "app/window/session_store.h"
#include "app/window/tab_page.h"

class QComboBox;

namespace lossscope {

class ChartPane;

/// Left the loss along the probability of the crosshair's voxel, right along one of the loss's parameters, where a
/// click or a drag sets it.
class CurveTab : public TabPage {
  Q_OBJECT
 public:
  explicit CurveTab(SessionStore& store);
  void showFrame(const FramePtr& frame) override;
  void clear() override;
  [[nodiscard]] bool busy() const override { return background_.busy() || rest_.isActive(); }

 private:
  void showVoxel();
  void showParameters(const Loss& loss);
  void showParameterCurve();
  void compute();
  void pick(double value, quint64 drag);
  /// Whether the curve that is there is that of the frame's loss: only the parameter along it may differ.
  [[nodiscard]] bool curveHolds() const;
  [[nodiscard]] std::optional<std::size_t> parameter() const;

  SessionStore& store_;
  ChartPane* voxel_ = nullptr;
  ChartPane* along_ = nullptr;
  QComboBox* parameter_ = nullptr;
  FramePtr frame_;
  Background background_;
  QTimer rest_;
  LossResultPtr computed_;  ///< the curve is of this one, along this parameter
  std::size_t computed_parameter_ = 0;
  std::vector<double> at_, values_;
};

}  // namespace lossscope
