// SPDX-License-Identifier: Apache-2.0
// How the axes of a volume without a place run, by what it shows: against Pearson's correlation, written down anew.
#include "app/io/agreement.h"

#include <random>

#include "app/io/fit_choices.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

constexpr std::array<std::int64_t, 3> kSize{6, 5, 4};

/// A mask that no turn maps on itself, in one corner.
Volume corner_mask(const std::array<std::int64_t, 3>& size) {
  Volume mask = make_volume({size, {1, 1, 1}, {0, 0, 0}}, VoxelType::uint8);
  std::ranges::fill(mask.voxels<std::uint8_t>(), std::uint8_t{0});
  for (const auto& [i, j, k] :
       {std::array{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {0, 1, 0}, {1, 1, 0}, {0, 0, 1}, {0, 2, 1}}) {
    mask.voxels<std::uint8_t>()[static_cast<std::size_t>(mask.grid.offset(i, j, k))] = 1;
  }
  return mask;
}

/// A noisy prediction of the mask whose axis a is the mask's axis order[a], backwards where it says so.
LoadedVolume turned_prediction(const Volume& mask, const std::array<std::size_t, 3>& order,
                               const std::array<bool, 3>& backwards) {
  LoadedVolume loaded;
  loaded.path = "turned.nii";
  Grid grid{{}, {1, 1, 1}, {0, 0, 0}};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    grid.size[axis] = mask.grid.size[order[axis]];
  }
  loaded.grid = grid;
  loaded.volume = make_volume(grid, VoxelType::float32);
  std::mt19937 random(3);
  std::uniform_real_distribution<float> noise(-0.1F, 0.1F);
  for (std::int64_t k = 0; k < grid.size[2]; ++k) {
    for (std::int64_t j = 0; j < grid.size[1]; ++j) {
      for (std::int64_t i = 0; i < grid.size[0]; ++i) {
        const std::array<std::int64_t, 3> own{i, j, k};
        std::array<std::int64_t, 3> at{};
        for (std::size_t axis = 0; axis < 3; ++axis) {
          at[order[axis]] = backwards[axis] ? grid.size[axis] - 1 - own[axis] : own[axis];
        }
        const bool inside =
            mask.voxels<std::uint8_t>()[static_cast<std::size_t>(mask.grid.offset(at[0], at[1], at[2]))];
        loaded.volume.voxels<float>()[static_cast<std::size_t>(grid.offset(i, j, k))] =
            (inside ? 0.8F : 0.2F) + noise(random);
      }
    }
  }
  return loaded;
}

double correlation_with(const Volume& mask, const Volume& values) {
  const auto a = mask.voxels<std::uint8_t>();
  const auto b = values.voxels<float>();
  const auto n = static_cast<double>(a.size());
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = static_cast<double>(b[i]);
    sa += x, sb += y, saa += x * x, sbb += y * y, sab += x * y;
  }
  return (n * sab - sa * sb) / std::sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
}

TEST(Agreement, EveryTurnIsFoundAndTakenBack) {
  const Volume mask = corner_mask(kSize);
  const Volume straight = turned_prediction(mask, {0, 1, 2}, {}).volume;
  std::array<std::size_t, 3> order{0, 1, 2};
  int found = 0;
  do {
    for (unsigned flips = 0; flips < 8; ++flips) {
      const std::array<bool, 3> backwards{(flips & 1) != 0, (flips & 2) != 0, (flips & 4) != 0};
      const LoadedVolume loaded = turned_prediction(mask, order, backwards);
      const BetterTurns judged = better_turns(mask, loaded);
      const std::vector<Agreement>& better = judged.turns;
      if (order == std::array<std::size_t, 3>{0, 1, 2}) {
        EXPECT_NEAR(judged.as_it_is, correlation_with(mask, loaded.volume), 1e-5);
      }
      if (order == std::array<std::size_t, 3>{0, 1, 2} && flips == 0) {
        EXPECT_TRUE(better.empty()) << "it lies right";
        continue;
      }
      ASSERT_EQ(better.size(), 1U) << flips;
      const std::string letters = better.front().turn.letters();
      std::vector<Assumption> assumptions;
      const FittedPrediction fitted = fit_prediction(mask.grid, loaded, Role::prediction,
                                                     grid_choice({{Question::grid, letters}}), assumptions, 0, {mask});
      EXPECT_TRUE(fitted.is_answered);
      EXPECT_NEAR(better.front().correlation, correlation_with(mask, fitted.volume), 1e-5);
      EXPECT_GT(better.front().correlation, 0.9);
      ASSERT_EQ(assumptions.size(), 1U);
      EXPECT_EQ(assumptions.front().code, "W_TURNED") << letters;
      ++found;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(found, 47);
}

TEST(Agreement, NothingIsSaidWhereNothingIsKnown) {
  const Volume mask = corner_mask(kSize);
  LoadedVolume loaded = turned_prediction(mask, {0, 1, 2}, {true, false, false});
  EXPECT_FALSE(better_turns(mask, loaded).turns.empty());
  Volume full = corner_mask(kSize), empty = corner_mask(kSize);
  std::ranges::fill(full.voxels<std::uint8_t>(), std::uint8_t{1});
  std::ranges::fill(empty.voxels<std::uint8_t>(), std::uint8_t{0});
  EXPECT_TRUE(better_turns(full, loaded).turns.empty());
  EXPECT_TRUE(better_turns(empty, loaded).turns.empty());
  EXPECT_TRUE(better_turns({}, loaded).turns.empty());
  std::ranges::fill(loaded.volume.voxels<float>(), 0.5F);
  EXPECT_TRUE(better_turns(mask, loaded).turns.empty());
}

TEST(Agreement, TheBackgroundsChannelLiesRight) {
  const Volume mask = corner_mask(kSize);
  LoadedVolume loaded = turned_prediction(mask, {0, 1, 2}, {});
  for (float& value : loaded.volume.voxels<float>()) {
    value = 1 - value;
  }
  EXPECT_EQ(better_turns(mask, loaded).evidence, Evidence::none);
  EXPECT_TRUE(better_turns(mask, loaded).turns.empty());
}

TEST(Agreement, LettersAreTurns) {
  EXPECT_EQ(turn_number("ijk"), 0U);
  for (std::size_t number = 0; number < Turn::kAll; ++number) {
    const std::string letters = Turn::of_number(number).letters();
    EXPECT_EQ(turn_number(letters), number);
    EXPECT_NO_THROW(check_answer(Question::grid, letters)) << letters;
    EXPECT_EQ(turn_in(grid_choice({{Question::grid, letters}})), number);
  }
  for (const char* wrong : {"", "ij", "iij", "ijkk", "xyz", "ignore"}) {
    EXPECT_EQ(turn_number(wrong), std::nullopt) << wrong;
  }
  EXPECT_THROW(check_answer(Question::grid, "iij"), std::invalid_argument);
  EXPECT_EQ(Turn::of_number(*turn_number("kjI")).words(), "k, j and i backwards");
}

TEST(Choices, FlagsAreQuotedAsAShellWantsIt) {
  const auto flag = [](const char* name) { return Choice{Question::array, name, "", ""}.flag(); };
  EXPECT_EQ(flag("prediction"), "--array prediction");
  EXPECT_EQ(flag("arr 0"), "--array 'arr 0'");
  EXPECT_EQ(flag("it's"), "--array 'it'\\''s'");
  EXPECT_EQ(flag("$HOME"), "--array '$HOME'");
}

TEST(Agreement, WhatIsHighWhereTheMaskIsNotIsToldAndNotTurned) {
  const Volume mask = corner_mask(kSize);
  LoadedVolume inverted = turned_prediction(mask, {0, 1, 2}, {});
  for (float& p : inverted.volume.voxels<float>()) {
    p = 1 - p;
  }
  const BetterTurns judged = better_turns(mask, inverted);
  EXPECT_TRUE(judged.is_opposite);
  EXPECT_TRUE(judged.turns.empty());
  const auto codes = [&](const LoadedVolume& loaded) {
    std::vector<Assumption> told;
    std::string all;
    EXPECT_FALSE(judge_axes(loaded, GridChoice::refuse, {mask}, told));
    for (const Assumption& one : told) {
      all += one.code + ' ';
    }
    return all;
  };
  EXPECT_EQ(codes(inverted), "W_OPPOSITE ");
  EXPECT_EQ(codes(turned_prediction(mask, {0, 1, 2}, {})), "");
}

}  // namespace
}  // namespace lossscope
