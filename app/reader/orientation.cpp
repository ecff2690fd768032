// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

using Matrix = std::array<double, 9>;

double determinant(const Matrix& m) {
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

/// Inverse transposed.
Matrix inverse_transposed(const Matrix& m) {
  const double d = determinant(m);
  return {(m[4] * m[8] - m[5] * m[7]) / d, (m[5] * m[6] - m[3] * m[8]) / d, (m[3] * m[7] - m[4] * m[6]) / d,
          (m[2] * m[7] - m[1] * m[8]) / d, (m[0] * m[8] - m[2] * m[6]) / d, (m[1] * m[6] - m[0] * m[7]) / d,
          (m[1] * m[5] - m[2] * m[4]) / d, (m[2] * m[3] - m[0] * m[5]) / d, (m[0] * m[4] - m[1] * m[3]) / d};
}

/// Largest entry of R^T R - I.
double deviation(const Matrix& m) {
  double largest = 0;
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      double dot = a == b ? -1 : 0;
      for (int row = 0; row < 3; ++row) {
        dot += m[3 * row + a] * m[3 * row + b];
      }
      largest = std::max(largest, std::abs(dot));
    }
  }
  return largest;
}

/// The nearest orthonormal matrix, by Newton's iteration for the polar factor.
Matrix nearest_orthonormal(Matrix m) {
  for (int step = 0; step < 20; ++step) {
    const Matrix other = inverse_transposed(m);
    for (std::size_t i = 0; i < m.size(); ++i) {
      m[i] = (m[i] + other[i]) / 2;
    }
  }
  return m;
}

[[noreturn]] void refuse(const std::string& reason) {
  throw Refused("E_GEOMETRY", reason, "correct the header, or export the volume again");
}

}  // namespace

void check_geometry(RawVolume& volume) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double h = volume.spacing[axis];
    if (volume.size[axis] < 1 || volume.size[axis] > 32767) {
      refuse("an axis has " + std::to_string(volume.size[axis]) + " voxels");
    }
    if (!std::isfinite(h) || h < 1e-4 || h > 1e3) {
      refuse("the spacing " + std::to_string(h) + " mm is not between 0.0001 and 1000 mm");
    }
    if (!std::isfinite(volume.origin[axis]) || std::abs(volume.origin[axis]) > 1e5) {
      refuse("the origin is more than 100 m away");
    }
  }
  if (volume.voxels() > (std::int64_t{1} << 31) - 1) {
    refuse("there are more than 2^31 - 1 voxels");
  }
  const double e = deviation(volume.direction);
  if (!(e <= 1e-2) || std::abs(determinant(volume.direction)) < 0.5) {
    throw Refused("E_ORTHO", "the axes are not at right angles (deviation " + std::to_string(e) + ")",
                  "resample the volume to an orthogonal grid first");
  }
  if (e > 1e-12) {
    volume.direction = nearest_orthonormal(volume.direction);
  }
  if (e > 1e-4) {
    volume.notes.push_back(
        {"W_ORTHO", "the axes were not quite at right angles (deviation " + std::to_string(e) + ") and were made so"});
  }
}

}  // namespace lossscope::reader
