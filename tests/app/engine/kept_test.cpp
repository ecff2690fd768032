// SPDX-License-Identifier: Apache-2.0
#include "app/engine/kept.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace lossscope {
namespace {

TEST(Kept, IsMadeAgainForAnotherKeyAlone) {
  Kept<int, std::string> kept;
  int made = 0;
  const auto make = [&] { return std::to_string(++made); };
  EXPECT_EQ(kept.value(), nullptr);
  EXPECT_EQ(kept.get(5, make), "1");
  EXPECT_EQ(kept.get(5, make), "1");
  EXPECT_EQ(kept.get(6, make), "2");
  EXPECT_EQ(kept.get(5, make), "3") << "one value is kept, not all";
  ASSERT_NE(kept.key(), nullptr);
  EXPECT_EQ(*kept.key(), 5);
  kept.forget();
  EXPECT_EQ(kept.key(), nullptr);
  EXPECT_EQ(kept.get(5, make), "4");
}

TEST(Kept, TheOldValueGoesBeforeTheNewOneIsMade) {
  Kept<int, std::shared_ptr<int>> kept;
  const std::weak_ptr<int> first = kept.get(1, [] { return std::make_shared<int>(1); });
  (void)kept.get(2, [&] {
    EXPECT_TRUE(first.expired());
    return std::make_shared<int>(2);
  });
}

TEST(Kept, NothingIsKeptOfAFailure) {
  Kept<int, int> kept;
  (void)kept.get(1, [] { return 1; });
  EXPECT_THROW((void)kept.get(2, []() -> int { throw std::runtime_error("no"); }), std::runtime_error);
  EXPECT_EQ(kept.value(), nullptr);
  EXPECT_EQ(kept.get(2, [] { return 7; }), 7);
}

}  // namespace
}  // namespace lossscope
