// SPDX-License-Identifier: Apache-2.0
#include "app/io/roles.h"

#include "app/io/channel_files.h"

#include "tests/corpus/dicom_files.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using testing::Folder;

std::string write_text(const Folder& folder, const std::string& name, const std::vector<float>& values) {
  const Volume volume = make_volume({{static_cast<std::int64_t>(values.size()), 1, 1}}, VoxelType::float32);
  std::ranges::copy(values, volume.voxels<float>().begin());
  write_volume(volume, folder.file(name));
  return folder.file(name);
}

TEST(Roles, FilesAreSortedByTheirValues) {
  Folder folder;
  const auto image = write_text(folder, "a.nii", {-12.5F, 30, 411, 18});
  const auto mask = write_text(folder, "b.nii", {0, 1, 1, 0});
  const auto prediction = write_text(folder, "c.nii", {0.1F, 0.93F, 0.8F, 0});
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

TEST(Roles, PredictionsThatDifferInANumberAreChannelsOfOne) {
  Folder folder;
  const auto mask = write_text(folder, "b.nii", {0, 1, 2, 0});
  std::vector<std::string> channels;
  for (const char* name : {"c_9.nii", "c_10.nii", "c_11.nii"}) {
    channels.push_back(write_text(folder, name, {0.1F, 0.93F, 0.8F, 0}));
  }
  std::vector<std::string> files{mask, channels[1], channels[2], channels[0]};
  for (int turn = 0; turn < 4; ++turn) {
    std::ranges::rotate(files, files.begin() + 1);
    const SortedFiles sorted = sort_by_content(files);
    EXPECT_EQ(sorted.mask, mask);
    EXPECT_EQ(sorted.prediction, channels[0]);
    EXPECT_EQ(sorted.more_channels, (std::vector{channels[1], channels[2]})) << "by number, not by letter";
    EXPECT_TRUE(sorted.unused.empty());
  }
  files.push_back(write_text(folder, "another.nii", {0.1F, 0.93F, 0.8F, 0}));
  const SortedFiles mixed = sort_by_content(files);
  EXPECT_TRUE(mixed.more_channels.empty()) << "not one series";
  EXPECT_EQ(mixed.unused.size(), 2U) << "one more is taken for the image";
}

TEST(Roles, ASeriesOfImagesIsNoPrediction) {
  Folder folder;
  const std::vector<std::string> files{write_text(folder, "case_0000.nii", {-12.5F, 30, 411, 18}),
                                       write_text(folder, "case_0001.nii", {-1.5F, 3, 41, 1})};
  const SortedFiles sorted = sort_by_content(files);
  EXPECT_EQ(sorted.image, files[0]);
  EXPECT_TRUE(sorted.more_channels.empty());
  EXPECT_EQ(sorted.unused, std::vector{files[1]});
}

TEST(ChannelFiles, AreASeriesByOneNumberAlone) {
  const auto series = [](const std::vector<std::string>& paths) {
    return channel_series(paths).value_or(std::vector<std::string>());
  };
  EXPECT_EQ(series({"p_10.nii", "p_2.nii", "p_1.nii"}), (std::vector<std::string>{"p_1.nii", "p_2.nii", "p_10.nii"}));
  EXPECT_EQ(series({"c7_0001.nii.gz", "c7_0000.nii.gz"}),
            (std::vector<std::string>{"c7_0000.nii.gz", "c7_0001.nii.gz"}));
  EXPECT_EQ(series({"1/p.nii", "2/p.nii"}).size(), 0U) << "folders are cases, not channels";
  EXPECT_EQ(series({"a/p1.nii", "b/p2.nii"}).size(), 0U);
  EXPECT_EQ(series({"c1_p1.nii", "c2_p2.nii"}).size(), 0U) << "two numbers differ";
  EXPECT_EQ(series({"p1.nii", "q1.nii"}).size(), 0U);
  EXPECT_EQ(series({"p1.nii", "p.nii"}).size(), 0U);
  EXPECT_EQ(series({"p1.nii", "p01.nii"}).size(), 0U) << "the same number twice";
  EXPECT_EQ(series({"p1.nii"}).size(), 0U);
  EXPECT_EQ(in_channel_order({"liver.nii", "background.nii"}),
            (std::vector<std::string>{"liver.nii", "background.nii"}))
      << "as they came";
  EXPECT_EQ(in_channel_order({"p_1.nii", "p_0.nii"}), (std::vector<std::string>{"p_0.nii", "p_1.nii"}));
  EXPECT_THROW((void)in_channel_order({"p_1.nii", "./p_1.nii"}), std::invalid_argument);
}

TEST(Roles, TwoMasksAreAMaskAndAPrediction) {
  Folder folder;
  const std::vector<std::string> files{write_text(folder, "case1_pred.nii", {0, 1, 1, 0}),
                                       write_text(folder, "case1_gt.nii", {0, 1, 0, 0})};
  const SortedFiles sorted = sort_by_content(files);
  EXPECT_EQ(sorted.mask, files[1]);
  EXPECT_EQ(sorted.prediction, files[0]);
}

TEST(Roles, TwoMasksWithoutAnyWordAreAMaskAndAPredictionAndTheOrderIsSaid) {
  Folder folder;
  std::vector<std::string> files{write_text(folder, "one.nii", {0, 1, 1, 0}),
                                 write_text(folder, "two.nii", {0, 1, 0, 0})};
  for (int turn = 0; turn < 2; ++turn) {
    const SortedFiles sorted = sort_by_content(files);
    EXPECT_EQ(sorted.mask, files[0]);
    EXPECT_EQ(sorted.prediction, files[1]);
    ASSERT_EQ(sorted.assumptions.size(), 1U);
    EXPECT_EQ(sorted.assumptions[0].code, "W_ROLES");
    std::ranges::reverse(files);
  }
}

/// Files of one name in folders, in every order of opening them.
void expect_sorted(const std::string& image_folder, const std::string& mask_folder, const std::string& other_folder) {
  Folder folder;
  const auto in = [&](const std::string& name, const std::vector<float>& values) {
    std::filesystem::create_directories(std::filesystem::path(folder.file(name)));
    return write_text(folder, name + "/case_10.nii", values);
  };
  const std::string image = in(image_folder, {-12.5F, 30, 411, 18}), mask = in(mask_folder, {0, 1, 1, 0}),
                    other = in(other_folder, {0, 1, 0, 0});
  std::vector<std::string> files{image, mask, other};
  std::ranges::sort(files);
  do {
    const SortedFiles sorted = sort_by_content(files);
    EXPECT_EQ(sorted.image, image) << image_folder;
    EXPECT_EQ(sorted.mask, mask) << mask_folder;
    EXPECT_EQ(sorted.prediction, other) << other_folder;
    ASSERT_EQ(sorted.assumptions.size(), 1U) << other_folder;
    EXPECT_NE(sorted.assumptions[0].text.find("mask " + std::filesystem::path(mask_folder).filename().string() +
                                              "/case_10.nii"),
              std::string::npos)
        << sorted.assumptions[0].text;
  } while (std::ranges::next_permutation(files).found);
}

TEST(Roles, FoldersTellFilesOfOneNameApart) {
  expect_sorted("imagesTr", "labelsTr", "predictions");
  expect_sorted("imagesTs", "labelsTs", "inferTs");
  expect_sorted("Task09/imagesTr", "Task09/labelsTr", "results/fold_0/validation");
  expect_sorted("Dataset009/imagesTr", "Dataset009/labelsTr", "predictionsTr");
  expect_sorted("images", "masks", "run_17");
  expect_sorted("val/img", "val/gt", "out");
  expect_sorted("scans", "GroundTruth", "Softmax");
  expect_sorted("a", "labels", "b");
}

TEST(Roles, AFolderThatHoldsAllFilesTellsNothing) {
  Folder folder;
  std::filesystem::create_directories(folder.file("predictions"));
  const auto image = write_text(folder, "predictions/a.nii", {-12.5F, 30, 411, 18});
  const auto mask = write_text(folder, "predictions/b.nii", {0, 1, 1, 0});
  const SortedFiles sorted = sort_by_content(std::vector{mask, image});
  EXPECT_EQ(sorted.image, image);
  EXPECT_EQ(sorted.mask, mask);
  EXPECT_TRUE(sorted.assumptions.empty());
  EXPECT_EQ(sort_by_content(std::vector{mask}).prediction, mask) << "one file alone is what its folder says";
}

TEST(Roles, TheNearestFolderThatSaysSomethingCounts) {
  EXPECT_EQ(role_of_folders("validation/images"), Role::image);
  EXPECT_EQ(role_of_folders("predictions/fold_0"), Role::prediction);
  EXPECT_EQ(role_of_folders("predicted_labels"), Role::prediction);
  EXPECT_EQ(role_of_folders("reference"), Role::mask);
  EXPECT_EQ(role_of_folders("patient_3/2024"), std::nullopt);
}

/// A person drops all slices of a series, and perhaps a mask: the slices are one image, read once.
TEST(Roles, SlicesOfASeriesAreOneVolume) {
  Folder folder;
  std::vector<std::string> files;
  for (int k = 0; k < 4; ++k) {
    const corpus::Bytes slice = corpus::DicomFile(k).text(0x00281052, "DS", "-1000.25").bytes();  // no labels
    files.push_back(folder.file("slice" + std::to_string(k)));
    testing::write_bytes(files.back(), {slice.begin(), slice.end()});
  }
  files.push_back(write_text(folder, "mask.nii", {0, 1}));
  const SortedFiles sorted = sort_by_content(files);
  EXPECT_EQ(sorted.image, files[0]);
  EXPECT_EQ(sorted.mask, files[4]);
  EXPECT_TRUE(sorted.prediction.empty());
  EXPECT_TRUE(sorted.unused.empty());
  EXPECT_EQ(testing::read(files[0]).grid.size, (std::array<std::int64_t, 3>{3, 2, 4}));
  EXPECT_EQ(testing::read(files[0]).sha256, testing::read(files[3]).sha256)
      << "the volume is the same by whichever slice it is opened";
}

TEST(Roles, MoreFilesThanRolesAreReported) {
  Folder folder;
  const std::vector<std::string> files{write_text(folder, "a.nii", {5, 900.5F}),
                                       write_text(folder, "b.nii", {7, 1300.5F}), write_text(folder, "c.nii", {0, 1})};
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
