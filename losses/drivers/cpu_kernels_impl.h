// SPDX-License-Identifier: Apache-2.0
// Instantiates the kernels of every loss; included once per instruction set, with its own `Isa` tag so that the linker
// never merges functions that were compiled for different processors. The loops are functions of their own, which keeps
// them vectorisable; resources/checks/vectorised.py proves that they are.
#pragma once

#include <algorithm>

#include "losses/classes/softmax_kernels_impl.h"
#include "losses/drivers/cpu_kernels.h"
#include "losses/drivers/stream.h"
#include "losses/fields/distance_kernels_impl.h"
#include "losses/fields/structural_kernels_impl.h"
#include "losses/registry.h"

#define LOSSSCOPE_LOOP static __attribute__((noinline))

namespace lossscope {

inline constexpr int kTile = 512;  ///< voxels whose terms and maps stay in the first-level cache
inline constexpr int kLanes =
    16;  ///< partial sums of a block: fixed, so that every vector width adds in the same order

template <class Isa>
struct Counts {
  LOSSSCOPE_LOOP std::int64_t positives(const std::uint8_t* mask, std::int64_t n) {
    std::int64_t sum = 0;
    for (std::int64_t begin = 0; begin < n; begin += kTile) {
      std::uint32_t tile = 0;
      for (std::int64_t i = begin; i < std::min(n, begin + kTile); ++i) {
        tile += mask[i];
      }
      sum += tile;
    }
    return sum;
  }

  static VoxelCounts all(const BlockInput& input, std::int64_t n) {
    return input.counts == nullptr ? both(input, n) : counted(input, n);
  }

  /// Puts 0 where voxels do not count.
  LOSSSCOPE_LOOP void blank(const std::uint8_t* __restrict counts, std::int64_t n, float* __restrict values) {
    for (std::int64_t i = 0; i < n; ++i) {
      values[i] = counts[i] != 0 ? values[i] : 0.0F;
    }
  }

 private:
  LOSSSCOPE_LOOP VoxelCounts both(const BlockInput& input, std::int64_t n) {
    const std::uint8_t* mask = input.mask;
    const float* prediction = input.prediction;
    const float level = input.kind == PredictionKind::logit ? 0.0F : 0.5F;
    VoxelCounts counts{0, 0, n};
    for (std::int64_t begin = 0; begin < n; begin += kTile) {
      std::uint32_t tile = 0;  // the mask's voxels in its lower half, the errors in its upper one
      for (std::int64_t i = begin; i < std::min(n, begin + kTile); ++i) {
        const std::uint32_t in = mask[i];
        tile += in + ((in ^ (prediction[i] > level ? 1U : 0U)) << 16);
      }
      counts.positives += tile & 0xffff;
      counts.errors += tile >> 16;
    }
    return counts;
  }

  LOSSSCOPE_LOOP VoxelCounts counted(const BlockInput& input, std::int64_t n) {
    const std::uint8_t* mask = input.mask;
    const std::uint8_t* counts = input.counts;
    const float* prediction = input.prediction;
    const float level = input.kind == PredictionKind::logit ? 0.0F : 0.5F;
    VoxelCounts found;
    for (std::int64_t begin = 0; begin < n; begin += kTile) {
      std::uint32_t tile = 0;  // ten bits each: the mask's voxels, the errors, all
      for (std::int64_t i = begin; i < std::min(n, begin + kTile); ++i) {
        const std::uint32_t in = mask[i], wrong = in ^ (prediction[i] > level ? 1U : 0U);
        tile += counts[i] != 0 ? in + (wrong << 10) + (1U << 20) : 0U;
      }
      found.positives += tile & 0x3ff;
      found.errors += (tile >> 10) & 0x3ff;
      found.voxels += tile >> 20;
    }
    return found;
  }
};

template <class Isa, template <class> class L>
struct CpuKernels {
  using Single = L<float>;
  using Double = L<double>;
  static constexpr int kCoefficients = Double::kCoefficients;
  static constexpr int kTerms = Double::kTerms;
  using Coefficients = Numbers<float, kCoefficients>;

  /// What the loops are compiled for: the kind of input, and whether the usual parameters are constants.
  template <bool Logits, bool AsUsual>
  struct Form {
    static constexpr bool kLogits = Logits, kAsUsual = AsUsual;
  };

  static constexpr bool kHasUsual = requires { Single::usual; };

  template <std::size_t I>
  static LOSSSCOPE_FUNCTION void set(Single& loss) {
    constexpr auto row = Single::usual[I];  // a copy: a symbol that the linker may replace is never folded
    loss.*row.member = row.value;
  }

  /// The loss with its usual values as constants that the compiler can see.
  template <class F>
  static LOSSSCOPE_FUNCTION Single settled(Single loss) {
    if constexpr (F::kAsUsual) {
      [&]<std::size_t... I>(std::index_sequence<I...>) { (set<I>(loss), ...); }
      (std::make_index_sequence<Single::usual.size()>{});
    }
    return loss;
  }

  /// Calls work(Form) with the form that fits the input and the parameters.
  template <class Work>
  static void with_form(const Single& loss, PredictionKind kind, Work work) {
    const auto by_kind = [&]<bool AsUsual>(std::bool_constant<AsUsual>) {
      if (kind == PredictionKind::logit) {
        work(Form<true, AsUsual>{});
      } else {
        work(Form<false, AsUsual>{});
      }
    };
    if constexpr (kHasUsual) {
      if (std::ranges::all_of(Single::usual, [&](const auto& row) { return loss.*row.member == row.value; })) {
        return by_kind(std::true_type{});
      }
    }
    by_kind(std::false_type{});
  }

  template <class F>
  static LOSSSCOPE_FUNCTION Voxel<float> voxel(const BlockInput& input, std::int64_t i) {
    const auto g = static_cast<float>(input.mask[i]);
    const float x = input.prediction[i];
    Voxel<float> v = F::kLogits ? voxel_from_logit(g, x) : voxel_from_probability(g, x);
    for (int f = 0; f < field_count<Double>(); ++f) {
      v.f[f] = input.fields[f][i];
    }
    return v;
  }

  static LOSSSCOPE_FUNCTION void keep(const Numbers<float, kTerms>& terms, float* out, int i) {
    for (int k = 0; k < kTerms; ++k) {
      out[k * kTile + i] = terms[k];
    }
  }

  template <class F>
  LOSSSCOPE_LOOP void tile_terms(const Single given, const BlockInput input, int n, float* __restrict terms) {
    const Single loss = settled<F>(given);
    for (int i = 0; i < n; ++i) {
      keep(loss.terms(voxel<F>(input, i)), terms, i);
    }
  }

  /// Contribution, and dL/dz or dL/dp.
  template <class F, bool ByLogit>
  LOSSSCOPE_LOOP void tile_effect(const Single given, const Coefficients c, const BlockInput input, int n,
                                  float* __restrict contribution, float* __restrict gradient) {
    const Single loss = settled<F>(given);
    for (int i = 0; i < n; ++i) {
      const Effect<float> e = loss.effect(voxel<F>(input, i), c);
      contribution[i] = e.contribution;
      gradient[i] = ByLogit ? e.gradient_logit : e.gradient_probability;
    }
  }

  template <class F>
  LOSSSCOPE_LOOP void tile_both(const Single given, const Coefficients c, const BlockInput input, int n,
                                float* __restrict terms, float* __restrict contribution, float* __restrict gradient) {
    const Single loss = settled<F>(given);
    for (int i = 0; i < n; ++i) {
      const Voxel<float> v = voxel<F>(input, i);
      keep(loss.terms(v), terms, i);
      const Effect<float> e = loss.effect(v, c);
      contribution[i] = e.contribution;
      gradient[i] = F::kLogits ? e.gradient_logit : e.gradient_probability;
    }
  }

  /// Adds value i to lane i % kLanes.
  LOSSSCOPE_LOOP void add_to_lanes(const float* __restrict values, int n, double* __restrict lanes) {
    double sums[kLanes];
    std::copy_n(lanes, kLanes, sums);
    int i = 0;
    for (; i + kLanes <= n; i += kLanes) {
      for (int lane = 0; lane < kLanes; ++lane) {
        sums[lane] += static_cast<double>(values[i + lane]);
      }
    }
    std::copy_n(sums, kLanes, lanes);
    for (; i < n; ++i) {
      lanes[i % kLanes] += static_cast<double>(values[i]);
    }
  }

  /// The sums of the terms of one block, in lanes until its end.
  struct Sums {
    double lanes[kTerms][kLanes] = {};

    void add_tile(const float* terms, int n) {
      for (int k = 0; k < kTerms; ++k) {
        add_to_lanes(terms + k * kTile, n, lanes[k]);
      }
    }
    void add_to(double* sums) {
      for (int k = 0; k < kTerms; ++k) {
        for (int half = kLanes / 2; half > 0; half /= 2) {
          for (int lane = 0; lane < half; ++lane) {
            lanes[k][lane] += lanes[k][lane + half];
          }
        }
        sums[k] += lanes[k][0];
      }
    }
  };

  static BlockInput advanced(BlockInput input, std::int64_t by) {
    input.mask += by;
    input.prediction += by;
    input.counts += input.counts != nullptr ? by : 0;
    for (int f = 0; f < field_count<Double>(); ++f) {
      input.fields[f] += by;
    }
    return input;
  }

  /// Calls work(begin, input there, count) for each tile of a block.
  template <class Work>
  static void for_tiles(const BlockInput& input, std::int64_t n, Work work) {
    for (std::int64_t begin = 0; begin < n; begin += kTile) {
      work(begin, advanced(input, begin), static_cast<int>(std::min<std::int64_t>(kTile, n - begin)));
    }
  }

  /// What a tile that was computed for all its voxels loses where they do not count.
  static void blank(const BlockInput& tile, std::int64_t n, float* values) {
    if (tile.counts != nullptr) {
      Counts<Isa>::blank(tile.counts, n, values);
    }
  }
  static void blank_terms(const BlockInput& tile, int n, float* terms) {
    for (int k = 0; k < kTerms; ++k) {
      blank(tile, n, terms + k * kTile);
    }
  }

  static Coefficients in_single(const double* coefficients) {
    Coefficients c{};
    for (int k = 0; k < kCoefficients; ++k) {
      c[k] = static_cast<float>(coefficients[k]);
    }
    return c;
  }

  static void terms(const double* parameters, const BlockInput& input, std::int64_t n, double* sums) {
    const auto loss = with_parameters<Single>(parameters);
    with_form(loss, input.kind, [&]<class F>(F) {
      alignas(64) float values[kTerms * kTile];
      Sums block;
      for_tiles(input, n, [&](std::int64_t, const BlockInput& tile, int count) {
        tile_terms<F>(loss, tile, count, values);
        blank_terms(tile, count, values);
        block.add_tile(values, count);
      });
      block.add_to(sums);
    });
  }

  static void effect(const double* parameters, const double* coefficients, const BlockInput& input, std::int64_t n,
                     const BlockOutput& output) {
    const auto loss = with_parameters<Single>(parameters);
    const Coefficients c = in_single(coefficients);
    float *const contribution = output.maps[0], *const by_probability = output.maps[1],
                 *const by_logit = output.maps[2];
    with_form(loss, input.kind, [&]<class F>(F) {
      alignas(64) float first[kTile], second[kTile];
      for_tiles(input, n, [&](std::int64_t begin, const BlockInput& tile, int count) {
        if (by_logit != nullptr) {
          tile_effect<F, true>(loss, c, tile, count, first, second);
          blank(tile, count, second);
          put_tile(by_logit + begin, second, count, output.stream);
        }
        if (by_probability != nullptr || by_logit == nullptr) {
          tile_effect<F, false>(loss, c, tile, count, first, second);
        }
        if (by_probability != nullptr) {
          blank(tile, count, second);
          put_tile(by_probability + begin, second, count, output.stream);
        }
        if (contribution != nullptr) {
          blank(tile, count, first);
          put_tile(contribution + begin, first, count, output.stream);
        }
      });
    });
  }

  static void both(const double* parameters, const double* coefficients, const BlockInput& input, std::int64_t n,
                   double* sums, const BlockOutput& output) {
    const auto loss = with_parameters<Single>(parameters);
    const Coefficients c = in_single(coefficients);
    float* gradient = output.maps[input.kind == PredictionKind::logit ? 2 : 1];
    with_form(loss, input.kind, [&]<class F>(F) {
      alignas(64) float values[kTerms * kTile], first[kTile], second[kTile];
      Sums block;
      for_tiles(input, n, [&](std::int64_t begin, const BlockInput& tile, int count) {
        tile_both<F>(loss, c, tile, count, values, first, second);
        blank_terms(tile, count, values);
        blank(tile, count, first);
        blank(tile, count, second);
        block.add_tile(values, count);
        if (output.maps[0] != nullptr) {
          put_tile(output.maps[0] + begin, first, count, output.stream);
        }
        put_tile(gradient + begin, second, count, output.stream);
      });
      block.add_to(sums);
    });
  }

  template <class F>
  static void all_drops(const double* parameters, const double* sums, const Totals& totals, const BlockInput& input,
                        std::int64_t n, float* drop) {
    const auto single = with_parameters<Single>(parameters);
    const auto loss = with_parameters<Double>(parameters);
    Numbers<double, kTerms> all{};
    std::copy_n(sums, kTerms, all.v);
    const double value = loss.finish(all, totals).value;
    for (std::int64_t i = 0; i < n; ++i) {
      const Voxel<float> v = voxel<F>(input, i);
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
      all_drops<Form<true, false>>(parameters, sums, totals, input, n, drop);
    } else {
      all_drops<Form<false, false>>(parameters, sums, totals, input, n, drop);
    }
    blank(input, n, drop);
  }

  static constexpr Kernels kernels() {
    Kernels row{&terms, &effect, nullptr, &counterfactual, Known::after_sums};
    if constexpr (requires { Double::kCoefficientsKnown; }) {
      row.both = &both;
      row.coefficients_known = Double::kCoefficientsKnown;
    }
    return row;
  }
};

template <class Isa, template <class> class... L>
const KernelSet& kernel_set(LossList<L...>) {
  static constexpr Kernels table[] = {CpuKernels<Isa, L>::kernels()...};
  static constexpr KernelSet set{table,
                                 &Counts<Isa>::positives,
                                 &Counts<Isa>::all,
                                 distance_kernels<Isa>(),
                                 structural_kernels<Isa>(),
                                 softmax_kernels<Isa>()};
  return set;
}

}  // namespace lossscope
