// SPDX-License-Identifier: Apache-2.0
#include "app/session/demo.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace lossscope {
namespace {

constexpr const char* kDemo = R"(# Two losses

What it is about,
in two lines.

## Begin
Look **here**.
```state
{"mask": {"path": "m.nii"}, "loss": "bce", "parameters": {"wce": {"beta": 3}}}
```
> Which voxel
> weighs most?

### Answer
None: all weigh the same.

## Change the loss
```python
print("a block of the text")
```
```state
{"loss": "wce"}
```
> And now?
### Answer
The mask's.
```state
{"parameters": {"wce": {"beta": null}}}
```
## The end
)";

TEST(Demo, IsReadFromMarkdown) {
  const Demo demo = parse_demo(kDemo, "two", "/data");
  EXPECT_EQ(demo.id, "two");
  EXPECT_EQ(demo.title, "Two losses");
  EXPECT_EQ(demo.summary, "What it is about,\nin two lines.");
  ASSERT_EQ(demo.steps.size(), 3U);
  EXPECT_EQ(demo.steps[0].title, "Begin");
  EXPECT_EQ(demo.steps[0].text, "Look **here**.");
  EXPECT_EQ(demo.steps[0].question, "Which voxel\nweighs most?");
  EXPECT_EQ(demo.steps[0].answer, "None: all weigh the same.");
  EXPECT_FALSE(demo.steps[0].answered);
  EXPECT_EQ(demo.steps[1].text, "```python\nprint(\"a block of the text\")\n```");
  EXPECT_TRUE(demo.steps[2].answer.empty());
}

TEST(Demo, StatesBuildOnEachOther) {
  const Demo demo = parse_demo(kDemo, "two", "/data");
  const Session& first = demo.steps[0].shown.session;
  EXPECT_EQ(first.study.mask.path, "/data/m.nii");
  EXPECT_EQ(first.loss.id, "bce");
  EXPECT_EQ(demo.steps[1].shown.session.loss.id, "wce");
  EXPECT_EQ(demo.steps[1].shown.session.study.mask.path, "/data/m.nii");
  EXPECT_EQ(demo.steps[1].shown.session.loss.parameters.at("wce").at("beta"), 3);
  ASSERT_TRUE(demo.steps[1].answered);
  EXPECT_FALSE(demo.steps[1].answered->session.loss.parameters.contains("wce"));
  EXPECT_EQ(demo.steps[2].shown.session, demo.steps[1].answered->session);
}

/// What parse_demo complains of.
std::string complaint(const std::string& markdown) {
  try {
    (void)parse_demo(markdown, "x");
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Demo, SaysWhichLineIsWrong) {
  EXPECT_EQ(complaint("").substr(0, 7), "line 1:");
  EXPECT_EQ(complaint("# Title\n").substr(0, 7), "line 1:");
  EXPECT_EQ(complaint("# Title\n> Why?\n").substr(0, 7), "line 2:");
  EXPECT_EQ(complaint("# T\n## A\n\n```state\n{\"loss\" 3}\n```\n").substr(0, 31), "line 5: the state is not JSON: ");
  EXPECT_EQ(complaint("# T\n## A\n```state\n{\"los\": 1}\n```\n"), "line 4: session: unknown member 'los'");
  EXPECT_EQ(complaint("# T\n## A\n```state\n{\"loss\": \"bce\",\n\"view\": {\n  \"tabs\": \"probe\"}}\n```\n"),
            "line 6: session: unknown member 'view.tabs'");
  EXPECT_EQ(complaint("# T\n## A\n```state\n{}\n"), "line 3: this block has no end (a line of ```)");
  EXPECT_EQ(complaint("# T\n## A\n```state\n{}\n```\n```state\n{}\n```\n"),
            "line 6: there is a state already; write both as one");
  EXPECT_EQ(complaint("# T\n## A\n### Answer\n### Answer\n"), "line 4: the step has an answer already");
}

/// A demo of one step with this state.
std::string with_state(const std::string& json) { return "# T\n## A\n```state\n" + json + "\n```\n"; }

TEST(Demo, NothingAStateSaysIsSwallowed) {
  EXPECT_EQ(complaint(with_state(R"({"loss": "bce", "loss": "dice"})")), "line 4: 'loss' stands twice");
  EXPECT_EQ(complaint(with_state(R"({"view": {"crosshairs": null}})")),
            "line 4: 'view.crosshairs' is taken away by null, but it is not there");
  EXPECT_EQ(complaint(with_state(R"({"prediction": {"threshold": null}})")), "nothing") << "it may be there";
  EXPECT_EQ(complaint(with_state(R"([1])")), "line 4: a state must be an object: { ... }");
  EXPECT_EQ(complaint(with_state(R"({"play": {"film": true}})")), "line 4: session: unknown member 'play.film'");
  EXPECT_EQ(complaint(with_state(R"({"play": {"descent": {"losses": []}}})")),
            "line 4: 'play.descent.losses' must be a list of one to four losses");
  EXPECT_EQ(complaint(with_state(R"({"view": {"zoom": 0}})")),
            "line 4: session: 'view.zoom' must be a number from 0.2 to 80");
  EXPECT_EQ(complaint(with_state(R"({"speaks_of": ["mised"]})")),
            "line 4: session: 'speaks_of[0]' must be one of missed, false alarms, structure, edge, not 'mised'");
}

TEST(Demo, AFormulaThatCannotBeSetIsToldWithItsLine) {
  EXPECT_EQ(complaint("# T\n## A\nWords.\n\nThe $p_i$\nand $\\foo$.\n").substr(0, 34),
            "line 5: formula: '\\foo' is not kno");
  EXPECT_EQ(complaint("# T\n## A\nIt costs $5.\n"), "line 3: formula: a '$' without its end; write \\$ for the sign");
  EXPECT_EQ(complaint("# T\n## A\nIt costs \\$5, `$x` too.\n"), "nothing");
}

TEST(Demo, EveryMistakeIsListedWhereAListIsGiven) {
  std::vector<DemoMistake> mistakes;
  const Demo demo = parse_demo(
      "# T\n## A\nThe $x^$.\n```state\n{\"loss\": \"bce\", \"tab\": 1}\n```\n## B\n```state\n{\"loss\": "
      "\"focal\"}\n```\n"
      "## C\n```state\n{\n\"view\": {\"layer\": \"x\"}}\n```\n",
      "x", {}, {}, &mistakes);
  ASSERT_EQ(mistakes.size(), 3U);
  EXPECT_EQ(mistakes[0].line, 3);
  EXPECT_EQ(mistakes[1].line, 5);
  EXPECT_EQ(mistakes[2].line, 14);
  EXPECT_EQ(demo.steps[0].shown.session, Session{}) << "a wrong state changes nothing";
  EXPECT_EQ(demo.steps[2].shown.session.loss.id, "focal") << "and the next ones go on";
}

TEST(Demo, WhatAStateSpeaksOfBelongsToItAlone) {
  const Demo demo = parse_demo("# T\n## A\n```state\n{\"speaks_of\": [\"false alarms\", \"edge\"]}\n```\n## B\n", "x");
  EXPECT_EQ(demo.steps[0].shown.speaks_of, (std::vector{Spoken::false_alarms, Spoken::edge}));
  EXPECT_TRUE(demo.steps[1].shown.speaks_of.empty());
}

TEST(Demo, WhatAStateSetsGoingBelongsToItAlone) {
  const Demo demo = parse_demo(
      "# T\n## A\n```state\n{\"play\": {\"sweep\": true, \"descent\": {\"losses\": [\"bce\", \"dice\"], \"steps\": 7, "
      "\"optimiser\": \"Adam\", \"rates\": \"common\", \"start\": \"held\"}}}\n```\n## B\n",
      "x");
  ASSERT_TRUE(demo.steps[0].shown.play.descent);
  EXPECT_TRUE(demo.steps[0].shown.play.sweep);
  EXPECT_EQ(*demo.steps[0].shown.play.descent, (DescentPlay{{"bce", "dice"}, 7, true, std::nullopt, true, true}));
  EXPECT_EQ(demo.steps[0].shown.line, 3);
  EXPECT_EQ(demo.steps[1].shown.play, DemoPlay{});
}

TEST(Demo, PicturesAreFoundWithTheirLines) {
  const Demo demo =
      parse_demo("# T\n![a](a.png)\n## A\nLook:\n![b c](in/b.svg \"title\") and ![](formula:dice)\n", "x", "/d");
  ASSERT_EQ(demo.pictures.size(), 3U);
  EXPECT_EQ(demo.pictures[0].path, "a.png");
  EXPECT_EQ(demo.pictures[0].line, 2);
  EXPECT_EQ(demo.pictures[1].path, "in/b.svg");
  EXPECT_EQ(demo.pictures[1].line, 5);
  EXPECT_EQ(demo.pictures[2].path, "formula:dice");
}

TEST(Demo, AStateThatIsSavedAsAStepComesBack) {
  Session before, after;
  before.loss.id = "focal";
  before.loss.parameters["focal"]["gamma"] = 4;
  before.study.mask.path = "/data/sub/m.nii";
  after = before;
  after.loss.parameters.clear();
  after.prediction().threshold = 0.25;
  after.study.labels.values = {1, 2};
  after.look.crosshair = {3, 4, 5};
  after.look.display.zoom = 4;
  const std::string text =
      "# T\n" + step_markdown("One", Session{}, before, "/data") + step_markdown("Two", before, after, "/data");
  const Demo demo = parse_demo(text, "x", "/data");
  ASSERT_EQ(demo.steps.size(), 2U);
  EXPECT_EQ(demo.steps[0].shown.session, before);
  EXPECT_EQ(demo.steps[1].shown.session, after);
  EXPECT_EQ(demo.steps[1].title, "Two");
  EXPECT_NE(text.find("\"sub/m.nii\""), std::string::npos) << "relative to the demo";
}

TEST(Demo, EveryOneOfOursCanBeRead) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(LOSSSCOPE_DEMOS)) {
    if (entry.path().extension() != ".md") {
      continue;
    }
    std::ifstream file(entry.path());
    std::ostringstream text;
    text << file.rdbuf();
    const Demo demo = parse_demo(text.str(), entry.path().stem().string());
    EXPECT_FALSE(demo.summary.empty()) << entry.path();
    for (const DemoStep& step : demo.steps) {
      EXPECT_FALSE(step.text.empty()) << entry.path() << ": " << step.title;
      EXPECT_NE(find_loss(step.shown.session.loss.id), nullptr) << entry.path() << ": " << step.title;
      EXPECT_EQ(step.question.empty(), step.answer.empty()) << entry.path() << ": " << step.title;
    }
    ++count;
  }
  EXPECT_GE(count, 6);
}

}  // namespace
}  // namespace lossscope
