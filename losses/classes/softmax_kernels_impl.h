// SPDX-License-Identifier: Apache-2.0
// Included once per instruction set, as losses/drivers/cpu_kernels_impl.h is.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "losses/classes/softmax_kernels.h"
#include "losses/maths.h"

namespace lossscope {

template <class Isa>
class SoftmaxLoops {
 public:
  static void odds(const SoftmaxInput& logits, std::int64_t n, float most, float* const* odds) {
    SoftmaxLoops at(logits);
    for (std::int64_t begin = 0; begin < n; begin += kTile) {
      const int count = at.take(begin, n);
      for (int c = 0; c < at.classes_; ++c) {
        tile_odds(logits.channels[c] + begin, at.first(c), at.two_, c, count, most, odds[c] + begin);
      }
    }
  }

  static void slopes(const SoftmaxInput& input, const double* const* own, std::int64_t n, double* const* slopes) {
    alignas(64) static constexpr double kNothing[kTile] = {};
    SoftmaxLoops at(input);
    std::vector<double> pulls(static_cast<std::size_t>(at.classes_) * kTile);  // 0 of a class without any
    const auto own_pull = [&](int c) { return pulls.data() + static_cast<std::size_t>(c) * kTile; };
    for (std::int64_t begin = 0; begin < n; begin += kTile) {
      const int count = at.take(begin, n);
      Pull pull;
      for (int c = 0; c < at.classes_; ++c) {
        if (own[c] != nullptr) {
          tile_pull(own[c] + begin, at.first(c), at.two_, c, at.classes_ - 1, count, own_pull(c), pull.of_others,
                    pull.of_largest);
        }
      }
      for (int k = 0; k < at.classes_; ++k) {
        tile_slopes(at.first(k), at.second(k), at.two_, k, count, pull, own_pull(k),
                    own[k] != nullptr ? own[k] + begin : kNothing, slopes[k] + begin);
      }
    }
  }

  static __attribute__((noinline)) void add(const float* values, double weight, std::int64_t n,
                                            double* __restrict sums) {
    for (std::int64_t i = 0; i < n; ++i) {
      sums[i] += weight * static_cast<double>(values[i]);
    }
  }

 private:
  static constexpr int kTile = 256;  ///< voxels whose classes stay in the cache, of some dozen

  /// The two largest channels at each voxel of a tile, and the sums relative to them.
  struct Two {
    alignas(64) float most[kTile], next[kTile];
    alignas(64) double sum[kTile];   ///< of all classes, relative to the largest
    alignas(64) double rest[kTile];  ///< of all but the largest, relative to the next
    alignas(64) std::int32_t top[kTile];
  };
  /// Sums over the classes c of own_c over all that is not c: relative to the largest class, and for that one itself
  /// to the next.
  struct Pull {
    alignas(64) double of_others[kTile] = {}, of_largest[kTile] = {};
  };

  explicit SoftmaxLoops(const SoftmaxInput& input)
      : input_(input),
        classes_(static_cast<int>(input.channels.size())),
        relative_(2 * static_cast<std::size_t>(classes_) * kTile) {}

  [[nodiscard]] float* first(int c) { return relative_.data() + 2 * static_cast<std::size_t>(c) * kTile; }
  [[nodiscard]] float* second(int c) { return first(c) + kTile; }

  /// Makes ready the tile that begins at a voxel. How many voxels it has.
  int take(std::int64_t begin, std::int64_t n) {
    const int count = static_cast<int>(std::min<std::int64_t>(kTile, n - begin));
    std::fill_n(two_.most, kTile, kNone);
    std::fill_n(two_.next, kTile, kNone);
    std::fill_n(two_.top, kTile, 0);
    std::fill_n(two_.sum, kTile, 0.0);
    std::fill_n(two_.rest, kTile, 0.0);
    for (int c = 0; c < classes_; ++c) {
      tile_two(input_.channels[c] + begin, c, count, two_.most, two_.next, two_.top);
    }
    for (int c = 0; c < classes_; ++c) {
      const float* x = input_.channels[c] + begin;
      input_.logits ? tile_relative<true>(x, c, count, two_, first(c), second(c))
                    : tile_relative<false>(x, c, count, two_, first(c), second(c));
    }
    return count;
  }

  static __attribute__((noinline)) void tile_two(const float* x, int c, int n, float* __restrict most,
                                                 float* __restrict next, std::int32_t* __restrict top) {
    for (int i = 0; i < n; ++i) {
      const bool more = x[i] > most[i];
      const float lower = more ? most[i] : x[i];
      next[i] = lower > next[i] ? lower : next[i];
      most[i] = more ? x[i] : most[i];
      top[i] = more ? c : top[i];
    }
  }

  /// x relative to `to` as a factor; 0 where that is no number to be relative to.
  template <bool Logits>
  static LOSSSCOPE_FUNCTION float relative(float x, float to) {
    if constexpr (Logits) {
      return to > kNone ? exp_of(x - to) : 0.0F;
    } else {
      return to > 0.0F ? x / to : 0.0F;
    }
  }

  template <bool Logits>
  static __attribute__((noinline)) void tile_relative(const float* x, int c, int n, Two& two, float* __restrict first,
                                                      float* __restrict second) {
    for (int i = 0; i < n; ++i) {
      first[i] = relative<Logits>(x[i], two.most[i]);
      second[i] = two.top[i] == c ? 0.0F : relative<Logits>(x[i], two.next[i]);
    }
    for (int i = 0; i < n; ++i) {
      two.sum[i] += static_cast<double>(first[i]);
      two.rest[i] += static_cast<double>(second[i]);
    }
  }

  static __attribute__((noinline)) void tile_odds(const float* x, const float* first, const Two& two, int c, int n,
                                                  float most, float* __restrict odds) {
    for (int i = 0; i < n; ++i) {
      const bool is_top = two.top[i] == c;
      const double others = is_top ? two.rest[i] : two.sum[i] - static_cast<double>(first[i]);
      const auto largest = static_cast<double>(is_top ? two.next[i] : two.most[i]);
      const auto z = static_cast<float>((static_cast<double>(x[i]) - largest) -
                                        static_cast<double>(log_of(static_cast<float>(others))));
      const float held = z < -most ? -most : (z > most ? most : z);
      odds[i] = others == 0.0 ? most : held;
    }
  }

  static __attribute__((noinline)) void tile_pull(const double* own, const float* first, const Two& two, int c,
                                                  int others, int n, double* __restrict pull,
                                                  double* __restrict of_others, double* __restrict of_largest) {
    for (int i = 0; i < n; ++i) {
      const bool is_top = two.top[i] == c;
      const double rest = two.rest[i] == 0.0 ? others : two.rest[i];
      const double not_c = is_top ? rest : two.sum[i] - static_cast<double>(first[i]);
      const double here = own[i] * static_cast<double>(not_c == 0.0 ? 0.0F : 1.0F / static_cast<float>(not_c));
      pull[i] = is_top ? 0.0 : here;
      of_others[i] += is_top ? 0.0 : here;
      of_largest[i] += is_top ? here : 0.0;
    }
  }

  static __attribute__((noinline)) void tile_slopes(const float* first, const float* second, const Two& two, int k,
                                                    int n, const Pull& pull, const double* own_pull, const double* own,
                                                    double* __restrict slopes) {
    for (int i = 0; i < n; ++i) {
      const double alike = two.rest[i] == 0.0 ? 1.0 : static_cast<double>(second[i]);
      const double from_largest = two.top[i] == k ? 0.0 : alike * pull.of_largest[i];
      slopes[i] = own[i] - static_cast<double>(first[i]) * (pull.of_others[i] - own_pull[i]) - from_largest;
    }
  }

  static constexpr float kNone = -std::numeric_limits<float>::infinity();
  const SoftmaxInput& input_;
  int classes_;
  std::vector<float> relative_;  ///< of each class to the largest, then to the next
  Two two_;
};

template <class Isa>
constexpr SoftmaxKernels softmax_kernels() {
  using Loops = SoftmaxLoops<Isa>;
  return {&Loops::odds, &Loops::slopes, &Loops::add};
}

}  // namespace lossscope
