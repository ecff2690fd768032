// SPDX-License-Identifier: Apache-2.0
// Models and losses of TorchScript that are refused, each again after what its remedy says.
#include <filesystem>

#include "app/helper/zip_directory.h"
#include "app/io/script_client.h"
#include "basics/sanitized.h"
#include "tests/app/models/models_testing.h"
#include "tests/io/remedies.h"

namespace lossscope {
namespace {

using namespace testing;

constexpr const char* kIdentity = "def forward(self, x):\n    return torch.sigmoid(x)\n";
/// What only volumes of more than 100 voxels meet.
constexpr const char* kEndlessWhereLarge =
    "def forward(self, x):\n    y = x\n    while y.numel() > 100:\n        y = y * 1.0\n    return y\n";

LoadedVolume tiny_image() {
  LoadedVolume image = small_image();
  image.grid.size = {4, 4, 4};
  image.volume = make_volume(image.grid, VoxelType::float32);
  std::ranges::fill(image.volume.voxels<float>(), 0.25F);
  return image;
}

class ModelRemedies : public ::testing::Test {
 protected:
  [[nodiscard]] std::string exported(const std::string& methods) const {
    save_model(model_, methods);
    return model_;
  }
  [[nodiscard]] Told told(const std::string& methods, const ModelLimits& limits = {std::size_t{2} << 30, 60},
                          const LoadedVolume& image = small_image()) const {
    (void)exported(methods);
    return told_by([&] { return run_model(choice_of(model_), image, {trust_all, limits}); });
  }
  [[nodiscard]] Told told_of_bytes(const std::string& bytes) const {
    write_bytes(model_, {bytes.begin(), bytes.end()});
    return told_by([&] { return inspect_model(model_); });
  }
  /// The archive with other content for what ends with `name`.
  [[nodiscard]] Told told_of_archive(const std::string& name, const std::string& content, int method = 0) const {
    const std::string good = bytes_of(exported(kIdentity));
    std::vector<ZipPart> parts;
    for (const ZipRecord& record : zip_directory({reinterpret_cast<const unsigned char*>(good.data()), good.size()})) {
      const bool is_it = record.name.ends_with(name);
      parts.push_back(is_it ? ZipPart{record.name, content, method} : ZipPart{record.name, content_of(record)});
    }
    const std::string changed = zip_of(parts);
    write_bytes(model_, {changed.begin(), changed.end()});
    return told_by([&] { return run_model(choice_of(model_), small_image(), {trust_all, {}}); });
  }

  Folder folder_;
  std::string model_ = folder_.file("net.pt");
};

TEST_F(ModelRemedies, WhatIsNoModelIsExportedAsOne) {
  const Told text = told_of_bytes("This is a text, and no model.");
  const Told weights = told_of_bytes(zip_of({{"a/data.pkl", "x"}, {"a/version", "3\n"}, {"a/data/0", "1234"}}));
  const Told cut = told_of_bytes("PK");
  const Told version = told_of_archive("/version", "99\n");
  const Told packed = told_of_archive("/data.pkl", std::string(1000, ' '), 8);
  const Told half = told_of_archive("/data/0", "12");
  const Told good = told(kIdentity);
  EXPECT_TRUE(remedy_works("E_MODEL_FORMAT", "export it with torch.jit.save(torch.jit.script(model)", text, good));
  EXPECT_TRUE(remedy_works("E_MODEL_STATE_DICT", "export it with torch.jit.save(", weights, good));
  EXPECT_TRUE(remedy_works("E_MODEL_ZIP", "copy or export it again", cut, good));
  EXPECT_TRUE(remedy_works("E_MODEL_ZIP", "export it with torch.jit.save(", packed, good));
  EXPECT_TRUE(remedy_works("E_MODEL_STORAGE", "export it with torch.jit.save(", half, good));
  EXPECT_TRUE(remedy_works("E_MODEL_VERSION", "export it with a PyTorch of", version, good));
}

TEST_F(ModelRemedies, WhatIsDamagedIsExportedAgain) {
  save_model_with_short_storage(model_);
  const Told storage = told_by([&] { return run_model(choice_of(model_), small_image(), {trust_all, {}}); });
  const std::size_t deep = 300'000;
  const Told stack = told_of_archive("/data.pkl", "\x80\x02" + std::string(deep, '(') + std::string(deep, 't') + ".");
  const Told good = told(kIdentity);
  EXPECT_TRUE(remedy_works("E_MODEL_STORAGE", "export it again", storage, good));
  EXPECT_TRUE(remedy_works("E_MODEL_CRASH", "export it again", stack, good));
}

TEST_F(ModelRemedies, WhatCannotBeShownIsExportedOtherwise) {
  for (const char* wrong : {"(x, x)", "torch.ne(x, 0)", "x[:, :, :, :, 1:]"}) {
    const Told refused = told(std::string("def forward(self, x):\n    return ") + wrong + "\n");
    EXPECT_TRUE(remedy_works("E_MODEL_OUTPUT", "whose forward takes (1, 1, k, j, i) and returns (1, C, k, j, i)",
                             refused, told(kIdentity)))
        << wrong;
  }
  const Told two = told("def forward(self, x):\n    assert x.size(1) == 2, \"wants two images\"\n    return x\n");
  EXPECT_TRUE(remedy_works("E_MODEL", "on a tensor of shape (1, 1, k, j, i)?", two,
                           told("def forward(self, x):\n    assert x.size(1) == 1\n    return x\n")));
}

TEST_F(ModelRemedies, AModelThatWantsNormalisedValuesGetsThem) {
  const char* root = "def forward(self, x):\n    return torch.sqrt(x) / 2\n";
  const Told refused = told(root);
  LoadedVolume normalised = small_image();
  for (float& value : normalised.volume.voxels<float>()) {
    value = (value + 0.3F) / 1.3F;
  }
  EXPECT_TRUE(remedy_works("E_MODEL_NAN", "does it expect a normalised image?", refused, told(root, {}, normalised)));
}

TEST_F(ModelRemedies, WhatTakesTooLongOrTooMuchGetsASmallerVolume) {
  EXPECT_TRUE(remedy_works("E_MODEL_TIMEOUT", "take a smaller volume", told(kEndlessWhereLarge, {0, 3}),
                           told(kEndlessWhereLarge, {0, 60}, tiny_image())));
  EXPECT_TRUE(remedy_works("E_MODEL_TIMEOUT", "does a loop in it never end?", told(kEndlessWhereLarge, {0, 3}),
                           told(kIdentity)));
  if (kSanitized) {
    return;  // no helper has a memory limit under a sanitizer, see seal()
  }
  const char* greedy = "def forward(self, x):\n    n = x.numel()\n    return x + torch.zeros([n * n * n * 8]).sum()\n";
  const ModelLimits limits{std::size_t{1} << 30, 60};
  EXPECT_TRUE(
      remedy_works("E_MODEL_MEMORY", "use a smaller volume", told(greedy, limits), told(greedy, limits, tiny_image())));
  EXPECT_TRUE(remedy_works("E_MODEL_MEMORY", "fewer large intermediate tensors", told(greedy, limits),
                           told(kIdentity, limits)));
}

TEST_F(ModelRemedies, AChangedModelIsTrustedAnew) {
  const ModelChoice before = choice_of(exported(kIdentity));
  (void)exported("def forward(self, x):\n    return x\n");
  const auto run = [](const ModelChoice& model) {
    return told_by([&] { return run_model(model, small_image(), {trust_all, {}}); });
  };
  EXPECT_TRUE(remedy_works("E_MODEL_CHANGED", "trust it anew if you do", run(before), run(choice_of(model_))));
}

/// The program with `lossscope-models` replaced by what says `answer`.
Outcome with_a_broken_helper(const std::string& answer, const std::vector<std::string>& arguments) {
  const Folder folder;
  const std::filesystem::path bin = std::getenv("LOSSSCOPE_BIN");
  std::filesystem::copy_file(bin / "lossscope", folder.file("lossscope"));
  std::filesystem::create_symlink(std::filesystem::absolute(bin / "lossscope-reader"), folder.file("lossscope-reader"));
  write_file(folder.file("lossscope-models"), "#!/bin/sh\nread request <&0\necho '" + answer + "' >&0\n");
  std::filesystem::permissions(folder.file("lossscope-models"), std::filesystem::perms::owner_all);
  ::setenv("LOSSSCOPE_BIN", folder.file("").c_str(), 1);
  Outcome outcome = run_lossscope(arguments);
  ::setenv("LOSSSCOPE_BIN", bin.c_str(), 1);
  return outcome;
}

TEST_F(ModelRemedies, WhatBreaksItsProcessIsHadAnew) {
  const std::vector<std::string> asked{"info", exported(kIdentity), "--as", "model", "--json", "-"};
  EXPECT_TRUE(remedy_works("E_MODEL_CRASH", "get it anew from where it comes from",
                           told_by(with_a_broken_helper(R"({"model": 3})", asked)), told_by(run_lossscope(asked))));
}

class CommandRemedies : public ModelRemedies {
 protected:
  CommandRemedies() {
    write_volume(small_image().volume, image_);
    const Volume mask = make_volume(small_image().grid, VoxelType::uint8);
    std::ranges::fill(mask.voxels<std::uint8_t>().subspan(0, 100), std::uint8_t{1});
    write_volume(mask, mask_);
  }
  [[nodiscard]] Told eval(std::vector<std::string> more) const {
    more.insert(more.begin(),
                {"eval", "--mask", mask_, "--predict", "model:" + model_, "--loss", "dice", "--json", "-"});
    return told_by(run_lossscope(more));
  }
  [[nodiscard]] std::string hash() const {
    const Outcome info = run_lossscope({"info", model_, "--as", "model", "--json", "-"});
    return info.json()["sha256"];
  }

  std::string image_ = folder_.file("image.nii"), mask_ = folder_.file("mask.nii");
};

TEST_F(CommandRemedies, TheHashThatIsToldIsTheOneToTrust) {
  (void)exported(kIdentity);
  const Told refused = eval({"--image", image_});
  const auto at = refused.remedy.find("--trust-model ");
  ASSERT_NE(at, std::string::npos) << refused.remedy;
  const std::string told = refused.remedy.substr(at + 14, 64);
  EXPECT_TRUE(remedy_works("E_MODEL_TRUST", "if you trust its origin: --trust-model ", refused,
                           eval({"--image", image_, "--trust-model", told})));
}

TEST_F(CommandRemedies, ASessionsModelIsTrustedByItsHash) {
  (void)exported(kIdentity);
  const std::string session = folder_.file("session.json");
  write_file(session,
             nlohmann::json{{"lossscope_session", 1},
                            {"image", {{"path", image_}}},
                            {"mask", {{"path", mask_}}},
                            {"prediction", {{"source", "model"}, {"model", {{"path", model_}, {"sha256", hash()}}}}}}
                 .dump());
  const std::vector<std::string> asked{"eval", "--session", session, "--loss", "dice", "--json", "-"};
  std::vector<std::string> trusted = asked;
  trusted.insert(trusted.end(), {"--trust-model", hash()});
  EXPECT_TRUE(remedy_works("E_MODEL_TRUST", "--trust-model with its SHA-256, as lossscope info --as model tells",
                           told_by(run_lossscope(asked)), told_by(run_lossscope(trusted))));
}

TEST_F(CommandRemedies, AModelGetsItsImageAndItsChannel) {
  (void)exported("def forward(self, x):\n    return torch.sigmoid(torch.cat([x, x + 1, x + 2], 1))\n");
  const std::string trusted = hash();
  EXPECT_TRUE(remedy_works("E_MODEL_IMAGE", "open the image as well (--image)",
                           eval({"--trust-model", trusted, "--channel", "0"}),
                           eval({"--trust-model", trusted, "--channel", "0", "--image", image_})));
  const Told refused = eval({"--image", image_, "--trust-model", trusted});
  for (const char* channel : {"0", "1", "2"}) {
    EXPECT_TRUE(remedy_works("E_MODEL_CHANNEL", "choose one of 0 to ", refused,
                             eval({"--image", image_, "--trust-model", trusted, "--channel", channel})));
    EXPECT_NE(refused.remedy.find("0 to 2 (Channel in the window, --channel N)"), std::string::npos);
  }
}

/// A case of 7 x 6 x 5 voxels, or of one slice; some voxels do not count where it says so.
Told told_of_script(const std::string& body, std::int64_t slices = 5, bool all_count = true,
                    const ScriptLimits& limits = {}) {
  const Grid grid{{7, 6, slices}, {1, 1, 1}};
  Problem problem{make_volume(grid, VoxelType::uint8),
                  make_volume(grid, VoxelType::float32),
                  PredictionKind::probability,
                  {1, 1, 1}};
  std::ranges::fill(problem.prediction.voxels<float>(), 0.4F);
  std::ranges::fill(problem.mask.voxels<std::uint8_t>(), std::uint8_t{1});
  if (!all_count) {
    problem.counts = make_volume(grid, VoxelType::uint8);
    std::ranges::fill(problem.counts.voxels<std::uint8_t>(), std::uint8_t{1});
    problem.counts.voxels<std::uint8_t>()[3] = 0;
  }
  return told_by([&] { return evaluate_script(body, problem, {}, limits); });
}

TEST(ScriptRemedies, AWrongScriptIsWrittenRight) {
  const Told good = told_of_script("def loss(p, g):\n    return ((p - g) ** 2).mean()\n");
  EXPECT_TRUE(remedy_works("E_SCRIPT", "write: def loss(p, g): return ...",
                           told_of_script("def lost(p, g):\n    return p.sum()\n"), good));
  EXPECT_TRUE(remedy_works("E_SCRIPT", "write: def loss(p, g): return ...", told_of_script(""),
                           told_of_script("def loss(p, g): return p.sum()")));
  EXPECT_TRUE(remedy_works("E_SCRIPT", "return a tensor: a number, or a map",
                           told_of_script("def loss(p, g):\n    return 3\n"), good));
  const Told shape = told_of_script("def loss(p, g):\n    return p.sum(dim=0)\n");
  EXPECT_TRUE(remedy_works("E_SCRIPT", "return one number, or a map of p's shape", shape, good));
  EXPECT_TRUE(
      remedy_works("E_SCRIPT", "or a map of p's shape", shape, told_of_script("def loss(p, g):\n    return p * g\n")));
  EXPECT_TRUE(remedy_works("E_SCRIPT", "compute the loss from p",
                           told_of_script("def loss(p, g):\n    return g.sum()\n"), good));
  EXPECT_TRUE(remedy_works("E_SCRIPT", "correct the script", told_of_script("def loss(p, g):\n    return q\n"), good));
}

TEST(ScriptRemedies, VoxelsThatDoNotCountAreAThirdArgument) {
  EXPECT_TRUE(remedy_works("E_SCRIPT", "take a third argument, which is 1 where a voxel counts and 0 elsewhere",
                           told_of_script("def loss(p, g):\n    return (p * g).sum()\n", 5, false),
                           told_of_script("def loss(p, g, w):\n    return (w * p * g).sum()\n", 5, false)));
}

TEST(ScriptRemedies, WhatTakesTooLongOrTooMuchIsMadeSmaller) {
  const std::string endless =
      "def loss(p, g):\n    x = p.sum()\n    while bool(x < 1e30):\n        x = x * 1.0\n    return x\n";
  EXPECT_TRUE(remedy_works(
      "E_SCRIPT_TIMEOUT", "does a loop in it never end?", told_of_script(endless, 5, true, {.seconds = 3}),
      told_of_script(
          "def loss(p, g):\n    x = p.sum()\n    while bool(x < 1e3):\n        x = x * 2.0\n    return x\n")));
  const std::string nested =
      "def loss(p, g):\n    return " + std::string(100'000, '(') + "p.sum()" + std::string(100'000, ')') + "\n";
  EXPECT_TRUE(remedy_works("E_SCRIPT", "or simplify it", told_of_script(nested),
                           told_of_script("def loss(p, g):\n    return (p.sum())\n")));
  if (kSanitized) {
    return;  // no helper has a memory limit under a sanitizer, see seal()
  }
  const std::string greedy =
      "def loss(p, g):\n    n = p.numel()\n    return p.sum() * torch.ones([n * n * n * 64]).sum()\n";
  const ScriptLimits limits{.memory_bytes = std::size_t{1} << 30};
  const Told refused = told_of_script(greedy, 5, true, limits);
  EXPECT_TRUE(
      remedy_works("E_SCRIPT_MEMORY", "use a smaller volume", refused, told_of_script(greedy, 1, true, limits)));
}

}  // namespace
}  // namespace lossscope
