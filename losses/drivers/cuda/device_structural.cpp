// SPDX-License-Identifier: Apache-2.0
// losses/fields/structural.cpp on a device.
#include "losses/drivers/cuda/device_fields.h"

#include <algorithm>

#include "losses/fields/local_statistics.h"

namespace lossscope::cuda {
namespace {

/// LocalWindow on a device.
class DeviceWindow {
 public:
  /// `counts` on the device, null where all voxels count.
  DeviceWindow(const Context& context, const Grid& grid, const LocalWindow& window, const std::uint8_t* counts,
               std::stop_token stop)
      : context_(context), grid_(grid), window_(window), stop_(std::move(stop)) {
    if (counts != nullptr) {
      const auto ones = context.allocate<double>(grid.voxels());
      context.each(grid.voxels(), CountedShare{counts, ones.get(), !window.renormalises()});
      share_ = smooth(ones);
      return;
    }
    for (int axis = 0; axis < 3; ++axis) {
      const auto& kept = window.kept(axis);
      kept_[axis] = context.allocate<double>(grid.size[axis]);
      context.backend().upload(kept_[axis].get(), kept.data(), kept.size() * sizeof(double));
    }
  }

  [[nodiscard]] Buffer<double> mean(const Buffer<double>& values) const { return normalised(smooth(values)); }
  [[nodiscard]] Buffer<double> adjoint(const Buffer<double>& values) const { return smooth(normalised(values)); }

 private:
  /// Divides each voxel by the share of its window that lies inside the volume and counts, in place.
  [[nodiscard]] Buffer<double> normalised(const Buffer<double>& values) const {
    if (share_.get() != nullptr) {
      context_.each(grid_.voxels(), DivideBy{values.get(), share_.get(), !window_.renormalises()});
    } else if (window_.renormalises()) {
      const auto& size = grid_.size;
      context_.each(
          grid_.voxels(),
          Renormalise{values.get(), {kept_[0].get(), kept_[1].get(), kept_[2].get()}, {size[0], size[1], size[2]}});
    }
    return values;
  }

  /// The windowed sum in a buffer of its own; the argument stays as it was.
  [[nodiscard]] Buffer<double> smooth(const Buffer<double>& values) const {
    Buffer<double> in = values;
    std::int64_t stride = 1;
    for (int axis = 0; axis < 3; stride *= grid_.size[axis], ++axis) {
      if (stop_.stop_requested()) {
        throw Cancelled();
      }
      if (grid_.size[axis] > 1) {
        const auto out = context_.allocate<double>(grid_.voxels());
        context_.each(grid_.voxels(), along(axis, in, out, stride));
        in = out;
      }
    }
    if (in.get() == values.get()) {  // a single voxel
      in = context_.allocate<double>(grid_.voxels());
      context_.backend().copy(in.get(), values.get(), static_cast<std::size_t>(grid_.voxels()) * sizeof(double));
    }
    return in;
  }

  [[nodiscard]] SmoothAxis along(int axis, const Buffer<double>& in, const Buffer<double>& out,
                                 std::int64_t stride) const {
    const auto& weights = window_.weights();
    if (weights.size() > kMaxWindow) {
      throw DeviceFailure(context_.backend().info().name + ": a window wider than 31 voxels is not computed on a GPU");
    }
    SmoothAxis op{in.get(), out.get(), grid_.size[axis], stride, static_cast<int>(weights.size() / 2), {}};
    std::copy(weights.begin(), weights.end(), op.weights);
    return op;
  }

  const Context& context_;
  const Grid& grid_;
  const LocalWindow& window_;
  std::stop_token stop_;
  std::array<Buffer<double>, 3> kept_;
  Buffer<double> share_;  ///< where not all voxels count
};

struct Local {
  Buffer<double> x, mean, deviation;
};

Local local_statistics(const Context& context, const DeviceWindow& window, const Buffer<double>& x, std::int64_t n,
                       double variance_floor) {
  Local local{x, window.mean(x), {}};
  const auto squares = context.allocate<double>(n);
  context.each(n, Square{x.get(), squares.get()});
  local.deviation = window.mean(squares);
  context.each(n, Deviation{local.deviation.get(), local.mean.get(), variance_floor});
  return local;
}

}  // namespace

Field structural_field(Context& context, const FieldRequest& request, const Problem& problem,
                       const std::stop_token& stop) {
  const auto& [beta, width, sigma, c4, floor, padding, lambda, unused] = request.arguments;
  const Grid& grid = problem.mask.grid;
  const std::int64_t n = grid.voxels();
  const bool logits = problem.kind == PredictionKind::logit;
  const auto* labels = context.resident<std::uint8_t>(problem.mask);
  const auto* values = context.resident<float>(problem.prediction);
  const auto* counts = problem.counts.empty() ? nullptr : context.resident<std::uint8_t>(problem.counts);
  const LocalWindow weights(grid, odd_width(width), sigma, padding < 0.5);
  const DeviceWindow window(context, grid, weights, counts, stop);

  const auto score = context.allocate<double>(n);
  context.each(n, MaskValues{labels, score.get()});
  {
    const Local mask = local_statistics(context, window, score, n, floor);
    context.each(n, Score{score.get(), mask.mean.get(), mask.deviation.get(), c4});
  }
  const auto probabilities = context.allocate<double>(n);
  context.each(n, Probabilities{values, probabilities.get(), logits, counts});
  const Local prediction = local_statistics(context, window, probabilities, n, floor);
  const Structure structure{score.get(), prediction.x.get(), prediction.mean.get(), prediction.deviation.get(), c4};

  const auto error = context.allocate<double>(n);
  context.each(n, StructuralError{structure, counts, error.get()});
  const double largest = context.reduce(n, LargestError{error.get()})[0];
  context.each(n, CutError{error.get(), beta * largest});
  const double counted = context.reduce(n, CountErrors{error.get()})[0];

  const auto map = context.allocate<float>(n);
  if (request.kind == FieldKind::structural_error) {
    context.each(n, ToFloat{error.get(), map.get()});
    return resident_field(grid, map, {counted, largest, 0, 0});
  }
  const auto by_value = context.allocate<double>(n);
  const auto by_deviation = context.allocate<double>(n);
  const auto by_mean = context.allocate<double>(n);
  const double share = counted > 0 ? (1 - lambda) / counted : 0.0;
  context.each(n, SlopeParts{structure, labels, values, error.get(), logits, share, by_value.get(), by_deviation.get(),
                             by_mean.get()});
  const auto copy = context.allocate<double>(n);  // the adjoint normalises in place, and by_value is needed again
  context.backend().copy(copy.get(), by_value.get(), static_cast<std::size_t>(n) * sizeof(double));
  const auto through_mean = window.adjoint(copy);
  const auto through_deviation = window.adjoint(by_deviation);
  const auto through_product = window.adjoint(by_mean);
  context.each(n, SlopeSum{prediction.x.get(), by_value.get(), through_mean.get(), through_deviation.get(),
                           through_product.get(), counts, map.get()});
  return resident_field(grid, map, {});
}

}  // namespace lossscope::cuda
