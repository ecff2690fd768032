// SPDX-License-Identifier: Apache-2.0
// From the numbers of a file to a mask or a prediction.
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

LoadedVolume labels(const std::vector<std::uint8_t>& values) {
  LoadedVolume loaded;
  loaded.path = "labels.nii";
  loaded.grid.size = {static_cast<std::int64_t>(values.size()), 1, 1};
  loaded.volume = make_volume(loaded.grid, VoxelType::uint8);
  std::ranges::copy(values, loaded.volume.voxels<std::uint8_t>().begin());
  for (int value = 0; value < 256; ++value) {
    const std::int64_t count = std::ranges::count(values, value);
    if (count > 0) {
      loaded.labels.push_back({value, count});
    }
  }
  return loaded;
}

LoadedVolume prediction(const std::vector<float>& values) {
  LoadedVolume loaded;
  loaded.path = "prediction.nii";
  loaded.grid.size = {static_cast<std::int64_t>(values.size()), 1, 1};
  loaded.volume = make_volume(loaded.grid, VoxelType::float32);
  std::ranges::copy(values, loaded.volume.voxels<float>().begin());
  loaded.values.minimum = static_cast<double>(*std::ranges::min_element(values));
  loaded.values.maximum = static_cast<double>(*std::ranges::max_element(values));
  return loaded;
}

std::vector<int> mask_of(const LoadedVolume& loaded, const LabelChoice& choice, std::vector<Assumption>& assumptions) {
  const Volume mask = binary_mask(loaded, choice, assumptions);
  const auto voxels = mask.voxels<std::uint8_t>();
  return {voxels.begin(), voxels.end()};
}

TEST(Labels, WhatIsAMaskOrAProbabilityAlreadyIsNotCopied) {
  std::vector<Assumption> assumptions;
  bool logit = false;
  const LoadedVolume mask = labels({0, 1, 1, 0});
  EXPECT_EQ(binary_mask(mask, {}, assumptions).data, mask.volume.data);
  EXPECT_EQ(binary_mask(mask, {1}, assumptions).data, mask.volume.data);
  EXPECT_EQ(mask_of(mask, {0}, assumptions), (std::vector<int>{1, 0, 0, 1})) << "the background was chosen";
  const LoadedVolume two = labels({0, 1, 2, 0});
  EXPECT_NE(binary_mask(two, {1}, assumptions).data, two.volume.data);
  const LoadedVolume p = prediction({0, 0.25F, 1});
  EXPECT_EQ(prediction_values(p, PredictionMeaning::automatic, {}, logit, assumptions).data, p.volume.data);
  const LoadedVolume outside = prediction({0, 0.25F, 1.00005F});
  EXPECT_NE(prediction_values(outside, PredictionMeaning::automatic, {}, logit, assumptions).data, outside.volume.data);
  EXPECT_GT(outside.volume.voxels<float>()[2], 1) << "clamping must not change what was loaded";
}

TEST(Labels, AllThatAreNotZeroOrOneOfThem) {
  std::vector<Assumption> assumptions;
  const LoadedVolume loaded = labels({0, 3, 7, 3, 0});
  EXPECT_EQ(mask_of(loaded, {}, assumptions), (std::vector<int>{0, 1, 1, 1, 0}));
  ASSERT_EQ(assumptions.size(), 1U);
  EXPECT_EQ(assumptions[0].code, "W_LABELS");
  assumptions.clear();
  EXPECT_EQ(mask_of(loaded, {7}, assumptions), (std::vector<int>{0, 0, 1, 0, 0}));
  EXPECT_TRUE(assumptions.empty());
}

TEST(Labels, AMissingLabelIsRefusedWithThoseThereAre) {
  std::vector<Assumption> assumptions;
  try {
    (void)binary_mask(labels({0, 3}), {4}, assumptions);
    FAIL();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.code, "E_LABEL");
    EXPECT_NE(refusal.remedy.find("0, 3"), std::string::npos);
  }
}

TEST(Labels, ChoicesAreParsed) {
  EXPECT_EQ(parse_label("nonzero"), LabelChoice{});
  EXPECT_EQ(parse_label("-3"), LabelChoice{-3});
  for (const char* wrong : {"", "two", "2.5", "3x"}) {
    EXPECT_THROW((void)parse_label(wrong), std::invalid_argument) << wrong;
  }
}

std::vector<float> values_of(const Volume& volume) {
  const auto voxels = volume.voxels<float>();
  return {voxels.begin(), voxels.end()};
}

TEST(Prediction, ProbabilitiesPassAndHairsAreClamped) {
  std::vector<Assumption> assumptions;
  bool logit = true;
  const Volume volume =
      prediction_values(prediction({-5e-5F, 0.5F, 1.00005F}), PredictionMeaning::automatic, {}, logit, assumptions);
  EXPECT_FALSE(logit);
  EXPECT_EQ(values_of(volume), (std::vector<float>{0, 0.5F, 1}));
  ASSERT_EQ(assumptions.size(), 1U);
  EXPECT_EQ(assumptions[0].code, "W_CLAMPED");
  EXPECT_NE(assumptions[0].text.find('2'), std::string::npos);
}

TEST(Prediction, WhatIsNoProbabilityIsNeverGuessed) {
  std::vector<Assumption> assumptions;
  bool logit = false;
  for (const auto& values : {std::vector<float>{-3, 4}, std::vector<float>{0, 255}}) {
    try {
      (void)prediction_values(prediction(values), PredictionMeaning::automatic, {}, logit, assumptions);
      FAIL();
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.code, "E_RANGE");
    }
  }
}

TEST(Prediction, SaidMeaningsAreTaken) {
  std::vector<Assumption> assumptions;
  bool logit = false;
  EXPECT_EQ(values_of(prediction_values(prediction({-3, 4}), PredictionMeaning::logit, {}, logit, assumptions)),
            (std::vector<float>{-3, 4}));
  EXPECT_TRUE(logit);
  const auto bytes = prediction_values(prediction({0, 51, 255}), PredictionMeaning::u8, {}, logit, assumptions);
  EXPECT_FALSE(logit);
  EXPECT_NEAR(values_of(bytes)[1], 0.2, 1e-7);
  EXPECT_EQ(values_of(prediction_values(prediction({0, 2, 5}), PredictionMeaning::label, {5}, logit, assumptions)),
            (std::vector<float>{0, 0, 1}));
}

TEST(Prediction, NotANumberIsRefused) {
  std::vector<Assumption> assumptions;
  bool logit = false;
  LoadedVolume loaded = prediction({0.5F, 0.5F});
  loaded.values.nan = 1;
  EXPECT_THROW((void)prediction_values(loaded, PredictionMeaning::probability, {}, logit, assumptions), Refusal);
}

}  // namespace
}  // namespace lossscope
