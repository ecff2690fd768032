// SPDX-License-Identifier: Apache-2.0
// The documented members are those that there are.
#include "app/session/session_members.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "app/session/demo_state.h"
#include "app/session/inline_math.h"
#include "app/session/session.h"

namespace lossscope {
namespace {

InputChoice full_input() {
  InputChoice input{.path = "/x"};
  input.answers.set(Question::component, "0");
  input.sha256 = "ab";
  return input;
}

/// A session that has everything it can have: sources that were chosen before are kept.
Session full_session() {
  Session session;
  session.study.image = session.study.mask = full_input();
  session.study.labels.ignored = std::vector<std::int64_t>{255};
  session.predict_from<FromFile>().file = full_input();
  session.predict_from<FromModel>().model = {"/m.pt", "ab", 1};
  session.predict_from<FromMask>();
  session.prediction().threshold = 0.5;
  session.loss.script = "def loss(p, g): return p";
  session.loss.parameters["focal"]["gamma"] = 3;
  session.look.pinned = {{1, 2, 3}};
  session.study.classes = {.regions = {{"whole tumour", {1, 2, 4}}},
                           .activation = Activation::sigmoid,
                           .combination = {.include_background = true}};
  session.look.shown_class = 1;
  return session;
}

/// The ways to all members; what stands below an id of a loss or a question is one.
void collect(const nlohmann::ordered_json& json, const std::string& where, std::set<std::string>& paths) {
  for (const auto& [key, value] : json.items()) {
    const std::string path = where.empty() ? key : where + "." + key;
    if (key == "parameters") {
      paths.insert(path + ".ID.ID");
    } else if (value.is_object() && key != "answers" && key != "regions") {
      collect(value, path, paths);
    } else {
      paths.insert(path);
    }
  }
}

TEST(SessionMembers, AreWhatASessionWrites) {
  std::set<std::string> written, documented;
  collect(nlohmann::ordered_json::parse(to_json(full_session())), {}, written);
  written.erase("lossscope_session");
  for (const SessionMember& member : session_members()) {
    EXPECT_FALSE(member.meaning.empty()) << member.path;
    EXPECT_TRUE(documented.insert(std::string(member.path)).second) << member.path << " stands twice";
  }
  for (const std::string& path : written) {
    EXPECT_TRUE(documented.contains(path)) << path << " is not documented";
  }
  for (const std::string& path : documented) {
    EXPECT_TRUE(written.contains(path) || path.starts_with("play.") || path == "speaks_of")
        << path << " does not exist";
  }
}

TEST(SessionMembers, WhatAStateSetsGoingIsReadAsItIsDocumented) {
  StateChain chain("");
  chain.change(R"({"play": {"sweep": true, "descent": {"losses": ["bce"], "steps": 3, "optimiser": "gradient descent",
                                                       "rate": 0.5, "rates": "own", "start": "as it is"}}})");
  const DemoPlay play = chain.take_play();
  EXPECT_TRUE(play.sweep);
  EXPECT_EQ(play.descent->rate, 0.5);
  int known = 0;
  for (const SessionMember& member : session_members()) {
    known += member.path.starts_with("play.") ? 1 : 0;
  }
  EXPECT_EQ(known, 7) << "as many as the state above has";
}

TEST(SessionMembers, StandInTheManual) {
  std::ifstream file(LOSSSCOPE_MANUAL);
  std::ostringstream text;
  text << file.rdbuf();
  ASSERT_FALSE(text.str().empty()) << LOSSSCOPE_MANUAL;
  for (const SessionMember& member : session_members()) {
    const std::string row = "| `" + std::string(member.path) + "` | " + std::string(member.meaning) + " |";
    EXPECT_NE(text.str().find(row), std::string::npos) << row;
  }
}

TEST(InlineMath, SetsWhatDemosWrite) {
  const auto set = [](const char* tex) { return inline_math(QString::fromUtf8(tex)).toStdString(); };
  EXPECT_EQ(set("p_i"), "<i>p</i><sub><i>i</i></sub>");
  EXPECT_EQ(set("p (1 - p)"), "<i>p</i> (1 − <i>p</i>)");
  EXPECT_EQ(set(R"(\frac{\partial L}{\partial p})"), "(∂<i>L</i>)/(∂<i>p</i>)");
  EXPECT_EQ(set(R"(1 + \lambda\varphi)"), "1 + <i>λ</i><i>φ</i>");
  EXPECT_EQ(set(R"(\ln 2)"), "ln 2");
  EXPECT_EQ(set("x^{2}"), "<i>x</i><sup>2</sup>");
  EXPECT_EQ(set("a < b"), "<i>a</i> &lt; <i>b</i>");
  for (const char* wrong : {"x^", "{x", "x}", R"(\nothing)", R"(\mathrm x)"}) {
    EXPECT_THROW((void)set(wrong), std::invalid_argument) << wrong;
  }
  for (const QString& command : formula_commands()) {
    EXPECT_NO_THROW((void)inline_math(command + QStringLiteral("{x}{y}"))) << command.toStdString();
  }
  EXPECT_EQ(with_math(QStringLiteral("costs \\$5: $p$ and `$q$`")).toStdString(), "costs $5: <i>p</i> and `$q$`");
}

}  // namespace
}  // namespace lossscope
