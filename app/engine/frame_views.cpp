// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frame_views.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "app/engine/class_view.h"
#include "app/engine/error_slices.h"
#include "basics/trace.h"
#include "losses/fields/compute.h"

namespace lossscope {
namespace {

SharedValues slice_of(const Volume& volume, const ViewResult& view, PlaneStore& planes) {
  return volume.empty() ? SharedValues()
                        : SharedValues(values_of(planes.get(volume, view.axes.layout(volume.grid, view.slice))));
}

/// Fills the slices of volumes; those that `previous` shows at the same place are taken from there.
void fill_volumes(const SliceSources& sources, ViewResult& view, std::size_t at, bool shows_distance,
                  const Frame* previous, PlaneStore& planes) {
  const ViewResult* held = previous != nullptr ? &previous->views[at] : nullptr;
  const bool same_place = held != nullptr && held->axes == view.axes && held->slice == view.slice;
  const CaseData &data = sources.data, &before = same_place ? *previous->data : data;
  const auto slice = [&](const Volume& now, const Volume& then, SharedValues ViewResult::*layer) {
    return same_place && now.data == then.data ? held->*layer : slice_of(now, view, planes);
  };
  view.image = slice(data.image.volume, before.image.volume, &ViewResult::image);
  view.mask = slice(data.mask, before.mask, &ViewResult::mask);
  view.prediction = slice(data.prediction, before.prediction, &ViewResult::prediction);
  view.counts = slice(data.counts, before.counts, &ViewResult::counts);
  view.distance = shows_distance ? slice_of(sources.distance, view, planes) : SharedValues();
}

SharedValues view_errors(const SliceSources& sources, const ViewResult& view, PlaneStore& planes) {
  const CaseData& data = sources.data;
  if (!data.complete()) {
    return {};
  }
  const Problem outcome = outcome_problem(data);
  const SharedValues found = slice_of(outcome.prediction, view, planes);
  std::vector<float> errors = error_slice(view.mask, found, level_of(outcome, 0.5), view.counts);
  return data.classes && !data.class_at
             ? taken_for_slice(std::move(errors), slice_of(data.classes->found_class, view, planes),
                               data.classes->problem.classes.size())
             : std::move(errors);
}

SharedValues view_overlay(const SliceSources& sources, const ViewResult& view, PlaneStore& planes) {
  const LossResult* result = sources.result;
  if (const auto kind = map_of(sources.look)) {
    return result ? SharedValues(view_map(*result, *kind, view.axes, view.slice, planes)) : SharedValues();
  }
  switch (sources.look.layer) {
    case OverlayLayer::prediction:
      return sources.data.classes && !sources.data.class_at ? slice_of(sources.data.classes->found_class, view, planes)
                                                            : view.prediction;
    case OverlayLayer::distance:
      return view.distance;
    case OverlayLayer::field:
      return result && !result->fields.empty() ? SharedValues(field_slice(*result, view.axes, view.slice))
                                               : SharedValues();
    case OverlayLayer::errors:
      return view_errors(sources, view, planes);
    case OverlayLayer::none:
    case OverlayLayer::contribution:
    case OverlayLayer::gradient:
    case OverlayLayer::counterfactual:
      break;
  }
  return {};
}

/// Finds the voxel of the largest size, slice by slice.
class LargestInSight {
 public:
  void look_at(const ViewResult& view, const Grid& grid) {
    const std::int64_t width = view.axes.width(grid);
    for (std::size_t at = 0; at < view.overlay.size(); ++at) {
      const float size = std::abs(view.overlay[at]);
      if (size > largest_ && std::isfinite(size)) {
        largest_ = size;
        const auto place = static_cast<std::int64_t>(at);
        voxel_ = view.axes.voxel(grid, place % width, place / width, view.slice);
      }
    }
  }
  [[nodiscard]] const std::optional<std::array<std::int64_t, 3>>& voxel() const { return voxel_; }

 private:
  float largest_ = 0;
  std::optional<std::array<std::int64_t, 3>> voxel_;
};

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
    case OverlayLayer::errors:
      break;
  }
  return std::nullopt;
}

Slices slices_of(const SliceSources& sources, PlaneStore& planes, const Frame* previous) {
  const trace::Span span(trace::Category::map, "three slices");
  Slices slices;
  const Grid& grid = sources.data.grid;
  if (grid.empty()) {
    return slices;
  }
  const Look& look = sources.look;
  constexpr std::array kViews{Anatomical::axial, Anatomical::coronal, Anatomical::sagittal};
  LargestInSight largest;
  for (std::size_t at = 0; at < kViews.size(); ++at) {
    ViewResult& view = slices.views[at];
    view.axes = view_axes(grid, kViews[at], look.radiological);
    const auto normal = static_cast<std::size_t>(view.axes.normal);
    view.slice = std::clamp<std::int64_t>(look.crosshair[normal], 0, grid.size[normal] - 1);
    const bool pane = look.fourth == FourthPane::distance && kViews[at] == Anatomical::axial;
    fill_volumes(sources, view, at, pane || look.layer == OverlayLayer::distance, previous, planes);
    view.overlay = view_overlay(sources, view, planes);
    slices.non_finite += non_finite(view.overlay);
    if (look.layer != OverlayLayer::errors) {  // its numbers are names
      largest.look_at(view, grid);
    }
  }
  slices.largest = largest.voxel();
  return slices;
}

}  // namespace lossscope
