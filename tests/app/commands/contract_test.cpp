// SPDX-License-Identifier: Apache-2.0
// The command line's contract: exit codes, streams, JSON members, outputs.
#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "app/io/safe_file.h"
#include "losses/evaluate.h"
#include "tests/app/commands/run_program.h"

namespace lossscope {
namespace {

using namespace testing;

struct Files {
  Folder folder;
  std::string mask = folder.file("mask.nii.gz"), prediction = folder.file("prediction.nii.gz");
  Files() {
    const Grid grid{{4, 4, 4}, {1, 1, 2}, {0, 0, 0}};
    const Volume g = make_volume(grid, VoxelType::uint8), p = make_volume(grid, VoxelType::float32);
    for (std::size_t i = 0; i < 64; ++i) {
      g.voxels<std::uint8_t>()[i] = i < 24 ? static_cast<std::uint8_t>(1 + i % 2) : 0;
      p.voxels<float>()[i] = i < 30 ? 0.75F : 0.125F;
    }
    write_volume(g, mask);
    write_volume(p, prediction);
  }
  [[nodiscard]] Outcome eval(std::vector<std::string> more) const {
    std::vector<std::string> arguments{"eval", "--mask", mask, "--prediction", prediction};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments);
  }
};

void expect_members(const nlohmann::json& json, const std::vector<std::string>& members) {
  for (const std::string& member : members) {
    EXPECT_TRUE(json.contains(member)) << member << " is missing in " << json.dump().substr(0, 200);
  }
}

TEST(Contract, VersionAndHelp) {
  const Outcome version = run_lossscope({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_EQ(version.out.substr(0, 10), "lossscope ");
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                    {"eval", "--help"},
                                                    {"info", "--help"},
                                                    {"losses", "--help"},
                                                    {"devices", "--help"}}) {
    const Outcome help = run_lossscope(arguments);
    EXPECT_EQ(help.code, 0);
    EXPECT_NE(help.out.find("--help"), std::string::npos);
  }
}

TEST(Contract, ATraceSaysWhatTheTimeWasSpentOn) {
  const Files files;
  const std::string path = files.folder.file("trace.json");
  ASSERT_EQ(files.eval({"--loss", "hausdorff,dice", "--trace", path}).code, 0);
  const auto trace = [&path] { return nlohmann::json::parse(std::ifstream(path)); };
  const nlohmann::json json = trace();
  std::map<std::string, int> spans;
  bool has_thread_name = false;
  for (const auto& event : json.at("traceEvents")) {
    has_thread_name = has_thread_name || (event.at("ph") == "M" && event.at("args").at("name") == "main");
    if (event.at("ph") == "X") {
      ++spans[event.at("cat")];
      EXPECT_GE(event.at("dur").get<double>(), 0);
      EXPECT_GE(event.at("tdur").get<double>(), 0);
      EXPECT_GT(event.at("tid").get<int>(), 0);
    }
  }
  EXPECT_TRUE(has_thread_name);
  EXPECT_GE(spans["load"], 2) << "mask and prediction";
  EXPECT_GE(spans["fields"], 1);
  EXPECT_EQ(spans["reduce"], 2) << "two losses";
  EXPECT_EQ(spans["map"], 2);
  EXPECT_EQ(json.at("otherData").at("lost_events"), 0);
  EXPECT_EQ(files.eval({"--loss", "dice", "--trace", "/nowhere/trace.json"}).code, 5);
  const Outcome refused = run_lossscope({"info", files.folder.file("absent.nii"), "--trace", path});
  EXPECT_EQ(refused.code, 3);
  EXPECT_EQ(trace().at("traceEvents").size(), 2U) << "one thread, one span";
}

TEST(Contract, WrongUsageIsTwoAndNamesWhatIsValid) {
  const Files files;
  const Outcome loss = files.eval({"--loss", "dise"});
  EXPECT_EQ(loss.code, 2);
  EXPECT_NE(loss.err.find("dice"), std::string::npos) << loss.err;
  const Outcome range = files.eval({"--loss", "focal", "--set", "gamma=-1"});
  EXPECT_EQ(range.code, 2);
  EXPECT_NE(range.err.find("gamma cannot be '-1'; valid: 0 to 10\n"), std::string::npos) << range.err;
  const Outcome name = files.eval({"--loss", "focal", "--set", "gama=1"});
  EXPECT_EQ(name.code, 2);
  EXPECT_NE(name.err.find("gamma"), std::string::npos) << name.err;
  EXPECT_EQ(files.eval({"--all", "--contribution", files.folder.file("one.nii")}).code, 2);
  EXPECT_EQ(run_lossscope({"eval"}).code, 2);
  EXPECT_EQ(run_lossscope({"--nonsense"}).code, 2);
}

TEST(Contract, ARefusedInputIsThreeWithItsCodeOnBothStreams) {
  const Files files;
  const Outcome outcome = run_lossscope({"info", files.folder.file("absent.nii"), "--json", "-"});
  EXPECT_EQ(outcome.code, 3);
  const auto refused = outcome.json()["refused"];
  EXPECT_EQ(refused["code"], "E_MISSING");
  expect_members(refused, {"code", "file", "reason", "remedy"});
  EXPECT_NE(outcome.err.find("E_MISSING"), std::string::npos);
  EXPECT_NE(outcome.err.find("absent.nii"), std::string::npos);
}

/// A pipe, a device, a giant file: refused at once, neither waited for nor read without end.
TEST(Contract, ASessionThatIsNoFileOfReasonableSizeIsThreeAtOnce) {
  const Folder folder;
  const std::string pipe = folder.file("pipe.json"), huge = folder.file("huge.json"), deep = folder.file("deep.json");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  write_file(huge, "{");
  std::filesystem::resize_file(huge, std::uintmax_t{1} << 40);  // a sparse file: it takes no room on the disk
  write_file(deep, std::string(2'000'000, '['));
  const std::map<std::string, std::string> cases{
      {pipe, "E_NOT_A_FILE"}, {"/dev/zero", "E_NOT_A_FILE"}, {folder.file(""), "E_NOT_A_FILE"},
      {huge, "E_SIZE"},       {deep, "E_SESSION"},           {folder.file("none"), "E_MISSING"}};
  for (const auto& [session, code] : cases) {
    const Outcome outcome = run_lossscope({"eval", "--session", session});
    EXPECT_EQ(outcome.code, 3) << session;
    EXPECT_NE(outcome.err.find(code), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find(session), std::string::npos) << outcome.err;
  }
}

TEST(Contract, AMissingDeviceIsFour) { EXPECT_EQ(Files().eval({"--loss", "bce", "--device", "cuda:0"}).code, 4); }

TEST(Contract, AnOutputThatCannotBeWrittenIsFiveAndLeavesNothing) {
  const Files files;
  const Outcome outcome = files.eval({"--loss", "bce", "--contribution", files.folder.file("no/such/folder/c.nii")});
  EXPECT_EQ(outcome.code, 5);
  EXPECT_NE(outcome.err.find("c.nii"), std::string::npos) << outcome.err;
  EXPECT_EQ(files.eval({"--loss", "bce", "--json", files.folder.file("no/such/folder/c.json")}).code, 5);
  EXPECT_FALSE(std::filesystem::exists(files.folder.file("no")));
}

TEST(Contract, WithoutADisplayTheWindowIsAUsageError) {
  const Outcome outcome = run_lossscope({"--sample", "phantom"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("display"), std::string::npos);
}

TEST(Contract, InfoSaysWhatWouldBeLoaded) {
  const Files files;
  const Outcome outcome =
      run_lossscope({"info", files.mask, "--as", "mask", "--image", files.prediction, "--json", "-"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = outcome.json();
  expect_members(json, {"path", "format", "size", "spacing", "origin", "direction", "type", "components", "values",
                        "labels", "fits", "assumptions"});
  expect_members(json["values"], {"min", "max", "sum", "nan", "inf"});
  EXPECT_EQ(json["size"], (std::vector<int>{4, 4, 4}));
  EXPECT_EQ(json["fits"], "same");
  EXPECT_EQ(json["labels"][2], (nlohmann::json{{"value", 2}, {"voxels", 12}}));
}

TEST(Contract, EvalHasEveryMember) {
  const Files files;
  const Outcome outcome = files.eval({"--all", "--threads", "1", "--json", "-"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = outcome.json();
  expect_members(json, {"lossscope", "device", "threads", "assumptions", "inputs", "metrics", "losses"});
  EXPECT_EQ(json["threads"], 1);
  expect_members(json["inputs"]["mask"], {"path", "sha256", "size", "spacing", "direction", "origin", "label"});
  expect_members(json["metrics"], {"dice", "jaccard", "sensitivity", "specificity", "precision", "hausdorff",
                                   "hausdorff95", "mean_surface_distance", "volume_mask", "volume_prediction"});
  ASSERT_EQ(json["losses"].size(), all_losses().size());
  for (const auto& loss : json["losses"]) {
    expect_members(loss, {"id", "value", "parameters", "blind", "contribution", "gradient", "seconds"});
    expect_members(loss["gradient"], {"wrt", "min", "max", "l1", "l2"});
    const double value = loss["value"];
    EXPECT_NEAR(loss["contribution"]["sum"].get<double>(), value, 1e-6 * std::abs(value)) << loss["id"];
  }
  EXPECT_EQ(json["assumptions"][0]["code"], "W_LABELS");
  EXPECT_NE(outcome.err.find("labels"), std::string::npos) << "assumptions are said on stderr too";
  // 24 mask voxels, 30 predicted, 24 common; volumes in mm^3 of 1 x 1 x 2 mm voxels.
  EXPECT_NEAR(json["metrics"]["dice"].get<double>(), 48.0 / 54, 1e-12);
  EXPECT_NEAR(json["metrics"]["precision"].get<double>(), 0.8, 1e-12);
  EXPECT_NEAR(json["metrics"]["specificity"].get<double>(), 34.0 / 40, 1e-12);
  EXPECT_EQ(json["metrics"]["volume_mask"], 48);
  EXPECT_EQ(json["metrics"]["hausdorff"], 2);
}

TEST(Contract, TheSameInputsGiveTheSameNumbersWithAnyThreads) {
  const Files files;
  const auto one = files.eval({"--all", "--threads", "1", "--json", "-"}).json()["losses"];
  const auto many = files.eval({"--all", "--threads", "5", "--json", "-"}).json()["losses"];
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i]["value"], many[i]["value"]);
    EXPECT_EQ(one[i]["contribution"], many[i]["contribution"]);
  }
}

TEST(Contract, SettingsReachTheLossTheyName) {
  const Files files;
  const auto losses =
      files.eval({"--loss", "focal,tversky", "--set", "focal.gamma=3", "--set", "tversky.alpha=0.5", "--json", "-"})
          .json()["losses"];
  EXPECT_EQ(losses[0]["parameters"]["gamma"], 3);
  EXPECT_EQ(losses[1]["parameters"]["alpha"], 0.5);
  const auto in_a_row =
      files.eval({"--set", "focal.gamma=3", "tversky.alpha=0.5", "beta=0.75", "--loss", "focal,tversky", "--json", "-"})
          .json()["losses"];
  EXPECT_EQ(in_a_row[0]["parameters"], losses[0]["parameters"]);
  EXPECT_EQ(in_a_row[1]["parameters"]["alpha"], 0.5);
  EXPECT_EQ(in_a_row[1]["parameters"]["beta"], 0.75);
  EXPECT_EQ(files.eval({"--loss", "focal", "--set", "gamma=3", "four"}).code, 2);
}

TEST(Contract, WhatASessionSaysHoldsUnlessAnOptionSaysOtherwise) {
  const Files files;
  const std::string session = files.folder.file("session.json");
  write_file(session, R"({"lossscope_session": 1, "mask": {"path": "mask.nii.gz"}, "label": 2,
      "prediction": {"source": "file", "meaning": "probability", "file": {"path": "prediction.nii.gz"}},
      "loss": "tversky", "parameters": {"tversky": {"alpha": 0.75, "beta": 0.125}, "focal": {"gamma": 4}}})");
  const auto evaluated = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"eval", "--session", session, "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_lossscope(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.json();
  };
  const auto as_saved = evaluated({});
  EXPECT_EQ(as_saved["inputs"]["mask"]["label"], 2);
  EXPECT_EQ(as_saved["metrics"]["volume_mask"], 12 * 2) << "every other one of 24 voxels of 2 mm³";
  EXPECT_EQ(as_saved["losses"][0]["parameters"]["alpha"], 0.75);
  const auto one_set = evaluated({"--set", "alpha=0.5"});
  EXPECT_EQ(one_set["inputs"]["mask"]["label"], 2);
  EXPECT_EQ(one_set["losses"][0]["parameters"]["alpha"], 0.5);
  EXPECT_EQ(one_set["losses"][0]["parameters"]["beta"], 0.125) << "the one that was not set stays the session's";
  const auto other_loss = evaluated({"--loss", "focal", "--label", "1"});
  EXPECT_EQ(other_loss["inputs"]["mask"]["label"], 1);
  EXPECT_EQ(other_loss["losses"][0]["parameters"]["gamma"], 4);
}

TEST(Contract, ASessionsTorchScriptLossIsRefusedWithWhatToDo) {
  const Files files;
  const std::string session = files.folder.file("session.json");
  write_file(session, R"({"lossscope_session": 1, "mask": {"path": "mask.nii.gz"},
      "prediction": {"source": "file", "meaning": "probability", "file": {"path": "prediction.nii.gz"}},
      "loss": "torchscript", "script": "def loss(p, g):\n    return (p - g).pow(2)\n"})");
  const Outcome refused = run_lossscope({"eval", "--session", session});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("lossscope --session FILE"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("--loss ID"), std::string::npos) << refused.err;
  const Outcome other = run_lossscope({"eval", "--session", session, "--loss", "dice"});
  EXPECT_EQ(other.code, 0) << other.err;
}

TEST(Contract, APerfectPredictionCostsNothingWhereTheLossSaysSo) {
  const Files files;
  const Outcome outcome = run_lossscope({"eval", "--mask", files.mask, "--predict", "perfect", "--all", "--json", "-"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = outcome.json();
  EXPECT_EQ(json["losses"].size(), all_losses().size());
  for (const auto& loss : json["losses"]) {
    const bool zero = find_loss(loss["id"].get<std::string>())->declaration().zero_when_perfect;
    EXPECT_EQ(std::abs(loss["value"].get<double>()) < 1e-12, zero) << loss["id"];
    EXPECT_FALSE(loss["blind"].get<bool>()) << loss["id"];
  }
  EXPECT_EQ(json["metrics"]["dice"], 1);
}

TEST(Contract, LossesAreListedWithTheirParameters) {
  const auto json = run_lossscope({"losses", "--json", "-"}).json();
  const auto& list = json.is_array() ? json : json["losses"];
  ASSERT_EQ(list.size(), all_losses().size());
  for (const auto& loss : list) {
    expect_members(loss, {"id", "name", "family", "formula", "parameters", "citation", "presets"});
    for (const auto& parameter : loss["parameters"]) {
      expect_members(parameter, {"name", "symbol", "meaning", "default", "min", "max", "scale"});
    }
  }
}

TEST(Contract, BenchOverClassesTimesTheSameLossOnBothSides) {
  const Outcome outcome =
      run_lossscope({"bench", "--classes", "4", "--size", "24,20,16", "--loss", "dice+bce,dice,bce,focal,tversky",
                     "--rounds", "1", "--pages", "default", "--json", "-"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = outcome.json();
  EXPECT_EQ(json["classes"], 4);
  EXPECT_EQ(json["wrt"], "logit");
  ASSERT_EQ(json["losses"].size(), 5U);
  for (const auto& loss : json["losses"]) {
    const bool known = loss["id"] != "tversky";
    EXPECT_EQ(loss["seconds"].contains("eager"), known) << loss["id"];
    if (known) {
      EXPECT_NEAR(loss["value"]["eager"].get<double>(), loss["value"]["ours"].get<double>(), 1e-4) << loss["id"];
    }
    EXPECT_EQ(loss["bytes_per_voxel"], 40);  // four masks, logits and gradients, and the contribution
    EXPECT_GT(loss["seconds"]["slices"].get<double>(), 0);
  }
  EXPECT_EQ(run_lossscope({"bench", "--classes", "1"}).code, 2);
  EXPECT_EQ(run_lossscope({"bench", "--classes", "4", "--wrt", "probability"}).code, 2) << "it would have no effect";
  EXPECT_EQ(run_lossscope({"bench", "--classes", "4", "--loss", "nothing"}).code, 2);
}

TEST(Contract, BenchTimesOursBesideAutogradAndACopy) {
  const Outcome outcome = run_lossscope(
      {"bench", "--size", "24,20,16", "--loss", "dice,cmssl", "--rounds", "1", "--threads", "1", "--json", "-"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto json = outcome.json();
  expect_members(
      json, {"lossscope", "device", "threads", "kernels", "size", "wrt", "rounds", "libtorch", "statistic", "losses"});
  EXPECT_EQ(json["threads"], 1);
  ASSERT_EQ(json["losses"].size(), 2U);
  for (const auto& loss : json["losses"]) {
    for (const char* work : {"evaluate", "eager", "copy", "gather", "slices"}) {
      EXPECT_GT(loss["seconds"][work].get<double>(), 0) << work;
    }
    EXPECT_NEAR(loss["ratios"]["eager"].get<double>(),
                loss["seconds"]["eager"].get<double>() / loss["seconds"]["evaluate"].get<double>(), 1e-9);
    EXPECT_NEAR(loss["ratios"]["bound"].get<double>() * loss["ratios"]["copy"].get<double>(),
                loss["ratios"]["eager"].get<double>(), 1e-9);
    EXPECT_GT(loss["large_pages"]["ratios"]["eager"].get<double>(), 0);
    EXPECT_EQ(loss["large_pages"]["bytes_per_voxel"], loss["bytes_per_voxel"]);
  }
  EXPECT_EQ(json["losses"][0]["bytes_per_voxel"], 13);  // mask, prediction, contribution, gradient
  EXPECT_EQ(json["losses"][1]["bytes_per_voxel"], 17);  // and a field
  EXPECT_EQ(run_lossscope({"bench", "--size", "0,4,4"}).code, 2);
  EXPECT_EQ(run_lossscope({"bench", "--device", "cuda:0"}).code, 4);
}

TEST(Contract, DevicesSayWhyThereIsNoCuda) {
  const Outcome outcome = run_lossscope({"devices", "--json", "-"});
  ASSERT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.json()["cpu"]["available"], true);
  if (!outcome.json()["cuda"]["available"].get<bool>()) {
    EXPECT_FALSE(outcome.json()["cuda"]["reason"].get<std::string>().empty());
  }
}

}  // namespace
}  // namespace lossscope
