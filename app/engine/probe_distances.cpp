// SPDX-License-Identifier: Apache-2.0
#include "app/engine/probe_distances.h"

#include <limits>

#include "losses/fields/distance.h"

namespace lossscope {

ProbeDistances::ProbeDistances(QObject* parent) : QObject(parent) {}

void ProbeDistances::clear() {
  background_.cancel();
  known_.clear();
  mask_.reset();
}

double ProbeDistances::of(std::int64_t offset) const {
  const auto found = known_.find(offset);
  return found == known_.end() ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(found->second);
}

void ProbeDistances::want(const Frame& frame) {
  const Volume& mask = frame.result->problem.mask;
  const Volume& counts = frame.result->problem.counts;
  const auto& spacing = frame.result->problem.spacing;  // of the file, or 1, as the session wants
  if (mask_ != mask.data || spacing_ != spacing) {
    known_.clear();
    mask_ = mask.data;
    spacing_ = spacing;
  }
  std::map<std::int64_t, float> kept;
  std::vector<VoxelProbe> missing;
  for (const VoxelProbe& probe : frame.probes) {
    const auto found = known_.find(probe.offset);
    found != known_.end() ? static_cast<void>(kept.insert(*found)) : missing.push_back(probe);
  }
  known_ = std::move(kept);
  background_.cancel();
  if (missing.empty() || mask.empty()) {
    return;
  }
  background_.run(
      [this, missing, mask, counts, spacing](const std::stop_token& stop, const Background::Deliver& deliver) {
        std::map<std::int64_t, float> found;
        for (const VoxelProbe& probe : missing) {
          found[probe.offset] = signed_distance_at(mask, spacing, probe.voxel, stop, counts);
        }
        deliver([this, found] {
          known_.insert(found.begin(), found.end());
          Q_EMIT changed();
        });
      });
}

}  // namespace lossscope
