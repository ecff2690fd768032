// SPDX-License-Identifier: Apache-2.0
#include "app/engine/overlay_range.h"

#include <algorithm>
#include <cmath>

#include "app/engine/percentile.h"

namespace lossscope {
namespace {

/// Sizes of the overlay voxels that are finite and not 0; counts those that are not finite.
std::vector<float> visible_sizes(Frame& frame) {
  std::vector<float> sizes;
  frame.non_finite = 0;
  for (const ViewResult& view : frame.views) {
    for (const float value : view.overlay) {
      if (!std::isfinite(value)) {
        ++frame.non_finite;
      } else if (value != 0) {
        sizes.push_back(std::abs(value));
      }
    }
  }
  return sizes;
}

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
  std::vector<float> sizes = visible_sizes(frame);
  const Session& session = frame.session;
  if (session.range.locked) {
    frame.overlay_low = session.range.minimum;
    frame.overlay_high = session.range.maximum;
    return;
  }
  const bool probabilities =
      session.layer == OverlayLayer::prediction && frame.data && frame.data->kind == PredictionKind::probability;
  if (session.layer == OverlayLayer::none || probabilities || sizes.empty()) {
    frame.overlay_high = 1;
  } else if (session.layer == OverlayLayer::contribution || session.layer == OverlayLayer::gradient ||
             session.layer == OverlayLayer::counterfactual) {
    // A single extreme voxel must not wash out all others.
    frame.overlay_high = percentile(sizes, 0.995);
  } else {
    frame.overlay_high = *std::max_element(sizes.begin(), sizes.end());
  }
  const bool from_zero = session.layer == OverlayLayer::none || session.layer == OverlayLayer::contribution ||
                         probabilities || (may_lack_negatives(session.layer) && !has_negatives(frame));
  frame.overlay_low = from_zero ? 0 : -frame.overlay_high;
}

}  // namespace lossscope
