// SPDX-License-Identifier: Apache-2.0
#include "losses/predictions/threshold.h"

#include <algorithm>
#include <cmath>

#include "losses/outputs.h"

namespace lossscope {

Volume thresholded(const Volume& prediction, PredictionKind kind, double threshold) {
  const double level = kind == PredictionKind::logit ? std::log(threshold / (1 - threshold)) : threshold;
  Volume hard = make_output(prediction.grid, VoxelType::float32);
  const auto from = prediction.voxels<float>();
  const auto to = hard.voxels<float>();
  std::transform(from.begin(), from.end(), to.begin(),
                 [level](float p) { return static_cast<double>(p) > level ? 1.0F : 0.0F; });
  return hard;
}

}  // namespace lossscope
