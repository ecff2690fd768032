// SPDX-License-Identifier: Apache-2.0
// Logarithm, exponential and power for the inner loops: branch-free in float, so that they vectorise and run on a
// device, and without fast-math, so that every instruction set gives the same bits. In double they are <cmath>'s.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__CUDACC__)
#define LOSSSCOPE_FUNCTION __host__ __device__ __forceinline__
/// On a GPU a branch that all threads take alike costs nothing, whether or not the compiler knows the value.
#define LOSSSCOPE_KNOWN(value) true
#else
/// Always inlined: kernels are compiled once per instruction set, and the linker would keep one copy for all of them.
#define LOSSSCOPE_FUNCTION inline __attribute__((always_inline))
/// Whether the compiler knows a value, so that a branch on it does not keep a loop from being vectorised.
#define LOSSSCOPE_KNOWN(value) __builtin_constant_p(value)
#endif

namespace lossscope {

template <class To, class From>
LOSSSCOPE_FUNCTION To bits_as(From from) {
  To to;
  std::memcpy(&to, &from, sizeof(To));
  return to;
}

/// 2 atanh(t) for |t| <= 1/3: minimax polynomial (Remez), relative error below 5e-9 before rounding.
LOSSSCOPE_FUNCTION float twice_atanh(float t) {
  const float t2 = t * t;
  float series = 0.14015296F;
  series = series * t2 + 0.13998996F;
  series = series * t2 + 0.20010881F;
  series = series * t2 + 0.33333206F;
  const float twice = t + t;
  return twice + twice * t2 * series;
}

/// x = 2^exponent * mantissa with the mantissa in [2/3, 4/3), for a positive normal number.
struct Binary {
  float exponent, mantissa;
};
LOSSSCOPE_FUNCTION Binary binary_of(float x) {
  const auto bits = bits_as<std::int32_t>(x);
  const std::int32_t exponent = (bits - 0x3f2aaaab) >> 23;
  return {static_cast<float>(exponent), bits_as<float>(bits - (exponent << 23))};
}
inline constexpr float kLn2High = 0.693145751953125F, kLn2Low = 1.42860682e-6F;

/// Natural logarithm of a positive normal number; NaN of NaN.
LOSSSCOPE_FUNCTION float log_of(float x) {
  const auto [e, m] = binary_of(x);
  const float result = e * kLn2High + (twice_atanh((m - 1.0F) / (m + 1.0F)) + e * kLn2Low);
  return x == x ? result : x;
}
LOSSSCOPE_FUNCTION double log_of(double x) { return std::log(x); }

/// -ln(1 - q) for 0 <= q <= 1/2, accurate for small q.
LOSSSCOPE_FUNCTION float minus_log1m(float q) { return twice_atanh(q / (2.0F - q)); }
LOSSSCOPE_FUNCTION double minus_log1m(double q) { return -std::log1p(-q); }

/// -ln(x), x a positive normal number and q = 1 - x known without cancellation: one division and one polynomial for
/// small q and for small x.
LOSSSCOPE_FUNCTION float minus_log_of(float x, float q) {
  const bool far = q >= 0.5F;  // false for NaN, which the other branch passes on
  const auto [exponent, m] = binary_of(x);
  const float e = far ? exponent : 0.0F;
  const float near_one = twice_atanh((far ? 1.0F - m : q) / (far ? 1.0F + m : 2.0F - q));
  return (near_one - e * kLn2Low) - e * kLn2High;
}
LOSSSCOPE_FUNCTION double minus_log_of(double x, double q) { return q >= 0.5 ? -std::log(x) : -std::log1p(-q); }

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
  const float r = (x - n * kLn2High) - n * kLn2Low;
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

/// The binary logarithm of a positive normal number in two parts, whose sum a float could not hold: a whole number, and
/// the rest, between -0.59 and 0.42 and good to 2^-24. Minimax polynomial (Remez) in the argument of the area tangent,
/// which is at most 1/5.
struct Log2 {
  float whole, rest;
};
LOSSSCOPE_FUNCTION Log2 log2_of(float x) {
  const auto [exponent, m] = binary_of(x);
  const float t = (m - 1.0F) / (m + 1.0F);
  const float t2 = t * t;
  const float series = (2.8853900F + 0.96180713F * t2) + (0.57614768F + 0.44263324F * t2) * (t2 * t2);
  return {exponent, t * series};
}

/// 2^(x + y) for -126 <= x + y <= 126.5 by a minimax polynomial (Remez), relative error below 2e-9 before rounding. `y`
/// is what `x` had no room for: it is not lost.
LOSSSCOPE_FUNCTION float exp2_of(float x, float y) {
  const float shifted = (x + y) + 12582912.0F;  // adding 1.5 * 2^23 rounds to a whole number
  const float r = (x - (shifted - 12582912.0F)) + y;
  const float r2 = r * r;
  const float high = (9.6180039e-3F + 1.3400236e-3F * r) + 1.5476331e-4F * r2;
  const float series = 1.0F + (r * (0.69314718F + 0.24022651F * r) + (r2 * r) * (5.5503279e-2F + r * high));
  // The last bits of `shifted` are the whole number; moved left by 23 bits they add to a float's exponent.
  return bits_as<float>(bits_as<std::int32_t>(series) + (bits_as<std::int32_t>(shifted) << 23));
}

/// x^y for x, y >= 0; 0^0 is 1 and 0^y is 0 otherwise. Powers that are no normal numbers are 0 or held at 2^126, and x
/// below 1e-37 counts as 0. A square where the compiler knows that y is 2.
LOSSSCOPE_FUNCTION float pow_of(float x, float y) {
  if (LOSSSCOPE_KNOWN(y) && y == 2.0F) {
    return x * x;
  }
  // Between which x the power is a normal number: the same for all voxels, so that it is found outside the loop.
  const float most = exp2_of(y > 1.0F ? 126.0F / y : 126.0F, 0.0F);
  const float least = 1.0F / most < 1e-37F ? 1e-37F : 1.0F / most;
  const float held = x < least ? least : x;
  // y in two parts, the first so short that its product with the whole logarithm is exact: a small power would else be
  // off by many times a float's rounding, and another time by as much where products and sums are contracted.
  const auto y_high = bits_as<float>(bits_as<std::int32_t>(y) & static_cast<std::int32_t>(0xfffff000U));
  const auto [whole, rest] = log2_of(held > most ? most : held);
  const float power = exp2_of(y_high * whole, (y - y_high) * whole + y * rest);
  const float at_zero = x * 0.0F + (y == 0.0F ? 1.0F : 0.0F);  // NaN stays NaN
  return x >= least ? power : at_zero;
}
LOSSSCOPE_FUNCTION double pow_of(double x, double y) { return std::pow(x, y); }

/// The larger of two numbers; NaN if the first one is.
template <class T>
LOSSSCOPE_FUNCTION T larger(T a, T b) {
  return a < b ? b : a;
}

}  // namespace lossscope
