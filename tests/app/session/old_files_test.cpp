// SPDX-License-Identifier: Apache-2.0
// Files that version 0.1 wrote before a session had parts: they are read whole, and nothing of them is lost when they
// are written again.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "app/session/journal.h"

namespace lossscope {
namespace {

std::string text_of(const std::string& name) {
  std::ifstream file(std::string(LOSSSCOPE_OLD_FILES) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

void expect_all_of_it(const Session& session) {
  EXPECT_EQ(session.study.image.path, "sample:phantom");
  EXPECT_EQ(session.study.mask.path, "sample:phantom");
  EXPECT_EQ(session.study.labels.values, std::vector<std::int64_t>{2});
  EXPECT_EQ(session.study.spacing, SpacingUse::unit);
  ASSERT_TRUE(session.prediction().from<FromMask>());
  EXPECT_EQ(session.prediction().degradation(), (Degradation{.shift = {3, 0, 0}, .dilate = 2, .soften = 1}));
  EXPECT_EQ(session.prediction().meaning, PredictionMeaning::logit);
  EXPECT_EQ(session.prediction().threshold, 0.25);
  ASSERT_TRUE(session.kept<FromFile>());
  EXPECT_EQ(session.kept<FromFile>()->file,
            (InputChoice{"/cases/network.nii.gz", {{Question::grid, "resample"}}, "00aa"}));
  ASSERT_TRUE(session.kept<FromModel>());
  EXPECT_EQ(session.kept<FromModel>()->model, (ModelChoice{"/cases/net.pt", "00ff", 1}));
  EXPECT_EQ(session.loss.id, "tversky");
  EXPECT_EQ(session.loss.parameters.at("tversky").at("alpha"), 0.7);
  EXPECT_EQ(session.loss.parameters.at("bce").at("reduction"), 1);
  const Look& look = session.look;
  EXPECT_EQ(look.layer, OverlayLayer::gradient);
  EXPECT_EQ(look.gradient_of, GradientOf::logit);
  EXPECT_EQ(look.range, (ColourRange{true, -0.125, 0.25}));
  EXPECT_EQ(look.crosshair, (std::array<std::int64_t, 3>{30, 40, 20}));
  EXPECT_EQ(look.window, 80.5);
  EXPECT_EQ(look.level, -40);
  EXPECT_FALSE(look.radiological);
  EXPECT_EQ(look.fourth, FourthPane::distance);
  EXPECT_EQ(look.arrangement, Arrangement::grid);
  EXPECT_EQ(look.compared, (std::vector<std::string>{"focal", "dice"}));
  EXPECT_EQ(look.compared_view, Anatomical::sagittal);
  EXPECT_TRUE(look.shared_range);
  EXPECT_EQ(look.pinned.size(), 1U);
  EXPECT_EQ(look.display.opacity, 0.35);
  EXPECT_FALSE(look.display.show_contours);
  EXPECT_EQ(look.display.surfaces, (SurfaceLook{SurfaceColour::distance, false, true, 0.25, 0.75, true}));
  EXPECT_EQ(look.display.sweep, (SweepChoice{"dilate", -3, 3, 7}));
  EXPECT_EQ(look.display.tab, "sweep");
}

using Json = nlohmann::json;

/// Whatever the old file says stands in the new one as well, which may say more.
void expect_held(const Json& old, const Json& now, const std::string& where) {
  if (old.is_object() && now.is_object()) {
    for (const auto& [key, value] : old.items()) {
      EXPECT_TRUE(now.contains(key)) << where << "." << key;
      expect_held(value, now.value(key, Json()), where + "." + key);
    }
  } else if (old.is_array() && now.is_array() && old.size() == now.size()) {
    for (std::size_t at = 0; at < old.size(); ++at) {
      expect_held(old[at], now[at], where + "[" + std::to_string(at) + "]");
    }
  } else {
    EXPECT_EQ(old, now) << where;
  }
}

TEST(OldFiles, ASessionOpensAndIsSavedAsItWas) {
  const std::string text = text_of("session.json");
  const Session session = session_from_json(text);
  expect_all_of_it(session);
  expect_held(Json::parse(text), Json::parse(to_json(session)), "");
}

TEST(OldFiles, AJournalBringsBackWhatItHeld) {
  const std::string text = text_of("window.journal");
  const auto history = read_journal(text);
  ASSERT_TRUE(history);
  expect_all_of_it(history->now);
  ASSERT_EQ(history->steps.size(), 1U);
  EXPECT_EQ(history->steps[0].text, "open");
  EXPECT_EQ(history->index, 1U);
  expect_held(Json::parse(text), Json::parse(journal_line({}, *history)), "");
}

}  // namespace
}  // namespace lossscope
