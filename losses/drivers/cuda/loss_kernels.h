// SPDX-License-Identifier: Apache-2.0
// The kernels of one loss: its sums over a volume, its maps, its what-if map. They know no formula.
#pragma once

#include "losses/counts.h"
#include "losses/drivers/cuda/field_kernels.h"
#include "losses/evaluate.h"
#include "losses/registry.h"

namespace lossscope::cuda {

/// A problem in the memory of a device. Fields that a loss does not ask for are not read.
struct DeviceInput {
  const std::uint8_t* mask;
  const float* prediction;
  const float* fields[kMaxFields];
  const std::uint8_t* counts;  ///< 0 for voxels that do not count; null where all do (counts_at)
};

/// How many voxels count.
struct CountedVoxels {
  static constexpr int kWidth = 1;
  static constexpr Rule kRule = Rule::sum;
  const std::uint8_t* counts;
  LOSSSCOPE_FUNCTION void absorb(Numbers<double, kWidth>& mine, std::int64_t begin, int count) const {
    const Quad<std::uint8_t> quad = load_quad(counts + begin, count);  // 0 past the end
    int found = 0;
    LOSSSCOPE_UNROLL
    for (int i = 0; i < kQuad; ++i) {
      found += quad.v[i] != 0 ? 1 : 0;
    }
    mine[0] += static_cast<double>(found);
  }
};

template <template <class> class L, bool Logits>
struct LossVoxels {
  static constexpr int kFields = field_count<L<double>>();

  LOSSSCOPE_FUNCTION static Voxel<float> voxel(std::uint8_t label, float x, const float* fields) {
    const auto g = static_cast<float>(label);
    Voxel<float> v = Logits ? voxel_from_logit(g, x) : voxel_from_probability(g, x);
    for (int f = 0; f < kFields; ++f) {
      v.f[f] = fields[f];
    }
    return v;
  }

  LOSSSCOPE_FUNCTION static Voxel<float> at(const DeviceInput& input, std::int64_t i) {
    float fields[kMaxFields] = {};
    for (int f = 0; f < kFields; ++f) {
      fields[f] = input.fields[f][i];
    }
    return voxel(input.mask[i], input.prediction[i], fields);
  }
};

/// Up to four neighbouring voxels.
template <template <class> class L, bool Logits>
struct VoxelQuad {
  using Voxels = LossVoxels<L, Logits>;
  Quad<std::uint8_t> mask;
  Quad<float> prediction;
  Quad<float> fields[kMaxFields];

  LOSSSCOPE_FUNCTION VoxelQuad(const DeviceInput& input, std::int64_t begin, int count)
      : mask(load_quad(input.mask + begin, count)), prediction(load_quad(input.prediction + begin, count)) {
    for (int f = 0; f < Voxels::kFields; ++f) {
      fields[f] = load_quad(input.fields[f] + begin, count);
    }
  }

  LOSSSCOPE_FUNCTION Voxel<float> operator[](int i) const {
    float own[kMaxFields] = {};
    for (int f = 0; f < Voxels::kFields; ++f) {
      own[f] = fields[f].v[i];
    }
    return Voxels::voxel(mask.v[i], prediction.v[i], own);
  }
};

/// Which of the `count` voxels from `begin` on, a multiple of kQuad, count: bit i for voxel begin + i.
LOSSSCOPE_FUNCTION unsigned counted_quad(const std::uint8_t* counts, std::int64_t begin, int count) {
  const unsigned there = (1U << count) - 1U;
  if (counts == nullptr) {
    return there;
  }
  const Quad<std::uint8_t> quad = load_quad(counts + begin, count);
  unsigned counted = 0;
  LOSSSCOPE_UNROLL
  for (int i = 0; i < kQuad; ++i) {
    counted |= quad.v[i] != 0 ? 1U << i : 0U;
  }
  return counted & there;
}

/// The sum of a quad's terms. In float, two and two: it rounds twice, so that it is off by 2 * 2^-24 = 1.2e-7 of itself
/// at most, no more than the terms themselves. What may cancel (sums_cancel) is added in float64.
template <bool Cancels>
LOSSSCOPE_FUNCTION double sum_of(const Quad<float>& terms) {
  if constexpr (Cancels) {
    return (static_cast<double>(terms.v[0]) + static_cast<double>(terms.v[1])) +
           (static_cast<double>(terms.v[2]) + static_cast<double>(terms.v[3]));
  } else {
    return static_cast<double>((terms.v[0] + terms.v[1]) + (terms.v[2] + terms.v[3]));
  }
}

/// What voxels that count add to the sums; the last number counts those of the mask.
template <template <class> class L, bool Logits>
struct Terms {
  static constexpr int kTerms = L<double>::kTerms;
  static constexpr int kWidth = kTerms + 1;
  static constexpr Rule kRule = Rule::sum;
  DeviceInput input;
  L<float> loss;

  LOSSSCOPE_FUNCTION void absorb(Numbers<double, kWidth>& sums, std::int64_t begin, int count) const {
    const VoxelQuad<L, Logits> quad(input, begin, count);
    const unsigned counted = counted_quad(input.counts, begin, count);
    Quad<float> terms[kTerms];
    int positives = 0;
    LOSSSCOPE_UNROLL
    for (int i = 0; i < kQuad; ++i) {
      const bool counts = (counted >> i & 1U) != 0;
      const auto own = loss.terms(quad[i]);
      LOSSSCOPE_UNROLL
      for (int k = 0; k < kTerms; ++k) {
        terms[k].v[i] = counts ? own[k] : 0.0F;
      }
      positives += counts ? quad.mask.v[i] : 0;
    }
    LOSSSCOPE_UNROLL
    for (int k = 0; k < kTerms; ++k) {
      sums[k] += sum_of<sums_cancel<L<double>>()>(terms[k]);
    }
    sums[kTerms] += static_cast<double>(positives);
  }
};

/// Contribution, dL/dp and dL/dz of four voxels of a plane or a range; maps that nobody wants are null.
/// Maps are 0 where voxels do not count.
template <template <class> class L, bool Logits>
struct Effects {
  static constexpr int kCoefficients = L<double>::kCoefficients;
  DeviceInput input;
  PlaneLayout layout;  ///< of the voxels that are mapped
  std::int64_t n;
  L<float> loss;
  Numbers<float, kCoefficients> coefficients;
  float *contribution, *gradient_probability, *gradient_logit;

  LOSSSCOPE_FUNCTION void operator()(std::int64_t quad) const {
    const std::int64_t first = quad * kQuad;
    const int count = n - first < kQuad ? static_cast<int>(n - first) : kQuad;
    Quad<float> c{}, p{}, z{};
    if (layout.height == 1 && layout.along == 1 && layout.begin % kQuad == 0) {
      const VoxelQuad<L, Logits> voxels(input, layout.begin + first, count);
      const unsigned counted = counted_quad(input.counts, layout.begin + first, count);
      LOSSSCOPE_UNROLL
      for (int i = 0; i < kQuad; ++i) {
        if ((counted >> i & 1U) != 0) {
          set(loss.effect(voxels[i], coefficients), i, c, p, z);
        }
      }
    } else {
      LOSSSCOPE_UNROLL
      for (int i = 0; i < kQuad; ++i) {
        const std::int64_t voxel = i < count ? voxel_of(layout, first + i) : 0;
        if (i < count && counts_at(input.counts, voxel)) {
          set(loss.effect(LossVoxels<L, Logits>::at(input, voxel), coefficients), i, c, p, z);
        }
      }
    }
    if (contribution != nullptr) {
      store_quad(contribution + first, c, count);
    }
    if (gradient_probability != nullptr) {
      store_quad(gradient_probability + first, p, count);
    }
    if (gradient_logit != nullptr) {
      store_quad(gradient_logit + first, z, count);
    }
  }

  LOSSSCOPE_FUNCTION static void set(const Effect<float>& effect, int i, Quad<float>& c, Quad<float>& p,
                                     Quad<float>& z) {
    c.v[i] = effect.contribution;
    p.v[i] = effect.gradient_probability;
    z.v[i] = effect.gradient_logit;
  }
};

/// By how much the value would drop if one voxel were predicted perfectly; fields held constant.
template <template <class> class L, bool Logits>
struct Drops {
  static constexpr int kTerms = L<double>::kTerms;
  DeviceInput input;
  PlaneLayout layout;
  L<float> single;
  L<double> loss;
  Numbers<double, kTerms> sums;
  Totals totals;
  double value;
  float* drop;

  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const std::int64_t voxel = voxel_of(layout, i);
    if (!counts_at(input.counts, voxel)) {
      drop[i] = 0;
      return;
    }
    const Voxel<float> v = LossVoxels<L, Logits>::at(input, voxel);
    const auto now = single.terms(v);
    const auto then = single.terms(corrected(v));
    Numbers<double, kTerms> without = sums;
    for (int k = 0; k < kTerms; ++k) {
      without[k] += static_cast<double>(then[k]) - static_cast<double>(now[k]);
    }
    drop[i] = static_cast<float>(value - loss.finish(without, totals).value);
  }
};

}  // namespace lossscope::cuda
