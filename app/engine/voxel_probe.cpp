// SPDX-License-Identifier: Apache-2.0
#include "app/engine/voxel_probe.h"

#include <algorithm>
#include <cmath>

#include "app/engine/case_data.h"
#include "losses/counts.h"

namespace lossscope {
namespace {

LossProbe probe_loss(const LossResultPtr& result, std::int64_t offset, MapKind gradient) {
  LossProbe probe{result};
  const auto ask = [&](MapKind kind, double& out) {
    if (result->loss->has_map(kind, result->fields)) {
      float value = 0;
      const std::span<float> one(&value, 1);
      result->map_range(offset, {&kind, 1}, {&one, 1});
      out = static_cast<double>(value);
    }
  };
  ask(MapKind::contribution, probe.contribution);
  ask(gradient, probe.gradient);
  ask(MapKind::counterfactual, probe.counterfactual);
  return probe;
}

}  // namespace

double value_at(const Volume& volume, std::int64_t offset) {
  if (volume.empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  switch (volume.type) {
    case VoxelType::uint8:
      return volume.voxels<std::uint8_t>()[offset];
    case VoxelType::int32:
      return volume.voxels<std::int32_t>()[offset];
    case VoxelType::float32:
      break;
  }
  return static_cast<double>(volume.voxels<float>()[offset]);
}

VoxelProbe probe_voxel(const CaseData& data, std::array<std::int64_t, 3> voxel, std::span<const LossResultPtr> losses,
                       MapKind gradient, const Volume& distance) {
  VoxelProbe probe;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    voxel[axis] = std::clamp<std::int64_t>(voxel[axis], 0, data.grid.size[axis] - 1);
  }
  probe.voxel = voxel;
  probe.offset = data.grid.offset(voxel[0], voxel[1], voxel[2]);
  probe.world =
      data.grid.to_world({static_cast<double>(voxel[0]), static_cast<double>(voxel[1]), static_cast<double>(voxel[2])});
  probe.image = value_at(data.image.volume, probe.offset);
  probe.mask = value_at(data.mask, probe.offset);
  probe.distance = value_at(distance, probe.offset);
  probe.counts = counts_at(problem_of(data).counted(), probe.offset);
  const double prediction = probe.prediction = value_at(data.prediction, probe.offset);
  const bool logit = data.kind == PredictionKind::logit;
  probe.p = logit ? 1 / (1 + std::exp(-prediction)) : prediction;
  probe.z = logit ? prediction : std::log(prediction / (1 - prediction));
  for (const LossResultPtr& result : losses) {
    probe.losses.push_back(probe_loss(result, probe.offset, gradient));
  }
  return probe;
}

}  // namespace lossscope
