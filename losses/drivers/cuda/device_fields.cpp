// SPDX-License-Identifier: Apache-2.0
#include "losses/drivers/cuda/device_fields.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "losses/fields/compute.h"
#include "losses/fields/contours.h"

namespace lossscope::cuda {
namespace {

void check_stop(const std::stop_token& stop) {
  if (stop.stop_requested()) {
    throw Cancelled();
  }
}

/// A problem on the device.
struct Fields {
  Context& context;
  const Problem& problem;
  const std::stop_token& stop;
  std::int64_t n = problem.mask.grid.voxels();
  const std::uint8_t* mask = context.resident<std::uint8_t>(problem.mask);
  const std::uint8_t* counts = problem.counts.empty() ? nullptr : context.resident<std::uint8_t>(problem.counts);

  [[nodiscard]] Buffer<std::uint8_t> thresholded(double threshold) const {
    const auto out = context.allocate<std::uint8_t>(n);
    context.each(
        n, Threshold{context.resident<float>(problem.prediction), out.get(), level_of(problem, threshold), counts});
    return out;
  }

  [[nodiscard]] Buffer<float> signed_distance(const std::uint8_t* of) const {
    const auto to = [&](const std::uint8_t* seeds) {
      return squared_distances(context, seeds, problem.mask.grid, problem.spacing, stop);
    };
    auto distance = to(of);
    if (counts == nullptr) {
      context.each(n, SignedRoot{distance.get()});
      return distance;
    }
    const auto background = context.allocate<std::uint8_t>(n);
    context.each(n, Background{of, counts, background.get()});
    const auto other = to(background.get());
    context.each(n, CountedRoot{distance.get(), other.get(), of, counts});
    return distance;
  }

  [[nodiscard]] Field field_of(const Buffer<float>& map, const std::array<double, 4>& scalars = {}) const {
    return resident_field(problem.mask.grid, map, scalars);
  }

  [[nodiscard]] Buffer<std::uint8_t> boundary(const std::uint8_t* of) const {
    const auto out = context.allocate<std::uint8_t>(n);
    const auto& size = problem.mask.grid.size;
    context.each(n, BoundaryVoxels{of, counts, out.get(), {size[0], size[1], size[2]}});
    return out;
  }
};

Field device_mask_distance(const Fields& f) {
  const auto distance = f.signed_distance(f.mask);
  const auto extremes = f.context.reduce(f.n, DistanceExtremes{distance.get(), f.mask, f.counts});
  return f.field_of(distance, {std::max({extremes[0], extremes[2], 0.0}), 0, 0, 0});
}

Field device_boundary_penalty(const Fields& f, bool normalise) {
  const auto distance = f.signed_distance(f.mask);
  const auto extremes = f.context.reduce(f.n, DistanceExtremes{distance.get(), f.mask, f.counts});
  if (std::max(extremes[0], extremes[2]) <= 0) {
    return f.field_of(distance);  // empty or full mask: no boundary
  }
  BoundaryPenalty penalty{distance.get(), f.mask, f.counts, {}, {1, 1}};
  for (const int side : {0, 2}) {
    const int c = side == 0 ? 1 : 0;
    const auto nearest = static_cast<float>(-extremes[side + 1]);
    penalty.largest[c] = static_cast<float>(extremes[side]);
    penalty.divisor[c] = normalise ? penalty.largest[c] - nearest : 1.0F;
  }
  f.context.each(f.n, penalty);
  return f.field_of(distance);
}

Field device_hausdorff_weight(const Fields& f, const std::array<double, 8>& arguments) {
  const auto weight = f.signed_distance(f.mask);
  Buffer<float> other;
  if (arguments[1] < 0.5) {
    other = f.signed_distance(f.thresholded(arguments[2]).get());
  }
  f.context.each(f.n, HausdorffWeight{weight.get(), other.get(), arguments[0]});
  return f.field_of(weight);
}

double contour_distance(const Fields& f, const std::uint8_t* predicted) {
  const auto source = f.boundary(predicted);
  const auto target = f.boundary(f.mask);
  const Grid& grid = f.problem.mask.grid;
  const auto squared = squared_distances(f.context, target.get(), grid, f.problem.spacing, f.stop);
  const auto sums = f.context.reduce(f.n, ContourDistance{source.get(), target.get(), squared.get()});
  if ((sums[1] > 0) != (sums[2] > 0)) {
    return image_diagonal(grid, f.problem.spacing);
  }
  return sums[1] > 0 ? sums[0] / sums[1] : 0.0;
}

Field device_boundary_mismatch(const Fields& f, const std::array<double, 8>& arguments) {
  const auto predicted = f.thresholded(arguments[0]);
  const auto map = f.context.allocate<float>(f.n);
  f.context.each(f.n, Mismatch{predicted.get(), f.mask, f.counts, map.get(), arguments[1] > 0.5});
  return f.field_of(map, {contour_distance(f, predicted.get()), 0, 0, 0});
}

/// One more axis of squared distances.
template <class Index>
Buffer<float> swept(const Context& context, const Buffer<float>& distance, const Grid& grid, int axis,
                    std::int64_t stride, double spacing) {
  const std::int64_t n = grid.voxels();
  const auto out = context.allocate<float>(n);
  const auto stack = context.allocate<Parabola<Index>>(n);
  const auto square = static_cast<float>(spacing * spacing);
  context.each(n / grid.size[axis], SweepAxis<Index>{distance.get(),
                                                     out.get(),
                                                     stack.get(),
                                                     grid.size[axis],
                                                     stride,
                                                     {square, 1.0 / static_cast<double>(square)}});
  return out;
}

/// A field that has no kernels here.
Field from_processor(const Fields& f, const FieldRequest& request) {
  const Field computed = lossscope::compute_field(request, f.problem, f.stop);
  const auto map = f.context.allocate<float>(f.n);
  f.context.backend().upload(map.get(), computed.map.data.get(), static_cast<std::size_t>(f.n) * sizeof(float));
  return f.field_of(map, computed.scalars);
}

}  // namespace

Field resident_field(const Grid& grid, const Buffer<float>& map, const std::array<double, 4>& scalars) {
  return {{grid, VoxelType::float32, nullptr}, scalars, map.shared()};
}

Buffer<float> squared_distances(const Context& context, const std::uint8_t* mask, const Grid& grid,
                                const std::array<double, 3>& spacing, const std::stop_token& stop) {
  const std::int64_t n = grid.voxels();
  if (*std::ranges::max_element(grid.size) > kLongestAxis) {
    throw DeviceFailure(context.backend().info().name + ": distances along an axis of more than " +
                        std::to_string(kLongestAxis) + " voxels are not computed on a GPU");
  }
  auto distance = context.allocate<float>(n);
  context.launch<RowDistances>({mask, distance.get(), grid.size[0], spacing[0]}, n / grid.size[0]);
  std::int64_t stride = grid.size[0];
  for (int axis = 1; axis < 3; stride *= grid.size[axis], ++axis) {
    check_stop(stop);
    if (grid.size[axis] > 1) {
      constexpr std::int64_t kShort = std::int64_t{std::numeric_limits<std::uint16_t>::max()} + 1;
      const auto sweep = grid.size[axis] <= kShort ? &swept<std::uint16_t> : &swept<std::int32_t>;
      distance = sweep(context, distance, grid, axis, stride, spacing[axis]);
    }
  }
  return distance;
}

Field compute_field(Context& context, const FieldRequest& request, const Problem& problem,
                    const std::stop_token& stop) {
  check_stop(stop);
  const Fields fields{context, problem, stop};
  switch (request.kind) {
    case FieldKind::mask_distance:
      return device_mask_distance(fields);
    case FieldKind::prediction_distance:
      return fields.field_of(fields.signed_distance(fields.thresholded(request.arguments[0]).get()));
    case FieldKind::boundary_penalty:
      return device_boundary_penalty(fields, request.arguments[0] > 0.5);
    case FieldKind::boundary_mismatch:
      return device_boundary_mismatch(fields, request.arguments);
    case FieldKind::hausdorff_weight:
      return device_hausdorff_weight(fields, request.arguments);
    case FieldKind::structural_error:
    case FieldKind::structural_slope:
      return structural_field(context, request, problem, stop);
    default:
      return from_processor(fields, request);
  }
}

}  // namespace lossscope::cuda
