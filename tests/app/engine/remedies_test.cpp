// SPDX-License-Identifier: Apache-2.0
// What the engine refuses, again after what the remedy says.
#include "tests/io/remedies.h"

#include <gtest/gtest.h>

#include "app/engine/case_loader.h"
#include "app/engine/loss_run.h"
#include "app/engine/script_loss.h"
#include "tests/app/engine/class_memory.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::ClassMemory;
using testing::MemoryCase;
using testing::remedy_works;
using testing::Told;
using testing::told_by;

TEST(EngineRemedies, ADescentThatIsGoneIsBegunAnew) {
  MemoryCase files;
  Volume state;
  Sources sources = files.sources();
  sources.runs = [&](const FromRun&) { return state; };
  const auto told = [&] {
    CaseLoader loader(1, sources);
    Session session = MemoryCase::session();
    session.look.playback = FromRun{0, 3};
    return told_by([&] { return loader.load(session, {}, {}); });
  };
  const Told left = told();
  state = make_volume({{3, 3, 3}}, VoxelType::float32);
  const Told of_another = told();
  state = make_volume(files.grid(), VoxelType::float32);
  std::ranges::fill(state.voxels<float>(), 0.5F);
  EXPECT_TRUE(remedy_works("E_PLAYBACK", "begin a new one", left, told()));
  EXPECT_TRUE(remedy_works("E_PLAYBACK", "begin a new one", of_another, told()));
}

TEST(EngineRemedies, ALossOfOnesOwnIsOfOneStructure) {
  ClassMemory memory;
  CaseLoader loader(1, memory.sources());
  const Session session = ClassMemory::session();
  const auto told = [&](const Session& asked, const std::string& loss) {
    Session script = asked;
    script.loss.script = "def loss(p, g):\n    return (p - g).abs().mean()\n";
    const CaseDataPtr data = loader.load(asked, {}, {});
    LossRun run(1);
    Timing timing;
    return told_by([&] { return run.evaluate(loss, script, *data, timing, {}); });
  };
  const std::string own(kScriptLoss);
  const Told refused = told(session, own);
  EXPECT_TRUE(remedy_works("E_SCRIPT_CLASSES", "choose one label as the structure", refused,
                           told(ClassMemory::binary(1), own)));
  EXPECT_TRUE(remedy_works("E_SCRIPT_CLASSES", "or another loss", refused, told(session, "dice")));
}

TEST(EngineRemedies, AScriptOfOthersIsRunByHim) {
  MemoryCase files;
  CaseLoader loader(1, files.sources());
  Session session = MemoryCase::session();
  session.loss.script = "def loss(p, g):\n    return (p - g).abs().mean()\n";
  const CaseDataPtr data = loader.load(session, {}, {});
  bool is_pressed = false;
  LossRun run(1, [&](const std::string&) { return is_pressed; });
  const auto told = [&] {
    Timing timing;
    return told_by([&] { return run.evaluate(std::string(kScriptLoss), session, *data, timing, {}); });
  };
  const Told refused = told();
  is_pressed = true;  // "Evaluate" does that: panels_test presses it
  EXPECT_TRUE(remedy_works("E_SCRIPT_TRUST", "press Evaluate below it", refused, told()));
}

}  // namespace
}  // namespace lossscope
