// SPDX-License-Identifier: Apache-2.0
// When it is asked how the axes of a prediction run: a turned one always, a right one never, however bad it is.
#include <functional>
#include <random>

#include "app/io/fit_choices.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

constexpr std::int64_t kSide = 24;
using At = std::array<std::int64_t, 3>;
using Shape = std::function<bool(const At&)>;
using Field = std::function<double(const At&)>;

const Grid kPlaced{{kSide, kSide, kSide}, {1.5, 1, 2}, {-30, 20, 5}}, kDefault{{kSide, kSide, kSide}, {1, 1, 1}, {}};

template <class T, class At_>
Volume filled(const Grid& grid, VoxelType type, const At_& value) {
  Volume volume = make_volume(grid, type);
  for (std::int64_t k = 0; k < kSide; ++k) {
    for (std::int64_t j = 0; j < kSide; ++j) {
      for (std::int64_t i = 0; i < kSide; ++i) {
        volume.voxels<T>()[static_cast<std::size_t>(grid.offset(i, j, k))] = static_cast<T>(value(At{i, j, k}));
      }
    }
  }
  return volume;
}

Volume mask_of(const Shape& shape, const Grid& grid = kPlaced) {
  return filled<std::uint8_t>(grid, VoxelType::uint8, shape);
}

LoadedVolume array_of(const Field& field) {
  LoadedVolume loaded;
  loaded.path = "/a/folder/p.npy";
  loaded.format = "NumPy";
  loaded.has_grid = false;
  loaded.grid = kDefault;
  loaded.volume = filled<float>(kDefault, VoxelType::float32, field);
  return loaded;
}

LoadedVolume file_of(const Field& field, const Grid& grid) {
  LoadedVolume loaded = array_of(field);
  loaded.path = "/a/folder/p.nii.gz";
  loaded.format = "NIfTI";
  loaded.has_grid = true;
  loaded.grid = loaded.volume.grid = grid;
  return loaded;
}

Field probability_of(const Shape& shape, double noise = 0, unsigned seed = 1) {
  return [=, random = std::mt19937(seed)](const At& at) mutable {
    const double drawn = static_cast<double>(random()) / 4294967295.0 - 0.5;
    return std::clamp(0.05 + (shape(at) ? 0.85 : 0.0) + noise * drawn, 0.0, 1.0);
  };
}

Shape turned_shape(const Shape& shape, const std::array<std::size_t, 3>& order, const std::array<bool, 3>& backwards) {
  return [=](const At& at) {
    At from{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      from[order[axis]] = backwards[axis] ? kSide - 1 - at[axis] : at[axis];
    }
    return shape(from);
  };
}

Shape ball(double x, double y, double z, double radius) {
  return [=](const At& at) {
    const double dx = static_cast<double>(at[0]) - x, dy = static_cast<double>(at[1]) - y,
                 dz = static_cast<double>(at[2]) - z;
    return dx * dx + dy * dy + dz * dz <= radius * radius;
  };
}

Shape both(const Shape& a, const Shape& b) {
  return [=](const At& at) { return a(at) || b(at); };
}

/// Lies to one side, and no turn of it is alike.
const Shape kBean = both(ball(7, 9, 12, 4), ball(9, 13, 15, 3));

struct Outcome {
  bool asked = false, told = false, answered = false;
  std::vector<std::string> ways;
  std::optional<Role> role;
  Volume volume;
};

Outcome outcome_of(const MaskBeside& beside, const LoadedVolume& loaded, const Answers& answers = {}) {
  Outcome outcome;
  std::vector<Assumption> assumptions;
  try {
    FittedPrediction fitted =
        fit_prediction(beside.volume.grid, loaded, Role::prediction, grid_choice(answers), assumptions, 0, beside);
    outcome.volume = std::move(fitted.volume);
    outcome.answered = fitted.is_answered;
  } catch (const Refusal& refusal) {
    outcome.asked = refusal.code == "E_GRID";
    outcome.role = refusal.role;
    for (const Choice& way : refusal.choices) {
      outcome.ways.push_back(way.flag());
      EXPECT_NE(refusal.remedy.find(way.flag()), std::string::npos) << refusal.remedy;
    }
  }
  outcome.told = std::ranges::any_of(assumptions, [](const Assumption& a) { return a.code == "W_TURN_LIKELY"; });
  for (const Assumption& assumption : assumptions) {
    EXPECT_EQ(assumption.text.find("/a/folder"), std::string::npos) << "the name is enough: " << assumption.text;
  }
  return outcome;
}

using Ways = std::vector<std::string>;

struct Turned {
  std::string flag;
  std::array<std::size_t, 3> order;
  std::array<bool, 3> backwards;
};
const std::vector<Turned> kTurned{{"--grid kji", {2, 1, 0}, {}},
                                  {"--grid jik", {1, 0, 2}, {}},
                                  {"--grid Ijk", {0, 1, 2}, {true, false, false}},
                                  {"--grid iJk", {0, 1, 2}, {false, true, false}},
                                  {"--grid ijK", {0, 1, 2}, {false, false, true}},
                                  {"--grid IJk", {0, 1, 2}, {true, true, false}}};

TEST(Axes, AnArrayThatAgreesFarBetterTurnedIsAskedAbout) {
  const Volume mask = mask_of(kBean);
  for (const Turned& each : kTurned) {
    const LoadedVolume array = array_of(probability_of(turned_shape(kBean, each.order, each.backwards), 0.3));
    const Outcome outcome = outcome_of({mask}, array);
    EXPECT_TRUE(outcome.asked) << each.flag;
    EXPECT_EQ(outcome.ways, (Ways{each.flag, "--grid ignore"}));
    EXPECT_EQ(outcome.role, Role::prediction);
    const Outcome as_it_is = outcome_of({mask}, array, {{Question::grid, "ignore"}});
    EXPECT_TRUE(as_it_is.told && as_it_is.answered && !as_it_is.asked);
    EXPECT_TRUE(std::ranges::equal(as_it_is.volume.voxels<float>(), array.volume.voxels<float>()));
    const Outcome right = outcome_of({mask}, array, {{Question::grid, each.flag.substr(7)}});
    EXPECT_TRUE(right.answered && !right.asked && !right.told);
    EXPECT_TRUE(outcome_of({mask, nullptr, {}, false}, array).told) << "of a model it is told alone";
  }
}

TEST(Axes, AFileWithoutAPlaceIsAskedAboutAndOneWithAPlaceIsTold) {
  const Volume mask = mask_of(kBean), placeless = mask_of(kBean, kDefault);
  LoadedVolume labels;
  labels.grid = kDefault;
  labels.volume = placeless;
  for (const Turned& each : kTurned) {
    const Field field = probability_of(turned_shape(kBean, each.order, each.backwards), 0.3);
    const Ways first{each.flag, "--grid ignore"};
    EXPECT_EQ(outcome_of({mask}, file_of(field, kDefault)).ways, first) << "the mask alone has a place";
    EXPECT_EQ(outcome_of({placeless, &labels}, file_of(field, kDefault)).ways, first) << "none of the two has one";
    const Outcome told = outcome_of({mask}, file_of(field, kPlaced));
    EXPECT_TRUE(told.told && !told.asked) << "both headers say it";
  }
  const Outcome right = outcome_of({placeless, &labels}, file_of(probability_of(kBean, 0.3), kDefault));
  EXPECT_TRUE(!right.asked && !right.told);
}

TEST(Axes, OfAMaskThatIsAnArrayTheMaskIsAskedAbout) {
  LoadedVolume labels = array_of([](const At&) { return 0; });
  labels.path = "/a/folder/m.npy";
  const Shape reversed = turned_shape(kBean, {2, 1, 0}, {});
  const Volume mask = mask_of(reversed), flipped = mask_of(turned_shape(kBean, {0, 1, 2}, {true, false, false}));
  labels.volume = mask;
  const LoadedVolume file = file_of(probability_of(kBean, 0.3), kPlaced);
  const Outcome outcome = outcome_of({mask, &labels}, file);
  EXPECT_EQ(outcome.ways, (Ways{"--order xyz", "--grid ignore"}));
  EXPECT_EQ(outcome.role, Role::mask);
  EXPECT_TRUE(outcome_of({mask, &labels, GridChoice::ignore_header}, file).answered) << "said of the mask";
  labels.volume = flipped;
  EXPECT_EQ(outcome_of({flipped, &labels}, file).ways, (Ways{"--grid Ijk", "--grid ignore"}));
}

TEST(Axes, LessIsToldAndLittleIsNot) {
  const auto bar = [](std::int64_t first, std::int64_t row) {
    return [=](const At& at) {
      return at[0] >= first && at[0] < first + 8 && at[1] >= row && at[1] < row + 4 && at[2] >= 10 && at[2] < 14;
    };
  };
  const Shape mask_shape = bar(3, 10), mirrored = bar(13, 10), nearly = bar(4, 10), elsewhere = bar(3, 2);
  const Volume mask = mask_of(mask_shape);
  EXPECT_EQ(better_turns(mask, array_of(probability_of(nearly, 0.2))).evidence, Evidence::none);
  EXPECT_FALSE(outcome_of({mask}, array_of(probability_of(nearly, 0.2))).told);
  // Three parts of one size, so that their correlations with the mask are as their weights.
  const auto mixed = [&](double turned_part, double right_part, double other_part) -> Field {
    return [=](const At& at) {
      return (mirrored(at) ? turned_part : 0) + (mask_shape(at) ? right_part : 0) + (elsewhere(at) ? other_part : 0);
    };
  };
  const Field strong = mixed(0.5, 0.36, 0.45), some = mixed(0.7, 0.6, 0.39), clear = mixed(0.5, 0.1, 0.2);
  EXPECT_EQ(better_turns(mask, array_of(strong)).evidence, Evidence::strong);
  EXPECT_EQ(better_turns(mask, array_of(some)).evidence, Evidence::some);
  EXPECT_EQ(better_turns(mask, array_of(clear)).evidence, Evidence::clear);
  EXPECT_TRUE(outcome_of({mask}, array_of(clear)).asked);
  const Outcome told = outcome_of({mask}, array_of(strong)), silent = outcome_of({mask}, array_of(some));
  EXPECT_TRUE(told.told && !told.asked && !silent.told && !silent.asked);
  EXPECT_EQ(outcome_of({mask}, file_of(strong, kDefault)).ways.front(), "--grid Ijk") << "it is asked anyway";
  const Ways behind = outcome_of({mask}, file_of(some, kDefault)).ways;
  EXPECT_EQ(behind.front(), "--grid ignore");
  EXPECT_TRUE(std::ranges::find(behind, "--grid Ijk") != behind.end());
}

TEST(Axes, ARightFileIsNeverAskedAbout) {
  const Shape centre = ball(11.5, 11.5, 11.5, 6), cube = [](const At&at) {
    return std::ranges::all_of(at, [](std::int64_t n) { return n >= 6 && n < 18; });
  };
  const auto nothing = [](const At&) { return 0.0; };
  const std::vector<std::tuple<std::string, Shape, Field>> cases{
      {"a ball in the middle", centre, probability_of(centre, 0.3)},
      {"a cube in the middle", cube, probability_of(cube, 0.3)},
      {"much noise", kBean, probability_of(kBean, 4)},
      {"a part alone", kBean, probability_of(ball(9, 13, 15, 3), 0.2)},
      {"beside it", kBean, probability_of(ball(10, 9, 12, 4), 0.2)},
      {"elsewhere", kBean, probability_of(ball(3, 20, 4, 2), 0.2)},
      {"nothing", kBean, nothing},
      {"noise", kBean, probability_of([](const At&) { return false; }, 1)},
      {"everywhere", kBean, probability_of([](const At&) { return true; }, 0.1)},
      {"the other way about", kBean, [](const At& at) { return kBean(at) ? 0.1 : 0.9; }},
      {"a lesion of four voxels, found where it is not", ball(4.5, 4.5, 4, 1), probability_of(ball(18.5, 4.5, 4, 1))}};
  for (const auto& [name, shape, field] : cases) {
    const Volume mask = mask_of(shape);
    const Outcome outcome = outcome_of({mask}, array_of(field));
    EXPECT_FALSE(outcome.asked) << name;
  }
}

TEST(Axes, TheOtherHalfIsAskedAbout) {
  const Shape half = [](const At& at) { return at[0] < kSide / 2; };
  for (const double noise : {0.2, 2.0, 4.0}) {
    const LoadedVolume other = array_of(probability_of(turned_shape(half, {0, 1, 2}, {true, false, false}), noise));
    const Ways ways = outcome_of({mask_of(half)}, other).ways;
    ASSERT_FALSE(ways.empty()) << noise;
    EXPECT_EQ(ways.front(), "--grid Ijk") << noise;
    EXPECT_EQ(ways.back(), "--grid ignore") << noise;
    EXPECT_FALSE(outcome_of({mask_of(half)}, array_of(probability_of(half, noise))).asked) << noise;
  }
}

TEST(Axes, APredictionOfAnotherLabelIsNotTurned) {
  const Shape left = ball(6, 12, 12, 4), right = ball(17, 12, 12, 4);
  LoadedVolume labels;
  labels.grid = kPlaced;
  labels.volume = filled<std::uint8_t>(kPlaced, VoxelType::uint8, [&](const At& at) {
    return left(at) ? 1 : right(at) ? 2 : 0;
  });
  const LoadedVolume of_left = array_of(probability_of(left, 0.2));
  const Volume mask = mask_of(right);
  EXPECT_FALSE(outcome_of({mask, &labels}, of_left).asked) << "the left one beside the right one";
  EXPECT_TRUE(outcome_of({mask}, of_left).asked) << "without its label, it seems to be mirrored";
}

TEST(Axes, APredictionOfAllLabelsTellsItsAxesWhicheverIsChosen) {
  const Shape whole = both(ball(7, 9, 12, 4), ball(9, 13, 15, 3)), part = ball(8, 10, 13, 1.5);
  LoadedVolume labels;
  labels.grid = kPlaced;
  labels.volume = filled<std::uint8_t>(kPlaced, VoxelType::uint8, [&](const At& at) {
    return part(at) ? 2 : whole(at) ? 1 : 0;
  });
  labels.labels = {{0, 1}, {1, 1}, {2, 1}};
  const Volume mask = mask_of(part);
  const LoadedVolume reversed = array_of(probability_of(turned_shape(whole, {2, 1, 0}, {}), 0.2));
  EXPECT_EQ(outcome_of({mask, &labels}, reversed).ways, (Ways{"--grid kji", "--grid ignore"}));
  EXPECT_FALSE(outcome_of({mask, &labels}, array_of(probability_of(whole, 0.2))).asked);
}

TEST(Axes, AxesOfOneOrderAloneHaveTheSize) {
  const Grid placed{{6, 9, 4}, {1.5, 1, 2}, {-30, 20, 5}};
  Volume mask = make_volume(placed, VoxelType::uint8);
  std::ranges::fill(mask.voxels<std::uint8_t>(), std::uint8_t{0});
  LoadedVolume loaded = array_of([](const At&) { return 0; });
  loaded.volume = make_volume({{6, 4, 9}, {1, 1, 1}, {}}, VoxelType::float32);
  loaded.grid = loaded.volume.grid;
  std::ranges::fill(loaded.volume.voxels<float>(), 0.5F);
  EXPECT_EQ(outcome_of({mask}, loaded).ways.front(), "--grid ikj") << "though nothing agrees with an empty mask";
}

/// Bodies of any size and place, of which some are found, badly, and others invented.
TEST(Axes, PoorPredictionsThatLieRightAreNotAskedAboutAndTurnedOnesAre) {
  std::mt19937 random(20);
  const auto number = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random()) / 4294967295.0;
  };
  int turned_ones = 0;
  for (int run = 0; run < 200; ++run) {
    Shape mask_shape = [](const At&) { return false; }, found = mask_shape;
    const int bodies = 1 + run % 3;
    for (int body = 0; body < bodies; ++body) {
      const double x = number(4, 19), y = number(4, 19), z = number(4, 19), radius = number(2, 5);
      mask_shape = both(mask_shape, ball(x, y, z, radius));
      const double off = radius / 2;
      if (body == 0 || number(0, 1) < 0.6) {
        found = both(found, ball(x + number(-off, off), y + number(-off, off), z + number(-off, off),
                                 radius * number(0.7, 1.4)));
      }
    }
    if (number(0, 1) < 0.4) {
      found = both(found, ball(number(4, 19), number(4, 19), number(4, 19), number(2, 4)));
    }
    const Volume mask = mask_of(mask_shape);
    const LoadedVolume lies_right = array_of(probability_of(found, 0.5, static_cast<unsigned>(run)));
    const BetterTurns none = better_turns(mask, lies_right);
    EXPECT_FALSE(outcome_of({mask}, lies_right).asked)
        << run << ": " << none.as_it_is << ", turned " << (none.turns.empty() ? 0 : none.turns.front().correlation);
    const LoadedVolume reversed =
        array_of(probability_of(turned_shape(mask_shape, {2, 1, 0}, {}), 0.1, static_cast<unsigned>(run)));
    const BetterTurns better = better_turns(mask, reversed);
    if (better.as_it_is < 0.6) {  // otherwise it is nearly alike
      EXPECT_TRUE(outcome_of({mask}, reversed).asked) << run << ": " << better.as_it_is;
      ++turned_ones;
    }
  }
  EXPECT_GT(turned_ones, 100);
}

}  // namespace
}  // namespace lossscope
