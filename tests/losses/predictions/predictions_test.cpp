// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "losses/fields/distance.h"
#include "losses/outputs.h"
#include "losses/predictions/components.h"
#include "losses/predictions/degrade.h"
#include "losses/predictions/threshold.h"

namespace lossscope {
namespace {

Grid grid_of(std::array<std::int64_t, 3> size, std::array<double, 3> spacing = {1, 1, 1}) {
  Grid grid;
  grid.size = size;
  grid.spacing = spacing;
  return grid;
}

/// The mask of the voxels for which inside(i, j, k) holds.
template <class Inside>
Volume mask_where(const Grid& grid, const Inside& inside) {
  Volume mask = make_volume(grid, VoxelType::uint8);
  const auto voxels = mask.voxels<std::uint8_t>();
  for (std::int64_t k = 0; k < grid.size[2]; ++k) {
    for (std::int64_t j = 0; j < grid.size[1]; ++j) {
      for (std::int64_t i = 0; i < grid.size[0]; ++i) {
        voxels[grid.offset(i, j, k)] = inside(static_cast<int>(i), static_cast<int>(j), static_cast<int>(k)) ? 1 : 0;
      }
    }
  }
  return mask;
}

/// A ball and, apart from it, two boxes: three components, anisotropic.
Volume three_parts() {
  return mask_where(grid_of({31, 26, 19}, {0.8, 1.0, 1.5}), [](auto i, auto j, auto k) {
    const bool ball = std::hypot(i - 9.0, j - 12.0, 1.4 * (k - 9.0)) < 6.3;
    const bool box = i >= 20 && i < 25 && j >= 4 && j < 9 && k >= 5 && k < 12;
    const bool plate = i >= 19 && i < 29 && j >= 17 && j < 23 && k >= 8 && k < 10;
    return ball || box || plate;
  });
}

std::vector<float> values_of(const Volume& volume) {
  const auto voxels = volume.voxels<float>();
  return {voxels.begin(), voxels.end()};
}

std::vector<float> as_floats(const Volume& mask) {
  const auto voxels = mask.voxels<std::uint8_t>();
  return {voxels.begin(), voxels.end()};
}

Degradation everything() {
  Degradation all;
  all.shift = {1.3, -0.7, 2.2};
  all.dilate = 0.4;
  all.soften = 0.9;
  all.noise = 0.15;
  all.drop = 0.34;
  all.seed = 11;
  return all;
}

TEST(Degrader, ZerosGiveBackTheMask) {
  for (const Volume& mask : {three_parts(), mask_where(grid_of({7, 5, 1}), [](auto i, auto j, auto) { return i > j; }),
                             mask_where(grid_of({4, 4, 4}), [](auto, auto, auto) { return false; }),
                             mask_where(grid_of({4, 4, 4}), [](auto, auto, auto) { return true; })}) {
    EXPECT_EQ(values_of(Degrader(mask).volume({})), as_floats(mask));
  }
}

TEST(Degrader, WholeVoxelShiftMovesTheMask) {
  const Volume mask = three_parts();
  const Grid& grid = mask.grid;
  const std::array<std::int64_t, 3> by{3, -2, 1};
  Degradation degradation;
  for (int axis = 0; axis < 3; ++axis) {
    degradation.shift[axis] = static_cast<double>(by[axis]) * grid.spacing[axis];
  }
  const auto from = mask.voxels<std::uint8_t>();
  const Volume moved = mask_where(grid, [&](auto i, auto j, auto k) {
    const auto at = [&](int axis, std::int64_t index) {
      return std::clamp<std::int64_t>(index - by[axis], 0, grid.size[axis] - 1);
    };
    return from[grid.offset(at(0, i), at(1, j), at(2, k))] != 0;
  });
  EXPECT_EQ(values_of(Degrader(mask).volume(degradation)), as_floats(moved));
}

TEST(Degrader, HalfVoxelShiftInterpolatesTheEdge) {
  const Volume mask = mask_where(grid_of({8, 1, 1}), [](auto i, auto, auto) { return i < 4; });
  Degradation degradation;
  degradation.shift = {0.5, 0, 0};
  degradation.soften = 1;
  const auto p = values_of(Degrader(mask).volume(degradation));
  EXPECT_FLOAT_EQ(p[4], 0.5F);  // the face between voxels 3 and 4 now runs through the centre of 4
  EXPECT_FLOAT_EQ(p[3], 1 / (1 + std::exp(-1.0F)));
  EXPECT_FLOAT_EQ(p[5], 1 / (1 + std::exp(1.0F)));
}

TEST(Degrader, DilateIsTheSetWithinTheDistance) {
  const Volume mask = three_parts();
  const Volume map = signed_distance(mask, mask.grid.spacing);
  const auto distance = map.voxels<float>();
  for (const double by : {1.0, 2.5, -1.0, -2.0}) {
    Degradation degradation;
    degradation.dilate = by;
    const auto p = values_of(Degrader(mask).volume(degradation));
    for (std::size_t at = 0; at < p.size(); ++at) {
      const double to_face = distance[at] < 0 ? distance[at] + 0.4 : distance[at] - 0.4;  // half of 0.8 mm
      if (std::abs(to_face - by) > 1e-5) {
        ASSERT_EQ(p[at], to_face <= by ? 1.0F : 0.0F) << "voxel " << at << " dilate " << by;
      }
    }
  }
}

TEST(Degrader, DilatingByAVoxelAddsOneLayer) {
  const Volume mask = mask_where(grid_of({9, 1, 1}), [](auto i, auto, auto) { return i == 4; });
  Degradation degradation;
  degradation.dilate = 1;
  EXPECT_EQ(values_of(Degrader(mask).volume(degradation)), (std::vector<float>{0, 0, 0, 1, 1, 1, 0, 0, 0}));
}

TEST(Degrader, PlanesEqualTheSlicesOfTheVolume) {
  Degrader degrader(three_parts());
  const Volume volume = degrader.volume(everything(), 3);
  const auto all = volume.voxels<float>();
  const Grid& grid = volume.grid;
  for (int axis = 0; axis < 3; ++axis) {
    const int fast = axis == 0 ? 1 : 0, slow = axis == 2 ? 1 : 2;
    for (const std::int64_t index : {std::int64_t{0}, grid.size[axis] / 2, grid.size[axis] - 1}) {
      std::vector<float> plane(grid.size[fast] * grid.size[slow]);
      degrader.plane(everything(), {axis, index}, plane);
      for (std::int64_t y = 0; y < grid.size[slow]; ++y) {
        for (std::int64_t x = 0; x < grid.size[fast]; ++x) {
          std::array<std::int64_t, 3> at{};
          at[axis] = index;
          at[fast] = x;
          at[slow] = y;
          ASSERT_EQ(plane[x + y * grid.size[fast]], all[grid.offset(at[0], at[1], at[2])]);
        }
      }
    }
  }
  std::vector<float> small(3);
  EXPECT_THROW(degrader.plane({}, {0, 0}, small), std::invalid_argument);
}

TEST(Degrader, ThreadsDoNotMatter) {
  Degrader degrader(three_parts());
  EXPECT_EQ(values_of(degrader.volume(everything(), 1)), values_of(degrader.volume(everything(), 5)));
}

TEST(Degrader, DropLeavesOutWholeComponents) {
  const Volume mask = three_parts();
  Degrader degrader(mask);
  ASSERT_EQ(degrader.components(), 3);
  const Components parts = connected_components(mask);
  std::vector<std::vector<bool>> seen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Degradation degradation;
    degradation.drop = 0.34;
    degradation.seed = seed;
    const auto p = values_of(degrader.volume(degradation));
    std::vector<bool> kept(3);
    for (const lossscope::Run& run : parts.runs) {
      kept[run.component] = p[run.begin] == 1;
    }
    ASSERT_EQ(std::count(kept.begin(), kept.end(), false), 1) << "a third of three";
    for (const lossscope::Run& run : parts.runs) {
      for (std::int64_t at = run.begin; at < run.begin + run.length; ++at) {
        ASSERT_EQ(p[at] == 1, kept[run.component]);
      }
    }
    if (std::find(seen.begin(), seen.end(), kept) == seen.end()) {
      seen.push_back(kept);
    }
  }
  EXPECT_EQ(seen.size(), 3U) << "over many seeds each component is left out once";

  Degradation all;
  all.drop = 1;
  const auto p = values_of(degrader.volume(all));
  EXPECT_EQ(std::count(p.begin(), p.end(), 0.0F), static_cast<std::ptrdiff_t>(p.size()));
  EXPECT_EQ(values_of(degrader.volume({})), as_floats(mask)) << "and back again";
}

TEST(Degrader, DoubtHoldsEveryVoxelAwayFromZeroAndOne) {
  const Volume mask = three_parts();
  Degrader degrader(mask);
  for (const char* how : {"doubt=0.01", "soften=1;doubt=0.01", "noise=0.4;doubt=0.01"}) {
    const Degradation held = parse_degradation(how);
    Degradation free = held;
    free.doubt = 0;
    const auto p = values_of(degrader.volume(held)), q = values_of(degrader.volume(free));
    for (std::size_t i = 0; i < p.size(); ++i) {
      ASSERT_EQ(p[i], std::clamp(q[i], 0.01F, 0.99F)) << how;
    }
  }
}

TEST(Degrader, NoiseHasItsMeanAndDeviationAndFollowsTheSeed) {
  // p = 0.5 everywhere (a face through infinity is not needed: soften is so wide that the sigmoid is flat).
  const Volume mask = mask_where(grid_of({64, 64, 64}), [](auto i, auto, auto) { return i < 32; });
  Degrader degrader(mask);
  Degradation degradation;
  degradation.soften = 1e6;
  degradation.noise = 0.1;
  const auto p = values_of(degrader.volume(degradation));
  const auto n = static_cast<double>(p.size());
  const double mean = std::accumulate(p.begin(), p.end(), 0.0) / n;
  double variance = 0, neighbours = 0;
  for (std::size_t at = 0; at + 1 < p.size(); ++at) {
    variance += (p[at] - mean) * (p[at] - mean) / n;
    neighbours += (p[at] - mean) * (p[at + 1] - mean) / n;
  }
  EXPECT_NEAR(mean, 0.5, 4 * 0.1 / std::sqrt(n));
  EXPECT_NEAR(std::sqrt(variance), 0.1, 0.001);
  EXPECT_NEAR(neighbours / variance, 0, 4 / std::sqrt(n));

  EXPECT_EQ(values_of(degrader.volume(degradation)), p);
  degradation.seed = 2;
  EXPECT_NE(values_of(degrader.volume(degradation)), p);
  degradation.noise = 3;
  const auto wild = values_of(degrader.volume(degradation));
  EXPECT_EQ(*std::min_element(wild.begin(), wild.end()), 0.0F);
  EXPECT_EQ(*std::max_element(wild.begin(), wild.end()), 1.0F);
}

/// The mask with each voxel that does not count in the class of the nearest one that does, found by looking at all.
Volume completed_by_hand(const Volume& mask, const Volume& counts) {
  const Grid& grid = mask.grid;
  return mask_where(grid, [&](int i, int j, int k) {
    std::array<double, 2> nearest{1e9, 1e9};
    for (std::int64_t at = 0; at < grid.voxels(); ++at) {
      const std::int64_t x = at % grid.size[0], y = at / grid.size[0] % grid.size[1],
                         z = at / grid.size[0] / grid.size[1];
      const double away =
          std::hypot(double(x - i) * grid.spacing[0], double(y - j) * grid.spacing[1], double(z - k) * grid.spacing[2]);
      double& least = nearest[mask.voxels<std::uint8_t>()[at] != 0 ? 1 : 0];
      least = counts.voxels<std::uint8_t>()[at] != 0 ? std::min(least, away) : least;
    }
    return nearest[1] < nearest[0];
  });
}

TEST(Degrader, NeverChangesVoxelsThatDoNotCount) {
  const Grid grid = grid_of({17, 14, 9}, {0.8, 1.1, 1.5});
  const auto ignored = [](auto i, auto j, auto k) { return (i + 2 * j) % 7 == 0 || k == 5 || (i > 9 && j < 5); };
  const Volume counts = mask_where(grid, [&](auto i, auto j, auto k) { return !ignored(i, j, k); });
  const Volume mask = mask_where(grid, [&](auto i, auto j, auto k) {
    return !ignored(i, j, k) && (std::hypot(i - 6, j - 6, 1.4 * (k - 4)) < 4.3 || (i > 12 && j > 9));
  });
  Degradation all = everything();
  all.doubt = 0.05;
  Degrader degrader(mask, counts), around(completed_by_hand(mask, counts));
  const auto p = values_of(degrader.volume(all)), elsewhere = values_of(around.volume(all));
  for (std::size_t at = 0; at < p.size(); ++at) {
    const bool counted = counts.voxels<std::uint8_t>()[at] != 0;
    ASSERT_EQ(p[at], counted ? elsewhere[at] : 0) << at;
  }
  EXPECT_EQ(values_of(degrader.volume({})), as_floats(mask));
  for (const int axis : {0, 1, 2}) {
    const PlaneLayout layout = plane_layout(grid, {axis, 5});
    std::vector<float> plane(static_cast<std::size_t>(layout.width * layout.height));
    degrader.plane(all, {axis, 5}, plane);
    for (std::int64_t at = 0; at < std::ssize(plane); ++at) {
      const std::int64_t voxel = layout.begin + at % layout.width * layout.along + at / layout.width * layout.across;
      ASSERT_EQ(plane[static_cast<std::size_t>(at)], p[static_cast<std::size_t>(voxel)]) << "axis " << axis;
    }
  }
}

TEST(Degrader, MakesNoErrorsBesideWhatDoesNotCount) {
  // A mask with a hole that nobody annotated, and a ring of such voxels around it.
  const Grid grid = grid_of({40, 40, 1});
  const auto away = [](auto i, auto j) { return std::hypot(i - 20.0, j - 20.0); };
  const auto counted = [&](auto i, auto j) { return away(i, j) >= 3 && (away(i, j) < 10 || away(i, j) >= 14); };
  const Volume counts = mask_where(grid, [&](auto i, auto j, auto) { return counted(i, j); });
  const Volume mask = mask_where(grid, [&](auto i, auto j, auto) { return counted(i, j) && away(i, j) < 10; });
  Degradation shifted, eroded, dilated;
  shifted.shift = {1, 0, 0};
  eroded.dilate = -1;
  dilated.dilate = 1;
  for (const Degradation& little : {shifted, eroded, dilated}) {
    EXPECT_EQ(values_of(Degrader(mask, counts).volume(little)), as_floats(mask)) << to_string(little);
    EXPECT_NE(values_of(Degrader(mask).volume(little)), as_floats(mask)) << to_string(little);
  }
  dilated.dilate = 4;
  EXPECT_NE(values_of(Degrader(mask, counts).volume(dilated)), as_floats(mask)) << "across the ring";
}

TEST(Degrader, WritesItsPredictionWholeWhateverTheMemoryHeld) {
  const Grid grid = grid_of({128, 96, 64});
  const Volume mask = mask_where(grid, [](auto i, auto j, auto k) { return std::hypot(i - 60, j - 50, k - 30) < 20; });
  Degrader degrader(mask);
  const auto cut_at = [&] { return thresholded(degrader.volume(everything()), PredictionKind::probability, 0.4); };
  const auto fresh = values_of(degrader.volume(everything())), cut = values_of(cut_at());
  {
    const Volume one = make_output(grid, VoxelType::float32), other = make_output(grid, VoxelType::float32);
    std::ranges::fill(one.voxels<float>(), std::numeric_limits<float>::quiet_NaN());
    std::ranges::fill(other.voxels<float>(), std::numeric_limits<float>::quiet_NaN());
  }
  EXPECT_EQ(values_of(degrader.volume(everything())), fresh);
  EXPECT_EQ(values_of(cut_at()), cut);
}

TEST(Degrader, StopsWhenAsked) {
  Degrader degrader(three_parts());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)degrader.volume(everything(), 1, stop.get_token()), Cancelled);
  EXPECT_EQ(values_of(degrader.volume({})), as_floats(three_parts())) << "and works on";
}

TEST(Components, CornersConnectAndRowEndsDoNot) {
  // Voxel (3,0,0) is next to (0,1,0) in memory, but not in space.
  const auto pair = [](std::array<std::int64_t, 3> a, std::array<std::int64_t, 3> b) {
    return connected_components(mask_where(grid_of({4, 4, 4}),
                                           [&](auto i, auto j, auto k) {
                                             const std::array<std::int64_t, 3> at{i, j, k};
                                             return at == a || at == b;
                                           }))
        .count;
  };
  EXPECT_EQ(pair({3, 0, 0}, {0, 1, 0}), 2);
  EXPECT_EQ(pair({0, 0, 0}, {1, 1, 1}), 1);
  EXPECT_EQ(pair({1, 2, 0}, {0, 1, 1}), 1);
  EXPECT_EQ(pair({1, 1, 0}, {2, 0, 0}), 1);
  EXPECT_EQ(pair({0, 0, 0}, {2, 0, 0}), 2);
  EXPECT_EQ(pair({0, 0, 0}, {0, 0, 2}), 2);
}

TEST(Components, ARingOfManyRunsIsOne) {
  const Volume ring = mask_where(grid_of({40, 40, 1}), [](auto i, auto j, auto) {
    const double r = std::hypot(i - 20.0, j - 20.0);
    return r > 12 && r < 15;
  });
  EXPECT_EQ(connected_components(ring).count, 1);
}

TEST(DegradationText, ReadsTheContractAndWritesItBack) {
  const Degradation d = parse_degradation("shift=2,0,0;dilate=1.5;soften=1;noise=0.1;drop=0.2;doubt=0.01;seed=7");
  EXPECT_EQ(d,
            (Degradation{
                .shift = {2, 0, 0}, .dilate = 1.5, .soften = 1, .noise = 0.1, .drop = 0.2, .doubt = 0.01, .seed = 7}));
  EXPECT_EQ(to_string(d), "shift=2,0,0;dilate=1.5;soften=1;noise=0.1;drop=0.2;doubt=0.01;seed=7");
  EXPECT_EQ(parse_degradation(to_string(everything())), everything());
  EXPECT_EQ(parse_degradation(""), Degradation{});
  EXPECT_EQ(to_string(Degradation{}), "");
}

TEST(DegradationText, ErrorsNameTheValidKeys) {
  for (const char* wrong :
       {"shift=1,2", "shift=1,2,3,4", "blur=1", "noise=-1", "soften=-0.1", "drop=1.1", "doubt=0.6", "seed=-1",
        "seed=1.5", "dilate=", "dilate", "dilate=nan", "noise=inf", "dilate=1x", "shift=1,,2"}) {
    try {
      (void)parse_degradation(wrong);
      ADD_FAILURE() << wrong << " was accepted";
    } catch (const std::invalid_argument& error) {
      for (const char* key : {"shift", "dilate", "soften", "noise", "drop", "doubt", "seed"}) {
        EXPECT_NE(std::string(error.what()).find(key), std::string::npos) << error.what();
      }
    }
  }
}

TEST(Threshold, IsTheSameForProbabilitiesAndTheirLogits) {
  const Volume p = make_volume(grid_of({5, 1, 1}), VoxelType::float32), z = make_volume(p.grid, VoxelType::float32);
  const std::array probabilities{0.1F, 0.4F, 0.6F, 0.9F, std::numeric_limits<float>::quiet_NaN()};
  for (std::size_t at = 0; at < probabilities.size(); ++at) {
    p.voxels<float>()[at] = probabilities[at];
    z.voxels<float>()[at] = std::log(probabilities[at] / (1 - probabilities[at]));
  }
  for (const double threshold : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    const Volume hard = thresholded(p, PredictionKind::probability, threshold);
    const Volume same = thresholded(z, PredictionKind::logit, threshold);
    for (std::size_t at = 0; at < probabilities.size(); ++at) {
      EXPECT_EQ(hard.voxels<float>()[at], static_cast<double>(probabilities[at]) > threshold ? 1.0F : 0.0F);
      EXPECT_EQ(same.voxels<float>()[at], hard.voxels<float>()[at]) << threshold << ' ' << at;
    }
  }
}

}  // namespace
}  // namespace lossscope
