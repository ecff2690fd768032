// SPDX-License-Identifier: Apache-2.0
// Grids that a person asked to be changed: halved, made orthogonal, made even.
#include <algorithm>
#include <cmath>

#include "app/reader/gates/vector3.h"
#include "app/reader/raw_volume.h"

namespace lossscope::reader {
namespace {

using Matrix = std::array<double, 9>;

/// The voxels as float64, scaled.
std::vector<double> values_of(const RawVolume& volume) {
  std::vector<double> values(static_cast<std::size_t>(volume.voxels()));
  for_each_voxel(volume, [&](std::size_t i, double value) { values[i] = value; });
  return values;
}

void set_values(RawVolume& volume, const std::vector<double>& values) {
  volume.bytes.resize(values.size() * sizeof(double));
  std::memcpy(volume.bytes.data(), values.data(), volume.bytes.size());
  volume.scalar = Scalar::f64;
  volume.slope = 1;
  volume.intercept = 0;
}

Matrix inverse(const Matrix& m) {
  const double d =
      m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
  return {(m[4] * m[8] - m[5] * m[7]) / d, (m[2] * m[7] - m[1] * m[8]) / d, (m[1] * m[5] - m[2] * m[4]) / d,
          (m[5] * m[6] - m[3] * m[8]) / d, (m[0] * m[8] - m[2] * m[6]) / d, (m[2] * m[3] - m[0] * m[5]) / d,
          (m[3] * m[7] - m[4] * m[6]) / d, (m[1] * m[6] - m[0] * m[7]) / d, (m[0] * m[4] - m[1] * m[3]) / d};
}

Vector times(const Matrix& m, const Vector& v) {
  return {m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
          m[6] * v[0] + m[7] * v[1] + m[8] * v[2]};
}

/// Values on a grid at a continuous index; 0 outside the voxels.
class Sampler {
 public:
  Sampler(std::vector<double> values, const std::array<std::int64_t, 3>& size)
      : values_(std::move(values)), size_(size) {}

  [[nodiscard]] double at(const Vector& index, bool nearest) const {
    std::array<std::int64_t, 3> below{};
    Vector share{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto last = static_cast<double>(size_[axis] - 1);
      if (!(index[axis] >= -0.5 && index[axis] <= last + 0.5)) {
        return 0;
      }
      const double held = std::clamp(index[axis], 0.0, last);
      below[axis] = static_cast<std::int64_t>(nearest ? std::round(held) : std::floor(held));
      share[axis] = nearest ? 0 : held - std::floor(held);
    }
    double value = 0;
    for (unsigned corner = 0; corner < 8; ++corner) {
      double weight = 1;
      std::array<std::int64_t, 3> voxel = below;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const bool upper = ((corner >> axis) & 1) != 0;
        weight *= upper ? share[axis] : 1 - share[axis];
        voxel[axis] += upper ? 1 : 0;
      }
      if (weight > 0) {
        value += weight * values_[static_cast<std::size_t>(voxel[0] + size_[0] * (voxel[1] + size_[1] * voxel[2]))];
      }
    }
    return value;
  }

 private:
  std::vector<double> values_;
  std::array<std::int64_t, 3> size_;
};

/// Values at `index_of(i, j, k)` of the old grid for every voxel of `size`.
template <class IndexOf>
void resample(RawVolume& volume, const std::array<std::int64_t, 3>& size, bool nearest, IndexOf index_of) {
  const Sampler sampler(values_of(volume), volume.size);
  std::vector<double> values(static_cast<std::size_t>(size[0] * size[1] * size[2]));
  std::size_t at = 0;
  for (std::int64_t k = 0; k < size[2]; ++k) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      for (std::int64_t i = 0; i < size[0]; ++i) {
        values[at++] = sampler.at(index_of(Vector{double(i), double(j), double(k)}), nearest);
      }
    }
  }
  volume.size = size;
  set_values(volume, values);
}

}  // namespace

void take_half(RawVolume& volume) {
  const std::size_t width = bytes_of(volume.scalar);
  const std::array<std::int64_t, 3> old = volume.size;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    volume.size[axis] = (old[axis] + 1) / 2;
    volume.spacing[axis] *= old[axis] > 1 ? 2 : 1;
  }
  std::size_t to = 0;
  for (std::int64_t k = 0; k < volume.size[2]; ++k) {
    for (std::int64_t j = 0; j < volume.size[1]; ++j) {
      for (std::int64_t i = 0; i < volume.size[0]; ++i, to += width) {  // never past the voxel it reads from
        const auto from = static_cast<std::size_t>(2 * i + old[0] * (2 * j + old[1] * 2 * k)) * width;
        std::memmove(volume.bytes.data() + to, volume.bytes.data() + from, width);
      }
    }
  }
  volume.bytes.resize(to);
  volume.bytes.shrink_to_fit();
  volume.notes.push_back({"W_HALF", "every second voxel along each axis was taken"});
}

void resample_to_right_angles(RawVolume& volume, bool is_mask) {
  const Matrix turned = nearest_orthonormal(volume.direction), back = inverse(turned);
  Matrix old{};
  for (std::size_t i = 0; i < 9; ++i) {
    old[i] = volume.direction[i] * volume.spacing[i % 3];
  }
  Vector low{}, high{};  // of the voxel centres, along the new axes, from the old origin, mm
  for (unsigned corner = 1; corner < 8; ++corner) {
    Vector index{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      index[axis] = ((corner >> axis) & 1) != 0 ? static_cast<double>(volume.size[axis] - 1) : 0;
    }
    const Vector along = times(back, times(old, index));
    for (std::size_t axis = 0; axis < 3; ++axis) {
      low[axis] = std::min(low[axis], along[axis]);
      high[axis] = std::max(high[axis], along[axis]);
    }
  }
  Layout grid = volume;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    grid.size[axis] = std::llround((high[axis] - low[axis]) / volume.spacing[axis]) + 1;
  }
  check_sizes(grid);
  const Matrix to_old = inverse(old);
  resample(volume, grid.size, is_mask, [&](const Vector& index) {
    Vector along{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      along[axis] = low[axis] + index[axis] * volume.spacing[axis];
    }
    return times(to_old, times(turned, along));
  });
  const Vector shift = times(turned, low);
  for (std::size_t row = 0; row < 3; ++row) {
    volume.origin[row] += shift[row];
  }
  volume.direction = turned;
  volume.notes.push_back({"W_RESAMPLED", std::string("its axes were not at right angles: it was resampled (") +
                                             (is_mask ? "nearest voxel" : "linear") +
                                             "), results are of resampled data"});
}

void resample_slices(RawVolume& volume, const std::vector<double>& positions, bool is_mask) {
  const double step = (positions.back() - positions.front()) / static_cast<double>(positions.size() - 1);
  const auto slice_at = [&](double k) {  // the old, fractional slice at the new position
    const double mm = positions.front() + k * step;
    const auto above = std::upper_bound(positions.begin() + 1, positions.end() - 1, mm);
    const double below = *(above - 1);
    return static_cast<double>(above - positions.begin() - 1) + (mm - below) / (*above - below);
  };
  resample(volume, volume.size, is_mask, [&](const Vector& index) {
    return Vector{index[0], index[1], slice_at(index[2])};
  });
  volume.notes.push_back({"W_RESAMPLED", std::string("its slices were not evenly spaced: they were resampled (") +
                                             (is_mask ? "nearest slice" : "linear") +
                                             "), results are of resampled data"});
}

}  // namespace lossscope::reader
