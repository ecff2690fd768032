// SPDX-License-Identifier: Apache-2.0
// From the numbers of a file to a mask or a prediction.
#include <algorithm>

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

std::vector<int> mask_from(const LoadedVolume& loaded, const LabelChoice& choice,
                           std::vector<Assumption>& assumptions) {
  const Volume mask = binary_mask(loaded, choice, assumptions);
  const auto voxels = mask.voxels<std::uint8_t>();
  return {voxels.begin(), voxels.end()};
}

TEST(Labels, WhatIsAMaskOrAProbabilityAlreadyIsNotCopied) {
  std::vector<Assumption> assumptions;
  const LoadedVolume mask = labels({0, 1, 1, 0});
  EXPECT_EQ(binary_mask(mask, {}, assumptions).data, mask.volume.data);
  EXPECT_EQ(binary_mask(mask, {{1}}, assumptions).data, mask.volume.data);
  EXPECT_EQ(mask_from(mask, {{0}}, assumptions), (std::vector<int>{1, 0, 0, 1})) << "the background was chosen";
  const LoadedVolume two = labels({0, 1, 2, 0});
  EXPECT_NE(binary_mask(two, {{1}}, assumptions).data, two.volume.data);
  const LoadedVolume p = prediction({0, 0.25F, 1});
  EXPECT_EQ(prediction_values(p, {}, assumptions).volume.data, p.volume.data);
  const LoadedVolume outside = prediction({0, 0.25F, 1.00005F});
  EXPECT_NE(prediction_values(outside, {}, assumptions).volume.data, outside.volume.data);
  EXPECT_GT(outside.volume.voxels<float>()[2], 1) << "clamping must not change what was loaded";
}

TEST(Labels, AllThatAreNotZeroOrOneOfThem) {
  std::vector<Assumption> assumptions;
  const LoadedVolume loaded = labels({0, 3, 7, 3, 0});
  EXPECT_EQ(mask_from(loaded, {}, assumptions), (std::vector<int>{0, 1, 1, 1, 0}));
  ASSERT_EQ(assumptions.size(), 1U);
  EXPECT_EQ(assumptions[0].code, "W_LABELS");
  EXPECT_NE(assumptions[0].text.find("2 labels (3, 7)"), std::string::npos) << assumptions[0].text;
  assumptions.clear();
  EXPECT_EQ(mask_from(loaded, {{7}}, assumptions), (std::vector<int>{0, 0, 1, 0, 0}));
  EXPECT_TRUE(assumptions.empty());
}

TEST(Labels, AMissingLabelIsRefusedWithThoseThereAre) {
  std::vector<Assumption> assumptions;
  try {
    (void)binary_mask(labels({0, 3, 7}), {{4}}, assumptions);
    FAIL();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.code, "E_LABEL");
    EXPECT_TRUE(refusal.remedy.ends_with(": 3, 7")) << refusal.remedy;
  }
}

TEST(Labels, ChoicesAreParsed) {
  using Labels = std::vector<std::int64_t>;
  EXPECT_EQ(parse_labels("nonzero", "nonzero"), Labels{});
  EXPECT_EQ(parse_labels("-3", "nonzero"), Labels{-3});
  EXPECT_EQ(parse_labels("2,5,11", "nonzero"), (Labels{2, 5, 11}));
  for (const char* wrong : {"", "two", "2.5", "3x", "1,", ",1", "none"}) {
    EXPECT_THROW((void)parse_labels(wrong, "nonzero"), std::invalid_argument) << wrong;
  }
}

std::vector<float> values_of(const Volume& volume) {
  const auto voxels = volume.voxels<float>();
  return {voxels.begin(), voxels.end()};
}

PredictionValues taken(const std::vector<float>& values, const PredictionReading& reading,
                       std::vector<Assumption>& assumptions) {
  return prediction_values(prediction(values), reading, assumptions);
}

TEST(Prediction, ProbabilitiesPassAndHairsAreClamped) {
  std::vector<Assumption> assumptions;
  const PredictionValues values = taken({-5e-5F, 0.5F, 1.00005F}, {}, assumptions);
  EXPECT_FALSE(values.is_logit);
  EXPECT_EQ(values_of(values.volume), (std::vector<float>{0, 0.5F, 1}));
  ASSERT_EQ(assumptions.size(), 1U);
  EXPECT_EQ(assumptions[0].code, "W_CLAMPED");
  EXPECT_NE(assumptions[0].text.find('2'), std::string::npos);
}

TEST(Prediction, WhatIsNoProbabilityIsNeverGuessed) {
  std::vector<Assumption> assumptions;
  for (const auto& values : {std::vector<float>{-3, 4}, std::vector<float>{0, 255}}) {
    try {
      (void)taken(values, {}, assumptions);
      FAIL();
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.code, "E_RANGE");
      EXPECT_FALSE(refusal.choices.empty());
      EXPECT_EQ(refusal.role, Role::prediction);
      for (const Choice& choice : refusal.choices) {
        EXPECT_NO_THROW(check_answer(choice.question, choice.answer)) << choice.id();
      }
    }
  }
}

TEST(Prediction, SaidMeaningsAreTaken) {
  std::vector<Assumption> assumptions;
  const auto as = [&](const std::vector<float>& values, PredictionMeaning meaning) {
    return values_of(taken(values, {meaning, {}, NanChoice::refuse, {}, {}}, assumptions).volume);
  };
  const PredictionValues logits =
      taken({-3, 4}, {PredictionMeaning::logit, {}, NanChoice::refuse, {}, {}}, assumptions);
  EXPECT_EQ(values_of(logits.volume), (std::vector<float>{-3, 4}));
  EXPECT_TRUE(logits.is_logit);
  EXPECT_NEAR(as({0, 51, 255}, PredictionMeaning::u8)[1], 0.2, 1e-7);
  EXPECT_NEAR(as({0, 20, 100}, PredictionMeaning::percent)[1], 0.2, 1e-7);
  EXPECT_NEAR(as({0, 13107, 65535}, PredictionMeaning::u16)[1], 0.2, 1e-7);
  EXPECT_EQ(as({-2, 0.25F, 3}, PredictionMeaning::clamp), (std::vector<float>{0, 0.25F, 1}));
  EXPECT_EQ(as({-2, -1, 2}, PredictionMeaning::rescale), (std::vector<float>{0, 0.25F, 1}));
  EXPECT_EQ(values_of(taken({0, 2, 5}, {PredictionMeaning::label, {5}, NanChoice::refuse, {}, {}}, assumptions).volume),
            (std::vector<float>{0, 0, 1}));
}

TEST(Prediction, NotANumberIsRefusedUnlessSaidWhatItCountsAs) {
  std::vector<Assumption> assumptions;
  LoadedVolume loaded = prediction({0.5F, 0.25F, 0, 0});
  loaded.volume.voxels<float>()[2] = NAN;
  loaded.volume.voxels<float>()[3] = INFINITY;
  const Volume mask = make_volume(loaded.grid, VoxelType::uint8);
  mask.voxels<std::uint8_t>()[2] = 1;
  const auto with = [&](PredictionMeaning meaning, NanChoice nan) {
    assumptions.clear();
    return values_of(prediction_values(loaded, {meaning, {}, nan, mask, {}}, assumptions).volume);
  };
  EXPECT_THROW((void)with(PredictionMeaning::probability, NanChoice::refuse), Refusal);
  EXPECT_EQ(with(PredictionMeaning::probability, NanChoice::zero), (std::vector<float>{0.5F, 0.25F, 0, 0}));
  EXPECT_EQ(assumptions.at(0).code, "W_NAN_SETTLED");
  EXPECT_EQ(assumptions.at(0).text.substr(0, 2), "2 ");
  EXPECT_EQ(with(PredictionMeaning::probability, NanChoice::agree), (std::vector<float>{0.5F, 0.25F, 1, 0}));
  EXPECT_EQ(with(PredictionMeaning::logit, NanChoice::agree),
            (std::vector<float>{0.5F, 0.25F, kSureLogit, -kSureLogit}));
  EXPECT_TRUE(std::isnan(loaded.volume.voxels<float>()[2])) << "the file's own buffer stays as it is";
}

TEST(Prediction, NotANumberWhereVoxelsDoNotCountIsNoQuestion) {
  std::vector<Assumption> assumptions;
  LoadedVolume loaded = prediction({0.5F, 0.25F, 0, 0.75F});
  loaded.volume.voxels<float>()[2] = NAN;
  const Volume counts = make_volume(loaded.grid, VoxelType::uint8);
  std::ranges::fill(counts.voxels<std::uint8_t>(), std::uint8_t{1});
  counts.voxels<std::uint8_t>()[2] = 0;
  const PredictionReading reading{PredictionMeaning::probability, {}, NanChoice::refuse, {}, counts};
  EXPECT_EQ(values_of(prediction_values(loaded, reading, assumptions).volume),
            (std::vector<float>{0.5F, 0.25F, 0, 0.75F}));
  EXPECT_TRUE(assumptions.empty());
  loaded.volume.voxels<float>()[0] = NAN;
  EXPECT_THROW((void)prediction_values(loaded, reading, assumptions), Refusal);
}

TEST(Labels, VoxelsOfAnIgnoredLabelDoNotCount) {
  std::vector<Assumption> assumptions;
  const LoadedVolume loaded = labels({0, 1, 255, 1, 255});
  try {
    (void)binary_mask(loaded, {}, assumptions);
    FAIL() << "255 beside other labels is asked about";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.code, "E_IGNORE");
    EXPECT_EQ(refusal.choices.at(0).flag(), "--ignore 255");
  }
  const LabelChoice choice{{}, std::vector<std::int64_t>{255}};
  EXPECT_EQ(mask_from(loaded, choice, assumptions), (std::vector<int>{0, 1, 0, 1, 0}));
  EXPECT_EQ(assumptions.at(0).code, "W_IGNORED");
  EXPECT_EQ(assumptions.at(0).text.substr(0, 2), "2 ");
  const Volume counted = counted_voxels(loaded, choice);
  const auto counts = counted.voxels<std::uint8_t>();
  EXPECT_EQ(std::vector<int>(counts.begin(), counts.end()), (std::vector<int>{1, 1, 0, 1, 0}));
  for (const LabelChoice& all :
       {LabelChoice(), {{}, std::vector<std::int64_t>{}}, {{}, std::vector<std::int64_t>{7}}}) {
    EXPECT_TRUE(counted_voxels(loaded, all).empty()) << "nothing of the file is ignored";
  }
  EXPECT_EQ(mask_from(loaded, {{}, std::vector<std::int64_t>{}}, assumptions), (std::vector<int>{0, 1, 1, 1, 1}));
  EXPECT_EQ(mask_from(labels({0, 255}), {}, assumptions), (std::vector<int>{0, 1})) << "{0, 255} is an ordinary mask";
}

TEST(Labels, ALabelThatIsNamedIgnoreIsAskedAbout) {
  std::vector<Assumption> assumptions;
  LoadedVolume loaded = labels({0, 1, 2, 2});
  EXPECT_EQ(mask_from(loaded, {}, assumptions), (std::vector<int>{0, 1, 1, 1}));
  loaded.labels.at(2).name = "ignore";  // as nnU-Net's dataset.json calls it
  try {
    (void)binary_mask(loaded, {}, assumptions);
    FAIL() << "it would be a part of the structure";
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.code, "E_IGNORE");
    EXPECT_NE(std::string(refusal.what()).find("named \"ignore\""), std::string::npos) << refusal.what();
    EXPECT_EQ(refusal.choices.at(0).flag(), "--ignore 2");
  }
  EXPECT_EQ(mask_from(loaded, {{}, std::vector<std::int64_t>{2}}, assumptions), (std::vector<int>{0, 1, 0, 0}));
  EXPECT_EQ(mask_from(loaded, {{}, std::vector<std::int64_t>{}}, assumptions), (std::vector<int>{0, 1, 1, 1}));
}

}  // namespace
}  // namespace lossscope
