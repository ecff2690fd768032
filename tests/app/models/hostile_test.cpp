// SPDX-License-Identifier: Apache-2.0
// Hostile and broken models: each is stopped and told, and nothing is written.
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdio>

#include "app/helper/zip_directory.h"
#include "basics/sanitized.h"
#include "losses/evaluate.h"
#include "tests/app/commands/run_program.h"
#include "tests/app/models/models_testing.h"
#include "tests/io/helper_testing.h"

namespace lossscope {
namespace {

using namespace testing;

constexpr const char* kLoopInForward =
    "def forward(self, x):\n    y = x\n    while bool(y.sum() < 1e30):\n        y = y * 1.0\n    return y\n";

class Hostile : public ::testing::Test {
 protected:
  Hostile() { write_bytes(secret_, {'s', 'e', 'c', 'r', 'e', 't', '!', '!'}); }
  ~Hostile() override {
    EXPECT_EQ(bytes_of(secret_), "secret!!");
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(secret_).parent_path())) {
      EXPECT_TRUE(entry.path() == secret_ || entry.path() == model_ || entry.path() == pipe_) << entry.path();
    }
    EXPECT_TRUE(running_helpers("lossscope-models").empty());
  }
  [[nodiscard]] std::string outcome(const std::string& methods,
                                    const ModelLimits& limits = {std::size_t{2} << 30, 60}) {
    save_model(model_, methods);
    return outcome_of(model_, limits);
  }
  [[nodiscard]] std::string outcome_of_bytes(const std::string& bytes) {
    write_bytes(model_, {bytes.begin(), bytes.end()});
    return outcome_of(model_);
  }
  /// The code of a run whose process gets `signal` while it runs the model.
  [[nodiscard]] std::string code_after(int signal) const {
    const auto meddle = [signal](double, std::string_view what) {
      if (what.starts_with("trying")) {
        for (const pid_t helper : running_helpers("lossscope-models")) {
          ::kill(helper, signal);
        }
      }
    };
    try {
      (void)run_model(choice_of(model_), small_image(), {trust_all, {0, 60}}, meddle);
      return "ran";
    } catch (const Refusal& refusal) {
      return refusal.code;
    }
  }

  Folder folder_;
  std::string secret_ = folder_.file("secret"), model_ = folder_.file("net.pt"), pipe_ = folder_.file("pipe.pt");
};

TEST_F(Hostile, LoopsForEverAndIsEnded) {
  EXPECT_EQ(outcome(kLoopInForward, {0, 3}).substr(0, 15), "E_MODEL_TIMEOUT");
  EXPECT_EQ(outcome("def forward(self, x):\n    return x\n"
                    "def __getstate__(self) -> int:\n    return 1\n"
                    "def __setstate__(self, state: int):\n    i = state\n    while i > 0:\n        i = 2\n",
                    {0, 3})
                .substr(0, 15),
            "E_MODEL_TIMEOUT")
      << "code that runs while the file is loaded";
}

TEST_F(Hostile, AllocatesWithoutEndAndIsRefused) {
  if (kSanitized) {
    GTEST_SKIP() << "no helper has a memory limit under a sanitizer, see seal()";
  }
  EXPECT_EQ(outcome("def forward(self, x):\n    kept = [x]\n    while len(kept) > 0:\n"
                    "        kept.append(torch.zeros([1000000]) + x.sum())\n    return x\n",
                    {std::size_t{1} << 30, 60})
                .substr(0, 14),
            "E_MODEL_MEMORY");
}

TEST_F(Hostile, CanNeitherWriteNorRead) {
  const std::string created = folder_.file("created");
  const auto from_file = [&](const std::string& path, const char* shared) {
    return outcome("def forward(self, x):\n    y = torch.from_file(\"" + path + "\", " + shared +
                   ", 2)\n    y.fill_(1.0)\n    return x + y.sum()\n");
  };
  EXPECT_EQ(from_file(created, "True").substr(0, 8), "E_MODEL:");
  EXPECT_FALSE(std::filesystem::exists(created));
  EXPECT_EQ(from_file(secret_, "True").substr(0, 8), "E_MODEL:") << "overwriting through a shared mapping";
  EXPECT_EQ(from_file(secret_, "False").substr(0, 8), "E_MODEL:") << "reading";
}

TEST_F(Hostile, DamagedFilesAreRefused) {
  save_model(model_, "def forward(self, x):\n    return x\n");
  const std::string good = bytes_of(model_);
  std::vector<ZipPart> parts;
  for (const ZipRecord& record : zip_directory({reinterpret_cast<const unsigned char*>(good.data()), good.size()})) {
    parts.push_back({record.name, content_of(record)});
  }
  const auto changed = [&](const char* name, const std::string& content, int method = 0) {
    auto other = parts;
    for (ZipPart& part : other) {
      if (part.name.ends_with(name)) {
        part = {part.name, content, method};
      }
    }
    return outcome_of_bytes(zip_of(other));
  };
  const std::size_t deep = 300'000;
  EXPECT_EQ(changed("/data.pkl", "\x80\x02" + std::string(deep, '(') + std::string(deep, 't') + ".").substr(0, 13),
            "E_MODEL_CRASH")
      << "the unpickler runs out of stack";
  EXPECT_EQ(changed("/data.pkl", std::string(std::size_t{64} << 20, ' '), 8).substr(0, 11), "E_MODEL_ZIP");
  EXPECT_NE(changed("/data.pkl", "garbage"), "ran");
  EXPECT_EQ(outcome_of_bytes("This is a text, and no model.").substr(0, 14), "E_MODEL_FORMAT");
  EXPECT_EQ(outcome_of_bytes(zip_of({{"a/data.pkl", "x"}, {"a/version", "3\n"}, {"a/data/0", "1234"}})).substr(0, 18),
            "E_MODEL_STATE_DICT");
  EXPECT_EQ(outcome_of_bytes("").substr(0, 7), "E_EMPTY");
  save_model_with_short_storage(model_);
  EXPECT_EQ(outcome_of(model_).substr(0, 15), "E_MODEL_STORAGE");
}

TEST_F(Hostile, WhatIsNoFileIsNotOpened) {
  ASSERT_EQ(::mkfifo(pipe_.c_str(), 0600), 0);
  for (const std::string& path :
       {pipe_, std::filesystem::path(secret_).parent_path().string(), folder_.file("absent")}) {
    EXPECT_THROW((void)inspect_model(path), Refusal) << path;
  }
}

TEST_F(Hostile, OutputsThatCannotBeShown) {
  EXPECT_NE(outcome("def forward(self, x):\n    return (x, x)\n").find("Tuple"), std::string::npos);
  EXPECT_NE(outcome("def forward(self, x):\n    return torch.ne(x, 0)\n").find("bool"), std::string::npos);
  EXPECT_NE(outcome("def forward(self, x):\n    return x[:, :, :, :, 1:]\n").find("[1, 1, 7, 8, 8]"),
            std::string::npos);
  EXPECT_EQ(outcome("def forward(self, x):\n    return x / 0.0\n").substr(0, 11), "E_MODEL_NAN");
  EXPECT_NE(
      outcome("def forward(self, x):\n    assert False, \"wants two images\"\n    return x\n").find("wants two images"),
      std::string::npos);
}

TEST_F(Hostile, AKilledOrStoppedModelIsARefusal) {
  save_model(model_, kLoopInForward);
  EXPECT_EQ(code_after(SIGKILL), "E_MODEL_CRASH");
  const Environment patience("LOSSSCOPE_PATIENCE", "1");
  EXPECT_EQ(code_after(SIGSTOP), "E_MODEL_TIMEOUT");
}

TEST_F(Hostile, CancellingEndsTheProcess) {
  save_model(model_, kLoopInForward);
  std::stop_source stop;
  std::chrono::steady_clock::time_point asked;
  const auto cancel = [&](double, std::string_view what) {
    if (what.starts_with("trying") && !stop.stop_requested()) {
      asked = std::chrono::steady_clock::now();
      stop.request_stop();
    }
  };
  EXPECT_THROW((void)run_model(choice_of(model_), small_image(), {trust_all, {}}, cancel, stop.get_token()), Cancelled);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - asked;
  std::printf("cancelled after %.0f ms\n", took.count());
}

TEST_F(Hostile, TheCommandLineExitsWithThreeAndTheCode) {
  Folder inputs;
  write_volume(small_image().volume, inputs.file("image.nii"));
  const Volume mask = make_volume(small_image().grid, VoxelType::uint8);
  mask.voxels<std::uint8_t>()[3] = 1;
  write_volume(mask, inputs.file("mask.nii"));
  save_model(model_, kLoopInForward);
  const Outcome outcome = run_lossscope({"eval", "--mask", inputs.file("mask.nii"), "--image", inputs.file("image.nii"),
                                         "--predict", "model:" + model_, "--trust-model", inspect_model(model_).sha256,
                                         "--model-seconds", "3", "--loss", "dice", "--json", "-"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.json()["refused"]["code"], "E_MODEL_TIMEOUT");
  EXPECT_NE(outcome.err.find("net.pt"), std::string::npos);
}

}  // namespace
}  // namespace lossscope
