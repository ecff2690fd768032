// SPDX-License-Identifier: Apache-2.0
// Results take over the memory of those that were let go: what somebody still shows, exports, plays back or remembers
// for undo must stay as it is, to the bit, whatever is computed meanwhile and on whichever thread.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/engine/frame_computer.h"
#include "losses/descent/descent.h"
#include "losses/outputs.h"
#include "tests/app/engine/memory_case.h"

namespace lossscope {
namespace {

using testing::MemoryCase;

using Bytes = std::vector<unsigned char>;

/// A copy of all that a frame shows and holds.
std::vector<Bytes> contents(const Frame& frame) {
  std::vector<Bytes> all;
  const auto add = [&all](const void* from, std::size_t bytes) {
    const auto* first = static_cast<const unsigned char*>(from);
    all.emplace_back(first, first + bytes);
  };
  const auto add_volume = [&](const Volume& volume) {
    if (!volume.empty()) {
      add(volume.data.get(), static_cast<std::size_t>(volume.grid.voxels()) * bytes_per_voxel(volume.type));
    }
  };
  for (const Volume& volume : {frame.data->mask, frame.data->prediction, frame.data->uncut, frame.distance}) {
    add_volume(volume);
  }
  if (frame.result) {
    for (const FieldPtr& field : frame.result->fields) {
      add_volume(field->map);
    }
  }
  for (const ViewResult& view : frame.views) {
    for (const SharedValues& values : {view.overlay, view.prediction, view.mask, view.distance}) {
      add(values.data(), values.size() * sizeof(float));
    }
  }
  return all;
}

/// What a person does to a case, one after the other; the last two take everything back.
std::vector<Session> steps() {
  std::vector<Session> made{MemoryCase::session()};
  const auto then = [&made](const auto& change) {
    made.push_back(made.back());
    change(made.back());
  };
  then([](Session& s) { testing::degradation_of(s).dilate = 2; });
  then([](Session& s) { s.loss.id = "hausdorff"; });
  then([](Session& s) { testing::degradation_of(s).shift = {-2, 1.5, 0}; });
  then([](Session& s) { s.loss.id = "cmssl"; });
  then([](Session& s) { s.look.layer = OverlayLayer::distance; });
  then([](Session& s) { s.prediction().threshold = 0.3; });
  then([](Session& s) { s.loss.id = "dist_map"; });
  then([](Session& s) { s.prediction().threshold = 0.7; });
  then([](Session& s) { s.look.layer = OverlayLayer::gradient; });
  then([](Session& s) { testing::degradation_of(s).soften = 2; });
  made.push_back(made[3]);
  made.push_back(made[0]);
  return made;
}

/// Lets go of results of the case's size, and takes their memory, as long as it lives.
class Neighbour {
 public:
  explicit Neighbour(Problem problem) : thread_([this, start = std::move(problem)] { work(start); }) {}
  ~Neighbour() {
    done_ = true;
    thread_.join();
  }
  [[nodiscard]] int rounds() const { return rounds_; }

 private:
  void work(const Problem& start) {
    Descent descent(*find_loss("bce"), find_loss("bce")->defaults(), start, {}, 1);
    while (!done_) {
      const Volume before = descent.current().prediction;
      const Bytes copy(static_cast<const unsigned char*>(before.data.get()),
                       static_cast<const unsigned char*>(before.data.get()) + 4 * before.grid.voxels());
      descent.step();
      EXPECT_EQ(std::memcmp(before.data.get(), copy.data(), copy.size()), 0) << "a step that is still shown";
      ++rounds_;
    }
  }
  std::atomic<bool> done_ = false;
  std::atomic<int> rounds_ = 0;
  std::thread thread_;
};

TEST(HeldFrames, StayAsTheyWereWhateverIsComputedMeanwhile) {
  MemoryCase files({112, 96, 80});  // its results are large enough to be kept
  FrameComputer computer(2, files.sources()), other(1, files.sources());
  std::vector<std::pair<FramePtr, std::vector<Bytes>>> held;
  std::vector<std::vector<Bytes>> all;
  Neighbour neighbour(problem_of(*other.compute(MemoryCase::session())->data));
  std::size_t at = 0;
  for (const Session& session : steps()) {
    const FramePtr frame = computer.compute(session);
    all.push_back(contents(*frame));
    if (at++ % 2 == 0) {  // the others are let go, and their memory with them
      held.emplace_back(frame, all.back());
    }
    (void)other.compute(session);
    for (const auto& [shown, as_it_was] : held) {
      ASSERT_TRUE(contents(*shown) == as_it_was) << "after step " << at;
    }
  }
  EXPECT_TRUE(all.back() == all.front()) << "taken back, it is what it was";
  EXPECT_TRUE(all[all.size() - 2] == all[3]);
  EXPECT_GT(neighbour.rounds(), 0);
}

}  // namespace
}  // namespace lossscope
