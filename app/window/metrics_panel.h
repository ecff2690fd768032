// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>
#include <optional>

#include "app/engine/background.h"
#include "app/engine/frame.h"
#include "basics/turns.h"
#include "losses/metrics/metrics.h"

class QLabel;

namespace lossscope {

/// Overlap and surface metrics of what is shown, computed in the background once the prediction rests.
class MetricsPanel : public QWidget {
  Q_OBJECT
 public:
  explicit MetricsPanel(std::shared_ptr<Turns> turns, QWidget* parent = nullptr);

  void showFrame(const FramePtr& frame);
  void clear();  ///< there is no case
  [[nodiscard]] bool busy() const { return background_.busy(); }

 private:
  void compute();
  void showMetrics(const std::optional<Metrics>& metrics);

  std::shared_ptr<Turns> turns_;
  QLabel* text_ = nullptr;
  QTimer rest_;  ///< waits until a dragged prediction rests
  Problem wanted_;
  Background background_;
};

}  // namespace lossscope
