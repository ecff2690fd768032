// SPDX-License-Identifier: Apache-2.0
#include "app/engine/comparison.h"

#include <algorithm>
#include <stdexcept>

#include "app/engine/frame_views.h"
#include "app/engine/overlay_range.h"

namespace lossscope {
namespace {

SharedValues overlay_of(const Frame& frame, const LossResult& result, const ViewResult& view, PlaneStore& planes) {
  if (const auto kind = map_of(frame.session.look)) {
    return view_map(result, *kind, view.axes, view.slice, planes);
  }
  if (frame.session.look.layer == OverlayLayer::field) {
    return field_slice(result, view.axes, view.slice);
  }
  return view.overlay;
}

/// Sets the colour range that this pane would have if it were shown alone.
void set_range(const Frame& frame, OverlayLayer layer, ComparedPane& pane) {
  Frame alone;
  alone.session = frame.session;
  alone.session.look.layer = layer;
  alone.data = frame.data;
  alone.views[0].overlay = pane.overlay;
  set_overlay_range(alone);
  pane.low = alone.overlay_low;
  pane.high = alone.overlay_high;
  pane.non_finite = alone.non_finite;
}

void share_range(std::vector<ComparedPane>& panes) {
  double low = panes[0].low, high = panes[0].high;
  for (const ComparedPane& pane : panes) {
    low = std::min(low, pane.low);
    high = std::max(high, pane.high);
  }
  for (ComparedPane& pane : panes) {
    pane.low = low;
    pane.high = high;
  }
}

std::vector<float> divided(std::vector<float> values, double by) {
  for (float& value : values) {
    value = by > 0 ? static_cast<float>(static_cast<double>(value) / by) : 0.0F;
  }
  return values;
}

ComparedPane difference_of(const ComparedPane& a, const ComparedPane& b) {
  ComparedPane pane;
  if (a.overlay.size() == b.overlay.size()) {
    std::vector<float> values(a.overlay.size());
    std::transform(a.overlay.begin(), a.overlay.end(), b.overlay.begin(), values.begin(), std::minus<>());
    pane.overlay = std::move(values);
  }
  return pane;
}

}  // namespace

MapKind gradient_map(const Look& look) {
  return look.gradient_of == GradientOf::logit ? MapKind::gradient_logit : MapKind::gradient_probability;
}

void Comparison::fill_panes(Frame& frame, const Evaluate& evaluate, PlaneStore& planes, const NormOf& norm_of) const {
  frame.compared.clear();
  if (frame.session.look.arrangement == Arrangement::single || frame.data->grid.empty()) {
    return;
  }
  const bool difference = frame.session.look.arrangement == Arrangement::difference;
  const OverlayLayer layer = difference ? OverlayLayer::gradient : frame.session.look.layer;
  const ViewResult& view = frame.views[static_cast<std::size_t>(frame.session.look.compared_view)];
  for (const std::string& loss : frame.session.shown_losses()) {
    ComparedPane pane;
    pane.loss = loss;
    try {
      pane.result = evaluate(loss);
    } catch (const std::invalid_argument& error) {
      pane.problem = error.what();
    }
    if (pane.result && difference) {
      pane.norm = norm_of(pane.result, gradient_map(frame.session.look));
      pane.overlay =
          divided(view_map(*pane.result, gradient_map(frame.session.look), view.axes, view.slice, planes), pane.norm);
    } else if (pane.result) {
      pane.overlay = overlay_of(frame, *pane.result, view, planes);
    }
    frame.compared.push_back(std::move(pane));
  }
  if (difference && frame.compared.size() == 2) {
    frame.compared.push_back(difference_of(frame.compared[0], frame.compared[1]));
  }
  for (ComparedPane& pane : frame.compared) {
    set_range(frame, layer, pane);
  }
  if (frame.session.look.shared_range || difference) {
    share_range(frame.compared);
  }
}

void Comparison::fill(Frame& frame, const Evaluate& evaluate, PlaneStore& planes, const std::stop_token& stop) {
  std::vector<Norm> used;
  fill_panes(frame, evaluate, planes, [&](const LossResultPtr& result, MapKind kind) {
    const auto known = std::find_if(norms_.begin(), norms_.end(),
                                    [&](const Norm& norm) { return norm.result == result && norm.kind == kind; });
    used.push_back({result, kind, known != norms_.end() ? known->value : map_norm(*result, kind, threads_, stop)});
    return used.back().value;
  });
  norms_ = std::move(used);
}

void Comparison::fill_preliminary(Frame& frame, const Evaluate& evaluate, PlaneStore& planes) {
  fill_panes(frame, evaluate, planes, [this](const LossResultPtr& result, MapKind kind) {
    const auto known = std::find_if(norms_.begin(), norms_.end(), [&](const Norm& norm) {
      return norm.result->loss == result->loss && norm.kind == kind;
    });
    return known != norms_.end() ? known->value : 0.0;
  });
}

}  // namespace lossscope
