// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cpu.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "losses/drivers/cpu_kernels.h"
#include "losses/parallel.h"

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
  const auto mask = problem.mask.voxels<std::uint8_t>();
  const auto prediction = problem.prediction.voxels<float>();
  const float level = problem.kind == PredictionKind::logit ? 0.0F : 0.5F;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if ((mask[i] != 0) != (prediction[i] > level)) {
      return true;
    }
  }
  return false;
}

/// A loss of exactly 0 beside a wrong voxel did not see it.
void note_blindness(const Declaration& declaration, const Problem& problem, Reduction& reduction) {
  reduction.blind.clear();
  if (reduction.value == 0 && any_error(problem)) {
    reduction.blind = declaration.blind.empty() ? "the value is 0 although the prediction is wrong" : declaration.blind;
  }
}

/// Voxels of one plane, copied next to each other.
struct GatheredPlane {
  std::vector<std::uint8_t> mask;
  std::vector<float> prediction;
  std::vector<std::vector<float>> fields;

  GatheredPlane(const Problem& problem, std::span<const FieldPtr> sources, Plane plane) {
    mask = gather<std::uint8_t>(problem.mask, plane);
    prediction = gather<float>(problem.prediction, plane);
    for (const FieldPtr& source : sources) {
      fields.push_back(gather<float>(source->map, plane));
    }
  }

  [[nodiscard]] BlockInput input(PredictionKind kind) const {
    BlockInput input{mask.data(), prediction.data(), {}, kind};
    for (std::size_t f = 0; f < fields.size(); ++f) {
      input.fields[f] = fields[f].data();
    }
    return input;
  }

  template <class T>
  static std::vector<T> gather(const Volume& volume, Plane plane) {
    const PlaneLayout layout = plane_layout(volume.grid, plane);
    const T* corner = volume.voxels<T>().data() + layout.begin;
    std::vector<T> out(static_cast<std::size_t>(layout.width * layout.height));
    T* to = out.data();
    for (std::int64_t y = 0; y < layout.height; ++y) {
      const T* from = corner + y * layout.across;
      for (std::int64_t x = 0; x < layout.width; ++x) {
        *to++ = from[x * layout.along];
      }
    }
    return out;
  }
};

/// Runs the kernels that `kinds` ask for on contiguous voxels.
void map_block(const Kernels& kernels, std::span<const double> parameters, const Reduction& reduction,
               const Totals& totals, const BlockInput& input, std::int64_t n, std::span<const MapKind> kinds,
               std::span<const std::span<float>> out) {
  std::array<float*, 3> effects{};
  for (std::size_t m = 0; m < kinds.size(); ++m) {
    if (kinds[m] == MapKind::counterfactual) {
      kernels.counterfactual(parameters.data(), reduction.sums.data(), totals, input, n, out[m].data());
    } else {
      effects[static_cast<std::size_t>(kinds[m])] = out[m].data();
    }
  }
  if (std::none_of(effects.begin(), effects.end(), [](const float* e) { return e != nullptr; })) {
    return;
  }
  std::vector<float> unwanted;  // the kernel writes all three: one buffer takes what nobody asked for
  for (float*& effect : effects) {
    if (effect == nullptr) {
      const std::size_t before = unwanted.size();
      unwanted.resize(before + static_cast<std::size_t>(n));
    }
  }
  float* spare = unwanted.data();
  for (float*& effect : effects) {
    if (effect == nullptr) {
      effect = spare;
      spare += n;
    }
  }
  kernels.effect(parameters.data(), reduction.coefficients.data(), input, n, effects[0], effects[1], effects[2]);
}

}  // namespace

Reduction CpuLoss::reduce(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                          int threads, std::stop_token stop) const {
  check_inputs(*this, parameters, problem, fields);
  const auto begin_time = std::chrono::steady_clock::now();
  const Kernels& kernels = cpu_kernels()[index_];
  const std::int64_t voxels = problem.mask.grid.voxels();
  const std::size_t width = term_count() + 1;  // the last column counts the mask's voxels
  std::vector<double> sums(static_cast<std::size_t>((voxels + kBlock - 1) / kBlock) * width);
  parallel_pieces(voxels, kBlock, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    double* row = sums.data() + static_cast<std::size_t>(begin / kBlock) * width;
    const BlockInput input = input_at(problem, fields, begin);
    kernels.terms(parameters.data(), input, end - begin, row);
    std::int64_t positives = 0;
    for (std::int64_t i = 0; i < end - begin; ++i) {
      positives += input.mask[i];
    }
    row[width - 1] = static_cast<double>(positives);
  });
  add_pairwise(sums, width);

  Reduction reduction;
  reduction.voxels = static_cast<double>(voxels);
  reduction.positives = sums.back();
  sums.pop_back();
  reduction.sums = std::move(sums);
  finish_sums(parameters, totals_of(reduction.voxels, reduction.positives, fields), reduction);
  note_blindness(declaration(), problem, reduction);
  reduction.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_time).count();
  return reduction;
}

Reduction CpuLoss::finish(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                          const Reduction& previous) const {
  check_inputs(*this, parameters, problem, fields);
  Reduction reduction = previous;
  finish_sums(parameters, totals_of(reduction.voxels, reduction.positives, fields), reduction);
  note_blindness(declaration(), problem, reduction);
  return reduction;
}

void CpuLoss::map_plane(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                        const Reduction& reduction, Plane plane, std::span<const MapKind> kinds,
                        std::span<const std::span<float>> out) const {
  check_inputs(*this, parameters, problem, fields);
  const GatheredPlane gathered(problem, fields, plane);
  map_block(cpu_kernels()[index_], parameters, reduction, totals_of(reduction.voxels, reduction.positives, fields),
            gathered.input(problem.kind), static_cast<std::int64_t>(gathered.mask.size()), kinds, out);
}

void CpuLoss::map_range(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                        const Reduction& reduction, std::int64_t begin, std::span<const MapKind> kinds,
                        std::span<const std::span<float>> out) const {
  check_inputs(*this, parameters, problem, fields);
  map_block(cpu_kernels()[index_], parameters, reduction, totals_of(reduction.voxels, reduction.positives, fields),
            input_at(problem, fields, begin), out.empty() ? 0 : static_cast<std::int64_t>(out[0].size()), kinds, out);
}

}  // namespace lossscope
