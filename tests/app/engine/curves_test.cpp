// SPDX-License-Identifier: Apache-2.0
#include "app/engine/curves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/engine/frame_computer.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

class Curves : public ::testing::TestWithParam<const Loss*> {
 protected:
  Curves() {
    Session session = MemoryCase::session();
    session.loss.id = std::string(GetParam()->declaration().id);
    session.predict_from<FromMask>().degradation.noise = 0.1;
    frame = FrameComputer(1, files.sources()).compute(session);
  }
  [[nodiscard]] const LossResult& result() const { return *frame->result; }
  MemoryCase files;
  std::shared_ptr<Frame> frame;
};

TEST_P(Curves, AtTheVoxelsOwnProbabilityItIsTheValue) {
  for (const std::array<std::int64_t, 3> voxel : {std::array<std::int64_t, 3>{12, 10, 8}, {5, 10, 8}, {0, 0, 0}}) {
    const VoxelProbe probe = probe_voxel(*frame->data, voxel, {}, MapKind::gradient_probability);
    const std::array p{probe.p};
    const auto value = voxel_curve(result(), probe.offset, probe.mask > 0.5, p);
    ASSERT_EQ(value.size(), 1U);
    EXPECT_NEAR(value[0], result().reduction.value, 1e-12 * result().reduction.value);
  }
}

/// Changes the voxel in a copy of the volumes and adds everything up again, with the fields held.
TEST_P(Curves, AnotherVoxelIsAnotherSum) {
  const std::int64_t offset = files.grid().offset(6, 10, 8);
  for (const bool g : {false, true}) {
    const std::array p{0.0, 0.2, 0.75, 1.0};
    const auto curve = voxel_curve(result(), offset, g, p);
    for (std::size_t at = 0; at < p.size(); ++at) {
      Problem problem = result().problem;
      problem.mask = make_volume(files.grid(), VoxelType::uint8);
      problem.prediction = make_volume(files.grid(), VoxelType::float32);
      const auto mask = result().problem.mask.voxels<std::uint8_t>();
      const auto prediction = result().problem.prediction.voxels<float>();
      std::copy(mask.begin(), mask.end(), problem.mask.voxels<std::uint8_t>().begin());
      std::copy(prediction.begin(), prediction.end(), problem.prediction.voxels<float>().begin());
      problem.mask.voxels<std::uint8_t>()[offset] = g ? 1 : 0;
      problem.prediction.voxels<float>()[offset] = static_cast<float>(p[at]);
      const Reduction whole = result().loss->reduce(result().parameters, problem, result().fields);
      EXPECT_NEAR(curve[at], whole.value, 2e-7 * std::abs(whole.value) + 1e-12) << g << ' ' << p[at];
    }
  }
}

TEST_P(Curves, ItsDropToThePerfectPredictionIsTheCounterfactual) {
  const VoxelProbe probe =
      probe_voxel(*frame->data, {6, 10, 8}, std::array{frame->result}, MapKind::gradient_probability);
  const std::array p{probe.p, probe.mask};
  const auto curve = voxel_curve(result(), probe.offset, probe.mask > 0.5, p);
  EXPECT_NEAR(curve[0] - curve[1], probe.losses[0].counterfactual,
              1e-4 * std::abs(probe.losses[0].counterfactual) + 1e-9 * std::abs(curve[0]));
}

TEST_P(Curves, AParameterCurveIsTheLossWithThatParameter) {
  const Loss& loss = *GetParam();
  for (std::size_t parameter = 0; parameter < loss.parameters().size(); ++parameter) {
    const ParameterInfo& info = loss.parameters()[parameter];
    if (!info.choices.empty()) {
      continue;
    }
    const auto at = parameter_samples(info, 3);
    const auto curve = parameter_curve(result(), parameter, at);
    for (std::size_t k = 0; k < at.size(); ++k) {
      ASSERT_GE(at[k], info.minimum);
      ASSERT_LE(at[k], info.maximum);
      Session session = frame->session;
      session.loss.parameters[session.loss.id][std::string(info.id)] = at[k];
      const double direct = FrameComputer(1, files.sources()).compute(session)->reduction->value;
      EXPECT_TRUE(curve[k] == direct || (std::isnan(curve[k]) && std::isnan(direct))) << info.id << ' ' << at[k];
    }
  }
}

std::string id_of(const ::testing::TestParamInfo<const Loss*>& info) {
  return std::string(info.param->declaration().id);
}
INSTANTIATE_TEST_SUITE_P(Losses, Curves, ::testing::ValuesIn(all_losses().begin(), all_losses().end()), id_of);

}  // namespace
}  // namespace lossscope
