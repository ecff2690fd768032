// SPDX-License-Identifier: Apache-2.0
// Evaluates a loss on a mask of two voxels out of four and a network that is half sure of each: the value, and what
// each voxel adds to it. Run it as: loss_example [LOSS ...], e.g. loss_example dice bce
#include <cstdio>
#include <string>
#include <vector>

#include "losses/evaluation.h"

int main(int argc, char** argv) {
  using namespace lossscope;
  Grid grid;
  grid.size = {4, 1, 1};
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32),
                  PredictionKind::probability, grid.spacing};
  for (std::size_t at = 0; at < 4; ++at) {
    problem.mask.voxels<std::uint8_t>()[at] = at < 2 ? 1 : 0;
    problem.prediction.voxels<float>()[at] = 0.5F;
  }
  const std::vector<std::string> ids =
      argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>{"dice", "bce"};
  for (const std::string& id : ids) {
    const Loss* loss = find_loss(id);
    if (loss == nullptr) {
      std::fprintf(stderr, "there is no loss '%s'\n", id.c_str());
      return 2;
    }
    FieldCache fields;
    const Evaluation made = evaluate(*loss, loss->defaults(), problem, fields_from(fields));
    std::vector<float> contribution(4);
    const MapKind kind = MapKind::contribution;
    const std::span<float> out(contribution);
    made.map_range(0, {&kind, 1}, {&out, 1});
    std::printf("%s %.8g =", id.c_str(), made.reduction.value);
    for (const float one : contribution) {
      std::printf(" %.6g", static_cast<double>(one));
    }
    std::printf("\n");
  }
  return 0;
}
