// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frame_views.h"

#include <algorithm>
#include <bit>

#include "basics/trace.h"

namespace lossscope {
namespace {

SharedValues slice_of(const Volume& volume, const ViewResult& view, PlaneStore& planes) {
  return volume.empty() ? SharedValues()
                        : SharedValues(values_of(planes.get(volume, view.axes.layout(volume.grid, view.slice))));
}

/// Fills the slices of the case's volumes; those that `previous` shows at the same place are taken from there.
void fill_slices(Frame& frame, std::size_t at, const Frame* previous, PlaneStore& planes) {
  ViewResult& view = frame.views[at];
  const ViewResult* held = previous != nullptr ? &previous->views[at] : nullptr;
  const bool same_place = held != nullptr && held->axes == view.axes && held->slice == view.slice;
  const CaseData &data = *frame.data, &before = same_place ? *previous->data : data;
  const auto slice = [&](const Volume& now, const Volume& then, SharedValues ViewResult::*layer) {
    return same_place && now.data == then.data ? held->*layer : slice_of(now, view, planes);
  };
  view.image = slice(data.image.volume, before.image.volume, &ViewResult::image);
  view.mask = slice(data.mask, before.mask, &ViewResult::mask);
  view.prediction = slice(data.prediction, before.prediction, &ViewResult::prediction);
}

SharedValues overlay_of(const Frame& frame, const LossResult* result, const ViewResult& view, PlaneStore& planes) {
  if (const auto kind = map_of(frame.session.look)) {
    return result ? SharedValues(view_map(*result, *kind, view.axes, view.slice, planes)) : SharedValues();
  }
  switch (frame.session.look.layer) {
    case OverlayLayer::prediction:
      return view.prediction;
    case OverlayLayer::distance:
      return slice_of(frame.distance, view, planes);
    case OverlayLayer::field:
      return result && !result->fields.empty() ? SharedValues(field_slice(*result, view.axes, view.slice))
                                               : SharedValues();
    case OverlayLayer::none:
    case OverlayLayer::contribution:
    case OverlayLayer::gradient:
    case OverlayLayer::counterfactual:
      break;
  }
  return {};
}

void fill_probe(Frame& frame, const LossResult* result, const std::array<std::int64_t, 3>& voxel) {
  const CaseData& data = *frame.data;
  Probe& probe = frame.probe;
  const std::int64_t offset = data.grid.offset(voxel[0], voxel[1], voxel[2]);
  probe.voxel = voxel;
  probe.world =
      data.grid.to_world({static_cast<double>(voxel[0]), static_cast<double>(voxel[1]), static_cast<double>(voxel[2])});
  probe.image = value_at(data.image.volume, offset);
  probe.mask = value_at(data.mask, offset);
  probe.prediction = value_at(data.prediction, offset);
  probe.distance = value_at(frame.distance, offset);
  if (result) {
    float contribution = 0, gradient = 0, counterfactual = 0;
    const std::array kinds{MapKind::contribution, gradient_map(frame.session.look), MapKind::counterfactual};
    const std::array<std::span<float>, 3> out{std::span(&contribution, 1), std::span(&gradient, 1),
                                              std::span(&counterfactual, 1)};
    result->loss->map_range(result->parameters, result->problem, result->fields, result->reduction, offset, kinds, out);
    probe.contribution = contribution;
    probe.gradient = gradient;
    probe.counterfactual = counterfactual;
  }
}

}  // namespace

std::int64_t non_finite(const std::vector<float>& values) {
  constexpr std::uint32_t kExponent = 0x7f800000U;
  return std::count_if(values.begin(), values.end(),
                       [](float value) { return (std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent; });
}

std::optional<MapKind> map_of(const Look& look) {
  switch (look.layer) {
    case OverlayLayer::contribution:
      return MapKind::contribution;
    case OverlayLayer::gradient:
      return gradient_map(look);
    case OverlayLayer::counterfactual:
      return MapKind::counterfactual;
    case OverlayLayer::none:
    case OverlayLayer::prediction:
    case OverlayLayer::distance:
    case OverlayLayer::field:
      break;
  }
  return std::nullopt;
}

void fill_views(Frame& frame, const LossResult* result, PlaneStore& planes, const Frame* previous) {
  const trace::Span span(trace::Category::map, "three slices");
  const Grid& grid = frame.data->grid;
  frame.non_finite = 0;
  if (grid.empty()) {
    return;
  }
  std::array<std::int64_t, 3> voxel{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    voxel[axis] = std::clamp<std::int64_t>(frame.session.look.crosshair[axis], 0, grid.size[axis] - 1);
  }
  constexpr std::array kViews{Anatomical::axial, Anatomical::coronal, Anatomical::sagittal};
  for (std::size_t at = 0; at < kViews.size(); ++at) {
    ViewResult& view = frame.views[at];
    view.axes = view_axes(grid, kViews[at], frame.session.look.radiological);
    view.slice = voxel[view.axes.normal];
    fill_slices(frame, at, previous, planes);
    view.overlay = overlay_of(frame, result, view, planes);
    frame.non_finite += non_finite(view.overlay);
  }
  fill_probe(frame, result, voxel);
}

}  // namespace lossscope
