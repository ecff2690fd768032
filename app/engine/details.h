// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>
#include <map>

#include "app/engine/background.h"
#include "app/engine/frame.h"
#include "app/engine/loss_statistics.h"
#include "app/engine/probe_distances.h"
#include "basics/turns.h"

namespace lossscope {

/// Statistics of the losses that are shown, computed in the background once they rest and kept while they hold, and the
/// distances of the probed voxels. Whoever shows something of them asks for it when `changed`.
class Details : public QObject {
  Q_OBJECT
 public:
  explicit Details(QObject* parent = nullptr);

  /// The losses of a frame are wanted now: the chosen one first, then the compared ones.
  void want(const FramePtr& frame);
  void clear();
  /// The statistics of just this result; null while they are not there.
  [[nodiscard]] LossStatisticsPtr of(const LossResultPtr& result) const;
  /// Signed distance of a probed voxel to the mask's boundary; NaN while it is not there.
  [[nodiscard]] double distance(std::int64_t offset) const { return distances_.of(offset); }
  [[nodiscard]] bool busy() const { return background_.busy() || rest_.isActive() || distances_.busy(); }
  /// For whoever else computes over whole volumes in the background.
  [[nodiscard]] const std::shared_ptr<Turns>& turns() const { return turns_; }

 Q_SIGNALS:
  void changed();
  void probed();  ///< `distance` knows more

 private:
  void compute();

  std::shared_ptr<Turns> turns_ = Turns::make();
  Background background_;
  QTimer rest_;  ///< waits for a drag to rest: a pass over the volume for each step would be wasted
  std::vector<LossResultPtr> missing_;
  MapKind gradient_ = MapKind::gradient_probability;
  std::map<LossResultPtr, LossStatisticsPtr> known_;
  ProbeDistances distances_;
};

}  // namespace lossscope
