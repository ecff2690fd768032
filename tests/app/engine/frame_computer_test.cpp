// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frame_computer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "losses/fields/distance.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

std::vector<float> copied(std::span<const float> values) { return {values.begin(), values.end()}; }

/// A parameter of a loss that does, or does not, enter the sums.
const ParameterInfo* parameter_of(const Loss& loss, bool in_terms) {
  for (const ParameterInfo& info : loss.parameters()) {
    if (info.in_terms == in_terms) {
      return &info;
    }
  }
  return nullptr;
}

double other_value(const ParameterInfo& info) {
  return info.default_value == info.maximum ? info.minimum : info.maximum;
}

TEST(FrameComputer, ValueEqualsTheLossCalledDirectly) {
  MemoryCase files;
  for (const Loss* loss : all_losses()) {
    for (const SpacingUse spacing : {SpacingUse::file, SpacingUse::unit}) {
      Session session = MemoryCase::session();
      session.loss.id = std::string(loss->declaration().id);
      session.study.spacing = spacing;
      const auto frame = FrameComputer(2, files.sources()).compute(session);

      Problem problem{frame->data->mask,
                      Degrader(frame->data->mask).volume(session.prediction().degradation()),
                      PredictionKind::probability,
                      {1, 1, 1}};
      if (spacing == SpacingUse::file) {
        problem.spacing = files.grid().spacing;
      }
      FieldCache cache;
      std::vector<FieldPtr> fields;
      for (const FieldRequest& request : loss->fields(loss->defaults())) {
        fields.push_back(cache.get(request, problem));
      }
      const Reduction direct = loss->reduce(loss->defaults(), problem, fields);
      ASSERT_TRUE(frame->reduction);
      EXPECT_EQ(frame->reduction->value, direct.value) << session.loss.id;
      EXPECT_TRUE(direct.value > 0 || loss->declaration().rewards) << session.loss.id;
      EXPECT_EQ(copied(frame->data->prediction.voxels<float>()), copied(problem.prediction.voxels<float>()));
    }
  }
}

TEST(FrameComputer, SlicesAndProbeShowTheMapsAtTheCrosshair) {
  MemoryCase files;
  FrameComputer computer(1, files.sources());
  const Grid& grid = files.grid();
  for (const OverlayLayer layer :
       {OverlayLayer::contribution, OverlayLayer::gradient, OverlayLayer::prediction, OverlayLayer::distance}) {
    Session session = MemoryCase::session();
    session.look.layer = layer;
    session.look.gradient_of = GradientOf::logit;
    session.look.fourth = FourthPane::distance;
    const auto frame = computer.compute(session);
    const VoxelProbe& probe = frame->probe;
    EXPECT_EQ(probe.voxel, session.look.crosshair);
    EXPECT_EQ(probe.world, grid.to_world({12, 10, 8}));
    const auto offset = grid.offset(12, 10, 8);
    EXPECT_EQ(probe.image, frame->data->image.volume.voxels<float>()[offset]);
    EXPECT_EQ(probe.mask, 1);
    EXPECT_EQ(probe.prediction, frame->data->prediction.voxels<float>()[offset]);
    EXPECT_EQ(probe.distance, signed_distance(frame->data->mask, grid.spacing).voxels<float>()[offset]);
    const double expected = layer == OverlayLayer::contribution ? probe.loss().contribution
                            : layer == OverlayLayer::gradient   ? probe.loss().gradient
                            : layer == OverlayLayer::prediction ? probe.prediction
                                                                : probe.distance;
    EXPECT_NE(expected, 0);
    for (const ViewResult& view : frame->views) {
      const auto [x, y] = view.axes.pixel(grid, session.look.crosshair);
      const auto at = x + y * view.axes.width(grid);
      EXPECT_EQ(view.slice, session.look.crosshair[view.axes.normal]);
      EXPECT_FLOAT_EQ(view.overlay[at], static_cast<float>(expected));
      EXPECT_EQ(view.image[at], static_cast<float>(probe.image));
      EXPECT_EQ(view.mask[at], 1);
      EXPECT_EQ(view.prediction[at], static_cast<float>(probe.prediction));
    }
  }
}

TEST(FrameComputer, OnlyWhatChangedIsComputedAgain) {
  MemoryCase files;
  FrameComputer computer(1, files.sources());
  Session session = MemoryCase::session();
  const auto first = computer.compute(session);
  EXPECT_EQ(files.reads(), 2);
  EXPECT_EQ(computer.work().reductions, 1);

  session.look.crosshair = {3, 4, 5};
  session.look.layer = OverlayLayer::gradient;
  session.look.display.opacity = 0.1;
  const auto moved = computer.compute(session);
  EXPECT_EQ(moved->data, first->data);
  EXPECT_EQ(computer.work().reductions, 1);
  EXPECT_EQ(computer.work().finishes, 0);

  session.predict_from<FromMask>().degradation.dilate = 1;
  const auto dilated = computer.compute(session);
  EXPECT_EQ(dilated->data->mask.data, first->data->mask.data);
  EXPECT_NE(dilated->reduction->value, first->reduction->value);
  EXPECT_EQ(computer.work().reductions, 2);
  EXPECT_EQ(files.reads(), 2);
}

TEST(FrameComputer, AParameterOutsideTheSumsVisitsNoVoxel) {
  MemoryCase files;
  bool tried = false;
  for (const Loss* loss : all_losses()) {
    const ParameterInfo* outside = parameter_of(*loss, false);
    if (!outside) {
      continue;
    }
    tried = true;
    FrameComputer computer(1, files.sources());
    Session session = MemoryCase::session();
    session.loss.id = std::string(loss->declaration().id);
    (void)computer.compute(session);
    session.loss.parameters[session.loss.id][std::string(outside->id)] = other_value(*outside);
    const auto quick = computer.compute(session);
    EXPECT_EQ(computer.work().reductions, 1) << session.loss.id << " " << outside->id;
    EXPECT_EQ(computer.work().finishes, 1);
    EXPECT_EQ(quick->reduction->value, FrameComputer(1, files.sources()).compute(session)->reduction->value);
  }
  EXPECT_TRUE(tried) << "at least Dice's smoothing does not enter its sums";
}

TEST(FrameComputer, AParameterOfTheSumsReducesAgain) {
  MemoryCase files;
  for (const Loss* loss : all_losses()) {
    if (const ParameterInfo* inside = parameter_of(*loss, true)) {
      FrameComputer computer(1, files.sources());
      Session session = MemoryCase::session();
      session.loss.id = std::string(loss->declaration().id);
      (void)computer.compute(session);
      session.loss.parameters[session.loss.id][std::string(inside->id)] = other_value(*inside);
      (void)computer.compute(session);
      EXPECT_EQ(computer.work().reductions, 2) << session.loss.id << " " << inside->id;
    }
  }
}

TEST(FrameComputer, UnknownLossAndParameterOutOfRangeAreRefused) {
  MemoryCase files;
  FrameComputer computer(1, files.sources());
  Session session = MemoryCase::session();
  session.loss.id = "nice";
  EXPECT_THROW((void)computer.compute(session), std::invalid_argument);
  session.loss.id = "dice";
  session.loss.parameters["dice"]["smooth_nr"] = -5;
  EXPECT_THROW((void)computer.compute(session), std::invalid_argument);
}

TEST(FrameComputer, ShowsWhateverThereIs) {
  MemoryCase files;
  FrameComputer computer(1, files.sources());
  const auto nothing = computer.compute(Session{});
  EXPECT_TRUE(nothing->data->grid.empty());
  EXPECT_TRUE(nothing->views[0].image.empty());

  Session session;
  session.study.image.path = "image";
  session.look.crosshair = {99, -1, 5};
  const auto image = computer.compute(session);
  EXPECT_EQ(image->probe.voxel, (std::array<std::int64_t, 3>{23, 0, 5})) << "kept inside the volume";
  EXPECT_FALSE(image->views[0].image.empty());
  EXPECT_TRUE(image->views[0].mask.empty());
  EXPECT_FALSE(image->reduction);
  EXPECT_TRUE(std::isnan(image->probe.loss().contribution));
  EXPECT_LT(image->data->image_low, image->data->image_high);

  session.study.mask.path = "mask";
  const auto both = computer.compute(session);
  EXPECT_FALSE(both->views[1].mask.empty());
  EXPECT_FALSE(both->reduction);

  session.predict_from<FromFile>().file.path = "prediction";
  const auto all = computer.compute(session);
  EXPECT_TRUE(all->reduction);
  session.predict_from_nothing();
  EXPECT_FALSE(computer.compute(session)->reduction);
}

TEST(FrameComputer, AFlatPictureHasThreeViews) {
  MemoryCase files({9, 7, 1});
  Session session = MemoryCase::session();
  const auto frame = FrameComputer(1, files.sources()).compute(session);
  EXPECT_EQ(frame->views[0].overlay.size(), 63U);
  EXPECT_EQ(frame->views[1].overlay.size(), 9U);
  EXPECT_EQ(frame->views[2].overlay.size(), 7U);
}

TEST(FrameComputer, ADragFirstGetsItsSlices) {
  MemoryCase files;
  FrameComputer computer(1, files.sources());
  Session session = MemoryCase::session();
  std::vector<std::shared_ptr<Frame>> quick;
  const auto keep = [&quick](std::shared_ptr<Frame> frame) { quick.push_back(std::move(frame)); };
  const auto first = computer.compute(session, {}, {}, keep);
  EXPECT_TRUE(quick.empty()) << "there is nothing to start from";

  session.predict_from<FromMask>().degradation.dilate = 2;
  const auto final = computer.compute(session, {}, {}, keep);
  ASSERT_EQ(quick.size(), 1U);
  EXPECT_TRUE(quick[0]->preliminary);
  EXPECT_FALSE(final->preliminary);
  EXPECT_EQ(quick[0]->session, session);
  EXPECT_FALSE(quick[0]->range.known) << "only three slices of the new prediction are there";
  EXPECT_EQ(quick[0]->range.high, first->range.high);
  EXPECT_TRUE(final->range.known);
  EXPECT_EQ(quick[0]->data, first->data) << "no half-made volume leaves the worker";
  for (int view = 0; view < 3; ++view) {
    EXPECT_EQ(quick[0]->views[view].prediction, final->views[view].prediction);
    EXPECT_NE(quick[0]->views[view].prediction, first->views[view].prediction);
  }
  EXPECT_EQ(quick[0]->reduction->value, first->reduction->value);
  EXPECT_NE(final->reduction->value, first->reduction->value);

  session.predict_from<FromMask>().degradation.drop = 0.5;
  (void)computer.compute(session, {}, {}, keep);
  EXPECT_EQ(quick.size(), 1U) << "other components need a new distance map: no quick answer";
  session.study.labels.values = {1};
  session.predict_from<FromMask>().degradation.dilate = 1;
  (void)computer.compute(session, {}, {}, keep);
  EXPECT_EQ(quick.size(), 1U) << "another label is no drag";
}

TEST(FrameComputer, ALargeVolumeShowsItsSlicesBeforeItsValue) {
  MemoryCase files;
  constexpr std::int64_t kAlways = 0;
  FrameComputer computer(1, files.sources(), kAlways);
  Session session = MemoryCase::session();
  session.loss.id = "focal";
  std::vector<std::shared_ptr<Frame>> quick;
  const auto keep = [&quick](std::shared_ptr<Frame> frame) { quick.push_back(std::move(frame)); };
  const auto first = computer.compute(session, {}, {}, keep);
  session.loss.parameters["focal"]["gamma"] = 3.5;
  const auto final = computer.compute(session, {}, {}, keep);
  ASSERT_EQ(quick.size(), 1U);
  EXPECT_TRUE(quick[0]->preliminary);
  EXPECT_EQ(quick[0]->session, session);
  EXPECT_EQ(quick[0]->reduction->value, first->reduction->value) << "the new value is not known yet";
  EXPECT_NE(final->reduction->value, first->reduction->value);
  for (int view = 0; view < 3; ++view) {
    EXPECT_EQ(quick[0]->views[view].overlay, final->views[view].overlay) << "focal's maps need no sums";
    EXPECT_NE(quick[0]->views[view].overlay, first->views[view].overlay);
  }
  session.loss.id = "dice";
  (void)computer.compute(session, {}, {}, keep);
  session.loss.parameters["dice"]["smooth_nr"] = 3;
  (void)computer.compute(session, {}, {}, keep);
  EXPECT_EQ(quick.size(), 1U) << "kept sums need no first answer";
  FrameComputer patient(1, files.sources());
  session.loss.id = "focal";
  (void)patient.compute(session, {}, {}, keep);
  session.loss.parameters["focal"]["gamma"] = 1;
  (void)patient.compute(session, {}, {}, keep);
  EXPECT_EQ(quick.size(), 1U) << "a small volume is summed at once";
}

TEST(FrameComputer, FramesShareTheSlicesThatDidNotChange) {
  MemoryCase files;
  FrameComputer computer(1, files.sources());
  Session session = MemoryCase::session();
  const auto first = computer.compute(session);
  session.loss.parameters["dice"]["smooth_nr"] = 2;
  const auto other_parameter = computer.compute(session);
  ++session.look.crosshair[first->views[0].axes.normal];
  const auto stepped = computer.compute(session);
  for (const SharedValues ViewResult::*layer : {&ViewResult::image, &ViewResult::mask, &ViewResult::prediction}) {
    for (std::size_t view = 0; view < 3; ++view) {
      EXPECT_TRUE((first->views[view].*layer).is(other_parameter->views[view].*layer));
      EXPECT_EQ((first->views[view].*layer).is(stepped->views[view].*layer), view != 0) << "another axial slice";
    }
  }
  const auto anew = FrameComputer(1, files.sources()).compute(session);
  for (std::size_t view = 0; view < 3; ++view) {
    EXPECT_EQ(stepped->views[view].image, anew->views[view].image);
    EXPECT_EQ(stepped->views[view].mask, anew->views[view].mask);
    EXPECT_EQ(stepped->views[view].prediction, anew->views[view].prediction);
    EXPECT_EQ(stepped->views[view].overlay, anew->views[view].overlay);
  }
  session.look.radiological = !session.look.radiological;
  EXPECT_FALSE(stepped->views[0].image.is(computer.compute(session)->views[0].image)) << "mirrored";
  session.predict_from<FromMask>().degradation.dilate = 1;
  const auto degraded = computer.compute(session);
  EXPECT_FALSE(stepped->views[0].prediction.is(degraded->views[0].prediction));
}

TEST(FrameComputer, SlicesOfADragAreThoseOfAFreshStart) {
  MemoryCase files;
  for (const Loss* loss : all_losses()) {
    FrameComputer computer(1, files.sources());
    Session session = MemoryCase::session();
    session.loss.id = std::string(loss->declaration().id);
    const auto check = [&](const std::shared_ptr<Frame>& frame) {
      const auto anew = FrameComputer(1, files.sources()).compute(session);
      for (std::size_t view = 0; view < 3; ++view) {
        EXPECT_EQ(frame->views[view].prediction, anew->views[view].prediction) << session.loss.id;
        EXPECT_EQ(frame->views[view].overlay, anew->views[view].overlay) << session.loss.id;
      }
    };
    check(computer.compute(session));
    for (const double width : {1.0, 2.0}) {  // the second of them overwrites the planes of the first
      session.predict_from<FromMask>().degradation.dilate = width;
      std::shared_ptr<Frame> quick;
      const auto final = computer.compute(session, {}, {}, [&](std::shared_ptr<Frame> frame) { quick = frame; });
      ASSERT_TRUE(quick);
      EXPECT_EQ(quick->views[2].prediction, final->views[2].prediction);
      check(final);
    }
    if (!loss->parameters().empty()) {
      const auto& info = loss->parameters().front();
      session.loss.parameters[session.loss.id][std::string(info.id)] = other_value(info);
      check(computer.compute(session));
    }
    ++session.look.crosshair[0];
    check(computer.compute(session));
  }
}

TEST(FrameComputer, StopsAtOnceWhenStopped) {
  MemoryCase files;
  FrameComputer computer(1, files.sources());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)computer.compute(MemoryCase::session(), {}, stop.get_token()), Cancelled);
  EXPECT_EQ(computer.work().reductions, 0);
  const int read = files.reads();
  EXPECT_TRUE(computer.compute(MemoryCase::session())->reduction) << "and goes on afterwards";
  EXPECT_EQ(files.reads(), 2) << "what was read (" << read << ") is not read again";
}

TEST(FrameComputer, KnowsWhatANewSessionLeavesAsItIs) {
  const Session session = MemoryCase::session();
  Session looked = session;
  looked.look.crosshair = {1, 2, 3};
  looked.look.range.locked = true;
  looked.look.radiological = false;
  EXPECT_EQ(change_between(session, looked), Change::look);
  Session tuned = looked;
  tuned.loss.parameters["dice"]["smooth_nr"] = 2;
  EXPECT_EQ(change_between(session, tuned), Change::parameters);
  tuned.loss.id = "bce";
  EXPECT_EQ(change_between(session, tuned), Change::more);
  Session dragged = looked;
  dragged.predict_from<FromMask>().degradation.noise = 0.1;
  EXPECT_EQ(change_between(session, dragged), Change::degradation);
  for (const auto& change : std::vector<std::function<void(Session&)>>{
           [](Session& s) { s.loss.id = "bce"; }, [](Session& s) { s.loss.parameters["dice"]["smooth_nr"] = 2; },
           [](Session& s) { s.study.labels.values = {1}; }, [](Session& s) { s.study.mask.path = "other"; },
           [](Session& s) { s.study.spacing = SpacingUse::unit; },
           [](Session& s) { s.look.layer = OverlayLayer::distance; }}) {
    Session changed = dragged;
    change(changed);
    EXPECT_EQ(change_between(session, changed), Change::more);
    changed.predict_from<FromMask>().degradation = session.prediction().degradation();
    EXPECT_NE(change_between(session, changed), Change::look);
  }
}

}  // namespace
}  // namespace lossscope
