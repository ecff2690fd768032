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
  const Session& first = demo.steps[0].state;
  EXPECT_EQ(first.study.mask.path, "/data/m.nii");
  EXPECT_EQ(first.loss.id, "bce");
  EXPECT_EQ(demo.steps[1].state.loss.id, "wce");
  EXPECT_EQ(demo.steps[1].state.study.mask.path, "/data/m.nii");
  EXPECT_EQ(demo.steps[1].state.loss.parameters.at("wce").at("beta"), 3);
  ASSERT_TRUE(demo.steps[1].answered);
  EXPECT_FALSE(demo.steps[1].answered->loss.parameters.contains("wce"));
  EXPECT_EQ(demo.steps[2].state, *demo.steps[1].answered);
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
  EXPECT_EQ(complaint("# T\n## A\n\n```state\n{\"loss\": \n```\n").substr(0, 31), "line 4: the state is not JSON: ");
  EXPECT_EQ(complaint("# T\n## A\n```state\n{\"los\": 1}\n```\n"), "line 3: session: unknown member 'los'");
  EXPECT_EQ(complaint("# T\n## A\n```state\n{}\n"), "line 3: this block has no end (a line of ```)");
  EXPECT_EQ(complaint("# T\n## A\n```state\n{}\n```\n```state\n{}\n```\n"),
            "line 6: there is a state already; write both as one");
  EXPECT_EQ(complaint("# T\n## A\n### Answer\n### Answer\n"), "line 4: the step has an answer already");
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
      EXPECT_NE(find_loss(step.state.loss.id), nullptr) << entry.path() << ": " << step.title;
      EXPECT_EQ(step.question.empty(), step.answer.empty()) << entry.path() << ": " << step.title;
    }
    ++count;
  }
  EXPECT_GE(count, 6);
}

}  // namespace
}  // namespace lossscope
