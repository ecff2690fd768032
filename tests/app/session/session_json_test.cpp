// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "app/session/session.h"

namespace lossscope {
namespace {

Session changed_everywhere() {
  Session session;
  session.study.image = {"/cases/one/head.nii.gz", {{Question::component, "2"}, {Question::grid, "resample"}}};
  session.study.mask = {"sample:phantom", {}};
  session.study.labels = {{-3, 7}, std::vector<std::int64_t>{255}};
  session.predict_from<FromMask>().degradation = {.shift = {1.5, -2, 0.1},
                                                  .dilate = -1.25,
                                                  .soften = 0.3,
                                                  .noise = 0.05,
                                                  .drop = 0.2,
                                                  .doubt = 0.01,
                                                  .seed = 18446744073709551615ULL};
  session.predict_from<FromModel>().model = {"/cases/one/net.pt", "00ff", 1};
  session.predict_from<FromFile>().file = {"/elsewhere/p.nrrd",
                                           {{Question::grid, "ignore"}, {Question::nan, "agree"}},
                                           "",
                                           {"/elsewhere/q.nrrd", "/cases/one/r.nrrd"}};
  session.prediction().meaning = PredictionMeaning::u8;
  session.prediction().threshold = 0.625;
  session.loss.id = "dist_map";
  session.loss.parameters = {{"dice", {{"smooth_nr", 1.0 / 3}}}, {"bce", {{"reduction", 1}}}};
  session.study.spacing = SpacingUse::unit;
  session.look.layer = OverlayLayer::distance;
  session.look.gradient_of = GradientOf::logit;
  session.look.display.opacity = 0.35;
  session.look.display.show_overlay = false;
  session.look.display.show_contours = false;
  session.look.range = {true, -0.125, 7e-9};
  session.look.scaling = Scaling::logarithmic;
  session.look.colours = ColourMap::viridis;
  session.look.fade_by_value = false;
  session.look.crosshair = {12, 0, 4000000000};
  session.look.window = 80.5;
  session.look.level = -40;
  session.look.radiological = false;
  session.look.fourth = FourthPane::distance;
  session.look.display.surfaces = {SurfaceColour::gradient, false, false, 0.25, 0.75, true};
  session.look.arrangement = Arrangement::difference;
  session.look.compared = {"focal", "hausdorff", "combo", "bce"};
  session.look.compared_view = Anatomical::sagittal;
  session.look.shared_range = true;
  session.look.pinned = {{1, 2, 3}, {0, 4000000000, 5}};
  session.look.display.sweep = {"focal.gamma", -0.5, 4.25, 7};
  session.look.display.tab = "sweep";
  session.study.classes = {ClassChoice::Which::listed,
                           {3, -1},
                           {{"whole", {1, 2}}, {"core", {2}}},
                           Activation::softmax,
                           {false, ClassWeights::manual, {0.5, 2}, true}};
  session.look.shown_class = 1;
  return session;
}

std::string error_of(const std::string& text) {
  try {
    (void)session_from_json(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

std::string with_view(const std::string& members) { return R"({"lossscope_session": 1, "view": {)" + members + "}}"; }

TEST(SessionJson, SaysWhichColoursAndRangesThereAre) {
  EXPECT_NE(error_of(with_view(R"("colours": "jet")")).find("one of fire, inferno, magma, viridis, turbo, grey"),
            std::string::npos);
  EXPECT_NE(error_of(with_view(R"("colours": "blue-red")")), "") << "those are for both signs";
  EXPECT_NE(error_of(with_view(R"("scale": "cubic")")).find("linear"), std::string::npos);
  EXPECT_NE(error_of(with_view(R"("range": {"locked": true, "minimum": 2, "maximum": 1})")).find("view.range"),
            std::string::npos);
}

TEST(SessionJson, KeepsEveryMember) {
  for (const Session& session : {Session{}, changed_everywhere()}) {
    EXPECT_EQ(session_from_json(to_json(session)), session);
    EXPECT_EQ(session_from_json(to_json(session, "/cases"), "/cases"), session);
  }
}

TEST(SessionJson, ClassesAreChosenInManyWays) {
  for (const char* classes : {"{}", R"({"labels": "foreground", "class_weights": "inverse", "absent_classes": "skip"})",
                              R"({"labels": [1, 2], "include_background": true, "class_weights": "inverse_squared"})",
                              R"({"regions": {"whole": [1, 2]}, "activation": "sigmoid", "class_weights": [1]})"}) {
    const Session session = session_from_json(R"({"lossscope_session": 1, "classes": )" + std::string(classes) + "}");
    ASSERT_TRUE(session.study.classes) << classes;
    EXPECT_EQ(session_from_json(to_json(session)), session) << classes;
  }
  for (const auto& [classes, wrong] :
       {std::pair(R"({"labels": "some"})", "'classes.labels' must be one of all, foreground"),
        std::pair(R"({"labels": []})", "'classes.labels' must be a list of at least one"),
        std::pair(R"({"regions": [1]})", "'classes.regions' must be an object"),
        std::pair(R"({"regions": {"a": 1}})", "'classes.regions.a' must be a list"),
        std::pair(R"({"class_weights": [-1]})", "'classes.class_weights[0]' must be a number from 0"),
        std::pair(R"({"absent_classes": true})", "'classes.absent_classes' must be a text"),
        std::pair(R"({"colour": 1})", "unknown member 'classes.colour'")}) {
    const std::string error = error_of(R"({"lossscope_session": 1, "classes": )" + std::string(classes) + "}");
    EXPECT_NE(error.find(wrong), std::string::npos) << error;
  }
  EXPECT_NE(error_of(with_view(R"("class": -1)")).find("'view.class' must be a channel"), std::string::npos);
}

TEST(SessionJson, PathsBelowTheFolderMoveWithIt) {
  const std::string text = to_json(changed_everywhere(), "/cases");
  EXPECT_NE(text.find(R"("one/head.nii.gz")"), std::string::npos) << text;
  const Session moved = session_from_json(text, "/mnt/copy");
  EXPECT_EQ(moved.study.image.path, "/mnt/copy/one/head.nii.gz");
  EXPECT_EQ(moved.study.mask.path, "sample:phantom");
  EXPECT_EQ(moved.kept<FromModel>()->model.path, "/mnt/copy/one/net.pt");
  EXPECT_EQ(moved.path_of(Role::prediction), "/elsewhere/p.nrrd");
}

TEST(SessionJson, SiblingFolderIsNotBelow) {
  Session session;
  session.study.mask.path = "/cases-2/m.nii";
  EXPECT_EQ(session_from_json(to_json(session, "/cases"), "/mnt").study.mask.path, "/cases-2/m.nii");
}

TEST(SessionJson, AbsentMembersKeepTheirDefaults) {
  EXPECT_EQ(session_from_json(R"({"lossscope_session": 1})"), Session{});
}

TEST(SessionJson, ErrorsNameTheMember) {
  EXPECT_NE(error_of("{").find("not JSON"), std::string::npos);
  EXPECT_NE(error_of("[]").find("object"), std::string::npos);
  EXPECT_NE(error_of("{}").find("lossscope_session"), std::string::npos);
  EXPECT_NE(error_of(R"({"lossscope_session": 2})").find("newer version"), std::string::npos);
  EXPECT_NE(error_of(R"({"lossscope_session": 1, "maks": {}})").find("'maks'"), std::string::npos);
  EXPECT_NE(error_of(R"({"lossscope_session": 1, "label": 1.5})").find("'label'"), std::string::npos);
  EXPECT_NE(error_of(R"({"lossscope_session": 1, "image": {"path": 3}})").find("'image.path'"), std::string::npos);
  for (const char* member : {R"("component": -5)", R"("grid": "guess")"}) {  // as version 0.1 began to write them
    const std::string error =
        error_of(R"({"lossscope_session": 1, "mask": {"path": "a", )" + std::string(member) + "}}");
    EXPECT_TRUE(error.starts_with("session: 'mask.")) << error;
  }
  EXPECT_NE(error_of(R"({"lossscope_session": 1, "image": {"path": "a", "answers": {"grid": "guess"}}})")
                .find("'image.answers.grid'"),
            std::string::npos);
  EXPECT_NE(error_of(R"({"lossscope_session": 1, "parameters": {"dice": {"smooth_nr": "x"}}})")
                .find("'parameters.dice.smooth_nr'"),
            std::string::npos);
  EXPECT_NE(error_of(R"({"lossscope_session": 1, "prediction": {"degrade": "shft=1"}})").find("valid keys"),
            std::string::npos);
  EXPECT_NE(error_of(with_view(R"("layer": "heat")")).find("contribution"), std::string::npos);
  EXPECT_NE(error_of(with_view(R"("crosshair": [1, 2])")).find("'view.crosshair'"), std::string::npos);
  EXPECT_NE(error_of(with_view(R"("crosshair": [1, 2, 0.5])")).find("'view.crosshair[2]'"), std::string::npos);
  EXPECT_NE(error_of(with_view(R"("show_overlay": 1)")).find("'view.show_overlay'"), std::string::npos);
  EXPECT_NE(error_of(with_view(R"("opacity": 1e300)")).find("'view.opacity'"), std::string::npos);
  EXPECT_NE(error_of(with_view(R"("surfaces": {"mask_opacity": -1})")).find("mask_opacity'"), std::string::npos);
  EXPECT_NE(error_of(with_view(R"("range": {"locked": true, "minimum": 2, "maximum": 1})")).find("'view.range'"),
            std::string::npos);
  std::string pinned = "[0, 0, 0]";
  for (int voxel = 0; voxel < 1000; ++voxel) {
    pinned += ", [0, 0, 0]";
  }
  EXPECT_NE(error_of(with_view("\"pinned\": [" + pinned + "]")).find("'view.pinned'"), std::string::npos);
}

TEST(SessionAnswers, GoToTheInputOrToTheCase) {
  Session session;
  session.answer(Role::prediction, Question::grid, "resample");  // of a file that is not there: nothing to answer
  EXPECT_EQ(session, Session());
  session.predict_from<FromFile>();
  session.answer(Role::prediction, Question::grid, "resample");
  EXPECT_EQ(session.input(Role::prediction)->answers.to(Question::grid), "resample");
  EXPECT_EQ(session.study.image.answers.to(Question::grid), "");
  session.answer(Role::mask, Question::label, "2,3");
  EXPECT_EQ(session.study.labels.values, (std::vector<std::int64_t>{2, 3}));
  session.answer(Role::mask, Question::ignore, "255");
  EXPECT_TRUE(session.study.labels.ignores(255));
  session.answer(Role::prediction, Question::kind, "percent");
  EXPECT_EQ(session.prediction().meaning, PredictionMeaning::percent);
  session.answer(Role::image, Question::memory, "half");
  EXPECT_EQ(session.study.mask.answers.to(Question::memory), "half") << "halved grids must fit each other";
  EXPECT_THROW(session.answer(Role::image, Question::component, "second"), std::invalid_argument);
  EXPECT_THROW(session.answer(Role::image, Question::grid, "guess"), std::invalid_argument);
  EXPECT_EQ(session_from_json(to_json(session)), session);
}

TEST(SessionParameters, DefaultsAreOverriddenInDeclarationOrder) {
  const Loss* dice = find_loss("dice");
  ASSERT_NE(dice, nullptr);
  Session session;
  EXPECT_EQ(session.loss.values_of(*dice), dice->defaults());

  const std::string id(dice->parameters()[0].id);
  session.loss.parameters["dice"][id] = 0.25;
  session.loss.parameters["dice"]["of another version"] = 3;
  session.loss.parameters["bce"]["reduction"] = 1;
  std::vector<double> expected = dice->defaults();
  expected[0] = 0.25;
  EXPECT_EQ(session.loss.values_of(*dice), expected);
}

}  // namespace
}  // namespace lossscope
