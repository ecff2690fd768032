// SPDX-License-Identifier: Apache-2.0
// Local statistics and the structural error of losses.md N. In float64: a variance is a small difference.
#pragma once

#include "losses/counts.h"
#include "losses/drivers/cuda/field_kernels.h"

namespace lossscope::cuda {

inline constexpr int kMaxWindow = 31;

/// Of voxels that do not count all statistics are those of 0.
struct MaskValues {
  const std::uint8_t* in;
  double* out;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { out[i] = static_cast<double>(in[i]); }
};

struct Probabilities {
  const float* in;
  double* out;
  bool logits;
  const std::uint8_t* counts;  ///< null where all count
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const auto x = static_cast<double>(in[i]);
    const double p = logits ? 1 / (1 + exp_of(-x)) : x;
    out[i] = counts_at(counts, i) ? p : 0.0;
  }
};

struct Square {
  const double* in;
  double* out;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { out[i] = in[i] * in[i]; }
};

/// Weighted sum over a window along one axis; outside the volume there are zeros.
struct SmoothAxis {
  const double* in;
  double* out;
  std::int64_t n, stride;
  int radius;
  double weights[kMaxWindow];

  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const std::int64_t j = i / stride % n;
    double sum = 0;
    for (int offset = -radius; offset <= radius; ++offset) {
      if (j + offset >= 0 && j + offset < n) {
        sum += weights[offset + radius] * in[i + offset * stride];
      }
    }
    out[i] = sum;
  }
};

/// Divides by the share of the window that lies inside, the product over the axes.
struct Renormalise {
  double* values;
  const double* kept[3];
  std::int64_t size[3];
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const std::int64_t x = i % size[0], y = i / size[0] % size[1], z = i / size[0] / size[1];
    values[i] /= kept[1][y] * kept[2][z] * kept[0][x];
  }
};

/// 1 for what the windowed sum of is the share to divide by: voxels that count, or (`missing`) those that do not.
struct CountedShare {
  const std::uint8_t* counts;
  double* out;
  bool missing;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { out[i] = (counts[i] != 0) != missing ? 1.0 : 0.0; }
};

/// Divides by a share of the window, or (`missing`) by what such a share leaves of it; by 1 where nothing is left.
struct DivideBy {
  double* values;
  const double* share;
  bool missing;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const double left = missing ? 1 - share[i] : share[i];
    values[i] /= left > 0 ? left : 1.0;
  }
};

/// Standard deviation in place of the mean square.
struct Deviation {
  double* squares;
  const double* mean;
  double floor;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    squares[i] = std::sqrt(larger(squares[i] - mean[i] * mean[i], 0.0) + floor);
  }
};

/// (x - mean + C4) / (deviation + C4), in place of x.
struct Score {
  double* x;
  const double *mean, *deviation;
  double c4;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { x[i] = (x[i] - mean[i] + c4) / (deviation[i] + c4); }
};

/// The prediction's local statistics beside the mask's score.
struct Structure {
  const double *mask_score, *x, *mean, *deviation;
  double c4;
  /// Score of the prediction minus that of the mask.
  LOSSSCOPE_FUNCTION double difference(std::int64_t i) const {
    return (x[i] - mean[i] + c4) / (deviation[i] + c4) - mask_score[i];
  }
};

struct StructuralError {
  Structure s;
  const std::uint8_t* counts;
  double* error;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const double d = s.difference(i);
    const double e = d < 0 ? -d : d;
    error[i] = e < 1e-9 || !counts_at(counts, i) ? 0.0 : e;  // rounding of equal scores
  }
};

struct LargestError {
  static constexpr int kWidth = 1;
  static constexpr Rule kRule = Rule::maximum;
  const double* error;
  LOSSSCOPE_FUNCTION void absorb(Numbers<double, kWidth>& mine, std::int64_t begin, int count) const {
    for (int i = 0; i < count; ++i) {
      mine[0] = larger(mine[0], error[begin + i]);
    }
  }
};

/// Errors of at most `cut` become 0.
struct CutError {
  double* error;
  double cut;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { error[i] = error[i] > cut ? error[i] : 0.0; }
};

struct CountErrors {
  static constexpr int kWidth = 1;
  static constexpr Rule kRule = Rule::sum;
  const double* error;
  LOSSSCOPE_FUNCTION void absorb(Numbers<double, kWidth>& mine, std::int64_t begin, int count) const {
    for (int i = 0; i < count; ++i) {
      mine[0] += error[begin + i] > 0 ? 1.0 : 0.0;
    }
  }
};

struct ToFloat {
  const double* in;
  float* out;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { out[i] = static_cast<float>(in[i]); }
};

/// What a change of x does to f e through the numerator, the deviation and (times the mean) the mean.
struct SlopeParts {
  Structure s;
  const std::uint8_t* mask;
  const float* prediction;
  const double* error;
  bool logits;
  double share;  ///< (1 - lambda) / M
  double *by_value, *by_deviation, *by_mean;

  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const double d = s.difference(i);
    const double sign = d > 0 ? 1 : (d < 0 ? -1 : 0);
    const auto g = static_cast<double>(mask[i]);
    const auto x = static_cast<double>(prediction[i]);
    const double l = (logits ? voxel_from_logit(g, x) : voxel_from_probability(g, x)).l;
    const double h = error[i] > 0 ? share * l * sign : 0.0;
    const double u = s.x[i] - s.mean[i] + s.c4;
    const double v = s.deviation[i] + s.c4;
    by_value[i] = h / v;
    by_deviation[i] = h * u / (v * v * s.deviation[i]);
    by_mean[i] = by_deviation[i] * s.mean[i];
  }
};

struct SlopeSum {
  const double *x, *by_value, *through_mean, *through_deviation, *through_product;
  const std::uint8_t* counts;
  float* out;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const double slope = by_value[i] + through_product[i] - through_mean[i] - x[i] * through_deviation[i];
    out[i] = counts_at(counts, i) ? static_cast<float>(slope) : 0.0F;
  }
};

}  // namespace lossscope::cuda
