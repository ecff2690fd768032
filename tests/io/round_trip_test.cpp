// SPDX-License-Identifier: Apache-2.0
// What is written comes back: every value, and where every voxel lies.
#include <regex>
#include <set>
#include <tuple>

#include "app/io/safe_file.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using namespace testing;

class RoundTrip : public ::testing::TestWithParam<std::tuple<std::string, bool>> {
 protected:
  [[nodiscard]] std::string path() const { return folder_.file("volume" + std::get<0>(GetParam())); }
  [[nodiscard]] Grid grid() const { return anisotropic_grid(std::get<1>(GetParam())); }

 private:
  Folder folder_;
};

TEST_P(RoundTrip, FloatVoxels) {
  const Volume volume = make_volume(grid(), VoxelType::float32);
  const auto voxels = volume.voxels<float>();
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    voxels[i] = std::sin(static_cast<float>(i)) * 1e-3F;
  }
  voxels[7] = 1.1754944e-38F;
  write_volume(volume, path());
  const LoadedVolume back = read(path());
  expect_same_grid(volume.grid, back.grid);
  ASSERT_EQ(back.volume.type, VoxelType::float32);
  EXPECT_TRUE(std::ranges::equal(voxels, back.volume.voxels<float>()));
  EXPECT_TRUE(back.has_orientation);
}

TEST_P(RoundTrip, Labels) {
  const Volume volume = make_volume(grid(), VoxelType::uint8);
  const auto voxels = volume.voxels<std::uint8_t>();
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    voxels[i] = static_cast<std::uint8_t>(i % 4 == 3 ? 200 : i % 4);
  }
  write_volume(volume, path());
  const LoadedVolume back = read(path(), Role::mask);
  expect_same_grid(volume.grid, back.grid);
  ASSERT_EQ(back.volume.type, VoxelType::uint8);
  EXPECT_TRUE(std::ranges::equal(voxels, back.volume.voxels<std::uint8_t>()));
  ASSERT_EQ(back.labels.size(), 4U);
  EXPECT_EQ(back.labels[3].value, 200);
  EXPECT_EQ(back.labels[3].voxels, 15);
}

TEST_P(RoundTrip, InformationAloneSaysTheSame) {
  const Volume volume = make_volume(grid(), VoxelType::float32);
  std::ranges::fill(volume.voxels<float>(), 0.25F);
  write_volume(volume, path());
  const LoadedVolume information =
      read_volume({.path = path(), .role = Role::image, .answers = {}, .information_only = true});
  EXPECT_TRUE(information.volume.empty());
  expect_same_grid(volume.grid, information.grid);
  EXPECT_EQ(information.values.maximum, 0.25);
  EXPECT_EQ(information.values.sum, 0.25 * 60);
}

TEST_P(RoundTrip, ACutFileIsRefused) {
  const Volume volume = make_volume(grid(), VoxelType::float32);
  std::uint32_t state = 1;
  for (float& value : volume.voxels<float>()) {  // does not compress, so that half a file lacks voxels
    state = state * 1664525U + 1013904223U;
    value = static_cast<float>(state >> 8);
  }
  write_volume(volume, path());
  auto bytes = read_bytes(path());
  bytes.erase(bytes.end() - 100, bytes.end());
  write_bytes(path(), bytes);
  EXPECT_NE(refusal_code(path()), "read");
}

TEST(WrittenVolume, OfAnotherEndingIsWrittenAsTheRemedySays) {
  const Folder folder;
  const Volume volume = make_volume({{3, 2, 2}}, VoxelType::float32);
  std::string remedy;
  try {
    write_volume(volume, folder.file("map.img"));
  } catch (const WriteError& error) {
    remedy = error.remedy;
  }
  std::set<std::string> endings;
  static const std::regex kEnding("\\.[a-z]+(\\.gz)?");
  for (std::sregex_iterator at(remedy.begin(), remedy.end(), kEnding), end; at != end; ++at) {
    endings.insert(at->str());
  }
  EXPECT_EQ(endings.size(), 4U) << remedy;
  for (const std::string& ending : endings) {
    write_volume(volume, folder.file("map" + ending));
    EXPECT_EQ(read(folder.file("map" + ending)).grid.size, volume.grid.size) << ending;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, RoundTrip,
                         ::testing::Combine(::testing::Values(".nii", ".nii.gz", ".nrrd", ".mha"), ::testing::Bool()),
                         [](const auto& chosen) {
                           std::string name = std::get<0>(chosen.param).substr(1);
                           std::ranges::replace(name, '.', '_');
                           return name + (std::get<1>(chosen.param) ? "_left_handed" : "_right_handed");
                         });

TEST(Writer, LeavesNothingBehindWhenItCannotWrite) {
  const Volume volume = make_volume(anisotropic_grid(false), VoxelType::uint8);
  EXPECT_THROW(write_volume(volume, "/nowhere/at/all.nii"), std::runtime_error);
  Folder folder;
  EXPECT_THROW(write_volume(volume, folder.file("volume.xyz")), std::runtime_error);
  EXPECT_TRUE(std::filesystem::is_empty(std::filesystem::path(folder.file("x")).parent_path()));
}

}  // namespace
}  // namespace lossscope
