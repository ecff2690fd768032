// SPDX-License-Identifier: Apache-2.0
#include "app/engine/frame_ranges.h"

#include "app/engine/frame_views.h"
#include "basics/trace.h"

namespace lossscope {
namespace {

ValueRange symmetric(double end, const ColourRange& chosen) {
  ValueRange range;
  range.high = chosen.locked ? chosen.maximum : end > 0 ? end : 1;
  range.low = chosen.locked ? chosen.minimum : -range.high;
  return range;
}

ValueRange chosen_or_unit(const ColourRange& chosen) {
  return chosen.locked ? locked_range(chosen, {}, {}) : ValueRange();
}

ValueRange range_of_layer(const Frame& frame, OverlayLayer layer, const ColourRange& chosen,
                          const LossResultPtr& result, RangeFinder& ranges, const std::stop_token& stop) {
  switch (layer) {
    case OverlayLayer::contribution:
      return result ? ranges.of_map(result, MapKind::contribution, chosen, stop) : chosen_or_unit(chosen);
    case OverlayLayer::counterfactual:
      return result ? ranges.of_map(result, MapKind::counterfactual, chosen, stop) : chosen_or_unit(chosen);
    case OverlayLayer::gradient:
      return result ? ranges.of_map(result, gradient_map(frame.session), chosen, stop) : symmetric(1, chosen);
    case OverlayLayer::field:
      return result ? ranges.of_field(result, chosen, stop) : chosen_or_unit(chosen);
    case OverlayLayer::distance:
      return symmetric(frame.distance_limit, chosen);
    case OverlayLayer::prediction:
      if (frame.data->kind == PredictionKind::logit && !frame.data->prediction.empty()) {
        return ranges.of_volume(frame.data->prediction, chosen, stop);
      }
      break;
    case OverlayLayer::none:
      break;
  }
  return chosen_or_unit(chosen);
}

}  // namespace

std::optional<OverlayLayer> surface_layer(SurfaceColour colour) {
  switch (colour) {
    case SurfaceColour::contribution:
      return OverlayLayer::contribution;
    case SurfaceColour::gradient:
      return OverlayLayer::gradient;
    case SurfaceColour::distance:
      return OverlayLayer::distance;
    case SurfaceColour::plain:
      break;
  }
  return std::nullopt;
}

ValueRange layer_range(const Frame& frame, const LossResultPtr& result, RangeFinder& ranges,
                       const std::stop_token& stop) {
  return range_of_layer(frame, frame.session.layer, frame.session.range, result, ranges, stop);
}

void fill_ranges(Frame& frame, const LossResultPtr& result, RangeFinder& ranges, const std::stop_token& stop) {
  const trace::Span span(trace::Category::map, "ranges of the colours");
  const Session& session = frame.session;
  frame.range = layer_range(frame, result, ranges, stop);
  const auto layer = surface_layer(session.surfaces.colour);
  if (!layer) {
    frame.surface_range.reset();
  } else if (*layer == session.layer) {
    frame.surface_range = frame.range;
  } else {
    frame.surface_range = range_of_layer(frame, *layer, {}, result, ranges, stop);  // a lock is of the other quantity
  }
}

}  // namespace lossscope
