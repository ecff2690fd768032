// SPDX-License-Identifier: Apache-2.0
// lossscope eval --classes and --regions, on files made by hand, against formulas written here in float64.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "app/io/safe_file.h"
#include "tests/app/commands/class_files.h"
#include "tests/app/commands/run_program.h"
#include "tests/io/nifti_bytes.h"

namespace lossscope {
namespace {

using namespace testing;

TEST(EvalOverClasses, LogitsAndProbabilitiesOfASoftmaxHaveTheSameLosses) {
  const ClassFiles files;
  for (const bool logits : {true, false}) {
    const Outcome outcome =
        files.eval(logits ? files.logits : files.softmax,
                   logits ? std::vector<std::string>{"--kind", "logit", "--classes", "all", "--loss", "dice,bce"}
                          : std::vector<std::string>{"--classes", "all", "--loss", "dice,bce"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const auto losses = outcome.json()["losses"];
    const double dice = (files.dice_loss(1, 1) + files.dice_loss(2, 1)) / 2;
    EXPECT_NEAR(losses[0]["value"].get<double>(), dice, 1e-6) << "without the background";
    EXPECT_NEAR(losses[1]["value"].get<double>(), files.cross_entropy(), 1e-6);
    EXPECT_TRUE(losses[0]["classes"][0]["value"].is_null());
    EXPECT_NEAR(losses[0]["classes"][2]["value"].get<double>(), files.dice_loss(2, 1), 1e-6);
    EXPECT_NEAR(losses[0]["classes"][2]["weight"].get<double>(), 0.5, 1e-12);
    EXPECT_NEAR(losses[0]["classes"][2]["share"].get<double>(), files.dice_loss(2, 1) / 2 / dice, 1e-6);
    EXPECT_NEAR(losses[1]["classes"][1]["value"].get<double>(), files.cross_entropy(1), 1e-6);
    EXPECT_NEAR(losses[1]["contribution"]["sum"].get<double>(), files.cross_entropy(), 1e-5);
    double both = 0, either = 0;
    for (std::size_t i = 0; i < kClassVoxels; ++i) {
      both += files.y[i] == 1 && files.most[i] == 1 ? 2 : 0;
      either += (files.y[i] == 1 ? 1 : 0) + (files.most[i] == 1 ? 1 : 0);
    }
    EXPECT_NEAR(losses[0]["classes"][1]["metrics"]["dice"].get<double>(), both / either, 1e-12) << "of the largest";
  }
}

TEST(EvalOverClasses, NnUNetsPresetIsItsLossOverClasses) {
  const ClassFiles files;
  const auto loss =
      files.eval(files.logits, {"--kind", "logit", "--classes", "all", "--preset", "nnunet"}).json()["losses"][0];
  const double dice = (files.dice_loss(1, 1e-5) + files.dice_loss(2, 1e-5)) / 2;
  EXPECT_EQ(loss["id"], "nnunet");
  EXPECT_NEAR(loss["peer_value"].get<double>(), files.cross_entropy() + dice - 1, 1e-6);
  EXPECT_NEAR(loss["parts"][0]["value"].get<double>(), dice, 1e-6);
}

TEST(EvalOverClasses, AMapOfLabelsIsOneHot) {
  const ClassFiles files;
  const Outcome outcome = files.eval(files.labels, {"--classes", "foreground", "--loss", "dice"});
  const auto loss = outcome.json()["losses"][0];
  const std::string perfect = files.eval(files.mask, {"--classes", "all", "--loss", "dice"}).err;
  EXPECT_EQ(perfect.find("W_OPPOSITE"), std::string::npos) << "where its other labels lie it is no background";
  for (const int c : {1, 2}) {
    double both = 0, either = 0;
    for (std::size_t i = 0; i < kClassVoxels; ++i) {
      both += files.y[i] == c && files.most[i] == c ? 2 : 0;
      either += (files.y[i] == c ? 1 : 0) + (files.most[i] == c ? 1 : 0);
    }
    EXPECT_NEAR(loss["classes"][static_cast<std::size_t>(c)]["value"].get<double>(), 1 - (both + 1) / (either + 1),
                1e-6);
  }
}

TEST(EvalOverClasses, HowClassesAreCombinedIsSet) {
  const ClassFiles files;
  const auto value = [&](std::vector<std::string> set) {
    std::vector<std::string> arguments{"--classes", "all", "--loss", "dice", "--set"};
    arguments.insert(arguments.end(), set.begin(), set.end());
    const Outcome outcome = files.eval(files.softmax, arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.json()["losses"][0]["value"].get<double>();
  };
  const double a = files.dice_loss(0, 1), b = files.dice_loss(1, 1), c = files.dice_loss(2, 1);
  EXPECT_NEAR(value({"include_background=1"}), (a + b + c) / 3, 1e-6);
  EXPECT_NEAR(value({"dice.class_weights=5,1,3"}), (b + 3 * c) / 4, 1e-6) << "the background stays out";
  EXPECT_NEAR(value({"include_background=1", "class_weights=5,1,3"}), (5 * a + b + 3 * c) / 9, 1e-6);
}

TEST(EvalOverClasses, MapsAreWrittenOfAllOrOfOne) {
  const ClassFiles files;
  const std::string out = files.folder.file("c.nii"), each = files.folder.file("g{class}.nii");
  ASSERT_EQ(files
                .eval(files.softmax, {"--classes", "all", "--loss", "bce", "--contribution", out, "--gradient", each,
                                      "--wrt", "logit"})
                .code,
            0);
  const LoadedVolume contribution = read(out);
  for (std::size_t i = 0; i < kClassVoxels; ++i) {
    ASSERT_NEAR(static_cast<double>(contribution.volume.voxels<float>()[i]),
                -std::log(files.p[files.y[i]][i]) / kClassVoxels, 1e-6);
  }
  for (std::size_t c = 0; c < kClasses; ++c) {
    const LoadedVolume gradient = read(files.folder.file("g" + std::to_string(c) + ".nii"));
    for (std::size_t i = 0; i < kClassVoxels; ++i) {
      ASSERT_NEAR(static_cast<double>(gradient.volume.voxels<float>()[i]),
                  (files.p[c][i] - (files.y[i] == c ? 1 : 0)) / kClassVoxels, 1e-8);
    }
  }
  ASSERT_EQ(
      files.eval(files.softmax, {"--classes", "all", "--loss", "bce", "--class", "2", "--contribution", out}).code, 0);
  const LoadedVolume of_one = read(out);
  for (std::size_t i = 0; i < kClassVoxels; ++i) {
    ASSERT_NEAR(static_cast<double>(of_one.volume.voxels<float>()[i]),
                files.y[i] == 2 ? -std::log(files.p[2][i]) / kClassVoxels : 0, 1e-6);
  }
}

/// The remedy of E_CHANNELS: regions say which labels a channel stands for.
TEST(EvalOverClasses, RegionsAreSetsOfLabels) {
  const ClassFiles files(40);  // labels 0, 41, 42 against three channels go by their order
  const auto told = files.eval(files.softmax, {"--classes", "all", "--loss", "dice"}).json();
  EXPECT_EQ(told["losses"][0]["classes"][2]["label"], 42);
  const std::string regions = files.folder.file("regions.json");
  write_file(regions, R"({"background": [0], "both": [41, 42], "second": [42]})");
  const Outcome outcome = files.eval(files.softmax, {"--regions", regions, "--loss", "dice"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = outcome.json();
  EXPECT_EQ(json["inputs"]["prediction"]["activation"], "sigmoid") << "regions may overlap";
  EXPECT_EQ(json["losses"][0]["classes"][1]["name"], "both");
  EXPECT_NEAR(json["losses"][0]["classes"][1]["value"].get<double>(), files.dice_loss(1, 1, {1, 2}), 1e-6);
}

/// Every channel in a file of its own; the order is that of the numbers in their names.
TEST(EvalOverClasses, OneFileAChannelIsTheSameAsOneFile) {
  const ClassFiles files;
  std::vector<std::string> paths;
  for (int c = 0; c < kClasses; ++c) {
    paths.push_back(files.folder.file("p_" + std::to_string(9 + c) + ".nii"));
    ClassFiles::write(paths.back(), {7, 6, 5}, 16, 32, std::vector<float>(files.p[c].begin(), files.p[c].end()));
  }
  const auto eval = [&](const std::vector<std::string>& predictions, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"eval", "--mask", files.mask, "--loss", "dice,bce", "--json", "-"};
    for (const std::string& path : predictions) {
      arguments.insert(arguments.end(), {"--prediction", path});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments);
  };
  const auto expected = files.eval(files.softmax, {"--classes", "all", "--loss", "dice,bce"}).json();
  for (const auto& order : {paths, std::vector{paths[1], paths[2], paths[0]}}) {  // as a shell lists p_*.nii
    const Outcome outcome = eval(order, {"--classes", "all"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const auto json = outcome.json();
    for (std::size_t loss = 0; loss < 2; ++loss) {
      EXPECT_EQ(json["losses"][loss]["value"], expected["losses"][loss]["value"]);
      EXPECT_EQ(json["losses"][loss]["classes"], expected["losses"][loss]["classes"]);
    }
    const auto& read = json["inputs"]["prediction"];
    EXPECT_EQ(read["channels"], kClasses);
    ASSERT_EQ(read["files"].size(), static_cast<std::size_t>(kClasses));
    EXPECT_EQ(read["files"][1]["path"], paths[1]);
    EXPECT_EQ(read["files"][1]["sha256"].get<std::string>().size(), 64U);
    EXPECT_NE(outcome.err.find("p_9.nii was taken as label 0, p_10.nii as 1, p_11.nii as 2"), std::string::npos)
        << outcome.err;
  }
  EXPECT_EQ(expected["inputs"]["prediction"].count("files"), 0U);

  const Outcome asked = eval(paths, {"--label", "2"});
  EXPECT_EQ(asked.code, 3);
  EXPECT_EQ(asked.json()["refused"]["code"], "E_COMPONENTS") << asked.err;
  EXPECT_EQ(asked.json()["refused"]["choices"].size(), static_cast<std::size_t>(kClasses));
  const Outcome one = eval(paths, {"--label", "2", "--component", "2"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.json()["losses"][0]["value"], eval({paths[2]}, {"--label", "2"}).json()["losses"][0]["value"]);
  EXPECT_EQ(one.err.find("W_UNUSED"), std::string::npos) << one.err;

  const Outcome both = eval({paths[0], files.softmax}, {"--classes", "all"});
  EXPECT_EQ(both.json()["refused"]["code"], "E_CHANNELS") << both.err;
  EXPECT_EQ(both.json()["refused"]["file"], files.softmax) << "which holds them all";
  EXPECT_EQ(eval({files.softmax}, {"--classes", "all"}).code, 0) << "alone, as it says";
  EXPECT_EQ(eval({paths[0], paths[0]}, {"--classes", "all"}).code, 2);
}

TEST(EvalOverClasses, WhatIsUnclearIsRefusedWithAWayOut) {
  const ClassFiles files;
  const std::string two = files.folder.file("two.nii");
  ClassFiles::write(two, {7, 6, 5, 2}, 16, 32, std::vector<float>(2 * kClassVoxels, 0.5F));
  const Outcome outcome = files.eval(two, {"--classes", "all", "--loss", "dice"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.json()["refused"]["code"], "E_CHANNELS") << outcome.err;
  const std::string regions = files.folder.file("two.json");
  write_file(regions, R"({"one": [1], "two": [2]})");
  EXPECT_EQ(files.eval(two, {"--regions", regions, "--loss", "dice"}).code, 0);

  const std::string apart = files.folder.file("apart.nii");
  ClassFiles::write(apart, {7, 6, 5, kClasses}, 16, 32, std::vector<float>(kClasses * kClassVoxels, 0.9F));
  const Outcome softmax = files.eval(apart, {"--classes", "all", "--loss", "dice", "--activation", "softmax"});
  EXPECT_EQ(softmax.code, 3);
  EXPECT_EQ(softmax.json()["refused"]["code"], "E_ACTIVATION") << softmax.err;
  for (const std::vector<std::string>& way :
       {std::vector<std::string>{"--activation", "sigmoid"}, std::vector<std::string>{"--kind", "logit"}}) {
    std::vector<std::string> arguments{"--classes", "all", "--loss", "dice"};
    arguments.insert(arguments.end(), way.begin(), way.end());
    EXPECT_EQ(files.eval(apart, arguments).code, 0) << way.back();
  }
}

/// A grey mask that a threshold cuts has two classes of its own.
TEST(EvalOverClasses, AMaskMayBeCutAtAThreshold) {
  const ClassFiles files;
  std::vector<std::uint8_t> grey;
  for (const std::uint8_t label : files.y) {
    grey.push_back(static_cast<std::uint8_t>(label == 0 ? grey.size() % 20 : 255 - grey.size() % 20));
  }
  std::vector<float> two(files.p[0].begin(), files.p[0].end());
  for (const double p : files.p[0]) {
    two.push_back(static_cast<float>(1 - p));
  }
  const std::string mask = files.folder.file("grey.nii"), prediction = files.folder.file("two.nii");
  ClassFiles::write(mask, {7, 6, 5}, 2, 8, grey);
  ClassFiles::write(prediction, {7, 6, 5, 2}, 16, 32, two);
  const std::vector<std::string> arguments{
      "eval",   "--mask", mask,    "--prediction",         prediction, "--classes", "all",
      "--loss", "dice",   "--set", "include_background=1", "--json",   "-"};
  const Outcome asked = run_lossscope(arguments);
  EXPECT_EQ(asked.json()["refused"]["code"], "E_MASK_GREY") << asked.err;
  std::vector<std::string> said = arguments;
  said.insert(said.end(), {"--threshold", "128"});
  const Outcome outcome = run_lossscope(said);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  double common = 0, size = 0;
  for (std::size_t i = 0; i < kClassVoxels; ++i) {
    common += files.y[i] != 0 ? 1 - files.p[0][i] : 0;
    size += 1 - files.p[0][i] + (files.y[i] != 0 ? 1 : 0);
  }
  EXPECT_NEAR(outcome.json()["losses"][0]["value"].get<double>(),
              (files.dice_loss(0, 1) + 1 - (2 * common + 1) / (size + 1)) / 2, 1e-6);
}

TEST(EvalOverClasses, WrongUsageIsSaid) {
  const ClassFiles files;
  const std::string out = files.folder.file("out.nii");
  const std::vector<std::vector<std::string>> wrong{{"--activation", "softmax"},
                                                    {"--class", "1"},
                                                    {"--classes", "some"},
                                                    {"--classes", "all", "--regions", "r.json"},
                                                    {"--classes", "all", "--gradient", out},
                                                    {"--classes", "all", "--class", "9", "--contribution", out},
                                                    {"--classes", "all", "--label", "1"},
                                                    {"--classes", "all", "--component", "1"},
                                                    {"--classes", "all", "--counterfactual", out},
                                                    {"--classes", "all", "--distance", out},
                                                    {"--classes", "all", "--device", "cuda"},
                                                    {"--classes", "all", "--set", "class_weights=1,2"},
                                                    {"--classes", "all", "--set", "class_weights=heavy"},
                                                    {"--classes", "all", "--set", "include_background=yes"},
                                                    {"--classes", "all", "--set", "absent_classes=maybe"},
                                                    {"--classes", "all", "--set", "bce.include_background=1"},
                                                    {"--set", "include_background=1"}};
  for (const auto& more : wrong) {
    std::vector<std::string> arguments{"--loss", "dice"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(files.eval(files.softmax, arguments).code, 2) << more.front() << ' ' << more.back();
  }
  EXPECT_EQ(files.eval(files.softmax, {"--loss", "dice", "--classes", "7"}).code, 3);
  const std::string session = files.folder.file("model.json");
  write_file(session, R"({"lossscope_session": 1, "mask": {"path": "mask.nii"}, "image": {"path": "mask.nii"},
    "loss": "dice", "prediction": {"source": "model", "model": {"path": "net.pt"}}})");
  const Outcome model = run_lossscope({"eval", "--session", session, "--classes", "all", "--loss", "dice"});
  EXPECT_EQ(model.code, 2) << model.err;
  EXPECT_NE(model.err.find("a model's"), std::string::npos) << model.err;
}

}  // namespace
}  // namespace lossscope
