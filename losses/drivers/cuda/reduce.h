// SPDX-License-Identifier: Apache-2.0
// Sums and maxima over a volume: in float64, pieces of fixed size, always added in the same order.
#pragma once

#include <limits>

#include "losses/drivers/cuda/kernel.h"
#include "losses/loss.h"

namespace lossscope::cuda {

inline constexpr int kMaxWidth = 8;  ///< numbers that one reduction may collect

enum class Rule : std::uint8_t { sum, maximum };

LOSSSCOPE_FUNCTION double neutral(Rule rule) {
  return rule == Rule::sum ? 0.0 : -std::numeric_limits<double>::infinity();
}
LOSSSCOPE_FUNCTION double joined(Rule rule, double a, double b) { return rule == Rule::sum ? a + b : (a > b ? a : b); }

/// Rows of a block, one column per thread, joined two by two. Level 1 joins the halves, level kLevels leaves column 0.
template <int Width>
struct Tree {
  static constexpr int kLevels = 8;
  static_assert(1 << kLevels == kThreads);
  double rows[Width][kThreads];

  /// The last level writes the `width` results to `out`.
  LOSSSCOPE_FUNCTION void join(int level, int thread, int width, Rule rule, double* out) {
    const int half = kThreads >> level;
    for (int k = 0; thread < half && k < width; ++k) {
      rows[k][thread] = joined(rule, rows[k][thread], rows[k][thread + half]);
      if (level == kLevels) {
        out[k] = rows[k][0];
      }
    }
  }
};

/// One row of numbers per piece of kPiece items. `Op` has kWidth, kRule and
/// absorb(Numbers<double, kWidth>& mine, std::int64_t begin, int count): takes `count` <= 4 items from `begin` on, a
/// multiple of 4.
template <class Op>
struct Reduce {
  static_assert(Op::kWidth <= kMaxWidth);
  struct Arguments {
    Op op;
    std::int64_t n;
    double* rows;  ///< kWidth for each piece
  };
  using Shared = Tree<Op::kWidth>;
  using Private = Nothing;
  static constexpr int kPhases = Shared::kLevels + 1;
  static constexpr int kRounds = 8;
  static constexpr std::int64_t kPiece = std::int64_t{kThreads} * kQuad * kRounds;

  static constexpr std::int64_t blocks(std::int64_t n) { return (n + kPiece - 1) / kPiece; }

  template <int Phase>
  LOSSSCOPE_FUNCTION static void run(Where at, const Arguments& arguments, Shared& shared, Private&) {
    if constexpr (Phase == 0) {
      Numbers<double, Op::kWidth> mine;
      for (int k = 0; k < Op::kWidth; ++k) {
        mine[k] = neutral(Op::kRule);
      }
      for (int round = 0; round < kRounds; ++round) {
        const std::int64_t begin = at.block * kPiece + (std::int64_t{round} * kThreads + at.thread) * kQuad;
        const std::int64_t left = arguments.n - begin;
        if (left > 0) {
          arguments.op.absorb(mine, begin, left < kQuad ? static_cast<int>(left) : kQuad);
        }
      }
      for (int k = 0; k < Op::kWidth; ++k) {
        shared.rows[k][at.thread] = mine[k];
      }
    } else {
      shared.join(Phase, at.thread, Op::kWidth, Op::kRule, arguments.rows + at.block * Op::kWidth);
    }
  }
};

/// Joins the rows of Reduce into one; a single block.
struct Fold {
  struct Arguments {
    const double* rows;
    std::int64_t count;
    int width;
    Rule rule;
    double* out;
  };
  using Shared = Tree<kMaxWidth>;
  using Private = Nothing;
  static constexpr int kPhases = Shared::kLevels + 1;

  template <int Phase>
  LOSSSCOPE_FUNCTION static void run(Where at, const Arguments& arguments, Shared& shared, Private&) {
    if constexpr (Phase == 0) {
      Numbers<double, kMaxWidth> mine;
      LOSSSCOPE_UNROLL
      for (int k = 0; k < kMaxWidth; ++k) {
        mine[k] = neutral(arguments.rule);
      }
      for (std::int64_t row = at.thread; row < arguments.count; row += kThreads) {
        const double* from = arguments.rows + row * arguments.width;
        LOSSSCOPE_UNROLL
        for (int k = 0; k < kMaxWidth; ++k) {
          if (k < arguments.width) {
            mine[k] = joined(arguments.rule, mine[k], from[k]);
          }
        }
      }
      LOSSSCOPE_UNROLL
      for (int k = 0; k < kMaxWidth; ++k) {
        shared.rows[k][at.thread] = mine[k];
      }
    } else {
      shared.join(Phase, at.thread, arguments.width, arguments.rule, arguments.out);
    }
  }
};

}  // namespace lossscope::cuda
