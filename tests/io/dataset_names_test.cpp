// SPDX-License-Identifier: Apache-2.0
// Labels are named as nnU-Net's dataset.json beside the file says, however it is spelled, and whatever lies there.
#include "app/io/dataset_names.h"

#include "app/io/safe_file.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using testing::Folder;

/// The names of labels 0, 1, 2 and 7 of a mask in labelsTr, one of which the file names itself; joined by commas.
std::string names_with(const Folder& folder) {
  LoadedVolume mask;
  mask.path = folder.file("labelsTr/case.nii.gz");
  mask.labels = {{0, 5}, {1, 4}, {2, 3}, {7, 1, "own"}};
  name_by_dataset(mask);
  std::string names;
  for (const LabelCount& label : mask.labels) {
    names += label.name + ",";
  }
  EXPECT_EQ(mask.assumptions.size(), names == ",,,own," ? 0U : 1U) << names;
  return names;
}

TEST(DatasetNames, EitherSpellingNamesTheLabels) {
  const Folder folder;
  std::filesystem::create_directory(folder.file("labelsTr"));
  EXPECT_EQ(names_with(folder), ",,,own,") << "no dataset.json";
  const std::string above = folder.file("dataset.json"), beside = folder.file("labelsTr/dataset.json");
  write_file(above, R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "liver": 1, "tumour": 2, "x": 7}})");
  EXPECT_EQ(names_with(folder), "background,liver,tumour,own,");
  write_file(above, R"({"labels": {"0": "background", "1": "liver", "2": "tumour"}})");
  EXPECT_EQ(names_with(folder), "background,liver,tumour,own,") << "as nnU-Net v1 and the decathlon write it";
  write_file(above, R"({"labels": {"background": 0, "whole": [1, 2], "core": 2}})");
  EXPECT_EQ(names_with(folder), "background,,core,own,") << "a region is no label";
  write_file(beside, R"({"labels": {"kidney": 1}})");
  EXPECT_EQ(names_with(folder), ",kidney,,own,") << "the nearer one";
  std::filesystem::remove(beside);
  for (const char* wrong : {"{", "[]", "3", R"({"labels": 3})", R"({"labels": ["a", "b"]})", R"({"labels": {"": 1}})",
                            R"({"labels": {"a": 1.5, "b": "2", "c": null, "1x": "d"}})"}) {
    write_file(above, wrong);
    EXPECT_EQ(names_with(folder), ",,,own,") << wrong;
  }
  std::filesystem::remove(above);
  std::filesystem::create_directory(above);
  EXPECT_EQ(names_with(folder), ",,,own,") << "a folder of that name";
}

TEST(DatasetNames, AreFitToBeShown) {
  const Folder folder;
  std::filesystem::create_directory(folder.file("labelsTr"));
  write_file(folder.file("dataset.json"),
             "{\"labels\": {\"a\\nb\\u202Ec\": 1, \"" + std::string(5000, 'n') + "\": 2}}");
  const std::string names = names_with(folder);
  EXPECT_EQ(names.find('\n'), std::string::npos);
  EXPECT_EQ(names.find("\u202E"), std::string::npos);
  EXPECT_LT(names.size(), 120U);
}

}  // namespace
}  // namespace lossscope
