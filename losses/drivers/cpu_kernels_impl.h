// SPDX-License-Identifier: Apache-2.0
// Instantiates the kernels of every loss; included once per instruction set, with its own `Isa` tag so that the linker
// never merges functions that were compiled for different processors.
#pragma once

#include <algorithm>

#include "losses/drivers/cpu_kernels.h"
#include "losses/registry.h"

namespace lossscope {

inline constexpr int kTile = 512;  ///< voxels whose terms stay in the first-level cache
inline constexpr int kLanes = 16;  ///< partial sums of a tile: fixed, so that every vector width adds in the same order

template <class Isa, template <class> class L>
struct CpuKernels {
  using Single = L<float>;
  using Double = L<double>;
  static constexpr int kCoefficients = Double::kCoefficients;
  static constexpr int kTerms = Double::kTerms;

  template <bool Logits>
  static LOSSSCOPE_FUNCTION Voxel<float> voxel(const BlockInput& input, std::int64_t i) {
    const auto g = static_cast<float>(input.mask[i]);
    const float x = input.prediction[i];
    Voxel<float> v = Logits ? voxel_from_logit(g, x) : voxel_from_probability(g, x);
    for (int f = 0; f < field_count<Double>(); ++f) {
      v.f[f] = input.fields[f][i];
    }
    return v;
  }

  template <bool Logits>
  static void tile_terms(const Single loss, const BlockInput input, int n, float* __restrict out) {
    for (int i = 0; i < n; ++i) {
      const auto t = loss.terms(voxel<Logits>(input, i));
      for (int k = 0; k < kTerms; ++k) {
        out[k * kTile + i] = t[k];
      }
    }
  }

  static double tile_sum(const float* values, int n) {
    double lanes[kLanes] = {};
    int i = 0;
    for (; i + kLanes <= n; i += kLanes) {
      for (int lane = 0; lane < kLanes; ++lane) {
        lanes[lane] += static_cast<double>(values[i + lane]);
      }
    }
    for (; i < n; ++i) {
      lanes[i % kLanes] += static_cast<double>(values[i]);
    }
    for (int half = kLanes / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; ++lane) {
        lanes[lane] += lanes[lane + half];
      }
    }
    return lanes[0];
  }

  static BlockInput advanced(BlockInput input, std::int64_t by) {
    input.mask += by;
    input.prediction += by;
    for (int f = 0; f < field_count<Double>(); ++f) {
      input.fields[f] += by;
    }
    return input;
  }

  static void terms(const double* parameters, const BlockInput& input, std::int64_t n, double* sums) {
    const auto loss = with_parameters<Single>(parameters);
    float values[kTerms * kTile];
    for (std::int64_t begin = 0; begin < n; begin += kTile) {
      const int count = static_cast<int>(std::min<std::int64_t>(kTile, n - begin));
      const BlockInput tile = advanced(input, begin);
      if (input.kind == PredictionKind::logit) {
        tile_terms<true>(loss, tile, count, values);
      } else {
        tile_terms<false>(loss, tile, count, values);
      }
      for (int k = 0; k < kTerms; ++k) {
        sums[k] += tile_sum(values + k * kTile, count);
      }
    }
  }

  template <bool Logits>
  static void all_effects(const Single loss, const Numbers<float, kCoefficients> c, const BlockInput input,
                          std::int64_t n, float* __restrict contribution, float* __restrict gradient_probability,
                          float* __restrict gradient_logit) {
    for (std::int64_t i = 0; i < n; ++i) {
      const Effect<float> e = loss.effect(voxel<Logits>(input, i), c);
      contribution[i] = e.contribution;
      gradient_probability[i] = e.gradient_probability;
      gradient_logit[i] = e.gradient_logit;
    }
  }

  static void effect(const double* parameters, const double* coefficients, const BlockInput& input, std::int64_t n,
                     float* contribution, float* gradient_probability, float* gradient_logit) {
    const auto loss = with_parameters<Single>(parameters);
    Numbers<float, kCoefficients> c{};
    for (int k = 0; k < kCoefficients; ++k) {
      c[k] = static_cast<float>(coefficients[k]);
    }
    if (input.kind == PredictionKind::logit) {
      all_effects<true>(loss, c, input, n, contribution, gradient_probability, gradient_logit);
    } else {
      all_effects<false>(loss, c, input, n, contribution, gradient_probability, gradient_logit);
    }
  }

  template <bool Logits>
  static void all_drops(const double* parameters, const double* sums, const Totals& totals, const BlockInput& input,
                        std::int64_t n, float* drop) {
    const auto single = with_parameters<Single>(parameters);
    const auto loss = with_parameters<Double>(parameters);
    Numbers<double, kTerms> all{};
    std::copy_n(sums, kTerms, all.v);
    const double value = loss.finish(all, totals).value;
    for (std::int64_t i = 0; i < n; ++i) {
      const Voxel<float> v = voxel<Logits>(input, i);
      const auto now = single.terms(v);
      const auto then = single.terms(corrected(v));
      Numbers<double, kTerms> without = all;
      for (int k = 0; k < kTerms; ++k) {
        without[k] += static_cast<double>(then[k]) - static_cast<double>(now[k]);
      }
      drop[i] = static_cast<float>(value - loss.finish(without, totals).value);
    }
  }

  static void counterfactual(const double* parameters, const double* sums, const Totals& totals,
                             const BlockInput& input, std::int64_t n, float* drop) {
    if (input.kind == PredictionKind::logit) {
      all_drops<true>(parameters, sums, totals, input, n, drop);
    } else {
      all_drops<false>(parameters, sums, totals, input, n, drop);
    }
  }
};

template <class Isa, template <class> class... L>
std::span<const Kernels> kernel_table(LossList<L...>) {
  static constexpr Kernels table[] = {
      {&CpuKernels<Isa, L>::terms, &CpuKernels<Isa, L>::effect, &CpuKernels<Isa, L>::counterfactual}...};
  return table;
}

}  // namespace lossscope
