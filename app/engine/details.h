// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>
#include <map>

#include "app/engine/background.h"
#include "app/engine/frame.h"
#include "app/engine/loss_statistics.h"
#include "basics/turns.h"

namespace lossscope {

/// Statistics of the losses that are shown, computed in the background once they rest and kept while they hold. Whoever
/// shows something of them asks `of` when `changed`.
class Details : public QObject {
  Q_OBJECT
 public:
  explicit Details(QObject* parent = nullptr);

  /// The losses of a frame are wanted now: the chosen one first, then the compared ones.
  void want(const FramePtr& frame);
  void clear();
  /// The statistics of just this result; null while they are not there.
  [[nodiscard]] LossStatisticsPtr of(const LossResultPtr& result) const;
  /// Signed distance to the mask's boundary; empty while it is not there.
  [[nodiscard]] const Volume& distance() const { return distance_; }
  [[nodiscard]] bool busy() const { return background_.busy() || rest_.isActive(); }
  /// For whoever else computes over whole volumes in the background.
  [[nodiscard]] const std::shared_ptr<Turns>& turns() const { return turns_; }

 Q_SIGNALS:
  void changed();

 private:
  void compute();

  std::shared_ptr<Turns> turns_ = Turns::make();
  Background background_;
  QTimer rest_;  ///< what changes with every step of a drag is not worth a pass over the volume
  std::vector<LossResultPtr> missing_;
  MapKind gradient_ = MapKind::gradient_probability;
  std::map<LossResultPtr, LossStatisticsPtr> known_;
  Volume distance_;
  std::shared_ptr<void> mask_;  ///< that `distance_` was computed from
  std::array<double, 3> spacing_{};
};

}  // namespace lossscope
