// SPDX-License-Identifier: Apache-2.0
// Predictions by TorchScript models: the right numbers, and none without trust.
#include <cmath>

#include "tests/app/commands/run_program.h"
#include "tests/app/models/models_testing.h"

namespace lossscope {
namespace {

using namespace testing;

struct Case {
  Folder folder;
  std::string image = folder.file("image.nii.gz"), mask = folder.file("mask.nii.gz"), model = folder.file("net.pt");
  Case() {
    const LoadedVolume loaded = small_image();
    write_volume(loaded.volume, image);
    const Volume g = make_volume(loaded.grid, VoxelType::uint8);
    for (std::size_t i = 0; i < 504; ++i) {
      g.voxels<std::uint8_t>()[i] = i % 5 == 0 ? 1 : 0;
    }
    write_volume(g, mask);
    save_model(model, "def forward(self, x):\n    return torch.sigmoid(x * self.w)\n", 2.5);
  }
  [[nodiscard]] Outcome eval(std::vector<std::string> more) const {
    std::vector<std::string> arguments{"eval", "--mask", mask, "--loss", "bce", "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_lossscope(arguments);
  }
};

TEST(Model, EveryVoxelIsWhatTheFormulaSays) {
  Folder folder;
  save_model(folder.file("net.pt"), "def forward(self, x):\n    return torch.sigmoid(x * self.w).cumsum(4) / 9\n",
             -1.75);
  const LoadedVolume image = small_image();
  const LoadedVolume made = run_model(choice_of(folder.file("net.pt")), image, {trust_all, {}});
  EXPECT_EQ(made.volume.grid, image.grid);
  EXPECT_EQ(made.sha256.size(), 64U);
  double sum = 0, running = 0;
  for (std::size_t at = 0; at < 504; ++at) {
    running = at % 9 == 0 ? 0 : running;  // the last axis of the model's tensor is i, the fastest one
    running += 1 / (1 + std::exp(1.75 * static_cast<double>(image.volume.voxels<float>()[at])));
    ASSERT_NEAR(made.volume.voxels<float>()[at], running / 9, 1e-6) << at;
    sum += running / 9;
  }
  EXPECT_NEAR(made.values.sum, sum, 1e-3);
  EXPECT_EQ(made.assumptions.at(0).code, "W_MODEL_INPUT");
}

TEST(Model, OneOfSeveralChannelsIsChosenNeverGuessed) {
  Folder folder;
  save_model(folder.file("net.pt"), "def forward(self, x):\n    return torch.cat([x, x + 1, x + 2], 1)\n");
  EXPECT_EQ(outcome_of(folder.file("net.pt")).substr(0, 15), "E_MODEL_CHANNEL");
  ModelChoice model = choice_of(folder.file("net.pt"));
  model.channel = 2;
  const LoadedVolume image = small_image();
  const LoadedVolume made = run_model(model, image, {trust_all, {}});
  EXPECT_FLOAT_EQ(made.volume.voxels<float>()[77], image.volume.voxels<float>()[77] + 2);
  model.channel = 3;
  EXPECT_THROW((void)run_model(model, image, {trust_all, {}}), Refusal);
}

TEST(Model, NothingRunsWithoutTrust) {
  Folder folder;
  const std::string path = folder.file("net.pt");
  save_model(path, "def forward(self, x):\n    return x\n");
  const auto code = [&](const ModelChoice& model, const ModelPolicy& policy) {
    try {
      (void)run_model(model, small_image(), policy);
      return std::string("ran");
    } catch (const Refusal& refusal) {
      return refusal.code;
    }
  };
  const ModelChoice model = choice_of(path);
  EXPECT_EQ(code(model, {}), "E_MODEL_TRUST");
  EXPECT_EQ(code(model, {[](const std::string& hash) { return hash == "another"; }, {}}), "E_MODEL_TRUST");
  EXPECT_EQ(code({path, ""}, {trust_all, {}}), "E_MODEL_TRUST");
  EXPECT_EQ(code(model, {trust_all, {}}), "ran");
  save_model(path, "def forward(self, x):\n    return x + 1\n");
  EXPECT_EQ(code(model, {trust_all, {}}), "E_MODEL_CHANGED") << "another file under the trusted one's path";
}

TEST(Model, TheCommandLineNeedsTheHashAndThenAgreesWithTheFormula) {
  const Case c;
  const std::vector<std::string> asked{"--image", c.image, "--predict", "model:" + c.model};
  const Outcome refused = c.eval(asked);
  EXPECT_EQ(refused.code, 3);
  EXPECT_EQ(refused.json()["refused"]["code"], "E_MODEL_TRUST");
  const Outcome info = run_lossscope({"info", c.model, "--as", "model", "--json", "-"});
  ASSERT_EQ(info.code, 0) << info.err;
  const std::string hash = info.json()["sha256"];
  EXPECT_NE(refused.err.find(hash), std::string::npos) << refused.err;
  EXPECT_EQ(info.json()["signature"], "forward(self: __torch__.Net, x: Tensor) -> Tensor");

  auto trusted = asked;
  trusted.insert(trusted.end(), {"--trust-model", hash});
  const Outcome ran = c.eval(trusted);
  ASSERT_EQ(ran.code, 0) << ran.err;
  double expected = 0;
  const LoadedVolume image = small_image();
  for (std::size_t i = 0; i < 504; ++i) {
    const double p = 1 / (1 + std::exp(-2.5 * static_cast<double>(image.volume.voxels<float>()[i])));
    expected -= std::log(i % 5 == 0 ? p : 1 - p) / 504;
  }
  EXPECT_NEAR(ran.json()["losses"][0]["value"].get<double>(), expected, 1e-6);
  EXPECT_EQ(ran.json()["inputs"]["prediction"]["sha256"], hash);
  EXPECT_NE(ran.err.find("W_MODEL_INPUT"), std::string::npos) << ran.err;

  const Outcome alone = c.eval({"--predict", "model:" + c.model, "--trust-model", hash});
  EXPECT_EQ(alone.code, 3);
  EXPECT_EQ(alone.json()["refused"]["code"], "E_MODEL_IMAGE");
}

TEST(Model, LogitsAreAskedForNotGuessed) {
  const Case c;
  save_model(c.model, "def forward(self, x):\n    return x * 5\n");
  std::vector<std::string> asked{"--image",          c.image,         "--predict",
                                 "model:" + c.model, "--trust-model", inspect_model(c.model).sha256};
  const Outcome refused = c.eval(asked);
  EXPECT_EQ(refused.code, 3);
  EXPECT_EQ(refused.json()["refused"]["code"], "E_RANGE") << refused.err;
  asked.insert(asked.end(), {"--kind", "logit"});
  const Outcome ran = c.eval(asked);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.json()["inputs"]["prediction"]["kind"], "logit");
}

}  // namespace
}  // namespace lossscope
