// SPDX-License-Identifier: Apache-2.0
// lossscope eval against independent formulas in float64: value and maps, on oblique and left-handed grids, too.
#include <functional>

#include "tests/app/commands/reference_maps.h"
#include "tests/app/commands/run_program.h"

namespace lossscope {
namespace {

using namespace testing;

/// A blob as mask, and a prediction that is unsure, wrong at some places, and exactly 0 and 1 at others.
struct Case {
  Folder folder;
  std::string mask_path, prediction_path;
  std::vector<int> g;
  std::vector<double> p;
  Grid grid;

  explicit Case(const Grid& grid_) : grid(grid_) {
    const Volume mask = make_volume(grid, VoxelType::uint8);
    const Volume prediction = make_volume(grid, VoxelType::float32);
    std::uint32_t state = 7;
    for (std::int64_t i = 0; i < grid.voxels(); ++i) {
      const auto x = static_cast<double>(i % grid.size[0]), y = static_cast<double>(i / grid.size[0] % grid.size[1]),
                 z = static_cast<double>(i / grid.size[0] / grid.size[1]);
      const bool in = std::hypot(x - 5, y - 4, 1.5 * (z - 3)) < 3.2;
      state = state * 1664525U + 1013904223U;
      const float noise = static_cast<float>(state >> 8) / 16777216.0F;
      const float value = i % 11 == 0 ? 0.0F : i % 13 == 0 ? 1.0F : in ? 0.35F + 0.65F * noise : 0.6F * noise;
      mask.voxels<std::uint8_t>()[static_cast<std::size_t>(i)] = in ? 1 : 0;
      prediction.voxels<float>()[static_cast<std::size_t>(i)] = value;
      g.push_back(in ? 1 : 0);
      p.push_back(static_cast<double>(value));
    }
    mask_path = folder.file("mask.nii.gz");
    prediction_path = folder.file("prediction.nrrd");
    write_volume(mask, mask_path);
    write_volume(prediction, prediction_path);
  }
};

void expect_map(const std::vector<double>& expected, const std::string& path, const Grid& grid) {
  const LoadedVolume map = read(path);
  expect_same_grid(grid, map.grid);
  const auto voxels = map.volume.voxels<float>();
  ASSERT_EQ(voxels.size(), expected.size());
  double largest = 0;
  for (const double value : expected) {
    largest = std::max(largest, std::abs(value));
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(static_cast<double>(voxels[i]), expected[i], 1e-6 * std::abs(expected[i]) + 1e-9 * largest) << i;
  }
}

struct Setting {
  const char* loss;
  bool left_handed;
};
void PrintTo(const Setting& setting, std::ostream* out) { *out << setting.loss << setting.left_handed; }

class Eval : public ::testing::TestWithParam<Setting> {};

ReferenceMaps reference(const std::string& loss, const Case& c) {
  return loss == "bce"    ? reference_bce(c.g, c.p)
         : loss == "dice" ? reference_dice(c.g, c.p)
                          : reference_dist_map(c.g, c.p, c.grid);
}

TEST_P(Eval, AgreesWithDoublePrecision) {
  const std::string loss = GetParam().loss;
  const Case c({{12, 10, 8}, {0.7, 1.3, 3.1}, {-12.5, 40.25, 7.75}, oblique(GetParam().left_handed)});
  const ReferenceMaps expected = reference(loss, c);
  const auto run = [&](const std::string& wrt) {
    return run_lossscope({"eval", "--mask", c.mask_path, "--prediction", c.prediction_path, "--loss", loss, "--wrt",
                          wrt, "--contribution", c.folder.file("contribution.nii.gz"), "--gradient",
                          c.folder.file("gradient.mha"), "--json", "-"});
  };
  const Outcome outcome = run("probability");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto result = outcome.json()["losses"][0];
  EXPECT_NEAR(result["value"].get<double>(), expected.value, 1e-6 * expected.value);
  EXPECT_NEAR(result["contribution"]["sum"].get<double>(), expected.value, 1e-6 * expected.value);
  expect_map(expected.contribution, c.folder.file("contribution.nii.gz"), c.grid);
  expect_map(expected.gradient_probability, c.folder.file("gradient.mha"), c.grid);
  ASSERT_EQ(run("logit").code, 0);
  expect_map(expected.gradient_logit, c.folder.file("gradient.mha"), c.grid);
}

TEST_P(Eval, SplitsTheLossByRegion) {
  const Case c({{12, 10, 8}, {1, 1, 2}, {0, 0, 0}, oblique(GetParam().left_handed)});
  const ReferenceMaps expected = reference(GetParam().loss, c);
  const Outcome outcome = run_lossscope(
      {"eval", "--mask", c.mask_path, "--prediction", c.prediction_path, "--loss", GetParam().loss, "--json", "-"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto regions = outcome.json()["losses"][0]["contribution"]["by_region"];
  std::map<std::string, double> sums{{"tp", 0}, {"fp", 0}, {"fn", 0}, {"tn", 0}};
  for (std::size_t i = 0; i < c.g.size(); ++i) {
    const bool on = c.p[i] > 0.5;
    sums[c.g[i] == 1 ? (on ? "tp" : "fn") : (on ? "fp" : "tn")] += expected.contribution[i];
  }
  for (const auto& [region, sum] : sums) {
    EXPECT_NEAR(regions[region].get<double>(), sum, 1e-6 * expected.value) << region;
  }
}

INSTANTIATE_TEST_SUITE_P(Losses, Eval,
                         ::testing::Values(Setting{"bce", false}, Setting{"bce", true}, Setting{"dice", false},
                                           Setting{"dice", true}, Setting{"dist_map", false},
                                           Setting{"dist_map", true}),
                         [](const auto& chosen) {
                           return std::string(chosen.param.loss) + (chosen.param.left_handed ? "_left" : "_right");
                         });

/// Sums as they are written: weights, a part's parameter, its value and its share.
TEST(EvalOfASum, IsThePartsTimesTheirWeights) {
  const Case c({{12, 10, 8}, {0.7, 1.3, 3.1}, {-12.5, 40.25, 7.75}, oblique(false)});
  const auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"eval", "--mask", c.mask_path, "--prediction", c.prediction_path, "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments);
  };
  const double dice = reference_dice(c.g, c.p).value, bce = reference_bce(c.g, c.p).value;
  const auto loss = run({"--loss", "2*dice+0.5*bce"}).json()["losses"][0];
  const double value = 2 * dice + 0.5 * bce;
  EXPECT_EQ(loss["id"], "2*dice+0.5*bce");
  EXPECT_NEAR(loss["value"].get<double>(), value, 1e-6 * value);
  EXPECT_NEAR(loss["contribution"]["sum"].get<double>(), value, 1e-6 * value);
  ASSERT_EQ(loss["parts"].size(), 2U);
  EXPECT_EQ(loss["parts"][1]["id"], "bce");
  EXPECT_EQ(loss["parts"][1]["weight"], 0.5);
  EXPECT_NEAR(loss["parts"][1]["value"].get<double>(), bce, 1e-6 * bce);
  EXPECT_NEAR(loss["parts"][1]["share"].get<double>(), 0.5 * bce / value, 1e-6);
  EXPECT_EQ(run({"--loss", "dice+bce", "--set", "dice.weight=2", "bce.weight=0.5"}).json()["losses"][0]["value"],
            loss["value"]);
  for (const char* wrong : {"dice+dice", "2*dice", "dice+", "dice+no_loss", "*dice+bce"}) {
    EXPECT_EQ(run({"--loss", wrong}).code, 2) << wrong;
  }
}

TEST(EvalOfASum, APresetChoosesItsLosses) {
  const Case c({{12, 10, 8}, {1, 1, 1}, {0, 0, 0}, oblique(false)});
  const auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"eval", "--mask", c.mask_path, "--prediction", c.prediction_path, "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments).json()["losses"];
  };
  const auto losses = run({"--preset", "nnunet"});
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0]["id"], "nnunet");
  // DC_and_CE_loss: minus the Dice with 1e-5 above and below, plus the mean cross-entropy.
  double overlap = 0, size = 0;
  for (std::size_t i = 0; i < c.g.size(); ++i) {
    overlap += c.g[i] * c.p[i];
    size += c.g[i] + c.p[i];
  }
  const double peer = reference_bce(c.g, c.p).value - (2 * overlap + 1e-5) / (size + 1e-5);
  EXPECT_NEAR(losses[0]["peer_value"].get<double>(), peer, 1e-6);
  const auto tuned = run({"--preset", "nnunet", "--set", "bce.weight=2"})[0];
  EXPECT_FALSE(tuned.contains("peer_value")) << "that is no longer nnU-Net's";
  EXPECT_EQ(tuned["id"], "1*dice+2*bce");
  const auto combo = run({"--loss", "combo", "--preset", "MONAI DiceCELoss(sigmoid=True)"})[0];
  EXPECT_NEAR(combo["peer_value"].get<double>(), peer + 1, 1e-6) << "3 times ours is Dice + cross-entropy";
}

/// A void label: as if its voxels were not in the file. (SMP issue 852, mmsegmentation issue 886: means over all.)
TEST(EvalWithAVoidLabel, IsOfTheVoxelsThatCount) {
  const Case c({{12, 10, 8}, {0.7, 1.3, 3.1}, {-12.5, 40.25, 7.75}, oblique(false)});
  const Volume mask = make_volume(c.grid, VoxelType::uint8);
  std::vector<int> g;
  std::vector<double> p;
  double wrong[2][2]{};  // by label and thresholded prediction
  for (std::size_t i = 0; i < c.g.size(); ++i) {
    const bool counts = i / 12 % 10 >= 4 && i % 7 != 0;
    mask.voxels<std::uint8_t>()[i] = counts ? static_cast<std::uint8_t>(c.g[i]) : 255;
    if (counts) {
      g.push_back(c.g[i]);
      p.push_back(c.p[i]);
      ++wrong[c.g[i]][c.p[i] > 0.5 ? 1 : 0];
    }
  }
  write_volume(mask, c.folder.file("void.nii.gz"));
  const auto run = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"eval",
                                       "--mask",
                                       c.folder.file("void.nii.gz"),
                                       "--prediction",
                                       c.prediction_path,
                                       "--loss",
                                       "bce,dice",
                                       "--contribution",
                                       c.folder.file("{loss}.nrrd"),
                                       "--json",
                                       "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments);
  };
  EXPECT_EQ(run({}).code, 3) << "nobody said whether 255 counts";
  const Outcome outcome = run({"--ignore", "255"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = outcome.json();
  for (const auto& [at, expected] : {std::pair(0, reference_bce(g, p)), std::pair(1, reference_dice(g, p))}) {
    const auto result = json["losses"][at];
    EXPECT_NEAR(result["value"].get<double>(), expected.value, 1e-6 * expected.value);
    EXPECT_NEAR(result["contribution"]["sum"].get<double>(), expected.value, 1e-6 * expected.value);
    std::vector<double> map;
    auto next = expected.contribution.begin();
    for (const std::uint8_t label : mask.voxels<std::uint8_t>()) {
      map.push_back(label == 255 ? 0 : *next++);
    }
    expect_map(map, c.folder.file(result["id"].get<std::string>() + ".nrrd"), c.grid);
  }
  const auto metrics = json["metrics"];
  EXPECT_NEAR(metrics["specificity"].get<double>(), wrong[0][0] / (wrong[0][0] + wrong[0][1]), 1e-12);
  EXPECT_NEAR(metrics["dice"].get<double>(), 2 * wrong[1][1] / (2 * wrong[1][1] + wrong[0][1] + wrong[1][0]), 1e-12);
  const double volume = (wrong[1][0] + wrong[1][1]) * 0.7 * 1.3 * 3.1;  // NIfTI keeps a spacing in float32
  EXPECT_NEAR(metrics["volume_mask"].get<double>(), volume, 1e-6 * volume);
  const std::string said = std::to_string(c.g.size() - g.size()) + " voxels (label 255) do not count";
  EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
}

TEST(EvalOnTheHead, DiceOfADegradedMaskAgrees) {
  const auto sample = mni_head();
  ASSERT_TRUE(sample) << "mricron-data is part of the set-up";
  Folder folder;
  const LoadedVolume labels = read(sample->mask, Role::mask);
  const Volume prediction = make_volume(labels.grid, VoxelType::float32);
  std::vector<int> g;
  std::vector<double> p;
  for (std::size_t i = 0; i < prediction.voxels<float>().size(); ++i) {
    const int value = labels.volume.voxels<std::uint8_t>()[i];
    g.push_back(value > 0 ? 1 : 0);
    const float soft = static_cast<float>(value) / 150.0F;
    prediction.voxels<float>()[i] = std::min(1.0F, soft);
    p.push_back(static_cast<double>(prediction.voxels<float>()[i]));
  }
  write_volume(prediction, folder.file("p.nii"));
  const Outcome outcome = run_lossscope({"eval", "--mask", sample->mask, "--prediction", folder.file("p.nii"), "--loss",
                                         "dice,bce", "--contribution", folder.file("{loss}.nii"), "--json", "-"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto losses = outcome.json()["losses"];
  const ReferenceMaps dice = reference_dice(g, p), bce = reference_bce(g, p);
  EXPECT_NEAR(losses[0]["value"].get<double>(), dice.value, 1e-6 * dice.value);
  EXPECT_NEAR(losses[1]["value"].get<double>(), bce.value, 1e-6 * bce.value);
  expect_map(dice.contribution, folder.file("dice.nii"), labels.grid);
  expect_map(bce.contribution, folder.file("bce.nii"), labels.grid);
}

}  // namespace
}  // namespace lossscope
