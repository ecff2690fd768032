// SPDX-License-Identifier: Apache-2.0
#include "app/engine/loss_result.h"

#include <cmath>
#include <numeric>
#include <utility>

#include "basics/trace.h"
#include "losses/drivers/driver.h"
#include "losses/parallel.h"

namespace lossscope {

FieldSource driver_fields(Driver& driver, std::stop_token stop) {
  return [&driver, stop = std::move(stop)](const FieldRequest& request, const Problem& problem) {
    const trace::Span span(trace::Category::fields, "auxiliary field");
    return driver.field(request, problem, stop);
  };
}

std::vector<float> view_map(const LossResult& result, MapKind kind, const ViewAxes& axes, std::int64_t slice,
                            PlaneStore& planes) {
  if (!result.loss->has_map(kind, result.fields)) {
    return {};
  }
  const Grid& grid = result.problem.mask.grid;
  std::vector<float> plane(axes.width(grid) * axes.height(grid));
  const std::span<float> out(plane);
  const Loss& loss = *result.loss;
  if (!loss.runs_on_host()) {
    loss.map_plane(result.parameters, result.problem, result.fields, result.reduction, {axes.normal, slice}, {&kind, 1},
                   {&out, 1});
    return to_view_order(plane, grid, axes);
  }
  if (result.classes) {
    result.classes->map_layout(kind, planes, axes.layout(grid, slice), out);
    return plane;
  }
  const PlaneInputs inputs = planes.inputs(result.problem, result.fields, axes.layout(grid, slice));
  loss.map_range(result.parameters, inputs.problem, inputs.fields, result.reduction, 0, {&kind, 1}, {&out, 1});
  return plane;
}

std::vector<float> field_slice(const LossResult& result, const ViewAxes& axes, std::int64_t slice) {
  if (result.fields.empty()) {
    return {};
  }
  const Field& field = *result.fields.front();
  const Grid& grid = result.problem.mask.grid;
  if (!field.resident) {
    return view_slice(field.map, axes, slice);
  }
  std::vector<float> plane(axes.width(grid) * axes.height(grid));
  result.driver->field_plane(field, {axes.normal, slice}, plane);
  return to_view_order(plane, grid, axes);
}

LossResult on_processor(const LossResult& result, const std::stop_token& stop) {
  const Loss* loss = find_loss(result.loss->declaration().id);
  if (loss == nullptr || loss == result.loss || result.classes) {
    return result;
  }
  LossResult here = result;
  here.loss = loss;
  here.driver.reset();
  FieldCache cache;
  here.fields = fields_of(*loss, result.parameters, result.problem, fields_from(cache, stop));
  return here;
}

double map_norm(const LossResult& result, MapKind kind, int threads, std::stop_token stop) {
  if (result.driver) {
    if (const auto norm = result.driver->map_norm(result, kind, stop)) {
      return *norm;
    }
  }
  constexpr std::int64_t kBlock = 1 << 15;  // fixed, so that the sum does not depend on the number of threads
  const std::int64_t voxels = result.problem.mask.grid.voxels();
  std::vector<double> squares(static_cast<std::size_t>((voxels + kBlock - 1) / kBlock));
  parallel_pieces(voxels, kBlock, threads, std::move(stop), [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> values(static_cast<std::size_t>(end - begin));
    const std::span<float> out(values);
    result.map_range(begin, {&kind, 1}, {&out, 1});
    double sum = 0;
    for (const float value : values) {
      sum += static_cast<double>(value) * static_cast<double>(value);
    }
    squares[static_cast<std::size_t>(begin / kBlock)] = sum;
  });
  return std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
}

}  // namespace lossscope
