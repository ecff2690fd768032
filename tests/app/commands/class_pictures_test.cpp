// SPDX-License-Identifier: Apache-2.0
// lossscope render --classes: pictures of a case with classes, of all, of one or of each.
#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "app/io/text_file.h"
#include "tests/app/commands/class_files.h"
#include "tests/app/commands/run_program.h"

namespace lossscope {
namespace {

using namespace testing;

class ClassPictures : public ::testing::Test {
 protected:
  Outcome render(const std::string& out, std::vector<std::string> more) const {
    std::vector<std::string> arguments{"render", "--mask", files_.mask, "--prediction", files_.softmax, "--loss",
                                       "dice",   "--dpi",  "96",        "-o",           path(out)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments);
  }
  std::string path(const std::string& name) const { return files_.folder.file(name); }
  std::string picture(const std::string& name) const { return read_text(path(name)); }

  ClassFiles files_;
};

TEST_F(ClassPictures, OfAllOfOneAndOfEachAreThoseOfTheClass) {
  ASSERT_EQ(render("all.png", {"--view", "axial", "--classes", "all"}).code, 0);
  const Outcome each = render("class_{class}.png", {"--view", "axial", "--classes", "all"});
  ASSERT_EQ(each.code, 0) << each.err;
  std::vector<std::string> pictures{picture("all.png")};
  for (const char* label : {"0", "1", "2"}) {
    const std::string one = std::string("one_") + label + ".png";
    ASSERT_EQ(render(one, {"--view", "axial", "--classes", "all", "--class", label}).code, 0);
    EXPECT_EQ(picture(one), picture(std::string("class_") + label + ".png")) << label;
    EXPECT_EQ(std::ranges::count(pictures, picture(one)), 0) << label << " has a picture of its own";
    pictures.push_back(picture(one));
  }
  EXPECT_EQ(render("one.svg", {"--view", "axial", "--classes", "all", "--class", "2"}).code, 0);
  EXPECT_NE(picture("one.svg").find("label 2"), std::string::npos);
}

TEST_F(ClassPictures, TheTitleHasTheValueThatEvalSays) {
  const std::vector<std::vector<std::string>> ways{{"--classes", "all"},
                                                   {"--classes", "1"},
                                                   {"--classes", "all", "--set", "class_weights=1,2,9"},
                                                   {"--classes", "all", "--set", "include_background=1"}};
  std::vector<std::string> values;
  for (const std::vector<std::string>& way : ways) {
    std::vector<std::string> of_eval{"--loss", "dice"};
    of_eval.insert(of_eval.end(), way.begin(), way.end());
    const Outcome told = files_.eval(files_.softmax, of_eval);
    ASSERT_EQ(told.code, 0) << told.err;
    char value[32] = {};
    std::snprintf(value, sizeof(value), "Dice: %.6f", told.json()["losses"][0]["value"].get<double>());
    std::vector<std::string> of_render{"--view", "class-sheet"};
    of_render.insert(of_render.end(), way.begin(), way.end());
    const Outcome drawn = render("sheet.svg", of_render);
    ASSERT_EQ(drawn.code, 0) << drawn.err;
    EXPECT_NE(picture("sheet.svg").find(value), std::string::npos) << way.back() << " " << value;
    EXPECT_EQ(std::ranges::count(values, value), 0) << "what is set has an effect";
    values.emplace_back(value);
  }
}

TEST_F(ClassPictures, WrongUsageIsSaid) {
  const auto says = [this](std::vector<std::string> more, const char* what) {
    const Outcome outcome = render("no_{class}.png", std::move(more));
    EXPECT_EQ(outcome.code, 2) << what;
    EXPECT_NE(outcome.err.find(what), std::string::npos) << outcome.err;
  };
  says({"--view", "class-sheet", "--component", "1"}, "--view class-sheet needs classes");
  says({"--view", "axial", "--component", "1"}, "{class} in the picture's name needs classes");
  says({"--view", "axial", "--component", "1", "--class", "1"}, "--classes all");
  says({"--view", "axial", "--component", "1", "--set", "class_weights=inverse"}, "--classes all");
  says({"--view", "axial", "--classes", "all", "--class", "7"}, "there is no class '7'");
  says({"--view", "class-sheet", "--classes", "all", "--loss", "bce"}, "shows one loss");
  says({"--view", "grid", "--classes", "all", "--loss", "bce", "--set", "bce.class_weights=inverse"},
       "without a loss's id");
}

}  // namespace
}  // namespace lossscope
