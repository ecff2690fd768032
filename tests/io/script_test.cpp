// SPDX-License-Identifier: Apache-2.0
// Losses written in TorchScript: right numbers, and no harm from wrong or hostile ones.
#include "app/io/script_client.h"

#include <chrono>
#include <thread>

#include "basics/sanitized.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

Problem make_problem(PredictionKind kind = PredictionKind::probability) {
  const Grid grid{{7, 6, 5}, {1, 1, 1}};
  Problem problem{make_volume(grid, VoxelType::uint8), make_volume(grid, VoxelType::float32), kind, {1, 1, 1}};
  for (std::size_t i = 0; i < 210; ++i) {
    problem.mask.voxels<std::uint8_t>()[i] = (i * 7) % 5 < 2 ? 1 : 0;
    problem.prediction.voxels<float>()[i] = static_cast<float>((i * 13) % 101) / 101.0F;
  }
  return problem;
}

std::string refusal_of(const std::string& source, std::size_t memory = std::size_t{4} << 30) {
  try {
    (void)evaluate_script(source, make_problem(), {}, {.memory_bytes = memory});
    return "evaluated";
  } catch (const Refusal& refusal) {
    return refusal.code + ": " + refusal.reason;
  }
}

TEST(Script, AMapGivesContributionsValueAndGradient) {
  const Problem problem = make_problem();
  const ScriptResult result = evaluate_script("def loss(p, g):\n    return (p - g) ** 2 / p.numel()\n", problem);
  double sum = 0;
  ASSERT_FALSE(result.contribution.empty());
  for (std::size_t i = 0; i < 210; ++i) {
    const double d = static_cast<double>(problem.prediction.voxels<float>()[i]) -
                     static_cast<double>(problem.mask.voxels<std::uint8_t>()[i]);
    sum += d * d / 210;
    EXPECT_NEAR(result.contribution.voxels<float>()[i], d * d / 210, 1e-9);
    EXPECT_NEAR(result.gradient.voxels<float>()[i], 2 * d / 210, 1e-8);
  }
  EXPECT_NEAR(result.value, sum, 1e-12);
}

TEST(Script, DiceInTorchScriptIsOurDice) {
  const Problem problem = make_problem();
  const ScriptResult result =
      evaluate_script("def loss(p, g):\n    return 1 - (2 * (p * g).sum() + 1) / (p.sum() + g.sum() + 1)\n", problem);
  const Loss& dice = *find_loss("dice");
  const Reduction reduction = dice.reduce(dice.defaults(), problem, {});
  EXPECT_NEAR(result.value, reduction.value, 1e-9);
  EXPECT_TRUE(result.contribution.empty());
  std::vector<float> gradient(210);
  const MapKind kind = MapKind::gradient_probability;
  const std::span<float> out(gradient);
  dice.map_volume(dice.defaults(), problem, {}, reduction, {&kind, 1}, {&out, 1});
  for (std::size_t i = 0; i < 210; ++i) {
    EXPECT_NEAR(result.gradient.voxels<float>()[i], gradient[i], 1e-8);
  }
}

TEST(Script, LogitsArriveAsProbabilities) {
  const Problem problem = make_problem(PredictionKind::logit);
  double expected = 0;
  for (const float z : problem.prediction.voxels<float>()) {
    expected += 1 / (1 + std::exp(-static_cast<double>(z)));
  }
  EXPECT_NEAR(evaluate_script("def loss(p, g):\n    return p.sum()\n", problem).value, expected, 1e-5);
}

TEST(Script, TheShapeIsThatOfTheVolume) {
  EXPECT_NE(refusal_of("def loss(p, g):\n    return p.sum(dim=0)\n").find("6, 7"), std::string::npos);
  const ScriptResult result =
      evaluate_script("def loss(p, g):\n    return p[1:, :, :].sum() + 0.0 * p.sum()\n", make_problem());
  EXPECT_EQ(result.gradient.voxels<float>()[41], 0.0F) << "the first slice along k";
  EXPECT_EQ(result.gradient.voxels<float>()[42], 1.0F);
}

TEST(Script, ErrorsNameLineAndReason) {
  const std::string unknown = refusal_of("def loss(p, g):\n    q = p - g\n    return qq.sum()\n");
  EXPECT_NE(unknown.find("E_SCRIPT"), std::string::npos);
  EXPECT_NE(unknown.find("line 3"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("qq"), std::string::npos);
  const std::string shape = refusal_of("def loss(p, g):\n    return (p.reshape(3, 5) - g).sum()\n");
  EXPECT_NE(shape.find("line 2"), std::string::npos) << shape;
  EXPECT_NE(refusal_of("def lost(p, g):\n    return p.sum()\n").find("no function 'loss'"), std::string::npos);
  EXPECT_NE(refusal_of("def loss(p, g):\n    return g.sum()\n").find("does not depend"), std::string::npos);
  EXPECT_NE(refusal_of("this is no code").find("E_SCRIPT"), std::string::npos);
  EXPECT_NE(refusal_of("").find("E_SCRIPT"), std::string::npos);
}

TEST(Script, MemoryIsBounded) {
  if (kSanitized) {
    GTEST_SKIP() << "no helper has a memory limit under a sanitizer, see seal()";
  }
  const std::string greedy = "def loss(p, g):\n    return (p.sum() * torch.ones([1000, 1000, 1000])).sum()\n";
  EXPECT_EQ(refusal_of(greedy, std::size_t{1} << 30).substr(0, 15), "E_SCRIPT_MEMORY");
}

TEST(Script, NoFileIsOpened) {
  const std::string reader = "def loss(p, g):\n    return p.sum() * torch.from_file(\"/etc/passwd\", False, 4).sum()\n";
  const std::string answer = refusal_of(reader);
  EXPECT_NE(answer, "evaluated");
  EXPECT_NE(answer.find("open"), std::string::npos) << answer;
}

TEST(Script, AnEndlessLoopIsCancelled) {
  const std::string endless =
      "def loss(p, g):\n    x = p.sum()\n    while bool(x < 1e30):\n        x = x * 1.0\n    return x\n";
  std::stop_source stop;
  std::jthread stopper([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    stop.request_stop();
  });
  EXPECT_THROW((void)evaluate_script(endless, make_problem(), stop.get_token()), Cancelled);
}

}  // namespace
}  // namespace lossscope
