// SPDX-License-Identifier: Apache-2.0
// One more axis of the distance transform, in a time that does not grow with the distance: the lower envelope of
// parabolas (Felzenszwalb and Huttenlocher, Distance transforms of sampled functions, 2012), for two classes at once.
#pragma once

#include <limits>

#include "losses/drivers/cuda/kernel.h"

namespace lossscope::cuda {

LOSSSCOPE_FUNCTION float infinite() { return std::numeric_limits<float>::infinity(); }
/// Inside the mask: also true of -0 and -infinity.
LOSSSCOPE_FUNCTION bool is_inside(float squared) { return bits_as<std::int32_t>(squared) < 0; }
LOSSSCOPE_FUNCTION float size_of(float x) { return x < 0.0F ? -x : x; }

/// The square of a spacing, and one over it.
struct SquaredSpacing {
  float square;
  double inverse;
};

/// A parabola of the envelope: where it stands, and the first place where it is lower than all before it.
template <class Index>
struct alignas(2 * sizeof(Index)) Parabola {
  Index at, from;
};

/// One column. `In` gives signed squared distances by place, of which the smallest f(j) + h^2 (i - j)^2 goes to `Out`;
/// f(j) is 0 where j is of the other class. `Stack` has place for n parabolas: a kernel's are memory, a test's count.
///
/// A run of voxels of one class is bounded by voxels of the other, at distance 0 from it; nothing beyond them can be
/// nearer. So each run has an envelope of its own, of its voxels and of the two that bound it. The envelopes lie on one
/// stack: no two parabolas begin at the same place, so that it never holds more than there are voxels. A column is read
/// twice from end to end; besides, a parabola is put on the stack at most once and taken off at most once.
template <class Index, class In, class Out, class Stack>
struct Column {
  In in;
  Out out;
  Stack stack;
  int n;
  SquaredSpacing spacing;

  int top_at = 0, top_from = 0;  ///< the uppermost parabola is here, the others are on the stack
  float top = infinite();        ///< its value; infinite where there is none yet
  int depth = 0;                 ///< of the stack
  bool inside = false;           ///< the class of the run
  int begin = 0;                 ///< of the run

  LOSSSCOPE_FUNCTION void sweep() {
    for (int j = 0; j < n; ++j) {
      const float value = in[j];
      if (j == 0) {
        inside = is_inside(value);
      } else if (is_inside(value) != inside) {
        add(j, 0.0F, j);
        push();
        inside = !inside;
        begin = top_from = j;
        top_at = j - 1;
        top = 0.0F;
      }
      if (size_of(value) < infinite()) {
        add(j, size_of(value), n);
      }
    }
    for (int i = n - 1; i >= 0; --i) {
      const bool own = is_inside(in[i]);
      if (i < top_from) {  // once: each begins at a place of its own
        pop(own);
      }
      const auto steps = static_cast<float>(i - top_at);
      const float lowest = top + spacing.square * (steps * steps);
      out[i] = own ? -lowest : lowest;
    }
  }

  /// One more parabola for the run, to the right of all that are there; left out where it is lower from `end` on only.
  /// It is lower than the uppermost one to the right of x = (rise / apart + at + top_at) / 2. What is compared are the
  /// products: they are exact in float64 where squares of distances are whole numbers, and need no division.
  LOSSSCOPE_FUNCTION void add(int at, float value, int end) {
    while (top < infinite()) {
      const double rise = (static_cast<double>(value) - static_cast<double>(top)) * spacing.inverse;
      const double apart = at - top_at, middle = at + top_at;
      if (rise >= apart * (2.0 * top_from - middle)) {
        if (rise < apart * (2.0 * (end - 1) - middle)) {
          push();
          top_from = static_cast<int>(0.5 * (rise / apart + middle)) + 1;
          top_at = at;
          top = value;
        }
        return;
      }
      if (top_from == begin) {
        break;  // lower than the run's first from its beginning on
      }
      pop(inside);
    }
    top_from = begin;
    top_at = at;
    top = value;
  }

  LOSSSCOPE_FUNCTION void push() {
    if (top < infinite()) {
      stack[depth] = Parabola<Index>{static_cast<Index>(top_at), static_cast<Index>(top_from)};
      ++depth;
    }
  }

  /// Takes the next one off the stack for a run of this class.
  LOSSSCOPE_FUNCTION void pop(bool of) {
    if (depth == 0) {
      return;
    }
    --depth;
    const Parabola<Index> next = stack[depth];
    top_at = next.at;
    top_from = next.from;
    const float value = in[top_at];
    top = is_inside(value) == of ? size_of(value) : 0.0F;
  }
};

/// Every stride-th number of an array.
template <class T>
struct Strided {
  T* array;
  std::int64_t first, stride;
  LOSSSCOPE_FUNCTION T& operator[](int at) const { return array[first + at * stride]; }
};

/// The i-th column along an axis of n voxels: neighbours are neighbouring threads, which walk side by side.
template <class Index>
struct SweepAxis {
  const float* in;
  float* out;
  Parabola<Index>* stack;  ///< one for each voxel
  std::int64_t n, stride;
  SquaredSpacing spacing;

  LOSSSCOPE_FUNCTION void operator()(std::int64_t i) const {
    const std::int64_t first = i / stride * stride * n + i % stride;
    Column<Index, Strided<const float>, Strided<float>, Strided<Parabola<Index>>> column{
        {in, first, stride}, {out, first, stride}, {stack, first, stride}, static_cast<int>(n), spacing};
    column.sweep();
  }
};

}  // namespace lossscope::cuda
