// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <map>

#include "app/engine/background.h"
#include "app/engine/frame.h"

namespace lossscope {

/// How far the probed voxels are from the mask's boundary. Looked up in the background: what is deep inside a large
/// body takes a few milliseconds.
class ProbeDistances : public QObject {
  Q_OBJECT
 public:
  explicit ProbeDistances(QObject* parent = nullptr);

  /// The probed voxels of a frame that has a result are wanted now.
  void want(const Frame& frame);
  void clear();
  /// Signed distance of the voxel with this offset; NaN while it is not known.
  [[nodiscard]] double of(std::int64_t offset) const;
  [[nodiscard]] bool busy() const { return background_.busy(); }

 Q_SIGNALS:
  void changed();

 private:
  Background background_;
  std::map<std::int64_t, float> known_;
  std::shared_ptr<void> mask_;  ///< that they are of
  std::array<double, 3> spacing_{};
};

}  // namespace lossscope
