// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "losses/functions/common.h"

namespace lossscope {

/// A function F of a ratio loss: contributions keep their shares of the base loss, gradients get the factor F'(L).
/// Coefficients: {1/D and share for the contribution; 1/D and (1 - L)/D for the gradient}.
LOSSSCOPE_FUNCTION Finished<4> transformed(const Finished<3>& base, double value, double slope) {
  const double share = base.value != 0 ? value / base.value : 0.0;
  const auto& c = base.coefficients;
  return {value, {{share * c[0], share * c[1], slope * c[0], slope * c[2]}}};
}

template <class T>
LOSSSCOPE_FUNCTION Effect<T> transformed_effect(const Voxel<T>& v, const RatioTerms<T>& t, const Numbers<T, 4>& c) {
  const T gradient = t.d_slope * c[3] - t.overlap_slope * c[2];
  return {t.a * c[0] + c[1], gradient, gradient * v.pt * v.q};
}

}  // namespace lossscope
