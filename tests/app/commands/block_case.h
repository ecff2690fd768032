// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "losses/evaluate.h"
#include "tests/app/commands/run_program.h"

namespace lossscope::testing {

/// A block of 6 x 6 x 6 voxels in 20 x 20 x 20 of 1 x 1 x 2 mm.
struct Block {
  Folder folder;
  std::string mask = folder.file("mask.nii.gz");
  Block() {
    const Grid grid{{20, 20, 20}, {1, 1, 2}, {0, 0, 0}};
    const Volume g = make_volume(grid, VoxelType::uint8);
    for (std::int64_t k = 7; k < 13; ++k) {
      for (std::int64_t j = 7; j < 13; ++j) {
        for (std::int64_t i = 7; i < 13; ++i) {
          g.voxels<std::uint8_t>()[static_cast<std::size_t>(grid.offset(i, j, k))] = 1;
        }
      }
    }
    write_volume(g, mask);
  }
  [[nodiscard]] Outcome run(const std::string& command, std::vector<std::string> more) const {
    std::vector<std::string> arguments{command, "--mask", mask, "--predict", "degrade:shift=2,0,0;soften=0.5"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments);
  }
  [[nodiscard]] std::string bytes(const std::string& name) const {
    const auto read = read_bytes(folder.file(name));
    return {read.begin(), read.end()};
  }
};

}  // namespace lossscope::testing
