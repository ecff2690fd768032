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

void Loss::map_volume(std::span<const double> parameters, const Problem& problem, std::span<const FieldPtr> fields,
                      const Reduction& reduction, std::span<const MapKind> kinds, std::span<const std::span<float>> out,
                      int threads, std::stop_token stop) const {
  for (const auto& map : out) {
    if (static_cast<std::int64_t>(map.size()) != problem.mask.grid.voxels()) {
      throw std::invalid_argument("map_volume: a map has another size than the volume");
    }
  }
  parallel_pieces(problem.mask.grid.voxels(), 1 << 14, threads, stop, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::span<float>> parts;
    for (const auto& map : out) {
      parts.push_back(map.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
    }
    map_range(parameters, problem, fields, reduction, begin, kinds, parts);
  });
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
