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
      return result ? ranges.of_map(result, gradient_map(frame.session.look), chosen, stop) : symmetric(1, chosen);
    case OverlayLayer::field:
      return result ? ranges.of_field(result, chosen, stop) : chosen_or_unit(chosen);
    case OverlayLayer::distance:
      return symmetric(frame.distance_limit, chosen);
    case OverlayLayer::prediction:
      if (frame.data->kind == PredictionKind::logit && !frame.data->prediction.empty()) {
        return ranges.of_volume(frame.data->prediction, chosen, stop);
      }
      break;
    case OverlayLayer::errors:
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
  return range_of_layer(frame, frame.session.look.layer, frame.session.look.range, result, ranges, stop);
}

void fill_ranges(Frame& frame, const LossResultPtr& result, RangeFinder& ranges, const std::stop_token& stop) {
  const trace::Span span(trace::Category::map, "ranges of the colours");
  frame.range = layer_range(frame, result, ranges, stop);
  const Look& look = frame.session.look;
  const std::optional<OverlayLayer> surfaces = surface_layer(look.display.surfaces.colour);
  // A lock is of the layer that is shown. What no surface shows costs as much as what one does: it is not looked for.
  frame.surface_range = !surfaces                 ? ValueRange()
                        : *surfaces == look.layer ? frame.range
                                                  : range_of_layer(frame, *surfaces, {}, result, ranges, stop);
}

}  // namespace lossscope
