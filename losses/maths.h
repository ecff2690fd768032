// SPDX-License-Identifier: Apache-2.0
// Logarithm, exponential and power for the inner loops: branch-free in float, so that they vectorise and run on a
// device, and without fast-math, so that every instruction set gives the same bits. In double they are <cmath>'s.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__CUDACC__)
#define LOSSSCOPE_FUNCTION __host__ __device__ __forceinline__
#else
/// Always inlined: kernels are compiled once per instruction set, and a shared out-of-line copy would mix them up.
#define LOSSSCOPE_FUNCTION inline __attribute__((always_inline))
#endif

namespace lossscope {

template <class To, class From>
LOSSSCOPE_FUNCTION To bits_as(From from) {
  To to;
  std::memcpy(&to, &from, sizeof(To));
  return to;
}

/// 2 atanh(t) for |t| <= 1/3; relative error below 2e-9 before rounding.
LOSSSCOPE_FUNCTION float twice_atanh(float t) {
  const float t2 = t * t;
  float series = 1.0F / 15.0F;
  series = series * t2 + 1.0F / 13.0F;
  series = series * t2 + 1.0F / 11.0F;
  series = series * t2 + 1.0F / 9.0F;
  series = series * t2 + 1.0F / 7.0F;
  series = series * t2 + 1.0F / 5.0F;
  series = series * t2 + 1.0F / 3.0F;
  return 2.0F * t + 2.0F * t * t2 * series;
}

/// Natural logarithm of a positive normal number.
LOSSSCOPE_FUNCTION float log_of(float x) {
  const auto bits = bits_as<std::int32_t>(x);
  const std::int32_t exponent = (bits - 0x3f2aaaab) >> 23;  // brings the mantissa into [2/3, 4/3)
  const auto mantissa = bits_as<float>(bits - (exponent << 23));
  const auto e = static_cast<float>(exponent);
  return e * 0.693145751953125F + (twice_atanh((mantissa - 1.0F) / (mantissa + 1.0F)) + e * 1.42860682e-6F);
}
LOSSSCOPE_FUNCTION double log_of(double x) { return std::log(x); }

/// -ln(1 - q) for 0 <= q <= 1/2, accurate for small q.
LOSSSCOPE_FUNCTION float minus_log1m(float q) { return twice_atanh(q / (2.0F - q)); }
LOSSSCOPE_FUNCTION double minus_log1m(double q) { return -std::log1p(-q); }

/// ln(1 + e) for 0 <= e <= 1.
LOSSSCOPE_FUNCTION float log1p_of(float e) { return twice_atanh(e / (2.0F + e)); }
LOSSSCOPE_FUNCTION double log1p_of(double e) { return std::log1p(e); }

/// Exponential, 0 below -87 (where floats stop being normal); arguments above 87 are held there.
LOSSSCOPE_FUNCTION float exp_of(float x) {
  const bool vanishes = x < -87.0F;
  x = vanishes ? 0.0F : x;
  x = x > 87.0F ? 87.0F : x;
  const float shifted = x * 1.44269504F + 12582912.0F;  // adding 1.5 * 2^23 rounds to a whole number
  const float n = shifted - 12582912.0F;
  const float r = (x - n * 0.693145751953125F) - n * 1.42860682e-6F;
  float series = 1.0F / 5040.0F;
  series = series * r + 1.0F / 720.0F;
  series = series * r + 1.0F / 120.0F;
  series = series * r + 1.0F / 24.0F;
  series = series * r + 1.0F / 6.0F;
  series = series * r + 0.5F;
  series = series * r + 1.0F;
  series = series * r + 1.0F;
  const auto result = bits_as<float>(bits_as<std::int32_t>(series) + (static_cast<std::int32_t>(n) << 23));
  return vanishes ? 0.0F : result;
}
LOSSSCOPE_FUNCTION double exp_of(double x) { return std::exp(x); }

/// x^y for x >= 0; 0^0 is 1 and 0^y is 0 otherwise.
LOSSSCOPE_FUNCTION float pow_of(float x, float y) {
  const float power = exp_of(y * log_of(x < 1e-37F ? 1e-37F : x));
  return x > 0.0F ? power : (y == 0.0F ? 1.0F : 0.0F);
}
LOSSSCOPE_FUNCTION double pow_of(double x, double y) { return std::pow(x, y); }

template <class T>
LOSSSCOPE_FUNCTION T larger(T a, T b) {
  return a > b ? a : b;
}

}  // namespace lossscope
