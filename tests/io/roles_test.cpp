// SPDX-License-Identifier: Apache-2.0
#include "app/io/roles.h"

#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using testing::Folder;

std::string write(const Folder& folder, const std::string& name, const std::vector<float>& values) {
  const Volume volume = make_volume({{static_cast<std::int64_t>(values.size()), 1, 1}}, VoxelType::float32);
  std::ranges::copy(values, volume.voxels<float>().begin());
  write_volume(volume, folder.file(name));
  return folder.file(name);
}

TEST(Roles, FilesAreSortedByTheirValues) {
  Folder folder;
  const auto image = write(folder, "a.nii", {-12.5F, 30, 411, 18});
  const auto mask = write(folder, "b.nii", {0, 1, 1, 0});
  const auto prediction = write(folder, "c.nii", {0.1F, 0.93F, 0.8F, 0});
  std::vector<std::string> files{prediction, image, mask};
  for (int turn = 0; turn < 3; ++turn) {
    std::ranges::rotate(files, files.begin() + 1);
    const SortedFiles sorted = sort_by_content(files);
    EXPECT_EQ(sorted.image, image);
    EXPECT_EQ(sorted.mask, mask);
    EXPECT_EQ(sorted.prediction, prediction);
    EXPECT_TRUE(sorted.unused.empty());
  }
}

TEST(Roles, TwoMasksAreAMaskAndAPrediction) {
  Folder folder;
  const std::vector<std::string> files{write(folder, "case1_pred.nii", {0, 1, 1, 0}),
                                       write(folder, "case1_gt.nii", {0, 1, 0, 0})};
  const SortedFiles sorted = sort_by_content(files);
  EXPECT_EQ(sorted.mask, files[1]);
  EXPECT_EQ(sorted.prediction, files[0]);
}

TEST(Roles, MoreFilesThanRolesAreReported) {
  Folder folder;
  const std::vector<std::string> files{write(folder, "a.nii", {5, 900.5F}), write(folder, "b.nii", {7, 1300.5F}),
                                       write(folder, "c.nii", {0, 1})};
  const SortedFiles sorted = sort_by_content(files);
  EXPECT_EQ(sorted.mask, files[2]);
  EXPECT_EQ(sorted.unused.size(), 1U);
}

TEST(Roles, AFileThatCannotBeReadKeepsARoleSoThatItsRefusalIsSeen) {
  Folder folder;
  testing::write_bytes(folder.file("head.nii"), {'n', 'o'});
  const std::vector<std::string> files{folder.file("head.nii")};
  EXPECT_EQ(sort_by_content(files).image, files[0]);
}

}  // namespace
}  // namespace lossscope
