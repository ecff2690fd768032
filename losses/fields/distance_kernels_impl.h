// SPDX-License-Identifier: Apache-2.0
// Included once per instruction set, as losses/drivers/cpu_kernels_impl.h is.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "losses/fields/distance_kernels.h"
#include "losses/maths.h"

namespace lossscope {

template <class Isa>
struct DistanceLoops {
  using Floats = float __attribute__((vector_size(64)));
  using Bits = std::int32_t __attribute__((vector_size(64)));

  static __attribute__((noinline)) void count(const std::uint8_t* labels, const std::uint8_t* neighbour, std::int64_t n,
                                              std::int32_t* steps) {
    for (std::int64_t i = 0; i < n; ++i) {
      steps[i] = (labels[i] != 0) == (neighbour[i] != 0) ? steps[i] + 1 : 1;
    }
  }

  static __attribute__((noinline)) void count_bytes(const std::uint8_t* labels, const std::uint8_t* neighbour,
                                                    std::int64_t n, const std::uint8_t* neighbours_steps,
                                                    std::uint8_t* steps) {
    for (std::int64_t i = 0; i < n; ++i) {
      const std::uint8_t before = neighbours_steps[i];
      const auto next = static_cast<std::uint8_t>(before + (before != kBeyondSteps ? 1 : 0));
      steps[i] = (labels[i] != 0) == (neighbour[i] != 0) ? next : std::uint8_t{1};
    }
  }

  template <bool TwoSided>
  static __attribute__((noinline)) void square(const std::uint8_t* labels, const DepthSteps& steps, std::int64_t n,
                                               float scale, float* squared) {
    const auto [behind, near_ahead, beyond, rest] = steps;
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int32_t ahead = near_ahead[i] == kBeyondSteps ? beyond[i] + rest : near_ahead[i];
      const std::int32_t nearest = behind[i] < ahead ? behind[i] : ahead;
      const auto d = static_cast<float>(nearest);
      const float found = nearest < kNoStep ? d * d * scale : kFar;
      squared[i] = labels[i] == 0 ? found : TwoSided ? -found : 0.0F;
    }
  }

  static void depth(const std::uint8_t* labels, const DepthSteps& steps, std::int64_t n, double spacing, bool two_sided,
                    float* squared) {
    const auto scale = static_cast<float>(spacing * spacing);
    two_sided ? square<true>(labels, steps, n, scale, squared) : square<false>(labels, steps, n, scale, squared);
  }

  static void turn(const float* rows, std::int64_t stride, int lanes, std::int64_t n, DistanceLanes* lines) {
    for (std::int64_t i = 0; i < n; ++i) {
      for (int t = 0; t < lanes; ++t) {
        lines[i].lane[t] = rows[t * stride + i];
      }
    }
  }

  static void turn_back(const DistanceLanes* lines, std::int64_t stride, int lanes, std::int64_t n, float* rows) {
    for (int t = 0; t < lanes; ++t) {
      for (std::int64_t i = 0; i < n; ++i) {
        rows[t * stride + i] = lines[i].lane[t];
      }
    }
  }

  /// The smaller of two numbers >= 0. Their bits have the same order, and an integer minimum is one instruction.
  static LOSSSCOPE_FUNCTION Floats smaller(Floats a, Floats b) {
    const Bits x = bits_as<Bits>(a), y = bits_as<Bits>(b);
    return bits_as<Floats>(x < y ? x : y);
  }

  static LOSSSCOPE_FUNCTION Floats load(const DistanceLanes& lanes) { return bits_as<Floats>(lanes); }

  /// The smallest of f[k] + (h (j - k))^2 over the `reach` voxels on either side.
  static LOSSSCOPE_FUNCTION Floats lowest(const DistanceLanes* f, std::int64_t j, std::int64_t n, std::int64_t reach,
                                          const float* squares) {
    const std::int64_t below = std::min(reach, j), above = std::min(reach, n - 1 - j);
    Floats best = load(f[j]);
    std::int64_t r = 1;
    for (; r <= std::min(below, above); ++r) {
      best = smaller(best, smaller(load(f[j - r]), load(f[j + r])) + squares[r]);
    }
    for (std::int64_t k = r; k <= below; ++k) {
      best = smaller(best, load(f[j - k]) + squares[k]);
    }
    for (std::int64_t k = r; k <= above; ++k) {
      best = smaller(best, load(f[j + k]) + squares[k]);
    }
    return best;
  }

  static LOSSSCOPE_FUNCTION float largest(const DistanceLanes& lanes) {
    std::int32_t most = 0;
    for (const float value : lanes.lane) {
      const auto bits = bits_as<std::int32_t>(value);
      most = bits > most ? bits : most;
    }
    return bits_as<float>(most);
  }

  struct Signs {
    bool any_inside, any_outside;
  };
  static LOSSSCOPE_FUNCTION Signs signs_of(const float* row) {
    std::int32_t any = 0, all = -1;
    for (int t = 0; t < kDistanceLanes; ++t) {
      const auto bits = bits_as<std::int32_t>(row[t]);
      any |= bits;
      all &= bits;
    }
    return {any < 0, all >= 0};
  }

  static __attribute__((noinline)) void put(const DistanceLanes& squared, const float* signs, bool root, int lanes,
                                            float* out) {
    DistanceLanes result;
    for (int t = 0; t < kDistanceLanes; ++t) {
      const float x = squared.lane[t];
      const float size = root ? (x < 0.5F * kFar ? std::sqrt(x) : std::numeric_limits<float>::infinity()) : x;
      result.lane[t] = signs[t] < 0 ? -size : size;
    }
    std::memcpy(out, result.lane, static_cast<std::size_t>(lanes) * sizeof(float));
  }

  /// Copies the lines out, apart by sign; says whether there is anything nearer than kFar for each class.
  static __attribute__((noinline)) Signs split(const float* corner, const DistanceAxis& axis, int lanes,
                                               DistanceLanes* outside, DistanceLanes* inside) {
    Floats least_outside = Floats{} + kFar, least_inside = least_outside;
    for (std::int64_t j = 0; j < axis.n; ++j) {
      DistanceLanes row{};
      std::memcpy(row.lane, corner + j * axis.stride, static_cast<std::size_t>(lanes) * sizeof(float));
      const Bits bits = bits_as<Bits>(load(row));
      const Bits positive = bits < 0 ? Bits{} : bits;
      const Bits negative = bits < 0 ? bits & std::numeric_limits<std::int32_t>::max() : Bits{};
      outside[j] = bits_as<DistanceLanes>(positive);
      inside[j] = bits_as<DistanceLanes>(negative);
      least_outside = smaller(least_outside, bits_as<Floats>(positive));
      least_inside = smaller(least_inside, bits_as<Floats>(negative));
    }
    const auto near = [lanes](const Floats& least) {
      const auto each = bits_as<DistanceLanes>(least);
      return std::any_of(each.lane, each.lane + lanes, [](float x) { return x < kFar; });
    };
    return {near(least_inside), near(least_outside)};
  }

  static void sweep(float* corner, const DistanceAxis& axis, int lanes, bool last, DistanceLanes* scratch,
                    float* squares) {
    DistanceLanes* outside = scratch;
    DistanceLanes* inside = scratch + axis.n;
    const Signs found = split(corner, axis, lanes, outside, inside);
    for (std::int64_t r = 0; r < axis.n; ++r) {
      squares[r] = static_cast<float>(axis.spacing * axis.spacing * static_cast<double>(r) * static_cast<double>(r));
    }
    // A voxel is at most one step farther than its neighbour, or one step from it if that is of the other class: so
    // the row before says how far to look.
    std::int64_t reach = axis.n - 1;
    for (std::int64_t j = 0; j < axis.n; ++j) {
      DistanceLanes signs{};
      std::memcpy(signs.lane, corner + j * axis.stride, static_cast<std::size_t>(lanes) * sizeof(float));
      const Signs here = signs_of(signs.lane);
      Floats best = Floats{};
      if (here.any_outside) {
        best = found.any_outside ? lowest(outside, j, axis.n, reach, squares) : load(outside[j]);
      }
      if (here.any_inside) {
        const Floats other = found.any_inside ? lowest(inside, j, axis.n, reach, squares) : load(inside[j]);
        best = bits_as<Bits>(load(signs)) < 0 ? other : best;
      }
      const auto squared = bits_as<DistanceLanes>(best);
      put(squared, signs.lane, last, lanes, corner + j * axis.stride);
      const double steps = std::sqrt(static_cast<double>(largest(squared))) / axis.spacing;
      reach = steps < static_cast<double>(axis.n) ? static_cast<std::int64_t>(steps) + 2 : axis.n - 1;
    }
  }
};

template <class Isa>
constexpr DistanceKernels distance_kernels() {
  using Loops = DistanceLoops<Isa>;
  return {&Loops::count, &Loops::count_bytes, &Loops::depth, &Loops::sweep, &Loops::turn, &Loops::turn_back};
}

}  // namespace lossscope
