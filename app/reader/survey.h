// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>

#include "app/reader/raw_volume.h"

namespace lossscope::reader {

inline constexpr std::size_t kMostLabels = 256;
inline constexpr double kWhole = 1e-4;  ///< a stored label may be this far from a whole number

/// What one pass over the voxels finds.
struct Survey {
  double minimum = std::numeric_limits<double>::infinity(), maximum = -minimum, sum = 0;
  std::int64_t nan = 0, inf = 0, broken = 0;  ///< broken: not whole
  std::int64_t huge = 0;                      ///< whole, but not within 32 bits
  std::int64_t first_bad = -1;                ///< voxel that is NaN or infinite
  std::map<std::int64_t, std::int64_t> labels;
  bool many = false;  ///< more than kMostLabels

  [[nodiscard]] bool any() const { return minimum <= maximum; }  ///< a finite value
  /// Whether every voxel is a whole number of 32 bits.
  [[nodiscard]] bool only_whole() const { return any() && nan + inf + broken + huge == 0; }
  void add(std::size_t voxel, double value);
  void flush();  ///< after the last voxel

 private:
  std::int64_t last_label_ = 0, run_ = 0;
};

[[nodiscard]] Survey survey_of(const RawVolume& volume);

}  // namespace lossscope::reader
