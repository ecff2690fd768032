// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "widgets/picture.h"

namespace lossscope::testing {

/// A ball in a grid of 40^3 voxels.
inline widgets::VolumePicture ball(double radius) {
  auto voxels = std::make_shared<std::vector<unsigned char>>();
  for (int k = 0; k < 40; ++k) {
    for (int j = 0; j < 40; ++j) {
      for (int i = 0; i < 40; ++i) {
        voxels->push_back(std::hypot(i - 20, j - 20, k - 20) < radius ? 1 : 0);
      }
    }
  }
  widgets::VolumePicture volume;
  volume.owner = std::shared_ptr<const void>(voxels, voxels->data());
  volume.size = {40, 40, 40};
  return volume;
}

}  // namespace lossscope::testing
