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
  void clear();        ///< there is no case
  void veil(bool on);  ///< grey: something else was asked for
  [[nodiscard]] bool busy() const { return background_.busy() || rest_.isActive(); }

 private:
  void sayOfWhat(bool of_classes);
  void compute();
  void showMetrics(const std::optional<Metrics>& metrics);
  void showRows(const Metrics& metrics, bool there);
  void showGrey();

  std::shared_ptr<Turns> turns_;
  QLabel* text_ = nullptr;
  QTimer rest_;  ///< waits until a dragged prediction rests
  Problem wanted_;
  CaseDataPtr data_;  ///< that they are of: says the units
  Background background_;
  bool veiled_ = false, waiting_ = false;
};

}  // namespace lossscope
