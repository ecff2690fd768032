// SPDX-License-Identifier: Apache-2.0
#include "losses/evaluate.h"

#include <algorithm>

#include "losses/parallel.h"

namespace lossscope {

PlaneLayout plane_layout(const Grid& grid, Plane plane) {
  const auto& size = grid.size;
  const std::array<std::int64_t, 3> strides{1, size[0], size[0] * size[1]};
  const int lower = plane.axis == 0 ? 1 : 0, upper = plane.axis == 2 ? 1 : 2;
  return {plane.index * strides[plane.axis], strides[lower], strides[upper], size[lower], size[upper]};
}

bool same_inputs(const Problem& a, const Problem& b) {
  return a.mask.data == b.mask.data && a.prediction.data == b.prediction.data && a.counts.data == b.counts.data &&
         a.kind == b.kind && a.spacing == b.spacing;
}

void check_inputs(const Loss& loss, std::span<const double> parameters, const Problem& problem,
                  std::span<const FieldPtr> fields) {
  const auto reject = [](const char* what) { throw std::invalid_argument(what); };
  if (problem.mask.empty() || problem.prediction.empty()) {
    reject("a loss needs a mask and a prediction");
  }
  if (problem.mask.type != VoxelType::uint8 || problem.prediction.type != VoxelType::float32) {
    reject("a mask must be uint8 and a prediction float32");
  }
  if (problem.mask.grid.size != problem.prediction.grid.size) {
    reject("mask and prediction have different sizes");
  }
  if (!problem.counts.empty() &&
      (problem.counts.type != VoxelType::uint8 || problem.counts.grid.size != problem.mask.grid.size)) {
    reject("what counts must be uint8 and of the mask's size");
  }
  if (parameters.size() != loss.parameters().size()) {
    reject("wrong number of parameters");
  }
  if (fields.size() != loss.fields(parameters).size()) {
    reject("wrong number of auxiliary fields");
  }
}

void check_map_sizes(std::span<const std::span<float>> maps, std::int64_t voxels) {
  for (const auto& map : maps) {
    if (static_cast<std::int64_t>(map.size()) != voxels) {
      throw std::invalid_argument("map_volume: a map has another size than the volume");
    }
  }
}

std::vector<std::span<float>> parts_of(std::span<const std::span<float>> maps, std::int64_t begin, std::int64_t end) {
  std::vector<std::span<float>> parts;
  for (const auto& map : maps) {
    parts.push_back(map.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
  }
  return parts;
}

void Loss::map_volume(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                      const Reduction& reduction, std::span<const MapKind> kinds, std::span<const std::span<float>> out,
                      int threads, std::stop_token stop) const {
  constexpr std::int64_t kPiece = 1 << 18;  // voxels: large enough that preparing a piece costs next to nothing
  const std::int64_t voxels = problem.mask.grid.voxels();
  check_map_sizes(out, voxels);
  // Backwards: the end of the volume is what a reduction just before has left in the caches.
  parallel_pieces(voxels, kPiece, threads, stop, [&](std::int64_t from_end, std::int64_t to_end) {
    const std::int64_t begin = voxels - to_end, end = voxels - from_end;
    map_range(parameters, problem, fields, reduction, begin, kinds, parts_of(out, begin, end));
  });
}

Reduction Loss::evaluate(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                         std::span<const MapKind> kinds, std::span<const std::span<float>> out, int threads,
                         std::stop_token stop) const {
  Reduction reduction = reduce(parameters, problem, fields, threads, stop);
  map_volume(parameters, problem, fields, reduction, kinds, out, threads, std::move(stop));
  return reduction;
}

std::vector<double> Loss::defaults() const {
  std::vector<double> values;
  for (const ParameterInfo& parameter : parameters()) {
    values.push_back(parameter.default_value);
  }
  return values;
}

std::optional<std::size_t> Loss::parameter(std::string_view id) const {
  const auto list = parameters();
  const auto found = std::find_if(list.begin(), list.end(), [&](const ParameterInfo& row) { return row.id == id; });
  return found == list.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - list.begin()));
}

}  // namespace lossscope
