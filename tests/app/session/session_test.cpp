// SPDX-License-Identifier: Apache-2.0
// The prediction of a session, and what is another between two sessions.
#include "app/session/session.h"
#include "app/session/same_value.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace lossscope {
namespace {

TEST(SessionPrediction, AnotherSourceKeepsWhatWasChosenBefore) {
  Session session;
  EXPECT_TRUE(session.prediction().from<std::monostate>());
  session.predict_from<FromFile>().file.path = "p.nii";
  session.prediction().threshold = 0.25;
  session.prediction().meaning = PredictionMeaning::percent;
  session.predict_from<FromMask>().degradation.dilate = 2;
  EXPECT_EQ(session.prediction().threshold, 0.25) << "it is of what one looks at, wherever that comes from";
  EXPECT_EQ(session.prediction().meaning, PredictionMeaning::percent);
  EXPECT_EQ(session.path_of(Role::prediction), "p.nii");
  session.predict_from<FromModel>().model.path = "net.pt";
  EXPECT_EQ(session.predict_from<FromMask>().degradation.dilate, 2);
  EXPECT_EQ(session.predict_from<FromFile>().file.path, "p.nii");
  ASSERT_TRUE(session.kept<FromModel>());
  EXPECT_EQ(session.kept<FromModel>()->model.path, "net.pt");
  session.predict_from_nothing();
  EXPECT_TRUE(session.prediction().from<std::monostate>());
  EXPECT_EQ(session.path_of(Role::prediction), "p.nii");
}

TEST(SessionPrediction, TheWayThereDoesNotMatter) {
  Session one, other;
  one.predict_from<FromFile>().file.path = "p.nii";
  one.predict_from<FromMask>().degradation.dilate = 2;
  one.predict_from<FromModel>();  // looked at, nothing chosen
  one.predict_from<FromMask>();
  other.predict_from<FromMask>().degradation.dilate = 2;
  other.predict_from<FromFile>().file.path = "p.nii";
  other.predict_from<FromMask>();
  EXPECT_EQ(one, other);
}

TEST(SessionPrediction, AFileGoesWithItsInput) {
  Session session;
  session.study.mask.path = "m.nii";
  session.exchange_inputs(Role::mask, Role::prediction);
  EXPECT_EQ(session.study.mask.path, "");
  ASSERT_TRUE(session.prediction().from<FromFile>());
  EXPECT_EQ(session.path_of(Role::prediction), "m.nii");
  session.exchange_inputs(Role::prediction, Role::image);
  EXPECT_EQ(session.study.image.path, "m.nii");
  EXPECT_TRUE(session.prediction().from<std::monostate>());
  EXPECT_EQ(session.input(Role::prediction), nullptr);
  session.predict_from<FromFile>().file.path = "p.nii";
  session.remove_input(Role::prediction);
  EXPECT_TRUE(session.prediction().from<std::monostate>());
  EXPECT_FALSE(session.kept<FromFile>());
}

TEST(SessionPrediction, ADescentIsSeenInItsPlace) {
  Session session;
  session.predict_from<FromMask>().degradation.dilate = 2;
  session.prediction().threshold = 0.5;
  session.look.playback = FromRun{1, 7};
  const PredictionChoice seen = session.seen_prediction();
  ASSERT_TRUE(seen.from<FromRun>());
  EXPECT_EQ(*seen.from<FromRun>(), (FromRun{1, 7}));
  EXPECT_EQ(seen.threshold, 0.5);
  EXPECT_TRUE(session.prediction().from<FromMask>());
}

TEST(SessionChange, IsTheLeastThatHasToBeDoneAgain) {
  Session before;
  before.study.mask.path = "m.nii";
  before.predict_from<FromMask>().degradation.dilate = 1;
  struct Case {
    Change change;
    std::function<void(Session&)> edit;
  };
  const std::vector<Case> cases{
      {Change::look, [](Session&) {}},
      {Change::look,
       [](Session& s) {
         s.look.crosshair = {1, 2, 3};
       }},
      {Change::look, [](Session& s) { s.look.layer = OverlayLayer::gradient; }},
      {Change::look, [](Session& s) { s.look.arrangement = Arrangement::grid; }},
      {Change::look, [](Session& s) { s.look.display.surfaces.colour = SurfaceColour::gradient; }},
      {Change::look,
       [](Session& s) {  // what is kept is of no account until it is chosen
         s.predict_from<FromFile>().file.path = "p.nii";
         s.predict_from<FromMask>();
       }},
      {Change::degradation, [](Session& s) { s.predict_from<FromMask>().degradation.noise = 0.5; }},
      {Change::parameters, [](Session& s) { s.loss.parameters["dice"]["smooth_nr"] = 2; }},
      {Change::more,
       [](Session& s) {
         s.loss.parameters["dice"]["smooth_nr"] = 2;
         s.predict_from<FromMask>().degradation.noise = 0.5;
       }},
      {Change::more, [](Session& s) { s.prediction().threshold = 0.5; }},
      {Change::more, [](Session& s) { s.loss.id = "bce"; }},
      {Change::more, [](Session& s) { s.study.labels.values = {1}; }},
      {Change::more, [](Session& s) { s.study.spacing = SpacingUse::unit; }},
      {Change::more, [](Session& s) { s.look.layer = OverlayLayer::distance; }},
      {Change::more, [](Session& s) { s.look.fourth = FourthPane::distance; }},
      {Change::more, [](Session& s) { s.look.display.surfaces.colour = SurfaceColour::distance; }},
      {Change::more,
       [](Session& s) {
         s.look.playback = FromRun{0, 1};
       }},
      {Change::more, [](Session& s) { s.predict_from<FromFile>().file.path = "p.nii"; }},
  };
  for (std::size_t at = 0; at < cases.size(); ++at) {
    Session now = before;
    cases[at].edit(now);
    EXPECT_EQ(change_between(before, now), cases[at].change) << "case " << at;
    EXPECT_EQ(change_between(now, before), cases[at].change) << "case " << at << ", the other way";
  }
}

TEST(SameValue, HangsOnCasePredictionLossAndItsParametersAlone) {
  Session before;
  before.study.mask.path = "m.nii";
  before.predict_from<FromMask>().degradation.dilate = 1;
  const std::vector<std::pair<bool, std::function<void(Session&)>>> cases{
      {true,
       [](Session& s) {
         s.look.crosshair = {1, 2, 3};
       }},
      {true, [](Session& s) { s.look.arrangement = Arrangement::grid; }},
      {true, [](Session& s) { s.look.layer = OverlayLayer::gradient; }},
      {true, [](Session& s) { s.loss.parameters["focal"]["gamma"] = 5; }},
      {true, [](Session& s) { s.loss.parameters["dice"]["smooth_nr"] = 1; }},  // the default
      {true, [](Session& s) { s.loss.script = "def loss(p, g): return p.sum()"; }},
      {false, [](Session& s) { s.loss.parameters["dice"]["smooth_nr"] = 2; }},
      {false, [](Session& s) { s.loss.id = "bce"; }},
      {false, [](Session& s) { s.study.mask.path = "n.nii"; }},
      {false, [](Session& s) { s.study.labels.values = {3}; }},
      {false, [](Session& s) { s.study.spacing = SpacingUse::unit; }},
      {false, [](Session& s) { s.prediction().threshold = 0.5; }},
      {false, [](Session& s) { s.predict_from<FromMask>().degradation.dilate = 2; }},
      {false,
       [](Session& s) {
         s.look.playback = FromRun{0, 1};
       }},
  };
  for (std::size_t at = 0; at < cases.size(); ++at) {
    Session now = before;
    cases[at].second(now);
    EXPECT_EQ(same_value(before, now), cases[at].first) << "case " << at;
  }
  Session script = before, other = before;
  script.loss.id = other.loss.id = kScriptLoss;
  EXPECT_TRUE(same_value(script, other));
  other.loss.script = "def loss(p, g): return p.sum()";
  EXPECT_FALSE(same_value(script, other));
}

}  // namespace
}  // namespace lossscope
