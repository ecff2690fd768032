// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

/// Poly-1 cross-entropy (Leng et al. 2022; losses.md section 7).
template <class T>
struct Poly1 {
  using Value = T;
  T epsilon = 1, reduction = 0;

  static constexpr Declaration declaration{
      .id = "poly1",
      .name = "Poly-1 cross-entropy",
      .family = "Distribution",
      .true_class = true,
      .formula = R"(L = \frac{1}{N}\sum_i \left[ -\ln p_{t,i} + \epsilon\,(1 - p_{t,i}) \right])",
      .live = "{c0} · ({s0} + {epsilon} · {s1})",
      .summary =
          "Cross-entropy plus a multiple of the error probability, the first term of its series in powers of it: "
          "a moderately wrong voxel pulls harder, a surely wrong one hardly more.",
      .use_when = "Cross-entropy works, and one more number may be tuned.",
      .avoid_when = "The structure is small: the background's many small costs outweigh it, as with cross-entropy.",
      .citation =
          "Leng, Tan, Liu, Cubuk, Shi, Cheng, Anguelov: PolyLoss: A polynomial expansion perspective of classification "
          "loss functions. ICLR 2022.",
      .link = "https://arxiv.org/abs/2204.12511",
  };
  static constexpr std::array parameters{
      Parameter<Poly1>{&Poly1::epsilon,
                       {.id = "epsilon",
                        .symbol = R"(\epsilon)",
                        .label = "Weight of the error",
                        .meaning = "What the error probability is multiplied by; 0 is cross-entropy, below 0 moderate "
                                   "errors cost less than there.",
                        .minimum = -1,
                        .maximum = 100,
                        .slider_minimum = -1,
                        .slider_maximum = 6,
                        .default_value = 1,
                        .in_terms = false}},
      Parameter<Poly1>{&Poly1::reduction, reduction_parameter(kMeanOrSum)},
  };

  static constexpr int kTerms = 2, kCoefficients = 2;
  static constexpr Known kCoefficientsKnown = Known::before;
  static constexpr bool kSumsCancel = true;  // with an epsilon of -1 it is l - q, which is q^2 / 2 where q is small

  LOSSSCOPE_FUNCTION Numbers<T, kTerms> terms(const Voxel<T>& v) const { return {{v.l, v.q}}; }

  [[nodiscard]] LOSSSCOPE_FUNCTION Finished<kCoefficients> finish(const Numbers<double, kTerms>& sums,
                                                                  const Totals& totals) const {
    const double scale = reduction > T(0.5) ? 1.0 : 1.0 / totals.voxels;
    const double error = double(epsilon) * scale;
    return {sums[0] * scale + sums[1] * error, {{scale, error}}};
  }

  LOSSSCOPE_FUNCTION Effect<T> effect(const Voxel<T>& v, const Numbers<T, kCoefficients>& c) const {
    return {c[0] * v.l + c[1] * v.q, -v.s * (c[0] * v.slope + c[1]), -v.s * v.q * (c[0] + c[1] * v.pt)};
  }
};

}  // namespace lossscope
