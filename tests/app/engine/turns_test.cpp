// SPDX-License-Identifier: Apache-2.0
#include "basics/turns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stop_token>
#include <thread>
#include <vector>

namespace lossscope {
namespace {

TEST(Turns, AreHeldByOneAtATime) {
  const auto turns = Turns::make();
  std::atomic<int> inside{0}, most{0}, taken{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 50; ++round) {
          const Turns::Turn turn = turns->take({});
          most = std::max(most.load(), ++inside);
          std::this_thread::yield();
          --inside;
          ++taken;
        }
      });
    }
  }
  EXPECT_EQ(most, 1);
  EXPECT_EQ(taken, 200);
}

TEST(Turns, AreNotWaitedForAfterAStop) {
  const auto turns = Turns::make();
  const Turns::Turn held = turns->take({});
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(turns->take(stop.get_token()));
}

TEST(Turns, OutliveTheirMaker) {
  auto turns = Turns::make();
  Turns::Turn held = turns->take({});
  const std::weak_ptr<Turns> alive = turns;
  turns.reset();
  EXPECT_FALSE(alive.expired());
  held.reset();
  EXPECT_TRUE(alive.expired());
}

}  // namespace
}  // namespace lossscope
