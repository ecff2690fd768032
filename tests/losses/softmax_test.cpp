// SPDX-License-Identifier: Apache-2.0
// The kernels of a softmax against its definition in long double, also where float has no room for a probability.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "losses/drivers/cpu_kernels.h"

namespace lossscope {
namespace {

constexpr std::int64_t kSomeVoxels = 700;  // no whole number of tiles
constexpr float kHeld = 1000;

using Channels = std::vector<std::vector<float>>;

/// Logits of a spread; every seventh voxel has two equal ones.
Channels drawn_logits(int classes, double spread) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal(0, spread);
  Channels z(static_cast<std::size_t>(classes), std::vector<float>(kSomeVoxels));
  for (std::size_t i = 0; i < kSomeVoxels; ++i) {
    for (auto& channel : z) {
      channel[i] = static_cast<float>(normal(random));
    }
    if (classes > 1 && i % 7 == 0) {
      z.back()[i] = z.front()[i];
    }
  }
  return z;
}

template <class T>
std::vector<T*> pointers(std::vector<std::vector<T>>& rows) {
  std::vector<T*> to;
  for (auto& row : rows) {
    to.push_back(row.data());
  }
  return to;
}

SoftmaxInput input_of(const std::vector<float*>& channels, std::vector<const float*>& room, bool logits) {
  room.assign(channels.begin(), channels.end());
  return {room, logits};
}

std::vector<const KernelSet*> kernel_sets() {
  std::vector<const KernelSet*> sets{&cpu_kernels_baseline()};
#if defined(LOSSSCOPE_X86_VARIANTS)
  if (cpu_instruction_set() != "baseline") {
    sets.push_back(&cpu_kernels_v3());
  }
  sets.push_back(&cpu_kernels());
#endif
  return sets;
}

/// p_k / (1 - p_c) from what is known of the classes: exp(z) or p.
long double share_of(const std::vector<long double>& parts, std::size_t k, std::size_t c) {
  long double others = 0;
  for (std::size_t other = 0; other < parts.size(); ++other) {
    others += other == c ? 0 : parts[other];
  }
  return others > 0 ? parts[k] / others : 1.0L / static_cast<long double>(parts.size() - 1);
}

/// Of each class at a voxel what is in proportion to its probability.
std::vector<long double> parts_at(const Channels& x, std::size_t i, bool logits) {
  std::vector<long double> parts;
  long double most = -std::numeric_limits<long double>::infinity();
  for (const auto& channel : x) {
    most = std::max(most, static_cast<long double>(channel[i]));
  }
  for (const auto& channel : x) {
    const auto value = static_cast<long double>(channel[i]);
    parts.push_back(logits ? std::exp(value - most) : value);
  }
  return parts;
}

void expect_slopes(Channels x, bool logits) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  const std::size_t classes = x.size();
  std::vector<std::vector<double>> own(classes, std::vector<double>(kSomeVoxels));
  for (auto& row : own) {
    std::ranges::generate(row, [&] { return normal(random); });
  }
  std::vector<const double*> given;
  for (std::size_t c = 0; c < classes; ++c) {  // one class has no loss of its own
    given.push_back(classes > 2 && c == 1 ? nullptr : own[c].data());
  }
  std::vector<std::vector<double>> first;
  for (const KernelSet* set : kernel_sets()) {
    std::vector<std::vector<double>> slopes(classes, std::vector<double>(kSomeVoxels));
    std::vector<const float*> room;
    set->softmax.slopes(input_of(pointers(x), room, logits), given.data(), kSomeVoxels, pointers(slopes).data());
    if (first.empty()) {
      first = slopes;
    }
    EXPECT_EQ(slopes, first) << "other bits by another instruction set";
  }
  for (std::size_t i = 0; i < kSomeVoxels; ++i) {
    const auto parts = parts_at(x, i, logits);
    for (std::size_t k = 0; k < classes; ++k) {
      long double expected = 0;
      for (std::size_t c = 0; c < classes; ++c) {
        const long double of_class = given[c] == nullptr ? 0 : static_cast<long double>(own[c][i]);
        expected += c == k ? of_class : -of_class * share_of(parts, k, c);
      }
      ASSERT_NEAR(first[k][i], static_cast<double>(expected), 2e-6) << "class " << k << " of " << classes;
    }
  }
}

TEST(Softmax, OddsAreThoseOfTheDefinition) {
  for (const int classes : {1, 2, 4, 14}) {
    for (const double spread : {0.1, 3.0, 60.0}) {
      Channels z = drawn_logits(classes, spread);
      Channels first;
      for (const KernelSet* set : kernel_sets()) {
        Channels odds(z.size(), std::vector<float>(kSomeVoxels));
        std::vector<const float*> room;
        set->softmax.odds(input_of(pointers(z), room, true), kSomeVoxels, kHeld, pointers(odds).data());
        if (first.empty()) {
          first = odds;
        }
        EXPECT_EQ(odds, first) << "other bits by another instruction set";
      }
      for (std::size_t i = 0; i < kSomeVoxels; ++i) {
        const auto parts = parts_at(z, i, true);
        for (std::size_t c = 0; c < z.size(); ++c) {
          long double most = -kHeld, others = 0;  // the largest of the others, and all of them relative to it
          for (std::size_t k = 0; k < z.size(); ++k) {
            most = k == c ? most : std::max(most, static_cast<long double>(z[k][i]));
          }
          for (std::size_t k = 0; k < z.size(); ++k) {
            others += k == c ? 0 : std::exp(static_cast<long double>(z[k][i]) - most);
          }
          const long double exact = classes == 1 ? kHeld : static_cast<long double>(z[c][i]) - most - std::log(others);
          const auto expected = static_cast<double>(exact);
          ASSERT_NEAR(first[c][i], expected, 4e-7 * std::max(1.0, std::abs(expected))) << classes << " x " << spread;
        }
      }
    }
  }
}

TEST(Softmax, SlopesMixTheClassesByTheirShares) {
  for (const int classes : {1, 2, 4, 14}) {
    for (const double spread : {0.1, 3.0, 60.0}) {
      const Channels z = drawn_logits(classes, spread);
      expect_slopes(z, true);
      Channels p = z;  // as a softmax in float makes them: most are 0 or 1 at a spread of 60
      for (std::size_t i = 0; i < kSomeVoxels; ++i) {
        const auto parts = parts_at(z, i, true);
        long double sum = 0;
        for (const long double part : parts) {
          sum += part;
        }
        for (std::size_t c = 0; c < p.size(); ++c) {
          p[c][i] = static_cast<float>(parts[c] / sum);
        }
      }
      expect_slopes(p, false);
    }
  }
}

TEST(Softmax, ANaNStaysOne) {
  Channels z = drawn_logits(3, 2);
  z[1][5] = std::numeric_limits<float>::quiet_NaN();
  Channels odds(3, std::vector<float>(kSomeVoxels));
  std::vector<const float*> room;
  cpu_kernels().softmax.odds(input_of(pointers(z), room, true), kSomeVoxels, kHeld, pointers(odds).data());
  for (const auto& channel : odds) {
    EXPECT_TRUE(std::isnan(channel[5]));
    EXPECT_EQ(std::ranges::count_if(channel, [](float x) { return std::isnan(x); }), 1);
  }
}

}  // namespace
}  // namespace lossscope
