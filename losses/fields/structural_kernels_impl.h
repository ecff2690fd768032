// SPDX-License-Identifier: Apache-2.0
// Included once per instruction set, as losses/drivers/cpu_kernels_impl.h is.
#pragma once

#include <cmath>
#include <cstring>

#include "losses/fields/structural_kernels.h"
#include "losses/maths.h"

namespace lossscope {

template <class Isa>
struct StructuralLoops {
  using Doubles = double __attribute__((vector_size(64)));

  static LOSSSCOPE_FUNCTION Doubles load(const double* from) {
    Doubles lanes;
    std::memcpy(&lanes, from, sizeof lanes);
    return lanes;
  }
  static LOSSSCOPE_FUNCTION void store(const Doubles& lanes, double* to) { std::memcpy(to, &lanes, sizeof lanes); }

  static __attribute__((noinline)) void weigh(const double* const* rows, const double* weights, int taps,
                                              std::int64_t n, double* out) {
    std::int64_t i = 0;
    for (; i + 2 * kRowLanes <= n; i += 2 * kRowLanes) {  // two at a time: additions wait for the one before
      Doubles first{}, second{};
      for (int t = 0; t < taps; ++t) {
        first += weights[t] * load(rows[t] + i);
        second += weights[t] * load(rows[t] + i + kRowLanes);
      }
      store(first, out + i);
      store(second, out + i + kRowLanes);
    }
    for (; i < n; i += kRowLanes) {
      Doubles sum{};
      for (int t = 0; t < taps; ++t) {
        sum += weights[t] * load(rows[t] + i);
      }
      store(sum, out + i);
    }
  }

  static __attribute__((noinline)) void multiply(const double* a, const double* b, std::int64_t n, double* out) {
    for (std::int64_t i = 0; i < n; i += kRowLanes) {
      store(load(a + i) * load(b + i), out + i);
    }
  }

  static LOSSSCOPE_FUNCTION double deviation(double mean, double square, double floor) {
    const double variance = square - mean * mean;
    return std::sqrt((variance < 0 ? 0 : variance) + floor);
  }

  static __attribute__((noinline)) void errors(const LocalRows mask, const LocalRows prediction,
                                               const Stabilisers constants, int n, double* __restrict e) {
    const auto [c4, floor] = constants;
    for (int i = 0; i < n; ++i) {
      const double wanted = deviation(mask.mean[i], mask.square[i], floor);
      const double found = deviation(prediction.mean[i], prediction.square[i], floor);
      const double d = std::abs((mask.x[i] - mask.mean[i] + c4) / (wanted + c4) -
                                (prediction.x[i] - prediction.mean[i] + c4) / (found + c4));
      e[i] = d < 1e-9 ? 0 : d;  // rounding of equal scores
    }
  }

  static __attribute__((noinline)) void narrow(const double* __restrict e, int n, float* __restrict error) {
    for (int i = 0; i < n; ++i) {
      error[i] = static_cast<float>(e[i]);
    }
  }

  static LOSSSCOPE_FUNCTION LocalRows advanced(const LocalRows& rows, std::int64_t by) {
    return {rows.x + by, rows.mean + by, rows.square + by};
  }

  static void error(const LocalRows& mask, const LocalRows& prediction, const Stabilisers& constants, std::int64_t n,
                    float* error, double* largest) {
    constexpr int kPart = 64 * kRowLanes;
    alignas(64) double e[kPart] = {};
    Doubles most = load(largest);
    for (std::int64_t begin = 0; begin < n; begin += kPart) {
      const int count = n - begin < kPart ? static_cast<int>(n - begin) : kPart;
      errors(advanced(mask, begin), advanced(prediction, begin), constants, count, e);
      narrow(e, count, error + begin);
      for (int i = count; i % kRowLanes != 0; ++i) {
        e[i] = 0;
      }
      for (int i = 0; i < count; i += kRowLanes) {
        const Doubles here = load(e + i);
        most = here > most ? here : most;
      }
    }
    store(most, largest);
  }

  static __attribute__((noinline)) std::int64_t cut(float* error, std::int64_t n, double least) {
    std::int64_t left = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const bool counts = static_cast<double>(error[i]) > least;
      error[i] = counts ? error[i] : 0.0F;
      left += counts ? 1 : 0;
    }
    return left;
  }

  static __attribute__((noinline)) void parts_of(const LocalRows mask, const LocalRows prediction,
                                                 const Stabilisers constants, const double* h_without_sign,
                                                 std::int64_t n, double* __restrict by_value,
                                                 double* __restrict by_deviation, double* __restrict by_mean) {
    const auto [c4, floor] = constants;
    for (std::int64_t i = 0; i < n; ++i) {
      const double found = deviation(prediction.mean[i], prediction.square[i], floor);
      const double u = prediction.x[i] - prediction.mean[i] + c4;
      const double v = found + c4;
      const double difference =
          u / v - (mask.x[i] - mask.mean[i] + c4) / (deviation(mask.mean[i], mask.square[i], floor) + c4);
      const double sign = difference > 0 ? 1.0 : (difference < 0 ? -1.0 : 0.0);
      const double h = h_without_sign[i] * sign;
      const double k = h * u / (v * v * found);
      by_value[i] = h / v;
      by_deviation[i] = k;
      by_mean[i] = k * prediction.mean[i];
    }
  }

  static void slope_parts(const LocalRows& mask, const LocalRows& prediction, const Stabilisers& constants,
                          const double* h, std::int64_t n, const SlopeRows& parts) {
    parts_of(mask, prediction, constants, h, n, parts.by_value, parts.by_deviation, parts.by_mean);
  }

  static __attribute__((noinline)) void slope(const double* p, const double* by_value, const SlopeRows& adjoint,
                                              std::int64_t n, float* __restrict out) {
    const double *through_mean = adjoint.by_value, *through_deviation = adjoint.by_deviation,
                 *through_product = adjoint.by_mean;
    for (std::int64_t i = 0; i < n; ++i) {
      out[i] = static_cast<float>(by_value[i] + through_product[i] - through_mean[i] - p[i] * through_deviation[i]);
    }
  }
};

template <class Isa>
constexpr StructuralKernels structural_kernels() {
  using Loops = StructuralLoops<Isa>;
  return {&Loops::weigh, &Loops::multiply, &Loops::error, &Loops::cut, &Loops::slope_parts, &Loops::slope};
}

}  // namespace lossscope
