// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cpu.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>

#include "losses/drivers/cpu_kernels.h"
#include "losses/parallel.h"
#include "losses/planes.h"

namespace lossscope {
namespace {

constexpr std::int64_t kBlock = 8192;  // voxels per partial sum: fixed, so that the result does not depend on threads

BlockInput input_at(const Problem& problem, std::span<const FieldPtr> fields, std::int64_t begin) {
  BlockInput input;
  input.mask = problem.mask.voxels<std::uint8_t>().data() + begin;
  input.prediction = problem.prediction.voxels<float>().data() + begin;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    input.fields[f] = fields[f]->map.voxels<float>().data() + begin;
  }
  input.kind = problem.kind;
  input.counts = problem.counted();
  input.counts += input.counts != nullptr ? begin : 0;
  return input;
}

Totals totals_of(double voxels, double positives, std::span<const FieldPtr> fields) {
  Totals totals{voxels, positives, {}};
  for (std::size_t f = 0; f < fields.size(); ++f) {
    totals.scalars[f] = fields[f]->scalars;
  }
  return totals;
}

/// Adds rows of `width` partial sums two by two, so that rounding grows with the logarithm of their number.
void add_pairwise(std::vector<double>& rows, std::size_t width) {
  for (std::size_t count = rows.size() / width; count > 1; count = (count + 1) / 2) {
    for (std::size_t pair = 0; pair < count / 2; ++pair) {
      for (std::size_t k = 0; k < width; ++k) {
        rows[pair * width + k] = rows[2 * pair * width + k] + rows[(2 * pair + 1) * width + k];
      }
    }
    if (count % 2 == 1) {
      std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>((count - 1) * width), width,
                  rows.begin() + static_cast<std::ptrdiff_t>(count / 2 * width));
    }
  }
  rows.resize(width);
}

/// Whether mask and thresholded prediction differ anywhere.
bool any_error(const Problem& problem) {
  const BlockInput input = input_at(problem, {}, 0);
  return cpu_kernels().counts(input, problem.mask.grid.voxels()).errors > 0;
}

/// A loss of exactly 0 beside a wrong voxel did not see it, if 0 is what a perfect prediction costs. The CPU's sums end
/// with the number of wrong voxels, after those of `terms`, so that `finish` visits no voxel; the sums of another
/// driver do not, and the voxels are looked at.
void note_blindness(const Declaration& declaration, const Problem& problem, std::size_t terms, Reduction& reduction) {
  reduction.blind.clear();
  const auto wrong = [&] { return reduction.sums.size() > terms ? reduction.sums[terms] > 0 : any_error(problem); };
  if (declaration.zero_when_perfect && reduction.value == 0 && wrong()) {
    reduction.blind = declaration.blind.empty() ? "the value is 0 although the prediction is wrong" : declaration.blind;
  }
}

/// Whether maps are so large that it is faster to write them past the caches.
bool streams(std::span<const std::span<float>> out) {
  constexpr std::size_t kCached = std::size_t{1} << 20;  // bytes
  return !out.empty() && out.size() * out[0].size_bytes() > kCached;
}

/// Runs the kernels that `kinds` ask for on contiguous voxels.
void map_block(const Kernels& kernels, std::span<const double> parameters, const Reduction& reduction,
               const Totals& totals, const BlockInput& input, std::int64_t n, std::span<const MapKind> kinds,
               std::span<const std::span<float>> out) {
  BlockOutput effects{{}, streams(out)};
  bool any_effect = false;
  for (std::size_t m = 0; m < kinds.size(); ++m) {
    if (kinds[m] == MapKind::counterfactual) {
      kernels.counterfactual(parameters.data(), reduction.sums.data(), totals, input, n, out[m].data());
    } else {
      effects.maps[static_cast<std::size_t>(kinds[m])] = out[m].data();
      any_effect = true;
    }
  }
  if (any_effect) {
    kernels.effect(parameters.data(), reduction.coefficients.data(), input, n, effects);
  }
}

/// N and n1 as far as coefficients need them before the sums are there.
Totals counted_before(const Problem& problem, Known known, int threads, const std::stop_token& stop) {
  constexpr std::int64_t kAtOnce = 1 << 18;
  const std::int64_t n = problem.mask.grid.voxels();
  const auto mask = problem.mask.voxels<std::uint8_t>();
  std::atomic<std::int64_t> voxels{0}, positives{0};
  const auto for_pieces = [&](auto count) { parallel_pieces(n, kAtOnce, threads, stop, count); };
  if (problem.counted() != nullptr) {
    for_pieces([&](std::int64_t begin, std::int64_t end) {
      const VoxelCounts found = cpu_kernels().counts(input_at(problem, {}, begin), end - begin);
      voxels += found.voxels;
      positives += found.positives;
    });
    return {static_cast<double>(voxels), static_cast<double>(positives), {}};
  }
  if (known != Known::before) {
    for_pieces([&](std::int64_t begin, std::int64_t end) {
      positives += cpu_kernels().positives(mask.data() + begin, end - begin);
    });
  }
  return {static_cast<double>(n), static_cast<double>(positives), {}};
}

/// The partial sums of every block of a volume: its terms, then how many voxels are wrong, how many in the mask, and
/// how many count.
class BlockSums {
 public:
  BlockSums(std::size_t terms, std::int64_t voxels)
      : width_(terms + 3), rows_(static_cast<std::size_t>((voxels + kBlock - 1) / kBlock) * width_) {}

  [[nodiscard]] double* row(std::int64_t begin) {
    return rows_.data() + static_cast<std::size_t>(begin / kBlock) * width_;
  }
  void count(const BlockInput& input, std::int64_t begin, std::int64_t n) {
    const VoxelCounts counts = cpu_kernels().counts(input, n);
    row(begin)[width_ - 3] = static_cast<double>(counts.errors);
    row(begin)[width_ - 2] = static_cast<double>(counts.positives);
    row(begin)[width_ - 1] = static_cast<double>(counts.voxels);
  }
  [[nodiscard]] Reduction total() {
    add_pairwise(rows_, width_);
    Reduction reduction;
    reduction.voxels = rows_[width_ - 1];
    reduction.positives = rows_[width_ - 2];
    rows_.resize(width_ - 2);
    reduction.sums = std::move(rows_);
    return reduction;
  }

 private:
  std::size_t width_;
  std::vector<double> rows_;
};

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

void CpuLoss::conclude(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                       Reduction& reduction) const {
  finish_sums(parameters, totals_of(reduction.voxels, reduction.positives, fields), reduction);
  if (reduction.voxels == 0) {  // no voxel counts: a mean over none would be NaN
    reduction.value = 0;
    std::ranges::fill(reduction.coefficients, 0);
  }
  note_blindness(declaration(), problem, term_count(), reduction);
}

Reduction CpuLoss::reduce(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                          int threads, std::stop_token stop) const {
  check_inputs(*this, parameters, problem, fields);
  const Stopwatch watch;
  const Kernels& kernels = cpu_kernels().losses[index_];
  const std::int64_t voxels = problem.mask.grid.voxels();
  BlockSums sums(term_count(), voxels);
  parallel_pieces(voxels, kBlock, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    const BlockInput input = input_at(problem, fields, begin);
    kernels.terms(parameters.data(), input, end - begin, sums.row(begin));
    sums.count(input, begin, end - begin);
  });
  Reduction reduction = sums.total();
  conclude(parameters, problem, fields, reduction);
  reduction.seconds = watch.seconds();
  return reduction;
}

Reduction CpuLoss::finish(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                          const Reduction& previous) const {
  check_inputs(*this, parameters, problem, fields);
  Reduction reduction = previous;
  conclude(parameters, problem, fields, reduction);
  return reduction;
}

Reduction CpuLoss::evaluate(std::span<const double> parameters, const Problem& problem,
                            std::span<const FieldPtr> fields, std::span<const MapKind> kinds,
                            std::span<const std::span<float>> out, int threads, std::stop_token stop) const {
  check_inputs(*this, parameters, problem, fields);
  const Kernels& kernels = cpu_kernels().losses[index_];
  const MapKind natural =
      problem.kind == PredictionKind::logit ? MapKind::gradient_logit : MapKind::gradient_probability;
  const bool with_contribution = kinds.size() == 2 && kinds[0] == MapKind::contribution;
  const bool one_pass = kernels.both != nullptr && (with_contribution || kinds.size() == 1) && kinds.back() == natural;
  if (!one_pass) {
    return Loss::evaluate(parameters, problem, fields, kinds, out, threads, std::move(stop));
  }
  check_map_sizes(out, problem.mask.grid.voxels());
  const Stopwatch watch;
  const std::int64_t voxels = problem.mask.grid.voxels();
  Reduction before;  // its coefficients do not depend on the sums, which are not there yet
  const Totals counted = counted_before(problem, kernels.coefficients_known, threads, stop);
  before.sums.assign(term_count(), 0);
  finish_sums(parameters, totals_of(counted.voxels, counted.positives, fields), before);
  BlockSums sums(term_count(), voxels);
  const bool stream = streams(out);
  parallel_pieces(voxels, kBlock, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    const BlockInput input = input_at(problem, fields, begin);
    BlockOutput output{{}, stream};
    output.maps[0] = with_contribution ? out[0].data() + begin : nullptr;
    output.maps[static_cast<std::size_t>(natural)] = out.back().data() + begin;
    kernels.both(parameters.data(), before.coefficients.data(), input, end - begin, sums.row(begin), output);
    sums.count(input, begin, end - begin);
  });
  Reduction reduction = sums.total();
  conclude(parameters, problem, fields, reduction);
  reduction.seconds = watch.seconds();
  return reduction;
}

void CpuLoss::map_plane(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                        const Reduction& reduction, Plane plane, std::span<const MapKind> kinds,
                        std::span<const std::span<float>> out) const {
  check_inputs(*this, parameters, problem, fields);
  const PlaneInputs plane_inputs = PlaneStore().inputs(problem, fields, plane_layout(problem.mask.grid, plane));
  map_range(parameters, plane_inputs.problem, plane_inputs.fields, reduction, 0, kinds, out);
}

void CpuLoss::map_range(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                        const Reduction& reduction, std::int64_t begin, std::span<const MapKind> kinds,
                        std::span<const std::span<float>> out) const {
  check_inputs(*this, parameters, problem, fields);
  map_block(cpu_kernels().losses[index_], parameters, reduction,
            totals_of(reduction.voxels, reduction.positives, fields), input_at(problem, fields, begin),
            out.empty() ? 0 : static_cast<std::int64_t>(out[0].size()), kinds, out);
}

}  // namespace lossscope
