// SPDX-License-Identifier: Apache-2.0
// The structural error of losses.md N and its derivative.
#include "losses/fields/structural.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <mutex>
#include <optional>

#include "losses/drivers/cpu_kernels.h"
#include "losses/fields/counted_shares.h"
#include "losses/fields/local_statistics.h"
#include "losses/loss.h"
#include "losses/outputs.h"
#include "losses/parallel.h"

namespace lossscope {
namespace {

constexpr std::int64_t kFloats = 1 << 16;  ///< voxels of a finished map that a thread takes at a time

bool renormalises(const FieldRequest& request) { return request.arguments[5] < 0.5; }

/// Where not all voxels count, the sums are divided afterwards (CountedShares).
LocalWindow window_of(const FieldRequest& request, const Problem& problem) {
  return {problem.mask.grid, odd_width(request.arguments[1]), request.arguments[2],
          renormalises(request) && problem.counts.empty()};
}

Stabilisers stabilisers_of(const FieldRequest& request) { return {request.arguments[3], request.arguments[4]}; }

/// Writes row j of slice k of a volume in float64.
using Fill = std::function<void(std::int64_t j, std::int64_t k, double* row)>;

Fill mask_rows(const Problem& problem) {
  return [grid = problem.mask.grid, voxels = problem.mask.voxels<std::uint8_t>()](std::int64_t j, std::int64_t k,
                                                                                  double* row) {
    std::copy_n(voxels.data() + grid.offset(0, j, k), grid.size[0], row);
  };
}

Fill probability_rows(const Problem& problem) {
  return [grid = problem.mask.grid, voxels = problem.prediction.voxels<float>(), counts = problem.counted(),
          logits = problem.kind == PredictionKind::logit](std::int64_t j, std::int64_t k, double* row) {
    const std::int64_t begin = grid.offset(0, j, k);
    std::copy_n(voxels.data() + begin, grid.size[0], row);
    if (logits) {
      std::transform(row, row + grid.size[0], row, [](double z) { return 1 / (1 + std::exp(-z)); });
    }
    for (std::int64_t i = 0; counts != nullptr && i < grid.size[0]; ++i) {
      row[i] = counts[begin + i] != 0 ? row[i] : 0;
    }
  };
}

/// Some rows of a volume with their local means and mean squares, slice after slice.
class LocalStatistics {
 public:
  LocalStatistics(const LocalWindow& window, const Range& rows, Fill fill)
      : fill_(std::move(fill)),
        width_(window.grid().size[0]),
        mean_(window, WindowSum::mean, rows),
        squares_(window, WindowSum::mean, rows),
        slices_(static_cast<std::size_t>(window.reach(2) + 1), RowBlock(mean_.needed(), window)),
        scratch_({0, 3}, window) {}

  void give(std::int64_t k) {
    RowBlock& slice = slice_at(k);
    for (std::int64_t j = mean_.needed().first; j < mean_.needed().last; ++j) {
      double* x = slice.row(j);
      fill_(j, k, x);
      mean_.give(j, x);
      cpu_kernels().structural.multiply(x, x, width_, scratch_.row(0));
      squares_.give(j, scratch_.row(0));
    }
    mean_.end_slice(k);
    squares_.end_slice(k);
  }

  /// Row j of slice k, once the slices were given that the window reaches from there; until the next call.
  [[nodiscard]] LocalRows at(std::int64_t j, std::int64_t k) {
    mean_.sums(j, k, scratch_.row(1));
    squares_.sums(j, k, scratch_.row(2));
    return {values(j, k), scratch_.row(1), scratch_.row(2)};
  }
  /// Multiplies means and mean squares of the last `at` with a row.
  void scale(const double* by) {
    cpu_kernels().structural.multiply(scratch_.row(1), by, width_, scratch_.row(1));
    cpu_kernels().structural.multiply(scratch_.row(2), by, width_, scratch_.row(2));
  }
  /// The values of a row, of the slice that was given last or of one within the window's reach before it.
  [[nodiscard]] const double* values(std::int64_t j, std::int64_t k) { return slice_at(k).row(j); }

 private:
  RowBlock& slice_at(std::int64_t k) { return slices_[static_cast<std::size_t>(k) % slices_.size()]; }

  Fill fill_;
  std::int64_t width_;
  WindowedRows mean_, squares_;
  std::vector<RowBlock> slices_;
  RowBlock scratch_;  ///< squares, means and mean squares of a row
};

/// A row of mask and prediction.
struct StructureRows {
  LocalRows mask, prediction;
  const double* shares;  ///< of CountedShares; null where all voxels count
};

/// Mask and prediction, with their local statistics.
class Structure {
 public:
  Structure(const LocalWindow& window, const Problem& problem, bool renormalise, const Range& rows)
      : mask_(window, rows, mask_rows(problem)), prediction_(window, rows, probability_rows(problem)) {
    if (!problem.counts.empty()) {
      shares_.emplace(window, problem, renormalise, rows);
    }
  }
  void give(std::int64_t k) {
    mask_.give(k);
    prediction_.give(k);
    if (shares_) {
      shares_->give(k);
    }
  }
  /// As LocalStatistics::at. Where a voxel does not count, both are 0 and so are their statistics: they are equal.
  [[nodiscard]] StructureRows at(std::int64_t j, std::int64_t k) {
    const StructureRows rows{mask_.at(j, k), prediction_.at(j, k), shares_ ? shares_->at(j, k) : nullptr};
    if (rows.shares != nullptr) {
      mask_.scale(rows.shares);
      prediction_.scale(rows.shares);
    }
    return rows;
  }

 private:
  LocalStatistics mask_, prediction_;
  std::optional<CountedShares> shares_;
};

/// What is done with some slices, one after the other.
struct Stage {
  Range slices;
  std::function<void(std::int64_t k)> work;
};

/// Carries out stages side by side, each so many slices behind the one before it, whose results it needs so far ahead.
void for_slices(std::int64_t reach, const std::vector<Stage>& stages) {
  const auto behind = [&](std::size_t stage) { return static_cast<std::int64_t>(stage) * reach; };
  const std::int64_t end = stages.back().slices.last + behind(stages.size() - 1);
  for (std::int64_t k = stages.front().slices.first; k < end; ++k) {
    for (std::size_t stage = 0; stage < stages.size(); ++stage) {
      const auto& [slices, work] = stages[stage];
      if (const std::int64_t at = k - behind(stage); at >= slices.first && at < slices.last) {
        work(at);
      }
    }
  }
}

/// Calls work(rows, slices) for pieces of a grid, on several threads. Pieces grow with the window, so that no more is
/// computed twice than once.
void for_pieces(const LocalWindow& window, const StructuralPiece& piece, int threads, const std::stop_token& stop,
                const std::function<void(const Range& rows, const Range& slices)>& work) {
  const auto& size = window.grid().size;
  const std::int64_t rows = std::min(std::max<std::int64_t>(piece.rows, 2 * window.reach(1)), size[1]);
  const std::int64_t slices = std::min(std::max<std::int64_t>(piece.slices, 2 * window.reach(2)), size[2]);
  const std::int64_t across = (size[1] + rows - 1) / rows, along = (size[2] + slices - 1) / slices;
  parallel_pieces(across * along, 1, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t at = begin; at < end; ++at) {
      const std::int64_t j = at % across * rows, k = at / across * slices;
      work({j, std::min(j + rows, size[1])}, {k, std::min(k + slices, size[2])});
    }
  });
}

double cross_entropy(const Problem& problem, std::size_t i) {
  const auto g = static_cast<double>(problem.mask.voxels<std::uint8_t>()[i]);
  const auto x = static_cast<double>(problem.prediction.voxels<float>()[i]);
  return (problem.kind == PredictionKind::logit ? voxel_from_logit(g, x) : voxel_from_probability(g, x)).l;
}

/// h of losses.md N for the voxels of a row, but for its sign.
class Heights {
 public:
  Heights(const Problem& problem, const Field& error, double lambda)
      : problem_(problem), error_(error.map.voxels<float>()), rest_(1 - lambda), counted_(error.scalars[0]) {}

  void put(std::int64_t j, std::int64_t k, double* h) const {
    const auto begin = static_cast<std::size_t>(problem_.mask.grid.offset(0, j, k));
    for (std::size_t i = 0; i < static_cast<std::size_t>(problem_.mask.grid.size[0]); ++i) {
      h[i] = error_[begin + i] > 0 ? rest_ * cross_entropy(problem_, begin + i) / counted_ : 0.0;
    }
  }

 private:
  const Problem& problem_;
  std::span<float> error_;
  double rest_, counted_;
};

/// The slope of some rows: the parts of each slice come from the statistics around it, and go into adjoint windows.
class SlopeRowsOf {
 public:
  SlopeRowsOf(const LocalWindow& window, const Problem& problem, bool renormalise, const Range& rows)
      : window_(window),
        rows_(rows),
        counts_(problem.counted()),
        through_mean_(window, WindowSum::adjoint, rows),
        through_deviation_(window, WindowSum::adjoint, rows),
        through_product_(window, WindowSum::adjoint, rows),
        structure_(window, problem, renormalise, through_mean_.needed()),
        by_value_(slices(), RowBlock(through_mean_.needed(), window)),
        values_(slices(), RowBlock(through_mean_.needed(), window)),
        scratch_({0, 4}, window),
        sums_({0, 3}, window) {}

  void give(std::int64_t k) { structure_.give(k); }

  /// Slice k has all that its statistics need.
  void take_parts(std::int64_t k, const Heights& heights, const Stabilisers& constants) {
    const std::int64_t width = window_.grid().size[0];
    for (std::int64_t j = through_mean_.needed().first; j < through_mean_.needed().last; ++j) {
      const StructureRows rows = structure_.at(j, k);
      const SlopeRows parts{at(by_value_, k).row(j), scratch_.row(0), scratch_.row(1)};
      heights.put(j, k, scratch_.row(2));
      cpu_kernels().structural.slope_parts(rows.mask, rows.prediction, constants, scratch_.row(2), width, parts);
      const SlopeRows given = rows.shares != nullptr ? shared(parts, rows.shares) : parts;
      through_mean_.give(j, given.by_value);
      through_deviation_.give(j, given.by_deviation);
      through_product_.give(j, given.by_mean);
      std::copy_n(rows.prediction.x, width, at(values_, k).row(j));
    }
    through_mean_.end_slice(k);
    through_deviation_.end_slice(k);
    through_product_.end_slice(k);
  }

  /// Slice k has all that its slope needs.
  void put(std::int64_t k, std::span<float> slope) {
    const Grid& grid = window_.grid();
    const SlopeRows adjoint{sums_.row(0), sums_.row(1), sums_.row(2)};
    for (std::int64_t j = rows_.first; j < rows_.last; ++j) {
      through_mean_.sums(j, k, adjoint.by_value);
      through_deviation_.sums(j, k, adjoint.by_deviation);
      through_product_.sums(j, k, adjoint.by_mean);
      cpu_kernels().structural.slope(at(values_, k).row(j), at(by_value_, k).row(j), adjoint, grid.size[0],
                                     slope.data() + grid.offset(0, j, k));
      for (std::int64_t i = grid.offset(0, j, k); counts_ != nullptr && i < grid.offset(0, j + 1, k); ++i) {
        slope[i] = counts_[i] != 0 ? slope[i] : 0;
      }
    }
  }

 private:
  /// The parts as the adjoint takes them: by the share of each voxel's window. The part by value stays, for the slope.
  SlopeRows shared(const SlopeRows& parts, const double* shares) {
    const SlopeRows made{scratch_.row(3), parts.by_deviation, parts.by_mean};
    for (std::int64_t i = 0; i < window_.grid().size[0]; ++i) {
      const bool counts = shares[i] > 0;
      parts.by_value[i] = counts ? parts.by_value[i] : 0;
      made.by_value[i] = parts.by_value[i] * shares[i];
      made.by_deviation[i] = counts ? parts.by_deviation[i] * shares[i] : 0;
      made.by_mean[i] = counts ? parts.by_mean[i] * shares[i] : 0;
    }
    return made;
  }
  [[nodiscard]] std::size_t slices() const { return static_cast<std::size_t>(window_.reach(2) + 1); }
  static RowBlock& at(std::vector<RowBlock>& slices, std::int64_t k) {
    return slices[static_cast<std::size_t>(k) % slices.size()];
  }

  const LocalWindow& window_;
  Range rows_;
  const std::uint8_t* counts_;  ///< as Problem::counted
  WindowedRows through_mean_, through_deviation_, through_product_;
  Structure structure_;
  std::vector<RowBlock> by_value_, values_;  ///< of the slices that wait for the adjoint
  RowBlock scratch_;
  RowBlock sums_;  ///< apart from the parts, which need zeros around them
};

}  // namespace

Field structural_error(const FieldRequest& request, const Problem& problem, const std::stop_token& stop,
                       StructuralPiece piece, int threads) {
  const Grid& grid = problem.mask.grid;
  const LocalWindow window = window_of(request, problem);
  const Stabilisers constants = stabilisers_of(request);
  Field field{make_output(grid, VoxelType::float32), {}};
  const auto error = field.map.voxels<float>();
  std::array<double, kRowLanes> largest{};
  std::mutex guard;
  for_pieces(window, piece, threads, stop, [&](const Range& rows, const Range& slices) {
    Structure structure(window, problem, renormalises(request), rows);
    std::array<double, kRowLanes> here{};
    const auto errors_of = [&](std::int64_t k) {
      for (std::int64_t j = rows.first; j < rows.last; ++j) {
        const StructureRows both = structure.at(j, k);
        cpu_kernels().structural.error(both.mask, both.prediction, constants, grid.size[0],
                                       error.data() + grid.offset(0, j, k), here.data());
      }
    };
    const Range given = widened(slices, window.reach(2), grid.size[2]);
    for_slices(window.reach(2), {{given, [&](std::int64_t k) { structure.give(k); }}, {slices, errors_of}});
    const std::lock_guard lock(guard);
    std::ranges::transform(largest, here, largest.begin(), [](double a, double b) { return std::max(a, b); });
  });
  const double most = *std::ranges::max_element(largest);
  std::atomic<std::int64_t> counted{0};
  parallel_pieces(grid.voxels(), kFloats, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    counted += cpu_kernels().structural.cut(error.data() + begin, end - begin, request.arguments[0] * most);
  });
  field.scalars = {static_cast<double>(counted), most, 0, 0};
  return field;
}

Field structural_slope(const FieldRequest& request, const Problem& problem, const std::stop_token& stop,
                       StructuralPiece piece, int threads) {
  const Field error = structural_error(request, problem, stop, piece, threads);
  const Grid& grid = problem.mask.grid;
  const LocalWindow window = window_of(request, problem);
  const Stabilisers constants = stabilisers_of(request);
  const Heights heights(problem, error, request.arguments[6]);
  Field field{make_output(grid, VoxelType::float32), {}};
  for_pieces(window, piece, threads, stop, [&](const Range& rows, const Range& slices) {
    SlopeRowsOf slope(window, problem, renormalises(request), rows);
    const auto around = [&](std::int64_t by) { return widened(slices, by * window.reach(2), grid.size[2]); };
    // The adjoint reads parts a window's reach away, and their statistics read voxels as far again.
    for_slices(window.reach(2), {{around(2), [&](std::int64_t k) { slope.give(k); }},
                                 {around(1), [&](std::int64_t k) { slope.take_parts(k, heights, constants); }},
                                 {slices, [&](std::int64_t k) { slope.put(k, field.map.voxels<float>()); }}});
  });
  return field;
}

}  // namespace lossscope
