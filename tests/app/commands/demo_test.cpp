// SPDX-License-Identifier: Apache-2.0
// lossscope demo: what an author is told before the audience sees it.
#include <fstream>

#include "tests/app/commands/run_program.h"

namespace lossscope {
namespace {

using namespace testing;

std::string written(const Folder& folder, const std::string& text) {
  std::ofstream(folder.file("mine.md")) << text;
  return folder.file("mine.md");
}

constexpr const char* kCase =
    R"({"mask": {"path": "sample:phantom"}, "label": 2, "prediction": {"source": "degraded", "degrade": "shift=1,0,0"}})";

TEST(DemoCommand, TheOnesThatComeWithTheProgramAreRight) {
  const Outcome list = run_lossscope({"demo", "--list"});
  ASSERT_EQ(list.code, 0) << list.err;
  std::vector<std::string> arguments{"demo", "--json", "-", "--check"};
  std::istringstream lines(list.out);
  for (std::string line; std::getline(lines, line);) {
    arguments.push_back(line.substr(0, line.find(' ')));
  }
  ASSERT_GE(arguments.size(), 10U);
  const Outcome check = run_lossscope(arguments);
  EXPECT_EQ(check.code, 0) << check.err;
  for (const auto& demo : check.json()["demos"]) {
    EXPECT_TRUE(demo["mistakes"].empty()) << demo["file"];
    for (const auto& state : demo["states"]) {
      EXPECT_TRUE(state["value"].is_number()) << demo["file"] << state["step"];
    }
  }
}

TEST(DemoCommand, EveryMistakeIsToldWithItsLine) {
  const Folder folder;
  const std::string file =
      written(folder, std::string("# Mine\n## One\n```state\n") + kCase +
                          "\n```\n## Two\n```state\n{\"los\": \"bce\"}\n```\n"                               // line 8
                          "## Three\n![a](nowhere.png)\n```state\n{\"view\": {\"tab\": \"prob\"}}\n```\n"    // 11, 13
                          "## Four\n```state\n{\"view\": {\"crosshair\": [3, 999, 3]}}\n```\n"               // 17
                          "## Five\n```state\n{\"parameters\": {\"focal\": {\"gama\": 2}}}\n```\n"           // 21
                          "## Six\n```state\n{\"label\": 7, \"view\": {\"crosshair\": [3, 9, 3]}}\n```\n");  // 24
  const Outcome check = run_lossscope({"demo", "--check", file});
  EXPECT_EQ(check.code, 3);
  for (const char* told :
       {"line 8: session: unknown member 'los'", "line 11: there is no picture 'nowhere.png'",
        "line 13: 'view.tab' must be one of", "the voxel 3, 999, 3 lies outside",
        "line 21: 'parameters.focal.gama' is no parameter of focal", "label 7 does not occur", "E_DEMO"}) {
    EXPECT_NE(check.err.find(told), std::string::npos) << told << "\n" << check.err;
  }
  const Outcome json = run_lossscope({"demo", "--json", "-", "--check", file});
  EXPECT_EQ(json.code, 3);
  EXPECT_EQ(json.json()["demos"][0]["mistakes"].size(), 6U) << "one answer, and the mistakes are in it";
}

/// What a step speaks of must be seen: the weight of the Hausdorff loss in a range up to that of the volume's corners
/// hides the wrong voxels, and a locked one shows them.
TEST(DemoCommand, ALayerThatHidesWhatAStepSpeaksOfIsAMistake) {
  const Folder folder;
  const auto demo = [&](const std::string& view, const std::string& degrade = "shift=6,0,0") {
    return written(folder, R"(# Mine
## One
```state
{"image": {"path": "sample:phantom"}, "mask": {"path": "sample:phantom"}, "label": 2,
 "prediction": {"source": "degraded", "degrade": ")" +
                               degrade + R"("}, "loss": "hausdorff",
 "view": {"crosshair": [93, 61, 55], )" +
                               view + R"(}, "speaks_of": ["missed", "false alarms"]}
```
)");
  };
  const Outcome hidden = run_lossscope({"demo", "--check", demo(R"("layer": "field")")});
  EXPECT_EQ(hidden.code, 3);
  for (const char* kind : {"'missed'", "'false alarms'"}) {
    EXPECT_NE(hidden.err.find(std::string("line 3: 'speaks_of': the layer hardly changes the colour of ") + kind),
              std::string::npos)
        << hidden.err;
  }
  EXPECT_EQ(run_lossscope({"demo", "--check", demo(R"("layer": "contribution")")}).code, 0);
  EXPECT_EQ(run_lossscope({"demo", "--check", demo(R"("layer": "field",
    "range": {"locked": true, "minimum": 0, "maximum": 40})")})
                .code,
            0);
  const Outcome none = run_lossscope({"demo", "--check", demo(R"("layer": "contribution")", "dilate=0")});
  EXPECT_EQ(none.code, 3);
  EXPECT_NE(none.err.find("the slices in view hold no voxel of 'missed'"), std::string::npos) << none.err;
}

TEST(DemoCommand, WhatIsNoDemoIsRefused) {
  const Folder folder;
  const Outcome absent = run_lossscope({"demo", "--check", folder.file("none.md")});
  EXPECT_EQ(absent.code, 3);
  EXPECT_NE(absent.err.find("E_DEMO"), std::string::npos);
  EXPECT_EQ(run_lossscope({"demo", "--check", written(folder, "words\n")}).code, 3);
  EXPECT_EQ(run_lossscope({"demo"}).code, 2) << "what it can do is told";
}

TEST(DemoCommand, MembersAreListed) {
  const Outcome members = run_lossscope({"demo", "--members"});
  EXPECT_EQ(members.code, 0);
  for (const char* member : {"view.crosshair\n", "view.zoom\n", "play.sweep\n", "prediction.degrade\n"}) {
    EXPECT_NE(members.out.find(member), std::string::npos) << member;
  }
}

}  // namespace
}  // namespace lossscope
