// SPDX-License-Identifier: Apache-2.0
// The concept: a loss is three small functions. `terms` says what one voxel adds to a few global sums; `finish` turns
// the sums into the value and a handful of coefficients; `effect` turns one voxel and those coefficients into its
// contribution and its gradient. losses/functions/dice.h is a good one to read first.
#pragma once

#include <array>
#include <utility>

#include "losses/declaration.h"
#include "losses/maths.h"

namespace lossscope {

inline constexpr int kMaxFields = 3;                     ///< auxiliary fields a loss may ask for
inline constexpr double kFloor = 1e-7;                   ///< the one clamp: -ln(max(pt, kFloor)), 1 / max(pt, kFloor)
inline constexpr double kFloorCost = 16.11809565095832;  ///< -ln(kFloor)

/// A few numbers, usable on host and device.
template <class T, int N>
struct Numbers {
  T v[N > 0 ? N : 1];
  LOSSSCOPE_FUNCTION T& operator[](int i) { return v[i]; }
  LOSSSCOPE_FUNCTION const T& operator[](int i) const { return v[i]; }
};

/// One voxel as losses.md section 1 names it. What a loss does not use costs nothing: it is compiled away.
template <class T>
struct Voxel {
  T g;              ///< label, 0 or 1
  T p;              ///< probability of the foreground
  T pt, q;          ///< probability of the true class, and of the other: 1 - pt without cancellation
  T l;              ///< cross-entropy, -ln pt
  T l_other;        ///< cross-entropy of the other class, -ln q
  T slope;          ///< -dl/dpt = 1 / max(pt, kFloor)
  T s;              ///< 2 g - 1
  T f[kMaxFields];  ///< auxiliary fields
};

template <class T>
LOSSSCOPE_FUNCTION Voxel<T> voxel_from_probability(T g, T p) {
  Voxel<T> v{};
  const bool foreground = g > T(0.5);
  v.g = g;
  v.p = p;
  v.s = foreground ? T(1) : T(-1);
  v.pt = foreground ? p : T(1) - p;
  v.q = foreground ? T(1) - p : p;
  const T floored = larger(v.pt, T(kFloor));
  v.l = minus_log_of(floored, v.q);
  v.l_other = minus_log_of(larger(v.q, T(kFloor)), v.pt);
  v.slope = T(1) / floored;
  return v;
}

template <class T>
LOSSSCOPE_FUNCTION Voxel<T> voxel_from_logit(T g, T z) {
  Voxel<T> v{};
  v.g = g;
  v.s = g > T(0.5) ? T(1) : T(-1);
  const T sz = v.s * z;
  const T e = exp_of(sz > T(0) ? -sz : sz);  // exp(-|z|)
  const T likely = T(1) / (T(1) + e);
  const T unlikely = e * likely;
  v.p = z > T(0) ? likely : unlikely;
  v.pt = sz > T(0) ? likely : unlikely;
  v.q = sz > T(0) ? unlikely : likely;
  v.l = (sz > T(0) ? T(0) : -sz) + log1p_of(e);
  v.l_other = (sz > T(0) ? sz : T(0)) + log1p_of(e);
  v.slope = T(1) / larger(v.pt, T(kFloor));
  return v;
}

/// The same voxel, predicted perfectly: as far as the floor lets a probability be told from 0.
template <class T>
LOSSSCOPE_FUNCTION Voxel<T> corrected(Voxel<T> v) {
  v.p = v.g;
  v.pt = T(1);
  v.q = T(0);
  v.l = T(0);
  v.l_other = T(kFloorCost);
  v.slope = T(1);
  return v;
}

/// What one voxel does to the loss.
template <class T>
struct Effect {
  T contribution;          ///< its additive share of the value
  T gradient_probability;  ///< dL/dp
  T gradient_logit;        ///< dL/dz
};

/// What `finish` knows beside the sums.
struct Totals {
  double voxels = 0;                                        ///< N: voxels that count
  double positives = 0;                                     ///< n1: those of the mask
  std::array<std::array<double, 4>, kMaxFields> scalars{};  ///< numbers beside each auxiliary field
};

template <int N>
struct Finished {
  double value = 0;
  Numbers<double, N> coefficients{};
};

/// When the coefficients of `finish` are known, if not with the sums: then value and maps take one pass over memory.
enum class Known : std::uint8_t { after_sums, after_mask, before };

/// A parameter's usual value, with which the kernels are compiled a second time as a constant.
template <class L>
struct Usual {
  typename L::Value L::*member;
  typename L::Value value;
};

/// One parameter of a loss: its plain description, bound to the member that holds it.
template <class L>
struct Parameter {
  typename L::Value L::*member;
  ParameterInfo info;
};

}  // namespace lossscope
