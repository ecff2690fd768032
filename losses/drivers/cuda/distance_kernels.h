// SPDX-License-Identifier: Apache-2.0
// Exact Euclidean distance to the nearest voxel of the other class. One volume holds both classes: its values are
// squared distances, negative inside the mask; at a voxel of the other class the wanted distance is 0.
#pragma once

#include "losses/counts.h"
#include "losses/drivers/cuda/reduce.h"
#include "losses/drivers/cuda/sweep_kernels.h"

namespace lossscope::cuda {

/// Of a volume whose distances are computed: places along an axis are numbers of 32 bits, and two of them are added.
inline constexpr std::int64_t kLongestAxis = std::int64_t{1} << 30;

/// Signed squared distances along the rows; one block per row, each thread a stretch of neighbours. What a thread must
/// know of the others is where the class changes last before its stretch, and first after it: a scan over the threads,
/// whose steps double.
template <class Mask, class Out>
struct RowScan {
  struct Arguments {
    Mask mask;
    Out out;
    std::int64_t width;
    double spacing;
  };
  struct Shared {
    /// By turns, of the stretches up to a thread's and from it on: the last voxel whose class is not its left
    /// neighbour's, and the first one; 0 and the width where there is none.
    int last[2][kThreads], first[2][kThreads];
  };
  using Private = Nothing;
  static constexpr int kSteps = 8;
  static_assert(1 << kSteps == kThreads);
  static constexpr int kPhases = kSteps + 2;

  template <int Phase>
  LOSSSCOPE_FUNCTION static void run(Where at, const Arguments& arguments, Shared& shared, Private&) {
    const int n = static_cast<int>(arguments.width);
    const int stretch = (n + kThreads - 1) / kThreads;
    const int begin = at.thread * stretch < n ? at.thread * stretch : n;
    const int end = begin + stretch < n ? begin + stretch : n;
    const Mask row = arguments.mask + at.block * arguments.width;
    const int t = at.thread;
    constexpr int kNew = Phase & 1, kOld = 1 - kNew;
    if constexpr (Phase == 0) {
      shared.last[kNew][t] = 0;
      shared.first[kNew][t] = n;
      bool before = begin < n && row[begin > 0 ? begin - 1 : 0] != 0;
      for (int i = begin; i < end; ++i) {
        const bool label = row[i] != 0;
        if (label != before) {
          shared.last[kNew][t] = i;
          shared.first[kNew][t] = shared.first[kNew][t] < n ? shared.first[kNew][t] : i;
        }
        before = label;
      }
    } else if constexpr (Phase <= kSteps) {
      constexpr int kAway = 1 << (Phase - 1);
      const int last = shared.last[kOld][t], first = shared.first[kOld][t];
      const int left = t >= kAway ? shared.last[kOld][t - kAway] : 0;
      const int right = t + kAway < kThreads ? shared.first[kOld][t + kAway] : n;
      shared.last[kNew][t] = left > last ? left : last;
      shared.first[kNew][t] = right < first ? right : first;
    } else if (begin < end) {
      const Out out = arguments.out + at.block * arguments.width;
      int last = t > 0 ? shared.last[kOld][t - 1] : 0;
      bool before = row[begin > 0 ? begin - 1 : 0] != 0;
      for (int i = begin; i < end; ++i) {
        const bool label = row[i] != 0;
        last = label != before ? i : last;
        before = label;
        const float size = squared(i - last + 1, last > 0, arguments.spacing);
        out[i] = label ? -size : size;
      }
      int first = t + 1 < kThreads ? shared.first[kOld][t + 1] : n;
      for (int i = end - 1; i >= begin; --i) {
        const float behind = out[i];
        const bool label = is_inside(behind);
        first = i + 1 < end && label != before ? i + 1 : first;
        before = label;
        const float ahead = squared(first - i, first < n, arguments.spacing);
        if (ahead < size_of(behind)) {
          out[i] = label ? -ahead : ahead;
        }
      }
    }
  }

 private:
  LOSSSCOPE_FUNCTION static float squared(int steps, bool there, double spacing) {
    const double d = spacing * steps;
    return there ? static_cast<float>(d * d) : infinite();
  }
};
using RowDistances = RowScan<const std::uint8_t*, float*>;

/// Distances from signed squares; 0 everywhere where a class is missing, for then there is no boundary.
struct SignedRoot {
  float* values;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const float squared = values[i];
    const float size = size_of(squared);
    const float root = size == infinite() ? 0.0F : std::sqrt(size);
    values[i] = is_inside(squared) ? -root : root;
  }
};

/// The background that counts.
struct Background {
  const std::uint8_t *mask, *counts;
  std::uint8_t* out;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const { out[i] = mask[i] == 0 && counts[i] != 0 ? 1 : 0; }
};

/// SignedRoot where some voxels are of neither class: from the squared distances to the mask (in place) and to the
/// background. 0 where a voxel does not count.
struct CountedRoot {
  float* to_mask;
  const float* to_background;
  const std::uint8_t *mask, *counts;
  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const float size = size_of(mask[i] != 0 ? to_background[i] : to_mask[i]);
    const float root = size == infinite() || counts[i] == 0 ? 0.0F : std::sqrt(size);
    to_mask[i] = mask[i] != 0 ? -root : root;
  }
};

/// Largest and smallest size of a signed distance inside the mask and outside: {in, -in, out, -out}; -infinity where
/// there is none. Of the voxels that count.
struct DistanceExtremes {
  static constexpr int kWidth = 4;
  static constexpr Rule kRule = Rule::maximum;
  const float* values;
  const std::uint8_t *mask, *counts;  ///< the latter null where all count

  LOSSSCOPE_FUNCTION void absorb(Numbers<double, kWidth>& mine, std::int64_t begin, int count) const {
    for (int i = 0; i < count; ++i) {
      if (!counts_at(counts, begin + i)) {
        continue;
      }
      const auto size = static_cast<double>(size_of(values[begin + i]));
      const bool inside = mask[begin + i] != 0;
      mine[0] = inside ? larger(mine[0], size) : mine[0];
      mine[1] = inside ? larger(mine[1], -size) : mine[1];
      mine[2] = inside ? mine[2] : larger(mine[2], size);
      mine[3] = inside ? mine[3] : larger(mine[3], -size);
    }
  }
};

}  // namespace lossscope::cuda
