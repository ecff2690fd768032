// SPDX-License-Identifier: Apache-2.0
// A sparse map packs a thousand times, as a file made to fill the memory does: it is asked about, and every way out
// reads it.
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using namespace testing;

/// 512 x 512 x 128 floats, all 0 but for a lesion's 8 x 8 x 8 at an even place: 134 MB that pack into 0.3 MB.
std::string sparse_map(const Folder& folder) {
  const Grid grid{{512, 512, 128}, {0.5, 0.5, 1}, {0, 0, 0}};
  const Volume map = make_volume(grid, VoxelType::float32);
  for (std::int64_t k = 60; k < 68; ++k) {
    for (std::int64_t j = 200; j < 208; ++j) {
      for (std::int64_t i = 100; i < 108; ++i) {
        map.voxels<float>()[static_cast<std::size_t>(grid.offset(i, j, k))] = 0.75F;
      }
    }
  }
  write_volume(map, folder.file("sparse.nii.gz"));
  return folder.file("sparse.nii.gz");
}

TEST(Packed, ASparseMapIsAskedAboutByItsSizeAndEveryWayOutReadsIt) {
  const Folder folder;
  const std::string path = sparse_map(folder);
  ASSERT_LT(std::filesystem::file_size(path), std::size_t{1} << 20);
  std::vector<Choice> ways;
  try {
    (void)read(path, Role::prediction);
    FAIL() << "it was not asked about";
  } catch (const Refusal& asked) {
    EXPECT_EQ(asked.code, "E_BOMB");
    EXPECT_NE(asked.reason.find("134 MB"), std::string::npos) << asked.reason;
    ways = asked.choices;
  }
  ASSERT_EQ(ways.size(), 2U);
  EXPECT_EQ(std::string(ways[0].label), "Open all 134 MB");
  for (const Choice& way : ways) {
    EXPECT_FALSE(way.safe) << "nothing is recommended of a file whose origin only a person knows";
    const LoadedVolume loaded = read(path, Role::prediction, {{way.question, way.answer}});
    const std::int64_t step = way.answer == "half" ? 2 : 1;
    EXPECT_EQ(loaded.grid.size, (std::array<std::int64_t, 3>{512 / step, 512 / step, 128 / step}));
    EXPECT_NEAR(loaded.values.sum, 0.75 * 512 / static_cast<double>(step * step * step), 1e-6) << way.answer;
  }
}

TEST(Packed, ASmallerMapOfThatKindIsNoQuestion) {
  const Folder folder;
  const Grid grid{{256, 256, 64}, {1, 1, 1}, {0, 0, 0}};
  write_volume(make_volume(grid, VoxelType::float32), folder.file("small.nii.gz"));
  EXPECT_EQ(read(folder.file("small.nii.gz"), Role::prediction).grid.size, grid.size);
}

}  // namespace
}  // namespace lossscope
