// SPDX-License-Identifier: Apache-2.0
// Losses whose voxels may pull the value down: their maps add up all the same, and have colours that tell the signs.
#include <algorithm>
#include <numeric>

#include "app/engine/frame_computer.h"
#include "app/figures/pictures.h"
#include "tests/app/engine/memory_case.h"

#include <gtest/gtest.h>

namespace lossscope {
namespace {

using testing::MemoryCase;

struct Shown {
  widgets::ColourScale scale;
  double value = 0, sum = 0;
  float low = 0, high = 0;
};

Shown shown(const std::string& id, std::map<std::string, double> parameters) {
  MemoryCase files;
  Session session = MemoryCase::session();
  session.loss.id = id;
  session.loss.parameters[id] = std::move(parameters);
  session.look.layer = OverlayLayer::contribution;
  session.look.colours = widgets::ColourMap::fire;
  const auto frame = FrameComputer(1, files.sources()).compute(session);
  const Loss& loss = *find_loss(id);
  LossResult result;
  result.loss = &loss;
  result.problem = problem_of(*frame->data);
  result.parameters = session.loss.values_of(loss);
  FieldCache cache;
  for (const FieldRequest& request : loss.fields(result.parameters)) {
    result.fields.push_back(cache.get(request, result.problem));
  }
  result.reduce(1, {});
  const std::vector<float> map = testing::whole_map(result, MapKind::contribution);
  const auto [low, high] = std::ranges::minmax_element(map);
  return {overlay_scale(*frame), frame->reduction->value, std::accumulate(map.begin(), map.end(), 0.0), *low, *high};
}

TEST(SignedMaps, WhatPullsTheValueDownHasTheOtherColour) {
  const std::vector<std::pair<std::string, std::map<std::string, double>>> cases{
      {"dice", {{"smooth_nr", 10}, {"smooth_dr", 0.01}}}, {"boundary", {}}};
  for (const auto& [id, parameters] : cases) {
    const Shown made = shown(id, parameters);
    EXPECT_LT(made.low, 0) << id;
    EXPECT_EQ(made.scale.map, widgets::ColourMap::blue_red) << id << " has a map that diverges";
    EXPECT_EQ(made.scale.minimum, -made.scale.maximum) << id << ": white is 0";
    EXPECT_NEAR(made.sum, made.value, 1e-4 * std::max(1.0, std::abs(made.value))) << id << " adds up";
  }
}

TEST(SignedMaps, WhatNeverDoesHasTheColoursThatWereChosen) {
  for (const char* id : {"dice", "bce"}) {
    const Shown made = shown(id, {});
    EXPECT_GE(made.low, 0) << id;
    EXPECT_EQ(made.scale.map, widgets::ColourMap::fire) << id;
    EXPECT_NEAR(made.sum, made.value, 1e-4 * std::max(1.0, std::abs(made.value))) << id;
  }
}

}  // namespace
}  // namespace lossscope
