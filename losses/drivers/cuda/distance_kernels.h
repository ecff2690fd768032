// SPDX-License-Identifier: Apache-2.0
// Exact Euclidean distance to the nearest voxel of the other class. One volume holds both classes: its values are
// squared distances, negative inside the mask; at a voxel of the other class the wanted distance is 0.
#pragma once

#include "losses/counts.h"
#include "losses/drivers/cuda/reduce.h"

namespace lossscope::cuda {

LOSSSCOPE_FUNCTION float infinite() { return std::numeric_limits<float>::infinity(); }
/// Inside the mask: also true of -0 and -infinity.
LOSSSCOPE_FUNCTION bool is_inside(float squared) { return bits_as<std::int32_t>(squared) < 0; }
LOSSSCOPE_FUNCTION float size_of(float x) { return x < 0.0F ? -x : x; }

/// Signed squared distances along the rows; one block per row, each thread a stretch of neighbours.
struct RowDistances {
  struct Arguments {
    const std::uint8_t* mask;
    float* out;
    std::int64_t width;
    double spacing;
  };
  struct Shared {
    int first[2][kThreads], last[2][kThreads];  ///< position of each class in each stretch, -1 where it is not there
  };
  using Private = Nothing;
  static constexpr int kPhases = 2;

  template <int Phase>
  LOSSSCOPE_FUNCTION static void run(Where at, const Arguments& arguments, Shared& shared, Private&) {
    const int n = static_cast<int>(arguments.width);
    const int stretch = (n + kThreads - 1) / kThreads;
    const int begin = at.thread * stretch < n ? at.thread * stretch : n;
    const int end = begin + stretch < n ? begin + stretch : n;
    const std::uint8_t* row = arguments.mask + at.block * arguments.width;
    if constexpr (Phase == 0) {
      for (int c = 0; c < 2; ++c) {
        shared.first[c][at.thread] = shared.last[c][at.thread] = -1;
      }
      for (int i = begin; i < end; ++i) {
        const int c = row[i] != 0 ? 1 : 0;
        shared.last[c][at.thread] = i;
        if (shared.first[c][at.thread] < 0) {
          shared.first[c][at.thread] = i;
        }
      }
    } else {
      float* out = arguments.out + at.block * arguments.width;
      int nearest[2] = {before(shared, 0, at.thread), before(shared, 1, at.thread)};
      for (int i = begin; i < end; ++i) {
        const int c = row[i] != 0 ? 1 : 0;
        nearest[c] = i;
        out[i] = squared(i - nearest[1 - c], nearest[1 - c] >= 0, arguments.spacing);
      }
      nearest[0] = after(shared, 0, at.thread);
      nearest[1] = after(shared, 1, at.thread);
      for (int i = end - 1; i >= begin; --i) {
        const int c = row[i] != 0 ? 1 : 0;
        nearest[c] = i;
        const float d = squared(nearest[1 - c] - i, nearest[1 - c] >= 0, arguments.spacing);
        const float smaller = d < out[i] ? d : out[i];
        out[i] = c == 1 ? -smaller : smaller;
      }
    }
  }

 private:
  LOSSSCOPE_FUNCTION static int before(const Shared& shared, int c, int thread) {
    int t = thread - 1;
    while (t >= 0 && shared.last[c][t] < 0) {
      --t;
    }
    return t >= 0 ? shared.last[c][t] : -1;
  }

  LOSSSCOPE_FUNCTION static int after(const Shared& shared, int c, int thread) {
    int t = thread + 1;
    while (t < kThreads && shared.first[c][t] < 0) {
      ++t;
    }
    return t < kThreads ? shared.first[c][t] : -1;
  }

  LOSSSCOPE_FUNCTION static float squared(int steps, bool there, double spacing) {
    const double d = spacing * steps;
    return there ? static_cast<float>(d * d) : infinite();
  }
};

/// One more axis: the smallest of f(j) + h^2 (i - j)^2, looked for outwards until no farther voxel can be nearer. A
/// voxel takes as many steps as its distance in voxels; threads share no list, so their order does not change a bit.
struct SweepAxis {
  const float* in;
  float* out;
  std::int64_t n, stride;
  float squared_spacing;

  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const std::int64_t j = i / stride % n;
    const float mine = in[i];
    const bool inside = is_inside(mine);
    float best = size_of(mine);
    std::int64_t offset = 0;
    for (std::int64_t r = 1; r <= j || r < n - j; ++r) {
      const auto steps = static_cast<float>(r);
      const float away = squared_spacing * (steps * steps);
      if (!(away < best)) {
        break;
      }
      offset += stride;
      if (r <= j) {
        best = nearer(best, in[i - offset], inside, away);
      }
      if (r < n - j) {
        best = nearer(best, in[i + offset], inside, away);
      }
    }
    out[i] = inside ? -best : best;
  }

  LOSSSCOPE_FUNCTION static float nearer(float best, float other, bool inside, float away) {
    const float d = (is_inside(other) == inside ? size_of(other) : 0.0F) + away;
    return d < best ? d : best;
  }
};

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
      const int side = mask[begin + i] != 0 ? 0 : 2;
      mine[side] = larger(mine[side], size);
      mine[side + 1] = larger(mine[side + 1], -size);
    }
  }
};

}  // namespace lossscope::cuda
