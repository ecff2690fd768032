// SPDX-License-Identifier: Apache-2.0
#include "app/engine/overlay_range.h"

#include <algorithm>

#include "app/engine/percentile.h"

namespace lossscope {
namespace {

/// Layers that are seldom negative, and are shown from 0 when they are not.
bool may_lack_negatives(OverlayLayer layer) {
  return layer == OverlayLayer::counterfactual || layer == OverlayLayer::field;
}

bool has_negatives(const Frame& frame) {
  return std::any_of(frame.views.begin(), frame.views.end(), [](const ViewResult& view) {
    return std::any_of(view.overlay.begin(), view.overlay.end(), [](float value) { return value < 0; });
  });
}

}  // namespace

void set_overlay_range(Frame& frame) {
  SizeCount count;
  std::vector<const std::vector<float>*> overlays;
  for (const ViewResult& view : frame.views) {
    overlays.push_back(&static_cast<const std::vector<float>&>(view.overlay));
    count.add(*overlays.back());
  }
  frame.non_finite = count.non_finite();
  const Session& session = frame.session;
  if (session.look.range.locked) {
    frame.overlay_low = session.look.range.minimum;
    frame.overlay_high = session.look.range.maximum;
    return;
  }
  const bool probabilities =
      session.look.layer == OverlayLayer::prediction && frame.data && frame.data->kind == PredictionKind::probability;
  if (session.look.layer == OverlayLayer::none || probabilities || count.sizes() == 0) {
    frame.overlay_high = 1;
  } else if (session.look.layer == OverlayLayer::contribution || session.look.layer == OverlayLayer::gradient ||
             session.look.layer == OverlayLayer::counterfactual) {
    // A single extreme voxel must not wash out all others.
    frame.overlay_high = count.percentile(overlays, 0.995);
  } else {
    frame.overlay_high = count.percentile(overlays, 1);
  }
  const bool from_zero = session.look.layer == OverlayLayer::none || session.look.layer == OverlayLayer::contribution ||
                         probabilities || (may_lack_negatives(session.look.layer) && !has_negatives(frame));
  frame.overlay_low = from_zero ? 0 : -frame.overlay_high;
}

}  // namespace lossscope
