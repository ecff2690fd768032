// SPDX-License-Identifier: Apache-2.0
// Every subcommand that takes a session, with every session that a window may have saved before all was chosen: an
// answer, or an exit code of the contract and what is missing.
#include <map>
#include <regex>

#include "app/io/safe_file.h"
#include "tests/app/commands/run_program.h"

namespace lossscope {
namespace {

using namespace testing;

/// A session, and what its refusal must name; nothing: it is complete.
struct Saved {
  std::string members, missing;
};

const std::map<std::string, Saved>& sessions() {
  static const std::string kMask = R"("mask": {"path": "mask.nii.gz"})",
                           kImage = R"("image": {"path": "image.nii.gz"})",
                           kDegraded = R"("prediction": {"source": "degraded", "degrade": "shift=1,0,0"})";
  static const std::map<std::string, Saved> kSessions{
      {"nothing", {"", "no mask"}},
      {"image alone", {kImage, "no mask"}},
      {"mask alone", {kMask, "no prediction"}},
      {"mask and image", {kMask + ", " + kImage, "no prediction"}},
      {"no mask, degraded", {kImage + ", " + kDegraded, "no mask"}},
      {"no mask, a prediction", {R"("prediction": {"source": "file", "file": {"path": "p.nii.gz"}})", "no mask"}},
      {"a file that was never chosen", {kMask + R"(, "prediction": {"source": "file"})", "no prediction"}},
      {"a file that is gone",
       {kMask + R"(, "prediction": {"source": "file", "file": {"path": "gone.nii"}})", "gone.nii"}},
      {"a mask that is gone", {R"("mask": {"path": "gone.nii"}, )" + kDegraded, "gone.nii"}},
      {"a model that was never chosen", {kMask + R"(, "prediction": {"source": "model"})", "no prediction"}},
      {"a model that is not trusted",
       {kMask + ", " + kImage + R"(, "prediction": {"source": "model", "model": {"path": "m.pt", "sha256": "ab"}})",
        "not trusted"}},
      {"a model without an image",
       {kMask + R"(, "prediction": {"source": "model", "model": {"path": "m.pt", "sha256": "ab"}})", "none is open"}},
      {"a script",
       {kMask + ", " + kDegraded + R"(, "loss": "torchscript", "script": "def loss(p, g):\n  return p")",
        "TorchScript"}},
      {"a script and no prediction", {kMask + R"(, "loss": "torchscript", "script": "x")", "no prediction"}},
      {"a parameter that no loss takes",
       {kMask + ", " + kDegraded + R"(, "loss": "focal", "parameters": {"focal": {"gamma": -5}})", "gamma"}},
      {"a loss that nobody knows", {kMask + ", " + kDegraded + R"(, "loss": "dise")", "dise"}},
      {"no image", {kMask + ", " + kDegraded, ""}},
      {"complete", {kMask + ", " + kImage + ", " + kDegraded, ""}},
  };
  return kSessions;
}

/// What each subcommand needs beside a session.
std::vector<std::string> needs(const std::string& command, const Folder& folder) {
  const std::map<std::string, std::vector<std::string>> known{
      {"eval", {"--json", "-"}},
      {"sweep", {"--vary", "threshold", "--from", "0.25", "--to", "0.75", "--steps", "2"}},
      {"render", {"--view", "axial", "-o", folder.file("out.png")}},
      {"report", {"-o", folder.file("out.html")}}};
  EXPECT_TRUE(known.contains(command)) << "say above what lossscope " << command << " needs beside a session";
  return known.contains(command) ? known.at(command) : std::vector<std::string>();
}

/// The subcommands that take a session, as the help lists them.
std::vector<std::string> commands_with_sessions() {
  const std::string help = run_lossscope({"--help"}).out;
  std::vector<std::string> found;
  const std::regex line("\n  ([a-z][a-z-]*) ");
  const auto begin =
      help.find("ubcommands:") == std::string::npos ? help.find("UBCOMMANDS:") : help.find("ubcommands:");
  const std::string list = help.substr(std::min(begin, help.size()));
  for (std::sregex_iterator at(list.begin(), list.end(), line), end; at != end; ++at) {
    if (run_lossscope({(*at)[1], "--help"}).out.find("--session") != std::string::npos) {
      found.push_back((*at)[1]);
    }
  }
  return found;
}

TEST(IncompleteSessions, AreAnsweredOrSayWhatIsMissing) {
  const Folder folder;
  const Grid grid{{6, 6, 6}, {1, 1, 1}, {0, 0, 0}};
  const Volume mask = make_volume(grid, VoxelType::uint8), image = make_volume(grid, VoxelType::float32);
  for (std::size_t i = 80; i < 120; ++i) {
    mask.voxels<std::uint8_t>()[i] = 1;
    image.voxels<float>()[i] = static_cast<float>(i);
  }
  write_volume(mask, folder.file("mask.nii.gz"));
  write_volume(image, folder.file("image.nii.gz"));
  const auto commands = commands_with_sessions();
  ASSERT_GE(commands.size(), 4U) << "the help's list of subcommands was not understood";
  const std::string session = folder.file("session.json");
  for (const auto& [name, saved] : sessions()) {
    write_file(session, R"({"lossscope_session": 1)" + (saved.members.empty() ? "" : ", " + saved.members) + "}");
    for (const std::string& command : commands) {
      SCOPED_TRACE(command + ", " + name);
      std::vector<std::string> arguments{command, "--session", session};
      const auto more = needs(command, folder);
      arguments.insert(arguments.end(), more.begin(), more.end());
      const Outcome outcome = run_lossscope(arguments);
      if (saved.missing.empty()) {
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        continue;
      }
      EXPECT_TRUE(outcome.code == 2 || outcome.code == 3) << outcome.code << ": " << outcome.err;
      EXPECT_NE(outcome.err.find(saved.missing), std::string::npos) << outcome.err;
    }
  }
}

/// What the refusal of a session without a prediction advises, done.
TEST(IncompleteSessions, TheAdviceWorks) {
  const Folder folder;
  const std::string session = folder.file("session.json");
  write_file(session, R"({"lossscope_session": 1, "mask": {"path": "sample:phantom"}})");
  EXPECT_EQ(run_lossscope({"eval", "--session", session, "--predict", "perfect"}).code, 0);
  EXPECT_EQ(run_lossscope({"eval", "--session", session, "--predict", "degrade:shift=1,0,0"}).code, 0);
  write_file(session, R"({"lossscope_session": 1, "prediction": {"source": "degraded", "degrade": "dilate=1"}})");
  EXPECT_EQ(run_lossscope({"eval", "--session", session, "--mask", "sample:phantom"}).code, 0);
}

}  // namespace
}  // namespace lossscope
