// SPDX-License-Identifier: Apache-2.0
// Our distance transform against brute force, and against ITK's exact Euclidean filter.
#include <gtest/gtest.h>
#include <itkImage.h>
#include <itkSignedMaurerDistanceMapImageFilter.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <random>

#include "losses/evaluate.h"
#include "losses/fields/distance.h"

namespace lossscope {
namespace {

Volume random_mask(std::array<std::int64_t, 3> size, double share, unsigned seed) {
  Grid grid;
  grid.size = size;
  Volume mask = make_volume(grid, VoxelType::uint8);
  std::mt19937 engine(seed);
  std::bernoulli_distribution draw(share);
  for (auto& voxel : mask.voxels<std::uint8_t>()) {
    voxel = draw(engine) ? 1 : 0;
  }
  return mask;
}

std::vector<double> brute_force(const Volume& mask, const std::array<double, 3>& h) {
  const Grid& grid = mask.grid;
  const auto labels = mask.voxels<std::uint8_t>();
  std::vector<double> nearest(labels.size(), INFINITY);
  const auto position = [&](std::size_t at) {
    const auto i = static_cast<std::int64_t>(at);
    return std::array<double, 3>{double(i % grid.size[0]) * h[0], double(i / grid.size[0] % grid.size[1]) * h[1],
                                 double(i / grid.size[0] / grid.size[1]) * h[2]};
  };
  for (std::size_t a = 0; a < labels.size(); ++a) {
    for (std::size_t b = 0; b < labels.size(); ++b) {
      if (labels[b] != 0) {
        const auto x = position(a);
        const auto y = position(b);
        nearest[a] = std::min(nearest[a], std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]));
      }
    }
  }
  return nearest;
}

TEST(Distance, EqualsBruteForceForAnySizeSpacingAndDensity) {
  unsigned seed = 1;
  for (const auto size : {std::array<std::int64_t, 3>{17, 13, 9}, {33, 5, 1}, {1, 1, 19}, {1, 14, 6}, {16, 16, 2}}) {
    for (const auto spacing : {std::array<double, 3>{1, 1, 1}, {0.5, 1.25, 3.0}, {4.0, 0.3, 1.0}}) {
      for (const double share : {0.004, 0.1, 0.7}) {
        const Volume mask = random_mask(size, share, seed++);
        const auto expected = brute_force(mask, spacing);
        const Volume found = distance_to(mask, spacing, 2);
        for (std::size_t i = 0; i < expected.size(); ++i) {
          if (std::isinf(expected[i])) {
            ASSERT_TRUE(std::isinf(found.voxels<float>()[i]));
          } else {
            ASSERT_NEAR(found.voxels<float>()[i], expected[i], 1e-6 * (1 + expected[i]));
          }
        }
      }
    }
  }
}

TEST(Distance, EqualsItkSignedMaurerOnAnAnisotropicBody) {
  const std::array<std::int64_t, 3> size{61, 47, 23};
  const std::array<double, 3> spacing{0.8, 1.1, 2.5};
  Volume mask = random_mask(size, 0, 1);
  using Image = itk::Image<unsigned char, 3>;
  auto image = Image::New();
  image->SetRegions(Image::SizeType{61, 47, 23});
  image->SetSpacing(spacing.data());
  image->Allocate(true);
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i) {
        const double r = std::hypot((double(i) - 28) * 0.8, (double(j) - 22) * 1.1, (double(k) - 10) * 2.5);
        const bool in = r < 14 + 3 * std::sin(0.9 * double(i)) || (i > 50 && j < 9 && k < 5);
        mask.voxels<std::uint8_t>()[mask.grid.offset(i, j, k)] = in ? 1 : 0;
        image->SetPixel({{i, j, k}}, in ? 1 : 0);
      }
    }
  }
  // ITK measures to the boundary voxels inside the object; outside distances are therefore the same as ours.
  using Filter = itk::SignedMaurerDistanceMapImageFilter<Image, itk::Image<float, 3>>;
  auto filter = Filter::New();
  filter->SetInput(image);
  filter->UseImageSpacingOn();
  filter->SquaredDistanceOff();
  filter->Update();
  const Volume ours = signed_distance(mask, spacing, 2);
  int compared = 0;
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i) {
        const float mine = ours.voxels<float>()[ours.grid.offset(i, j, k)];
        if (mine > 0) {
          ASSERT_NEAR(mine, filter->GetOutput()->GetPixel({{i, j, k}}), 1e-4) << i << ' ' << j << ' ' << k;
          ++compared;
        }
      }
    }
  }
  EXPECT_GT(compared, 10000);
}

/// ITK's distance of every voxel of `mask` to the nearest voxel where it is 0 (inside) or 1 (outside).
std::vector<float> itk_two_sided(const Volume& mask, const std::array<double, 3>& spacing) {
  using Image = itk::Image<unsigned char, 3>;
  using Filter = itk::SignedMaurerDistanceMapImageFilter<Image, itk::Image<float, 3>>;
  const auto labels = mask.voxels<std::uint8_t>();
  std::vector<float> result(labels.size());
  // ITK measures to the object's boundary voxels: right outside of it.
  for (const std::uint8_t side : {std::uint8_t{0}, std::uint8_t{1}}) {
    auto image = Image::New();
    image->SetRegions(Image::SizeType{static_cast<unsigned long>(mask.grid.size[0]),
                                      static_cast<unsigned long>(mask.grid.size[1]),
                                      static_cast<unsigned long>(mask.grid.size[2])});
    image->SetSpacing(spacing.data());
    image->Allocate();
    std::ranges::transform(labels, image->GetBufferPointer(),
                           [side](std::uint8_t v) { return v == side ? std::uint8_t{1} : std::uint8_t{0}; });
    auto filter = Filter::New();
    filter->SetInput(image);
    filter->UseImageSpacingOn();
    filter->SquaredDistanceOff();
    filter->Update();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] != side) {
        result[i] = filter->GetOutput()->GetBufferPointer()[i];
      }
    }
  }
  return result;
}

TEST(Distance, BothSidesEqualItkVoxelByVoxel) {
  unsigned seed = 40;
  for (const auto size : {std::array<std::int64_t, 3>{37, 29, 21}, {16, 1, 33}, {65, 3, 2}, {7, 50, 18}, {1, 9, 40}}) {
    for (const auto spacing : {std::array<double, 3>{1, 1, 1}, {0.7, 1.3, 5.0}}) {
      for (const double share : {0.002, 0.03, 0.5, 0.97}) {
        Volume mask = random_mask(size, share, seed++);
        mask.voxels<std::uint8_t>()[0] = 1;
        mask.voxels<std::uint8_t>()[1] = 0;
        const auto expected = itk_two_sided(mask, spacing);
        const Volume found = signed_distance(mask, spacing, 2);
        for (std::size_t i = 0; i < expected.size(); ++i) {
          ASSERT_NEAR(std::abs(found.voxels<float>()[i]), expected[i], 4e-6 * (1 + expected[i])) << seed << ' ' << i;
        }
      }
    }
  }
}

TEST(Distance, SignedDistanceIsNegativeInsideAndZeroWithoutABoundary) {
  const Volume mask = random_mask({20, 18, 7}, 0.4, 5);
  const Volume signed_map = signed_distance(mask, {1, 2, 3}, 1);
  for (std::size_t i = 0; i < mask.voxels<std::uint8_t>().size(); ++i) {
    const float d = signed_map.voxels<float>()[i];
    ASSERT_TRUE(mask.voxels<std::uint8_t>()[i] != 0 ? d < 0 : d > 0);
  }
  for (const double share : {0.0, 1.0}) {
    const Volume flat = signed_distance(random_mask({5, 4, 3}, share, 6), {1, 1, 1});
    for (const float d : flat.voxels<float>()) {
      ASSERT_EQ(d, 0.0F);
    }
  }
}

constexpr std::array<std::array<std::int64_t, 3>, 6> kShapes{
    {{23, 17, 40}, {1, 9, 40}, {30, 1, 13}, {21, 6, 1}, {1, 1, 70}, {5, 40, 2}}};

TEST(Distance, SlicesAreThoseOfTheVolumeEachVisitedOnce) {
  unsigned seed = 80;
  for (const auto& size : kShapes) {
    for (const double share : {0.0, 0.01, 0.6, 1.0}) {
      const Volume mask = random_mask(size, share, seed++);
      const std::array<double, 3> spacing{0.7, 1.3, 2.1};
      const Volume whole = signed_distance(mask, spacing, 1), to = distance_to(mask, spacing, 1);
      for (const int threads : {1, 2, 3, 8}) {
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(2 * size[2]));
        const auto compare_with = [&](const Volume& expected, std::int64_t first) {
          return [&visits, &expected, first](std::int64_t k, std::span<const float> slice) {
            const auto n = static_cast<std::int64_t>(slice.size());
            EXPECT_TRUE(std::ranges::equal(slice, expected.voxels<float>().subspan(k * n, n))) << k;
            ++visits[first + k];
          };
        };
        visit_signed_distance(mask, spacing, threads, {}, compare_with(whole, 0));
        visit_distance_to(mask, spacing, threads, {}, compare_with(to, size[2]));
        EXPECT_TRUE(std::ranges::all_of(visits, [](const auto& count) { return count == 1; }));
      }
    }
  }
}

TEST(Distance, OneVoxelsDistanceIsThatOfTheVolume) {
  unsigned seed = 120;
  for (const auto& size : kShapes) {
    for (const double share : {0.0, 0.01, 0.5, 0.98, 1.0}) {
      const Volume mask = random_mask(size, share, seed++);
      const std::array<double, 3> spacing{1.5, 0.4, 3.0};
      const Volume whole = signed_distance(mask, spacing, 2);
      for (std::int64_t at = 0; at < mask.grid.voxels(); ++at) {
        const std::array voxel{at % size[0], at / size[0] % size[1], at / size[0] / size[1]};
        ASSERT_FLOAT_EQ(signed_distance_at(mask, spacing, voxel), whole.voxels<float>()[at]) << seed << ' ' << at;
      }
    }
  }
}

TEST(Distance, LinesAlongDepthOfAnyLength) {
  for (const std::int64_t depth : {4, 255, 256, 8200, 70000}) {
    Volume mask = random_mask({1, 1, depth}, 0, 1);
    const auto labels = mask.voxels<std::uint8_t>();
    // A single run: the nearest voxel is one of its ends.
    const std::int64_t begin = depth / 3, end = depth - depth / 4;
    std::fill(labels.begin() + begin, labels.begin() + end, 1);
    const Volume found = signed_distance(mask, {1, 1, 0.5}, 2);
    for (std::int64_t k = 0; k < depth; ++k) {
      const std::int64_t inside = std::min(k - begin + 1, end - k);
      const std::int64_t steps = k < begin ? begin - k : k >= end ? k - end + 1 : -inside;
      ASSERT_EQ(found.voxels<float>()[k], 0.5F * static_cast<float>(steps)) << depth << ' ' << k;
    }
  }
}

TEST(Distance, ThreadsDoNotChangeABitAndStopIsHeard) {
  const Volume mask = random_mask({64, 50, 40}, 0.01, 9);
  const Volume one = signed_distance(mask, {1, 1, 1.5}, 1);
  const Volume many = signed_distance(mask, {1, 1, 1.5}, 5);
  EXPECT_TRUE(std::ranges::equal(one.voxels<float>(), many.voxels<float>()));
  std::stop_source source;
  source.request_stop();
  EXPECT_THROW((void)signed_distance(mask, {1, 1, 1}, 2, source.get_token()), Cancelled);
  EXPECT_THROW((void)signed_distance_at(mask, {1, 1, 1}, {1, 2, 3}, source.get_token()), Cancelled);
}

}  // namespace
}  // namespace lossscope
